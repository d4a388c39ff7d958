"""The form of an update in three parts."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Fold, Press
from continuity.core.wording import length_words
from continuity.plans.models import Version
from incidents.forms.base import AtHandField, WordsField
from incidents.forms.ready_words import BeginsWithWords
from incidents.models import ACTIVE, Impact, Incident, SeverityRule, Update
from incidents.wording import promise_words


class ProcedureField(forms.ModelChoiceField[Version]):
    """A published procedure, those of the incident's services first."""

    def label_from_instance(self, version: Version) -> str:
        return version.procedure.title


class UpdateField(AtHandField[Update]):
    def label_from_instance(self, update: Update) -> str:
        return f"Update {update.number}: {update.happened[:60]}"


class UpdateForm(BeginsWithWords):
    """What happened, what it means for you, what to do now, and when staff hear next."""

    happened = WordsField(label="What happened?", help_text="What staff notice, and what is being done")
    means = WordsField(required=False, rows=2, label="What does it mean for staff?")
    do_now = WordsField(required=False, rows=2, label="What do staff do now?")
    procedure = ProcedureField(
        Version.objects.none(), required=False, label="Procedure to follow", empty_label="None"
    )
    is_workaround = forms.BooleanField(required=False, label="With this, staff can work round it")
    next_due_at = LocalMomentField(required=False, label="Next update by")
    stage = forms.ChoiceField(
        choices=[("", "Not said"), *Update.Stage.choices], required=False, label="How far is it?"
    )
    corrects = UpdateField(
        Update.objects.none(), required=False, label="This corrects", empty_label="No earlier update"
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        updates = self.incident.updates.order_by("-number")
        self.fields["corrects"].queryset = updates  # type: ignore[attr-defined]
        self._begin_with(list(updates))
        self.fields["procedure"].queryset = _procedures_for(self.incident)  # type: ignore[attr-defined]
        workaround, promise, summary = self._promise(at)
        kinds = [Update.Kind.UPDATE, Update.Kind.WORKAROUND if workaround else Update.Kind.RESTORED]
        self.arrange(
            *self.offer_words(*kinds), "happened", "means", "do_now", "procedure", *workaround,
            Fold(summary, *promise, "stage", "corrects"), "seen", Press("Publish the update"),
            action=reverse("incidents:update", args=[self.incident.ref]),
        )  # fmt: skip

    def _begin_with(self, told: list[Update]) -> None:
        """What staff were told, the latest first, may be corrected; what they do now stands until it is changed."""
        self.fields["corrects"].offer(told)  # type: ignore[attr-defined]
        self.fields["seen"].initial = told[0].number if told else 0
        news = next((update for update in told if not update.is_routine), None)
        if news and self.incident.state in ACTIVE:
            self.fields["do_now"].initial = news.do_now
            self.fields["procedure"].initial = news.procedure_id

    def keep_up(self, number: int) -> None:
        """What the author has now seen, so that sending the form again is not refused again."""
        self.data = {**self.data.dict(), "seen": str(number)}  # type: ignore[attr-defined]  # a QueryDict

    def _promise(self, at: datetime) -> tuple[list[str], list[str], str]:
        """The questions that are asked only while the service is not back, and what their fold is called."""
        if self.incident.state not in ACTIVE:
            del self.fields["next_due_at"], self.fields["is_workaround"]
            return [], [], "More"
        every = SeverityRule.objects.get(pk=self.incident.severity).update_every
        self.fields["next_due_at"].help_text = (
            f"At severity {self.incident.severity} staff hear at least every {length_words(every)}. "
            "Left empty, that is the promise"
        )
        return (
            ["is_workaround"],
            ["next_due_at"],
            f"{promise_words(at + every, at)}, or another time, and more",
        )


def _procedures_for(incident: Incident) -> QuerySet[Version]:
    """Published procedures, those for what the incident hits first."""
    fits = Exists(Impact.objects.filter(incident=incident, service__procedures=OuterRef("procedure")))
    versions = Version.objects.published().select_related("procedure")
    return versions.order_by(fits.desc(), "procedure__title")
