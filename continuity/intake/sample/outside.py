"""The sample's contacts outside the trust, by role, who agreed a month ago to be told."""

from datetime import datetime, timedelta

from continuity.core.ledger import SYSTEM
from continuity.notifications.adopt import adopt_contact, adopt_group
from continuity.notifications.models import Contact

AGREED_AGO = timedelta(days=30)
# Key, name, and what its contacts are told about.
GROUPS = (
    ("gp-practices", "GP practices", "Outages of referrals, test requests and results"),
    ("care-homes", "Care homes", "Outages of discharge summaries and of transport"),
)
# Role, organisation, address, group.
CONTACTS = (
    ("Practice manager", "Riverside Practice", "manager@riverside-practice.example", "gp-practices"),
    ("Practice manager", "Millbrook Surgery", "manager@millbrook-surgery.example", "gp-practices"),
    ("Reception", "Station Road Health Centre", "reception@station-road.example", "gp-practices"),
    ("Home manager", "Orchard House", "manager@orchard-house.example", "care-homes"),
)


def contacts_of_the_sample(*, at: datetime) -> None:
    """Two groups and their contacts are there, as if they had agreed lately."""
    groups = {
        key: adopt_group(key=key, name=name, purpose=purpose, by=SYSTEM, at=at)
        for key, name, purpose in GROUPS
    }
    for role, organisation, email, key in CONTACTS:
        contact = Contact(name=role, organisation=organisation, email=email)
        agreed = at - AGREED_AGO
        adopt_contact(contact=contact, groups=[groups[key]], agreed_at=agreed, by=SYSTEM, at=at)
