"""The forms of what somebody wants to hear about, and of what a role hears until its holders choose."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.forms import BoundField
from django.forms.models import ModelChoiceIterator

from continuity.catalogue.fields import ServicesField, WallTimeField
from continuity.catalogue.kept import CHANGED, words_in
from continuity.catalogue.models import Area
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Fold, Opens, Press
from continuity.notifications.actions import Manner, Wish, mark_of
from continuity.notifications.hearing import Hearing
from continuity.notifications.models import CHOSEN, MOBILE, PERSONAL, Channel, Kind, Preference, Severity

NO_NEWS = "Choose what to hear about these services and areas, and how"
NO_PLACE = "Choose at least 1 service or area to hear about"
NO_MOBILE = "Enter your mobile number, or choose no text messages"
SAME_TIME = "Quiet hours must end at another time than they start"
URGENT_COMES = "Incidents of severity 1 and 2 come at once all the same."
INCIDENTS = {
    Channel.PORTAL: "Incidents as messages in the portal",
    Channel.EMAIL: "Incidents by email",
    Channel.SMS: "Incidents by text message",
}
# All kinds but incidents, which have a severity for each channel.
PLAIN = tuple(kind for kind in CHOSEN if kind != Kind.INCIDENT)
NEWS = (*PLAIN, *(f"{Kind.INCIDENT}_{channel}" for channel in INCIDENTS))


class BySite(ModelChoiceIterator):
    """Areas grouped by their site."""

    def __iter__(self) -> Iterator[Any]:
        areas = self.queryset.select_related("site").order_by("site__name", "name")
        for site, group in groupby(areas, key=lambda area: area.site):
            yield str(site), [self.choice(area) for area in group]


class AreasField(forms.ModelMultipleChoiceField[Area]):
    """Any number of areas, as boxes to tick, grouped by site."""

    iterator = BySite

    def __init__(self, **options: Any) -> None:
        super().__init__(Area.objects.all(), widget=forms.CheckboxSelectMultiple, **options)


class MobileField(forms.CharField):
    """A mobile number as people write it, kept without blanks."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"width": 20, "type": "tel", "autocomplete": "tel"})
        super().__init__(widget=widget, validators=[MOBILE], **options)

    def to_python(self, value: Any) -> str:
        said = super().to_python(value) or ""
        return said.translate(dict.fromkeys(map(ord, " -()\u00a0")))


