"""How severe an incident is, from its impact and urgency. Pure: no Django, no database.

The table is the national service desk's (guideline of 2017); it gives 1 to 5, and 5 is read as 4, the mildest of the
trust's own scale. Impact is how much the business process matters times the users, not the technology.
"""

MILDEST = 4
# Severity 1 and 2 go the full path: command roles, clinical safety's agreement before the all-clear.
FULL_PATH = frozenset({1, 2})
# What is not known yet counts as the worst it may be.
WORST = 1
LEVELS = range(1, 6)

# A row an impact, a column an urgency, both from 1.
_TABLE = (
    (1, 1, 1, 2, 3),
    (1, 2, 2, 3, 4),
    (2, 3, 3, 4, 4),
    (3, 3, 4, 4, 5),
    (4, 5, 5, 5, 5),
)

# What the numbers mean, with an example each, as the form shows them.
IMPACTS = {
    1: ("The whole hospital, or patients may come to harm", "The patient record is down everywhere"),
    2: ("Many areas, or a service that care depends on", "Blood results do not reach the wards"),
    3: ("One area, or a service with a workaround", "One ward has no Wi-Fi"),
    4: ("A few people", "One printer that a clinic shares"),
    5: ("One person, or no effect on work", "A report looks wrong on screen"),
}
URGENCIES = {
    1: ("It cannot wait", "Care stops now"),
    2: ("Within the hour", "Work is piling up and the workaround is slow"),
    3: ("Today", "The workaround holds until the evening"),
    4: ("In the next few days", "The workaround is good"),
    5: ("It can wait", "Nobody needs it this week"),
}


def severity_of(impact: int | None, urgency: int | None) -> int:
    """1 (worst) to 4, of an impact and an urgency from 1 (most) to 5; None is not known, and counts as the higher.

    ValueError for a number outside the table.
    """
    impact, urgency = (WORST if level is None else level for level in (impact, urgency))
    if impact not in LEVELS or urgency not in LEVELS:
        raise ValueError("Impact and urgency go from 1 to 5.")
    return min(_TABLE[impact - 1][urgency - 1], MILDEST)
