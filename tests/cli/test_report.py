"""The page for both sides from the command line, and on paper."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.hands import ServedCentral, Shell

#: Elements that have no end.
_VOID = {"meta", "rect", "br"}


class Balanced(HTMLParser):
    """Whether each element ends where it must; what is read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(str(told["href"]))
        if told.get("id"):
            self.ids.add(str(told["id"]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def manager(central: ServedCentral, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A manager, and a lead that was offered and taken."""
    rep = Shell(tmp_path_factory.mktemp("rep") / "profile")
    assert rep.login(central.url).code == 0
    lead = rep.ask("new", "--company", "Kuusikon Saha Oy", "--person", "Aino Salo", "--kind", "hand-raiser")["lead"]
    rep.ask("take", lead)
    rep.ask("sync")
    made = Shell(tmp_path_factory.mktemp("manager") / "profile")
    assert made.login(central.url, "manager").code == 0
    made.ask("sync")
    return made


def test_the_figures_and_the_leads_behind_one(manager: Shell) -> None:
    page = manager.ask("report")
    assert page["counts"]["kept:take-into-work"] == page["counts"]["offered"] == 1
    ended = manager.run("report")
    assert ended.code == 0 and "Offered in all: 1  [offered]" in ended.out
    (row,) = manager.ask("report", "--figure", "offered")
    assert row["account"] == "Kuusikon Saha Oy"
    assert manager.ask("report", "--back", "-1")["counts"] == page["counts"]
    assert manager.ask("report", "--back", "3")["counts"] == {}


def test_who_may_not_read_it_is_told_so(shell: Shell) -> None:
    ended = shell.run("report")
    assert (ended.code, ended.out) == (1, "") and "role" in ended.err


@pytest.mark.parametrize("back", ["12", "-2", "x"])
def test_a_period_that_is_none(manager: Shell, back: str) -> None:
    assert manager.run("report", f"--back={back}").code == 2


def test_on_paper(manager: Shell, central: ServedCentral, tmp_path: Path) -> None:
    path = tmp_path / "sivu.html"
    ended = manager.run("admin", "report", str(path), "--db", central.database, "--language", "fi")
    assert ended.code == 0 and str(path) in ended.out
    page = Balanced()
    page.feed(path.read_text(encoding="utf-8"))
    assert page.open == [] and page.links and {one.removeprefix("#") for one in page.links} <= page.ids
    refused = manager.run("admin", "report", str(tmp_path / "no" / "sivu.html"), "--db", central.database)
    assert refused.code == 1 and "sivu.html" in refused.err
    missing = manager.run("admin", "report", str(path), "--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert missing.code == 1


def test_nothing_is_late(manager: Shell) -> None:
    assert manager.ask("late") == []
    assert manager.run("late").out == "Every promise is kept.\n"


def test_nothing_falls_between(manager: Shell, central: ServedCentral) -> None:
    assert manager.ask("between") == []
    assert manager.run("between").out == "Nothing falls between.\n"
    told = manager.ask("admin", "between", "--db", central.database)
    assert told["leads"] >= 1 and told["wrong"] == 0 and told["found"] == []
