"""A real HTTP server on loopback that answers as a test wants, badly if it wants that."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Got:
    """One request as it came."""

    path: str
    headers: Message
    body: bytes


@dataclass
class Other:
    """Another program: what it was told, and how it answers. A number is a status, other answers are tricks."""

    address: str = ""
    answer: int | str = 200
    headers: dict[str, str] = field(default_factory=dict)
    words: bytes = b"kept"
    got: list[Got] = field(default_factory=list)
    # Answers "hang" and "drip" end when the test does.
    released: threading.Event = field(default_factory=threading.Event)


def handler_of(other: Other) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            other.got.append(Got(self.path, self.headers, body))
            if isinstance(other.answer, int):
                self.send_response(other.answer)
                for name, value in other.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(other.words)))
                self.end_headers()
                self.wfile.write(other.words)
            else:
                TRICKS[other.answer](self, other)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


def hang(_: BaseHTTPRequestHandler, other: Other) -> None:
    other.released.wait(30)


def drip(to: BaseHTTPRequestHandler, other: Other) -> None:
    """A header a byte at a time."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
            to.wfile.write(bytes([byte]))
            if other.released.wait(0.05):
                return
    except OSError:
        return


def break_off(to: BaseHTTPRequestHandler, _: Other) -> None:
    to.wfile.write(b"HTTP/1.1 200 O")
    to.connection.shutdown(socket.SHUT_RDWR)


def break_off_in_words(to: BaseHTTPRequestHandler, _: Other) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    to.connection.shutdown(socket.SHUT_RDWR)


def close(to: BaseHTTPRequestHandler, _: Other) -> None:
    to.connection.shutdown(socket.SHUT_RDWR)


def flood(to: BaseHTTPRequestHandler, _: Other) -> None:
    try:
        to.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        until = time.monotonic() + 5
        while time.monotonic() < until:
            to.wfile.write(b"x" * 65536)
    except OSError:
        return


TRICKS = {
    "hang": hang,
    "drip": drip,
    "break off": break_off,
    "break off in words": break_off_in_words,
    "close": close,
    "flood": flood,
}


@contextmanager
def answering(host: str = "127.0.0.1", port: int = 0) -> Iterator[Other]:
    """An HTTP server that runs while the block does."""
    other = Other()
    server = ThreadingHTTPServer((host, port), handler_of(other))
    other.address = f"http://{host}:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield other
    finally:
        other.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
