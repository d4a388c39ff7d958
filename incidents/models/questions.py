"""What is asked of incidents: the questions build on one another and read aloud."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import JSONObject

from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from incidents.models.state import ACTIVE, OPEN, State
from incidents.severity import FULL_PATH

if TYPE_CHECKING:
    from incidents.models.incident import Incident  # noqa: F401 - named below in a string


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)

    def unrestricted(self) -> Self:
        return self.filter(is_restricted=False)

    def live(self) -> Self:
        """Real ones: an exercise stays out of the board and the figures."""
        return self.filter(is_exercise=False)

    def hitting(self, service: Service) -> Self:
        return self.filter(impacts__service=service).distinct()

    def hitting_now(self, services: set[int]) -> Self:
        """Those that hit one of these services (primary keys) and have not ended there."""
        return self.filter(impacts__service__in=services, impacts__until__isnull=True).distinct()

    def overdue(self, at: datetime) -> Self:
        """Those whose promised update has not come. The promise ends when the service is back."""
        return self.active().filter(next_update_due_at__lte=at)

    def restored_since(self, at: datetime) -> Self:
        return self.filter(restored_at__gte=at)

    def due_to_close(self, stood_down_before: datetime) -> Self:
        """Light ones that were stood down long enough ago."""
        light = self.exclude(severity__in=FULL_PATH)
        return light.filter(state=State.STOOD_DOWN, stood_down_at__lte=stood_down_before)

    def visible_to(self, person: Any) -> Self:
        """What this person may know of: restricted ones only who runs incidents, exercises who reads records.

        Whoever has a part in one, or is asked to take one, may know of that one too.
        """
        if person is None or not person.is_authenticated:
            return self.unrestricted().live()
        may_run, may_read = person.may(Permission.INCIDENT_RUN), person.may(Permission.INCIDENT_READ)
        if may_run and may_read:
            return self
        open_to_all = Q() if may_run else Q(is_restricted=False)
        return self.filter((open_to_all & (Q() if may_read else Q(is_exercise=False))) | _has_part(person))

    def searched(self, words: str) -> Self:
        """Those whose reference, title or summary holds the words, or that hit a service of that name."""
        if not words:
            return self
        service = Service.objects.filter(name__icontains=words)
        named = Q(ref__icontains=words) | Q(title__icontains=words) | Q(summary__icontains=words)
        return self.filter(named | Q(impacts__service__in=service)).distinct()

    def with_impacts(self) -> Self:
        """Their impacts and services at hand, in one more query."""
        from incidents.models.incident import Impact

        return self.prefetch_related(Prefetch("impacts", Impact.objects.select_related("service")))

    def with_news(self) -> Self:
        """Their latest update that says something new at hand as `news`: a mapping, or None while there is none.

        Keys: number, kind, happened, means, do_now, procedure (its key), published_at (ISO 8601). A correction
        counts as news; a holding message ("no change") does not.
        """
        from incidents.models.record import Update

        said = Update.objects.filter(incident=OuterRef("pk"), is_routine=False).order_by("-number")
        names = {name: name for name in ("number", "kind", "happened", "means", "do_now", "published_at")}
        latest = said.values(said=JSONObject(**names, procedure="procedure__procedure__key"))[:1]
        return self.annotate(news=Subquery(latest))

    def for_board(self) -> Self:
        """What everybody may see now, with impacts and latest news: 2 queries."""
        return self.live().open().unrestricted().with_impacts().with_news()


def _has_part(person: Any) -> Q:
    """Incidents in which somebody holds a role, or is asked to take one or to take one over."""
    from incidents.models.roles import Handover, RoleAssignment

    state = RoleAssignment.State
    roles = RoleAssignment.objects.filter(incident=OuterRef("pk"), person=person)
    handovers = Handover.objects.proposed().filter(assignment__incident=OuterRef("pk"), to=person)
    return Q(Exists(roles.filter(state__in=[state.OFFERED, state.ACTIVE]))) | Q(Exists(handovers))
