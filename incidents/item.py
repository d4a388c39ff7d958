"""One thing that is missing from an incident, as pages list it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One thing that is missing: a sentence that says what to do, and the page on which it is done.

    `where` follows the page's address: `#outside` in the room, or `?corrects=3`.
    """

    sentence: str
    page: str = ""
    blocks_closing: bool = True
    where: str = ""
