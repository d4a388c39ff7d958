"""The timeline to take away: as CSV, whose digest is checked anywhere, and as a tagged PDF that prints the digest.

The digest covers the CSV of what was written down by an instant, byte for byte. Since entries and lines are never
changed, the portal makes the same bytes again later: `manage.py verify_incident` does, and says what was changed.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

from continuity.core.clock import local
from continuity.core.refusals import Refused
from continuity.core.wording import number_words
from incidents.models import Incident
from incidents.timeline import Item, timeline

COLUMNS = (
    *(
        "Incident",
        "When it happened",
        "When it was written down",
        "Late",
        "What",
        "Text",
        "Who",
        "From paper sheet",
    ),
    *("Decided by", "Reason", "Known then", "Also looked at", "To look at again", "Corrects what happened"),
)
# Excel reads UTF-8 only behind this mark.
BEGINS = "\ufeff"
# A cell that begins so is run as a formula by a spreadsheet (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What stands under the rows, and is left out of the digest: what it is, and the digest.
LINES_BELOW = 2
# 9,600 lines took 69 seconds to set on a small server that did other work; a page waits for a third of that.
LONGEST_PDF = 3_000
TEMPLATE = Path(settings.BASE_DIR) / "templates" / "incidents" / "timeline.typ"
TYPEFACE = "font_source_sans_pro"


def known_at(incident: Incident, at: datetime) -> list[Item]:
    """The timeline as it was written down by an instant, in the order in which it happened."""
    return [item for item in timeline(incident, incident.updates.all()) if item.written_at <= at]


def body_of(incident: Incident, items: Iterable[Item]) -> str:
    """The rows as CSV (RFC 4180): what the digest covers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in _cells(incident, item)] for item in items)
    return BEGINS + text.getvalue()


def digest_of(body: str) -> str:
    """SHA-256, in hex, of the CSV's rows in UTF-8."""
    return hashlib.sha256(body.encode()).hexdigest()


def whole_csv(incident: Incident, at: datetime) -> str:
    """The rows, and under them what they are and their digest: `head -n -2 FILE | sha256sum` says the same."""
    body = body_of(incident, known_at(incident, at))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([guarded(f"{heading_of(incident)}. As known at {moment(at)}")])
    writer.writerow(["SHA-256 of the lines above these two", digest_of(body)])
    return body + text.getvalue()


def whole_pdf(incident: Incident, at: datetime) -> bytes:
    """The same as a PDF by PDF/UA-1: tagged, with its title and language, the marks and numbers on every page.

    Refused where it is so long that setting it would keep the page waiting; the CSV is always whole.
    """
    items = known_at(incident, at)
    if len(items) > LONGEST_PDF:
        raise Refused(
            f"This timeline has {number_words(len(items))} lines, and a PDF takes {number_words(LONGEST_PDF)} at most. "
            "Take the CSV: it has all of them, and the same digest."
        )
    digest = digest_of(body_of(incident, items))
    data = {
        "ref": incident.ref,
        "title": incident.title,
        "heading": heading_of(incident),
        "mark": ", ".join(_marks(incident)),
        "facts": f"Severity {incident.severity}, {incident.get_state_display().lower()}",
        "as_at": moment(at),
        "digest": digest,
        "check": check_of(incident, at, digest),
        "items": [_shown(item) for item in items],
    }
    return printed(TEMPLATE, data)


def printed(template: Path, data: dict[str, Any]) -> bytes:
    """A PDF by PDF/UA-1, in the portal's typeface; the template reads `data` as JSON from `sys.inputs.data`."""
    import typst  # 80 MB of program, which few processes ever need

    return typst.compile(
        str(template), sys_inputs={"data": json.dumps(data)}, font_paths=[_fonts()], ignore_system_fonts=True,
        pdf_standards="ua-1",
    )  # fmt: skip


def heading_of(incident: Incident) -> str:
    """EXERCISE INC-2026-0042: Wi-Fi is down, restricted."""
    exercise = "EXERCISE " if incident.is_exercise else ""
    return f"{exercise}{incident.ref}: {incident.title}{', restricted' if incident.is_restricted else ''}"


def check_of(incident: Incident, at: datetime, digest: str) -> str:
    """The command that checks an export."""
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"manage.py verify_incident {incident.ref} --at {when} --digest {digest}"


def moment(at: datetime) -> str:
    """2026-10-25 01:30:00 BST, as clocks in London show it."""
    there = local(at)
    return f"{there:%Y-%m-%d %H:%M:%S} {there.tzname()}"


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: behind an apostrophe where it begins like a formula."""
    begins = (cell, cell.lstrip(" "), cell.lstrip())
    return f"'{cell}" if any(each.startswith(FORMULA) for each in begins) else cell


def _fonts() -> str:
    """The folder of the typeface, found without running its package, which is made for old Pythons."""
    spec = find_spec(TYPEFACE)
    places = spec.submodule_search_locations if spec else None
    return str(Path(places[0]) / "files") if places else ""


def _marks(incident: Incident) -> list[str]:
    marks = ["EXERCISE"] if incident.is_exercise else []
    return [*marks, "RESTRICTED: only for those who run incidents"] if incident.is_restricted else marks


def _cells(incident: Incident, item: Item) -> list[str]:
    entry = item.entry
    decided, corrected = (entry.decided_by, entry.corrects) if entry else (None, None)
    again = entry.look_again_at if entry else None
    return [
        f"EXERCISE {incident.ref}" if incident.is_exercise else incident.ref,
        moment(item.at),
        moment(item.written_at),
        "late" if item.is_late else "",
        item.title,
        _whole_text(item),
        item.who,
        entry.paper_sheet if entry else "",
        f"{decided.role}: {decided.person or decided.person_role}" if decided else "",
        *((entry.reason, entry.information, entry.options) if entry else ("", "", "")),
        moment(again) if again else "",
        f"{moment(corrected.occurred_at)} {corrected.text}" if corrected else "",
    ]


def _whole_text(item: Item) -> str:
    """The text; of an update all three parts that staff read."""
    update = item.update
    parts = [update.happened, update.means, update.do_now] if update else [item.text]
    return "\n".join(part for part in parts if part)


def _shown(item: Item) -> dict[str, Any]:
    """An item for paper: what its cells say beside its times, named."""
    entry, extra = item.entry, []
    if entry and entry.decided_by:
        decided = entry.decided_by
        extra.append(("Decided by", f"{decided.role}, {decided.person or decided.person_role}"))
    if entry:
        named = {"Reason": entry.reason, "Known then": entry.information, "Also looked at": entry.options}
        extra += [(name, text) for name, text in named.items() if text]
        extra += [("To look at again", moment(entry.look_again_at))] if entry.look_again_at else []
        extra += [("Corrects what happened", moment(entry.corrects.occurred_at))] if entry.corrects else []
        extra += [("From paper sheet", entry.paper_sheet)] if entry.paper_sheet else []
    return {
        "at": moment(item.at),
        "late": moment(item.written_at) if item.is_late else "",
        "title": item.title,
        "text": _whole_text(item),
        "who": item.who,
        "extra": extra,
    }
