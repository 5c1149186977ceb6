"""A profile that was put back to an old copy, and copies of one profile side by side: nothing is lost or doubled, and
no two desks go on under the numbers of one device."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.errors import Denied, Refusal, Unreachable
from leaddesk.server import admin
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import Push, SignIn
from tests.server.hands import Device
from tests.support import PASSWORD, LiveCentral, open_desk
from tests.sync.acts import typed
from tests.sync.strangers import Lossy


@pytest.fixture
def profile(tmp_path: Path, central: LiveCentral) -> Path:
    """The profile of a rep with a lead and an act that waits; nobody has it open."""
    with open_desk(tmp_path / "first", central.clock, central) as desk:
        lead = typed(desk)
        desk.sync()
        desk.do(op.Note(lead=lead, text="waits"))
    return tmp_path / "first"


@pytest.fixture
def two(central: LiveCentral, profile: Path) -> Iterator[tuple[Desk, Desk]]:
    """The profile and a copy of it, both open."""
    copy = profile.with_name("second")
    shutil.copytree(profile, copy)
    with ExitStack() as stack:
        yield tuple(stack.enter_context(open_desk(one, central.clock)) for one in (profile, copy))  # type: ignore[misc]


def lead_of(desk: Desk) -> str:
    return desk.order().ids[0]


def said(desk: Desk) -> list[str]:
    card = desk.store.card(lead_of(desk))
    assert card is not None
    return sorted(one.operation.act.text for one in card.entries if isinstance(one.operation.act, op.Note))


def numbers(central: LiveCentral) -> list[tuple[str, int]]:
    """(device, number) of every operation that the central holds, each of which it holds once."""
    rows = central.operations()
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["verdict"] for row in rows} == {"applied"}
    return [(str(row["device"]), int(str(row["counter"]))) for row in rows]


def test_a_profile_put_back_to_an_old_copy_goes_on_under_another_device(central: LiveCentral, profile: Path) -> None:
    old = profile.with_name("old")
    shutil.copytree(profile, old)
    with open_desk(profile, central.clock) as desk:
        first = desk.store.device()
        for number in range(3):
            desk.do(op.Note(lead=lead_of(desk), text=f"lost {number}"))
        desk.sync()
    shutil.rmtree(profile)
    shutil.copytree(old, profile)
    with open_desk(profile, central.clock) as desk:
        desk.do(op.Note(lead=lead_of(desk), text="again"))
        desk.sync()
        second = desk.store.device()
        me = desk.store.me()
        assert second.startswith(f"{first}~") and me is not None and me.device == second
        assert said(desk) == ["again", "lost 0", "lost 1", "lost 2", "waits"]
        # From now on every number is the device's own, and it stays the same.
        before = numbers(central)
        for number in range(3):
            desk.do(op.Note(lead=lead_of(desk), text=f"new {number}"))
            desk.sync()
        later = numbers(central)[len(before) :]
        assert {device for device, _ in later} == {second} == {desk.store.device()}
        assert [n for _, n in later] == list(range(later[0][1], later[0][1] + 3))
        assert desk.status().waiting == desk.status().attention == 0


def test_copies_side_by_side_both_keep_working(central: LiveCentral, two: tuple[Desk, Desk]) -> None:
    texts = ["waits"]
    for turn in range(4):
        for number, desk in enumerate(two):
            desk.do(op.Note(lead=lead_of(desk), text=f"{turn} of {number}"))
            texts.append(f"{turn} of {number}")
        for desk in two:
            desk.sync()
    for desk in two:
        desk.sync()
    assert said(two[0]) == said(two[1]) == sorted(texts)
    assert two[0].store.device() != two[1].store.device()
    # Only what was born before a copy had its own id bears a number twice.
    held = numbers(central)
    assert len(held) - len(set(held)) == 1
    for desk in two:
        assert desk.status().waiting == desk.status().attention == desk.recount()[0].mended == 0


def test_copies_that_sign_in_again_do_not_put_each_other_out(central: LiveCentral, two: tuple[Desk, Desk]) -> None:
    central.clock.step(days=91)
    for desk in two:
        with pytest.raises(Denied, match="token-expired"):
            desk.sync()
    two[0].sign_in(central.url, "rep", PASSWORD)
    with pytest.raises(Denied, match="token-unknown"):
        two[1].sync()
    two[1].sign_in(central.url, "rep", PASSWORD)
    for desk in (*two, *two):
        desk.do(op.Note(lead=lead_of(desk), text="x"))
        desk.sync()
    assert len({desk.store.device() for desk in two}) == 2
    assert {len(numbers(central))} == {6}


def test_of_two_copies_that_both_lose_an_answer_none_takes_the_others_id(
    central: LiveCentral, two: tuple[Desk, Desk]
) -> None:
    for desk in two:
        desk.do(op.Note(lead=lead_of(desk), text="x"))
        good = HttpCentral(desk.store.meta("central"), desk.store.meta("token"))
        desk._central = lambda url, token, good=good: Lossy(good, lambda what: "answered in vain")  # type: ignore[misc]
        with pytest.raises(Unreachable):
            desk.sync()
        desk._central = lambda url, token, good=good: good  # type: ignore[misc]
    for desk in (*two, two[0]):
        desk.sync()
    assert two[0].store.device() != two[1].store.device()
    assert said(two[0]) == said(two[1]) == ["waits", "x", "x"] and len(numbers(central)) == 4
    assert [desk.status().attention for desk in two] == [0, 0]


def test_after_a_restore_each_copy_sends_what_it_was_told_was_kept(
    central: LiveCentral, two: tuple[Desk, Desk]
) -> None:
    copy = central.copy()
    for turn in range(2):
        for number, desk in enumerate(two):
            desk.do(op.Note(lead=lead_of(desk), text=f"{turn} of {number}"))
            desk.sync()
    central.restore(copy)
    for desk in (*two, *two):
        desk.sync()
    assert said(two[0]) == said(two[1]) == ["0 of 0", "0 of 1", "1 of 0", "1 of 1", "waits"]
    assert len(numbers(central)) == 6 and [desk.status().attention for desk in two] == [0, 0]


def test_a_copy_is_signed_out_with_its_device_and_is_nobody_elses(central: LiveCentral) -> None:
    rep = Device(central, "rep", "device-of-rep")
    copy = Device(central, "rep", "device-of-rep~1")
    assert (rep.device, copy.device) == ("device-of-rep", "device-of-rep~1")
    other = Device(central, "rep2", "device-of-rep~2")
    assert not other.device.startswith("device-of-rep")
    for name in ("device-of-other", "device-of-rep~2"):
        with pytest.raises(Refusal, match="operation-of-another-device"):
            other.authority.push(Push(device=name, operations=()))
    boss = HttpCentral(central.url).sign_in(SignIn(user="boss", password=PASSWORD, device="device-boss"))
    by = Device(central, "boss", boss.device)
    assert admin.revoke(central.store, by._door.device(by._token), "device-of-rep") == 2
    for one in (rep, copy):
        with pytest.raises(Denied, match="device-revoked"):
            one.pull()
