"""The two networks of the finder, described once.

The first looks at a whole page for centres of digits (CenterNet: Zhou et al. 2019, "Objects as
Points"), the second at each place that the first found (as in Faster R-CNN: Ren et al. 2015).
"""

from __future__ import annotations

import numpy as np

from digitus.training.finding.blocks import Blocks, T

# The first network says something for each square of so many pixels.
CELL = 4
# What it says: a digit's centre is here; which digit; how far its sides are, in units of 16 pixels.
CENTRE, VALUES, SIDES = slice(0, 1), slice(1, 11), slice(11, 15)
UNIT = 16.0
SAID = 15
# Rare at first, as centres are (Lin et al. 2017, "Focal Loss", section 4.1); boxes of 20 pixels.
START = np.array([-3.0] + [0.0] * 10 + [0.6] * 4, np.float32)
# Side of the pictures that the second network sees, and of the digit in their middle: once near,
# and once with what stands around it, so many times as far. A comma is seen to be small.
PIECE, DIGIT = 32, 20
VIEWS = (1.0, 2.5)
# What is left of a piece in the end: rows and columns, and channels.
SMALL, CHANNELS = 4, 40


def search(blocks: Blocks[T], x: T) -> T:
    """Look at a page: two channels in, `SAID` out at a quarter of its sides (multiples of 8)."""
    x = blocks.conv(x, "stem", 16, 5, 2)
    x = blocks.conv(x, "fine", 24, 3, 2)
    x = _residual(blocks, x, "fine1", 24)
    y = blocks.conv(x, "coarse", 64, 3, 2)
    for number in (1, 2, 3):
        y = _residual(blocks, y, f"coarse{number}", 64)
    y = blocks.up(blocks.conv(y, "narrow", 24, 1))
    x = blocks.conv(blocks.join(x, y), "head", 32)
    return blocks.out(x, "said", SAID, START)


def look(blocks: Blocks[T], x: T) -> T:
    """Look at pieces of 32 x 32: a channel for each view in, 40 x 4 x 4 values out."""
    x = blocks.conv(x, "stem", 32, 3, 2)
    x = blocks.conv(x, "fine", 40)
    x = _residual(blocks, x, "fine1", 40)
    x = blocks.conv(x, "coarse", 80, 3, 2)
    for number in (1, 2):
        x = _residual(blocks, x, f"coarse{number}", 80)
    return blocks.conv(x, "small", CHANNELS, 3, 2)


def _residual(blocks: Blocks[T], x: T, name: str, filters: int) -> T:
    y = blocks.conv(x, f"{name}a", filters)
    return blocks.add(x, blocks.conv(y, f"{name}b", filters, relu=False))
