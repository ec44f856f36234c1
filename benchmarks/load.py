"""A load generator: HTTP calls over kept connections on asyncio, with little work of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What came back.

    Attributes:
        seconds: Of each call that was answered by 200, from its first byte to the answer's last;
            for calls at a rate, from when it was due.
        refused: Calls that were answered by 503.
        lost: Calls that were answered otherwise, or not at all.
        elapsed: Seconds from the first call to the last answer.
    """

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    lost: int = 0
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Calls a second that were answered by 200."""
        return len(self.seconds) / self.elapsed

    def percentile(self, share: float) -> float:
        """Return the seconds within which a share of the answers came."""
        return sorted(self.seconds)[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


def request(path: str, body: bytes, kind: str) -> bytes:
    """Return the bytes of a call."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        """Remember where the server is."""
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, content: bytes) -> int:
        """Send a call and wait for its answer.

        Returns:
            Its status; 0 where the connection broke.
        """
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(content)
            head = await reader.readuntil(b"\r\n\r\n")
            at = head.index(b"content-length: ") + 16
            await reader.readexactly(int(head[at : head.index(b"\r", at)]))
            return int(head[9:12])
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.close()
            return 0

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _count(tally: Tally, status: int, seconds: float) -> None:
    if status == 200:
        tally.seconds.append(seconds)
    elif status == 503:
        tally.refused += 1
    else:
        tally.lost += 1


async def in_turn(port: int, content: bytes, calls: int, clients: int) -> Tally:
    """Let clients call one after the other without a pause, so many calls together."""
    tally, left = Tally(), iter(range(calls))
    began = time.perf_counter()

    async def work() -> None:
        client = Client(port)
        for _ in left:
            sent = time.perf_counter()
            _count(tally, await client.call(content), time.perf_counter() - sent)
        client.close()

    await asyncio.gather(*(work() for _ in range(clients)))
    tally.elapsed = time.perf_counter() - began
    return tally


async def at_rate(port: int, content: bytes, rate: float, seconds: float, clients: int) -> Tally:
    """Send calls at an even rate, whether or not the answers keep up.

    Each waits for a free one of the clients; the time that it waits counts as the server's.
    """
    tally = Tally()
    began = time.perf_counter()
    due = _due(began, rate, seconds)

    async def work() -> None:
        client = Client(port)
        for moment in due:
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            _count(tally, await client.call(content), time.perf_counter() - moment)
        client.close()

    await asyncio.gather(*(work() for _ in range(clients)))
    tally.elapsed = time.perf_counter() - began
    return tally


def _due(began: float, rate: float, seconds: float) -> Iterator[float]:
    """Give the moments at which calls are due."""
    for place in range(int(rate * seconds)):
        yield began + place / rate
