"""Dialogs that ask for data: a new lead typed in by hand, one attribute of a company or a person.

What is typed is read by the same rules as an imported file, on the database worker, while it is typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from leaddesk.desk.desk import Desk
from leaddesk.desk.rows import Card, FactRow, QueueRow
from leaddesk.desk.typed import TypedLead, create_lead
from leaddesk.domain.errors import LeadDeskError
from leaddesk.domain.operation import CreateLead, SetFact
from leaddesk.domain.words import LeadKind
from leaddesk.intake.stated import read_fact
from leaddesk.pages.labels import TERMS
from leaddesk.pages.marks import N_
from leaddesk.ui import theme, tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.fields import Choice, Listing
from leaddesk.ui.form import Form, subject_of
from leaddesk.ui.surface import column, line_of
from leaddesk.ui.text import Text

_FIELDS = ("company", "business_id", "person", "title", "phone", "email")
_NAMES = {
    "company": N_("Company"),
    "business_id": N_("Business ID"),
    "person": N_("Contact person"),
    "title": N_("Title"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
}
_HINTS = {"business_id": "0100990-4", "phone": "040 123 4567"}

#: How a lead typed in by hand came, the usual one first.
_CHANNELS = ("manual", "phone", "email", "fair", "referral", "partner", "chat", "web")

#: Characters before duplicates are looked for, and how many are shown.
_LEAST, _MOST = 3, 4


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was typed, read: the act and its account, or the first trouble; and leads that look the same."""

    typed: tuple[str, ...]
    made: CreateLead | None = None
    account: str = ""
    trouble: LeadDeskError | None = None
    alike: tuple[QueueRow, ...] = ()


