"""The form of a near miss or of something that went well: a minute's work, for anybody who saw it."""

from typing import Any

from django import forms

from continuity.catalogue.fields import ServiceField
from continuity.catalogue.models import Service
from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Press
from incidents.forms.base import RoomForm, WordsField
from incidents.reviews.models import Observation

LONGEST = 4_000


class ObserveForm(RoomForm):
    """What it was, on which service, when, and what stopped it or helped."""

    kind = forms.ChoiceField(
        choices=[
            (Observation.Kind.NEAR_MISS, "Something nearly went wrong"),
            (Observation.Kind.WENT_WELL, "Something went well"),
        ],
        widget=forms.RadioSelect, label="What do you want to tell?",
        error_messages={"required": "Choose whether something nearly went wrong or went well"},
    )  # fmt: skip
    title = WordsField(
        rows=1, max_length=120, label="What happened, or nearly happened?",
        help_text="In a few words. Roles, not names, and nothing about a patient",
        error_messages={"required": "Say in a few words what happened, or nearly happened"},
    )  # fmt: skip
    helped = WordsField(
        required=False, max_length=LONGEST, label="What stopped it, or what helped?",
        help_text="For example, the night sister kept a paper list",
    )  # fmt: skip
    service = ServiceField(
        Service.objects.all(), to_field_name="key", required=False, label="Which service?",
        empty_label="None, or I do not know",
    )  # fmt: skip
    happened_at = LocalMomentField(
        required=False, label="When was it?", help_text="Leave empty if it was just now"
    )
    text = WordsField(required=False, max_length=LONGEST, label="Is there more to say?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("kind", "title", "helped", "service", "happened_at", "text", Press("Record it"))
