"""How an incident turns: severity, what it hits, its states from a workaround to the end, and areas told one by one."""

from continuity.core.level import Effect
from incidents import actions
from incidents.models import Impact, Incident
from tests.incidents.playing.stage import Stage, pick
from tests.incidents.playing.story import AGO, STALE, WHICH, WHO, WORDS, YES_OR_NO, move

INSTRUCTION = tuple(Incident.Instruction)
PHONED = ("", "Clinical safety officer")
ASSESSED = tuple(Incident.Assessment)


class Turning(Stage):
    """States, severity and services."""

    @move(often=3, who=WHO, which=WHICH, stale=STALE, severity=(1, 2, 3, 4), reason=WORDS)
    def set_severity(self, who: str, which: int, stale: bool, severity: int, reason: str) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "severity", [incident.ref],
            lambda by, at: actions.set_severity(
                incident=incident, severity=severity, reason=reason, impact=3, urgency=3, by=by, at=at
            ),
        )  # fmt: skip

    @move(often=3, who=WHO, which=WHICH)
    def confirm_severity(self, who: str, which: int) -> None:
        incident = self.one(which)
        self.does(
            who, "confirm-severity", [incident.ref],
            lambda by, at: actions.confirm_severity(incident=incident, by=by, at=at),
        )  # fmt: skip

    @move(often=3, who=WHO, which=WHICH, stale=STALE, minutes=AGO)
    def mitigate(self, who: str, which: int, stale: bool, minutes: int) -> None:
        incident, when = self.one(which, stale=stale), self.ago(minutes)
        self.does(
            who, "mitigated", [incident.ref],
            lambda by, at: actions.mitigate(incident=incident, mitigated_at=when, by=by, at=at),
        )  # fmt: skip

    @move(often=6, who=WHO, which=WHICH, stale=STALE, minutes=AGO)
    def restore(self, who: str, which: int, stale: bool, minutes: int) -> None:
        incident, when = self.one(which, stale=stale), self.ago(minutes)
        self.does(
            who, "restore", [incident.ref],
            lambda by, at: actions.restore(incident=incident, restored_at=when, by=by, at=at),
        )  # fmt: skip

    @move(often=3, who=WHO, which=WHICH, stale=STALE, minutes=AGO, instruction=INSTRUCTION)
    def fix(self, who: str, which: int, stale: bool, minutes: int, instruction: str) -> None:
        incident, when = self.one(which, stale=stale), self.ago(minutes)
        self.does(
            who, "fix", [incident.ref],
            lambda by, at: actions.fix(
                incident=incident, instruction=instruction, restored_at=when, by=by, at=at
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, stale=STALE)
    def recover(self, who: str, which: int, stale: bool) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "recovering", [incident.ref],
            lambda by, at: actions.recover(incident=incident, by=by, at=at),
        )  # fmt: skip

    @move(who=WHO, which=WHICH)
    def ask_areas(self, who: str, which: int) -> None:
        incident = self.one(which)
        self.does(
            who, "ask-areas", [incident.ref],
            lambda by, at: actions.ask_areas(incident=incident, by=by, at=at),
        )  # fmt: skip

    @move(often=6, who=WHO, which=WHICH, stale=STALE, instruction=INSTRUCTION, phoned=PHONED, area=WHICH)
    def stand_down_areas(
        self, who: str, which: int, stale: bool, instruction: str, phoned: str, area: int
    ) -> None:
        incident = self.one(which, stale=stale)
        areas = self.world.areas[: 1 + area % 2]
        self.does(
            who, "areas", [incident.ref],
            lambda by, at: actions.stand_down_areas(
                incident=incident, areas=areas, instruction=instruction, safety_agreed_by=phoned, by=by, at=at
            ),
        )  # fmt: skip

    @move(often=5, who=(*WHO, "safety", "safety"), which=WHICH)
    def agree(self, who: str, which: int) -> None:
        incident = self.one(which)
        self.does(who, "agree", [incident.ref], lambda by, at: actions.agree(incident=incident, by=by, at=at))

    @move(who=WHO, which=WHICH, phoned=PHONED)
    def agreed_by_phone(self, who: str, which: int, phoned: str) -> None:
        incident = self.one(which)
        self.does(
            who, "agreed", [incident.ref],
            lambda by, at: actions.agree(incident=incident, agreed_by_role=phoned, by=by, at=at),
        )  # fmt: skip

    @move(often=8, who=WHO, which=WHICH, stale=STALE, instruction=INSTRUCTION, phoned=PHONED)
    def stand_down(self, who: str, which: int, stale: bool, instruction: str, phoned: str) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "stand-down", [incident.ref],
            lambda by, at: actions.stand_down(
                incident=incident, instruction=instruction, safety_agreed_by=phoned, by=by, at=at
            ),
        )  # fmt: skip

    @move(often=2, who=WHO, which=WHICH, stale=STALE, reason=WORDS)
    def reopen(self, who: str, which: int, stale: bool, reason: str) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "reopen", [incident.ref],
            lambda by, at: actions.reopen(incident=incident, reason=reason, by=by, at=at),
        )  # fmt: skip

    @move(often=6, who=WHO, which=WHICH, stale=STALE)
    def close(self, who: str, which: int, stale: bool) -> None:
        incident = self.one(which, stale=stale)
        self.does(who, "close", [incident.ref], lambda by, at: actions.close(incident=incident, by=by, at=at))

    @move(often=1, who=WHO, which=WHICH, stale=STALE, reason=WORDS)
    def cancel(self, who: str, which: int, stale: bool, reason: str) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "cancel", [incident.ref],
            lambda by, at: actions.cancel(incident=incident, reason=reason, by=by, at=at),
        )  # fmt: skip

    @move(often=4, who=WHO, which=WHICH, safety=ASSESSED, data=ASSESSED, minutes=AGO)
    def assess(self, who: str, which: int, safety: str, data: str, minutes: int) -> None:
        incident, aware = self.one(which), self.ago(minutes)
        self.does(
            who, "assess", [incident.ref],
            lambda by, at: actions.assess(
                incident=incident, patient_safety=safety, data_security=data, data_aware_at=aware, by=by, at=at
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, service=WHICH, effect=tuple(Effect), minutes=AGO)
    def set_impact(self, who: str, which: int, service: int, effect: Effect, minutes: int) -> None:
        incident, since = self.one(which), self.ago(minutes)
        hit = self.world.services[service % 2]
        self.does(
            who, "services", [incident.ref],
            lambda by, at: actions.set_impact(
                incident=incident, service=hit, effect=effect.value, since=since, by=by, at=at
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, is_over=YES_OR_NO, why=WORDS)
    def settle_impact(self, who: str, which: int, is_over: bool, why: str) -> None:
        impact = pick(list(Impact.objects.select_related("incident", "service").order_by("pk")), which)
        assert impact
        if is_over:
            self.does(
                who, "service-back", [impact.incident.ref, impact.pk],
                lambda by, at: actions.end_impact(impact=impact, by=by, at=at),
            )  # fmt: skip
        else:
            self.does(
                who, "no-run", [impact.incident.ref, impact.pk],
                lambda by, at: actions.need_no_run(impact=impact, why=why, by=by, at=at),
            )  # fmt: skip
