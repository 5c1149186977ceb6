"""The launcher: makes LeadDesk ready beside the checkout and starts it. Needs nothing but Python itself.

    python3 -m leaddesk.go demo [--headless ...]     the desk with made-up companies
    python3 -m leaddesk.go test [pytest arguments]   every test

The first time it makes ``.venv`` beside the checkout and installs exactly what ``resources/requirements.lock`` names,
by hash. After that it starts at once, until the lock changes. It speaks on standard error; standard output belongs to
what it starts. Written so that a Python as old as 3.6 can still read it and be told which one is needed: no newer
syntax, and annotations in quotes where an old Python could not work them out.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

NEEDED = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LOCK = Path("resources", "requirements.lock")

#: In an environment that this launcher makes: ``UNFINISHED`` while it is being made, then what it was made from.
STAMP = "leaddesk.stamp"
UNFINISHED = "unfinished"

#: The package managers of Linux: the line that installs, and the families of distributions (``/etc/os-release``).
INSTALLERS = {
    "apt-get": ("sudo apt-get install", ("debian", "ubuntu")),
    "dnf": ("sudo dnf install", ("fedora", "rhel", "centos")),
    "zypper": ("sudo zypper install", ("suse", "opensuse")),
    "pacman": ("sudo pacman -S", ("arch",)),
}

#: What Qt needs from a Linux system to draw at all: shared library -> its package, in the order of ``INSTALLERS``.
OFFSCREEN = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "Mesa-libEGL1", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "Mesa-libGL1", "libglvnd"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "libglib-2_0-0", "glib2"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "libdbus-1-3", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "libfontconfig1", "fontconfig"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon0", "libxkbcommon"),
}

#: What Qt needs besides for a window on X11.
X11 = {
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "libxcb-icccm4", "xcb-util-wm"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb-shape0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb-xkb1", "libxcb"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb-randr0", "libxcb"),
}

#: What Qt needs besides for a window on Wayland.
WAYLAND = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "libwayland-client0", "wayland"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "libwayland-cursor0", "wayland"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl", "libwayland-egl1", "wayland"),
}

#: Pieces of what an installer says where there is no network.
NO_NETWORK = (
    "temporary failure in name resolution",
    "name or service not known",
    "failed to resolve",
    "getaddrinfo",
    "dns error",
    "network is unreachable",
    "connection refused",
    "error sending request",
    "failed to establish a new connection",
)

USAGE = """usage: python3 -m leaddesk.go demo [--headless ...]
       python3 -m leaddesk.go test [pytest arguments]

