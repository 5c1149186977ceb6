"""What one operation does to its account, in plain dicts: the oracle's own rules, written from DESIGN and SYNC."""

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
NO_UNDO = {"objection", "revoke-objection", "undo", "undo-row", "publish-policy", "erase"}
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
        import_row(state, told, act)
    elif kind == "erase":
        strip(state, told)
    else:
        _on_lead(state, told, act, kind)


def _on_lead(state: State, told: Told, act: Told, kind: str) -> None:
    lead = state["leads"].get(act.get("lead", ""))
    if lead is None:
        raise No("no-such-lead")
    if lead["erased_at"]:
        raise No("erased")
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
    lead.update(made, snoozed_until=act["until"])


def _callback(state: State, lead: Lead, made: Lead, told: Told, act: Told) -> None:
    _unless_objected(state, lead)
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
        "reject_reason": None, "erased_at": None, **dict.fromkeys(TIMES),
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
    if lead is not None and lead["erased_at"]:
        raise No("erased")
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


def marks(state: State) -> set[Any]:
    """Every objection in force, with whom it stands on."""
    owners = {"": state["account"], **state["persons"]}
    return {(name, mark) for name, one in owners.items() if one is not None for mark in one["objections"]}


def strip(state: State, told: Told) -> None:
    """Somebody is erased: her leads stay, by what was decided on them, and nobody works them."""
    person = told["act"]["person"]
    if state["persons"].pop(person, None) is None:
        return
    for lead in state["leads"].values():
        if lead["person"] == person:
            lead.update(dict.fromkeys(TIMES), erased_at=told["at"])
    account = state["account"]
    account["objections"] = [one for one in account["objections"] if one[1] != "…"]


# --- rows of imports ------------------------------------------------------------------------------------------------


def import_row(state: State, told: Told, act: Told) -> None:
    """One row of an import on the account it means."""
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
