"""`python -m tests.bench.part NAMES...`: the figures of some parts over the database as it is, one a line, unjudged."""

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module

import django


def figures_of(names: Iterable[str]) -> Iterator[tuple[str, float]]:
    """What each part measures, by its name."""
    for name in names:
        yield from import_module(f"tests.bench.{name}").figures()


if __name__ == "__main__":
    django.setup()
    for figure, value in figures_of(sys.argv[1:]):
        sys.stdout.write(f"{figure}: {value}\n")
        sys.stdout.flush()
