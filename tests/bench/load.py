"""`python -m tests.bench.load PORT BARE CONNECTIONS SECONDS STATUS FROM`: answers a second of two servers.

The bytes of one request come in on standard input. Each connection is kept and sends it again as soon as the whole
answer is here. The two servers are asked by turns, a moment each, so that whatever else the machine does slows both.
Ends with the two rates, or with an error where an answer had another status than the one expected.
"""

import asyncio
import re
import sys
import time
from typing import Any

import uvloop

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n")
TURN = 0.1  # seconds
SETTLE = 0.02  # seconds in which the last answers of a turn come in
END = b"\r\n\r\n"


class Asker(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, load: "Load") -> None:
        self.load, self.left, self.head = load, 0, b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self) -> None:
        self.transport.write(self.load.request)

    def data_received(self, data: bytes) -> None:
        if not self.left:
            data = self.head + data
            ends = data.find(END)
            if ends < 0:
                self.head = data
                return
            self.head = b""
            if data[9:12] != self.load.status:
                self.load.fail(data[:200])
                return
            found = LENGTH.search(data, 0, ends + 2)
            self.left = ends + len(END) + (int(found[1]) if found else 0)
        self.left -= len(data)
        if not self.left:
            self.load.answered(self)

    def connection_lost(self, _: Exception | None) -> None:
        self.load.fail(b"The connection was closed.")


class Load:
    """Both servers' connections, and what they were answered."""

    def __init__(self, request: bytes, status: bytes) -> None:
        self.request, self.status = request, status
        self.answers, self.fault, self.is_asking, self.is_over = 0, b"", False, False

    def fail(self, why: bytes) -> None:
        self.fault = self.fault or (b"" if self.is_over else why)

    def answered(self, asker: Asker) -> None:
        self.answers += 1
        if self.is_asking:
            asker.ask()

    async def rates(self, ports: list[int], connections: int, seconds: float, source: str) -> list[float]:
        opened = [await self._open(port, connections, source) for port in ports]
        for askers in opened:
            await self._turn(askers)  # the first is not counted
        counted, took = [0, 0], [0.0, 0.0]
        for number in range(2 * round(seconds / TURN)):
            which = (number + number // 2) % 2  # one, other, other, one
            answers, elapsed = await self._turn(opened[which])
            counted[which] += answers
            took[which] += elapsed
        self.is_over = True
        return [answers / elapsed for answers, elapsed in zip(counted, took, strict=True)]

    async def _open(self, port: int, connections: int, source: str) -> list[Asker]:
        loop, askers = asyncio.get_running_loop(), [Asker(self) for _ in range(connections)]
        for asker in askers:
            await loop.create_connection(
                lambda asker=asker: asker, "127.0.0.1", port, local_addr=(source, 0)  # type: ignore[misc]
            )  # fmt: skip
        return askers

    async def _turn(self, askers: list[Asker]) -> tuple[int, float]:
        self.is_asking, before, began = True, self.answers, time.perf_counter()
        for asker in askers:
            asker.ask()
        await asyncio.sleep(TURN)
        self.is_asking = False
        counted, took = self.answers - before, time.perf_counter() - began
        await asyncio.sleep(SETTLE)
        return counted, took


def main() -> int:
    port, bare, connections, seconds, status, source = sys.argv[1:]
    load = Load(sys.stdin.buffer.read(), status.encode())
    rates = uvloop.run(load.rates([int(port), int(bare)], int(connections), float(seconds), source))
    sys.stdout.write(load.fault.decode("latin-1") or " ".join(str(rate) for rate in rates))
    return 1 if load.fault else 0


if __name__ == "__main__":
    sys.exit(main())
