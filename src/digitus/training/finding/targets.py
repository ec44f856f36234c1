"""What the first network should say about a crop (CenterNet: Zhou et al. 2019, section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitus.training.finding.crops import SIDE, Crop
from digitus.training.finding.nets import CELL, UNIT

# Digits of these heights are to be found; about those almost so high nothing is asked.
READ, ALMOST = (12.0, 36.0), (9.0, 46.0)
CELLS = SIDE // CELL
# Channels: how like a centre, whether that counts, weight of the rest, value, the four sides.
HEAT, COUNTS, WEIGHT, VALUE, SIDES = 0, 1, 2, 3, slice(4, 8)
CHANNELS = 8
# A digit's bump falls off within this part of its sides, and at least so many pixels.
SPREAD, LEAST_SPREAD = 1 / 7, 2.2
# From this height of the bump on, the network should know the value and the sides.
KNOWN = 0.3
ROW, COLUMN = np.mgrid[:CELLS, :CELLS]


def target(crop: Crop) -> NDArray[np.float32]:
    """Return the target of a crop, float32 [64, 64, 8]."""
    wanted = np.zeros((CELLS, CELLS, CHANNELS), np.float32)
    wanted[..., COUNTS] = 1
    heights = crop.boxes[:, 3] - crop.boxes[:, 1]
    fit = (heights >= READ[0]) & (heights <= READ[1]) & ~crop.cut
    almost = (heights > ALMOST[0]) & (heights < ALMOST[1])
    for box in crop.boxes[~fit & (almost | crop.cut)]:
        left, top, right, bottom = np.maximum(box // CELL, 0).astype(int)
        wanted[top : bottom + 1, left : right + 1, COUNTS] = 0
    nearest = np.zeros((CELLS, CELLS), np.float32)
    for box, value in zip(crop.boxes[fit], crop.values[fit], strict=True):
        _bump(wanted, nearest, box, value)
    return wanted


def _bump(
    wanted: NDArray[np.float32], nearest: NDArray[np.float32], box: NDArray[np.float32], value: int
) -> None:
    """Lay one digit into the target; each cell belongs to the digit that it is nearest to."""
    left, top, right, bottom = (float(side) for side in box)
    middle = (left + right) / 2, (top + bottom) / 2
    spread = [max(side * SPREAD, LEAST_SPREAD) for side in (right - left, bottom - top)]
    first = [int(max(0, (m - 3 * s) // CELL)) for m, s in zip(middle, spread, strict=True)]
    last = [int(min(CELLS, (m + 3 * s) // CELL + 2)) for m, s in zip(middle, spread, strict=True)]
    area = np.s_[first[1] : last[1], first[0] : last[0]]
    x, y = (int(np.clip(m // CELL, 0, CELLS - 1)) for m in middle)
    far = ((COLUMN[area] - x) * CELL / spread[0]) ** 2 + ((ROW[area] - y) * CELL / spread[1]) ** 2
    bump = np.exp(-0.5 * far).astype(np.float32)
    own = bump > nearest[area]
    nearest[area][own] = bump[own]
    part = wanted[area]
    part[..., HEAT] = np.maximum(part[..., HEAT], bump)
    part[..., WEIGHT][own] = np.where(bump > KNOWN, bump, 0)[own]
    known = own & (bump > KNOWN)
    part[..., VALUE][known] = value
    across, down = (COLUMN[area] + 0.5) * CELL, (ROW[area] + 0.5) * CELL
    sides = np.stack([across - left, down - top, right - across, bottom - down], axis=-1) / UNIT
    part[..., SIDES][known] = sides[known]
    wanted[y, x, COUNTS] = 1
