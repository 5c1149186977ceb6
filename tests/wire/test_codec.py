"""What travels: the same on both sides, strict on what a desk sends, forgiving on what the central adds."""

from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import ACTS, Note, Operation
from leaddesk.domain.plain import pack_operation
from leaddesk.wire import message
from leaddesk.wire.codec import from_json, from_query, to_json, to_query, unpack_operation

WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=20)
INSTANTS = st.datetimes(datetime(1900, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC))
AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field."""
    if get_origin(hint) is UnionType:
        return st.one_of(*(st.none() if one is NoneType else _of(one) for one in get_args(hint)))
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[-1] is Ellipsis:
            return st.lists(_of(inner[0]), max_size=3).map(tuple)
        return st.tuples(*map(_of, inner))
    if is_dataclass(hint):
        kinds = get_type_hints(hint)
        return st.builds(hint, **{one.name: _of(kinds[one.name]) for one in fields(hint)})
    if issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: WORDS, bool: st.booleans(), int: st.integers(-(2**53) + 1, 2**53 - 1), datetime: INSTANTS,
        date: st.dates(date(1900, 1, 1), date(9998, 1, 1)),
    }  # fmt: skip
    return plain[hint]


@given(data=st.data(), kind=st.sampled_from(sorted(ACTS)))
def test_an_operation_comes_out_as_it_went_in(data: st.DataObject, kind: str) -> None:
    operation = Operation(
        id="operation-1", act=data.draw(_of(ACTS[kind])), account=data.draw(WORDS), at=data.draw(INSTANTS), by="u",
        device="d", n=3, policy=2,
    )  # fmt: skip
    told = from_json(to_json(pack_operation(operation)), dict[str, Any])
    assert unpack_operation(told) == operation
    assert pack_operation(unpack_operation(told)) == told


@given(ask=_of(message.Pull))
def test_a_question_in_an_address_comes_out_as_it_went_in(ask: message.Pull) -> None:
    told = dict(parse_qsl(urlencode(to_query(ask)), keep_blank_values=True))
    assert from_query(told, message.Pull) == ask
    assert from_query({**told, "later": "1"}, message.Pull) == ask


@pytest.mark.parametrize(
    "told", [{"limit": "many"}, {"holds": "[[1]]"}, {"holds": "[" * 10_000}, {"blocks": "yes"}, {"protocol": ""}]
)
def test_a_question_that_is_none_is_told(told: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="message-unreadable"):
        from_query(told, message.Pull)


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_a_field_nobody_knows_is_found_at_every_depth(kind: str) -> None:
    told = {"id": "operation-1", "kind": kind, "account": "a", "at": "2026-11-24T08:00:00Z", "by": "u", "device": "d"}
    act = _least(ACTS[kind])
    assert unpack_operation({**told, "act": act}).kind == kind
    for bad in ({**told, "act": {**act, "mood": 1}}, {**told, "act": act, "mood": 1}):
        with pytest.raises(BadInput) as caught:
            unpack_operation(bad)
        assert caught.value.key == "unreadable-operation" and "mood" in str(caught.value.values["field"])


def _least(kind: type[Any]) -> dict[str, Any]:
    """An act with only what it cannot be without."""
    hints = get_type_hints(kind)
    made: dict[str, Any] = {}
    for one in fields(kind):
        if one.default is MISSING:
            hint = hints[one.name]
            options = [inner for inner in get_args(hint) if inner is not NoneType] or [hint]
            first = options[0]
            made[one.name] = (
                next(iter(first)).value if isinstance(first, type) and issubclass(first, StrEnum)
                else "2026-11-24T08:00:00Z" if first is datetime else 1 if first is int else "x"
            )  # fmt: skip
    return made


def test_a_field_nobody_knows_deep_in_a_row_is_found() -> None:
    row = {"number": 2, "company": {"name": "Oy", "mood": "good"}}
    act = {"import_id": "i", "file": "f", "source_name": "s", "rows": [{"number": 1}, row]}
    told = {"id": "operation-1", "kind": "import-rows", "at": "2026-11-24T08:00:00Z", "act": act}
    with pytest.raises(BadInput) as caught:
        unpack_operation(told)
    assert caught.value.values["field"] == "import-rows.rows[1].company.mood"


@pytest.mark.parametrize("hours", [-12, 0, 2, 14])
def test_an_instant_means_the_same_from_any_zone(hours: int) -> None:
    local = AT.astimezone(timezone(timedelta(hours=hours)))
    note = Note(lead="l", text="x")
    told = pack_operation(Operation(id="operation-1", act=note, account="", at=local, by="", device=""))
    assert told["at"] == "2026-11-24T08:00:00Z"
    assert unpack_operation({**told, "at": local.isoformat()}).at == AT


def test_what_a_newer_central_adds_is_let_be() -> None:
    row = b'{"what":"x","id":"1","seq":1,"news":2}'
    told = b'{"rows":[%s],"cursor":"c","more":false,"now":"2026-11-24T08:00:00Z","news":1}' % row
    news = from_json(told, message.Pulled)
    assert (news.rows[0].what, news.cursor, news.now) == ("x", "c", AT)


@pytest.mark.parametrize("kind", [message.Push, message.Pushed, message.Pull, message.Pulled, message.Hello])
@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 10_000, b'{"protocol":[]}'])
def test_what_is_no_message_is_bad_input(kind: type[Any], data: bytes) -> None:
    with pytest.raises(BadInput, match="message-unreadable"):
        from_json(data, kind)


def test_a_central_serves_what_it_says_it_serves() -> None:
    assert 1 <= message.OLDEST_PROTOCOL <= message.PROTOCOL <= message.OLDEST_PROTOCOL + 2
