from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitus.errors import UnreadableImage
from digitus.image import load

# A bar of ink, and where it lies.
INK = np.zeros((24, 20), bool)
INK[4:20, 8:12] = True
LEVELS = np.where(INK, 40, 210).astype(np.uint8)


def drawing(ink: int, mode: str, beneath: int = 0) -> Image.Image:
    """Draw ink that alone is opaque; `beneath` is the colour where nothing is seen of it."""
    levels = np.where(INK, ink, beneath).astype(np.uint8)
    alpha = np.where(INK, 255, 0).astype(np.uint8)
    bands = [levels] * (1 if mode == "LA" else 3)
    return Image.fromarray(np.dstack([*bands, alpha]))


def in_mode(mode: str) -> Image.Image:
    """Return LEVELS as a picture of a mode."""
    grey = Image.fromarray(LEVELS)
    if mode == "PA":
        return grey.convert("P").convert("PA")
    if mode in ("La", "RGBa"):
        return grey.convert(mode.upper()).convert(mode)
    if mode.startswith("I;16"):
        deep = LEVELS.astype(np.uint16) * 257
        return Image.frombytes(mode, grey.size, deep.astype(">u2" if mode[4:] == "B" else "<u2"))
    if mode == "I":
        return Image.fromarray(LEVELS.astype(np.int32))
    if mode in ("LAB", "HSV"):
        return grey.convert("RGB").convert(mode)
    return grey.convert(mode)


MODES = [
    *("L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"),
    *("I", "F", "I;16", "I;16B", "I;16L"),
]


@pytest.mark.parametrize("mode", MODES)
def test_every_mode(mode: str) -> None:
    image = in_mode(mode)
    assert image.mode == mode
    before = image.tobytes()
    pixels = load(image).pixels
    assert np.abs(pixels.astype(int) - LEVELS[..., None]).max() <= 2
    assert image.tobytes() == before
    assert image.mode == mode


def test_mode_1() -> None:
    image = Image.fromarray(INK)
    assert image.mode == "1"
    assert (load(image).pixels[..., 0] == np.where(INK, 255, 0)).all()


def test_colours_stay_apart() -> None:
    colours = Image.new("RGB", (16, 8), (200, 30, 60))
    for mode in ("RGB", "RGBA", "CMYK", "HSV", "P", "YCbCr"):
        pixels = load(colours.convert(mode)).pixels
        assert np.abs(pixels[4, 4].astype(int) - (200, 30, 60)).max() <= 25, mode


def test_grey_modes_are_one_plane() -> None:
    for mode in ("1", "L", "LA", "I;16", "F"):
        assert load(in_mode(mode)).pixels.strides[2] == 0, mode


@pytest.mark.parametrize("beneath", [0, 255])
@pytest.mark.parametrize("mode", ["LA", "RGBA", "La", "RGBa"])
@pytest.mark.parametrize("ink", [0, 30, 225, 255])
def test_alpha_is_laid_over_paper_that_the_ink_shows_on(ink: int, mode: str, beneath: int) -> None:
    image = drawing(ink, mode.upper(), beneath).convert(mode)
    pixels = load(image).pixels
    paper = 255 if ink < 128 else 0
    assert (pixels == np.where(INK, ink, paper)[..., None]).all()


@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_of_arrays(channels: int) -> None:
    array = np.asarray(drawing(20, "LA" if channels == 2 else "RGBA"))
    expected = np.where(INK, 20, 255)[..., None]
    assert (load(array).pixels == expected).all()
    assert (np.abs(load(array / 255).pixels - expected) <= 1).all()
    assert (load(array.astype(np.uint16) * 257).pixels == expected).all()


def test_soft_edges_are_mixed_with_the_paper() -> None:
    alpha = np.where(INK, 128, 0).astype(np.uint8)
    pixels = load(np.dstack([np.zeros_like(alpha)] * 3 + [alpha])).pixels
    assert set(np.unique(pixels)) == {127, 255}


def test_fully_transparent_is_white_paper() -> None:
    for mode in ("LA", "RGBA"):
        pixels = load(Image.new(mode, (20, 10))).pixels
        assert (pixels == 255).all()
        assert pixels.shape == (10, 20, 3)


