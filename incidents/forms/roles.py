"""Forms about command roles: offering, taking one at a site, declining, releasing, handing over."""

from typing import Any

from django import forms

from continuity.accounts.models import User
from continuity.catalogue.models import Site
from continuity.command.forms import PersonField
from continuity.command.models import CommandRole
from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Press
from incidents.forms.base import AboutIncident, WordsField
from incidents.models import RoleAssignment

UNTRAINED = "Let them act without training, this once"


class HolderField(PersonField):
    """Somebody who may hold a role; with `everybody` others too, who are marked."""

    trained: frozenset[int] = frozenset()
    everybody = False

    def narrow(self, role: CommandRole, *, everybody: bool, but: User | None) -> None:
        """Offer those who may hold the role, without `but`."""
        people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "username")
        people = people.exclude(pk=but.pk) if but else people
        able = people.filter(roles__permissions__contains=[role.permission]).distinct()
        self.everybody = everybody
        self.trained = frozenset(able.values_list("pk", flat=True)) if everybody else frozenset()
        self.queryset = people if everybody else able

    def label_from_instance(self, person: User) -> str:
        label = super().label_from_instance(person)
        return f"{label} (not trained for it)" if self.everybody and person.pk not in self.trained else label


class SiteField(forms.ModelChoiceField[Site]):
    def __init__(self, **options: Any) -> None:
        options = {"label": "Which site?", "empty_label": "Choose a site", **options}
        super().__init__(Site.objects.all(), **options)


class AboutRole(AboutIncident):
    """A form about one role; whom it may name, and its site, are asked where the role needs them."""

    def __init__(self, *args: Any, role: CommandRole, is_above: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role, self.is_above = role, is_above
        if role.level != CommandRole.Level.OPERATIONAL:
            self.fields.pop("site", None)
        if not is_above:
            self.fields.pop("is_allowed", None)

    def narrow(self, name: str, *, but: User | None) -> None:
        field = self.fields[name]
        assert isinstance(field, HolderField)  # noqa: S101 - said for the types
        field.narrow(self.role, everybody=self.is_above and "is_allowed" in self.fields, but=but)

    def arrange_all(self, press: str) -> None:
        self.arrange(*self.fields, Press(press))


class TakeForm(AboutRole):
    """Taking a role oneself; an operational commander says where."""

    site = SiteField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange_all("Take this role")


class OfferForm(AboutRole):
    """Whom a role is offered to."""

    site = SiteField()
    to = HolderField(
        label="Whom do you ask?", help_text="They are told at once, and have 15 minutes to answer"
    )
    is_allowed = forms.BooleanField(required=False, label=UNTRAINED)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.narrow("to", but=by)
        self.arrange_all("Offer the role")


class WhyForm(AboutIncident):
    """Why an offer or a handover is declined, or a role given up."""

    reason = WordsField(rows=2, max_length=200, label="Why?")

    def __init__(self, *args: Any, press: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("reason", Press(press))


class AboutAssignment(AboutRole):
    """A form about a role that somebody holds."""

    def __init__(self, *args: Any, assignment: RoleAssignment, **kwargs: Any) -> None:
        super().__init__(*args, role=assignment.role, **kwargs)
        self.narrow("to", but=assignment.person)


class HandOverForm(AboutAssignment):
    """To whom, with a briefing that the portal has begun."""

    to = HolderField(
        label="Who takes over?",
        help_text="They are told at once, and have 15 minutes to answer. Until they accept, the role is yours",
    )
    is_allowed = forms.BooleanField(required=False, label=UNTRAINED)
    situation = WordsField(required=False, rows=5, label="Situation")
    decisions_pending = WordsField(required=False, label="Decisions that are pending")
    risks = WordsField(required=False, label="Risks")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange_all("Hand over")


class PhoneForm(AboutAssignment):
    """Who took over by phone, and when that was agreed."""

    to = HolderField(label="Who took over?")
    agreed_at = LocalMomentField(
        required=False, label="When it was agreed", help_text="Left empty, it is now"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange_all("Enter the handover")


class ForceForm(AboutAssignment):
    """Who has the role from now on, and why it cannot wait for its holder."""

    to = HolderField(label="Who has the role from now on?")
    is_allowed = forms.BooleanField(required=False, label=UNTRAINED)
    reason = WordsField(rows=2, max_length=200, label="Why can it not wait for its holder?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange_all("Force the handover")
