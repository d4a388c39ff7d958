"""How messages leave the portal: one file a channel, each with the same teeth."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from types import TracebackType
from typing import Any, Protocol, Self

from continuity.notifications.models import Delivery


class Fate(Enum):
    """What came of handing a message over."""

    SENT = "sent"  # the other side took it
    AGAIN = "again"  # it did not, and may take it later
    NEVER = "never"  # it will not take it
    UNKNOWN = "unknown"  # it broke off while it might have been taking it


@dataclass(frozen=True)
class Outcome:
    """A fate and, unless it was sent, why: a sentence for whoever looks after it.

    `retry_after` is how long the other side asks us to wait.
    """

    fate: Fate
    fault: str = ""
    retry_after: timedelta | None = None


SENT = Outcome(Fate.SENT)


class Unsendable(Exception):
    """A delivery that this channel can never carry; the message says why."""


class Sender(Protocol):
    """Hands deliveries of one channel over, one after the other, over what it opened for them.

    `compose` writes what will be handed over, without the database; it raises Unsendable. `send` hands it over and
    never raises.
    """

    @property
    def is_down(self) -> bool:
        """Whether the other side cannot be reached at all, so that nothing else is worth a try now."""

    def compose(self, delivery: Delivery) -> Any: ...

    def send(self, delivery: Delivery, composed: Any) -> Outcome: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
