"""The trust's own list of factors: each change is a version, and what reviews were approved with stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Refused
from incidents.reviews import actions
from incidents.reviews.forms import FactorForm
from incidents.reviews.models import ListVersion, LocalFactor, Recurrence, Review
from tests.factories import ImpactFactory
from tests.racing import race
from tests.reviews.conftest import HOUR, fill, hinder, over, propose

pytestmark = pytest.mark.django_db
MAILBOX, SILENT = "Alarm to a mailbox nobody watches", "Alarm that nobody hears"
DAY = timedelta(days=1)


@pytest.fixture
def mailbox(lead: User, at: datetime) -> LocalFactor:
    return actions.add_local(area="tools", name=MAILBOX, why="It was seen twice.", by=lead, at=at)


def rename(factor: LocalFactor, by: User, at: datetime, name: str = SILENT, seen: str = MAILBOX) -> None:
    actions.rename_local(factor=factor, name=name, why="It is about ears.", seen=seen, by=by, at=at)


def test_each_change_is_a_version_with_who_when_and_why(
    mailbox: LocalFactor, lead: User, at: datetime
) -> None:
    rename(mailbox, lead, at + DAY)
    actions.retire_local(factor=mailbox, why="All alarms ring.", by=lead, at=at + 2 * DAY)
    actions.take_up_local(factor=mailbox, why="Not all.", by=lead, at=at + 3 * DAY)

    kept = [(each.number, each.change, each.was, each.name) for each in ListVersion.objects.all()]
    assert kept == [
        (4, "taken_up", "", SILENT), (3, "retired", "", SILENT), (2, "renamed", MAILBOX, SILENT),
        (1, "added", "", MAILBOX),
    ]  # fmt: skip
    last = ListVersion.objects.latest("number")
    assert (last.by, last.at, last.why) == (lead, at + 3 * DAY, "Not all.")
    assert [line.verb.partition(".")[2] for line in lines_about(mailbox)] == [
        "named", "renamed", "retired", "taken_up",
    ]  # fmt: skip


def test_versions_are_never_changed(mailbox: LocalFactor) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ListVersion.objects.update(why="Another")


def test_a_review_keeps_the_words_it_was_approved_with(
    as_: Any, mailbox: LocalFactor, short: Review, full: Review, lead: User, manager: User, at: datetime
) -> None:
    for review in (short, full):
        fill(review, lead, at)
        propose(review, manager, lead, at, factor=hinder(review, lead, at, local=mailbox))
    actions.publish_short(review=short, by=lead, at=at)

    rename(mailbox, lead, at)

    page = as_(lead)
    published, draft = (page.get(each.get_absolute_url()).content.decode() for each in (short, full))
    assert f"{MAILBOX}, now called {SILENT}" in published
    assert MAILBOX not in draft
    assert SILENT in draft


def test_it_is_still_noticed_when_it_comes_back_under_another_word(
    mailbox: LocalFactor, full: Review, ers: Service, lead: User, manager: User, at: datetime
) -> None:
    action = propose(full, manager, lead, at, factor=hinder(full, lead, at, local=mailbox))
    actions.accept_action(action=action, by=manager, at=at)
    actions.claim_done(action=action, evidence="It rang.", by=manager, at=at)
    actions.verify(action=action, by=lead, at=at + DAY)
    rename(mailbox, lead, at + 2 * DAY)
    began = at + 30 * DAY
    incident = over(began, severity=2, started_at=began, detected_at=began, declared_at=began)
    ImpactFactory.create(incident=incident, service=ers)
    again = actions.start(incident=incident, by=lead, at=began + 20 * HOUR)

    hinder(again, lead, began + DAY, local_name=SILENT)

    assert Recurrence.objects.get().action == action


def test_a_retired_one_stays_where_it_is_and_is_not_chosen_anew(
    mailbox: LocalFactor, full: Review, lead: User, at: datetime
) -> None:
    factor = hinder(full, lead, at, local=mailbox)
    actions.retire_local(factor=mailbox, why="All alarms ring.", by=lead, at=at)
    mailbox.refresh_from_db()

    for chosen in ({"local": mailbox}, {"local_name": MAILBOX.upper()}):
        with pytest.raises(Refused, match="was retired from the list"):
            hinder(full, lead, at, **chosen)
    actions.change_factor(factor=factor, area="tools", text="It did.", local=mailbox, by=lead, at=at)

    factor.refresh_from_db()
    assert (factor.text, factor.local) == ("It did.", mailbox)
    new, own = (str(form["local"]) for form in (FactorForm(), FactorForm(factor=factor)))
    assert (MAILBOX in new, MAILBOX in own) == (False, True)


def test_a_word_that_stands_there_already_is_refused(mailbox: LocalFactor, lead: User, at: datetime) -> None:
    other = actions.add_local(area="tasks", name="Battery", why="Seen.", by=lead, at=at)

    with pytest.raises(Refused, match="stands on the list already"):
        actions.add_local(area="tools", name=MAILBOX.upper(), why="Seen.", by=lead, at=at)
    with pytest.raises(Refused, match="stands on the list already"):
        rename(other, lead, at, name=MAILBOX, seen="Battery")
    with pytest.raises(Refused, match="Say why the list changes"):
        actions.retire_local(factor=other, why=" ", by=lead, at=at)


def test_a_word_named_while_a_review_is_written_is_a_version_too(
    full: Review, lead: User, at: datetime
) -> None:
    hinder(full, lead, at, local_name=MAILBOX)

    assert ListVersion.objects.get().why == "Named while a review was written."


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_factor_at_once_one_is_told(
    mailbox: LocalFactor, lead: User, second_lead: User, at: datetime
) -> None:
    first, second = LocalFactor.objects.get(), LocalFactor.objects.get()

    renamed = race(
        lambda: rename(first, lead, at), lambda: rename(second, second_lead, at, name="Alarm in a drawer")
    )
    retired = race(
        lambda: actions.retire_local(factor=first, why="All ring.", by=lead, at=at),
        lambda: actions.retire_local(factor=second, why="All ring.", by=second_lead, at=at),
    )

    for answers in (renamed, retired):
        assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]
    assert [each.number for each in ListVersion.objects.all()] == [3, 2, 1]


def test_the_lead_keeps_the_list_on_its_page(as_: Any, clinician: User, lead: User, manager: User) -> None:
    page, where = as_(lead), "/reviews/factors/"
    page.post(f"{where}add/", {"name": MAILBOX, "area": "tools", "why": "It was seen twice."})
    factor = LocalFactor.objects.get()
    own = f"{where}{factor.pk}/"
    page.post(f"{own}rename/", {"name": SILENT, "seen": MAILBOX, "why": "It is about ears."})
    stale = page.post(f"{own}rename/", {"name": "Alarm", "seen": MAILBOX, "why": "Shorter."})
    page.post(f"{own}retire/", {"why": "All alarms ring."})

    text = page.get(where).content.decode()
    read = as_(clinician).get(where).content.decode()
    doors = [as_(manager).get(f"{own}{door}/").status_code for door in ("rename", "retire", "take-up")]

    assert stale.status_code == 422
    assert "Somebody else renamed this factor" in stale.content.decode()
    assert "Retired" in text
    assert f"Renamed: {MAILBOX} is now {SILENT}" in text
    assert "Take up again" in text
    assert "Take up again<" not in read
    assert doors == [403, 403, 403]
