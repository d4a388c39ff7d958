"""What the channels that speak HTTP share: a letter is posted, and the answer says what came of it."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from continuity.core.outbound import Refused, Reply, Unanswered, Unreached, post
from continuity.notifications.channels import SENT, Fate, Outcome, Unsendable
from continuity.notifications.models import Delivery

UNREACHABLE = "It cannot be reached."
UNANSWERED = "It stopped answering while it was taking the message."
SILENT = "It did not answer a moment ago."
ELSEWHERE = "It answered that it has moved. The portal does not follow: enter the new address."
SWITCHED_OFF = "It is switched off."
WORDS_KEPT = 120


class ToPrograms:
    """Posts to the addresses of endpoints. Each is another's: one that is silent is left alone, the rest goes on.

    `unanswered` is the fate of what was sent and not answered.
    """

    is_down = False
    unanswered = Fate.UNKNOWN

    def __init__(self) -> None:
        self.silent: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.silent.clear()

    def send(self, delivery: Delivery, composed: bytes) -> Outcome:
        """Post one letter; at once `AGAIN` to whoever was silent since this sender was opened."""
        if delivery.address in self.silent:
            return Outcome(Fate.AGAIN, SILENT)
        try:
            return outcome_of(post(delivery.address, body=composed, headers=self.headers(delivery, composed)))
        except Refused as error:
            return Outcome(Fate.NEVER, str(error))
        except Unreached as error:
            self.silent.add(delivery.address)
            return Outcome(Fate.AGAIN, str(error) or UNREACHABLE)
        except Unanswered:
            self.silent.add(delivery.address)
            return Outcome(self.unanswered, UNANSWERED)

    def headers(self, delivery: Delivery, body: bytes) -> Mapping[str, str]:
        """What is said about the body."""
        raise NotImplementedError


def not_switched_off(delivery: Delivery) -> Any:
    """The endpoint of a delivery. Unsendable while it is switched off."""
    if delivery.endpoint is None or not delivery.endpoint.is_on:
        raise Unsendable(SWITCHED_OFF)
    return delivery.endpoint


def outcome_of(reply: Reply) -> Outcome:
    """What an answer means: 2xx is taken, 429 and 5xx may be taken later, everything else is final."""
    if reply.is_success:
        return SENT
    if reply.is_redirect:
        return Outcome(Fate.NEVER, ELSEWHERE)
    words = " ".join(reply.body.decode(errors="replace").split())[:WORDS_KEPT]
    said = f"It answered: {reply.status} {words}".strip()
    return Outcome(Fate.AGAIN if reply.is_for_later else Fate.NEVER, said, reply.retry_after)
