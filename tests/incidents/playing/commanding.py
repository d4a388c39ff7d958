"""How people come to lead and stop leading: taking, offering, answering, handing over, standing in."""

from continuity.accounts.models import User
from continuity.catalogue.models import Site
from incidents import actions
from incidents.models import Handover, RoleAssignment
from tests.incidents.playing.stage import Stage, pick
from tests.incidents.playing.story import AGO, HOLDER, STALE, WHICH, WHO, WORDS, YES_OR_NO, move

ROLE = (
    "it_lead",
    "it_lead",
    "it_lead",
    "strategic",
    "tactical",
    "operational",
    "loggist",
    "comms",
    "clinical_safety",
)
PLACE = (None, None, 0, 1)


class Commanding(Stage):
    """Roles."""

    @move(often=6, who=WHO, which=WHICH, stale=STALE, role=ROLE, site=PLACE)
    def take(self, who: str, which: int, stale: bool, role: str, site: int | None) -> None:
        incident, place = self.one(which, stale=stale), self._site(role, site)
        self.does(
            who, "take", [incident.ref, role],
            lambda by, at: actions.take(
                incident=incident, role=self.world.roles[role], site=place, by=by, at=at
            ),
        )  # fmt: skip

    @move(often=5, who=WHO, which=WHICH, stale=STALE, role=ROLE, site=PLACE, to=WHO, is_allowed=YES_OR_NO)
    def offer(
        self, who: str, which: int, stale: bool, role: str, site: int | None, to: str, is_allowed: bool
    ) -> None:
        incident, place = self.one(which, stale=stale), self._site(role, site)
        self.does(
            who, "offer-role", [incident.ref, role],
            lambda by, at: actions.offer(
                incident=incident, role=self.world.roles[role], to=self.world.people[to], site=place,
                is_allowed=is_allowed, by=by, at=at,
            ),
        )  # fmt: skip

    @move(often=6, who=HOLDER, which=WHICH, says_yes=YES_OR_NO, reason=WORDS)
    def answer_offer(self, who: str | None, which: int, says_yes: bool, reason: str) -> None:
        """Most often whoever was asked answers."""
        offer = pick(self._assignments(state="offered") or self._assignments(), which)
        if offer and says_yes:
            self.does(
                who or user_name(offer.person), "offer", [offer.incident.ref, offer.pk],
                lambda by, at: actions.accept(assignment=offer, by=by, at=at),
            )  # fmt: skip
        elif offer:
            self.does(
                who or user_name(offer.person), "decline", [offer.incident.ref, offer.pk],
                lambda by, at: actions.decline(assignment=offer, reason=reason, by=by, at=at),
            )  # fmt: skip

    @move(often=3, who=HOLDER, which=WHICH, reason=WORDS)
    def release(self, who: str | None, which: int, reason: str) -> None:
        held = pick(self._assignments(state="active") or self._assignments(), which)
        if held:
            self.does(
                who or user_name(held.person), "release", [held.incident.ref, held.pk],
                lambda by, at: actions.release(assignment=held, reason=reason, by=by, at=at),
            )  # fmt: skip

    @move(often=5, who=HOLDER, which=WHICH, to=WHO, is_allowed=YES_OR_NO)
    def hand_over(self, who: str | None, which: int, to: str, is_allowed: bool) -> None:
        held = pick(self._assignments(state="active") or self._assignments(), which)
        if held:
            self.does(
                who or user_name(held.person), "hand-over", [held.incident.ref, held.pk],
                lambda by, at: actions.hand_over(
                    assignment=held, to=self.world.people[to], is_allowed=is_allowed, by=by, at=at
                ),
            )  # fmt: skip

    @move(often=8, who=HOLDER, which=WHICH, answer=("yes", "no", "stop"), reason=WORDS)
    def answer_handover(self, who: str | None, which: int, answer: str, reason: str) -> None:
        handover = pick(self._handovers(), which)
        if handover is None:
            return
        places, to = [handover.assignment.incident.ref, handover.pk], handover.to.username
        if answer == "yes":
            self.does(
                who or to, "handover", places,
                lambda by, at: actions.accept_handover(handover=handover, by=by, at=at),
            )  # fmt: skip
        elif answer == "no":
            self.does(
                who or to, "decline-handover", places,
                lambda by, at: actions.decline_handover(handover=handover, reason=reason, by=by, at=at),
            )  # fmt: skip
        else:
            self.does(
                who or user_name(handover.assignment.person), "withdraw", places,
                lambda by, at: actions.withdraw_handover(handover=handover, by=by, at=at),
            )  # fmt: skip

    @move(often=3, who=HOLDER, which=WHICH, to=WHO, minutes=AGO)
    def hand_over_by_phone(self, who: str | None, which: int, to: str, minutes: int) -> None:
        held, agreed = (
            pick(self._assignments(state="active") or self._assignments(), which),
            self.ago(minutes),
        )
        if held:
            self.does(
                who or user_name(held.person), "by-phone", [held.incident.ref, held.pk],
                lambda by, at: actions.hand_over_by_phone(
                    assignment=held, to=self.world.people[to], agreed_at=agreed, by=by, at=at
                ),
            )  # fmt: skip

    @move(often=4, who=WHO, which=WHICH, to=WHO, reason=WORDS, is_allowed=YES_OR_NO)
    def force(self, who: str, which: int, to: str, reason: str, is_allowed: bool) -> None:
        held = pick(self._assignments(state="active") or self._assignments(), which)
        if held:
            self.does(
                who, "force", [held.incident.ref, held.pk],
                lambda by, at: actions.force_handover(
                    assignment=held, to=self.world.people[to], reason=reason, is_allowed=is_allowed,
                    by=by, at=at,
                ),
            )  # fmt: skip

    def _site(self, role: str, site: int | None) -> Site | None:
        """Operational commanders mostly say where; others do not."""
        if site is None:
            return self.world.sites[0] if role == "operational" else None
        return self.world.sites[site]

    def _assignments(self, **facts: object) -> list[RoleAssignment]:
        named = RoleAssignment.objects.select_related("incident", "role__reports_to", "person", "allowed_by")
        return list(named.filter(**facts).order_by("pk"))

    def _handovers(self) -> list[Handover]:
        """Those that wait for an answer; all others once none does."""
        named = Handover.objects.select_related(
            "assignment__incident", "assignment__role__reports_to", "assignment__person", "to", "proposed_by"
        ).order_by("pk")  # fmt: skip
        return list(named.proposed()) or list(named)


def user_name(person: User | None) -> str:
    """By which name somebody plays."""
    assert person
    return person.username
