"""`{% slot "release.evidence" release %}`: what upper rooms put on a lower room's page."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from continuity.core.slots import filled

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, *things: Any) -> SafeString:
    """The slot's HTML; nothing where the page has no request (an error page, a mail)."""
    request = context.get("request")
    return filled(name, request, *things) if request else SafeString("")
