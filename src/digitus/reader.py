"""The way through: image -> page -> ink -> layout -> model -> reading."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from numbers import Real
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from digitus.bridging import bridged
from digitus.consensus import agreed
from digitus.errors import ImageError, InvalidOption
from digitus.files import find_images
from digitus.finder import Finder
from digitus.glyph import SIDE, place_glyph
from digitus.grouping import Group, arrange
from digitus.image import ImageLike, Page, load, load_pages, source_of
from digitus.ink import find_ink
from digitus.layout import digit_candidates
from digitus.model import Model
from digitus.reaching import reached
from digitus.reading import Box, Digit, Number, Reading, ReadingError
from digitus.transcriber import Transcriber, Transcript
from digitus.turning import turned, turned_back, upright

Expect = Literal["digit", "numbers"]
_PATH = (str, os.PathLike)

# A page of so many pixels at most (a drawing, a webcam's picture) is looked at for a single digit
# first, which takes a tenth of the finder's time; but not where it is so much wider than high.
SMALL_PIXELS, WIDE = 400_000, 2.0
# It is one digit where that is so sure, and no other can lie beside it.
SURE = 0.9
# Larger pages are hardly cut to the digit: what is as high as they are may be a whole column.
CUT_PIXELS = 100_000
# The finder overlooks a digit only where it is as high as this part of the page.
HIGH = 0.5
# The only digit of a page, less sure than this, is none if what is cut out there is none by itself.
LONE = 0.7
# Paper around a digit of a page that is looked at with it, in its longer sides.
PAPER = 0.15
Pixels: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True)
class Seen:
    """A digit and the glyph that it was read from.

    Attributes:
        digit: What was read.
        glyph: uint8 [28, 28], what the model saw.
        frame: Where the whole glyph lies on the page: left, top, right and bottom in pixels. Its
            paper may reach over the page's border.
        rotation: By how many degrees the page was turned clockwise to cut it, as
            `Reading.rotation`.
    """

    digit: Digit
    glyph: NDArray[np.uint8]
    frame: tuple[float, float, float, float]
    rotation: int = 0


class Reader:
    """Reads pictures with one model.

    Args:
        model: An ONNX file with its card beside it; the shipped model by default.
        shared: Whether many threads read with it at once, as a server's do: none then keeps the
            processor from the others where it waits, and each takes longer where it is alone.

    Raises:
        ModelError: The model or its card is missing, damaged, or not a digit classifier.
    """

    def __init__(
        self, model: str | os.PathLike[str] | None = None, *, shared: bool = False
    ) -> None:
        self.model = Model(model, shared=shared)
        self.shared = shared

    @cached_property
    def finder(self) -> Finder:
        """What finds digits on pages; it is loaded when the first page is read."""
        return Finder(shared=self.shared)

    @cached_property
    def transcriber(self) -> Transcriber:
        """What spells whole numbers; it is loaded when the first page is read."""
        return Transcriber(shared=self.shared)

    def read(
        self, image: ImageLike, *, expect: Expect = "numbers", min_confidence: float = 0.0
    ) -> Reading:
        """Read a picture (the first page of it).

        Args:
            image: A path, bytes, binary stream, PIL image or array.
            expect: ``numbers``: any numbers; ``digit``: the whole picture is one digit, or none.
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
            The digits of the reading, in its order, with their glyphs; but for those without ink
                that could be cut out.

        Raises:
            ImageError: The picture cannot be read.
            InvalidOption: ``expect`` makes no sense.
        """
        _check_options(expect, 0.0)
        pixels = load(image).pixels
        lines, rotation, known = self._lines(pixels, expect)
        digits = [digit for line in lines for number in line for digit in number.digits]
        if not known:
            known = self._cut(turned(pixels, rotation), digits)
        seen = {one.digit: one for one in known}
        return [_seen_back(seen[digit], rotation, pixels) for digit in digits if digit in seen]

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
        pixels = page.pixels
        lines, rotation, _ = self._lines(pixels, expect)
        kept = []
        for line in lines:
            numbers = [number for number in line if number.confidence >= min_confidence]
            if numbers:
                kept.append(tuple(_number_back(number, rotation, pixels) for number in numbers))
        height, width = pixels.shape[:2]
        return Reading(page.source, page.number, width, height, tuple(kept), rotation=rotation)

    def _lines(
        self, pixels: Pixels, expect: Expect
    ) -> tuple[list[list[Number]], int, Sequence[Seen]]:
        """Read the numbers of a page.

        Returns:
            The numbers of each line; by how many degrees the page has to be turned clockwise to
            have them there; and what the model saw of their digits, if it was asked.
        """
        one, places, rotation = self._found(pixels, expect)
        if one:
            # Where the finder was asked, too, the digit is no surer than it: a ring is like a 0.
            sure = min(digit.confidence for digit in (one.digit, *places))
            return [[Number((one.digit,), sure)]], 0, [one]
        upright = turned(pixels, rotation)
        seen = [] if self.model.shipped else self._cut(upright, places)
        digits = places if self.model.shipped else [each.digit for each in seen]
        lines = [
            [number for group in line if (number := self._number(group, upright))]
            for line in self.groups(digits, upright)
        ]
        doubtful = _doubtful(lines) if self.model.shipped else None
        if doubtful and not self._is_one(doubtful.box, upright):
            lines = []
        return lines, rotation, seen

    def groups(self, digits: Sequence[Digit], pixels: Pixels) -> list[list[Group]]:
        """Put the digits of a page together: lines from top to bottom, their numbers as groups.

        Args:
            digits: As `places` returns them.
            pixels: uint8 [H, W, 3], the page, upright.
        """
        lines = arrange(digits, pixels)
        if not self.model.shipped:
            return lines
        return [bridged(line, partial(self.transcriber.spell, pixels)) for line in lines]

    def spelt(self, group: Group, pixels: Pixels) -> Transcript | None:
        """Spell a number of a page, as `groups` returns them; None where it cannot be."""
        boxes = np.array([digit.box for digit in group.digits], np.float64)
        spell = partial(self.transcriber.spell, pixels)
        return reached(boxes, group.room, pixels[..., 1], spell)

    def _number(self, group: Group, pixels: Pixels) -> Number | None:
        """Read the number of a group of digits; a model of the user's own has the last word."""
        transcript = self.spelt(group, pixels) if self.model.shipped else None
        return agreed(group.digits, group.whole, transcript, pixels.shape[1])

    def _found(self, pixels: Pixels, expect: Expect) -> tuple[Seen | None, Sequence[Digit], int]:
        """Find the one digit of a page, or where several stand.

        Returns:
            The one digit, if there is just one; the places of any number, as the finder reads
            them, if it was asked; and by how many degrees the page has to be turned clockwise to
            have them there.
        """
        small = _small(pixels)
        one, alone = self._one(pixels) if small or expect == "digit" else (None, False)
        if alone or expect == "digit":
            return one, [], 0
        places = self.places(pixels)
        if len(places) < 2:
            # A page of one digit is read as such: with all its doubtful strokes.
            one = one if small else self._one(pixels)[0]
            if one and (places or _fills(one.digit.box, pixels)):
                return one, places, 0
        return None, *upright(pixels, places, self.places)

    def _cut(self, pixels: Pixels, places: Sequence[Digit]) -> list[Seen]:
        """Cut a glyph at each of several places, and classify it."""
        seen = []
        for place in places:
            left, top, right, bottom = _around(place.box, pixels)
            one, _ = self._one(pixels[top:bottom, left:right], doubtful=self.model.shipped)
            if one:
                digit = place if self.model.shipped else _moved(one.digit, left, top)
                x0, y0, x1, y1 = one.frame
                frame = (x0 + left, y0 + top, x1 + left, y1 + top)
                seen.append(Seen(digit, one.glyph, frame))
        return seen

    def places(self, pixels: Pixels) -> list[Digit]:
        """Find the digits of a page of numbers, in no order.

        Args:
            pixels: uint8 [H, W, 3], the page, upright.
        """
        found = self.finder.find(pixels)
        return [
            Digit.of(share, _inside(box, pixels))
            for box, share in zip(found.boxes.tolist(), found.shares, strict=True)
        ]

    def _one(self, pixels: Pixels, *, doubtful: bool = False) -> tuple[Seen | None, bool]:
        """Read the one digit of a picture: the likeliest piece of ink, if it is any.

        Args:
            pixels: The page.
            doubtful: Whether what is rather none counts as well.

        Returns:
            What was read, and whether it is sure and no other can lie beside it.
        """
        found = [
            (candidate, ink) for ink in find_ink(pixels) for candidate in digit_candidates(ink)
        ]
        if not found:
            return None, False
        placed = [place_glyph(candidate.values) for candidate, _ in found]
        shares = self.classify(np.stack([glyph for glyph, _ in placed]))
        plausible = np.array([candidate.plausibility for candidate, _ in found])
        best = int((shares.max(axis=1) * plausible).argmax())
        candidate, ink = found[best]
        if not doubtful and shares[best].max() < self._bar(float(plausible[best])):
            return None, False
        box = _inside([side * ink.scale for side in candidate.box], pixels)
        height, width = pixels.shape[:2]
        free = height * width <= CUT_PIXELS or box[3] - box[1] < height
        alone = free and shares[best].max() >= SURE and ink.alone(candidate.box)
        glyph, inner = placed[best]
        frame = _frame(candidate.box, inner, ink.scale)
        return Seen(Digit.of(shares[best], box), glyph, frame), bool(alone)

    def _is_one(self, box: Box, pixels: Pixels) -> bool:
        """Tell whether what stands at a place is a digit by itself."""
        left, top, right, bottom = _around(box, pixels)
        return self._one(pixels[top:bottom, left:right])[0] is not None

    def _bar(self, plausibility: float) -> float:
        """Return the confidence from which on a digit is read.

        What is less plausible by its place must be the surer by its shape.
        """
        return 1 - (1 - self.model.card.reject_below) * plausibility


