"""Refusals and lost parts become pages: plain words, nothing saved, never a bare 500."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.test import Client
from django.urls import path
from psycopg.types.range import Range

from continuity.accounts.access import ANYONE, access
from continuity.catalogue.models import Dependency
from continuity.core.refusals import Conflict, Forbidden, sentence_of
from continuity.urls import urlpatterns as real
from releases.models import Disruption, Release
from tests.factories import DisruptionFactory, ServiceFactory

ERRORS: dict[str, Exception] = {
    "conflict": Conflict("REL-2024-071 is no longer draft."),
    "forbidden": Forbidden("Only its owners can change a service."),
    "lost": OperationalError("the connection was lost"),
    "bug": ZeroDivisionError("nobody foresaw this"),
}


@access(ANYONE)
def breaks(request: HttpRequest, how: str) -> HttpResponse:
    raise ERRORS[how]


handler500 = "continuity.core.views.server_error"
urlpatterns = [*real, path("breaks/<str:how>/", breaks)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("how", "status", "sentence"),
    [
        ("conflict", 409, "REL-2024-071 is no longer draft."),
        ("forbidden", 403, "Only its owners can change a service."),
        ("lost", 503, "cannot reach"),
        ("bug", 500, "went wrong"),
    ],
)
def test_an_error_becomes_a_page_in_plain_words(how: str, status: int, sentence: str) -> None:
    answer = Client(raise_request_exception=False).get(f"/breaks/{how}/")

    assert answer.status_code == status
    assert sentence in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("method", "heading", "is_sent"),
    [("get", "You cannot open this page", False), ("post", "Not done", True)],
)
def test_a_page_that_is_only_opened_is_not_called_undone(method: str, heading: str, is_sent: bool) -> None:
    page = getattr(Client(), method)("/breaks/forbidden/")

    assert f">{heading}</h1>" in page.text
    assert ("Nothing was saved" in page.text) == is_sent


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("method", "path", "is_sent"),
    [("get", "/breaks/lost/", False), ("post", "/breaks/lost/", True), ("get", "/accounts/login/", False)],
)
def test_a_page_without_records_opens_again_by_itself_unless_it_holds_what_was_sent(
    method: str, path: str, is_sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ensure_connection", lost)

    page = getattr(Client(raise_request_exception=False), method)(path, {"text": "No Wi-Fi"})

    assert page.status_code == 503
    assert ("Nothing was saved" in page.text, "No Wi-Fi" in page.text) == (is_sent, is_sent)
    assert ("js/again." in page.text, 'href="">Try again' in page.text) == (not is_sent, not is_sent)
    assert "database" not in page.text


def lost() -> None:
    raise ERRORS["lost"]


@pytest.mark.django_db
def test_the_database_speaks_in_the_words_beside_its_constraint() -> None:
    planned = DisruptionFactory()

    with pytest.raises(IntegrityError) as refused:
        DisruptionFactory(release=planned.release, service=planned.service)

    assert (
        sentence_of(refused.value) == "Two outages of one service overlap. Change one of them or join them."
    )


@pytest.mark.django_db(transaction=True)
def test_an_outage_outside_its_work_window_is_refused_at_the_commit(at: Any) -> None:
    planned = DisruptionFactory()

    with pytest.raises(IntegrityError) as refused:
        Release.objects.filter(pk=planned.release_id).update(work=Range(at, at + timedelta(hours=8), "[)"))

    assert sentence_of(refused.value).startswith("The outage must lie inside the work window.")
    assert Disruption.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_circle_of_dependencies_is_refused_at_the_commit() -> None:
    wifi, directory, network = ServiceFactory.create_batch(3)
    Dependency.objects.create(service=wifi, on=directory, kind="stops")
    Dependency.objects.create(service=directory, on=network, kind="stops")

    with pytest.raises(IntegrityError) as refused:
        Dependency.objects.create(service=network, on=wifi, kind="degrades")

    assert sentence_of(refused.value).startswith("These dependencies would form a circle.")


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers(client: Client) -> None:
    answer = client.get("/accounts/login/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Permissions-Policy"].startswith("camera=()")


@pytest.mark.parametrize(
    "picture", ["images/logo.svg", "images/favicon.svg", "nhsuk/images/nhsuk-icon-tick.svg"]
)
def test_a_picture_opened_by_itself_may_load_and_run_nothing(picture: str, client: Client) -> None:
    with closing(client.get(static(picture))) as answer:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_style_sheet_carries_no_policy_that_it_does_not_need(client: Client) -> None:
    with closing(client.get(static("portal.css"))) as answer:
        assert answer.status_code == 200
        assert "Content-Security-Policy" not in answer.headers
