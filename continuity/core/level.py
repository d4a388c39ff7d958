"""How a service is, in the words the board uses. Pure: no Django, no database."""

from enum import Enum, IntEnum


class Effect(Enum):
    """How a piece of work or a failure hits a service, mildest first."""

    AT_RISK = "at_risk"
    DEGRADED = "degraded"
    READ_ONLY = "read_only"
    DOWN = "down"

    @property
    def label(self) -> str:
        return _EFFECTS[self]

    @property
    def level(self) -> "Level":
        return Level[self.name]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(effect.value, effect.label) for effect in cls]


class Level(IntEnum):
    """The state of a service, worst last. The words and colours are those of the NHS tag component."""

    NO_PROBLEM_REPORTED = 0
    WORKING = 1
    AFFECTED = 2
    AT_RISK = 3
    CHECKING = 4
    DEGRADED = 5
    READ_ONLY = 6
    DOWN = 7

    @property
    def words(self) -> str:
        return _LEVELS[self][0]

    @property
    def colour(self) -> str:
        """The NHS tag colour that stands for this level everywhere."""
        return _LEVELS[self][1]

    @property
    def code(self) -> str:
        return self.name.lower()


_EFFECTS = {
    Effect.AT_RISK: "At risk",
    Effect.DEGRADED: "Degraded (slow or partly working)",
    Effect.READ_ONLY: "Read only (can be viewed, not changed)",
    Effect.DOWN: "Down (cannot be used)",
}

_LEVELS = {
    Level.NO_PROBLEM_REPORTED: ("No problem reported", "grey"),
    Level.WORKING: ("Working", "green"),
    Level.AFFECTED: ("Affected", "yellow"),
    Level.AT_RISK: ("At risk", "white"),
    Level.CHECKING: ("Back and being checked", "aqua-green"),
    Level.DEGRADED: ("Degraded", "yellow"),
    Level.READ_ONLY: ("Read only", "orange"),
    Level.DOWN: ("Down", "red"),
}

# Planned work has one colour whatever it does to the service: staff were told, and know what to do.
PLANNED_WORDS, PLANNED_COLOUR = "Planned work", "blue"
