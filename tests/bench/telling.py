"""Telling many: publishing to 20,000 people, sending beside a bare loop, and memory while 100,000 letters drain."""

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from django.conf import settings
from django.test import Client
from psycopg.types.range import Range

from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.notifications.channels.email import Postman
from continuity.notifications.delivering import deliver_waiting
from continuity.notifications.letters import enclose
from continuity.notifications.models import Channel, Delivery, Kind, Preference, Subscription
from tests.factories import DisruptionFactory, ReleaseFactory, ServiceFactory, UserFactory
from tests.mailserver import HOST, MailServer

PEOPLE = 20_000
LETTERS = 1_000  # a round of the comparison
ROUNDS = 3
COMPARED = 9  # rounds of the comparison: the machine may do something else in any of them
DRAINED = 100_000
SAMPLES = 10


def figures() -> Iterator[tuple[str, float]]:
    """Every figure of this module by name."""
    manager = people()
    yield "deliveries_enqueue_20000_s", enqueue_s(manager)
    with MailServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, server.port
        yield "smtp_delivery_vs_bare", delivery_vs_bare(server)
        yield from drained(server)


def people() -> User:
    """A manager, and 20,000 who hear of planned work in the portal and by email."""
    manager: User = UserFactory.create(username="manager", job_title="IT manager", role="manager")
    User.objects.bulk_create(
        User(username=f"p{number}", email=f"p{number}@ashcombe.example", password="!", job_title="Nurse")
        for number in range(PEOPLE)
    )
    crowd = User.objects.filter(username__startswith="p")
    Preference.objects.bulk_create(Preference(person=each, chosen_at=now()) for each in crowd)
    Subscription.objects.bulk_create(
        Subscription(person=each, kind=Kind.PLANNED_WORK, channel=channel)
        for each in crowd
        for channel in (Channel.PORTAL, Channel.EMAIL)
    )
    return manager


def enqueue_s(manager: User) -> float:
    """Seconds until the request that publishes to everybody on two channels is answered; the worst of the rounds."""
    seconds = []
    for _ in range(ROUNDS):
        client, path, version = _about_to_publish(manager)
        began = time.perf_counter()
        answer = client.post(path, {"version": version})
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 302, answer.status_code
    assert Delivery.objects.count() >= ROUNDS * 2 * PEOPLE
    return max(seconds)


def delivery_vs_bare(server: MailServer) -> float:
    """Letters a second by one sender, as a share of a bare smtplib loop with the same bytes; median of the rounds."""
    ratios = []
    for _ in range(COMPARED):
        letters = _due(LETTERS)
        bare = _bare(server, letters[::2])
        began = time.perf_counter()
        deliver_waiting(Channel.EMAIL)
        taken = time.perf_counter() - began
        bare += _bare(server, letters[1::2])  # half before and half after: who is busy meanwhile slows both
        ratios.append(bare / taken)
        sent = Delivery.objects.filter(pk__in=[each.pk for each in letters], state=Delivery.State.SENT)
        assert sent.count() == LETTERS
    return median(ratios)


def drained(server: MailServer) -> Iterator[tuple[str, float]]:
    """Speed and memory of one sender while 100,000 deliveries drain, a tenth at a time.

    The sender is a process of its own: this one has grown already, so what it took again would not show. The first
    tenth warms it up.
    """
    _due(DRAINED)
    taken_before, seconds = server.count(), 0.0
    with _sender(server) as sender:
        sizes = []
        for _ in range(SAMPLES):
            _put_off_all_but(DRAINED // SAMPLES)
            began = time.perf_counter()
            sizes.append(_deliver(sender))
            seconds += time.perf_counter() - began
    sent = Delivery.objects.filter(channel=Channel.EMAIL, state=Delivery.State.SENT).count()
    taken = server.count() - taken_before
    assert (sent, taken) == (DRAINED, DRAINED), f"{sent} sent, {taken} taken by the mail server"
    yield "deliveries_drained_100000_per_s", DRAINED / seconds
    yield "delivery_memory_growth_mib", max(sizes[1:]) - sizes[0]


def _sender(server: MailServer) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.drain"],
        env={**os.environ, "EMAIL_URL": server.url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _deliver(sender: "subprocess.Popen[str]") -> float:
    """Have the sender deliver what is due. How much memory it holds then, in MiB."""
    assert sender.stdin is not None
    assert sender.stdout is not None
    sender.stdin.write("deliver\n")
    sender.stdin.flush()
    return float(sender.stdout.readline())


def _about_to_publish(manager: User) -> tuple[Client, str, int]:
    service = ServiceFactory.create()
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    release = ReleaseFactory.create(
        owner=manager, work=Range(start, start + timedelta(hours=8, minutes=44), "[)")
    )
    DisruptionFactory.create(
        release=release, service=service, span=Range(start, start + timedelta(hours=8, minutes=36), "[)")
    )
    client = Client(REMOTE_ADDR="127.0.0.1")
    client.handler.load_middleware()  # as a server does once, when it starts: static files are listed here
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[STARTED] = session[SEEN] = now().isoformat()
    session.save()
    return client, f"{release.get_absolute_url()}publish/", release.version


def _due(count: int) -> list[Delivery]:
    """So many letters that are due, of those that the publications wrote; every other waits until next year."""
    email = Delivery.objects.filter(channel=Channel.EMAIL)
    email.update(state=Delivery.State.QUEUED, due_at=now() + timedelta(days=365), attempts=0)
    keys = list(email.order_by("pk").values_list("pk", flat=True)[:count])
    while len(keys) < count:  # more messages to the same people
        manager = User.objects.get(username="manager")
        client, path, version = _about_to_publish(manager)
        client.post(path, {"version": version})
        keys = list(email.order_by("pk").values_list("pk", flat=True)[:count])
    Delivery.objects.filter(pk__in=keys).update(due_at=now() - timedelta(minutes=1))
    return list(Delivery.objects.filter(pk__in=keys).select_related("message")) if count <= LETTERS else []


def _put_off_all_but(count: int) -> None:
    """Of what waits, only so many are due."""
    waiting = Delivery.objects.filter(channel=Channel.EMAIL, state=Delivery.State.QUEUED)
    due = list(waiting.order_by("pk").values_list("pk", flat=True)[:count])
    waiting.update(due_at=now() + timedelta(days=365))
    waiting.filter(pk__in=due).update(due_at=now() - timedelta(minutes=1))


def _bare(server: MailServer, letters: list[Delivery]) -> float:
    """Seconds of a bare loop over one kept connection, with the bytes that the sender would send."""
    enclose(letters)
    postman = Postman()
    written = [postman.compose(each) for each in letters]
    with smtplib.SMTP(HOST, server.port) as line:
        began = time.perf_counter()
        for address, content in written:
            line.sendmail("continuity@portal.invalid", [address], content)
        return time.perf_counter() - began
