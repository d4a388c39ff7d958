"""Forms of the room: the notice, and the words and times that a step needs. They validate, nothing is saved."""

from releases.forms.closing import CloseForm, CompleteForm, RollBackForm
from releases.forms.notice import NoticeForm
from releases.forms.prefill import initial_from, initial_from_query, initial_like, initial_of
from releases.forms.ready import CheckForm, GoForm
from releases.forms.sheet import NoteForm, SheetForm, WhyForm
from releases.forms.steps import ExtendForm, PostponeForm, ReasonForm, UpdateForm

__all__ = [
    "CheckForm",
    "CloseForm",
    "CompleteForm",
    "ExtendForm",
    "GoForm",
    "NoteForm",
    "NoticeForm",
    "PostponeForm",
    "ReasonForm",
    "RollBackForm",
    "SheetForm",
    "UpdateForm",
    "WhyForm",
    "initial_from",
    "initial_from_query",
    "initial_like",
    "initial_of",
]  # fmt: skip
