"""Reports: made without log-in, answered at once, and dealt with by who runs incidents."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from continuity.accounts.access import TRUSTED, access
from continuity.accounts.networks import address_of
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Area, Service
from continuity.core.clock import now
from incidents import actions
from incidents.forms import ReportForm, SettleForm
from incidents.known import known_about, whom_to_ring
from incidents.models import Incident, Report
from incidents.views.base import UNPROCESSABLE, acted, posted, who

# The answer to a report is for whoever made it: its address cannot be guessed.
SALT = "incidents.report"
HOUR = timedelta(hours=1)


@access(TRUSTED)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Where you are, which service, what is wrong; `?area=` and `?service=` fill it in."""
    at, made = now(), []
    place = Area.objects.filter(key=request.GET.get("area", "")).first()
    service = Service.objects.filter(key=request.GET.get("service", "")).first()
    form = ReportForm(posted(request), place=place, initial={"service": service.key if service else ""})
    address = address_of(request)
    if acted(form, lambda: made.append(actions.report(at=at, address=address, **form.cleaned_data))):
        return redirect("incidents:reported", token=signing.dumps(made[0].pk, salt=SALT))
    return render(
        request,
        "incidents/report.html",
        {"form": form, "place": place, "service": service, "known": known_about(service, at), "at": at}
        | {"ring": whom_to_ring(service)},
        status=UNPROCESSABLE if form.is_bound else None,
    )


@access(TRUSTED)
@require_safe
def reported(request: HttpRequest, token: str) -> HttpResponse:
    """ "Known: here is what to do", or "New: passed on" and whom to ring; as things stand when it is opened."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    found = get_object_or_404(Report.objects.select_related("area", "service"), pk=key)
    at = now()
    return render(
        request,
        "incidents/reported.html",
        {
            "others": _others_like(found),
            "report": found,
            "known": known_about(found.service, at),
            "ring": whom_to_ring(found.service),
            "at": at,
        },
    )


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """What waits, by service, since several reports count as one problem: declare, join or dismiss."""
    sent = request.POST.getlist("report") if request.method == "POST" else []
    groups, status = [], None
    open_ones = list(Incident.objects.live().open())
    for at_place, waiting in enumerate(_by_service()):
        is_meant = bool(sent) and any(str(each.pk) in sent for each in waiting)
        form = _form_for(waiting, at_place, open_ones, request.POST if is_meant else None)
        if is_meant and acted(form, lambda form=form: _settle(form, request)):  # type: ignore[misc]
            messages.success(request, "The reports are dealt with.")
            return redirect("incidents:reports")
        status = UNPROCESSABLE if is_meant else status
        groups.append(
            {
                "service": waiting[0].service,
                "reports": waiting,
                "first_at": waiting[-1].at,
                "form": form,
                "declare": _declare(waiting),
            }
        )
    if request.method == "POST" and status is None:
        messages.info(request, "Somebody else dealt with these reports.")
        return redirect("incidents:reports")
    return render(request, "incidents/reports.html", {"groups": groups}, status=status)


def _others_like(found: Report) -> int:
    """How many more reports of the same service wait, made within an hour of this one."""
    if found.service_id is None:
        return 0
    alike = Report.objects.waiting().filter(service=found.service_id).since(found.at - HOUR)
    return alike.exclude(pk=found.pk).count()


def _by_service() -> Iterable[list[Report]]:
    waiting = Report.objects.waiting().select_related("area", "service").order_by("service__name", "-at")
    return [list(group) for _, group in groupby(waiting, lambda each: each.service_id)]


def _form_for(waiting: list[Report], number: int, open_ones: list[Incident], data: Any) -> SettleForm:
    return SettleForm(data, reports=waiting, open_ones=open_ones, auto_id=f"id_{number}_%s")


def _settle(form: SettleForm, request: HttpRequest) -> None:
    given, by = form.cleaned_data, who(request)
    chosen = list(given["report"])
    if given["then"] == SettleForm.DISMISS:
        actions.dismiss_reports(reports=chosen, why=given["why"], by=by, at=now())
    else:
        actions.join_reports(reports=chosen, incident=given["incident"], by=by, at=now())


def _declare(waiting: list[Report]) -> str:
    """The address of the form that makes an incident of these reports."""
    keys = "&".join(f"report={each.pk}" for each in waiting)
    return f"{reverse('incidents:declare')}?{keys}"
