"""Saying something once to everybody concerned."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from continuity.catalogue.models import Service
from continuity.core.jobs import nudge
from continuity.core.ledger import name_of
from continuity.notifications.audience import ADDRESSED, Audience
from continuity.notifications.calendar import Entry
from continuity.notifications.models import CHOSEN, GATHERED, Message, Mute

# Several changes within a minute become one message a person; what is urgent does not wait.
GATHER = timedelta(minutes=1)
# Nothing waits longer than for the next day's letter, with an hour for its clock change and a worker's absence.
LONGEST_WAIT = timedelta(hours=48)
# The next time London clocks show a wall time after the instant, and whether a wall time is within quiet hours.
NEXT_WALL = """(SELECT min(wall) FROM (VALUES (0), (1)) ahead (days), LATERAL (
    SELECT ((%(at)s::timestamptz AT TIME ZONE 'Europe/London')::date + ahead.days + {time}) AT TIME ZONE 'Europe/London'
) moment (wall) WHERE wall > %(at)s::timestamptz)"""
IS_QUIET = """CASE WHEN r.quiet_from < r.quiet_until
    THEN local.wall >= r.quiet_from AND local.wall < r.quiet_until
    ELSE local.wall >= r.quiet_from OR local.wall < r.quiet_until END"""
# One row a recipient and channel. The portal's inbox is delivered by being written. Text and email wait for the
# day's letter, or for the end of quiet hours, where the person wants that and it is not urgent.
ENQUEUE = f"""
    INSERT INTO notifications_delivery (message_id, person_id, area_id, contact_id, endpoint_id, channel, address,
        state, is_for_digest, due_at, attempts, sent_at, fault)
    SELECT %(message)s, r.person_id, r.area_id, r.contact_id, r.endpoint_id, r.channel,
        CASE r.channel WHEN 'portal' THEN '' ELSE r.address END,
        CASE r.channel WHEN 'portal' THEN 'sent' ELSE 'queued' END,
        held.daily,
        CASE
            WHEN held.daily THEN {NEXT_WALL.format(time="r.digest_at")}
            WHEN held.quiet THEN {NEXT_WALL.format(time="r.quiet_until")}
            WHEN r.channel = ANY(%(gathered)s) THEN %(gathered_at)s
            ELSE %(at)s
        END,
        0, CASE r.channel WHEN 'portal' THEN %(at)s::timestamptz END, ''
    FROM ({ADDRESSED}) r,
        LATERAL (SELECT (%(at)s::timestamptz AT TIME ZONE 'Europe/London')::time AS wall,
            r.channel IN ('email', 'sms') AND NOT %(is_urgent)s AS waits) local,
        LATERAL (SELECT local.waits AND coalesce(r.rhythm = 'daily', false) AS daily,
            local.waits AND coalesce({IS_QUIET}, false) AS quiet) held
    WHERE r.address <> ''
"""  # noqa: S608
# What still waits to tell the same recipient about the same thing is not sent: the new letter goes in its place.
# Programs are told every event.
SUPERSEDE = """
    UPDATE notifications_delivery old SET state = 'superseded', joined_to_id = new.id
    FROM notifications_delivery new, notifications_message said
    WHERE new.message_id = %(message)s AND new.state = 'queued' AND new.channel = ANY(%(superseded)s)
    AND said.subject_kind = %(kind)s AND said.subject_ref = %(ref)s AND said.id < %(message)s
    AND said.created_at > %(since)s
    AND old.message_id = said.id AND old.whom = new.whom AND old.channel = new.channel AND old.state = 'queued'
"""


@dataclass(frozen=True)
class Words:
    """What is said: a title, the text, where to read on, and in one sentence for a text message.

    `is_whole`: the text says all that earlier messages about its subject said, so that those need not be read.
    """

    title: str
    body: str
    url: str
    brief: str = ""
    is_whole: bool = False
    entry: Entry | None = field(default=None)


@transaction.atomic
def notify(
    *,
    key: str,
    kind: str,
    subject: Any,
    words: Words,
    audience: Audience,
    at: datetime,
    severity: int | None = None,
    is_alarm: bool = False,
    stale_at: datetime | None = None,
) -> Message:
    """Say something to an audience, once: one delivery a recipient and channel, in the caller's transaction.

    `key` names the event ("release:7:published"): said again, nothing is written. `severity` is the incident's;
    1 and 2 are never held back. An alarm (`is_alarm`) about services that planned work explains is kept, and
    nobody is told. What has not gone out by `stale_at` does not go out.
    """
    about = name_of(subject)
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject_kind": about.kind,
            "subject_ref": about.label[:40],
            "title": words.title[:200],
            "brief": (words.brief or words.title)[:300],
            "body": words.body,
            "url": words.url,
            "severity": severity,
            "services": list(
                Service.objects.filter(pk__in=audience.services).order_by("key").values_list("key", flat=True)
            ),
            "entry": words.entry.stored() if words.entry else None,
            "is_to_all": bool(audience.told_about) and not audience.only_untold,
            "is_to_untold": audience.only_untold,
            "is_whole": words.is_whole,
            "is_muted": is_alarm and is_muted(audience, at),
            "stale_at": stale_at,
            "created_at": at,
        },
    )
    if is_new and not message.is_muted:
        _enqueue(message, audience, at)
        _nudge_senders()
    return message


def is_muted(audience: Audience, at: datetime) -> bool:
    """Whether planned work explains trouble with every one of the services now."""
    muted = Mute.objects.covering(at).filter(service__in=audience.services)
    explained = set(muted.values_list("service_id", flat=True))
    return bool(audience.services) and audience.services <= explained


def _enqueue(message: Message, audience: Audience, at: datetime) -> None:
    waits = message.kind in CHOSEN and not message.is_urgent
    telling: dict[str, Any] = {
        **audience.parameters(message.kind, severity=message.severity, key=message.key),
        "message": message.pk,
        "at": at,
        "is_urgent": not waits,
        "gathered": [channel.value for channel in GATHERED] if waits else [],
        "gathered_at": _gathered_at(message, at),
    }
    replacing: dict[str, Any] = {
        "message": message.pk,
        "kind": message.subject_kind,
        "ref": message.subject_ref,
        "since": at - LONGEST_WAIT,
        "superseded": [channel.value for channel in GATHERED],
    }
    with connection.cursor() as cursor:
        # Rows just written have no statistics yet, and a nested loop over them would be quadratic.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(ENQUEUE, telling)
        cursor.execute(SUPERSEDE, replacing)
        cursor.execute("SET LOCAL enable_nestloop = on")


def _gathered_at(message: Message, at: datetime) -> datetime:
    """When what is said now goes out: a minute after the first of several changes."""
    about = Message.objects.about(message.subject_kind, message.subject_ref)
    lately = about.filter(
        kind=message.kind, created_at__gt=at - GATHER, created_at__lte=at, pk__lt=message.pk
    )
    first = lately.aggregate(first=Min("created_at"))["first"] or at
    return first + GATHER


def _nudge_senders() -> None:
    from continuity.notifications.tasks import deliver_due  # the task calls actions of this room

    nudge(deliver_due)
