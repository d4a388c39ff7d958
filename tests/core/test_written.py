"""What people wrote into a form that is not taken is shown to them again, all of it and nothing else."""

from collections.abc import Iterator

import pytest
from django import forms
from django.test import RequestFactory
from django.urls import get_resolver

from continuity.core.written import written
from tests.addresses import patterns

WORDS = "Ring ward 3, then the pharmacy"


def forms_of_the_portal() -> Iterator[type[forms.BaseForm]]:
    """Every form that some page's code names."""
    assert list(patterns(get_resolver().url_patterns)), "reading the addresses reads the pages' code"
    waiting = [forms.BaseForm]
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
    widget = field.widget
    return [name + part for part in widget.widgets_names] if isinstance(widget, forms.MultiWidget) else [name]


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
