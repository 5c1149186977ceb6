"""Sentences of troubles with the server, the store, the key and the settings: what happened, and what to do."""

from collections.abc import Mapping

from leaddesk.pages.marks import N_, Plural

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
        N_("LeadDesk and the server are of too different versions: here {ours:plain}, on the server {theirs:plain}."),
        N_("LeadDesk and the server are of too different versions."),
    ),
    "history-changed": (N_("The server was restored from a backup; this computer sends its share again."),),
    "resync-required": (N_("Everything is fetched anew; unsent work stays on this computer."),),
}

_STORE: Mapping[str, tuple[str | Plural, ...]] = {
    "store-wrong-key": (N_("The key does not open this file, or the file is damaged: {path}"),),
    "store-not-encrypted": (N_("This file is not encrypted, so it is not a store of LeadDesk: {path}"),),
    "store-newer": (N_("This file was made by a newer LeadDesk. Please update; the file is left as it is."),),
    "store-foreign": (N_("This file belongs to another program; it is left as it is."),),
    "store-read-only": (N_("Nothing can be written here: {path}"), N_("Nothing can be written to the store.")),
    "store-full": (N_("The disk is full. Nothing is lost; free some space and try again."),),
    "store-busy": (N_("The file is in use by another program. Try again in a moment."),),
    "store-damaged": (N_("The file is damaged. It is left as it is; a backup can be restored beside it."),),
    "row-unreadable": (N_("A row of the store cannot be read ({what:plain}): {why}"),),
    "database-not-reached": (N_("The database could not be reached: {why}"),),
    "sqlite-too-old": (N_("The database engine is too old: {version}"),),
    "message-unreadable": (N_("A message of the wire cannot be read ({message:plain}): {why}"),),
    "unreadable-operation": (
        N_("The act cannot be read. Field: {field:plain}. {why}"),
        N_("The act cannot be read. Field: {field:plain}."),
        N_("The act cannot be read."),
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

_CHOICES: Mapping[str, tuple[str | Plural, ...]] = {
    "setting-unknown": (N_("There is no such setting: {name}. There are: {expected:plain}."),),
    "setting-not-allowed": (N_("This setting cannot be {value}. Setting: {name}. Allowed: {expected:plain}."),),
}

TROUBLES: Mapping[str, tuple[str | Plural, ...]] = {**_SYNC, **_STORE, **_KEY, **_CHOICES}
