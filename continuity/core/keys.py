"""Keys of things in addresses: made from their names."""

from typing import Any

from django.db.models import Model
from django.utils.text import slugify

LONGEST = 50  # of a SlugField


def free_key(kind: type[Model], name: str) -> str:
    """A key that no other of its kind has: the name in lower case with hyphens, numbered from 2 where it is taken.

    Of two that ask at the same time the second is refused by the unique key.
    """
    base = slugify(name)[: LONGEST - 4].strip("-") or str(kind._meta.model_name)
    rows: Any = kind._default_manager
    taken = set(rows.filter(key__startswith=base).values_list("key", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (base, *numbered) if key not in taken)
