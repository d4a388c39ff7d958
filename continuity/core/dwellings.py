"""Where the portal's own servers may live, and as whom: PostgreSQL refuses to run as root."""

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from continuity.core.processes import Account, end, spawn

# Folders outside a clone that only root may enter; the first that can be written is used.
OUTSIDE = (Path("/var/lib/continuity-portal"), Path("/var/tmp/continuity-portal"))  # noqa: S108 - owner is checked
SOCKET_LIMIT = 100  # bytes; a unix socket's path ends at 107 on Linux and 103 elsewhere
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432.lock")


class Unreachable(Exception):
    """A folder or a user that the portal's own servers need and cannot have; the message says what to do."""


def account_for(data: Path) -> Account | None:
    """The user who runs a server over `data`: None for whoever we are, but never root.

    Data that is there already keeps its owner, so that root may start what somebody else began.
    """
    if os.geteuid() != 0:
        _need_a_name()
        return None
    owner = data.stat().st_uid if data.exists() else 0
    with contextlib.suppress(KeyError):
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise Unreachable(
        "This machine has no user called nobody, whom PostgreSQL could run as in place of root."
    )


def _need_a_name() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Unreachable(
            f"User {os.geteuid()} has no name on this machine, and PostgreSQL needs one. "
            "Add the user, or set DATABASE_URL to use another PostgreSQL."
        ) from None


def settle(directory: Path, account: Account | None) -> Path:
    """The folder where a server for `directory` keeps its things: there, or outside where `account` can go.

    The folder itself stays ours; what the server writes is in folders made by `room`.
    """
    directory = directory.absolute()
    directory.mkdir(parents=True, exist_ok=True)
    if account is None:
        directory.chmod(0o700)
        return directory
    directory.chmod(0o711)
    if can_enter(directory, account):
        return directory
    if (directory / "data").exists():
        raise Unreachable(
            f"The database in {directory} belongs to the user {account.name}, who may not enter it now. "
            f"Let {account.name} pass through the folders above it, or start the portal as their owner."
        )
    return _outside(slug(directory))


def room(folder: Path, account: Account | None) -> Path:
    """A folder that only the server's user may enter, made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


def socket_room(home: Path, account: Account | None) -> Path:
    """A folder for a unix socket whose path is short enough, beside the data or else in a short place."""
    if len(os.fsencode(home / "run")) + LONGEST_SOCKET_NAME <= SOCKET_LIMIT:
        return room(home / "run", account)
    name = f"continuity-{os.geteuid()}-{digest(home)}"
    for base in _short_bases():
        folder = base / name
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid not in {
                os.geteuid(),
                account.uid if account else -1,
            }:
                raise Unreachable(
                    f"{folder} belongs to somebody else. Remove it, or clone to a shorter path."
                )
            return room(folder, account)
    raise Unreachable(f"No short folder for a socket could be made; {home} is too long a path for one.")


def _short_bases() -> list[Path]:
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    first = [Path("/run")] if os.geteuid() == 0 else [Path(own)] if own else []
    return [*first, Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - owner is checked


def reachable(site: Path, parts: Sequence[str], *, program: str, name: str, account: Account | None) -> Path:
    """`site` itself when `account` may run `program` in it, else a folder outside with its `parts` copied."""
    if account is None or can_run(site / program, account):
        return site
    copy = _outside("programs") / name
    if not can_run(copy / program, account):
        _copy(site, parts, copy)
    if not can_run(copy / program, account):
        raise Unreachable(
            f"User {account.name} may not run programs in {copy}: set DATABASE_URL and BROKER_URL."
        )
    return copy


def can_enter(folder: Path, account: Account) -> bool:
    """Whether that user gets into that folder; asked by trying, which knows of every kind of permission."""
    return _as(account, "/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder))


def can_run(program: Path, account: Account) -> bool:
    """Whether that user may start that program."""
    return _as(account, str(program), "--version")


def _as(account: Account, *command: str) -> bool:
    try:
        child = spawn(command, account=account)
    except OSError:
        return False
    try:
        return child.wait(timeout=30) == 0
    except subprocess.TimeoutExpired:
        end(child, within=0)
        return False


def _copy(site: Path, parts: Sequence[str], copy: Path) -> None:
    """Copy parts of a tree so that everybody may read them; a half-made copy is never seen under its name."""
    fresh = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    needless = shutil.ignore_patterns("include", "pkgconfig")
    for part in parts:
        shutil.copytree(site / part, fresh / part, symlinks=True, ignore=needless)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
    shutil.rmtree(copy, ignore_errors=True)
    fresh.rename(copy)


def _outside(name: str) -> Path:
    for base in OUTSIDE:
        with contextlib.suppress(OSError):
            base.mkdir(mode=0o711, exist_ok=True)
            if base.is_symlink() or base.stat().st_uid != os.geteuid():
                continue
            folder = base / name
            folder.mkdir(mode=0o711, exist_ok=True)
            folder.chmod(0o711)
            return folder
    raise Unreachable(f"Neither {OUTSIDE[0]} nor {OUTSIDE[1]} could be used for the portal's own database.")


def slug(directory: Path) -> str:
    """A name that a person recognises, and that no other folder has."""
    words = re.sub(r"[^a-zA-Z0-9]+", "-", "-".join(directory.parts[-3:])).strip("-")
    return f"{words[-40:].strip('-')}-{digest(directory)}"


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:10]
