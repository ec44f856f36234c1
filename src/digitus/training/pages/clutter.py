"""What lies about on pages and is no digit: underlines, flourishes, stains, dark borders."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from digitus.training import pens
from digitus.training.pages.canvas import Canvas
from digitus.training.pages.desk import Desk
from digitus.training.pages.masks import THINNEST, Nib, draw
from digitus.training.pages.printing import typeface
from digitus.training.pages.texts import words
from digitus.training.sheets import clouds

# Turns of a signature: with fewer it could be a digit.
TURNS = (5, 14)


def underline(canvas: Canvas, desk: Desk, left: float, right: float, row: float) -> None:
    """Draws a line by hand, once or twice.

    Args:
        canvas: the page.
        desk: whose pen.
        left: where it begins.
        right: where it ends.
        row: on what height.
    """
    rng = desk.rng
    for index in range(1 if rng.random() < 0.75 else 2):
        points = np.linspace(left, max(right, left + 4), 5)
        bow = rng.normal(0.0, 0.01, 5).cumsum() * (right - left)
        stroke = np.stack((points, bow + index * 4 * desk.pen), axis=1)
        mask = (pens.draw([stroke], max(desk.pen, THINNEST)) * np.float32(255)).astype(np.uint8)
        canvas.stamp(mask, round(left), round(row + index * 4 * desk.pen))


def signature(canvas: Canvas, desk: Desk, x: float, base: float, height: float) -> None:
    """Writes a name that nobody can read: one long line up and down.

    Args:
        canvas: the page.
        desk: whose pen.
        x: where it begins.
        base: row of the base line.
        height: of its small letters, in pixels.
    """
    rng = desk.rng
    # Up and down and back a little at each turn, as a running hand goes, and smaller to the end.
    turns = int(rng.integers(*TURNS))
    t = np.linspace(0.0, 2 * math.pi * turns, 14 * turns)
    knots = np.linspace(0.0, t[-1], turns)
    tall = np.interp(t, knots, rng.uniform(0.25, 0.9, turns) * np.linspace(1.0, 0.5, turns))
    back = np.interp(t, knots, rng.uniform(0.05, 0.4, turns))
    along = np.cumsum(np.interp(t, knots, rng.uniform(0.03, 0.16, turns))) * 0.5
    # The first letter, and one or two others, are large.
    for place in (0.0, *(rng.uniform(0, t[-1], int(rng.integers(0, 3))))):
        tall += rng.uniform(0.8, 1.6) * np.exp(-(((t - place) / 2.5) ** 2))
    line = np.stack((along + back * np.sin(t), tall * (np.cos(t) - 1) / 2), axis=1)
    line[:, 0] -= rng.uniform(0.0, 0.5) * line[:, 1]
    mask = draw([line], height * 1.6, Nib(desk.pen or THINNEST), 1.6)
    canvas.stamp(mask, round(x), round(base - mask.shape[0]))


def stain(canvas: Canvas, rng: np.random.Generator) -> None:
    """Leaves the ring of a cup, or a spot."""
    ground = canvas.ground
    side = min(ground.size) * rng.uniform(0.1, 0.6)
    x, y = rng.uniform(-0.2, 1.0, 2) * ground.size
    mask = Image.new("L", (max(8, round(side)),) * 2)
    pencil = ImageDraw.Draw(mask)
    box = (side * 0.1, side * 0.1, side * 0.9, side * 0.9)
    tone = int(rng.integers(30, 110))
    if rng.random() < 0.5:
        pencil.ellipse(box, outline=tone, width=max(1, round(side * rng.uniform(0.02, 0.06))))
    else:
        pencil.ellipse(box, fill=tone)
    mask = mask.filter(ImageFilter.GaussianBlur(side * rng.uniform(0.005, 0.03)))
    brown = (int(rng.integers(90, 160)), int(rng.integers(60, 120)), int(rng.integers(20, 90)))
    ground.paste(brown, (round(x), round(y)), mask)


def dark_border(canvas: Canvas, rng: np.random.Generator) -> None:
    """Shows what the sheet lies on: a dark strip or corner beyond the writing."""
    left, top, right, bottom = canvas.area
    wide, tall = canvas.ground.size
    room = max(wide, tall) * rng.uniform(0.02, 0.08)
    angle = rng.uniform(0, 2 * math.pi)
    tone = int(rng.integers(5, 120))
    shade = (tone, max(0, tone - int(rng.integers(0, 30))), max(0, tone - int(rng.integers(0, 40))))
    # Half of a plane, turned: its edge passes by the area at some distance.
    reach = abs(math.cos(angle)) * (right - left) / 2 + abs(math.sin(angle)) * (bottom - top) / 2
    normal = np.array((math.cos(angle), math.sin(angle)))
    middle = np.array(((left + right) / 2, (top + bottom) / 2))
    edge = middle + normal * (reach - room * rng.uniform(-0.3, 1.0))
    side = np.array((-normal[1], normal[0])) * 3 * max(wide, tall)
    far = normal * 3 * max(wide, tall)
    corners = (edge - side, edge + side, edge + side + far, edge - side + far)
    canvas.pencil.polygon([(float(x), float(y)) for x, y in corners], fill=shade)


def show_through(canvas: Canvas, rng: np.random.Generator) -> None:
    """Lets the print on the back of the sheet shine through, in a mirror and faint."""
    wide, tall = canvas.ground.size
    back = Image.new("L", (wide, tall))
    pencil = ImageDraw.Draw(back)
    size = max(9, round(min(wide, tall) * rng.uniform(0.03, 0.08)))
    for base in np.arange(size, tall, size * 1.6):
        pencil.text((0, base), words(rng, 1 + wide // (4 * size)), fill=255, font=typeface(size))
    back = back.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(1))
    faint = rng.uniform(0.05, 0.16)
    grey = int(rng.integers(40, 120))
    canvas.ground.paste((grey,) * 3, (0, 0), back.point([round(i * faint) for i in range(256)]))


def haze(canvas: Canvas, rng: np.random.Generator) -> None:
    """Leaves what was rubbed out: soft grey clouds."""
    wide, tall = canvas.ground.size
    level = np.clip(clouds((tall, wide), rng, 0.15), 0, 1) * rng.uniform(10, 60)
    canvas.ground.paste((120, 120, 120), (0, 0), Image.fromarray(level.astype(np.uint8)))
