"""A review to take away: tagged, with everything its page says, for who may read the page."""

from datetime import datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.models import Review
from incidents.reviews.printing import marks_of, review_pdf
from tests.reviews.conftest import fill, hinder, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(full: Review, lead: User, second_lead: User, manager: User, at: datetime) -> Review:
    """With every part that a PDF may hold, and words that are markup elsewhere."""
    fill(full, lead, at, happened="*Bold* #strong[not]\nand $x$ Ł")
    propose(full, manager, lead, at, factor=hinder(full, lead, at, local_name="Alarm nobody hears"))
    hinder(full, lead, at, area="external", accepted_why="National service.")
    hinder(full, lead, at, is_hindering=False)
    actions.submit(review=full, by=lead, at=at)
    actions.approve(review=full, by=second_lead, at=at)
    actions.amend(review=full, text="9 wards.", reason="Counted later.", by=lead, at=at)
    return full


def test_it_is_tagged_with_its_title_and_language(approved: Review, at: datetime) -> None:
    made = review_pdf(approved, at)

    assert made.startswith(b"%PDF-1.7")
    assert all(part in made for part in (b"/MarkInfo", b"/StructTreeRoot", b"(en-GB)", b"pdfuaid"))


def test_paper_says_what_is_not_approved_or_restricted(full: Review, approved: Review) -> None:
    assert marks_of(approved) == []
    Incident.objects.update(is_restricted=True, restricted_why="Police")
    Review.objects.update(state="in_review")

    assert marks_of(Review.objects.get()) == ["Not approved", "Restricted"]


def test_who_may_read_the_page_takes_it_away(
    as_: Any, approved: Review, lead: User, clinician: User, stranger: User
) -> None:
    address = f"{approved.get_absolute_url()}review.pdf"
    assert address in as_(clinician).get(approved.get_absolute_url()).content.decode()

    answer = as_(clinician).get(address)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="{approved.ref}.pdf"'
    assert as_(stranger).get(address).status_code == 404
    Incident.objects.update(is_restricted=True, restricted_why="Police")
    assert as_(clinician).get(address).status_code == 404
