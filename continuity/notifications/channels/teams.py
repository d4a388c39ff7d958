"""Microsoft Teams: a card, posted to the address of a Workflow ("When a Teams webhook request is received")."""

import json
from collections.abc import Mapping
from typing import Any

from continuity.notifications.channels.posting import ToPrograms, not_switched_off
from continuity.notifications.letters import Letter
from continuity.notifications.models import Delivery
from continuity.notifications.wording import worded

# Teams takes messages of 28 KB; the text is what can be long.
LONGEST_TEXT = 18_000
CUT = "\n\nThe rest is in the portal."


class Teams(ToPrograms):
    """Posts cards. Teams knows no message twice over, so what was not answered is for a person to look at."""

    def compose(self, delivery: Delivery) -> bytes:
        not_switched_off(delivery)
        return json.dumps(message_of(Letter.of(delivery)), ensure_ascii=False).encode()

    def headers(self, delivery: Delivery, body: bytes) -> Mapping[str, str]:
        return {"Content-Type": "application/json"}


def message_of(letter: Letter) -> dict[str, Any]:
    """The message with its Adaptive Card (adaptivecards.io, version 1.4, which Teams shows everywhere)."""
    text = worded(letter, "teams.txt")
    if len(text.encode()) > LONGEST_TEXT:
        text = text.encode()[:LONGEST_TEXT].decode(errors="ignore") + CUT
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            _block(letter.message.title, size="Large", weight="Bolder"),
            _block(text),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Read it in the portal", "url": letter.read_url}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": kind, "contentUrl": None, "content": card}],
    }


def _block(text: str, **look: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}
