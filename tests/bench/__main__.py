"""`python -m tests.bench`: every benchmark over an empty database, one `name: value` a line."""

import subprocess
import sys

import django

# Over a database of their own: they leave a long past in it, or want a trust as it is.
APART = ("board", "streams")


def main() -> None:
    """Run what the arguments name, or everything."""
    named = sys.argv[1:]
    for name in APART if not named else ():
        own = [sys.executable, "-m", "tests.with_database", sys.executable, "-m", "tests.bench", name]
        subprocess.run(own, check=True)
    django.setup()
    from django.core.management import call_command

    from tests.bench import advising, board, library, planned_work, room, streams, telling

    every = {
        module.__name__.rpartition(".")[2]: module
        for module in (planned_work, advising, room, telling, library)
    }
    chosen = [{**every, "board": board, "streams": streams}[name] for name in named] or list(every.values())
    call_command("migrate", verbosity=0)
    for module in chosen:
        for name, value in module.figures():
            sys.stdout.write(f"{name}: {value:.3f}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
