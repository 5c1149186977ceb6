"""The laws of the design, over random histories: one outcome everywhere, twice is once, undo is exact or refused."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from leaddesk.domain.apply import apply, fold
from leaddesk.domain.changes import Outcome, Refused
from leaddesk.domain.operation import Erase, Objection, Operation, RevokeObjection, Undo
from leaddesk.domain.privacy import marks, objection_on
from leaddesk.domain.standing import standing
from leaddesk.domain.state import State
from leaddesk.domain.words import Lane, LeadState
from leaddesk.domain.workset import Workset
from tests.domain.histories import ACTS, STEPS, STEPS_WITH_UNDO, USERS, Step
from tests.domain.scene import NOW, POLICIES, Scene, operation


def played(steps: Iterable[Step]) -> Scene:
    """The scene after the steps; what cannot be is left out."""
    scene = Scene()
    for by, act, minutes in steps:
        scene.do(act, by, timedelta(minutes=minutes))
    return scene


def operations(steps: Iterable[Step], account: str = "a") -> list[Operation]:
    """The steps as operations, possible or not."""
    made, at = [], NOW
    for number, (by, act, minutes) in enumerate(steps, 1):
        at += timedelta(minutes=minutes)
        made.append(replace(operation(act, by, at, f"op-{number:04}"), account=account))
    return made


@given(STEPS_WITH_UNDO)
def test_a_rebuild_has_no_differences(steps: list[Step]) -> None:
    scene = played(steps)
    assert scene.now.history is not None
    event(f"{len(scene.now.history) // 4 * 4} or more stand")
    assert fold(scene.now.history, POLICIES) == scene.known
    assert played(steps).now == scene.now


@given(STEPS_WITH_UNDO)
def test_nothing_an_operation_is_given_is_changed_and_refused_changes_nothing(steps: list[Step]) -> None:
    state = State(history=())
    for one in operations(steps):
        before, told = repr(state), repr(one)
        outcome = apply(one, state, POLICIES)
        assert (repr(state), repr(one)) == (before, told)
        assert apply(one, state, POLICIES) == outcome
        if isinstance(outcome, Outcome):
            state = replace(outcome.state, history=(*(outcome.state.history or ()), one))
        else:
            assert outcome.reason


@given(STEPS_WITH_UNDO)
def test_what_changed_is_exactly_what_is_told(steps: list[Step]) -> None:
    state = State(history=())
    for one in operations(steps):
        outcome = apply(one, state, POLICIES)
        if isinstance(outcome, Refused):
            continue
        after, told = outcome.state, outcome.changes
        for was, now, ids in ((state.persons, after.persons, told.persons), (state.leads, after.leads, told.leads)):
            assert ids == {key for key in {*was, *now} if was.get(key) != now.get(key)}
        assert bool(told.accounts) == (state.account != after.account)
        state = replace(after, history=(*(after.history or ()), one))


@given(STEPS_WITH_UNDO, st.data())
def test_an_operation_that_comes_twice_counts_once(steps: list[Step], data: st.DataObject) -> None:
    made = operations(steps)
    once, twice = (Workset(POLICIES, {"a": State(history=())}) for _ in range(2))
    first = [once.run(one) for one in made]
    again = [twice.run(made[index]) for index in _with_repeats(len(made), data)]
    assert twice.states == once.states
    assert {one.operation.id: one for one in again} == {one.operation.id: one for one in first}


def _with_repeats(count: int, data: st.DataObject) -> list[int]:
    """Every number in order, with earlier ones again between them."""
    order: list[int] = []
    for index in range(count):
        order.append(index)
        order.extend(data.draw(st.lists(st.integers(0, index), max_size=2)))
    return order


@given(STEPS, STEPS, st.randoms(use_true_random=False))
def test_accounts_do_not_depend_on_each_others_order(first: list[Step], second: list[Step], chance: object) -> None:
    one = operations(first, "a")
    two = [replace(each, id=f"other-{each.id}") for each in operations(second, "b")]
    apart = Workset(POLICIES, {"a": State(history=()), "b": State(history=())})
    for each in (*one, *two):
        apart.run(each)
    mixed = Workset(POLICIES, {"a": State(history=()), "b": State(history=())})
    left, right = list(one), list(two)
    while left or right:
        queue = left if not right or (left and chance.random() < 0.5) else right  # type: ignore[attr-defined]
        mixed.run(queue.pop(0))
    assert mixed.states == apart.states


@given(STEPS, st.sampled_from(USERS), ACTS)
def test_the_latest_act_is_undone_exactly_or_says_why_not(steps: list[Step], by: str, act: object) -> None:
    scene = played(steps)
    before = scene.now
    outcome = scene.do(act, by)  # type: ignore[arg-type]
    if isinstance(outcome, Refused):
        return
    undone = scene.do(Undo(operation=f"op-{scene.number:04}"), by)
    if isinstance(act, Erase | Objection | RevokeObjection):
        assert isinstance(undone, Refused) and undone.reason == "cannot-be-undone"
    else:
        assert isinstance(undone, Outcome)
        assert scene.known == replace(before, history=None)


@given(STEPS, st.data())
def test_any_act_is_undone_as_if_it_had_never_been_or_says_why_not(steps: list[Step], data: st.DataObject) -> None:
    scene = played(steps)
    history = scene.now.history
    assert history is not None
    target = data.draw(st.sampled_from(history))
    before = scene.now
    undone = scene.do(Undo(operation=target.id), target.by)
    event(undone.reason if isinstance(undone, Refused) else "undone")
    if isinstance(undone, Refused):
        assert undone.reason in ("cannot-be-undone", "undo-depends")
        assert scene.now == before
        if undone.reason == "undo-depends":
            assert undone.values["act"] and undone.values["by"] and undone.values["at"] >= target.at  # type: ignore[operator]
    else:
        assert scene.known == fold([one for one in history if one is not target], POLICIES)
        assert marks(scene.now) == marks(before)


@given(STEPS_WITH_UNDO)
def test_an_objection_wins_until_it_is_revoked(steps: list[Step]) -> None:
    """Nothing but a revocation lifts one, and under one no lead enters the queue or moves on towards contact."""
    state = State(history=())
    for one in operations(steps):
        outcome = apply(one, state, POLICIES)
        if isinstance(outcome, Refused):
            continue
        after = outcome.state
        if not isinstance(one.act, RevokeObjection | Erase):
            assert marks(state) <= marks(after)
        for lead in after.leads.values():
            if objection_on(lead, after) is None:
                continue
            assert after.account is not None
            person = after.persons.get(lead.person)
            assert standing(lead, after.account, person, POLICIES, one.at).lane is Lane.OUT
            was = state.leads.get(lead.id)
            if was is not None and objection_on(was, state) is not None and was.state is not lead.state:
                assert lead.state not in (LeadState.OFFERED, LeadState.ACCEPTED) or isinstance(one.act, Undo)
        state = replace(after, history=(*(after.history or ()), one))
