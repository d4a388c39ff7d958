"""The pages of watched jobs: who sees the state, who sees the secret address, who keeps the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.core.models import Line
from continuity.monitors import actions
from continuity.monitors.models import Heartbeat
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll() -> Heartbeat:
    service = ServiceFactory.create(name="Slot polling")
    return Heartbeat.objects.create(
        key="slot-poll", name="Slot poll", service=service, number_name="slots", number_least=100
    )


def filled(**other: Any) -> dict[str, Any]:
    return {"name": "Backup", "every": "1 day", "grace": "2 hours", "number_name": "", **other}


def test_jobs_are_for_people_with_an_account(client: Client, trusted: None, poll: Heartbeat) -> None:
    assert client.get("/monitors/").status_code == 302
    assert client.get("/monitors/jobs/slot-poll/").status_code == 302


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(hours=1), "Up"),
        (timedelta(hours=24, minutes=30), "Late"),
        (timedelta(hours=26), "Down"),
        (None, "Never heard of"),
    ],
)
def test_the_list_says_how_each_is_even_when_no_worker_runs(
    age: timedelta | None, words: str, as_: Any, clinician: User, poll: Heartbeat
) -> None:
    if age:
        actions.ping(heartbeat=poll, at=now() - age, number=412)

    page = as_(clinician).get("/monitors/")

    assert f"{words}</strong>" in page.text
    assert ("412 slots" in page.text) is (age is not None)


def test_the_list_is_searched(as_: Any, clinician: User, poll: Heartbeat) -> None:
    Heartbeat.objects.create(key="job-4", name="Job 4", service=poll.service)

    page = as_(clinician).get("/monitors/?q=job")

    assert "Job 4" in page.text
    assert "Slot poll</a>" not in page.text


def test_the_address_is_for_those_who_keep_the_list(
    as_: Any, clinician: User, administrator: User, poll: Heartbeat
) -> None:
    assert str(poll.secret) not in as_(clinician).get("/monitors/jobs/slot-poll/").text
    assert f"/ping/{poll.secret}?slots=412" in as_(administrator).get("/monitors/jobs/slot-poll/").text


def test_an_administrator_adds_a_job(as_: Any, administrator: User, poll: Heartbeat) -> None:
    answer = as_(administrator).post("/monitors/add/", filled(service=poll.service.pk))

    added = Heartbeat.objects.get(key="backup")
    assert answer.headers["Location"] == "/monitors/jobs/backup/"
    assert (added.timeout_s, added.grace_s, added.state) == (86_400, 7_200, "new")
    assert Line.objects.get(verb="heartbeat.added").subject_label == "backup"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"every": "now and then"}, "Write a length like"),
        ({"grace": "366 days"}, "at most 365 days"),
        ({"number_name": "Free slots"}, "Write one word in small letters"),
        ({"number_least": "5"}, "Say what the number counts"),
    ],
)
def test_what_cannot_be_expected_is_refused_and_kept(
    typed: dict[str, str], said: str, as_: Any, administrator: User, poll: Heartbeat
) -> None:
    answer = as_(administrator).post("/monitors/add/", filled(service=poll.service.pk, **typed))

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Backup"' in answer.text


def test_a_new_patience_counts_from_the_last_ping(as_: Any, administrator: User, poll: Heartbeat) -> None:
    at = now()
    actions.ping(heartbeat=poll, at=at)

    typed = filled(name="Slot poll", service=poll.service.pk, every="2 days", version="1")
    answer = as_(administrator).post("/monitors/jobs/slot-poll/edit/", typed)

    poll.refresh_from_db()
    assert answer.status_code == 302
    assert poll.due_at == at + timedelta(days=2, hours=2)


def test_a_job_that_somebody_else_changed_meanwhile_keeps_what_was_typed(
    as_: Any, administrator: User, poll: Heartbeat
) -> None:
    actions.change(heartbeat=poll, seen=1, by=administrator, at=now(), name="Nightly slot poll")

    typed = filled(name="Slots", service=poll.service.pk, version="1")
    answer = as_(administrator).post("/monitors/jobs/slot-poll/edit/", typed)

    assert answer.status_code == 422
    assert "Nightly slot poll" in answer.text
    assert 'value="Slots"' in answer.text


def test_a_job_is_paused_and_resumed_once(as_: Any, administrator: User, poll: Heartbeat) -> None:
    client = as_(administrator)

    assert client.post("/monitors/jobs/slot-poll/pause/").status_code == 302
    assert "Resume" in client.get("/monitors/jobs/slot-poll/").text
    assert client.post("/monitors/jobs/slot-poll/pause/").status_code == 409
    assert client.post("/monitors/jobs/slot-poll/resume/").status_code == 302
    assert client.post("/monitors/jobs/slot-poll/resume/").status_code == 409
    assert [line.verb for line in Line.objects.order_by("pk")] == ["heartbeat.paused", "heartbeat.resumed"]


@pytest.mark.parametrize("who", ["clinician", "manager", "lead", "commander"])
def test_only_administrators_keep_the_list(who: str, request: Any, as_: Any, poll: Heartbeat) -> None:
    client = as_(request.getfixturevalue(who))

    assert client.get("/monitors/add/").status_code == 403
    assert client.get("/monitors/jobs/slot-poll/edit/").status_code == 403
    assert client.post("/monitors/jobs/slot-poll/pause/").status_code == 403
    assert client.post("/monitors/jobs/slot-poll/resume/").status_code == 403
