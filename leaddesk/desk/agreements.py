"""The agreement at the desk: its versions, what a draft would change, publishing one, and signing for one's party."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaddesk.domain.agreement import Signature, binding_from, same_terms
from leaddesk.domain.changes import Changes, changes_of
from leaddesk.domain.clock import HORIZON_YEARS
from leaddesk.domain.document import differences, document
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.operation import PublishPolicy, SignAgreement
from leaddesk.domain.policy import Policy
from leaddesk.domain.role import SIGNS
from leaddesk.domain.words import Party
from leaddesk.intake import agreement as drafts

if TYPE_CHECKING:
    from leaddesk.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Version:
    """One version. ``since`` when it came or comes in force, None for a draft and for the first, which was there from
    the beginning; ``names`` of who signed, by party; ``changes`` against the one in force before it, each where it
    stands, what it was, what it is."""

    policy: Policy
    in_force: bool
    draft: bool
    since: datetime | None
    signed: tuple[Signature, ...]
    names: dict[Party, str]
    changes: tuple[tuple[str, Any, Any], ...]  # Any: JSON values


class Agreements:
    """What sales and marketing have promised each other."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def versions(self) -> list[Version]:
        """Every version whose terms are its own, newest first."""
        policies, users = self._desk.store.policies(), self._desk.store.users()
        now = policies.in_force(self._desk.clock.now())
        made: list[Version] = []
        base: Policy | None = None
        for number in sorted(policies.versions):
            policy = policies.versions[number]
            draft = number not in policies.since
            if base is None or not same_terms(policy, base):
                names = {one.party: users[one.by].name if one.by in users else one.by for one in policy.signed}
                changes = differences(base, policy) if base is not None else ()
                since = policies.since.get(number)
                made.append(Version(policy, same_terms(policy, now), draft, since, policy.signed, names, changes))
            if not draft:
                base = policy
        return made[::-1]

    def version(self, number: int = 0) -> Version:
        """One version, 0 for the one in force. Raises ``Refusal("agreement-unknown")``."""
        policies = self._desk.store.policies()
        wanted = policies.versions.get(number) if number else policies.in_force(self._desk.clock.now())
        found = [one for one in self.versions() if wanted is not None and same_terms(one.policy, wanted)]
        if wanted is None or not found:
            raise Refusal("agreement-unknown", version=number)
        # A version that changed nothing of the terms goes by the one whose they are.
        return min(found, key=lambda one: (one.policy.version != number, one.policy.version))

    def read(self, path: Path) -> Policy:
        """The draft of a file, on top of what is in force. Raises ``BadInput``."""
        now = self._desk.clock.now()
        base = self._desk.store.policies().in_force(now)
        draft = drafts.read_file(path, base, range(now.year - 2, now.year + 2 * HORIZON_YEARS))
        terms, known = draft.agreement, {one.login for one in self._desk.store.users().values()}
        named = [login for share in terms.distribution for login in share.to] + [terms.distributor]
        for login in filter(None, named):
            if login not in known:
                raise BadInput("user-unknown", user=login)
        return draft

    def changes(self, draft: Policy) -> tuple[tuple[str, Any, Any], ...]:  # Any: JSON values
        """What a draft would change of what is in force."""
        return differences(self._desk.store.policies().in_force(self._desk.clock.now()), draft)

    def publish(self, draft: Policy) -> tuple[int, Changes]:
        """Put a draft before both parties; the number it gets. Raises ``Refusal``, ``Denied``."""
        self._once()
        policies = self._desk.store.policies()
        if same_terms(draft, policies.in_force(self._desk.clock.now())):
            raise Refusal("agreement-unchanged", version=max(policies.versions) + 1)
        number = max(policies.versions) + 1
        act = PublishPolicy(version=number, document=document(replace(draft, version=number)), note=draft.note)
        return number, changes_of(self._desk.perform(act, ""))

    def party(self) -> Party | None:
        """For whom this user signs; None for nobody."""
        return next((party for party, role in SIGNS.items() if role is self._desk.role), None)

    def sign(self, number: int = 0) -> tuple[int, datetime | None, Changes]:
        """Sign the newest version, or the one of a number, for one's party: which, and from when it binds, None while
        the other party has still to sign. Raises ``Refusal``: "signs-for-nobody", or why the version cannot be
        signed."""
        number = number or max(self._desk.store.policies().versions)
        party = self.party()
        if party is None:
            raise Refusal("signs-for-nobody", role=self._desk.role, expected=_roles())
        self._once()
        done = self._desk.perform(SignAgreement(version=number, party=party), "")
        policy = self._desk.store.policies().versions[number]
        mark = Signature(party=party, by=done.operation.by, at=done.operation.at)
        return number, binding_from(replace(policy, signed=(*policy.signed, mark))), changes_of(done)

    def waits(self) -> bool:
        """Whether a draft or a signature of this desk has still to be sent."""
        return any(one["kind"] in _KINDS for one in self._desk.store.outbox())

    def _once(self) -> None:
        """What is done on top of what the central has not seen yet, it could only refuse."""
        if self.waits():
            raise Refusal("agreement-waits")


_KINDS = frozenset({PublishPolicy.kind, SignAgreement.kind})


def _roles() -> Iterable[str]:
    return [one.value for one in SIGNS.values()]
