"""`manage.py import_records FILE...`: catalogue, notices and incidents from YAML; all of it or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from continuity.core.clock import now
from continuity.core.ledger import SYSTEM
from continuity.core.refusals import sentence_of
from continuity.core.wording import count_words
from continuity.intake.actions import Faulty, Outcome, import_records
from continuity.intake.findings import Findings
from continuity.intake.reading import read_file


class Command(BaseCommand):
    help = (
        "Imports services, notices and incidents from YAML files, all together. Every fault is named by file, "
        "record and field; with a single one nothing is stored. The same files twice change nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="a YAML file of at most 10 MB"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        findings = Findings()
        read = [(path.name, read_file(path, findings)) for path in options["files"]]
        sheets = [(name, sheet) for name, sheet in read if sheet is not None]
        try:
            if findings.faults and not sheets:
                raise Faulty(findings)
            outcome = import_records(sheets=sheets, findings=findings, by=SYSTEM, at=now())
        except Faulty as refusal:
            self._tell_faults(refusal.findings)
            count = count_words(len(refusal.findings.faults), "fault")
            raise CommandError(f"Nothing was stored because of {count}.") from None
        except IntegrityError as error:
            raise CommandError(f"Nothing was stored. {sentence_of(error)}") from None
        self._tell(outcome)

    def _tell_faults(self, findings: Findings) -> None:
        for fault in findings.faults:
            self.stderr.write(str(fault))

    def _tell(self, outcome: Outcome) -> None:
        for warning in outcome.findings.warnings:
            self.stderr.write(f"Warning: {warning}", self.style.WARNING)
        if left := outcome.findings.left_out:
            said = ", ".join(f"{key} ({count})" for key, count in sorted(left.items()))
            self.stderr.write(f"Not kept, because the portal has no place for it: {said}.")
        stored = ", ".join(count_words(count, kind) for kind, count in outcome.stored.items())
        self.stdout.write(f"Stored: {stored or 'nothing'}. Known already: {outcome.known}.")
