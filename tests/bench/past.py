"""A long past, laid down in seconds: ended releases, closed incidents and old words of people, row by row in SQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from continuity.catalogue.models import Service, Vouch
from continuity.core.clock import window
from incidents.models import Incident, Update
from incidents.models import State as IncidentState
from releases.models import Release, State
from tests.bench.history import indexed_afterwards, without_triggers
from tests.factories import DisruptionFactory, ImpactFactory, UserFactory

AN_HOUR = timedelta(hours=1)


def lay_down(many: int, services: Sequence[Service], *, before: datetime, beyond: int = 0) -> None:
    """So many ended releases, closed incidents and vouches that lapsed of each, an hour apart, on services in turn.

    `beyond` are there already, of which these are the older ones.
    """
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
    author = UserFactory.create(username=f"desk{beyond}", job_title="Service desk")
    update = Update.objects.create(
        incident=impact.incident,
        number=1,
        happened="It stopped.",
        severity=3,
        published_at=before,
        author=author,
    )
    vouch = Vouch.objects.create(service=services[0], by=author, said_at=before, holds_until=over)

    numbers = f"generate_series({beyond + 1}, {beyond + many}) AS n"
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


# --- The ledger of those years ----------------------------------------------------------------------------

LINES = """
    INSERT INTO core_line (verb, "to", at, written_at, actor_kind, actor_id, actor_label, subject_kind, subject_id,
        subject_label, words_digest, salt, digest, xid)
    SELECT (CASE WHEN n / 25 %% 2 = 0 THEN %(release_verbs)s::text[] ELSE %(incident_verbs)s::text[] END)[1 + n %% 5],
        '', happened, happened, 'accounts.user', (n %% 500)::text, 'IT manager',
        CASE WHEN n / 25 %% 2 = 0 THEN 'releases.release' ELSE 'incidents.incident' END,
        (CASE WHEN n / 25 %% 2 = 0 THEN %(release)s ELSE %(incident)s END + n / 50 %% %(each)s)::text,
        'OLD-' || n / 50 %% %(each)s, '', md5(n::text), md5(n::text) || md5((-n)::text), 1 + n * 500 / %(many)s
    FROM generate_series(0::bigint, %(many)s - 1) n,
        LATERAL (SELECT %(before)s::timestamptz - (%(many)s - n) * interval '30 seconds' AS happened) at
"""
SEALS = """
    INSERT INTO core_seal (made_at, line_ids, line_digests, horizon, digest)
    SELECT %(before)s, ARRAY(SELECT generate_series(n, n + 9)), '{}',
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint, md5(n::text) || md5((-n)::text)
    FROM (SELECT max(id) AS last FROM core_line) newest, generate_series(last - %(many)s + 1, last, 10) n
"""
VERBS = {
    "release_verbs": [
        f"release.{verb}" for verb in ("drafted", "published", "started", "updated", "completed")
    ],
    "incident_verbs": [
        "incident.declared",
        "entry.added",
        "entry.added",
        "incident.updated",
        "incident.closed",
    ],
}


def lay_down_lines(many: int, *, before: datetime) -> None:
    """So many lines, ten under each seal, about the releases and incidents of `lay_down`, 25 in turn for each."""
    old = {"ref__startswith": "OLD-"}
    facts: dict[str, Any] = {
        "many": many, "before": before, **VERBS, "each": Release.objects.filter(**old).count(),
        "release": Release.objects.filter(**old).earliest("pk").pk,
        "incident": Incident.objects.filter(**old).earliest("pk").pk,
    }  # fmt: skip
    for table, insert in (("core_line", LINES), ("core_seal", SEALS)):
        with without_triggers(), indexed_afterwards(table), connection.cursor() as cursor:
            cursor.execute(insert, facts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE core_line, core_seal")
