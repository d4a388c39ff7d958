"""The design system's components as template tags: rows gathered from inside, words escaped, addresses kept."""

from typing import Any

from bs4 import BeautifulSoup
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory


def shown(markup: str, request: HttpRequest | None = None, **context: Any) -> BeautifulSoup:
    html = engines["django"].from_string(markup).render({**context, "request": request})
    return BeautifulSoup(html, "html.parser")


def test_a_summary_list_gathers_its_rows_and_each_link_names_its_row() -> None:
    page = shown(
        """{% summary_list %}
             {% row "When" href="/change/" %}4pm{% endrow %}
             {% if told %}{% row "Length" %}<b>8 hours</b>{% endrow %}{% endif %}
             {% for name in names %}{% row name %}{{ name }}{% endrow %}{% endfor %}
           {% endsummary_list %}""",
        told=True,
        names=["<Ward 7>"],
    )

    rows = [(row.dt.get_text(), row.dd.get_text()) for row in page.select(".nhsuk-summary-list__row")]  # type: ignore[union-attr]
    assert rows == [("When", "4pm"), ("Length", "8 hours"), ("<Ward 7>", "<Ward 7>")]
    assert page.select_one("a").get_text() == "Change when"  # type: ignore[union-attr]
    assert len(page.select(".nhsuk-summary-list__row--no-actions")) == 2


def test_a_list_inside_a_row_keeps_its_rows_to_itself() -> None:
    page = shown(
        """{% summary_list %}{% row "Outer" %}
             {% summary_list classes="inner" %}{% row "Inner" %}1{% endrow %}{% endsummary_list %}
           {% endrow %}{% endsummary_list %}"""
    )

    assert [term.get_text() for term in page.select(".inner dt")] == ["Inner"]
    assert [term.get_text() for term in page.select("dl:not(.inner) > div > dt")] == ["Outer"]


def test_nothing_is_shown_of_a_list_without_rows() -> None:
    assert shown("{% summary_list %}{% endsummary_list %}{% task_list %}{% endtask_list %}").get_text() == ""


def test_a_table_names_its_columns_again_on_a_phone() -> None:
    page = shown(
        """{% table "Upcoming releases" %}{% column "Reference" %}{% column "Minutes" format="numeric" %}
             {% for minutes in times %}
               {% tr %}{% td %}<a href="/r/">REL</a>{% endtd %}{% td %}{{ minutes }}{% endtd %}{% endtr %}
             {% endfor %}{% endtable %}""",
        times=[516, 12],
    )

    assert page.caption is not None
    assert page.caption.get_text() == "Upcoming releases"
    assert [cell.get_text() for cell in page.select("thead th")] == ["Reference", "Minutes"]
    assert len(page.select("tbody tr")) == 2
    assert page.select("tbody a[href='/r/']")
    first = page.select("tbody tr:first-child .nhsuk-table__heading")
    assert [label.get_text().strip() for label in first] == ["Reference", "Minutes"]
    assert page.select_one(".nhsuk-table__cell--numeric") is not None


def test_a_task_says_its_status_beside_its_link() -> None:
    page = shown(
        """{% task_list %}{% task "Factors" "Not started" "/factors/" colour="blue" hint="SEIPS headings" %}
           {% task "What happened" "Completed" %}{% endtask_list %}"""
    )

    link = page.select_one("a")
    assert link is not None
    assert link["aria-describedby"] == "task-list-1-hint task-list-1-status"
    assert page.select_one("#task-list-1-status .nhsuk-tag--blue").get_text() == "Not started"  # type: ignore[union-attr]
    assert page.select_one("#task-list-2-status").get_text() == "Completed"  # type: ignore[union-attr]


def test_page_numbers_keep_what_was_searched_for() -> None:
    request = RequestFactory().get("/releases/?q=e-RS&page=2")
    pages = Paginator(range(50), 10)

    page = shown("{% pagination page %}", request, page=pages.get_page(2))

    assert [link["href"] for link in page.select("a[rel]")] == ["?q=e-RS&page=1", "?q=e-RS&page=3"]
    assert page.select_one("[aria-current=page]").get_text() == "2"  # type: ignore[union-attr]


def test_a_single_page_needs_no_numbers() -> None:
    request = RequestFactory().get("/releases/")

    assert not shown("{% pagination page %}", request, page=Paginator(range(3), 10).get_page(1)).select("nav")


def test_breadcrumbs_lead_back_to_the_last_place_on_a_phone() -> None:
    page = shown('{% breadcrumbs "Board" "/" "Releases" "/releases/" %}')

    assert [link["href"] for link in page.select("ol a")] == ["/", "/releases/"]
    assert page.select_one(".nhsuk-back-link")["href"] == "/releases/"  # type: ignore[index]


def test_what_people_typed_is_escaped_everywhere() -> None:
    page = shown(
        """{% tag words %}{% button words %}{% action_link words "/" %}{% breadcrumbs words "/" %}
           {% card heading=words %}{{ words }}{% endcard %}{% details words %}{{ words }}{% enddetails %}
           {% warning_callout words %}{{ words }}{% endwarning_callout %}{% panel words %}{{ words }}{% endpanel %}
           {% table words %}{% column words %}{% tr %}{% td %}{{ words }}{% endtd %}{% endtr %}{% endtable %}
           {% notification_banner heading=words %}{{ words }}{% endnotification_banner %}
           {% search_input words words %}""",
        words='<script>alert("x")</script>',
    )

    assert not page.find("script")
    assert page.get_text().count("<script>") >= 15
