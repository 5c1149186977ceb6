"""Desks and a central over a line that loses, repeats and delays: after quiet nothing is lost, nothing is twice, and
every desk holds exactly what a fresh one would."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.errors import Denied, Refusal, Unreachable
from leaddesk.domain.words import BantElement, BantValue, CallOutcome, LeadKind, ObjectionScope, RejectReason
from leaddesk.wire.central import Central
from leaddesk.wire.message import Pull, Pulled, Push, Pushed
from tests.sync.near import LOGINS, World, view, world
from tests.sync.strangers import Lossy

#: A seed says it all: there is nothing to make smaller.
GENERATED = (Phase.explicit, Phase.reuse, Phase.generate)

FATES = ("", "", "", "lost", "answered in vain", "twice", "late")


class Line(Lossy):
    """A line that also delivers again what was sent long ago."""

    def __init__(self, central: Central, choose: random.Random, sent: list[Push]) -> None:
        super().__init__(central, lambda what: choose.choice(FATES))
        self._choose = choose
        self._sent = sent

    def push(self, batch: Push) -> Pushed:
        """Perhaps, and perhaps an earlier one after it."""
        self._sent.append(batch)
        try:
            return super().push(batch)
        finally:
            self._late()

    def pull(self, ask: Pull) -> Pulled:
        """Perhaps, in small pages."""
        return super().pull(Pull(cursor=ask.cursor, history=ask.history, limit=self._choose.choice((1, 3, 20))))

    def _late(self) -> None:
        if self._choose.random() < 0.3:
            try:
                self._central.push(self._choose.choice(self._sent))
            except Refusal:
                pass  # of a history that is no more


def _act(desk: Desk, choose: random.Random, everybody: list[str]) -> tuple[op.Act, str]:
    """Something a person may try, wise or not: an act and its account ("" where it follows from the lead)."""
    now = desk.clock.now()
    leads = list(desk.order().ids)
    kind = choose.randrange(16)
    if not leads or kind == 0:
        company = op.CompanyPart(name=f"Yritys {choose.randrange(99)} Oy")
        contact = op.PersonPart(name="Aino", phone=f"+35850{choose.randrange(10**6):06}")
        lead_kind = choose.choice((LeadKind.HAND_RAISER, LeadKind.OUTBOUND))
        made = op.CreateLead(
            lead=desk.ids.new(), person=desk.ids.new(), lead_kind=lead_kind, company=company, contact=contact
        )
        return made, desk.ids.new()
    if kind == 1:
        rows = tuple(
            op.Row(
                number=n,
                company=op.CompanyPart(name=f"Tuotu {n}", external_id=str(n), phone=f"+3589{choose.randrange(999):03}"),
                person=op.PersonPart(external_id=f"p{n}", name=f"Henkilö {choose.randrange(9)}"),
            )
            for n in range(choose.randrange(1, 4))
        )
        return op.ImportRows(import_id=desk.ids.new(), file="f.csv", source_name="s", rows=rows), ""
    lead = choose.choice(leads)
    acts: list[Callable[[], op.Act]] = [
        lambda: op.Note(lead=lead, text=f"muistiinpano {choose.randrange(999)}"),
        lambda: op.LogCall(lead=lead, outcome=choose.choice((CallOutcome.REACHED, CallOutcome.NO_ANSWER))),
        lambda: op.Take(lead=lead),
        lambda: op.Accept(lead=lead, bant=((BantElement.NEED, BantValue.YES),)),
        lambda: op.Reject(lead=lead, reason=RejectReason.BUDGET),
        lambda: op.HandOver(lead=lead, to=choose.choice(everybody)),
        lambda: op.SetFact(key="team", value=choose.choice(("", "north")), lead=lead),
        lambda: op.SetFact(key="phone", value=f"+3589{choose.randrange(10**4)}", lead=lead),
        lambda: op.Snooze(lead=lead, until=now + timedelta(days=choose.randrange(1, 9))),
        lambda: op.Objection(lead=lead, scope=choose.choice(tuple(ObjectionScope))),
        lambda: op.Answer(lead=lead, question="bant.budget", value=choose.choice(("yes", "no"))),
        lambda: op.Offer(lead=lead),
    ]
    return choose.choice(acts)(), ""


def _live(world: World, seed: int, steps: int, restores: bool) -> dict[str, set[str]]:
    """A stretch of work, by desk the ids of operations done."""
    choose = random.Random(seed)
    everybody = [one.id for one in world.central.users.values()]
    sent: dict[str, list[Push]] = {login: [] for login in LOGINS}
    done: dict[str, set[str]] = {login: set() for login in LOGINS}
    backup = None
    for step in range(steps):
        world.central.clock.step(seconds=choose.randrange(1, 7_200))
        login = choose.choice(LOGINS)
        desk = world.desks[login]
        what = choose.random()
        try:
            if what < 0.62:
                done[login].add(desk.do(*_act(desk, choose, everybody))[0].op)
            elif what < 0.68:
                done[login].add(desk.undo()[0].op)
            else:
                _sync_badly(desk, choose, sent[login])
        except (Refusal, Denied, Unreachable):
            pass
        if restores and step == steps // 3:
            backup = world.central.copy()
        if restores and step == 2 * steps // 3 and backup is not None:
            world.central.restore(backup)
            for batches in sent.values():
                batches.clear()
    return done


def _sync_badly(desk: Desk, choose: random.Random, sent: list[Push]) -> None:
    good = desk._central
    desk._central = lambda url, token: Line(good(url, token), choose, sent)
    try:
        desk.sync()
    finally:
        desk._central = good


def _quiet(world: World) -> None:
    """Everybody syncs over a good line and lets go of what was refused, until nothing is left to say."""
    for _ in range(12):
        for desk in world.desks.values():
            desk.allow_removal()
            desk.sync()
            for one in desk.store.attention():
                desk.attention.dismiss(one.id)
        if not any(desk.status().waiting for desk in world.desks.values()):
            break
    for desk in world.desks.values():
        desk.allow_removal()
        desk.sync()


def _check(world: World, done: dict[str, set[str]], restored: bool) -> None:
    held: Counter[str] = Counter(str(row["id"]) for row in world.central.operations())
    assert not [one for one, times in held.items() if times != 1], "an operation twice"
    for login, desk in world.desks.items():
        assert desk.status().waiting == desk.status().attention == 0
        verdicts = _verdicts(desk)
        assert verdicts.keys() == done[login]
        kept = {one for one, verdict in verdicts.items() if verdict == "applied" or not restored}
        assert kept <= held.keys(), "an operation lost"
        if not restored:
            told = {str(row["id"]): row["verdict"] for row in world.central.operations()}
            assert verdicts == {one: told[one] for one in verdicts}
    if not restored:
        assert sum(held.values()) == sum(map(len, done.values()))
    for login, desk in world.desks.items():
        assert view(desk) == view(world.mirror(login)), login
    assert view(world.desks["rep"])["shadow"] == []


def _verdicts(desk: Desk) -> dict[str, Any]:
    with desk.store._file.read() as connection:
        return dict(connection.execute("SELECT id, verdict FROM outbox").fetchall())


@settings(max_examples=2, phases=GENERATED)
@given(seed=st.integers(0, 2**32), steps=st.integers(10, 80))
def test_after_quiet_every_desk_holds_what_a_fresh_one_would(kind: str, seed: int, steps: int) -> None:
    with world(kind) as here:
        done = _live(here, seed, steps, restores=False)
        _quiet(here)
        _check(here, done, restored=False)


@settings(max_examples=2, phases=GENERATED)
@given(seed=st.integers(0, 2**32), steps=st.integers(20, 80))
def test_after_a_restore_and_quiet_nothing_applied_is_lost(kind: str, seed: int, steps: int) -> None:
    with world(kind) as here:
        done = _live(here, seed, steps, restores=True)
        _quiet(here)
        _check(here, done, restored=True)
