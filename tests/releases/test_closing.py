"""Closing: how it ended in words, the true times beside the planned, what was learned and is still to do."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from continuity.accounts.models import User
from continuity.core.refusals import Refused
from releases import actions
from releases.models import Release
from tests.releases.conftest import BACK, DONE, FOUR_PM, NEXT_MORNING, OUTCOME
from tests.releases.test_pages import set_clock, text_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def back(published: Release, manager: User) -> Release:
    """The story's release, back 40 minutes late and being checked."""
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=BACK + 40 * MINUTE)
    return published


def as_shown(response: Any) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    form = BeautifulSoup(response.content, "html.parser").select("main form")[-1]
    inputs = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name][type=text]")}
    return inputs | {str(each["name"]): each.get_text().strip() for each in form.select("textarea[name]")}


def test_the_form_shows_planned_and_actual_times(
    as_: Any, settings: Any, back: Release, manager: User
) -> None:
    set_clock(settings, NEXT_MORNING)

    page = text_of(as_(manager).get(f"{back.get_absolute_url()}complete/"))

    assert "Planned and actual times" in page
    assert "40 minutes" in page
    assert "Planned: 12:36am on Saturday 2 November 2024" in page


def test_what_is_still_to_do_stands_on_the_page(
    as_: Any, settings: Any, back: Release, manager: User
) -> None:
    set_clock(settings, NEXT_MORNING)
    me, where = as_(manager), f"{back.get_absolute_url()}complete/"
    words = {
        "outcome": OUTCOME,
        "evidence": "412 slots at 2:10am, seen on the worklist.",
        "lesson": "Book longer.",
        "follow_ups": "Supplier to explain the slow copy by 8 November.",
    }

    response = me.post(where, as_shown(me.get(where)) | words, follow=True)

    page = text_of(response)
    for said in words.values():
        assert said in page
    back.refresh_from_db()
    assert back.follow_ups == words["follow_ups"]


def test_work_that_ends_late_ends_now_unless_somebody_says_otherwise(
    as_: Any, settings: Any, back: Release, manager: User
) -> None:
    set_clock(settings, BACK + 41 * MINUTE)
    me, where = as_(manager), f"{back.get_absolute_url()}complete/"
    opened = as_shown(me.get(where))
    set_clock(settings, BACK + 50 * MINUTE)

    me.post(where, opened | {"outcome": OUTCOME})

    back.refresh_from_db()
    assert back.ended_at is not None
    assert back.ended_at - (BACK + 50 * MINUTE) < MINUTE


def test_a_rollback_takes_the_same_true_times(as_: Any, settings: Any, back: Release, manager: User) -> None:
    set_clock(settings, NEXT_MORNING)
    me, where = as_(manager), f"{back.get_absolute_url()}roll-back/"
    words = {
        "reason": "The copy failed.",
        "lesson": "Copy first.",
        "actual_1_to_date": "2 November 2024",
        "actual_1_to_time": "1am",
        "ended_at_date": "2 November 2024",
        "ended_at_time": "1:30am",
    }
    names = as_shown(me.get(where))
    sent = {name.replace("_0", "_date"): value for name, value in names.items()}

    response = me.post(where, sent | words)

    back.refresh_from_db()
    assert response.status_code == 302, text_of(response)
    assert (back.state, back.lesson, back.outcome) == ("rolled_back", "Copy first.", "The copy failed.")
    assert back.back_at == BACK + 24 * MINUTE
    assert back.ended_at == BACK + 54 * MINUTE


@pytest.mark.parametrize(
    ("ended", "words"), [(2 * HOUR, "in the future"), (10 * MINUTE, "before the service was back")]
)
def test_a_rollback_refuses_impossible_times(
    ended: timedelta, words: str, back: Release, manager: User
) -> None:
    at = BACK + HOUR

    with pytest.raises(Refused, match=words):
        actions.roll_back(release=back, reason="Undone", ended_at=BACK + ended, by=manager, at=at)

    back.refresh_from_db()
    assert back.state == "checking"


def test_a_rollback_ends_now_unless_said(back: Release, manager: User) -> None:
    actions.roll_back(release=back, reason="Undone", by=manager, at=DONE + HOUR)

    assert back.ended_at == DONE + HOUR
