"""What an incident belongs with: a larger one, planned work, an exercise, whoever follows it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import window
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.models import Delivery
from incidents.actions import mark_duplicate, post_update, restrict
from incidents.actions.joining import follow, mark_exercise, put_under, suspect, take_apart, unfollow
from incidents.exercises.actions import play
from incidents.exercises.models import Exercise
from incidents.models import Follow, Incident
from tests.factories import DisruptionFactory, ReleaseFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(declared: Any, manager: User) -> Incident:
    made: Incident = declared(
        by=manager, severity=2, title="The data centre lost power", services={ServiceFactory(): "down"}
    )
    return made


def test_a_part_and_its_whole_name_each_other(
    light: Incident, whole: Incident, manager: User, at: datetime, client: Client
) -> None:
    put_under(incident=light, parent=whole, by=manager, at=at)

    client.force_login(manager)
    assert whole.title in client.get(light.get_absolute_url()).content.decode()
    assert light.title in client.get(whole.get_absolute_url()).content.decode()
    assert lines_about(light).last().verb == "incident.put_under"  # type: ignore[union-attr]
    assert lines_about(whole).last().verb == "incident.part_added"  # type: ignore[union-attr]


def test_a_part_stands_for_itself_again(
    light: Incident, whole: Incident, manager: User, at: datetime
) -> None:
    put_under(incident=light, parent=whole, by=manager, at=at)

    take_apart(incident=light, by=manager, at=at)

    light.refresh_from_db()
    assert light.parent is None
    with pytest.raises(Conflict, match="part of no other"):
        take_apart(incident=light, by=manager, at=at)


def test_nothing_goes_round_in_circles(light: Incident, whole: Incident, manager: User, at: datetime) -> None:
    put_under(incident=light, parent=whole, by=manager, at=at)

    with pytest.raises(Refused, match=f"is part of {whole}"):
        put_under(incident=whole, parent=light, by=manager, at=at)
    with pytest.raises(Refused, match="part of itself"):
        put_under(incident=whole, parent=whole, by=manager, at=at)


def test_a_whole_is_no_part(
    light: Incident, whole: Incident, declared: Any, manager: User, at: datetime
) -> None:
    put_under(incident=light, parent=whole, by=manager, at=at)
    third = declared(by=manager, services={ServiceFactory(): "down"})

    with pytest.raises(Refused, match="are part of"):
        put_under(incident=whole, parent=third, by=manager, at=at)


def test_a_part_cannot_be_hidden_under_a_restricted_whole(
    light: Incident, whole: Incident, manager: User, at: datetime
) -> None:
    restrict(incident=whole, is_restricted=True, why="A person may be named", by=manager, at=at)

    with pytest.raises(Refused, match="is restricted"):
        put_under(incident=light, parent=whole, by=manager, at=at)


def test_planned_work_is_suspected_and_cleared(
    light: Incident, wifi: Service, manager: User, at: datetime, client: Client
) -> None:
    release = ReleaseFactory(state="published", work=window(at - timedelta(hours=4), at - timedelta(hours=1)))
    DisruptionFactory(release=release, service=wifi, span=release.work)
    client.force_login(manager)

    client.post(f"{light.get_absolute_url()}planned-work/", {"release": release.pk})

    light.refresh_from_db()
    assert light.release == release
    suspect(incident=light, release=None, by=manager, at=at)
    assert light.release is None
    with pytest.raises(Refused, match="already"):
        suspect(incident=light, release=None, by=manager, at=at)


def test_whoever_follows_hears_every_update(
    light: Incident, clinician: User, manager: User, at: datetime
) -> None:
    follow(incident=light, by=clinician, at=at)
    follow(incident=light, by=clinician, at=at)

    post_update(incident=light, happened="The switch is replaced.", by=manager, at=at)

    assert Follow.objects.count() == 1
    assert Delivery.objects.filter(person=clinician).exists()


def test_whoever_stopped_following_hears_no_more(
    light: Incident, clinician: User, manager: User, at: datetime
) -> None:
    follow(incident=light, by=clinician, at=at)
    unfollow(incident=light, by=clinician, at=at)

    post_update(incident=light, happened="The switch is replaced.", by=manager, at=at)

    assert not Delivery.objects.filter(person=clinician).exists()


def test_followers_and_duplicates_go_on_with_the_other_incident(
    light: Incident, whole: Incident, declared: Any, clinician: User, manager: User, at: datetime
) -> None:
    earlier = declared(by=manager, services={ServiceFactory(): "down"})
    mark_duplicate(incident=earlier, of=light, by=manager, at=at)
    follow(incident=light, by=clinician, at=at)

    mark_duplicate(incident=light, of=whole, by=manager, at=at)

    assert whole.followers.get().person == clinician
    assert set(whole.duplicates.all()) == {earlier, light}


def test_an_exercise_is_marked_only_before_staff_hear_more(
    light: Incident, manager: User, at: datetime
) -> None:
    mark_exercise(incident=light, is_exercise=True, by=manager, at=at)
    with pytest.raises(Conflict, match="Somebody else"):
        mark_exercise(incident=light, is_exercise=True, by=manager, at=at)
    mark_exercise(incident=light, is_exercise=False, by=manager, at=at)
    post_update(incident=light, happened="The switch is replaced.", by=manager, at=at)

    with pytest.raises(Conflict, match="stays what it is"):
        mark_exercise(incident=light, is_exercise=True, by=manager, at=at)


def test_a_running_exercise_is_played_as_an_incident_that_tells_nobody(
    wifi: Service, lead: User, clinician: User, at: datetime
) -> None:
    exercise = Exercise.objects.create(
        ref="EXE-2024-900", title="Wi-Fi lost", type="tabletop", state="running", held_on=date(2024, 11, 1)
    )
    facts = {"title": "Wi-Fi lost", "services": {wifi: "down"}, "impact": 2, "urgency": 2}

    incident = play(exercise=exercise, by=lead, at=at, **facts)

    assert incident.is_exercise
    assert not Delivery.objects.exists()
    with pytest.raises(Conflict, match="declared already"):
        play(exercise=exercise, by=lead, at=at, **facts)


def test_what_is_over_is_followed_by_nobody(
    light: Incident, manager: User, clinician: User, at: datetime
) -> None:
    Incident.objects.filter(pk=light.pk).update(state="closed")
    light.refresh_from_db()

    with pytest.raises(Conflict, match="It is over"):
        follow(incident=light, by=clinician, at=at)


def test_what_belongs_with_real_incidents_is_no_exercise(
    light: Incident, whole: Incident, manager: User, at: datetime
) -> None:
    put_under(incident=light, parent=whole, by=manager, at=at)

    for one, other in ((light, whole), (whole, light)):
        with pytest.raises(Refused, match=f"It belongs with {other}"):
            mark_exercise(incident=one, is_exercise=True, by=manager, at=at)


def test_parts_go_on_where_the_news_goes_on(
    light: Incident, whole: Incident, declared: Any, manager: User, at: datetime
) -> None:
    larger = declared(by=manager, severity=2, services={ServiceFactory(): "down"})
    put_under(incident=light, parent=whole, by=manager, at=at)

    mark_duplicate(incident=whole, of=larger, by=manager, at=at)

    light.refresh_from_db()
    assert light.parent == larger
    assert lines_about(light).filter(verb="incident.put_under", to=larger.ref).exists()


def test_a_whole_that_is_the_same_as_its_part_leaves_no_circle(
    light: Incident, whole: Incident, declared: Any, manager: User, at: datetime
) -> None:
    other = declared(by=manager, services={ServiceFactory(): "down"})
    for part in (light, other):
        put_under(incident=part, parent=whole, by=manager, at=at)

    mark_duplicate(incident=whole, of=light, by=manager, at=at)

    light.refresh_from_db()
    other.refresh_from_db()
    assert (light.parent, other.parent) == (None, light)
