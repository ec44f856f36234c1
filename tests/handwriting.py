"""Digits as a hand writes them: strokes through points of a unit square, in the pen's order."""

from __future__ import annotations

import math
from collections.abc import Iterator

Point = tuple[float, float]
Stroke = list[Point]


def arc(x: float, y: float, width: float, height: float, start: float, end: float) -> Stroke:
    """Return a piece of an ellipse around x, y; angles in degrees, clockwise from the right."""
    steps = max(4, int(abs(end - start) / 15))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + width / 2 * math.cos(a), y + height / 2 * math.sin(a)) for a in angles]


DIGITS: dict[str, list[Stroke]] = {
    "0": [arc(0.5, 0.5, 0.6, 0.96, -80, 285)],
    "1": [[(0.32, 0.27), (0.45, 0.16), (0.56, 0.02), (0.56, 0.5), (0.55, 0.98)]],
    "2": [
        [
            *arc(0.48, 0.27, 0.54, 0.5, -170, 20),
            (0.62, 0.52),
            (0.4, 0.75),
            (0.18, 0.95),
            (0.5, 0.94),
            (0.86, 0.95),
        ]
    ],
    "3": [[*arc(0.46, 0.25, 0.5, 0.46, -150, 90), *arc(0.46, 0.72, 0.58, 0.48, -90, 150)]],
    "4": [
        [(0.42, 0.02), (0.3, 0.3), (0.12, 0.62), (0.45, 0.61), (0.88, 0.6)],
        [(0.66, 0.36), (0.65, 0.65), (0.63, 0.98)],
    ],
    "5": [
        [(0.3, 0.04), (0.27, 0.24), (0.24, 0.44), *arc(0.46, 0.69, 0.6, 0.54, -115, 150)],
        [(0.3, 0.04), (0.55, 0.03), (0.82, 0.03)],
    ],
    "6": [
        [
            (0.7, 0.04),
            (0.48, 0.18),
            (0.3, 0.42),
            (0.22, 0.68),
            *arc(0.48, 0.72, 0.52, 0.48, 180, -190),
        ]
    ],
    "7": [[(0.14, 0.06), (0.5, 0.06), (0.84, 0.05), (0.66, 0.36), (0.5, 0.66), (0.4, 0.98)]],
    "8": [
        [
            (0.72, 0.14),
            *arc(0.5, 0.25, 0.46, 0.44, -50, -200),
            (0.5, 0.48),
            *arc(0.5, 0.74, 0.56, 0.46, -45, 225),
            (0.5, 0.48),
            (0.72, 0.3),
            (0.74, 0.16),
        ]
    ],
    "9": [
        [*arc(0.48, 0.28, 0.48, 0.5, -20, -370), (0.72, 0.45), (0.7, 0.7), (0.64, 0.98)],
    ],
}
LETTER: list[Stroke] = [  # an H
    [(0.15, 0.02), (0.16, 0.5), (0.15, 0.98)],
    [(0.85, 0.02), (0.84, 0.5), (0.85, 0.98)],
    [(0.15, 0.5), (0.5, 0.49), (0.85, 0.5)],
]


def at(strokes: list[Stroke], left: float, top: float, side: float) -> Iterator[Stroke]:
    """Lay strokes into the square of a side at left, top."""
    for stroke in strokes:
        yield [(left + x * side * 0.8, top + y * side) for x, y in stroke]
