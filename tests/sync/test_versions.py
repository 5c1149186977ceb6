"""Programs of different ages: protocols two back are served, older desks may still send, newer ones keep what they
have; operations are read in the form they were born in."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain import plain
from leaddesk.domain.errors import Refusal
from leaddesk.domain.words import CallOutcome
from leaddesk.pages.words import Words
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import Compare, Pull, Push
from tests.support import PASSWORD, LiveCentral
from tests.sync.acts import typed
from tests.sync.strangers import Lossy

#: What both ends of these tests may speak: the central serves 2 to 4.
OLDEST, NEWEST = 2, 4


class Speaking(Lossy):
    """A desk's line that says another protocol."""

    protocol = 0

    def push(self, batch: Push) -> Any:
        return super().push(replace(batch, protocol=self.protocol))

    def pull(self, ask: Pull) -> Any:
        return super().pull(replace(ask, protocol=self.protocol))

    def compare(self, ask: Compare) -> Any:
        return super().compare(replace(ask, protocol=self.protocol))


def speak(desk: Desk, protocol: int) -> None:
    """Make the desk's program one of that protocol."""
    good = HttpCentral(desk.store.meta("central"), desk.store.meta("token"))

    def line(url: str, token: str) -> Speaking:
        made = Speaking(good, lambda what: "")
        made.protocol = protocol
        return made

    desk._central = line


@pytest.fixture
def newer(central: LiveCentral, monkeypatch: pytest.MonkeyPatch) -> LiveCentral:
    """The central in four versions' time."""
    monkeypatch.setattr("leaddesk.server.app.PROTOCOL", NEWEST)
    monkeypatch.setattr("leaddesk.server.app.OLDEST_PROTOCOL", OLDEST)
    return central


def states(central: LiveCentral) -> dict[str, str]:
    return {str(row["id"]): str(row["verdict"]) for row in central.operations()}


def notes(desk: Desk, lead: str) -> list[str]:
    card = desk.store.card(lead)
    assert card is not None
    return [one.operation.act.text for one in reversed(card.entries) if isinstance(one.operation.act, op.Note)]


# --- protocols ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(OLDEST, NEWEST + 1))
def test_two_versions_back_everything_works(newer: LiveCentral, desk: Desk, other: Desk, protocol: int) -> None:
    speak(desk, protocol)
    speak(other, NEWEST)
    lead = typed(desk)
    desk.sync()
    other.sync()
    other.do(op.Note(lead=lead, text="theirs"))
    other.sync()
    desk.sync()
    assert notes(desk, lead) == ["theirs"] and desk.recount()[0].mended == 0
    assert desk.status().waiting == 0 and set(states(newer).values()) == {"applied"}


def test_a_program_too_old_for_the_news_still_sends(newer: LiveCentral, desk: Desk) -> None:
    speak(desk, OLDEST - 1)
    lead = typed(desk)
    born = desk.do(op.Note(lead=lead, text="from long ago"))[0].op
    for _ in range(2):
        with pytest.raises(Refusal, match="program-too-old"):
            desk.sync()
    assert states(newer)[born] == "applied" and len(states(newer)) == 2
    status = desk.status()
    assert status.waiting == 0 and status.offline_since is None
    assert Words("en").sync_state(status).startswith("This LeadDesk is too old for the central")
    assert Words("fi").sync_state(status).startswith("Tämä LeadDesk on liian vanha")
    assert Words("sv").sync_state(status).startswith("Detta LeadDesk är för gammalt")
    assert notes(desk, lead) == ["from long ago"]
    speak(desk, NEWEST)
    desk.sync()
    assert notes(desk, lead) == ["from long ago"] and len(states(newer)) == 2
    assert desk.status().trouble is None


def test_a_program_newer_than_the_central_keeps_its_outbox_and_says_so(newer: LiveCentral, desk: Desk) -> None:
    lead = typed(desk)
    speak(desk, NEWEST + 1)
    with pytest.raises(Refusal, match="central-too-old") as told:
        desk.sync()
    assert states(newer) == {} and desk.status().waiting == 1
    desk.do(op.Note(lead=lead, text="works on"))
    assert "Version here: 5; on the central: 2-4" in Words("en").error(told.value)
    assert Words("en").sync_state(desk.status()).startswith("The central is too old for this LeadDesk · 2 waiting")
    assert Words("fi").sync_state(desk.status()).startswith("Keskuspalvelin on liian vanha")
    assert Words("sv").sync_state(desk.status()).startswith("Centralservern är för gammal")
    speak(desk, NEWEST)
    desk.sync()
    assert set(states(newer).values()) == {"applied"} and len(states(newer)) == 2
    assert desk.status().waiting == 0 and desk.status().trouble is None


