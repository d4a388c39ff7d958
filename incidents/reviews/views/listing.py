"""The page of the trust's own list of factors, and the forms that change it."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from incidents.forms.base import RoomForm
from incidents.reviews import actions
from incidents.reviews.forms import LocalFactorForm, RenameForm, WhyForm
from incidents.reviews.models import FINAL, Factor, ListVersion, LocalFactor
from incidents.reviews.views.base import by_now
from incidents.views.base import UNPROCESSABLE, acted, posted

# The newest of them; a list that is kept well changes seldom.
VERSIONS_SHOWN = 50
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_READ)
@require_safe
def local_factors(request: HttpRequest) -> HttpResponse:
    """The list by heading with how many reviews say each, and the versions of the list, the newest first."""
    used = Count("factors__review", filter=Q(factors__review__state__in=FINAL), distinct=True)
    found = list(LocalFactor.objects.annotate(reviews=used).order_by("name"))
    headings = [(area.label, [each for each in found if each.area == area]) for area in Factor.Area]
    versions = ListVersion.objects.select_related("by")
    context = {
        "headings": [(label, factors) for label, factors in headings if factors],
        "versions": versions[:VERSIONS_SHOWN],
    }
    return render(request, "reviews/local_factors.html", context)


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def add(request: HttpRequest) -> HttpResponse:
    form = LocalFactorForm(posted(request))
    return _formed(
        request, form, "Add a local factor", "The factor is on the list.",
        lambda: actions.add_local(**form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    form = RenameForm(posted(request), factor=found)
    return _formed(
        request, form, f"Rename: {found}", "The factor is renamed. Published reviews keep its old name.",
        lambda: actions.rename_local(factor=found, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _found(pk), WhyForm(posted(request), button="Retire it")
    return _formed(
        request, form, f"Retire: {found}", "The factor is retired. Where it was used it stays.",
        lambda: actions.retire_local(factor=found, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _found(pk), WhyForm(posted(request), button="Take it up again")
    return _formed(
        request, form, f"Take up again: {found}", "The factor may be chosen again.",
        lambda: actions.take_up_local(factor=found, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


def _found(pk: int) -> LocalFactor:
    return get_object_or_404(LocalFactor, pk=pk)


def _formed(
    request: HttpRequest, form: RoomForm, heading: str, said: str, action: Callable[[], object]
) -> HttpResponse:
    if acted(form, action):
        messages.success(request, said)
        return redirect("reviews:local-factors")
    context = {"form": form, "heading": heading}
    return render(
        request, "reviews/local_form.html", context, status=UNPROCESSABLE if form.is_bound else None
    )
