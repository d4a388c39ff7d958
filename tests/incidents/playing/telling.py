"""What people do to tell and be told: reports, declaring, updates, second looks, outside bodies, sitreps, the clock."""

from contextlib import suppress
from datetime import timedelta

from structlog.testing import capture_logs

from continuity.core.ledger import SYSTEM
from continuity.core.refusals import Refused
from incidents import actions
from incidents.actions.chasing import chase, plan_chases
from incidents.actions.escalating import go_on
from incidents.models import Chase, Entry, Escalation, Incident, OutsideBody, Report, Update
from incidents.tasks import CLOSES_AFTER, audit, end_unanswered
from tests.incidents.playing.stage import MINUTE, Stage, pick
from tests.incidents.playing.story import AGO, STALE, WHICH, WHO, WORDS, YES_OR_NO, move

MOST = 3
LEVEL = (None, 1, 2, 3, 3, 4, 4, 5)
PROMISE = (None, None, 5, 25, 50, 300, -5)
HOW_FAR = tuple(Incident.Level)
LONG = (1, 3, 6, 16, 31, 62, 250, 1500, 4400)


class Telling(Stage):
    """Words that go out and come in, and time that goes by."""

    def begin(self, severity: int, takes_lead: bool) -> None:
        """There is one incident at least."""
        self._declare("manager", severity, severity, Incident.Level.IT, 1, False, False, takes_lead)

    @move(
        often=4, who=WHO, impact=LEVEL, urgency=LEVEL, level=HOW_FAR, hit=(1, 2, 3), is_restricted=YES_OR_NO,
        is_exercise=YES_OR_NO, takes_lead=YES_OR_NO,
    )  # fmt: skip
    def declare(
        self, who: str, impact: int | None, urgency: int | None, level: Incident.Level, hit: int,
        is_restricted: bool, is_exercise: bool, takes_lead: bool,
    ) -> None:  # fmt: skip
        if len(self.now.incidents) < MOST:
            self._declare(who, impact, urgency, level, hit, is_restricted, is_exercise, takes_lead)

    def _declare(
        self, who: str, impact: int | None, urgency: int | None, level: Incident.Level, hit: int,
        is_restricted: bool, is_exercise: bool, takes_lead: bool,
    ) -> None:  # fmt: skip
        services = {each: "down" for bit, each in enumerate(self.world.services) if hit & (1 << bit)}
        self.does(
            who, "declare", [],
            lambda by, at: actions.declare(
                title=f"Quillfeather {len(self.now.incidents)}", services=services, impact=impact,
                urgency=urgency, level=level, is_restricted=is_restricted, restricted_why="Names.",
                is_exercise=is_exercise, takes_lead=takes_lead, reports=self._waiting()[:1], by=by, at=at,
            ),
        )  # fmt: skip

    @move(often=1, which=WHICH)
    def report(self, which: int) -> None:
        self.at += MINUTE
        actions.report(area=pick(self.world.areas, which), service=None, text="It is slow.", at=self.at)
        self.look()

    @move(who=WHO, which=WHICH, is_problem=YES_OR_NO)
    def settle_reports(self, who: str, which: int, is_problem: bool) -> None:
        incident, waiting = self.one(which), self._waiting()
        if waiting and is_problem:
            self.does(
                who, "reports", [],
                lambda by, at: actions.join_reports(reports=waiting, incident=incident, by=by, at=at),
            )  # fmt: skip
        elif waiting:
            self.does(
                who, "reports", [],
                lambda by, at: actions.dismiss_reports(reports=waiting, why="A test.", by=by, at=at),
            )  # fmt: skip

    @move(who=WHO, which=WHICH, stale=STALE, promise=PROMISE, is_workaround=YES_OR_NO, do_now=WORDS)
    def post_update(
        self, who: str, which: int, stale: bool, promise: int | None, is_workaround: bool, do_now: str
    ) -> None:
        incident = self.one(which, stale=stale)
        due = self.at + promise * MINUTE if promise else None
        self.does(
            who, "update", [incident.ref],
            lambda by, at: actions.post_update(
                incident=incident, happened="Something.", do_now=do_now, is_workaround=is_workaround,
                next_due_at=due, by=by, at=at,
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, number=WHICH)
    def correct_update(self, who: str, which: int, number: int) -> None:
        incident = self.one(which)
        wrong = pick(self.now.updates[incident.pk], number)
        self.does(
            who, "update", [incident.ref],
            lambda by, at: actions.post_update(
                incident=incident, happened="It was not so.", corrects=wrong, by=by, at=at
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, stale=STALE)
    def no_change(self, who: str, which: int, stale: bool) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "unchanged", [incident.ref],
            lambda by, at: actions.no_change(incident=incident, by=by, at=at),
        )  # fmt: skip

    @move(often=3, who=WHO, which=WHICH, minutes=(0, 5, 29, 200), reason=WORDS)
    def snooze(self, who: str, which: int, minutes: int, reason: str) -> None:
        incident, until = self.one(which), self.at + minutes * MINUTE
        self.does(
            who, "snooze", [incident.ref],
            lambda by, at: actions.snooze(incident=incident, until=until, reason=reason, by=by, at=at),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, number=WHICH, is_right=YES_OR_NO, words=WORDS)
    def look_again(self, who: str, which: int, number: int, is_right: bool, words: str) -> None:
        incident = self.one(which)
        update = pick(list(Update.objects.filter(incident=incident).select_related("incident")), number)
        assert update
        if is_right:
            self.does(
                who, "right", [incident.ref, update.number],
                lambda by, at: actions.find_right(update=update, by=by, at=at),
            )  # fmt: skip
        else:
            self.does(
                who, "wrong", [incident.ref, update.number],
                lambda by, at: actions.doubt(update=update, words=words, by=by, at=at),
            )  # fmt: skip

    @move(who=WHO, which=WHICH, name=("NHS England", "The regulator"), minutes=AGO)
    def name_outside_body(self, who: str, which: int, name: str, minutes: int) -> None:
        incident, due = self.one(which), self.ago(-minutes)
        self.does(
            who, "outside", [incident.ref],
            lambda by, at: actions.name_outside_body(
                incident=incident, name=name, why="A rule.", due_at=due, by=by, at=at
            ),
        )  # fmt: skip

    @move(often=3, who=WHO, which=WHICH, minutes=AGO, is_needed=YES_OR_NO, words=WORDS)
    def settle_outside_body(self, who: str, which: int, minutes: int, is_needed: bool, words: str) -> None:
        body = pick(list(OutsideBody.objects.select_related("incident").order_by("pk")), which)
        when = self.ago(minutes)
        if body and is_needed:
            self.does(
                who, "outside-told", [body.incident.ref, body.pk],
                lambda by, at: actions.tell_outside_body(body=body, how=words, told_at=when, by=by, at=at),
            )  # fmt: skip
        elif body:
            self.does(
                who, "outside-spare", [body.incident.ref, body.pk],
                lambda by, at: actions.spare_outside_body(body=body, why=words, by=by, at=at),
            )  # fmt: skip

    @move(who=WHO, which=WHICH, words=WORDS)
    def report_up(self, who: str, which: int, words: str) -> None:
        incident = self.one(which)
        self.does(
            who, "report-up", [incident.ref, "can"],
            lambda by, at: actions.report_up(
                incident=incident, shape="can", parts=[("Conditions", words)], authorised_by="Silver",
                by=by, at=at,
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, stale=STALE, kind=("action", "decision"), minutes=AGO, reason=WORDS)
    def note(self, who: str, which: int, stale: bool, kind: str, minutes: int, reason: str) -> None:
        incident, when = self.one(which, stale=stale), self.ago(minutes)
        decider = pick(
            [each for each in self.now.assignments.values() if each.incident_id == incident.pk], which
        )
        self.does(
            who, "entry", [incident.ref],
            lambda by, at: actions.add_entry(
                incident=incident, kind=kind, text="Rang the supplier.", occurred_at=when or at,
                reason=reason, decided_by=decider, by=by, at=at,
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH)
    def correct_entry(self, who: str, which: int) -> None:
        entry = pick(list(Entry.objects.select_related("incident").order_by("pk")), which)
        if entry:
            self.does(
                who, "entry", [entry.incident.ref],
                lambda by, at: actions.add_entry(
                    incident=entry.incident, kind="correction", text="Rang nobody.", occurred_at=at,
                    corrects=entry, by=by, at=at,
                ),
            )  # fmt: skip

    @move(who=WHO, which=WHICH, is_for_a_while=YES_OR_NO, minutes=(10, 59, 90), reason=WORDS)
    def answer_alarm(self, who: str, which: int, is_for_a_while: bool, minutes: int, reason: str) -> None:
        alarm = pick(list(Escalation.objects.select_related("incident").order_by("pk")), which)
        if alarm and is_for_a_while:
            until = self.at + minutes * MINUTE
            self.does(
                who, "pause-alarm", [alarm.incident.ref, alarm.pk],
                lambda by, at: actions.pause_alarm(
                    escalation=alarm, until=until, reason=reason, by=by, at=at
                ),
            )  # fmt: skip
        elif alarm:
            self.does(
                who, "take-alarm", [alarm.incident.ref, alarm.pk],
                lambda by, at: actions.take_alarm(escalation=alarm, by=by, at=at),
            )  # fmt: skip

    @move(often=6, minutes=LONG)
    def time_passes(self, minutes: int) -> None:
        """The worker looks at what is due by then, and nothing it does fails."""
        self.at += timedelta(minutes=minutes)
        with capture_logs() as logs:
            end_unanswered(self.at)
            audit(self.at)
            for alarm in Escalation.objects.due(self.at):
                go_on(escalation=alarm, at=self.at)
            plan_chases(at=self.at)
            for reminder in Chase.objects.due(self.at):
                chase(reminder=reminder, at=self.at)
            for incident in Incident.objects.due_to_close(self.at - CLOSES_AFTER):
                with suppress(Refused):
                    actions.close(incident=incident, by=SYSTEM, at=self.at)
        assert [each for each in logs if each["event"] == "alarm.failed"] == []
        self.look()

    def _waiting(self) -> list[Report]:
        return list(Report.objects.waiting().order_by("pk"))
