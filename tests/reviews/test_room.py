"""One page for the screen in the room, on which two people write at the same time."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from incidents.reviews import actions
from incidents.reviews.models import Review
from tests.reviews.conftest import fill, hinder

pytestmark = pytest.mark.django_db
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
TEXT = re.compile(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>')


def opened(page: Client, review: Review) -> tuple[str, dict[str, str]]:
    """What the page says, and what its form holds as a browser would send it."""
    said = page.get(f"{review.get_absolute_url()}room/").content.decode()
    return said, held(said)


def held(said: str) -> dict[str, str]:
    return dict(FIELD.findall(said)) | {name: unescape(text).strip() for name, text in TEXT.findall(said)}


def test_it_asks_four_questions_and_says_how_people_talk(as_: Any, lead: User, full: Review) -> None:
    said, fields = opened(as_(lead), full)

    assert "We ask what in the work made it likely, not who did it." in said
    for code in ("expected", "happened", "difference", "change", "went_well", "lucky"):
        assert fields[code] == ""
    assert f"{full.get_absolute_url()}room/" in as_(lead).get(full.get_absolute_url()).content.decode()


def test_two_people_write_different_notes_at_once_and_both_stay(
    as_: Any, lead: User, second_lead: User, full: Review
) -> None:
    address = f"{full.get_absolute_url()}room/"
    _, mine = opened(as_(lead), full)
    _, theirs = opened(as_(second_lead), full)

    first = as_(lead).post(address, mine | {"expected": "A renewal."})
    second = as_(second_lead).post(address, theirs | {"lucky": "It was night."})

    assert [first.status_code, second.status_code] == [302, 302]
    said, fields = opened(as_(lead), full)
    assert (fields["expected"], fields["lucky"]) == ("A renewal.", "It was night.")
    assert "Saved by Continuity lead at " in said
    assert "Saved by Deputy continuity lead at " in said


def test_of_two_who_write_the_same_note_the_second_sees_the_difference_and_loses_nothing(
    as_: Any, lead: User, second_lead: User, full: Review, at: datetime
) -> None:
    page, address = as_(lead), f"{full.get_absolute_url()}room/"
    _, mine = opened(page, full)
    actions.save_section(
        review=full,
        texts={"happened": "9 wards rang.", "change": "A register."},
        seen={},
        by=second_lead,
        at=at,
    )

    late = page.post(address, mine | {"happened": "22 wards rang.", "lucky": "It was night."})

    said = late.content.decode()
    assert late.status_code == 422
    assert re.search(r"<del>.*?9 </del> <ins>.*?22 </ins> wards rang\.", said)
    assert "Saved by Deputy continuity lead at " in said
    kept = held(said)
    assert (kept["happened"], kept["lucky"]) == ("22 wards rang.", "It was night.")
    # What the second left alone is as the first wrote it, and stays so.
    assert kept["change"] == "A register."
    assert as_(lead).post(address, kept).status_code == 302
    assert dict(full.sections.values_list("code", "text")) == {
        "happened": "22 wards rang.", "change": "A register.", "lucky": "It was night.",
    }  # fmt: skip


def test_readers_see_the_notes_and_write_none(
    as_: Any, clinician: User, stranger: User, lead: User, full: Review, at: datetime
) -> None:
    actions.save_section(review=full, texts={"lucky": "It was night."}, seen={}, by=lead, at=at)
    page, address = as_(clinician), f"{full.get_absolute_url()}room/"

    said = page.get(address).content.decode()

    assert "It was night." in said
    assert "<textarea" not in said
    assert page.post(address, {"lucky": "No."}).status_code == 403
    assert as_(stranger).get(address).status_code == 403


def test_it_is_over_once_the_review_is_handed_in(as_: Any, lead: User, full: Review, at: datetime) -> None:
    fill(full, lead, at)
    hinder(full, lead, at)
    actions.submit(review=full, by=lead, at=at)

    answer = as_(lead).get(f"{full.get_absolute_url()}room/")

    assert answer.headers["Location"] == full.get_absolute_url()
