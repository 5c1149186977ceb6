"""Ids: UUIDv7 text (RFC 9562). Pure; the port that has a clock and randomness is ``config.port``."""

import hashlib
import uuid


def uuid7(milliseconds: int, random: bytes) -> str:
    """UUIDv7 text from Unix ``milliseconds`` and 10 random bytes."""
    value = bytearray((milliseconds & (1 << 48) - 1).to_bytes(6, "big") + random[:10])
    value[6] = value[6] & 0x0F | 0x70
    value[8] = value[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(value)))


def family(device: str) -> str:
    """The device that signed in first: copies of its profile have ids of their own, made by ``copied``."""
    return device.partition("~")[0]


def copied(device: str, operation: str) -> str:
    """The id for a copy of a device's profile in which an operation was born that was born in no other."""
    return f"{family(device)}~{operation[-12:]}"


def derived_id(operation: str, ordinal: int, role: str) -> str:
    """The id of a row that follows from an operation: the same on every machine, in order of the operation's birth."""
    digest = hashlib.sha256(f"{operation}/{ordinal}/{role}".encode()).digest()
    try:
        milliseconds = int(operation.replace("-", "")[:12], 16)
    except ValueError:
        milliseconds = 0
    return uuid7(milliseconds, digest[:10])
