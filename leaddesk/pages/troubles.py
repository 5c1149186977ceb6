"""Sentences of troubles with server, sign-in, store, key, commands and settings: what happened, and what to do."""

from collections.abc import Mapping

from leaddesk.pages.marks import N_, NN_, Plural

_SYNC: Mapping[str, tuple[str | Plural, ...]] = {
    "central-not-reached": (N_("The central could not be reached: {url}"), N_("The central could not be reached.")),
    "central-too-slow": (N_("The central did not answer in time: {url}"), N_("The central did not answer in time.")),
    "certificate-not-trusted": (
        N_("The central's certificate is not trusted: {url}. Ask your administrator; nothing was sent."),
        N_("The central's certificate is not trusted. Ask your administrator; nothing was sent."),
    ),
    "address-not-usable": (N_("This is not an address of a central: {url}"),),
    "not-the-central": (
        N_("What answers is not a LeadDesk central: {url}. You may be behind a sign-in page of the network."),
        N_("What answers is not a LeadDesk central."),
    ),
    "central-trouble": (
        N_("The central has trouble of its own ({status}). LeadDesk tries again."),
        N_("The central has trouble of its own. LeadDesk tries again."),
    ),
    "program-too-old": (
        N_("This LeadDesk is too old for the central. Version here: {ours:plain}; on the central: {theirs:plain}."),
        N_("This LeadDesk is too old for the central."),
    ),
    "central-too-old": (
        N_("The central is too old for this LeadDesk. Version here: {ours:plain}; on the central: {theirs:plain}."),
        N_("The central is too old for this LeadDesk."),
    ),
    "history-changed": (N_("The central was restored from a backup; this computer sends its share again."),),
    "resync-required": (N_("Everything is fetched anew; unsent work stays on this computer."),),
    "cursor-unreadable": (N_("The central does not know how far this computer has read. Everything is fetched anew."),),
    "push-too-large": (N_("Too much was sent at once: {found} operations. Most allowed: {expected:number}."),),
    "body-too-large": (N_("Too much was sent at once. Largest allowed, in bytes: {expected:number}."),),
    "route-unknown": (N_("The central does not know this request: {path}"),),
}

_ACCESS: Mapping[str, tuple[str | Plural, ...]] = {
    "not-signed-in": (N_("Not signed in. Sign in; what was done here is safe and is sent then."),),
    "wrong-password": (N_("User name or password is wrong."),),
    "throttled": (
        NN_(
            "Too many wrong passwords. Try again in {minutes} minute.",
            "Too many wrong passwords. Try again in {minutes} minutes.",
            "minutes",
        ),
        N_("Too many wrong passwords. Try again in a while."),
    ),
    "user-disabled": (
        N_("This user was disabled by an administrator: {user}."),
        N_("This user was disabled by an administrator."),
    ),
    "token-unknown": (N_("The central does not know this sign-in. Sign in again; unsent work is safe."),),
    "token-expired": (N_("The sign-in has run out. Sign in again; unsent work is safe."),),
    "device-revoked": (
        N_("This computer ({device}) was signed out by an administrator. Sign in again; unsent work is safe."),
        N_("This computer was signed out by an administrator. Sign in again; unsent work is safe."),
    ),
    "already-signed-in": (N_("Already signed in. User: {user:plain}."),),
    "profile-of-another-user": (N_("This profile belongs to another user: {user:plain}. Use a profile of your own."),),
    "profile-of-another-central": (
        N_(
            "This central does not know this profile: it is another one, or it was set up anew. User: {user:plain}. "
            "Nothing is mixed."
        ),
    ),
    "act-not-permitted": (
        N_("Your role does not allow this: {act}. Role: {role}."),
        N_("Your role does not allow this."),
    ),
    "route-not-permitted": (
        N_("Your role may not ask the central for this: {path}. Role: {role}."),
        N_("Your role may not ask the central for this."),
    ),
    "operation-of-another-user": (N_("This was done by another user, who must send it."),),
    "operation-of-another-device": (
        N_("This was done on another computer, which must send it: {device}."),
        N_("This was done on another computer, which must send it."),
    ),
    "account-not-in-sight": (N_("This company is no longer yours to work with. What you wrote is kept here."),),
    "no-such-device": (N_("There is no such computer: {device}"),),
    "device-of-another-user": (
        N_("This computer belongs to another user: {device}. Only an administrator may sign it out."),
        N_("This computer belongs to another user. Only an administrator may sign it out."),
    ),
}

