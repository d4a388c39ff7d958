"""People who come with records from outside: the users of the sample trust."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import Role, User
from continuity.core.ledger import System, record


@transaction.atomic(savepoint=False)
def adopt_person(*, person: User, role: str, by: User | System, at: datetime) -> None:
    """A person may log in, with the permissions of one role. The password is hashed already."""
    person.save(force_insert=True)
    person.roles.add(Role.objects.get(code=role))
    record("person.adopted", person, by=by, at=at)
