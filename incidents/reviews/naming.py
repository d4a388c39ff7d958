"""Names of people in what will be published, where roles belong. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

# A surname alone is often a word as well (Ward, Bell); after one of these it is a name.
TITLES = "mr|mrs|ms|miss|mx|dr|doctor|prof|professor|nurse|sister|matron"


class Known(NamedTuple):
    """Somebody with an account: both names, and the role that stands for them."""

    first: str
    last: str
    role: str


def named(texts: Mapping[str, str], people: Iterable[Known]) -> Iterator[str]:
    """A sentence for each of the texts (by label) that names one of the people: where, the words, and the role.

    First and last name in either order, or a title and the last name; in any case of their letters.
    """
    known = [(_pattern(each), each) for each in people]
    for label, text in texts.items():
        for pattern, person in known:
            if found := pattern.search(text):
                yield f"{label} names {found[0]}. Write the role: {person.role or 'what they do'}."


def _pattern(person: Known) -> re.Pattern[str]:
    first, last = re.escape(person.first), re.escape(person.last)
    ways = (rf"{first}\s+{last}", rf"{last},?\s+{first}", rf"(?:{TITLES})\.?\s+{last}")
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)
