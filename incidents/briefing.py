"""What whoever takes over a role must know, filled in from the incident's record. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from continuity.core.level import Effect
from continuity.core.wording import since_words, time_words
from incidents.models import Incident
from incidents.outstanding import outstanding
from incidents.wording import promise_words

SOME_HARM = frozenset({Incident.Assessment.POSSIBLE, Incident.Assessment.CONFIRMED})


@dataclass(frozen=True)
class Briefing:
    """The parts of a handover's briefing; the sender may change all but the open items."""

    situation: str = ""
    decisions_pending: str = ""
    risks: str = ""


def briefing_of(incident: Incident, at: datetime) -> Briefing:
    """The situation as staff read it last, decisions that are looked at again, and what is at risk."""
    return Briefing(
        situation="\n".join(_situation(incident, at)),
        decisions_pending="\n".join(_decisions(incident)),
        risks="\n".join(_risks(incident)),
    )


def open_items(incident: Incident, at: datetime) -> str:
    """The next update and everything outstanding, a line each."""
    due = incident.next_update_due_at
    lines = [
        *([f"{promise_words(due, at)}."] if due else []),
        *(item.sentence for item in outstanding(incident, at)),
    ]
    # An overdue update stands in both.
    return "\n".join(dict.fromkeys(lines))


def _situation(incident: Incident, at: datetime) -> Iterator[str]:
    news = incident.updates.filter(is_routine=False).order_by("-number").first()
    if news:
        yield f"Update {news.number}, {time_words(news.published_at)}: {news.happened}"
        if news.do_now:
            yield f"Staff do now: {news.do_now}"
    for impact in incident.impacts.filter(until__isnull=True).select_related("service"):
        words = Effect(impact.effect).level.words.lower()
        yield f"{impact.service}: {words} since {since_words(impact.since, at)}"


def _decisions(incident: Incident) -> Iterator[str]:
    decisions = incident.entries.filter(look_again_at__isnull=False, revisited_by__isnull=True)
    for decision in decisions.order_by("look_again_at"):
        if decision.look_again_at:
            yield f"{decision.text} Look at it again at {time_words(decision.look_again_at)}."


def _risks(incident: Incident) -> Iterator[str]:
    if incident.patient_safety in SOME_HARM:
        yield f"Harm to patients: {incident.get_patient_safety_display().lower()}."
    if incident.data_security in SOME_HARM:
        yield f"Data lost or seen: {incident.get_data_security_display().lower()}."
