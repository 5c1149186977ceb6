"""Sentences of the daily work: why a lead is where it is, what happened, what follows from an act."""

from collections.abc import Mapping

from leaddesk.pages.marks import N_, NN_, Plural

_WHY: Mapping[str, tuple[str | Plural, ...]] = {
    "why-callback": (N_("Call promised for {at}"),),
    "why-hand-raiser": (
        N_("Asked for contact {at}: “{text}”"),
        N_("Asked for contact {at} · {theme}"),
        N_("Asked for contact {at} · {channel}"),
        N_("Asked for contact {at}"),
        N_("Asked for contact"),
    ),
    "why-sla-take-into-work": (
        N_("{event}, offered {at} · {theme}"),
        N_("{event}, offered {at}"),
        N_("Offered {at} · {theme}"),
        N_("Offered {at}, not yet in work"),
    ),
    "why-sla-first-attempt": (
        N_("{event}, not yet tried · {theme}"),
        N_("{event}, not yet tried to reach"),
        N_("Offered {at}, not yet tried to reach"),
    ),
    "why-sla-decision": (
        NN_("Decision pending after {attempts} attempt", "Decision pending after {attempts} attempts", "attempts"),
    ),
    "why-no-hours": (N_("No deadline: the calendar has no hours"),),
    "why-sla-next-attempt": (N_("Next attempt due, the last one {at}"),),
    "why-attempt": (N_("Attempt {n} of {of}, the last one {at}"), N_("Attempt {n} of {of}")),
    "why-meeting-held": (N_("Meeting was {at}: record how it went"),),
    "why-nurture-over": (N_("Back from nurture {at}"),),
    "why-no-next-step": (N_("No next step agreed, last worked {at}"), N_("No next step agreed")),
    "why-meet-early": (NN_("{days} day without a meeting", "{days} days without a meeting", "days"),),
    "why-silent": (NN_("No reaction to {touches} message", "No reaction to {touches} messages", "touches"),),
    "why-sales-ready": (
        NN_(
            "{score} point, threshold {threshold} · {event} {at}",
            "{score} points, threshold {threshold} · {event} {at}",
            "score",
        ),
        NN_("{score} point, threshold {threshold}", "{score} points, threshold {threshold}", "score"),
    ),
    "why-window": (N_("{fact}: {value}"), N_("Buying window opening")),
    "why-trigger": (N_("At the company: {event}"),),
    "why-yours-to-decide": (NN_("Decision open, {score} point", "Decision open, {score} points", "score"),),
    "why-rest-score": (
        NN_("{event} {at} · {score} point", "{event} {at} · {score} points", "score"),
        NN_("{score} point", "{score} points", "score"),
    ),
    "why-rest-fit": (N_("No behaviour yet, grade {grade}"),),
    "out-erased": (N_("The person has been erased"),),
    "out-objection": (N_("Must not be contacted"),),
    "out-rejected": (N_("Rejected"),),
    "out-won": (N_("Won"),),
    "out-lost": (N_("Lost"),),
    "out-nurture": (N_("In nurture until {at}"), N_("In nurture")),
    "out-snoozed": (N_("Snoozed until {at}"),),
    "out-callback-later": (N_("Call promised for {at}"),),
    "out-meeting-booked": (N_("Meeting {at}"),),
    "out-with-marketing": (N_("Still with marketing"),),
    "out-not-target": (N_("Not in the target group"),),
    "out-next-attempt-later": (N_("Next attempt from {at}"),),
    "out-no-lane": (N_("No lane of the queue takes this lead"),),
}

_ESCALATION: Mapping[str, tuple[str | Plural, ...]] = {
    "escalation-warning": (N_("{clock:clock}: due soon"),),
    "escalation-breach": (N_("{clock:clock}: late"),),
    "escalation-manager": (
        N_("{clock:clock}: late, {owner} has it"),
        N_("{clock:clock}: late, nobody has it"),
    ),
    "escalation-proposal": (
        N_("Hand it over? {clock:clock}: still late, {owner} has it"),
        N_("Hand it over? {clock:clock}: still late, nobody has it"),
    ),
}

_GAP: Mapping[str, tuple[str | Plural, ...]] = {
    "gap-owner": (N_("Its owner has left: {owner}"), N_("In work, and nobody has it")),
    "gap-step": (N_("No lane of the queue takes this lead"),),
    "gap-segment": (N_("In no segment"),),
    "gap-stalled": (N_("Not moved since {at}, {owner} has it"), N_("Not moved since {at}")),
}

_SAY: Mapping[str, tuple[str | Plural, ...]] = {
    "say-contact-request": (N_("You asked us to get in touch. What made it timely now?"),),
    "say-theme": (N_("You have looked into this: {theme}. What are you trying to solve?"),),
    "say-callback": (N_("We agreed that I call you again. Is this a good moment?"),),
    "say-event": (N_("Your company has followed us ({event}). What made you interested?"),),
}

