"""What a letter says besides its message: the news it stands for, and the links of its recipient."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from continuity.notifications.calendar import Entry
from continuity.notifications.models import Call, Delivery, Message
from continuity.notifications.tokens import Purpose, sign

# A letter is kept for longer than this seldom; whoever wants to stop then finds the link in a newer one.
STOP_WITHIN = timedelta(days=90)
# An answer to "do you want this?" is worth something for so long.
AGREE_WITHIN = timedelta(days=14)
# What the letter that asks it is about, as the ledger names it.
CONTACT = "notifications.contact"


@dataclass(frozen=True)
class Enclosed:
    """What a delivery's letter encloses: earlier messages that were not sent, oldest first, and an open call."""

    earlier: Sequence[Message] = ()
    call: Call | None = None


NOTHING = Enclosed()


def enclose(batch: Sequence[Delivery]) -> None:
    """Read what the letters of a batch enclose, in a few queries, so that they are written without the database."""
    earlier, calls = _joined_to(batch), _open_calls(batch)
    for delivery in batch:
        message = delivery.message
        delivery.enclosed = Enclosed(  # type: ignore[attr-defined]
            earlier=() if message.is_whole else earlier.get(delivery.pk, ()),
            call=calls.get((message.subject_kind, message.subject_ref)) if delivery.area_id else None,
        )


def _joined_to(batch: Sequence[Delivery]) -> dict[int, list[Message]]:
    """What was not sent since each goes in its place, oldest first; one query more than the longest chain."""
    earlier: dict[int, list[Message]] = defaultdict(list)
    heirs = {each.pk: each.pk for each in batch if not each.message.is_whole}
    while heirs:
        found = list(Delivery.objects.filter(joined_to__in=heirs).select_related("message"))
        for old in found:
            earlier[heirs[old.joined_to_id or 0]].append(old.message)
        heirs = {old.pk: heirs[old.joined_to_id or 0] for old in found if not old.message.is_whole}
    for messages in earlier.values():
        messages.sort(key=lambda message: message.pk)
    return earlier


def _open_calls(batch: Iterable[Delivery]) -> dict[tuple[str, str], Call]:
    refs = {each.message.subject_ref for each in batch if each.area_id}
    if not refs:
        return {}
    found = Call.objects.filter(subject_ref__in=refs, closed_at=None)
    return {(call.subject_kind, call.subject_ref): call for call in found}


@dataclass(frozen=True)
class Letter:
    """A delivery as its words see it: what was said, what it stands for, and where its links lead."""

    delivery: Delivery
    enclosed: Enclosed

    @classmethod
    def of(cls, delivery: Delivery) -> "Letter":
        return cls(delivery, getattr(delivery, "enclosed", NOTHING))

    @property
    def message(self) -> Message:
        return self.delivery.message

    @property
    def earlier(self) -> Sequence[Message]:
        """What was said since the last letter and stands in this one's place, oldest first."""
        return self.enclosed.earlier

    @property
    def entries(self) -> list[tuple[Message, Entry]]:
        """The calendar entries of all that is said, the newest of each piece of work, with the news it came by."""
        newest = {each.entry["uid"]: each for each in (*self.earlier, self.message) if each.entry}
        return [(each, Entry.of(each.entry)) for each in newest.values() if each.entry]

    @property
    def entry(self) -> Entry | None:
        """The calendar entry that the newest of it carries."""
        return Entry.of(self.message.entry) if self.message.entry else None

    @property
    def read_url(self) -> str:
        return settings.PUBLIC_URL + self.message.url

    @property
    def choices_url(self) -> str:
        """Where a person chooses what they hear; empty for whoever has no account."""
        return settings.PUBLIC_URL + reverse("notifications:choices") if self.delivery.person_id else ""

    @property
    def stop_url(self) -> str:
        """One press to be told no more, for a contact outside the trust (RFC 8058); else empty."""
        return self._signed(Purpose.STOP) if self.delivery.contact_id else ""

    @property
    def ready_url(self) -> str:
        """Where an area says "read and ready", while it is asked to; else empty."""
        return self._signed(Purpose.READY) if self.enclosed.call else ""

    @property
    def agree_url(self) -> str:
        """Where a contact who was asked says that they want to be told; else empty."""
        is_asked = self.delivery.contact_id and self.message.subject_kind == CONTACT
        return self._signed(Purpose.AGREE) if is_asked else ""

    def _signed(self, purpose: Purpose) -> str:
        token = sign(purpose, self.delivery.pk, until=self._until(purpose))
        return settings.PUBLIC_URL + reverse(f"notifications:{purpose.value}", args=[token])

    def _until(self, purpose: Purpose) -> datetime:
        if purpose is Purpose.READY and self.enclosed.call:
            return self.enclosed.call.starts_at
        return self.message.created_at + (AGREE_WITHIN if purpose is Purpose.AGREE else STOP_WITHIN)


def context_of(letter: Letter) -> dict[str, Any]:
    """What the files of wording may use."""
    return {
        "letter": letter,
        "message": letter.message,
        "earlier": letter.earlier,
        "portal": settings.PORTAL_NAME,
        "trust": settings.TRUST_NAME,
        "site": settings.PUBLIC_URL,
    }
