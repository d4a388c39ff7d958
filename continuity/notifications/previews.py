"""Pages that show how messages read by email, text and Teams, with real news."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.ledger import name_of
from continuity.notifications.actions import Words
from continuity.notifications.letters import Enclosed, Letter
from continuity.notifications.models import Channel, Delivery, Kind, Message
from continuity.notifications.texts import LIMIT, length
from continuity.notifications.wording import worded

# Either says how news read: who writes them, and who looks after how they leave.
READERS = (Permission.RELEASE_WRITE, Permission.CHANNEL_MANAGE)
# A day's letter is shown with so many of its news.
ENCLOSED = 10


@dataclass(frozen=True)
class Reading:
    """One message as somebody with an account gets it by each channel."""

    message: Message
    html: SafeString
    text: str
    sms: str
    teams: str

    @property
    def sms_length(self) -> str:
        """How much of a text it takes: "142 of 160 characters"."""
        return f"{length(self.sms)} of {LIMIT} characters"


def reading_of(message: Message, person: User, enclosed: Enclosed | None = None) -> Reading:
    """The message in the words of each channel; it need not be kept."""
    delivery = Delivery(message=message, person=person, channel=Channel.EMAIL, address=person.email)
    letter = Letter(delivery, enclosed or Enclosed())
    return Reading(
        message=message,
        # Files of wording escape what they show: this is what mail programs are given too.
        html=mark_safe(worded(letter, "email.html")),  # noqa: S308
        text=worded(letter, "email.txt"),
        sms=worded(letter, "sms.txt"),
        teams=worded(letter, "teams.txt"),
    )


def unsent(*, words: Words, kind: str, subject: Any, at: datetime) -> Message:
    """A message that is not kept, as saying these words about the subject now would make it."""
    about = name_of(subject)
    return Message(
        key=f":{kind}:published",
        kind=kind,
        subject_kind=about.kind,
        subject_ref=about.label,
        title=words.title,
        brief=words.brief or words.title,
        body=words.body,
        url=words.url,
        is_whole=words.is_whole,
        entry=words.entry.stored() if words.entry else None,
        created_at=at,
    )


@access(LOGGED_IN)
@require_safe
def previews(request: HttpRequest) -> HttpResponse:
    """The newest message of each kind, as each channel shows it; `?kind=` chooses."""
    person = _reader(request)
    kinds = {kind.value: kind.label for kind in Kind}
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else Kind.PLANNED_WORK
    message = _newest(kind)
    context = {
        "kinds": kinds.items(),
        "kind": kind,
        "label": kinds[kind],
        "reading": reading_of(message, person, _enclosed(message)) if message else None,
        "at": now(),
    }
    return render(request, "notifications/previews.html", context)


def _newest(kind: str) -> Message | None:
    """The newest that was told and not taken back."""
    told = Message.objects.filter(kind=kind, is_muted=False)
    return told.exclude(deliveries__state=Delivery.State.WITHDRAWN).order_by("-pk").first()


def _enclosed(message: Message) -> Enclosed:
    """What one of its letters encloses."""
    joined = Message.objects.filter(deliveries__joined_to__message=message).exclude(
        deliveries__state=Delivery.State.WITHDRAWN
    )
    is_alone = message.is_whole
    return Enclosed() if is_alone else Enclosed(list(joined.order_by("pk").distinct()[:ENCLOSED]))


def _reader(request: HttpRequest) -> Any:
    person: Any = request.user
    if not any(person.may(permission) for permission in READERS):
        raise PermissionDenied
    return person