class NewsForm(forms.Form):
    """Each kind of news by each channel, about everything and whatever else `abouts` names."""

    marks_optional = False
    abouts: tuple[str, ...] = ("all",)

    def __init__(self, *args: Any, had: Iterable[Wish], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for about in self.abouts:
            for kind in PLAIN:
                self.fields[f"{about}_{kind}"] = _channels(kind.label)
            for channel, label in INCIDENTS.items():
                self.fields[f"{about}_{Kind.INCIDENT}_{channel}"] = _severities(label)
        self.initial = _ticked(had)

    def first_news(self, about: str) -> list[str]:
        """What most people need."""
        incidents = [f"{about}_{Kind.INCIDENT}_{channel}" for channel in INCIDENTS]
        return [f"{about}_{Kind.PLANNED_WORK}", *incidents]

    def other_news(self, about: str) -> list[str]:
        return [f"{about}_{kind}" for kind in PLAIN if kind != Kind.PLANNED_WORK]

    def wishes(self) -> list[Wish]:
        """What is wanted, once the form is valid."""
        return self.wishes_about("all", [{}])

    def wishes_about(self, about: str, places: list[dict[str, int]]) -> list[Wish]:
        chosen = self.cleaned_data
        ways: list[tuple[str, str, dict[str, int]]]
        ways = [(kind.value, channel, {}) for kind in PLAIN for channel in chosen[f"{about}_{kind}"]]
        incidents = [(channel, chosen[f"{about}_{Kind.INCIDENT}_{channel}"]) for channel in INCIDENTS]
        ways += [
            (Kind.INCIDENT.value, channel.value, {"severity": severity})
            for channel, severity in incidents
            if severity
        ]
        return [
            Wish(kind, channel, **down_to, **place) for kind, channel, down_to in ways for place in places
        ]


class RoleForm(PlainWords, NewsForm):
    """What a role hears of everything by default; with `seen`, what it heard when its author began."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    # Words of fields that others changed, filled when a save came too late: label and what it says now.
    theirs: list[tuple[str, str]]

    def __init__(self, *args: Any, had: Iterable[Wish], **kwargs: Any) -> None:
        had = list(had)
        super().__init__(*args, had=had, **kwargs)
        self.theirs, self.initial["seen"] = [], mark_of(had)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.first_news("all"), *self.other_news("all"), "seen", Press("Save"))

    def came_too_late(self, had: Iterable[Wish]) -> None:
        """Keep what was ticked, show what the role hears now; sent again, it replaces that."""
        now = RoleForm(had=had)
        both = [
            (str(mine.label), _ticked_words(mine), _ticked_words(now[mine.name]))
            for mine in self.visible_fields()
        ]
        self.theirs = [(label, theirs) for label, mine, theirs in both if mine != theirs]
        data = self.data.copy()  # type: ignore[attr-defined]  # what was sent is a QueryDict
        data["seen"] = now.initial["seen"]
        self.data = data
        self.add_error(None, CHANGED)


class ChoicesForm(PlainWords, NewsForm):
    """What one person hears about everything, and about services and areas that are chosen; how, and when not."""

    abouts = ("all", "some")
    services = ServicesField(label="Services", required=False)
    areas = AreasField(label="Areas", required=False)
    mobile = MobileField(
        label="Mobile number", required=False, help_text="For example, 07700 900123. Only used for texts"
    )
    rhythm = forms.ChoiceField(
        label="When do emails and texts come?",
        choices=Preference.Rhythm,
        initial=Preference.Rhythm.AT_ONCE,
        widget=forms.RadioSelect,
        help_text=URGENT_COMES,
    )
    digest_at = WallTimeField(label="At what time of the day?", required=False, help_text="For example, 8am")
    quiet_from = WallTimeField(
        label="Quiet hours start", required=False, help_text=f"For example, 10pm. {URGENT_COMES}"
    )
    quiet_until = WallTimeField(label="Quiet hours end", required=False, help_text="For example, 7am")

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, had=hearing.wishes, **kwargs)
        self.initial.update((name, getattr(hearing.preference, name)) for name in Manner.__dataclass_fields__)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Fieldset(
                "About every service",
                *self.first_news("all"),
                Fold("Reviews and watched jobs", *self.other_news("all")),
            ),
            Fold(
                "Other news about some services and areas",
                Fold("Choose services", "services"),
                Fold("Choose areas", "areas"),
                *self.first_news("some"),
                *self.other_news("some"),
            ),
            Fold("Mobile number for text messages", "mobile"),
            Fold(
                "Once a day, or quiet hours",
                Opens("rhythm", daily=["digest_at"]),
                "quiet_from",
                "quiet_until",
            ),
            Press("Save"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_places(cleaned)
        self._check_times(cleaned)
        if _wants_texts(cleaned) and not cleaned.get("mobile") and "mobile" not in self.errors:
            self.add_error("mobile", NO_MOBILE)
        return cleaned

    def wishes(self) -> list[Wish]:
        places = [{"service_id": service.pk} for service in self.cleaned_data["services"]]
        places += [{"area_id": area.pk} for area in self.cleaned_data["areas"]]
        return super().wishes() + self.wishes_about("some", places)

    def manner(self) -> Manner:
        return Manner(**{name: self.cleaned_data[name] for name in Manner.__dataclass_fields__})

    def _check_places(self, cleaned: dict[str, Any]) -> None:
        has_places = any(cleaned.get(name) for name in ("services", "areas"))
        has_news = any(cleaned.get(f"some_{name}") for name in NEWS)
        if has_places and not has_news:
            self.add_error(f"some_{Kind.PLANNED_WORK}", NO_NEWS)
        if has_news and not has_places:
            self.add_error("services", NO_PLACE)

    def _check_times(self, cleaned: dict[str, Any]) -> None:
        """As the database's constraints on Preference have it, each fault at its own field."""
        is_daily = cleaned.get("rhythm") == Preference.Rhythm.DAILY
        if is_daily and cleaned.get("digest_at") is None and "digest_at" not in self.errors:
            self.add_error("digest_at", "Enter the time at which you want the day's news")
        if not {"quiet_from", "quiet_until"} <= cleaned.keys():
            return
        begins, ends = cleaned["quiet_from"], cleaned["quiet_until"]
        if begins is None and ends is not None:
            self.add_error("quiet_from", "Enter the time your quiet hours start")
        elif begins is not None and ends is None:
            self.add_error("quiet_until", "Enter the time your quiet hours end")
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", SAME_TIME)


def _channels(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=[(channel.value, channel.label) for channel in PERSONAL],
        widget=forms.CheckboxSelectMultiple(attrs={"inline": True}),
    )


def _severities(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "None"), *reversed(Severity.choices)],
    )


def _ticked_words(bound: BoundField) -> str:
    return words_in(bound) if bound.value() else "Nothing"


def _wants_texts(cleaned: dict[str, Any]) -> bool:
    named = [f"{about}_{name}" for about in ("all", "some") for name in NEWS]
    values = [value for name in named if (value := cleaned.get(name))]
    texts = any(cleaned.get(f"{about}_{Kind.INCIDENT}_{Channel.SMS}") for about in ("all", "some"))
    return texts or any(isinstance(value, list) and Channel.SMS in value for value in values)


def _ticked(had: Iterable[Wish]) -> dict[str, Any]:
    """What the form begins with: of services and areas, everything that is wanted of any of them."""
    ticked: dict[str, Any] = {}
    for wish in had:
        about = "all" if wish.service_id is None and wish.area_id is None else "some"
        name = f"{about}_{wish.kind}"
        if wish.kind == Kind.INCIDENT:
            name = f"{name}_{wish.channel}"
            ticked[name] = max(ticked.get(name, 0), wish.severity)
        else:
            ticked.setdefault(name, set()).add(wish.channel)
        for place, key in (("services", wish.service_id), ("areas", wish.area_id)):
            if key:
                ticked.setdefault(place, set()).add(key)
    return {name: sorted(value) if isinstance(value, set) else value for name, value in ticked.items()}
