"""Who may do what: the one table of roles and operations. What is not listed is not allowed."""

from collections.abc import Mapping

from leaddesk.domain.changes import Refused
from leaddesk.domain.operation import (
    Accept,
    Act,
    Answer,
    Assign,
    BookMeeting,
    Callback,
    CreateLead,
    Erase,
    HandOver,
    ImportRows,
    LogCall,
    LogMeeting,
    Lost,
    Note,
    Objection,
    Offer,
    PublishPolicy,
    Reject,
    ReturnToNurture,
    RevokeObjection,
    SetFact,
    SetStage,
    SignAgreement,
    Snooze,
    Take,
    Undo,
    UndoImport,
    Won,
)
from leaddesk.domain.record import User
from leaddesk.domain.words import Party, Role

_CAPTURE = {
    act.kind
    for act in (
        CreateLead, SetFact, LogCall, BookMeeting, LogMeeting, Note, Answer, Snooze, Callback, SetStage, Objection,
        Undo,
    )
}  # fmt: skip
_SELL = _CAPTURE | {act.kind for act in (Take, Accept, Reject, ReturnToNurture, HandOver, Won, Lost)}
_LISTS = {ImportRows.kind, UndoImport.kind}
_LEAD = {Assign.kind, Offer.kind, RevokeObjection.kind}
_AGREE = {PublishPolicy.kind, SignAgreement.kind}

#: Operation kinds by role. To accept is to make a lead sales-qualified: sales' word alone.
MAY: dict[Role, frozenset[str]] = {
    Role.REP: frozenset(_SELL | _LISTS),
    Role.TELEMARKETER: frozenset(_CAPTURE | {Take.kind, Reject.kind, ReturnToNurture.kind, HandOver.kind}),
    Role.MANAGER: frozenset(_SELL | _LISTS | _LEAD | _AGREE),
    Role.MARKETER: frozenset(_CAPTURE | _LISTS | _AGREE | {Offer.kind, ReturnToNurture.kind}),
    Role.ADMIN: frozenset(_SELL | _LISTS | _LEAD | {PublishPolicy.kind, Erase.kind}),
}

#: Who signs for each party.
SIGNS = {Party.SALES: Role.MANAGER, Party.MARKETING: Role.MARKETER}

#: Roles whose sight is the whole tenant; the others see their own and their teams' accounts.
SEES_ALL = frozenset({Role.MANAGER, Role.MARKETER, Role.ADMIN})

#: Who reads the page for both sides: it names people, and who may be asked about them.
REPORTED = frozenset({Role.MANAGER, Role.MARKETER, Role.ADMIN})


def may(role: Role, kind: str) -> bool:
    """Whether a user of ``role`` may do an operation of ``kind``; no for anything unknown."""
    return kind in MAY.get(role, frozenset())


def forbidden(role: Role, act: Act, users: Mapping[str, User]) -> Refused | None:
    """Why a user of ``role`` may not do this act, or to the user it names; None where he may.

    ``users`` are the tenant's, by id. A lead goes only to somebody who may take it into work.
    """
    if not may(role, act.kind):
        return Refused("act-not-permitted", {"act": act.kind, "role": role.value})
    if isinstance(act, SignAgreement) and role is not SIGNS[act.party]:
        return Refused("signature-not-permitted", {"party": act.party.value, "role": role.value})
    named = _names(act)
    if not named:
        return None
    user = users.get(named)
    if user is None or not user.active:
        return Refused("user-unknown", {"user": user.login if user is not None else named})
    if not isinstance(act, BookMeeting) and not may(user.role, Take.kind):
        return Refused("user-takes-no-leads", {"user": user.name or user.login, "role": user.role.value})
    return None


def given(act: HandOver, role: Role, owner: str, by: str) -> Act:
    """A lead given to a colleague, as whoever does it may: its owner hands it over, a manager assigns anybody's."""
    if owner not in ("", by) and may(role, Assign.kind):
        return Assign(lead=act.lead, owner=act.to, reason=act.text)
    return act


def _names(act: Act) -> str:
    """The other user an act names, or ""."""
    if isinstance(act, Offer | Assign):
        return act.owner
    if isinstance(act, HandOver):
        return act.to
    return act.host if isinstance(act, BookMeeting) else ""
