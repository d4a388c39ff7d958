"""Forms about factors, actions, people and reasons, and what narrows the lists."""

from typing import Any

from django import forms

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import local_day, now
from continuity.core.nhs.layout import Fold, Opens, Press
from continuity.plans.forms import DayField
from incidents.exercises.forms import PersonField
from incidents.forms.base import RoomForm, WordsField
from incidents.reviews.forms.proving import PlanField, fitting, work_field
from incidents.reviews.forms.texts import LONGEST_TEXT
from incidents.reviews.grouping import WAYS
from incidents.reviews.leading import leaders
from incidents.reviews.models import Action, Factor, LocalFactor, Review
from incidents.reviews.models.action import ActionQuerySet
from incidents.reviews.models.review import ReviewQuerySet
from releases.notices import names_words


class FactorForm(RoomForm):
    """Something in the work that helped or hindered, under one heading."""

    HINDERED, HELPED = "hindered", "helped"
    text = WordsField(
        rows=3, max_length=2_000, label="What was it?", help_text="Something in the work, not somebody in it"
    )
    area = forms.ChoiceField(
        choices=Factor.Area.choices, widget=forms.RadioSelect({"small": True}), label="Heading",
        help_text="The part of the work system it belongs to (SEIPS)",
    )  # fmt: skip
    local = forms.ModelChoiceField(
        LocalFactor.objects.filter(is_in_use=True), required=False, label="Local factor",
        empty_label="None, or a new one",
        help_text="The trust's own word for it, so that it is noticed if it comes back",
    )  # fmt: skip
    local_name = WordsField(
        rows=1, required=False, max_length=120, label="New local factor",
        help_text="For example, Alarm to a mailbox nobody watches",
    )  # fmt: skip
    effect = forms.ChoiceField(
        choices=[(HINDERED, "It hindered"), (HELPED, "It helped")], widget=forms.RadioSelect,
        label="What did it do?",
    )  # fmt: skip
    accepted_why = WordsField(
        required=False, rows=2, max_length=300, label="Reason for doing nothing about it",
        help_text="Leave empty if an action follows",
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, factor: Factor | None = None, **kwargs: Any) -> None:
        if factor:
            effect = self.HINDERED if factor.is_hindering else self.HELPED
            kwargs["initial"] = {
                "text": factor.text, "area": factor.area, "effect": effect, "seen": factor.text,
                "accepted_why": factor.accepted_why, "local": factor.local_id,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        if factor and factor.local_id:
            # What was retired meanwhile stays where it is.
            own = LocalFactor.objects.filter(pk=factor.local_id)
            self.fields["local"].queryset |= own  # type: ignore[attr-defined]
        self.arrange(
            "text",
            "area",
            "local",
            Fold("Name a new local factor", "local_name"),
            Opens("effect", hindered=["accepted_why"]),
            "seen",
            Press("Save"),
        )

    def facts(self) -> dict[str, Any]:
        asked = self.cleaned_data
        is_hindering = asked["effect"] == self.HINDERED
        return {
            "text": asked["text"],
            "area": asked["area"],
            "is_hindering": is_hindering,
            "accepted_why": asked["accepted_why"] if is_hindering else "",
            "local": asked["local"],
            "local_name": asked["local_name"],
        }


class FactorField(forms.ModelChoiceField[Factor]):
    def label_from_instance(self, factor: Factor) -> str:
        return f"{factor.get_area_display()}: {factor.text[:80]}"


class ActionForm(RoomForm):
    """What will be changed, by whom, by when, how strong it is and how anybody will know."""

    title = WordsField(
        rows=1, max_length=300, label="What will be done?",
        help_text="Begin with a verb. For example, Send storage alarms to the on-call phone",
    )  # fmt: skip
    factor = FactorField(
        Factor.objects.none(), required=False, label="Factor it answers", empty_label="None of them"
    )
    owner = PersonField(label="Owner", help_text="One person, who must accept it")
    due_on = DayField(label="Due by", help_text="At most 12 months from today. For example, 31 January 2025")
    strength = forms.ChoiceField(
        choices=Action.Strength.choices, widget=forms.RadioSelect({"small": True}), label="How strong is it?"
    )
    measure = WordsField(
        rows=1, max_length=300, label="How will we know?",
        help_text="What anybody can see when it is done. For example, a test alarm rings within 5 minutes",
    )  # fmt: skip
    verifier = PersonField(required=False, label="Who checks it?")
    plan_version = PlanField(
        label="Procedure that it changes",
        help_text="It counts as done once a newer version of the procedure is published",
    )
    release = work_field("Planned work that does it")

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["factor"]
        if isinstance(field, FactorField):
            field.queryset = review.factors.filter(is_hindering=True)
        self.fields["release"].queryset = fitting(review)  # type: ignore[attr-defined]
        self.arrange(
            "title", "factor", "owner", "due_on", "strength", "measure",
            Fold("What will prove it", "plan_version", "release"), Fold("More", "verifier"),
            Press("Propose the action"),
        )  # fmt: skip


class AssignForm(RoomForm):
    owner = PersonField(label="Owner")
    verifier = PersonField(required=False, label="Who checks it?")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"owner": _name(action.owner), "verifier": _name(action.verifier)}
        self.arrange("owner", "verifier", Press("Save"))


