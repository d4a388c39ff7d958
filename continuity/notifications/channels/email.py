"""Email, by SMTP (RFC 5321): the connection that is kept for a batch, and what its answers mean."""

import contextlib
import smtplib
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from django.core.mail.backends.smtp import EmailBackend

from continuity.core.clock import now
from continuity.notifications.channels import SENT, Fate, Outcome, Unsendable
from continuity.notifications.channels.desk import SENDER, Desk, Written
from continuity.notifications.models import Delivery

FINAL = 500  # replies from here on say that trying again is of no use (RFC 5321, 4.2.1)
CLOSING = 421  # the server says that it closes the connection
UNREACHABLE = "The mail server cannot be reached."
BROKE_OFF = "The mail server broke off before it took the letter."
UNANSWERED = "The mail server stopped answering while it was taking the letter."
UNSENDABLE = "The address or the text cannot be sent by email."


class Unanswered(Exception):
    """The connection broke after DATA: the server may have taken the letter, or not."""


class Line(smtplib.SMTP):
    """An SMTP connection that tells breaking off after DATA from breaking off before it.

    Its addresses are bare ones in ASCII: looking for names and comments in them took as long as sending them.
    """

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("MAIL", " ".join([f"FROM:<{sender}>", *options]))

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("RCPT", " ".join([f"TO:<{recip}>", *options]))

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except OSError as error:  # every other error of smtplib is one, too
            raise Unanswered from error


class Backend(EmailBackend):
    """Django's SMTP backend over a `Line`."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return Line


class Postman:
    """Takes letters to the mail server over one connection, opened for the first and kept for the batch."""

    def __init__(self) -> None:
        self.backend = Backend()
        self.desk = Desk()
        self.is_down = False

    def compose(self, delivery: Delivery) -> Written:
        """The letter as it goes over the line (RFC 5322)."""
        try:
            return self.desk.written(delivery, now())
        except (ValueError, UnicodeError) as error:
            raise Unsendable(UNSENDABLE) from error

    def send(self, delivery: Delivery, composed: Written) -> Outcome:
        """Hand one letter over. Once the server cannot be reached, nothing more is tried."""
        if not self.is_down:
            self._connect()
        if self.is_down or self.backend.connection is None:
            return Outcome(Fate.AGAIN, UNREACHABLE)
        try:
            self.backend.connection.sendmail(SENDER, [composed.address], composed.content)
        except (OSError, ValueError, Unanswered) as error:
            return self._after(error)
        return SENT

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def _connect(self) -> None:
        """Open the line if there is none. What the server answers before a letter is not about the letter."""
        try:
            if self.backend.open() and self.backend.connection:
                self.backend.connection.ehlo_or_helo_if_needed()
        except OSError:  # refused, unknown, timed out, TLS or log-in did not work
            self.is_down = True
            self._hang_up()

    def _after(self, error: Exception) -> Outcome:
        outcome, code = outcome_of(error), code_of(error)
        if code in {None, CLOSING}:
            self._hang_up()
        return outcome

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self.backend.close()
        self.backend.connection = None


def outcome_of(error: Exception) -> Outcome:
    """What an error of handing a letter over means for it.

    What the server answers to this letter counts: 5yz is final, 4yz is not (RFC 5321, 4.2.1).
    """
    if isinstance(error, Unanswered):
        return Outcome(Fate.UNKNOWN, UNANSWERED)
    if code := code_of(error):
        said = f"The mail server said: {code} {_words_of(error)}"
        return Outcome(Fate.NEVER if code >= FINAL else Fate.AGAIN, said)
    if isinstance(error, ValueError | smtplib.SMTPNotSupportedError):
        return Outcome(Fate.NEVER, UNSENDABLE)
    return Outcome(Fate.AGAIN, BROKE_OFF)


def code_of(error: Exception) -> int | None:
    """The server's reply code to this letter, None where it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _words_of(error: Exception) -> str:
    words: Any = getattr(error, "smtp_error", b"")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        words = next(iter(error.recipients.values()))[1]
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return " ".join(text.split())
