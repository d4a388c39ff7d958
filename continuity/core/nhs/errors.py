"""What is wrong with a form, gathered for the top of the page."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from continuity.core.nhs.markup import render

HEADING = "There is a problem"


def summary_of(*forms: BaseForm) -> SafeString:
    """The error summary of some forms, each error a link to the first input it concerns; empty when all is well.

    A form remembers that its errors were told, so that crispy, which tells them where nobody did, does not repeat them.
    """
    errors = [line for form in forms if form.is_bound for line in _lines_of(form)]
    for form in forms:
        form.errors_told = True  # type: ignore[attr-defined]
    return render("error-summary", heading=HEADING, error_list=errors) if errors else SafeString("")


def _lines_of(form: BaseForm) -> Iterator[dict[str, Any]]:
    shown = form.visible_fields()
    start = f"#{target_of(shown[0])}" if shown else ""
    for error in form.non_field_errors():
        yield {"text": error, "href": start}
    for name in form.fields:
        for error in form.errors.get(name, ()):
            yield {"text": error, "href": "" if form[name].is_hidden else f"#{target_of(form[name])}"}


def target_of(field: BoundField) -> str:
    """The id of the input to mend; a field of several inputs says itself which one."""
    return str(getattr(field, "error_id", field.auto_id))
