"""A number that goes on where the finder saw no more of it.

The first or last digit of a number is overlooked now and then: a one with a long upstroke, a digit
that the border of the picture cuts. The transcriber believes that a number ends where its digits
were found; told that it goes on, it spells what stands there, if there is ink at all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from digitus.lines import Boxes, Room
from digitus.strip import usual_height
from digitus.transcriber import Transcript

# How far beyond an end a digit is looked for, in heights of the digits.
BEYOND = 1.0
# Paper varies less than this part of what the number's own place does. Beyond one end in six there
# is as much, on cheques beyond one in three.
INK = 0.6
# What is spelt with a digit more must be so likely, as likely as what was spelt without it, and
# possible for who was not told that the number goes on: or else it is rather a letter. Of 600
# amounts by validation writers 5 were mended so and none spoilt, of the numbers on 240 other pages
# 11 and none; of 480 digits and numbers close behind a letter 4 were mended and 10 spoilt. Without
# the last two conditions it would be 9 and 2, 16 and 4, 4 and 140.
LIKELY, POSSIBLE = 0.5, 0.003
LEFT, RIGHT = -1, 1


def reached(
    boxes: Boxes,
    room: Room,
    levels: NDArray[np.uint8],
    spell: Callable[[Boxes, Room], Transcript | None],
) -> Transcript | None:
    """Spell a number, and the digits at its ends that were not found.

    Args:
        boxes: float64 [N, 4], of the number's digits, one at least, in pixels of the page.
        room: Between which columns of the page there is no other number.
        levels: uint8 [H, W], one channel of the page.
        spell: Spells what stands at some boxes, between two columns.

    Returns:
        What is spelt; None where nothing can be.
    """
    spelt = spell(boxes, room)
    for side in (LEFT, RIGHT):
        while spelt is not None and spelt.digits:  # else there rather is no number
            wider = np.vstack([boxes, _beyond(boxes, side)])
            if not _inked(wider, room, levels):
                break
            longer = spell(wider, room)
            if longer is None or not _goes_on(spelt, longer, side):
                break
            boxes, spelt = wider, longer
    return spelt


def _beyond(boxes: Boxes, side: int) -> Boxes:
    """Return the place beyond the first or last digit, float64 [1, 4], as high as that."""
    far = BEYOND * usual_height(boxes)
    if side == LEFT:
        left, top, _, bottom = boxes[boxes[:, 0].argmin()]
        return np.array([[left - far, top, left, bottom]])
    _, top, right, bottom = boxes[boxes[:, 2].argmax()]
    return np.array([[right, top, right + far, bottom]])


def _inked(boxes: Boxes, room: Room, levels: NDArray[np.uint8]) -> bool:
    """Tell whether the last place holds more than paper, as far as it is the number's."""
    high, wide = levels.shape
    left, right = max(boxes[-1, 0], room[0], 0), min(boxes[-1, 2], room[1], wide)
    if right <= left:
        return False
    own = boxes[:-1]
    top, bottom = max(int(own[:, 1].min()), 0), min(int(own[:, 3].max()), high)
    there = levels[top:bottom, int(left) : int(right)]
    known = levels[top:bottom, max(int(own[:, 0].min()), 0) : min(int(own[:, 2].max()), wide)]
    return bool(there.size and there.std() >= INK * known.std())


def _goes_on(spelt: Transcript, longer: Transcript, side: int) -> bool:
    """Tell whether more is spelt: the same digits, and others at one side of them."""
    count = len(longer.digits) - len(spelt.digits)
    same = longer.digits[count:] if side == LEFT else longer.digits[: len(spelt.digits)]
    if count <= 0 or same != spelt.digits:
        return False
    chance = longer.chance(longer.digits)
    likelier = chance >= max(LIKELY, spelt.chance(spelt.digits))
    return likelier and spelt.chance(longer.digits) >= POSSIBLE
