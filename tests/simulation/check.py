"""What must hold: of a desk after each whole sync, and of everybody after quiet."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from leaddesk.domain.handover import Handover, Key
from leaddesk.server import cursor as cursors
from leaddesk.server.scheduler import rebuild
from leaddesk.store.central import tables as t
from leaddesk.store.central.book import Book
from leaddesk.store.columns import LEAD
from leaddesk.store.local.tables import PENDING
from tests.simulation.effect import CONTACT
from tests.simulation.erased import marker, speaks
from tests.simulation.line import as_told
from tests.simulation.oracle import Oracle
from tests.simulation.world import TENANT, Station

if TYPE_CHECKING:
    from tests.simulation.play import Play

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAD = (
    "kind", "person", "state", "owner", "attempts", "bant", "stage", "reject_reason", "callback_at", "snoozed_until",
    "nurture_until", "meeting_at", "erased_at",
)  # fmt: skip

_json = msgspec.json.Decoder().decode


class Failure(AssertionError):
    """Something does not hold."""


def same(what: str, is_: Any, must: Any) -> None:
    """Raises ``Failure`` that names the places where the two differ."""
    if is_ != must:
        raise Failure(f"{what}: " + "; ".join(_differences("", is_, must)))


def _differences(path: str, is_: Any, must: Any) -> Iterable[str]:
    if isinstance(is_, dict) and isinstance(must, dict):
        for key in sorted({*is_, *must}, key=str):
            if key not in is_:
                yield f"{path}/{key} is missing, must be {must[key]!r}"
            elif key not in must:
                yield f"{path}/{key} is {is_[key]!r}, must not be"
            elif is_[key] != must[key]:
                yield from _differences(f"{path}/{key}", is_[key], must[key])
    else:
        yield f"{path} is {is_!r}, must be {must!r}"


# --- a desk ---------------------------------------------------------------------------------------------------------


def held(station: Station) -> dict[str, Any]:
    """What a desk holds, in the oracle's words."""
    states: dict[str, Any] = {}
    for one, *values in station.rows(
        f"SELECT id, {','.join(CONTACT['account'])}, told, objections, refs FROM accounts"
    ):
        account = _owner("account", values)
        states[one] = {"account": account, "persons": {}, "leads": {}}
    for one, home, *values in station.rows(
        f"SELECT id, account, {','.join(CONTACT['person'])}, told, objections, refs FROM persons"
    ):
        _home(states, home, one)["persons"][one] = _owner("person", values)
    for one, home, *values in station.rows(f"SELECT id, account, {','.join(_LEAD)} FROM leads"):
        _home(states, home, one)["leads"][one] = _lead(dict(zip(_LEAD, values, strict=True)))
    lines: dict[str, list[tuple[str, str]]] = {}
    for account, op, ordinal, undone_by in station.rows(
        "SELECT account, op, ordinal, undone_by FROM history ORDER BY position, ordinal"
    ):
        lines.setdefault(account, []).append((f"{op}:{ordinal}" if ordinal else op, undone_by))
    return {"states": states, "lines": lines}


def _home(states: dict[str, Any], account: str, one: str) -> Any:
    if account not in states:
        raise Failure(f"{one} stands on an account that is not here")
    return states[account]


