"""Strips of other hands, pens and lights: the transcriber never sees one twice alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitus.training.augment import interpolation
from digitus.training.transcribing.graph import EVEN
from digitus.training.transcribing.strips import Example

Levels = NDArray[np.float32]  # [32, W]

# Strips are made wider by a factor, and higher; they lean, by columns a row, and rise, by rows a
# column, but not off the strip; they move up or down by rows.
WIDER, HIGHER, LEAN, RISE, MOST_RISE, MOVED = 0.15, 0.08, 0.3, 0.04, 2.0, 2.0
# They are bent: shifts of this deviation, in pixels, at knots so many pixels apart, and smooth
# between (Simard, Steinkraus and Platt 2003, section 2).
BENT, APART = 0.9, 8
# Pens are made thicker or thinner so often, by so many pixels at most; edges softer, so often.
THICKER, MOST_THICKER, SOFTER = 0.5, 0.8, 0.2
# Strips are turned light on dark, so often; their contrast changes, and noise comes, against their
# own deviation.
TURNED, STRONGER, NOISY, NOISE = 0.1, 0.15, 0.3, 0.4


def shaken(
    strip: Example, chance: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Distort a strip, and tell where the number is then.

    Args:
        strip: As it was cut.
        chance: Its source.

    Returns:
        The strip with a mean of 0 and a deviation of about 1, float32 [32, W], and between which
        columns the number is, float32 [2].
    """
    wider = float(np.exp(chance.uniform(-WIDER, WIDER)))
    levels = _bent(strip.levels.astype(np.float32) / np.float32(255), wider, chance)
    if chance.random() < THICKER:
        levels = _thickened(levels, float(chance.uniform(-MOST_THICKER, MOST_THICKER)))
    if chance.random() < SOFTER:
        levels = _softened(levels, float(chance.uniform(0, 1)))
    seen = even(levels)
    if chance.random() < TURNED:
        seen = -seen
    seen *= np.exp(chance.normal(0, STRONGER)).astype(np.float32)
    if chance.random() < NOISY:
        noise = chance.normal(0, chance.uniform(0, NOISE), seen.shape)
        seen += noise.astype(np.float32)
    return seen, (strip.span * wider).astype(np.float32)


def even(levels: Levels) -> Levels:
    """Give a strip of levels 0..1 a mean of 0 and a deviation of about 1, as the graph does."""
    off = levels - levels.mean()
    result: Levels = off / np.sqrt((off * off).mean() + EVEN)
    return result


def _bent(levels: Levels, wider: float, chance: np.random.Generator) -> Levels:
    """Stretch, slant, move and bend."""
    height, width = levels.shape
    columns = np.arange(round(width * wider), dtype=np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None] - (height - 1) / 2
    knots = [max(2, round(side / APART) + 1) for side in (height, len(columns))]
    down, along = interpolation(knots[0], height), interpolation(knots[1], len(columns))
    waves = down @ chance.normal(0, BENT, (2, *knots)).astype(np.float32) @ along.T
    lean, higher = chance.uniform(-LEAN, LEAN), np.exp(chance.uniform(-HIGHER, HIGHER))
    rise = np.clip(
        (columns - len(columns) / 2) * chance.uniform(-RISE, RISE), -MOST_RISE, MOST_RISE
    )
    x = columns / wider + rows * lean + waves[0]
    y = rows / higher + (height - 1) / 2 + rise + chance.uniform(-MOVED, MOVED) + waves[1]
    return _sampled(levels, x, y)


def _sampled(levels: Levels, x: Levels, y: Levels) -> Levels:
    """Sample bilinearly; beyond the edge lies what the edge shows."""
    height, width = levels.shape
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right_part, lower_part = (x - left).astype(np.float32), (y - top).astype(np.float32)
    at, flat = top * width + left, levels.ravel()
    upper = flat[at] * (1 - right_part) + flat[at + 1] * right_part
    lower = flat[at + width] * (1 - right_part) + flat[at + width + 1] * right_part
    result: Levels = upper * (1 - lower_part) + lower * lower_part
    return result


def _thickened(levels: Levels, amount: float) -> Levels:
    """Let what is light grow, by a pixel at most; where the amount is below 0, what is dark."""
    grow = np.maximum if amount > 0 else np.minimum
    grown = levels.copy()
    for one, other in (
        (np.s_[1:], np.s_[:-1]),
        (np.s_[:-1], np.s_[1:]),
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[:, :-1], np.s_[:, 1:]),
    ):
        grow(grown[one], levels[other], out=grown[one])
    result: Levels = levels + np.float32(abs(amount)) * (grown - levels)
    return result


def _softened(levels: Levels, amount: float) -> Levels:
    """Mix in what a 3x3 binomial filter makes of it."""
    padded = np.pad(levels, 1, mode="edge")
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    soft = (across[:-2] + 2 * across[1:-1] + across[2:]) / 16
    result: Levels = levels + np.float32(amount) * (soft - levels)
    return result
