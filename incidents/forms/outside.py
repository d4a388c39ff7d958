"""Forms about bodies outside the trust, and about situation reports."""

from collections.abc import Sequence
from typing import Any

from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Press
from incidents.forms.base import AboutIncident, WordsField
from incidents.models import OutsideBody
from incidents.sitrep import Part


class OutsideBodyForm(AboutIncident):
    """Who must be told, why, and by when if a rule says so."""

    name = WordsField(rows=1, max_length=120, label="Who must be told?", help_text="For example, NHS England")
    why = WordsField(rows=1, max_length=200, label="Why?")
    due_at = LocalMomentField(
        required=False, label="By when?", help_text="Left empty, as soon as there is time for it"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("name", "why", "due_at", Press("Add to the list"))


class ToldForm(AboutIncident):
    """How and when an outside body was told, and the reference it gave."""

    how = WordsField(rows=1, max_length=120, label="How were they told?", help_text="For example, by phone")
    told_at = LocalMomentField(
        required=False, label="When were they told?", help_text="Left empty, it was now"
    )
    reference = WordsField(rows=1, max_length=120, required=False, label="Their reference")

    def __init__(self, *args: Any, body: OutsideBody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("how", "told_at", "reference", Press(f"{body.name} was told"))


class SpareForm(AboutIncident):
    why = WordsField(rows=2, max_length=200, label="Why need they not be told?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("why", Press("They need not be told"))


class SitrepForm(AboutIncident):
    """The parts of a report, filled from the record, and who authorised it."""

    authorised_by = WordsField(
        rows=1, max_length=120, label="Who authorised it?",
        help_text="Their role, for example strategic commander. Not their name",
    )  # fmt: skip

    def __init__(self, *args: Any, parts: Sequence[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = {f"part_{number}": part.heading for number, part in enumerate(parts)}
        for name, part in zip(self.headings, parts, strict=True):
            self.fields[name] = WordsField(
                rows=3, required=False, label=part.heading, help_text=part.hint, initial=part.words
            )
        self.arrange(*self.headings, "authorised_by", Press("Authorise the report"))

    def details(self) -> dict[str, Any]:
        """The action's arguments."""
        given = self.cleaned_data
        parts = [(heading, given[name]) for name, heading in self.headings.items()]
        return {"parts": parts, "authorised_by": given["authorised_by"]}
