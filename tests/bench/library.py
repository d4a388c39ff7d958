"""The library: how long a search takes among 100,000 documents, and whether that is longer than among 1,000."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from statistics import median, quantiles

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from incidents.models import Impact, Incident, Update
from incidents.reviews.models import Review, Section
from releases.models import Disruption, Release
from tests.bench.history import indexed_afterwards, over, shelve, twin, without_triggers
from tests.bench.past import copied
from tests.bench.room import session_of
from tests.factories import ServiceFactory, UserFactory

FEW, MANY = 1_000, 100_000
ROUNDS = 7
VOCABULARY = 8_000
LATEST, HOUR = datetime(2033, 1, 1, tzinfo=UTC), timedelta(hours=1)
SYLLABLES = (
    "ba",
    "ko",
    "ri",
    "mu",
    "te",
    "lon",
    "sar",
    "vi",
    "nex",
    "dul",
    "fe",
    "gar",
    "pim",
    "zo",
    "hal",
    "cru",
)
KINDS = ("incident", "incident", "incident", "release", "release", "review")
# How many words are told of each, and how many more: a release's lesson, a review's second section.
LENGTHS = {"incident": (60, 0), "release": (40, 12), "review": (50, 50)}
TEXTS = """
    CREATE TEMPORARY TABLE texts (number integer, kind text, ref text, at timestamptz, service bigint,
        title text, summary text, told text, more text)
