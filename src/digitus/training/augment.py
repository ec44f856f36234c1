"""Augmentation: what hands, pens, scanners and the ink step do to glyphs, a batch at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitus.glyph import SIDE
from digitus.training.recipe import Augmentation

Batch = NDArray[np.float32]  # [N, 28, 28], 0..1

# Elastic distortion (Simard, Steinkraus and Platt 2003, section 2): a coarse grid of this many
# random shifts a side, smoothly interpolated.
ELASTIC_GRID = 5
# Where smooth chance of this many knots a side, standard deviation 1, is below minus this, the pen
# is dry; its edges are as hard as this.
FADE_GRID, FADE_BELOW, FADE_EDGE = 9, 1.2, 3.0


def augment(
    glyphs: NDArray[np.uint8], how: Augmentation, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Distort glyphs, each in its own way.

    Args:
        glyphs: uint8 [N, 28, 28].
        how: How far and how often.
        rng: The source of chance.

    Returns:
        uint8 [N, 28, 28].
    """
    if how == Augmentation():
        return glyphs
    batch = bent(glyphs[..., None].astype(np.float32) / np.float32(255), how, rng)[..., 0]
    for chance, change in (
        (how.stroke, _stroke),
        (how.blur, _blur),
        (how.coarse, _coarse),
        (how.tone, _tone),
        (how.rule, _rule),
        (how.speck, _speck),
        (how.cut, _cut),
        (how.fade, _fade),
        (how.noise, _noise),
    ):
        hit = rng.random(len(batch)) < chance
        if hit.any():
            batch[hit] = change(batch[hit], rng)
    return np.rint(np.clip(batch, 0, 1) * 255).astype(np.uint8)


def bent(
    pictures: Batch,
    how: Augmentation,
    rng: np.random.Generator,
    *,
    reach: Sequence[float] = (1.0,),
    outside: Literal["constant", "edge"] = "constant",
) -> Batch:
    """Rotate, slant, scale, shift and bend pictures, each in its own way.

    Args:
        pictures: float32 [N, S, S, V], V views of each that are bent alike.
        how: How far, in pixels of a view whose reach is 1.
        rng: The source of chance.
        reach: How far each view reaches around the same middle, V numbers.
        outside: What lies around a picture: nothing, or what its edge shows.

    Returns:
        float32 [N, S, S, V].
    """
    count, side = pictures.shape[:2]
    turn = np.radians(rng.uniform(-how.rotation, how.rotation, count))
    slant = rng.uniform(-how.shear, how.shear, count)
    scale = np.exp(rng.uniform(-how.scale, how.scale, (2, count)))
    shift = rng.uniform(-how.shift, how.shift, (2, count, 1)).astype(np.float32)
    cos, sin = np.cos(turn), np.sin(turn)
    # Rows of the matrix that takes a target pixel to its source.
    rows = np.stack([cos * scale[0], (cos * slant - sin) * scale[0]], axis=1)
    columns = np.stack([sin * scale[1], (sin * slant + cos) * scale[1]], axis=1)
    axis = np.arange(side, dtype=np.float32) - (side - 1) / 2
    y, x = np.meshgrid(axis, axis, indexing="ij")
    plane = np.stack([x.ravel(), y.ravel()])
    grid = rng.normal(0, how.elastic, (2, count, ELASTIC_GRID, ELASTIC_GRID)).astype(np.float32)
    weights = interpolation(ELASTIC_GRID, side)
    waves = (weights @ grid @ weights.T).reshape(2, count, -1) + shift
    middle = np.float32((side - 1) / 2)
    turned = [way.astype(np.float32) @ plane + middle for way in (rows, columns)]
    views = [
        _sample(
            pictures[..., view],
            turned[0] + waves[0] / np.float32(far),
            turned[1] + waves[1] / np.float32(far),
            outside,
        )
        for view, far in enumerate(reach)
    ]
    return np.stack(views, axis=-1)


def interpolation(coarse: int, side: int) -> NDArray[np.float32]:
    """Return the matrix float32 [S, coarse] of cosine interpolation between grid points."""
    at = np.linspace(0, coarse - 1, side)
    low = np.minimum(at.astype(int), coarse - 2)
    part = (1 - np.cos(np.pi * (at - low))) / 2
    weights = np.zeros((side, coarse), np.float32)
    weights[np.arange(side), low] = 1 - part
    weights[np.arange(side), low + 1] = part
    return weights


def _sample(batch: Batch, x: Batch, y: Batch, outside: Literal["constant", "edge"]) -> Batch:
    """Sample bilinearly at x, y [N, S * S]."""
    count, pad = len(batch), 1
    side = batch.shape[1] + 2 * pad
    flat = np.pad(batch, ((0, 0), (pad, pad), (pad, pad)), mode=outside).ravel()
    x = np.clip(x + pad, 0, side - 1.001)
    y = np.clip(y + pad, 0, side - 1.001)
    column, row = x.astype(np.int32), y.astype(np.int32)
    x -= column
    y -= row
    at = row * side + column + (np.arange(count, dtype=np.int32) * side * side)[:, None]
    upper = flat[at] * (1 - x) + flat[at + 1] * x
    lower = flat[at + side] * (1 - x) + flat[at + side + 1] * x
    result: Batch = (upper * (1 - y) + lower * y).reshape(batch.shape)
    return result