def _doubtful(lines: Sequence[Sequence[Number]]) -> Digit | None:
    """Return the only digit that was read, if it is not sure."""
    numbers = [number for line in lines for number in line]
    if len(numbers) != 1 or len(numbers[0].digits) != 1 or numbers[0].confidence >= LONE:
        return None
    return numbers[0].digits[0]


def _small(pixels: Pixels) -> bool:
    """Tell whether a page is looked at for a single digit first."""
    height, width = pixels.shape[:2]
    return bool(height * width <= SMALL_PIXELS and width < WIDE * height)


def _fills(box: Box, pixels: Pixels) -> bool:
    """Tell whether a digit is so large for its page that the finder may have overlooked it."""
    return bool(box[3] - box[1] >= HIGH * pixels.shape[0])


def _frame(box: Box, inner: Box, scale: int) -> tuple[float, float, float, float]:
    """Lay a glyph over the page.

    Args:
        box: Where the ink lies, in pixels of the ink.
        inner: Where it lies in the glyph.
        scale: Pixels of the page per pixel of ink.
    """
    left, top, right, bottom = box
    x = scale * (right - left) / max(inner[2] - inner[0], 1)  # pixels of the page per glyph pixel
    y = scale * (bottom - top) / max(inner[3] - inner[1], 1)
    x0, y0 = scale * left - x * inner[0], scale * top - y * inner[1]
    return (x0, y0, x0 + x * SIDE, y0 + y * SIDE)


