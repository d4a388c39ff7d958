"""Keys of things people name: the last part of their address, which never changes."""

from typing import Any

from django.utils.text import slugify

# Room for a hyphen and a number behind the name, within a column of 50.
LONGEST_NAME = 46


def free_key(what: type[Any], name: str) -> str:
    """A key nobody has: the name in lower case with hyphens, and a number from 2 where it is taken."""
    base = slugify(name)[:LONGEST_NAME].strip("-") or str(what._meta.model_name)
    taken = set(what.objects.filter(key__startswith=base).values_list("key", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (base, *numbered) if key not in taken)
