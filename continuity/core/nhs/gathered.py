"""Template nodes of components whose rows are tags inside them: `{% table %}{% tr %}...{% endtr %}{% endtable %}`."""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString

from continuity.core.nhs.markup import render


class Gathered(template.Node):
    """A component whose rows are tags inside it: each row leaves itself in a list, the component renders them."""

    def __init__(
        self, name: str, inside: NodeList, options: dict[str, FilterExpression], words: list[FilterExpression]
    ) -> None:
        self.name, self.inside, self.options, self.words = name, inside, options, words

    def render(self, context: Context) -> SafeString:
        with context.push(nhs_rows=[], nhs_head=[]):
            self.inside.render(context)
            rows, head = context["nhs_rows"], context["nhs_head"]
        options = {name: value.resolve(context) for name, value in self.options.items()}
        words = [value.resolve(context) for value in self.words]
        return GATHERED[self.name](rows, head, *words, **options)


class Row(template.Node):
    """A row of a table: gathers its cells."""

    def __init__(self, inside: NodeList) -> None:
        self.inside = inside

    def render(self, context: Context) -> str:
        with context.push(nhs_cells=[]):
            self.inside.render(context)
            cells = context["nhs_cells"]
        context["nhs_rows"].append(cells)
        return ""


def _summary_list(rows: list[Any], head: list[Any], **options: Any) -> SafeString:
    return render("summary-list", rows=rows, **options) if rows else SafeString("")


def _task_list(rows: list[Any], head: list[Any], **options: Any) -> SafeString:
    return render("task-list", items=rows, **options) if rows else SafeString("")


def _table(
    rows: list[Any], head: list[Any], caption: Any = "", size: str = "m", **options: Any
) -> SafeString:
    title = {"text": caption, "size": size} if caption else None
    return render("tables", caption=title, head=head, rows=rows, **{"responsive": True, **options})


GATHERED: dict[str, Callable[..., SafeString]] = {
    "summary_list": _summary_list,
    "task_list": _task_list,
    "table": _table,
}


def gathered(parser: Parser, token: Token) -> Gathered:
    name, *bits = token.split_contents()
    words = []
    while bits and "=" not in bits[0].split('"')[0].split("'")[0]:
        words.append(parser.compile_filter(bits.pop(0)))
    options = token_kwargs(bits, parser)
    inside = parser.parse((f"end{name}",))
    parser.delete_first_token()
    return Gathered(name, inside, options, words)
