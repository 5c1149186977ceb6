"""What was typed survives the death of the process: a draft is on disk soon after a pause in typing."""

import subprocess
import sys
from pathlib import Path

from leaddesk.config.folders import Profile
from leaddesk.store.local.store import LocalStore

_ROOT = Path(__file__).resolve().parents[2]


def test_a_draft_survives_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.writer", str(folder)], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        child.kill()
    lead, _, text = line.strip().partition(" ")
    assert text == "Kaksi linjaa, sopimus 3/27"
    store = LocalStore.open(Profile(folder).store_path, "5a" * 32)
    assert store.draft(lead) == text
    store.check()
    store.close()
