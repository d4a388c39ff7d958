"""What this room puts on lower rooms' pages: who on a rota may not be reached."""

from collections.abc import Collection

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.core.slots import fills
from continuity.notifications.reachable import without_tested_contact


@fills("rota.contacts")
def contacts(request: HttpRequest, people: Collection[int]) -> str:
    """Those without a working contact, or with one that nothing is known to have reached; nothing while all is well."""
    found = without_tested_contact(people)
    return render_to_string("notifications/without_contact.html", {"people": found}, request) if found else ""
