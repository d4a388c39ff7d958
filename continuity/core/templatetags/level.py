"""`{% level_tag level %}`: a service's state as a word in its colour."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from continuity.core.level import PLANNED_COLOUR, PLANNED_WORDS, Effect, Level

register = template.Library()


@register.simple_tag
def level_tag(level: Level, is_planned: bool = False) -> SafeString:
    """The NHS tag of a level; planned work says so instead of its effect."""
    words, colour = (PLANNED_WORDS, PLANNED_COLOUR) if is_planned else (level.words, level.colour)
    return format_html('<strong class="nhsuk-tag nhsuk-tag--{}">{}</strong>', colour, words)


@register.simple_tag
def effect_tag(effect: str) -> SafeString:
    """The tag of how work or a failure hits a service: `at_risk | degraded | read_only | down`."""
    return level_tag(Effect(effect).level)
