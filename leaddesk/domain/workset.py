"""A batch of operations in memory: states loaded at once, operations run one after another, results written in bulk.

Stores and the authority fill a ``Workset`` with what ``needs`` names, run their operations, and write what ``Done``
says changed. Imports and their undo are opened here into one operation per row.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from leaddesk.domain import agreement, erasure, match
from leaddesk.domain.agreement import Signature
from leaddesk.domain.apply import apply, difference, without
from leaddesk.domain.changes import Done, Outcome, Refused
from leaddesk.domain.errors import BadInput
from leaddesk.domain.ids import derived_id
from leaddesk.domain.match import Found
from leaddesk.domain.operation import (
    CreateLead,
    Erase,
    ImportRow,
    ImportRows,
    Operation,
    PublishPolicy,
    SignAgreement,
    Undo,
    UndoImport,
    UndoRow,
)
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.state import State
from leaddesk.domain.words import Verdict


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be loaded before a batch runs.

    ``accounts`` whose states are needed (those that ``keys`` point at come on top), ``histories`` the accounts needed
    with their history, ``keys`` match keys to look up, ``imports`` whose every touched account is needed with its
    history. ``whole``: what keys point at is needed with its history too, for an import undone in the batch it is in.
    ``named`` ids of persons and leads, and ``told`` match keys of persons, that may be of somebody erased.
    """

    accounts: frozenset[str]
    histories: frozenset[str]
    keys: frozenset[str]
    imports: frozenset[str]
    whole: bool = False
    named: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()


def needs(operations: Iterable[Operation], also: Iterable[str] = ()) -> Needs:
    """What the operations ask to have loaded; ``also``: ids that may be of somebody erased."""
    accounts: set[str] = set()
    histories: set[str] = set()
    keys: set[str] = set()
    imports: set[str] = set()
    named: set[str] = set(also)
    told: set[str] = set()
    for one in operations:
        act = one.act
        named.update(filter(None, (getattr(act, "lead", ""), getattr(act, "person", ""))))
        told.update(erasure.keys_of(act))
        if isinstance(act, ImportRows):
            for ordinal, row in enumerate(act.rows):
                keys.update(match.keys_of_row(row, act.source_name))
                if row.person is not None:
                    named.add(derived_id(one.id, ordinal, "person"))
        elif isinstance(act, UndoImport):
            imports.add(act.import_id)
        elif one.account:
            accounts.add(one.account)
            if isinstance(act, Undo | UndoRow | Erase):
                histories.add(one.account)
    whole = bool(imports and keys)
    return Needs(
        frozenset(accounts),
        frozenset(histories),
        frozenset(keys),
        frozenset(imports),
        whole,
        frozenset(named),
        frozenset(told) | {one for one in keys if one.startswith(erasure.PERSONAL)},
    )


#: An account that nobody has loaded is one that a row of this batch makes: its history begins here.
_NEW = State(history=())

_NOBODY = erasure.Barred()


