"""A sync whose disk fails half way, at every write of desk and central in turn: it ends, and the next goes on."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from pytest import MonkeyPatch

from leaddesk.domain import operation as op
from leaddesk.domain.errors import StoreTrouble
from leaddesk.store import engine
from leaddesk.store.central import store as central_store
from leaddesk.store.local import file as local_file
from tests.crash.disk import nothing_written
from tests.sync.acts import typed
from tests.sync.near import World, view, world


@contextmanager
def fails_at(number: int, monkeypatch: MonkeyPatch) -> Iterator[list[str]]:
    """The disk fails in the ``number``-th unit that writes (0: never), at whichever end; the end of every such unit."""
    ends: list[str] = []

    def failing(end: str, begin: Any) -> Any:  # Any: a unit's beginning
        @contextmanager
        def unit(*arguments: Any, writes: bool = True) -> Iterator[Any]:
            if end == "desk" and not writes:
                with begin(*arguments, writes=False) as reading:
                    yield reading
                return
            ends.append(end)
            fault = nothing_written() if len(ends) == number else nullcontext()
            with fault, begin(*arguments) as writing:
                yield writing

        return unit

    with monkeypatch.context() as patched:
        patched.setattr(local_file, "plain_unit", failing("desk", engine.plain_unit))
        patched.setattr(central_store, "write_unit", failing("central", engine.write_unit))
        yield ends


def _days_work(world: World) -> None:
    """News for a rep, and work of the rep that waits; a lead of theirs that both have worked."""
    rep, manager = world.desks["rep"], world.desks["manager"]
    lead = typed(rep)
    rep.sync()
    manager.sync()
    manager.do(op.Note(lead=lead, text="Esimieheltä"))
    typed(manager, "Uusi Oy")
    manager.sync()
    rep.do(op.Take(lead=lead))
    rep.do(op.Note(lead=lead, text="Junassa kirjoitettu"))
    typed(rep, "Toinen Oy")
    world.central.clock.step(minutes=1)


def test_at_every_write_of_a_sync(monkeypatch: MonkeyPatch) -> None:
    with world() as undisturbed, fails_at(0, monkeypatch) as ends:
        _days_work(undisturbed)
        del ends[:]
        undisturbed.desks["rep"].sync()
        told = list(ends)
    assert told.count("central") >= 1 and told.count("desk") >= 3
    for number in range(1, len(told) + 1):
        with world() as here:
            _days_work(here)
            desk = here.desks["rep"]
            waiting = desk.store.status().waiting
            with fails_at(number, monkeypatch), pytest.raises(StoreTrouble) as caught:
                desk.sync()
            assert caught.value.key == "disk-trouble"
            assert desk.store.status().waiting in (waiting, 0)
            desk.sync()
            assert desk.store.status().waiting == 0
            assert desk.recount()[0].mended == 0
            assert view(desk) == view(here.mirror("rep")), f"after write {number} of {told}"
            sent = [str(row["id"]) for row in here.central.operations()]
            assert len(sent) == len(set(sent)) == 6
            desk.store.check()
