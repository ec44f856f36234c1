"""What the other gaps of a page say of each: people write one page in one way.

Judged alone, one gap of a row of single digits parts them and the next, a hair narrower, does not.
So each gap is first judged alone, and then once more, knowing how the others were judged: those of
its line, of the page, those as wide, and those above and below it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitus.lines import Boxes

VOTES = 5
# Gaps that differ by so much, in heights, are alike to a degree of exp(-1/2).
LIKE = 0.15
# Few votes count less than many: as if half a vote for neither were among them.
NEITHER = 0.5
# A gap of another line is above or below one whose middle it reaches but for so much, in heights.
CLOSE = 0.1


def votes(
    boxes: Boxes,
    lines: Sequence[NDArray[np.intp]],
    widths: Sequence[NDArray[np.float64]],
    odds: Sequence[NDArray[np.float64]],
) -> list[NDArray[np.float64]]:
    """Tell how the gaps around each were judged.

    Args:
        boxes: Of the digits of a page.
        lines: Places of the digits of each line, from left to right.
        widths: Of the gaps of each line, in heights of its digits.
        odds: How they were judged alone, as logits of parting two numbers.

    Returns:
        float64 [n - 1, `VOTES`] for each line of n digits: its own odds, and the mean vote, from
        -1 to 1, of the others of its line, of the page, of those as wide, and of those above and
        below.
    """
    if not lines:
        return []
    counts = [len(each) for each in odds]
    own, width = np.concatenate(odds), np.concatenate(widths)
    line = np.repeat(np.arange(len(lines)), counts)
    ends = np.concatenate([boxes[each[:-1], 2] for each in lines])
    begins = np.concatenate([boxes[each[1:], 0] for each in lines])
    high = [float(np.median(boxes[each, 3] - boxes[each, 1])) for each in lines]
    close = CLOSE * np.repeat(high, counts)
    middle = (ends + begins) / 2
    low, up = np.minimum(ends, begins) - close, np.maximum(ends, begins) + close
    other = ~np.eye(len(own), dtype=bool)
    same = line[:, None] == line
    who = (
        other & same,
        other,
        other * np.exp(-(((width[:, None] - width) / LIKE) ** 2) / 2),
        ~same & (low <= middle[:, None]) & (middle[:, None] <= up),
    )
    vote = np.tanh(own / 2)
    means = [(some @ vote) / (some.sum(axis=1) + NEITHER) for some in who]
    return np.split(np.stack([own, *means], axis=1), np.cumsum(counts)[:-1])
