"""The launcher: what it demands, what it makes, what it starts. Nothing is fetched here."""

import ast
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leaddesk import go

SOURCE = Path(go.__file__)
LIBRARIES = {**go.OFFSCREEN, **go.X11, **go.WAYLAND}
DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
ROCKY = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'
ARCH = "NAME='Arch Linux'\nID=arch\n"
SUSE = 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'


def has_all_but(*missing: str) -> Callable[[str], bool]:
    return lambda name: name not in missing


# --- readable by any Python, needing nothing --------------------------------------------------------------------------


def test_imports_the_standard_library_alone() -> None:
    for module in (SOURCE, SOURCE.parent / "__init__.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
                assert node.level == 0
            assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_old_python_can_read_it() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))
    assert not [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module == "__future__"]
    annotations = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            annotations += [one.annotation for one in [*node.args.args, *node.args.kwonlyargs]] + [node.returns]
        elif isinstance(node, ast.AnnAssign):
            annotations.append(node.annotation)
    # list[str] and X | None are worked out when a function is defined: an old Python would fail there, without words.
    assert not [ast.unparse(one) for one in annotations if isinstance(one, (ast.Subscript, ast.BinOp))]


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10)])
def test_an_older_python_is_told_which_one_is_needed(version: tuple[int, int]) -> None:
    with pytest.raises(go.Stop, match=r"needs Python 3\.11 or newer; this is Python {}\.{}\.".format(*version)):
        go.check_python(version)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (4, 0)])
def test_a_python_that_is_new_enough_passes(version: tuple[int, int]) -> None:
    go.check_python(version)