def _inside(box: Sequence[float], pixels: Pixels) -> Box:
    """Round a box to whole pixels of the page, one at least each way."""
    height, width = pixels.shape[:2]
    left = min(max(0, math.floor(box[0])), width - 1)
    top = min(max(0, math.floor(box[1])), height - 1)
    right, bottom = min(math.ceil(box[2]), width), min(math.ceil(box[3]), height)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _around(box: Box, pixels: Pixels) -> Box:
    """Return a box and a little of the paper around it."""
    left, top, right, bottom = box
    away = round(PAPER * max(right - left, bottom - top))
    return _inside((left - away, top - away, right + away, bottom + away), pixels)


def _moved(digit: Digit, x: int, y: int) -> Digit:
    """Return a digit of a part of a page where it stands on the page."""
    left, top, right, bottom = digit.box
    return replace(digit, box=(left + x, top + y, right + x, bottom + y))


def _digit_back(digit: Digit, rotation: int, pixels: Pixels) -> Digit:
    """Return a digit of a turned page where it stands on the page as it came."""
    return replace(digit, box=turned_back(digit.box, rotation, pixels))


def _number_back(number: Number, rotation: int, pixels: Pixels) -> Number:
    """Return a number of a turned page where it stands on the page as it came."""
    digits = (_digit_back(digit, rotation, pixels) for digit in number.digits)
    return replace(number, digits=tuple(digits))


def _seen_back(seen: Seen, rotation: int, pixels: Pixels) -> Seen:
    """Return a digit of a turned page, and its glyph, where they lie on the page as it came."""
    digit = _digit_back(seen.digit, rotation, pixels)
    return Seen(digit, seen.glyph, turned_back(seen.frame, rotation, pixels), rotation)


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
