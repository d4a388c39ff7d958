"""Sites, areas, teams, services and what they depend on."""

from continuity.catalogue.models.area import Area
from continuity.catalogue.models.place import Kept, Site, Team
from continuity.catalogue.models.service import Dependency, Service, ServiceQuerySet, Vouch, VouchQuerySet
from continuity.catalogue.models.usage import HOURS_A_WEEK, Usage

__all__ = [
    "HOURS_A_WEEK",
    "Area",
    "Dependency",
    "Kept",
    "Service",
    "ServiceQuerySet",
    "Site",
    "Team",
    "Usage",
    "Vouch",
    "VouchQuerySet",
]
