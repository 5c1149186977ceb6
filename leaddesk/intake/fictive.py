"""Fictive Finnish companies and persons, for the demonstration and for tests: nobody real is described or reachable.

The parts lie in ``resources/fictive``. The same count and seed give the same companies on every machine, and more of
them begin with the same ones. What marks them as fictive: business ids begin with 9 (the register is far below), web
and mail addresses end in ``.example`` (RFC 2606), and phones begin with +358 49, a code without subscribers, which
``read_phone`` refuses like any number nobody has.
"""

import csv
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice
from itertools import count as numbers
from random import Random
from typing import Generic, TypeVar

from leaddesk.config.folders import data_dir

Choice = TypeVar("Choice")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
_IDS = 1_000_000

#: (least, most employees, share in percent): as company sizes go among those that others sell to.
_SIZES = ((2, 9, 26), (10, 49, 37), (50, 199, 24), (200, 499, 9), (500, 1600, 4))

_LETTERS = str.maketrans({"å": "a", "ä": "a", "ö": "o"})


@dataclass(frozen=True, slots=True)
class FictiveCompany:
    """A company that does not exist.

    ``industry_code`` is two digits of TOL 2008, ``form`` the Finnish official name of the company form, ``revenue``
    whole euros a year, ``phone`` E.164.
    """

    name: str
    business_id: str
    municipality: str
    postcode: str
    industry_code: str
    industry: str
    form: str
    employees: int
    revenue: int
    website: str
    phone: str


@dataclass(frozen=True, slots=True)
class FictivePerson:
    """Somebody who does not exist, with a title in Finnish; ``phone`` E.164."""

    name: str
    title: str
    email: str
    phone: str


def companies(count: int, seed: int = 1) -> list[FictiveCompany]:
    """``count`` companies, no two with the same name or business id.

    Raises ``ValueError`` where there are not so many free business ids (some 900,000).
    """
    return list(islice(_companies(seed), count))


def people(company: FictiveCompany, seed: int = 1) -> list[FictivePerson]:
    """One to five persons of the company, the managing director first, no two of one name."""
    chance = Random(f"{seed} {company.business_id}")  # noqa: S311 (made-up people, no secret)
    wished = 1 + sum(company.employees >= size for size in (10, 50, 200)) + (chance.random() < 0.4)
    titles = [title for title, least, most in _titles() if least <= company.employees <= (most or company.employees)]
    chosen = titles[:1] + chance.sample(titles[1:], min(wished, len(titles)) - 1)
    domain = company.website.removeprefix("https://www.")
    made: list[FictivePerson] = []
    for place, title in enumerate(chosen):
        while True:
            first, last = _weighed(chance, _first_names()), _weighed(chance, _surnames())
            name = f"{first} {last}"
            if all(one.name != name for one in made):
                break
        phone = f"+35849{company.business_id[1:7]}{place + 1:02}"
        made.append(FictivePerson(name, title, f"{_plain(first)}.{_plain(last)}@{domain}", phone))
    return made


def is_fictive(business_id: str) -> bool:
    """Whether the business id is of the range these companies take theirs from."""
    return len(business_id) == 9 and business_id.startswith("9") and business_id[7] == "-"


def _companies(seed: int) -> Iterator[FictiveCompany]:
    chance = Random(seed)  # noqa: S311 (made-up companies, no secret)
    ids = _business_ids(int(chance.random() * _IDS))
    names: set[str] = set()
    webs: set[str] = set()
    while True:
        place = _weighed(chance, _places())
        industry = _weighed(chance, _industries())
        least, most = _weighed(chance, _sizes())
        name = _name(chance, place, industry, names)
        names.add(name)
        employees = _between(chance, least, most)
        revenue = employees * industry.revenue_each * (0.6 + 0.9 * chance.random())
        web = _plain(name.removesuffix(" Oyj").removesuffix(" Oy").removesuffix(" Ab").removeprefix("Oy "))
        if web in webs:
            web = next(one for n in numbers(2) if (one := f"{web}-{n}") not in webs)
        webs.add(web)
        business_id = next(ids)
        yield FictiveCompany(
            name=name,
            business_id=business_id,
            municipality=place.municipality,
            postcode=_one(chance, place.postcodes),
            industry_code=industry.code,
            industry=industry.text,
            form="julkinen osakeyhtiö" if name.endswith(" Oyj") else "osakeyhtiö",
            employees=employees,
            revenue=_round(revenue),
            website=f"https://www.{web}.example",
            phone=f"+35849{business_id[1:7]}00",
        )


