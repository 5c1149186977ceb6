"""Marks for the extraction: texts that stand in a table and are said later."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plural:
    """A text in its two English forms, chosen by the value named ``by``; the languages have their own rules."""

    one: str
    many: str
    by: str = "n"


def N_(text: str) -> str:
    """Marks a text for translation and gives it back as it is."""
    return text


def NN_(one: str, many: str, by: str = "n") -> Plural:
    """Marks a text with a plural; ``by`` names the value that counts."""
    return Plural(one, many, by)
