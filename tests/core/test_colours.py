"""The colours of the dark: whatever is written or drawn can be told from whatever it stands on."""

import itertools
import json

import pytest
from django.conf import settings

COLOURS = json.loads((settings.BASE_DIR / "static" / "dark.json").read_text())
# WCAG 2.2, 1.4.3 of letters and 1.4.11 of what shows where a field or a button is.
OF_LETTERS, OF_SHAPES = 4.5, 3.0
# Lines that only set off parts from one another, which nobody has to see.
BETWEEN = {"#425563", "#768692"}


def luminance(colour: str) -> float:
    """The relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2, definitions)."""
    digits = colour.removeprefix("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    shares = [int(pair, 16) / 255 for pair in pairs]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("part", "least"), [("ink", OF_LETTERS), ("line", OF_SHAPES)])
def test_in_the_dark_everything_can_be_told_from_its_ground(part: str, least: float) -> None:
    seen = {*COLOURS[part].values()} - BETWEEN
    grounds = {*COLOURS["ground"].values()}

    faint = [pair for pair in itertools.product(seen, grounds) if contrast(*pair) < least]

    assert faint == []


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#005eb8", "#fff") == pytest.approx(6.4, abs=0.1)
