"""Forms by which people are asked to write for a review, and write."""

from collections.abc import Collection
from typing import Any

from django import forms

from continuity.catalogue.forms import PeopleField
from continuity.core.nhs.layout import Press
from incidents.forms.base import RoomForm, WordsField
from incidents.reviews.forms.meeting import offer_others
from incidents.reviews.forms.texts import LONGEST_TEXT
from incidents.reviews.models import Review


class AskForm(RoomForm):
    """Who is asked besides those who were, and whether they may write without their name."""

    people = PeopleField(required=False, label="Whom do you ask?", help_text="They get a message with a link")
    is_allowed = forms.BooleanField(required=False, label="They may write without their name")

    def __init__(self, *args: Any, review: Review, asked: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_others(self.fields["people"], asked)
        self.initial = {"is_allowed": review.allows_anonymous}
        self.arrange("people", "is_allowed", Press("Save, and ask them"))


class ContributeForm(RoomForm):
    """What somebody wants to say, under their role or, where that is allowed, without a name."""

    ROLE, NOBODY = "role", "nobody"
    text = WordsField(
        rows=8, max_length=LONGEST_TEXT, label="What did you see, and what helped or hindered?",
        help_text="Roles, not names, and nothing about a patient",
        error_messages={"required": "Write what you saw, or what helped or hindered"},
    )  # fmt: skip
    under = forms.ChoiceField(
        choices=[(ROLE, "With my role"), (NOBODY, "Without my name, which is stored nowhere")],
        widget=forms.RadioSelect, label="How should it be shown?",
    )  # fmt: skip

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not review.allows_anonymous:
            del self.fields["under"]
        self.arrange("text", *(["under"] if review.allows_anonymous else []), Press("Send"))

    def facts(self) -> dict[str, Any]:
        return {
            "text": self.cleaned_data["text"],
            "is_anonymous": self.cleaned_data.get("under") == self.NOBODY,
        }
