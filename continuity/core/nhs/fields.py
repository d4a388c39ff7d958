"""A Django form field as the design system's component: which component it is, and its options."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from continuity.core import privacy
from continuity.core.nhs.markup import Params, join_names, render

# Attributes of a widget that are options of the component, written with a hyphen or an underscore.
OPTIONS = {
    "width",
    "rows",
    "small",
    "inline",
    "label_size",
    "prefix",
    "suffix",
    "code",
    "spellcheck",
    "autocomplete",
}
# What Django adds that the pages do not want: a browser that cuts text off hides the error from its author.
DROPPED = {"maxlength", "minlength", "required", "cols", "class", "id", "aria-describedby", "aria-invalid"}
# From this many choices on, they stand close together in columns.
MANY = 9
# Django's own number of rows for a text area; the design system's is 5.
DJANGO_ROWS = "10"
LABEL_SIZE = "s"
NONE_YET = "There is nothing to choose from yet."


def render_field(
    field: BoundField, folded: Mapping[str, SafeString] | None = None, **options: Any
) -> SafeString:
    """A field with its label, hint and error; `folded` holds what a choice opens, by its value.

    Options of the component may be given here or as attributes of the widget.
    """
    widget = field.field.widget
    if field.is_hidden:
        # Django's own rendering of hidden inputs is escaped.
        return mark_safe(str(field))  # noqa: S308
    asked = {name.replace("-", "_"): value for name, value in widget.attrs.items()}
    given = {name: value for name, value in asked.items() if name in OPTIONS} | options
    return _shape_of(widget)(field, given, folded or {}) + _tick_beside(field)


def _tick_beside(field: BoundField) -> SafeString:
    """Where an NHS number was typed, the box that says that it is no patient's; nothing otherwise."""
    if not (
        field.form.is_bound and getattr(field.form, "is_kept", False) and privacy.is_free_text(field.field)
    ):
        return SafeString("")
    value, name = privacy.tick_value(field.data), privacy.tick_name(field.html_name)
    if not value:
        return SafeString("")
    label = format_html(
        '{}<span class="nhsuk-u-visually-hidden">: {}</span>', privacy.NOT_A_PATIENT, field.label
    )
    is_ticked = privacy.is_ticked(field.form.data, field.html_name, field.data)
    item = {"text": label, "value": value, "checked": is_ticked}
    return render(
        "checkboxes", name=name, id_prefix=f"{field.auto_id}-not-a-patient", items=[item], small=True
    )


def _shape_of(
    widget: forms.Widget,
) -> Callable[[BoundField, dict[str, Any], Mapping[str, SafeString]], SafeString]:
    """The first shape that fits, the more special kinds of widget before the kinds they are made from."""
    return next((shape for kind, shape in _SHAPES if isinstance(widget, kind)), _text)


def _common(field: BoundField, given: dict[str, Any]) -> dict[str, Any]:
    """The options that every single input has."""
    size = given.pop("label_size", LABEL_SIZE)
    return {
        "id": field.auto_id,
        "name": field.html_name,
        "label": {"text": label_of(field), "size": size or None},
        "hint": hint_of(field),
        "error_message": error_of(field),
        "disabled": field.field.disabled,
        "classes": field.field.widget.attrs.get("class"),
        "attributes": _attributes(field),
    }


def _attributes(field: BoundField) -> dict[str, Any]:
    attrs = field.field.widget.attrs
    return {n: v for n, v in attrs.items() if n not in DROPPED and n.replace("-", "_") not in OPTIONS}


def label_of(field: BoundField) -> Any:
    """The label, which says so where an answer is not needed, unless its form is all optional."""
    if (
        field.field.required
        or "optional" in str(field.label)
        or not getattr(field.form, "marks_optional", True)
    ):
        return field.label
    return f"{field.label} (optional)"


def hint_of(field: BoundField) -> dict[str, Any] | None:
    return {"text": field.help_text, "id": f"{field.auto_id}-hint"} if field.help_text else None


