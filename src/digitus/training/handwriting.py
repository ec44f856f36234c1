"""Handwriting out of nothing: digits by stroke, letters and signs, each in one writer's hand.

A `Writer` is drawn from a seed. The same writer writes the same digit much the same way each
time; two writers differ in slant, width, roundness, the shapes that they learnt at school and in
all the small ways of a hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from digitus.training import doodles, pens
from digitus.training.skeletons import DIGITS, LETTERS, RUNNING, SIGNS

# Points on the curve between two control points: enough that no facet shows at 500 pixels.
SAMPLES = 8
# How often a writer uses the learnt shape of a digit and not another that he also knows.
STEADINESS = 0.85
# How many of the digits that have running shapes somebody who writes them writes so.
HURRIED = 0.5
# A writer's own distortion of each digit, and the far smaller one of each time, as `warp` takes.
PERSONAL_WARP = 0.6
FLEETING_WARP = 0.3
# Space between the letters of a word, in heights.
LETTER_SPACE = (0.12, 0.3)
WORD_LENGTH = (3, 6)

WORD = "word"
MARKS: tuple[str, ...] = (*LETTERS, *SIGNS, *doodles.DOODLES, WORD)
"""All that `write_mark` can write; none of it is a digit."""


@dataclass(frozen=True)
class Writer:
    """One person's hand.

    Attributes:
        seed: what the writer was drawn from; it also fixes the personal distortion.
        slant: sideways shift per height, right positive, about -0.25 to 0.45.
        aspect: width to height against the textbook's, 0.7 to 1.4.
        roundness: 0 straight lines between turns, 1 as smooth as can be.
        jitter: unsteadiness of each turn, in heights, 0.005 to 0.03.
        pen: diameter of the usual pen, in heights of a digit, 0.03 to 0.2.
        allographs: the name of the preferred shape of each digit 0 to 9.
        running: whether the writer knows the shapes of `skeletons.RUNNING` as well.
    """

    seed: int
    slant: float
    aspect: float
    roundness: float
    jitter: float
    pen: float
    allographs: tuple[str, ...]
    running: bool = False

    @classmethod
    def from_seed(cls, seed: int, running: bool = False) -> Writer:
        """Draws a writer; the same seed gives the same one."""
        rng = np.random.default_rng(seed)
        allographs = []
        for shapes in DIGITS:
            # The commoner shapes come first in the table. The data sets have plenty of those, so
            # that the rarest get more than their due.
            odds = (1.0 + np.arange(len(shapes))) ** -0.7
            allographs.append(str(rng.choice(list(shapes), p=odds / odds.sum())))
        if running:
            hurry = np.random.default_rng((seed, 1))
            for digit, shapes in enumerate(RUNNING):
                if shapes and hurry.random() < HURRIED:
                    allographs[digit] = str(hurry.choice(list(shapes)))
        return cls(
            seed=seed,
            slant=float(np.clip(rng.normal(0.08, 0.13), -0.25, 0.45)),
            aspect=float(np.exp(np.clip(rng.normal(0.0, 0.15), -0.35, 0.33))),
            roundness=float(rng.uniform(0.7, 1.05)),
            jitter=float(rng.uniform(0.005, 0.03)),
            pen=float(np.exp(rng.uniform(np.log(0.03), np.log(0.2)))),
            allographs=tuple(allographs),
            running=running,
        )


def write(
    digit: int, writer: Writer, rng: np.random.Generator, *, allograph: str | None = None
) -> list[NDArray[np.float64]]:
    """Writes a digit once.

    Args:
        digit: 0 to 9.
        writer: whose hand.
        rng: what differs from one time to the next.
        allograph: a name of `skeletons.DIGITS[digit]`, or of `RUNNING[digit]` for who knows those;
            None lets the writer choose.

    Returns:
        Strokes, float64 `[n, 2]`, the longer side of their box 1, its corner at (0, 0), y down.

    Raises:
        ValueError: no such digit, or no such shape of it.
    """
    if not 0 <= digit < len(DIGITS):
        raise ValueError(f"a digit is 0 to 9, not {digit}")
    shapes = DIGITS[digit] | (RUNNING[digit] if writer.running else {})
    if allograph is None:
        steady = rng.random() < STEADINESS
        allograph = writer.allographs[digit] if steady else str(rng.choice(list(shapes)))
    if allograph not in shapes:
        raise ValueError(f"there is no {allograph!r} {digit}; there are {', '.join(shapes)}")
    return write_skeleton(shapes[allograph], f"{digit} {allograph}", writer, rng)


def write_mark(name: str, writer: Writer, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Writes something that is no digit.

    Args:
        name: one of `MARKS`.
        writer: whose hand.
        rng: what differs from one time to the next.

    Returns:
        Strokes as `write` gives them.

    Raises:
        ValueError: no such mark.
    """
    if name in doodles.DOODLES:
        return _unit(doodles.DOODLES[name](rng))
    if name == WORD:
        return _word(writer, rng)
    skeleton = LETTERS.get(name) or SIGNS.get(name)
    if skeleton is None:
        raise ValueError(f"there is no mark named {name!r}")
    return write_skeleton(skeleton, name, writer, rng)


