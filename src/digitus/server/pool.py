"""Work off the event loop: some threads, a queue of bounded length, a deadline for each call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from digitus.errors import CallRefused

Result = TypeVar("Result")


class Deadline:
    """The end of the time that a call has.

    A thread cannot be stopped from outside: work looks at its deadline between two pages.
    """

    def __init__(self, seconds: float) -> None:
        """Let the time begin now."""
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        """Whether there is no time left."""
        return time.monotonic() > self._end

    def check(self) -> None:
        """See that there is time left.

        Raises:
            CallRefused: There is none.
        """
        if self.over:
            raise self.passed()

    def passed(self) -> CallRefused:
        """Return the error of a call that took too long."""
        return CallRefused(
            f"This call was not done within {self.seconds:g} s: send fewer or smaller pictures in "
            "one call",
            "too-slow",
        )


class Pool:
    """Threads that work on calls, and the queue before them.

    Args:
        threads: Calls that are worked on at once.
        queue: Calls that may wait.
        seconds: The time of a call, waiting included.
    """

    def __init__(self, threads: int, queue: int, seconds: float) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="digitus-reader")
        self._threads = threads
        self._places = threads + queue
        self._begun: set[Deadline] = set()
        self._seconds = seconds
        self._lock = Lock()
        self.taken = 0

    @property
    def full(self) -> bool:
        """Whether the next call would be refused."""
        return self.taken >= self._places

    @property
    def stuck(self) -> bool:
        """Whether no thread is left that is not late with its work."""
        with self._lock:
            return sum(deadline.over for deadline in self._begun) >= self._threads

    async def run(self, work: Callable[[Deadline], Result]) -> Result:
        """Do work in a thread, as soon as one is free.

        Raises:
            CallRefused: The queue is full, or the time of the call is over. Work that waits is
                forgotten then, and where this is cancelled; work that has begun keeps its place
                until it sees its deadline.
        """
        deadline = Deadline(self._seconds)
        with self._lock:
            if self.full:
                raise CallRefused(
                    f"{self.taken} calls are waiting or being worked on: come back in a second",
                    "busy",
                )
            self.taken += 1
        try:
            future = self._executor.submit(self._do, work, deadline)
        except RuntimeError as error:  # the pool is closed
            self._leave()
            raise CallRefused("The server is stopping: call another, or later", "stopping") from (
                error
            )
        future.add_done_callback(self._leave)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except asyncio.TimeoutError:
            raise deadline.passed() from None

    def _do(self, work: Callable[[Deadline], Result], deadline: Deadline) -> Result:
        with self._lock:
            self._begun.add(deadline)
        try:
            return work(deadline)
        finally:
            with self._lock:
                self._begun.remove(deadline)

    def _leave(self, _: Future[Any] | None = None) -> None:
        """Give a place back; called in any thread."""
        with self._lock:
            self.taken -= 1

    def close(self) -> None:
        """Take no more work; what waits is forgotten."""
        self._executor.shutdown(wait=False, cancel_futures=True)
