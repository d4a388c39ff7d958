"""Words that are ready: a form about an incident that may begin with them, and the form in which they are kept."""

from typing import Any

from django import forms
from django.http import HttpRequest

from continuity.catalogue.kept import KeptForm
from continuity.core.nhs.layout import Press
from incidents.forms.base import AboutIncident
from incidents.models import Incident, Update, UpdateTemplate
from incidents.wording import names_words

FILL = "fill"
PARTS = ("happened", "means", "do_now")
# Kinds that people begin with words; the first news and corrections are written for the case.
OFFERED = (Update.Kind.UPDATE, Update.Kind.WORKAROUND, Update.Kind.RESTORED, Update.Kind.STAND_DOWN)


class BeginsWithWords(AboutIncident):
    """A form that may begin with words of its kinds: chosen on it, or named in its address as `?template=`."""

    template = forms.ModelChoiceField(
        UpdateTemplate.objects.none(), to_field_name="key", required=False, label="Words that are ready",
        empty_label="Choose words", help_text="What you have typed stays",
    )  # fmt: skip

    def offer_words(self, *kinds: str) -> list[Any]:
        """The questions that choose them, for the layout."""
        ready = UpdateTemplate.objects.filter(kind__in=kinds)
        self.fields["template"].queryset = ready  # type: ignore[attr-defined]
        fill = Press("Use these words", name=FILL, value="1", variant="secondary", small=True)
        return ["template", fill]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned.pop("template", None)
        return cleaned

    def begun(self) -> dict[str, Any]:
        """What the same form begins with once the chosen words stand in it, below what was typed."""
        typed = {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }
        # Looked for among those offered, since what was sent may be no text that the database takes.
        offered = self.fields["template"].queryset  # type: ignore[attr-defined]
        chosen = next((words for words in offered if words.key == typed["template"]), None)
        return {**typed, **(_words_of(chosen, self.incident, typed) if chosen else {})}


def wants_words(request: HttpRequest) -> bool:
    """Whether the form was sent only to begin with words."""
    return request.method == "POST" and FILL in request.POST


def words_named(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """What a form begins with that was opened with `?template=`."""
    key = request.GET.get("template", "")
    chosen = UpdateTemplate.objects.filter(key=key).first() if key else None
    return _words_of(chosen, incident, {}) if chosen else {}


def _words_of(chosen: UpdateTemplate, incident: Incident, typed: dict[str, Any]) -> dict[str, Any]:
    hit = incident.impacts.filter(until__isnull=True).order_by("service__name")
    service = names_words(list(hit.values_list("service__name", flat=True))) or "The service"
    parts = {name: getattr(chosen, name).replace("{service}", service) for name in PARTS}
    found = {name: _below(typed.get(name) or "", words) for name, words in parts.items() if words}
    is_workaround = chosen.kind == Update.Kind.WORKAROUND
    return {**found, "template": chosen.key, "stage": chosen.stage, "is_workaround": is_workaround}


def _below(typed: str, words: str) -> str:
    if words in typed:
        return typed
    return f"{typed.rstrip()}\n{words}" if typed.strip() else words


class ReadyWordsForm(KeptForm[UpdateTemplate]):
    """What words are for, and what they say in the three parts of an update."""

    class Meta:
        model = UpdateTemplate
        fields = ["title", "kind", "stage", *PARTS]
        widgets = {
            "kind": forms.RadioSelect,
            **dict.fromkeys(PARTS, forms.Textarea({"rows": 2})),
        }
        labels = {
            "title": "Name", "kind": "What they are for", "stage": "How far it is", "happened": "What happened",
            "means": "What it means for staff", "do_now": "What staff do now",
        }  # fmt: skip
        help_texts = {"happened": "{service} stands for the services that are hit"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in OFFERED]  # type: ignore[attr-defined]
