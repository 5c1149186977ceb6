"""The columns of a file, each with its first cells and a choice of what it becomes."""

import re
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from leaddesk.desk.rows import ImportPreview
from leaddesk.domain.errors import BadInput
from leaddesk.intake import mapping as columns
from leaddesk.intake.field import ACTIVITY, COMPANY, EVENT, FIELDS, LEAD, PERSON, RESERVED
from leaddesk.pages.marks import N_
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.fields import Choice
from leaddesk.ui.surface import Line, column, empty, line_of
from leaddesk.ui.text import Text

_KEY = Qt.ItemDataRole.UserRole
_SAMPLES = 3

_GROUPS = (
    (COMPANY, N_("Company")),
    (PERSON, N_("Person")),
    (LEAD, N_("Lead")),
    (EVENT, N_("Behaviour")),
    (ACTIVITY, N_("What sales did")),
)

#: What a column can become, by the keys of ``intake.field``.
TITLES: Mapping[str, str] = {
    "company_id": N_("The source's company id"),
    "company_name": N_("Company"),
    "business_id": N_("Business ID"),
    "tier": N_("Customer class"),
    "company_phone": N_("Company's phone"),
    "company_email": N_("Company's e-mail"),
    "industry": N_("Industry code"),
    "industry_text": N_("Industry"),
    "street": N_("Street address"),
    "postcode": N_("Postcode"),
    "municipality": N_("Municipality"),
    "region": N_("Region"),
    "revenue_eur": N_("Turnover"),
    "employees": N_("Personnel"),
    "legal_form": N_("Company form"),
    "registered": N_("Registered"),
    "website": N_("Website"),
    "linkedin": N_("Company's LinkedIn"),
    "current_supplier": N_("Current supplier"),
    "contract_ends": N_("Contract ends"),
    "person_id": N_("The source's person id"),
    "person_name": N_("Person's name"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "title": N_("Title"),
    "role": N_("Role in buying"),
    "phone": N_("Person's phone"),
    "email": N_("Person's e-mail"),
    "person_linkedin": N_("Person's LinkedIn"),
    "seniority": N_("Seniority"),
    "department": N_("Department"),
    "lead_id": N_("The source's lead id"),
    "lead_kind": N_("Kind of lead"),
    "lead_source": N_("Source of the lead"),
    "theme": N_("What it is about"),
    "channel": N_("How it came"),
    "created": N_("Lead created"),
    "event_id": N_("The source's event id"),
    "event": N_("Event"),
    "event_direction": N_("Direction of the event"),
    "event_at": N_("Time of the event"),
    "event_text": N_("Text of the event"),
    "activity_id": N_("The source's activity id"),
    "activity": N_("Activity"),
    "activity_at": N_("Time of the activity"),
    "activity_outcome": N_("Outcome of the activity"),
    "activity_by": N_("Who did it"),
    "activity_text": N_("Note of the activity"),
}

_OWN = {"fact:": N_("Another fact of the company"), "person_fact:": N_("Another fact of the person")}


def title_of(words: Words, key: str) -> str:
    """The name of a target for people; a free attribute by its own name."""
    if key in TITLES:
        return words.say(TITLES[key])
    return key.partition(":")[2] or key


class ColumnList(QScrollArea):
    """One row a column. ``changed``: a target was chosen."""

    changed = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._columns: tuple[str, ...] = ()
        self._free: list[dict[str, str]] = []
        self.choices: list[Choice] = []
        self._model = self._targets()
        self.setAccessibleName(words.say("Columns"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget()
        self._rows = column(self._inside, 0, tokens.SMALL)
        self.setWidget(self._inside)

    def show_columns(self, preview: ImportPreview) -> None:
        """The columns of a file with what they are likely to mean."""
        empty(self._rows)
        self._columns = preview.columns
        self.choices, self._free = [], []
        for place, name in enumerate(preview.columns):
            key = preview.mapping[place]
            own = key.partition(":")[0] + ":" if ":" in key else ""
            self._free.append({"fact:": _free("fact:", name), "person_fact:": _free("person_fact:", name)})
            if own:
                self._free[-1][own] = key
            cells = [row[place].strip() for row in preview.samples if place < len(row) and row[place].strip()]
            self._row(name, " · ".join(one.replace("\n", " ") for one in cells[:_SAMPLES]), own or key)
        self._rows.addStretch(1)

    def mapping(self) -> tuple[str, ...]:
        """The target key per column, "" for one that is left out."""
        made = []
        for place, choice in enumerate(self.choices):
            key = str(choice.currentData(_KEY) or "")
            made.append(self._free[place].get(key, key))
        return tuple(made)

    def set_target(self, place: int, key: str) -> None:
        """Choose a target for a column, as its combo does."""
        self.choices[place].setCurrentIndex(max(0, self.choices[place].findData(key, _KEY)))

    def problem(self) -> str:
        """Why the file cannot be imported with this mapping, in words; "" when it can."""
        try:
            columns.check(self._columns, self.mapping())
        except BadInput as trouble:
            values = dict(trouble.values)
            values["field"] = title_of(self._words, str(values.get("field", "")))
            if trouble.key == "mapping-without-company":
                keys = str(values["expected"]).split(", ")
                values["expected"] = ", ".join(title_of(self._words, one) for one in keys)
            return self._words.sentence(trouble.key, values)
        return ""

    def _row(self, name: str, samples: str, key: str) -> None:
        row = line_of(None, 0, tokens.LARGE)
        told = column(None, 0, 0)
        told.addWidget(Text(name, "strong", elide=True))
        told.addWidget(Text(samples or self._words.say("no values"), "second", "muted", elide=True))
        row.addLayout(told, 3)
        choice = Choice()
        choice.setModel(self._model)
        choice.setMaxVisibleItems(24)
        choice.setAccessibleName(self._words.say("What this column becomes: {column}", column=name))
        choice.setCurrentIndex(max(0, choice.findData(key, _KEY)))
        choice.setMinimumWidth(theme.px(tokens.COLUMNS_LEAST[0]))
        choice.currentIndexChanged.connect(lambda _: self.changed.emit())
        row.addWidget(choice, 2)
        self.choices.append(choice)
        self._rows.addLayout(row)
        self._rows.addWidget(Line())

    def _targets(self) -> QStandardItemModel:
        model = QStandardItemModel(self)

        def add(text: str, key: str | None) -> None:
            item = QStandardItem(text)
            if key is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setFont(theme.font("heading"))
            else:
                item.setData(key, _KEY)
            model.appendRow(item)

        add(self._words.say("Leave out"), "")
        for group, heading in _GROUPS:
            add(self._words.say(heading), None)
            for key, field in FIELDS.items():
                if field.group == group:
                    add(title_of(self._words, key), key)
            for own, text in _OWN.items():
                if (group == COMPANY) == (own == "fact:") and group in (COMPANY, PERSON):
                    add(self._words.say(text), own)
        return model


def _free(own: str, header: str) -> str:
    """The key of a free attribute named after the column's heading."""
    folded = header.casefold().translate(str.maketrans("åäöé", "aaoe"))
    name = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")[:50] or "column"
    return own + (f"{name}_told" if name in RESERVED else name)
