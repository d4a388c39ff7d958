"""What pages of this room share: finding an incident, sending a form, saying that it worked."""

from collections.abc import Callable
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.refusals import Refused, sentence_of
from incidents.models import Incident
from incidents.views.pressing import Done, is_by_script

UNPROCESSABLE = 422
# Every number of so many digits fits a primary key (2 to the 63rd has 19).
LONGEST_NUMBER = 18


def incident_of(request: HttpRequest, ref: str) -> Incident:
    """The incident, where this person may know of it; 404 otherwise, as if it were not there."""
    return get_object_or_404(Incident.objects.visible_to(request.user), ref=ref)


def who(request: HttpRequest) -> User:
    """Whoever is logged in: the door of these pages lets nobody else in."""
    return cast(User, request.user)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form that is also opened empty."""
    return request.POST if request.method == "POST" else None


def number_of(text: str) -> int | None:
    """The primary key that an address names, or None when it can be none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def acted(form: BaseForm, action: Callable[[], object]) -> bool:
    """Whether the form is right and its action done; a refusal becomes the form's error, what was typed stays."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            action()
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except IntegrityError as error:
        form.add_error(None, sentence_of(error))
    return not form.errors


def is_from_room(request: HttpRequest) -> bool:
    """Whether the person came from the incident's room, by a link (`?from=room`) or with a form that stood there."""
    return "room" in {request.GET.get("from"), request.POST.get("from")}


def back_to(request: HttpRequest, incident: Incident, said: str) -> HttpResponse:
    """To the incident's page, or to its room when the form stood there, with what was done."""
    is_in_room = is_from_room(request)
    address = reverse("incidents:room", args=[incident.ref]) if is_in_room else incident.get_absolute_url()
    return Done(request, address, said)


def back_to_room(request: HttpRequest, incident: Incident, said: str) -> HttpResponse:
    """To the incident's room, with what was done."""
    return Done(request, reverse("incidents:room", args=[incident.ref]), said)


def form_page(
    request: HttpRequest, incident: Incident, form: BaseForm, heading: str, **more: Any
) -> HttpResponse:
    """A page with one form about an incident; 422 once it was sent and not accepted.

    The room's script, which shows the form itself, hears only what is wrong with it.
    """
    if form.is_bound and is_by_script(request):
        return JsonResponse({"refused": sentences_of(form)}, status=UNPROCESSABLE)
    return render(
        request,
        "incidents/form.html",
        {"incident": incident, "form": form, "heading": heading, "in_room": is_from_room(request), **more},
        status=UNPROCESSABLE if form.is_bound else None,
    )


def sentences_of(form: BaseForm) -> list[str]:
    """What is wrong with a form; each sentence names its question, as the summary of errors shows them."""
    return [str(error) for errors in form.errors.values() for error in errors]
