"""What must have come of it all: the central once more in plain dicts, written from DESIGN and SYNC and sharing no rule
with the product. Operations are read as they travel.

``Oracle.push`` is told what reached the central, in the order it did, and says which verdicts must have been given;
``Oracle.view`` says what a user's desk must hold after a pull. A restore of the central is a snapshot taken back.
"""

import copy
import json
from typing import Any

from leaddesk.domain.ids import derived_id
from tests.simulation.effect import LIFE, SEES_ALL, No, State, Told, apply, empty, overwrote
from tests.simulation.erased import Bars, hers, keys, keys_of, objected, shared, speaks, veiled, without
from tests.simulation.past import name, rows_of, undone

#: What this central can read.
KINDS = {
    *LIFE, "import-rows", "undo-import", "create-lead", "set-fact", "objection", "revoke-objection", "note", "answer",
    "set-stage", "undo", "erase", "publish-policy",
}  # fmt: skip


class Oracle:
    """The books as they must be. ``staff``: user name to (id, role, teams)."""

    def __init__(self, staff: dict[str, tuple[str, str, tuple[str, ...]]]) -> None:
        self.staff = dict(staff)
        self.states: dict[str, State] = {}
        self.lines: dict[str, list[Told]] = {}
        self.scopes: dict[str, set[str]] = {}
        self.verdicts: dict[str, str] = {}
        self.policies: dict[int, dict[str, Any]] = {}
        #: Erasures in the order they came, what may not come since, and what came all the same and was cut.
        self.erasures: list[Told] = []
        self.bars = Bars()
        self.cut: set[str] = set()
        #: Leads that were to be somebody's, by person.
        self.meant: dict[str, set[str]] = {}

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
        begun, known = len(self.erasures), dict(self.bars.keys)
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
        if len(self.erasures) > begun:
            # Whose number it is besides, is asked at the end of the batch.
            self.bars.keys = known
        for told in self.erasures[begun:]:
            self._forget(told)
        return answer

    def _sees(self, login: str, state: State) -> bool:
        sight, scopes = self.sight(login), scopes_of(state)
        return sight is None or not scopes or bool(scopes & sight)

    def _decide(self, login: str, told: Told, hidden: set[str]) -> str:
        kind, act, account = told["kind"], told["act"], told["account"]
        if kind == "create-lead" and act.get("person"):
            self.meant.setdefault(act["person"], set()).add(act["lead"])
        if self._barred(told):
            self.cut.add(told["id"])
            return "refused"
        if kind not in KINDS:
            return "quarantined"
        try:
            if kind == "import-rows":
                for row in rows_of(told, self.states, hidden, self._barred):
                    self._keep(row)
                return "applied"
            if kind == "publish-policy":
                return self._publish(act)
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
            if kind == "erase":
                self._erase(told)
                return verdict
            apply(state, told)
        except No as why:
            if str(why) == "erased":
                self.cut.add(told["id"])
            return "refused"
        self.states[account] = state
        self._keep(told)
        return verdict

    def _keep(self, told: Told) -> None:
        account = told["account"]
        self.lines.setdefault(account, []).append({"told": told, "undone_by": ""})
        self.scopes[account] = scopes_of(self.states[account]) or self.scopes.get(account) or {"all"}

    def _publish(self, act: Told) -> str:
        if act["version"] != max(self.policies, default=1) + 1:
            raise No("policy-version")
        self.policies[act["version"]] = {
            **json.loads(act["document"]),
            "version": act["version"],
            "note": act.get("note", ""),
        }
        return "applied"

    # --- erasure ----------------------------------------------------------------------------------------------------

    def _barred(self, told: Told) -> bool:
        """Whether it speaks of somebody erased; the lead that it would have made is as little to come."""
        if not self.bars.forbid(told):
            return False
        if told["kind"] in ("create-lead", "import-row"):
            self.bars.ids.add(told["act"].get("lead") or derived_id(told["id"], told["ordinal"], "lead"))
        return True

    def _erase(self, told: Told) -> None:
        account, person = told["account"], told["act"]["person"]
        state = self.states.setdefault(account, empty())
        standing = [one["told"] for one in self.lines.get(account, ()) if not one["undone_by"]]
        ids, kept = hers(person, state, standing), shared(person, state)
        self._bar(told, standing, ids, kept)
        if person in state["persons"]:
            self.states[account] = without(person, state, standing, told)
            for one in self.lines.get(account, ()):
                # What is undone later in the batch is undone without her.
                if not one["undone_by"] and speaks(one["told"], ids):
                    one.setdefault("whole", one["told"])
                    one["told"] = veiled(one["told"], ids, kept)
        self._keep(told)
        self.erasures.append(told)

    def _bar(self, told: Told, lines: list[Told], ids: set[str], kept: set[str]) -> None:
        """What these lines tell of somebody erased is not to be told again."""
        ids = ids | {*told["act"].get("leads", ())}
        known = {key for one in lines if speaks(one, ids) for key in keys(one)} - keys_of(kept)
        self.bars.put(told, ids, known, objected(lines, ids))

    def _forget(self, told: Told) -> None:
        """What the lines of an account tell of somebody erased is nowhere any more, and not to be told again."""
        person, state = told["act"]["person"], self.states[told["account"]]
        lines = self.lines[told["account"]]
        past = [one.get("whole", one["told"]) for one in lines]
        ids, kept = hers(person, state, past), shared(person, state)
        ids |= self.meant.get(person, set()) | {*told["act"].get("leads", ())}
        self._bar(told, past, ids, kept)
        for one in lines:
            if speaks(one["told"], ids):
                one["told"] = veiled(one.pop("whole", one["told"]), ids, kept)

    def erase_again(self, erasures: list[Told], bars: Bars) -> None:
        """A restore that was declared turns back no erasure."""
        for told in erasures:
            if told["id"] not in self.verdicts:
                self.verdicts[told["id"]] = "applied"
                self._erase(told)
                self._forget(told)
        self.bars.ids |= bars.ids
        self.bars.keys.update(bars.keys)

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
        if not account:
            continue
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
            elif told["kind"] == "erase":
                person, state = told["act"]["person"], states[account]
                if person in state["persons"]:
                    standing = [one["told"] for one in here if not one["undone_by"]]
                    ids, kept = hers(person, state, standing), shared(person, state)
                    states[account] = without(person, state, standing, told)
                    here[:] = [{**one, "told": veiled(one["told"], ids, kept)} for one in here]
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
