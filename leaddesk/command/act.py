"""Commands that do one act to one lead. Each prints the operation, the lead and the state it is in then."""

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any

from leaddesk.command.call import Call
from leaddesk.command.parser import Commands, values_of
from leaddesk.config.port import SystemClock
from leaddesk.domain import operation as op
from leaddesk.domain.bant import QUESTIONS
from leaddesk.domain.words import BantElement, BantValue, CallOutcome, ObjectionScope, RejectReason, Telephony

Make = Callable[[argparse.Namespace, str], op.Act]


def add_to(commands: Commands) -> None:
    """Add them."""
    words, kinds = commands.words, commands.kinds
    say = words.say

    def add_lead(name: str, make: Make, help_: str) -> argparse.ArgumentParser:
        made = commands.add(name, _act(make), help_)
        made.add_argument("id", metavar="ID", help=say("lead id, or a unique beginning or end of one"))
        return made

    add_lead("take", lambda a, lead: op.Take(lead=lead), say("take a lead into work"))
    call = add_lead(
        "call",
        lambda a, lead: op.LogCall(lead=lead, outcome=a.outcome, telephony=a.telephony, note=a.note, until=a.until),
        say("log a call. Outcomes: {expected:plain}", expected=values_of(CallOutcome)),
    )
    commands.choose(call, "outcome", CallOutcome, need=True, help_=say("what came of it"))
    commands.choose(call, "telephony", Telephony, Telephony.UNKNOWN, help_=say("how the line answered"))
    commands.text(call, "note")
    commands.when(call, "until", False, say("promised time, or when to return"))
    note = add_lead("note", lambda a, lead: op.Note(lead=lead, text=a.text), say("write a note"))
    note.add_argument("text", metavar="TEXT", help=say("what to remember"))
    meeting = add_lead(
        "meeting",
        lambda a, lead: op.BookMeeting(lead=lead, starts=a.at, place=a.place, note=a.note),
        say("book a meeting"),
    )
    commands.when(meeting, "at")
    commands.text(meeting, "place", "note")
    held = add_lead(
        "met",
        lambda a, lead: op.LogMeeting(
            lead=lead, held=a.at or SystemClock().now(), took_place=not a.cancelled, note=a.note
        ),
        say("log a meeting that was held"),
    )
    commands.when(held, "at", False)
    held.add_argument("--cancelled", action="store_true", help=say("it did not take place"))
    commands.text(held, "note")
    answer = add_lead(
        "answer",
        lambda a, lead: op.Answer(lead=lead, question=_question(a.question), value=a.value, text=a.text),
        say("an answer to a script question or a BANT element ({expected:plain})", expected=", ".join(QUESTIONS)),
    )
    answer.add_argument(
        "question", metavar="QUESTION", help=say("the key of a script question, or budget, authority, need, timing")
    )
    answer.add_argument("value", metavar="VALUE", help=say("the answer; to a BANT question yes, no or unknown"))
    answer.add_argument("--text", default="", metavar="TEXT", help=say("in the customer's words"))
    accept = add_lead("accept", lambda a, lead: op.Accept(lead=lead, bant=_bant(a), note=a.note), say("accept a lead"))
    commands.text(accept, "note")
    for element in BantElement:
        commands.choose(accept, element.value, BantValue, help_=words.label(element))
    reject = add_lead(
        "reject",
        lambda a, lead: op.Reject(lead=lead, reason=a.reason, text=a.text, until=a.until),
        say("reject a lead. Reasons: {expected:plain}", expected=values_of(RejectReason)),
    )
    commands.choose(reject, "reason", RejectReason, need=True, help_=say("why"))
    commands.text(reject, "text")
    commands.when(reject, "until", False, say("when timing may be right"))
    snooze = add_lead(
        "snooze", lambda a, lead: op.Snooze(lead=lead, until=a.until), say("out of the queue until a time")
    )
    commands.when(snooze, "until")
    callback = add_lead("callback", lambda a, lead: op.Callback(lead=lead, at_time=a.at), say("promise a call"))
    commands.when(callback, "at")
    nurture = add_lead(
        "nurture", lambda a, lead: op.ReturnToNurture(lead=lead, until=a.until, text=a.text), say("return to marketing")
    )
    commands.when(nurture, "until", False)
    commands.text(nurture, "text")
    offer = add_lead("offer", lambda a, lead: op.Offer(lead=lead, owner=a.owner), say("offer a lead to sales"))
    offer.add_argument("--owner", default="", metavar="USER", help=say("to whom; without it to everybody"))
    hand = add_lead(
        "hand-over", lambda a, lead: op.HandOver(lead=lead, to=a.to, text=a.text), say("give a lead to a colleague")
    )
    hand.add_argument("--to", required=True, metavar="USER", help=say("the colleague's user name"))
    commands.text(hand, "text")
    won = add_lead("won", lambda a, lead: op.Won(lead=lead, value_eur=a.value), say("the lead became a sale"))
    won.add_argument(
        "--value",
        type=kinds.whole(0, 10**12),
        default=None,
        metavar="EUROS",
        help=say("what the sale is worth, in euros"),
    )
    lost = add_lead("lost", lambda a, lead: op.Lost(lead=lead, text=a.text), say("the lead did not become a sale"))
    commands.text(lost, "text")
    fact = add_lead("fact", _fact, say("state a fact of the company"))
    fact.add_argument("key", metavar="KEY", help=say("which fact, as current_supplier"))
    fact.add_argument("value", metavar="VALUE", help=say("what it is"))
    objection = add_lead(
        "object",
        lambda a, lead: op.Objection(lead=lead, scope=a.scope, how=a.how),
        say("do not contact; wins over everything"),
    )
    commands.choose(objection, "scope", ObjectionScope, ObjectionScope.PERSON, help_=say("whom it protects"))
    commands.text(objection, "how")
    erase = commands.add(
        "erase", _erase, say("erase the personal data of a lead's person, everywhere and for good (administrators)")
    )
    erase.add_argument("id", metavar="ID", help=say("lead id, or a unique beginning or end of one"))
    erase.add_argument("--ground", required=True, metavar="TEXT", help=say("at whose wish, or by which rule"))
    erase.add_argument("--yes", action="store_true", help=say("do not ask first"))


