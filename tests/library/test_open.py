"""A document is open exactly where its room shows the subject to everybody, also after anything about it changed."""

import time
from itertools import product
from threading import Event

import pytest
from django.db import transaction

from continuity.accounts.models import User
from continuity.library.models import Document
from continuity.plans.models import Version
from incidents.exercises.models import Exercise
from incidents.models import Incident
from incidents.reviews.models import Observation, Review, State
from releases.approvers import readable_by
from releases.models import Release
from releases.models import State as Planned
from tests.factories import IncidentFactory, ReleaseFactory, UserFactory
from tests.library.conftest import WHEN, found, observed, version_of
from tests.racing import race

FLAGS = list(product((False, True), repeat=2))


def open_ones() -> set[int]:
    return set(Document.objects.filter(is_open=True).values_list("pk", flat=True))


def shown_to(person: User) -> set[int]:
    """Documents of what each room's own rule shows."""
    rules = (
        Document.objects.filter(incident__in=Incident.objects.visible_to(person)),
        Document.objects.filter(release__in=readable_by(person)),
        Document.objects.filter(review__in=Review.objects.visible_to(person)),
        Document.objects.filter(version__in=Version.objects.visible_to(person)),
        Document.objects.filter(observation__in=Observation.objects.visible_to(person)),
    )
    return {pk for rule in rules for pk in rule.values_list("pk", flat=True)}


def everything() -> None:
    """One of each kind in each state, open and closed in each way."""
    incidents = [
        IncidentFactory.create(
            is_restricted=is_restricted, restricted_why="Security", is_exercise=is_exercise
        )
        for is_restricted, is_exercise in FLAGS
    ]
    releases = [
        ReleaseFactory.create(state=state, published_at=at, outcome="Done.")
        for state, at in product(Planned, (None, WHEN))
    ]
    exercise = Exercise.objects.create(ref="EXE", title="A zebra", type="tabletop", held_on=WHEN.date())
    seen = [observed(f"OBS-{each}", "A zebra", UserFactory.create()) for each in State]
    subjects = [
        *({"incident": each} for each in incidents), {"release": releases[0]}, {"exercise": exercise},
        {"theme": "Zebras"},
    ]  # fmt: skip
    Review.objects.bulk_create(
        Review(ref=f"REV-{number}", title="A zebra", state=state, waived_why="Small.", **subject)
        for number, (state, subject) in enumerate(product(State, subjects))
    )
    for about, ended in zip(seen, State, strict=True):
        Review.objects.create(ref=f"OF-{ended}", state=ended, waived_why="Small.", observation=about)
    for state in Version.State:
        version_of(state, "A zebra", state)


def turn(model: type[Release | Review], states: list[str]) -> None:
    """Each goes on to the next of the states, as it stands."""
    for each in model.objects.all():
        following = states[(states.index(each.state) + 1) % len(states)]
        model.objects.filter(pk=each.pk).update(state=following)


@pytest.mark.usefixtures("db")
def test_what_everybody_may_read_is_open_and_nothing_else() -> None:
    everything()
    anybody = UserFactory.create()

    assert open_ones() == shown_to(anybody) != set()

    turn(Release, [*Planned])
    turn(Review, [*State])
    assert open_ones() == shown_to(anybody)

    for incident in Incident.objects.all():
        flags = FLAGS[(FLAGS.index((incident.is_restricted, incident.is_exercise)) + 1) % len(FLAGS)]
        Incident.objects.filter(pk=incident.pk).update(is_restricted=flags[0], is_exercise=flags[1])
    Release.objects.filter(state=Planned.CANCELLED).update(published_at=None)
    Version.objects.filter(state="published").update(state="withdrawn")
    assert open_ones() == shown_to(anybody)


@pytest.mark.django_db(transaction=True)
def test_a_review_that_comes_while_its_incident_is_restricted_is_closed() -> None:
    person, about = UserFactory.create(), IncidentFactory.create(title="A zebra")
    is_restricted = Event()

    def restrict() -> None:
        with transaction.atomic():
            Incident.objects.filter(pk=about.pk).update(is_restricted=True, restricted_why="Security")
            is_restricted.set()
            time.sleep(0.3)

    def bring() -> None:
        is_restricted.wait(10)
        Review.objects.create(
            ref="REV", title="A zebra", incident=about, state="published", published_at=WHEN
        )

    assert race(restrict, bring) == [None, None]

    assert Document.objects.filter(review__ref="REV").exists()
    assert found(person, "zebra") == []
