"""A night in progress, relative to now: work in its window, an open incident, work and a freeze ahead. Pure.

The records have the shape of the files, so they come in through the same door.
"""

from datetime import datetime, time, timedelta
from typing import Any

from continuity.core.clock import at_local, local, local_day
from continuity.core.wording import span_words, time_words

QUARTER_MIN = 15
FRIDAY = 4
DESK = "IT service desk, ext 5000"
Facts = dict[str, Any]


def night(at: datetime) -> Facts:
    """Notices and incidents of a night at whose quarter of an hour it is `at`."""
    now = _quarter(at)
    year = local(at).year
    return {
        "notices": [
            _under_way(now, year),
            _finished(now, year),
            _tomorrow(now, year),
            _next_friday(now, year),
            _draft(now, year),
            _to_approve(now, year),
            _freeze(now),
        ],
        "incidents": [_open(now, year), _over(now, year)],
    }


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // QUARTER_MIN * QUARTER_MIN, second=0, microsecond=0)


def _under_way(now: datetime, year: int) -> Facts:
    start, back, end = now - _min(45), now + _min(135), now + _min(150)
    return {
        "ref": f"REL-{year}-101",
        "title": "Imaging bookings and reports (RIS) release 5.3",
        "kind": "release",
        "source": "supplier",
        "services": ["ris"],
        "also_affected": ["order-comms", "image-exchange"],
        **_windows(work=(start, end), outage=(start, back)),
        "actual_outage_start": _iso(start),
        "impact": "unavailable",
        "status": "in_progress",
        "published_at": _iso(start - timedelta(days=16)),
        "summary": f"You cannot book scans or read imaging reports from {span_words(start, back)}.",
        "before": ["Print tonight's appointment list.", "Send urgent requests before the work starts."],
        "during": [
            "Take urgent requests on paper and by phone.",
            "Read urgent reports to the ward by phone.",
            "Look at images in PACS as usual.",
        ],
        "after": ["Match every image to a request.", "Ring imaging about a report that is missing."],
        "local_note": "PACS carries on. Images taken tonight show as soon as they are made.",
        "contact": "Imaging systems team, ext 6310",
        "owner_role": "Imaging systems manager",
        "approved_by_roles": ["Clinical safety officer", "Clinical lead for imaging"],
        "updates": [
            {
                "at": _iso(start + _min(2)),
                "status": "in_progress",
                "text": "RIS is down as planned. Use the printed list and paper requests.",
            }
        ],
    }


def _finished(now: datetime, year: int) -> Facts:
    start, back, end = now - _min(20 * 60), now - _min(19 * 60), now - _min(18 * 60 + 30)
    return {
        "ref": f"MNT-{year}-101",
        "title": "Scanned notes and letters storage check",
        "kind": "maintenance",
        "source": "local",
        "services": ["documents"],
        **_windows(work=(start, end), outage=(start, back)),
        "actual_outage_start": _iso(start),
        "actual_outage_end": _iso(back - _min(4)),
        "impact": "read_only",
        "status": "completed",
        "published_at": _iso(start - timedelta(days=9)),
        "summary": "Scanned notes could be read but not added to.",
        "before": ["Finish scanning before the work starts."],
        "during": ["Keep paper in the scanning tray."],
        "after": ["Scan what waits in the tray."],
        "contact": "Health records, ext 6600",
        "owner_role": "Infrastructure manager",
        "approved_by_roles": ["Change advisory board"],
        "updates": [
            {"at": _iso(back - _min(4)), "status": "completed", "text": "Scanned notes work again in full."}
        ],
        "outcome": "Completed 4 minutes early. No faults were found.",
    }


def _tomorrow(now: datetime, year: int) -> Facts:
    day = local_day(now) + timedelta(days=1)
    start, end = at_local(day, time(2)), at_local(day, time(6))
    return {
        "ref": f"PAT-{year}-101",
        "title": "Server security updates",
        "kind": "patching",
        "source": "local",
        "services": ["server-platform"],
        "also_affected": ["documents", "theatres", "intranet"],
        **_windows(work=(start, end)),
        "impact": "degraded",
        "status": "published",
        "published_at": _iso(now - timedelta(days=20)),
        "summary": f"Some systems may stop for up to 10 minutes, {span_words(start, end)}.",
        "before": ["Save your work before 2am."],
        "during": ["Wait 10 minutes and try again if a system stops."],
        "after": [f"Ring the IT service desk if something does not work at {time_words(end)}."],
        "contact": DESK,
        "owner_role": "Infrastructure manager",
        "approved_by_roles": ["Change advisory board standard change"],
    }


def _next_friday(now: datetime, year: int) -> Facts:
    """The next release of the story's own service: whoever looks at it finds the lesson of the last one."""
    today = local_day(now)
    day = today + timedelta(days=(FRIDAY - today.weekday()) % 7 or 7)
    start, back, end = (at_local(day, wall) for wall in (time(18), time(22, 30), time(22, 45)))
    return {
        "ref": f"REL-{year}-102",
        "title": "NHS e-Referral Service (e-RS) Maintenance Release 15.2",
        "kind": "release",
        "source": "national",
        "services": ["ers"],
        "also_affected": ["slot-polling"],
        **_windows(work=(start, end), outage=(start, back)),
        "impact": "unavailable",
        "status": "published",
        "published_at": _iso(now - timedelta(days=15)),
        "summary": f"You cannot use e-RS from {span_words(start, back)}.",
        "before": ["Finish urgent suspected cancer referrals by 5pm.", "Print Monday's clinic lists."],
        "during": ["Take urgent referrals by phone and write them on the downtime referral form."],
        "after": ["Check the urgent worklists first.", "Check that the overnight slot poll ran."],
        "local_note": "Local systems, network and phones carry on as normal.",
        "contact": f"Referral and booking centre, ext 6510, or the {DESK}, out of hours",
        "owner_role": "Head of IT operations",
        "approved_by_roles": ["Clinical safety officer", "Outpatient services manager"],
    }


