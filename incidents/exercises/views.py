"""Pages of the room: what must be practised, one exercise, and its steps."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import access, may_open
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from incidents.exercises import actions
from incidents.exercises.calendar import standings
from incidents.exercises.forms import CancelForm, ObjectiveForm, PlanForm, PostponeForm, ReportForm
from incidents.exercises.models import Exercise, Objective
from incidents.forms import DeclareForm
from incidents.views.base import UNPROCESSABLE, acted, posted, who

A_PAGE = 25
State = Exercise.State
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_READ)
@require_safe
def exercises(request: HttpRequest) -> HttpResponse:
    """What is due when, and every exercise, the latest first."""
    words = request.GET.get("q", "").strip()
    found = Exercise.objects.filter(title__icontains=words) if words else Exercise.objects.all()
    today = local_day(now())
    context = {
        "standings": [(each, each.is_overdue(today)) for each in standings()],
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "q": words,
    }
    return render(request, "exercises/list.html", context)


@access(Permission.REVIEW_READ, write=Permission.REVIEW_WRITE)
@read_or_send
def exercise(request: HttpRequest, ref: str) -> HttpResponse:
    """One exercise with its objectives; sending the form on it adds one."""
    found = get_object_or_404(Exercise.objects.select_related("director", "incident"), ref=ref)
    form = ObjectiveForm(posted(request))
    if acted(form, lambda: actions.add_objective(exercise=found, **_now(request), **form.cleaned_data)):
        messages.success(request, "The objective is added.")
        return redirect(found)
    context = {
        "exercise": found,
        "objectives": found.objectives.all(),
        "procedures": found.procedures.all(),
        "form": form,
        "is_planning": found.state in actions.PLANNING,
        "may_take_out": found.state == State.PLANNED,
        "presses": _allowed(request, PRESSES.get(State(found.state), [])),
        "links": _allowed(request, LINKS.get(State(found.state), [])),
    }
    return render(request, "exercises/detail.html", context, status=_status(form))


@access(Permission.REVIEW_WRITE)
@read_or_send
def plan(request: HttpRequest) -> HttpResponse:
    """A new exercise from one form."""
    form, made = PlanForm(posted(request)), []
    if acted(form, lambda: made.append(actions.plan(**_now(request), **form.cleaned_data))):
        messages.success(request, "The exercise is planned. Say what it shall show.")
        return redirect(made[0])
    return render(
        request, "exercises/form.html", {"form": form, "heading": "Plan an exercise"}, status=_status(form)
    )


@access(Permission.REVIEW_WRITE)
@require_POST
def remove_objective(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.select_related("exercise"), pk=pk, exercise__ref=ref)
    actions.remove_objective(objective=objective, **_now(request))
    messages.success(request, "The objective is taken out.")
    return redirect(objective.exercise)


@access(Permission.REVIEW_PUBLISH)
@require_POST
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    return _pressed(request, ref, actions.approve, "The exercise is approved.")


@access(Permission.REVIEW_WRITE)
@require_POST
def run(request: HttpRequest, ref: str) -> HttpResponse:
    return _pressed(request, ref, actions.run, "The exercise runs.")


@access(Permission.REVIEW_WRITE)
@read_or_send
def play(request: HttpRequest, ref: str) -> HttpResponse:
    """Declare the incident that is practised; it goes on in the incident's own rooms."""
    found, made = get_object_or_404(Exercise, ref=ref), []
    form = DeclareForm(posted(request), initial={"title": found.title}, by=who(request))
    if acted(form, lambda: made.append(actions.play(exercise=found, **_now(request), **form.details()))):
        messages.success(request, f"{made[0]} is declared as an exercise. Nobody outside it is told.")
        return redirect(made[0])
    context = {"form": form, "heading": "Declare its incident", "exercise": found}
    return render(request, "exercises/form.html", context, status=_status(form))


@access(Permission.REVIEW_WRITE)
@require_POST
def debrief(request: HttpRequest, ref: str) -> HttpResponse:
    return _pressed(request, ref, actions.debrief, "The play is over. Talk about it while people remember.")


@access(Permission.REVIEW_WRITE)
@read_or_send
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """How far each objective was met."""
    found = get_object_or_404(Exercise, ref=ref)
    form = ReportForm(posted(request), exercise=found)
    return _formed(
        request, found, form, "Report the exercise", said="The exercise is reported.",
        action=lambda: actions.report(exercise=found, **_now(request), **form.facts()),
    )  # fmt: skip


@access(Permission.REVIEW_WRITE)
@read_or_send
def postpone(request: HttpRequest, ref: str) -> HttpResponse:
    found, form = get_object_or_404(Exercise, ref=ref), PostponeForm(posted(request))
    return _formed(
        request, found, form, "Postpone the exercise", said="The exercise has a new day.",
        action=lambda: actions.postpone(exercise=found, **_now(request), **form.cleaned_data),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    found, form = get_object_or_404(Exercise, ref=ref), CancelForm(posted(request))
    return _formed(
        request, found, form, "Cancel the exercise", said="The exercise is cancelled.",
        action=lambda: actions.cancel(exercise=found, **_now(request), **form.cleaned_data),
    )  # fmt: skip


# What takes an exercise on from a state by one press: the address, the words on the button, who may.
PRESSES = {
    State.PLANNED: [("exercises:approve", "Approve the plan", Permission.REVIEW_PUBLISH)],
    State.APPROVED: [("exercises:run", "Start the exercise", Permission.REVIEW_WRITE)],
    State.RUNNING: [("exercises:debrief", "End the play", Permission.REVIEW_WRITE)],
}
# What leads to a form of its own.
PUT_OFF = [
    ("exercises:postpone", "Postpone", Permission.REVIEW_WRITE),
    ("exercises:cancel", "Cancel the exercise", Permission.REVIEW_PUBLISH),
]
LINKS = {
    State.PLANNED: PUT_OFF,
    State.APPROVED: PUT_OFF,
    State.RUNNING: [("exercises:play", "Declare its incident", Permission.REVIEW_WRITE)],
    State.DEBRIEF: [("exercises:report", "Report the exercise", Permission.REVIEW_WRITE)],
}


def _allowed(request: HttpRequest, ways: list[tuple[str, str, Permission]]) -> list[tuple[str, str]]:
    """Address and words of the ways on that are this person's."""
    return [
        (name, words)
        for name, words, permission in ways
        if may_open(permission, user=request.user, trusted=False)
    ]


def _pressed(request: HttpRequest, ref: str, action: Callable[..., None], said: str) -> HttpResponse:
    found = get_object_or_404(Exercise, ref=ref)
    action(exercise=found, **_now(request))
    messages.success(request, said)
    return redirect(found)


def _formed(
    request: HttpRequest, found: Exercise, form: Any, heading: str, *, said: str, action: Callable[[], None]
) -> HttpResponse:
    if acted(form, action):
        messages.success(request, said)
        return redirect(found)
    context = {"form": form, "heading": heading, "exercise": found}
    return render(request, "exercises/form.html", context, status=_status(form))


def _now(request: HttpRequest) -> dict[str, Any]:
    """Who does it and when, as every action asks."""
    return {"by": request.user, "at": now()}


def _status(form: Any) -> int | None:
    return UNPROCESSABLE if form.is_bound else None
