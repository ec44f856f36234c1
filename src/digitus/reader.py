"""The way through: image -> page -> ink -> layout -> model -> reading."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from digitus.errors import ImageError, InvalidOption
from digitus.files import find_images
from digitus.glyph import SIDE, place_glyph
from digitus.grouping import arrange
from digitus.image import ImageLike, Page, load, load_pages, source_of
from digitus.ink import Ink, find_ink
from digitus.layout import Candidate, digit_candidates, page_candidates
from digitus.model import Model
from digitus.reading import Alternative, Box, Digit, Reading, ReadingError

Expect = Literal["digit", "numbers"]
_PATH = (str, os.PathLike)

# Other values less probable than this are not worth naming.
WORTH_NAMING = 0.005
MOST_NAMED = 3
# How plausible it is that one digit stands alone among ink that is none: letters, a drawing.
ALONE = 0.6


@dataclass(frozen=True)
class Seen:
    """A digit and the glyph that it was read from.

    Attributes:
        digit: What was read.
        glyph: uint8 [28, 28], what the model saw.
        frame: Where the whole glyph lies on the upright page: left, top, right and bottom in
            pixels. Its paper may reach over the page's border.
    """

    digit: Digit
    glyph: NDArray[np.uint8]
    frame: tuple[float, float, float, float]


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
        self, image: ImageLike, *, expect: Expect = "numbers", min_confidence: float = 0.0
    ) -> Reading:
        """Read a picture (the first page of it).

        Args:
            image: A path, bytes, binary stream, PIL image or array.
            expect: ``numbers``: any numbers, each of their digits standing free; ``digit``: the
                whole picture is one digit, or none.
            min_confidence: Numbers below this confidence, 0..1, are left out.

        Returns:
            What was read; without numbers where the picture holds no digit.

        Raises:
            ImageError: The picture cannot be read.
            InvalidOption: ``expect`` or ``min_confidence`` makes no sense.
        """
        _check_options(expect, min_confidence)
        return self._read(load(image), expect, min_confidence)

    def see(self, image: ImageLike, *, expect: Expect = "numbers") -> list[Seen]:
        """Read a picture as `read` does, and keep what the model saw.

        Args:
            image: As in `read`.
            expect: As in `read`.

        Returns:
            The digits of the reading, in its order, with their glyphs.

        Raises:
            ImageError: The picture cannot be read.
            InvalidOption: ``expect`` makes no sense.
        """
        _check_options(expect, 0.0)
        seen = {one.digit: one for one in self._see(load(image), expect)}
        lines = arrange(list(seen))
        return [seen[digit] for line in lines for number in line for digit in number.digits]

    def read_many(
        self,
        images: str | os.PathLike[str] | Iterable[ImageLike],
        *,
        expect: Expect = "numbers",
        min_confidence: float = 0.0,
    ) -> Iterator[Reading]:
        """Read pictures one by one, every page of each.

        Args:
            images: Pictures as `read` takes them; a path may also be a folder or a pattern.
            expect: As in `read`.
            min_confidence: As in `read`.

        Returns:
            An iterator of readings, one a page. Where a picture cannot be read, its reading says
            why, and the others are still read.

        Raises:
            InvalidOption: ``expect`` or ``min_confidence`` makes no sense, or ``images`` is a
                single picture.
        """
        _check_options(expect, min_confidence)
        if isinstance(images, str | os.PathLike):
            images = [images]
        one = isinstance(images, bytes | bytearray | memoryview | np.ndarray)
        one = one or hasattr(images, "read")
        if one or not isinstance(images, Iterable):
            raise InvalidOption(
                f"read_many wants several pictures, not one {type(images).__name__}: "
                "put it into a list, or use read"
            )
        return self._read_all(images, expect, min_confidence)

    def _read_all(
        self, images: Iterable[ImageLike], expect: Expect, min_confidence: float
    ) -> Iterator[Reading]:
        """Read the pages of all pictures; errors are told in the readings."""
        for image in images:
            try:
                for found in find_images(image) if isinstance(image, _PATH) else [image]:
                    yield from self._read_pages(found, expect, min_confidence)
            except ImageError as error:  # no such folder, or a folder without pictures
                yield _failed(image, 1, error)

    def _read_pages(
        self, image: ImageLike, expect: Expect, min_confidence: float
    ) -> Iterator[Reading]:
        """Read the pages of one picture."""
        number = 1
        try:
            for page in load_pages(image):
                if isinstance(page, ImageError):
                    yield _failed(image, number, page)
                else:
                    yield self._read(page, expect, min_confidence)
                number += 1
        except ImageError as error:
            yield _failed(image, number, error)

    def classify(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return probabilities float32 [N, 10] of glyphs uint8 [N, 28, 28]."""
        return self.model.classify(glyphs)

    def _read(self, page: Page, expect: Expect, min_confidence: float) -> Reading:
        height, width = page.pixels.shape[:2]
        lines = tuple(
            kept
            for line in arrange([one.digit for one in self._see(page, expect)])
            if (kept := tuple(n for n in line if n.confidence >= min_confidence))
        )
        return Reading(page.source, page.number, width, height, lines)

    def _see(self, page: Page, expect: Expect) -> list[Seen]:
        """Read the digits of a page, in no order."""
        height, width = page.pixels.shape[:2]
        inks = find_ink(page.pixels)
        found = self._page(inks) if expect == "numbers" else []
        # A page of one number of one digit is read as such: with all its doubtful strokes. Where
        # they make no digit, one that stands among them is read if it is sure enough.
        if len(found) < 2:
            sure = [one for one in found if one.digit.confidence >= self._bar(ALONE)]
            found = self._one(inks) or sure
        return [
            replace(one, digit=replace(one.digit, box=_inside(one.digit.box, width, height)))
            for one in found
        ]

    def _page(self, inks: Sequence[Ink]) -> list[Seen]:
        """Read the digits of a page, by the explanation that gives the most of them."""
        best: list[Seen] = []
        for ink in inks:
            # Less than two digits are read as one picture of a digit, see `_read`.
            candidates = page_candidates(ink) if len(ink.parts) > 1 else []
            if len(candidates) < 2:
                continue
            placed = [place_glyph(candidate.values) for candidate in candidates]
            shares = self.classify(np.stack([glyph for glyph, _ in placed]))
            sure = shares.max(axis=1) >= self.model.card.reject_below
            seen = [
                _seen(share, candidate, ink.scale, *place)
                for candidate, share, place, fine in zip(
                    candidates, shares, placed, sure, strict=True
                )
                if fine
            ]
            best = max(best, seen, key=lambda found: sum(one.digit.confidence for one in found))
        return best

    def _one(self, inks: Sequence[Ink]) -> list[Seen]:
        """Read the one digit of a picture: the likeliest piece of ink, if it is any."""
        found = [(candidate, ink) for ink in inks for candidate in digit_candidates(ink)]
        if not found:
            return []
        placed = [place_glyph(candidate.values) for candidate, _ in found]
        shares = self.classify(np.stack([glyph for glyph, _ in placed]))
        plausible = np.array([candidate.plausibility for candidate, _ in found])
        best = int((shares.max(axis=1) * plausible).argmax())
        candidate, ink = found[best]
        if shares[best].max() < self._bar(float(plausible[best])):
            return []
        return [_seen(shares[best], candidate, ink.scale, *placed[best])]

    def _bar(self, plausibility: float) -> float:
        """Return the confidence from which on a digit is read.

        What is less plausible by its place must be the surer by its shape.
        """
        return 1 - (1 - self.model.card.reject_below) * plausibility