_CENTRAL: Mapping[str, tuple[str | Plural, ...]] = {
    "tenant-exists": (N_("There is an organisation of this name already: {tenant}"),),
    "tenant-unknown": (N_("There is no such organisation: {tenant}"),),
    "tenant-not-named": (N_("There is more than one organisation. Name one: {expected:plain}."),),
    "database-missing": (N_("There is no such database: {path}. A new one is made with: leaddesk admin init"),),
    "central-not-initialised": (N_("This database has no organisation yet. Make one: leaddesk admin init"),),
    "user-exists": (N_("There is a user of this name already: {user:plain}"),),
    "user-unknown": (N_("There is no such user: {user:plain}"),),
    "backup-damaged": (
        N_("This is no whole backup of a central: {why}"),
        N_("This is no whole backup of a central."),
    ),
    "backup-of-another-version": (
        N_("This backup was written by another version of LeadDesk: {found}. Expected: {expected:plain}"),
    ),
    "file-exists": (N_("There is a file of this name already; it was left as it is: {file}"),),
    "user-takes-no-leads": (
        N_("{user:plain} cannot be given leads. Role: {role}."),
        N_("This user cannot be given leads."),
    ),
    "user-needs-role": (N_("A user needs a role: {expected:plain}."),),
    "name-not-usable": (
        N_("This cannot be a name: {value}. It needs {expected:plain} characters, all of them visible."),
        N_("A name needs {expected:plain} characters, all of them visible."),
    ),
    "password-too-short": (
        NN_(
            "The password is too short; it needs at least {least} character.",
            "The password is too short; it needs at least {least} characters.",
            "least",
        ),
    ),
    "password-too-long": (
        NN_(
            "The password is too long; at most {most} character fits.",
            "The password is too long; at most {most} characters fit.",
            "most",
        ),
    ),
    "port-in-use": (N_("The port is taken or not allowed: {host}:{port:plain}. Choose another with --port."),),
}

_STORE: Mapping[str, tuple[str | Plural, ...]] = {
    "store-wrong-key": (N_("The key does not open this file, or the file is damaged: {path}"),),
    "store-not-encrypted": (N_("This file is not encrypted, so it is not a store of LeadDesk: {path}"),),
    "store-newer": (N_("This file was made by a newer LeadDesk. Please update; the file is left as it is."),),
    "store-foreign": (N_("This file belongs to another program; it is left as it is."),),
    "store-read-only": (N_("Nothing can be written here: {path}"), N_("Nothing can be written to the store.")),
    "disk-full": (N_("The disk is full. Nothing is lost; free some space and try again."),),
    "disk-trouble": (
        N_("The disk does not read or write as it should: {path}. Make a copy of the file and have the disk checked."),
        N_("The disk does not read or write as it should. Make a copy of your files and have the disk checked."),
    ),
    "store-busy": (N_("The file is in use by another program. Try again in a moment."),),
    "store-damaged": (N_("The file is damaged. It is left as it is; a backup can be restored beside it."),),
    "row-unreadable": (N_("A row of the store cannot be read ({what:plain}): {why}"),),
    "database-not-reached": (N_("The database could not be reached: {why}"),),
    "sqlite-too-old": (N_("The database engine is too old: {version}"),),
    "message-unreadable": (N_("A message of the wire cannot be read ({message:plain}): {why}"),),
    "unreadable-operation": (
        N_("The operation cannot be read. Field: {field:plain}. {why:flaw}"),
        N_("The operation cannot be read. Field: {field:plain}."),
        N_("The operation cannot be read."),
    ),
    "program-incomplete": (N_("Parts of the program are missing. Install LeadDesk again: {path}"),),
    "profile-not-usable": (N_("This folder cannot be used for the profile: {path} ({why})"),),
}