def _word(writer: Writer, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Letters side by side on one line."""
    names = list(LETTERS)
    strokes: list[NDArray[np.float64]] = []
    right = 0.0
    for _ in range(int(rng.integers(WORD_LENGTH[0], WORD_LENGTH[1] + 1))):
        letter = write_mark(names[int(rng.integers(len(names)))], writer, rng)
        strokes += [stroke + np.array((right, 0.0)) for stroke in letter]
        right = max(float(s[:, 0].max()) for s in strokes) + rng.uniform(*LETTER_SPACE)
    return _unit(strokes)


def write_skeleton(
    skeleton: tuple[str, ...], name: str, writer: Writer, rng: np.random.Generator
) -> list[NDArray[np.float64]]:
    """Writes one skeleton in one hand: jitter, spline, the writer's own bend, slant and width.

    Args:
        skeleton: strokes as text, as `skeletons` has them.
        name: what it is; the writer's habit hangs on it.
        writer: whose hand.
        rng: what differs from one time to the next.

    Returns:
        Strokes as `write` gives them.
    """
    strokes = []
    for text in skeleton:
        control, even, swing = _parsed(text)
        shaken = control + rng.normal(0.0, writer.jitter, control.shape)
        if len(control) == 1:
            strokes.append(shaken)
        else:
            strokes.append((even + writer.roundness * swing) @ shaken)
    # The same stream of chance each time that this writer writes this sign: a habit.
    habit = np.random.default_rng((writer.seed, *name.encode()))
    strokes = pens.warp(strokes, habit, PERSONAL_WARP)
    strokes = pens.warp(strokes, rng, FLEETING_WARP)
    shear = np.array(((writer.aspect, 0.0), (-writer.slant, 1.0)))
    return _unit([stroke @ shear for stroke in strokes])


def _unit(strokes: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Moves the strokes to (0, 0) and scales the longer side of their box to 1."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-9)
    return [(stroke - low) / side for stroke in strokes]


@cache
def _parsed(
    text: str,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A stroke's text as control points and the spline through them as two matrices.

    The curve is `(even + roundness * swing) @ control`, a cardinal spline: Hermite pieces whose
    tangents are half the way between the neighbours, one-sided at ends and corners.

    Returns:
        Control points `[n, 2]` in heights; `even` and `swing`, both `[m, n]`.
    """
    words = [point.strip() for point in text.split(",")]
    control = np.array([[float(v) for v in w.rstrip("!").split()] for w in words]) / 100
    count = len(words)
    sharp = [i in (0, count - 1) or w.endswith("!") for i, w in enumerate(words)]
    t = np.linspace(0.0, 1.0, SAMPLES, endpoint=False)[:, None]
    # Hermite's four base functions, for both places and both tangents of a piece.
    to = t * t * (3 - 2 * t)
    leave, arrive = t * (1 - t) ** 2, t * t * (t - 1)
    unit = np.eye(count)
    even, swing = [], []
    for i in range(count - 1):
        chord = unit[i + 1] - unit[i]
        start = chord if sharp[i] else (unit[i + 1] - unit[i - 1]) / 2
        end = chord if sharp[i + 1] else (unit[i + 2] - unit[i]) / 2
        # With no roundness the tangents are the chord itself, and the piece a straight line.
        even.append(unit[i] + (to + leave + arrive) * chord)
        swing.append(leave * (start - chord) + arrive * (end - chord))
    even.append(unit[-1:])
    swing.append(np.zeros((1, count)))
    return control, np.concatenate(even), np.concatenate(swing)
