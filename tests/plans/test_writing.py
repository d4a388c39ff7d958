"""Pages of those who write, approve and publish procedures."""

from datetime import timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import local_day, now
from continuity.core.wording import date_words
from continuity.plans.models import Procedure, Version
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
PAGE = "/plans/if-wi-fi-fails"


def test_a_procedure_goes_from_a_title_to_the_wards(
    as_: Any, manager: User, lead: User, service: Service
) -> None:
    about = {
        "title": "If Wi-Fi fails",
        "kind": "downtime",
        "owner": TeamFactory().pk,
        "services": [service.pk],
    }
    client = as_(manager)
    begun = client.post("/plans/add/procedure/", about)
    client.post(
        begun.headers["Location"], {"steps": "1. Switch to paper.\r\n2. Ring ext 5000.", "version": "1"}
    )
    client.post(f"{PAGE}/1/submit/")
    client = as_(lead)
    read = client.get(f"{PAGE}/1/").context["version"].content_hash
    client.post(f"{PAGE}/1/approve/", {"content": read})
    review_by = local_day(now()) + timedelta(days=180)
    done = client.post(f"{PAGE}/1/publish/", {"review_by": date_words(review_by)}, follow=True)

    assert "is published. Staff see it now." in done.content.decode()
    version = Version.objects.get()
    assert (version.state, version.review_by) == ("published", review_by)
    assert [step.text for step in version.steps.all()] == ["Switch to paper.", "Ring ext 5000."]


def test_presses_are_there_for_those_who_may(as_: Any, version: Version, manager: User, lead: User) -> None:
    as_(manager).post(f"{PAGE}/1/submit/")

    mine = as_(manager).get(f"{PAGE}/1/").content.decode()
    theirs = as_(lead).get(f"{PAGE}/1/").content.decode()

    assert "Approve these steps" not in mine
    assert "You wrote part of it, so somebody else must approve it." in mine
    assert "Approve these steps" in theirs
    assert "Send it back to its author" in theirs


@pytest.mark.parametrize("press", ["submit", "discard", "approve", "return", "publish", "withdraw"])
def test_a_clinician_is_told_who_can(as_: Any, version: Version, clinician: User, press: str) -> None:
    response = as_(clinician).post(f"{PAGE}/1/{press}/")

    assert response.status_code == 403
    assert "Continuity lead" in response.content.decode()
    assert Version.objects.get().state == "draft"


@pytest.mark.parametrize("press", ["approve", "publish", "withdraw"])
def test_a_writer_alone_approves_and_publishes_nothing(
    as_: Any, version: Version, manager: User, press: str
) -> None:
    assert as_(manager).post(f"{PAGE}/1/{press}/").status_code == 403


def test_ones_own_version_is_refused_with_a_sentence(
    as_: Any, version: Version, manager: User, administrator: User
) -> None:
    client = as_(administrator)
    client.post(f"{PAGE}/1/edit/", {"steps": "Switch to paper.", "version": "2"})
    client.post(f"{PAGE}/1/submit/")
    version.refresh_from_db()

    response = client.post(f"{PAGE}/1/approve/", {"content": version.content_hash})

    assert response.status_code == 403
    assert "Ask somebody else to approve it." in response.content.decode()


def test_a_late_save_keeps_the_words_and_shows_theirs(as_: Any, version: Version, manager: User) -> None:
    client = as_(manager)
    client.post(f"{PAGE}/1/edit/", {"steps": "Their step.", "version": "2"})

    late = client.post(f"{PAGE}/1/edit/", {"steps": "My step.", "version": "2"})
    again = client.post(f"{PAGE}/1/edit/", {"steps": "My step.", "version": "3"})

    text = late.content.decode()
    assert late.status_code == 422
    assert "Their step." in text
    assert "My step." in text
    assert again.status_code == 302
    assert [step.text for step in version.steps.all()] == ["My step."]


def test_steps_that_are_too_long_stay_in_the_form(as_: Any, version: Version, manager: User) -> None:
    response = as_(manager).post(f"{PAGE}/1/edit/", {"steps": "x" * 501, "version": "2"})

    assert response.status_code == 422
    assert "Step 1 must be 500 characters or fewer" in response.content.decode()
    assert version.steps.count() == 2


@pytest.mark.parametrize(
    ("review_by", "sentence"),
    [
        ("1 November 2020", "The review date must be today or later"),
        ("1 November 2095", "12 months at most"),
        ("soon", "Write the date like 1 November 2024"),
        ("", "Enter the review date"),
    ],
)
def test_a_review_date_that_cannot_be_stays_in_the_form(
    as_: Any, approved: Version, lead: User, review_by: str, sentence: str
) -> None:
    response = as_(lead).post(f"{PAGE}/1/publish/", {"review_by": review_by})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Version.objects.get().state == "approved"


def test_sending_back_and_withdrawing_need_a_reason(as_: Any, published: Version, lead: User) -> None:
    client = as_(lead)

    without = client.post(f"{PAGE}/1/withdraw/", {"reason": ""})
    with_reason = client.post(f"{PAGE}/1/withdraw/", {"reason": "The ward has moved."})

    assert without.status_code == 422
    assert "Say why" in without.content.decode()
    assert with_reason.status_code == 302
    assert Version.objects.get().state == "withdrawn"


def test_a_version_sent_back_is_edited_again(as_: Any, version: Version, manager: User, lead: User) -> None:
    as_(manager).post(f"{PAGE}/1/submit/")
    waiting = as_(manager).get(f"{PAGE}/1/edit/")

    as_(lead).post(f"{PAGE}/1/return/", {"reason": "Which phone?"})

    assert waiting.status_code == 409
    assert as_(manager).get(f"{PAGE}/1/edit/").status_code == 200


def test_the_next_version_is_drafted_in_one_press(as_: Any, published: Version, manager: User) -> None:
    client = as_(manager)

    response = client.post(f"{PAGE}/draft/", follow=True)
    again = client.post(f"{PAGE}/draft/")

    text = response.content.decode()
    assert "Steps of version 2" in text
    assert "Switch to paper." in text
    assert "What changed since the last version" in text
    assert again.status_code == 409


def test_a_draft_is_given_up(as_: Any, version: Version, manager: User) -> None:
    as_(manager).post(f"{PAGE}/1/discard/")

    assert Version.objects.get().state == "withdrawn"


def test_title_and_services_are_changed(as_: Any, published: Version, manager: User) -> None:
    typed = {"title": "Without Wi-Fi", "kind": "downtime", "owner": TeamFactory().pk, "version": "1"}

    response = as_(manager).post(f"{PAGE}/edit/", typed)

    procedure = Procedure.objects.get()
    assert response.headers["Location"] == f"{PAGE}/"
    assert (procedure.title, procedure.key, procedure.services.count()) == (
        "Without Wi-Fi",
        "if-wi-fi-fails",
        0,
    )


def test_writers_see_what_is_on_its_way(as_: Any, version: Version, manager: User, clinician: User) -> None:
    assert "On their way" in as_(manager).get("/plans/").content.decode()
    assert "On their way" not in as_(clinician).get("/plans/").content.decode()
