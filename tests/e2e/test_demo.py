"""The demonstration as a fresh machine runs it: an empty HOME, no keyring, no screen."""

import os
import re
import signal
import socket
import struct
import subprocess
from pathlib import Path

import pytest

from leaddesk.domain.words import Lane
from leaddesk.pages.words import Words
from tests.cli.hands import PROGRAM

LIMIT = 170


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """A HOME with nothing in it, and neither keyring, passphrase, profile nor screen."""
    home.mkdir()
    out = ("LEADDESK_HOME", "LEADDESK_PASSPHRASE", "LEADDESK_DATA", "QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in out and not name.startswith("XDG_")}
    return {**kept, "HOME": str(home), "LEADDESK_LANGUAGE": "en", **more}


def demonstrate(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end in a folder of its own."""
    return subprocess.run(
        [*PROGRAM, "demo", "--leads", "60", *arguments],
        capture_output=True, text=True, cwd=folder, env=surroundings(folder / "home", **more), timeout=LIMIT,
    )  # fmt: skip


@pytest.mark.parametrize("headless", [["--headless"], []], ids=["asked for", "no screen"])
def test_the_demonstration_in_text(tmp_path: Path, headless: list[str]) -> None:
    done = demonstrate(tmp_path, *headless, PYTHONPATH=str(Path(__file__).resolve().parents[2]))
    assert (done.returncode, done.stderr) == (0, ""), done
    words = Words("en")
    for lane in Lane:
        if lane is not Lane.OUT:
            assert re.search(rf"^{re.escape(words.label(lane))} \([1-9]\d*\)$", done.stdout, re.MULTILINE), lane
    assert re.search(r"^  Call promised for .* · [A-D] · ", done.stdout, re.MULTILINE)
    assert re.search(r"^  \S.* · \d+ min$", done.stdout, re.MULTILINE)
    steps = [
        "The central listens at http://127.0.0.1:",
        "Logged a call to ",
        "The central is down. Work goes on.",
        "Accepted offline: ",
        "Rejected offline: ",
        "The central could not be reached: ",
        "3 waiting to be sent, safe on this computer",
        "The central is back: sent 3, refused 0, waiting 0.",
        "On the central: Phone call",
        "On the central: Acceptance",
        "On the central: Rejection",
        "Each decision is on the central exactly once.",
    ]
    at = [done.stdout.find(step) for step in steps]
    assert -1 not in at and at == sorted(at), done.stdout
    picture = (tmp_path / "leaddesk-demo.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n") and struct.unpack(">II", picture[16:24]) >= (1000, 600)
    # Nothing is left behind: no profile, no key, no central.
    assert not [path for path in (tmp_path / "home").rglob("*") if path.name in ("leaddesk.db", "key.json")]
    port = re.search(r"http://127\.0\.0\.1:(\d+)", done.stdout)
    assert port is not None and not listens(int(port[1]))


def listens(port: int) -> bool:
    """Whether somebody answers on a port of this machine."""

    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_it_fails_where_it_cannot_do_what_it_claims(tmp_path: Path) -> None:
    done = demonstrate(
        tmp_path, "--headless", "--picture", "no/such/folder/p.png", PYTHONPATH=str(Path(__file__).resolve().parents[2])
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The window of the demonstration could not be drawn: ")
    assert "Each decision is on the central exactly once." not in done.stdout


def test_with_a_screen_the_window_opens_and_its_central_ends_with_it(tmp_path: Path) -> None:
    environment = surroundings(
        tmp_path / "home", DISPLAY=":99", QT_QPA_PLATFORM="offscreen",
        PYTHONPATH=str(Path(__file__).resolve().parents[2]), PYTHONUNBUFFERED="1",
    )  # fmt: skip
    process = subprocess.Popen(
        [*PROGRAM, "demo", "--leads", "60"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    first = process.stdout.readline()
    port = int(first.strip().rpartition(":")[2].rstrip("."))
    assert "fictive companies" in process.stdout.readline()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(8)
    assert listens(port)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 0 and "Traceback" not in err, err
    assert not listens(port)
