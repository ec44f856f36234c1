"""The way through: image -> page -> ink -> layout -> model -> reading."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitus.errors import ImageError
from digitus.glyph import cut_glyph
from digitus.image import ImageLike, Page, load, load_pages
from digitus.ink import find_ink
from digitus.layout import digit_candidates
from digitus.model import Model
from digitus.reading import Alternative, Box, Digit, Number, Reading, ReadingError

Expect = Literal["digit", "numbers"]

# Other values less probable than this are not worth naming.
WORTH_NAMING = 0.005


class Reader:
    """Reads pictures with one model.

    Args:
        model: An ONNX file with its card beside it; the shipped model by default.

    Raises:
        ModelError: The model or its card is missing, damaged, or not a digit classifier.
    """

    def __init__(self, model: str | os.PathLike[str] | None = None) -> None:
        self.model = Model(model)

    def read(
        self,
        image: ImageLike | Page,
        *,
        expect: Expect = "digit",  # noqa: ARG002
        min_confidence: float = 0.0,
    ) -> Reading:
        """Read a picture (the first page of it).

        Args:
            image: A path, bytes, binary stream, PIL image, array or loaded page.
            expect: What the picture holds. Only one digit can be read yet.
            min_confidence: Numbers below this confidence, 0..1, are left out.

        Returns:
            What was read; without numbers where the picture holds no digit.

        Raises:
            ImageError: The picture cannot be read.
        """
        page = image if isinstance(image, Page) else load(image)
        return self._read(page, min_confidence)

    def read_many(
        self,
        images: Iterable[ImageLike | Page],
        *,
        expect: Expect = "digit",  # noqa: ARG002
        min_confidence: float = 0.0,
    ) -> Iterator[Reading]:
        """Read pictures one by one, a reading a page; errors are told in the reading."""
        for image in images:
            number = 1
            try:
                for page in [image] if isinstance(image, Page) else load_pages(image):
                    yield self._read(page, min_confidence)
                    number = page.number + 1
            except ImageError as error:
                reason = ReadingError(type(error).__name__, str(error))
                yield Reading(_name(image), number, 0, 0, error=reason)

    def classify(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return probabilities float32 [N, 10] of glyphs uint8 [N, 28, 28]."""
        return self.model.classify(glyphs)

    def _read(self, page: Page, min_confidence: float) -> Reading:
        height, width = page.pixels.shape[:2]
        found = [
            (candidate, ink.scale)
            for ink in find_ink(page.pixels)
            for candidate in digit_candidates(ink)
        ]
        lines: tuple[tuple[Number, ...], ...] = ()
        if found:
            glyphs = np.stack([cut_glyph(candidate.values) for candidate, _ in found])
            shares = self.model.classify(glyphs)
            plausible = np.array([candidate.plausibility for candidate, _ in found])
            best = int((shares.max(axis=1) * plausible).argmax())
            candidate, scale = found[best]
            digit = _digit(shares[best], _on_page(candidate.box, scale, width, height))
            if digit.confidence >= max(self.model.card.reject_below, min_confidence):
                lines = ((Number((digit,), digit.confidence),),)
        return Reading(page.source, page.number, width, height, lines)


def _digit(shares: NDArray[np.float32], box: Box) -> Digit:
    """Name the most probable value of shares [10] and those worth naming besides."""
    order = np.argsort(-shares)
    others = tuple(
        Alternative(int(i), float(shares[i])) for i in order[1:4] if shares[i] >= WORTH_NAMING
    )
    return Digit(int(order[0]), float(shares[order[0]]), box, others)


def _on_page(box: Box, scale: float, width: int, height: int) -> Box:
    """Scale a box of the ink to pixels of the page."""
    left, top, right, bottom = (round(side * scale) for side in box)
    return left, top, min(right, width), min(bottom, height)


def _name(image: object) -> str:
    """Name a picture that could not be loaded."""
    if isinstance(image, str | os.PathLike):
        return os.fsdecode(image)
    return str(getattr(image, "name", f"<{type(image).__name__}>"))


_default: Reader | None = None


def _shared() -> Reader:
    """Return the reader with the shipped model, made at its first use."""
    global _default
    if _default is None:
        _default = Reader()
    return _default


def read(image: ImageLike, *, expect: Expect = "digit", min_confidence: float = 0.0) -> Reading:
    """Read a picture with the shipped model; see `Reader.read`."""
    return _shared().read(image, expect=expect, min_confidence=min_confidence)


def read_many(
    images: Iterable[ImageLike], *, expect: Expect = "digit", min_confidence: float = 0.0
) -> Iterator[Reading]:
    """Read pictures with the shipped model; see `Reader.read_many`."""
    return _shared().read_many(images, expect=expect, min_confidence=min_confidence)


def classify(glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Classify glyphs uint8 [N, 28, 28] with the shipped model: float32 [N, 10]."""
    return _shared().classify(glyphs)
