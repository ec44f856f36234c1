"""What one page is written with and on: a scene, a pen, a hand and its habits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitus.training.negatives import WRITERS
from digitus.training.pages.canvas import Canvas
from digitus.training.pages.hands import STROKES, Hands
from digitus.training.pages.masks import THINNEST, Nib
from digitus.training.pages.scribe import Scribe
from digitus.training.pages.spacing import Spacing
from digitus.training.pictures import PENS

# A line thicker than this part of the digit closes its loops.
THICKEST = 0.2
SMALLEST, LARGEST = 12.0, 400.0  # heights of digits in pixels
# Rows and columns that a character takes, in heights, before its gap.
BREADTH = 0.66
# Digits below this height are not written with a pale pencil: nobody could find them.
SMALL = 26.0
# Levels of 255 by which ink differs from the sheet, beyond what the sheet's texture does.
LEAST_CONTRAST = 70.0
# What is left of a colour's light where somebody presses hard.
PRESSED = 0.3
# The ground is measured at a part of its size.
REDUCED = 4
# Slant on top of the hand's own, sideways per height: its mean and deviation, where there is one.
SLANT = (0.06, 0.17)
# How often the noughts are written small, and how small, in heights of the other digits.
SMALL_NOUGHTS, NOUGHTS = 0.3, (0.45, 0.85)
# How often noughts that follow each other are written in one go, each into the one before.
GARLANDS = 0.25
# How people space their digits: odds, then gap, spread, touching and overlapping from .. to.
HABITS: tuple[
    tuple[float, tuple[float, float], float, tuple[float, float], tuple[float, float]], ...
] = (
    (0.42, (0.05, 0.2), 0.05, (0.0, 0.05), (0.0, 0.0)),
    (0.15, (0.25, 0.75), 0.15, (0.0, 0.0), (0.0, 0.0)),
    (0.03, (0.6, 0.9), 0.2, (0.0, 0.0), (0.0, 0.0)),
    (0.15, (0.0, 0.06), 0.03, (0.1, 0.4), (0.0, 0.05)),
    (0.15, (0.0, 0.1), 0.05, (0.4, 0.9), (0.0, 0.1)),
    (0.10, (0.0, 0.05), 0.05, (0.2, 0.5), (0.3, 0.5)),
)


@dataclass(frozen=True)
class Scene:
    """How a page comes to be a picture.

    Attributes:
        grounds: sheets, one of `grounds.GROUNDS` each.
        pens: names of `pictures.PENS`.
        lit: how often the light is uneven.
        spoiled: how many times quality is lost, at most.
        turned: how often the page is not straight.
        binary: how often it ends in black and white.
        inverted: how often it ends light on dark.
    """

    grounds: tuple[str, ...]
    pens: tuple[str, ...]
    lit: float = 0.0
    spoiled: int = 0
    turned: float = 0.0
    binary: float = 0.0
    inverted: float = 0.0


_USUAL = ("pencil", "ballpoint", "ballpoint", "ballpoint", "felt", "marker")
SCENES: dict[str, Scene] = {
    "photo": Scene(
        ("white", "grey", "grey", "grey", "textured", "yellow", "crumpled", "crumpled"),
        _USUAL,
        lit=0.85,
        spoiled=2,
        turned=0.6,
        binary=0.04,
        inverted=0.02,
    ),
    "scan": Scene(
        ("white", "white", "white", "grey", "yellow", "textured"),
        _USUAL,
        lit=0.05,
        spoiled=2,
        turned=0.3,
        binary=0.4,
        inverted=0.08,
    ),
    "drawn": Scene(("blank",), ("ballpoint", "felt", "marker"), spoiled=1, inverted=0.35),
    "board": Scene(("board",), ("chalk",), lit=0.7, spoiled=2, turned=0.5),
    "cheque": Scene(
        ("guilloche",),
        ("pencil", "ballpoint", "felt", "felt", "marker"),
        lit=0.08,
        spoiled=2,
        turned=0.3,
        binary=0.04,
    ),
}


class Desk:
    """Where a page is written.

    Args:
        hands: whose digits.
        scene: a name of `SCENES`.
        rng: the source of chance.

    Attributes:
        scene: what the name says.
        rng: the source of chance, for all that happens to this page.
        binary: whether the picture ends in black and white.
        spacing: of digits.
        pen: width of the pen in pixels; 0 before anybody wrote.
    """

    def __init__(self, hands: Hands, scene: str, rng: np.random.Generator) -> None:
        self.scene = SCENES[scene]
        self.rng = rng
        self.binary = rng.random() < self.scene.binary
        self._hands = hands
        self._tool = PENS[str(rng.choice(self.scene.pens))]
        self._part = rng.uniform(*self._tool.width)
        self._hard = scene == "drawn" and rng.random() < 0.25
        self._weight = float(rng.uniform(-1, 1))
        self._shear = float(np.clip(rng.normal(*SLANT), -0.25, 0.5)) if rng.random() < 0.5 else 0.0
        odds = np.array([habit[0] for habit in HABITS])
        _, gap, spread, touching, overlapping = HABITS[int(rng.choice(len(HABITS), p=odds))]
        self.spacing = Spacing(
            rng.uniform(*gap), spread, rng.uniform(*touching), rng.uniform(*overlapping)
        )
        self._drift = rng.uniform(0.02, 0.1)
        self._wander = rng.uniform(0.0, 0.05) if rng.random() < 0.8 else rng.uniform(0.05, 0.15)
        low = rng.uniform(*NOUGHTS) if rng.random() < SMALL_NOUGHTS else 1.0
        self._noughts = low, low ** -rng.random()  # between as narrow as low, and as broad as high
        self._garlands = rng.random() < GARLANDS
        self.pen = 0.0
        self._tallest = SMALLEST

    @property
    def chalk(self) -> bool:
        """Whether it is a board: rules and print are light."""
        return "board" in self.scene.grounds

    def height(self, fit: float, low: float = 0.45) -> float:
        """Chooses how high the digits are.

        Args:
            fit: the height that just fits, in pixels.
            low: the least part of it that is chosen.
        """
        part = np.exp(self.rng.uniform(np.log(low), 0.0))
        return float(np.clip(fit * part, min(SMALLEST, fit), LARGEST))

    def advance(self) -> float:
        """Width of a digit and the gap after it, in heights."""
        return BREADTH + self.spacing.gap

    def scribe(self, height: float, hurried: float = 0.0) -> Scribe:
        """Gives somebody who writes digits of this height with the page's pen.

        Args:
            height: of a digit in pixels.
            hurried: how often it is a made hand that writes running shapes.
        """
        if not self.pen:
            self.pen = float(max(THINNEST, height * self._part))
        self._tallest = max(self._tallest, height)
        writer = WRITERS[int(self.rng.integers(len(WRITERS)))]
        if self.rng.random() < hurried:
            hand = self._hands.made(self.rng, running=1.0)
        else:
            hand = self._hands.choose(self.rng, height)
        # Signs beside scanned digits come from the same pen.
        pen = STROKES[hand.source] * height if hand.source in STROKES else self.pen
        width = float(np.clip(pen, THINNEST, max(THINNEST, THICKEST * height)))
        nib = Nib(width, self._weight, self._shear, self._hard)
        habits = self.spacing, self._drift, self._wander, self._noughts, self._garlands
        return Scribe(hand, writer, nib, *habits)

    def dry(self, canvas: Canvas) -> None:
        """Lets what was written dry in the pen's colour."""
        tool = self._tool
        colour = tool.colours[int(self.rng.integers(len(tool.colours)))]
        opacity = self.rng.uniform(*tool.opacity)
        # What a person would not find is no fault of a reader: against a ground that is dark or
        # has a texture of its own, people press harder.
        ground = np.asarray(canvas.ground.reduce(REDUCED), dtype=np.float32)
        contrast = abs(float(ground.mean()) - sum(colour) / 3)
        least = LEAST_CONTRAST + ground.mean(axis=2).std()
        if self._tallest < SMALL or self.binary or opacity * contrast < least:
            opacity = max(opacity, 0.85)
        if opacity * contrast < least and not self.chalk:
            colour = (colour[0] * PRESSED, colour[1] * PRESSED, colour[2] * PRESSED)
        canvas.dry(colour, opacity, 0.0 if self._hard else tool.grain, self.rng)
