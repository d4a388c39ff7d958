"""Every address as every role: the door opens for whom its view names, and nothing ever breaks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from continuity.accounts.access import may_open
from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User
from continuity.core.clock import now

CAST = ["clinician", "manager", "lead", "commander", "admin"]
OUTSIDE, INSIDE = "203.0.113.7", "127.0.0.1"
# Other people's views: the back door for administrators.
NOT_OURS = ("back-door/",)
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


def filled(where: str) -> str:
    for place, value in VALUES.items():
        where = where.replace(place, value)
    assert "<" not in where, f"tests/test_every_url.py has no value for {where}"
    return where


VALUES: dict[str, str] = {}


@pytest.fixture
def sample(settings: Any) -> None:
    settings.SAMPLE_MODE = True
    settings.TRUSTED_NETWORKS = ["127.0.0.0/8"]
    settings.SAMPLE_PASSWORD = "continuity-sample"
    call_command("load_sample", verbosity=0)
    VALUES.update(values_of_the_sample())


def values_of_the_sample() -> dict[str, str]:
    return {
        "<str:username>": "manager",
        "<slug:key>": "ers",
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


@pytest.mark.parametrize("username", ["", *CAST])
@pytest.mark.parametrize("address", [OUTSIDE, INSIDE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_opens_for_whom_it_says(username: str, address: str, method: str, sample: None) -> None:
    client, person = client_of(username, address), User.objects.filter(username=username).first()
    faults = []
    for where, view in addresses():
        if where == "/accounts/logout/":
            continue
        answer = getattr(client, method)(where)
        rule = view.access if method == "get" else view.access_to_write
        allowed = may_open(rule, user=person, trusted=address == INSIDE)
        if answer.status_code >= 500 or allowed != came_in(answer):
            faults.append(f"{method} {where} as {username or 'nobody'}: {answer.status_code}, rule {rule}")

    assert faults == []


def came_in(answer: Any) -> bool:
    """Past the door: neither sent to log in nor told that other roles can."""
    to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    return not to_log_in and answer.status_code != 403
