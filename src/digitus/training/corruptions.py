"""The fifteen corruptions of MNIST-C, written anew from their description.

Mu and Gilmer 2019, "MNIST-C: A Robustness Benchmark for Computer Vision", section 2, with the
severities of the set that its authors published. Chance is our own, so the pictures are other
ones than theirs, of the same kinds and just as hard.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitus.glyph import SIDE
from digitus.training.degrading import Chance, Plane, blurred, clouds, edges, line, warped

PHOTONS = 3  # of a white pixel
STRUCK = 0.17  # part of the pixels that become white or black
GLASS_BLUR, GLASS_ROUNDS = 0.7, 2  # pixels
MOTION_STEPS, MOTION_FADE, MOTION_ANGLE = 21, 3.0, 45  # pixels, pixels, degrees each way
SHEAR, ROTATION, SHRINKING = 0.4, 0.4, 0.7  # radians, radians, factor
TRANSLATION = 3  # pixels, each way
LIGHT = 0.5
STRIPE = 7  # columns at the left and at the right
FOG, FOG_DECAY, FOG_OCTAVES = 3.0, 1.4, 8
# Mud: normal noise of a mean and a deviation, blurred; where it is above a bound, blurred again;
# where that is dense enough; its level.
MUD, MUD_BLUR, MUD_ABOVE, MUD_EDGE, MUD_DENSE, MUD_LEVEL = (0.65, 0.3), 1, 0.65, 1.5, 0.8, 63 / 255
DOT = 2  # columns, and as many between dots
ZIGZAG_COLUMNS, ZIGZAG_RISE, ZIGZAG_STEP = (2, 25), 5, 2.0  # from, to; most; half a tooth
CANNY_BLUR, CANNY_LOW, CANNY_HIGH = 1.0, 0.1, 0.2


def corrupt(picture: NDArray[np.uint8], kind: str, rng: Chance) -> NDArray[np.uint8]:
    """Corrupt a picture.

    Args:
        picture: uint8 [28, 28], white on black.
        kind: One of `KINDS`.
        rng: The source of chance.

    Returns:
        uint8 [28, 28].
    """
    plane = KINDS[kind](picture / 255, rng)
    # The published pictures were cut off, not rounded, when they became bytes.
    return (np.clip(plane, 0, 1) * 255).astype(np.uint8)


def corrupt_each(pictures: NDArray[np.uint8], times: int, seed: int) -> NDArray[np.uint8]:
    """Corrupt pictures, each in so many ways, chosen by chance; none twice before all were there.

    Args:
        pictures: uint8 [N, 28, 28], white on black.
        times: How many ways.
        seed: Seed of all chance.

    Returns:
        uint8 [times * N, 28, 28]: all pictures in one way each, then in another.
    """
    rng = np.random.default_rng(seed)
    kinds = list(KINDS)
    ways = [rng.permutation(len(kinds)) for _ in pictures]
    made = [
        corrupt(picture, kinds[way[time % len(kinds)]], rng)
        for time in range(times)
        for picture, way in zip(pictures, ways, strict=True)
    ]
    return np.array(made, np.uint8).reshape(-1, SIDE, SIDE)


def shot_noise(plane: Plane, rng: Chance) -> Plane:
    """Too little light: each pixel counts few photons."""
    return rng.poisson(plane * PHOTONS) / PHOTONS


def impulse_noise(plane: Plane, rng: Chance) -> Plane:
    """Broken pixels, half of them white and half black."""
    struck = rng.random(plane.shape) < STRUCK
    return np.where(struck, rng.random(plane.shape) < 0.5, plane)


def glass_blur(plane: Plane, rng: Chance) -> Plane:
    """Frosted glass: blurred, pixels swapped with neighbours, blurred again."""
    soft = blurred(plane, GLASS_BLUR)
    for _ in range(GLASS_ROUNDS):
        for row in range(SIDE - 1, 1, -1):
            for column in range(SIDE - 1, 1, -1):
                if rng.random() < 0.5:
                    up, left = rng.integers(2, size=2)
                    one, other = (row, column), (row - up, column - left)
                    soft[one], soft[other] = soft[other], soft[one]
    return blurred(soft, GLASS_BLUR)


def motion_blur(plane: Plane, rng: Chance) -> Plane:
    """A hand that moved: a trail that fades like half a Gaussian, to one side."""
    angle = math.radians(rng.uniform(-MOTION_ANGLE, MOTION_ANGLE))
    steps = np.arange(MOTION_STEPS)
    weights = np.exp(-0.5 * (steps / MOTION_FADE) ** 2)
    wide = np.pad(plane, MOTION_STEPS, mode="edge")
    trail = np.zeros_like(plane)
    for step, weight in zip(steps, weights / weights.sum(), strict=True):
        row = MOTION_STEPS + round(step * math.sin(angle))
        column = MOTION_STEPS + round(step * math.cos(angle))
        trail += weight * wide[row : row + SIDE, column : column + SIDE]
    return trail


def shear(plane: Plane, rng: Chance) -> Plane:
    """Slanted to either side: the upright axis turns and keeps its length."""
    angle = SHEAR * _either(rng)
    return warped(plane, np.array([[1, -math.sin(angle)], [0, math.cos(angle)]]))


def scale(plane: Plane, rng: Chance) -> Plane:  # noqa: ARG001
    """Smaller."""
    return warped(plane, np.eye(2) / SHRINKING)


def rotate(plane: Plane, rng: Chance) -> Plane:
    """Turned to either side."""
    angle = ROTATION * _either(rng)
    cos, sin = math.cos(angle), math.sin(angle)
    return warped(plane, np.array([[cos, -sin], [sin, cos]]))


def brightness(plane: Plane, rng: Chance) -> Plane:  # noqa: ARG001
    """More light: black becomes grey, and all that is lighter white."""
    return plane + LIGHT


def translate(plane: Plane, rng: Chance) -> Plane:
    """Moved into one of the four corners; what goes over the border is lost."""
    return warped(plane, np.eye(2), (TRANSLATION * _either(rng), TRANSLATION * _either(rng)))


def stripe(plane: Plane, rng: Chance) -> Plane:  # noqa: ARG001
    """Black and white swapped at the left and at the right: a black stripe in the middle."""
    striped = 1 - plane
    striped[:, STRIPE:-STRIPE] = plane[:, STRIPE:-STRIPE]
    return striped


def fog(plane: Plane, rng: Chance) -> Plane:
    """A piece of a cloud three times as bright as the digit, all darkened together."""
    haze = FOG * clouds(FOG_OCTAVES, FOG_DECAY, rng)[:SIDE, :SIDE]
    lightest: float = plane.max()
    return (plane + haze) * lightest / (lightest + FOG)


def spatter(plane: Plane, rng: Chance) -> Plane:
    """Splashes of dark grey mud."""
    wet = blurred(rng.normal(*MUD, plane.shape), MUD_BLUR) > MUD_ABOVE
    mud = blurred(wet.astype(np.float64), MUD_EDGE)
    mud[mud < MUD_DENSE] = 0
    return plane * (1 - mud) + MUD_LEVEL * mud


def dotted_line(plane: Plane, rng: Chance) -> Plane:
    """A dotted line from the left border to the right one."""
    first, last = rng.integers(SIDE - 1, size=2)
    drawn = line(SIDE, (0, first), (SIDE - 1, last))
    drawn[:, np.arange(SIDE) // DOT % 2 == 0] = 0
    return plane + drawn


def zigzag(plane: Plane, rng: Chance) -> Plane:
    """A line of teeth across the picture, level or a little steep."""
    first, last = ZIGZAG_COLUMNS
    start = rng.integers(SIDE - 1)
    rise = rng.integers(-ZIGZAG_RISE, ZIGZAG_RISE)
    length = math.hypot(last - first, rise)
    along = [0.0, *np.arange(ZIGZAG_STEP, length, 2 * ZIGZAG_STEP), length]
    up = [0.0, *(ZIGZAG_STEP * (-1) ** tooth for tooth in range(len(along) - 2)), 0.0]
    cos, sin = (last - first) / length, rise / length
    corners = [
        (first + cos * a - sin * u, start + sin * a + cos * u)
        for a, u in zip(along, up, strict=True)
    ]
    for one, other in pairwise(corners):
        plane = np.minimum(plane + line(SIDE, one, other), 1)
    return plane


def canny_edges(plane: Plane, rng: Chance) -> Plane:  # noqa: ARG001
    """The outline alone."""
    return edges(plane, CANNY_BLUR, CANNY_LOW, CANNY_HIGH).astype(np.float64)


def _either(rng: Chance) -> int:
    """Return 1 or -1."""
    return 1 - 2 * int(rng.integers(2))


KINDS: dict[str, Callable[[Plane, Chance], Plane]] = {
    kind.__name__: kind
    for kind in (
        shot_noise, impulse_noise, glass_blur, motion_blur, shear, scale, rotate, brightness,
        translate, stripe, fog, spatter, dotted_line, zigzag, canny_edges,
    )
}  # fmt: skip
"""Every corruption by name, in the paper's order."""
