"""Our components give the HTML of the design system's own examples, from the same options."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from django.conf import settings
from django.utils.safestring import SafeString

from continuity.core.nhs import COMPONENTS, render

SHIPPED = Path(settings.BASE_DIR) / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk" / "components"

# Options the portal has no use for, as paths in an example; an example that uses one is not compared.
NOT_OFFERED = {
    "card": {"image": "cards stand without pictures"},
    "label": {
        "caption": "one heading a page says what it is",
        "is_page_heading": "deprecated name of heading",
    },
    "legend": {
        "caption": "one heading a page says what it is",
        "is_page_heading": "deprecated name of heading",
    },
    "fieldset": {"legend.caption": "one heading a page says what it is"},
    "password-input": {"show_password_text": "the portal speaks English alone"},
    "character-count": {
        "count_type": "limits are in characters",
        "maxwords": "limits are in characters",
        "textarea_description_text": "limits are known when the page is made",
        "characters_at_limit_text": "the portal speaks English alone",
    },
    "file-upload": {
        "choose_files_button_class_list": "one look for every upload",
        "choose_files_button_text": "the script's own words are right",
    },
    "checkboxes": {
        "items.exclusive": "deprecated name of behaviour",
        "items.exclusive_group": "deprecated name of behaviour_group",
    },
    "summary-list": {"card": "a card block goes around the list"},
    "tables": {
        "variant": "no dark backgrounds",
        "scroll": "tables stack on a phone",
        "head.sort": "lists are sorted for their readers, or filtered",
        "card": "a card block goes around the table",
        "panel": "deprecated name of card",
    },
    "task-list": {"items.title": "deprecated name of heading"},
    "pagination": {"previous_url": "deprecated name of previous"},
}

# Single examples that are not compared.
LEFT_OUT = {
    ("tag", "colour class overriding colour option"): "a colour and a class for it are never both given",
    ("label", "size class overriding size option"): "a size and a class for it are never both given",
    ("legend", "size class overriding size option"): "a size and a class for it are never both given",
    ("error-summary", "with description via call block"): "the summary is made by one tag without a body",
    ("input", "width class overriding width option"): "a width and a class for it are never both given",
}


def examples() -> list[Any]:
    found = []
    for name in COMPONENTS:
        shipped = json.loads((SHIPPED / name / "fixtures.json").read_text())["fixtures"]
        found += [(name, at, example) for at, example in enumerate(shipped)]
    return found


def spelled_ours(given: Any, path: str = "") -> Any:
    """The options as we write them: snake case, and HTML as a safe string in the place of text."""
    if isinstance(given, list):
        return [spelled_ours(each, path) for each in given]
    if not isinstance(given, Mapping):
        return given
    if path.endswith("attributes"):
        return dict(given)
    ours: dict[str, Any] = {}
    for name, value in given.items():
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        ours["for_" if snake == "for" else snake] = spelled_ours(value, f"{path}.{snake}")
    if "call_block" in ours:
        ours["html"] = "".join(ours.pop("call_block"))
    if "html" in ours:
        ours["text"] = SafeString(ours.pop("html"))
    return ours


def paths_of(given: Any, path: str = "") -> set[str]:
    """The paths of all options used, those of list items under their list's name."""
    if isinstance(given, list):
        return {path}.union(*(paths_of(each, path) for each in given))
    if not isinstance(given, Mapping):
        return {path}
    return {path}.union(*(paths_of(value, f"{path}.{name}".strip(".")) for name, value in given.items()))


def tree(markup: str) -> list[Any]:
    """The elements, attributes and words of some HTML; space matters only at the edges of hidden words."""
    return branches(BeautifulSoup(markup, "html.parser"))


def branches(node: Tag) -> list[Any]:
    is_hidden = node.name == "span" and "nhsuk-u-visually-hidden" in (node.get("class") or [])
    found: list[Any] = []
    for child in node.children:
        if isinstance(child, Tag):
            attributes = {
                name: set(value) if isinstance(value, list) else value for name, value in child.attrs.items()
            }
            found.append((child.name, attributes, branches(child)))
        elif isinstance(child, NavigableString):
            words = re.sub(r"\s+", " ", child)
            if words.strip():
                found.append(words if is_hidden else words.strip())
    return found


def is_left_out(name: str, example: Mapping[str, Any]) -> bool:
    unused = NOT_OFFERED.get(name, {})
    return (name, example["name"]) in LEFT_OUT or not unused.keys().isdisjoint(paths_of(options_of(example)))


def options_of(example: Mapping[str, Any]) -> dict[str, Any]:
    block = {"callBlock": example["callBlock"]} if "callBlock" in example else {}
    ours: dict[str, Any] = spelled_ours({**example["context"], **block})
    return ours


@pytest.mark.parametrize(
    ("name", "example"),
    [pytest.param(n, e, id=f"{n}-{at}-{e['name']}") for n, at, e in examples() if not is_left_out(n, e)],
)
def test_a_component_gives_the_design_systems_html(name: str, example: dict[str, Any]) -> None:
    assert tree(render(name, **options_of(example))) == tree(example["html"])


def test_every_component_is_compared_with_most_of_its_examples() -> None:
    compared = Counter(name for name, _, example in examples() if not is_left_out(name, example))
    shipped = Counter(name for name, _, _ in examples())

    assert set(compared) == set(COMPONENTS)
    assert {name for name in shipped if compared[name] * 2 < shipped[name]} == {"tables"}
    assert compared["tables"] >= 58


def test_nothing_is_left_out_without_need() -> None:
    used = {(name, path) for name, _, example in examples() for path in paths_of(options_of(example))}
    named = {(name, example["name"]) for name, _, example in examples()}

    assert {(name, path) for name, paths in NOT_OFFERED.items() for path in paths} <= used
    assert LEFT_OUT.keys() <= named


def test_words_are_escaped_and_html_is_not() -> None:
    assert "&lt;b&gt;" in render("tag", text="<b>")
    assert "<b>" in render("tag", text=SafeString("<b>Down</b>"))


def test_an_option_that_a_component_does_not_take_is_refused() -> None:
    with pytest.raises(TypeError, match="does not take color"):
        render("tag", text="Down", color="red")


def test_options_in_groups_keep_their_values() -> None:
    options = [{"value": "ward-7", "text": "Ward 7", "selected": True}, {"value": "ward-8", "text": "Ward 8"}]

    html = render(
        "select", id="place", name="place", label="Where?", items=[{"group": "Wards", "items": options}]
    )

    shown = BeautifulSoup(html, "html.parser").select("optgroup[label=Wards] option")
    assert [option["value"] for option in shown] == ["ward-7", "ward-8"]
    assert [option.has_attr("selected") for option in shown] == [True, False]
