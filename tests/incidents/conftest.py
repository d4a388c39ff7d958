"""An incident on the light path and one on the full path, declared as people declare them."""

from datetime import datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from incidents.actions import declare
from incidents.models import Incident
from tests.factories import ServiceFactory


@pytest.fixture
def wifi(db: None) -> Service:
    return ServiceFactory(key="wifi", name="Wi-Fi")


@pytest.fixture
def declared(wifi: Service, at: datetime) -> Any:
    """`declared(by=manager, severity=3)`: an incident that hits Wi-Fi."""

    def one(*, by: User, severity: int = 3, **facts: Any) -> Incident:
        impact = {1: 1, 2: 2, 3: 3, 4: 4}[severity]
        urgency = {1: 1, 2: 2, 3: 3, 4: 4}[severity]
        given = {"title": "Wi-Fi is down on the wards", "services": {wifi: "down"}, "at": at, **facts}
        return declare(impact=impact, urgency=urgency, by=by, **given)

    return one


@pytest.fixture
def light(declared: Any, manager: User) -> Incident:
    """Severity 3, run by the IT manager who declared it."""
    made: Incident = declared(by=manager, takes_lead=True)
    return made


@pytest.fixture
def severe(declared: Any, manager: User) -> Incident:
    """Severity 2: it takes the full path."""
    made: Incident = declared(by=manager, severity=2)
    return made
