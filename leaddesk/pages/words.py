"""``Words``: everything the program says to a person, in one language and one time zone.

Window, commands and server hold one ``Words`` each. Texts are written in English where they are used, as one literal
that the extraction can read: ``words.say("Signed in as {name}", name=...)``; never an f-string, never a glued sentence.
A table of texts marks them with ``N_`` and says them later. In a text ``{at}`` is a value in its usual form,
``{at:time}`` the same value in a named form (``FORMS``, and the vocabularies of ``labels.TERMS``).
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from leaddesk.domain.errors import LeadDeskError
from leaddesk.domain.operation import Accept, HandOver, Offer
from leaddesk.domain.role import may
from leaddesk.domain.words import Role
from leaddesk.pages import format as forms
from leaddesk.pages import moment
from leaddesk.pages.catalogue import choose, load
from leaddesk.pages.labels import FAMILIES, LABELS, TERMS
from leaddesk.pages.marks import N_, Plural
from leaddesk.pages.messages import MESSAGES
from leaddesk.pages.shape import PhraseLike, StatusLike
from leaddesk.pages.troubles import ADVICE, TO_SALES

__all__ = ["N_", "PhraseLike", "StatusLike", "Words"]


class Words:
    """What can be said in one language.

    ``language`` "" is the environment's, ``zone`` "" the computer's own. ``clock`` gives the UTC instant that makes
    dates relative ("today 13.08"); without it they stand in full. ``names`` gives a user's name for an id ("" where it
    is unknown; a sentence then leaves the name out). Immutable, so any thread may use it.
    """

    def __init__(
        self,
        language: str = "",
        zone: str = "",
        clock: Callable[[], datetime] | None = None,
        names: Callable[[str], str] | None = None,
    ) -> None:
        self.language = choose(language)
        self._zone = ZoneInfo(zone) if zone else None
        self._clock = clock
        self._user_names = names
        self._catalogue = load(self.language)
        self._filler = _Filler(self)

    # --- texts --------------------------------------------------------------------------------------------------------

    def say(self, text: str, /, **values: object) -> str:
        """The text in the reader's language, its ``{named}`` places filled. Values are formatted by what they are."""
        return self._fill(self._catalogue.gettext(text) if text else "", values, None)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The text for ``n`` things, chosen by the language's own rule; ``{n}`` is the number."""
        return self._fill(self._catalogue.ngettext(one, many, n), {"n": n, **values}, None)

    def phrase(self, phrase: PhraseLike, now: datetime | None = None) -> str:
        """The sentence of a message key with its values. ``now`` (UTC) makes its dates relative; else the clock does.

        A key no catalogue knows is shown as it is, with its values: odd to read, but nothing is hidden.
        """
        return self.sentence(phrase.key, phrase.values, now)

    def sentence(self, key: str, values: Mapping[str, object], now: datetime | None = None) -> str:
        """As ``phrase``, for a key and values on their own."""
        for template in MESSAGES.get(key, ()):
            text = self._chosen(template, values)
            if all(self.value(name, values.get(name), now, form) for name, form in _places(text)):
                return self._fill(text, values, now)
        details = ", ".join(f"{name}: {self.value(name, value, now)}" for name, value in values.items())
        return f"{key} ({details})" if details else key

    def sync_state(self, status: StatusLike) -> str:
        """Where the desk stands with the central, for the strip at the bottom: what is, what waits, how old data are.

        For example "Up to date 14.32", or "No connection since 13.20 · 3 waiting to be sent, safe on this computer ·
        data as of 13.05". Times of today are times alone; others have their day.
        """
        told = [self._connection(status)]
        if status.waiting > status.held:
            told.append(self.say("{n} waiting to be sent, safe on this computer", n=status.waiting - status.held))
        if status.held:
            told.append(self.say("{n} held until what needs attention is settled", n=status.held))
        if status.last_sync is not None and (not status.online or status.waiting) and not status.syncing:
            told.append(self.say("data as of {at}", at=self._briefly(status.last_sync)))
        if skew := self.skew(status.skew_seconds):
            told.append(skew)
        if status.attention:
            told.append(self.plural("{n} needs attention", "{n} need attention", status.attention))
        return " · ".join(told)

    def _connection(self, status: StatusLike) -> str:
        if not status.signed_in:
            return self.say("Not signed in")
        if status.syncing:
            return self.say("Syncing…")
        if status.trouble is not None and status.offline_since is None:
            return self.phrase(status.trouble).removesuffix(".")
        if status.offline_since is not None:
            return self.say("No connection since {at}", at=self._briefly(status.offline_since))
        if status.last_sync is None:
            return self.say("Not yet synced")
        if status.waiting:
            return self.say("Connected")
        return self.say("Up to date {at}", at=self._briefly(status.last_sync))

    def skew(self, seconds: float) -> str:
        """By how much this computer's clock differs from the central's, "" where it hardly does; ``seconds`` central
        minus computer."""
        if abs(seconds) < _SKEW:
            return ""
        time = self.duration(abs(seconds) / 60)
        if seconds < 0:
            return self.say("this computer's clock is {time} ahead of the central's", time=time)
        return self.say("this computer's clock is {time} behind the central's", time=time)

    def _briefly(self, at: datetime) -> str:
        """The time of an instant of today, else with its day."""
        today = self._clock is not None and self.local(self._clock()).date() == self.local(at).date()
        return self.time(at) if today else self.when(at)

    # --- errors -------------------------------------------------------------------------------------------------------

    def error(self, error: LeadDeskError) -> str:
        """What happened, as a sentence."""
        return self.sentence(error.key, error.values)

    def title(self, error: LeadDeskError) -> str:
        """The heading of an error's family."""
        return self.say(_family(error)[0])

    def advice(self, error: LeadDeskError) -> str:
        """What is safe and what to do next, for an error or its family."""
        if error.key == "act-not-permitted" and _may_hand_over(error.values):
            return self.say(TO_SALES)
        return self.say(ADVICE.get(error.key) or _family(error)[1])

    # --- names of values ----------------------------------------------------------------------------------------------

    def label(self, value: Enum) -> str:
        """The name of a value of one of the closed vocabularies in ``domain.words``."""
        text = LABELS.get(type(value), {}).get(value)
        return self.say(text) if text else str(value.value)

    def term(self, vocabulary: str, value: object) -> str:
        """The name of a value in a vocabulary of ``labels.TERMS`` ("event", "fact" ...); what is not in it stays."""
        text = TERMS.get(vocabulary, {}).get(str(value))
        if text is None and vocabulary == "event":
            return self._answer_event(str(value))
        return self.say(text) if text else str(value)

    def fact(self, key: str, value: str) -> str:
        """A fact's value as it is read: money, counts, dates and roles in their form, the rest plain."""
        if not value:
            return self.say("not known")
        try:
            if key.endswith("_eur"):
                return self.money(float(value))
            if key == "employees":
                return self.number(float(value))
        except ValueError:
            return value
        if key == "role":
            return self.term("buyer-role", value)
        if value in TERMS["answer"]:
            return self.term("answer", value)
        found = moment.day_of(value)
        return moment.partial(found, self.language, self._catalogue) if found else value

    # --- moments and numbers ------------------------------------------------------------------------------------------

    def date(self, value: date | datetime) -> str:
        """A date with its year, 24.11.2026; an instant's date is the reader's local one."""
        return forms.day(self.local(value) if isinstance(value, datetime) else value, self.language)

    def time(self, value: datetime) -> str:
        """The time of day of an instant where the reader is, 14.30."""
        return forms.clock(self.local(value), self.language)

    def when(self, value: datetime, now: datetime | None = None, dated: bool = False) -> str:
        """An instant beside now: "today 13.08", "tomorrow 9.00", "19.11. 9.14"; without a now its date and time.

        A weekday of the coming week stands alone, or with its date where ``dated``.
        """
        at = now or (self._clock() if self._clock else None)
        here = self.local(value)
        return moment.when(here, self.local(at) if at else None, self.language, self._catalogue, dated)

    def countdown(self, due: datetime | None, now: datetime, fine: bool = False) -> str:
        """The time left: "34 min", "1 h 20 min", "tomorrow 9.00", "overdue 12 min"; "" without a deadline.

        Steps of whole minutes; ``fine`` (the focused card) gives 4.59 in the last five minutes.
        """
        if due is None:
            return ""
        return moment.countdown(self.local(due), self.local(now), self.language, self._catalogue, fine)

    def duration(self, minutes: float) -> str:
        """A stretch of time: "34 min", "1 h 20 min", "3 days"."""
        return moment.duration(minutes, self._catalogue)

    def stopwatch(self, seconds: float) -> str:
        """A running timer, 3.42."""
        return forms.stopwatch(seconds)

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with no-break spaces and a decimal comma, 1 234,5."""
        return forms.number(value, self.language, decimals)

    def money(self, euros: float) -> str:
        """Euros: 12 500 €, 48 M€."""
        return forms.money(euros, self.language)

    def local(self, value: datetime) -> datetime:
        """An instant on the reader's wall clock. Raises ``ValueError`` for one without a zone."""
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(self._zone)

    def instant(self, value: datetime) -> datetime:
        """The UTC instant of a time as the reader writes it: one without a zone is on the reader's wall clock."""
        if value.tzinfo is None and self._zone is not None:
            value = value.replace(tzinfo=self._zone)
        return value.astimezone(UTC)

    # --- how a value is filled in -------------------------------------------------------------------------------------

    def value(self, name: str, value: object, now: datetime | None = None, form: str = "") -> str:
        """A value as it stands inside a sentence, by its form, then its name, then its type."""
        form = form or _FORM_OF.get(name, "")
        if isinstance(value, str) and form in _MOMENTS:
            value = _moment(value)
        if isinstance(value, datetime):
            value = value if value.tzinfo else value.replace(tzinfo=UTC)
            given = {"date": self.date, "time": self.time}.get(form)
            return given(value) if given else self.when(value, now, dated=form == "dated")
        if form == "day" and isinstance(value, int):
            value = date.fromordinal(value)
        if isinstance(value, date):
            return self.date(value)
        if form in ("money", "number"):
            return self._amount(value, form)
        if form == "user":
            return self._user(str(value or ""))
        if isinstance(value, Enum):
            return self.label(value)
        if value is None or value == "":
            return ""
        if form in TERMS and isinstance(value, str):
            return self.term(form, value)
        if isinstance(value, bool):
            return self.say("yes") if value else self.say("no")
        if isinstance(value, float):
            return self.number(value, 1)
        if isinstance(value, int):
            return str(value) if form == "plain" else self.number(value)
        if isinstance(value, str):
            return value
        if isinstance(value, Iterable):
            return ", ".join(self.value("", one, now, form) for one in value)
        return str(value)

    def _amount(self, value: object, form: str) -> str:
        """A number in its form; facts keep numbers as text. What is no number stays as it is."""
        try:
            amount = float(str(value))
        except ValueError:
            return str(value or "")
        return self.money(amount) if form == "money" else self.number(amount)

    def _user(self, user: str) -> str:
        """A user's name; an id that no name is known for is nothing to read, and is left out."""
        known = self._user_names(user) if self._user_names is not None and user else ""
        return known or ("" if _ID.fullmatch(user) else user)

    def _answer_event(self, event: str) -> str:
        """Events made of an answer to the script are named by the question: ``answer.<question>.<choice>``."""
        first, _, rest = event.partition(".")
        question, _, choice = rest.partition(".")
        if first != "answer" or not choice:
            return event
        return f"{self.term('question', question)}: {self.term('answer', choice)}"

    def _chosen(self, template: str | Plural, values: Mapping[str, object]) -> str:
        if isinstance(template, str):
            return self._catalogue.gettext(template)
        n = values.get(template.by)
        return self._catalogue.ngettext(template.one, template.many, n if isinstance(n, int) else 0)

    def _fill(self, text: str, values: Mapping[str, object], now: datetime | None) -> str:
        return self._filler.fill(text, values, now) if "{" in text else text


