"""`manage.py load_sample`: the fictional trust, with a night in progress, into an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from continuity.core.clock import now
from continuity.core.refusals import Refused
from continuity.core.wording import count_words
from continuity.intake.sample.loading import load_sample


class Command(BaseCommand):
    help = (
        "Loads the fictional trust with a night in progress. Refuses on a database that holds anything else. "
        "Its users are made in sample mode only."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = load_sample(at=now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        stored = ", ".join(count_words(count, kind) for kind, count in outcome.stored.items())
        users = "" if settings.SAMPLE_MODE else " Its users were left out, because SAMPLE is off."
        self.stdout.write(f"The sample trust is loaded: {stored}.{users}")