def _owner(what: str, values: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = dict(zip(CONTACT[what], values, strict=False))
    made["facts"] = [
        (key, value, one.get("by", ""), one.get("op", ""), one["source"])
        for one in _json(values[-3])
        for key, value in one["values"]
    ]
    made["refs"] = [(one["source"], one["id"]) for one in _json(values[-1])]
    made["objections"] = [(one["scope"], one.get("value", ""), one["id"]) for one in _json(values[-2])]
    return made


def _lead(row: dict[str, Any]) -> dict[str, Any]:
    row["attempts"] = [(one["at"], one["op"], one["by"], one["outcome"]) for one in _json(row["attempts"])]
    row["bant"] = {one["element"]: (one["value"], one["by"]) for one in _json(row["bant"])}
    for name in ("callback_at", "snoozed_until", "nurture_until", "meeting_at", "erased_at"):
        if row[name] is not None:
            row[name] = (_EPOCH + timedelta(microseconds=row[name])).isoformat().replace("+00:00", "Z")
    return row


def waiting(station: Station) -> list[dict[str, Any]]:
    """The operations that wait at a desk, in the order of birth."""
    return [_json(body) for (body,) in station.rows("SELECT body FROM outbox WHERE state = 'waiting' ORDER BY n")]


def synced(station: Station, oracle: Oracle) -> None:
    """After a whole sync: the desk holds what the central has for it, its waiting operations on top."""
    pending = waiting(station)
    if any(one["kind"] in ("import-rows", "undo-import") for one in pending):
        # Its rows stand where this desk has matched them, which the oracle does not follow.
        return
    must = oracle.view(station.login, pending)
    for state in must["states"].values():
        for lead in state["leads"].values():
            lead["attempts"] = sorted(lead["attempts"])
    is_ = held(station)
    for lines in (is_["lines"], must["lines"]):
        _unmarked(lines, {one["id"] for one in pending})
    same(f"the desk of {station.login}", is_, must)


def _unmarked(lines: dict[str, list[tuple[str, str]]], pending: set[str]) -> None:
    """Whether something pending that the central would refuse shows as undone by something else pending, nobody has to
    say."""
    for account, here in lines.items():
        lines[account] = [(one, "" if one in pending and by in pending else by) for one, by in here]


def emptied(station: Station, last: int) -> None:
    """After a whole sync: of what waited at its beginning (numbers up to ``last``) only what stands behind an
    operation of its account that the central could not judge waits still."""
    bad = dict(
        station.rows(
            "SELECT account, min(n) FROM outbox WHERE state = 'attention' AND verdict = 'quarantined' GROUP BY account"
        )
    )
    left = [
        one["id"] for one in waiting(station) if one["n"] <= last and one["n"] < bad.get(one["account"], one["n"] + 1)
    ]
    same(f"what waits at {station.login}'s for nothing", left, [])


def whole(station: Station) -> None:
    """At any time: nothing pending is shown that does not wait in the outbox, and nothing waits for its first verdict
    that is not shown; the status counts what is there."""
    astray = station.rows(
        f"SELECT op FROM history WHERE position >= {PENDING} AND op NOT IN "
        "(SELECT id FROM outbox WHERE state IN ('waiting', 'sent'))"
    )
    same(f"lines at {station.login}'s without an operation", astray, [])
    unseen = station.rows(
        "SELECT id FROM outbox WHERE state = 'waiting' AND verdict = '' AND account <> '' "
        "AND id NOT IN (SELECT op FROM history)"
    )
    same(f"operations at {station.login}'s without a line", unseen, [])
    states = [state for (state,) in station.rows("SELECT state FROM outbox")]
    status = station.desk.status()
    same("the count of waiting", status.waiting, states.count("waiting"))
    same("the count in need of attention", status.attention, states.count("attention"))
    same("the tray", len(station.desk.attention.list()), states.count("attention"))


# --- everybody, after quiet -----------------------------------------------------------------------------------------


def verdicts(play: "Play") -> None:
    """Every operation born has one verdict at the central, the same at its desk and the oracle's; none besides."""
    kept = play.office.rows("SELECT id, verdict, device, body FROM operations")
    central = {one: verdict for one, verdict, _, _ in kept}
    same("operations stored", len(kept), len(central))
    same("operations of nobody", sorted(central.keys() - play.born.keys()), [])
    same("verdicts of the central", central, play.oracle.verdicts)
    for station in play.stations.values():
        here = {one: row for one, *row in station.rows("SELECT id, state, verdict FROM outbox")}
        for one, birth in play.born.items():
            if birth.login != station.login or birth.given_up:
                continue
            if one not in here:
                raise Failure(f"the desk of {station.login} has lost {one}")
            state, verdict = here[one]
            no = verdict in ("refused", "quarantined")
            if play.restored and no and state in ("attention", "dismissed"):
                # It was told before the central lost it.
                continue
            if state == "durable" and play.erased and not birth.told["act"].keys() <= {"lead", "person"}:
                # Somebody it told of was erased while its account was out of sight: nothing is left to be told again.
                continue
            if state not in (("attention", "dismissed") if no else ("done",)):
                raise Failure(f"{one} is {state} at {station.login}'s with verdict {verdict!r}")
            if one not in central:
                raise Failure(f"{one} of {station.login} ({verdict}) is lost")
            same(f"the verdict on {one} at {station.login}'s", verdict, central[one])


def bodies(play: "Play") -> None:
    """Every operation stands at the central as it was born, but for what tells of somebody erased, and is counted
    once."""
    for one, body, reason in play.office.rows("SELECT id, body, reason FROM operations"):
        is_, must = _json(body), play.born[one].told
        if is_["kind"] != must["kind"]:
            must = as_told(must)
        same(f"{one} is refused since it is about somebody erased", reason == "erased", one in play.oracle.cut)
        if one in play.oracle.cut:
            must = {**must, "act": {key: must["act"][key] for key in ("lead", "person") if key in must["act"]}}
        elif play.erased and (must["kind"] == "import-rows" or speaks(must, play.erased)):
            is_, must = ({**told, "act": {}} for told in (is_, must))
        same(f"operation {one}", is_, must)
    for one, times in play.office.rows("SELECT op, count(*) FROM history WHERE ordinal = 0 GROUP BY op"):
        same(f"lines of {one}", times, 1)


def nothing_of_her(play: "Play") -> None:
    """Of whom the central has erased nothing is left, there and at any desk."""
    words = [marker(told["act"]["person"]) for told in play.oracle.erasures]
    if not words:
        return
    places = {"central": play.office.contents()}
    places.update((station.login, station.contents()) for station in play.stations.values())
    same("left of who is erased", [(where, one) for where, text in places.items() for one in words if one in text], [])


def policies(play: "Play") -> None:
    """Every desk has the policies that the central has taken."""
    for station in play.stations.values():
        rows = station.rows("SELECT version, document FROM policies WHERE version > 1")
        held = {version: {**_json(document), "published": None} for version, document in rows}
        same(f"the policies at {station.login}'s", held, play.oracle.policies)


def desks(play: "Play") -> None:
    """Every desk holds the oracle's view in its scope and nothing else."""
    for station in play.stations.values():
        whole(station)
        synced(station, play.oracle)
        same(f"shadows at {station.login}'s", station.rows("SELECT * FROM shadow"), [])
        same(f"what waits at {station.login}'s", waiting(station), [])


def histories(play: "Play") -> None:
    """Every desk follows the central's present history."""
    ((epoch, seq, chain),) = play.office.rows("SELECT epoch, seq, chain FROM tenants JOIN counter ON tenant = id")
    for station in play.stations.values():
        at = cursors.read(station.desk.store.cursor())
        same(f"the cursor of {station.login}", (at.epoch, at.seq, at.chain), (epoch, seq, chain))


_TABLES = {
    "accounts": "SELECT * FROM accounts ORDER BY id",
    "persons": "SELECT * FROM persons ORDER BY id",
    "leads": f"SELECT {','.join(LEAD.names)} FROM leads ORDER BY id",
    "history": "SELECT op, ordinal, position, account, body, undone_by FROM history ORDER BY op, ordinal",
    "match keys": "SELECT * FROM match_keys ORDER BY key, entity",
    "search": "SELECT l.id FROM leads l JOIN search s ON s.rowid = l.no ORDER BY l.id",
}


def mirrors(play: "Play") -> None:
    """A desk holds, column for column, what one holds that has just signed in."""
    station = play.choose.choice(list(play.stations.values()))
    fresh = play.fresh(station.login)
    try:
        for what, sql in _TABLES.items():
            is_, must = station.rows(sql), fresh.rows(sql)
            same(f"{what} at {station.login}'s beside a fresh desk", is_, must)
    finally:
        fresh.close()


def repeats(play: "Play") -> None:
    """A repeat of anything that the central has ever decided changes nothing there. What a restore has made it forget
    may be decided anew."""
    sent = play.network.sent[play.network.lost :]
    if not sent:
        return
    before = play.office.rows("SELECT seq, chain FROM counter")
    for _ in range(3):
        play.network.serve(play.choose.choice(sent))
    same("the books after repeats", play.office.rows("SELECT seq, chain FROM counter"), before)


def recounts(play: "Play") -> None:
    """A recount finds nothing to mend; and what a bad disk has done to a row it mends."""
    station = play.choose.choice(list(play.stations.values()))
    result, _ = station.desk.recount()
    same("accounts mended for nothing", (result.compared, result.mended), (len(held(station)["states"]), 0))
    with station.desk.store._file.write() as connection:
        spoilt = connection.execute("UPDATE leads SET owner = 'nobody' WHERE id = (SELECT max(id) FROM leads)").rowcount
    result, _ = station.desk.recount()
    same("accounts mended", result.mended, spoilt)
    synced(station, play.oracle)


def handovers(play: "Play") -> None:
    """The rows of handed-over leads, followed batch by batch, are those that the histories lead to.

    A version of the policy that a restore has taken back may have come in force as another since: rows judged by it are
    not compared.
    """
    held = _handovers(play)
    rebuild(play.office.store, TENANT)
    anew = _handovers(play)
    other = {key for key in held.keys() & anew.keys() if held[key].policy != anew[key].policy}
    of = [{str(key): row for key, row in rows.items() if key not in other} for rows in (held, anew)]
    same("the rows of handovers", *of)


def _handovers(play: "Play") -> dict[Key, Handover]:
    with play.office.store.read() as unit:
        rows = Book(unit, TENANT).handovers
        return rows.of(t.handovers.c.account, rows.offered_accounts("", 10_000))


#: Everything that must hold after quiet.
HOLDS: tuple[Callable[["Play"], None], ...] = (
    verdicts, bodies, nothing_of_her, desks, policies, histories, repeats, mirrors, recounts, handovers,
)  # fmt: skip
