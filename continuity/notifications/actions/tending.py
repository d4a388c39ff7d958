"""Looking after channels: how fast each may go, what it needs, and trying it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import record
from continuity.core.refusals import Refused
from continuity.core.wording import moment_words
from continuity.notifications.actions.telling import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Channel, ChannelHealth, Delivery, Endpoint, Kind

TEST = "test:"
# A second press meanwhile shows the first: texts cost money.
ONE_TEST_IN = timedelta(minutes=1)
NO_ADDRESS = {
    Channel.EMAIL: "Your account has no email address, so nothing can be emailed to you.",
    Channel.SMS: "You have not said to which mobile number texts should go.",
}
SWITCHED_OFF = "It is switched off. Switch it on first."


@transaction.atomic
def tend(
    *, health: ChannelHealth, per_minute: int | None, needs: Iterable[Service], by: User, at: datetime
) -> None:
    """How many messages a minute a channel may send (None: as many as it can), and which services it needs."""
    ChannelHealth.objects.filter(pk=health.pk).update(per_minute=per_minute)
    health.needs.set(needs)
    record("channel.changed", health, by=by, at=at)


@transaction.atomic
def try_out(*, channel: str, to: User | Endpoint, by: User, at: datetime) -> Delivery:
    """Send a real message to one recipient by one channel; or the one that was sent within the last minute.

    Refused where there is no address to send it to.
    """
    tests = Delivery.objects.filter(channel=channel, message__key__startswith=TEST)
    theirs = tests.filter(person=to) if isinstance(to, User) else tests.filter(endpoint=to)
    lately = theirs.filter(message__created_at__gt=at - ONE_TEST_IN).order_by("-pk").first()
    if lately:
        return lately
    message = notify(
        key=f"{TEST}{uuid4()}",
        kind=Kind.PORTAL,
        subject=to,
        words=Words(
            title="This is a test",
            body=f"Somebody asked the portal for a test message, {moment_words(at)}. There is nothing to do.",
            brief=f"This is a test, {moment_words(at)}. There is nothing to do.",
            url=reverse("notifications:inbox"),
        ),
        audience=_only(to, channel),
        at=at,
    )
    sent = Delivery.objects.filter(message=message).first()
    if sent is None:
        raise Refused(NO_ADDRESS.get(Channel(channel), SWITCHED_OFF))
    record("channel.tried", to, by=by, at=at)
    return sent


def _only(to: User | Endpoint, channel: str) -> Audience:
    keys = frozenset({to.pk})
    if isinstance(to, User):
        return Audience(people=keys, subscribers=False, named_by=(channel,))
    return Audience(endpoints=keys, subscribers=False)
