"""`manage.py catch_mail`: an SMTP server on this machine that keeps what it is sent."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from continuity.core.mailbox import inherited_listener, loopback_listener, serve


class Command(BaseCommand):
    help = "Catches mail on a loopback port and keeps the newest letters as files in the data folder."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--port", type=int, default=0, help="the port to listen on (default: any that is free)"
        )
        where.add_argument("--fd", type=int, help="a listening socket handed down by the parent process")

    def handle(self, *args: Any, **options: Any) -> None:
        descriptor = options["fd"]
        listener = (
            loopback_listener(options["port"]) if descriptor is None else inherited_listener(descriptor)
        )
        with listener:
            host, port = listener.getsockname()[:2]
            self.stdout.write(f"Mail sent to {host}:{port} is kept in {settings.MAIL_DIR}.")
            self.stdout.flush()
            serve(listener, settings.MAIL_DIR)
