"""What was said to whom: messages and deliveries, who wants to hear, who is asked to confirm, and what is muted."""

from continuity.notifications.models.audiences import AudienceList
from continuity.notifications.models.delivery import Delivery, DeliveryQuerySet
from continuity.notifications.models.health import ChannelHealth, Pulse
from continuity.notifications.models.kinds import (
    CHOSEN,
    GATHERED,
    MILDEST,
    PERSONAL,
    TO_ENDPOINTS,
    URGENT,
    Channel,
    Kind,
    Severity,
)  # fmt: skip
from continuity.notifications.models.message import Message
from continuity.notifications.models.mute import Mute
from continuity.notifications.models.outside import MOBILE, Contact, Endpoint, Group
from continuity.notifications.models.ready import Call, Confirmation, Reminder
from continuity.notifications.models.wishes import Preference, RoleDefault, Subscription

__all__ = [
    "CHOSEN", "GATHERED", "MILDEST", "MOBILE", "PERSONAL", "TO_ENDPOINTS", "URGENT", "AudienceList", "Call", "Channel",
    "ChannelHealth", "Confirmation", "Contact", "Delivery", "DeliveryQuerySet", "Endpoint", "Group", "Kind",
    "Message", "Mute", "Preference", "Pulse", "Reminder", "RoleDefault", "Severity", "Subscription",
]  # fmt: skip
