"""Procedures that are followed, incidents that belong together, and who may know of them."""

from incidents import actions
from incidents.actions import joining, running, ticking
from incidents.models import Run, StepRun
from tests.incidents.playing.stage import Stage, pick
from tests.incidents.playing.story import AGO, STALE, WHICH, WHO, WORDS, YES_OR_NO, move

ASIDE = (StepRun.State.SKIPPED, StepRun.State.NOT_APPLICABLE, StepRun.State.BLOCKED)
PRESSES = {
    "pause-run": running.pause_run,
    "resume-run": running.resume_run,
    "complete-run": running.complete_run,
}


class Working(Stage):
    """Procedures in use."""

    @move(often=3, who=WHO, which=WHICH, stale=STALE, version=WHICH)
    def start_run(self, who: str, which: int, stale: bool, version: int) -> None:
        incident, chosen = self.one(which, stale=stale), self.world.versions[version % 2]
        self.does(
            who, "start-run", [incident.ref],
            lambda by, at: running.start_run(incident=incident, version=chosen, by=by, at=at),
        )  # fmt: skip

    @move(often=3, who=WHO, which=WHICH, press=sorted(PRESSES))
    def press_run(self, who: str, which: int, press: str) -> None:
        run = pick(self._runs(), which)
        if run:
            self.does(
                who, press, [run.incident.ref, run.pk], lambda by, at: PRESSES[press](run=run, by=by, at=at)
            )

    @move(who=WHO, which=WHICH, reason=WORDS)
    def abandon_run(self, who: str, which: int, reason: str) -> None:
        run = pick(self._runs(), which)
        if run:
            self.does(
                who, "abandon-run", [run.incident.ref, run.pk],
                lambda by, at: running.abandon_run(run=run, reason=reason, by=by, at=at),
            )  # fmt: skip

    @move(often=6, who=WHO, which=WHICH, order=WHICH, second=WHO, minutes=AGO, is_on_paper=YES_OR_NO)
    def tick(self, who: str, which: int, order: int, second: str, minutes: int, is_on_paper: bool) -> None:
        step, done = self._step(which, order), self.ago(minutes)
        if step:
            person = self.world.people[second] if step.step.evidence == "second_person" else None
            self.does(
                who, "tick", self._place(step),
                lambda by, at: ticking.tick(
                    step=step, evidence="12", second_person=person, done_at=done, is_on_paper=is_on_paper,
                    by=by, at=at,
                ),
            )  # fmt: skip

    @move(often=3, who=WHO, which=WHICH, order=WHICH, to=ASIDE, reason=WORDS)
    def set_aside(self, who: str, which: int, order: int, to: str, reason: str) -> None:
        step = self._step(which, order)
        if step:
            self.does(
                who, "set-aside", self._place(step),
                lambda by, at: ticking.set_aside(step=step, to=to, reason=reason, by=by, at=at),
            )  # fmt: skip

    @move(who=WHO, which=WHICH, order=WHICH, is_begun=YES_OR_NO, reason=WORDS)
    def begin_or_take_back(self, who: str, which: int, order: int, is_begun: bool, reason: str) -> None:
        step = self._step(which, order)
        if step and is_begun:
            self.does(
                who, "begin-step", self._place(step),
                lambda by, at: ticking.begin_step(step=step, by=by, at=at),
            )  # fmt: skip
        elif step:
            self.does(
                who, "take-back", self._place(step),
                lambda by, at: ticking.take_back(step=step, reason=reason, by=by, at=at),
            )  # fmt: skip

    def _runs(self) -> list[Run]:
        return list(Run.objects.select_related("incident", "version__procedure").order_by("-pk"))

    def _step(self, which: int, order: int) -> StepRun | None:
        steps = StepRun.objects.select_related("step", "person", "run__incident", "run__version__procedure")
        run = pick(self._runs(), which)
        return steps.get(run=run, step__order=order + 1) if run else None

    def _place(self, step: StepRun) -> list[object]:
        return [step.run.incident.ref, step.run_id, step.pk]


class Joining(Stage):
    """What belongs together, and who may know."""

    @move(often=3, who=WHO, which=WHICH, stale=STALE, other=WHICH)
    def put_under(self, who: str, which: int, stale: bool, other: int) -> None:
        incident, parent = self.one(which, stale=stale), self.one(other)
        self.does(
            who, "under", [incident.ref],
            lambda by, at: joining.put_under(incident=incident, parent=parent, by=by, at=at),
        )  # fmt: skip

    @move(who=WHO, which=WHICH)
    def take_apart(self, who: str, which: int) -> None:
        incident = self.one(which)
        self.does(
            who, "apart", [incident.ref],
            lambda by, at: joining.take_apart(incident=incident, by=by, at=at),
        )  # fmt: skip

    @move(often=2, who=WHO, which=WHICH, stale=STALE, other=WHICH)
    def mark_duplicate(self, who: str, which: int, stale: bool, other: int) -> None:
        incident, of = self.one(which, stale=stale), self.one(other)
        self.does(
            who, "duplicate", [incident.ref],
            lambda by, at: actions.mark_duplicate(incident=incident, of=of, by=by, at=at),
        )  # fmt: skip

    @move(often=2, who=WHO, which=WHICH, stale=STALE, is_restricted=YES_OR_NO, why=WORDS)
    def restrict(self, who: str, which: int, stale: bool, is_restricted: bool, why: str) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "restrict", [incident.ref],
            lambda by, at: actions.restrict(
                incident=incident, is_restricted=is_restricted, why=why, by=by, at=at
            ),
        )  # fmt: skip

    @move(often=1, who=WHO, which=WHICH, stale=STALE)
    def mark_exercise(self, who: str, which: int, stale: bool) -> None:
        incident = self.one(which, stale=stale)
        self.does(
            who, "exercise", [incident.ref],
            lambda by, at: joining.mark_exercise(
                incident=incident, is_exercise=not incident.is_exercise, by=by, at=at
            ),
        )  # fmt: skip

    @move(who=WHO, which=WHICH, is_on=YES_OR_NO)
    def follow(self, who: str, which: int, is_on: bool) -> None:
        incident, act = self.one(which), joining.follow if is_on else joining.unfollow
        self.does(
            who, "follow" if is_on else "unfollow", [incident.ref],
            lambda by, at: act(incident=incident, by=by, at=at), leaves_a_line=False,
        )  # fmt: skip
