"""Rows a test needs, each whole by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from psycopg.types.range import Range

from continuity.accounts.models import Role, User
from continuity.catalogue.models import Area, Service, Site, Team
from continuity.notifications.models import Preference
from incidents.models import Impact, Incident
from releases.models import Disruption, Release

STORY_BEGINS = datetime(2024, 11, 1, 16, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    """A person; `role="manager"` gives the role of that code."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@ashcombe.example")
    password = factory.django.Password("continuity-sample")

    @factory.post_generation
    def role(self: Any, create: bool, code: str | None, **kwargs: Any) -> None:
        if code:
            self.roles.add(Role.objects.get(code=code))
            # They have chosen to hear nothing, so that a test hears only what it asked for.
            Preference.objects.create(person=self, chosen_at=STORY_BEGINS)


class SiteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site

    key = factory.Sequence(lambda n: f"site-{n}")
    name = factory.Sequence(lambda n: f"Hospital {n}")
    kind = Site.Kind.ACUTE


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    key = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")
    ring = "ext 5000"
    hours = "24 hours"


class ServiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Service

    key = factory.Sequence(lambda n: f"service-{n}")
    name = factory.Sequence(lambda n: f"Service {n}")
    description = "What staff rely on."
    tier = 2
    owner = factory.SubFactory(TeamFactory)
    ring = ["IT service desk, ext 5000"]
    rto_min = 240
    mtpd_min = 480


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area

    key = factory.Sequence(lambda n: f"some-ward-{n}")
    name = factory.Sequence(lambda n: f"Some ward {n}")
    kind = Area.Kind.WARD
    site = factory.SubFactory(SiteFactory)


class ReleaseFactory(factory.django.DjangoModelFactory):
    """A draft of the story's release: work from 4pm on 1 November 2024 to 12:44am."""

    class Meta:
        model = Release

    ref = factory.Sequence(lambda n: f"REL-2023-{n:03}")
    title = "NHS e-Referral Service Maintenance Release 14.7"
    summary = "You cannot use e-RS from 4pm to 12:36am."
    contact = "IT service desk, ext 5000"
    work = Range(STORY_BEGINS, STORY_BEGINS + timedelta(hours=8, minutes=44), "[)")


class DisruptionFactory(factory.django.DjangoModelFactory):
    """The story's outage: down from 4pm to 12:36am."""

    class Meta:
        model = Disruption

    release = factory.SubFactory(ReleaseFactory)
    service = factory.SubFactory(ServiceFactory)
    effect = "down"
    span = Range(STORY_BEGINS, STORY_BEGINS + timedelta(hours=8, minutes=36), "[)")


class IncidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Incident

    ref = factory.Sequence(lambda n: f"INC-2023-{n:03}")
    title = "Wi-Fi is down on the wards"
    severity = 3
    started_at = STORY_BEGINS
    detected_at = STORY_BEGINS
    declared_at = STORY_BEGINS


class ImpactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Impact

    incident = factory.SubFactory(IncidentFactory)
    service = factory.SubFactory(ServiceFactory)
    effect = "down"
    since = STORY_BEGINS
