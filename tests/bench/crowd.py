"""`python -m tests.bench.crowd PORT COUNT`: so many open streams in one process, and when each got what it was sent.

Says `open` once each has its first event. Then, for each line it reads, which is an instant (CLOCK_MONOTONIC, seconds),
it waits until each had another one since, and answers with the instants at which half and 99% of them, and all, had it
whole.
"""

import asyncio
import resource
import sys
import time
from typing import Any

import uvloop

SOURCES = 4  # addresses: a computer has 28,000 ports for each
AT_ONCE = 200  # connections that are being opened
PULSE = 2_000  # bytes: what is shorter is a sign of life
END = b"\n\n\r\n"
PATIENCE = 120.0  # seconds


class Reader(asyncio.Protocol):
    """One open stream. What comes is counted, not kept."""

    def __init__(self, crowd: "Crowd") -> None:
        self.crowd, self.size, self.tail = crowd, 0, b""

    def connection_made(self, transport: Any) -> None:
        transport.write(self.crowd.request)

    def data_received(self, data: bytes) -> None:
        self.size += len(data)
        self.tail = (self.tail + data)[-len(END) :] if len(data) < len(END) else data[-len(END) :]
        if self.tail == END:
            if self.size > PULSE:
                self.crowd.got.append(time.monotonic())
                if len(self.crowd.got) >= self.crowd.count:
                    self.crowd.all_have.set()
            self.size = 0

    def connection_lost(self, _: Exception | None) -> None:
        self.crowd.lost += 1


class Crowd:
    """All open streams."""

    def __init__(self, port: int, count: int) -> None:
        self.port, self.count, self.lost = port, count, 0
        self.request = (
            f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html, text/event-stream\r\n\r\n"
        ).encode()
        self.got: list[float] = []
        self.all_have = asyncio.Event()

    async def gather(self) -> None:
        loop, turns = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with turns:
                source = f"127.0.0.{1 + number % SOURCES}"
                await loop.create_connection(
                    lambda: Reader(self), "127.0.0.1", self.port, local_addr=(source, 0)
                )

        await asyncio.gather(*(one(number) for number in range(self.count)))
        await self.until_all(since=0.0)

    async def until_all(self, *, since: float) -> list[float]:
        self.got = [at for at in self.got if at > since]
        if len(self.got) < self.count:
            self.all_have.clear()
        async with asyncio.timeout(PATIENCE):
            await self.all_have.wait()
        return sorted(self.got)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        await self.gather()
        say("open")
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            got = await self.until_all(since=float(line))
            say(" ".join(str(got[int(len(got) * share)]) for share in (0.5, 0.99)), got[-1], self.lost)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    async def whole() -> None:
        await Crowd(int(sys.argv[1]), int(sys.argv[2])).run()

    uvloop.run(whole())


if __name__ == "__main__":
    main()