def test_nobody_signs_in_to_a_central_that_is_too_old(
    central: LiveCentral, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaddesk.sync.http.PROTOCOL", NEWEST)
    with pytest.raises(Refusal, match="central-too-old"):
        desk.sign_in(central.url, "rep", PASSWORD)


def test_a_program_too_old_may_sign_in_again_to_send_what_waits(newer: LiveCentral, desk: Desk) -> None:
    typed(desk)
    desk.sign_in(newer.url, "rep", PASSWORD)
    with pytest.raises(Refusal, match="program-too-old"):
        desk.sync()
    assert set(states(newer).values()) == {"applied"}


# --- forms of operations --------------------------------------------------------------------------------------------


def _words_are_text(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Form 2 calls the text of a note "text"; in form 1 it was "words"."""
    act = dict(told["act"])
    if told["kind"] == "note":
        act["text"] = act.pop("words")
    return {**told, "act": act}


@pytest.fixture
def form_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs of now, at both ends, tell operations in a second form."""
    monkeypatch.setattr(plain, "FORM", 2)
    monkeypatch.setattr(plain, "NEXT", {1: _words_are_text})


def _older(desk: Desk) -> None:
    """What waits was born under the older program."""
    with desk.store._file.write() as connection:
        for table in ("outbox", "history"):
            connection.execute(
                f"UPDATE {table} SET body = json_remove(replace(body, '\"text\"', '\"words\"'), '$.form') "
                "WHERE body ->> '$.kind' = 'note'"
            )


def test_an_outbox_of_an_older_form_is_read_shown_undone_and_sent(
    form_2: None, central: LiveCentral, desk: Desk, other: Desk
) -> None:
    lead = typed(desk)
    old = [desk.do(op.Note(lead=lead, text=str(number)))[0].op for number in range(3)]
    _older(desk)
    assert notes(desk, lead) == ["0", "1", "2"]
    desk.undo()
    desk.do(op.Note(lead=lead, text="of now"))
    assert desk.status().waiting == 6
    desk.sync()
    other.sync()
    assert desk.status().waiting == desk.status().attention == 0
    assert set(states(central).values()) == {"applied"}
    standing = [
        one.operation.act.text
        for one in other.store.card(lead).entries  # type: ignore[union-attr]
        if isinstance(one.operation.act, op.Note) and not one.undone_by
    ]
    assert standing == ["of now", "1", "0"] and notes(desk, lead) == notes(other, lead)
    # It stands as it was born, for a repeat and for who asks.
    bodies = {str(row["id"]): row["body"] for row in central.operations()}
    assert bodies[old[0]]["act"] == {"lead": lead, "words": "0"}
    assert desk.recount()[0].mended == other.recount()[0].mended == 0


def test_after_a_restore_what_was_acknowledged_in_an_older_form_comes_back(
    form_2: None, central: LiveCentral, desk: Desk
) -> None:
    copy = central.copy()
    lead = typed(desk)
    desk.do(op.Note(lead=lead, text="old"))
    _older(desk)
    desk.sync()
    central.restore(copy)
    desk.sync()
    assert notes(desk, lead) == ["old"] and list(states(central).values()) == ["applied"] * 2


def test_what_is_of_a_newer_form_is_kept_whole_and_may_be_done_again(
    central: LiveCentral, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = typed(desk)
    desk.sync()
    born = desk.do(op.Note(lead=lead, text="from tomorrow"))[0].op
    with desk.store._file.write() as connection:
        connection.execute("UPDATE outbox SET body = json_set(body, '$.form', 2) WHERE id = ?", (born,))
    desk.sync()
    assert states(central)[born] == "quarantined"
    (kept,) = desk.store.attention()
    assert kept.reason == "unreadable-operation" and kept.body["act"]["text"] == "from tomorrow"
    monkeypatch.setattr(plain, "FORM", 2)
    desk.attention.retry(born)
    desk.sync()
    assert notes(desk, lead) == ["from tomorrow"] and desk.status().attention == 0


# --- news of a newer central ----------------------------------------------------------------------------------------


class Tomorrow(Lossy):
    """A central that tells what this program has never heard of."""

    def pull(self, ask: Pull) -> Any:
        news = super().pull(replace(ask, blocks=False) if hasattr(ask, "blocks") else ask)
        rows = [self._newer(row) for row in news.rows]
        return replace(news, rows=(*rows, replace(news.rows[0], what="dream", id="d1")) if rows else ())

    def _newer(self, row: Any) -> Any:
        if row.what == "lead":
            return replace(row, body={**row.body, "mood": "calm"})
        if row.what != "entry":
            return row
        told = row.body["operation"]
        changed = {
            "note": {"kind": "telepathy"},
            "log-call": {"act": {**told["act"], "outcome": "by-hologram"}},
            "take": {"form": 2},
        }.get(told["kind"], {})
        return replace(row, body={**row.body, "operation": {**told, **changed, "seal": "s"}, "colour": "red"})


def test_what_a_newer_central_tells_is_kept_as_it_came_and_stops_nothing(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = typed(desk)
    desk.sync()
    other.sync()
    mine = other.do(op.SetFact(key="city", value="Oulu", lead=lead))[0].op
    other.sync()
    desk.sync()
    desk.do(op.Take(lead=lead))
    desk.do(op.Note(lead=lead, text="?"))
    desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED))
    desk.sync()
    good = HttpCentral(other.store.meta("central"), other.store.meta("token"))
    other._central = lambda url, token: Tomorrow(good, lambda what: "")
    other.sync()
    account = desk.store.account_of(lead)
    assert other.store.state(account) == desk.store.state(account)
    card = other.card(lead)
    assert [one.text.key for one in card.timeline].count("did-other") == 3
    assert Words("en").phrase(next(one.text for one in card.timeline if one.text.key == "did-other")) == (
        "Something done with a newer LeadDesk"
    )
    with other.store._file.read() as connection:
        kept = [json.loads(body) for (body,) in connection.execute("SELECT body FROM history ORDER BY position")]
    assert [one["kind"] for one in kept][-3:] == ["take", "telepathy", "log-call"]
    assert {one["seal"] for one in kept[-3:]} == {"s"}
    # What somebody may have built upon unseen is not taken back here; everything else goes on.
    with pytest.raises(Refusal, match="undo-depends"):
        other.undo(mine)
    other.do(op.Note(lead=lead, text="goes on"))
    other.sync()
    assert other.status().waiting == other.status().attention == 0
    # Brought up to date, it reads what it has kept.
    monkeypatch.setattr(plain, "FORM", 2)
    monkeypatch.setattr(plain, "NEXT", {1: dict})
    entries = other.store.card(lead).entries  # type: ignore[union-attr]
    assert [one.operation.kind for one in entries].count("take") == 1
