"""What a crispy layout of the portal may hold beyond crispy's own: folds, buttons, choices that open something."""

from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.forms import BaseForm
from django.template.context import Context
from django.utils.safestring import SafeString

from continuity.core.nhs import fields
from continuity.core.nhs.markup import render


class Fold(LayoutObject):  # type: ignore[misc]  # crispy has no types
    """Fields under a summary, closed until it is pressed; open by itself when one holds an error or an answer."""

    def __init__(self, summary: str, *inside: Any) -> None:
        self.summary, self.fields = summary, list(inside)

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **_: Any
    ) -> SafeString:
        html = self.get_rendered_fields(form, context, template_pack)
        names = [pointer.name for pointer in self.get_field_names()]
        return render(
            "details", summary=self.summary, text=html, open=any(_is_used(form, name) for name in names)
        )


class Press(LayoutObject):  # type: ignore[misc]
    """A submit button: `Press("Publish", name="then", value="publish")`, with any option of the component."""

    def __init__(self, text: str, **options: Any) -> None:
        self.text, self.options = text, options
        self.fields: list[Any] = []

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **_: Any
    ) -> SafeString:
        return render("button", text=self.text, **{"prevent_double_click": True, **self.options})


class Opens(LayoutObject):  # type: ignore[misc]
    """Choices of which some open more questions: `Opens("outcome", other=["outcome_words"])`.

    A value that is no Python name goes into the mapping `when`.
    """

    def __init__(self, name: str, when: dict[str, list[Any]] | None = None, **values: list[Any]) -> None:
        self.name, self.when = name, {**(when or {}), **values}
        self.fields = [name, *(inner for inside in self.when.values() for inner in inside)]

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **_: Any
    ) -> SafeString:
        folded = {
            value: SafeString(
                "".join(render_field(each, form, context, template_pack=template_pack) for each in inside)
            )
            for value, inside in self.when.items()
        }
        form.rendered_fields.add(self.name)  # type: ignore[attr-defined]  # crispy keeps it there
        return fields.render_field(form[self.name], folded)


def _is_used(form: BaseForm, name: str) -> bool:
    """Whether a field holds an error or an answer other than its own default; ticked counts, not ticked does not."""
    value = form[name].value()
    is_answer = (
        any(value) if isinstance(value, list | tuple) else value and value != form.fields[name].initial
    )
    return bool(form[name].errors or is_answer)
