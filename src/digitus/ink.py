"""Page -> ink: what the pen left, whatever the colours and the light were."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.components import Components, find_components
from digitus.morphology import running_extreme
from digitus.reading import Box
from digitus.rules import without_rules

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]

# Ink is looked for on a page of at most this side: a digit of 5 % of the frame still has 32 px,
# more than a glyph's 20, and a photo costs no more than a scan.
WORK_SIDE = 640
# A page counts as flat (drawn, or evenly lit) where this part of its frame has the paper's level.
# Or where this part of its pixels has one of two levels. Near a level means within this part of
# the page's contrast.
FLAT_FRAME, FLAT_PAGE, FLAT_LEVELS, NEAR = 0.7, 0.4, 0.85, 0.12
# Local paper is estimated in a window of this part of the shorter side: wider than the strokes
# of a digit that fills the frame, narrower than most shadows.
WINDOW = 0.2
# A smaller picture has no room for strokes, a window and a shadow: it is flat.
TINY = 24
# Paper darker than this is not made lighter: it would only enlarge its noise.
DARKEST_PAPER = 48
# The short side of a strip keeps this many pixels.
SHORTEST = 28
# And whatever its shape, no more pixels than this are worked on: several times a square page's.
MOST_PIXELS = 2_000_000
# Ink must stand out from the paper by this many levels of 255, and by this many times the noise.
MIN_CONTRAST, MIN_SIGNAL = 10.0, 4.0
# Below stronger ink, where something has been found already, by so many times.
FAINT_SIGNAL = 6.0
# A page is smoothed, at most so often, while its noise is above these levels of 255; one with a
# shorter side than this has strokes too fine to be smoothed.
QUIET, MOST_SMOOTHING, ROOMY = 1.5, 3, 64
# The soft edge of ink is this part of the longer side of the page wide.
SOFT_EDGE = 0.006
# Contrast is counted in steps of this part of a level.
STEPS = 4
# A digit beside another has at least this part of its size (longer sides), and is less than so many
# times as wide as high. Of the ink, more than this part is no dirt, even in specks: rather what was
# taken for the digit is.
SMALLEST, FLATTEST, MOST_DIRT = 0.2, 12, 0.25
# Another explanation of the page is offered where its ink has this share of the best one's energy.
RIVAL = 0.35


@dataclass(frozen=True)
class Ink:
    """What the pen left on a page.

    Attributes:
        values: float32 [h, w], 0 paper to 1 ink.
        mask: bool [h, w], where there surely is ink.
        scale: Pixels of the page per pixel of ink, at least 1.
        contrast: float32 [h, w], 0..255, how far each pixel lies from its paper.
    """

    values: FloatArray
    mask: NDArray[np.bool_]
    scale: int
    contrast: FloatArray

    @cached_property
    def strokes(self) -> NDArray[np.bool_]:
        """The mask without printed lines, bool [h, w]; the mask itself where there are none."""
        return without_rules(self.mask)

    @cached_property
    def parts(self) -> Components:
        """The connected components of the strokes."""
        return find_components(self.strokes)

    def alone(self, box: Box) -> bool:
        """Tell whether what lies beside a digit is no other: specks, what is left of a ruling.

        Args:
            box: Of the digit, in pixels of the ink.
        """
        left, top, right, bottom = box
        parts = self.parts
        beside = (parts.boxes[:, :2] < (left, top)).any(axis=1)
        beside |= (parts.boxes[:, 2:] > (right, bottom)).any(axis=1)
        wide, high = (parts.boxes[:, 2:] - parts.boxes[:, :2]).T
        digits = parts.sides >= SMALLEST * max(right - left, bottom - top)
        digits &= wide < FLATTEST * high
        dirt = int(parts.areas[beside].sum())
        return not (beside & digits).any() and dirt <= MOST_DIRT * int(parts.areas.sum())


def find_ink(page: ByteArray) -> list[Ink]:
    """Separate the pen's ink from paper, light and noise.

    Args:
        page: uint8 [H, W, 3], upright.

    Returns:
        The explanations of the page worth reading, most plausible first: usually one; two where
        it cannot be told from the levels alone whether the ink is dark or light; none on blank
        paper.
    """
    small, scale = _shrink(page)
    grey = _quiet(_strongest_grey(small))
    likely = _two_levels(grey)
    if likely is None:
        contrasts = _flat_contrast(grey) or _local_contrast(grey)
        energies = [_energy(contrast) for contrast in contrasts]
        order = sorted(range(len(contrasts)), key=lambda i: -energies[i])
        likely = [contrasts[i] for i in order if energies[i] >= RIVAL * energies[order[0]]]
    return [ink for contrast in likely if (ink := _develop(contrast, scale)) is not None]


def find_fainter_ink(ink: Ink) -> Ink | None:
    """Look below ink that is no digit: for pencil in a printed box, or under dirt.

    Args:
        ink: Ink in which there is no digit.

    Returns:
        What is left when it is wiped off; None where that is blank paper.
    """
    reach = 2 * max(1, round(SOFT_EDGE * max(ink.mask.shape))) + 1
    strong = running_extreme(ink.mask.view(np.uint8), reach, np.maximum).astype(bool)
    left = np.where(strong, np.float32(0), ink.contrast)
    return _develop(left, ink.scale, min_signal=FAINT_SIGNAL)


def _shrink(page: ByteArray) -> tuple[ByteArray, int]:
    """Reduce a large page by a whole factor, by area-averaging."""
    factor = -(-max(page.shape[:2]) // WORK_SIDE)
    # An oblong strip must not lose its short side.
    factor = min(factor, max(1, min(page.shape[:2]) // SHORTEST))
    factor = max(factor, math.ceil(math.sqrt(page.shape[0] * page.shape[1] / MOST_PIXELS)))
    if factor == 1:
        return page, 1
    if page.strides[2] == 0:  # a grey page, seen three times
        grey = np.asarray(Image.fromarray(page[..., 0]).reduce(factor))
        return np.broadcast_to(grey[..., None], (*grey.shape, 3)), factor
    return np.asarray(Image.fromarray(page).reduce(factor)), factor


def _strongest_grey(page: ByteArray) -> FloatArray:
    """Project the colours onto the direction in which neighbouring pixels differ most.

    Pale yellow ink hardly differs from white paper in luminance, but clearly in blue. The first
    principal component of local differences finds such a direction, and slow light does not
    disturb it.

    Returns:
        float32 [h, w], 0..255.
    """
    if page.strides[2] == 0:
        return page[..., 0].astype(np.float32)
    step = max(1, max(page.shape[:2]) // 160)
    coarse = page[::step, ::step].astype(np.float32)
    across = (coarse[:, 1:] - coarse[:, :-1]).reshape(-1, 3)
    down = (coarse[1:] - coarse[:-1]).reshape(-1, 3)
    spread = across.T @ across + down.T @ down
    spread += np.float32(1e-3 * np.trace(spread) + 1e-6)  # leans towards plain grey
    axis = np.linalg.eigh(spread)[1][:, -1]
    axis /= np.abs(axis).sum() * np.sign(axis.sum() or 1)  # more light is lighter
    # Red ink on blue paper: one colour rises where the other falls. The darkest level becomes 0.
    darkest = 255 * float(np.minimum(axis, 0).sum())
    grey: FloatArray = page @ axis.astype(np.float32) - np.float32(darkest)
    return grey


def _quiet(grey: FloatArray) -> FloatArray:
    """Smooth a page as far as its noise asks for: grain of film and paper, high ISO, JPEG.

    Noise is the median difference between a pixel and its surroundings, which strokes, being
    few, do not change.
    """
    if min(grey.shape) < ROOMY:
        return grey
    for _ in range(MOST_SMOOTHING):
        smooth = _blur3(grey)
        if np.median(np.abs(grey - smooth)[::2, ::2]) <= QUIET:
            break
        grey = smooth
    return grey


def _flat_contrast(grey: FloatArray) -> list[FloatArray] | None:
    """Return how far each pixel lies from one paper level, both ways; None on an uneven page."""
    frame = _frame(grey)
    paper = np.median(frame)
    near = max(NEAR * max(float(paper - grey.min()), float(grey.max() - paper)), 2.0)
    even = np.mean(np.abs(frame - paper) <= near) >= FLAT_FRAME and (
        np.mean(np.abs(grey - paper) <= near) >= FLAT_PAGE or _clear(grey) >= FLAT_LEVELS
    )
    if not even and min(grey.shape) >= TINY:
        return None
    return [np.maximum(paper - grey, 0), np.maximum(grey - paper, 0)]


def _two_levels(grey: FloatArray) -> list[FloatArray] | None:
    """Return ink on paper both ways where a page has two levels, and its frame does not tell which.

    So it is with a digit that fills its frame; None on all other pages.
    """
    dark, light = grey.min(), grey.max()
    near = max(NEAR * float(light - dark), 2.0)
    frame = _frame(grey)
    if max(np.mean(frame - dark <= near), np.mean(light - frame <= near)) >= FLAT_FRAME:
        return None
    if min(grey.shape) >= TINY and _clear(grey) < FLAT_LEVELS:
        return None
    return [light - grey, grey - dark]


def _clear(grey: FloatArray) -> float:
    """Return the part of a page that is near its darkest or its lightest level."""
    dark, light = grey.min(), grey.max()
    near = max(NEAR * float(light - dark), 2.0)
    return float(np.mean(np.minimum(grey - dark, light - grey) <= near))


def _frame(grey: FloatArray) -> FloatArray:
    """Return the pixels of the page's outermost rows and columns, float32 [2 * (h + w)]."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _local_contrast(grey: FloatArray) -> list[FloatArray]:
    """Return how far each pixel lies from the paper around it, both ways.

    The paper is the grey-scale closing of the page (for dark ink; opening for light ink): it
    fills whatever is narrower than the window and keeps the edges of shadows where they are
    (black-hat and white-hat transform; Serra 1982). Division by the paper makes ink in the shadow
    as dark as ink in the light.
    """
    window = max(3, int(WINDOW * min(grey.shape)) | 1)
    half = window // 2
    # Past the frame the light goes on as it was going; else its slope would end in a ridge.
    wider = np.pad(_blur3(grey), half, mode="reflect", reflect_type="odd")
    smooth = np.clip(wider, 0, 255).astype(np.uint8)
    results = []
    for first, second, sign in ((np.maximum, np.minimum, 1), (np.minimum, np.maximum, -1)):
        closed = running_extreme(running_extreme(smooth, window, first), window, second)
        paper = closed[half:-half, half:-half].astype(np.float32)
        if sign > 0:
            # Smooth paper can be darker than a noisy pixel of it, so the quotient may pass 1.
            lit = np.maximum(paper - grey, 0) * (255 / np.maximum(paper, DARKEST_PAPER))
            results.append(np.minimum(lit, 255))
        else:
            results.append(np.maximum(grey - paper, 0))
    return results


