"""For tests of the central: a signed-in device that talks to the authority without HTTP."""

from typing import Any

from leaddesk.config.port import Ids
from leaddesk.domain import operation as op
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.record import FeedRow, VerdictRow
from leaddesk.domain.words import LeadKind, Verdict
from leaddesk.server.authority import Authority
from leaddesk.server.doorkeeper import Doorkeeper
from leaddesk.store.form import row_from
from leaddesk.wire.codec import from_json, to_json
from leaddesk.wire.message import Pull, Pulled, Push, SignIn
from tests.support import PASSWORD, LiveCentral

IDS = Ids()


class Device:
    """One signed-in device."""

    def __init__(self, central: LiveCentral, login: str, name: str = "") -> None:
        door = Doorkeeper(central.store, central.clock.now, IDS)
        session = door.sign_in(SignIn(user=login, password=PASSWORD, device=name or f"device-{login}"), "here")
        self.user, self.device = session.user, session.device
        self._door, self._token, self._central = door, session.token, central
        self._n = 0
        self.cursor = ""

    @property
    def authority(self) -> Authority:
        """The central as this device sees it now."""
        return Authority(self._central.store, self._door.device(self._token), self._central.clock.now)

    def operation(self, act: op.Act, account: str = "") -> op.Operation:
        """An act as an operation of this device."""
        self._n += 1
        return op.Operation(
            id=IDS.new(), act=act, account=account, at=self._central.clock.now(), by=self.user.id, device=self.device,
            n=self._n, policy=1,
        )  # fmt: skip

    def push(self, *operations: op.Operation | dict[str, Any]) -> list[VerdictRow]:
        """Send them in one batch."""
        told = [pack_operation(one) if isinstance(one, op.Operation) else one for one in operations]
        return list(self.authority.push(Push(device=self.device, operations=tuple(told))).verdicts)

    def do(self, act: op.Act, account: str = "") -> VerdictRow:
        """One act, sent at once."""
        return self.push(self.operation(act, account))[0]

    def pull(self, limit: int = 1000) -> list[FeedRow]:
        """Everything new."""
        rows: list[FeedRow] = []
        while True:
            page, more = self.page(limit)
            rows += page
            if not more:
                return rows

    def page(self, limit: int) -> tuple[list[FeedRow], bool]:
        """One page of what is new, and whether there is more."""
        # As it comes out at the other end of the wire.
        news = from_json(to_json(self.authority.pull(Pull(cursor=self.cursor, limit=limit))), Pulled)
        self.cursor = news.cursor
        return list(news.rows), news.more

    def lead(self, kind: LeadKind = LeadKind.HAND_RAISER) -> tuple[str, str]:
        """A new lead: (lead, account)."""
        lead, account = IDS.new(), IDS.new()
        act = op.CreateLead(lead=lead, lead_kind=kind, company=op.CompanyPart(name="Testi Oy"))
        assert self.do(act, account).verdict is Verdict.APPLIED
        return lead, account


def state_of(rows: list[FeedRow], lead: str) -> Any:
    """The lead that rows of the feed tell of."""
    return next(row_from("lead", row.body) for row in rows if row.id == lead and row.body is not None)
