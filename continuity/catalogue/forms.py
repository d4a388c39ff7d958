"""Forms of the catalogue: they validate, and keep what was typed. Nothing is saved here."""

from collections.abc import Collection, Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms

from continuity.accounts.models import User
from continuity.catalogue.counted import FAULTS_SHOWN, Weeks, read_counts
from continuity.catalogue.fields import LengthField, LinesField, ServiceField, ServicesField, WallTimeField
from continuity.catalogue.kept import KeptForm
from continuity.catalogue.models import Area, Dependency, Service, ServiceQuerySet, Site, Team
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Opens, Press
from continuity.core.spoken import WEEKDAYS
from continuity.core.wording import count_words

# A year of a whole trust's counts fits; no more is read into memory.
LARGEST = 2 * 1024 * 1024


class SiteForm(KeptForm[Site]):
    class Meta:
        model = Site
        fields = ["name", "kind"]
        widgets = {"kind": forms.RadioSelect}
        error_messages = {"name": {"unique": "Another site has this name"}}


class PeopleField(forms.ModelMultipleChoiceField[User]):
    """People as boxes to tick, by name and job title."""

    def __init__(self, **options: Any) -> None:
        people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "username")
        super().__init__(people, widget=forms.CheckboxSelectMultiple, **options)

    def label_from_instance(self, person: User) -> str:
        name = person.get_full_name() or person.username
        return f"{name}, {person.job_title}" if person.job_title else name


class TeamForm(KeptForm[Team]):
    members = PeopleField(
        required=False,
        help_text="Members may change the services that the team owns, and say that they work.",
    )

    class Meta:
        model = Team
        fields = ["name", "ring", "hours", "members"]
        labels = {"ring": "Whom to ring", "hours": "When they answer"}
        help_texts = {
            "ring": "For example, ext 5000. A desk, bleep or role, never a person's own number",
            "hours": "For example, 8am to 6pm, on call at other times",
        }
        error_messages = {"name": {"unique": "Another team has this name"}}


class AreaForm(KeptForm[Area]):
    services = ServicesField(required=False, label="Services it uses")

    class Meta:
        model = Area
        fields = ["name", "kind", "site", "phone", "email", "services"]
        widgets = {"kind": forms.RadioSelect, "phone": forms.TextInput({"width": 10})}
        labels = {"phone": "Desk extension or bleep", "email": "Shared mailbox"}
        help_texts = {"email": "Everybody on shift can open it. Planned work is announced there"}
        error_messages = {"name": {"unique": "Another area has this name"}}


