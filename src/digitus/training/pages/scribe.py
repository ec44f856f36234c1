"""Somebody writes text on a page: digits, signs and words in one hand, with one pen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitus.training.handwriting import Writer
from digitus.training.pages import letters
from digitus.training.pages.hands import Hand, MadeHand
from digitus.training.pages.masks import Mask, Nib, broader, draw, ink_of
from digitus.training.pages.spacing import Spacing, place_after
from digitus.training.pages.texts import JOINING, THIN

NO_DIGIT = -1
# Space between words, in heights of a digit, and by which part it varies from one to the next; and
# between thousands that have no sign between them.
WORD_SPACE, VARIED, THIN_SPACE = (0.4, 1.4), 0.3, (0.15, 0.6)
# Who writes digits far apart leaves the more between words: this part of the gap at least, besides.
WIDER = 1.0
# Space before and after a sign, on average and at most.
SIGN_SPACE, MOST_SIGN_SPACE = 0.16, 0.7
# A letter is written anew so often; after that one of the earlier ones is taken, to save time.
FRESH = 2
# Distance between letters, against that between digits.
LETTER_SPACING = Spacing(0.04, 0.04, touching=0.25)
# Distance of noughts that are written in one go.
GARLAND = Spacing(0.0, 0.0, touching=0.5, overlapping=0.5)
# How broad a dash, an equals sign and their like are, in heights of a digit.
FLAT = {"-": (0.25, 0.7), "=": (0.3, 0.6), "~": (0.4, 1.0)}
# By how much they rise or fall, rows per column: its standard deviation.
RISE = 0.15
# How much larger than the pen's line a point is.
POINT = (1.0, 1.7)


@dataclass(frozen=True)
class Piece:
    """One character on the page.

    Attributes:
        mask: its ink.
        left: column of the mask's left edge, from where the text begins.
        top: row of its upper edge, from the base line; negative is above.
        value: the digit, or `NO_DIGIT`.
        number: which number of the text it belongs to, from 0; it means nothing for signs.
    """

    mask: Mask
    left: int
    top: int
    value: int
    number: int

    @property
    def right(self) -> int:
        """Column after the last."""
        return self.left + int(self.mask.shape[1])


class Scribe:
    """Writes lines of text.

    Args:
        hand: whose digits.
        writer: whose signs and letters.
        nib: the pen.
        spacing: of digits.
        drift: standard deviation of the size from digit to digit, in heights.
        wander: the same of the base line.
        noughts: how high a 0 is, in heights, and how often as broad as it would be then: many write
            those of round amounts small or flat.
        garlands: whether noughts that follow each other are written in one go.
    """

    def __init__(
        self,
        hand: Hand,
        writer: Writer,
        nib: Nib,
        spacing: Spacing,
        drift: float = 0.05,
        wander: float = 0.03,
        noughts: tuple[float, float] = (1.0, 1.0),
        garlands: bool = False,
    ) -> None:
        self.hand = hand
        self.writer = hand.writer if isinstance(hand, MadeHand) else writer
        self.nib = nib
        self.spacing = spacing
        self.drift = drift
        self.wander = wander
        self.noughts = noughts
        self.garlands = garlands
        self._written: dict[tuple[str, float], list[tuple[Mask, int]]] = {}

    def write(
        self,
        text: str,
        height: float,
        rng: np.random.Generator,
        *,
        room: float = np.inf,
        slope: float = 0.0,
        shrink: float = 0.0,
    ) -> list[Piece]:
        """Writes one line.

        Args:
            text: digits, signs that `letters` knows, and spaces.
            height: of a digit in pixels.
            rng: the source of chance.
            room: columns that there are; what goes beyond is not written.
            slope: rows down per column.
            shrink: part of the size that is lost from the first to the last character.

        Returns:
            What was written, from left to right, the first at column 0.
        """
        pieces: list[Piece] = []
        number, drop, skip = 0, 0.0, 0.0
        space = height * max(rng.uniform(*WORD_SPACE), WIDER * self.spacing.gap)
        for index, character in enumerate(text):
            if character == THIN:
                skip = height * rng.uniform(*THIN_SPACE)
                continue
            if character == " ":
                skip, number = space * rng.uniform(1 - VARIED, 1 + VARIED), number + 1
                continue
            size = height * (1 - shrink * index / max(len(text) - 1, 1))
            mask, rise = self._character(character, size, rng)
            drop = 0.7 * drop + rng.normal(0.0, self.wander) * height
            before = pieces[-1] if pieces else None
            end = before.left if before else 0
            top = round(drop + slope * end) - rise
            left = 0
            if before is not None:
                left = self._next(before, mask, top, size, character, rng) + round(skip)
            skip = 0.0
            if left + mask.shape[1] > room:
                break
            value = int(character) if character.isdigit() else NO_DIGIT
            if value == NO_DIGIT and character not in JOINING:
                number += 1
            pieces.append(Piece(mask, left, top, value, number))
        return pieces

    def _next(
        self,
        before: Piece,
        mask: Mask,
        top: int,
        height: float,
        character: str,
        rng: np.random.Generator,
    ) -> int:
        """Says at which column the next character begins."""
        spacing = self.spacing
        if before.value == NO_DIGIT or not character.isdigit():
            away = min(rng.exponential(SIGN_SPACE), MOST_SIGN_SPACE)
            spacing = LETTER_SPACING if character.isalpha() else Spacing(away, 0.05, 0.03)
        elif self.garlands and before.value == 0 and character == "0":
            spacing = GARLAND
        args = (before.mask, mask, top - before.top, height, self.nib.width, spacing)
        return before.left + place_after(*args, rng)

    def _character(
        self, character: str, height: float, rng: np.random.Generator
    ) -> tuple[Mask, int]:
        """Writes one character: its ink, and how far its top is above the base line."""
        if character.isdigit():
            own = max(6.0, height * float(np.clip(rng.normal(1.0, self.drift), 0.75, 1.3)))
            low, broad = self.noughts if character == "0" else (1.0, 1.0)
            mask = broader(ink_of(self.hand.form(int(character), rng), low * own, self.nib), broad)
            return mask, mask.shape[0]
        known = self._written.setdefault((character, height), [])
        if len(known) >= FRESH:
            return known[int(rng.integers(len(known)))]
        known.append(self._sign(character, height, rng))
        return known[-1]

    def _sign(self, character: str, height: float, rng: np.random.Generator) -> tuple[Mask, int]:
        strokes, sign = letters.write_sign(character, self.writer, rng)
        tall: float | None = None
        size = max(sign.height * height, 1.0)
        if character in ".:":
            nib = Nib(self.nib.width * rng.uniform(*POINT), hard=self.nib.hard)
            tall, size = (1.0, size) if character == ":" else (1e-9, nib.width)
            return draw(strokes, size, nib, tall), round((1 - sign.top) * height)
        if character in FLAT:
            # Strokes of one unit's breadth: as tall as they are, but drawn to a breadth.
            tall, size = 1.0, height * rng.uniform(*FLAT[character]) + self.nib.width
            tilt = np.array(((1.0, rng.normal(0.0, RISE)), (0.0, 1.0)))
            strokes = [stroke @ tilt for stroke in strokes]
        mask = draw(strokes, size, self.nib, tall)
        return mask, round((1 - sign.top) * height)


def extent(pieces: Sequence[Piece]) -> tuple[int, int, int, int]:
    """Gives the box around what was written, from the start of the base line."""
    return (
        min((piece.left for piece in pieces), default=0),
        min((piece.top for piece in pieces), default=0),
        max((piece.right for piece in pieces), default=0),
        max((piece.top + piece.mask.shape[0] for piece in pieces), default=0),
    )
