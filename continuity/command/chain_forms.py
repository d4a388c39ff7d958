"""The form of a chain: levels in order, each a role or a post, and how often it is gone through."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.http import QueryDict

from continuity.catalogue.fields import LengthField
from continuity.command.actions import Step
from continuity.command.models import Chain, ChainVersion, CommandRole, Rota
from continuity.command.models.chains import MOST_ROUNDS
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press

# More levels than these would wake the whole trust before anybody is asked twice.
MOST_LEVELS = 6
CHANGED = "Somebody else changed this while you were writing. Check what is there now, then save again."


class ChainForm(PlainWords, forms.Form):
    """Up to 6 levels; those without a role or post are left out."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    rounds = forms.TypedChoiceField(
        label="How many times is it gone through?",
        choices=[(each, str(each)) for each in range(1, MOST_ROUNDS + 1)],
        coerce=int,
        help_text="After the last time it turns red for everybody who runs incidents",
    )

    def __init__(self, *args: Any, chain: Chain, now: ChainVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._whom: dict[str, CommandRole | Rota] = {
            **{f"role-{each.pk}": each for each in CommandRole.objects.all()},
            **{f"rota-{each.pk}": each for each in Rota.objects.all()},
        }
        self.initial.update(version=chain.version, rounds=now.rounds if now else 2)
        for order in range(1, MOST_LEVELS + 1):
            self._add_level(order)
        for level in now.levels.all()[:MOST_LEVELS] if now else ():
            said: dict[str, Any] = {
                f"whom-{level.order}": f"role-{level.role_id}" if level.role_id else f"rota-{level.rota_id}",
                f"wait-{level.order}": level.wait_min,
                f"at-work-{level.order}": level.is_only_at_work,
            }
            self.initial.update(said)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self._levels(), "rounds", "version", Press("Save as a new version"))

    @property
    def seen(self) -> int:
        """The version of the chain its author saw; 0, which nothing has, when the form was sent without it."""
        return self.cleaned_data.get("version") or 0

    def steps(self) -> list[Step]:
        """The levels in order, as the action takes them."""
        said = self.cleaned_data
        return [
            Step(self._whom[said[f"whom-{order}"]], said[f"wait-{order}"], said[f"at-work-{order}"])
            for order in range(1, MOST_LEVELS + 1)
            if said.get(f"whom-{order}")
        ]

    def came_too_late(self, chain: Chain) -> None:
        """Keep what was typed; sent again, it becomes the newest version."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(chain.version)
        self.data = data
        self.add_error(None, CHANGED)

    def _add_level(self, order: int) -> None:
        named = [
            (key, f"{each}" if key.startswith("role") else f"Post: {each}")
            for key, each in self._whom.items()
        ]
        self.fields[f"whom-{order}"] = forms.ChoiceField(
            label="Who is told",
            choices=[("", "Nobody"), *named],
            required=False,
            error_messages={"invalid_choice": f"Level {order}: choose a role or a post from the list"},
        )
        self.fields[f"wait-{order}"] = LengthField(
            label="How long until the next level is told",
            required=False,
            help_text="For example, 10 minutes. Empty: as long as the severity promises updates"
            if order == 1
            else "",
        )
        self.fields[f"at-work-{order}"] = forms.BooleanField(
            label="Only in working hours, not on bank holidays", required=False
        )

    def _levels(self) -> Iterable[Fieldset]:
        for order in range(1, MOST_LEVELS + 1):
            yield Fieldset(f"Level {order}", f"whom-{order}", f"wait-{order}", f"at-work-{order}")
