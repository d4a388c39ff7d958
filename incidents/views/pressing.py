"""Forms that count once however often a browser on a bad network sends them, and say when they are saved."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from continuity.core.clock import now
from continuity.core.refusals import Refused
from continuity.core.wording import time_words
from incidents.actions.pressing import begin_press, end_press

KEY = "once"
# The room's script sends it: it wants to know what happened, not the next page.
BY_SCRIPT = "X-Portal-Once"

View = Callable[..., HttpResponse]


class Done(HttpResponseRedirect):
    """The answer to a form that was acted on: what the person is told, on the page they come to."""

    def __init__(self, request: HttpRequest, address: str, said: str) -> None:
        super().__init__(address)
        self.said = said
        if not is_by_script(request):
            messages.success(request, said)


def once(view: View) -> View:
    """Count a form with a key (`{% once %}`) once: sent again it changes nothing, and is answered the same.

    Stands right above the view, under what says who may open it. A form without a key counts each time.
    """

    @wraps(view)
    def pressed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key_of(request)
        if key is None:
            return view(request, *args, **kwargs)
        try:
            answer = _pressed(key, request, lambda: view(request, *args, **kwargs))
        except Refused as refusal:
            if not is_by_script(request):
                raise
            return JsonResponse({"refused": [str(refusal)]}, status=refusal.status)
        return _told(answer) if isinstance(answer, Done) and is_by_script(request) else answer

    return pressed


def is_by_script(request: HttpRequest) -> bool:
    """Whether the room's script sent the form, and reads the answer itself."""
    return request.headers.get(BY_SCRIPT) == "1"


def _pressed(key: UUID, request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What the view answers, with the key taken in its transaction; what was answered before, if it was."""
    with transaction.atomic():
        before = begin_press(key=key, by=request.user, at=now())  # type: ignore[arg-type]  # logged in
        if before:
            return Done(request, before.address, before.said)
        answer = act()
        if isinstance(answer, Done):
            end_press(key=key, said=answer.said, address=answer.url)
        else:  # nothing was done, so the key may be sent again
            transaction.set_rollback(True)
    return answer


def _told(answer: Done) -> JsonResponse:
    return JsonResponse({"said": answer.said, "at": time_words(now()), "address": answer.url})


def _key_of(request: HttpRequest) -> UUID | None:
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    try:
        return UUID(request.POST.get(KEY, ""))
    except ValueError:
        return None
