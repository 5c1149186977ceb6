"""Which sentence a message key stands for.

A key has one or more texts; the first whose every named value is given and not empty is said, so a sentence never has a
hole in it. The tables are ``sayings`` (reasons, acts, timeline, notices), ``refusals`` (rules), ``readings`` (import)
and ``troubles`` (server, store, key, settings).
"""

from collections.abc import Mapping

from leaddesk.pages.marks import Plural
from leaddesk.pages.readings import READINGS
from leaddesk.pages.refusals import REFUSALS
from leaddesk.pages.sayings import SAYINGS
from leaddesk.pages.troubles import TROUBLES

MESSAGES: Mapping[str, tuple[str | Plural, ...]] = {**SAYINGS, **REFUSALS, **READINGS, **TROUBLES}
