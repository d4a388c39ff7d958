"""Log-ins that are over are forgotten, others are not."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from continuity.accounts.models import User
from continuity.accounts.tasks import forget_old

pytestmark = pytest.mark.django_db


def test_a_log_in_that_is_over_is_forgotten_and_one_that_goes_on_is_not(
    clinician: User, as_: Any, manager: User
) -> None:
    gone, here = as_(clinician), as_(manager)
    for client, left in ((gone, -1), (here, 60)):
        ends = timezone.now() + timedelta(seconds=left)
        Session.objects.filter(pk=key_of(client)).update(expire_date=ends)

    forget_old()

    assert [each.pk for each in Session.objects.all()] == [key_of(here)]
    assert here.get("/inbox/").status_code == 200


def test_those_that_are_over_are_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN DELETE FROM django_session WHERE expire_date < now()")
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "django_session_expire_date" in plan


def key_of(client: Client) -> str:
    return str(client.session.session_key)
