"""Makes the pictures of this folder: every digit as people write, draw and photograph it.

    python examples/make_examples.py [FOLDER]

Each file has its own fixed seed, so that running this again changes nothing, and one more example
does not change the others. The name says what is in the picture; `none-` holds no digit.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.training import papers, pens, pictures
from digitus.training.handwriting import Writer, write, write_mark
from digitus.training.sheets import clouds

Strokes = list[NDArray[np.float64]]
Make = Callable[[np.random.Generator], Image.Image]

INK = {
    "black": (22.0, 22.0, 26.0),
    "blue": (30.0, 50.0, 140.0),
    "red": (180.0, 30.0, 40.0),
    "graphite": (96.0, 96.0, 100.0),
    "chalk": (236.0, 236.0, 226.0),
    "petrol": (20.0, 70.0, 90.0),
}


def digit(value: int, shape: str, rng: np.random.Generator) -> Strokes:
    """One digit of a writer of its own."""
    return write(value, Writer.from_seed(int(rng.integers(1000))), rng, allograph=shape)


def place(
    ink: NDArray[np.float32], shape: tuple[int, int], middle: tuple[float, float] = (0.5, 0.5)
) -> NDArray[np.float32]:
    """Ink on an empty plane `shape`, its middle at (x, y) in parts of the plane."""
    plane = np.zeros(shape, dtype=np.float32)
    top = round(middle[1] * shape[0] - ink.shape[0] / 2)
    left = round(middle[0] * shape[1] - ink.shape[1] / 2)
    plane[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return plane


def on_paper(
    strokes: Strokes,
    rng: np.random.Generator,
    *,
    sheet: str,
    ink: str,
    width: float,
    size: int = 240,
    shape: tuple[int, int] = (400, 340),
    middle: tuple[float, float] = (0.5, 0.5),
    opacity: float = 0.95,
    grain: float = 0.25,
    light: str | None = None,
    spoil: tuple[str, ...] = (),
) -> Image.Image:
    """Strokes on paper, in some light, through some camera."""
    plane = place(pens.draw(strokes, width, size=size), shape, middle)
    page = papers.paper(shape, rng, sheet)
    uneven = np.abs(clouds(shape, rng, 1.5 / max(shape)))
    cover = (opacity * (1 - grain * uneven)).astype(np.float32)
    page = papers.compose(plane, page, INK[ink], cover)
    if light:
        page = papers.light(page, rng, light)
    for kind in spoil:
        page = papers.spoil(page, rng, kind, finest=width)
    return Image.fromarray(page)


def grey(plane: NDArray[np.float32], *, light_on_dark: bool = False) -> Image.Image:
    """Ink as a plain grey picture."""
    return Image.fromarray(np.rint(255 * (plane if light_on_dark else 1 - plane)).astype(np.uint8))


def small(value: int, shape: str, rng: np.random.Generator) -> Image.Image:
    """28 x 28, white on black, as MNIST has them."""
    ink = pens.draw(digit(value, shape, rng), 2.2, size=18, softness=0.4)
    return grey(place(ink, (28, 28)), light_on_dark=True)


def paint(value: int, shape: str, rng: np.random.Generator) -> Image.Image:
    """28 x 28, black one-pixel lines on white, as a paint program makes them."""
    return grey(place(pens.draw_hard(digit(value, shape, rng), 19), (28, 28), (0.48, 0.54)))


def canvas(
    strokes: Strokes, width: float, *, size: int = 200, light_on_dark: bool = False
) -> Image.Image:
    """280 x 280, an even drawing as a drawing pad in a browser gives it."""
    ink = place(pens.draw(strokes, width, size=size), (280, 280))
    return grey(ink, light_on_dark=light_on_dark)


def transparent(strokes: Strokes) -> Image.Image:
    """Black ink on nothing: all is in the alpha."""
    ink = place(pens.draw(strokes, 9.0, size=150), (220, 200))
    image = Image.new("RGBA", (200, 220), (0, 0, 0, 0))
    image.putalpha(grey(ink, light_on_dark=True))
    return image


def sixteen_bit(strokes: Strokes, rng: np.random.Generator) -> Image.Image:
    """A scan in 16 bits of grey that uses only the middle of its range."""
    ink = place(pens.draw(strokes, 6.0, size=90), (150, 130))
    noise = rng.normal(0, 300, ink.shape)
    return Image.fromarray((44000 - 26000 * ink + noise).astype(np.uint16))


def palette(strokes: Strokes) -> Image.Image:
    """Red on pale yellow in a palette of eight colours."""
    page = np.full((200, 200, 3), (250, 245, 200), dtype=np.uint8)
    page = papers.compose(place(pens.draw(strokes, 11.0, size=130), (200, 200)), page, INK["red"])
    return Image.fromarray(page).quantize(8)


EXAMPLES: dict[str, Make] = {
    "0-mnist-like.png": lambda r: small(0, "oval", r),
    "0-slashed-marker.png": lambda r: canvas(digit(0, "slashed", r), 18.0),
    "1-hooked-blue-on-yellow.jpg": lambda r: on_paper(
        digit(1, "hooked", r), r, sheet="yellow", ink="blue", width=12, light="gradient"
    ),
    "1-with-foot-pencil.jpg": lambda r: on_paper(
        digit(1, "with foot", r), r, sheet="textured", ink="graphite", width=7, grain=0.5
    ),
    "2-paint-one-pixel.png": lambda r: paint(2, "plain", r),
    "2-looped-squared.jpg": lambda r: on_paper(
        digit(2, "looped", r), r, sheet="squared", ink="blue", width=7, spoil=("noise",)
    ),
    "3-pale-pencil.jpg": lambda r: on_paper(
        digit(3, "rounded", r), r, sheet="grey", ink="graphite", width=6, opacity=0.55,
        grain=0.5, light="gradient", spoil=("noise",),
    ),
    "3-flat-top-marker-lamp.jpg": lambda r: on_paper(
        digit(3, "flat top", r), r, sheet="white", ink="petrol", width=24, light="lamp"
    ),
    "4-open-hard-shadow.jpg": lambda r: on_paper(
        digit(4, "open", r), r, sheet="white", ink="black", width=9, light="shadow",
        middle=(0.42, 0.34),
    ),
    "4-closed-chalkboard.jpg": lambda r: on_paper(
        digit(4, "closed", r), r, sheet="board", ink="chalk", width=14, grain=0.5, light="vignette"
    ),
    "5-loose-hat-transparent.png": lambda r: transparent(digit(5, "loose hat", r)),
    "5-fat-brush.png": lambda r: canvas(digit(5, "one stroke", r), 48.0, size=180),
    "6-16-bit-grey.tiff": lambda r: sixteen_bit(digit(6, "curved", r), r),
    "6-small-off-centre.png": lambda r: on_paper(
        digit(6, "straight", r), r, sheet="white", ink="blue", width=2.4, size=36,
        shape=(300, 400), middle=(0.78, 0.27),
    ),
    "7-crossed-ruled.png": lambda r: on_paper(
        digit(7, "crossed", r), r, sheet="ruled", ink="blue", width=5, size=120, shape=(200, 180)
    ),
    "7-serifed-vignette.jpg": lambda r: on_paper(
        digit(7, "serifed", r), r, sheet="grey", ink="black", width=10, light="vignette",
        spoil=("noise",),
    ),
    "8-palette.gif": lambda r: palette(digit(8, "one stroke", r)),
    "8-form-box.png": lambda r: on_paper(
        digit(8, "two rings", r), r, sheet="box", ink="black", width=3.2, size=50, shape=(80, 72)
    ),
    "9-curled-low-quality.jpg": lambda r: on_paper(
        digit(9, "curled", r), r, sheet="grey", ink="blue", width=8, size=150, shape=(240, 220),
        spoil=("coarse", "jpeg"),
    ),
    "9-light-on-dark.png": lambda r: canvas(digit(9, "straight", r), 14.0, light_on_dark=True),
    "none-blank-ruled.jpg": lambda r: Image.fromarray(
        papers.light(papers.paper((320, 400), r, "ruled"), r, "gradient")
    ),
    "none-letter.png": lambda r: canvas(write_mark("K", Writer.from_seed(3), r), 16.0),
    "none-scribble.jpg": lambda r: Image.fromarray(
        pictures.picture(
            write_mark("scribble", Writer.from_seed(5), r), r, scene="photo", pen="ballpoint",
            side=320,
        )
    ),
}  # fmt: skip


def main() -> None:
    """Writes every example into a folder, this one unless told."""
    parser = argparse.ArgumentParser(description="Make the example pictures.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in EXAMPLES.items():
        image = make(np.random.default_rng(list(name.encode())))
        buffer = io.BytesIO()
        kind = Image.registered_extensions()[Path(name).suffix]
        options = {"quality": 82} if kind == "JPEG" else {}
        image.save(buffer, kind, **options)
        (folder / name).write_bytes(buffer.getvalue())


if __name__ == "__main__":
    main()
