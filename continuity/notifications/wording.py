"""The words of a message by channel: one file each in `templates/notifications/words/`, by kind where it has its own.

`planned_work.email.html` before `any.email.html`; texts end in `.txt`. Files get `letter`, `message`, `earlier`.
"""

from functools import cache
from typing import Any

from django.template.loader import select_template

from continuity.notifications.letters import Letter, context_of


def worded(letter: Letter, form: str) -> str:
    """The words of a letter in one form: "email.txt", "email.html", "sms.txt", "teams.txt"."""
    return str(_file(letter.message.kind, form).render(context_of(letter))).strip()


@cache
def _file(kind: str, form: str) -> Any:
    return select_template([f"notifications/words/{kind}.{form}", f"notifications/words/any.{form}"])
