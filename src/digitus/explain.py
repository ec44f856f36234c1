"""Why a digit was read: what in its glyph speaks for it, against it and against the runner-up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.drawing import percent
from digitus.evidence import DAB_INK, FloatArray, evidence
from digitus.glyph import SIDE, ink_box
from digitus.image import ImageLike
from digitus.reader import Expect, Reader, Seen
from digitus.reading import Digit

# Places of a glyph, by thirds of the box around its ink.
PLACES = (
    ("at the top left", "at the top", "at the top right"),
    ("at the left", "in the middle", "at the right"),
    ("at the bottom left", "at the bottom", "at the bottom right"),
)
# A box narrower than this part of its height has no left and right worth naming.
NARROW = 0.4
# What speaks with fewer log-odds than this, on either side, is not worth a word.
WORTH_SAYING = 1.0


@dataclass(frozen=True, eq=False)
class Explanation:
    """What in a glyph speaks for its digit.

    Both maps are float32 [28, 28] in log-odds per pixel, above 0 what speaks for the digit. Where
    the glyph has ink, it is what this ink adds; all of it adds up to the log-odds of the glyph
    less those of blank paper. Where it has none, it is what ink there would take away.

    Attributes:
        digit: What was read.
        glyph: uint8 [28, 28], what the model saw.
        evidence: For the digit, against all else.
        runner_up: The second most probable value of the reading, 0-9.
        runner_up_confidence: Its calibrated probability, 0..1.
        against_runner_up: For the digit, against the runner-up alone.
        frame: Where the whole glyph lies on the page: left, top, right and bottom in pixels. Its
            paper may reach over the page's border.
        rotation: By how many degrees the page has to be turned clockwise for the glyph to lie there
            as it is: 0, 90, 180 or 270.
        by_shape: What the glyph is most like by itself, 0-9, where that is another digit: a number
            is also read as a whole, and here that weighed more. Else None.
    """

    digit: Digit
    glyph: NDArray[np.uint8]
    evidence: FloatArray
    runner_up: int
    runner_up_confidence: float
    against_runner_up: FloatArray
    frame: tuple[float, float, float, float]
    rotation: int = 0
    by_shape: int | None = None

    @property
    def sentence(self) -> str:
        """The explanation in words."""
        reason = _strongest(self.glyph, np.where(self.glyph > 0, self.evidence, np.float32(0)))
        rather = _strongest(self.glyph, self.against_runner_up)
        against = _strongest(self.glyph, -self.evidence)
        alone = ""
        if self.by_shape is not None:
            alone = (
                f"; by its shape alone it is more like a {self.by_shape}, and what is around it "
                f"made it a {self.digit.digit}"
            )
        return (
            f"{self.digit.digit}, {percent(self.digit.confidence)} sure: above all because of "
            f"{reason or 'no part more than others'}, and rather than {self.runner_up} because of "
            f"{rather or 'no part more than others'}; {against or 'nothing'} speaks against "
            f"it{alone}"
        )


def explain(
    image: ImageLike, reader: Reader | None = None, *, expect: Expect = "numbers"
) -> list[Explanation]:
    """Explain every digit that is read on a picture (the first page of it).

    It takes some 600 runs of the model a digit: a third of a second with the shipped one.

    Args:
        image: A path, bytes, binary stream, PIL image or array.
        reader: Reads and is explained; by default one with the shipped model.
        expect: As in `Reader.read`.

    Returns:
        One explanation a digit, in reading order; the same each time. None where there is no
        digit.

    Raises:
        ImageError: The picture cannot be read.
        InvalidOption: ``expect`` makes no sense.
        ModelError: There is no reader, and the shipped model is missing.
    """
    reader = reader or Reader()
    return [_explained(seen, reader) for seen in reader.see(image, expect=expect)]


def _explained(seen: Seen, reader: Reader) -> Explanation:
    digit = seen.digit
    shares = reader.classify(seen.glyph[None])[0]
    by_shape = int(shares.argmax())
    # The reading's own, for its confidences fit together.
    if digit.alternatives:
        runner_up, share = digit.alternatives[0].digit, digit.alternatives[0].confidence
    else:
        runner_up = next(int(value) for value in np.argsort(-shares) if value != digit.digit)
        share = min(float(shares[runner_up]), 1 - digit.confidence)
    spoke, against = evidence(seen.glyph, reader.classify, digit.digit, runner_up)
    return Explanation(
        digit=digit,
        glyph=seen.glyph,
        evidence=spoke,
        runner_up=runner_up,
        runner_up_confidence=share,
        against_runner_up=against,
        frame=seen.frame,
        rotation=seen.rotation,
        by_shape=by_shape if by_shape != digit.digit else None,
    )


def _strongest(glyph: NDArray[np.uint8], speaks: FloatArray) -> str:
    """Name the place of a glyph that speaks most: its ink, or paper where one dab would tell.

    Args:
        glyph: uint8 [28, 28].
        speaks: float32 [28, 28], log-odds per pixel.

    Returns:
        Such as ``the ink at the top left``; empty where nothing is worth a word.
    """
    most, name = WORTH_SAYING, ""
    for place, part in _places(glyph):
        inked = glyph[part] > 0
        ink = float(speaks[part][inked].sum())
        paper = DAB_INK * float(speaks[part][~inked].max(initial=0))
        if ink > most:
            most, name = ink, f"the ink {place}"
        if paper > most:
            most, name = paper, f"the empty paper {place}"
    return name


def _places(glyph: NDArray[np.uint8]) -> Iterator[tuple[str, tuple[slice, slice]]]:
    """Yield the thirds of a glyph each way, by name; those at its frame reach up to it."""
    left, top, right, bottom = ink_box(glyph)
    narrow = right - left < NARROW * (bottom - top)
    columns = [(1, slice(None))] if narrow else list(enumerate(_thirds(left, right)))
    for row, rows in enumerate(_thirds(top, bottom)):
        for column, across in columns:
            yield PLACES[row][column], (rows, across)


def _thirds(first: int, last: int) -> tuple[slice, slice, slice]:
    one, two = round((2 * first + last) / 3), round((first + 2 * last) / 3)
    return slice(0, one), slice(one, two), slice(two, SIDE)
