"""Passwords as argon2id hashes, tokens as SHA-256 of 256 random bits: what leaks from the database opens nothing."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from leaddesk.domain.errors import BadInput

#: The shortest password taken (NIST SP 800-63B asks for 8), and the longest read.
SHORTEST, LONGEST = 8, 512

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """The hash to keep. Raises ``BadInput("password-too-short")`` or ``"password-too-long"``."""
    if len(password) < SHORTEST:
        raise BadInput("password-too-short", least=SHORTEST)
    if len(password) > LONGEST:
        raise BadInput("password-too-long", most=LONGEST)
    return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept; takes as long where there is no such user."""
    try:
        _HASHER.verify(kept or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def new_token() -> str:
    """A fresh secret, such as the token of a device."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