def test_the_python_it_needs_is_the_one_the_project_declares() -> None:
    declared = (go.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">={}.{}"'.format(*go.NEEDED) in declared


# --- Qt's libraries and the screen ------------------------------------------------------------------------------------


def test_names_the_missing_libraries_and_the_line_that_installs_them() -> None:
    with pytest.raises(go.Stop) as caught:
        go.check_qt(["test"], "linux", {}, has_all_but("libEGL.so.1", "libxkbcommon.so.0"), DEBIAN)
    told = str(caught.value)
    assert "libEGL.so.1, libxkbcommon.so.0" in told
    assert told.endswith("Install them with: sudo apt-get install libegl1 libxkbcommon0")


@pytest.mark.parametrize(
    ("release", "line"),
    [
        (DEBIAN, "sudo apt-get install libegl1 libgl1"),
        (MINT, "sudo apt-get install libegl1 libgl1"),
        (ROCKY, "sudo dnf install libglvnd-egl libglvnd-glx"),
        (SUSE, "sudo zypper install Mesa-libEGL1 Mesa-libGL1"),
        (ARCH, "sudo pacman -S libglvnd"),
    ],
)
def test_the_line_fits_the_distribution(release: str, line: str) -> None:
    packages = [go.OFFSCREEN["libEGL.so.1"], go.OFFSCREEN["libGL.so.1"]]
    assert go.install_lines(packages, release) == "Install them with: " + line


@pytest.mark.parametrize("release", ["", "ID=void\n", "rubbish"])
def test_an_unknown_distribution_gets_every_line(release: str) -> None:
    told = go.install_lines([go.OFFSCREEN["libEGL.so.1"]], release)
    for line, _ in go.INSTALLERS.values():
        assert line in told


def test_every_library_has_a_package_for_every_installer() -> None:
    for packages in LIBRARIES.values():
        assert len(packages) == len(go.INSTALLERS) and all(packages)


def test_tests_need_no_screen_and_none_of_its_libraries() -> None:
    go.check_qt(["test"], "linux", {}, has_all_but(*go.X11, *go.WAYLAND), DEBIAN)
    go.check_qt(["test"], "linux", {"DISPLAY": ":0"}, has_all_but(*go.X11, *go.WAYLAND), DEBIAN)


@pytest.mark.parametrize(
    ("environment", "needed"), [({"DISPLAY": ":0"}, go.X11), ({"WAYLAND_DISPLAY": "wayland-0"}, go.WAYLAND)]
)
def test_the_window_needs_the_libraries_of_its_screen(environment: dict[str, str], needed: dict[str, object]) -> None:
    for name in needed:
        with pytest.raises(go.Stop, match=name):
            go.check_qt(["demo"], "linux", environment, has_all_but(name), DEBIAN)
    others = {**go.X11, **go.WAYLAND}.keys() - needed.keys()
    go.check_qt(["demo"], "linux", environment, has_all_but(*others), DEBIAN)


def test_without_a_screen_none_of_its_libraries_is_needed() -> None:
    for given in (["demo"], ["demo", "--headless"]):
        go.check_qt(given, "linux", {}, has_all_but(*go.X11, *go.WAYLAND), DEBIAN)
        with pytest.raises(go.Stop, match="libegl1"):
            go.check_qt(given, "linux", {}, has_all_but("libEGL.so.1"), DEBIAN)
    go.check_qt(["demo"], "linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, has_all_but(*go.X11), DEBIAN)


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_bring_their_own(system: str) -> None:
    go.check_qt(["demo"], system, {}, lambda name: False)


# --- the environment --------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "check out"
    (root / "resources").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (root / go.LOCK).write_text("one==1\n", encoding="utf-8")
    return root


class Installer:
    """Stands in for the fetching: a real environment is made, ``leaddesk`` put into it, or the install cut short."""

    def __init__(self) -> None:
        self.calls = 0
        self.killed = False

    def __call__(self, root: Path, python: Path, uv: str | None) -> None:
        self.calls += 1
        assert (root / ".venv" / go.STAMP).read_text() == go.UNFINISHED
        if self.killed:
            raise KeyboardInterrupt
        line = [str(python), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        place = subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()
        Path(place, "leaddesk.py").touch()


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Installer]:
    made = Installer()
    monkeypatch.setattr(go, "_install", made)
    # With uv the environment is made without pip: quicker here, and nothing is asked of uv itself.
    monkeypatch.setattr(shutil, "which", lambda name: "uv")
    yield made


def test_makes_an_environment_once_and_then_starts_at_once(checkout: Path, installer: Installer) -> None:
    python = go.prepare(checkout)
    assert python == go.python_of(checkout / ".venv", os.name) and python.exists()
    assert go.prepare(checkout) == python
    assert installer.calls == 1


@pytest.mark.parametrize("changed", ["resources/requirements.lock", "pyproject.toml"])
def test_a_changed_lock_is_installed_into_what_stands(checkout: Path, installer: Installer, changed: str) -> None:
    go.prepare(checkout)
    (checkout / ".venv" / "kept").touch()
    (checkout / changed).write_text("two==2\n", encoding="utf-8")
    go.prepare(checkout)
    go.prepare(checkout)
    assert installer.calls == 2
    assert (checkout / ".venv" / "kept").exists()


def test_a_killed_install_is_made_anew(checkout: Path, installer: Installer) -> None:
    installer.killed = True
    with pytest.raises(KeyboardInterrupt):
        go.prepare(checkout)
    (checkout / ".venv" / "half").touch()
    installer.killed = False
    python = go.prepare(checkout)
    assert not (checkout / ".venv" / "half").exists()
    assert go.prepare(checkout) == python
    assert installer.calls == 2


def test_an_environment_without_its_python_is_made_anew(checkout: Path, installer: Installer) -> None:
    python = go.prepare(checkout)
    python.unlink()
    assert go.prepare(checkout).exists()
    assert installer.calls == 2


def test_an_environment_that_lost_its_packages_is_filled_again(checkout: Path, installer: Installer) -> None:
    go.prepare(checkout)
    for lost in (checkout / ".venv").rglob("leaddesk.py"):
        lost.unlink()
    go.prepare(checkout)
    assert installer.calls == 2


def test_something_else_at_the_place_is_replaced(checkout: Path, installer: Installer, tmp_path: Path) -> None:
    (checkout / ".venv").write_text("a file", encoding="utf-8")
    go.prepare(checkout)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    shutil.rmtree(checkout / ".venv")
    (checkout / ".venv").symlink_to(elsewhere)
    go.prepare(checkout)
    assert (elsewhere / "precious").exists()


def test_a_failed_install_says_why_and_is_tried_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(go, "_by_pip", lambda *given: subprocess.CompletedProcess([], 1, "ERROR: hashes differ"))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for _ in range(2):
        with pytest.raises(go.Stop, match="could not be installed:\nERROR: hashes differ"):
            go.prepare(checkout)
        assert (checkout / ".venv" / go.STAMP).read_text() == go.UNFINISHED


@pytest.mark.parametrize(("gone", "uv"), [("ensurepip", None), ("venv", None), ("venv", "uv")])
def test_a_python_without_environments_is_told(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, gone: str, uv: str | None
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == gone else find(name))
    monkeypatch.setattr(shutil, "which", lambda name: uv)
    monkeypatch.setattr(go, "_read", lambda path: DEBIAN if path == Path("/etc/os-release") else "")
    with pytest.raises(go.Stop, match=r"without its part for environments[^$]*sudo apt-get install python3-venv"):
        go.prepare(checkout)


def test_a_checkout_without_its_lock_is_named(checkout: Path) -> None:
    (checkout / go.LOCK).unlink()
    with pytest.raises(go.Stop, match="not whole.*requirements.lock"):
        go.prepare(checkout)


def test_an_installed_leaddesk_uses_its_own_python(tmp_path: Path) -> None:
    assert go.prepare(tmp_path) == Path(sys.executable)


def test_the_stamp_tells_places_apart(checkout: Path, tmp_path: Path) -> None:
    other = tmp_path / "moved"
    before = go.stamp(checkout)
    assert go.stamp(checkout) == before
    checkout.rename(other)
    assert go.stamp(other) != before


@pytest.mark.parametrize(
    ("output", "sign"),
    [
        ("Temporary failure in name resolution", "no network"),
        ("error: Failed to fetch\n  Caused by: dns error", "no network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH"),
        ("ERROR: No matching distribution found for x==1", "No matching distribution"),
    ],
)
def test_trouble_in_plain_words(output: str, sign: str) -> None:
    assert sign in go.trouble(output)


# --- what it starts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["test"], ["-m", "pytest", "-n", "auto"]),
        (["test", "-k", "a b", "-x"], ["-m", "pytest", "-n", "auto", "-k", "a b", "-x"]),
        (["demo"], ["-m", "leaddesk", "demo"]),
        (["demo", "--headless", "--leads", "9"], ["-m", "leaddesk", "demo", "--headless", "--leads", "9"]),
    ],
)
def test_arguments_are_passed_on(given: list[str], line: list[str]) -> None:
    assert go.command(Path("python"), given) == ["python", *line]


