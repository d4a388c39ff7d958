"""Reviews: what was looked back at, the factors that were found, and the actions that follow."""

from incidents.reviews.models.action import Action, DateChange
from incidents.reviews.models.debrief import HotDebrief
from incidents.reviews.models.finding import Factor, ListVersion, LocalFactor, Signpost
from incidents.reviews.models.meeting import Meeting
from incidents.reviews.models.observation import Observation
from incidents.reviews.models.people import Attendance, Contribution
from incidents.reviews.models.reading import Readers, Reading
from incidents.reviews.models.recurrence import Recurrence
from incidents.reviews.models.review import Amendment, Review, Section
from incidents.reviews.models.source import Source
from incidents.reviews.models.state import FINAL, OVER, TO_PREPARE, State

__all__ = [
    "FINAL",
    "OVER",
    "TO_PREPARE",
    "Action",
    "Amendment",
    "Attendance",
    "Contribution",
    "DateChange",
    "Factor",
    "HotDebrief",
    "ListVersion",
    "LocalFactor",
    "Meeting",
    "Observation",
    "Readers",
    "Reading",
    "Recurrence",
    "Review",
    "Section",
    "Signpost",
    "Source",
    "State",
]
