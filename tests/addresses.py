"""Every address of the portal, with real things of the sample in its places, and the clients that visit it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User
from continuity.catalogue.models import Area
from continuity.command.models import Rota, Shift
from continuity.core.clock import now
from continuity.monitors.models import Heartbeat
from continuity.notifications.models import AudienceList, Call, Contact, Delivery
from incidents.reviews.models import Review
from releases.models import BusyTime

A_WALK = timedelta(minutes=10)
OUTSIDE, INSIDE = "203.0.113.7", "127.0.0.1"
# What makes a test portal one that shows the sample, as `override_settings` and the fixture `settings` take it.
SAMPLE = {
    "SAMPLE_MODE": True,
    "TRUSTED_NETWORKS": ["127.0.0.0/8"],
    "SAMPLE_PASSWORD": "continuity-sample",
}
# Other people's views: the back door for administrators.
NOT_OURS = ("back-door/",)
# What stands in the places of each room's addresses; the longest beginning of an address counts.
Values = Mapping[str, Mapping[str, str]]


def patterns(within: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in within or get_resolver().url_patterns:
        where = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, where)
        elif not where.startswith(NOT_OURS):
            yield where, each


def filled_with(values: Values, where: str) -> str:
    """An address with values in its places, from the room with the longest beginning in common."""
    room = max((start for start in values if where.startswith(start)), key=len, default="")
    for place, value in values.get(room, {}).items():
        where = where.replace(place, value)
    assert "<" not in where, f"There is no value for {where}"
    return where


def values_of_the_sample() -> dict[str, dict[str, str]]:
    """Real things where looking needs them, `0` where only writing does."""
    shift, heartbeat = Shift.objects.first(), Heartbeat.objects.first()
    letter, call, contact = Delivery.objects.first(), Call.objects.first(), Contact.objects.first()
    return {
        "accounts/": {"<str:username>": "manager"},
        "areas/": {"<slug:key>": Area.objects.values_list("key", flat=True)[0]},
        "services/": {"<slug:key>": "ers", "<int:pk>": "0"},
        "teams/": {"<slug:key>": "it-desk"},
        "sites/": {"<slug:key>": "agh"},
        "rota/": {
            "<slug:key>": Rota.objects.values_list("key", flat=True)[0],
            "<int:pk>": str(shift.pk if shift else 0),
        },
        "rota/chains/": {"<slug:cause>": "leaderless"},
        "rota/swaps/": {"<int:pk>": "0"},
        "monitors/": {
            "<slug:key>": heartbeat.key if heartbeat else "none",
            "<ref>": Review.objects.values_list("ref", flat=True)[0],
            "<int:number>": "1",
        },
        "ping/": {"<uuid:secret>": str(heartbeat.secret if heartbeat else uuid4()), "<int:status>": "0"},
        "inbox/": {"<int:pk>": str(letter.pk if letter else 0)},
        "audiences/": {"<int:pk>": str(AudienceList.objects.create(name="Wards").pk)},
        "inbox/roles/": {"<slug:code>": "manager"},
        "inbox/channels/": {"<slug:channel>": "email"},
        "inbox/endpoints/": {"<slug:key>": "none"},
        "mail/": {"<str:name>": "none.eml"},
        "ready/calls/": {"<int:pk>": str(call.pk if call else 0)},
        "ready/areas/": {"<slug:key>": Area.objects.values_list("key", flat=True)[0]},
        "ready/": {"<str:token>": "none"},
        "contacts/": {"<int:pk>": str(contact.pk if contact else 0)},
        "contacts/groups/": {"<slug:key>": "gp-practices"},
        "agree/": {"<str:token>": "none"},
        "stop/": {"<str:token>": "none"},
        "plans/": {"<slug:key>": "ers", "<int:number>": "1"},
        "releases/busy-times/": {"<int:pk>": str(BusyTime.objects.values_list("pk", flat=True)[0])},
        "releases/freezes/": {"<str:ref>": "FRZ-2024-01"},
        "releases/": {"<str:ref>": "REL-2024-071", "<int:pk>": "0", "<int:tier>": "1"},
        "incidents/": {"<ref>": "INC-2024-011", "<int:pk>": "0", "<int:number>": "1", "<token>": "none"}
        | {"<slug:shape>": "methane", "<slug:code>": "it_lead", "<int:step>": "0"},
        "incidents/words/": {"<slug:key>": "over"},
        "exercises/": {"<ref>": "EXE-2026-001", "<int:pk>": "0"},
        "reviews/debriefs/": {"<ref>": "INC-2024-011"},
        "reviews/observations/": {"<ref>": "OBS-2024-001"},
        "reports/": {"<slug:key>": "ers"},
        "reviews/": {
            "<ref>": Review.objects.values_list("ref", flat=True)[0],
            "<int:pk>": "0",
            "<int:number>": "1",
        }
        | {"<slug:part>": "questions"},
    }


def client_of(username: str, address: str) -> Client:
    """Somebody at an address, logged in unless they are nobody ("")."""
    client = Client(REMOTE_ADDR=address, raise_request_exception=False)
    if username:
        client.force_login(
            User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
        )
        session = client.session
        # Ahead of a walk that takes minutes, so that no page in it writes when the person was seen last.
        session[STARTED] = session[SEEN] = (now() + A_WALK).isoformat()
        session.save()
    return client
