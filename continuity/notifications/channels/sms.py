"""Text messages, by GOV.UK Notify (docs.notifications.service.gov.uk) or a gateway that speaks as it does.

The template in Notify holds one place, `((text))`, so that the words stay in the portal's own files.
"""

import json
from types import TracebackType
from typing import Self

from django.conf import settings

from continuity.core.outbound import Refused, Reply, Unanswered, Unreached, post
from continuity.notifications.channels import Fate, Outcome, Unsendable
from continuity.notifications.channels.posting import outcome_of
from continuity.notifications.letters import Letter
from continuity.notifications.models import Delivery
from continuity.notifications.wording import worded

SEND = "/v2/notifications/sms"
NOT_SET_UP = "Text messages are not set up on this portal."
UNREACHABLE = "The text message service cannot be reached."
UNANSWERED = "The text message service stopped answering while it was taking the message."
# Notify's word for a key it does not know, or a clock that is wrong: nothing about this message.
NOT_LET_IN = frozenset({401, 403})
# A key ends in two identifiers of 36 signs with a hyphen between: the service's and the secret.
KEY_ENDS = 73


def is_set_up() -> bool:
    """Whether the portal can send texts at all."""
    return len(settings.SMS_API_KEY) >= KEY_ENDS and bool(settings.SMS_TEMPLATE_ID)


class Texter:
    """Hands texts to the gateway. When it cannot be reached, or does not answer, nothing more is tried."""

    def __init__(self) -> None:
        self.is_down = False

    def compose(self, delivery: Delivery) -> bytes:
        if not is_set_up():
            raise Unsendable(NOT_SET_UP)
        said = {
            "phone_number": delivery.address,
            "template_id": settings.SMS_TEMPLATE_ID,
            "personalisation": {"text": worded(Letter.of(delivery), "sms.txt")},
            "reference": f"delivery.{delivery.pk}",
        }
        return json.dumps(said).encode()

    def send(self, delivery: Delivery, composed: bytes) -> Outcome:
        """Hand one text over. Notify takes the same text twice, so what was not answered is not tried again."""
        if self.is_down:
            return Outcome(Fate.AGAIN, UNREACHABLE)
        try:
            reply = post(settings.SMS_URL + SEND, body=composed, headers=_headers())
        except Refused as error:
            return self._down(Outcome(Fate.AGAIN, str(error)))
        except Unreached:
            return self._down(Outcome(Fate.AGAIN, UNREACHABLE))
        except Unanswered:
            return self._down(Outcome(Fate.UNKNOWN, UNANSWERED))
        return self._after(reply)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing stays open between two texts."""

    def _after(self, reply: Reply) -> Outcome:
        outcome = outcome_of(Reply(reply.status, words_of(reply), reply.retry_after))
        if reply.status in NOT_LET_IN:
            return self._down(Outcome(Fate.AGAIN, outcome.fault))
        return outcome

    def _down(self, outcome: Outcome) -> Outcome:
        self.is_down = True
        return outcome


def words_of(reply: Reply) -> bytes:
    """Why the gateway refused, out of its JSON: {"errors": [{"message": "..."}]}."""
    try:
        return str(json.loads(reply.body)["errors"][0]["message"]).encode()
    except (ValueError, LookupError, TypeError):
        return reply.body


def _headers() -> dict[str, str]:
    # Imported when a text is sent: it brings a whole HTTP client of its own, which is not used.
    from notifications_python_client.authentication import create_jwt_token

    key = settings.SMS_API_KEY
    token = create_jwt_token(key[-36:], key[-KEY_ENDS:-37])  # type: ignore[no-untyped-call]
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
