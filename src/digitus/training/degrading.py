"""What corruptions are made of: blurs, warps, clouds, lines and edges, in NumPy alone."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float64]
Chance: TypeAlias = np.random.Generator

# A Gaussian is spent at this many standard deviations.
SPENT = 4
# Pixels from the middle of a drawn line to where its light is as good as gone.
LINE_REACH = 2.3


def blurred(plane: Plane, sigma: float) -> Plane:
    """Blur by a Gaussian, the border going on as it is; ``sigma`` in pixels."""
    reach = int(SPENT * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        pad = [(reach, reach) if one == axis else (0, 0) for one in (0, 1)]
        views = np.lib.stride_tricks.sliding_window_view(
            np.pad(plane, pad, mode="edge"), len(weights), axis=axis
        )
        plane = views @ weights
    return plane


def warped(plane: Plane, matrix: Plane, shift: tuple[float, float] = (0, 0)) -> Plane:
    """Sample a square plane bilinearly; black outside.

    Args:
        plane: float [n, n].
        matrix: float [2, 2], takes x, y of the result, from its middle, to where it comes from.
        shift: Added to that, in pixels.
    """
    side = len(plane)
    middle = (side - 1) / 2
    y, x = np.mgrid[:side, :side].reshape(2, -1) - middle
    column, row = matrix @ np.stack([x, y]) + np.array(shift)[:, None] + middle
    wide = np.pad(plane, 1)
    column, row = (np.clip(place + 1, 0, side + 0.999) for place in (column, row))
    left, top = column.astype(int), row.astype(int)
    across, down = column - left, row - top
    upper = wide[top, left] * (1 - across) + wide[top, left + 1] * across
    lower = wide[top + 1, left] * (1 - across) + wide[top + 1, left + 1] * across
    sampled: Plane = upper * (1 - down) + lower * down
    return sampled.reshape(plane.shape)


def clouds(octaves: int, decay: float, rng: Chance) -> Plane:
    """Make clouds whose ends meet, by midpoint displacement.

    Fournier, Fussell and Carpenter 1982, "Computer rendering of stochastic models", on squares:
    each octave halves the mesh. A new point is the mean of its four neighbours and some chance,
    which is divided by the square of ``decay`` from one octave to the next.

    Returns:
        float [2 ** octaves, 2 ** octaves], 0 its darkest point to 1 its lightest.
    """
    mesh = np.zeros((1, 1))
    for octave in range(octaves):
        size = len(mesh)
        chance = rng.uniform(-1, 1, (3, size, size)) / decay ** (2 * octave)
        right, below = np.roll(mesh, -1, axis=1), np.roll(mesh, -1, axis=0)
        centre = (mesh + right + below + np.roll(below, -1, axis=1)) / 4 + chance[0]
        finer = np.empty((2 * size, 2 * size))
        finer[::2, ::2], finer[1::2, 1::2] = mesh, centre
        finer[::2, 1::2] = (mesh + right + centre + np.roll(centre, 1, axis=0)) / 4 + chance[1]
        finer[1::2, ::2] = (mesh + below + centre + np.roll(centre, 1, axis=1)) / 4 + chance[2]
        mesh = finer
    mesh -= mesh.min()
    lightest: float = mesh.max()
    return mesh / lightest


def line(side: int, start: tuple[float, float], end: tuple[float, float]) -> Plane:
    """Draw a soft line; it fades with the distance above and below it.

    Args:
        side: Of the square plane, in pixels.
        start: Column and row of its left end.
        end: Column and row of its right end, further right.
    """
    row, column = np.mgrid[:side, :side]
    middle = start[1] + (column - start[0]) * (end[1] - start[1]) / (end[0] - start[0])
    away = np.minimum(np.abs(row - middle) / LINE_REACH, 1 - 1e-9)
    light = np.clip(1 + np.log(1 - away), 0, 1)
    inside = (column >= math.floor(start[0])) & (column < math.ceil(end[0]))
    return np.where(inside, light, 0)


def edges(plane: Plane, sigma: float, low: float, high: float) -> NDArray[np.bool_]:
    """Find edges: Canny 1986, "A computational approach to edge detection".

    Args:
        plane: float [n, n], 0..1.
        sigma: Of the blur before, in pixels.
        low: Least slope, by Sobel's 3x3 operator as it is (a hard edge of 1 has 4), of an edge
            that hangs together with one of at least ``high``.
        high: Least slope of the strongest part of an edge.
    """
    wide = np.pad(blurred(plane, sigma), 1, mode="symmetric")
    smooth = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    across = smooth[:, 2:] - smooth[:, :-2]
    smooth = wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]
    down = smooth[2:] - smooth[:-2]
    slope = np.hypot(across, down)
    ridge = _is_ridge(slope, across, down)
    weak, edge = ridge & (slope >= low), ridge & (slope >= high)
    while True:
        near = np.pad(edge, 1)
        near = near[:-2] | near[1:-1] | near[2:]
        grown = weak & (near[:, :-2] | near[:, 1:-1] | near[:, 2:])
        if (grown == edge).all():
            return edge
        edge = grown


def _is_ridge(slope: Plane, across: Plane, down: Plane) -> NDArray[np.bool_]:
    """Tell where the slope is not below that one pixel up and down the gradient."""
    side = len(slope)
    row, column = np.mgrid[1 : side - 1, 1 : side - 1]
    x, y = across[1:-1, 1:-1], down[1:-1, 1:-1]
    # To the border of the eight neighbours, between two of them.
    reach = np.maximum(np.maximum(np.abs(x), np.abs(y)), 1e-12)
    part = np.minimum(np.abs(x), np.abs(y)) / reach
    steep = np.abs(y) >= np.abs(x)
    step_x, step_y = np.where(x < 0, -1, 1), np.where(y < 0, -1, 1)
    own = slope[1:-1, 1:-1]
    ridge = np.zeros(slope.shape, bool)
    inner = own > 0
    for sign in (1, -1):
        straight = np.where(
            steep, slope[row + sign * step_y, column], slope[row, column + sign * step_x]
        )
        diagonal = slope[row + sign * step_y, column + sign * step_x]
        inner &= own >= (1 - part) * straight + part * diagonal
    ridge[1:-1, 1:-1] = inner
    return ridge
