"""Forms that choose the records of a theme: from those that were found, or by their references."""

from collections.abc import Sequence
from typing import Any

from django import forms

from continuity.catalogue.fields import LinesField
from continuity.catalogue.models import Service
from continuity.core.nhs.layout import Press
from continuity.core.wording import date_words
from continuity.plans.forms import DayField
from incidents.forms.base import RoomForm, WordsField
from incidents.reviews.gathering import by_references, fitting
from incidents.reviews.subjects import Subject, day_of


class RecordsFilter(forms.Form):
    """What narrows the records that are offered; anything else in the address is left aside."""

    marks_optional = False
    q = forms.CharField(required=False, max_length=200, label="Search records that are over")
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), to_field_name="key", required=False, empty_label="All services",
        label="Service",
    )  # fmt: skip

    def found(self, person: Any) -> list[Subject]:
        self.full_clean()
        words, service = self.cleaned_data.get("q", ""), self.cleaned_data.get("service")
        return fitting(person, words=words, service=service)


class RecordsForm(RoomForm):
    """Records by their references: those that are offered, and others."""

    marks_optional = False
    records = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple({"small": True}), label="Records that are over"
    )
    others = LinesField(
        required=False, longest=40, label="Others, by their references",
        help_text="One a line. For example, INC-2024-011",
    )  # fmt: skip
    first: Sequence[str] = ()
    button = "Add these records"

    def __init__(self, *args: Any, person: Any, offered: Sequence[Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.chosen: list[Subject] = []
        said = self["records"].value() or []
        # What was ticked stays offered, whatever the list is narrowed down to meanwhile.
        ticked, _ = by_references(said, person)
        shown = {each.ref: each for each in [*offered, *ticked]}
        self.fields["records"].choices = [(ref, words_of(each)) for ref, each in shown.items()]  # type: ignore[attr-defined]
        self.arrange(*self.first, "records", "others", Press(self.button))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        asked = [*said.get("records", []), *said.get("others", [])]
        if not (asked or self.errors):
            self.add_error("records", "Choose the records, or write their references")
        self.chosen, missed = by_references(asked, self.person)
        if missed:
            self.add_error(
                "others", f"There is no record that is over with the reference {', '.join(missed)}"
            )
        return said


class ThemeForm(RecordsForm):
    """A theme in words, and its records."""

    first = ("theme", "due_on")
    button = "Gather them for a review"
    theme = WordsField(
        rows=1, max_length=150, label="What do they have in common?",
        help_text="For example, Alarms that nobody saw",
        error_messages={"required": "Say what the records have in common"},
    )  # fmt: skip
    due_on = DayField(required=False, label="Review due by", help_text="For example, 31 January 2025")

    field_order = ["theme", "due_on", "records", "others"]


def words_of(record: Subject) -> str:
    """A record as a line to choose: what, its reference, when."""
    return f"{record.title} ({record.ref}, {date_words(day_of(record))})"