_DID: Mapping[str, tuple[str | Plural, ...]] = {
    "did-last": (N_("Latest: {event} {at}. “{text}”"), N_("Latest: {event} {at}."), N_("Latest: {event}.")),
    "did-create-lead": (N_("Lead created: {kind:lead-kind}, {channel}"), N_("Lead created: {kind:lead-kind}")),
    "did-set-fact": (N_("{fact}: {value}"), N_("{fact}: emptied")),
    "did-offer": (N_("Offered to sales"),),
    "did-take": (N_("Taken into work"),),
    "did-assign": (N_("Assigned to: {to}"), N_("Owner removed")),
    "did-assign-by-rule": (
        N_("Assigned to: {to}, {why:assignment} ({detail:plain})"),
        N_("Assigned to: {to}, {why:assignment}"),
        N_("Owner removed, {why:assignment}"),
    ),
    "did-hand-over": (N_("Handed over to: {to}"),),
    "did-call": (N_("Call: {outcome}"),),
    "did-call-until": (N_("Call: {outcome} {at:dated}"),),
    "did-book-meeting": (N_("Meeting booked for {at:dated}, {place}"), N_("Meeting booked for {at:dated}")),
    "did-meeting": (N_("Meeting held {at}"),),
    "did-meeting-cancelled": (N_("Meeting {at} did not take place"),),
    "did-note": (N_("Note"),),
    "did-answer": (N_("{question:question}: {value:answer}"),),
    "did-accept": (N_("Accepted"),),
    "did-reject": (N_("Rejected: {reason}"),),
    "did-nurture": (N_("Returned to nurture"),),
    "did-nurture-until": (N_("Returned to nurture until {at:dated}"),),
    "did-snooze": (N_("Snoozed until {at:dated}"),),
    "did-callback": (N_("Call promised for {at:dated}"),),
    "did-callback-off": (N_("Promised call withdrawn"),),
    "did-won": (N_("Won, {value:money}"), N_("Won")),
    "did-lost": (N_("Lost: {reason:plain}"), N_("Lost")),
    "did-set-stage": (N_("Buying stage: {stage}"),),
    "did-object": (N_("Do-not-contact: {scope}"),),
    "did-revoke-objection": (N_("Do-not-contact revoked"),),
    "did-erase": (N_("Personal data erased"),),
    "did-other": (N_("{act}"),),
    "did-event": (N_("{event}"),),
    "did-activity": (N_("{activity}: {outcome} · {by:plain}"), N_("{activity}: {outcome}"), N_("{activity}")),
    "did-import": (N_("Imported: {file}, row {row}"),),
}

_CARD: Mapping[str, tuple[str | Plural, ...]] = {
    "source-purchased": (
        N_("purchased {at:date}, {by:plain}"),
        N_("purchased {at:date}"),
    ),
    "source-sales": (N_("sales, {by}, {at:date}"), N_("sales, {at:date}")),
    "source-self-told": (N_("told it themselves {at:date}"),),
    "source-behaviour": (N_("from behaviour {at:date}"),),
    "fact-unknown": (N_("not known"),),
    "points-sum": (
        NN_("{event} {last_day}", "{event} ({count}), latest {last_day}", "count"),
        N_("{event}"),
    ),
    "fit-size-revenue": (N_("Turnover {value:money}"),),
    "fit-size-employees": (N_("Personnel {value:number}"),),
    "fit-role": (N_("Role in buying: {role:buyer-role}"),),
    "fit-industry": (N_("Industry: {industry}"),),
    "target-excluded-industry": (
        N_("Industry outside the target group: {text}"),
        N_("Industry outside the target group"),
    ),
    "target-housing-company": (N_("A housing company is not in the target group"),),
    "criterion-small-employees": (N_("Too few employees for a lead: {value}. Agreed: {least}."),),
    "criterion-small-revenue": (N_("Too little revenue for a lead: {value:money}. Agreed: {least:money}."),),
    "criterion-no-role": (N_("The role in buying is not known"),),
    "criterion-role": (N_("Role in buying: {role:buyer-role}"),),
    "criterion-no-stage": (N_("The buying stage is not known"),),
    "criterion-stage": (N_("Buying stage: {stage}"),),
    "criterion-no-theme": (N_("The theme is not known"),),
    "criterion-theme": (N_("Theme: {theme}"),),
    "target-passes": (N_("In the target group"),),
    "target-unknown": (N_("Too little is known to test the target group"),),
    "points-cap": (N_("Cap of the rule: {event}"),),
    "points-decay": (N_("Fading with time: {event}"),),
    "consequence-accept": (N_("becomes yours as accepted"),),
    "consequence-accept-attempt": (N_("becomes yours, first attempt by {at}"),),
    "consequence-reject": (N_("the reason goes to marketing"),),
    "consequence-snooze": (N_("suggestion: {at}"),),
    "consequence-call": (N_("starts the timer and opens the script"),),
    "consequence-meeting": (N_("into the calendar; the lead waits for it"),),
    "consequence-take": (N_("becomes yours and stops the first clock"),),
    "consequence-nurture": (N_("marketing goes on until it is time"),),
    "consequence-object": (N_("at once, for everybody; cannot be undone"),),
}

_NOTICE: Mapping[str, tuple[str | Plural, ...]] = {
    "undone": (N_("Undone"),),
    "objection-stands": (N_("A do-not-contact is in force: the call is kept, and the lead stays where it was"),),
    "person-erased": (
        N_("The person's data are erased here; with the next sync at the central, and at each desk as it syncs"),
    ),
    "objection-known": (N_("This do-not-contact was in force already"),),
    "fact-merged": (N_("Somebody had changed the same fact; both values are kept"),),
    "imported": (N_("Import: {created} new, {updated} updated, {unchanged} unchanged, {failed} failed"),),
    "import-undone": (
        NN_(
            "Import undone: {undone} row; kept because of later work: {kept}",
            "Import undone: {undone} rows; kept because of later work: {kept}",
            "undone",
        ),
    ),
    "policy-published": (N_("Policy version {version} is published"),),
    "agreement-signed-now": (
        N_("Version {version} is signed for: {party:party}. In force {at}."),
        N_("Version {version} is signed for: {party:party}. The other party has still to sign."),
    ),
    "row-created": (N_("New"),),
    "row-updated": (N_("Updated"),),
    "row-unchanged": (N_("Unchanged"),),
}

SAYINGS: Mapping[str, tuple[str | Plural, ...]] = {**_WHY, **_ESCALATION, **_GAP, **_SAY, **_DID, **_CARD, **_NOTICE}