def error_of(field: BoundField) -> dict[str, Any] | None:
    """What is wrong with the field, each fault on a line of its own."""
    if not field.errors:
        return None
    lines = format_html_join(mark_safe("<br>"), "{}", ((error,) for error in field.errors))
    return {"text": lines, "id": f"{field.auto_id}-error"}


def _written(field: BoundField) -> Any:
    """What stands in the input: what was typed, or what the form began with."""
    return field.field.widget.format_value(field.value())


def _text(field: BoundField, given: dict[str, Any], _: Mapping[str, SafeString]) -> SafeString:
    widget = field.field.widget
    kind = getattr(widget, "input_type", "text")
    if kind == "number":
        # A number input loses digits to the mouse wheel; a text input with a number pad does not.
        whole = isinstance(field.field, forms.IntegerField) and not isinstance(
            field.field, forms.DecimalField
        )
        kind, pad = (
            "text",
            "numeric" if whole and not isinstance(field.field, forms.FloatField) else "decimal",
        )
        given = {"inputmode": pad, "width": 5, **given}
    options = {**_common(field, given), "type": kind, "value": _written(field), **given}
    options["attributes"] = {
        n: v for n, v in options["attributes"].items() if n not in {"min", "max", "step"}
    }
    return render("input", **options)


def _password(field: BoundField, given: dict[str, Any], _: Mapping[str, SafeString]) -> SafeString:
    return render("password-input", **{**_common(field, given), **given})


def _file(field: BoundField, given: dict[str, Any], _: Mapping[str, SafeString]) -> SafeString:
    multiple = getattr(field.field.widget, "allow_multiple_selected", False)
    return render("file-upload", **{**_common(field, given), "multiple": multiple})


def _area(field: BoundField, given: dict[str, Any], _: Mapping[str, SafeString]) -> SafeString:
    """A text area, which counts where the field has a limit."""
    if str(given.get("rows")) == DJANGO_ROWS:
        given.pop("rows")
    options = {**_common(field, given), "value": _written(field), **given}
    limit = getattr(field.field, "max_length", None)
    return render("character-count", maxlength=limit, **options) if limit else render("textarea", **options)


def _select(field: BoundField, given: dict[str, Any], _: Mapping[str, SafeString]) -> SafeString:
    items: list[dict[str, Any]] = []
    for group, choices in _groups(field):
        options = [{"value": c["value"], "text": c["label"], "selected": c["selected"]} for c in choices]
        items += [{"group": group, "items": options}] if group else options
    return render("select", **_common(field, given), items=items)


def _tick(field: BoundField, given: dict[str, Any], _: Mapping[str, SafeString]) -> SafeString:
    """One box to tick: its label is the sentence that is agreed to."""
    common = _common(field, given)
    item = {
        "text": field.label,
        "value": field.field.widget.attrs.get("value", "on"),
        "checked": bool(field.value()),
        "hint": common["hint"],
        "attributes": common["attributes"],
    }
    small = given.get("small", False)
    return render(
        "checkboxes",
        name=field.html_name,
        id_prefix=field.auto_id,
        items=[item],
        error_message=common["error_message"],
        small=small,
        disabled=common["disabled"],
    )


def _choose(name: str) -> Callable[[BoundField, dict[str, Any], Mapping[str, SafeString]], SafeString]:
    def shape(field: BoundField, given: dict[str, Any], folded: Mapping[str, SafeString]) -> SafeString:
        groups = _groups(field)
        frame = {"legend": {"text": label_of(field), "size": given.get("label_size", LABEL_SIZE) or None}}
        if len(groups) > 1 or (groups and groups[0][0]):
            return _grouped(name, field, frame, groups)
        items = [_item(field, choice, folded) for _, choices in groups for choice in choices]
        return render(
            name,
            **_choice_options(field, items, given),
            id_prefix=field.auto_id,
            fieldset=frame,
            hint=hint_of(field) if items else {"text": NONE_YET, "id": f"{field.auto_id}-hint"},
            error_message=error_of(field),
        )

    return shape


