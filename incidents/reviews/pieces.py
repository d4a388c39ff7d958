"""What people write in a review, piece by piece, and on which page of the form each stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from continuity.core.refusals import Conflict
from continuity.core.wording import moment_words
from incidents.reviews.models import Review, Section

Code = Section.Code
SUMMARY = "summary"
# After action review, NHS patient safety incident response framework (PSIRF): four questions.
FOUR_QUESTIONS = (Code.EXPECTED, Code.HAPPENED, Code.DIFFERENCE, Code.CHANGE)
# What a full review holds beside them before somebody approves it.
FULL = (Code.EFFECT, *FOUR_QUESTIONS, Code.WENT_WELL)

HINTS = {
    SUMMARY: "Everybody reads this first. What happened, what was learned, what changes. Roles, not names",
    Code.EFFECT: "How many, for how long, what it meant for them. No patient details",
    Code.EXPECTED: "What the plan, the notice or the procedure said",
    Code.HAPPENED: "The timeline is beside it already. Say what matters in it",
    Code.DIFFERENCE: "What in the work made it likely, not who did it",
    Code.CHANGE: "What anybody will do differently next time",
    Code.WENT_WELL: "One a line",
    Code.LUCKY: "What could have made it worse and did not. One a line",
    Code.TO_IMPROVE: "One a line",
    Code.PLANS: "Did procedures, command and updates do what they should?",
    Code.QUESTIONS: "What nobody knows yet",
    Code.WELFARE: "How the people who worked through it are",
}


class Stale(Conflict):
    """Somebody else saved the same piece first."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this while you were writing. Check what is there now, then save again."
        )


@dataclass(frozen=True)
class Piece:
    """One text of a review with the version its reader saw; version 0 is not written yet."""

    code: str
    text: str = ""
    version: int = 0
    section: Section | None = field(default=None, compare=False)

    @property
    def saved(self) -> str:
        """Who saved it last, and when; asks for the person unless they were fetched with the section."""
        if not (self.section and self.section.saved_by and self.section.saved_at):
            return ""
        return f"Saved by {self.section.saved_by} at {moment_words(self.section.saved_at)}"

    @property
    def label(self) -> str:
        return "Summary for all staff" if self.code == SUMMARY else str(Code(self.code).label)

    @property
    def hint(self) -> str:
        return HINTS[self.code]


@dataclass(frozen=True)
class Part:
    """Pieces that are written on one page."""

    slug: str
    heading: str
    codes: tuple[str, ...]


PARTS = (
    Part("questions", "The four questions", FOUR_QUESTIONS),
    Part("summary", "Summary for all staff", (SUMMARY,)),
    Part("effect", "Effect on patients and staff", (Code.EFFECT,)),
    Part(
        "findings", "What went well, and where we were lucky", (Code.WENT_WELL, Code.LUCKY, Code.TO_IMPROVE)
    ),
    Part("plans", "How plans, command and updates held up", (Code.PLANS,)),
    Part("open", "Open questions and welfare", (Code.QUESTIONS, Code.WELFARE)),
)

# What a group goes through together, in this order, on the screen in its room.
ROOM = Part("room", "Hold the review", (*FOUR_QUESTIONS, Code.WENT_WELL, Code.LUCKY))


def parts_of(review: Review) -> tuple[Part, ...]:
    """The pages a review is written on; on the short path the questions and the summary share one."""
    if not review.is_short:
        return PARTS
    first, _, *rest = PARTS
    return (Part(first.slug, "The four questions and the summary", (*FOUR_QUESTIONS, SUMMARY)), *rest)


def pieces_of(review: Review, sections: Iterable[Section]) -> dict[str, Piece]:
    """Every piece of a review by its code, written or not; the sections are the review's, at hand."""
    written = {each.code: Piece(each.code, each.text, each.version, each) for each in sections}
    whole = {code: written.get(code, Piece(code)) for code in Code.values}
    return {SUMMARY: Piece(SUMMARY, review.summary, review.version), **whole}


def required(review: Review) -> tuple[str, ...]:
    """What must be filled before the review goes on."""
    return (*FOUR_QUESTIONS, SUMMARY) if review.is_short else (*FULL, SUMMARY)


def part_of(review: Review, code: str) -> Part:
    """The page on which a piece is written."""
    return next(part for part in parts_of(review) if code in part.codes)


def status_of(part: Part, pieces: dict[str, Piece], needed: Sequence[str]) -> str:
    """How far a page is: not started, begun, done; "optional" where nothing on it is needed."""
    filled = [code for code in part.codes if pieces[code].text]
    wanted = [code for code in part.codes if code in needed]
    if wanted and all(code in filled for code in wanted):
        return "Done"
    if filled:
        return "Begun" if wanted else "Done"
    return "Not started" if wanted else "Optional"
