"""What `digitus serve` does under load: a real server, a load generator, the loopback between them.

    python benchmarks/serving.py [--calls 50000] [--seconds 20]

The floor is a bare loop of decode and read in this process, measured turn about with the server on
the same cores; the load generator takes its share of them, too. Runs on Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digitus.reader import Reader
from load import Client, Tally, at_rate, in_turn, request
from report import RESULTS, megabytes, milliseconds
from rows import Row, tell

PICTURE = Path(__file__).parents[1] / "examples" / "0-mnist-like.png"
SERVE = "from digitus.cli import main; main()"
# Enough clients to keep the server busy, and its queue short.
CLIENTS = 4
ROUNDS, CALLS_A_ROUND = 9, 500
WARM_UP = 5_000  # calls after which caches and arenas have their size
SLOW_CLIENTS = 200
OVERLOAD, OVERLOAD_SECONDS = 10, 3
# More than the server's threads and queue have places for, so that calls must be refused.
OVERLOAD_CLIENTS = 300
# Of memory that is flat: 80 bytes a call, what a heap breathes.
MOST_GROWTH_MB = 4


def main() -> None:
    """Measure all, print the table, write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=50_000, help="over which memory is watched")
    parser.add_argument("--seconds", type=float, default=20, help="of half load")
    parser.add_argument("--out", type=Path, default=RESULTS / "serving.json")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    picture = PICTURE.read_bytes()
    content = request("/v1/read?expect=digit", picture, "image/png")
    with _server() as (port, process):
        rows = list(_rows(port, process, picture, content, options.calls, options.seconds))
    tell(rows, options.out, load)


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    """Run a server; give its port and its process."""
    command = [sys.executable, "-c", SERVE, "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        words = process.stderr.readline().split()
        try:
            yield int(words[3].rpartition(":")[2]), process.pid
        finally:
            process.terminate()


def _rows(
    port: int, process: int, picture: bytes, content: bytes, calls: int, seconds: float
) -> Iterator[Row]:
    bare, rate, ratio = _throughput(port, picture, content)
    ours, floor = f"{rate:,.0f} a second", f"{1 / bare:,.0f} a second"
    yield Row("throughput / bare loop", ours, floor, ratio, 0.5, at_most=False)
    half = _run(at_rate(port, content, rate / 2, seconds, CLIENTS * 4))
    slow = half.percentile(0.99)
    yield Row(
        "p99 at half load / bare call", milliseconds(slow), milliseconds(bare), slow / bare, 10
    )
    yield _memory(port, process, content, calls)
    yield _slow_clients(port, content)
    yield from _overload(port, content, rate, bare)


def _throughput(port: int, picture: bytes, content: bytes) -> tuple[float, float, float]:
    """Hold the server against a bare loop, turn about.

    Returns:
        The seconds of a bare call; how many calls the server answers in a second; and the median of
        all turns' ratios of the two: a machine that others use, too, is slow for both.
    """
    reader = Reader()
    bare, rates = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(CALLS_A_ROUND):
            reader.read(picture, expect="digit")
        bare.append((time.perf_counter() - began) / CALLS_A_ROUND)
        rates.append(_run(in_turn(port, content, CALLS_A_ROUND, CLIENTS)).rate)
    ratio = statistics.median(rate * seconds for rate, seconds in zip(rates, bare, strict=True))
    return statistics.median(bare), statistics.median(rates), ratio


def _memory(port: int, process: int, content: bytes, calls: int) -> Row:
    """Compare the server's memory after many calls with that after some."""
    _run(in_turn(port, content, WARM_UP, CLIENTS))
    before = _resident(process)
    done = _run(in_turn(port, content, calls, CLIENTS))
    if done.refused or done.lost:
        sys.exit(f"serving.py: {done.refused} calls were refused and {done.lost} lost at no load")
    after = _resident(process)
    what = f"memory after {calls:,} more calls: growth in MB"
    return Row(what, megabytes(after), megabytes(before), (after - before) / 1e6, MOST_GROWTH_MB)


def _slow_clients(port: int, content: bytes) -> Row:
    """Compare the throughput beside clients that send a byte a second with that without."""

    async def drip() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for place in range(len(content) - 1):
                writer.write(content[place : place + 1])
                await asyncio.sleep(1)
        finally:
            writer.close()

    async def beside() -> Tally:
        slow = [asyncio.create_task(drip()) for _ in range(SLOW_CLIENTS)]
        await asyncio.sleep(0.5)  # all of them are connected
        done = await in_turn(port, content, 2 * CALLS_A_ROUND, CLIENTS)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return done

    alone, crowded = [], []
    for _ in range(3):
        alone.append(_run(in_turn(port, content, 2 * CALLS_A_ROUND, CLIENTS)).rate)
        crowded.append(_run(beside()).rate)
    ours, floor = statistics.median(crowded), statistics.median(alone)
    what = f"throughput beside {SLOW_CLIENTS} slow clients / without"
    words = f"{ours:,.0f} a second", f"{floor:,.0f} a second"
    return Row(what, *words, ours / floor, 0.8, at_most=False)


def _overload(port: int, content: bytes, rate: float, bare: float) -> Iterator[Row]:
    """Offer many times what the server can do, and see it recover."""

    async def offer() -> tuple[Tally, float]:
        done = await at_rate(port, content, OVERLOAD * rate, OVERLOAD_SECONDS, OVERLOAD_CLIENTS)
        over = time.perf_counter()
        client = Client(port)
        while True:
            sent = time.perf_counter()
            if await client.call(content) == 200 and time.perf_counter() - sent < 10 * bare:
                client.close()
                return done, time.perf_counter() - over

    done, recovery = asyncio.run(offer())
    ours = f"{len(done.seconds):,} read"
    refused = f"{done.refused:,} told 503"
    yield Row(f"overload {OVERLOAD} x: calls lost", ours, refused, done.lost, 0)
    yield Row("overload: seconds until it has recovered", milliseconds(recovery), "", recovery, 1)


def _run(job: Coroutine[Any, Any, Tally]) -> Tally:
    return asyncio.run(job)


def _resident(process: int) -> int:
    """Return the memory of a process, in bytes."""
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