def _digit(shares: NDArray[np.float32], box: Box, scale: int) -> Digit:
    """Name the most probable value of shares [10] and those worth naming besides.

    Args:
        shares: float32 [10], probabilities.
        box: Where the ink lies, in pixels of the ink.
        scale: Pixels of the page per pixel of ink.
    """
    order = np.argsort(-shares)
    others = tuple(
        Alternative(int(i), float(shares[i]))
        for i in order[1 : MOST_NAMED + 1]
        if shares[i] >= WORTH_NAMING
    )
    left, top, right, bottom = (side * scale for side in box)
    return Digit(int(order[0]), float(shares[order[0]]), (left, top, right, bottom), others)


def _seen(
    shares: NDArray[np.float32],
    candidate: Candidate,
    scale: int,
    glyph: NDArray[np.uint8],
    inner: Box,
) -> Seen:
    """Name the digit of a candidate, and lay its glyph over the page.

    Args:
        shares: float32 [10], probabilities.
        candidate: The ink that was read.
        scale: Pixels of the page per pixel of ink.
        glyph: uint8 [28, 28], cut from the candidate.
        inner: Where in the glyph the candidate's box lies.
    """
    left, top, right, bottom = candidate.box
    x = scale * (right - left) / max(inner[2] - inner[0], 1)  # pixels of the page per glyph pixel
    y = scale * (bottom - top) / max(inner[3] - inner[1], 1)
    x0, y0 = scale * left - x * inner[0], scale * top - y * inner[1]
    frame = (x0, y0, x0 + x * SIDE, y0 + y * SIDE)
    return Seen(_digit(shares, candidate.box, scale), glyph, frame)


def _inside(box: Box, width: int, height: int) -> Box:
    """Cut off what rounding carried over the page's border."""
    left, top, right, bottom = box
    return left, top, min(right, width), min(bottom, height)


def _failed(image: object, number: int, error: ImageError) -> Reading:
    """Tell why a page could not be read."""
    why = ReadingError(type(error).__name__, str(error))
    return Reading(source_of(image), number, 0, 0, error=why)


def _check_options(expect: object, min_confidence: object) -> None:
    """See that the options make sense.

    Raises:
        InvalidOption: They do not.
    """
    if not isinstance(expect, str) or expect not in get_args(Expect):
        raise InvalidOption(f"expect={expect!r} is not known: say 'numbers' or 'digit'")
    number = isinstance(min_confidence, Real) and not isinstance(min_confidence, bool)
    if not number or not 0 <= min_confidence <= 1:  # type: ignore[operator]
        raise InvalidOption(
            f"min_confidence={min_confidence!r} is not a probability: give a number from 0 to 1"
        )


_default: Reader | None = None


def _shared() -> Reader:
    """Return the reader with the shipped model, made at its first use."""
    global _default
    if _default is None:
        _default = Reader()
    return _default


def read(image: ImageLike, *, expect: Expect = "numbers", min_confidence: float = 0.0) -> Reading:
    """Read a picture with the shipped model; see `Reader.read`."""
    return _shared().read(image, expect=expect, min_confidence=min_confidence)


def read_many(
    images: str | os.PathLike[str] | Iterable[ImageLike],
    *,
    expect: Expect = "numbers",
    min_confidence: float = 0.0,
) -> Iterator[Reading]:
    """Read pictures with the shipped model; see `Reader.read_many`."""
    return _shared().read_many(images, expect=expect, min_confidence=min_confidence)


def classify(glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Classify glyphs uint8 [N, 28, 28] with the shipped model: float32 [N, 10]."""
    return _shared().classify(glyphs)
