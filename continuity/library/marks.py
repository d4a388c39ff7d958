"""Words that were found, marked in the text around them, whatever that text holds."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Around what was found, as the database writes it; from Unicode's private use, so that no keyboard has them.
START, STOP = "\ue000", "\ue001"
_MARKED = re.compile(f"{START}([^{START}{STOP}]*){STOP}")
_STRAY = re.compile(f"[{START}{STOP}]")


def marked(text: str) -> SafeString:
    """HTML with `<mark>` around what was found and everything else escaped."""
    found = _MARKED.sub(r"<mark>\1</mark>", escape(text))
    return mark_safe(_STRAY.sub("", found))  # noqa: S308 - escaped before the marks are set