demo   the desk with made-up companies, its own server and nothing of yours (--headless, or no screen: the same in text)
test   every test of the project"""


class Stop(Exception):
    """Something a person has to do first, in plain words."""


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Make ready and start. Returns the exit status; on POSIX a started program takes this process's place."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help"):
        print(USAGE)
        return 0 if given else 2
    if given[0] not in ("demo", "test"):
        _tell("Unknown word: " + given[0] + "\n" + USAGE)
        return 2
    try:
        check_python(sys.version_info[:2])
        check_qt(given, sys.platform, os.environ, _has_library, _read(Path("/etc/os-release")))
        return _start(command(prepare(ROOT), given), ROOT if given[0] == "test" else None)
    except Stop as reason:
        _tell(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


def command(python: Path, given: "Sequence[str]") -> "list[str]":
    """The command line that ``given`` stands for."""
    if given[0] == "demo":
        return [str(python), "-m", "leaddesk", "demo", *given[1:]]
    return [str(python), "-m", "pytest", "-n", "auto", *given[1:]]


# --- what must be there ----------------------------------------------------------------------------------------------


def check_python(version: "tuple[int, ...]") -> None:
    """Raises ``Stop`` for a Python that is too old."""
    if version < NEEDED:
        raise Stop(
            "LeadDesk needs Python {}.{} or newer; this is Python {}.{}. Install a newer one and start this with it, "
            "for example: python3.11 -m leaddesk.go demo".format(*NEEDED, *version[:2])
        )


def check_qt(
    given: "Sequence[str]",
    system: str,
    environment: "Mapping[str, str]",
    has: "Callable[[str], bool]",
    release: str = "",
) -> None:
    """Raises ``Stop`` with the system libraries that Qt would miss. Linux only; without a screen the demonstration is
    in text and needs none of a screen's.

    ``has`` tells whether a shared library loads; ``release`` is the text of ``/etc/os-release``.
    """
    if not system.startswith("linux"):
        return
    wanted = dict(OFFSCREEN)
    if given[0] == "demo" and "--headless" not in given and not environment.get("QT_QPA_PLATFORM"):
        if environment.get("WAYLAND_DISPLAY"):
            wanted.update(WAYLAND)
        elif environment.get("DISPLAY"):
            wanted.update(X11)
    missing = [name for name in wanted if not has(name)]
    if missing:
        raise Stop(
            "Drawing needs system libraries that are not installed: {}.\n{}".format(
                ", ".join(missing), install_lines([wanted[name] for name in missing], release)
            )
        )


def install_lines(packages: "Sequence[tuple[str, ...]]", release: str) -> str:
    """How to install packages, given by their names in the order of ``INSTALLERS``.

    One line where ``/etc/os-release`` names a family that we know, else one line for each.
    """
    family = families(release)
    lines = {}
    for place, (manager, (line, names)) in enumerate(INSTALLERS.items()):
        wanted = sorted({package[place] for package in packages})
        lines[manager] = " ".join([line, *wanted])
        if family.intersection(names):
            return "Install them with: " + lines[manager]
    return "Install them, whichever fits your system:\n" + "\n".join("    " + line for line in lines.values())


def families(release: str) -> "set[str]":
    """The families that a system says it is of: ID and ID_LIKE of ``/etc/os-release``."""
    found = set()
    for line in release.splitlines():
        name, _, value = line.partition("=")
        if name in ("ID", "ID_LIKE"):
            found.update(value.strip("\"'").lower().split())
    return found


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


# --- the environment beside the checkout -----------------------------------------------------------------------------


def prepare(root: Path) -> Path:
    """The Python of an environment that holds everything, made or brought up to date where needed.

    An environment whose making was cut short, or whose Python is gone, is made anew; one that somebody else made is
    filled up. Raises ``Stop`` where it cannot be made. Without a checkout (an installed LeadDesk) this very Python is
    the one.
    """
    if not (root / "pyproject.toml").is_file():
        return Path(sys.executable)
    place = root / ".venv"
    python = python_of(place, os.name)
    wanted = stamp(root)
    kept = _read(place / STAMP)
    if kept == wanted and _runs(python, "import leaddesk"):
        return python
    _tell("Making LeadDesk ready; the first time this takes a minute or two.")
    uv = shutil.which("uv")
    if kept == UNFINISHED or not _runs(python):
        _make(place, uv)
    _write(place / STAMP, UNFINISHED)
    _install(root, python, uv)
    _write(place / STAMP, wanted)
    return python


def python_of(place: Path, system: str) -> Path:
    """Where an environment keeps its Python: ``bin/python``, on Windows (``os.name`` "nt") ``Scripts/python.exe``."""
    return place / "Scripts" / "python.exe" if system == "nt" else place / "bin" / "python"


def stamp(root: Path) -> str:
    """What an environment is made from: changes with the lock, the project's declarations and the checkout's place."""
    digest = hashlib.sha256(str(root).encode("utf-8", "surrogateescape"))
    for part in (root / LOCK, root / "pyproject.toml"):
        try:
            digest.update(b"\0" + part.read_bytes())
        except OSError as error:
            raise Stop(f"This checkout is not whole: {part} cannot be read ({error.strerror}).") from error
    return digest.hexdigest()


def _make(place: Path, uv: "str | None") -> None:
    """A new, empty environment at ``place``, marked unfinished from its first moment; what stands there is removed."""
    if importlib.util.find_spec("venv") is None or (uv is None and importlib.util.find_spec("ensurepip") is None):
        raise Stop(
            "This Python comes without its part for environments (venv and ensurepip).\n"
            + install_lines([("python3-venv", "python3-pip", "python3-pip", "python")], _read(Path("/etc/os-release")))
        )
    try:
        if place.is_symlink() or place.is_file():
            place.unlink()
        elif place.exists():
            shutil.rmtree(str(place))
        place.mkdir()
    except OSError as error:
        raise Stop(f"The folder {place} cannot be made anew: {error.strerror}") from error
    _write(place / STAMP, UNFINISHED)
    # Not sys.executable: that may be the Python of the very environment that has just been removed.
    own = getattr(sys, "_base_executable", None) or sys.executable
    done = _quietly([own, "-m", "venv", *([] if uv is None else ["--without-pip"]), str(place)])
    if done.returncode:
        raise Stop(f"The folder {place} could not be made:\n{_tail(done.stdout)}")


def _install(root: Path, python: Path, uv: "str | None") -> None:
    steps = (["--require-hashes", "-r", str(root / LOCK)], ["--no-deps", "--no-build-isolation", "-e", str(root)])
    for step in steps:
        done = None
        if uv is not None:
            done = _quietly([uv, "pip", "install", "--python", str(python), *step], UV_PYTHON_DOWNLOADS="never")
        if done is None or done.returncode:
            done = _by_pip(python, step, done)
        if done.returncode:
            raise Stop(trouble(done.stdout))


def _by_pip(
    python: Path, step: "Sequence[str]", before: "subprocess.CompletedProcess[str] | None"
) -> "subprocess.CompletedProcess[str]":
    """The step by pip: there is no uv, or uv, which reads settings of its own, could not."""
    if _quietly([str(python), "-m", "pip", "--version"]).returncode:
        if importlib.util.find_spec("ensurepip") is None and before is not None:
            return before
        done = _quietly([str(python), "-m", "ensurepip", "--default-pip"])
        if done.returncode:
            return done
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    return _quietly([*pip, *step])


def trouble(output: str) -> str:
    """A failed installation in plain words; the installer's own where they say more."""
    if any(sign in output.lower() for sign in NO_NETWORK):
        return (
            "The packages LeadDesk needs could not be fetched: there seems to be no network, or it does not reach the "
            "package index. Nothing is lost; start the same command again when the network is back."
        )
    return "The packages LeadDesk needs could not be installed:\n" + _tail(output)


# --- running ---------------------------------------------------------------------------------------------------------


def _start(line: "Sequence[str]", folder: "Path | None") -> int:
    if folder is not None:
        os.chdir(str(folder))
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(line[0], list(line))  # noqa: S606 - our own environment's Python
    return subprocess.call(list(line))  # noqa: S603 - the same on Windows


def _quietly(line: "Sequence[str]", **variables: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 - a fixed command line of ours
            list(line),
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(list(line), 1, str(error))


def _runs(python: Path, more: str = "") -> bool:
    """Whether the environment's Python starts, is new enough, and can do ``more`` without help from the folder."""
    test = f"import sys; {more}\nsys.exit(sys.version_info < {NEEDED!r})"
    return python.exists() and _quietly([str(python), "-I", "-c", test]).returncode == 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}") from error


def _tail(output: str, lines: int = 15) -> str:
    return "\n".join(output.strip().splitlines()[-lines:])


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
