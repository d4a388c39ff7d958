"""A form with an NHS number in it is refused, keeps what was typed, and takes a tick that it is no patient's."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.management import call_command

from continuity.accounts.models import User
from continuity.core import privacy
from continuity.core.ledger import record
from continuity.core.models import Line, Words
from continuity.core.nhs.fields import render_field
from continuity.core.nhs.forms import PlainWords

NUMBER, ANOTHER = "943 476 5919", "999 000 0018"


class NoteForm(PlainWords, forms.Form):
    note = forms.CharField(label="What is wrong?", widget=forms.Textarea)
    secret = forms.CharField(label="Password", required=False, widget=forms.PasswordInput)


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> Iterator[None]:
    yield
    privacy.forget()


def ticked(number: str) -> dict[str, str]:
    """What the form sends when its author ticked the box that stood beside a number."""
    return {"note-not-a-patient": privacy.tick_value(number)}


def test_the_sentence_names_the_field_and_never_the_number() -> None:
    form = NoteForm({"note": f"Rang about {NUMBER}"})

    said = str(form.errors["note"][0])

    assert said.startswith("What is wrong: this holds what looks like an NHS number.")
    assert "943" not in said


def test_the_box_stands_beside_the_field_with_what_was_typed() -> None:
    form = NoteForm({"note": f"Rang about {NUMBER}"})

    shown = BeautifulSoup(render_field(form["note"]), "html.parser")

    box = shown.select_one("input[type=checkbox]")
    assert box is not None
    assert {box["name"]: box["value"]} == ticked(NUMBER)
    assert f"Rang about {NUMBER}" in shown.text
    assert "This is not a patient’s NHS number: What is wrong?" in shown.text


def test_nothing_is_asked_where_no_number_stands() -> None:
    form = NoteForm({"note": "Wi-Fi is down.", "secret": NUMBER})

    assert form.is_valid()
    assert "checkbox" not in render_field(form["note"]) + render_field(form["secret"])
    assert privacy.take_remembered() == ()


def test_a_tick_holds_for_its_own_number_only() -> None:
    assert NoteForm({"note": f"Ring {NUMBER}", **ticked(NUMBER)}).is_valid()
    assert not NoteForm({"note": f"Ring {ANOTHER}", **ticked(NUMBER)}).is_valid()
    assert not NoteForm({"note": f"Ring {NUMBER} or {ANOTHER}", **ticked(NUMBER)}).is_valid()


def test_a_tick_stays_while_something_else_is_put_right() -> None:
    form = NoteForm({"note": f"Ring {NUMBER}", **ticked(NUMBER)})
    form.add_error(None, "Somebody else was first.")

    box = BeautifulSoup(render_field(form["note"]), "html.parser").select_one("input[type=checkbox]")

    assert box is not None
    assert box.has_attr("checked")


@pytest.mark.django_db
def test_what_was_ticked_is_on_record_once_and_without_the_number(manager: User, at: datetime) -> None:
    assert NoteForm({"note": f"Ring {NUMBER}", **ticked(NUMBER)}).is_valid()

    record("note.made", manager, by=manager, at=at)
    record("note.changed", manager, by=manager, at=at)

    assert list(Line.objects.order_by("pk").values_list("verb", flat=True)) == [
        "note.made",
        "text.confirmed",
        "note.changed",
    ]
    assert Words.objects.get().text == "No patient’s NHS number: What is wrong?"
    call_command("verify_ledger")
