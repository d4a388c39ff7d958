"""The design system in templates: `{% tag "Down" colour="red" %}`, `{% card heading="..." %} ... {% endcard %}`.

Every option of a component (`continuity/core/nhs/`) can be named; words are escaped, a block's inside is HTML.
"""

from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from continuity.core.nhs import render
from continuity.core.nhs.errors import summary_of
from continuity.core.nhs.fields import render_field
from continuity.core.nhs.gathered import GATHERED, Row, gathered
from continuity.core.nhs.markup import trimmed

register = template.Library()


@register.simple_tag
def tag(text: Any, colour: str = "", **options: Any) -> SafeString:
    """A status as a word in a colour."""
    return render("tag", text=text, colour=colour, **options)


@register.simple_tag
def button(text: Any, **options: Any) -> SafeString:
    """A submit button; with `href`, a link that looks like one."""
    return render("button", text=text, **options)


@register.simple_tag
def action_link(text: Any, href: str, **options: Any) -> SafeString:
    """The page's one main next step."""
    return render("action-link", text=text, href=href, **options)


@register.simple_tag
def back_link(href: str, text: Any = "Back", **options: Any) -> SafeString:
    return render("back-link", href=href, text=text, **options)


@register.simple_tag
def breadcrumbs(*pairs: Any) -> SafeString:
    """The way here, as words and addresses in turn: `{% breadcrumbs "Board" "/" "Releases" "/releases/" %}`."""
    return render(
        "breadcrumb", items=[{"text": pairs[at], "href": pairs[at + 1]} for at in range(0, len(pairs), 2)]
    )


@register.simple_tag
def error_summary(*forms: BaseForm) -> SafeString:
    """What is wrong with the forms, once, each line a link to its input; nothing when nothing is."""
    return summary_of(*forms)


@register.simple_tag
def error_prefix(*forms: BaseForm) -> str:
    """ "Error: " at the front of the page's title while a form has errors."""
    return "Error: " if any(form.is_bound and form.errors for form in forms) else ""


@register.simple_tag
def untold_errors(form: BaseForm) -> SafeString:
    """The error summary of a form whose page has not shown it."""
    return SafeString("") if getattr(form, "errors_told", False) else summary_of(form)


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """One field of a form, outside a crispy layout: `{% field form.title width=20 %}`."""
    return render_field(bound, **options)


@register.simple_tag
def search_input(label: Any, value: Any = "", name: str = "q", **options: Any) -> SafeString:
    """A search field with its button; the form around it is the page's own."""
    return render("search-input", label={"text": label, "size": "s"}, name=name, value=value, **options)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any]) -> SafeString:
    """The numbers of a paginator's pages, keeping the address's other parameters; nothing for a single page."""
    if page.paginator.num_pages == 1:
        return SafeString("")
    request: HttpRequest = context["request"]

    def address(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    def item(number: int | str) -> dict[str, Any]:
        if not isinstance(number, int):
            return {"ellipsis": True}
        return {"number": number, "href": address(number), "current": number == page.number}

    return render(
        "pagination",
        items=[
            item(number)
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
        previous={"href": address(page.previous_page_number())} if page.has_previous() else None,
        next={"href": address(page.next_page_number())} if page.has_next() else None,
    )


@register.inclusion_tag("components/nav_item.html", takes_context=True)
def nav_item(context: Context, text: str, address: str) -> dict[str, Any]:
    """A section in the header's menu, marked on its own page ("page") and on the pages below it ("true")."""
    request = context.get("request")
    path = request.path if request else ""
    is_within = address != "/" and path.startswith(address)
    return {
        "text": text,
        "address": address,
        "current": "page" if path == address else "true" if is_within else "",
    }


@register.simple_tag
def skip_link() -> SafeString:
    return render("skip-link")


@register.simple_block_tag
def card(content: SafeString, heading: Any = "", **options: Any) -> SafeString:
    return render("card", heading=_sized(heading, options), text=content, **options)


@register.simple_block_tag
def inset(content: SafeString, **options: Any) -> SafeString:
    return render("inset-text", text=content, **options)


@register.simple_block_tag
def warning_callout(content: SafeString, heading: Any, **options: Any) -> SafeString:
    return render("warning-callout", heading=_sized(heading, options), text=content, **options)


@register.simple_block_tag
def notification_banner(content: SafeString, **options: Any) -> SafeString:
    return render("notification-banner", text=content, **options)


@register.simple_block_tag
def details(content: SafeString, summary: Any, **options: Any) -> SafeString:
    return render("details", summary=summary, text=content, **options)


@register.simple_block_tag
def panel(content: SafeString, heading: Any, **options: Any) -> SafeString:
    return render("panel", heading=_sized(heading, options), text=content, **options)


@register.simple_block_tag
def fieldset(content: SafeString, legend: Any, size: str = "m", **options: Any) -> SafeString:
    return render("fieldset", legend={"text": legend, "size": size}, text=content, **options)


def _sized(heading: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Words for a heading with the `level` and `size` given beside them."""
    given = {name: options.pop(name) for name in ("level", "size") if name in options}
    return {"text": heading, **given} if heading else {}


for _name in GATHERED:
    register.tag(_name, gathered)


@register.simple_block_tag(takes_context=True)
def row(context: Context, content: SafeString, key: Any, **options: Any) -> str:
    """A row of a summary list; `href` with `action` (default "Change") adds a link whose hidden words name the row."""
    href, words = options.pop("href", ""), options.pop("action", "Change")
    about = options.pop("about", str(key).lower())
    links = [{"href": href, "text": words, "visually_hidden_text": about}] if href else []
    context["nhs_rows"].append({"key": key, "value": trimmed(content), "actions": links, **options})
    return ""


@register.simple_tag(takes_context=True)
def task(context: Context, heading: Any, status: Any, href: str = "", **options: Any) -> str:
    """An item of a task list; a status with a colour is a tag, without one plain words."""
    colour = options.pop("colour", "")
    shown = {"tag": {"text": status, "colour": colour}} if colour else status
    context["nhs_rows"].append({"heading": heading, "status": shown, "href": href, **options})
    return ""


@register.simple_tag(takes_context=True)
def column(context: Context, text: Any, **options: Any) -> str:
    """A column's header in a table."""
    context["nhs_head"].append({"text": text, **options})
    return ""


@register.tag
def tr(parser: Parser, token: Token) -> Row:
    inside = parser.parse(("endtr",))
    parser.delete_first_token()
    return Row(inside)


@register.simple_block_tag(takes_context=True)
def td(context: Context, content: SafeString, **options: Any) -> str:
    context["nhs_cells"].append({"text": trimmed(content), **options})
    return ""
