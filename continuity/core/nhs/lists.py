"""Components that hold rows: summary lists, tables, task lists, breadcrumbs, page numbers, error summaries."""

from typing import Any

from django.utils.safestring import SafeString

from continuity.core.nhs.content import action, actions_of, heading
from continuity.core.nhs.markup import (
    Params,
    component,
    icon,
    is_html,
    join_names,
    on_off,
    outer,
    part,
    render,
)


@component("breadcrumb", "items back_link variant aria_label")
def breadcrumb(p: Params) -> dict[str, Any]:
    """The way here; on a phone a single link back to the last item stands in its place."""
    items = [item for item in p.get("items") or () if item.get("href")]
    last = items[-1] if items else {}
    variant = p.get("variant")
    back = {"visually_hidden_text": "Back to", "text": last.get("text"), "href": last.get("href")}
    back |= {"attributes": last.get("attributes"), "variant": variant, **(p.get("back_link") or {})}
    own = {"aria_label": p.get("aria_label") or "Breadcrumb"}
    return {
        "attrs": outer(p, "nhsuk-breadcrumb", variant and f"nhsuk-breadcrumb--{variant}", **own),
        "items": [{"attrs": _crumb(item), "text": item["text"]} for item in items],
        "back": render("back-link", **back),
    }


def _crumb(item: Params) -> SafeString:
    return outer({"attributes": item.get("attributes")}, "nhsuk-breadcrumb__link", href=item["href"])


@component("summary-list", "rows border last_row_border")
def summary_list(p: Params) -> dict[str, Any]:
    rows = list(p.get("rows") or ())
    has_actions = any(actions_of(row.get("actions")) for row in rows)
    if p.get("border") is False:
        modifier = "nhsuk-summary-list--no-border"
    else:
        modifier = "nhsuk-summary-list--no-last-row-border" if p.get("last_row_border") is False else ""
    return {
        "attrs": outer(p, "nhsuk-summary-list", modifier),
        "rows": [_summary_row(row, has_actions=has_actions) for row in rows],
    }


def _summary_row(row: Params, *, has_actions: bool) -> dict[str, Any]:
    acts = actions_of(row.get("actions"))
    key, value = part(row.get("key")), part(row.get("value"))
    names = (
        "nhsuk-summary-list__row",
        has_actions and not acts and "nhsuk-summary-list__row--no-actions",
        row.get("border") is False and "nhsuk-summary-list__row--no-border",
    )
    wide = key.get("width") and f"nhsuk-u-width-{key['width']}"
    return {
        "attrs": outer(row, *names),
        "key_attrs": outer(key, "nhsuk-summary-list__key", wide),
        "key": key.get("text", ""),
        "value_attrs": outer(value, "nhsuk-summary-list__value"),
        "value": value.get("text", ""),
        "actions": [action(each) for each in acts],
    }


@component(
    "tables",
    "caption labelled_by head rows responsive compact striped border last_row_border first_cell_is_header",
)
def tables(p: Params) -> dict[str, Any]:
    """`labelled_by` is the id of a heading that says what a caption would."""
    caption = part(p.get("caption"))
    responsive = bool(p.get("responsive"))
    name = "nhsuk-table"
    border = (
        "--no-border"
        if p.get("border") is False
        else p.get("last_row_border") is False and "--no-last-row-border"
    )
    names = (
        name,
        p.get("compact") and f"{name}--compact",
        responsive and f"{name}--responsive",
        border and f"{name}{border}",
        p.get("striped") and f"{name}--striped",
    )
    head = [part(cell) for cell in p.get("head") or () if cell]
    title = {**caption, "element": "caption"} if caption else ""
    return {
        "attrs": outer(
            p,
            *names,
            role="table" if responsive else None,
            aria_labelledby=p.get("labelled_by") or None,
        ),
        "caption": heading(title, level=2, name="nhsuk-table__caption", prefix="nhsuk-table__caption--"),
        "responsive": responsive,
        "head": [_cell(cell, {}, "th", "col", "columnheader" if responsive else None) for cell in head],
        "rows": [
            _row(row, head, responsive, bool(p.get("first_cell_is_header")))
            for row in p.get("rows") or ()
            if row
        ],
    }


