"""What people wrote into a form that is not taken is shown to them again, all of it and nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django import forms
from django.test import RequestFactory
from django.urls import get_resolver, resolve
from hypothesis import given
from hypothesis import strategies as st

from continuity.core.written import is_shown, written
from releases.forms.notice import NoticeForm
from tests.addresses import patterns

WORDS = "Ring ward 3, then the pharmacy"


def forms_of_the_portal() -> Iterator[type[forms.Form]]:
    """Every form that some page's code names."""
    assert list(patterns(get_resolver().url_patterns)), "reading the addresses reads the pages' code"
    waiting: list[Any] = [forms.BaseForm]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        yield from (
            each for each in kinds if each.__module__.startswith(("continuity", "releases", "incidents"))
        )


def fields_of_the_portal() -> list[tuple[str, str, forms.Field]]:
    """Forms, the names under which browsers send what stands in them, and their fields."""
    return [
        (form.__name__, sent_as, field)
        for form in forms_of_the_portal()
        for name, field in form.base_fields.items()
        for sent_as in names_of(name, field)
    ]


def names_of(name: str, field: forms.Field) -> list[str]:
    return [name + part for part in getattr(field.widget, "widgets_names", [""])]


def comes_back(name: str) -> bool:
    return WORDS in [text for _, text in written(RequestFactory().post("/anywhere/", {name: WORDS}))]


def test_every_field_that_people_fill_in_comes_back_and_no_password_does() -> None:
    fields = fields_of_the_portal()

    secret = {name for _, name, field in fields if isinstance(field.widget, forms.PasswordInput)}
    hidden = {name for _, name, field in fields if field.widget.is_hidden}
    lost = [
        (form, name)
        for form, name, field in fields
        if not field.widget.is_hidden and name not in secret and not comes_back(name)
    ]
    filled_in = {name for _, name, field in fields if not field.widget.is_hidden}

    assert len(fields) > 300, "the walk found the forms"
    assert lost == []
    assert [name for name in secret if comes_back(name)] == []
    assert {name for name in hidden - filled_in if comes_back(name)} == set()


def sent_to(path: str, fields: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
    """What is shown of a form that was sent to a page, while no database may be asked."""
    request = RequestFactory().post(path, fields)
    request.resolver_match = resolve(path)
    return written(request)


def test_it_reads_as_the_form_did() -> None:
    shown = sent_to("/releases/new/", {
        "title": "e-RS release", "services": ["13", "14"], "effect": "down", "kind": "release",
        "outage_from_date": "1 November 2024", "outage_from_time": "4pm", "after": "Check", "is_held": "on",
        "once": "c37b38f4-0000", "version": "3",
    })  # fmt: skip

    assert shown == [
        ("Title", "e-RS release"),
        ("Services that are hit", "13 (its name cannot be shown here)"),
        ("Services that are hit", "14 (its name cannot be shown here)"),
        ("How they are hit", "Down (cannot be used)"),
        ("Kind of work", "Release"),
        ("Outage starts: date", "1 November 2024"),
        ("Outage starts: time", "4pm"),
        ("After", "Check"),
        ("Do not start by the clock: somebody starts it by hand", "Yes"),
    ]


def test_of_several_forms_of_a_page_the_one_that_was_sent_gives_the_questions() -> None:
    fields = {"happened": "A switch burnt.", "do_now": "Use paper", "procedure": "3"}

    shown = sent_to("/incidents/INC-2024-011/update/", fields)

    assert shown == [
        ("What happened?", "A switch burnt."),
        ("What do staff do now?", "Use paper"),
        ("Procedure to follow", "3 (its name cannot be shown here)"),
    ]


def test_what_no_form_asks_stands_under_its_name() -> None:
    assert sent_to("/releases/new/", {"line_1_note": "on"}) == [("Line 1 note", "on")]


@given(st.dictionaries(st.sampled_from([*NoticeForm.base_fields, "line_1_note"]), st.text(min_size=5)))
def test_no_word_is_lost_whatever_is_sent(fields: dict[str, str]) -> None:
    shown = " ".join(text for _, text in sent_to("/releases/new/", fields))

    assert all(text in shown for name, text in fields.items() if text.strip() and is_shown(name))


@pytest.mark.parametrize(
    "name", ["after", "told_at_date", "hold_until", "threshold", "renewal", "what_is_new"]
)
def test_a_name_that_only_holds_a_hidden_one_is_shown(name: str) -> None:
    assert comes_back(name)


@pytest.mark.parametrize(
    "name", ["csrfmiddlewaretoken", "password", "new_password1", "once", "from", "note-not-a-patient"]
)
def test_what_no_person_may_read_or_wrote_is_not(name: str) -> None:
    assert not comes_back(name)