class ServiceForm(KeptForm[Service]):
    ring = LinesField(
        label="Whom to ring",
        help_text="One a line, the first to ring first. For example, IT service desk, ext 5000",
    )
    open_days = forms.TypedMultipleChoiceField(
        label="Days it is open",
        required=False,
        coerce=int,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple({"small": True}),
    )
    opens = WallTimeField(required=False, label="Opens", help_text="For example, 8am")
    closes = WallTimeField(required=False, label="Closes", help_text="For example, 6pm")
    rto_min = LengthField(
        label="Recovery time objective (RTO)",
        help_text="How soon it should be back. For example, 4 hours or 30 minutes",
    )
    mtpd_min = LengthField(
        label="Maximum tolerable period of disruption (MTPD)",
        help_text="How long the hospital can manage without it. Longer than the recovery time objective",
    )
    freshness_min = LengthField(
        label="Freshness limit",
        help_text="How long it counts as working after a person or a monitor said so. For example, 12 hours",
        initial=Service._meta.get_field("freshness_min").default,
    )
    allowance_min = LengthField(
        label="Planned downtime a year",
        required=False,
        help_text="How much planned work may take in a year, if it is not what its tier allows. For example, 24 hours",
    )

    class Meta:
        model = Service
        fields = [
            *("name", "description", "kind", "tier", "scope", "owner", "ring"),
            *("hours", "open_days", "opens", "closes", "is_open_on_bank_holidays"),
            *("rto_min", "mtpd_min", "freshness_min", "allowance_min"),
        ]
        widgets = {
            "description": forms.Textarea({"rows": 3}),
            **dict.fromkeys(("kind", "tier", "scope", "hours"), forms.RadioSelect),
        }
        labels = {
            "description": "What it is, in plain words",
            "scope": "Who runs it",
            "owner": "Owner",
            "is_open_on_bank_holidays": "It is open on bank holidays",
        }
        error_messages = {"name": {"unique": "Another service has this name"}}

    def layout(self) -> Iterable[Any]:
        weekly = ["open_days", "opens", "closes", "is_open_on_bank_holidays"]
        return [
            *("name", "description", "kind", "tier", "scope", "owner", "ring"),
            Opens("hours", weekly=weekly),
            Fieldset("How long without it", "rto_min", "mtpd_min", "freshness_min", "allowance_min"),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("hours") == Service.Hours.WEEKLY:
            self._need_weekly_hours(cleaned)
        rto, mtpd = cleaned.get("rto_min"), cleaned.get("mtpd_min")
        if rto and mtpd and rto >= mtpd:
            self.add_error("mtpd_min", "This must be longer than the recovery time objective")
        return cleaned

    def _need_weekly_hours(self, cleaned: dict[str, Any]) -> None:
        needed = {
            "open_days": "Choose the days it is open",
            "opens": "Enter the time it opens",
            "closes": "Enter the time it closes",
        }
        for name, sentence in needed.items():
            # Midnight is a time, and Python counts some empty answers as false: ask for None and the empty list.
            if name not in self.errors and cleaned.get(name) in (None, []):
                self.add_error(name, sentence)


class DependencyForm(PlainWords, forms.Form):
    """What a service needs: another service, and what happens without it."""

    on = ServiceField(
        queryset=Service.objects.none(),
        label="It needs",
        empty_label="Choose a service",
        error_messages={"required": "Choose the service that it needs"},
    )
    kind = forms.ChoiceField(
        label="What happens without it?", choices=Dependency.Kind, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["on"]
        if isinstance(field, ServiceField):
            field.queryset = Service.objects.exclude(pk=service.pk)
        self.helper = FormHelper(self)
        self.helper.layout = Layout("on", "kind", Press("Add"))


class UsageForm(PlainWords, forms.Form):
    """A file that says how many people use services; read whole, every fault told by its line."""

    file = forms.FileField(
        label="CSV file",
        help_text="At most 2 MB. One line for each service and hour, for example ers,9,140",
        error_messages={"required": "Choose a CSV file", "empty": "The file is empty. Choose another one"},
    )

    def __init__(
        self, *args: Any, keys: Collection[str] = (), barred: Collection[str] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.keys, self.barred = keys, barred
        self.weeks: Weeks = {}
        self.helper = FormHelper(self)
        self.helper.layout = Layout("file", Press("Import"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file must be 2 MB or smaller")
        found = read_counts(file.read(), keys=self.keys, barred=self.barred)
        if found.faults:
            more = len(found.faults) - FAULTS_SHOWN
            last = [f"{count_words(more, 'more fault')} of this sort"] if more > 0 else []
            raise forms.ValidationError([*found.faults[:FAULTS_SHOWN], *last])
        self.weeks = found.weeks
        return file


class ServiceFilter(PlainWords, forms.Form):
    """What a list of services is narrowed to; an answer that is none narrows nothing."""

    marks_optional = is_kept = False
    site = forms.ModelChoiceField(
        Site.objects.all(), to_field_name="key", empty_label="All sites", required=False, label="Site"
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), to_field_name="key", empty_label="All owners", required=False, label="Owner"
    )
    tier = forms.TypedChoiceField(
        choices=[("", "All tiers"), *Service.Tier.choices],
        coerce=int,
        empty_value=None,
        required=False,
        label="Tier",
    )
    q = forms.CharField(required=False, max_length=200)

    def narrow(self, services: ServiceQuerySet) -> ServiceQuerySet:
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        found = services.matching(asked.get("q") or "")
        if site := asked.get("site"):
            found = found.used_at(site)
        if team := asked.get("team"):
            found = found.filter(owner=team)
        return found.filter(tier=tier) if (tier := asked.get("tier")) else found
