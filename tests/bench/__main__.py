"""`python -m tests.bench`: every benchmark over an empty database, one `name: value` a line; 1 where one is too bad."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import django

from tests.bench.bounds import judged
from tests.bench.part import figures_of

HERE = ("planned_work", "advising", "room", "telling", "library")
# Over a database of their own: they leave a long past in it, or want a trust as it is.
APART = (("board",), ("streams",), ("pages", "opened", "polls", "weight"), ("ledger",))
FIGURE = re.compile(r"(\w+): (\S+)\n")


def main() -> int:
    """Run what the arguments name, or everything. Answers the exit code: 1 where a figure is out of its bounds."""
    named = tuple(sys.argv[1:])
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return judged(figures_of(named) if named else everything())


def everything() -> Iterator[tuple[str, float]]:
    """The figures of all parts, by their names."""
    for names in APART:
        with a_copy() as url:
            yield from figures_apart(names, url)
    yield from figures_of(HERE)


def figures_apart(names: tuple[str, ...], url: str) -> Iterator[tuple[str, float]]:
    """The figures of these parts, measured by a process of its own over another database."""
    command = [sys.executable, "-m", "tests.bench.part", *names]
    environment = {**os.environ, "DATABASE_URL": url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if found := FIGURE.fullmatch(line):
                yield found[1], float(found[2])
            else:
                sys.stderr.write(line)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


@contextmanager
def a_copy() -> Iterator[str]:
    """Another database on the same server as this one is now; its address."""
    from django.db import connection

    from tests.bench.history import twin

    name = twin("apart").settings_dict["NAME"]
    yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


if __name__ == "__main__":
    sys.exit(main())
