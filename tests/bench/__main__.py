"""`python -m tests.bench`: every benchmark over an empty database, one `name: value` a line."""

import subprocess
import sys
from importlib import import_module

import django

HERE = ("planned_work", "advising", "room", "telling", "library")
# Over a database of their own: they leave a long past in it, or want a trust as it is.
APART = (("board",), ("streams",), ("pages", "opened", "polls", "weight"), ("ledger",))


def main() -> None:
    """Run what the arguments name, or everything."""
    named = tuple(sys.argv[1:])
    for names in APART if not named else ():
        own = [sys.executable, "-m", "tests.with_database", sys.executable, "-m", "tests.bench", *names]
        subprocess.run(own, check=True)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for name in named or HERE:
        for figure, value in import_module(f"tests.bench.{name}").figures():
            sys.stdout.write(f"{figure}: {value:.3f}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
