"""Every address as every role: the door opens for whom its view names, and nothing ever breaks."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from continuity.accounts.access import may_open
from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User
from continuity.accounts.views import log_out
from continuity.board.facts import read_facts
from continuity.board.newest import forget, keep
from continuity.catalogue import keeping, views
from continuity.catalogue.models import Area
from continuity.command.models import Rota, Shift
from continuity.core.clock import now
from continuity.monitors.models import Heartbeat
from continuity.notifications import previews
from continuity.notifications.models import AudienceList, Call, Contact, Delivery
from incidents.reviews.models import Review

CAST = ["clinician", "manager", "lead", "commander", "admin"]
OUTSIDE, INSIDE = "203.0.113.7", "127.0.0.1"
# Other people's views: the back door for administrators.
NOT_OURS = ("back-door/",)
# Open to whoever is logged in; inside they ask whether the person is one of the thing's own keepers or readers.
OWNERS_ONLY = {
    *(views.say_it_works, keeping.edit_service, keeping.needs, keeping.remove_need),
    previews.previews,
}
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


def patterns(within: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in within or get_resolver().url_patterns:
        where = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, where)
        elif not where.startswith(NOT_OURS):
            yield where, each


def addresses() -> Iterator[tuple[str, Any]]:
    """Every address of the portal with real values from the sample in its places, and its view."""
    for where, pattern in patterns():
        yield "/" + filled(where), pattern.callback


# What stands in the places of each room's addresses; the longest beginning of an address counts.
VALUES: dict[str, dict[str, str]] = {}


def filled(where: str) -> str:
    return filled_with(VALUES, where)


def filled_with(values: dict[str, dict[str, str]], where: str) -> str:
    """An address with values in its places, from the room with the longest beginning in common."""
    room = max((start for start in values if where.startswith(start)), key=len, default="")
    for place, value in values.get(room, {}).items():
        where = where.replace(place, value)
    assert "<" not in where, f"There is no value for {where}"
    return where


@pytest.fixture
def sample(settings: Any) -> Iterator[None]:
    """The sample trust, in a process that keeps its news as a running web process does."""
    settings.SAMPLE_MODE = True
    settings.TRUSTED_NETWORKS = ["127.0.0.0/8"]
    settings.SAMPLE_PASSWORD = "continuity-sample"
    call_command("load_sample", verbosity=0)
    VALUES.update(values_of_the_sample())
    keep(read_facts(now()), checked_at=now())
    yield
    forget()


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
        "monitors/": {"<slug:key>": heartbeat.key if heartbeat else "none"},
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
        "releases/": {"<str:ref>": "REL-2024-071", "<int:pk>": "0"},
        "incidents/": {"<ref>": "INC-2024-011", "<int:pk>": "0", "<token>": "none"},
        "exercises/": {"<ref>": "EXE-2026-001", "<int:pk>": "0"},
        "reviews/": {
            "<ref>": Review.objects.values_list("ref", flat=True)[0],
            "<int:pk>": "0",
            "<int:number>": "1",
        }
        | {"<slug:part>": "questions"},
    }


def client_of(username: str, address: str) -> Client:
    client = Client(REMOTE_ADDR=address, raise_request_exception=False)
    if username:
        client.force_login(
            User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
        )
        session = client.session
        session[STARTED] = session[SEEN] = now().isoformat()
        session.save()
    return client


def test_every_view_names_who_may_open_it() -> None:
    nameless = [where for where, pattern in patterns() if not hasattr(pattern.callback, "access")]

    assert nameless == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_opens_for_whom_it_says(method: str, sample: None) -> None:
    visitors = [
        ("", OUTSIDE),
        ("clinician", OUTSIDE),
        ("", INSIDE),
        *((username, INSIDE) for username in CAST),
    ]

    faults = [fault for visitor in visitors for fault in faults_of(method, *visitor)]

    assert not faults, "\n".join(faults)


def faults_of(method: str, username: str, address: str) -> Iterator[str]:
    """What went wrong for one person on one network: doors that opened or stayed shut against their rule."""
    client, person = client_of(username, address), User.objects.filter(username=username).first()
    for where, view in addresses():
        if view is log_out:  # it would send the visitor away
            continue
        with transaction.atomic():
            answer = getattr(client, method)(where)
            transaction.set_rollback(True)
        rule = view.access if method == "get" else view.access_to_write
        is_allowed = may_open(rule, user=person, trusted=address == INSIDE)
        was_asked_inside = is_allowed and view in OWNERS_ONLY and answer.status_code == 403
        if answer.status_code >= 500 or (is_allowed != came_in(answer) and not was_asked_inside):
            yield f"{method} {where} as {username or 'nobody'} at {address}: {answer.status_code}, rule {rule}"


def came_in(answer: Any) -> bool:
    """Past the door: neither sent to log in nor told that other roles can."""
    to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    return not to_log_in and answer.status_code != 403
