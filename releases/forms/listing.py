"""What narrows the list of planned work down."""

from typing import Any

from django import forms

from continuity.catalogue.models import Service
from releases.models import Release


class FilterForm(forms.Form):
    """Words, a service by its key, a kind. What cannot be meant narrows nothing down."""

    marks_optional = False

    q = forms.CharField(required=False, max_length=100)
    service = forms.ChoiceField(label="Service", required=False)
    kind = forms.ChoiceField(
        label="Kind of work", required=False, choices=[("", "All kinds"), *Release.Kind.choices]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        services = Service.objects.order_by("name").values_list("key", "name")
        self.fields["service"].choices = [("", "All services"), *services]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        """What was understood of `q`, `service` and `kind`."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