def _choice_options(field: BoundField, items: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    crowded = len(items) >= MANY
    return {
        "name": field.html_name,
        "items": items,
        "small": given.get("small", crowded),
        "inline": given.get("inline"),
        "disabled": field.field.disabled,
        "classes": join_names(crowded and "app-choices", field.field.widget.attrs.get("class")),
    }


def _grouped(name: str, field: BoundField, frame: Params, groups: list[tuple[Any, list[Any]]]) -> SafeString:
    """Choices in groups: a fieldset of fieldsets, the first choice of all under the field's own id."""
    parts = []
    for at, (group, choices) in enumerate(groups):
        items = [_item(field, choice, {}) for choice in choices]
        prefix = field.auto_id if at == 0 else f"{field.auto_id}-{at + 1}-1"
        inner = {"legend": {"text": group or "Other"}, "classes": "app-choices-group"}
        options = _choice_options(field, items, {"small": True})
        classes = join_names("app-choices", field.field.widget.attrs.get("class"))
        parts.append(render(name, **{**options, "classes": classes}, id_prefix=prefix, fieldset=inner))
    return framed(field, mark_safe("".join(parts)), frame)  # noqa: S308 - each part is a component's HTML


def framed(field: BoundField, inside: SafeString, frame: Params) -> SafeString:
    """Several inputs of one field under its legend, hint and error."""
    hint, error = hint_of(field), error_of(field)
    messages = [render("hint", **hint)] if hint else []
    messages += [render("error-message", **error)] if error else []
    described = join_names(hint and hint["id"], error and error["id"])
    body = mark_safe("".join([*messages, inside]))  # noqa: S308 - made of components
    group = "nhsuk-form-group nhsuk-form-group--error" if error else "nhsuk-form-group"
    whole = render("fieldset", **frame, text=body, described_by=described)
    return format_html_join("", '<div class="{}">{}</div>', [(group, whole)])


def _item(field: BoundField, choice: dict[str, Any], folded: Mapping[str, SafeString]) -> dict[str, Any]:
    value = str(choice["value"])
    hints = getattr(field.field, "option_hints", {})
    item = {"value": value, "text": choice["label"], "checked": bool(choice["selected"])}
    extra = {"hint": hints.get(value), "conditional": {"text": folded[value]} if value in folded else None}
    return item | {name: part for name, part in extra.items() if part}


def _groups(field: BoundField) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The choices of a field by group, chosen ones marked."""
    value = field.value()
    chosen = value if isinstance(value, list | tuple | set) else [value]
    texts = field.field.widget.format_value([getattr(v, "pk", v) for v in chosen])
    found = [(group, choices) for group, choices, _ in field.field.widget.optgroups(field.html_name, texts)]
    merged: dict[Any, list[dict[str, Any]]] = {}
    for group, choices in found:
        merged.setdefault(group, []).extend(choices)
    return list(merged.items())


def _several(field: BoundField, given: dict[str, Any], _: Mapping[str, SafeString]) -> SafeString:
    """A field of several inputs, such as a date and a time: its widget draws them, the frame stands around."""
    frame = {
        "legend": {"text": label_of(field), "size": given.get("label_size", LABEL_SIZE) or None},
        "role": "group",
    }
    return framed(field, mark_safe(field.as_widget()), frame)  # noqa: S308 - Django escapes its widgets


_SHAPES: list[tuple[type, Callable[[BoundField, dict[str, Any], Mapping[str, SafeString]], SafeString]]] = [
    (forms.MultiWidget, _several),
    (forms.PasswordInput, _password),
    (forms.FileInput, _file),
    (forms.Textarea, _area),
    (forms.CheckboxInput, _tick),
    (forms.CheckboxSelectMultiple, _choose("checkboxes")),
    (forms.RadioSelect, _choose("radios")),
    (forms.SelectMultiple, _choose("checkboxes")),
    (forms.Select, _select),
]
