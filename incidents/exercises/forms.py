"""Forms of the room: planning an exercise, its objectives, and how far each was met."""

from typing import Any

from django import forms

from continuity.accounts.models import User
from continuity.catalogue.fields import LengthField, LinesField
from continuity.core.nhs.layout import Fold, Press
from continuity.plans.forms import DayField
from continuity.plans.models import Procedure
from incidents.exercises.models import Exercise, Objective, Type
from incidents.forms.base import RoomForm, WordsField


class PersonField(forms.ModelChoiceField[User]):
    """Somebody who still works here, by job title and name."""

    def __init__(self, **options: Any) -> None:
        people = User.objects.filter(is_active=True).order_by("job_title", "username")
        super().__init__(people, to_field_name="username", empty_label="Choose a person", **options)

    def label_from_instance(self, person: User) -> str:
        name = person.get_full_name() or person.username
        return f"{person.job_title} ({name})" if person.job_title else name


class PlanForm(RoomForm):
    """What is practised, on which day, by whom it is directed, and with which procedures."""

    title = WordsField(rows=1, max_length=120, label="Title", help_text="For example, Wi-Fi lost at night")
    kind = forms.ChoiceField(choices=Type.choices, widget=forms.RadioSelect({"small": True}), label="Type")
    held_on = DayField(label="Day", help_text="For example, 1 November 2025")
    theme = WordsField(rows=1, max_length=200, required=False, label="Theme")
    director = PersonField(required=False, label="Director")
    procedures = forms.ModelMultipleChoiceField(
        Procedure.objects.order_by("title"), required=False, widget=forms.CheckboxSelectMultiple,
        label="Procedures that are practised",
    )  # fmt: skip
    injects = LinesField(
        required=False,
        longest=300,
        label="What players are told while it runs",
        help_text="One message a line",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange(
            "title", "kind", "held_on", "procedures", "director", Fold("More", "theme", "injects"),
            Press("Plan the exercise"),
        )  # fmt: skip


class ObjectiveForm(RoomForm):
    """One thing that the exercise shall show."""

    text = WordsField(
        rows=1, max_length=200, label="Objective", help_text="For example, Wards move to paper charts"
    )
    measure = WordsField(
        rows=1,
        max_length=200,
        label="How it is measured",
        help_text="For example, within 15 minutes, on 3 wards",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("text", "measure", Press("Add the objective"))


class ReportForm(RoomForm):
    """How far each objective was met, how long the service took to come back, who was there."""

    observed_rto = LengthField(
        required=False, label="How long it took until the work went on", help_text="For example, 45 minutes"
    )
    is_board_present = forms.BooleanField(required=False, label="A board member was present")

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        self.objectives = list(exercise.objectives.all())
        super().__init__(*args, **kwargs)
        for each in self.objectives:
            self.fields[f"rating_{each.pk}"] = forms.ChoiceField(
                choices=Objective.Rating.choices, widget=forms.RadioSelect({"inline": True}), label=each.text,
                help_text=f"Measured by: {each.measure}",
                error_messages={"required": f"Say how far it was met: {each.text}"},
            )  # fmt: skip
        rated = [f"rating_{each.pk}" for each in self.objectives]
        self.arrange(*rated, "observed_rto", "is_board_present", Press("Report the exercise"))

    def facts(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {
            "ratings": {each.pk: asked[f"rating_{each.pk}"] for each in self.objectives},
            "observed_rto_min": asked["observed_rto"],
            "is_board_present": asked["is_board_present"],
        }


class PostponeForm(RoomForm):
    to = DayField(label="New day", help_text="For example, 1 November 2025")
    reason = WordsField(rows=2, max_length=300, label="Reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("to", "reason", Press("Postpone"))


class CancelForm(RoomForm):
    reason = WordsField(rows=2, max_length=300, label="Reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("reason", Press("Cancel the exercise", variant="warning"))
