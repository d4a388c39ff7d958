"""Moments and windows in a form: read as people write them, doubtful ones asked, what was typed kept."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from continuity.core.clock import is_repeated_hour, local
from continuity.core.fields import LocalMomentField, MomentWidget, read_moment, window_of

FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
LATE = datetime(2024, 11, 2, 0, 36, tzinfo=UTC)


class OutageForm(forms.Form):
    """An outage that must be known, and a work window that may be left out."""

    starts_at = LocalMomentField(label="Outage starts")
    ends_at = LocalMomentField(label="Outage ends")
    work_from = LocalMomentField(label="Work starts", required=False)
    work_to = LocalMomentField(label="Work ends", required=False)

    outage: Range[datetime] | None = None
    work: Range[datetime] | None = None

    def clean(self) -> None:
        self.outage = window_of(self, "starts_at", "ends_at")
        self.work = window_of(self, "work_from", "work_to")


def posted(**fields: str) -> OutageForm:
    """A form with e-RS Release 14.7's outage, changed field by field: `starts_at="1 May 2024, 4pm, BST"`."""
    whole = {"starts_at": "1 November 2024, 4pm", "ends_at": "2 November 2024, 12:36am"} | fields
    data: dict[str, str] = {}
    for name, written in whole.items():
        parts = [part.strip() for part in written.split(",")]
        data |= {f"{name}_{part}": text for part, text in zip(("date", "time", "zone"), parts, strict=False)}
    return OutageForm(data)


def drawn(form: forms.Form, name: str) -> BeautifulSoup:
    return BeautifulSoup(str(form[name]), "html.parser")


def the(soup: BeautifulSoup, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector} in {soup}"
    return found[0]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1 November 2024, 4pm", "2 November 2024, 12:36am"),
        ("1/11/2024, 16:00", "2/11/2024, 00:36"),
        ("2024-11-01, 1600", "2024-11-02, 12.36 am"),
        ("Friday 1 Nov 2024, 4pm GMT", "Sat 2 Nov 2024, 12:36am"),
    ],
)
def test_a_moment_is_read_the_way_people_write_it(start: str, end: str) -> None:
    form = posted(starts_at=start, ends_at=end)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == FOUR_PM
    assert form.outage == Range(FOUR_PM, LATE, "[)")
    assert form.work is None


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        (", ", ["Outage starts: enter the date and time"]),
        (", 4pm", ["Outage starts: enter the date"]),
        ("1 November 2024, ", ["Outage starts: enter the time"]),
        ("1/11/24, 4", [
            "Outage starts: write the year with 4 digits, like 1 November 2024",
            "Outage starts: write the time like 4pm, 4:30pm or 16:00",
        ]),
        ("1 November 2024, 12pm", ["Outage starts: to be clear, write midnight or midday instead of 12pm"]),
        ("30 March 2025, 1:30am", [
            "Outage starts: 1:30am on Sunday 30 March 2025 does not happen because the clocks go from 1am to 2am"
        ]),
        ("27 October 2024, 1:30am", ["Outage starts: 1:30am on Sunday 27 October 2024 happens twice. BST or GMT?"]),
        ("1 November 2024, 4pm BST", ["Outage starts: 4pm on Friday 1 November 2024 is GMT, not BST"]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_a_sentence_that_names_the_field(
    written: str, sentences: list[str]
) -> None:
    form = posted(starts_at=written)

    assert not form.is_valid()
    assert form.errors["starts_at"] == sentences
    assert form.outage is None


def test_a_field_without_a_label_says_the_sentence_alone() -> None:
    with pytest.raises(forms.ValidationError) as refused:
        LocalMomentField().clean(["1 November 2024", "", ""])

    assert refused.value.messages == ["Enter the time"]


def test_an_optional_moment_may_be_left_out_but_not_half_written() -> None:
    form = posted(work_from=",", work_to=", 4pm")

    assert form.errors == {"work_to": ["Work ends: enter the date"]}
    assert form.cleaned_data["work_from"] is None


def test_a_window_with_one_end_asks_for_the_other() -> None:
    form = posted(work_from="1 November 2024, 4pm")

    assert form.errors == {"work_to": ["Work ends: enter the date and time"]}


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("1 November 2024, 3pm", "Outage ends: the end must be later than the start"),
        ("1 November 2024, 4pm", "Outage ends: the end must be later than the start, not the same time"),
        (
            "1 November 2024, midnight",
            "Outage ends: for the end of Friday 1 November 2024, write midnight on Saturday 2 November 2024",
        ),
    ],
)
def test_a_window_reversed_or_empty_is_an_error_at_its_end(end: str, sentence: str) -> None:
    form = posted(ends_at=end)

    assert form.errors == {"ends_at": [sentence]}
    assert [the(drawn(form, "ends_at"), f"#id_ends_at_{place}")["aria-invalid"] for place in (0, 1)] == [
        "true"
    ] * 2


@pytest.mark.parametrize(("zone", "hour"), [("BST", 0), ("GMT", 1)])
def test_the_answer_to_bst_or_gmt_is_taken(zone: str, hour: int) -> None:
    form = posted(starts_at=f"27 October 2024, 1:30am, {zone}")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == datetime(2024, 10, 27, hour, 30, tzinfo=UTC)


def test_an_answer_that_was_not_offered_is_asked_again() -> None:
    form = posted(starts_at="27 October 2024, 1:30am, CET")

    assert "BST or GMT?" in form.errors["starts_at"][0]


