"""`manage.py verify_incident INC-2026-0042`: exit 0, or what of its record was changed, removed or slipped in."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from continuity.core.clock import now
from continuity.core.ledger import verify_about
from incidents.export import body_of, digest_of, known_at, moment
from incidents.models import Incident


class Command(BaseCommand):
    help = "Checks the record of one incident, and an export of its timeline by its digest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", help="the incident's reference")
        parser.add_argument(
            "--at", type=datetime.fromisoformat, help="as known at this instant, with its zone"
        )
        parser.add_argument("--digest", default="", help="the digest that the export prints")

    def handle(self, *args: Any, ref: str, at: datetime | None, digest: str, **options: Any) -> None:
        incident = Incident.objects.filter(ref=ref).first()
        if incident is None:
            raise CommandError(f"There is no incident {ref}.")
        if at is not None and at.tzinfo is None:
            raise CommandError("Say the zone of the instant, as the export prints it.")
        faults = [fault.sentence for fault in verify_about(incident)]
        if faults:
            raise CommandError("\n".join(faults))
        when = at or now()
        found = digest_of(body_of(incident, known_at(incident, when)))
        if digest and digest != found:
            raise CommandError(
                f"The export is another: the record as known at {moment(when)} has digest {found}."
            )
        self.stdout.write(f"The record of {ref} holds. As known at {moment(when)} its digest is {found}.")