def _row(
    row: Any, head: list[dict[str, Any]], responsive: bool, first_is_header: bool
) -> list[dict[str, Any]]:
    cells = []
    for at, given in enumerate(row):
        if given in (None, False, ""):
            continue
        column = head[at] if at < len(head) else {}
        is_header = first_is_header and at == 0
        role = ("rowheader" if is_header else "cell") if responsive else None
        cell = _cell(part(given), column, "th" if is_header else "td", "row" if is_header else None, role)
        cells.append(cell | {"label": column if responsive else {}})
    return cells


def _cell(
    cell: dict[str, Any], column: dict[str, Any], element: str, scope: str | None, role: str | None
) -> dict[str, Any]:
    name = "nhsuk-table__header" if element == "th" else "nhsuk-table__cell"
    form = cell.get("format") or column.get("format")
    # A cell of words in a column of figures stands on the figures' side.
    side = (
        "right"
        if cell.get("format") == "string" and column.get("format") == "numeric"
        else column.get("align")
    )
    align = cell.get("align") or side
    names = (
        name,
        form == "numeric" and f"{name}--numeric",
        align and f"nhsuk-u-text-align-{align}",
        cell.get("width") and f"nhsuk-u-width-{cell['width']}",
    )
    text, hidden = cell.get("text", ""), cell.get("visually_hidden_text")
    return {
        "element": element,
        "attrs": outer(cell, *names, scope=scope, role=role, colspan=cell.get("colspan")),
        "text": text,
        "href": cell.get("href"),
        "hidden": f" {hidden}" if hidden and text else hidden,
        "is_html": is_html(text),
    }


@component("task-list", "items id_prefix")
def task_list(p: Params) -> dict[str, Any]:
    prefix = p.get("id_prefix") or "task-list"
    items = enumerate(p.get("items") or (), start=1)
    tasks = [_task(item, f"{prefix}-{at}") for at, item in items if item]
    return {"attrs": outer(p, "nhsuk-task-list"), "items": tasks}


def _task(item: Params, prefix: str) -> dict[str, Any]:
    title, status, href = part(item.get("heading")), part(item.get("status")), item.get("href")
    hint = part(item.get("hint")).get("text")
    described = join_names(hint and f"{prefix}-hint", f"{prefix}-status")
    if href:
        own = {"class": "nhsuk-task-list__link nhsuk-link", "href": href, "aria-describedby": described}
    else:
        own = {"class": None}
    return {
        "names": join_names(
            "nhsuk-task-list__item", href and "nhsuk-task-list__item--with-link", item.get("classes")
        ),
        "element": "a" if href else "div",
        "link_attrs": outer({"attributes": own}),
        "heading": title.get("text", ""),
        "hint": hint,
        "prefix": prefix,
        "status_names": join_names("nhsuk-task-list__status", status.get("classes")),
        "status": render("tag", **status["tag"]) if status.get("tag") else status.get("text", ""),
    }


@component("pagination", "items previous next aria_label")
def pagination(p: Params) -> dict[str, Any]:
    items = [item for item in p.get("items") or () if item]
    own = {"role": "navigation", "aria_label": p.get("aria_label") or "Pagination"}
    ends = {}
    for name, sign in (("previous", "arrow-left"), ("next", "arrow-right")):
        end = p.get(name) or {}
        ends[name] = (
            {**end, "label": part(end.get("label")).get("text"), "icon": icon(sign)}
            if end.get("href")
            else {}
        )
    return {
        "attrs": outer(p, "nhsuk-pagination", items and "nhsuk-pagination--numbered", **own),
        "items": [
            {**item, "label": item.get("aria_label") or f"Page {item.get('number')}"} for item in items
        ],
        **ends,
    }


@component("error-summary", "heading description error_list disable_auto_focus")
def error_summary(p: Params) -> dict[str, Any]:
    own = {
        "data_module": "nhsuk-error-summary",
        "data_disable_auto_focus": on_off(p.get("disable_auto_focus")),
    }
    return {
        "attrs": outer(p, "nhsuk-error-summary", **own),
        "heading": heading(p.get("heading"), level=2, name="nhsuk-error-summary__heading"),
        "description": part(p.get("description")).get("text"),
        "errors": [error for error in p.get("error_list") or () if error],
    }
