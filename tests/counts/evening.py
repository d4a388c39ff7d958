"""A trust's evening on top of the sample, so that no part of any page is empty; and where to look at it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from psycopg.types.range import Range

from continuity.accounts.models import Role, User
from continuity.catalogue.models import Area, Service, Site, Team
from continuity.command import actions as rotas
from continuity.command.models import CommandRole, Rota, Shift
from continuity.core.clock import local_day, window
from continuity.core.wording import date_words, time_words
from continuity.monitors import actions as monitors
from continuity.monitors.models import Heartbeat
from continuity.notifications import actions as notifications
from continuity.notifications.actions.programs import Hears, add_endpoint
from continuity.notifications.actions.tending import TEST, try_out
from continuity.notifications.models import AudienceList, Channel, Confirmation, Delivery, Group, Kind
from continuity.notifications.tokens import Purpose, sign
from continuity.plans import actions as plans
from continuity.plans.models import Procedure, Version
from incidents import actions as incidents
from incidents.actions import escalating, joining, running, ticking
from incidents.exercises import actions as exercises
from incidents.exercises.models import Exercise
from incidents.models import EscalationCall, Handover, Incident
from incidents.reviews import actions as reviews
from incidents.reviews.models import Action, Factor, LocalFactor, Observation, Recurrence, Review
from incidents.reviews.pieces import SUMMARY
from incidents.reviews.subjects import INCIDENT_IS_OVER
from incidents.views.reporting import SALT
from releases import actions as releases
from releases.actions.stepping import digest_of, open_sheet
from releases.models import Release, Series
from releases.recurrence import read_rule
from releases.sheet import Line
from tests.addresses import values_of_the_sample

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
AHEAD = "e-RS storage check"
WEEKLY = "Weekly restart"
WAITS, GOES_ON = "Alarms that nobody saw", "Paper that was at hand"
LETTER = "1700000000000000000-1.eml"


def begin(at: datetime) -> dict[str, dict[str, str]]:
    """The evening goes on until `at`; answers what stands in the places of addresses to look at it."""
    admin, lead = User.objects.get(username="admin"), User.objects.get(username="lead")
    Team.objects.get(key="it-desk").members.add(admin)
    release = work(admin, at)
    incident = trouble(release, admin, at)
    command(incident, admin, lead, at)
    on_call(incident, admin, lead, at)
    exercise = practice(admin, at)
    review = looking_back(release, admin, lead, at)
    noticed(admin, lead, at)
    together(lead, at)
    published = Review.objects.published().first()
    assert published
    reviews.amend(review=published, text="It was 9pm.", reason="A clock was wrong.", by=admin, at=at)
    reviews.say_read(review=published, amendments=1, by=admin, at=at)
    others(admin, at)
    announce(admin, at)
    comes_back(admin, at)
    releases.comment(release=to_approve(at), text="Is 8pm late enough?", by=admin, at=at)
    mail()
    number = plans.draft(procedure=Procedure.objects.get(key="ers"), by=admin, at=at).number
    return places(release, incident, exercise, review, at, version=str(number))


def work(by: User, at: datetime) -> Release:
    """The release that is under way takes longer, and a watched job says how its service does."""
    release: Release = Release.objects.get(ref=f"REL-{local_day(at).year}-101")
    job = monitors.add(
        name="Report queue", service=Service.objects.get(key="ris"), timeout_s=3600, grace_s=600, by=by, at=at
    )
    monitors.ping(heartbeat=job, at=at)
    releases.extend(
        release=release, ends_at=release.ends_at + 30 * MINUTE, reason="A check takes longer.", by=by, at=at
    )
    releases.post_update(release=release, text="The check goes on.", by=by, at=at)
    run(release, by, at)
    return release


def run(release: Release, by: User, at: datetime) -> None:
    """The steps of the night and what must be true before it, the first of each done; it goes ahead."""
    lines = [Line(at + number * MINUTE, 5, "Network team", f"Step {number}") for number in range(3)]
    seen = digest_of(open_sheet(release))
    releases.plan_run(release=release, lines=lines, seen=seen, by=by, at=at)
    releases.tick(step=release.run_steps.earliest("order"), by=by, at=at)
    releases.add_check(release=release, text="Radios are charged.", by=by, at=at)
    releases.offer_checks(release=release, by=by, at=at)
    releases.confirm_check(check=release.checks.earliest("order"), by=by, at=at)
    releases.decide(release=release, verdict="go", by=by, at=at)


def announce(by: User, at: datetime) -> None:
    """Work on e-RS is published, and the areas that use it are asked whether they are ready."""
    window = Range(at + 20 * DAY, at + 20 * DAY + 60 * MINUTE, "[)")
    planned = releases.draft(
        title=AHEAD, outages=[releases.Outage(Service.objects.get(key="ers"), "down", window)],
        contact="IT service desk, ext 5000", by=by, at=at,
    )  # fmt: skip
    planned.audiences.set(AudienceList.objects.all())
    releases.publish(release=planned, by=by, at=at)


def comes_back(by: User, at: datetime) -> None:
    """Work that comes back every week, once not."""
    start = (at + 40 * DAY).replace(hour=12)
    window = Range(start, start + DAY, "[)")
    first = releases.draft(
        title=WEEKLY, outages=[releases.Outage(Service.objects.get(key="ris"), "down", window)],
        contact="IT service desk, ext 5000", by=by, at=at,
    )  # fmt: skip
    series = releases.repeat(release=first, rule=read_rule("FREQ=WEEKLY;COUNT=3"), by=by, at=at)
    once = series.releases.order_by("series_start")[1]
    releases.leave_out(release=once, reason="A freeze.", by=by, at=at)


def to_approve(at: datetime) -> Release:
    return Release.objects.get(ref=f"REL-{local_day(at).year}-103")


def versions_of(release: Release) -> str:
    numbers = release.versions.values_list("number", flat=True)
    return f"{release.get_absolute_url()}versions/?from={min(numbers)}&to={max(numbers)}"


def others(by: User, at: datetime) -> None:
    """An audience of everything there is, somebody outside who is asked, a program that is told, and a test of mail."""
    group = Group.objects.get(key="gp-practices")
    everything: dict[str, Any] = {
        "services": Service.objects.all()[:2], "sites": Site.objects.all()[:2], "areas": Area.objects.all()[:2],
        "roles": Role.objects.all()[:2], "teams": Team.objects.all()[:2], "people": [by], "groups": [group],
    }  # fmt: skip
    notifications.add_audience(name="Whoever is up at night", by=by, at=at, **everything)
    notifications.add_contact(
        name="Practice manager", organisation="Vale practice", email="desk@vale.example", groups=[group],
        by=by, at=at,
    )  # fmt: skip
    add_endpoint(
        name="Status screen", channel=Channel.WEBHOOK, address="https://screen.ashcombe.example/told",
        hears=Hears(kinds=[Kind.PLANNED_WORK]), by=by, at=at,
    )  # fmt: skip
    try_out(channel=Channel.EMAIL, to=by, by=by, at=at)


def trouble(release: Release, by: User, at: datetime) -> Incident:
    """An incident that came out of the work: told, corrected, reported by wards, and declared twice."""
    hit = {Service.objects.get(key=key): "down" for key in ("ris", "ers")}
    told: dict[str, Any] = {"services": hit, "impact": 2, "urgency": 2, "by": by, "at": at}
    incident = incidents.declare(title="Reports do not open", release=release, takes_lead=True, **told)
    again = incidents.declare(title="No reports on the wards", **told)
    joining.follow(incident=again, by=by, at=at)
    incidents.mark_duplicate(incident=again, of=incident, by=by, at=at)
    incidents.no_change(incident=incident, by=by, at=at)
    incidents.post_update(incident=incident, happened="A server is restarted.", by=by, at=at)
    facts: dict[str, Any] = {"incident": incident, "occurred_at": at, "by": by, "at": at}
    entry = incidents.add_entry(kind="action", text="Rang the supplier.", **facts)
    incidents.add_entry(kind="correction", text="Rang the supplier twice.", corrects=entry, **facts)
    incidents.ask_areas(incident=incident, by=by, at=at)
    cleared(told)
    for area in Area.objects.all()[:2]:
        joined, _ = (
            incidents.report(area=area, service=service, text="It does not open.", at=at) for service in hit
        )
        incidents.join_reports(reports=[joined], incident=incident, by=by, at=at)
    in_use(incident, by, at)
    roles(incident, by, at)
    return incident


def in_use(incident: Incident, by: User, at: datetime) -> None:
    """A procedure is in use for the second time, its first step ticked."""
    version = Version.objects.published().get(procedure__key="ers")
    first = running.start_run(incident=incident, version=version, by=by, at=at)
    running.abandon_run(run=first, reason="Begun too soon.", by=by, at=at)
    again = running.start_run(incident=incident, version=version, by=by, at=at)
    ticking.tick(step=again.steps.earliest("step__order"), by=by, at=at)


def cleared(told: dict[str, Any]) -> None:
    """A service that is back, and clinical safety agreed that it is used again."""
    facts: dict[str, Any] = {
        "incident": incidents.declare(title="Referrals are back", **told), "by": told["by"], "at": told["at"]
    }  # fmt: skip
    incidents.restore(**facts)
    incidents.agree(**facts)


def command(incident: Incident, by: User, reader: User, at: datetime) -> None:
    """What staff read is doubted, the severity goes down and up again, the region is to be told, a report goes up."""
    told: dict[str, Any] = {"incident": incident, "by": by, "at": at}
    incidents.doubt(update=incident.updates.latest("number"), words="Two are.", by=reader, at=at)
    for severity in (3, 2):
        incidents.set_severity(severity=severity, reason="A server is back.", **told)
    incidents.name_outside_body(name="NHS England", why="Severity 2", **told)
    incidents.report_up(shape="can", parts=[("Needs", "A part.")], authorised_by="Gold", **told)
    due = incident.next_update_due_at
    assert due
    incidents.snooze(incident=incident, until=due + MINUTE, reason="The supplier rings.", by=by, at=due)


def on_call(incident: Incident, admin: User, lead: User, at: datetime) -> None:
    """An alarm rings, somebody stands in on the rota, and a swap waits for its answer."""
    alarm = escalating.begin(incident=incident, cause="leaderless", at=at)
    assert alarm
    EscalationCall.objects.create(escalation=alarm, level=1, round=1, role="Lead", outcome="nobody", at=at)
    first = Shift.objects.ending_after(at).select_related("rota").first()
    assert first
    rotas.stand_in(rota=first.rota, person=lead, span=window(at, at + DAY), reason="Ill", by=admin, at=at)
    executive = Rota.objects.get(key="on-call-executive")
    span = window(at + DAY, at + 2 * DAY)
    mine = rotas.add_shift(rota=executive, person=admin, span=span, by=admin, at=at)
    rotas.propose_swap(shift=mine, to=User.objects.get(username="safety"), in_return=None, by=admin, at=at)


def roles(incident: Incident, by: User, at: datetime) -> None:
    """Somebody else takes a role and hands it over, and another role is offered."""
    commander = User.objects.get(username="commander")
    role = CommandRole.objects.get
    held = incidents.take(incident=incident, role=role(code="tactical"), by=commander, at=at)
    incidents.hand_over(assignment=held, to=by, is_allowed=True, by=commander, at=at)
    incidents.offer(incident=incident, role=role(code="deputy"), to=by, is_allowed=True, by=commander, at=at)


def practice(by: User, at: datetime) -> Exercise:
    """An exercise that waits for its report; another one was reported and is looked back at."""
    planned = [
        exercises.plan(
            title=title, kind="tabletop", held_on=local_day(at) + DAY, director=by,
            procedures=list(Procedure.objects.all()[:2]), by=by, at=at,
        )
        for title in ("Phones lost", "Wi-Fi lost")
    ]  # fmt: skip
    for exercise in planned:
        for text in ("Runners go.", "The board is kept."):
            exercises.add_objective(exercise=exercise, text=text, measure="Within 5 minutes.", by=by, at=at)
    return planned[0]


def looking_back(release: Release, by: User, lead: User, at: datetime) -> Review:
    """A review that is being written, with factors, and an action whose date was moved."""
    ended = Incident.objects.get(ref=f"INC-{local_day(at).year}-102")
    reviews.write_debrief(incident=ended, went_well="Wards had paper.", by=by, at=at)
    review = reviews.start(incident=ended, by=by, at=at)
    reviews.save_section(
        review=review,
        texts={SUMMARY: "The dashboard did not load."},
        seen={SUMMARY: review.version},
        by=by,
        at=at,
    )
    for area in ("tools", "tasks"):
        factor = reviews.add_factor(
            review=review,
            area=area,
            text="Nobody saw the alarm.",
            local_name=f"Alarm in {area}",
            by=by,
            at=at,
        )
        came_back(factor, at)
    action = reviews.propose_action(
        review=review, title="Send alarms to a phone.", owner=lead, due_on=local_day(at) + 30 * DAY,
        strength="strong", measure="A test rings.", factor=factor, verifier=by, by=by, at=at, release=release,
        plan_version=Version.objects.published().get(procedure__key="ers"),
    )  # fmt: skip
    job = Heartbeat.objects.get(key="report-queue")
    monitors.prove_by(action=action, heartbeat=job, seen=None, by=by, at=at)
    reviews.ask(review=review, people=[by, lead], by=by, at=at)
    reviews.contribute(review=review, text="The paper was there.", by=by, at=at)
    reviews.set_meeting(
        review=review, span=window(at - 60 * MINUTE, at), place="Seminar room 2", people=[by, lead], seen=None,
        by=lead, at=at,
    )  # fmt: skip
    reviews.note_attendance(review=review, came=[by, lead], seen=0, by=lead, at=at)
    reviews.move_date(action=action, to=local_day(at) + 60 * DAY, reason="The phone is late.", by=by, at=at)
    return review


def noticed(by: User, lead: User, at: datetime) -> None:
    """A near miss that waits, one that is looked back at, and something that went well and was noted."""
    for kind, title in (
        ("near_miss", "Nearly no backup"), ("near_miss", "Nearly no paper"), ("went_well", "Runners ran")
    ):  # fmt: skip
        reviews.observe(kind=kind, title=title, service=Service.objects.get(key="ers"), by=by, at=at)
    _, seen, noted = Observation.objects.order_by("pk")
    reviews.start(observation=seen, by=lead, at=at)
    reviews.do_without(observation=noted, reason="As it should be.", by=lead, at=at)


def together(lead: User, at: datetime) -> None:
    """Two themes over records of each kind: one that nobody has begun, and one that is being written."""
    drilled = Exercise.objects.get(title="Wi-Fi lost")
    Exercise.objects.filter(pk=drilled.pk).update(state="debrief")
    drilled.refresh_from_db()
    ended = Incident.objects.filter(state__in=INCIDENT_IS_OVER, is_exercise=False)[:2]
    records = [*ended, Release.objects.get(ref="REL-2024-071"), drilled, *Observation.objects.all()]
    for theme in (WAITS, GOES_ON):
        review = reviews.gather(theme=theme, records=records, by=lead, at=at)
    reviews.begin_theme(review=review, by=lead, at=at)


def came_back(factor: Factor, at: datetime) -> None:
    """It may have come back after an action of the sample, and after another it did."""
    earlier = Action.objects.exclude(review=factor.review).order_by("pk")
    service = Service.objects.get(key="ers")
    for action in earlier[:2]:
        Recurrence.objects.create(factor=factor, action=action, service=service, proposed_at=at)
    decided = factor.recurrences.filter(action=earlier[0])
    decided.update(state="confirmed", decided_by=User.objects.get(username="lead"), decided_at=at)


def mail() -> None:
    """A letter that the sample caught, and one message that did not arrive."""
    folder = Path(settings.MAIL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LETTER).write_text("To: lead@ashcombe.example\nSubject: Reports do not open\n\nThey do not.\n")
    Delivery.objects.filter(channel="email").update(state="failed", fault="Nobody answered.")


def asked_cost(at: datetime) -> dict[str, str]:
    """A notice about e-RS as far as its cost needs it, at the time of the work that is announced."""
    start = at + 20 * DAY
    moments = {"outage_from": start, "outage_to": start + 60 * MINUTE}
    texts = {
        f"{name}_{part}": text
        for name, moment in moments.items()
        for part, text in (("date", date_words(local_day(moment))), ("time", time_words(moment)))
    }
    return {"services": str(Service.objects.get(key="ers").pk), "effect": "down", **texts}


def places(
    release: Release, incident: Incident, exercise: Exercise, review: Review, at: datetime, *, version: str
) -> dict[str, dict[str, str]]:
    """What stands in the places of addresses, where the evening has more to show than the sample."""
    ahead = Release.objects.get(title=AHEAD).ref
    weekly = Series.objects.get(title=WEEKLY)
    first = {"<str:ref>": weekly.releases.earliest("series_start").ref}
    asked = Confirmation.objects.select_related("call", "area").filter(call__subject_ref=ahead).first()
    shift = Shift.objects.ending_after(at).select_related("rota").first()
    job = Heartbeat.objects.get(key="report-queue")
    inbox = Delivery.objects.filter(person__username="admin", channel="portal").first()
    assert asked
    tried = Delivery.objects.get(message__key__startswith=TEST)
    invited = Delivery.objects.filter(contact__email="desk@vale.example").latest("pk")
    letter = Delivery.objects.filter(area=asked.area, message__subject_ref=ahead).latest("pk")
    assert shift
    assert inbox
    action: Action = review.actions.get()
    used = incident.runs.latest("pk")
    token = signing.dumps(incident.reports.latest("pk").pk, salt=SALT)
    mine = {
        "rota/": {"<slug:key>": shift.rota.key, "<int:pk>": str(shift.pk)},
        "monitors/": {"<slug:key>": job.key, "<ref>": review.ref, "<int:number>": str(action.number)},
        "ping/": {"<uuid:secret>": str(job.secret), "<int:status>": "0"},
        "inbox/": {"<int:pk>": str(inbox.pk)},
        "mail/": {"<str:name>": LETTER},
        "inbox/tests/": {"<int:pk>": str(tried.pk)},
        "inbox/endpoints/": {"<slug:key>": "status-screen"},
        "audiences/": {"<int:pk>": str(AudienceList.objects.get(name="Whoever is up at night").pk)},
        "contacts/": {"<int:pk>": str(invited.contact_id)},
        "agree/": {"<str:token>": sign(Purpose.AGREE, invited.pk, until=at + DAY)},
        "stop/": {"<str:token>": sign(Purpose.STOP, invited.pk, until=at + DAY)},
        "ready/calls/": {"<int:pk>": str(asked.call.pk)},
        "ready/areas/": {"<slug:key>": asked.area.key},
        "ready/": {"<str:token>": sign(Purpose.READY, letter.pk, until=at + DAY)},
        "plans/": {"<slug:key>": "ers", "<int:number>": version},
        "releases/": {"<str:ref>": release.ref, "<int:tier>": "1"},
        "releases/<str:ref>/approve/": {"<str:ref>": to_approve(at).ref},
        "releases/series/": {"<int:pk>": str(weekly.pk)},
        "releases/<str:ref>/leave-out/": first,
        "releases/<str:ref>/move-following/": first,
        "releases/<str:ref>/run/": {
            "<str:ref>": release.ref,
            "<int:pk>": str(release.run_steps.latest("order").pk),
        },
        "incidents/": {"<ref>": incident.ref, "<int:pk>": "0", "<token>": token},
        "incidents/<ref>/runs/": {
            "<ref>": incident.ref,
            "<int:pk>": str(used.pk),
            "<int:step>": str(used.steps.latest("step__order").pk),
        },
        "incidents/<ref>/services/": {
            "<ref>": incident.ref,
            "<int:pk>": str(incident.impacts.latest("pk").pk),
        },
        "incidents/<ref>/outside/": {
            "<ref>": incident.ref,
            "<int:pk>": str(incident.outside_bodies.latest("pk").pk),
        },
        **parts(incident),
        "exercises/": {"<ref>": exercise.ref, "<int:pk>": "0"},
        "reviews/": {
            "<ref>": review.ref,
            "<int:pk>": str(review.factors.latest("pk").pk),
            "<int:number>": str(action.number),
            "<slug:part>": "questions",
        },
        "reviews/factors/": {"<int:pk>": str(LocalFactor.objects.latest("pk").pk)},
        "reviews/debriefs/": {"<ref>": f"INC-{local_day(at).year}-102"},
        "reviews/<ref>/records/": {"<ref>": Review.objects.get(theme=WAITS).ref, "<int:pk>": "0"},
        "reviews/observations/": {"<ref>": Observation.objects.get(title="Nearly no paper").ref},
        "reviews/start/": {"start/": f"start/?release=MNT-{local_day(at).year}-101"},
    }
    sample: dict[str, dict[str, str]] = values_of_the_sample()
    return {room: sample.get(room, {}) | mine.get(room, {}) for room in sample | mine}


def parts(incident: Incident) -> dict[str, dict[str, str]]:
    """A role that is held, one that is offered and one that is handed over."""
    numbers = {
        "held": incident.assignments.active().latest("pk").pk,
        "offers": incident.assignments.offered().latest("pk").pk,
        "handovers": Handover.objects.latest("pk").pk,
    }
    return {
        f"incidents/<ref>/{name}/": {"<ref>": incident.ref, "<int:pk>": str(pk)}
        for name, pk in numbers.items()
    }


def also(at: datetime) -> dict[str, str]:
    """Pages that look otherwise in other states or narrowed down: what their rows are called, and their addresses."""
    year = local_day(at).year
    published = Review.objects.published().first()
    followed = Version.objects.published().get(procedure__key="ers")
    assert published
    return {
        "services/, searched": "/services/?q=record&site=agh",
        "areas/, searched": "/areas/?q=ward",
        "plans/, searched": "/plans/?q=paper",
        "plans/<slug:key>/<int:number>/, published": f"/plans/ers/{followed.number}/",
        "releases/, narrowed down": "/releases/?q=e-RS&service=ers",
        "releases/new/, of a service": "/releases/new/?service=ers",
        "releases/weigh/, with times": f"/releases/weigh/?{urlencode(asked_cost(at))}",
        "releases/<str:ref>/, a draft": f"/releases/MNT-{year}-102/",
        "releases/<str:ref>/, in review": to_approve(at).get_absolute_url(),
        "releases/<str:ref>/versions/, compared": versions_of(Release.objects.get(title=AHEAD)),
        "releases/<str:ref>/, announced": Release.objects.get(title=AHEAD).get_absolute_url(),
        "releases/<str:ref>/, ended": "/releases/REL-2024-071/",
        "incidents/, narrowed down": "/incidents/?q=e-RS&service=ers",
        "incidents/declare/, of a service": "/incidents/declare/?service=ers",
        "incidents/report/, of a service": "/incidents/report/?service=ers",
        "incidents/<ref>/, ended": "/incidents/INC-2024-011/",
        "reviews/<ref>/, published": published.get_absolute_url(),
        "reviews/actions/, by service": "/reviews/actions/?by=service",
        "reviews/<ref>/, of a theme": Review.objects.get(theme=GOES_ON).get_absolute_url(),
        "library/, searched": "/library/?q=certificate&service=wifi",
    }
