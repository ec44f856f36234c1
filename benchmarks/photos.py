"""Makes two-megapixel photos of one digit each, on all kinds of paper and in all kinds of light.

python benchmarks/photos.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from digitus.training.handwriting import Writer, write
from digitus.training.pictures import picture

SIZE = (1632, 1224)
JPEG_QUALITY = 92  # about what cameras write


def make(digit: int, file: Path) -> None:
    """Write the photo of a digit as a JPEG; always the same one."""
    rng = np.random.default_rng(digit)
    page = picture(write(digit, Writer.from_seed(digit), rng), rng, scene="photo", side=max(SIZE))
    Image.fromarray(page).resize(SIZE).save(file, quality=JPEG_QUALITY)


if __name__ == "__main__":
    for digit in range(10):
        make(digit, Path(sys.argv[1]) / f"{digit}.jpg")
