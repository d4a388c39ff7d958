"""Fields that name who is told: for an audience that is kept under a name, and for one notice."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError

from continuity.accounts.models import Role, User
from continuity.catalogue.fields import LinesField, ServicesField
from continuity.catalogue.kept import KeptForm
from continuity.catalogue.models import Site, Team
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Fold
from continuity.notifications.audience import NAMES
from continuity.notifications.forms import AreasField
from continuity.notifications.models import AudienceList, Group

NOBODY = "Choose at least 1 service, site, area, role, team, person or group"
FOLDS = {
    "services": "Whoever hears about a service, and the areas that use it",
    "sites": "All areas of a site",
    "areas": "Areas",
    "roles": "People with a role",
    "teams": "Members of a team",
    "people": "People",
    "groups": "Outside contacts",
}


class PeopleField(LinesField):
    """Active people by their user names, one a line: a list of thousands to tick would help nobody."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(_user_names(value) if isinstance(value, list) else value)

    def clean(self, value: Any) -> list[User]:
        names: list[str] = super().clean(value)
        found = {
            person.username: person for person in User.objects.filter(username__in=names, is_active=True)
        }
        if unknown := [name for name in names if name not in found]:
            raise ValidationError(f"Nobody with the user name {unknown[0]} can log in", "unknown")
        return list(found.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(_user_names(initial or [])) != sorted(set((data or "").split()))


class NamesForm(PlainWords, forms.Form):
    """Everything that an audience may name; nothing of it is needed."""

    services = ServicesField(label="Services", required=False)
    sites = forms.ModelMultipleChoiceField(
        Site.objects.all(), label="Sites", required=False, widget=forms.CheckboxSelectMultiple
    )
    areas = AreasField(label="Areas", required=False)
    roles = forms.ModelMultipleChoiceField(
        Role.objects.all(), label="Roles", required=False, widget=forms.CheckboxSelectMultiple
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(), label="Teams", required=False, widget=forms.CheckboxSelectMultiple
    )
    people = PeopleField(label="People", required=False, help_text="Their user names, one a line")
    groups = forms.ModelMultipleChoiceField(
        Group.objects.all(), label="Groups of contacts", required=False, widget=forms.CheckboxSelectMultiple
    )


class AudienceForm(KeptForm[AudienceList], NamesForm):
    """An audience under a name, for many notices."""

    marks_optional = False
    name = forms.CharField(
        label="Name", max_length=120, help_text="For example, All surgical wards, or GP practices that refer"
    )

    class Meta:
        model = AudienceList
        fields = ["name", *NAMES]

    def layout(self) -> Iterable[Any]:
        return ["name", *(Fold(FOLDS[name], name) for name in NAMES)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in NAMES):
            self.add_error(None, NOBODY)
        return cleaned


def fields_for_notice() -> dict[str, forms.Field]:
    """Saved audiences to tick, and everything else that is told of one notice alone; all begin with `also_`."""
    saved = forms.ModelMultipleChoiceField(
        AudienceList.objects.exclude(name=""),
        label="Audiences",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    return {"also_lists": saved, **{f"also_{name}": field for name, field in NamesForm().fields.items()}}


def layout_for_notice() -> Fold:
    folds = [Fold(FOLDS[name], f"also_{name}") for name in NAMES]
    return Fold("Tell others as well", "also_lists", Fieldset("For this notice alone", *folds))


def initial_for_notice(lists: Iterable[AudienceList]) -> dict[str, Any]:
    """What the fields begin with, of the audiences of a notice. One query a sort where it has one of its own."""
    found: dict[str, Any] = {"also_lists": [each.pk for each in lists if each.name]}
    for own in (each for each in lists if not each.name):
        found |= {f"also_{name}": list(getattr(own, name).all()) for name in NAMES}
    return {name: value for name, value in found.items() if value}


def _user_names(people: Iterable[Any]) -> list[str]:
    return [getattr(person, "username", person) for person in people]
