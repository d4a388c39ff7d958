"""What figures put on a service's page: when it could not be used."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.slots import fills
from continuity.reports.outages import availability_of
from continuity.reports.strips import strip_of


@fills("service.history")
def availability(request: HttpRequest, service: Service) -> str:
    """90 days and 12 months, planned and unplanned apart."""
    return shown(service, now())


def shown(service: Service, at: datetime) -> str:
    """The same for everybody: only incidents that are not restricted count."""
    found = availability_of(service, at)
    context = {"service": service, "strip": strip_of(found.days), "months": found.months}
    return render_to_string("reports/availability.html", context)