#: Named forms a place may ask for, beside the vocabularies of ``labels.TERMS``.
FORMS = frozenset({"date", "time", "when", "dated", "day", "money", "number", "plain", "user"})
_MOMENTS = frozenset({"date", "time", "when", "dated"})

#: The form of a value by its name, where the text asks for none.
_FORM_OF = {
    "at": "when",
    "until": "when",
    "by": "user",
    "owner": "user",
    "to": "user",
    "first_day": "day",
    "last_day": "day",
    "event": "event",
    "fact": "fact",
    "act": "act",
    "outcome": "outcome",
    "telephony": "telephony",
    "activity": "activity",
    "channel": "channel",
    "state": "state",
    "reason": "reject-reason",
    "role": "role",
    "scope": "objection-scope",
    "stage": "stage",
    "row": "plain",
    "version": "plain",
    "status": "plain",
}


#: Seconds by which this computer's clock may differ from the central's before it is worth saying.
_SKEW = 120

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class _Filler(string.Formatter):
    """Fills ``{name}`` and ``{name:form}`` and nothing else; a place nobody gave a value for stays visible."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def fill(self, text: str, values: Mapping[str, object], now: datetime | None) -> str:
        parts = []
        for literal, name, form, _ in self.parse(text):
            parts.append(literal)
            if name is not None:
                known = name in values
                parts.append(self._words.value(name, values[name], now, form or "") if known else f"{{{name}}}")
        return "".join(parts)


def _places(text: str) -> list[tuple[str, str]]:
    return [(name, form or "") for _, name, form, _ in string.Formatter().parse(text) if name]


def _moment(value: str) -> object:
    """An ISO instant as a value; anything else as it came (values kept as JSON come back as text)."""
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _may_hand_over(values: Mapping[str, object]) -> bool:
    """Whether who may not offer or accept a lead may hand it over to somebody who may."""
    roles = [one for one in Role if one.value == values.get("role") and may(one, HandOver.kind)]
    return bool(roles) and values.get("act") in (Offer.kind, Accept.kind)


def _family(error: LeadDeskError) -> tuple[str, str]:
    return next((FAMILIES[kind] for kind in type(error).__mro__ if kind in FAMILIES), FAMILIES[LeadDeskError])
