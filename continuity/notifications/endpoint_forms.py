"""The forms of other programs and of channels."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms

from continuity.catalogue.fields import ServicesField
from continuity.catalogue.kept import KeptForm
from continuity.core import outbound
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Fold, Press
from continuity.notifications.actions.programs import Hears
from continuity.notifications.models import CHOSEN, MILDEST, TO_ENDPOINTS, ChannelHealth, Endpoint, Severity

FASTEST = 100_000


class EndpointForm(KeptForm[Endpoint]):
    """Where a program is told, and what it hears."""

    channel = forms.ChoiceField(
        label="How it is told",
        choices=[(each.value, each.label) for each in TO_ENDPOINTS],
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label="Address",
        max_length=600,
        help_text="In Teams: Workflows, “When a Teams webhook request is received”, then copy its address",
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label="News it hears",
        choices=[(each.value, each.label) for each in CHOSEN],
        widget=forms.CheckboxSelectMultiple,
    )
    severity = forms.TypedChoiceField(
        label="Of incidents",
        coerce=int,
        choices=[(str(each.value), each.label) for each in reversed(Severity)],
        initial=str(MILDEST),
    )
    services = ServicesField(label="Services it hears about", required=False)

    class Meta:
        model = Endpoint
        fields = ["name", "channel", "address"]
        labels = {"name": "Name of the program or Teams channel"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial.update(_heard_by(self.instance))

    def layout(self) -> Iterable[Any]:
        fold = Fold("Only some services (without a choice it hears about all)", "services")
        return ["name", "channel", "address", Fieldset("What it hears", "kinds", "severity", fold)]

    def clean_address(self) -> str:
        """The portal goes there: public and by https, or listed by whoever runs the portal."""
        address = str(self.cleaned_data["address"]).strip()
        try:
            outbound.found(address)
        except (outbound.Refused, outbound.Unreached) as error:
            raise forms.ValidationError(str(error)) from error
        return address

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        hears = Hears(
            kinds=facts.pop("kinds"), severity=facts.pop("severity"), services=facts.pop("services")
        )
        return {**facts, "hears": hears}


def _heard_by(endpoint: Endpoint) -> dict[str, Any]:
    rows = list(endpoint.subscriptions.all())
    return {
        "kinds": sorted({row.kind for row in rows}),
        "severity": str(max((row.severity for row in rows), default=MILDEST)),
        "services": sorted({row.service_id for row in rows if row.service_id}),
    }


class ChannelForm(PlainWords, forms.Form):
    """How fast a channel may go, and which services it needs."""

    per_minute = forms.IntegerField(
        label="Most messages a minute",
        required=False,
        min_value=1,
        max_value=FASTEST,
        help_text="Leave empty for as many as it can",
        widget=forms.NumberInput({"width": 5}),
    )
    needs = ServicesField(
        label="Services it needs",
        required=False,
        help_text="While one of these is not working, authors are told who may not be reached",
    )

    def __init__(self, *args: Any, health: ChannelHealth, **options: Any) -> None:
        had = {"per_minute": health.per_minute, "needs": [each.pk for each in health.needs.all()]}
        super().__init__(*args, initial=had, **options)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            "per_minute", Fold("Choose the services it needs", "needs"), Press("Save")
        )