class Workset:
    """States, match keys and policies of one batch. ``run`` applies an operation and keeps what it led to.

    ``barred`` are those erased before; ``now`` the central's clock, by which the agreement comes in force (None:
    the operation's own); ``barred_since`` the leads that operations of the batch would have made of them.
    """

    def __init__(
        self,
        policies: Policies,
        states: Mapping[str, State],
        found: Mapping[str, tuple[Found, ...]] | None = None,
        imports: Mapping[str, tuple[str, ...]] | None = None,
        barred: erasure.Barred = _NOBODY,
        now: datetime | None = None,
    ) -> None:
        self.policies = policies
        self.states = dict(states)
        self._found = dict(found or {})
        self._imports = dict(imports or {})
        self._barred = barred
        self._now = now
        self.barred_since: set[str] = set()
        self._done: dict[tuple[str, int], Done] = {}

    def run(self, operation: Operation) -> Done:
        """Apply one operation, its rows where it has some; the same answer again, and nothing else, for one that came
        before. Never raises for a business reason."""
        born = (operation.id, operation.ordinal)
        if born not in self._done:
            self._done[born] = self._run(operation)
        return self._done[born]

    def _run(self, operation: Operation) -> Done:
        act = operation.act
        if isinstance(act, ImportRows):
            return self._run_import(operation, act)
        if isinstance(act, UndoImport):
            return self._run_undo_import(operation, act)
        if isinstance(act, PublishPolicy):
            return self._run_publish(operation, act)
        if isinstance(act, SignAgreement):
            return self._run_sign(operation, act)
        if not operation.account:
            return _refused(operation, Refused("operation-names-no-account", {"act": operation.kind}))
        outcome = self._apply(operation)
        if isinstance(outcome, Refused):
            return _refused(operation, outcome)
        return Done(operation, outcome.verdict, ((operation, outcome),), reason=outcome.notice, values=outcome.values)

    def _apply(self, operation: Operation) -> Outcome | Refused:
        refused = self.barred(operation)
        if refused is not None:
            return refused
        before = self.states.get(operation.account, _NEW)
        outcome = apply(operation, before, self.policies)
        if isinstance(outcome, Refused):
            return outcome
        after = outcome.state
        if after.history is not None:
            after = replace(after, history=(*after.history, operation))
        self.states[operation.account] = after
        self._barred = self._barred.also(operation, before)
        self._learn(operation.account, before, outcome)
        return outcome

    def barred(self, operation: Operation) -> Refused | None:
        """Why an operation may not come at all, since it tells of somebody erased. The lead that it would have made is
        barred too."""
        refused = self._barred.why(operation)
        if refused is not None and isinstance(operation.act, CreateLead | ImportRow):
            lead = erasure.lead_made(operation)
            self.barred_since.add(lead)
            self._barred = replace(self._barred, ids=self._barred.ids | {lead})
        return refused

    def erased(self, ids: frozenset[str]) -> bool:
        """Whether one of these ids is of somebody erased."""
        return bool(ids & self._barred.ids)

    def forget(self, accounts: Collection[str]) -> None:
        """Take what points at these accounts out of the match keys: rows of an import are never matched to them."""
        if accounts:
            self._found = {
                key: tuple(one for one in here if one.account not in accounts) for key, here in self._found.items()
            }

    # --- imports ----------------------------------------------------------------------------------------------------

    def _run_import(self, operation: Operation, act: ImportRows) -> Done:
        applied: list[tuple[Operation, Outcome]] = []
        refused: list[tuple[Operation, Refused]] = []
        counts = {"row-created": 0, "row-updated": 0, "row-unchanged": 0}
        for ordinal in range(len(act.rows)):
            row = match.resolve(operation, act, ordinal, self._found, self.states)
            if row is None:
                counts["row-unchanged"] += 1
                continue
            before = self.states.get(row.account, _NEW)
            outcome = self._apply(row)
            if isinstance(outcome, Refused):
                refused.append((row, outcome))
                continue
            counts[outcome.notice] += 1
            if not outcome.changes:
                self.states[row.account] = before
                continue
            applied.append((row, outcome))
            self._point(match.keys_of_operation(row), Found(row.account, match.EVENT, row.id))
        touched = {*self._imports.get(act.import_id, ()), *(row.account for row, _ in applied)}
        self._imports[act.import_id] = tuple(sorted(touched))
        values = {
            "created": counts["row-created"],
            "updated": counts["row-updated"],
            "unchanged": counts["row-unchanged"],
            "failed": len(refused),
        }
        return Done(operation, Verdict.APPLIED, tuple(applied), tuple(refused), "imported", values)

    def _learn(self, account: str, before: State, outcome: Outcome) -> None:
        """What the rows of an account are found by from now on, so that an import after this operation means the same
        whether or not it comes in the same batch."""
        for what, entity, was, now in _rows(account, before, outcome):
            at = Found(account, what, entity)
            for key in was:
                if key not in now:
                    self._found[key] = tuple(one for one in self._found.get(key, ()) if one != at)
            self._point(now, at)
        for target in outcome.undone:
            for row in before.history or ():
                if (row.id, row.ordinal) == target:
                    for key in match.keys_of_operation(row):
                        self._found[key] = tuple(one for one in self._found.get(key, ()) if one.entity != row.id)

    def _point(self, keys: tuple[str, ...], at: Found) -> None:
        for key in keys:
            here = self._found.get(key, ())
            if at not in here:
                self._found[key] = (*here, at)

    def _run_undo_import(self, operation: Operation, act: UndoImport) -> Done:
        rows = [
            row for account in self._imports.get(act.import_id, ()) for row in self._rows_of(act.import_id, account)
        ]
        if not rows:
            return _refused(operation, Refused("nothing-to-undo", {"operation": act.import_id}))
        other = next((one.by for one in rows if one.by != operation.by), None)
        if other is not None:
            return _refused(operation, Refused("not-yours-to-undo", {"by": other, "act": ImportRows.kind}))
        undos = [
            replace(operation, account=one.account, ordinal=serial, act=UndoRow(operation=one.id, ordinal=one.ordinal))
            for serial, one in enumerate(rows)
        ]
        applied: list[tuple[Operation, Outcome]] = []
        refused: list[tuple[Operation, Refused]] = []
        for account, here in groupby(zip(undos, rows, strict=True), key=lambda pair: pair[0].account):
            mine, its = zip(*here, strict=True)
            together = self._undo_together(account, mine, its)
            for undo, outcome in together or [(one, self._apply(one)) for one in mine]:
                if isinstance(outcome, Refused):
                    refused.append((undo, outcome))
                else:
                    applied.append((undo, outcome))
        values = {"undone": len(applied), "kept": len(refused)}
        return Done(operation, Verdict.APPLIED, tuple(applied), tuple(refused), "import-undone", values)

    def _undo_together(
        self, account: str, undos: tuple[Operation, ...], rows: tuple[Operation, ...]
    ) -> list[tuple[Operation, Outcome | Refused]]:
        """All rows of one account in one go, which is much quicker than one by one; nothing where one must stay."""
        before = self.states[account]
        after = without(rows, before.history or (), self.policies)
        if isinstance(after, Operation):
            return []
        self.states[account] = replace(after, history=(*(after.history or ()), *undos))
        changes = difference(before, after)
        made = [
            (undo, Outcome(after, changes, undone=((row.id, row.ordinal),), notice="undone"))
            for undo, row in zip(undos, rows, strict=True)
        ]
        for _, outcome in made:
            self._learn(account, before, outcome)
        return list(made)

    def _rows_of(self, import_id: str, account: str) -> list[Operation]:
        """The standing rows of one import on one account, newest first: a row which only adds to what an earlier row
        made goes before it."""
        history = self.states.get(account, State()).history or ()
        rows = [one for one in history if isinstance(one.act, ImportRow) and one.act.import_id == import_id]
        return rows[::-1]

    # --- policies ---------------------------------------------------------------------------------------------------

    def _run_publish(self, operation: Operation, act: PublishPolicy) -> Done:
        from leaddesk.domain.document import read  # the document's reader needs the shapes this module also serves

        newest = max(self.policies.versions, default=0)
        if act.version != newest + 1:
            return _refused(operation, Refused("policy-version", {"version": act.version, "expected": newest + 1}))
        try:
            policy = replace(read(act.document), version=act.version, note=act.note)
        except BadInput as trouble:
            return _refused(operation, Refused(trouble.key, dict(trouble.values)))
        at = self._now or operation.at
        refused = agreement.unfit(policy, self.policies.versions, at)
        if refused is not None:
            return _refused(operation, refused)
        self._put(replace(policy, published=at, signed=()))
        return Done(operation, Verdict.APPLIED, reason="policy-published", values={"version": act.version})

    def _run_sign(self, operation: Operation, act: SignAgreement) -> Done:
        versions = self.policies.versions
        refused = agreement.unsignable(versions, act.version, act.party)
        if refused is not None:
            return _refused(operation, refused)
        policy, mark = versions[act.version], Signature(party=act.party, by=operation.by, at=self._now or operation.at)
        signed = replace(policy, signed=(*policy.signed, mark))
        self._put(signed)
        values = {"version": act.version, "party": act.party.value, "at": agreement.binding_from(signed)}
        return Done(operation, Verdict.APPLIED, reason="agreement-signed-now", values=values)

    def _put(self, policy: Policy) -> None:
        self.policies = Policies({**self.policies.versions, policy.version: policy})


def _rows(account: str, before: State, outcome: Outcome) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """Each row an operation changed: what and which it is, and the keys that found it before and find it now."""
    after, changes = outcome.state, outcome.changes
    if changes.accounts:
        was, now = (match.keys_of_account(one) if one is not None else () for one in (before.account, after.account))
        yield match.COMPANY, account, was, now
    for one in changes.persons:
        was, now = (
            match.keys_of_person(state.persons[one]) if one in state.persons else () for state in (before, after)
        )
        yield match.PERSON, one, was, now
    for one in changes.leads:
        was, now = (match.keys_of_lead(state.leads[one]) if one in state.leads else () for state in (before, after))
        yield match.LEAD, one, was, now


def _refused(operation: Operation, refused: Refused) -> Done:
    return Done(operation, Verdict.REFUSED, (), ((operation, refused),), refused.reason, refused.values)