def _draft(now: datetime, year: int) -> Facts:
    day = local_day(now) + timedelta(days=24)
    start, end = at_local(day, time(20)), at_local(day, time(23))
    return {
        "ref": f"MNT-{year}-102",
        "title": "Maternity record supplier maintenance",
        "kind": "supplier_work",
        "source": "supplier",
        "services": ["maternity"],
        **_windows(work=(start, end), outage=(start, end - _min(30))),
        "impact": "read_only",
        "status": "draft",
        "contact": "Labour ward coordinator, bleep 1600",
        "owner_role": "Clinical applications manager",
    }


def _to_approve(now: datetime, year: int) -> Facts:
    """A draft here; where the sample has users, its IT manager has sent it for review."""
    day = local_day(now) + timedelta(days=31)
    start, back, end = (at_local(day, wall) for wall in (time(20), time(21, 30), time(22)))
    return {
        "ref": f"REL-{year}-103",
        "title": "Theatre lists release 4.2",
        "kind": "release",
        "source": "supplier",
        "services": ["theatres"],
        **_windows(work=(start, end), outage=(start, back)),
        "impact": "unavailable",
        "status": "draft",
        "summary": f"You cannot open or change theatre lists from {span_words(start, back)}.",
        "before": ["Print tonight's and tomorrow's lists before 8pm."],
        "during": ["Ring theatre reception to book an emergency case."],
        "after": ["Enter the cases of the evening from the paper list."],
        "contact": DESK,
        "owner_role": "Clinical applications manager",
    }


def _freeze(now: datetime) -> Facts:
    """The Christmas freeze that is on or comes next."""
    year = local(now).year
    ends = {of: at_local(local_day(now).replace(year=of, month=1, day=6), time(8)) for of in (year, year + 1)}
    until = next(of for of, end in ends.items() if end > now)
    start = at_local(local_day(now).replace(year=until - 1, month=12, day=20), time(17))
    return {
        "ref": f"FRZ-{until - 1}-01",
        "title": "Christmas and New Year change freeze",
        **_windows(work=(start, ends[until])),
        "summary": f"Only emergency changes are allowed from {span_words(start, ends[until])}.",
    }


def _open(now: datetime, year: int) -> Facts:
    declared = now - _min(60)
    return {
        "ref": f"INC-{year}-101",
        "title": "Labels and wristbands print slowly at Ashcombe General",
        "severity": 3,
        "level": "it_incident",
        "services": ["printing"],
        "started_at": _iso(declared - _min(20)),
        "detected_at": _iso(declared - _min(8)),
        "declared_at": _iso(declared),
        "next_update_due_at": _iso(now + _min(90)),
        "roles_stood_up": ["it_lead"],
        "contact": DESK,
        "impact": "Labels take up to 5 minutes on 9 wards. Nothing is lost.",
        "updates": [
            {
                "at": _iso(declared + _min(1)),
                "status": "investigating",
                "text": "Labels and wristbands print slowly. We are finding out why.",
                "means": "Printing takes up to 5 minutes.",
                "do_now": "Send each label once and wait. Hand write what cannot wait.",
                "next_update_due_at": _iso(declared + _min(40)),
                "by": "Duty IT manager",
            },
            {
                "at": _iso(declared + _min(38)),
                "status": "identified",
                "text": "One of the 2 print servers has stopped. The other one carries everything.",
                "means": "Labels come, but late.",
                "do_now": "Hand write wristbands for new patients, and have a second person check them.",
                "next_update_due_at": _iso(now + _min(90)),
                "by": "Duty IT manager",
            },
        ],
        "timeline": [
            {
                "at": _iso(declared - _min(8)),
                "kind": "reported",
                "by": "Ward staff",
                "text": "Labels come late on 3 wards.",
            },
            {
                "at": _iso(declared),
                "kind": "declared",
                "by": "Duty IT manager",
                "text": "Severity 3 declared.",
            },
            {
                "at": _iso(declared + _min(35)),
                "kind": "action",
                "by": "Infrastructure team",
                "text": "Moved urgent wards to the print server that works.",
            },
        ],
    }


def _over(now: datetime, year: int) -> Facts:
    declared, restored = now - _min(11 * 60), now - _min(9 * 60)
    return {
        "ref": f"INC-{year}-102",
        "title": "Bed dashboard did not load",
        "severity": 4,
        "level": "it_incident",
        "services": ["bed-management"],
        "detected_at": _iso(declared - _min(10)),
        "declared_at": _iso(declared),
        "resolved_at": _iso(restored),
        "stood_down_at": _iso(restored + _min(15)),
        "instruction": "use",
        "roles_stood_up": ["it_lead"],
        "contact": DESK,
        "impact": "The site team rang wards for their bed state for 2 hours.",
        "updates": [
            {
                "at": _iso(declared + _min(2)),
                "status": "investigating",
                "text": "The bed dashboard does not load.",
                "do_now": "Ring the site team with your bed state.",
            },
            {
                "at": _iso(restored),
                "status": "resolved",
                "text": "The bed dashboard is back. Use it as usual.",
            },
        ],
    }


def _windows(
    *, work: tuple[datetime, datetime], outage: tuple[datetime, datetime] | None = None
) -> dict[str, str]:
    found = {"work_start": _iso(work[0]), "work_end": _iso(work[1])}
    if outage:
        found |= {"outage_start": _iso(outage[0]), "outage_end": _iso(outage[1])}
    return found


def _iso(at: datetime) -> str:
    return at.isoformat()


def _min(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)