def _name(person: User | None) -> str:
    return person.username if person else ""


class DateForm(RoomForm):
    to = DayField(label="New day", help_text="For example, 31 January 2025")
    reason = WordsField(rows=2, max_length=300, label="Reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("to", "reason", Press("Move the date"))


class ReasonForm(RoomForm):
    """Why: `label` asks, `button` names the press."""

    reason = WordsField(rows=2, max_length=300, error_messages={"required": "Say why"})

    def __init__(self, *args: Any, label: str, button: str, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.arrange("reason", Press(button, variant="secondary"), action=action)


class FacilitatorForm(RoomForm):
    """Who facilitates, of those who hold reviews; the hint names who led the incident and so does not."""

    facilitator = PersonField(label="Who facilitates the review?")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["facilitator"]
        if isinstance(field, PersonField):
            hold = User.objects.filter(is_active=True, roles__permissions__contains=[Permission.REVIEW_WRITE])
            field.queryset = hold.order_by("job_title", "username").distinct()
        field.help_text = _who_does_not([str(each) for each in leaders(review)])
        self.initial = {"facilitator": _name(review.facilitator), "seen": review.facilitator_id}
        self.arrange("facilitator", "seen", Press("Save"))


def _who_does_not(led: list[str]) -> str:
    if not led:
        return "Not whoever leads what is looked back at, and not who approves the review"
    return f"Not who led the incident ({names_words(led)}), and not who approves the review"


class AmendForm(RoomForm):
    """A new text beside the approved one."""

    text = WordsField(rows=6, max_length=LONGEST_TEXT, label="What should be read beside it?")
    reason = WordsField(rows=2, max_length=300, label="Reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("text", "reason", Press("Amend the review"))


class ReviewFilter(forms.Form):
    """What narrows the list of reviews; anything else in the address is left aside."""

    marks_optional = False
    q = forms.CharField(required=False, max_length=200, label="Search reviews")
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), to_field_name="key", required=False, empty_label="All services",
        label="Service",
    )  # fmt: skip

    def narrow(self, reviews: ReviewQuerySet) -> ReviewQuerySet:
        self.full_clean()
        words, service = self.cleaned_data.get("q"), self.cleaned_data.get("service")
        found = reviews.matching(words) if words else reviews
        return found.about(service) if service else found


class ActionFilter(forms.Form):
    """What narrows the board of actions, and how it is grouped."""

    OPEN, LATE, DONE, EVERY = "", "late", "done", "all"
    marks_optional = False
    q = forms.CharField(required=False, max_length=200, label="Search actions")
    show = forms.ChoiceField(
        choices=[
            (OPEN, "Not done yet"), (LATE, "30 days late or more"), (DONE, "Checked and done"), (EVERY, "All"),
        ],
        required=False, label="Show",
    )  # fmt: skip
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), to_field_name="key", required=False, empty_label="All services",
        label="Service",
    )  # fmt: skip

    by = forms.ChoiceField(choices=WAYS, required=False, label="Group by")

    def narrow(self, actions: ActionQuerySet) -> ActionQuerySet:
        self.full_clean()
        words, show = self.cleaned_data.get("q"), self.cleaned_data.get("show") or self.OPEN
        found = actions.matching(words) if words else actions
        if service := self.cleaned_data.get("service"):
            found = found.filter(review__in=Review.objects.about(service))
        if show == self.LATE:
            return found.long_late(local_day(now()))
        if show == self.OPEN:
            return found.open()
        return found.filter(state=Action.State.VERIFIED) if show == self.DONE else found
