"""Signed webhooks: a CloudEvent (cloudevents.io, 1.0, JSON) posted and signed as standardwebhooks.com says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from continuity.core.clock import now
from continuity.notifications.channels import Fate
from continuity.notifications.channels.posting import ToPrograms, not_switched_off
from continuity.notifications.letters import Letter
from continuity.notifications.models import Delivery


class Webhook(ToPrograms):
    """Posts events. Their id stays the same, and receivers must take an id once: so it is safe to try again."""

    unanswered = Fate.AGAIN

    def compose(self, delivery: Delivery) -> bytes:
        not_switched_off(delivery)
        return json.dumps(event_of(Letter.of(delivery)), ensure_ascii=False).encode()

    def headers(self, delivery: Delivery, body: bytes) -> Mapping[str, str]:
        """Signed when it is sent, since receivers refuse what was signed over 5 minutes ago."""
        secret = not_switched_off(delivery).secret
        return {
            "Content-Type": "application/cloudevents+json",
            **signed(body, webhook_id=id_of(delivery), secret=secret, at=now()),
        }


def signed(body: bytes, *, webhook_id: str, secret: str, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks, version 1: id, time and HMAC-SHA256 of both and the body.

    `secret` is the key in base64, without its prefix "whsec_".
    """
    stamp = str(int(at.timestamp()))
    digest = hmac.digest(base64.b64decode(secret), f"{webhook_id}.{stamp}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def id_of(delivery: Delivery) -> str:
    """The same however often it is tried."""
    return f"delivery.{delivery.pk}.{int(delivery.message.created_at.timestamp())}"


def event_of(letter: Letter) -> dict[str, Any]:
    """The CloudEvent: what was said, about what, and where to read on."""
    message = letter.message
    return {
        "specversion": "1.0",
        "id": id_of(letter.delivery),
        "source": settings.PUBLIC_URL,
        "type": f"continuity.{message.kind}",
        "subject": f"{message.subject_kind}/{message.subject_ref}",
        "time": message.created_at.isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": {
            "title": message.title,
            "brief": message.brief,
            "text": message.body,
            "url": letter.read_url,
            "severity": message.severity,
            "services": message.services,
        },
    }
