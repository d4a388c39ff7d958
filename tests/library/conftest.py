"""A shelf of things that all speak of a zebra, open and closed to different people."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.library.finding import Asked, find
from continuity.library.models import Document
from continuity.plans.models import Procedure, Step, Version
from incidents.exercises.models import Exercise
from incidents.models import Incident, Update
from incidents.reviews.models import Action, Amendment, Factor, LocalFactor, Observation, Review, Section
from releases.models import Release
from tests.factories import (
    DisruptionFactory,
    ImpactFactory,
    IncidentFactory,
    ReleaseFactory,
    ServiceFactory,
    TeamFactory,
)

WHEN = datetime(2024, 11, 1, 16, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def found(person: User, words: str = "", **asked: Any) -> list[str]:
    """References of what a search finds for somebody, the best first."""
    keys = find(Asked(words=words, **asked), person=person).keys
    refs = dict(Document.objects.filter(pk__in=keys).values_list("pk", "ref"))
    return [refs[key] for key in keys]


def update(about: Incident, text: str) -> Update:
    return Update.objects.create(
        incident=about,
        number=about.updates.count() + 1,
        happened=text,
        severity=about.severity,
        published_at=WHEN,
    )


def version_of(key: str, title: str, state: str, *steps: str) -> Version:
    procedure = Procedure.objects.create(key=key, title=title, owner=TeamFactory.create())
    is_told = state == "published"
    version = Version.objects.create(
        procedure=procedure, number=1, state=state, review_by=date(2025, 11, 1),
        effective_from=WHEN if is_told else None,
    )  # fmt: skip
    Step.objects.bulk_create(
        Step(version=version, order=order, text=text) for order, text in enumerate(steps, start=1)
    )
    return version


@pytest.fixture
def wifi(db: None) -> Service:
    service: Service = ServiceFactory.create(key="wifi", name="Wi-Fi")
    return service


@pytest.fixture
def incident(wifi: Service) -> Incident:
    made: Incident = IncidentFactory.create(
        ref="INC-2024-001",
        title="Handhelds drop out",
        summary="The certificate of the radius server ran out.",
    )
    ImpactFactory.create(incident=made, service=wifi)
    update(made, "A colour printer in paediatrics works.")
    return made


@pytest.fixture
def review(incident: Incident, lead: User) -> Review:
    made = Review.objects.create(
        ref="REV-2024-001", title="Looking back at handhelds", incident=incident, state="published",
        published_at=WHEN + 30 * DAY, summary="Nobody watched an expiry date.",
    )  # fmt: skip
    Section.objects.create(review=made, code="expected", text="Somebody would be warned by a robin.")
    Section.objects.create(review=made, code="to_improve", text="Watch every certificate like a falcon.")
    local = LocalFactor.objects.create(area="tools", name="Alarm to a dead mailbox")
    factor = Factor.objects.create(
        review=made, area="tools", local=local, text="The warning went to a heron."
    )
    Action.objects.create(
        review=made, number=1, factor=factor, title="Move warnings to the owl.", owner=lead, strength="strong",
        due_on=date(2025, 1, 1),
    )  # fmt: skip
    Amendment.objects.create(
        review=made, text="It was a kestrel.", reason="Wrong bird.", author=lead, at=WHEN
    )
    return made


@pytest.fixture
def release(wifi: Service) -> Release:
    made: Release = ReleaseFactory.create(
        ref="REL-2024-071", state="completed", published_at=WHEN, outcome="Slot polls were not affected.",
        lesson="Three reminders were enough.",
    )  # fmt: skip
    DisruptionFactory.create(release=made, service=wifi)
    return made


@pytest.fixture
def procedure(wifi: Service) -> Version:
    steps = ("Take the paper round.", "Ring the switchboard.")
    made = version_of("downtime-7", "Work without handhelds", "published", *steps)
    made.procedure.services.add(wifi)
    return made


def observed(ref: str, title: str, by: User, **facts: Any) -> Observation:
    return Observation.objects.create(
        ref=ref, kind="near_miss", title=title, by=by, happened_at=WHEN, recorded_at=WHEN, **facts
    )


@pytest.fixture
def near_miss(wifi: Service, lead: User) -> Observation:
    return observed("OBS-2024-001", "Nearly no handhelds", lead, helped="A stork saw it.", service=wifi)


@pytest.fixture
def zebras(db: None, lead: User, manager: User) -> dict[str, str]:
    """One of each kind and state: its reference and the address of its page. All speak of a zebra."""
    told = {"title": "A zebra", "severity": 2}
    incidents = [
        IncidentFactory.create(ref="OPEN", **told),
        IncidentFactory.create(ref="RESTRICTED", is_restricted=True, restricted_why="Security", **told),
        IncidentFactory.create(ref="EXERCISE", is_exercise=True, **told),
    ]
    exercise = Exercise.objects.create(ref="EXE", title="A zebra", type="tabletop", held_on=WHEN.date())
    releases = [
        ReleaseFactory.create(
            ref="TOLD", title="A zebra", state="completed", outcome="Done.", published_at=WHEN
        ),
        ReleaseFactory.create(ref="DRAFT", title="A zebra"),
        ReleaseFactory.create(ref="DROPPED", title="A zebra", state="cancelled"),
    ]
    observations = [observed("SEEN", "A zebra", manager), observed("SEEN-BY-LEAD", "A zebra", lead)]
    published = {"title": "A zebra", "state": "published", "published_at": WHEN}
    reviews = [
        Review.objects.create(ref="PUBLISHED", incident=incidents[0], **published),
        Review.objects.create(ref="OF-RESTRICTED", incident=incidents[1], **published),
        Review.objects.create(ref="OF-EXERCISE", exercise=exercise, **published),
        Review.objects.create(ref="OF-SEEN", observation=observations[0], **published),
        Review.objects.create(ref="WRITING", release=releases[0], title="A zebra", state="drafting"),
    ]
    versions = [
        version_of("current", "A zebra", "published", "Look."),
        version_of("on-its-way", "A zebra", "draft", "Look."),
    ]
    about = [*incidents, *releases, *reviews, *versions, *observations]
    keys = [each.procedure.key if isinstance(each, Version) else each.ref for each in about]
    return dict(zip(keys, (each.get_absolute_url() for each in about), strict=True))
