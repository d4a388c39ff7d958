"""What is wrong with a form, gathered for the top of the page."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from continuity.core.nhs.markup import render

HEADING = "There is a problem"


def summary_of(*forms: BaseForm) -> SafeString:
    """The error summary of some forms, each error a link to the first input it concerns; empty when all is well."""
    errors = [line for form in forms if form.is_bound for line in _lines_of(form)]
    return render("error-summary", heading=HEADING, error_list=errors) if errors else SafeString("")


def _lines_of(form: BaseForm) -> Iterator[dict[str, Any]]:
    for error in form.non_field_errors():
        yield {"text": error, "href": f"#{first_input(form)}" if first_input(form) else ""}
    for name in [name for name in form.fields if name in form.errors]:
        for error in form.errors[name]:
            yield {"text": error, "href": f"#{target_of(form[name])}"}


def first_input(form: BaseForm) -> str:
    """The id of the form's first visible input, where an error of the whole form leads."""
    shown = form.visible_fields()
    return target_of(shown[0]) if shown else ""


def target_of(field: BoundField) -> str:
    """The id of the input to mend: of several inputs the first wrong one, of choices the first choice."""
    widget = field.field.widget
    parts = getattr(widget, "widgets_names", None)
    if parts is not None:
        wrong = getattr(field.field, "wrong_parts", lambda _field: ())(field)
        return f"{field.auto_id}_{next(iter(wrong), 0)}"
    return str(field.auto_id)