def _blur3(grey: FloatArray) -> FloatArray:
    """Average each pixel with its 8 neighbours."""
    padded = np.pad(grey, 1, mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    result: FloatArray = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return result


def _energy(contrast: FloatArray) -> float:
    """Weigh an explanation: strokes have edges, the glow of a lamp has none."""
    across, down = contrast[:, 1:] - contrast[:, :-1], contrast[1:] - contrast[:-1]
    return float(np.einsum("ij,ij->", across, across) + np.einsum("ij,ij->", down, down))


def _develop(contrast: FloatArray, scale: int, min_signal: float = MIN_SIGNAL) -> Ink | None:
    """Turn contrast (0..255) into ink: cut the noise off, bring the strokes to 1."""
    # To the nearest step: on most pages levels are whole, but for errors of rounding.
    steps = (contrast * np.float32(STEPS) + np.float32(0.5)).astype(np.uint16)
    counts = np.bincount(steps.ravel(), minlength=255 * STEPS + 1)
    threshold = _threshold(counts)
    cut = int(threshold * STEPS) + 1
    # All but the most contrasted part of the paper stays below this level.
    noise = 1.5 * _level(counts[:cut], 0.5)
    level = threshold + _level(counts[cut:], 0.75)
    if level < MIN_CONTRAST or level < min_signal * noise:
        return None
    floor = min(2 * noise, 0.5 * threshold)
    values = np.clip((contrast - np.float32(floor)) / np.float32(level - floor), 0, 1)
    return Ink(values, steps > STEPS * max(0.6 * threshold, floor), scale, contrast)


def _level(counts: NDArray[np.int64], part: float) -> float:
    """Return the level, 0..255, that ``part`` of the counted pixels stay below."""
    total = np.cumsum(counts)
    return int(np.searchsorted(total, part * total[-1])) / STEPS


def _threshold(counts: NDArray[np.int64]) -> float:
    """Find the level, 0..255, between paper and ink (isodata; Ridler and Calvard 1978).

    It starts from half the strongest contrast, since the ink may be a thousandth of the page.
    """
    number = np.cumsum(counts)
    mass = np.cumsum(counts * np.arange(len(counts)))
    threshold = int(np.flatnonzero(counts)[-1]) // 2
    for _ in range(4):
        below, above = number[threshold], number[-1] - number[threshold]
        if not above:
            break
        ink = (mass[-1] - mass[threshold]) / above
        paper = mass[threshold] / below if below else 0.0
        threshold = int((ink + paper) / 2)
    return threshold / STEPS
