"""Sites, areas, teams, services and what they depend on."""

from continuity.catalogue.models.area import Area
from continuity.catalogue.models.place import Kept, Site, Team
from continuity.catalogue.models.service import Dependency, Service, ServiceQuerySet, Vouch, VouchQuerySet

__all__ = [
    "Area",
    "Dependency",
    "Kept",
    "Service",
    "ServiceQuerySet",
    "Site",
    "Team",
    "Vouch",
    "VouchQuerySet",
]
