"""Facts for the board's pure tests: the story's services and work, and any others that hypothesis likes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from psycopg.types.range import Range

from continuity.board.known import Facts, Failure, Hit, Need, Outage, Service, Voucher, Work
from continuity.core.level import Effect

STORY = datetime(2024, 11, 1, 16, tzinfo=UTC)
BACK = STORY + timedelta(hours=8, minutes=36)
END = STORY + timedelta(hours=8, minutes=44)
MINUTE = timedelta(minutes=1)

Draw = st.DrawFn

ERS = Service("ers", "NHS e-Referral Service", "/services/ers/", 3, "/plans/downtime-ers/")
POLLING = Service("slot-polling", "e-RS slot polling", "/services/slot-polling/", 3)
WIFI = Service("wifi", "Wi-Fi", "/services/wifi/", 2)
SERVICES = (ERS, POLLING, WIFI)
NEEDS = {"slot-polling": (Need("ers"),)}


def release(
    state: str = "published", *, actual: tuple[datetime, datetime | None] | None = None, **also: Any
) -> Work:
    """The story's release: e-RS is down from 4pm to 12:36am, work until 12:44am."""
    happened = Range(*actual, "[)") if actual else None
    outage = Outage(ERS, also.pop("effect", Effect.DOWN), Range(STORY, BACK, "[)"), happened)
    fixed = {
        "ref": "REL-2024-071",
        "title": "Release 14.7",
        "url": "/releases/REL-2024-071/",
        "work": Range(STORY, END, "[)"),
        "outages": (outage,),
        "says": "IT manager",
        "told_at": STORY - timedelta(days=14),
    }
    return Work(state=state, **{**fixed, **also})


def incident(service: Service = WIFI, effect: Effect = Effect.DOWN, **also: Any) -> Failure:
    hit = Hit(service, effect, also.pop("since", STORY), also.pop("until", None))
    fixed = {
        "ref": "INC-2024-001",
        "title": "Wi-Fi is down",
        "url": "/incidents/INC-2024-001/",
        "hits": (hit,),
    }
    return Failure(**{"says": "Duty manager", "told_at": STORY, **fixed, **also})


def facts(**also: Any) -> Facts:
    return Facts(**{"services": SERVICES, "needs": NEEDS, **also})


# Two weeks around the clock change of 27 October and the story, to the second.
instants = st.integers(0, 14 * 86_400).map(lambda seconds: STORY + timedelta(days=-7, seconds=seconds))
effects = st.sampled_from(list(Effect))
services = st.sampled_from(SERVICES)


@st.composite
def spans(draw: Draw, *, is_open: bool = False) -> Range[datetime]:
    start = draw(instants)
    if is_open and draw(st.booleans()):
        return Range(start, None, "[)")
    return Range(start, start + draw(st.timedeltas(MINUTE, timedelta(days=2))), "[)")


outages = st.builds(Outage, services, effects, spans(), st.none() | spans(is_open=True))
works = st.builds(
    Work,
    ref=st.sampled_from(["REL-1", "REL-2", "REL-3"]),
    title=st.just("Work"),
    url=st.just("/releases/REL-1/"),
    state=st.sampled_from(
        ["published", "in_progress", "checking", "completed", "rolled_back", "cancelled", "postponed"]
    ),
    work=spans(),
    outages=st.lists(outages, max_size=3).map(tuple),
    is_held=st.booleans(),
    told_at=st.none() | instants,
    ended_at=st.none() | instants,
)


@st.composite
def hits(draw: Draw) -> Hit:
    since = draw(instants)
    lasting = draw(st.none() | st.timedeltas(MINUTE, timedelta(days=2)))
    return Hit(draw(services), draw(effects), since, since + lasting if lasting else None)


failures = st.builds(
    Failure,
    ref=st.sampled_from(["INC-1", "INC-2"]),
    title=st.just("Failure"),
    url=st.just("/incidents/INC-1/"),
    hits=st.lists(hits(), max_size=3).map(tuple),
    is_active=st.booleans(),
    is_over=st.booleans(),
    told_at=st.none() | instants,
    promised_at=st.none() | instants,
    restored_at=st.none() | instants,
)
vouchers = st.builds(
    lambda service, said_at, holds, by_person: Voucher(
        service.key, "Owner", said_at, said_at + holds, by_person
    ),
    services,
    instants,
    st.timedeltas(MINUTE, timedelta(days=1)),
    st.booleans(),
)
any_facts = st.builds(
    Facts,
    services=st.just(SERVICES),
    needs=st.just(NEEDS),
    works=st.lists(works, max_size=3).map(tuple),
    failures=st.lists(failures, max_size=3).map(tuple),
    vouchers=st.lists(vouchers, max_size=3).map(tuple),
)
