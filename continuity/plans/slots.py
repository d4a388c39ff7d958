"""What this room puts on the pages of the rooms below: what to do when a service is gone."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.catalogue.models import Service
from continuity.core.clock import local_day, now
from continuity.core.slots import fills
from continuity.plans.models import Procedure, Version


@fills("service.procedures")
def what_to_do_without(request: HttpRequest, service: Service) -> str:
    """Downtime procedures with their steps, opened in place; other procedures as links."""
    versions = Version.objects.current_for([service.pk]).select_related("procedure")
    found = list(versions.prefetch_related("steps").order_by("procedure__title"))
    today = local_day(now())
    context = {
        "service": service,
        "downtime": [(each, each.is_past_review(today)) for each in found if _is_downtime(each)],
        "others": [each for each in found if not _is_downtime(each)],
    }
    return render_to_string("plans/of_a_service.html", context, request)


def _is_downtime(version: Version) -> bool:
    return version.procedure.kind == Procedure.Kind.DOWNTIME