class NewLeadDialog(Form):
    """A lead typed in by hand. ``account`` is the account the act is about; ``open_lead(id)``: it was there already.

    Duplicates are shown while typing, so that a second lead of the same company goes to the company that is known.
    """

    open_lead = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        words = bridge.words
        say = words.say
        super().__init__(bridge, say("New lead"), say("Create"), "", parent, tokens.DIALOG + tokens.WIDE * 5)
        self._at: QueueRow | None = None
        self._checked = _Checked(("",) * len(_FIELDS))
        self._wanted = False
        self._alike: tuple[QueueRow, ...] = ()
        self.fields: dict[str, QLineEdit] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(tokens.LARGE)
        grid.setVerticalSpacing(tokens.MEDIUM)
        for place, key in enumerate(_FIELDS):
            one = QLineEdit()
            one.setPlaceholderText(_HINTS.get(key, ""))
            one.textChanged.connect(self._typed)
            self.fields[key] = one
            grid.addLayout(_under(say(_NAMES[key]), one), place // 2, place % 2)
        self.kind = Choice()
        for kind in (LeadKind.OUTBOUND, LeadKind.HAND_RAISER, LeadKind.VERIFIED):
            self.kind.addItem(words.label(kind), kind)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.channel = Choice()
        for key in _CHANNELS:
            self.channel.addItem(words.term("channel", key), key)
        self.theme = QLineEdit()
        grid.addLayout(_under(say("Kind of lead"), self.kind), 3, 0)
        grid.addLayout(_under(say("How it came"), self.channel), 3, 1)
        grid.addLayout(_under(say("What it is about"), self.theme), 4, 0, 1, 2)
        for side in (0, 1):
            grid.setColumnStretch(side, 1)
        self.body.addLayout(grid)
        self._found = QWidget()
        found = column(self._found, 0, tokens.TINY)
        self._heading = Text("", "heading", "soon")
        found.addWidget(self._heading)
        self.alike = Listing(say("Leads that look the same"))
        self.alike.setFixedHeight(theme.px(tokens.FIELD) * _MOST + tokens.TINY)
        self.alike.currentRowChanged.connect(self._chosen_row)
        found.addWidget(self.alike)
        row = line_of(None, 0, tokens.SMALL)
        self.there = QPushButton(say("Open this lead"))
        self.same = QPushButton(say("New lead at this company"))
        for button, slot in ((self.there, self._open), (self.same, self._take_company)):
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
        row.addStretch(1)
        found.addLayout(row)
        self._found.hide()
        self.body.addWidget(self._found)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(tokens.SEARCH_PAUSE)
        self._pause.timeout.connect(self._check)
        self._kind_chosen()
        self.refresh()
        self.fields["company"].setFocus()

    @property
    def account(self) -> str:
        """The account the lead is made in: a known company's, or a new one."""
        return self._at.account_id if self._at is not None else self._checked.account

    # --- looking while typing ---------------------------------------------------------------------------------------

    def _now_typed(self) -> tuple[str, ...]:
        return tuple(self.fields[key].text().strip() for key in _FIELDS)

    def _typed(self) -> None:
        self._pause.start()
        self.refresh()

    def _check(self) -> None:
        typed, known, desk = self._now_typed(), self._at is not None, self.bridge.desk
        self.bridge.ask(lambda: _checked(typed, known, desk), self._know)

    def _know(self, checked: _Checked) -> None:
        if checked.typed != self._now_typed():
            return
        self._checked = checked
        if self._at is None:
            self._show(checked.alike)
        self.refresh()
        if self._wanted:
            self._wanted = False
            self.accept()

    def _show(self, alike: tuple[QueueRow, ...]) -> None:
        if alike == self._alike:
            return
        self._alike = alike
        self.alike.clear()
        for row in alike:
            told = (row.account, row.person, self.words.label(row.state), row.owner_name)
            self.alike.add(" · ".join(one for one in told if one), row.id)
        self._heading.tell(self.words.say("◐ These look the same:"))
        self._found.setVisible(bool(alike))
        self._chosen_row(self.alike.currentRow())

    def _chosen_row(self, row: int) -> None:
        self.there.setEnabled(row >= 0)
        self.same.setEnabled(row >= 0)

    def _open(self) -> None:
        self.open_lead.emit(self._alike[self.alike.currentRow()].id)
        self.done(0)

    def _take_company(self) -> None:
        self._at = self._alike[self.alike.currentRow()]
        company, known = self.fields["company"], self.fields["business_id"]
        company.setText(self._at.account or self._at.account_id)
        known.clear()
        for one in (company, known):
            one.setEnabled(False)
        self._found.hide()
        self.follows(self.words.say("Comes to a company that is known already: {company}", company=self._at.account))
        self.fields["person"].setFocus()
        self._typed()

    def _kind_chosen(self) -> None:
        asked = self.kind.currentData() is LeadKind.HAND_RAISER
        told = self.words.say("Somebody asked for contact: the clocks start at once.") if asked else ""
        if self._at is None:
            self.follows(told)
        self.refresh()

    # --- deciding ---------------------------------------------------------------------------------------------------

    def why_not(self) -> str:
        if not self.fields["company"].text().strip():
            return self.words.say("A company needs a name.")
        if self._checked.typed != self._now_typed():
            return self.words.say("Looking whether it is known already…")
        if self._checked.trouble is not None:
            return self.words.error(self._checked.trouble)
        return ""

    def accept(self) -> None:
        """Decide; where what was typed last is still being read, as soon as it has been."""
        if self.fields["company"].text().strip() and self._checked.typed != self._now_typed():
            self._wanted = True
            self._pause.stop()
            self._check()
            return
        super().accept()

    def act(self) -> CreateLead:
        made = self._checked.made
        assert made is not None
        # A company that is known already keeps its own name and Y-tunnus.
        company = None if self._at is not None else made.company
        return replace(
            made,
            lead_kind=LeadKind(self.kind.currentData()),
            theme=self.theme.text().strip(),
            channel=str(self.channel.currentData()),
            company=company,
        )


def _under(label: str, widget: QWidget) -> "QGridLayout":
    made = QGridLayout()
    made.setSpacing(tokens.TINY)
    name = Text(label, "second", "muted")
    name.setBuddy(widget)
    widget.setAccessibleName(label)
    made.addWidget(name, 0, 0)
    made.addWidget(widget, 1, 0)
    return made


def _checked(typed: tuple[str, ...], known: bool, desk: Desk) -> _Checked:
    """Read what was typed and look for the same. On the database worker."""
    told = dict(zip(_FIELDS, typed, strict=True))
    alike: dict[str, QueueRow] = {}
    for key, text in told.items():
        if key != "title" and len(text) >= _LEAST and not known:
            for one in desk.search(text, _MOST):
                alike.setdefault(one.id, one)
    some = tuple(alike.values())[:_MOST]
    try:
        made, account = create_lead(TypedLead(**told), desk.store, desk.ids)  # type: ignore[arg-type]
    except LeadDeskError as trouble:
        return _Checked(typed, trouble=trouble, alike=some)
    return _Checked(typed, made, account, alike=some)


# --- one attribute --------------------------------------------------------------------------------------------------

#: Attributes of the person; the others are the company's.
_OF_PERSON = frozenset({"name", "title", "role", "phone", "email"})

#: What may be filled in where it is not on the card yet.
_OFFERED = (
    "name", "phone", "email", "title", "role", "current_supplier", "supplier_satisfaction", "contract_ends",
    "decision_maker", "budget_cycle", "revenue_eur", "employees", "industry_text", "municipality", "website",
    "business_id", "tier",
)  # fmt: skip


class FactDialog(Form):
    """One attribute, edited: its value, what other sources say, and where it comes from (sales, today).

    ``key``: the attribute to begin with, "" lets the user choose.
    """

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None, key: str = "") -> None:
        words = bridge.words
        say = words.say
        super().__init__(bridge, say("Change a fact"), say("Save"), subject_of(card), parent)
        self._card = card
        self._rows = {one.key: one for one in card.facts}
        self._value: str | None = ""
        self._problem, self._read_text, self._wanted = "", "", False
        self.key = Choice()
        keys = dict.fromkeys((*self._rows, *_OFFERED))
        for one in keys:
            if card.row.person_id or one not in ("name", "title", "role"):
                self.key.addItem(words.term("fact", one), one)
        self.key.setCurrentIndex(max(0, self.key.findData(key)))
        self.key.currentIndexChanged.connect(self._begin)
        self.field(say("Which fact"), self.key)
        self.value = self.line(say("Value"))
        self.choice = Choice()
        self.choice.setAccessibleName(say("Value"))
        self.choice.currentIndexChanged.connect(self.refresh)
        self.body.addWidget(self.choice)
        self._means = Text("", "second", "muted", wrap=True)
        self._others = Text("", "second", "muted", wrap=True)
        self.body.addWidget(self._means)
        self.body.addWidget(self._others)
        self.value.textChanged.connect(self._typed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(tokens.SEARCH_PAUSE)
        self._pause.timeout.connect(self._check)
        self.follows(say("Is kept with you and today as its source; what other sources say stays listed."))
        self._begin()
        (self.value if key else self.key).setFocus()

    # --- how --------------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        return str(self.key.currentData())

    def _begin(self) -> None:
        name = self._name()
        before = self._before()
        self.value.setText(before)
        choices = self._choices(name)
        self.choice.clear()
        for key, text in choices.items():
            self.choice.addItem(self.words.say(text), key)
        self.choice.setCurrentIndex(self.choice.findData(before))
        self.choice.setVisible(bool(choices))
        self.value.setVisible(not choices)
        row = self._rows.get(name)
        told = [(self.words.fact(name, value), source) for value, source in row.others] if row is not None else []
        others = "\n".join(f"{value} ({self.words.phrase(source)})" for value, source in told)
        self._others.tell(self.words.say("Others say:") + "\n" + others if others else "")
        self._others.setVisible(bool(others))
        self._means.hide()
        self.value.selectAll()
        self._typed()

    def _choices(self, name: str) -> Mapping[str, str]:
        if name == "role":
            return TERMS["buyer-role"]
        if name == "supplier_satisfaction":
            return {key: TERMS["answer"][key] for key in ("happy", "so-so", "unhappy")}
        if name == "tier":
            return {one: one for one in ("A", "B", "C")}
        return {}

    def _row(self) -> FactRow | None:
        return self._rows.get(self._name())

    def _before(self) -> str:
        row, name = self._row(), self._name()
        if row is not None:
            return row.value
        card = self._card
        known = {"phone": card.phone, "email": card.email, "title": card.title}
        return {**known, "name": card.row.person, "tier": card.row.tier}.get(name, "")

    def _person(self) -> bool:
        """Whether the fact is the person's: where the card says so, else by what it is."""
        row = self._row()
        if row is not None and row.value:
            return bool(row.person)
        return bool(self._card.row.person_id) and self._name() in _OF_PERSON

    def _typed(self) -> None:
        self._pause.start()
        self.refresh()

    def _check(self) -> None:
        text, name = self.value.text().strip(), self._name()

        def work() -> tuple[str, str, str]:
            return name, text, read_fact(name, text) if text else ""

        self.bridge.ask(work, self._know, lambda trouble: self._refuse(name, text, trouble), receiver=self)

    def _know(self, read: tuple[str, str, str]) -> None:
        name, text, value = read
        self._settle(name, text, value, "")

    def _refuse(self, name: str, text: str, trouble: LeadDeskError) -> None:
        self._settle(name, text, None, self.words.error(trouble))

    def _settle(self, name: str, text: str, value: str | None, problem: str) -> None:
        if (name, text) != (self._name(), self.value.text().strip()):
            return
        self._value, self._problem, self._read_text = value, problem, f"{name}\n{text}"
        shown = self.words.fact(name, value) if value else ""
        self._means.tell(self.words.say("Means: {value}", value=shown) if shown and shown != text else "")
        self._means.setVisible(bool(self._means.text()))
        self.refresh()
        if self._wanted:
            self._wanted = False
            self.accept()

    def _is_read(self) -> bool:
        return bool(self._choices(self._name())) or self._read_text == f"{self._name()}\n{self.value.text().strip()}"

    def _now(self) -> str:
        return str(self.choice.currentData() or "") if self._choices(self._name()) else self._value or ""

    # --- deciding ---------------------------------------------------------------------------------------------------

    def why_not(self) -> str:
        if not self._is_read():
            return self.words.say("Reading…")
        if not self._choices(self._name()) and self._problem:
            return self._problem
        if self._now() == self._before():
            return self.words.say("Nothing has been changed yet.")
        return ""

    def accept(self) -> None:
        """Decide; where what was typed last is still being read, as soon as it has been."""
        if not self._is_read():
            self._wanted = True
            self._pause.stop()
            self._check()
            return
        super().accept()

    def act(self) -> SetFact:
        row = self._row()
        person = row.person if row is not None and row.value else ""
        if not person and self._person():
            person = self._card.row.person_id
        return SetFact(key=self._name(), value=self._now(), was=self._before(), person=person, lead=self._card.row.id)