def _name(chance: Random, place: "_Place", industry: "_Industry", taken: set[str]) -> str:
    """A name nobody of ``taken`` has; past the few hundred thousand that the parts give, with a number."""
    for _ in range(30):
        stem, genitive = _one(chance, _stems())
        word = _one(chance, industry.words)
        if place.swedish and chance.random() < 0.4:
            name = _one(chance, (f"Oy {stem} Ab", f"{stem} {word} Ab"))
        else:
            name = _one(chance, (f"{genitive} {word} Oy", f"{stem} {word} Oy", f"{word} {stem} Oy", f"{stem} Oy"))
        if chance.random() < 0.01 and name.endswith(" Oy"):
            name += "j"
        if name not in taken:
            return name
    stem, _ = _one(chance, _stems())
    return next(name for n in numbers(2) if (name := f"{stem} {place.municipality} {n} Oy") not in taken)


def _business_ids(start: int) -> Iterator[str]:
    """Ids with a right check digit (the register's weights, modulo 11), each once, in an order that looks like none."""
    for step in range(_IDS):
        digits = f"9{(start + step * 377_117) % _IDS:06}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
        if rest != 1:
            yield f"{digits}-{0 if rest == 0 else 11 - rest}"
    raise ValueError("no more fictive business ids")


def _between(chance: Random, least: int, most: int) -> int:
    """A whole number, the small ones of the range more often."""
    return least + int((most - least + 1) * chance.random() ** 1.6)


def _round(euros: float) -> int:
    """Two leading digits, as people tell turnovers."""
    step = int(10 ** max(0, len(str(int(euros))) - 2))
    return max(step, int(euros / step + 0.5) * step)


def _plain(text: str) -> str:
    """The text as a part of an address: a-z, digits and hyphens."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return "-".join("".join(one if one.isalnum() else " " for one in folded).split())


def _one(chance: Random, choices: tuple[Choice, ...]) -> Choice:
    return choices[int(chance.random() * len(choices))]


def _weighed(chance: Random, parts: "_Weighed[Choice]") -> Choice:
    return parts.choices[bisect(parts.sums, chance.random() * parts.sums[-1])]


# --- the parts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weighed(Generic[Choice]):
    """Choices and their weights added up."""

    choices: tuple[Choice, ...]
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    municipality: str
    postcodes: tuple[str, ...]
    swedish: bool


@dataclass(frozen=True, slots=True)
class _Industry:
    code: str
    text: str
    words: tuple[str, ...]
    revenue_each: int


def _rows(name: str) -> list[dict[str, str]]:
    with (data_dir() / "resources" / "fictive" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _weigh(choices: Iterable[Choice], weights: Iterable[int]) -> _Weighed[Choice]:
    return _Weighed(tuple(choices), tuple(accumulate(weights)))


@cache
def _first_names() -> _Weighed[str]:
    return _names("first_names.csv")


@cache
def _surnames() -> _Weighed[str]:
    return _names("surnames.csv")


def _names(file: str) -> _Weighed[str]:
    rows = _rows(file)
    return _weigh((row["name"] for row in rows), (int(row["bearers"]) for row in rows))


@cache
def _places() -> _Weighed[_Place]:
    rows = _rows("places.csv")
    places = (_Place(row["municipality"], tuple(row["postcodes"].split()), row["swedish"] == "1") for row in rows)
    return _weigh(places, (int(row["weight"]) for row in rows))


@cache
def _industries() -> _Weighed[_Industry]:
    rows = _rows("industries.csv")
    industries = (
        _Industry(
            row["code"],
            row["industry"],
            tuple(row["name_words"].split()),
            1000 * int(row["revenue_per_employee_thousands"]),
        )
        for row in rows
    )
    return _weigh(industries, (int(row["weight"]) for row in rows))


@cache
def _sizes() -> _Weighed[tuple[int, int]]:
    return _weigh(((least, most) for least, most, _ in _SIZES), (share for _, _, share in _SIZES))


@cache
def _stems() -> tuple[tuple[str, str], ...]:
    return tuple((row["name"], row["genitive"]) for row in _rows("stems.csv"))


@cache
def _titles() -> tuple[tuple[str, int, int], ...]:
    """(title, from how many employees, up to how many; 0 any)."""
    return tuple((row["title"], int(row["from_employees"]), int(row["to_employees"])) for row in _rows("titles.csv"))
