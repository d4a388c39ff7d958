"""Plain words for what forms say by themselves: "Enter the title", not "This field is required."."""

from typing import Any, cast

from django import forms

from continuity.core import privacy

DJANGOS_OWN = str(forms.Field.default_error_messages["required"])
NUL = "null_characters_not_allowed"
UNKEPT = "this holds a sign that cannot be kept. Type it again instead of pasting it"
PLAIN = {
    forms.IntegerField: "Enter a whole number, for example 12",
    forms.DecimalField: "Enter a number, for example 1.5",
    forms.EmailField: "Enter an email address in the correct format, for example name@example.nhs.uk",
    forms.URLField: "Enter an address that begins with https://",
}


class PlainWords:
    """A mixin for forms: errors that a field has not worded itself say what is wrong and how to mend it.

    Text with an NHS number in it is refused until somebody confirms that it is no patient's. Stands before
    `forms.Form` or `forms.ModelForm` among the bases.
    """

    fields: dict[str, forms.Field]
    # Whether what is typed stands anywhere afterwards; not so for a log-in or what narrows a list.
    is_kept = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _reword(field, str(field.label or name.replace("_", " ").capitalize()))

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]  # the form's, beside which this stands
        form = cast(forms.Form, self)
        if form.is_bound and not form.errors:
            privacy.remember(str(form[name].label) for name in self._with_numbers())

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        form = cast(forms.Form, self)
        for name in self._with_numbers():
            typed = form[name].data
            if name not in form.errors and not privacy.is_ticked(form.data, form[name].html_name, typed):
                form.add_error(
                    name, forms.ValidationError(privacy.sentence(str(form[name].label)), privacy.PATIENT_DATA)
                )

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django does, but for a NUL: what refuses that words it itself, whatever the field says."""
        for each in getattr(error, "error_list", ()):
            if each.code == NUL and field:
                each.message = _unkept(self.fields[field], str(cast(forms.Form, self)[field].label))
        super().add_error(field, error)  # type: ignore[misc]  # the form's, beside which this stands

    def _with_numbers(self) -> list[str]:
        """The fields of free text in which somebody typed an NHS number."""
        form = cast(forms.Form, self)
        free = [name for name, field in self.fields.items() if self.is_kept and privacy.is_free_text(field)]
        return [name for name in free if privacy.tick_value(form[name].data)]


def _unkept(field: forms.Field, label: str) -> str:
    """What is said of text that PostgreSQL cannot keep."""
    return str(field.error_messages.get("invalid_choice", f"{label.rstrip('?')}: {UNKEPT}"))


def _reword(field: forms.Field, label: str) -> None:
    """Replace Django's own sentences; those of the form's author stay."""
    messages, inside = field.error_messages, _within_a_sentence(label)
    if messages.get("required") == DJANGOS_OWN:
        messages["required"] = _wanted(field, inside)
    for kind, words in PLAIN.items():
        if isinstance(field, kind) and messages.get("invalid") in {None, *_defaults(field, "invalid")}:
            messages["invalid"] = words
    if messages.get("invalid_choice") in _defaults(field, "invalid_choice"):
        what = "an answer" if inside.endswith("?") else f"the {inside}"
        messages["invalid_choice"] = f"Choose {what} from the list"
    messages.setdefault("max_length", f"{label} must be %(limit_value)d characters or fewer")
    messages.setdefault("min_value", f"{label} must be %(limit_value)s or more")
    messages.setdefault("max_value", f"{label} must be %(limit_value)s or less")


def _defaults(field: forms.Field, code: str) -> set[Any]:
    """What Django says for a code in this field's class and those it is made from, and what we say instead."""
    found = (getattr(kind, "default_error_messages", {}).get(code) for kind in type(field).__mro__)
    return {words for words in found if words} | set(PLAIN.values())


def _wanted(field: forms.Field, label: str) -> str:
    if label.endswith("?"):
        return f"Answer the question: {label}"
    if isinstance(field, forms.BooleanField):
        return f"Tick the box to confirm: {label}"
    if isinstance(field, forms.FileField):
        return f"Choose a file for the {label}"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return f"Choose the {label}"
    return f"Enter the {label}"


def _within_a_sentence(label: str) -> str:
    """A label as it stands inside a sentence; NHS and other capitals stay."""
    first, rest = label[:1], label[1:]
    return label if rest[:1].isupper() else first.lower() + rest
