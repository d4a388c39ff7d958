"""The text that somebody pastes. Nothing of it is stored."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press

# Longer than any thread of emails; of what is sent only the beginning is read.
LONGEST = 200_000


class PasteForm(PlainWords, forms.Form):
    """One large field."""

    text = forms.CharField(
        label="Email or notice",
        max_length=LONGEST,
        help_text="Paste all of it. The title, services and times are found in the text",
        error_messages={"required": "Paste the text of an email or a notice"},
        widget=forms.Textarea({"rows": 16}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper(self)
        self.helper.layout = Layout("text", Press("Read the text"))
