"""Explanations drawn: pictures in colours, and for each digit a card that says why."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from digitus.drawing import GREY, WHITE, Colour, Pixels, confidence_colour, percent, typeface
from digitus.explain import Explanation
from digitus.glyph import SIDE
from digitus.tinting import AGAINST, FOR, NEUTRAL, tint_glyph, tint_page

BLACK, RULE = (0, 0, 0), (214, 211, 209)  # of questions, and around pictures
MARGIN, LINE = 16, 22
VALUE, WORDS = 24, 14  # sizes of letters
# A glyph is enlarged by this factor. A card has it twice, words above and below.
ENLARGED = 9
GLYPH = ENLARGED * SIDE
CARD_SIZE = (2 * GLYPH + MARGIN, GLYPH + 7 * LINE // 2)
# So many cards stand beside their picture, more of them below it in so many columns; more than
# that are a page that nobody looks through.
FEW_CARDS, COLUMNS, MOST_CARDS = 3, 2, 100
# The longer side of a picture with its cards beside it, and of one with its cards below.
SMALL_PICTURE, LARGE_PICTURE = 440, COLUMNS * (CARD_SIZE[0] + MARGIN) - MARGIN
LEGEND = (
    (FOR, "speaks for the digit"),
    (AGAINST, "speaks against it"),
    (NEUTRAL, "makes no difference"),
)
REMARK = "Pale colour on empty paper: that nothing is written there speaks, too."


def poster(sections: Sequence[Image.Image]) -> Image.Image:
    """Put sections below each other, and a legend below them all."""
    legend = _legend()
    parts = [*sections, legend]
    width = max(part.width for part in parts) + 2 * MARGIN
    canvas = Image.new("RGB", (width, sum(part.height + MARGIN for part in parts) + MARGIN), WHITE)
    top = MARGIN
    for part in parts:
        canvas.paste(part, (MARGIN, top))
        top += part.height + MARGIN
    return canvas


def section(pixels: Pixels, explanations: Sequence[Explanation], title: str) -> Image.Image:
    """Draw a picture, its digits' ink coloured, with a card for each digit.

    Args:
        pixels: The upright page, uint8 [H, W, 3].
        explanations: Of the digits that were read on it; none where there is none.
        title: What the picture is called.
    """
    few = len(explanations) <= FEW_CARDS
    picture = tint_page(pixels, explanations, SMALL_PICTURE if few else LARGE_PICTURE)
    cards = [card(one) for one in explanations[:MOST_CARDS]]
    columns = 1 if few else COLUMNS
    left, top = (SMALL_PICTURE + MARGIN, LINE) if few else (0, LINE + picture.height + MARGIN)
    rows = -(-max(len(cards), 1) // columns)
    width = max(picture.width, left + columns * (CARD_SIZE[0] + MARGIN) - MARGIN)
    height = max(LINE + picture.height, top + rows * (CARD_SIZE[1] + MARGIN) - MARGIN)
    canvas = Image.new("RGB", (width, height + 1), WHITE)
    draw = ImageDraw.Draw(canvas)
    if len(cards) < len(explanations):
        title += f": cards of the first {len(cards)} of {len(explanations)} digits"
    name = "".join(letter if letter.isprintable() else "?" for letter in title)
    draw.text((0, 0), name, GREY, typeface(WORDS))
    canvas.paste(picture, (0, LINE))
    draw.rectangle((0, LINE, picture.width - 1, LINE + picture.height - 1), outline=RULE)
    if not cards:
        draw.text((left, top), "no digit", GREY, typeface(VALUE))
    for index, one in enumerate(cards):
        row, column = divmod(index, columns)
        place = left + column * (CARD_SIZE[0] + MARGIN), top + row * (CARD_SIZE[1] + MARGIN)
        canvas.paste(one, place)
    return canvas


def card(explanation: Explanation) -> Image.Image:
    """Draw what was read, how sure it is, why, and why not the runner-up."""
    digit, rival = explanation.digit, explanation.runner_up
    canvas = Image.new("RGB", CARD_SIZE, WHITE)
    draw = ImageDraw.Draw(canvas)
    colour = confidence_colour(digit.confidence)
    draw.text((0, LINE / 2), str(digit.digit), colour, typeface(VALUE), anchor="lm")
    share = explanation.runner_up_confidence
    sure = f"{percent(digit.confidence)} sure; "
    if explanation.by_shape is not None:
        sure += f"the shape alone is more like a {explanation.by_shape}"
    else:
        sure += f"next is {rival}, {percent(share) if share >= 0.01 else 'below 1 %'}"
    draw.text((LINE, LINE / 2 + 1), sure, GREY, typeface(WORDS), anchor="lm")
    for left, speaks, question, other in (
        (0, explanation.evidence, f"Why {digit.digit}?", "against it"),
        (
            GLYPH + MARGIN,
            explanation.against_runner_up,
            f"Why {digit.digit} and not {rival}?",
            f"for {rival}",
        ),
    ):
        top = 5 * LINE // 2
        glyph = tint_glyph(explanation, speaks).resize((GLYPH, GLYPH), Image.Resampling.NEAREST)
        canvas.paste(glyph, (left, top))
        draw.rectangle((left, top, left + GLYPH - 1, top + GLYPH - 1), outline=RULE)
        draw.text((left, top - LINE / 2), question, BLACK, typeface(WORDS), anchor="lm")
        said = ((FOR, f"orange for {digit.digit}, "), (AGAINST, f"blue {other}"))
        _write(draw, (left, top + GLYPH + LINE / 2), said)
    return canvas


def _legend() -> Image.Image:
    """Say what the colours mean, in two lines."""
    canvas = Image.new("RGB", (2 * CARD_SIZE[0], 2 * LINE), WHITE)
    draw = ImageDraw.Draw(canvas)
    left = 0.0
    for colour, meaning in LEGEND:
        draw.rectangle((left, 4, left + WORDS, 4 + WORDS), fill=colour)
        left = _write(draw, (left + LINE, LINE / 2), ((GREY, meaning),)) + MARGIN
    _write(draw, (0, 3 * LINE / 2), ((GREY, REMARK),))
    return canvas


def _write(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], words: Sequence[tuple[Colour, str]]
) -> float:
    """Write coloured words in one line, from its left end and middle; return its right end."""
    left, middle = place
    for colour, word in words:
        draw.text((left, middle), word, colour, typeface(WORDS), anchor="lm")
        left += typeface(WORDS).getlength(word)
    return left
