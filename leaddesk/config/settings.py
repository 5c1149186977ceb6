"""Every setting once: its type, default and help. Choices are settings; cursors and times are data and live in the
database."""

import locale
import os
from dataclasses import dataclass, field, fields
from zoneinfo import ZoneInfo

from leaddesk.domain.errors import BadInput

LANGUAGES = ("fi", "sv", "en")
THEMES = ("system", "light", "dark", "contrast")
DENSITIES = ("comfortable", "compact", "dense")


def spoken_language() -> str:
    """The language of the environment where LeadDesk speaks it, else Finnish."""
    for name in ("LEADDESK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        told = os.environ.get(name, "")[:2].lower()
        if told in LANGUAGES:
            return told
    told = (locale.getlocale()[0] or "")[:2].lower()
    return told if told in LANGUAGES else "fi"


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's choices."""

    language: str = field(default_factory=spoken_language, metadata={"help": "fi, sv or en", "of": LANGUAGES})
    theme: str = field(default="system", metadata={"help": "system, light, dark or contrast", "of": THEMES})
    density: str = field(default="comfortable", metadata={"help": "row height", "of": DENSITIES})
    zone: str = field(default="", metadata={"help": "the zone times are shown in; empty: this computer's"})
    single_letter_keys: bool = field(default=True, metadata={"help": "single letters act on the shown card"})
    show_countdowns: bool = field(default=True, metadata={"help": "show how long the SLA still runs"})
    notifications: bool = field(default=True, metadata={"help": "tell on the desktop of promises late, or soon"})
    dialer: str = field(default="tel:{e164}", metadata={"help": "how a number is dialled; {e164} is the number"})
    sync_minutes: int = field(default=1, metadata={"help": "minutes between syncs while the window is open"})


def setting_names() -> tuple[str, ...]:
    """The names of every setting."""
    return tuple(one.name for one in fields(Settings))


def parse_setting(name: str, text: str | None) -> object:
    """The value a text means for a setting; None only checks the name. Raises ``BadInput``."""
    found = next((one for one in fields(Settings) if one.name == name), None)
    if found is None:
        raise BadInput("setting-unknown", name=name, expected=", ".join(setting_names()))
    if text is None:
        return None
    allowed = found.metadata.get("of")
    if allowed is not None and text not in allowed:
        raise BadInput("setting-not-allowed", name=name, value=text, expected=", ".join(allowed))
    if found.type is bool:
        if text.lower() not in ("true", "false", "yes", "no", "1", "0"):
            raise BadInput("setting-not-allowed", name=name, value=text, expected="true, false")
        return text.lower() in ("true", "yes", "1")
    if found.type is int:
        try:
            return max(1, min(1440, int(text)))
        except ValueError as trouble:
            raise BadInput("setting-not-allowed", name=name, value=text, expected="1-1440") from trouble
    if name == "zone" and text:
        try:
            ZoneInfo(text)
        except (ValueError, LookupError, OSError) as trouble:
            raise BadInput("zone-unknown", zone=text) from trouble
    if name == "dialer" and ("{e164}" not in text or ":" not in text.partition("{e164}")[0]):
        raise BadInput("setting-not-allowed", name=name, value=text, expected="tel:{e164}")
    return text