def _stroke(batch: Batch, rng: np.random.Generator) -> Batch:
    """Make strokes thicker or thinner by up to a pixel on each side."""
    padded = np.pad(batch, ((0, 0), (1, 1), (1, 1)))
    views = [padded[:, 1:-1, :-2], padded[:, 1:-1, 2:], padded[:, :-2, 1:-1], padded[:, 2:, 1:-1]]
    thick, thin = batch, batch
    for view in views:
        thick, thin = np.maximum(thick, view), np.minimum(thin, view)
    amount = rng.uniform(-0.55, 0.9, (len(batch), 1, 1)).astype(np.float32)
    result: Batch = np.where(
        amount > 0, batch + amount * (thick - batch), batch - amount * (thin - batch)
    )
    return result


def _blur(batch: Batch, rng: np.random.Generator) -> Batch:
    """Soften by a 3x3 binomial filter, mixed in at random."""
    padded = np.pad(batch, ((0, 0), (1, 1), (1, 1)))
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    soft = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16
    part = rng.uniform(0.3, 1, (len(batch), 1, 1)).astype(np.float32)
    result: Batch = batch + part * (soft - batch)
    return result


def _coarse(batch: Batch, rng: np.random.Generator) -> Batch:
    """Lose resolution: 28 pixels become 14, moved by up to a pixel, hard or soft."""
    dx, dy = rng.integers(2, size=2)
    moved = np.roll(batch, (int(dy), int(dx)), axis=(1, 2))
    small = moved.reshape(-1, SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4))
    hard = rng.random((len(batch), 1, 1)) < 0.3
    small = np.where(hard, (small > 0.35).astype(np.float32), small)
    large = np.repeat(np.repeat(small, 2, axis=1), 2, axis=2)
    return _blur(large, rng) if rng.random() < 0.7 else large


def _tone(batch: Batch, rng: np.random.Generator) -> Batch:
    """Change gamma and gain: pale pencil, hard threshold."""
    gamma = np.exp(rng.uniform(-0.6, 0.6, (len(batch), 1, 1))).astype(np.float32)
    gain = rng.uniform(0.6, 1.5, (len(batch), 1, 1)).astype(np.float32)
    result: Batch = np.clip(np.clip(batch, 0, 1) ** gamma * gain, 0, 1)
    return result


def _rule(batch: Batch, rng: np.random.Generator) -> Batch:
    """Leave the rest of a printed line: straight, thin, across the frame."""
    result: Batch = batch.copy()
    for glyph in result:
        at = int(rng.choice((*range(0, 6), *range(22, SIDE))))
        line = glyph[at] if rng.random() < 0.6 else glyph[:, at]
        start, stop = sorted(rng.integers(0, SIDE, 2))
        line[start:stop] = np.maximum(line[start:stop], np.float32(rng.uniform(0.2, 0.9)))
    return result


def _speck(batch: Batch, rng: np.random.Generator) -> Batch:
    """Leave one to three specks."""
    result: Batch = batch.copy()
    for glyph in result:
        for _ in range(int(rng.integers(1, 4))):
            y, x = rng.integers(0, SIDE - 1, 2)
            glyph[y : y + rng.integers(1, 3), x : x + rng.integers(1, 3)] = rng.uniform(0.3, 1)
    return result


def _cut(batch: Batch, rng: np.random.Generator) -> Batch:
    """Cut the digit by the picture's border: up to three of its pixels on one side."""
    result: Batch = batch.copy()
    for glyph in result:
        edge = 4 + int(rng.integers(1, 4))
        turned = np.rot90(glyph, int(rng.integers(4)))
        turned[:edge] = 0
    return result


def _fade(batch: Batch, rng: np.random.Generator) -> Batch:
    """Leave out pieces of the strokes, as a dry pen does."""
    grid = rng.normal(0, 1, (len(batch), FADE_GRID, FADE_GRID)).astype(np.float32)
    weights = interpolation(FADE_GRID, SIDE)
    waves = weights @ grid @ weights.T
    result: Batch = batch * np.clip((waves + FADE_BELOW) * FADE_EDGE, 0, 1)
    return result


def _noise(batch: Batch, rng: np.random.Generator) -> Batch:
    """Leave noise and a haze of paper."""
    shape = (len(batch), 1, 1)
    haze = rng.uniform(0, 0.06, shape).astype(np.float32)
    grain = rng.standard_normal(batch.shape, dtype=np.float32)
    result: Batch = batch + haze + grain * rng.uniform(0.01, 0.1, shape).astype(np.float32)
    return result
