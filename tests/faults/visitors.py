"""People at a running portal, over HTTP as their browsers speak it: pages, forms, an open stream."""

import re
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from types import MappingProxyType
from typing import Self
from urllib.parse import urlencode

from continuity.core.processes import wait_until

HERE = "127.0.0.1"
PATIENCE = 30.0  # seconds for one answer; what is promised is asserted
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """One answer and how long it took, in seconds."""

    status: int
    text: str
    headers: dict[str, str]
    seconds: float


class Visitor:
    """One browser: it keeps its cookies and sends a form's token along."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **form: str) -> Answer:
        """Send a form with the token of the page that was read before."""
        return self._ask("POST", path, urlencode({**form, "csrfmiddlewaretoken": self.token}))

    def press(self, path: str, **form: str) -> Answer:
        """Send a form as the script of the incident room does: it is answered with what was done."""
        body = urlencode({**form, "csrfmiddlewaretoken": self.token})
        return self._ask("POST", path, body, {"X-Portal-Once": "1"})

    def log_in(self, username: str) -> Answer:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", username=username, password="continuity-sample")

    def _ask(
        self, method: str, path: str, body: str | None = None, more: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        began = time.monotonic()
        connection = HTTPConnection(HERE, self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **more}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=body, headers=headers)
            return self._read(connection.getresponse(), began)
        finally:
            connection.close()

    def _read(self, response: HTTPResponse, began: float) -> Answer:
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
        if found := TOKEN.search(text):
            self.token = found[1]
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, text, headers, time.monotonic() - began)


class Watcher:
    """An open stream of the board, read in a thread until it is closed."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HERE, port, timeout=PATIENCE)
        self._connection.request("GET", "/live/", headers={"Accept": "text/event-stream"})
        self._socket = self._connection.sock
        self._response = self._connection.getresponse()
        self.lines: list[str] = []
        self.has_ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # closed by the portal already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(timeout=PATIENCE)
        self._connection.close()

    @property
    def boards(self) -> int:
        """How many boards it was sent."""
        return sum(line.startswith("id: ") for line in self.lines)

    def hears(self, words: str, *, within: float) -> bool:
        """Whether words came, or come within some seconds."""
        return wait_until(lambda: any(words in line for line in self.lines), within=within)

    def _read(self) -> None:
        try:
            for line in self._response:
                self.lines.append(line.decode().rstrip("\n"))
        except (OSError, ValueError):
            return
        finally:
            self.has_ended = True
