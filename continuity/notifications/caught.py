"""Pages for administrators of a sample portal: the mail it caught instead of sending it."""

from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core import letters

SHOWN = 100
NO_TEXT = "This letter has no plain text."


@dataclass(frozen=True)
class Caught:
    """A letter as the pages show it: words only, nothing of it is rendered."""

    name: str
    to: str
    sender: str
    subject: str
    sent: str
    text: str


@access(Permission.MAIL_SEE)
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """The newest letters, newest first; `?q=` looks in addresses, subjects and texts."""
    q = request.GET.get("q", "").strip().lower()
    found = [caught for file in letters.letters(_folder())[:SHOWN] if (caught := _caught(file.name))]
    shown = [each for each in found if q in f"{each.to} {each.subject} {each.text}".lower()]
    return render(request, "notifications/mail.html", {"letters": shown, "q": q, "most": SHOWN})


@access(Permission.MAIL_SEE)
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter as text."""
    _folder()
    if (caught := _caught(name)) is None:
        raise Http404
    return render(request, "notifications/letter.html", {"letter": caught})


def _folder() -> Path:
    """Where the sample's letters are; there are none, and no pages, in a portal that is no sample."""
    if not settings.SAMPLE_MODE:
        raise Http404
    return Path(settings.MAIL_DIR)


def _caught(name: str) -> Caught | None:
    found = letters.letter(Path(settings.MAIL_DIR), name)
    if found is None:
        return None
    to = _header(found, "X-Envelope-To") or _header(found, "To")
    sender, subject, sent = (_header(found, header) for header in ("From", "Subject", "Date"))
    return Caught(name, to, sender, subject, sent, _text(found))


def _header(found: EmailMessage, name: str) -> str:
    """A header in words; what cannot be understood is shown as it stands."""
    try:
        return str(found[name] or "")
    except (ValueError, LookupError, TypeError, AttributeError):  # the parser trips over some broken headers
        return next((str(raw) for key, raw in found.raw_items() if key.lower() == name.lower()), "")


def _text(found: EmailMessage) -> str:
    """The plain text, never HTML."""
    body = found.get_body(preferencelist=("plain",))
    if body is None:
        return NO_TEXT
    try:
        return str(body.get_content())
    except (LookupError, ValueError):  # a character set nobody knows
        raw = body.get_payload(decode=True)
        return raw.decode(errors="replace") if isinstance(raw, bytes) else NO_TEXT
