"""Forms of a review's meeting: when and where, who is invited, and who came."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.forms import PeopleField
from continuity.core.fields import LocalMomentField, window_of
from continuity.core.nhs.layout import Fold, Press
from incidents.forms.base import RoomForm, WordsField
from incidents.reviews.models import Attendance, Meeting


class MeetingForm(RoomForm):
    """When and where the review is held, and with whom."""

    starts_at = LocalMomentField(label="Meeting starts")
    ends_at = LocalMomentField(label="Meeting ends")
    place = WordsField(
        rows=1, required=False, max_length=200, label="Place",
        help_text="For example, seminar room 2, main building",
    )  # fmt: skip
    link = forms.URLField(
        required=False, max_length=500, assume_scheme="https", label="Link to join online",
        help_text="For example, https://meet.example.org/room",
    )  # fmt: skip
    people = PeopleField(
        label="Who is invited?",
        help_text="Each gets an email that puts the meeting in their calendar",
        error_messages={"required": "Choose whom you invite"},
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    span: Range[datetime] | None = None

    def __init__(self, *args: Any, meeting: Meeting | None, people: Collection[int], **kwargs: Any) -> None:
        """`people` are the primary keys of those who are ticked when it opens."""
        super().__init__(*args, **kwargs)
        self.initial = {"people": list(people)}
        if meeting:
            self.initial |= {
                "starts_at": meeting.span.lower, "ends_at": meeting.span.upper, "place": meeting.place,
                "link": meeting.link, "seen": meeting.sequence,
            }  # fmt: skip
        button = "Save, and tell them" if meeting else "Save, and send invitations"
        self.arrange("starts_at", "ends_at", "place", "link", "people", "seen", Press(button))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.span = window_of(self, "starts_at", "ends_at")
        if not (said.get("place") or said.get("link") or {"place", "link"} & self.errors.keys()):
            self.add_error("place", "Write the place, or the link to join online")
        return said

    def facts(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {"span": self.span, **{name: asked[name] for name in ("place", "link", "people", "seen")}}


class AttendanceForm(RoomForm):
    """Who came of those invited, who sent apologies, and who came besides."""

    marks_optional = False
    came = PeopleField(required=False, label="Who came?")
    apologies = PeopleField(required=False, label="Who sent apologies?")
    others = PeopleField(required=False, label="Who else came?")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, meeting: Meeting, attendances: Iterable[Attendance], **kwargs: Any
    ) -> None:
        """`attendances` hold their people, and who was invited or came is offered first."""
        super().__init__(*args, **kwargs)
        state = Attendance.State
        rows = [each for each in attendances if each.is_invited or each.state == state.ATTENDED]
        self.initial = {
            "came": [each.person_id for each in rows if each.state == state.ATTENDED],
            "apologies": [each.person_id for each in rows if each.state == state.APOLOGIES],
            "seen": meeting.sequence,
        }
        known = [each.person for each in rows]
        _offer(self.fields["came"], known, among=User.objects.all())
        invited = [each.person for each in rows if each.is_invited]
        _offer(self.fields["apologies"], invited, among=User.objects.all())
        offer_others(self.fields["others"], [each.pk for each in known])
        self.arrange(
            "came",
            Fold("Apologies", "apologies"),
            Fold("Somebody came who was not invited", "others"),
            "seen",
            Press("Save who came"),
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not (self.errors or said.get("came") or said.get("others")):
            self.add_error("came", "Tick who came. If nobody did, call the meeting off")
        return said

    def facts(self) -> dict[str, Any]:
        asked = self.cleaned_data
        came: list[User] = [*asked["came"], *asked["others"]]
        return {"came": came, "apologies": list(asked["apologies"]), "seen": asked["seen"]}


def offer_others(field: forms.Field, known: Collection[int]) -> None:
    """Show everybody but those who are `known` (primary keys); one of them who is sent all the same is accepted."""
    if isinstance(field, PeopleField) and field.queryset is not None:
        _offer(field, field.queryset.exclude(pk__in=known))


def _offer(field: forms.Field, people: Iterable[User], *, among: QuerySet[User] | None = None) -> None:
    """Show these people, by the name that the field gives them; `among` takes in who has left since."""
    if isinstance(field, PeopleField):
        field.queryset = field.queryset if among is None else among
        field.choices = [(each.pk, field.label_from_instance(each)) for each in people]
