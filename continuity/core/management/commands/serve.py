"""`manage.py serve`: one web process, on a socket that whoever starts it opened."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from continuity.core.serving import serve


class Command(BaseCommand):
    help = "Answers requests on a listening socket that is open already, until told to end."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fd", type=int, required=True, help="number of the listening socket")
        parser.add_argument(
            "--grace", type=int, required=True, help="seconds for what is open when it is told to end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        serve(options["fd"], grace=options["grace"])
