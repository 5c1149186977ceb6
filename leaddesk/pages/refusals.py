"""Sentences of refusals: which rule of the business said no, and where it is not plain, what to do."""

from collections.abc import Mapping

from leaddesk.pages.marks import N_, NN_, Plural

REFUSALS: Mapping[str, tuple[str | Plural, ...]] = {
    "objection": (N_("This lead must not be contacted: a do-not-contact is in force."),),
    "objection-already": (N_("A do-not-contact is already in force."),),
    "role-may-not": (N_("Your role does not allow this. Role: {role}."), N_("Your role does not allow this.")),
    "owned-by-other": (
        N_("Somebody else works this lead. Owner: {owner}."),
        N_("Somebody else works this lead."),
    ),
    "not-offered": (N_("Marketing has not offered this lead to sales yet."),),
    "already-accepted": (
        N_("The lead was accepted {at}. Owner: {owner}."),
        N_("The lead was accepted {at}."),
        N_("The lead has already been accepted."),
    ),
    "already-rejected": (N_("The lead was rejected {at}."), N_("The lead has already been rejected.")),
    "already-taken": (
        N_("The lead was taken into work {at}. Owner: {owner}."),
        N_("The lead was taken into work {at}."),
        N_("The lead has already been taken into work."),
    ),
    "not-in-this-state": (
        N_("“{act}” does not fit a lead in this state: {state}."),
        N_("This does not fit the lead in its present state."),
    ),
    "period-unknown": (N_("There is no such period: {given:plain}. Expected: {expected:plain}."),),
    "no-such-lead": (N_("There is no such lead here: {lead}"), N_("There is no such lead here.")),
    "lead-not-unique": (
        NN_(
            "{count} lead matches: {lead}. Give more of the id.",
            "{count} leads match: {lead}. Give more of the id.",
            "count",
        ),
    ),
    "lead-needs-company": (N_("A lead needs the name or the business ID of a company."),),
    "lead-exists": (N_("This lead exists already."),),
    "no-such-account": (N_("There is no such company here."),),
    "no-such-person": (N_("There is no such person here."),),
    "account-needs-name": (N_("A company needs a name."),),
    "fact-needs-key": (N_("It was not said which fact this is."),),
    "fact-needs-date": (
        N_("This is no date: {value}. Write the day, the month or the year, as 2027-03-31, 2027-03 or 2027."),
    ),
    "text-too-long": (N_("The text is too long; at most {limit} characters fit."),),
    "text-unfit": (N_("The text holds characters that cannot be kept."),),
    "time-without-zone": (N_("This time does not say its time zone: {time}"),),
    "time-out-of-range": (N_("This date cannot be right: {time}"),),
    "time-too-far": (
        N_("This is too far ahead: {until}. At most {years} years."),
        N_("This is too far ahead; at most {years} years."),
    ),
    "hand-over-needs-user": (N_("Choose to whom the lead is handed over."),),
    "call-back-needs-time": (N_("Say when to call back."),),
    "note-needs-text": (N_("The note is empty."),),
    "answer-needs-question": (N_("It was not said which question this answers."),),
    "bant-value": (N_("A BANT answer is one of: {expected:plain}. Given: {value}."),),
    "bant-element": (N_("A BANT question is one of: {expected:plain}. Given: {question:plain}."),),
    "other-needs-text": (N_("“Other reason” needs a few words."),),
    "time-is-past": (N_("The time has passed already: {until}."), N_("The time has passed already.")),
    "meeting-is-past": (
        N_("The meeting's time has passed already: {until}. A meeting that was held is logged, not booked."),
    ),
    "meeting-lies-ahead": (N_("A meeting that lies ahead cannot have been held yet: {until}."),),
    "question-unknown": (N_("The script has no such question: {question:plain}. There are: {expected:plain}."),),
    "revoke-needs-reason": (N_("Revoking a do-not-contact needs a reason."),),
    "no-such-objection": (N_("There is no such do-not-contact in force."),),
    "erased": (N_("This person has been erased: nothing more may be kept about the person."),),
    "erase-needs-ground": (N_("An erasure needs its ground: whose wish it was, or which rule."),),
    "nobody-to-erase": (N_("This lead has no person to erase."),),
    "erase-after-sync": (N_("The central does not know this person yet. Sync first, then erase."),),
    "nothing-to-undo": (N_("There is nothing to undo."),),
    "operation-not-unique": (
        NN_(
            "{count} operation matches: {operation:plain}. Give more of the id.",
            "{count} operations match: {operation:plain}. Give more of the id.",
            "count",
        ),
    ),
    "nothing-to-retry": (N_("Needs attention has no such operation: {operation:plain}"),),
    "cannot-be-undone": (N_("This cannot be undone: {act}."),),
    "not-yours-to-undo": (N_("Only the one who did this may undo it: {act}."),),
    "undo-depends": (
        N_("Cannot be undone: a later operation depends on it ({act}, {by}, {at})."),
        N_("Cannot be undone: a later operation depends on it ({act}, {at})."),
        N_("Cannot be undone: a later operation depends on it."),
    ),
    "not-an-operation": (N_("This version of LeadDesk does not know this operation: {kind:plain}."),),
    "operation-names-no-account": (N_("The operation does not say which company it is about."),),
    "agreement-unreadable": (N_("The agreement cannot be read. Part: {part:plain}. {why:plain}"),),
    "agreement-part-unknown": (
        N_("The agreement has a part that is not known: {part:plain}. Known: {expected:plain}."),
    ),
    "signs-for-nobody": (N_("You sign for neither party. Your role: {role:role}. Those who sign: {expected:plain}."),),
    "agreement-waits": (N_("What you did with the agreement waits to be sent. Sync first."),),
    "agreement-pending": (
        N_("Policy version {version} is signed and comes in force {at}. Publish the next one after that."),
    ),
    "agreement-in-the-past": (N_("The agreement cannot begin in the past: {day:plain}"),),
    "agreement-unknown": (N_("There is no such version of the agreement: {version}"),),
    "agreement-superseded": (
        N_("Version {version} can no longer be signed: version {newest:plain} has been published since."),
    ),
    "agreement-signed": (N_("This party has signed already: {party:party}. Version {version}, signed {at}."),),
    "agreement-unchanged": (N_("There is nothing to sign: version {version} promises what is in force."),),
    "signature-not-permitted": (
        N_("Your role does not sign for this party. Party: {party:party}. Your role: {role:role}."),
    ),
    "reason-not-agreed": (
        N_("The agreement does not permit this reason: {reason:reject-reason}. Permitted: {expected:plain}."),
    ),
    "too-few-attempts": (
        NN_(
            "“Not reached” needs as many attempts as agreed, {agreed:plain}. So far {attempts} attempt.",
            "“Not reached” needs as many attempts as agreed, {agreed:plain}. So far {attempts} attempts.",
            "attempts",
        ),
    ),
    "policy-version": (N_("The next policy version is {expected:plain}. Given: {version}."),),
    "row-unknown-company": (N_("Row {row}: no company with this reference: {reference}"), N_("Row {row}: no company")),
    "row-unknown-person": (N_("Row {row}: no person with this reference: {reference}"), N_("Row {row}: no person")),
    "row-unknown-lead": (N_("Row {row}: no lead with this reference: {reference}"), N_("Row {row}: no lead")),
    "sync-runs-already": (N_("A sync of this profile is running already."),),
    "pull-removes-much": (
        N_("The central would take {removed} of {of} leads away from this computer. Confirm that this is right."),
        N_("The central would take many leads away from this computer. Confirm that this is right."),
    ),
    "calendar-needs-seven-days": (N_("The calendar needs seven weekdays. Given: {days}."),),
    "calendar-window-outside-day": (
        N_("Working hours go outside the day, 00:00 to 24:00. Day: {day:plain}. Hours: {hours:plain}."),
    ),
    "calendar-window-reversed": (N_("Working hours end before they begin. Day: {day:plain}. Hours: {hours:plain}."),),
    "calendar-windows-overlap": (N_("Working hours overlap. Day: {day:plain}. Hours: {hours:plain}."),),
    "calendar-unreadable": (N_("The calendar file cannot be read as TOML: {why:plain}"),),
    "calendar-part-unknown": (N_("The calendar has a part that is not known: {part:plain}. Known: {expected:plain}."),),
    "calendar-part-unreadable": (
        N_("A part of the calendar cannot be read. Part: {part:plain}. Given: {given:plain}."),
    ),
    "calendar-needs-zone": (N_('The calendar needs a time zone, for example zone = "Europe/Helsinki".'),),
    "calendar-date-unreadable": (N_("A date of the calendar cannot be read: {given:plain}. Write it as 2026-12-24."),),
    "calendar-hours-unreadable": (
        N_('Working hours cannot be read. Day: {day:plain}. Given: {given:plain}. Write them as ["08:00-16:00"].'),
    ),
    "calendar-no-hours": (N_("No deadline: the calendar has no hours within five years."),),
    "holidays-unknown": (N_("There are no public holidays known for this country: {country:plain}"),),
    "pause-unreadable": (
        N_("A pause cannot be read: {given:plain}. Write its two instants as 2026-11-23T10:00/2026-11-23T12:00."),
    ),
    "pause-reversed": (N_("A pause ends before it begins: {given:plain}"),),
    "target-unreadable": (
        N_("A target cannot be read: {given:plain}. It is minutes or hours of business time, 90m or 2h; 0 is none."),
    ),
    "target-too-long": (N_("A target is too long: {given:plain}"),),
    "zone-unknown": (N_("There is no such time zone: {zone}"),),
    "distribution-to-nobody": (N_("Rule {rule:plain} of the distribution names nobody, or something empty."),),
    "days-reversed": (N_("The last day, {last:date}, is before the first, {first:date}."),),
    "target-negative": (
        N_("A time of the service level agreement is negative. Kind: {kind:lead-kind}."),
        N_("A target is negative: {given:plain}. 0 is none."),
    ),
    "policy-unreadable": (N_("The policy document cannot be read. Part: {part}. {why}"),),
    "quarantined": (N_("The central could not read this operation and set it aside. Nothing of it is lost."),),
}
