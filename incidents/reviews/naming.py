"""Names of people in what will be published, where roles belong. Pure."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

Where = TypeVar("Where", bound=Hashable)

# A surname alone is often a word as well (Ward, Bell); after one of these it is a name.
TITLES = "mr|mrs|ms|miss|mx|dr|doctor|prof|professor|nurse|sister|matron"


class Known(NamedTuple):
    """Somebody with an account: both names, and the role that stands for them."""

    first: str
    last: str
    role: str


class Named(NamedTuple, Generic[Where]):
    """A text that names somebody: where it stands, and the sentence with the words and the role."""

    where: Where
    sentence: str


def named(texts: Mapping[Where, str], people: Iterable[Known]) -> Iterator[Named[Where]]:
    """Each of the texts (by where it stands, in words) that names one of the people.

    First and last name in either order, or a title and the last name; in any case of their letters.
    """
    known = [(_pattern(each), each) for each in people]
    for where, text in texts.items():
        for pattern, person in known:
            if found := pattern.search(text):
                role = person.role or "what they do"
                yield Named(where, f"{where} names {found[0]}. Write the role: {role}.")


def _pattern(person: Known) -> re.Pattern[str]:
    first, last = re.escape(person.first), re.escape(person.last)
    ways = (rf"{first}\s+{last}", rf"{last},?\s+{first}", rf"(?:{TITLES})\.?\s+{last}")
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)
