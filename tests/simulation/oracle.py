"""What must have come of it all: the central once more in plain dicts, written from DESIGN and SYNC and sharing no rule
with the product. Operations are read as they travel.

``Oracle.push`` is told what reached the central, in the order it did, and says which verdicts must have been given;
``Oracle.view`` says what a user's desk must hold after a pull. A restore of the central is a snapshot taken back.
"""

import copy
from typing import Any

from leaddesk.domain.ids import derived_id

State = dict[str, Any]
Told = dict[str, Any]
Lead = dict[str, Any]

OPEN = {"new", "offered", "taken", "accepted", "nurture"}
EVERY = OPEN | {"rejected", "won", "lost"}
_UNDECIDED = {"new", "offered", "taken", "accepted"}

#: Act: (states it may come in, state that follows, whether it takes the lead on the way, whether only its owner may).
LIFE: dict[str, tuple[set[str], str, bool, bool]] = {
    "offer": ({"new", "nurture", "rejected", "lost", "won"}, "offered", False, False),
    "take": ({"new", "offered", "nurture"}, "taken", True, True),
    "assign": (OPEN, "", False, False),
    "hand-over": ({"offered", "taken", "accepted"}, "", True, True),
    "log-call": (EVERY, "", True, False),
    "book-meeting": (OPEN, "", True, False),
    "log-meeting": (EVERY, "", True, False),
    "accept": ({"new", "offered", "taken"}, "accepted", True, True),
    "reject": (_UNDECIDED, "rejected", True, True),
    "return-to-nurture": (_UNDECIDED, "nurture", True, True),
    "snooze": (OPEN, "", False, False),
    "callback": (OPEN, "", False, False),
    "won": ({"accepted"}, "won", False, True),
    "lost": ({"accepted"}, "lost", False, True),
}
TIMES = ("callback_at", "snoozed_until", "nurture_until", "meeting_at")
BANT = {"budget", "authority", "need", "timing"}
CONTACT = {
    "account": ("name", "business_id", "phone", "email", "tier", "team"),
    "person": ("name", "title", "role", "phone", "email"),
}
TRUST = {"sales": 40, "purchased": 30, "behaviour": 20, "self-told": 10}
NO_UNDO = {"objection", "revoke-objection", "undo", "undo-row", "publish-policy"}
SEES_ALL = {"manager", "admin", "marketer"}

#: Facts of one key and teller that stay on the row; the history has them all.
_FACTS_KEPT = 5


class No(Exception):
    """A rule says no. Nothing has changed."""


def empty() -> State:
    """An account of which nobody has heard."""
    return {"account": None, "persons": {}, "leads": {}}


# --- what each act does ---------------------------------------------------------------------------------------------


def apply(state: State, told: Told) -> None:
    """One operation on its account. Raises ``No`` before anything has changed."""
    kind = told["kind"]
    act = told["act"]
    if kind == "create-lead":
        _create(state, told, act)
    elif kind == "set-fact":
        _set_fact(state, told, act)
    elif kind == "objection":
        _object(state, told, act)
    elif kind == "revoke-objection":
        _revoke(state, act)
    elif kind == "import-row":
        _row(state, told, act)
    else:
        _on_lead(state, told, act, kind)


def _on_lead(state: State, told: Told, act: Told, kind: str) -> None:
    lead = state["leads"].get(act.get("lead", ""))
    if lead is None:
        raise No("no-such-lead")
    if kind == "note":
        if not act["text"].strip():
            raise No("empty")
    elif kind == "answer":
        lead["bant"][act["question"].removeprefix("bant.")] = (act["value"], told["by"])
    elif kind == "set-stage":
        lead["stage"] = act["stage"]
    else:
        moved = {**lead, **_moved(lead, kind, told["by"])}
        _DONE[kind](state, lead, moved, told, act)


def _moved(lead: Lead, kind: str, by: str) -> Lead:
    states, to, takes, owned = LIFE[kind]
    state, owner = lead["state"], lead["owner"]
    made: Lead = {}
    if state not in states:
        raise No("not-in-this-state")
    if owned and owner not in ("", by) and state in ("offered", "taken", "accepted"):
        raise No("owned-by-other")
    if takes and state in ("new", "offered", "nurture"):
        if state != "new" or lead["kind"] != "verified":
            mine = to in ("taken", "accepted")
            made = {"owner": by if mine else owner or by, "snoozed_until": None, "nurture_until": None}
            state = "taken"
        elif owned:
            raise No("not-offered")
    return {**made, "state": to or state}


def _kept(state: State, lead: Lead, made: Lead) -> None:
    lead.update(made)


