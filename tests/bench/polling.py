"""`python -m tests.bench.polling PORT PAGES EVERY SECONDS LINES`: pages that ask for the board again and again.

So many pages ask once in EVERY seconds, spread evenly, each with the ETag of what it has, as an open page does that has
no stream. Their questions come over LINES kept connections, as a proxy's do. Ends with how many answers came, how
many of them were a new board, how many questions failed (another status, a lost connection, or no answer in time),
and the seconds within which 99% were answered from the moment they were due.
"""

import asyncio
import re
import sys
from collections import deque
from typing import Any

import uvloop

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n")
TAG = re.compile(rb"\r\netag: ([^\r]+)\r\n")
END = b"\r\n\r\n"
NEW, SAME = b"200", b"304"
IN_TIME = 5.0  # seconds


class Line(asyncio.Protocol):
    """One kept connection: a question, its answer, the next question."""

    def __init__(self, pages: "Pages") -> None:
        self.pages, self.page, self.due = pages, -1, 0.0
        self.head, self.left = b"", 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, page: int, due: float) -> None:
        self.page, self.due = page, due
        self.transport.write(self.pages.request_of(page))

    def data_received(self, data: bytes) -> None:
        if not self.left:
            self.head += data
            ends = self.head.find(END)
            if ends < 0:
                return
            found = LENGTH.search(self.head, 0, ends + 2)
            self.left = ends + len(END) + (int(found[1]) if found else 0)
            data = self.head
        self.left -= len(data)
        if not self.left:
            head, self.head = self.head, b""
            self.pages.answered(self, head)

    def connection_lost(self, _: Exception | None) -> None:
        self.pages.lost(self)


class Pages:
    """All pages, and what they were answered."""

    def __init__(self, port: int, pages: int, lines: int) -> None:
        self.port, self.lines = port, lines
        self.tags = [b""] * pages
        self.took: list[float] = []
        self.new = self.failed = 0
        self.idle: deque[Line] = deque()
        self.waiting: deque[tuple[int, float]] = deque()

    def request_of(self, page: int) -> bytes:
        known = b"If-None-Match: " + self.tags[page] + b"\r\n" if self.tags[page] else b""
        return (
            b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nX-Portal-Poll: 1\r\n"
            b"Accept-Encoding: gzip, deflate, br\r\n" + known + b"\r\n"
        )

    async def run(self, every: float, seconds: float) -> None:
        """Let every page ask when its time has come. A line that is busy keeps a question waiting, which counts."""
        loop, gap = asyncio.get_running_loop(), every / len(self.tags)
        await asyncio.gather(*(self._connect() for _ in range(self.lines)))
        await self._first(loop)
        began, asked = loop.time(), round(seconds / gap)
        for number in range(asked):
            due = began + number * gap
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            self._ask(number % len(self.tags), due)
        ends = loop.time() + IN_TIME
        while len(self.took) < asked and loop.time() < ends:
            await asyncio.sleep(0.05)
        self.failed += asked - len(self.took) + sum(took > IN_TIME for took in self.took)

    async def _first(self, loop: asyncio.AbstractEventLoop) -> None:
        """Every page has the board of now: it came with the page."""
        self._ask(0, loop.time())
        while not self.took:
            await asyncio.sleep(0.01)
        self.tags = [self.tags[0]] * len(self.tags)
        self.took, self.new, self.failed = [], 0, 0

    def _ask(self, page: int, due: float) -> None:
        if self.idle:
            self.idle.popleft().ask(page, due)
        else:
            self.waiting.append((page, due))

    def answered(self, line: Line, head: bytes) -> None:
        self.took.append(asyncio.get_running_loop().time() - line.due)
        status = head[9:12]
        self.failed += status not in {NEW, SAME}
        self.new += status == NEW
        if found := TAG.search(head):
            self.tags[line.page] = found[1]
        line.page = -1
        if self.waiting:
            line.ask(*self.waiting.popleft())
        else:
            self.idle.append(line)

    def lost(self, line: Line) -> None:
        """A question on its way is never answered. A line that rested too long for the server is opened anew."""
        if line in self.idle:
            self.idle.remove(line)
        self.opening = asyncio.ensure_future(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: Line(self), "127.0.0.1", self.port)
        if self.waiting:
            line.ask(*self.waiting.popleft())
        else:
            self.idle.append(line)


async def whole(port: int, pages: int, every: float, seconds: float, lines: int) -> Pages:
    """The pages once they have asked for so long."""
    found = Pages(port, pages, lines)
    await found.run(every, seconds)
    return found


def main() -> None:
    port, pages, every, seconds, lines = sys.argv[1:]
    found = uvloop.run(whole(int(port), int(pages), float(every), float(seconds), int(lines)))
    took = sorted(found.took)
    sys.stdout.write(f"{len(took)} {found.new} {found.failed} {took[int(len(took) * 0.99)]}\n")


if __name__ == "__main__":
    main()
