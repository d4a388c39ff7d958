"""The notice: a short form (title, services and how, outage times, contact) with the rest folded."""

from collections.abc import Mapping
from datetime import datetime
from itertools import combinations, groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict
from psycopg.types.range import Range

from continuity.catalogue.fields import LinesField
from continuity.catalogue.kept import words_in
from continuity.catalogue.models import Service
from continuity.core.clock import ClockError, window
from continuity.core.fields import LocalMomentField, MomentWidget, window_of
from continuity.core.level import Effect
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Fold, Press
from continuity.core.wording import window_words
from continuity.notifications.audience import NAMES
from continuity.notifications.audience_forms import fields_for_notice, layout_for_notice
from releases.content import CHOICES, PHASES, WORDS
from releases.forms.lines import EFFECTS, count_in, fields_of, layout_of, read_lines
from releases.forms.prefill import initial_of
from releases.models import Outage, Release
from releases.schedule import ends

# Work that nobody notices, which stands in the calendar only.
NOTHING = "none"
STEP_LONGEST = 300


class EffectField(forms.ChoiceField):
    """How the services are hit, the worst first."""

    option_hints = {NOTHING: "For the calendar. The times are then those of the work"}


class NoticeForm(PlainWords, forms.Form):
    """Validates a notice; `facts()` is what `draft` and `revise` take. Its lists cost a fixed number of
    queries."""

    marks_optional = False

    title = forms.CharField(
        label="Title",
        max_length=160,
        help_text="Begin with the system. For example, NHS e-Referral Service Maintenance Release 14.7",
    )
    services = forms.MultipleChoiceField(
        label="Services that are hit", required=False, widget=forms.CheckboxSelectMultiple
    )
    effect = EffectField(
        label="How they are hit",
        choices=[*EFFECTS, (NOTHING, "Nothing stops")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the services are hit"},
    )
    outage_from = LocalMomentField(label="Outage starts")
    outage_to = LocalMomentField(label="Outage ends")
    contact = forms.CharField(
        label="Contact",
        max_length=300,
        help_text="Whom staff ring, in and out of hours. For example, IT service desk, ext 5000",
    )
    at_risk = forms.MultipleChoiceField(
        label="Services at risk during the outage",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They should work, but may stop",
    )
    work_from = LocalMomentField(label="Work starts", required=False)
    work_to = LocalMomentField(
        label="Work ends",
        required=False,
        help_text="After the outage the service is back and being checked until then",
    )
    kind = forms.ChoiceField(label="Kind of work", choices=Release.Kind, initial=Release.Kind.RELEASE)
    source = forms.ChoiceField(
        label="Who does the work",
        choices=Release.Source,
        initial=Release.Source.LOCAL,
        error_messages={"required": "Choose who does the work"},
    )
    reason = forms.CharField(
        label="Why it is done", required=False, max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    summary = forms.CharField(
        label="What it means for staff", required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    before = LinesField(
        label="Before", required=False, longest=STEP_LONGEST, help_text="What staff do, one step a line"
    )
    during = LinesField(label="During", required=False, longest=STEP_LONGEST)
    after = LinesField(label="After", required=False, longest=STEP_LONGEST)
    local_note = forms.CharField(
        label="What carries on locally", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    why_soon = forms.CharField(
        label="Why it cannot wait, if the notice is short",
        required=False,
        max_length=1000,
        help_text="Staff see it beside the notice",
        widget=forms.Textarea({"rows": 2}),
    )
    rollback_plan = forms.CharField(
        label="How it is undone", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    rollback_by = LocalMomentField(
        label="Last moment to begin the rollback",
        required=False,
        help_text="After it there is not enough time to undo the work before it must end",
    )
    may_monitor_end = forms.BooleanField(
        label="A watched job may say that the service is back", required=False
    )
    is_held = forms.BooleanField(
        label="Do not start by the clock: somebody starts it by hand", required=False
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        initial: Mapping[str, Any] | None = None,
        button: str = "Save and preview",
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.known = {str(service.pk): service for service in Service.objects.order_by("tier", "name")}
        self.theirs: list[tuple[str, str, str]] = []
        self.button = button
        choices = _by_tier(self.known.values())
        for name in ("services", "at_risk"):
            field = self.fields[name]
            field.choices = choices  # type: ignore[attr-defined]
        self.lines = count_in(data, initial)
        for number in range(1, self.lines + 1):
            self.fields.update(fields_of(number, choices))
        self.fields.update(fields_for_notice())
        self.helper = self._helper()

    def _helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False  # other rooms show it too: the page says where it is sent
        helper.disable_csrf = True
        helper.layout = Layout(
            *("title", "services", "effect", "outage_from", "outage_to", "contact"),
            Fold("Also at risk", "at_risk"),
            Fold("More outages or other effects", *layout_of(self.lines)),
            Fold("Work window, where it is longer than the outage", "work_from", "work_to"),
            Fold("What staff do before, during and after", "summary", *PHASES, "local_note"),
            layout_for_notice(),
            Fold("About the work", "kind", "source", "reason", "why_soon", "is_held", "may_monitor_end"),
            Fold("If it goes wrong", "rollback_plan", "rollback_by"),
            "version",
            Press(self.button),
        )
        return helper

    @property
    def chosen(self) -> list[Service]:
        """The services ticked so far, whatever else is wrong."""
        found = self["services"].value() or []
        return [self.known[str(key)] for key in found if str(key) in self.known]

    def clean(self) -> dict[str, Any]:
        outage = window_of(self, "outage_from", "outage_to")
        self._check_services()
        lines = list(read_lines(self, self.lines))
        self.outages: list[tuple[str, Outage]] = [*self._usual(outage), *self._more(lines)]
        self.work = self._work(outage)
        self._check_overlap()
        self._check_rollback()
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """What the actions need, without the version."""
        plain = (*WORDS, *CHOICES, "rollback_by")
        return {
            **{name: self.cleaned_data[name] for name in plain},
            "outages": [outage for _, outage in self.outages],
            "work": self.work,
            "services": self.chosen,
            "steps": {phase: self.cleaned_data[phase] for phase in PHASES},
            "audiences": self.cleaned_data["also_lists"],
            "others": {name: self.cleaned_data[f"also_{name}"] for name in NAMES},
        }

    def came_too_late(self, release: Release) -> None:
        """Keep what was typed, and show what stands there now; sent again, it replaces that."""
        now = NoticeForm(initial=initial_of(release))
        self.theirs = [
            (str(bound.label), _said(now, bound.name), _said(self, bound.name))
            for bound in self.visible_fields()
            if bound.name in now.fields and bound.field.has_changed(now[bound.name].initial, _raw(bound))
        ]
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(release.version)
        self.data = data

    def _check_services(self) -> None:
        is_hit = self.cleaned_data.get("effect") not in {NOTHING, None, ""}
        if is_hit and not self.cleaned_data.get("services") and "services" not in self.errors:
            self.add_error("services", "Choose the services that are hit")
        both = set(self.cleaned_data.get("services", ())) & set(self.cleaned_data.get("at_risk", ()))
        for key in sorted(both):
            self.add_error("at_risk", f"{self.known[key]} is hit already, so it is not at risk as well")

    def _usual(self, outage: Range[datetime] | None) -> list[tuple[str, Outage]]:
        """One effect for all chosen services over the outage, and those at risk meanwhile."""
        if outage is None:
            return []
        effect = self.cleaned_data.get("effect", "")
        hit = self.cleaned_data.get("services", ()) if effect not in {NOTHING, ""} else ()
        pairs = [*((key, effect) for key in hit)]
        pairs += [(key, Effect.AT_RISK.value) for key in self.cleaned_data.get("at_risk", ())]
        return [("outage_to", Outage(self.known[key], how, outage)) for key, how in pairs]

    def _more(self, lines: list[tuple[str, str, str, Range[datetime]]]) -> list[tuple[str, Outage]]:
        return [(name, Outage(self.known[key], effect, span)) for name, key, effect, span in lines]

    def _work(self, outage: Range[datetime] | None) -> Range[datetime] | None:
        """The work window: as written, each side that is left empty as the outages begin and end."""
        if outage is None or not {"work_from", "work_to"} <= self.cleaned_data.keys():
            return None
        spans = [ends(outage), *(ends(one.span) for _, one in self.outages)]
        start = self.cleaned_data["work_from"] or min(begins for begins, _ in spans)
        end = self.cleaned_data["work_to"] or max(finishes for _, finishes in spans)
        try:
            work = window(start, end)
        except ClockError as error:
            self.add_error("work_to", f"Work ends: {error.sentence[0].lower()}{error.sentence[1:]}")
            return None
        outside = {name for name, one in self.outages if not _is_inside(one.span, work)}
        outside |= set() if _is_inside(outage, work) else {"outage_to"}
        for name in sorted(outside):
            self.add_error(name, f"The outage must be inside the work window, {window_words(work)}")
        return work

    def _check_overlap(self) -> None:
        for (_, one), (name, other) in combinations(self.outages, 2):
            (start, end), (begins, finishes) = ends(one.span), ends(other.span)
            if one.service == other.service and start < finishes and begins < end:
                self.add_error(name, f"Two outages of {one.service} overlap. Change one of them or join them")

    def _check_rollback(self) -> None:
        rollback_by = self.cleaned_data.get("rollback_by")
        if rollback_by and self.work and not ends(self.work)[0] <= rollback_by < ends(self.work)[1]:
            said = window_words(self.work)
            self.add_error("rollback_by", f"The rollback must begin inside the work window, {said}")


def _by_tier(services: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    grouped = groupby(services, key=lambda service: service.tier)
    return [
        (f"Tier {Service.Tier(tier).label}", [(str(each.pk), each.name) for each in group])
        for tier, group in grouped
    ]


def _is_inside(span: Range[datetime], work: Range[datetime]) -> bool:
    (start, end), (begins, finishes) = ends(span), ends(work)
    return begins <= start and end <= finishes


def _raw(bound: Any) -> Any:
    return bound.field.widget.value_from_datadict(bound.form.data, bound.form.files, bound.html_name)


def _said(form: forms.Form, name: str) -> str:
    """What a field of a form says, in words; moments as their parts, lists a line each."""
    bound = form[name]
    value = bound.value()
    if isinstance(bound.field, LocalMomentField):
        parts = value if isinstance(value, list | tuple) else MomentWidget().decompress(value)
        return " ".join(part for part in reversed(list(parts[:2])) if part) or "Nothing"
    if isinstance(value, list) and isinstance(bound.field, LinesField):
        return "\n".join(value) or "Nothing"
    return words_in(bound)