@pytest.mark.parametrize("level", [255, 128, 1])
def test_alpha_that_is_the_same_everywhere_changes_nothing(level: int) -> None:
    alpha = np.full_like(LEVELS, level)
    assert (load(np.dstack([LEVELS, alpha])).pixels == LEVELS[..., None]).all()


def test_a_scan_with_transparent_corners_continues_its_own_paper() -> None:
    alpha = np.full_like(LEVELS, 255)
    alpha[:3, :3] = alpha[-3:, -3:] = 0
    pixels = load(np.dstack([LEVELS, alpha])).pixels
    assert (pixels == LEVELS[..., None]).all()


def test_a_fat_drawing_in_one_colour_is_ink_though_it_covers_most() -> None:
    alpha = np.where(INK, 0, 255).astype(np.uint8)
    pixels = load(np.dstack([np.full_like(alpha, 10), alpha])).pixels
    assert (pixels == np.where(INK, 255, 10)[..., None]).all()


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


PALETTE = Image.fromarray(INK.astype(np.uint8) * 3)
PALETTE.putpalette([9, 9, 9] + [0, 0, 0] * 2 + [200, 220, 240])


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_index_of_a_palette(kind: str) -> None:
    pixels = load(saved(PALETTE, kind, transparency=0)).pixels
    assert (pixels == np.where(INK[..., None], (200, 220, 240), 0)).all()


def test_a_palette_with_alpha() -> None:
    data = saved(PALETTE, "PNG", transparency=bytes([255, 0, 0, 0]))
    pixels = load(data).pixels
    assert (pixels == np.where(INK[..., None], 255, 9)).all()


def test_a_transparent_colour() -> None:
    image = Image.fromarray(LEVELS)
    expected = np.where(INK, 40, 255)[..., None]
    assert (load(saved(image, "PNG", transparency=210)).pixels == expected).all()
    colour = image.convert("RGB")
    assert (load(saved(colour, "PNG", transparency=(210, 210, 210))).pixels == expected).all()


def test_pictures_with_a_transparent_index_are_not_modified() -> None:
    with Image.open(io.BytesIO(saved(PALETTE, "PNG", transparency=0))) as image:
        image.load()
        before = image.im.getpalette("RGBA", "RGBA") if image.mode == "P" else None
        load(image)
        assert image.info["transparency"] == 0
        assert image.im.getpalette("RGBA", "RGBA") == before


@pytest.mark.parametrize(
    ("level", "noise", "most"),
    [(1000.0, 4.0, 3), (0.9, 0.004, 3), (250.0, 1.0, 3), (100_000.0, 300.0, 3)],
)
def test_float_files_of_a_blank_page_stay_blank(level: float, noise: float, most: int) -> None:
    random = np.random.default_rng(0).uniform(-noise, noise, (30, 30))
    image = Image.fromarray((level + random).astype(np.float32))
    assert np.ptp(load(saved(image, "TIFF")).pixels) <= most


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 255), (-1, 1), (0, 4000), (-3e38, 3e38)])
def test_float_files_of_any_range(low: float, high: float) -> None:
    values: NDArray[np.float32] = np.where(INK, low, high).astype(np.float32)
    pixels = load(saved(Image.fromarray(values), "TIFF")).pixels
    assert (pixels[..., 0] == np.where(INK, 0, 255)).all()


@pytest.mark.parametrize(("low", "high"), [(-32768, 32767), (0, 65535), (0, 2**31 - 1), (-9, 7)])
def test_integer_files_of_any_range(low: int, high: int) -> None:
    image = Image.fromarray(np.where(INK, low, high).astype(np.int32))
    assert (load(image).pixels[..., 0] == np.where(INK, 0, 255)).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_float_files_that_are_not_finite(bad: float) -> None:
    values = LEVELS.astype(np.float32)
    values[0, 0] = bad
    with pytest.raises(UnreadableImage, match="NaN or infinity"):
        load(Image.fromarray(values))


def test_black_and_white_float_pages() -> None:
    assert (load(Image.new("F", (9, 9), 0.0)).pixels == 0).all()
    assert (load(Image.new("F", (9, 9), 0.2)).pixels == 51).all()
    assert (load(Image.new("F", (9, 9), 1.0)).pixels == 255).all()
