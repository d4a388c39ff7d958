"""The page around every page: nothing from outside, nothing inline but one line, whole for every reader."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

ASSETS: Path = settings.BUILD_DIR / "assets"
TRUST = "Ashcombe Vale Hospitals NHS Trust"


class Somebody:
    """A person who is logged in, as far as a page's header asks."""

    is_authenticated = True

    def get_full_name(self) -> str:
        return "Imogen Hartley"

    def get_username(self) -> str:
        return "manager"


def asked_for(path: str = "/releases/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.session = {}  # type: ignore[assignment]  # what the messages need of a session
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def page(template: str = "base.html", request: HttpRequest | None = None, **context: Any) -> BeautifulSoup:
    request = request or asked_for()
    told = {"user": AnonymousUser(), "trust_name": TRUST, "sample_mode": False, "request": request}
    told |= {"messages": messages.get_messages(request), "csrf_token": "token", **context}
    return BeautifulSoup(get_template(template).render(told), "html.parser")


def test_the_style_sheet_fetches_nothing_from_outside() -> None:
    css = (ASSETS / "portal.css").read_text()

    addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", css)

    assert addresses
    assert not re.findall(r"https?:|@import|@font-face|Frutiger|sourceMappingURL", css)
    assert all((ASSETS / address).exists() for address in addresses if not address.startswith("data:"))


def test_the_style_sheet_names_a_font_that_every_machine_has() -> None:
    assert "html{font-family:arial,sans-serif}" in (ASSETS / "portal.css").read_text().replace(", ", ",")


def test_the_scripts_name_no_outside_address_to_fetch_from() -> None:
    scripts = sorted(ASSETS.rglob("*.js"))

    named = {url for script in scripts for url in re.findall(r"https?://[\w./-]+", script.read_text())}

    assert scripts
    # Names of markup languages, from which nothing is fetched.
    assert {url.split("/")[2] for url in named} <= {"www.w3.org"}


def test_every_import_between_scripts_leads_to_a_file() -> None:
    for script in (ASSETS / "js").glob("*.js"):
        for address in re.findall(r"""from\s+["'](\.[^"']+)["']""", script.read_text()):
            assert (script.parent / address).exists(), f"{script.name} imports {address}"


def test_the_one_inline_line_is_the_one_the_policy_names() -> None:
    inline = [script for script in page().find_all("script") if not script.get("src")]

    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].get_text().encode()).digest()).decode()
    assert f"'sha256-{digest}'" in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"]


@pytest.mark.parametrize(
    "template", ["base.html", "400.html", "403.html", "404.html", "500.html", "503.html", "refused.html"]
)
def test_a_page_loads_from_this_site_alone_and_runs_nothing_inline(template: str) -> None:
    found = page(template, sentence="Somebody else was first.")

    for tag in found.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action"):
            assert not re.match(r"(https?:)?//", str(tag.get(name, "")))
    assert not found.find("style")


def test_a_page_is_whole_for_every_reader() -> None:
    found = page()

    assert isinstance(found.html, Tag)
    assert found.html["lang"] == "en-GB"
    assert found.find("a", href="#maincontent")
    main = found.find(id="maincontent")
    assert isinstance(main, Tag)
    assert main.name == "main"
    assert [link.get_text() for link in found.select("nav[aria-label=Menu] a")] == [
        "Board",
        "Releases",
        "Incidents",
        "Reviews",
        "Services",
        "Procedures",
        "Report a problem",
    ]
    assert found.find("meta", attrs={"name": "viewport"})


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", [("Board", "page")]),
        ("/releases/", [("Releases", "page")]),
        ("/releases/REL-2024-071/", [("Releases", "true")]),
        ("/inbox/", []),
    ],
)
def test_the_menu_marks_where_the_reader_is(path: str, marked: list[tuple[str, str]]) -> None:
    current = page(request=asked_for(path)).select("nav[aria-label=Menu] [aria-current]")

    assert [(link.get_text(), link["aria-current"]) for link in current] == marked


def test_logging_out_is_a_post_with_its_token() -> None:
    form = page(user=Somebody()).find("form", action="/accounts/logout/")

    assert isinstance(form, Tag)
    assert form["method"] == "post"
    assert form.find("input", attrs={"name": "csrfmiddlewaretoken", "value": "token"})


def test_who_logs_in_comes_back_to_the_page() -> None:
    assert page(request=asked_for("/releases/new/")).find("a", href="/accounts/login/?next=/releases/new/")
    assert page(request=asked_for("/")).find("a", href="/accounts/login/")


def test_a_success_is_announced_and_other_news_is_a_region() -> None:
    glad, plain = asked_for(), asked_for()
    messages.success(glad, "Release <b>published</b>")
    messages.info(plain, "No change was needed")

    success = page(request=glad).select_one(".nhsuk-notification-banner")
    news = page(request=plain).select_one(".nhsuk-notification-banner")

    assert success is not None
    assert (success["role"], "Release <b>published</b>" in success.get_text()) == ("alert", True)
    assert news is not None
    assert news["role"] == "region"
    assert not page().select(".nhsuk-notification-banner")


def test_the_footer_says_when_the_trust_is_made_up() -> None:
    assert "fictional trust" in page(sample_mode=True).get_text()
    assert "fictional trust" not in page(sample_mode=False).get_text()


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_a_page_for_trouble_asks_for_nothing(template: str) -> None:
    html = render_to_string(template, {"is_form": True})

    assert "Nothing was saved" in html
    assert "<h1" in html


def test_a_refusal_says_its_sentence_as_text() -> None:
    found = page(
        "refused.html", sentence="<i>Somebody</i> else published it at 4pm.", back="/releases/REL-1/"
    )

    assert "<i>Somebody</i> else published it at 4pm." in found.get_text()
    assert found.find("a", href="/releases/REL-1/")
