"""Reads sets of pictures on all cores."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from check_sets import Sample
from digitus.reader import Expect, Reader
from digitus.reading import Reading
from measures import Outcome
from page_measures import PageOutcome
from page_sets import PageSample

# Pictures a worker takes at a time: the slow ones, photos, are not all in one hand.
CHUNK = 8

S = TypeVar("S", Sample, PageSample)
T = TypeVar("T", Outcome, PageOutcome)

_reader: Reader  # of a worker process


def read_all(
    sets: Mapping[str, Sequence[S]],
    kind: Callable[[S, Reading], T],
    make_reader: Callable[[], Reader],
) -> dict[str, list[T]]:
    """Read all pictures, each in the way that its set asks for.

    Args:
        sets: Samples by the name of their set.
        kind: Puts a sample and what was read together.
        make_reader: Called in each process.
    """
    outcomes: dict[str, list[T]] = {}
    # Workers are started afresh: a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=_start, initargs=(make_reader,)) as p:
        for name, samples in sets.items():
            print(f"{name}: {len(samples)} pictures", file=sys.stderr)
            readings = p.map(_read, samples, chunksize=CHUNK)
            outcomes[name] = [kind(*pair) for pair in zip(samples, readings, strict=True)]
    return outcomes


def _start(make_reader: Callable[[], Reader]) -> None:
    global _reader
    _reader = make_reader()


def _read(sample: Sample | PageSample) -> Reading:
    expect: Expect = "digit" if isinstance(sample, Sample) else "numbers"
    return _reader.read(sample.picture(), expect=expect)
