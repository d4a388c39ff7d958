"""A real mail server on a free port, which answers as a test wants."""

from asyncio import Transport
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Channel, Delivery, Kind, Preference, Subscription
from tests.factories import STORY_BEGINS
from tests.mailserver import free_port


@dataclass
class Desk:
    """What the mail server got, and what it says next: the first of `answers` to each step, else yes."""

    letters: list[EmailMessage] = field(default_factory=list)
    lines: int = 0
    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    breaks_off: bool = False

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.lines += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt and (said := self.at_rcpt.pop(0)) != "250":
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.breaks_off:
            assert isinstance(server.transport, Transport)
            server.transport.abort()
            return "250 never heard"
        if self.at_data and (said := self.at_data.pop(0)) != "250":
            return said
        self.letters.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))
        return "250 Kept"


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    """A mail server that runs, and that the portal is told to use."""
    found = Desk()
    controller = Controller(found, hostname="127.0.0.1", port=free_port(), server_hostname="localhost")
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    yield found
    controller.stop()


@pytest.fixture
def no_desk(settings: Any) -> None:
    """Nobody listens where mail should go."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


def wants(person: Any, *channels: Channel, kind: Kind = Kind.PLANNED_WORK, **about: Any) -> None:
    """The person hears about a kind of news by these channels."""
    Preference.objects.get_or_create(person=person, defaults={"chosen_at": STORY_BEGINS})
    for channel in channels:
        Subscription.objects.create(person=person, kind=kind, channel=channel, **about)


def say(key: str = "release:1:published", title: str = "e-RS is not available", **details: Any) -> Any:
    """Something is said to everybody who hears about planned work."""
    said: dict[str, Any] = {
        "kind": Kind.PLANNED_WORK,
        "subject": details.pop("about"),
        "words": Words(title=title, body="You cannot use e-RS from 4pm.", url="/releases/REL-2024-001/"),
        "audience": Audience(),
        "at": STORY_BEGINS,
    }
    return notify(key=key, **{**said, **details})


def states() -> list[str]:
    """How far each email is, in the order they were written."""
    return list(Delivery.objects.filter(channel=Channel.EMAIL).order_by("pk").values_list("state", flat=True))
