"""Every address as every role: the door opens for whom its view names, and nothing ever breaks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from continuity.accounts.access import may_open
from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.accounts.views import log_out
from continuity.board.facts import read_facts
from continuity.board.newest import forget, keep
from continuity.catalogue import keeping, usage, views
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.monitors import views as watched
from continuity.notifications import previews
from incidents.actions import add_entry, declare
from incidents.views import roles, room
from releases.views import agreeing
from tests.addresses import (
    INSIDE,
    OUTSIDE,
    SAMPLE,
    Values,
    client_of,
    filled_with,
    patterns,
    values_of_the_sample,
)

CAST = ["clinician", "manager", "lead", "commander", "safety", "admin"]
# Open to whoever is logged in; inside they ask whether the person is one of the thing's own keepers or readers.
OWNERS_ONLY = {
    *(views.say_it_works, keeping.edit_service, keeping.needs, keeping.remove_need),
    usage.count,
    previews.previews,
    *(agreeing.approve, agreeing.send_back),
    *(room.room, room.parts, roles.take),
    watched.prove,
}
# Words that stand in a restricted incident only, and in one that is also an exercise.
SECRET = b"Quillfeather"
SECRETS: dict[str, dict[str, Any]] = {
    "Quillfeather": {"is_restricted": True, "restricted_why": "A person may be named"},
    "Quillfeather practised": {
        "is_restricted": True, "restricted_why": "A person may be named", "is_exercise": True
    },
}  # fmt: skip
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


@pytest.fixture
def values(settings: Any) -> Iterator[Values]:
    """What stands in the places of the addresses of the sample trust, in a process that keeps its news."""
    for name, value in SAMPLE.items():
        setattr(settings, name, value)
    call_command("load_sample", verbosity=0)
    kept_from_most()
    keep(read_facts(now()), checked_at=now())
    yield values_of_the_sample()
    forget()


def kept_from_most() -> None:
    """A restricted incident and an exercise, on services that many pages show: their words are on no other page."""
    manager, at = User.objects.get(username="manager"), now()
    for secret, facts in SECRETS.items():
        incident = declare(
            title=secret, services={Service.objects.get(key="ers"): "down"}, impact=1, urgency=1, by=manager, at=at,
            do_now=f"{secret}: do this", **facts,
        )  # fmt: skip
        add_entry(incident=incident, kind="action", text=f"{secret} noted", occurred_at=at, by=manager, at=at)


def test_every_view_names_who_may_open_it() -> None:
    nameless = [where for where, pattern in patterns() if not hasattr(pattern.callback, "access")]

    assert nameless == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_opens_for_whom_it_says(method: str, values: Values) -> None:
    visitors = [
        ("", OUTSIDE),
        ("clinician", OUTSIDE),
        ("", INSIDE),
        *((username, INSIDE) for username in CAST),
    ]

    faults = [fault for visitor in visitors for fault in faults_of(method, values, *visitor)]

    assert not faults, "\n".join(faults)


def faults_of(method: str, values: Values, username: str, address: str) -> Iterator[str]:
    """What went wrong for one person on one network: doors that opened or stayed shut against their rule."""
    client, person = client_of(username, address), User.objects.filter(username=username).first()
    for pattern, found in patterns():
        where = "/" + filled_with(values, pattern)
        view: Any = found.callback
        if view is log_out:  # it would send the visitor away
            continue
        with transaction.atomic():
            answer = getattr(client, method)(where)
            transaction.set_rollback(True)
        rule = view.access if method == "get" else view.access_to_write
        is_allowed = may_open(rule, user=person, trusted=address == INSIDE)
        was_asked_inside = is_allowed and view in OWNERS_ONLY and answer.status_code == 403
        if may_not_know(person) and SECRET in answer.content:
            yield f"{method} {where} as {username or 'nobody'} at {address} shows what is restricted"
        if answer.status_code >= 500 or (is_allowed != came_in(answer) and not was_asked_inside):
            yield f"{method} {where} as {username or 'nobody'} at {address}: {answer.status_code}, rule {rule}"


def may_not_know(person: User | None) -> bool:
    """Whether restricted incidents are kept from them."""
    return person is None or not person.may(Permission.INCIDENT_RUN)


def came_in(answer: Any) -> bool:
    """Past the door: neither sent to log in nor told that other roles can."""
    to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    return not to_log_in and answer.status_code != 403
