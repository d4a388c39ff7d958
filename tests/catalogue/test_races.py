"""Two people at once, on connections of their own."""

from datetime import datetime

import pytest
from django.db import IntegrityError

from continuity.accounts.models import User
from continuity.catalogue.actions import change, depend
from continuity.catalogue.models import Dependency, Service
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Refused, sentence_of
from tests.factories import ServiceFactory
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_add_half_a_circle_each_one_is_told_the_circle(administrator: User, at: datetime) -> None:
    wifi, login = ServiceFactory(name="Wi-Fi"), ServiceFactory(name="Network login")

    answers = race(
        lambda: depend(service=wifi, on=login, kind="stops", by=administrator, at=at),
        lambda: depend(service=login, on=wifi, kind="stops", by=administrator, at=at),
    )

    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refusals) == 1
    assert "This would make a circle: " in str(refusals[0])
    assert Dependency.objects.count() == 1


def test_the_table_itself_refuses_the_second_half_of_a_circle() -> None:
    wifi, login = ServiceFactory(), ServiceFactory()

    answers = race(
        lambda: Dependency.objects.create(service=wifi, on=login, kind="stops"),
        lambda: Dependency.objects.create(service=login, on=wifi, kind="stops"),
    )

    refused = [answer for answer in answers if isinstance(answer, IntegrityError)]
    assert [sentence_of(error) for error in refused] == [
        "These dependencies would form a circle. Take one of them out."
    ]
    assert Dependency.objects.count() == 1


def test_of_two_changes_of_one_page_the_first_stands(administrator: User, at: datetime) -> None:
    service = ServiceFactory(name="Wi-Fi")

    answers = race(
        lambda: change(thing=service, seen=1, description="One.", by=administrator, at=at),
        lambda: change(thing=service, seen=1, description="Other.", by=administrator, at=at),
    )

    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert Service.objects.get().version == 2
    assert Line.objects.filter(verb="service.changed").count() == 1
