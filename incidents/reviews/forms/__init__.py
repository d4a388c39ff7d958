"""Forms of the room: they validate, and keep what was typed. Nothing is saved here."""

from incidents.reviews.forms.asking import AskForm, ContributeForm
from incidents.reviews.forms.debriefing import DebriefForm
from incidents.reviews.forms.gathering import RecordsFilter, RecordsForm, ThemeForm
from incidents.reviews.forms.listing import LocalFactorForm, RenameForm, WhyForm
from incidents.reviews.forms.meeting import AttendanceForm, MeetingForm
from incidents.reviews.forms.observing import ObserveForm
from incidents.reviews.forms.proving import EvidenceForm, ProofForm
from incidents.reviews.forms.texts import WritingForm
from incidents.reviews.forms.working import (
    ActionFilter,
    ActionForm,
    AmendForm,
    AssignForm,
    DateForm,
    FacilitatorForm,
    FactorForm,
    ReasonForm,
    ReviewFilter,
)

__all__ = [
    "ActionFilter",
    "ActionForm",
    "AmendForm",
    "AskForm",
    "AssignForm",
    "AttendanceForm",
    "ContributeForm",
    "DateForm",
    "DebriefForm",
    "EvidenceForm",
    "FacilitatorForm",
    "FactorForm",
    "LocalFactorForm",
    "MeetingForm",
    "ObserveForm",
    "ProofForm",
    "ReasonForm",
    "RecordsFilter",
    "RecordsForm",
    "RenameForm",
    "ReviewFilter",
    "ThemeForm",
    "WhyForm",
    "WritingForm",
]
