"""Whose digits stand on a page: the writers of the data sets, and hands made out of nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitus.training import datasets, pens
from digitus.training.datasets import Dataset, Part
from digitus.training.handwriting import Writer, write

Form = list[NDArray[np.float64]] | NDArray[np.uint8]
"""How a digit comes: strokes float64 `[n, 2]` each, y down, or a scan uint8 `[h, w]`, ink white."""


class Hand(Protocol):
    """Somebody who writes digits."""

    @property
    def source(self) -> str:
        """The data set that the digits are from, or `MADE`."""

    def form(self, value: int, rng: np.random.Generator) -> Form:
        """Gives one digit that this hand wrote."""


MADE = "made"
# How often a number is of each source; those that are not here share their part among the others.
# The larger the scans and the more writers a source has, the more of it.
ODDS: dict[str, float] = {
    "numbers_ch": 0.22,
    "unipen": 0.22,
    MADE: 0.25,
    "mnist": 0.18,
    "pendigits": 0.12,
    "optdigits": 0.05,
    "hwd1000": 0.03,
}
SOURCES = tuple(source for source in ODDS if source != MADE)
# Height in pixels up to which a scan is enlarged: beyond that its pixels would show. Strokes and
# made hands are drawn at any size.
LARGEST = {"numbers_ch": 220.0, "mnist": 72.0, "optdigits": 72.0, "hwd1000": 72.0}
# Width of the strokes of scans, in heights of a digit.
STROKES = {"numbers_ch": 0.05, "mnist": 0.11, "optdigits": 0.12, "hwd1000": 0.1}
# MNIST tells no writers, but its training file holds two rows of writers in turn: digits that
# stand two apart are alike in slant and weight (correlation 0.3 to 0.5), neighbours are not. Each
# writer has somewhat above a hundred; so many of one row are taken for one hand.
MNIST_RUN = 80
# Where nothing is known about writers, so many digits in a row are taken for a hand.
RUN = 250
# How far a stroked digit is bent anew, as `pens.warp` takes it: one person's own variation.
BEND = 0.3
# How many of the made hands write running shapes besides.
QUICK = 0.6
# Seeds of made hands; those from 2 ** 31 on belong to the benchmarks.
MADE_SEEDS: dict[Part, tuple[int, int]] = {
    "train": (0, 2**30),
    "validation": (2**30, 2**31),
    "check": (2**31, 2**32),
}


@dataclass(frozen=True)
class ReadHand:
    """A writer of a data set.

    Attributes:
        data: the set.
        rows: ten arrays, int64 `[n]` each: where the digits 0 to 9 of this writer are.
    """

    data: Dataset
    rows: tuple[NDArray[np.int64], ...]

    @property
    def source(self) -> str:
        """The data set's name."""
        return self.data.name

    def form(self, value: int, rng: np.random.Generator) -> Form:
        """Gives one of the writer's digits of that value."""
        row = int(self.rows[value][int(rng.integers(len(self.rows[value])))])
        if self.data.strokes is not None:
            return pens.warp(self.data.strokes[row], rng, BEND)
        assert self.data.images is not None
        scan: NDArray[np.uint8] = self.data.images[row]
        return scan


@dataclass(frozen=True)
class MadeHand:
    """A writer made out of nothing."""

    writer: Writer
    source: str = MADE

    def form(self, value: int, rng: np.random.Generator) -> Form:
        """Writes the digit once more."""
        return write(value, self.writer, rng)


@dataclass(frozen=True)
class Hands:
    """All hands of one part.

    Attributes:
        part: whose: of the writers to learn from, or of those kept apart.
        read: hands by data set; made ones come on top.
    """

    part: Part
    read: Mapping[str, Sequence[Hand]]

    def choose(self, rng: np.random.Generator, height: float) -> Hand:
        """Picks a hand whose digits can be shown at a height.

        Args:
            rng: the source of chance.
            height: of a digit, in pixels.
        """
        fit = [s for s in self.read if height <= LARGEST.get(s, height)]
        return self._one_of([*fit, MADE], rng)

    def recorded(self, rng: np.random.Generator) -> Hand:
        """Picks a hand of the data sets; a made one only where there are no others."""
        return self._one_of(list(self.read) or [MADE], rng)

    def made(self, rng: np.random.Generator, running: float = QUICK) -> Hand:
        """Makes a hand.

        Args:
            rng: the source of chance.
            running: how often it writes running shapes besides.
        """
        writer = Writer.from_seed(
            int(rng.integers(*MADE_SEEDS[self.part])), running=rng.random() < running
        )
        return MadeHand(writer)

    def _one_of(self, sources: list[str], rng: np.random.Generator) -> Hand:
        odds = np.array([ODDS[source] for source in sources])
        source = sources[int(rng.choice(len(sources), p=odds / odds.sum()))]
        if source == MADE:
            return self.made(rng)
        return self.read[source][int(rng.integers(len(self.read[source])))]


def gather_hands(part: Part = "train", sources: Sequence[str] | None = None) -> Hands:
    """Gathers the writers of one part. Nothing is fetched.

    Args:
        part: "train", "validation", or "check" (for benchmarks; `make_page` refuses it).
        sources: data sets, of `SOURCES`; None takes all that are here, () only made hands.

    Returns:
        Only hands that have all ten digits.

    Raises:
        DataNotFound: a set that was named is not here, or ``DIGITUS_DATA`` names no folder.
    """
    if sources is None:
        here = datasets.available()
        sources = [source for source in SOURCES if source in here]
    read = {source: _hands(datasets.load(source, part)) for source in sources}
    return Hands(part, {source: found for source, found in read.items() if found})


def _hands(data: Dataset) -> list[Hand]:
    """Cuts a set into hands; writers who lack a digit are put together to one."""
    if not len(data):
        return []
    whose = data.writers if data.writers is not None else _runs(data)
    found: list[Hand] = []
    rest = []
    order = np.argsort(whose, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(whose[order])) + 1):
        hand = ReadHand(data, _by_digit(data, rows))
        if all(map(len, hand.rows)):
            found.append(hand)
        else:
            rest.append(rows)
    if rest:
        mixed = ReadHand(data, _by_digit(data, np.concatenate(rest)))
        found += [mixed] if all(map(len, mixed.rows)) else []
    return found


def _by_digit(data: Dataset, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    labels = data.labels[rows]
    return tuple(rows[labels == value] for value in range(10))


def _runs(data: Dataset) -> NDArray[np.int64]:
    """Guesses who wrote: int64 `[N]`."""
    rows = np.arange(len(data))
    if data.name == "mnist":
        return rows // (2 * MNIST_RUN) * 2 + rows % 2
    return rows // RUN
