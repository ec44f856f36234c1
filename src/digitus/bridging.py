"""Groups of a line between which a digit was overlooked -> one group: it is one number.

The finder misses a small nought among others now and then, and the gap that it leaves looks as if
it parted two numbers. The transcriber sees what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from digitus.grouping import Group
from digitus.lines import Boxes, Room
from digitus.strip import usual_height
from digitus.transcriber import Transcript

# How wide a gap is in which a digit may have been overlooked, in heights of the digits.
NARROWEST, WIDEST = 0.3, 2.0
# What is spelt across a gap must be so likely. On 400 pages by validation writers, with 2,151
# numbers, 30 of 358 such gaps were bridged: 1,763 right and 343 wrong ones became 1,765 and 312.
# Of amounts, 235 right and 81 wrong ones became 238 and 73.
LIKELY = 0.3


def bridged(
    line: Sequence[Group], spell: Callable[[Boxes, Room], Transcript | None]
) -> list[Group]:
    """Join the groups of a line between which a digit is spelt that was not found.

    Args:
        line: From left to right.
        spell: Spells what stands at some boxes, float64 [N, 4], between two columns of the page.

    Returns:
        The groups, from left to right. A joined one is as whole as the less whole of both.
    """
    joined = list(line[:1])
    for group in line[1:]:
        before = joined[-1]
        digits, room = before.digits + group.digits, (before.room[0], group.room[1])
        boxes = np.array([digit.box for digit in digits], np.float64)
        first = boxes[: len(before.digits), 2].max()
        last = boxes[len(before.digits) :, 0].min()
        height = usual_height(boxes)
        if NARROWEST * height < last - first < WIDEST * height:
            spelt = spell(boxes, room)
            if spelt and _fills(spelt, len(digits), first, last):
                joined[-1] = Group(digits, min(before.whole, group.whole), room)
                continue
        joined.append(group)
    return joined


def _fills(spelt: Transcript, found: int, first: float, last: float) -> bool:
    """Tell whether more digits are spelt than were found, and one between two columns."""
    between = (spelt.middles > first) & (spelt.middles < last)
    more = len(spelt.digits) > found and bool(between.any())
    return more and spelt.chance(spelt.digits) >= LIKELY
