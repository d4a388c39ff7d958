"""What a text takes out of another and adds to it, word by word. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

SAME, GONE, NEW = "same", "gone", "new"
WORD = re.compile(r"\S+\s*|\s+")


class Stretch(NamedTuple):
    """Words beside each other that stand in both texts, in the first alone (gone) or in the second alone (new)."""

    kind: str
    text: str


def marked(before: str, after: str) -> list[Stretch]:
    """Both texts as one: without what is new it is `before`, without what is gone it is `after`."""
    return list(_stretches(WORD.findall(before), WORD.findall(after)))


def _stretches(old: list[str], new: list[str]) -> Iterator[Stretch]:
    # Without its guess at what is junk: in a long text that would be the commonest words.
    for tag, start, end, begin, finish in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Stretch(SAME, "".join(old[start:end]))
            continue
        if end > start:
            yield Stretch(GONE, "".join(old[start:end]))
        if finish > begin:
            yield Stretch(NEW, "".join(new[begin:finish]))
