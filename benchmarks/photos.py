"""Makes two-megapixel photos of one digit each, and pages of numbers.

The digits lie on all kinds of paper in all kinds of light; the pages are an amount, a page of two
megapixels and a photo of twelve.

python benchmarks/photos.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from digitus.training.handwriting import Writer, write
from digitus.training.pages import gather_hands, make_page
from digitus.training.pictures import picture

SIZE = (1632, 1224)
# Height and width of pages of numbers, and what stands on them.
PAGES = {
    "amount": ((64, 224), "amount"),
    "page": ((1632, 1224), "rows"),
    "photo": ((4032, 3024), "notes"),
}
JPEG_QUALITY = 92  # about what cameras write


def make(digit: int, file: Path) -> None:
    """Write the photo of a digit as a JPEG; always the same one."""
    rng = np.random.default_rng(digit)
    page = picture(write(digit, Writer.from_seed(digit), rng), rng, scene="photo", side=max(SIZE))
    Image.fromarray(page).resize(SIZE).save(file, quality=JPEG_QUALITY)


def make_numbers(name: str, folder: Path) -> None:
    """Write a page of numbers as a JPEG; always the same one, in no real writer's hand."""
    size, kind = PAGES[name]
    page = make_page(1, gather_hands("validation", ()), size=size, kind=kind)
    Image.fromarray(page.pixels).save(folder / f"{name}.jpg", quality=JPEG_QUALITY)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for digit in range(10):
        make(digit, folder / f"{digit}.jpg")
    for name in PAGES:
        make_numbers(name, folder)
