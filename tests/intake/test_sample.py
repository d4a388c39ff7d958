"""The sample: a whole trust with a night in progress, in an empty database only."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from hypothesis import given
from hypothesis import strategies as st

from continuity.accounts.models import User
from continuity.catalogue.models import Service, Team, Vouch
from continuity.command.models import Shift
from continuity.core.clock import now
from continuity.core.ledger import verify
from continuity.core.models import Line
from continuity.intake.sample.loading import FILES, FOLDER, load_sample
from continuity.intake.sample.night import night
from continuity.notifications.models import Delivery, Subscription
from incidents.models import Incident
from releases.models import Freeze, Release
from tests.factories import SiteFactory

CAST = {
    "clinician": "reader",
    "manager": "manager",
    "lead": "lead",
    "commander": "commander",
    "safety": "safety",
    "admin": "administrator",
}


SEVEN_YEARS_MIN = 7 * 365 * 24 * 60
PATHS = (
    "/",
    "/areas/ward-3/",
    "/services/ers/",
    "/releases/",
    "/releases/REL-2024-071/",
    "/plans/",
    "/plans/ers/",
    "/incidents/",
)


@pytest.mark.xdist_group("sample")  # one worker, one sample
@override_settings(
    SAMPLE_MODE=True,
    SAMPLE_PASSWORD="continuity-sample",
    TRUSTED_NETWORKS=["127.0.0.0/8"],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
)
class TestTheSample(TestCase):
    """Loaded once for all tests of the class, as of now."""

    at: datetime

    @classmethod
    def setUpTestData(cls) -> None:
        cls.at = now()
        load_sample(at=cls.at)

    def test_a_night_is_in_progress(self) -> None:
        running = Release.objects.under_way().get()
        outage = running.disruptions.get(service__key="ris")

        assert running.work.lower < self.at < running.work.upper
        assert outage.actual.lower <= self.at
        assert outage.actual.upper is None
        assert Release.objects.filter(state="published", work__startswith__gt=self.at).count() == 2
        assert Release.objects.filter(state="draft").count() == 1

    def test_an_incident_is_open_with_its_promise(self) -> None:
        incident = Incident.objects.open().get()

        assert incident.is_light
        assert incident.state == "responding"
        assert incident.updates.count() == 2
        assert incident.next_update_due_at is not None
        assert self.at < incident.next_update_due_at < self.at + timedelta(hours=4)

    def test_every_user_logs_in_with_the_samples_password_and_has_a_role(self) -> None:
        for username, role in CAST.items():
            person = User.objects.get(username=username)

            assert person.check_password("continuity-sample")
            assert [held.code for held in person.roles.all()] == [role]
            assert person.email == f"{username}@ashcombe.example"
        assert User.objects.filter(is_superuser=True, is_staff=True).get().username == "admin"

    def test_services_have_owners_and_posts_have_holders(self) -> None:
        manager = User.objects.get(username="manager")

        assert Service.objects.filter(owner__members=manager).count() > 20
        assert Team.objects.filter(members__username="commander").get().key == "site-team"
        assert {shift.rota.key for shift in Shift.objects.on_call(self.at)} == {
            "duty-it-manager", "on-call-manager", "site-manager", "clinical-safety",
        }  # fmt: skip

    def test_most_services_were_said_to_work_but_not_those_that_are_hit(self) -> None:
        vouched = set(Vouch.objects.fresh(self.at).values_list("service__key", flat=True))

        assert len(vouched) > 25
        assert len(vouched) < Service.objects.count() - 10
        assert not vouched & {"ris", "printing"}

    def test_everybody_hears_what_concerns_them_and_nobody_was_told_of_the_past(self) -> None:
        assert set(Subscription.objects.values_list("person__username", flat=True)) == set(CAST)
        assert not Delivery.objects.exists()

    def test_the_ledger_of_the_sample_holds(self) -> None:
        assert list(verify()) == []
        assert Line.objects.filter(verb="incident.adopted").count() == 13

    def test_staff_see_the_sample_without_logging_in(self) -> None:
        for path in PATHS:
            with self.subTest(path):
                assert self.client.get(path).status_code == 200

    def test_the_sample_is_not_loaded_twice(self) -> None:
        with pytest.raises(CommandError, match="It needs an empty one"):
            call_command("load_sample")

    def test_the_trusts_files_change_nothing_in_the_sample(self) -> None:
        said = StringIO()

        call_command(
            "import_records", *(str(FOLDER / name) for name in FILES), stdout=said, stderr=StringIO()
        )

        assert "Stored: nothing." in said.getvalue()

    def test_the_next_freeze_is_the_one_that_is_on_or_comes(self) -> None:
        assert Freeze.objects.order_by("-span").first().span.upper > self.at  # type: ignore[union-attr]


def test_a_clock_in_the_past_loads_only_what_was_over_by_then(db: None, settings: Any) -> None:
    settings.SAMPLE_MODE = True
    at = datetime(2024, 11, 1, 15, 50, tzinfo=UTC)

    load_sample(at=at)

    assert not Release.objects.filter(ref="REL-2024-071").exists()
    assert Release.objects.filter(ref="MNT-2024-052").exists()
    assert not Release.objects.filter(ended_at__gt=at).exists()
    assert not Incident.objects.filter(declared_at__gt=at).exists()


def test_without_sample_mode_nobody_can_log_in(db: None, settings: Any) -> None:
    settings.SAMPLE_MODE = False

    load_sample(at=now())

    assert not User.objects.exists()
    assert Service.objects.count() == 55


def test_a_database_that_holds_anything_is_refused(db: None) -> None:
    SiteFactory()

    with pytest.raises(CommandError, match="The database holds other records already"):
        call_command("load_sample")

    assert not Service.objects.exists()


@given(st.integers(0, SEVEN_YEARS_MIN))
def test_at_any_minute_of_any_year_the_night_is_around_now(minutes: int) -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    found = night(at)

    running, *_, freeze = found["notices"]
    assert running["work_start"] < at.isoformat() < running["work_end"]
    assert freeze["work_end"] > at.isoformat()
    assert found["incidents"][0]["next_update_due_at"] > at.isoformat()
    for notice in found["notices"]:
        assert notice["work_start"] < notice["work_end"]
