"""Who is erased, in the oracle's own words: what tells of her in an account, what is left of it, and what may not come
again. Operations are read as they travel."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leaddesk.domain.ids import derived_id
from tests.simulation.effect import No, State, Told, apply, empty, strip

#: What stands in the place of a text, and the secret of the central, which keys its hashes.
VEIL, SECRET = "…", "secret-0"


def marker(person: str) -> str:
    """A word that tells of a person and of nobody else: in her name, and in notes about her."""
    return f"M{person[-8:]}"


def hers(person: str, state: State, lines: Iterable[Told]) -> set[str]:
    """Her id and those of her leads."""
    found = {person, *(one for one, lead in state["leads"].items() if lead["person"] == person)}
    for told in lines:
        if told["kind"] in ("create-lead", "import-row") and told["act"].get("person") == person:
            found.add(told["act"].get("lead") or derived_id(told["id"], told["ordinal"], "lead"))
    return found


def speaks(told: Told, ids: set[str]) -> bool:
    """Whether an operation names one of these ids."""
    return bool({told["act"].get("lead"), told["act"].get("person")} & ids)


def shared(person: str, state: State) -> set[str]:
    """Names, numbers and addresses of the company and of her colleagues."""
    owners = [held for one, held in state["persons"].items() if one != person]
    owners += [state["account"]] if state["account"] is not None else []
    return {one[key] for one in owners for key in ("name", "phone", "email") if one[key]}


def veiled(told: Told, ids: set[str], kept: set[str]) -> Told:
    """An operation without her name, number and address; what is hers alone in other words is nobody's here."""
    act = told["act"]
    if not speaks(told, ids):
        return told
    if told["kind"] == "create-lead" and act.get("contact"):
        return {**told, "act": {**act, "contact": _veiled(act["contact"], kept)}}
    if told["kind"] == "import-row":
        return {**told, "act": {**act, "row": {**act["row"], "person": _veiled(act["row"]["person"], kept)}}}
    if told["kind"] == "set-fact" and act.get("person") in ids and act["key"] != "role":
        return {**told, "act": {**act, "value": _veil(act["value"], kept), "was": _veil(act.get("was", ""), kept)}}
    return told


def _veiled(part: dict[str, Any], kept: set[str]) -> dict[str, Any]:
    return {key: _veil(value, kept) if isinstance(value, str) else value for key, value in part.items()}


def _veil(text: str, kept: set[str]) -> str:
    return VEIL if text.strip() and text not in kept else text


def without(person: str, state: State, standing: list[Told], told: Told) -> State:
    """What an account's standing operations lead to without her."""
    ids, kept = hers(person, state, standing), shared(person, state)
    left = empty()
    for one in standing:
        try:
            if one["kind"] not in ("undo", "undo-row"):
                apply(left, veiled(one, ids, kept))
        except No:
            continue
    strip(left, told)
    return left


def keys(told: Told) -> set[str]:
    """By what an operation brings a person in: hashes."""
    kind, act = told["kind"], told["act"]
    part: dict[str, Any] = {}
    if kind == "set-fact" and act.get("person") and act["key"] in ("phone", "email"):
        part = {act["key"]: act["value"]}
    elif kind == "create-lead":
        part = act.get("contact") or {}
    elif kind == "import-row":
        part = act["row"]["person"]
    plain = [f"mail:{part['email'].lower()}"] if part.get("email") else []
    plain += [f"tel:{part['phone']}"] if part.get("phone") else []
    plain += [f"ref:{act['source_name']}:person:{part['external_id']}"] if part.get("external_id") else []
    return {_hash(one) for one in plain if not one.endswith(VEIL)}


def keys_of(texts: Iterable[str]) -> set[str]:
    """By what somebody comes who has these numbers and addresses: hashes."""
    return {_hash(f"{how}{one}") for text in texts for how in ("mail:", "tel:") for one in (text, text.lower())}


def _hash(plain: str) -> str:
    return hashlib.blake2b(plain.encode(), key=SECRET.encode(), digest_size=16).hexdigest()


def at(told: Told) -> datetime:
    """When, by the clock of its desk."""
    return datetime.fromisoformat(told["at"])


@dataclass(slots=True)
class Bars:
    """What may not come: operations that name these ids, and by (key, person) who comes by a way by which somebody
    erased was known, if it was done before the instant; None: ever."""

    ids: set[str] = field(default_factory=set)
    keys: dict[tuple[str, str], datetime | None] = field(default_factory=dict)

    def put(
        self, told: Told, ids: set[str] = frozenset(), more: set[str] = frozenset(), objected: bool = False
    ) -> None:
        """Somebody is erased, of whom more may be known than her erasure tells."""
        act = told["act"]
        self.ids |= {act["person"], *act.get("leads", ()), *ids}
        upto = None if objected or act.get("objected") else at(told)
        self.keys.update({(one, act["person"]): upto for one in {*act.get("keys", ()), *more}})

    def forbid(self, told: Told) -> bool:
        """Whether an operation may not come."""
        if told["kind"] == "erase":
            return False
        uptos = [upto for (one, _), upto in self.keys.items() if one in keys(told)]
        return speaks(told, self.ids) or any(upto is None or at(told) <= upto for upto in uptos)


def objected(lines: Iterable[Told], ids: set[str]) -> bool:
    """Whether an objection of hers stands."""
    standing: set[str] = set()
    for told in lines:
        if told["kind"] == "objection" and speaks(told, ids):
            standing.add(told["id"])
        elif told["kind"] == "revoke-objection":
            standing.discard(told["act"]["objection"])
    return bool(standing)
