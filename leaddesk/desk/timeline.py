"""The timeline of a lead: its account's history as rows, newest first."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from leaddesk.desk.listing import name_of
from leaddesk.desk.rows import Phrase, TimelineRow
from leaddesk.domain.operation import (
    Accept,
    Answer,
    Assign,
    BookMeeting,
    Callback,
    CreateLead,
    Erase,
    HandOver,
    ImportRow,
    LogCall,
    LogMeeting,
    Lost,
    Note,
    Objection,
    Offer,
    Operation,
    Reject,
    ReturnToNurture,
    RevokeObjection,
    SetFact,
    SetStage,
    Snooze,
    Take,
    Undo,
    UndoRow,
    Won,
)
from leaddesk.domain.record import Entry, User


def timeline(entries: Iterable[Entry], pending: frozenset[str], users: Mapping[str, User]) -> tuple[TimelineRow, ...]:
    """Rows newest first; an undone act stays, marked. Undo entries themselves are told by what they undid."""
    rows = []
    for entry in entries:
        one = entry.operation
        if isinstance(one.act, Undo | UndoRow):
            continue
        at, kind, text, note = _told(one, users)
        rows.append(
            TimelineRow(
                at=at,
                kind=kind,
                text=text,
                note=note,
                by=name_of(one.by, users),
                operation=one.id,
                undone=bool(entry.undone_by),
                pending=one.id in pending,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


def _told(one: Operation, users: Mapping[str, User]) -> tuple[datetime, str, Phrase, str]:
    """When it happened, what sort it is (behaviour, sales, decision, system), the sentence, and the person's own
    words."""
    act, at = one.act, one.at
    match act:
        case ImportRow():
            return _told_row(one, act)
        case CreateLead():
            return at, "system", Phrase("did-create-lead", {"kind": act.lead_kind.value, "channel": act.channel}), ""
        case SetFact():
            return at, "sales", Phrase("did-set-fact", {"fact": act.key, "value": act.value}), ""
        case Offer():
            return at, "decision", Phrase("did-offer"), ""
        case Take():
            return at, "decision", Phrase("did-take"), ""
        case Assign():
            if not one.by:
                # The central did it by itself, and gives its reason in words of a closed vocabulary.
                why, _, detail = act.reason.partition(":")
                detail = "" if why == "kind" else detail
                told = {"to": name_of(act.owner, users), "why": why, "detail": detail}
                return at, "decision", Phrase("did-assign-by-rule", told), ""
            return at, "decision", Phrase("did-assign", {"to": name_of(act.owner, users)}), act.reason
        case HandOver():
            return at, "decision", Phrase("did-hand-over", {"to": name_of(act.to, users)}), act.text
        case LogCall():
            values = {"outcome": act.outcome.value, "telephony": act.telephony.value, "at": act.until}
            return at, "sales", Phrase("did-call-until" if act.until else "did-call", values), act.note
        case BookMeeting():
            return at, "sales", Phrase("did-book-meeting", {"at": act.starts, "place": act.place}), act.note
        case LogMeeting():
            key = "did-meeting" if act.took_place else "did-meeting-cancelled"
            return at, "sales", Phrase(key, {"at": act.held}), act.note
        case Note():
            return at, "sales", Phrase("did-note"), act.text
        case Answer():
            return at, "sales", Phrase("did-answer", {"question": act.question, "value": act.value}), act.text
        case Accept():
            return at, "decision", Phrase("did-accept"), act.note
        case Reject():
            return at, "decision", Phrase("did-reject", {"reason": act.reason.value}), act.text
        case ReturnToNurture():
            return (
                at,
                "decision",
                Phrase("did-nurture-until" if act.until else "did-nurture", {"at": act.until}),
                act.text,
            )
        case Snooze():
            return at, "system", Phrase("did-snooze", {"at": act.until}), ""
        case Callback():
            return (
                at,
                "sales",
                Phrase("did-callback" if act.at_time else "did-callback-off", {"at": act.at_time}),
                act.text,
            )
        case Won():
            return at, "decision", Phrase("did-won", {"value": act.value_eur}), act.text
        case Lost():
            return at, "decision", Phrase("did-lost", {"reason": act.reason}), act.text
        case SetStage():
            return at, "sales", Phrase("did-set-stage", {"stage": act.stage.value}), act.evidence
        case Objection():
            return at, "decision", Phrase("did-object", {"scope": act.scope.value}), act.how
        case RevokeObjection():
            return at, "decision", Phrase("did-revoke-objection"), act.reason
        case Erase():
            return at, "decision", Phrase("did-erase"), act.ground
    return at, "system", Phrase("did-other", {"act": one.kind}), ""


def _told_row(one: Operation, act: ImportRow) -> tuple[datetime, str, Phrase, str]:
    row = act.row
    if row.event is not None:
        return row.event.at, "behaviour", Phrase("did-event", {"event": row.event.event}), row.event.text
    if row.activity is not None:
        values = {"activity": row.activity.activity, "outcome": row.activity.outcome, "by": row.activity.by}
        return row.activity.at, "sales", Phrase("did-activity", values), row.activity.text
    return one.at, "system", Phrase("did-import", {"file": act.file, "row": row.number}), ""
