"""The result: a reading holds numbers, a number holds digits; all frozen and exportable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what prints a reading starts without NumPy
    import numpy as np
    from numpy.typing import NDArray

Box = tuple[int, int, int, int]
"""``(left, top, right, bottom)`` in pixels of the upright page, right and bottom exclusive."""

# Confidences are printed and exported with this many decimals: finer than any calibration.
DECIMALS = 4
# Other values less probable than this are not worth naming.
WORTH_NAMING = 0.005
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else a digit might be."""

    digit: int
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the alternative as the JSON contract names it."""
        return {"digit": self.digit, "confidence": round(self.confidence, DECIMALS)}


@dataclass(frozen=True, slots=True)
class Digit:
    """One recognised glyph.

    Attributes:
        digit: The value, 0-9.
        confidence: Calibrated probability, 0..1, that the value is right.
        box: Where its ink lies on the upright page.
        alternatives: Other values worth naming, most probable first.
    """

    digit: int
    confidence: float
    box: Box
    alternatives: tuple[Alternative, ...] = ()

    @classmethod
    def of(cls, shares: NDArray[np.float32], box: Box) -> Digit:
        """Name the most probable value of shares float32 [10] and those worth naming besides."""
        order = sorted(range(len(shares)), key=lambda value: -shares[value])
        others = tuple(
            Alternative(value, float(shares[value]))
            for value in order[1 : MOST_NAMED + 1]
            if shares[value] >= WORTH_NAMING
        )
        return cls(order[0], float(shares[order[0]]), box, others)

    def to_dict(self) -> dict[str, Any]:
        """Return the digit as the JSON contract names it."""
        return {
            "digit": self.digit,
            "confidence": round(self.confidence, DECIMALS),
            "box": list(self.box),
            "alternatives": [alternative.to_dict() for alternative in self.alternatives],
        }


@dataclass(frozen=True, slots=True)
class Number:
    """Neighbouring digits read as one.

    Attributes:
        digits: At least one digit, left to right.
        confidence: Calibrated probability, 0..1, that every digit is right.
    """

    digits: tuple[Digit, ...]
    confidence: float

    @classmethod
    def of(cls, digits: Sequence[Digit]) -> Number:
        """Put digits together, left to right; the number is as sure as all of them are."""
        return cls(tuple(digits), prod(digit.confidence for digit in digits))

    @property
    def text(self) -> str:
        """The digits as a string; leading zeros are kept."""
        return "".join(str(digit.digit) for digit in self.digits)

    @property
    def box(self) -> Box:
        """The smallest box around all digits."""
        lefts, tops, rights, bottoms = zip(*(digit.box for digit in self.digits), strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def to_dict(self) -> dict[str, Any]:
        """Return the number as the JSON contract names it."""
        return {
            "text": self.text,
            "confidence": round(self.confidence, DECIMALS),
            "box": list(self.box),
            "digits": [digit.to_dict() for digit in self.digits],
        }


@dataclass(frozen=True, slots=True)
class ReadingError:
    """Why a page could not be read: the error's class name and its sentence."""

    type: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the error as the JSON contract names it."""
        return {"type": self.type, "message": self.message}


@dataclass(frozen=True, slots=True)
class Reading:
    """All numbers of one page, in reading order.

    Attributes:
        source: Where the page came from (a path, or a word such as ``<array>``).
        page: Number of the page in its file, from 1.
        width: Width of the upright page in pixels; 0 where it could not be read.
        height: Height of the upright page in pixels; 0 where it could not be read.
        lines: The numbers of each line, top to bottom, left to right.
        error: Why nothing could be read, or None.
        rotation: By how many degrees the page has to be turned clockwise to stand upright: 0, 90,
            180 or 270. Boxes are in pixels of the page as it came.
    """

    source: str
    page: int
    width: int
    height: int
    lines: tuple[tuple[Number, ...], ...] = ()
    error: ReadingError | None = None
    rotation: int = 0

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All numbers in reading order."""
        return tuple(number for line in self.lines for number in line)

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits in reading order."""
        return tuple(digit for number in self.numbers for digit in number.digits)

    @property
    def text(self) -> str:
        """Numbers spaced, lines on lines of their own; empty where there is no digit."""
        return "\n".join(" ".join(number.text for number in line) for line in self.lines)

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    def __iter__(self) -> Iterator[Number]:
        """Iterate over the numbers in reading order."""
        return iter(self.numbers)

    def __bool__(self) -> bool:
        """A reading is true where there is at least one number."""
        return bool(self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as the JSON contract names it."""
        return {
            "source": self.source,
            "page": self.page,
            "width": self.width,
            "height": self.height,
            "rotation": self.rotation,
            "numbers": [number.to_dict() for number in self.numbers],
            "error": self.error.to_dict() if self.error else None,
        }
