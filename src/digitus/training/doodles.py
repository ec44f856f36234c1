"""What idle hands draw: scribbles, coils, spirals, bundles of lines. None of it is a digit.

Each doodle takes a source of chance and gives strokes, float64 `[n, 2]`, in any unit, y down.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float64]

# With fewer turns than this a random curve may be a 2, a 3 or an 8.
SCRIBBLE_TURNS = (10, 22)
# A spiral of one turn and a half is a 6 or a 9.
SPIRAL_TURNS = (2.4, 5.0)
# Two or three lines may cross to a 4 or lie as a 1 and a 7.
BUNDLE_LINES = (5, 10)
CURVE_STEPS = 6  # points on the curve from one turn to the next


def scribble(rng: np.random.Generator) -> list[Stroke]:
    """One smooth line of many turns inside a box."""
    turns = rng.uniform(0.0, 1.0, (int(rng.integers(*SCRIBBLE_TURNS)), 2))
    return [_smooth(turns * (rng.uniform(0.7, 1.8), 1.0))]


def wander(rng: np.random.Generator) -> list[Stroke]:
    """One line that goes on its way, each turn near the one before."""
    steps = rng.normal(0.0, 1.0, (int(rng.integers(14, 26)), 2))
    return [_smooth(np.cumsum(steps, axis=0))]


def coil(rng: np.random.Generator) -> list[Stroke]:
    """Loops side by side, as a spring."""
    turns = int(rng.integers(4, 9))
    t = np.linspace(0.0, 2 * math.pi * turns, 16 * turns)
    drift = rng.uniform(0.06, 0.3)
    radius = 1 + rng.uniform(-0.25, 0.25) * np.sin(t * rng.uniform(0.1, 0.4))
    return [np.stack((np.cos(t) * 0.5 * radius + drift * t, np.sin(t) * radius), axis=1)]


def zigzag(rng: np.random.Generator) -> list[Stroke]:
    """Up and down in sharp corners, or a scrawl to blot something out."""
    corners = int(rng.integers(7, 18))
    along = np.cumsum(rng.uniform(0.1, 1.0, corners)) * rng.uniform(0.1, 0.5)
    across = rng.uniform(0.6, 1.0, corners) * np.where(np.arange(corners) % 2, 1.0, -1.0)
    angle = rng.uniform(-0.6, 0.6)
    turn = np.array(((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))))
    return [np.stack((along, across), axis=1) @ turn]


def spiral(rng: np.random.Generator) -> list[Stroke]:
    """Outwards round and round."""
    turns = rng.uniform(*SPIRAL_TURNS)
    t = np.linspace(0.0, 1.0, int(20 * turns))
    angle = 2 * math.pi * turns * t * rng.choice((-1.0, 1.0)) + rng.uniform(0, 2 * math.pi)
    radius = 0.05 + t ** rng.uniform(0.7, 1.2)
    return [np.stack((np.cos(angle), np.sin(angle)), axis=1) * radius[:, None]]


def bundle(rng: np.random.Generator) -> list[Stroke]:
    """Straight lines in all directions, or hatching."""
    count = int(rng.integers(*BUNDLE_LINES))
    if rng.random() < 0.5:
        return list(rng.uniform(0.0, 1.0, (count, 2, 2)))
    slope, gap = rng.uniform(-0.6, 0.6), rng.uniform(0.08, 0.25)
    ends = rng.normal(0.0, 0.04, (count, 2, 2))
    lines = np.array(((slope, 0.0), (-slope, 1.0)))[None] + ends
    lines[:, :, 0] += np.arange(count)[:, None] * gap
    return list(lines)


def blot(rng: np.random.Generator) -> list[Stroke]:
    """A spot: a dot, or a small place gone over again and again."""
    if rng.random() < 0.4:
        return [np.zeros((1, 2))]
    return [_smooth(rng.normal(0.0, 1.0, (40, 2)))]


def dots(rng: np.random.Generator) -> list[Stroke]:
    """Some dots here and there."""
    return list(rng.uniform(0.0, 1.0, (int(rng.integers(3, 12)), 1, 2)))


def polygon(rng: np.random.Generator) -> list[Stroke]:
    """A closed outline with spikes, wider than a 0."""
    corners = int(rng.integers(5, 9)) * 2
    angle = np.linspace(0.0, 2 * math.pi, corners, endpoint=False) + rng.uniform(0.0, math.pi)
    radius = np.where(np.arange(corners) % 2, rng.uniform(0.3, 0.6), 1.0)
    spikes = np.stack((np.cos(angle), np.sin(angle)), axis=1) * radius[:, None]
    return [np.concatenate((spikes, spikes[:1]))]


DOODLES: dict[str, Callable[[np.random.Generator], list[Stroke]]] = {
    "scribble": scribble,
    "wander": wander,
    "coil": coil,
    "zigzag": zigzag,
    "spiral": spiral,
    "bundle": bundle,
    "blot": blot,
    "dots": dots,
    "polygon": polygon,
}


def _smooth(turns: Stroke) -> Stroke:
    """A Catmull-Rom spline through points `[n, 2]`."""
    padded = np.concatenate((turns[:1], turns, turns[-1:]))
    before, start, end, after = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = np.linspace(0.0, 1.0, CURVE_STEPS, endpoint=False)[None, :, None]
    curve = start + 0.5 * t * (
        (end - before)
        + t * (2 * before - 5 * start + 4 * end - after)
        + t * t * (3 * (start - end) + after - before)
    )
    return np.concatenate((curve.reshape(-1, 2), turns[-1:]))
