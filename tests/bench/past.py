"""A long past, laid down in seconds: ended releases, closed incidents and old words of people, row by row in SQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model

from continuity.catalogue.models import Service, Vouch
from continuity.core.clock import window
from incidents.models import Incident, Update
from incidents.models import State as IncidentState
from releases.models import Release, State
from tests.bench.history import without_triggers
from tests.factories import DisruptionFactory, ImpactFactory, UserFactory

AN_HOUR = timedelta(hours=1)


def lay_down(many: int, services: Sequence[Service], *, before: datetime) -> None:
    """So many ended releases, closed incidents and vouches that lapsed of each, an hour apart, on services in turn."""
    over = before + AN_HOUR
    hour = window(before, over)
    outage = DisruptionFactory.create(
        release__state=State.COMPLETED, release__work=hour, release__published_at=before,
        release__ended_at=over, release__outcome="Completed as planned.",
        service=services[0], span=hour, actual=hour,
    )  # fmt: skip
    ends = {"restored_at": over, "stood_down_at": over, "closed_at": over}
    impact = ImpactFactory.create(
        service=services[0], since=before, until=over,
        **{f"incident__{name}": at for name, at in ends.items()},
        **{f"incident__{name}": before for name in ("started_at", "detected_at", "declared_at")},
        incident__state=IncidentState.CLOSED,
        incident__instruction=Incident.Instruction.USE,
    )  # fmt: skip
    author = UserFactory.create(username="desk", job_title="Service desk")
    update = Update.objects.create(
        incident=impact.incident,
        number=1,
        happened="It stopped.",
        severity=3,
        published_at=before,
        author=author,
    )
    vouch = Vouch.objects.create(service=services[0], by=author, said_at=before, holds_until=over)

    numbers = f"generate_series(1, {many}) AS n"
    keys = ", ".join(str(service.pk) for service in services)
    turn = f"(ARRAY[{keys}])[1 + n %% {len(services)}]"
    since, until = (
        f"'{before.isoformat()}'::timestamptz - {hours} * interval '1 hour'" for hours in ("n", "(n - 1)")
    )
    span = f"tstzrange({since}, {until})"
    copied(outage.release, numbers, ref="'OLD-' || n", work=span, published_at=since, ended_at=until)
    copied(outage, _joined(Release, numbers), release_id="whole.id", service_id=turn, span=span, actual=span)
    copied(
        impact.incident, numbers, ref="'OLD-' || n", started_at=since, detected_at=since, declared_at=since,
        restored_at=until, stood_down_at=until, closed_at=until,
    )  # fmt: skip
    copied(
        impact, _joined(Incident, numbers), incident_id="whole.id", service_id=turn, since=since, until=until
    )
    copied(update, _joined(Incident, numbers), incident_id="whole.id", published_at=since)
    copied(vouch, numbers, service_id=turn, said_at=since, holds_until=until)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copied(like: Model, source: str, **columns: str) -> None:
    """For each row of `source` a row like the one that is there, but for the columns that are said in SQL."""
    table = like._meta.db_table
    own = [field.column for field in like._meta.concrete_fields if not (field.primary_key or field.generated)]
    names = ", ".join(f'"{name}"' for name in own)
    values = ", ".join(columns.get(name, f'model."{name}"') for name in own)
    # Without triggers, which would look at each row anew: they are like one that was looked at.
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" AS model, {source} WHERE model.id = %s',  # noqa: S608
            [like.pk],
        )


def _joined(model: type[Model], numbers: str) -> str:
    """The numbers, each with the row that was copied for it."""
    return f"{numbers} JOIN \"{model._meta.db_table}\" AS whole ON whole.ref = 'OLD-' || n"