"""
# A few words stand in most texts, most words in few, as in any language.
FALLING = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))


def figures() -> Iterator[tuple[str, float]]:
    """`search_p95_ms`, of all that is asked below by who types it, and `search_history_ratio`, the worst of them."""
    people = [
        UserFactory.create(username=f"search-{role}", role=role) for role in ("reader", "administrator")
    ]
    clients = [client_of(person) for person in people]
    services = [ServiceFactory.create(name=f"Search service {number}") for number in range(48)]
    chance = Random(11)
    words = vocabulary(chance)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE library_document")
    like = samples(services[0])
    write(range(FEW), services, words, chance, like)
    before = twin("shelf")
    write(range(FEW, MANY), services, words, chance, like)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    took = [in_turn(client, asked, before) for client in clients for asked in questions(services, words)]
    yield "search_p95_ms", quantiles([each for now, _ in took for each in now], n=20)[18] * 1000
    yield "search_history_ratio", max(median(now) / median(then) for now, then in took)


def questions(services: list[Service], words: list[str]) -> list[str]:
    """Words that stand nowhere, in few texts, in most; that meet seldom, or never; and what narrows them down."""
    common, usual, rare = words[0], words[200], words[-1]
    return [
        f"q={common}", f"q={usual}", f"q={rare}", f"q={common}+{words[1]}", f"q={usual}+{words[201]}",
        f"q={common}+{rare}", f"q={usual[:3]}", "q=nowhere", "q=dawn+dusk", "q=dawn", f'q="{usual}+{words[201]}"',
        "q=SRCH-000500", f"q={common}&kind=lesson", f"q={common}&service={services[7].key}",
        f"q=&service={services[7].key}",
        f"q={usual}&since=1+June+2032", f"q={common}&page=25", "",
    ]  # fmt: skip


def in_turn(client: Client, asked: str, before: BaseDatabaseWrapper) -> tuple[list[float], list[float]]:
    """Seconds of each round with the long history, and with the short one."""
    now, then = list[float](), list[float]()
    for _ in range(ROUNDS + 1):
        now.append(seconds(client, asked))
        with over(before):
            then.append(seconds(client, asked))
    return now[1:], then[1:]  # the first ones compile templates


def seconds(client: Client, asked: str) -> float:
    """Seconds until what was found is there."""
    began = time.perf_counter()
    answer = client.get(f"/library/?{asked}", headers={"HX-Request": "true"})
    took = time.perf_counter() - began
    assert answer.status_code == 200, answer.status_code
    return took


def client_of(person: User) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
    return client


def vocabulary(chance: Random) -> list[str]:
    """Words by how often they are used."""
    found = dict[str, None]()
    while len(found) < VOCABULARY:
        found["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(found)


# --- What there is to be found ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Samples:
    """A row of each table, of no document, like which all others are made."""

    impact: Impact
    update: Update
    disruption: Disruption
    section: Section


def samples(service: Service) -> Samples:
    """Rows beside which nothing but words, times and what they belong to differs."""
    work = Range(LATEST, LATEST + HOUR, "[)")
    with without_triggers():
        incident = Incident.objects.create(
            ref="LIKE-I", title="Like", severity=3, state="closed",
            **dict.fromkeys(("started_at", "detected_at", "declared_at"), LATEST),
        )  # fmt: skip
        release = Release.objects.create(
            ref="LIKE-L", title="Like", state="completed", outcome="Done.", contact="ext 5000", work=work
        )
        review = Review.objects.create(
            ref="LIKE-R", title="Like", theme="All", state="published", published_at=LATEST
        )
        return Samples(
            Impact.objects.create(incident=incident, service=service, effect="down", since=LATEST),
            Update.objects.create(
                incident=incident, number=1, happened="Like.", severity=3, published_at=LATEST
            ),
            Disruption.objects.create(release=release, service=service, effect="down", span=work),
            Section.objects.create(review=review, code="happened", text="Like."),
        )


def write(numbers: range, services: list[Service], words: list[str], chance: Random, like: Samples) -> None:
    """Half incidents, a third planned work, the rest reviews: first their words, then rows, then shelves."""
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        with cursor.copy("COPY texts FROM STDIN") as rows:
            for number in numbers:
                rows.write_row(texts_of(number, services, words, chance))
        cursor.execute("ANALYZE texts")
    _write_rows(like)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT ref FROM texts")
        refs = [ref for (ref,) in cursor.fetchall()]
        cursor.execute("DROP TABLE texts")
    with indexed_afterwards("library_document", unique=False):
        for kind, made in (("incident", Incident), ("release", Release), ("review", Review)):
            shelve(kind, made.objects.filter(ref__in=refs))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE library_document")


def texts_of(number: int, services: list[Service], words: list[str], chance: Random) -> tuple[object, ...]:
    """Kind and words of one document, as a row of `texts`."""
    side = "dawn" if number % 2 else "dusk"

    def text(length: int) -> str:
        return f"{' '.join(chance.choices(words, cum_weights=FALLING, k=length))} {side}."

    kind = KINDS[number % len(KINDS)]
    told, more = LENGTHS[kind]
    learned = more and (kind == "review" or number % 4 == 0)
    return (
        number, kind, f"SRCH-{number:06}", LATEST - number * HOUR, chance.choice(services).pk,
        text(5), text(30), text(told), text(more) if learned else "",
    )  # fmt: skip


def _write_rows(like: Samples) -> None:
    """What stands in `texts` becomes incidents, planned work and reviews, with what belongs to each."""
    words = {"ref": "t.ref", "title": "t.title", "summary": "t.summary"}
    copied(
        like.impact.incident, of("incident"), **words, started_at="t.at", detected_at="t.at", declared_at="t.at",
        is_restricted="t.number %% 97 = 0", is_exercise="t.number %% 89 = 0",
    )  # fmt: skip
    incidents = f"{of('incident')} JOIN incidents_incident AS whole ON whole.ref = t.ref"
    copied(like.impact, incidents, incident_id="whole.id", service_id="t.service", since="t.at")
    copied(like.update, incidents, incident_id="whole.id", happened="t.told", published_at="t.at")
    span = "tstzrange(t.at, t.at + interval '1 hour')"
    copied(like.disruption.release, of("release"), **words, outcome="t.told", lesson="t.more", work=span)
    releases = f"{of('release')} JOIN releases_release AS whole ON whole.ref = t.ref"
    copied(like.disruption, releases, release_id="whole.id", service_id="t.service", span=span)
    copied(like.section.review, of("review"), **words, published_at="t.at")
    reviews = f"{of('review')} JOIN reviews_review AS whole ON whole.ref = t.ref"
    copied(like.section, reviews, review_id="whole.id", text="t.told")
    copied(like.section, reviews, review_id="whole.id", code="'to_improve'", text="t.more")


def of(kind: str) -> str:
    return f"(SELECT * FROM texts WHERE kind = '{kind}') AS t"  # noqa: S608 - a word of ours