def test_an_answer_left_over_from_another_day_does_no_harm() -> None:
    form = posted(starts_at="1 November 2024, 4pm, BST")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == FOUR_PM


def test_an_empty_form_draws_two_labelled_inputs_with_hints_and_asks_no_zone() -> None:
    soup = drawn(OutageForm(), "starts_at")

    assert [label.text for label in soup.select("label")] == ["Date", "Time"]
    for place, (name, hint) in enumerate(
        [("date", "For example, 1 November 2024"), ("time", "For example, 4pm or 12:36am")]
    ):
        box = the(soup, f"#id_starts_at_{place}")
        assert (box["name"], box["type"]) == (f"starts_at_{name}", "text")
        assert the(soup, f"label[for=id_starts_at_{place}]")
        assert the(soup, f"#{box['aria-describedby']}").text == hint
        assert "aria-invalid" not in box.attrs
    assert not soup.select("input[type=radio], .nhsuk-input--error")


def test_an_error_marks_the_part_that_is_wrong_and_keeps_what_was_typed() -> None:
    form = posted(starts_at="1 November 2024, 12pm <b>")
    soup = drawn(form, "starts_at")

    date, time = the(soup, "#id_starts_at_0"), the(soup, "#id_starts_at_1")

    assert (date["value"], time["value"]) == ("1 November 2024", "12pm <b>")
    assert "nhsuk-input--error" not in date["class"]
    assert "nhsuk-input--error" in time["class"]
    assert time["aria-invalid"] == "true"
    assert form["starts_at"].error_id == "id_starts_at_1"  # type: ignore[attr-defined]


def test_a_time_that_happens_twice_is_asked_with_radios() -> None:
    form = posted(starts_at="27 October 2024, 1:30am")
    soup = drawn(form, "starts_at")

    radios = soup.select("input[type=radio][name=starts_at_zone]")

    assert [radio["value"] for radio in radios] == ["BST", "GMT"]
    assert [the(soup, f"label[for={radio['id']}]").text for radio in radios] == [
        "BST, before the clocks go back",
        "GMT, after the clocks go back",
    ]
    assert the(soup, "legend").text == "BST or GMT?"
    assert form["starts_at"].error_id == radios[0]["id"]  # type: ignore[attr-defined]


def test_a_moment_of_the_repeated_hour_is_shown_with_its_zone_chosen() -> None:
    first = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    soup = drawn(OutageForm(initial={"starts_at": first}), "starts_at")

    assert the(soup, "#id_starts_at_0")["value"] == "27 October 2024"
    assert the(soup, "#id_starts_at_1")["value"] == "1:30am"
    assert the(soup, "input[checked]")["value"] == "BST"


def test_the_same_minute_written_another_way_is_no_change() -> None:
    initial = {"starts_at": FOUR_PM + timedelta(seconds=20), "ends_at": LATE}
    data = {
        "starts_at_date": "1/11/2024",
        "starts_at_time": "16:00",
        "ends_at_date": "2/11/2024",
        "ends_at_time": "1am",
    }

    assert OutageForm(data, initial=initial).changed_data == ["ends_at"]
    assert OutageForm({}, initial=initial).changed_data == ["starts_at", "ends_at"]
    assert OutageForm({}).changed_data == []


def test_a_field_that_may_not_be_changed_keeps_its_moment() -> None:
    form = posted(starts_at="5 May 2024, 1pm")
    form.fields["starts_at"].disabled = True
    form.initial["starts_at"] = FOUR_PM

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == FOUR_PM


def test_each_moment_has_its_own_names_in_a_form_with_a_prefix() -> None:
    data = {"outage-0-at_date": "1 November 2024", "outage-0-at_time": "4pm"}
    form_class = type("One", (forms.Form,), {"at": LocalMomentField()})

    form = form_class(data, prefix="outage-0")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == FOUR_PM


def test_the_page_frames_a_moment_with_its_legend_and_links_the_error_to_its_input() -> None:
    form = posted(starts_at="27 October 2024, 1:30am", ends_at="2 November 2024, 12am")
    helper = FormHelper()
    helper.form_tag = False

    soup = BeautifulSoup(render_crispy_form(form, helper), "html.parser")

    links = [str(link["href"]) for link in soup.select(".nhsuk-error-summary a")]
    assert links == ["#id_starts_at_2_0", "#id_ends_at_1"]
    assert all(soup.select(link) for link in links)
    assert "Outage starts" in [legend.text.strip() for legend in soup.select("legend")]
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))


@given(
    st.one_of(
        st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
        st.integers(-2000, 2000).map(lambda m: datetime(2024, 10, 27, tzinfo=UTC) + timedelta(minutes=m)),
        st.integers(-2000, 2000).map(lambda m: datetime(2025, 3, 30, tzinfo=UTC) + timedelta(minutes=m)),
    )
)
def test_what_a_form_shows_is_read_back_as_the_same_minute(at: datetime) -> None:
    shown = MomentWidget().decompress(at)

    assert read_moment(*shown).at == at.replace(second=0, microsecond=0)
    assert bool(shown[2]) == is_repeated_hour(at)
    assert local(at).strftime("%Y") in shown[0]


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=5))
def test_whatever_is_typed_becomes_a_moment_or_names_a_wrong_part(day: str, wall: str, zone: str) -> None:
    reading = read_moment(day, wall, zone)

    assert (reading.at is None) == bool(reading.faults)
