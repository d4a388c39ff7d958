"""The caught mail: kept whole, bounded, and never read from outside its folder."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings

from continuity.core import mailbox
from continuity.core.letters import letter, letters
from continuity.core.mailbox import keep
from continuity.core.processes import end, wait_until
from continuity.core.roster import Roster


def a_letter(subject: str = "Planned work on NHS e-Referral Service") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "portal@trust.example", "ward@trust.example"
    message.set_content("The service is not available from 4pm.")
    return message


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[int]:
    """A mail catcher over a data folder of its own, by its port."""
    listener = mailbox.loopback_listener()
    child = Roster(root=settings.BASE_DIR, data=tmp_path).mail_catcher(listener.fileno())
    child.start()
    yield listener.getsockname()[1]
    listener.close()
    assert child.process is not None
    assert end(child.process, within=10)


@pytest.mark.processes
@pytest.mark.enable_socket
def test_a_letter_sent_to_the_catcher_is_kept_with_the_address_it_went_to(
    catcher: int, tmp_path: Path
) -> None:
    with smtplib.SMTP("127.0.0.1", catcher, timeout=30) as smtp:
        smtp.send_message(a_letter(), to_addrs=["ward-7@trust.example"])

    wait_until(lambda: bool(letters(tmp_path / "mail")), within=5)
    kept = letter(tmp_path / "mail", letters(tmp_path / "mail")[0].name)
    assert kept is not None
    assert kept["Subject"] == "Planned work on NHS e-Referral Service"
    assert kept["X-Envelope-To"] == "ward-7@trust.example"


def test_the_newest_letter_comes_first(tmp_path: Path) -> None:
    for number in range(3):
        keep(a_letter(f"Number {number}").as_bytes(), to=["a@trust.example"], folder=tmp_path, count=number)

    subjects = [kept["Subject"] for file in letters(tmp_path) if (kept := letter(tmp_path, file.name))]

    assert subjects == ["Number 2", "Number 1", "Number 0"]


def test_the_oldest_letters_give_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "KEPT", 2)

    for number in range(5):
        keep(a_letter(f"Number {number}").as_bytes(), to=["a@trust.example"], folder=tmp_path, count=number)

    assert len(letters(tmp_path)) == 2


@pytest.mark.parametrize("name", ["../portal.env", "portal.env", "1.eml", "/etc/hostname", ""])
def test_only_names_of_letters_are_opened(name: str, tmp_path: Path) -> None:
    (tmp_path / "portal.env").write_text("SECRET_KEY=secret")

    assert letter(tmp_path, name) is None


def test_a_folder_that_is_not_there_holds_no_letters(tmp_path: Path) -> None:
    assert letters(tmp_path / "mail") == []


def test_an_address_cannot_add_a_header(tmp_path: Path) -> None:
    file = keep(b"Subject: a\r\n\r\nb", to=["a@trust.example\r\nBcc: all"], folder=tmp_path, count=0)

    kept = letter(tmp_path, file.name)

    assert kept is not None
    assert kept["Bcc"] is None
