"""Forms about what proves an action: the version of a procedure, and planned work."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q

from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.nhs.layout import Press
from continuity.plans.models import Version
from incidents.forms.base import RoomForm, WordsField
from incidents.forms.joining import ReleaseField
from incidents.reviews.actions.proving import Link
from incidents.reviews.models import Action, Review
from incidents.reviews.subjects import services_of
from releases.models import OFF, Release, ReleaseQuerySet

# Work that ended longer ago hardly does what is proposed today.
LATELY = timedelta(days=366)


class PlanField(forms.ModelChoiceField[Version]):
    """A version of a procedure that staff follow now, by title."""

    def __init__(self, **options: Any) -> None:
        current = Version.objects.published().select_related("procedure").order_by("procedure__title")
        super().__init__(current, required=False, empty_label="None", **options)


def work_field(label: str) -> ReleaseField:
    return ReleaseField(Release.objects.none(), required=False, label=label, empty_label="None")


def fitting(review: Review, *, linked: int | None = None) -> ReleaseQuerySet:
    """Planned work that may do what a review asks for: on its services, ahead or of the last 12 months.

    Where it has no service any of these; `linked` (a primary key) is always among them.
    """
    told = Release.objects.told().exclude(state__in=OFF).filter(work__endswith__gte=now() - LATELY)
    services = services_of(review)
    lately = told.touching_any(Service.objects.filter(pk__in=services)) if services else told
    return Release.objects.filter(Q(pk__in=lately.values("pk")) | Q(pk=linked)).order_by("-work", "-id")


class EvidenceForm(RoomForm):
    """How anybody can see that it is done, with what proves it."""

    evidence = WordsField(
        max_length=4_000, label="How can anybody see that it is done?",
        help_text="For example, the change's reference, or what a test showed",
    )  # fmt: skip
    plan_version = PlanField(label="Procedure that it changed", help_text="The version staff follow now")
    release = work_field("Planned work that did it")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].queryset = fitting(action.review, linked=action.release_id)  # type: ignore[attr-defined]
        old = action.plan_version
        current = Version.objects.published().filter(procedure=old.procedure_id).first() if old else None
        self.initial = {"plan_version": current and current.pk, "release": action.release_id}
        self.arrange("evidence", "plan_version", "release", Press("It is done"))


class ProofForm(RoomForm):
    """What an action changes or is proved by, with what its writer saw."""

    plan_version = PlanField(label="Procedure that it changes")
    release = work_field("Planned work that does it")
    seen = forms.RegexField(r"^[0-9]{0,18}-[0-9]{0,18}\Z", widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan, work = self.fields["plan_version"], self.fields["release"]
        own = Version.objects.filter(pk=action.plan_version_id or 0)
        plan.queryset |= own  # type: ignore[attr-defined]
        work.queryset = fitting(action.review, linked=action.release_id)  # type: ignore[attr-defined]
        self.initial = {
            "plan_version": action.plan_version_id,
            "release": action.release_id,
            "seen": f"{action.plan_version_id or ''}-{action.release_id or ''}",
        }
        self.arrange("plan_version", "release", "seen", Press("Save"))

    def facts(self) -> dict[str, Any]:
        plan, work = self.cleaned_data["seen"].split("-")
        seen: Link = (int(plan) if plan else None, int(work) if work else None)
        return {**self.cleaned_data, "seen": seen}
