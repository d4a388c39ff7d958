"""What was not delivered, mended by administrators, and the mail a sample portal caught."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.core.mailbox import keep
from continuity.core.models import Line
from continuity.notifications.models import Channel, Delivery
from continuity.notifications.tasks import deliver_due
from tests.notifications.conftest import Desk, say, wants

pytestmark = pytest.mark.django_db
OTHERS = ["clinician", "manager", "lead", "commander", "stranger"]


@pytest.fixture
def failed(manager: User) -> Delivery:
    return undelivered(manager, "failed", "The mail server said: 550 No such user")


@pytest.fixture
def unknown(lead: User) -> Delivery:
    return undelivered(lead, "unknown", "The portal stopped while it was being sent.")


def undelivered(person: User, state: str, fault: str) -> Delivery:
    wants(person, Channel.EMAIL)
    say(key=f"to {person.pk}", about=person)
    Delivery.objects.filter(person=person).update(state=state, fault=fault, attempts=3)
    return Delivery.objects.get(state=state)


def test_the_list_says_who_was_not_reached_and_why(
    as_: Any, administrator: User, failed: Delivery, unknown: Delivery
) -> None:
    page = as_(administrator).get("/inbox/undelivered/")

    assert "manager@ashcombe.example" in page.text
    assert "The mail server said: 550 No such user" in page.text
    assert "May have arrived</strong>" in page.text
    assert page.text.count("It arrived") == 1


def test_the_list_is_searched_and_costs_the_same_however_long(
    as_: Any, administrator: User, failed: Delivery, unknown: Delivery, django_assert_num_queries: Any
) -> None:
    client = as_(administrator)

    # session, user, permissions, how many, deliveries, unread, banner (2)
    with django_assert_num_queries(8):
        page = client.get("/inbox/undelivered/?q=lead")

    assert "550 No such user" not in page.text


def test_sending_again_goes_to_the_address_there_is_now(
    as_: Any, administrator: User, failed: Delivery, desk: Desk
) -> None:
    User.objects.filter(deliveries=failed).update(email="new@ashcombe.example")

    answer = as_(administrator).post(f"/inbox/undelivered/{failed.pk}/resend/")
    deliver_due()

    failed.refresh_from_db()
    assert answer.status_code == 302
    assert (failed.state, failed.attempts, failed.fault) == ("sent", 1, "")
    assert [letter["To"] for letter in desk.letters] == ["new@ashcombe.example"]
    assert Line.objects.get(verb="delivery.resent").actor_id == str(administrator.pk)


def test_of_two_who_send_again_the_second_is_told(as_: Any, administrator: User, failed: Delivery) -> None:
    client = as_(administrator)
    client.post(f"/inbox/undelivered/{failed.pk}/resend/")

    again = client.post(f"/inbox/undelivered/{failed.pk}/resend/")

    assert again.status_code == 409
    assert Line.objects.filter(verb="delivery.resent").count() == 1


def test_all_that_failed_are_sent_again_and_what_is_unknown_is_not(
    as_: Any, administrator: User, failed: Delivery, unknown: Delivery
) -> None:
    as_(administrator).post("/inbox/undelivered/resend/")

    failed.refresh_from_db()
    unknown.refresh_from_db()
    assert (failed.state, unknown.state) == ("queued", "unknown")


def test_what_did_arrive_is_taken_off_the_list(as_: Any, administrator: User, unknown: Delivery) -> None:
    as_(administrator).post(f"/inbox/undelivered/{unknown.pk}/confirm/")

    unknown.refresh_from_db()
    assert unknown.state == "sent"
    assert Line.objects.filter(verb="delivery.confirmed").count() == 1


def test_what_certainly_failed_cannot_be_called_arrived(
    as_: Any, administrator: User, failed: Delivery
) -> None:
    assert as_(administrator).post(f"/inbox/undelivered/{failed.pk}/confirm/").status_code == 409


@pytest.mark.parametrize("who", OTHERS)
def test_only_administrators_see_and_mend(who: str, request: Any, as_: Any, unknown: Delivery) -> None:
    client = as_(request.getfixturevalue(who))

    assert client.get("/inbox/undelivered/").status_code == 403
    for address in ("resend/", f"{unknown.pk}/resend/", f"{unknown.pk}/confirm/"):
        assert client.post(f"/inbox/undelivered/{address}").status_code == 403
    assert "/inbox/undelivered/" not in client.get("/inbox/").text


class TestCaughtMail:
    """The letters of a sample portal, as words."""

    @pytest.fixture
    def folder(self, settings: Any, tmp_path: Path) -> Path:
        settings.SAMPLE_MODE, settings.MAIL_DIR = True, tmp_path
        return tmp_path

    def caught(self, folder: Path, *lines: str) -> str:
        content = "\r\n".join(lines).encode("latin-1")
        return keep(content, to=["ward7@ashcombe.example"], folder=folder, count=0).name

    def test_letters_are_listed_newest_first_and_opened(
        self, as_: Any, administrator: User, folder: Path
    ) -> None:
        self.caught(folder, "Subject: First", "To: a@ashcombe.example", "", "Hello")
        name = self.caught(folder, "Subject: Second", "To: a@ashcombe.example", "", "e-RS is back")
        client = as_(administrator)

        listed, opened = client.get("/mail/"), client.get(f"/mail/{name}/")

        assert listed.text.index("Second") < listed.text.index("First")
        assert "ward7@ashcombe.example" in listed.text
        assert "e-RS is back" in opened.text

    def test_letters_are_searched(self, as_: Any, administrator: User, folder: Path) -> None:
        self.caught(folder, "Subject: First", "", "Hello")
        self.caught(folder, "Subject: Second", "", "e-RS is back")

        page = as_(administrator).get("/mail/?q=E-RS")

        assert "Second" in page.text
        assert "First" not in page.text

    @pytest.mark.parametrize(
        "lines",
        [
            ("Content-Type: text/html", "", "<script>alert(1)</script>"),
            ("Subject: <script>alert(1)</script>", "", "<script>alert(1)</script>"),
            ("Content-Type: text/plain; charset=no-such", "", "<script>alert(1)</script>"),
            ("Content-Type: multipart/mixed; boundary=x", "", "no parts at all"),
            ("To: =?utf-8?b?////?=, @, <<>>", "Date: yesterday", "", "broken \xff\xfe headers"),
            ("Content-Transfer-Encoding: base64", "", "!!!! not base64 !!!!"),
            ("",),
        ],
    )
    def test_nothing_of_a_letter_is_rendered_and_none_breaks_the_page(
        self, lines: tuple[str, ...], as_: Any, administrator: User, folder: Path
    ) -> None:
        name = self.caught(folder, *lines)
        client = as_(administrator)

        listed, opened = client.get("/mail/"), client.get(f"/mail/{name}/")

        assert (listed.status_code, opened.status_code) == (200, 200)
        assert "<script>alert" not in listed.text + opened.text

    def test_a_name_that_is_no_letter_opens_nothing(
        self, as_: Any, administrator: User, folder: Path
    ) -> None:
        (folder / "secret.eml").write_text("Subject: no\n\n")
        client = as_(administrator)

        assert client.get("/mail/secret.eml/").status_code == 404
        assert client.get("/mail/..%2Fportal.env/").status_code == 404

    def test_a_real_portal_has_no_such_pages(self, as_: Any, administrator: User, settings: Any) -> None:
        settings.SAMPLE_MODE = False

        assert as_(administrator).get("/mail/").status_code == 404
        assert as_(administrator).get("/mail/1234567890123456789-0.eml/").status_code == 404

    @pytest.mark.parametrize("who", OTHERS)
    def test_only_administrators_read_it(self, who: str, request: Any, as_: Any, folder: Path) -> None:
        assert as_(request.getfixturevalue(who)).get("/mail/").status_code == 403

    def test_nobody_reads_it_without_logging_in(self, client: Client, trusted: None, folder: Path) -> None:
        assert client.get("/mail/").status_code == 302
