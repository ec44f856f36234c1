"""What in a glyph speaks for its digit, measured by classifying it with parts changed.

The model is only asked for probabilities, so any classifier can be explained.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitus.glyph import SIDE

FloatArray: TypeAlias = NDArray[np.float32]
Scores: TypeAlias = NDArray[np.float64]
Classify: TypeAlias = Callable[[NDArray[np.uint8]], FloatArray]

# The ink is cut into so many pieces, anew for each of so many walks; each walk is also gone
# backwards. Twice as many of either made the maps no more faithful.
PIECES, WALKS = 16, 16
# A dab of ink is a disc of this radius, in pixels of the glyph: as thick as a stroke. It is laid
# on every second pixel each way, where at least this part of it falls on paper.
DAB_RADIUS, DAB_STEP, DAB_ON_PAPER = 1.5, 2, 0.6
# The ink of a whole dab, in pixels.
DAB_INK = float(np.clip(DAB_RADIUS + 0.5 - np.hypot(*np.mgrid[-2:3, -2:3]), 0, 1).sum())
# Probabilities below this are not told apart: a softmax rounds 1 minus them.
LEAST = 1e-6
SEED = 7


def evidence(
    glyph: NDArray[np.uint8], classify: Classify, digit: int, rival: int
) -> tuple[FloatArray, FloatArray]:
    """Measure how much each pixel of a glyph speaks for a digit, in log-odds.

    - **Ink**: the glyph loses its ink piece by piece, in random order, and each piece gets the
      log-odds that go with it, shared out among its pixels by their ink. The mean over many walks
      is the pixels' Shapley value (Castro, Gómez and Tejada 2009, "Polynomial calculation of the
      Shapley value based on sampling", section 3; walking back as well halves the noise). The
      pieces are drawn anew for each walk, so that none of their borders shows. All ink together
      has the log-odds of the glyph less those of blank paper.
    - **Paper**: a dab of ink is laid on it, and it gets the log-odds that this costs (occlusion,
      Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks", section 3),
      divided by the ink of the dab: what is not written speaks too.

    Args:
        glyph: uint8 [28, 28], white on black.
        classify: Gives probabilities float32 [N, 10] of glyphs uint8 [N, 28, 28].
        digit: The digit, 0-9, that is explained.
        rival: Another digit.

    Returns:
        Twice float32 [28, 28], log-odds per pixel, above 0 what speaks for the digit: against all
        else, "no digit" included, and against the rival. The same each time.
    """

    def score(glyphs: NDArray[np.uint8]) -> Scores:
        return _log_odds(classify(glyphs), digit, rival)

    found = np.zeros((2, SIDE, SIDE), np.float32)
    inked = glyph > 0
    if inked.any():
        paper = _of_paper(glyph, score)
        found[:, ~inked] = paper[:, ~inked]
        found[:, inked] = _of_ink(glyph, score)
    return found[0], found[1]


def _log_odds(shares: FloatArray, digit: int, rival: int) -> Scores:
    """Return log-odds float64 [2, N] of a digit: against all else, and against a rival."""
    exact = shares.astype(np.float64)
    mine, others, theirs = exact[:, digit], 1 - exact[:, digit], exact[:, rival]
    logs = np.log(np.maximum([mine, others, theirs], LEAST))
    return np.stack([logs[0] - logs[1], logs[0] - logs[2]])


def _of_ink(glyph: NDArray[np.uint8], score: Callable[[NDArray[np.uint8]], Scores]) -> Scores:
    """Return the Shapley values, float64 [2, n], of the n pixels of a glyph that have ink."""
    inked = glyph > 0
    ink = glyph[inked]
    turns = _turns(np.argwhere(inked), ink)
    walks, pieces = len(turns), int(turns.max()) + 1
    left = turns[:, None] >= np.arange(1, pieces)[:, None]  # [walks, pieces - 1, n]
    glyphs = np.zeros((2 + walks * (pieces - 1), SIDE, SIDE), np.uint8)
    glyphs[0] = glyph
    glyphs[2:, inked] = (left * ink).reshape(-1, len(ink))
    scores = score(glyphs)
    path = np.empty((2, walks, pieces + 1))
    path[:, :, 0], path[:, :, -1] = scores[:, :1], scores[:, 1:2]
    path[:, :, 1:-1] = scores[:, 2:].reshape(2, walks, pieces - 1)
    lost = path[:, :, :-1] - path[:, :, 1:]
    mass = np.stack([np.bincount(turn, ink, pieces) for turn in turns])
    row = np.arange(walks)[:, None]
    values: Scores = ((lost / mass)[:, row, turns] * ink).mean(axis=1)
    return values


def _turns(places: NDArray[np.int64], ink: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Draw in which turn of each walk each pixel loses its ink.

    Args:
        places: int [n, 2], row and column of the pixels with ink.
        ink: uint8 [n], how much each has.

    Returns:
        int [2 * WALKS, n], 0 first; each turn takes the pixels nearest to one of them.
    """
    rng = np.random.default_rng(SEED)
    pieces = min(PIECES, len(places))
    odds = ink / ink.sum(dtype=np.float64)
    turns = []
    for _ in range(WALKS):
        middles = places[rng.choice(len(places), pieces, replace=False, p=odds)]
        distance = ((places[:, None] - middles) ** 2).sum(axis=2)
        turn = rng.permutation(pieces)[distance.argmin(axis=1)]
        turns += [turn, pieces - 1 - turn]
    return np.stack(turns)


def _of_paper(glyph: NDArray[np.uint8], score: Callable[[NDArray[np.uint8]], Scores]) -> Scores:
    """Return what ink would cost, float64 [2, 28, 28] per pixel of it; 0 where no dab was laid."""
    y, x = np.mgrid[:SIDE, :SIDE]
    middle_y, middle_x = np.mgrid[1:SIDE:DAB_STEP, 1:SIDE:DAB_STEP].reshape(2, -1, 1, 1)
    # Soft at its edge by one pixel.
    dabs = np.clip(DAB_RADIUS + 0.5 - np.hypot(x - middle_x, y - middle_y), 0, 1)
    mass = dabs.sum(axis=(1, 2))
    fits = (dabs * (255 - glyph)).sum(axis=(1, 2)) >= DAB_ON_PAPER * 255 * mass
    dabs = dabs[fits]
    dabbed = np.maximum(glyph, np.rint(255 * dabs).astype(np.uint8))
    scores = score(np.concatenate([glyph[None], dabbed]))
    cost = (scores[:, :1] - scores[:, 1:]) / mass[fits]
    # The mean of the dabs that reach a pixel; it fades out where only the rim of one does.
    costs: Scores = np.tensordot(cost, dabs, axes=1) / np.maximum(dabs.sum(axis=0), 1)
    return costs