def _unless_objected(state: State, lead: Lead) -> None:
    if objected(state, lead):
        raise No("objection")


def _offer(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    _unless_objected(state, lead)
    owner = act.get("owner", "")
    lead.update(made, owner=owner, reject_reason=None, callback_at=None, snoozed_until=None, nurture_until=None)


def _take(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    _unless_objected(state, lead)
    lead.update(made)


def _assign(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    lead.update(made, owner=act["owner"])


def _hand_over(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    lead.update(made, owner=act["to"])


def _log_call(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    outcome = act["outcome"]
    attempt = (told["at"], told["id"], told["by"], outcome)
    if objected(state, lead):
        lead.update(attempts=[*lead["attempts"], attempt], callback_at=None)
        return
    lead.update(made, attempts=[*lead["attempts"], attempt], callback_at=None, snoozed_until=None)
    if outcome == "call-back":
        lead["callback_at"] = act["until"]
    elif outcome == "not-now" and lead["state"] in OPEN:
        lead.update(state="nurture", nurture_until=act.get("until"))


def _book_meeting(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    _unless_objected(state, lead)
    lead.update(made, meeting_at=act["starts"], callback_at=None, snoozed_until=None)


def _log_meeting(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    lead.update(made, meeting_at=None, snoozed_until=None)
    if act.get("took_place", True):
        lead["attempts"] = [*lead["attempts"], (told["at"], told["id"], told["by"], "reached")]


def _accept(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    _unless_objected(state, lead)
    lead.update(made, reject_reason=None)
    for element, value in act.get("bant", ()):
        lead["bant"][element] = (value, told["by"])


def _reject(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    lead.update(made, reject_reason=act["reason"], callback_at=None, snoozed_until=None, meeting_at=None)
    lead["nurture_until"] = act.get("until")
    if act["reason"] in BANT:
        lead["bant"][act["reason"]] = ("no", told["by"])


def _return(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    lead.update(made, nurture_until=act.get("until"), callback_at=None, snoozed_until=None)


def _snooze(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    if act["until"] <= told["at"]:
        raise No("time-is-past")
    lead.update(made, snoozed_until=act["until"])


def _callback(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    _unless_objected(state, lead)
    if act["at_time"] is not None and act["at_time"] <= told["at"]:
        raise No("time-is-past")
    lead.update(made, callback_at=act["at_time"], snoozed_until=None)


def _close(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    lead.update(made, callback_at=None)


_DONE = {
    "offer": _offer, "take": _take, "assign": _assign, "hand-over": _hand_over, "log-call": _log_call,
    "book-meeting": _book_meeting, "log-meeting": _log_meeting, "accept": _accept, "reject": _reject,
    "return-to-nurture": _return, "snooze": _snooze, "callback": _callback, "won": _close, "lost": _close,
}  # fmt: skip


def _new(what: str) -> State:
    return {"facts": [], "objections": [], "refs": [], **dict.fromkeys(CONTACT[what], "")}


def _lead(kind: str, person: str) -> Lead:
    return {
        "kind": kind, "person": person, "state": "new", "owner": "", "attempts": [], "bant": {}, "stage": None,
        "reject_reason": None, **dict.fromkeys(TIMES),
    }  # fmt: skip


def _create(state: State, told: Told, act: Told) -> None:
    company, contact, kind = act.get("company"), act.get("contact"), act.get("lead_kind", "outbound")
    if act["lead"] in state["leads"]:
        raise No("lead-exists")
    if act.get("person") and contact is None and act["person"] not in state["persons"]:
        raise No("no-such-person")
    if state["account"] is None:
        if company is None:
            raise No("account-needs-name")
        state["account"] = _new("account")
    if company is not None:
        _told(state["account"], "account", told, company)
    if contact is not None:
        _told(state["persons"].setdefault(act["person"], _new("person")), "person", told, contact)
    lead = _lead(kind, act.get("person", ""))
    if kind == "hand-raiser":
        if not objected(state, lead):
            lead["state"] = "offered"
    elif kind == "outbound":
        lead["owner"] = told["by"]
    state["leads"][act["lead"]] = lead


# --- facts, the loser kept ------------------------------------------------------------------------------------------


def _set_fact(state: State, told: Told, act: Told) -> None:
    if state["account"] is None:
        raise No("no-such-account")
    person = act.get("person", "")
    if person and person not in state["persons"]:
        raise No("no-such-person")
    if act["key"] == "name" and not person and not act["value"].strip():
        raise No("account-needs-name")
    owner = state["persons"][person] if person else state["account"]
    _told(owner, "person" if person else "account", told, {act["key"]: act["value"]}, all_said=True)


def _told(
    owner: State, what: str, told: Told, values: dict[str, str], all_said: bool = False, source: str = "sales"
) -> None:
    facts = owner["facts"]
    added = False
    for key in (*CONTACT[what], *(one for one in values if one not in CONTACT[what])):
        value = values.get(key)
        if value is None or not (value or all_said):
            continue
        same = [one for one in facts if one[0] == key and one[4] == source]
        if same and same[-1][1] == value:
            continue
        facts.append((key, value, told["by"], told["id"], source))
        added = True
        if len(same) >= _FACTS_KEPT:
            facts.remove(same[0])
    if added:
        best = sorted(facts, key=lambda one: TRUST[one[4]])
        owner.update({one[0]: one[1] for one in best if one[0] in CONTACT[what]})


def overwrote(state: State, act: Told) -> bool:
    """Whether a fact stands in the place of one that its writer had not seen."""
    person = act.get("person", "")
    owner, what = (state["persons"].get(person), "person") if person else (state["account"], "account")
    if owner is None or act["key"] not in CONTACT[what]:
        return False
    return owner[act["key"]] not in (act.get("was", ""), act["value"])


# --- objections, sticky ---------------------------------------------------------------------------------------------


def _number(state: State, person: State | None) -> str:
    return (person["phone"] if person else "") or state["account"]["phone"]


def objected(state: State, lead: Lead) -> bool:
    """Whether nobody may contact the lead."""
    person = state["persons"].get(lead["person"])
    number = _number(state, person)
    company = any(scope == "company" or (scope == "number" and value == number)
                  for scope, value, _ in state["account"]["objections"])  # fmt: skip
    return company or bool(person and person["objections"])


def _object(state: State, told: Told, act: Told) -> None:
    if state["account"] is None:
        raise No("no-such-account")
    lead = state["leads"].get(act.get("lead", ""))
    if act.get("lead") and lead is None:
        raise No("no-such-lead")
    person = state["persons"].get(act.get("person") or (lead["person"] if lead else ""))
    if act.get("person") and person is None:
        raise No("no-such-person")
    scope = act.get("scope", "person")
    if person is None and scope == "person":
        scope = "company"
    number = _number(state, person)
    if scope == "number" and not number:
        scope = "person" if person else "company"
    mark = (scope, number if scope == "number" else "", told["id"])
    for owner, covers in ((state["account"], scope != "person"), (person, scope != "company")):
        if owner is not None and covers and all(one[:2] != mark[:2] for one in owner["objections"]):
            owner["objections"].append(mark)


def _revoke(state: State, act: Told) -> None:
    owners = [one for one in (state["account"], *state["persons"].values()) if one is not None]
    held = [one for one in owners if any(mark[2] == act["objection"] for mark in one["objections"])]
    if not held:
        raise No("no-such-objection")
    for one in held:
        one["objections"] = [mark for mark in one["objections"] if mark[2] != act["objection"]]


def _marks(state: State) -> set[Any]:
    owners = {"": state["account"], **state["persons"]}
    return {(name, mark) for name, one in owners.items() if one is not None for mark in one["objections"]}


# --- undo -----------------------------------------------------------------------------------------------------------


def undone(lines: list[Told], targets: list[str], by: str) -> State:
    """What is left of an account without some of its operations. Raises ``No``."""
    standing = [one["told"] for one in lines if not one["undone_by"]]
    found = [one for one in standing if name(one) in targets]
    if not found:
        raise No("nothing-to-undo")
    if found[0]["kind"] in NO_UNDO:
        raise No("cannot-be-undone")
    if found[0]["by"] != by:
        raise No("not-yours-to-undo")
    with_it, without = empty(), empty()
    past = False
    for told in standing:
        if told["kind"] in ("undo", "undo-row"):
            continue
        was, now = _led(with_it, told), _led(without, told)
        _let(with_it, told)
        if any(told is one for one in found):
            past = True
            continue
        try:
            apply(without, told)
        except No:
            raise No("undo-depends") from None
        if not past:
            continue
        if told["by"] != by and _to(was, _led(with_it, told)) != _to(now, _led(without, told)):
            raise No("undo-depends")
        if told["kind"] == "objection" and _marks(with_it) - _marks(without):
            raise No("undo-depends")
    return without


def name(told: Told) -> str:
    """What a line goes by: the operation, and the row of an import."""
    return f"{told['id']}:{told['ordinal']}" if told.get("ordinal") else str(told["id"])


# --- imports --------------------------------------------------------------------------------------------------------


def rows_of(told: Told, states: dict[str, State], hidden: set[str]) -> list[Told]:
    """The rows of an import as operations, each on the account it means: the oldest that the source's id finds, else a
    new one. Only for rows that give the source's ids of company and person, and no other way to be found."""
    made: list[Told] = []
    for ordinal, row in enumerate(told["act"]["rows"]):
        company, person = (told["act"]["source_name"], row["company"]["external_id"]), row["person"]["external_id"]
        known = [one for one, state in states.items() if one not in hidden and _has(state["account"], company)]
        account = min(known) if known else derived_id(told["id"], ordinal, "account")
        state = states.setdefault(account, empty())
        people = [one for one, held in state["persons"].items() if _has(held, (company[0], person))]
        act = {
            **told["act"],
            "row": row,
            "person": min(people) if people else derived_id(told["id"], ordinal, "person"),
        }
        one = {**told, "kind": "import-row", "account": account, "ordinal": ordinal, "act": act}
        before = copy.deepcopy(state)
        _row(state, one, act)
        if state != before:
            made.append(one)
    return made


def _has(owner: State | None, ref: tuple[str, str]) -> bool:
    return owner is not None and ref in owner["refs"]


def _row(state: State, told: Told, act: Told) -> None:
    row, person = act["row"], act["person"]
    if state["account"] is None:
        state["account"] = _new("account")
    state["persons"].setdefault(person, _new("person"))
    for what, owner, part in (
        ("account", state["account"], row["company"]), ("person", state["persons"][person], row["person"])
    ):  # fmt: skip
        values = {key: value for key, value in part.items() if key != "external_id"}
        _told(owner, what, told, values, source="purchased")
        ref = (act["source_name"], part["external_id"])
        if ref not in owner["refs"]:
            owner["refs"].append(ref)
    if all(lead["person"] != person for lead in state["leads"].values()):
        state["leads"][derived_id(told["id"], told["ordinal"], "lead")] = _lead("outbound", person)


def _let(state: State, told: Told) -> None:
    try:
        apply(state, told)
    except No:
        pass


def _led(state: State, told: Told) -> tuple[str, str] | None:
    lead = state["leads"].get(told["act"].get("lead", ""))
    return None if lead is None else (lead["state"], lead["owner"])


def _to(was: tuple[str, str] | None, now: tuple[str, str] | None) -> tuple[str, str] | None:
    return None if now == was else now


# --- the central ----------------------------------------------------------------------------------------------------


class Oracle:
    """The books as they must be. ``staff``: user name to (id, role, teams)."""

    def __init__(self, staff: dict[str, tuple[str, str, tuple[str, ...]]]) -> None:
        self.staff = dict(staff)
        self.states: dict[str, State] = {}
        self.lines: dict[str, list[Told]] = {}
        self.scopes: dict[str, set[str]] = {}
        self.verdicts: dict[str, str] = {}

    def snapshot(self) -> dict[str, Any]:
        """Everything, as it is now."""
        return copy.deepcopy(self.__dict__)

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Everything as it was."""
        self.__dict__.update(copy.deepcopy(snapshot))

    def sight(self, login: str) -> set[str] | None:
        """Scopes that a user sees; None is all."""
        one, role, teams = self.staff[login]
        return None if role in SEES_ALL else {"all", f"user:{one}", *(f"team:{team}" for team in teams)}

    def push(self, login: str, operations: list[Told]) -> dict[str, str]:
        """Decide a batch: by operation the verdict that must have been told."""
        held: set[str] = set()
        answer: dict[str, str] = {}
        # Rows of an import are matched to nothing that is out of sight when the batch comes.
        hidden = {one for one, state in self.states.items() if not self._sees(login, state)}
        for told in operations:
            one, account = told["id"], told.get("account", "")
            if one not in self.verdicts:
                if account in held and told["kind"] != "objection":
                    continue
                self.verdicts[one] = self._decide(login, told, hidden)
            answer[one] = self.verdicts[one]
            if answer[one] == "quarantined" and account:
                held.add(account)
        return answer

    def _sees(self, login: str, state: State) -> bool:
        sight, scopes = self.sight(login), scopes_of(state)
        return sight is None or not scopes or bool(scopes & sight)

    def _decide(self, login: str, told: Told, hidden: set[str]) -> str:
        kind, act, account = told["kind"], told["act"], told["account"]
        if kind not in KINDS:
            return "quarantined"
        try:
            if kind == "import-rows":
                for row in rows_of(told, self.states, hidden):
                    self._keep(row)
                return "applied"
            if kind == "undo-import":
                self._undo_import(login, told)
                return "applied"
            state = self.states.get(account) or empty()
            if not self._sees(login, state):
                return "refused"
            verdict = "merged" if kind == "set-fact" and overwrote(state, act) else "applied"
            if kind == "undo":
                self._undo(told, [act["operation"]])
                return verdict
            apply(state, told)
        except No:
            return "refused"
        self.states[account] = state
        self._keep(told)
        return verdict

    def _keep(self, told: Told) -> None:
        account = told["account"]
        self.lines.setdefault(account, []).append({"told": told, "undone_by": ""})
        self.scopes[account] = scopes_of(self.states[account]) or self.scopes.get(account) or {"all"}

    def _undo(self, told: Told, targets: list[str]) -> None:
        lines = self.lines.get(told["account"], [])
        self.states[told["account"]] = undone(lines, targets, told["by"])
        for line in lines:
            if name(line["told"]) in targets:
                line["undone_by"] = told["id"]
        self._keep(told)

    def _undo_import(self, login: str, told: Told) -> None:
        rows = [
            one["told"]
            for account in sorted(self.lines)
            for one in reversed(self.lines[account])
            if one["told"]["kind"] == "import-row"
            and one["told"]["act"]["import_id"] == told["act"]["import_id"]
            and not one["undone_by"]
        ]
        accounts = list(dict.fromkeys(one["account"] for one in rows))
        if not all(self._sees(login, self.states[one]) for one in accounts):
            raise No("account-not-in-sight")
        if not rows:
            raise No("nothing-to-undo")
        if any(one["by"] != told["by"] for one in rows):
            raise No("not-yours-to-undo")
        undos = {
            name(row): {**told, "kind": "undo-row", "account": row["account"], "ordinal": serial, "act": {}}
            for serial, row in enumerate(rows)
        }
        for account in accounts:
            here = [name(one) for one in rows if one["account"] == account]
            try:
                self.states[account] = undone(self.lines[account], here, told["by"])
            except No:
                for one in here:
                    try:
                        self._undo(undos[one], [one])
                    except No:
                        continue
            else:
                for one in here:
                    for line in self.lines[account]:
                        if name(line["told"]) == one:
                            line["undone_by"] = told["id"]
                    self._keep(undos[one])

    def view(self, login: str, pending: list[Told] | None = None) -> dict[str, Any]:
        """What a user's desk holds: states, and lines of history in order, by account; with what is pending there on
        top."""
        sight = self.sight(login)
        accounts = [one for one in self.lines if sight is None or self.scopes[one] & sight]
        states = {one: self.states[one] for one in accounts}
        lines = {one: [(name(line["told"]), line["undone_by"]) for line in self.lines[one]] for one in accounts}
        if pending:
            _on_top(states, lines, {one: list(self.lines[one]) for one in accounts}, pending)
        return {"states": {one: state for one, state in states.items() if state["account"]}, "lines": lines}


def _on_top(states: dict[str, State], lines: dict[str, Any], past: dict[str, list[Told]], pending: list[Told]) -> None:
    own: set[str] = set()
    for told in pending:
        account = told["account"]
        if account not in own:
            own.add(account)
            states[account] = copy.deepcopy(states.get(account) or empty())
        here = past.setdefault(account, [])
        if any(one["told"]["id"] == told["id"] for one in here):
            # It waits anew, in vain: the central has it still.
            continue
        marked = ""
        try:
            if told["kind"] == "undo":
                states[account] = undone(here, [told["act"]["operation"]], told["by"])
                marked = told["act"]["operation"]
            else:
                apply(states[account], told)
        except No:
            lines.setdefault(account, []).append((told["id"], ""))
            continue
        here[:] = [{**one, "undone_by": told["id"]} if one["told"]["id"] == marked else one for one in here]
        here.append({"told": told, "undone_by": ""})
        lines[account] = [(one, told["id"] if one == marked else by) for one, by in lines.get(account, [])]
        lines[account].append((told["id"], ""))


def scopes_of(state: State) -> set[str]:
    """In whose sight an account is."""
    account = state["account"]
    if account is None:
        return set()
    if not account["team"]:
        return {"all"}
    owners = {f"user:{lead['owner']}" for lead in state["leads"].values() if lead["owner"]}
    return {f"team:{account['team']}", *owners}


KINDS = {
    *LIFE, "import-rows", "undo-import", "create-lead", "set-fact", "objection", "revoke-objection", "note", "answer", "set-stage", "undo",
}  # fmt: skip
