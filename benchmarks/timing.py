"""Time and memory, measured side by side; imports nothing but the standard library.

A child of a large process counts its parent's memory as its own (Linux keeps the peak over exec),
so what starts processes has to stay small.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence


def medians(
    jobs: Mapping[str, Callable[[], object]],
    rounds: int,
    repeats: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Time jobs against each other.

    They take turns, so that what else the machine does slows all of them alike.

    Args:
        jobs: What to run, by name; each is run once before the clock starts.
        rounds: How many turns each job has.
        repeats: How often a job runs in one turn: where threads of the last job still spin for
            some microseconds, only the first run of a turn meets them.
        clock: Gives seconds.

    Returns:
        The median seconds of one run of each job.
    """
    for job in jobs.values():
        job()
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            for _ in range(repeats):
                began = clock()
                job()
                seconds[name].append(clock() - began)
    return {name: statistics.median(runs) for name, runs in seconds.items()}


def run(command: Sequence[str]) -> int:
    """Run a program to its end, its output thrown away.

    Returns:
        The most memory that it had, in bytes.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_maxrss * 1024
