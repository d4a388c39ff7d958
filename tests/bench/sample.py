"""The sample trust with its night in progress, for benchmarks of what people look at."""

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.intake.sample.loading import load_sample
from tests.factories import UserFactory


def load_once() -> None:
    """The sample stands in the database, which is empty or holds it already."""
    if not Service.objects.exists():
        load_sample(at=now())


def somebody(role: str) -> User:
    """Somebody who may do what this role may."""
    known = User.objects.filter(username=f"bench-{role}").first()
    return known or UserFactory.create(username=f"bench-{role}", job_title="Ward sister", role=role)
