"""The addresses that jobs call: `/ping/<secret>`, `/fail`, `/<exit status>` (Healthchecks semantics)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import ANYONE, access
from continuity.core.clock import now
from continuity.monitors import actions
from continuity.monitors.models import Heartbeat

HIGHEST_STATUS = 255  # of a process (POSIX)
SMALLEST, LARGEST = -(2**31), 2**31 - 1  # of the column
callable_by_jobs = require_http_methods(["GET", "HEAD", "POST"])


@access(ANYONE)
@csrf_exempt
@never_cache
@callable_by_jobs
def ran(request: HttpRequest, secret: UUID) -> HttpResponse:
    """The job ran; `?slots=412` tells what it counted, under the name that the monitor gives the number."""
    return _heard(request, secret)


@access(ANYONE)
@csrf_exempt
@never_cache
@callable_by_jobs
def failed(request: HttpRequest, secret: UUID) -> HttpResponse:
    """The job says that it failed."""
    return _heard(request, secret, failed="The job said that it failed")


@access(ANYONE)
@csrf_exempt
@never_cache
@callable_by_jobs
def ended(request: HttpRequest, secret: UUID, status: int) -> HttpResponse:
    """The job ended with an exit status, 0 for success."""
    if status > HIGHEST_STATUS:
        return _answer(f"An exit status is 0 to {HIGHEST_STATUS}", 400)
    return _heard(request, secret, failed=f"The job ended with exit status {status}" if status else "")


def _heard(request: HttpRequest, secret: UUID, *, failed: str = "") -> HttpResponse:
    heartbeat = Heartbeat.objects.filter(secret=secret).first()
    if heartbeat is None:
        return _answer("not found", 404)
    try:
        number = _number(request.GET.get(heartbeat.number_name, "") if heartbeat.number_name else "")
    except ValueError:
        # The job's owner sees it in the job's own log, and here as silence.
        return _answer(f"{heartbeat.number_name} is not a whole number", 400)
    actions.ping(heartbeat=heartbeat, at=now(), number=number, failed=failed)
    return _answer("OK", 200)


def _number(text: str) -> int | None:
    """The number that was sent, None for none; ValueError for what is no number, or too large a one."""
    if not text:
        return None
    if not text.isascii() or len(text) > len(str(SMALLEST)):
        raise ValueError(text)
    number = int(text)
    if not SMALLEST <= number <= LARGEST:
        raise ValueError(text)
    return number


def _answer(words: str, status: int) -> HttpResponse:
    headers = {"Access-Control-Allow-Origin": "*"}
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)


app_name = "pings"
urlpatterns = [
    path("<uuid:secret>", ran, name="ran"),
    path("<uuid:secret>/fail", failed, name="failed"),
    path("<uuid:secret>/<int:status>", ended, name="ended"),
]
