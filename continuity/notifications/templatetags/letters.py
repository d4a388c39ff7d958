"""What files of wording need: the parts of a text, words cut to a length, and signs that Markdown would read."""

import re

from django import template

from continuity.notifications.texts import shortened
from continuity.notifications.wording import Passage
from continuity.notifications.wording import passages as passages_of

register = template.Library()
READ_BY_MARKDOWN = re.compile(r"([\\`*_\[\]<>~#|])")


@register.filter
def passages(body: str) -> list[Passage]:
    """The parts of a message's text."""
    return passages_of(body)


@register.filter
def short(words: str, room: int) -> str:
    """Whole words in at most `room` characters, with "..." where some are missing."""
    return shortened(words, room)


@register.filter
def unmarked(words: str) -> str:
    """The words as Markdown shows them: no sign of theirs makes a link or a heading."""
    return READ_BY_MARKDOWN.sub(r"\\\1", words)
