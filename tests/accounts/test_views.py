"""Logging in and out, how long that lasts, and who may do what."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from continuity.accounts.models import Role, User
from continuity.core.models import Line

pytestmark = pytest.mark.django_db
RIGHT = {"username": "manager", "password": "continuity-sample"}
WRONG = {"username": "manager", "password": "not this one"}


def move_clock(settings: Any, by: timedelta) -> None:
    settings.CLOCK_OFFSET += by


def test_logging_in_leads_to_where_one_was_heading(client: Client, manager: User) -> None:
    answer = client.post("/accounts/login/?next=/releases/new/", RIGHT)

    assert answer.headers["Location"] == "/releases/new/"


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_logging_in_never_leads_to_another_site(onward: str, client: Client, manager: User) -> None:
    answer = client.post("/accounts/login/", {**RIGHT, "next": onward})

    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_told_plainly_and_keeps_the_name(client: Client, manager: User) -> None:
    answer = client.post("/accounts/login/", WRONG)

    assert answer.status_code == 422
    assert "The user name or password is not right" in answer.text
    assert 'value="manager"' in answer.text


def test_guessing_is_slowed_down_and_the_account_stays_open_elsewhere(client: Client, manager: User) -> None:
    for _ in range(6):
        slowed = client.post("/accounts/login/", WRONG)

    elsewhere = client.post("/accounts/login/", RIGHT, REMOTE_ADDR="127.0.0.9")

    assert slowed.status_code == 429
    assert "Wait 1 minute" in slowed.text
    assert elsewhere.status_code == 302


def test_somebody_who_left_cannot_log_in(client: Client, manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(is_active=False)

    assert client.post("/accounts/login/", RIGHT).status_code == 422


def test_logging_out_takes_a_button_not_a_link(client: Client, manager: User) -> None:
    client.post("/accounts/login/", RIGHT)

    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").headers["Location"] == "/"
    assert client.get("/accounts/password/").status_code == 302


def test_a_log_in_ends_after_an_hour_without_a_page(client: Client, manager: User, settings: Any) -> None:
    client.post("/accounts/login/", RIGHT)
    move_clock(settings, timedelta(minutes=59))
    assert client.get("/accounts/password/").status_code == 200

    move_clock(settings, timedelta(minutes=61))

    assert client.get("/accounts/password/").status_code == 302


def test_a_page_that_polls_does_not_keep_anybody_logged_in(
    client: Client, manager: User, settings: Any
) -> None:
    client.post("/accounts/login/", RIGHT)
    for _ in range(3):
        move_clock(settings, timedelta(minutes=25))
        last = client.get("/accounts/password/", headers={"X-Portal-Poll": "1"})

    assert last.status_code == 401


def test_a_log_in_ends_after_a_shift_whatever_one_does(client: Client, manager: User, settings: Any) -> None:
    client.post("/accounts/login/", RIGHT)
    for _ in range(25):
        move_clock(settings, timedelta(minutes=30))
        last = client.get("/accounts/password/")

    assert last.status_code == 302


def test_a_refusal_says_who_can(as_: Any, clinician: User) -> None:
    answer = as_(clinician).get("/accounts/people/")

    assert answer.status_code == 403
    assert "Your roles do not let you manage people and their roles." in answer.text
    assert "Administrator" in answer.text


def test_an_administrator_adds_a_person(as_: Any, administrator: User) -> None:
    role = Role.objects.get(code="manager")
    details = {"username": "night.manager", "job_title": "Night manager", "password": "owl under lamp 4"}

    answer = as_(administrator).post(
        "/accounts/people/new/", {**details, "is_active": "on", "roles": [role.pk]}
    )

    assert answer.status_code == 302
    person = User.objects.get(username="night.manager")
    assert person.may("release.publish")
    assert person.check_password("owl under lamp 4")
    assert Line.objects.get(verb="person.added").actor_id == str(administrator.pk)


def test_a_weak_password_keeps_what_was_typed(as_: Any, administrator: User) -> None:
    answer = as_(administrator).post(
        "/accounts/people/new/", {"username": "new", "job_title": "Night manager", "password": "short"}
    )

    assert answer.status_code == 422
    assert "Night manager" in answer.text
    assert not User.objects.filter(username="new").exists()


def test_the_last_administrator_cannot_be_taken_away(as_: Any, administrator: User) -> None:
    answer = as_(administrator).post(
        "/accounts/people/admin/",
        {"username": "admin", "job_title": "Administrator", "is_active": "on", "roles": []},
    )

    assert answer.status_code == 422
    assert "Somebody must stay an administrator" in answer.text
    assert administrator.roles.count() == 1


def test_a_changed_password_logs_other_computers_out(client: Client, manager: User) -> None:
    other = Client()
    for each in (client, other):
        each.post("/accounts/login/", RIGHT)

    answer = client.post("/accounts/password/", {"old": RIGHT["password"], "new": "owl under lamp 4"})

    assert answer.status_code == 302
    assert client.get("/accounts/password/").status_code == 200
    assert other.get("/accounts/password/").status_code == 302


def test_without_its_records_a_log_out_takes_the_log_in_from_the_browser(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/accounts/login/", RIGHT)
    monkeypatch.setattr(SessionStore, "load", out_of_reach)

    answer = client.post("/accounts/logout/")

    assert answer.status_code == 503
    assert "You are logged out" in answer.text
    assert "not saved" not in answer.text
    assert client.cookies["continuity_session"]["max-age"] == 0
    assert client.cookies["continuity_session"].value == ""


def test_a_log_out_whose_end_cannot_be_kept_takes_it_too(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/accounts/login/", RIGHT)
    monkeypatch.setattr(SessionStore, "delete", out_of_reach)

    answer = client.post("/accounts/logout/")

    assert (answer.status_code, client.cookies["continuity_session"].value) == (503, "")


def out_of_reach(*_: Any) -> None:
    raise OperationalError("The database is gone.")
