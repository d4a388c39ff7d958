"""The day's letter: everything that waited for it becomes one message a person and channel."""

from datetime import datetime
from itertools import groupby

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.clock import local_day
from continuity.core.ledger import name_of
from continuity.core.wording import count_words, day_words
from continuity.notifications.models import Delivery, Kind, Message

State = Delivery.State
# People whose news are put together in one transaction.
AT_ONCE = 200


def bundle_digests(*, at: datetime) -> None:
    """Put what is due for the day's letter into one message a person and channel, which is due at once."""
    while _bundle_some(at):
        pass


@transaction.atomic
def _bundle_some(at: datetime) -> bool:
    waiting = Delivery.objects.due(at).filter(is_for_digest=True)
    people = waiting.order_by("person").values("person").distinct()[:AT_ONCE]
    found = waiting.filter(person__in=list(people.values_list("person", flat=True)))
    rows = list(
        found.select_for_update(skip_locked=True, of=("self",)).order_by("person_id", "channel", "message_id")
    )
    for (person, channel), group in groupby(rows, key=lambda row: (row.person_id, row.channel)):
        _bundle(User(pk=person), channel, list(group), at)
    return bool(rows)


def _bundle(person: User, channel: str, rows: list[Delivery], at: datetime) -> None:
    about = name_of(person)
    message = Message.objects.create(
        key=f"digest:{person.pk}:{channel}:{rows[-1].pk}",
        kind=Kind.DIGEST,
        subject_kind=about.kind,
        subject_ref=about.key,
        title=f"Your news for {day_words(local_day(at))}",
        brief=f"{count_words(len(rows), 'piece')} of news wait for you.",
        body=f"{count_words(len(rows), 'piece')} of news since your last letter.",
        url="/inbox/",
        created_at=at,
    )
    letter = Delivery.objects.create(
        message=message, person=person, channel=channel, address=rows[-1].address, due_at=at
    )
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SUPERSEDED, joined_to=letter)
