"""Forms of the room: posts on the rota, and shifts."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.kept import KeptForm
from continuity.command.models import Rota
from continuity.core.fields import LocalMomentField, window_of
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press


class RotaForm(KeptForm[Rota]):
    class Meta:
        model = Rota
        fields = ["name", "reach", "role"]
        labels = {
            "name": "Post",
            "reach": "How to reach whoever holds it",
            "role": "Role in an incident",
        }
        help_texts = {
            "name": "For example, Duty IT manager",
            "reach": "For example, switchboard 0, ask for the duty IT manager. Never a person's own number",
        }
        error_messages = {"name": {"unique": "Another post has this name"}}


class PersonField(forms.ModelChoiceField[User]):
    """One active person, by name and job title."""

    def __init__(self, **options: Any) -> None:
        people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "username")
        super().__init__(people, empty_label="Choose one", **options)

    def label_from_instance(self, person: User) -> str:
        name = person.get_full_name() or person.username
        return f"{name}, {person.job_title}" if person.job_title else name


class ShiftForm(PlainWords, forms.Form):
    """Who is on call, from when to when."""

    person = PersonField(label="Who is on call")
    starts_at = LocalMomentField(label="Shift starts")
    ends_at = LocalMomentField(label="Shift ends")
    span: Range[datetime] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.layout = Layout("person", "starts_at", "ends_at", Press("Add shift"))

    def clean(self) -> dict[str, Any]:
        self.span = window_of(self, "starts_at", "ends_at")
        return self.cleaned_data


class EndForm(PlainWords, forms.Form):
    """When a shift that has begun ends."""

    ends_at = LocalMomentField(label="Shift ends")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.layout = Layout("ends_at", Press("End shift"))
