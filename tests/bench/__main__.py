"""`python -m tests.bench`: every benchmark over an empty database, one `name: value` a line."""

import sys

import django


def main() -> None:
    """Run what the arguments name, or everything."""
    django.setup()
    from django.core.management import call_command

    from tests.bench import advising, library, planned_work, room, telling

    call_command("migrate", verbosity=0)
    for module in (planned_work, advising, room, telling, library):
        for name, value in module.figures():
            sys.stdout.write(f"{name}: {value:.3f}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
