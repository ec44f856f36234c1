"""Pictures on which the reader in the browser is held to the one in Python, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from digitus.image import load
from digitus.training import pens
from digitus.training.handwriting import Writer, write
from digitus.training.negatives import PICTURES, negative_picture
from digitus.training.pages.hands import gather_hands
from digitus.training.pages.make import KINDS, make_page
from digitus.training.papers import Page, compose, to_page
from digitus.training.pictures import SCENES, picture
from digitus.training.sheets import Colour

EXAMPLES = Path(__file__).parents[2] / "examples"
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
YELLOW: Colour = (250, 235, 60)
BLUE: Colour = (20, 40, 160)
# Ink and paper: either polarity, grey in grey, and colours that differ little in lightness.
COLOURS: tuple[tuple[Colour, Colour], ...] = (
    (BLACK, WHITE), (WHITE, BLACK), (BLUE, WHITE), (YELLOW, WHITE), (WHITE, BLUE), (BLUE, YELLOW),
    ((200, 40, 40), (40, 130, 120)), ((90, 90, 90), (120, 120, 120)),
)  # fmt: skip
PAGES = tuple(KINDS)
SIDES = (28, 40, 64, 96, 150, 240, 400, 600, 900, 1200)


def digit_pictures() -> Iterator[tuple[str, Page]]:
    """Give pictures of one digit, or of none, each with a name."""
    for file in sorted(EXAMPLES.glob("*.[!p]*")) + sorted(EXAMPLES.glob("*.png")):
        yield file.name, np.array(load(file).pixels)
    for seed in range(120):
        rng = np.random.default_rng(seed)
        side = SIDES[seed // len(SCENES) % len(SIDES)]
        scene = SCENES[seed % len(SCENES)]
        strokes = write(seed % 10, Writer.from_seed(seed), rng)
        yield f"{scene} {seed}, {side} px", picture(strokes, rng, scene=scene, side=side)
    for seed in range(40):
        ink, ground = COLOURS[seed % len(COLOURS)]
        yield f"colours {seed}", drawing(seed, 3 * SIDES[seed % 7], ink, ground)
    for seed in range(16):
        yield f"transparent {seed}", transparent(seed)
    for seed in range(40):
        kind = list(PICTURES)[seed % len(PICTURES)]
        side = SIDES[seed // len(PICTURES) % len(SIDES)]
        yield f"{kind} {seed}", negative_picture(np.random.default_rng(seed), kind, side)
    for name, colour in (("white", WHITE), ("black", BLACK), ("yellow", YELLOW)):
        yield f"blank {name}", to_page(np.full((300, 200, 3), colour))
    for height, width in ((8, 8), (9, 1200), (1200, 31), (700, 2100)):
        page = to_page(np.random.default_rng(0).uniform(0, 255, (height, width, 3)))
        yield f"noise {width} x {height}", page


def number_pictures() -> Iterator[tuple[str, Page]]:
    """Give pages with several digits, or with none, each with a name."""
    hands = gather_hands(sources=())
    for seed in range(3 * len(PAGES)):
        kind = PAGES[seed % len(PAGES)]
        yield f"page {kind} {seed}", make_page(seed, hands, kind=kind).pixels
    for seed in range(100, 112):
        yield f"amount {seed}", make_page(seed, hands, kind="amount").pixels
    for seed in range(12):
        yield f"row {seed}", row(seed, 1 + seed % 5, 120)
    for seed in range(20):
        yield f"touching {seed}", touching(seed, 2 + seed % 5)
    for seed in range(84, 92):  # in half of them the finder overlooks a nought
        yield f"small noughts {seed}", small_noughts(seed)
    for count, side in ((60, 16), (16, 100)):
        strip = row(0, count, side)
        yield f"strip of {side} px", strip
        yield f"upright strip of {side} px", np.concatenate(np.split(strip, count, axis=1))
    for quarters in range(1, 4):
        page = make_page(quarters, hands, kind="rows", size=(400, 500)).pixels
        yield f"page turned by {quarters} quarters", np.rot90(page, quarters)
    # Larger than 6.4 million pixels: it is reduced before it is looked at.
    page = make_page(0, hands, kind="rows", size=(700, 1100)).pixels
    yield "large", page.repeat(3, axis=0).repeat(3, axis=1)
    yield "transparent", np.concatenate([transparent(seed) for seed in (0, 16, 32)], axis=1)
    for size in ((200, 300), (600, 500)):
        yield f"blank, {size[0]} px", to_page(np.full((*size, 3), WHITE))


def row(seed: int, count: int, side: int) -> Page:
    """Draw digits side by side."""
    ink, ground = COLOURS[seed % len(COLOURS)]
    return np.concatenate(
        [drawing(10 * seed + place, side, ink, ground) for place in range(count)], axis=1
    )


def touching(seed: int, count: int) -> Page:
    """Draw a number whose digits run into each other, on a line that sinks or rises."""
    rng = np.random.default_rng(seed)
    writer = Writer.from_seed(seed)
    size = round(rng.uniform(20, 110))
    nearness, slope = rng.uniform(0.5, 1.0), rng.uniform(-0.2, 0.2)
    plane = np.zeros((3 * size, (count + 1) * size), np.float32)
    left = size // 2
    for place in range(count):
        strokes = write((7 * seed + 3 * place) % 10, writer, rng)
        drawn = pens.draw(strokes, max(1.0, 0.08 * size), size=size)
        top = size + round(slope * (left - plane.shape[1] / 2))
        there = plane[top : top + drawn.shape[0], left : left + drawn.shape[1]]
        np.maximum(there, drawn, out=there)
        left += round(nearness * drawn.shape[1])
    ink, ground = COLOURS[seed % len(COLOURS)]
    return compose(plane, to_page(np.full((*plane.shape, 3), ground)), ink)


def small_noughts(seed: int) -> Page:
    """Draw 40007 with noughts less than half as high as the other digits."""
    rng = np.random.default_rng(seed)
    writer = Writer.from_seed(seed)
    plane = np.zeros((180, 520), np.float32)
    left = 60
    for digit in (4, 0, 0, 0, 7):
        drawn = pens.draw(write(digit, writer, rng), 4.0, size=60 if digit else 24)
        top = 120 - drawn.shape[0]
        there = plane[top:120, left : left + drawn.shape[1]]
        np.maximum(there, drawn, out=there)
        left += drawn.shape[1] + int(rng.uniform(4, 14))
    return compose(plane, to_page(np.full((*plane.shape, 3), WHITE)), BLACK)


def transparent(seed: int) -> Page:
    """Draw a digit, red, green, blue and alpha: ink alone, or on a piece of paper of its own."""
    ink, ground = COLOURS[seed // 2 % len(COLOURS)]
    if seed % 2:
        opaque = np.dstack([drawing(seed, 160, ink, ground), np.full((160, 160), 255, np.uint8)])
        return np.pad(opaque, ((20, 10), (0, 30), (0, 0)))
    alpha = drawing(seed, 160, WHITE, BLACK)[..., :1]
    return np.dstack([np.full((160, 160, 3), ink, np.uint8), alpha])


def drawing(seed: int, side: int, ink: Colour, ground: Colour) -> Page:
    """Draw a digit in the middle of a square page."""
    rng = np.random.default_rng(seed)
    size = round(side * rng.uniform(0.4, 0.75))
    width = max(1.0, size * rng.uniform(0.04, 0.15))
    drawn = pens.draw(write(seed % 10, Writer.from_seed(seed), rng), width, size=size)
    plane = np.zeros((side, side), np.float32)
    top, left = (side - drawn.shape[0]) // 2, (side - drawn.shape[1]) // 2
    plane[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
    return compose(plane, to_page(np.full((side, side, 3), ground)), ink)