def told(call: Call, done: Any) -> int:  # Any: ActResult
    """Say what an act led to. Gives the exit code."""
    words = call.words
    lines = [words.say("Saved on this computer: {operation}", operation=done.op)]
    if done.notice is not None:
        lines.append(words.phrase(done.notice))
    if done.state is not None:
        lines.append(words.label(done.state))
    call.out({"op": done.op, "lead": done.lead, "state": done.state}, " · ".join(lines))
    return 0


def _erase(call: Call) -> int:
    desk = call.desk()
    lead = call.lead = desk.find(call.arguments.id)
    ground, words = call.arguments.ground, call.words
    card = desk.card(lead)
    # What may not be, or lacks its ground, is told without a question.
    may = ground.strip() and any(one.enabled for one in card.acts if one.key == "erase")
    if may and not call.arguments.yes:
        question = words.say(
            "Erase everything that tells of this person, here and everywhere? It cannot be undone. {person}, {company}",
            person=card.row.person, company=card.row.account,
        )  # fmt: skip
        if not call.agreed(question, "--yes"):
            call.warn(words.say("Nothing was erased."))
            return 1
    done, _ = desk.erase(lead, ground)
    return told(call, done)


def _act(make: Make) -> Callable[[Call], int]:
    """A command that does one act to one lead."""

    def run(call: Call) -> int:
        desk = call.desk()
        lead = call.lead = desk.find(call.arguments.id)
        for name, value in vars(call.arguments).items():
            if isinstance(value, datetime):
                setattr(call.arguments, name, call.words.instant(value))
            elif name in ("owner", "to") and value:
                setattr(call.arguments, name, desk.find_user(value))
        done, _ = desk.do(make(call.arguments, lead))
        return told(call, done)

    return run


def _fact(arguments: argparse.Namespace, lead: str) -> op.SetFact:
    from leaddesk.intake.stated import read_fact  # knowing every country's numbers costs start time

    key, value = arguments.key, arguments.value
    return op.SetFact(lead=lead, key=key, value=read_fact(key, value) if value else "")


def _question(text: str) -> str:
    return f"bant.{text}" if f"bant.{text}" in QUESTIONS else text


def _bant(arguments: argparse.Namespace) -> tuple[tuple[BantElement, BantValue], ...]:
    stated = ((one, getattr(arguments, one.value)) for one in BantElement)
    return tuple((element, value) for element, value in stated if value is not None)
