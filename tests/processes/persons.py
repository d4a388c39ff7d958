"""Doing something as another user of this machine, as a person without root's powers would."""

import os
import pwd
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path


def as_a_normal_user(task: Callable[[Path], None]) -> None:
    """Run a task that is given a folder of its own, as nobody if we are root, else as ourselves.

    A failure over there is raised here, with its traceback as the words of an AssertionError.
    """
    with tempfile.TemporaryDirectory(prefix="portal-person-") as folder:
        if os.geteuid() != 0:
            task(Path(folder))
            return
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        failure = _in_a_fork(nobody, lambda: task(Path(folder)))
        assert not failure, failure


def _in_a_fork(person: pwd.struct_passwd, task: Callable[[], None]) -> str:
    """The traceback of a task that failed as that person, empty when it did not."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # newer Pythons warn of forking beside threads; nothing of theirs is used
        pid = os.fork()
    if pid == 0:
        _become(person, task, writing)
    os.close(writing)
    with os.fdopen(reading) as words:
        failure = words.read()
    os.waitpid(pid, 0)
    return failure


def _become(person: pwd.struct_passwd, task: Callable[[], None], writing: int) -> None:
    try:
        os.setgroups([])
        os.setgid(person.pw_gid)
        os.setuid(person.pw_uid)
        task()
    except BaseException:
        os.write(writing, traceback.format_exc().encode())
    finally:
        os._exit(0)
