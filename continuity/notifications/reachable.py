"""Who can be reached away from the portal's own pages: people with an email address or a mobile that works."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection

from continuity.accounts.models import User
from continuity.notifications.audience import Audience
from continuity.notifications.channels.sms import is_set_up
from continuity.notifications.models import Channel, Delivery
from continuity.notifications.reach import FAILED, JUDGED, WHY

WAYS = f"WITH {JUDGED} SELECT person_id, channel, why FROM r WHERE person_id IS NOT NULL"  # noqa: S608
UNTRIED = "no message is known to have reached them"


def ways() -> tuple[str, ...]:
    """The channels by which this portal reaches a person who does not look at it."""
    return (Channel.EMAIL, Channel.SMS) if is_set_up() else (Channel.EMAIL,)


def unreachable(people: Collection[int]) -> dict[int, str]:
    """Of these people (primary keys) those without a working contact, and why. One query; none without people."""
    if not people:
        return {}
    named = Audience(people=frozenset(people), subscribers=False, named_by=ways())
    with connection.cursor() as cursor:
        cursor.execute(WAYS, named.parameters(""))
        found = cursor.fetchall()
    faults: dict[int, list[str]] = defaultdict(list)
    for person, channel, why in found:
        faults[person].append(why and _sentence(channel, why))
    reached = {person for person, whys in faults.items() if "" in whys}
    return {
        person: " and ".join(faults[person]) or "does not work here any more"
        for person in people
        if person not in reached
    }


def without_tested_contact(people: Collection[int]) -> list[tuple[User, str]]:
    """People on whom nobody should rely yet, by name, and why: no working contact, or one that was never tried."""
    faults = unreachable(people)
    sent = Delivery.objects.filter(
        person__in=people, channel__in=ways(), state=Delivery.State.SENT, person__isnull=False
    )
    tried = set(sent.values_list("person_id", flat=True).distinct())
    doubtful = {
        person: faults.get(person, UNTRIED) for person in people if person in faults or person not in tried
    }
    found = User.objects.in_bulk(list(doubtful))
    return sorted(((found[key], why) for key, why in doubtful.items()), key=lambda each: str(each[0]))


def _sentence(channel: str, why: str) -> str:
    return FAILED[channel] if why == "failed" else WHY["person", channel, why]
