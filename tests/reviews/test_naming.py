"""Names become roles before anybody else reads them."""

from datetime import datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.core.refusals import Refused
from incidents.reviews import actions
from incidents.reviews.models import Review
from incidents.reviews.naming import Known, named
from tests.reviews.conftest import LESSON, fill, hinder, propose

BELL = Known("Ada", "Bell", "On-call manager")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada Bell rang the desk.", "Ada Bell"),
        ("Told by ADA  BELL.", "ADA  BELL"),
        ("Bell, Ada was on leave.", "Bell, Ada"),
        ("Sister Bell moved to paper.", "Sister Bell"),
        ("We rang dr. bell at 2am.", "dr. bell"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, found: str) -> None:
    said = [each.sentence for each in named({"What happened": text}, [BELL])]

    assert said == [f"What happened names {found}. Write the role: On-call manager."]


@pytest.mark.parametrize(
    "text",
    ["The bell rang.", "Ada was on paper.", "Canada Bell Centre", "Ada Bellamy", "On-call manager", ""],
)
def test_a_word_that_is_also_a_name_is_left_alone(text: str) -> None:
    assert not list(named({"What happened": text}, [BELL]))


def test_a_name_is_no_pattern() -> None:
    (found,) = named({"The title": "said O.Neil B*"}, [Known("O.Neil", "B*", "")])

    assert found.sentence == "The title names O.Neil B*. Write the role: what they do."
    assert not list(named({"The title": "said OxNeil BBB"}, [Known("O.Neil", "B*", "")]))


@pytest.fixture
def bell(manager: User) -> User:
    User.objects.filter(pk=manager.pk).update(first_name="Ada", last_name="Bell")
    return manager


@pytest.mark.django_db
def test_a_review_with_names_is_not_handed_in_and_says_where(
    as_: Any, full: Review, lead: User, bell: User, at: datetime
) -> None:
    fill(full, lead, at, happened="Ada Bell issued a certificate.")
    hinder(full, lead, at, text="Only Mr Bell knew its end.")

    said = as_(lead).post(f"{full.get_absolute_url()}submit/")

    assert said.status_code == 409
    assert "What happened names Ada Bell. Write the role: IT manager." in said.content.decode()
    assert "Factor 1 names Mr Bell. Write the role: IT manager." in said.content.decode()
    full.refresh_from_db()
    assert full.state == "drafting"


@pytest.mark.django_db
def test_the_draft_says_beforehand_who_is_named_and_leads_to_where(
    as_: Any, full: Review, clinician: User, lead: User, bell: User, at: datetime
) -> None:
    fill(full, lead, at, happened="Ada Bell issued a certificate.")
    factor = hinder(full, lead, at, text="Only Mr Bell knew its end.")
    address = full.get_absolute_url()

    page = as_(lead).get(address).content.decode()

    assert (
        f'<a href="{address}write/questions/">What happened names Ada Bell. Write the role: IT manager.'
        in page
    )
    assert (
        f'<a href="{address}factors/{factor.pk}/">Factor 1 names Mr Bell. Write the role: IT manager.' in page
    )
    assert "What happened names Ada Bell. Write the role: IT manager." in (
        as_(clinician).get(address).content.decode()
    )


@pytest.mark.django_db
def test_a_name_in_a_later_action_or_an_amendment_is_found_too(
    full: Review, lead: User, second_lead: User, bell: User, at: datetime
) -> None:
    fill(full, lead, at)
    factor = hinder(full, lead, at)
    actions.submit(review=full, by=lead, at=at)
    action = propose(full, bell, lead, at, factor=factor, title="Ada Bell keeps a register.")

    with pytest.raises(Refused, match="Action 1 names Ada Bell"):
        actions.approve(review=full, by=second_lead, at=at)
    type(action).objects.filter(pk=action.pk).update(title="Keep a register.")
    actions.approve(review=full, by=second_lead, at=at)
    with pytest.raises(Refused, match="The amendment names Ada Bell"):
        actions.amend(review=full, text="Ada Bell was on leave.", reason="Found later", by=lead, at=at)


@pytest.mark.django_db
def test_one_person_on_the_short_path_is_checked_as_well(
    short: Review, lead: User, bell: User, at: datetime
) -> None:
    fill(short, lead, at, summary=f"{LESSON} Thanks to Ada Bell.")

    with pytest.raises(Refused, match="Summary for all staff names Ada Bell"):
        actions.publish_short(review=short, by=lead, at=at)
