"""The key of the local store: random, kept by the system's keyring, or wrapped by a passphrase. Never plaintext by
silence.

``LEADDESK_PASSPHRASE``, when set, is used and the keyring is not touched. A store whose key cannot be had is left as it
is: no new key is ever made over an existing file. The wrapping: argon2id makes a key from the passphrase and a salt;
AES-GCM would need another library, so the store key is masked with an HKDF stream and sealed with HMAC-SHA256 (encrypt
then MAC).
"""

import base64
import errno
import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw

from leaddesk.config.folders import Profile
from leaddesk.domain.errors import StoreTrouble

#: Names the passphrase that wraps the key, for machines without a keyring and for scripts.
PASSPHRASE = "LEADDESK_PASSPHRASE"  # noqa: S105 (a name)

#: The files in the profile that keep the key wrapped: by a passphrase, and by the recovery code.
WRAPPED = "key.json"
RECOVERY = "recovery.json"

_SERVICE = "LeadDesk"
_TIME, _MEMORY, _LANES = 3, 64 * 1024, 2


@dataclass(frozen=True, slots=True)
class HeldKey:
    """The raw key as 64 hex digits, and where it is kept: "keyring", "environment" or "passphrase".

    ``recovery`` is a code that opens the store where the keyring is lost; told once, when the key was made.
    """

    key: str
    kept: str
    recovery: str = ""


def store_key(profile: Profile, ask: Callable[[], str] | None = None) -> HeldKey:
    """The profile's key, made where there is neither key nor store.

    Raises ``StoreTrouble``: "no-keyring" (says what to set), "wrong-passphrase", "key-missing" (a store without its
    key), "key-file-damaged". ``ask`` may prompt for a passphrase where a wrapped key or no keyring makes one needed.
    """
    profile.make()
    if profile.store_path.exists():
        return _key(profile, ask)
    # Of several processes that come to an empty profile one makes the key; the others find it.
    with profile.key_lock():
        return _key(profile, ask)


def _key(profile: Profile, ask: Callable[[], str] | None) -> HeldKey:
    passphrase = os.environ.get(PASSPHRASE, "")
    wrapped = profile.path / WRAPPED
    if passphrase:
        return _by_passphrase(profile, wrapped, passphrase, "environment")
    if wrapped.exists():
        if ask is None:
            raise StoreTrouble("passphrase-needed", variable=PASSPHRASE)
        return _by_passphrase(profile, wrapped, ask(), "passphrase")
    held = _from_keyring(profile)
    if held is not None:
        return held
    if ask is None:
        raise StoreTrouble("no-keyring", variable=PASSPHRASE)
    return _by_passphrase(profile, wrapped, ask(), "passphrase")


def recover(profile: Profile, code: str) -> HeldKey:
    """The key by its recovery code; it goes back into a keyring that has lost it.

    Raises ``StoreTrouble``: "wrong-recovery-code", "no-recovery-code", "key-file-damaged".
    """
    wrapped = profile.path / RECOVERY
    if not wrapped.exists():
        raise StoreTrouble("no-recovery-code")
    try:
        key = _unwrap(_read(wrapped), _code(code), wrapped)
    except StoreTrouble as trouble:
        if trouble.key == "wrong-passphrase":
            raise StoreTrouble("wrong-recovery-code") from trouble
        raise
    if not os.environ.get(PASSPHRASE):
        with suppress(_Silent):
            keyring = _Keyring(profile)
            if keyring.get() is None:
                keyring.set(key)
    return HeldKey(key, "recovery")


def _by_passphrase(profile: Profile, wrapped: Path, passphrase: str, kept: str) -> HeldKey:
    if wrapped.exists():
        return HeldKey(_unwrap(_read(wrapped), passphrase, wrapped), kept)
    if profile.store_path.exists():
        raise StoreTrouble("key-missing", path=str(profile.store_path))
    if len(passphrase) < 8:
        raise StoreTrouble("passphrase-too-short", least=8)
    key = secrets.token_hex(32)
    _write(wrapped, _wrap(key, passphrase))
    return HeldKey(key, kept)


