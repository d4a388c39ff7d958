"""A page to import how many people use services, by the hour of the week."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.catalogue.actions import count_users
from continuity.catalogue.forms import UsageForm
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.refusals import Forbidden
from continuity.core.wording import count_words

NOTHING_TO_KEEP = (
    "You cannot import how many people use services. Administrators and the teams that own services can."
)


@access(LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """Administrators for every service, members of a team for those it owns. All of it or nothing."""
    person: Any = request.user
    services = {service.key: service for service in Service.objects.select_related("owner")}
    own = set(services) if person.may(Permission.CATALOGUE_EDIT) else _owned(person)
    if not own:
        raise Forbidden(NOTHING_TO_KEEP)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UsageForm(*sent, keys=own, barred=services.keys() - own)
    if form.is_valid():
        count_users(weeks={services[key]: week for key, week in form.weeks.items()}, by=person, at=now())
        messages.success(request, f"Users of {count_words(len(form.weeks), 'service')} are counted.")
        return redirect("catalogue:services")
    return render(request, "catalogue/usage.html", {"form": form}, status=422 if form.errors else 200)


def _owned(person: Any) -> set[str]:
    return set(Service.objects.filter(owner__members=person).values_list("key", flat=True))
