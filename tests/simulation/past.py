"""What undoes earlier operations, and which accounts the rows of an import mean: the oracle's own rules."""

import copy
from collections.abc import Callable

from leaddesk.domain.ids import derived_id
from tests.simulation.effect import NO_UNDO, No, State, Told, apply, empty, import_row, marks


def undone(lines: list[Told], targets: list[str], by: str) -> State:
    """What is left of an account without some of its operations. Raises ``No``."""
    standing = [one["told"] for one in lines if not one["undone_by"]]
    found = [one for one in standing if name(one) in targets]
    if not found:
        raise No("nothing-to-undo")
    if found[0]["kind"] in NO_UNDO:
        raise No("cannot-be-undone")
    if found[0]["by"] != by:
        raise No("not-yours-to-undo")
    with_it, without = empty(), empty()
    past = False
    for told in standing:
        if told["kind"] in ("undo", "undo-row"):
            continue
        if told["kind"] == "erase" and past and any(_about(one, told["act"]["person"], with_it) for one in found):
            raise No("undo-depends")
        was, now = _led(with_it, told), _led(without, told)
        _let(with_it, told)
        if any(told is one for one in found):
            past = True
            continue
        try:
            apply(without, told)
        except No:
            raise No("undo-depends") from None
        if not past:
            continue
        if told["by"] != by and _to(was, _led(with_it, told)) != _to(now, _led(without, told)):
            raise No("undo-depends")
        if told["kind"] == "objection" and marks(with_it) - marks(without):
            raise No("undo-depends")
    return without


def _about(told: Told, person: str, state: State) -> bool:
    lead = state["leads"].get(told["act"].get("lead", ""))
    return person in (told["act"].get("person", ""), lead["person"] if lead is not None else "")


def name(told: Told) -> str:
    """What a line goes by: the operation, and the row of an import."""
    return f"{told['id']}:{told['ordinal']}" if told.get("ordinal") else str(told["id"])


# --- imports --------------------------------------------------------------------------------------------------------


def rows_of(
    told: Told, states: dict[str, State], hidden: set[str], barred: Callable[[Told], bool] = lambda row: False
) -> list[Told]:
    """The rows of an import as operations, each on the account it means: the oldest that the source's id finds, else a
    new one; without those that are ``barred``. Only for rows that give the source's ids of company and person, and no
    other way to be found."""
    made: list[Told] = []
    for ordinal, row in enumerate(told["act"]["rows"]):
        if row.keys() == {"number"}:
            # It told of somebody erased; a restore has it told again.
            continue
        company, person = (told["act"]["source_name"], row["company"]["external_id"]), row["person"]["external_id"]
        known = [one for one, state in states.items() if one not in hidden and _has(state["account"], company)]
        account = min(known) if known else derived_id(told["id"], ordinal, "account")
        state = states.get(account) or empty()
        people = [one for one, held in state["persons"].items() if _has(held, (company[0], person))]
        act = {
            **told["act"],
            "row": row,
            "person": min(people) if people else derived_id(told["id"], ordinal, "person"),
        }
        one = {**told, "kind": "import-row", "account": account, "ordinal": ordinal, "act": act}
        if barred(one):
            continue
        states.setdefault(account, state)
        before = copy.deepcopy(state)
        import_row(state, one, act)
        if state != before:
            made.append(one)
    return made


def _has(owner: State | None, ref: tuple[str, str]) -> bool:
    return owner is not None and ref in owner["refs"]


def _let(state: State, told: Told) -> None:
    try:
        apply(state, told)
    except No:
        pass


def _led(state: State, told: Told) -> tuple[str, str] | None:
    lead = state["leads"].get(told["act"].get("lead", ""))
    return None if lead is None else (lead["state"], lead["owner"])


def _to(was: tuple[str, str] | None, now: tuple[str, str] | None) -> tuple[str, str] | None:
    return None if now == was else now