def _from_keyring(profile: Profile) -> HeldKey | None:
    """The key in the system's keyring, made where there is no store yet; None where no keyring can keep one."""
    try:
        keyring = _Keyring(profile)
        key = keyring.get()
        if key is None and not profile.store_path.exists():
            return _into(keyring, profile)
    except _Silent as trouble:
        if profile.store_path.exists():
            raise StoreTrouble("keyring-locked", why=str(trouble)) from trouble
        return None
    if key is None:
        raise StoreTrouble("key-missing", path=str(profile.store_path))
    if len(key) != 64 or any(one not in "0123456789abcdef" for one in key):
        raise StoreTrouble("key-file-damaged", path="keyring")
    return HeldKey(key, "keyring")


def _into(keyring: "_Keyring", profile: Profile) -> HeldKey | None:
    """A new key, kept by the keyring and wrapped by a recovery code; None where the keyring keeps nothing."""
    key, code = secrets.token_hex(32), _new_code()
    keyring.set(key)
    # A null backend takes everything and keeps nothing: what cannot be read back is not kept.
    if keyring.get() != key:
        return None
    try:
        _write(profile.path / RECOVERY, _wrap(key, _code(code)))
    except StoreTrouble:
        # Else the next start would find a key whose code nobody was ever told.
        keyring.delete()
        raise
    return HeldKey(key, "keyring", code)


class _Silent(Exception):
    """The keyring does not answer; why in one word."""


class _Keyring:
    """The profile's place in the system's keyring."""

    def __init__(self, profile: Profile) -> None:
        import keyring

        self._keyring = keyring
        self._name = f"store:{profile.path.resolve()}"

    def get(self) -> str | None:
        """The key, None where there is none. Raises ``_Silent``, as all of these do."""
        with self._asked():
            return self._keyring.get_password(_SERVICE, self._name)

    def set(self, key: str) -> None:
        """Keep the key."""
        with self._asked():
            self._keyring.set_password(_SERVICE, self._name, key)

    def delete(self) -> None:
        """Forget the key."""
        with self._asked():
            self._keyring.delete_password(_SERVICE, self._name)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except Exception as trouble:
            # Any kind: back ends let errors of their system through as they are.
            raise _Silent(type(trouble).__name__) from trouble


# --- wrapping -------------------------------------------------------------------------------------------------------


def _stretch(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    root = hash_secret_raw(passphrase.encode(), salt, _TIME, _MEMORY, _LANES, 32, Type.ID)
    return tuple(hmac.digest(root, label, hashlib.sha256) for label in (b"mask", b"seal"))  # type: ignore[return-value]


def _wrap(key: str, passphrase: str) -> dict[str, str]:
    salt = secrets.token_bytes(16)
    mask, seal = _stretch(passphrase, salt)
    hidden = bytes(a ^ b for a, b in zip(bytes.fromhex(key), mask, strict=True))
    return {
        "form": "argon2id-1",
        "salt": base64.b64encode(salt).decode(),
        "key": base64.b64encode(hidden).decode(),
        "seal": base64.b64encode(hmac.digest(seal, salt + hidden, hashlib.sha256)).decode(),
    }


def _unwrap(told: dict[str, str], passphrase: str, path: Path) -> str:
    try:
        salt, hidden, sealed = (base64.b64decode(told[name], validate=True) for name in ("salt", "key", "seal"))
        if told["form"] != "argon2id-1" or len(hidden) != 32 or len(salt) != 16:
            raise ValueError
    except (KeyError, ValueError, TypeError) as trouble:
        raise StoreTrouble("key-file-damaged", path=str(path)) from trouble
    mask, seal = _stretch(passphrase, salt)
    if not hmac.compare_digest(sealed, hmac.digest(seal, salt + hidden, hashlib.sha256)):
        raise StoreTrouble("wrong-passphrase")
    return bytes(a ^ b for a, b in zip(hidden, mask, strict=True)).hex()


def _new_code() -> str:
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(5))


def _code(code: str) -> str:
    return "".join(one for one in code.upper() if one.isalnum())


def _read(path: Path) -> dict[str, str]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as trouble:
        raise StoreTrouble("key-file-damaged", path=str(path)) from trouble
    if not isinstance(told, dict):
        raise StoreTrouble("key-file-damaged", path=str(path))
    return told


def _write(path: Path, told: dict[str, str]) -> None:
    """Whole or not at all, readable by its owner alone, on disk before this returns."""
    part = path.with_suffix(".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(told, out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
        if sys.platform != "win32":
            # The name is on disk once its folder is.
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as trouble:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        key = "disk-full" if trouble.errno in (errno.ENOSPC, errno.EDQUOT) else "store-read-only"
        raise StoreTrouble(key, path=str(path.parent)) from trouble
