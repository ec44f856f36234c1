"""The transcriber's network, described once.

Convolutions read the strip in frames of two columns, and each frame says which digit it may be part
of; CTC (Graves et al. 2006, "Connectionist temporal classification") tells digits from frames, so
nobody has to say where a digit ends that touches the next one.
"""

from __future__ import annotations

from digitus.ctc import NOTHING
from digitus.training.finding.blocks import Blocks, T

# What a frame says: ten digits, or nothing.
SAID = NOTHING + 1


def read(blocks: Blocks[T], x: T) -> T:
    """Read strips of 32 rows: ink, and where the number is, in; `SAID` values a frame out."""
    x = blocks.conv(x, "stem", 24, 5, 2)
    x = blocks.conv(x, "fine", 48, 3, (2, 1))
    x = _residual(blocks, x, "fine1", 48, 3)
    x = blocks.conv(x, "coarse", 80, 3, (2, 1))
    x = _residual(blocks, x, "coarse1", 80, 3)
    x = blocks.conv(x, "tall", 128, (4, 3), (4, 1))
    x = _residual(blocks, x, "along", 128, (1, 5))
    return blocks.out(x, "said", SAID)


def _residual(blocks: Blocks[T], x: T, name: str, filters: int, kernel: int | tuple[int, int]) -> T:
    y = blocks.conv(x, f"{name}a", filters, kernel)
    return blocks.add(x, blocks.conv(y, f"{name}b", filters, kernel, relu=False))
