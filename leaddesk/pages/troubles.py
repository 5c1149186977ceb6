"""Sentences of errors and refusals: what happened, and where it is not plain, what to do. Keys come from other rooms."""

from collections.abc import Mapping

from leaddesk.pages.marks import N_, Plural

_RULES: Mapping[str, tuple[str | Plural, ...]] = {
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
    "no-such-lead": (N_("There is no such lead here: {lead}"), N_("There is no such lead here.")),
    "lead-not-unique": (N_("More than one lead matches: {lead}. Give more of the id."),),
    "lead-exists": (N_("This lead exists already."),),
    "no-such-account": (N_("There is no such company here."),),
    "no-such-person": (N_("There is no such person here."),),
    "account-needs-name": (N_("A company needs a name."),),
    "fact-needs-key": (N_("It was not said which fact this is."),),
    "text-too-long": (N_("The text is too long; at most {limit} characters fit."),),
    "hand-over-needs-user": (N_("Choose to whom the lead is handed over."),),
    "call-back-needs-time": (N_("Say when to call back."),),
    "note-needs-text": (N_("The note is empty."),),
    "answer-needs-question": (N_("It was not said which question this answers."),),
    "bant-value": (N_("A BANT answer is one of: {expected:plain}. Given: {value}."),),
    "bant-element": (N_("A BANT question is one of: {expected:plain}. Given: {question:plain}."),),
    "other-needs-text": (N_("“Other reason” needs a few words."),),
    "time-is-past": (N_("The time has passed already: {until}."), N_("The time has passed already.")),
    "revoke-needs-reason": (N_("Revoking a do-not-contact needs a reason."),),
    "no-such-objection": (N_("There is no such do-not-contact in force."),),
    "nothing-to-undo": (N_("There is nothing to undo."),),
    "nothing-to-retry": (N_("There is nothing here to try again."),),
    "cannot-be-undone": (N_("This cannot be undone: {act}."),),
    "not-yours-to-undo": (N_("Only the one who did this may undo it: {act}."),),
    "undo-depends": (
        N_("Cannot be undone: a later act depends on it ({act}, {by}, {at})."),
        N_("Cannot be undone: a later act depends on it ({act}, {at})."),
        N_("Cannot be undone: a later act depends on it."),
    ),
    "not-an-operation": (N_("This version of LeadDesk does not know this act: {kind:plain}."),),
    "operation-names-no-account": (N_("The act does not say which company it is about."),),
    "policy-version": (N_("The next policy version is {expected:plain}. Given: {version}."),),
    "row-unknown-company": (N_("Row {row}: no company with this reference: {reference}"), N_("Row {row}: no company")),
    "row-unknown-person": (N_("Row {row}: no person with this reference: {reference}"), N_("Row {row}: no person")),
    "row-unknown-lead": (N_("Row {row}: no lead with this reference: {reference}"), N_("Row {row}: no lead")),
    "quarantined": (N_("The server could not read this act and set it aside. Nothing of it is lost."),),
}

_SYNC: Mapping[str, tuple[str | Plural, ...]] = {
    "not-signed-in": (N_("Not signed in."),),
    "wrong-password": (N_("User name or password is wrong."),),
    "profile-of-another-user": (
        N_("This profile belongs to another user: {user}. Use a profile of your own."),
    ),
    "central-not-reached": (N_("The server could not be reached: {url}"), N_("The server could not be reached.")),
    "central-too-slow": (N_("The server did not answer in time: {url}"), N_("The server did not answer in time.")),
    "certificate-not-trusted": (
        N_("The server's certificate is not trusted: {url}. Ask your administrator; nothing was sent."),
    ),
    "address-not-usable": (N_("This is not an address of a server: {url}"),),
    "not-the-central": (
        N_("What answers is not a LeadDesk server: {url}. You may be behind a sign-in page of the network."),
        N_("What answers is not a LeadDesk server."),
    ),
    "central-trouble": (N_("The server has trouble of its own ({status}). LeadDesk tries again."),),
    "too-old": (N_("This LeadDesk is too old for the server. Your work is still sent; please update."),),
    "no-common-protocol": (
        N_("This LeadDesk and the server are of too different versions. This one speaks {ours:plain}, the server {theirs:plain}."),
        N_("This LeadDesk and the server are of too different versions."),
    ),
    "history-changed": (N_("The server was restored from a backup; this computer sends its share again."),),
    "resync-required": (N_("Everything is fetched anew; unsent work stays on this computer."),),
}

TROUBLES: Mapping[str, tuple[str | Plural, ...]] = {**_RULES, **_SYNC}
