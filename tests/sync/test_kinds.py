"""For every kind of operation: what a desk held and the news since then are what a fresh desk is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.document import document
from leaddesk.domain.operation import ACTS
from leaddesk.domain.words import BuyingStage, CallOutcome, LeadKind, Party, RejectReason
from tests.sync.near import World, view, world


class Scene:
    """A manager with a lead on which anything may be done, and somebody who only looks on."""

    def __init__(self, here: World) -> None:
        self.boss, self.other = here.desks["manager"], here.desks["rep2"]
        self.rep = here.central.users["rep"].id
        self.lead, self.person, self.account = (self.boss.ids.new() for _ in range(3))
        self.later = self.boss.clock.now() + timedelta(days=3)

    def do(self, act: op.Act, account: str = "") -> str:
        return self.boss.perform(act, account or self.account).operation.id

    def create(self) -> str:
        company = op.CompanyPart(name="Kuusikon Saha Oy", business_id="0100990-4")
        contact = op.PersonPart(name="Aino", phone="+358401234567")
        act = op.CreateLead(
            lead=self.lead, person=self.person, lead_kind=LeadKind.HAND_RAISER, company=company, contact=contact
        )
        return self.do(act)

    def bring(self, import_id: str) -> None:
        rows = tuple(
            op.Row(
                number=number,
                company=op.CompanyPart(name=f"Tuotu {number} Oy", external_id=f"c{number}"),
                person=op.PersonPart(name="Eero", external_id=f"p{number}"),
            )
            for number in range(3)
        )
        act = op.ImportRows(import_id=import_id, file="f.csv", source_name="s", rows=rows)
        self.boss.perform(act, "")

    def publish(self) -> None:
        self.boss.perform(op.PublishPolicy(version=2, document=document(default_policy())), "")

    def sign(self) -> None:
        self.boss.perform(op.SignAgreement(version=1, party=Party.SALES), "")


#: What is done before everybody looks, and what then; by the kind of the latter.
KINDS: dict[str, tuple[Callable[[Scene], object], Callable[[Scene], object]]] = {
    "create-lead": (lambda s: None, lambda s: s.create()),
    "import-rows": (lambda s: None, lambda s: s.bring("import-1")),
    "undo-import": (lambda s: s.bring("import-1"), lambda s: s.boss.undo_import("import-1")),
    "publish-policy": (lambda s: s.create(), lambda s: s.publish()),
    "sign-agreement": (lambda s: s.create(), lambda s: s.sign()),
    "set-fact": (lambda s: s.create(), lambda s: s.do(op.SetFact(key="city", value="Oulu"))),
    "offer": (
        lambda s: (s.create(), s.do(op.ReturnToNurture(lead=s.lead))),
        lambda s: s.do(op.Offer(lead=s.lead)),
    ),
    "take": (lambda s: s.create(), lambda s: s.do(op.Take(lead=s.lead))),
    "assign": (lambda s: s.create(), lambda s: s.do(op.Assign(lead=s.lead, owner=s.rep))),
    "log-call": (lambda s: s.create(), lambda s: s.do(op.LogCall(lead=s.lead, outcome=CallOutcome.NO_ANSWER))),
    "book-meeting": (lambda s: s.create(), lambda s: s.do(op.BookMeeting(lead=s.lead, starts=s.later))),
    "log-meeting": (lambda s: s.create(), lambda s: s.do(op.LogMeeting(lead=s.lead, held=s.boss.clock.now()))),
    "note": (lambda s: s.create(), lambda s: s.do(op.Note(lead=s.lead, text="Hei"))),
    "answer": (lambda s: s.create(), lambda s: s.do(op.Answer(lead=s.lead, question="bant.budget", value="yes"))),
    "accept": (lambda s: s.create(), lambda s: s.do(op.Accept(lead=s.lead))),
    "reject": (lambda s: s.create(), lambda s: s.do(op.Reject(lead=s.lead, reason=RejectReason.BUDGET))),
    "return-to-nurture": (lambda s: s.create(), lambda s: s.do(op.ReturnToNurture(lead=s.lead, until=s.later))),
    "hand-over": (
        lambda s: (s.create(), s.do(op.Take(lead=s.lead))),
        lambda s: s.do(op.HandOver(lead=s.lead, to=s.rep)),
    ),
    "snooze": (lambda s: s.create(), lambda s: s.do(op.Snooze(lead=s.lead, until=s.later))),
    "callback": (lambda s: s.create(), lambda s: s.do(op.Callback(lead=s.lead, at_time=s.later))),
    "won": (lambda s: (s.create(), s.do(op.Accept(lead=s.lead))), lambda s: s.do(op.Won(lead=s.lead))),
    "lost": (lambda s: (s.create(), s.do(op.Accept(lead=s.lead))), lambda s: s.do(op.Lost(lead=s.lead))),
    "set-stage": (lambda s: s.create(), lambda s: s.do(op.SetStage(lead=s.lead, stage=BuyingStage.DECIDING))),
    "objection": (lambda s: s.create(), lambda s: s.do(op.Objection(lead=s.lead))),
    "revoke-objection": (
        lambda s: (s.create(), s.do(op.Objection(lead=s.lead))),
        lambda s: s.do(op.RevokeObjection(objection=_latest(s.boss), reason="asked for it")),
    ),
    "undo": (lambda s: (s.create(), s.do(op.Take(lead=s.lead))), lambda s: s.boss.undo()),
}


def _latest(desk: Desk) -> str:
    with desk.store._file.read() as connection:
        (one,) = connection.execute("SELECT id FROM outbox ORDER BY n DESC LIMIT 1").fetchone()
    return str(one)


def test_every_kind_of_operation_is_among_them() -> None:
    # What an erasure takes away has tests of its own.
    assert ACTS.keys() - {"erase"} == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_what_was_held_and_the_news_are_what_a_fresh_desk_is_told(kind: str, name: str) -> None:
    before, then = KINDS[name]
    with world(kind) as here:
        scene = Scene(here)
        before(scene)
        for desk in (scene.boss, scene.other):
            desk.sync()
        held, known = view(scene.other), scene.other.store.policies()
        then(scene)
        for desk in (scene.boss, scene.other):
            desk.sync()
        assert scene.boss.status().attention == 0
        fresh = here.mirror("rep2")
        assert scene.other.store.policies() == fresh.store.policies()
        assert view(scene.other) != held or scene.other.store.policies() != known
        assert view(scene.other) == view(fresh)
        assert view(scene.boss) == view(here.mirror("manager"))
