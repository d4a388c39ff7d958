"""`{% severity_tag incident %}`, `{% incident_tag incident %}`: words in a colour that never stands alone."""

from datetime import datetime

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from continuity.core.nhs import render
from incidents.item import Item
from incidents.keys import once_fields
from incidents.models import Incident, Run, State, StepRun, Update
from incidents.silences import Silence
from incidents.wording import INSTRUCTIONS, promise_words, silence_words

register = template.Library()
ROOM = "room"

_SEVERITIES = {1: "red", 2: "orange", 3: "yellow", 4: "white"}
_STATES = {
    State.DECLARED: "red",
    State.RESPONDING: "red",
    State.MITIGATED: "yellow",
    State.RESTORED: "aqua-green",
    State.RECOVERING: "aqua-green",
    State.STOOD_DOWN: "green",
}

_RUNS = {
    Run.State.RUNNING: "blue",
    Run.State.PAUSED: "yellow",
    Run.State.COMPLETED: "green",
    Run.State.ABANDONED: "grey",
}
_STEPS = {
    StepRun.State.IN_PROGRESS: "blue",
    StepRun.State.DONE: "green",
    StepRun.State.BLOCKED: "red",
}


@register.simple_tag
def severity_tag(incident: Incident) -> SafeString:
    return render("tag", text=f"Severity {incident.severity}", colour=_SEVERITIES[incident.severity])


@register.simple_tag
def incident_tag(incident: Incident) -> SafeString:
    """How far it is; what is over is grey."""
    colour = _STATES.get(State(incident.state), "grey")
    return render("tag", text=incident.get_state_display(), colour=colour)


@register.simple_tag
def run_tag(run: Run) -> SafeString:
    """How far a procedure in use is."""
    return render("tag", text=run.get_state_display(), colour=_RUNS[Run.State(run.state)])


@register.simple_tag
def step_tag(step: StepRun) -> SafeString:
    """What became of a step."""
    return render("tag", text=step.get_state_display(), colour=_STEPS.get(StepRun.State(step.state), "grey"))


@register.simple_tag
def promise(incident: Incident, at: datetime) -> str:
    """Next update by 4:30pm, or update overdue since then; nothing while none is promised."""
    return promise_words(incident.next_update_due_at, at) if incident.next_update_due_at else ""


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """Beside `{% csrf_token %}`: the key by which the form counts once, however often it is sent."""
    return once_fields(context)


@register.simple_tag(takes_context=True)
def way(context: Context, incident: Incident, item: Item) -> str:
    """Where something outstanding is done: the room's own parts are near there, and other pages lead back to it."""
    address, is_in_room = f"{incident.get_absolute_url()}{item.page}/", bool(context.get("in_room"))
    if not is_in_room:
        return address + item.where
    if item.page == ROOM:
        return item.where
    return f"{address}?from=room{item.where.replace('?', '&')}"


@register.filter
def instruction(incident: Incident) -> str:
    """The one instruction that ends an incident, as a sentence."""
    return INSTRUCTIONS[Incident.Instruction(incident.instruction)] if incident.instruction else ""


@register.filter
def heading(update: Update) -> str:
    """What kind of update it is, as the heading of its place in the news."""
    return f"Update {update.number}: {update.get_kind_display().lower()}"


@register.filter
def overdue(incident: Incident, at: datetime) -> bool:
    return incident.is_overdue(at)


@register.filter
def silence(late: Silence, at: datetime) -> str:
    """A promise that was not kept, as a sentence."""
    return silence_words(late, at)
