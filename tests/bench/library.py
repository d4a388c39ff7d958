"""The library: how long a search takes among 100,000 documents, and whether that is longer than among 1,000."""

import time
from collections.abc import Iterator
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
from tests.bench.history import over, shelve, twin, without_triggers
from tests.bench.room import session_of
from tests.factories import ServiceFactory, UserFactory

FEW, MANY = 1_000, 100_000
PART = 10_000
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
    write(range(FEW), services, words, chance)
    before = twin("shelf")
    write(range(FEW, MANY), services, words, chance)
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


def write(numbers: range, services: list[Service], words: list[str], chance: Random) -> None:
    """Half incidents, a third planned work, the rest reviews. They are put on their shelves together, for speed."""
    for start in range(numbers.start, numbers.stop, PART):
        _write(range(start, min(start + PART, numbers.stop)), services, words, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def number_of(made: Incident | Review) -> int:
    return int(made.ref.rpartition("-")[2])


def _write(numbers: range, services: list[Service], words: list[str], chance: Random) -> None:
    def text(length: int, number: int) -> str:
        side = "dawn" if number % 2 else "dusk"
        return f"{' '.join(chance.choices(words, cum_weights=FALLING, k=length))} {side}."

    with without_triggers():
        incidents = Incident.objects.bulk_create(
            Incident(
                ref=f"SRCH-{number:06}", title=text(5, number), summary=text(30, number), severity=3, state="closed",
                is_restricted=number % 97 == 0, is_exercise=number % 89 == 0,
                **dict.fromkeys(("started_at", "detected_at", "declared_at"), LATEST - number * HOUR),
            )
            for number in numbers if number % 6 < 3
        )  # fmt: skip
        Impact.objects.bulk_create(
            Impact(incident=each, service=chance.choice(services), effect="down", since=each.started_at)
            for each in incidents
        )
        Update.objects.bulk_create(
            Update(
                incident=each,
                number=1,
                happened=text(60, number_of(each)),
                severity=3,
                published_at=each.declared_at,
            )
            for each in incidents
        )
        releases = Release.objects.bulk_create(
            Release(
                ref=f"SRCH-{number:06}", title=text(5, number), summary=text(30, number), outcome=text(40, number),
                lesson=text(12, number) if number % 4 == 0 else "", state="completed", contact="ext 5000",
                work=Range(LATEST - number * HOUR, LATEST - (number - 1) * HOUR, "[)"),
            )
            for number in numbers if number % 6 in {3, 4}
        )  # fmt: skip
        Disruption.objects.bulk_create(
            Disruption(release=each, service=chance.choice(services), effect="down", span=each.work)
            for each in releases
        )
        reviews = Review.objects.bulk_create(
            Review(
                ref=f"SRCH-{number:06}", title=text(5, number), summary=text(30, number), theme="All",
                state="published", published_at=LATEST - number * HOUR,
            )
            for number in numbers if number % 6 == 5
        )  # fmt: skip
        Section.objects.bulk_create(
            Section(review=each, code=code, text=text(50, number_of(each)))
            for each in reviews for code in ("happened", "to_improve")
        )  # fmt: skip
    for kind, made in (("incident", incidents), ("release", releases), ("review", reviews)):
        shelve(kind, made)
