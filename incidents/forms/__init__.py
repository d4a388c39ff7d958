"""Forms of the room: they validate, and keep what was typed. Nothing is saved here."""

from incidents.forms.declaring import DeclareForm
from incidents.forms.ending import CancelForm, DuplicateForm, FixForm, ReopenForm, RestoreForm, StandDownForm
from incidents.forms.news import UpdateForm
from incidents.forms.record import AssessForm, EntryForm, ImpactForm, NoteForm, RestrictForm, SeverityForm
from incidents.forms.reporting import IncidentFilter, ReportForm, SettleForm
from incidents.forms.turning import AgreedForm, AreasForm, MitigatedForm, NoRunForm

__all__ = [
    "AgreedForm",
    "AreasForm",
    "AssessForm",
    "CancelForm",
    "DeclareForm",
    "DuplicateForm",
    "EntryForm",
    "FixForm",
    "ImpactForm",
    "IncidentFilter",
    "MitigatedForm",
    "NoRunForm",
    "NoteForm",
    "ReopenForm",
    "ReportForm",
    "RestoreForm",
    "RestrictForm",
    "SettleForm",
    "SeverityForm",
    "StandDownForm",
    "UpdateForm",
]
