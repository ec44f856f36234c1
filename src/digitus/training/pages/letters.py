"""What stands between and around digits: points, commas, dashes, currencies, letters of words.

Skeletons are written as in `digitus.training.skeletons`. Letters that look like digits when they
stand alone (o, l, S, ...) are fine here: in a word nobody takes them for digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.training import handwriting
from digitus.training.skeletons import LETTERS, SIGNS


@dataclass(frozen=True)
class Sign:
    """A character that is no digit.

    Attributes:
        skeleton: its strokes.
        height: of its box, in heights of a digit.
        top: where its box begins below the top of the digits, in heights of a digit.
    """

    skeleton: tuple[str, ...]
    height: float
    top: float


MARKS: dict[str, Sign] = {
    ".": Sign(("0 0",), 0.0, 0.97),
    ",": Sign(("10 0, 12 30, 0 80",), 0.26, 0.88),
    "'": Sign(("6 0, 0 100",), 0.22, -0.05),
    "-": Sign(("0 4, 100 0",), 0.02, 0.5),
    "=": Sign(("0 4, 100 0", "0 44, 100 40"), 0.16, 0.38),
    "~": Sign(("0 20, 30 0, 65 22, 100 6",), 0.1, 0.45),
    ":": Sign(("0 0", "0 100"), 0.42, 0.4),
    "/": Sign(("50 0, 0 100",), 1.15, -0.05),
    "+": Sign(("0 50, 90 50", "46 0, 44 100"), 0.5, 0.28),
    "x": Sign(("0 0, 80 100", "78 4, 4 96"), 0.42, 0.45),
    "%": Sign(SIGNS["percent"], 0.95, 0.05),
    "#": Sign(SIGNS["hash"], 0.9, 0.05),
    "€": Sign(SIGNS["euro"], 0.9, 0.05),
    "$": Sign(
        ("54 18, 34 6, 12 20, 18 40, 44 54, 54 74, 34 92, 4 82", "32 -6, 30 106"), 1.1, -0.05
    ),
    "£": Sign(("54 14, 36 0, 22 16, 24 60, 8 98!, 60 96", "6 52, 44 50"), 0.95, 0.03),
    "(": Sign(("30 0, 4 30, 4 70, 30 100",), 1.1, -0.05),
    ")": Sign(("0 0, 26 30, 26 70, 0 100",), 1.1, -0.05),
    "*": Sign(SIGNS["asterisk"], 0.4, 0.1),
}
"""Signs by the character that stands for them in a text."""

CAPITALS: dict[str, tuple[str, ...]] = {
    "B": ("6 2, 6 98", "6 4, 36 2, 46 22, 34 44, 8 48!, 44 52, 54 76, 38 98, 6 97"),
    "C": ("58 14, 34 1, 8 22, 4 56, 16 90, 40 99, 62 86",),
    "D": ("6 2, 6 98", "4 3, 40 10, 62 48, 42 90, 4 98"),
    "G": ("58 14, 34 1, 8 22, 4 56, 16 90, 40 99, 60 84, 60 56!, 38 56",),
    "L": ("6 0, 6 98!, 52 97",),
    "O": ("40 2, 12 12, 1 50, 14 90, 42 99, 70 86, 79 48, 66 12, 37 2",),
    "S": ("52 12, 32 1, 10 16, 16 38, 44 56, 52 78, 32 98, 4 88",),
    "T": ("2 3, 66 2", "34 4, 34 100"),
    "U": ("4 0, 6 70, 28 99, 52 72, 56 0!, 56 98",),
    "Z": ("4 4, 58 2!, 4 98!, 60 96",),
}
SMALL: dict[str, tuple[str, ...]] = {
    "c": ("52 20, 30 2, 6 30, 8 76, 32 98, 56 82",),
    "g": ("50 12, 26 2, 6 26, 24 54, 46 36, 50 8!, 50 76, 28 100, 4 88",),
    "l": ("18 96, 4 70, 14 10, 22 30, 8 84, 28 98",),
    "i": ("10 0, 10 98", "11 -44"),
    "o": ("36 4, 10 22, 6 66, 32 98, 62 74, 58 22, 32 4",),
    "p": ("8 0, 8 100", "8 8, 34 0, 50 22, 34 46, 8 44"),
    "s": ("44 10, 22 4, 8 24, 40 60, 34 92, 4 90",),
    "t": ("20 0, 18 80, 36 98", "2 30, 40 28"),
    "u": ("4 4, 6 70, 26 96, 50 70, 54 4!, 56 80, 66 98",),
    "v": ("2 4, 24 98!, 52 2",),
    "y": ("4 0, 22 44, 44 2!, 34 60, 6 100",),
    "z": ("6 4, 54 2!, 2 98!, 56 96",),
}
# Letters that reach above or below the others.
ASCENDING, DESCENDING = "bdfhklt", "gpqyj"


def sign_of(character: str) -> Sign | None:
    """Gives how a character that is no digit is written; None where nobody knows."""
    if character in MARKS:
        return MARKS[character]
    if character in CAPITALS:
        return Sign(CAPITALS[character], 1.0, 0.0)
    skeleton = SMALL.get(character) or LETTERS.get(character)
    if skeleton is None:
        return None
    if character.isupper():
        return Sign(skeleton, 1.0, 0.0)
    if character in ASCENDING:
        return Sign(skeleton, 1.0, 0.02)
    return Sign(skeleton, 0.85 if character in DESCENDING else 0.6, 0.4)


def write_sign(
    character: str, writer: handwriting.Writer, rng: np.random.Generator
) -> tuple[list[NDArray[np.float64]], Sign]:
    """Writes a character that is no digit.

    Args:
        character: one that `sign_of` knows.
        writer: whose hand.
        rng: what differs from one time to the next.

    Returns:
        Strokes as `handwriting.write` gives them, and where they belong.

    Raises:
        ValueError: nobody knows how it is written.
    """
    sign = sign_of(character)
    if sign is None:
        raise ValueError(f"there is no sign {character!r}")
    return handwriting.write_skeleton(sign.skeleton, f"sign {character}", writer, rng), sign
