"""Every kind of field becomes the design system's component, with its label, hint, error and what was typed."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Column, Fieldset, Layout, Row, Submit
from django import forms
from django.template import engines

from continuity.core.fields import LocalMomentField
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Fold, Opens, Press
from tests.clusters import ROOT

# crispy asks for the address of a form that has none; no address of the portal matters here.
urlpatterns: list[Any] = []
pytestmark = pytest.mark.urls(__name__)

# Where a component that has a script says so.
MODULE = re.compile(r"""(?:data[-_]module"?[=:]|Choices\(p,)\s*["']nhsuk-([a-z-]+)""")
SERVICES = [
    ("National services", [("ers", "NHS e-Referral Service")]),
    ("Local systems", [("epr", "Patient record")]),
]
EFFECTS = [("down", "Down"), ("other", "Something else")]


class ReleaseForm(PlainWords, forms.Form):
    title = forms.CharField(max_length=20, help_text="As the supplier calls it")
    services = forms.MultipleChoiceField(choices=SERVICES, widget=forms.CheckboxSelectMultiple)
    starts = LocalMomentField(label="Outage starts")
    effect = forms.ChoiceField(choices=EFFECTS, widget=forms.RadioSelect)
    other = forms.CharField(required=False, label="What else")
    tier = forms.ChoiceField(choices=[("", "Choose"), ("1", "Tier 1")])
    contact = forms.EmailField(required=False)
    people = forms.IntegerField(required=False)
    before = forms.CharField(required=False, widget=forms.Textarea, max_length=500)
    after = forms.CharField(required=False, widget=forms.Textarea)
    ready = forms.BooleanField(label="The supplier has confirmed this")
    evidence = forms.FileField(required=False)
    password = forms.CharField(required=False, widget=forms.PasswordInput)
    key = forms.CharField(widget=forms.HiddenInput, initial="k")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(
            "title",
            "services",
            Fieldset("Outage", "starts"),
            Opens("effect", other=["other"]),
            Row(Column("tier"), Column("contact")),
            Fold("Notes for staff", "people", "before", "after"),
            "ready",
            "evidence",
            "password",
            "key",
            ButtonHolder(Press("Publish", name="then", value="publish"), Submit("then", "Save draft")),
        )
        return helper


def page_of(
    form: forms.BaseForm, markup: str = "{% load crispy_forms_tags %}{% crispy form %}"
) -> BeautifulSoup:
    html = engines["django"].from_string(markup).render({"form": form, "csrf_token": "token"})
    return BeautifulSoup(html, "html.parser")


def by_id(page: BeautifulSoup, name: str) -> Tag:
    found = page.find(id=name)
    assert isinstance(found, Tag), f"nothing has the id {name}"
    return found


def group_of(page: BeautifulSoup, name: str) -> Tag:
    group = by_id(page, name).find_parent(class_="nhsuk-form-group")
    assert isinstance(group, Tag)
    return group


def filled(**other: Any) -> dict[str, Any]:
    written = {
        "title": "e-RS 14.7",
        "services": ["ers"],
        "starts_date": "1 November 2024",
        "starts_time": "4pm",
    }
    return {**written, "effect": "down", "tier": "1", "ready": "on", "key": "k", **other}


def test_the_form_leaves_checking_to_the_server_and_carries_its_token() -> None:
    page = page_of(ReleaseForm())

    form = page.find("form")

    assert isinstance(form, Tag)
    assert form.has_attr("novalidate")
    assert form["enctype"] == "multipart/form-data"
    assert page.find("input", attrs={"name": "csrfmiddlewaretoken", "value": "token"})
    assert not page.select("[maxlength]")
    assert not page.select("[required]")


def test_a_sign_that_no_text_holds_is_refused_in_plain_words() -> None:
    form = ReleaseForm(filled(other="a\x00b"))

    assert form.errors["other"] == [
        "What else: this holds a sign that cannot be kept. Type it again instead of pasting it"
    ]


def test_a_text_input_has_label_hint_and_what_was_typed() -> None:
    page = page_of(ReleaseForm(initial={"title": 'A "quoted" <title>'}))

    field = by_id(page, "id_title")

    assert field["value"] == 'A "quoted" <title>'
    assert field["aria-describedby"] == "id_title-hint"
    assert by_id(page, "id_title-hint").get_text() == "As the supplier calls it"
    assert page.find("label", attrs={"for": "id_title"}).get_text() == "Title"  # type: ignore[union-attr]


def test_an_answer_that_is_not_needed_says_so_unless_the_whole_form_is_optional() -> None:
    class Filters(forms.Form):
        marks_optional = False
        state = forms.CharField(required=False)

    labels = [label.get_text() for label in page_of(ReleaseForm()).find_all("label")]

    assert "Contact (optional)" in labels
    assert "Title" in labels
    assert [label.get_text() for label in page_of(Filters()).find_all("label")] == ["State"]


def test_errors_are_told_once_at_the_top_and_at_each_field_in_the_same_words() -> None:
    form = ReleaseForm(filled(title="", services=[], people="many"))

    page = page_of(form, "{% load crispy_forms_tags %}{% error_summary form %}{% crispy form %}")

    assert len(page.find_all(class_="nhsuk-error-summary")) == 1
    links = {str(link["href"]): link.get_text() for link in page.select(".nhsuk-error-summary a")}
    assert links == {
        "#id_title": "Enter the title",
        "#id_services": "Choose the services",
        "#id_people": "Enter a whole number, for example 12",
    }
    for target, words in links.items():
        by_id(page, target[1:])
        assert words in by_id(page, f"{target[1:]}-error").get_text()
    assert by_id(page, "id_people")["value"] == "many"
    assert by_id(page, "id_title")["aria-describedby"] == "id_title-hint id_title-error"


def test_crispy_tells_the_errors_that_the_page_has_not_told() -> None:
    page = page_of(ReleaseForm(filled(title="")))

    assert len(page.find_all(class_="nhsuk-error-summary")) == 1


def test_an_error_of_the_whole_form_leads_to_its_first_input() -> None:
    form = ReleaseForm(filled())
    form.add_error(None, "The outage is outside the work window")

    page = page_of(form)

    link = page.select_one(".nhsuk-error-summary a")
    assert link is not None
    assert (link["href"], link.get_text()) == ("#id_title", "The outage is outside the work window")


def test_a_pages_title_begins_with_error_while_there_is_one() -> None:
    template = engines["django"].from_string("{% error_prefix form %}New release")

    assert template.render({"form": ReleaseForm(filled(title=""))}) == "Error: New release"
    assert template.render({"form": ReleaseForm(filled())}) == "New release"
    assert template.render({"form": ReleaseForm()}) == "New release"


def test_a_moment_is_a_group_of_inputs_and_its_error_leads_to_the_wrong_part() -> None:
    page = page_of(ReleaseForm(filled(starts_time="25pm")))

    link = page.select_one(".nhsuk-error-summary a")

    assert link is not None
    assert link["href"] == "#id_starts_1"
    assert by_id(page, "id_starts_1")["value"] == "25pm"
    assert "nhsuk-input--error" in by_id(page, "id_starts_1")["class"]
    assert "nhsuk-input--error" not in by_id(page, "id_starts_0")["class"]
    frame = by_id(page, "id_starts_0").find_parent("fieldset")
    assert isinstance(frame, Tag)
    assert frame["aria-describedby"] == "id_starts-error"


def test_grouped_choices_are_checkboxes_in_fieldsets_and_keep_what_was_ticked() -> None:
    page = page_of(ReleaseForm(filled(services=["epr"])))

    boxes = page.find_all("input", attrs={"name": "services", "type": "checkbox"})

    assert [box["value"] for box in boxes if box.has_attr("checked")] == ["epr"]
    assert boxes[0]["id"] == "id_services"
    assert len({box["id"] for box in boxes}) == len(boxes)
    legends = [legend.get_text() for legend in page.find_all("legend")]
    assert legends[:3] == ["Services", "National services", "Local systems"]


def test_many_choices_stand_close_together() -> None:
    class Many(forms.Form):
        area = forms.MultipleChoiceField(
            choices=[(str(n), f"Ward {n}") for n in range(12)], widget=forms.CheckboxSelectMultiple
        )

    names = page_of(Many()).select_one(".nhsuk-checkboxes")

    assert names is not None
    assert {"nhsuk-checkboxes--small", "app-choices"} <= set(names["class"])


def test_a_choice_opens_its_question_below_itself() -> None:
    page = page_of(ReleaseForm())

    fold = by_id(page, "conditional-id_effect-2")

    assert fold.find(id="id_other")
    assert by_id(page, "id_effect-2")["data-aria-controls"] == "conditional-id_effect-2"
    assert len(page.find_all(id="id_other")) == 1


def test_a_fold_is_closed_until_it_holds_an_answer_or_an_error() -> None:
    def is_open(form: forms.Form) -> bool:
        fold = page_of(form).find("details")
        assert isinstance(fold, Tag)
        return fold.has_attr("open")

    assert not is_open(ReleaseForm())
    assert not is_open(ReleaseForm(filled()))
    assert is_open(ReleaseForm(initial={"before": "Print the lists"}))
    assert is_open(ReleaseForm(filled(people="many")))


def test_areas_count_where_there_is_a_limit() -> None:
    page = page_of(ReleaseForm())

    assert group_of(page, "id_before")["data-maxlength"] == "500"
    assert by_id(page, "id_before-info").get_text() == "You can enter up to 500 characters"
    assert not group_of(page, "id_after").has_attr("data-maxlength")
    assert by_id(page, "id_after")["rows"] == "5"


def test_an_area_gives_back_every_line_that_was_typed() -> None:
    page = page_of(ReleaseForm(initial={"after": "\nFirst line\n</textarea><script>"}))

    area = by_id(page, "id_after")

    assert area.get_text().lstrip("\n") == "First line\n</textarea><script>"
    assert not page.find("script")


def test_single_inputs_become_their_component() -> None:
    page = page_of(ReleaseForm())

    assert by_id(page, "id_people")["inputmode"] == "numeric"
    assert by_id(page, "id_people")["type"] == "text"
    assert by_id(page, "id_contact")["type"] == "email"
    assert by_id(page, "id_tier").name == "select"
    assert group_of(page, "id_evidence")["data-module"] == "nhsuk-file-upload"
    assert group_of(page, "id_password")["data-module"] == "nhsuk-password-input"
    assert by_id(page, "id_key")["type"] == "hidden"


def test_a_password_is_never_given_back() -> None:
    page = page_of(ReleaseForm(filled(password="secret")))

    assert not by_id(page, "id_password").has_attr("value")


def test_one_box_to_tick_has_its_sentence_as_label_and_its_error() -> None:
    page = page_of(ReleaseForm(filled(ready="")))

    assert not by_id(page, "id_ready").has_attr("checked")
    words = "Tick the box to confirm: the supplier has confirmed this"
    assert words in by_id(page, "id_ready-error").get_text()


def test_buttons_send_their_name_and_value_once() -> None:
    page = page_of(ReleaseForm())

    buttons = page.select("button[type=submit]")

    assert [(b["name"], b["value"], b.get_text()) for b in buttons] == [
        ("then", "publish", "Publish"),
        ("then", "Save draft", "Save draft"),
    ]
    assert {b["data-prevent-double-click"] for b in buttons} == {"true"}


def test_one_field_can_stand_outside_a_layout() -> None:
    page = page_of(ReleaseForm(), "{% field form.title width=20 %}")

    assert "nhsuk-input--width-20" in by_id(page, "id_title")["class"]


def test_no_id_appears_twice() -> None:
    ids = [tag["id"] for tag in page_of(ReleaseForm(filled(title="", starts_time=""))).find_all(id=True)]

    assert len(ids) == len(set(ids))


def test_errors_are_in_plain_words_and_an_authors_own_words_stay() -> None:
    class Own(PlainWords, forms.Form):
        title = forms.CharField(max_length=5, error_messages={"required": "Say what the work is called"})
        number = forms.IntegerField(min_value=2, label="NHS sites")
        email = forms.EmailField()
        size = forms.DecimalField(error_messages={"invalid": "Write the size in metres"})
        kind = forms.ChoiceField(choices=EFFECTS, label="Which service?")

    empty = Own({})
    wrong = Own({"title": "too long", "number": "1", "email": "nobody", "size": "x", "kind": "none"})

    assert {name: errors[0] for name, errors in empty.errors.items()} == {
        "title": "Say what the work is called",
        "number": "Enter the NHS sites",
        "email": "Enter the email",
        "size": "Enter the size",
        "kind": "Answer the question: which service?",
    }
    assert {name: errors[0] for name, errors in wrong.errors.items()} == {
        "title": "Title must be 5 characters or fewer",
        "number": "NHS sites must be 2 or more",
        "email": "Enter an email address in the correct format, for example name@example.nhs.uk",
        "size": "Write the size in metres",
        "kind": "Choose an answer from the list",
    }


def test_an_error_of_a_hidden_field_is_told_without_a_link() -> None:
    page = page_of(ReleaseForm(filled(key="")))

    assert page.select_one(".nhsuk-error-summary li a") is None
    assert "Enter the key" in page.select(".nhsuk-error-summary li")[0].get_text()


def test_each_component_that_has_a_script_is_started() -> None:
    rooms = [*(ROOT / "continuity").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    named = {name for file in rooms for name in MODULE.findall(file.read_text())}
    script = (ROOT / "static" / "js" / "portal.js").read_text()

    classes = {"".join(map(str.capitalize, name.split("-"))) for name in named}

    assert {"Button", "CharacterCount", "Radios"} <= classes
    assert [name for name in sorted(classes) if f" {name}," not in script.split("COMPONENTS")[1]] == []
