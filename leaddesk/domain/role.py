"""Who may do what: the one table of roles and operations. What is not listed is not allowed."""

from leaddesk.domain.operation import (
    Accept,
    Answer,
    Assign,
    BookMeeting,
    Callback,
    CreateLead,
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
    Snooze,
    Take,
    Undo,
    UndoImport,
    Won,
)
from leaddesk.domain.words import Role

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

#: Operation kinds by role. To accept is to make a lead sales-qualified: sales' word alone.
MAY: dict[Role, frozenset[str]] = {
    Role.REP: frozenset(_SELL | _LISTS),
    Role.TELEMARKETER: frozenset(_CAPTURE | {Take.kind, Reject.kind, ReturnToNurture.kind, HandOver.kind}),
    Role.MANAGER: frozenset(_SELL | _LISTS | _LEAD | {PublishPolicy.kind}),
    Role.MARKETER: frozenset(_CAPTURE | _LISTS | {Offer.kind, ReturnToNurture.kind, PublishPolicy.kind}),
    Role.ADMIN: frozenset(_SELL | _LISTS | _LEAD | {PublishPolicy.kind}),
}

#: Roles whose sight is the whole tenant; the others see their own and their teams' accounts.
SEES_ALL = frozenset({Role.MANAGER, Role.MARKETER, Role.ADMIN})


def may(role: Role, kind: str) -> bool:
    """Whether a user of ``role`` may do an operation of ``kind``; no for anything unknown."""
    return kind in MAY.get(role, frozenset())
