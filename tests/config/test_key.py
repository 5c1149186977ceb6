"""The key of the store: kept by the keyring, or wrapped by a passphrase; never plain, never made anew over a store."""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked, PasswordSetError

from leaddesk.config.folders import Profile
from leaddesk.config.key import PASSPHRASE, RECOVERY, WRAPPED, recover, store_key
from leaddesk.domain.errors import StoreTrouble
from leaddesk.store.local.store import LocalStore
from tests.store.hands import bytes_of

ROOT = Path(__file__).resolve().parents[2]
WORDS = "seitsemän veljestä"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A profile nobody has used."""
    return Profile(tmp_path / "profile")


@pytest.fixture
def passphrase(monkeypatch: pytest.MonkeyPatch) -> str:
    """A passphrase in the environment."""
    monkeypatch.setenv(PASSPHRASE, WORDS)
    return WORDS


def _trouble(profile: Profile, *given: Any, **named: Any) -> StoreTrouble:
    with pytest.raises(StoreTrouble) as caught:
        store_key(profile, *given, **named)
    return caught.value


def _store(profile: Profile, key: str) -> None:
    """A store in the profile."""
    LocalStore.open(profile.store_path, key).close()


@contextmanager
def _backend(backend: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


class _Raising(KeyringBackend):
    """A keyring that answers every question with an error."""

    priority = 1

    def __init__(self, trouble: Exception) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.trouble = trouble

    def get_password(self, service: str, username: str) -> str | None:
        raise self.trouble

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.trouble

    def delete_password(self, service: str, username: str) -> None:
        raise self.trouble


# --- a keyring ------------------------------------------------------------------------------------------------------


def test_a_working_keyring_keeps_a_random_key(profile: Profile, tmp_path: Path, memory_keyring: Any) -> None:
    held = store_key(profile)
    assert re.fullmatch("[0-9a-f]{64}", held.key)
    assert (held.kept, list(memory_keyring.kept.values())) == ("keyring", [held.key])
    assert store_key(Profile(tmp_path / "another")).key != held.key
    _store(profile, held.key)
    again = store_key(profile)
    assert (again.key, again.kept) == (held.key, "keyring")
    # The code is told once.
    assert held.recovery and not again.recovery


def test_neither_key_nor_code_lies_in_a_file(profile: Profile, memory_keyring: Any) -> None:
    held = store_key(profile)
    _store(profile, held.key)
    for name, content in bytes_of(profile.path).items():
        for secret in (held.key, held.recovery, held.recovery.replace("-", "")):
            assert secret.encode() not in content, name
            assert secret.lower().encode() not in content.lower(), name
        assert bytes.fromhex(held.key) not in content, name


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_only_its_owner_may_read_the_wrapped_key(profile: Profile, passphrase: str) -> None:
    store_key(profile)
    assert (profile.path / WRAPPED).stat().st_mode & 0o077 == 0
    assert profile.path.stat().st_mode & 0o077 == 0


def test_a_keyring_that_keeps_nothing_is_none(profile: Profile) -> None:
    with _backend(NullKeyring()):  # type: ignore[no-untyped-call]
        assert _trouble(profile).key == "no-keyring"
        assert not profile.store_path.exists()
        assert store_key(profile, lambda: WORDS).kept == "passphrase"
    assert not (profile.path / RECOVERY).exists()


_SILENT: tuple[Callable[[], KeyringBackend], ...] = (
    NoKeyring,
    lambda: _Raising(KeyringLocked("no")),
    lambda: _Raising(RuntimeError("dbus")),
    lambda: _Raising(OSError(5, "x")),
)


@pytest.mark.parametrize("backend", _SILENT)
def test_without_a_keyring_it_is_said_what_to_set(profile: Profile, backend: Callable[[], KeyringBackend]) -> None:
    with _backend(backend()):
        caught = _trouble(profile)
    assert (caught.key, caught.values["variable"]) == ("no-keyring", PASSPHRASE)
    assert [one.name for one in profile.path.iterdir()] in ([], ["key.lock"])


@pytest.mark.parametrize("trouble", [KeyringLocked("no"), RuntimeError("dbus"), PasswordSetError("no")])
def test_a_locked_keyring_is_said_and_the_store_stays(
    profile: Profile, memory_keyring: Any, trouble: Exception
) -> None:
    _store(profile, store_key(profile).key)
    before = bytes_of(profile.path)
    with _backend(_Raising(trouble)):
        assert _trouble(profile).key == "keyring-locked"
        # Nor does a passphrase make a second key beside the first.
        assert _trouble(profile, lambda: WORDS).key == "keyring-locked"
    assert bytes_of(profile.path) == before
    assert store_key(profile).kept == "keyring"


def test_a_store_whose_key_the_keyring_has_lost_is_left_alone(profile: Profile, memory_keyring: Any) -> None:
    _store(profile, store_key(profile).key)
    memory_keyring.kept.clear()
    before = bytes_of(profile.path)
    caught = _trouble(profile, lambda: WORDS)
    assert (caught.key, caught.values["path"]) == ("key-missing", str(profile.store_path))
    assert bytes_of(profile.path) == before
    assert not memory_keyring.kept


@pytest.mark.parametrize("kept", ["", "abc", "5B" * 32, "x" * 64, "5b" * 33])
def test_what_is_no_key_is_not_used_as_one(profile: Profile, memory_keyring: Any, kept: str) -> None:
    _store(profile, store_key(profile).key)
    (name,) = memory_keyring.kept
    memory_keyring.kept[name] = kept
    before = bytes_of(profile.path)
    assert _trouble(profile).key == "key-file-damaged"
    assert bytes_of(profile.path) == before
    assert memory_keyring.kept == {name: kept}


# --- a recovery code ------------------------------------------------------------------------------------------------


def test_the_recovery_code_opens_a_store_the_keyring_has_lost(profile: Profile, memory_keyring: Any) -> None:
    held = store_key(profile)
    _store(profile, held.key)
    memory_keyring.kept.clear()
    for typed in (held.recovery, held.recovery.lower(), held.recovery.replace("-", " ")):
        assert recover(profile, typed).key == held.key
    # It is back in the keyring: the code is not asked for every morning.
    assert store_key(profile).key == held.key


def test_the_recovery_code_works_without_any_keyring(profile: Profile, memory_keyring: Any) -> None:
    held = store_key(profile)
    with _backend(_Raising(KeyringLocked("no"))):
        assert recover(profile, held.recovery).key == held.key


def test_recovering_overwrites_nothing_in_the_keyring(profile: Profile, memory_keyring: Any) -> None:
    held = store_key(profile)
    (name,) = memory_keyring.kept
    memory_keyring.kept[name] = "5c" * 32
    assert recover(profile, held.recovery).key == held.key
    assert memory_keyring.kept[name] == "5c" * 32


def test_a_wrong_recovery_code_is_said(profile: Profile, memory_keyring: Any) -> None:
    held = store_key(profile)
    other = "B" if held.recovery[0] == "A" else "A"
    for typed in (other + held.recovery[1:], "", held.recovery[:-1], held.key):
        with pytest.raises(StoreTrouble) as caught:
            recover(profile, typed)
        assert caught.value.key == "wrong-recovery-code"


def test_without_a_code_ever_made_it_is_said(profile: Profile, passphrase: str) -> None:
    store_key(profile)
    with pytest.raises(StoreTrouble) as caught:
        recover(profile, "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA")
    assert caught.value.key == "no-recovery-code"


def test_without_room_for_the_code_there_is_no_key_either(
    profile: Profile, memory_keyring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_room(monkeypatch)
    assert _trouble(profile).key == "disk-full"
    assert not memory_keyring.kept
    monkeypatch.undo()
    assert store_key(profile).recovery


# --- a passphrase ---------------------------------------------------------------------------------------------------


def test_a_passphrase_in_the_environment_wraps_the_key_and_leaves_the_keyring_alone(
    profile: Profile, passphrase: str
) -> None:
    with _backend(_Raising(AssertionError("the keyring was touched"))):
        held = store_key(profile)
        _store(profile, held.key)
        again = store_key(profile)
    assert (held.kept, again.key) == ("environment", held.key)
    for name, content in bytes_of(profile.path).items():
        assert held.key.encode() not in content, name
        assert WORDS.encode() not in content, name


def test_a_wrong_passphrase_is_said_and_changes_nothing(
    profile: Profile, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = store_key(profile)
    _store(profile, held.key)
    before = bytes_of(profile.path)
    for wrong in (WORDS + " ", WORDS.upper(), "x", "x" * 100_000):
        monkeypatch.setenv(PASSPHRASE, wrong)
        assert _trouble(profile).key == "wrong-passphrase"
    monkeypatch.delenv(PASSPHRASE)
    assert _trouble(profile, lambda: "something else").key == "wrong-passphrase"
    assert _trouble(profile).key == "passphrase-needed"
    assert bytes_of(profile.path) == before
    assert store_key(profile, lambda: WORDS).key == held.key


def test_a_passphrase_does_not_open_a_store_of_the_keyring(
    profile: Profile, memory_keyring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(profile, store_key(profile).key)
    before = bytes_of(profile.path)
    monkeypatch.setenv(PASSPHRASE, WORDS)
    assert _trouble(profile).key == "key-missing"
    assert bytes_of(profile.path) == before


def test_a_short_passphrase_is_refused(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "short")
    assert _trouble(profile).key == "passphrase-too-short"
    assert not (profile.path / WRAPPED).exists()


def test_the_same_passphrase_wraps_two_keys_differently(profile: Profile, tmp_path: Path, passphrase: str) -> None:
    other = Profile(tmp_path / "other")
    assert store_key(profile).key != store_key(other).key
    one, two = (json.loads((each.path / WRAPPED).read_text()) for each in (profile, other))
    assert one["salt"] != two["salt"]
    assert one["key"] != two["key"]


_DAMAGE: dict[str, Callable[[dict[str, str]], str | bytes]] = {
    "empty": lambda told: "",
    "cut": lambda told: json.dumps(told)[:-20],
    "a list": lambda told: "[]",
    "no salt": lambda told: json.dumps({name: one for name, one in told.items() if name != "salt"}),
    "a short key": lambda told: json.dumps({**told, "key": "AAAA"}),
    "not base64": lambda told: json.dumps({**told, "key": "§"}),
    "a number": lambda told: json.dumps({**told, "seal": 7}),
    "another form": lambda told: json.dumps({**told, "form": "argon2id-2"}),
    "not UTF-8": lambda told: b"\xff\xfe{",
}


@pytest.mark.parametrize("damage", _DAMAGE)
def test_a_damaged_wrapped_key_is_said_and_kept(profile: Profile, passphrase: str, damage: str) -> None:
    _store(profile, store_key(profile).key)
    file = profile.path / WRAPPED
    made = _DAMAGE[damage](json.loads(file.read_text()))
    file.write_bytes(made if isinstance(made, bytes) else made.encode())
    before = bytes_of(profile.path)
    caught = _trouble(profile)
    assert (caught.key, caught.values["path"]) == ("key-file-damaged", str(file))
    assert bytes_of(profile.path) == before


def test_a_changed_bit_of_the_wrapped_key_is_never_a_key(profile: Profile, passphrase: str) -> None:
    store_key(profile)
    file = profile.path / WRAPPED
    told = json.loads(file.read_text())
    flipped = ("B" if told["key"][0] == "A" else "A") + told["key"][1:]
    file.write_text(json.dumps({**told, "key": flipped}))
    assert _trouble(profile).key == "wrong-passphrase"


def test_a_wrapped_key_is_whole_or_not_at_all(
    profile: Profile, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_room(monkeypatch)
    assert _trouble(profile).key == "disk-full"
    assert [one.name for one in profile.path.iterdir()] == ["key.lock"]


def _no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)


# --- several processes ----------------------------------------------------------------------------------------------

_CHILD = """
import sys
from pathlib import Path
from leaddesk.config.folders import Profile
from leaddesk.config.key import store_key
from leaddesk.store.local.store import LocalStore
profile = Profile(Path(sys.argv[1]))
sys.stdin.readline()
key = store_key(profile).key
LocalStore.open(profile.store_path, key).close()
print(key)
"""


def test_processes_that_come_to_an_empty_profile_together_make_one_key(profile: Profile, passphrase: str) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(profile.path)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = {child.communicate()[0].strip() for child in children}
    assert [child.returncode for child in children] == [0, 0, 0]
    assert said == {store_key(profile).key}