@pytest.mark.parametrize(("given", "status"), [(["--help"], 0), (["-h"], 0), ([], 2), (["tset"], 2)])
def test_usage(given: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert go.main(given) == status
    out, err = capsys.readouterr()
    assert "python3 -m leaddesk.go demo" in out + err


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for the environment's Python is a shell script")
@pytest.mark.parametrize("status", [0, 1, 7])
def test_exit_codes_and_arguments_come_through(checkout: Path, tmp_path: Path, status: int) -> None:
    (checkout / "leaddesk").mkdir()
    for name in ("__init__.py", "go.py"):
        (checkout / "leaddesk" / name).write_bytes((SOURCE.parent / name).read_bytes())
    python = go.python_of(checkout / ".venv", os.name)
    python.parent.mkdir(parents=True)
    told = tmp_path / "told"
    script = f'#!/bin/sh\n[ "$1" = -I ] && exit 0\nprintf "%s|" "$PWD" "$@" > {shlex.quote(str(told))}\nexit {status}\n'
    python.write_text(script, encoding="utf-8")
    python.chmod(0o755)
    (checkout / ".venv" / go.STAMP).write_text(go.stamp(checkout.resolve()), encoding="utf-8")
    line = [sys.executable, "-m", "leaddesk.go", "test", "tests/x y", "-q"]
    done = subprocess.run(line, cwd=checkout, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    assert told.read_text() == f"{checkout.resolve()}|-m|pytest|-n|auto|tests/x y|-q|"
