"""How messages read, before and after they are told: by email, text and Teams, in the words of their kind."""

from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.notifications.actions import Words
from continuity.notifications.models import Delivery, Kind, Message
from continuity.notifications.previews import reading_of
from continuity.notifications.wording import Passage, passages
from tests.factories import STORY_BEGINS, DisruptionFactory
from tests.notifications.conftest import say

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_reads_in_words_of_its_own_by_every_channel(kind: Kind, manager: User) -> None:
    words = Words(
        title="e-RS <is> back", body="What to do:\n- Log in\n\nAll is well.", brief="It works.", url="/x/"
    )
    message = say(f"x:{kind}", kind=kind, words=words, about=manager)

    reading = reading_of(message, manager)

    assert "<li>Log in</li>" in reading.html
    assert "&lt;is&gt;" not in reading.html  # the title stands outside
    assert "All is well." in reading.text
    assert "&" not in reading.text + reading.sms + reading.teams
    assert "It works." in reading.sms
    assert reading.sms.endswith("/x/")
    assert "- Log in" in reading.teams


def test_a_text_is_read_in_its_parts() -> None:
    body = "e-RS is down.\nUntil 4pm.\n\nBefore:\n- Print\n- Save\n\n- Alone\n\nContact: the desk"

    assert passages(body) == [
        Passage(lines=("e-RS is down.", "Until 4pm.")),
        Passage("Before", points=("Print", "Save")),
        Passage(points=("Alone",)),
        Passage(lines=("Contact: the desk",)),
    ]


def test_what_a_message_says_is_never_markup(manager: User) -> None:
    words = Words(title="x", body="<script>1</script>:\n- <b>a</b>", url="/x/")

    reading = reading_of(say("x:1", words=words, about=manager), manager)

    assert "<script>" not in reading.html
    assert "<b>" not in reading.html


def test_the_newest_of_a_kind_is_shown_and_nothing_is_sent(as_: Any, manager: User) -> None:
    say("release:1:published", title="First", about=manager)
    say("release:1:changed", title="Second", about=manager)
    count = Delivery.objects.count()
    client = as_(manager)

    page = client.get("/inbox/words/").text
    none = client.get("/inbox/words/?kind=review").text

    assert "Second" in page
    assert "First" not in page
    assert "of 160 characters" in page
    assert "Nothing of this kind was told yet." in none
    assert Delivery.objects.count() == count


def test_what_was_taken_back_is_not_shown(as_: Any, manager: User) -> None:
    message = say("incident:1:update:1", kind=Kind.INCIDENT, title="Secret", about=manager)
    Delivery.objects.create(
        message=message, person=manager, channel="portal", state="withdrawn", due_at=STORY_BEGINS
    )

    assert "Secret" not in as_(manager).get("/inbox/words/?kind=incident").text


@pytest.mark.parametrize("username", ["clinician", "stranger", "lead"])
def test_the_page_is_for_those_who_write_or_look_after_channels(
    as_: Any, username: str, request: pytest.FixtureRequest
) -> None:
    assert as_(request.getfixturevalue(username)).get("/inbox/words/").status_code == 403


def test_a_draft_shows_how_it_will_read(as_: Any, manager: User, administrator: User) -> None:
    release = DisruptionFactory.create().release
    client = as_(manager)

    link = client.get(f"/releases/{release.ref}/").text
    page = client.get(f"/releases/{release.ref}/words/").text

    assert f"/releases/{release.ref}/words/" in link
    assert f"Planned work: {release.title}" in page
    assert "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024" in page
    assert not Message.objects.exists()
