"""`manage.py verify_ledger`: exit 0, or the first line that was changed, removed or slipped in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from continuity.core.ledger import verify
from continuity.core.models import Line, Seal


class Command(BaseCommand):
    help = "Checks every line of the ledger and every seal over them."

    def handle(self, *args: Any, **options: Any) -> None:
        fault = next(verify(), None)
        if fault:
            raise CommandError(fault.sentence)
        self.stdout.write(
            f"The ledger holds: {Line.objects.count()} lines under {Seal.objects.count()} seals."
        )
