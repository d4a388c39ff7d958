"""Saying something once to everybody concerned."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from continuity.core.jobs import nudge
from continuity.core.ledger import name_of
from continuity.notifications.audience import SUBSCRIBED, Audience
from continuity.notifications.models import Message

# A person without an address has no email row; whoever left has no row at all.
ENQUEUE = f"""
    INSERT INTO notifications_delivery
        (message_id, person_id, channel, address, state, due_at, attempts, sent_at, fault)
    SELECT %(message)s, u.id, r.channel, CASE r.channel WHEN 'email' THEN u.email ELSE '' END,
           CASE r.channel WHEN 'portal' THEN 'sent' ELSE 'queued' END, %(at)s, 0,
           CASE r.channel WHEN 'portal' THEN %(at)s::timestamptz END, ''
    FROM ({SUBSCRIBED}) r JOIN accounts_user u ON u.id = r.person_id
    WHERE u.is_active AND (r.channel <> 'email' OR u.email <> '')
    ON CONFLICT (message_id, person_id, channel) DO NOTHING
"""  # noqa: S608


@transaction.atomic
def notify(
    *, key: str, kind: str, subject: Any, title: str, body: str, url: str, audience: Audience, at: datetime
) -> Message:
    """Say something to an audience, once: one delivery a person and channel, in the caller's transaction.

    `key` names the event ("release:7:published"): said again, nothing is written. The portal's own inbox is
    delivered by being written; the rest is sent by the worker after the commit.
    """
    from continuity.notifications.tasks import deliver_due  # the task calls actions of this room

    about = name_of(subject)
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject_kind": about.kind,
            "subject_ref": about.label,
            "title": title[:200],
            "body": body,
            "url": url,
            "created_at": at,
        },
    )
    if is_new:
        with connection.cursor() as cursor:
            cursor.execute(ENQUEUE, {"message": message.pk, "at": at, **audience.parameters(kind)})
        nudge(deliver_due)
    return message
