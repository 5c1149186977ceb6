"""The four criteria of a lead: target group, decision-maker, buying stage, theme; each as the agreement defines it.

What is not known fails nothing and passes nothing: the criterion is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leaddesk.domain.agreement import Definition
from leaddesk.domain.fit import Fit, number_of, stands
from leaddesk.domain.policy import Policy
from leaddesk.domain.state import Account, Lead, Person

#: A role that has not been told.
_NO_ROLE = frozenset({"", "unknown"})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the four: ``met`` True, False, or None while it is not known; why, as a message key with values."""

    name: str
    met: bool | None
    why: str
    values: Mapping[str, object] = field(default_factory=dict)


def criteria(lead: Lead, account: Account, person: Person | None, policy: Policy, fits: Fit) -> tuple[Criterion, ...]:
    """All four, in their order, as the agreement of ``policy`` defines them."""
    definition = policy.agreement.definition
    return (
        _group(account, policy, definition, fits),
        _decides(person, definition),
        _stage(lead, definition),
        _theme(lead, definition),
    )


def conforms(found: tuple[Criterion, ...]) -> bool:
    """Whether a lead passes all four."""
    return all(one.met is True for one in found)


def _group(account: Account, policy: Policy, definition: Definition, fits: Fit) -> Criterion:
    if fits.target is False:
        return Criterion("target-group", False, fits.target_reason, fits.target_values)
    facts = stands(account.told, policy.scorecard)
    known = fits.target
    for key, least, small in (
        ("employees", definition.employees, "criterion-small-employees"),
        ("revenue_eur", definition.revenue, "criterion-small-revenue"),
    ):
        told = number_of(facts.get(key, ""))
        if not least:
            continue
        if told is not None and told < least:
            return Criterion("target-group", False, small, {"value": told, "least": least})
        if told is None:
            known = None
    return Criterion("target-group", known, fits.target_reason if known else "target-unknown", fits.target_values)


def _decides(person: Person | None, definition: Definition) -> Criterion:
    role = person.role if person is not None else ""
    if role in _NO_ROLE:
        return Criterion("decision-maker", None, "criterion-no-role")
    met = not definition.roles or role in definition.roles
    return Criterion("decision-maker", met, "criterion-role", {"role": role})


def _stage(lead: Lead, definition: Definition) -> Criterion:
    if lead.stage is None:
        return Criterion("stage", None, "criterion-no-stage")
    met = not definition.stages or lead.stage in definition.stages
    return Criterion("stage", met, "criterion-stage", {"stage": lead.stage.value})


def _theme(lead: Lead, definition: Definition) -> Criterion:
    theme = lead.theme.strip()
    if not theme:
        return Criterion("theme", None, "criterion-no-theme")
    met = not definition.themes or theme.casefold() in {one.strip().casefold() for one in definition.themes}
    return Criterion("theme", met, "criterion-theme", {"theme": theme})
