"""`python -m tests.bench`: every benchmark over an empty database, one `name: value` a line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import urlsplit

import django

HERE = ("planned_work", "advising", "room", "telling", "library")
# Over a database of their own: they leave a long past in it, or want a trust as it is.
APART = (("board",), ("streams",), ("pages", "opened", "polls", "weight"), ("ledger",))


def main() -> None:
    """Run what the arguments name, or everything."""
    named = tuple(sys.argv[1:])
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for names in APART if not named else ():
        with a_copy() as url:
            own = [sys.executable, "-m", "tests.bench", *names]
            subprocess.run(own, env={**os.environ, "DATABASE_URL": url}, check=True)
    for name in named or HERE:
        for figure, value in import_module(f"tests.bench.{name}").figures():
            sys.stdout.write(f"{figure}: {value:.3f}\n")
            sys.stdout.flush()


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
    main()
