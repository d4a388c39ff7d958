"""Words for updates that are ready: forms begin with them and lose nothing, and who sets rules keeps them."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from incidents import actions
from incidents.models import Incident, UpdateTemplate
from incidents.wording import names_words
from tests.incidents.test_pages import words_of

pytestmark = pytest.mark.django_db
CAUSE = "We know what is wrong with Wi-Fi, and we are putting it right."
PARTS = {"kind": "update", "stage": "", "happened": "{service} rests.", "means": "", "do_now": ""}


def test_a_trust_begins_with_words_for_the_usual_turns() -> None:
    assert UpdateTemplate.objects.count() >= 8
    assert all("{service}" in words.happened for words in UpdateTemplate.objects.all())


@pytest.mark.parametrize(
    ("names", "words"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_services_are_named_as_people_name_them(names: list[str], words: str) -> None:
    assert names_words(names) == words


def test_an_address_begins_an_update_with_words(as_: Any, manager: User, light: Incident) -> None:
    page = as_(manager).get(reverse("incidents:update", args=[light.ref]), {"template": "cause-found"})

    form = page.context["form"]
    assert form["happened"].value() == CAUSE
    assert form["stage"].value() == "identified"
    assert CAUSE in words_of(page)


def test_choosing_words_loses_nothing_and_publishes_nothing(as_: Any, manager: User, light: Incident) -> None:
    typed = {
        "happened": "A switch burnt.",
        "next_due_at_time": "soon",
        "seen": "1",
        "template": "cause-found",
    }

    page = as_(manager).post(reverse("incidents:update", args=[light.ref]), {**typed, "fill": "1"})

    assert page.status_code == 200
    assert page.context["form"]["happened"].value() == f"A switch burnt.\n{CAUSE}"
    assert 'value="soon"' in page.text
    assert "There is a problem" not in words_of(page)
    assert light.updates.count() == 1


@pytest.mark.parametrize("key", ["", "no-such-words", "a\x00b", "over"])
def test_words_that_are_not_offered_change_nothing(
    as_: Any, manager: User, light: Incident, key: str
) -> None:
    sent = {"happened": "A switch burnt.", "template": key, "fill": "1"}

    page = as_(manager).post(reverse("incidents:update", args=[light.ref]), sent)

    assert page.status_code == 200
    assert page.context["form"]["happened"].value() == "A switch burnt."


def test_words_of_a_workaround_tick_that_staff_can_work(as_: Any, manager: User, light: Incident) -> None:
    address = reverse("incidents:update", args=[light.ref])
    form = as_(manager).get(address, {"template": "workaround"}).context["form"]
    sent = {name: form[name].value() for name in ("happened", "means", "do_now", "seen", "template")}

    as_(manager).post(address, {**sent, "is_workaround": "on"})

    assert form["is_workaround"].value() is True
    update = light.updates.get(number=2)
    assert (update.kind, update.do_now) == ("workaround", "Follow the downtime procedure.")


@pytest.mark.parametrize(("name", "key", "words"), [
    ("restore", "being-watched", "Wi-Fi is back. We are watching it."),
    ("stand-down", "over", "Wi-Fi works as usual again."),
])  # fmt: skip
def test_the_end_begins_with_words_too(
    as_: Any, manager: User, light: Incident, name: str, key: str, words: str
) -> None:
    address = reverse(f"incidents:{name}", args=[light.ref])

    opened = as_(manager).get(address, {"template": key})
    sent = as_(manager).post(address, {"template": key, "fill": "1"})

    assert opened.context["form"]["happened"].value() == words
    assert sent.context["form"]["happened"].value() == words


def test_an_address_names_the_update_that_is_corrected(as_: Any, manager: User, light: Incident) -> None:
    address = reverse("incidents:update", args=[light.ref])

    named = as_(manager).get(address, {"corrects": "1"}).context["form"]
    nonsense = as_(manager).get(address, {"corrects": "9" * 18}).context["form"]

    assert named["corrects"].value() == light.updates.get().pk
    assert not nonsense["corrects"].value()


def test_words_are_added_changed_and_taken_out(lead: User, at: datetime) -> None:
    words = actions.add_ready_words(title="Resting", by=lead, at=at, **PARTS)

    actions.change_ready_words(words=words, seen=1, title="At rest", by=lead, at=at, **PARTS)
    with pytest.raises(Conflict, match="meanwhile"):
        actions.change_ready_words(words=words, seen=1, title="Stale", by=lead, at=at, **PARTS)
    with pytest.raises(Conflict, match="meanwhile"):
        actions.remove_ready_words(words=words, by=lead, at=at)
    words.refresh_from_db()
    verbs = list(lines_about(words).values_list("verb", flat=True))
    actions.remove_ready_words(words=words, by=lead, at=at)

    assert words.title == "At rest"
    assert verbs == ["ready_words.added", "ready_words.changed"]
    assert not UpdateTemplate.objects.filter(key="resting").exists()


def test_two_words_have_two_names(lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="that name already"):
        actions.add_ready_words(title="It is over", by=lead, at=at, **PARTS)


def test_who_sets_rules_keeps_words_on_pages(as_: Any, lead: User, clinician: User, wifi: Service) -> None:
    client = as_(lead)

    added = client.post(reverse("incidents:words"), {"title": "Resting", **PARTS}, follow=True)
    edit, remove = (reverse(f"incidents:{name}", args=["resting"]) for name in ("edit-words", "remove-words"))
    stale = client.post(edit, {"title": "Old", **PARTS, "version": "0"})
    changed = client.post(edit, {"title": "At rest", **PARTS, "version": "1"}, follow=True)
    removed = client.post(remove, follow=True)
    gone = client.post(remove)

    assert "Resting is added." in words_of(added)
    assert stale.status_code == 422
    assert "At rest is changed." in words_of(changed)
    assert "At rest is taken out." in words_of(removed)
    assert gone.status_code == 409
    assert as_(clinician).get(reverse("incidents:words")).status_code == 403


def test_fixed_begins_with_words_too(as_: Any, manager: User, light: Incident) -> None:
    ready = UpdateTemplate.objects.filter(kind="stand_down")[0]

    page = as_(manager).post(
        reverse("incidents:fix", args=[light.ref]),
        {"instruction": "use_and_report", "template": ready.key, "fill": "1"},
    )

    form = page.context["form"]
    assert form["happened"].value() == ready.happened.replace("{service}", "Wi-Fi")
    assert form["instruction"].value() == "use_and_report"
    light.refresh_from_db()
    assert light.stood_down_at is None
