"""What narrows the timeline."""

from django import forms

from incidents.story import ALL, CHOICES


class StoryFilter(forms.Form):
    """Which part of the timeline is shown; anything else in the address is left aside."""

    marks_optional = False
    show = forms.ChoiceField(
        choices=[(name, choice.label) for name, choice in CHOICES.items()], required=False, label="Show"
    )

    def chosen(self) -> str:
        """The name of a choice; everything where none is asked for, or one that is none."""
        return (self.cleaned_data.get("show") if self.is_valid() else None) or ALL