_KEY: Mapping[str, tuple[str | Plural, ...]] = {
    "no-keyring": (
        N_("This computer has no keyring for the key of the store. Set the environment variable {variable:plain}."),
    ),
    "keyring-locked": (N_("The keyring is locked. Open it and start again."),),
    "passphrase-needed": (N_("The store is locked with a passphrase. Give it, or set {variable:plain}."),),
    "passphrase-too-short": (N_("The passphrase is too short; it needs at least {least} characters."),),
    "wrong-passphrase": (N_("The passphrase is wrong."),),
    "wrong-recovery-code": (N_("The recovery code is wrong."),),
    "no-recovery-code": (N_("No recovery code was ever made for this store."),),
    "key-missing": (
        N_("The key of the store is missing: {path}. Open it with the recovery code; the file is left as it is."),
    ),
    "key-file-damaged": (
        N_("The file with the wrapped key is damaged: {path}. Open the store with the recovery code."),
    ),
}

_COMMANDS: Mapping[str, tuple[str | Plural, ...]] = {
    "import-needs-file": (N_("Say which file to import, or with --undo which import to take back."),),
    "mapping-needs-equals": (N_("A column is mapped as COLUMN=FIELD. Given: {given:plain}."),),
    "password-not-given": (N_("No password was given. Type it when asked, or give it on standard input."),),
    "password-not-text": (N_("The password cannot be read as UTF-8 text."),),
    "not-agreed": (
        N_("There is nobody to ask whether it is meant. With {option:plain} it is done without a question."),
    ),
    "no-display": (N_("There is no screen for the window. The commands work without one: leaddesk --help"),),
    "file-not-usable": (N_("The file cannot be used: {file} ({why})"), N_("A file cannot be used: {why}")),
    "value-not-kept": (N_("This cannot be kept. Field: {field:plain}. {why:flaw}"),),
}

_DEMO: Mapping[str, tuple[str | Plural, ...]] = {
    "central-does-not-start": (
        N_("The central of the demonstration does not start: {why}"),
        N_("The central of the demonstration does not start."),
    ),
    "central-does-not-stop": (N_("The central of the demonstration does not stop."),),
    "demo-lane-empty": (N_("The demonstration left lanes of the queue empty: {lanes}"),),
    "demo-not-once": (N_("A decision of the demonstration is not on the central exactly once."),),
    "demo-row-refused": (N_("A row of the demonstration was refused: {why}"),),
    "demo-without-picture": (N_("The window of the demonstration could not be drawn: {path}"),),
}

_CHOICES: Mapping[str, tuple[str | Plural, ...]] = {
    "setting-unknown": (N_("There is no such setting: {name}. There are: {expected:plain}."),),
    "setting-not-allowed": (N_("This setting cannot be {value}. Setting: {name}. Allowed: {expected:plain}."),),
}

_CORRECT = N_("Nothing was changed. Correct what is named above and try again.")
_ROLE = N_("Nothing was changed. Leave it to somebody whose role allows it, or ask your administrator.")

#: What to do next where somebody's role lets him hand a lead over, but not offer or accept it.
TO_SALES = N_("Nothing was changed. Give a lead that you have taken to sales: leaddesk hand-over ID --to REP")

#: What to do next where an error's family says too little or too much.
ADVICE: Mapping[str, str] = {
    "pull-removes-much": N_(
        "No lead has been taken away. If it is right: leaddesk sync --accept-removal, or after a check leaddesk check "
        "--accept-removal; else ask your administrator."
    ),
    "program-too-old": N_(
        "What you do is safe on this computer and is still sent. Install the new LeadDesk to see what others do."
    ),
    "central-too-old": N_(
        "Work goes on: everything is safe on this computer and is sent when the central has been brought up to date. "
        "Tell your administrator."
    ),
    "user-disabled": N_(
        "Your work is safe on this computer. Signing in again does not help; only an administrator can let this user "
        "in."
    ),
    "act-not-permitted": _ROLE,
    "role-may-not": _ROLE,
    "route-not-permitted": _ROLE,
    "user-takes-no-leads": N_("Nothing was changed. Choose a user whose role takes leads into work."),
    "no-keyring": _CORRECT,
    "passphrase-needed": _CORRECT,
    "passphrase-too-short": _CORRECT,
    "profile-of-another-central": N_(
        "What is here stays here, unsent work too. To work with the new central, choose an empty profile folder with "
        "LEADDESK_HOME and sign in there."
    ),
}

TROUBLES: Mapping[str, tuple[str | Plural, ...]] = {
    **_SYNC,
    **_ACCESS,
    **_CENTRAL,
    **_STORE,
    **_KEY,
    **_COMMANDS,
    **_DEMO,
    **_CHOICES,
}
