"""The text and its factors: kept by version, nobody's words overwritten unseen."""

from datetime import datetime

import pytest

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from incidents.reviews import actions
from incidents.reviews.models import Factor, Review, Section
from incidents.reviews.pieces import SUMMARY, Stale
from tests.racing import race
from tests.reviews.conftest import fill, hinder, propose

pytestmark = pytest.mark.django_db


def test_a_section_is_kept_with_its_version(short: Review, lead: User, at: datetime) -> None:
    actions.save_section(review=short, texts={"happened": "First."}, seen={}, by=lead, at=at)
    actions.save_section(review=short, texts={"happened": "Second."}, seen={"happened": 1}, by=lead, at=at)

    section = short.sections.get()
    assert (section.text, section.version, section.saved_by) == ("Second.", 2, lead)
    assert lines_about(short).filter(verb="review.written").count() == 2


def test_what_is_unchanged_writes_nothing(short: Review, lead: User, at: datetime) -> None:
    actions.save_section(review=short, texts={"happened": "", SUMMARY: ""}, seen={}, by=lead, at=at)

    assert not Section.objects.exists()
    assert not lines_about(short).filter(verb="review.written").exists()


def test_a_stale_save_changes_nothing(short: Review, lead: User, second_lead: User, at: datetime) -> None:
    actions.save_section(review=short, texts={"happened": "Mine."}, seen={}, by=lead, at=at)

    with pytest.raises(Stale, match="Somebody else changed this"):
        actions.save_section(
            review=short, texts={"happened": "Theirs.", "expected": "New."}, seen={}, by=second_lead, at=at
        )

    assert list(short.sections.values_list("text", flat=True)) == ["Mine."]


def test_a_stale_summary_is_noticed_too(short: Review, lead: User, at: datetime) -> None:
    actions.save_section(review=short, texts={SUMMARY: "Mine."}, seen={SUMMARY: 1}, by=lead, at=at)

    with pytest.raises(Stale):
        actions.save_section(review=short, texts={SUMMARY: "Theirs."}, seen={SUMMARY: 1}, by=lead, at=at)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(
    short: Review, lead: User, second_lead: User, at: datetime
) -> None:
    def save(by: User, text: str) -> None:
        review = Review.objects.get()
        actions.save_section(review=review, texts={"happened": text}, seen={}, by=by, at=at)

    answers = race(lambda: save(lead, "One."), lambda: save(second_lead, "Other."))

    assert sum(isinstance(answer, Stale) for answer in answers) == 1
    assert Section.objects.get().version == 1


def test_a_text_with_its_approver_is_not_changed(short: Review, lead: User, at: datetime) -> None:
    fill(short, lead, at)
    actions.submit(review=short, by=lead, at=at)

    with pytest.raises(Conflict, match="with its approver"):
        actions.save_section(review=short, texts={"happened": "x"}, seen={"happened": 1}, by=lead, at=at)
    with pytest.raises(Conflict, match="with its approver"):
        hinder(short, lead, at)


def test_factors_stand_under_a_heading(full: Review, lead: User, at: datetime) -> None:
    factor = hinder(full, lead, at)
    actions.change_factor(
        factor=factor, area="organisation", text="Nobody owned the alarm.", seen=factor.text, by=lead, at=at
    )

    assert (factor.area, factor.text) == ("organisation", "Nobody owned the alarm.")
    assert "review.factor_changed" in {line.verb for line in lines_about(full)}


def test_a_factor_changed_by_somebody_else_is_noticed(full: Review, lead: User, at: datetime) -> None:
    factor = hinder(full, lead, at)
    stale = Factor.objects.get()
    actions.change_factor(factor=factor, area="tools", text="New words.", by=lead, at=at)

    with pytest.raises(Conflict, match="Somebody else changed this factor"):
        actions.change_factor(
            factor=stale, area="tasks", text="Other words.", seen=stale.text, by=lead, at=at
        )


def test_a_factor_is_taken_out_once(full: Review, lead: User, at: datetime) -> None:
    factor = hinder(full, lead, at)
    stale = Factor.objects.get()
    actions.remove_factor(factor=factor, by=lead, at=at)

    with pytest.raises(Conflict, match="took this factor out already"):
        actions.remove_factor(factor=stale, by=lead, at=at)


def test_a_factor_with_an_action_stays(full: Review, lead: User, manager: User, at: datetime) -> None:
    factor = hinder(full, lead, at)
    propose(full, manager, lead, at, factor=factor)

    with pytest.raises(Refused, match="An action answers this factor"):
        actions.remove_factor(factor=factor, by=lead, at=at)
