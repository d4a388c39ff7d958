"""The words of a message by channel: one file each in `templates/notifications/words/`, by kind where it has its own.

`planned_work.email.html` before `any.email.html`; texts end in `.txt`. Files get `letter`, `message`, `earlier`
(see letters.context_of) and nothing of the recipient but links: what they say is the same for everybody.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template.loader import render_to_string, select_template

from continuity.notifications.letters import Letter, context_of
from continuity.notifications.texts import text_of


def worded(letter: Letter, form: str) -> str:
    """The words of a letter in one form: "email.txt", "email.html", "sms.txt", "teams.txt".

    Of HTML the part inside a page; a text message with its link, in 160 characters.
    """
    words = str(_file(letter.message.kind, form).render(context_of(letter))).strip()
    return text_of(words, letter.read_url) if form == "sms.txt" else words


def page_of(letter: Letter) -> str:
    """The HTML of a letter as a whole page, which asks for nothing from outside."""
    return render_to_string(
        "notifications/words/page.html", {**context_of(letter), "said": worded(letter, "email.html")}
    )


@dataclass(frozen=True)
class Passage:
    """A part of a message's text: lines, or points under the heading they have, if any."""

    heading: str = ""
    lines: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


def passages(body: str) -> list[Passage]:
    """A message's text in its parts: blank lines part them, a first line that ends in a colon heads its points."""
    blocks = [block.strip().splitlines() for block in body.replace("\r\n", "\n").split("\n\n")]
    return [_passage(block) for block in blocks if block]


def _passage(block: list[str]) -> Passage:
    heading, rest = ("", block)
    if len(block) > 1 and block[0].endswith(":"):
        heading, rest = block[0].removesuffix(":"), block[1:]
    if all(line.startswith("- ") for line in rest):
        return Passage(heading, points=tuple(line.removeprefix("- ") for line in rest))
    return Passage(heading, lines=tuple(rest))


@cache
def _file(kind: str, form: str) -> Any:
    return select_template([f"notifications/words/{kind}.{form}", f"notifications/words/any.{form}"])
