"""The form with which an area says that it has read a notice and is ready."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse

from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Area
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Opens, Press
from continuity.notifications.actions.confirming import Saying, by_person, on_behalf, on_own_computer
from continuity.notifications.models import Call

LONGEST_ROLE = 120
HERE, BEHALF = "here", "behalf"


class RoleField(forms.CharField):
    """Who somebody is, by role."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_ROLE, **options)


class ReadyForm(PlainWords, forms.Form):
    """Which area is ready, and who says so: a typed role, a person, or a person on behalf of the area.

    `areas` are those offered, unless the page is about one `place`. It posts to the call that was shown.
    """

    marks_optional = False

    area = forms.ModelChoiceField(
        Area.objects.all(), to_field_name="key", label="Area", empty_label="Choose the area"
    )

    def __init__(
        self,
        *args: Any,
        person: Any,
        call: Call,
        areas: Sequence[Area] = (),
        place: Area | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, auto_id=f"id_call_{call.pk}_%s", **options)
        self.person = person if person and person.is_authenticated else None
        area = self.fields["area"]
        if place:
            area.widget = forms.HiddenInput()
            self.initial["area"] = place.key
        else:
            area.choices = [("", "Choose the area"), *((each.key, each.name) for each in areas)]  # type: ignore[attr-defined]
        self.helper = FormHelper(self)
        self.helper.form_action = reverse("notifications:confirm_ready", args=[call.pk])
        self.helper.layout = Layout("area", *self._who(), Press("Read and ready"))

    def _who(self) -> list[Any]:
        """The questions that this person is asked, as a layout."""
        if self.person is None:
            self.fields["role"] = RoleField(
                label="Your role",
                help_text="For example, Nurse in charge",
                error_messages={"required": "Enter your role, for example Nurse in charge"},
            )
            return ["role"]
        if not self.person.may(Permission.RELEASE_PUBLISH):
            return []
        self.fields["way"] = forms.ChoiceField(
            label="Who says so?",
            choices=[(BEHALF, "The area told me"), (HERE, "I work there")],
            initial=BEHALF,
            widget=forms.RadioSelect,
        )
        self.fields["told_by"] = RoleField(
            label="Who told you, by role", required=False, help_text="For example, Ward sister"
        )
        return [Opens("way", behalf=["told_by"])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("way") == BEHALF and "told_by" not in self.errors and not cleaned.get("told_by"):
            self.add_error("told_by", "Enter the role of who told you, for example Ward sister")
        return cleaned

    def saying(self) -> Saying:
        """How the area says it, once the form is valid."""
        chosen = self.cleaned_data
        if self.person is None:
            return on_own_computer(chosen["role"])
        if chosen.get("way") == BEHALF:
            return on_behalf(self.person, told_by=chosen["told_by"])
        return by_person(self.person)
