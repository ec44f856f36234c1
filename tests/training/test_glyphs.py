from __future__ import annotations

import numpy as np
import pytest
from made_data import images
from numpy.typing import NDArray

from digitus.glyph import SIDE, cut_glyph, ink_box, stroke_width
from digitus.training import datasets, pens
from digitus.training import glyphs as module
from digitus.training.datasets import Dataset, Strokes
from digitus.training.glyphs import (
    draw_glyph,
    glyph_of_picture,
    glyphs_of,
    negative_glyphs,
    pair_glyphs,
    picture_glyphs,
    synthesised,
)
from digitus.training.handwriting import Writer, write
from marks import needs_data

Glyphs = NDArray[np.uint8]


def likeness(one: Glyphs, other: Glyphs) -> float:
    """Correlation of two glyphs at the best of all shifts by up to a pixel."""
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(
        float(np.corrcoef(np.roll(one, shift, (0, 1)).ravel(), other.ravel())[0, 1])
        for shift in shifts
    )


def aspects(glyphs: Glyphs) -> NDArray[np.float64]:
    boxes = np.array([ink_box(glyph) for glyph in glyphs])
    return (boxes[:, 2] - boxes[:, 0]) / (boxes[:, 3] - boxes[:, 1])


def assert_glyphs(glyphs: Glyphs, count: int) -> None:
    assert glyphs.shape == (count, SIDE, SIDE)
    assert glyphs.dtype == np.uint8


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    found, labels = images(30, 40, 1)
    return Dataset("scans", labels, images=found)


@pytest.fixture(scope="module")
def written() -> Dataset:
    strokes, labels = synthesised(20, 2)
    return Dataset("tablet", labels, strokes=strokes)


def test_a_picture_of_a_source_gives_the_glyph_that_a_reader_sees(drawn: Dataset) -> None:
    glyphs, labels = glyphs_of(drawn, 5, 0)
    assert_glyphs(glyphs, 30)
    assert (labels == drawn.labels).all()
    assert drawn.images is not None
    for glyph, image in zip(glyphs, drawn.images, strict=True):
        assert likeness(glyph, cut_glyph(image / np.float32(255))) > 0.95
        page = np.stack([image] * 3, axis=-1)
        np.testing.assert_array_equal(glyph, glyph_of_picture(page))


def test_a_blank_picture_is_left_out_with_its_label(drawn: Dataset) -> None:
    assert drawn.images is not None
    blank = drawn.images.copy()
    blank[::3] = 0
    glyphs, labels = glyphs_of(Dataset("scans", drawn.labels, images=blank), 1, 0)
    kept = np.arange(30) % 3 != 0
    assert (labels == drawn.labels[kept]).all()
    np.testing.assert_array_equal(glyphs, glyphs_of(drawn, 1, 0)[0][kept])


def test_strokes_are_drawn_with_many_pens(written: Dataset) -> None:
    glyphs, labels = glyphs_of(written, 6, 0)
    assert_glyphs(glyphs, 120)
    assert (labels == np.repeat(written.labels, 6)).all()
    assert len(np.unique(glyphs, axis=0)) > 110
    widths = [stroke_width(np.pad(glyph / np.float32(255), 1)) for glyph in glyphs]
    assert np.quantile(widths, 0.1) < 1.8
    assert np.quantile(widths, 0.9) > 3
    assert written.strokes is not None
    clean = [cut_glyph(pens.draw(strokes, 3.0, size=30)) for strokes in written.strokes]
    alike = [likeness(glyph, clean[i // 6]) for i, glyph in enumerate(glyphs)]
    assert np.mean(alike) > 0.6


def test_digits_that_lost_their_aspect_are_made_narrower(drawn: Dataset) -> None:
    assert drawn.images is not None
    square = np.array([np.kron(np.eye(2, dtype=np.uint8) * 255, np.ones((8, 8), np.uint8))] * 9)
    semeion = Dataset("semeion", np.zeros(9, np.uint8), images=square)
    glyphs, labels = glyphs_of(semeion, 4, 0)
    assert_glyphs(glyphs, 36)
    assert not labels.any()
    found = aspects(glyphs)
    assert found.min() < 0.55
    assert found.max() > 0.8
    other = glyphs_of(Dataset("scans", np.zeros(9, np.uint8), images=square), 4, 0)[0]
    assert aspects(other) == pytest.approx([1] * 9, abs=0.06)


def test_the_seed_determines_the_drawings(written: Dataset) -> None:
    first, again, other = (glyphs_of(written, 2, seed)[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).mean() > 0.9


@pytest.mark.parametrize("strokes", [None, []])
def test_an_empty_source_gives_no_glyphs(strokes: list[Strokes] | None) -> None:
    none = np.zeros((0, 28, 28), np.uint8) if strokes is None else None
    glyphs, labels = glyphs_of(Dataset("none", np.zeros(0, np.uint8), none, strokes), 3, 0)
    assert_glyphs(glyphs, 0)
    assert labels.shape == (0,)


def test_made_pictures_give_glyphs_of_their_digits(written: Dataset) -> None:
    assert written.strokes is not None
    glyphs, labels = picture_glyphs(written.strokes, written.labels, 30, 1)
    assert 20 <= len(glyphs) <= 30
    assert_glyphs(glyphs, len(labels))
    assert set(labels) <= set(written.labels)
    clean = [cut_glyph(pens.draw(strokes, 3.0, size=30)) for strokes in written.strokes]
    own, others = [], []
    for glyph, label in zip(glyphs, labels, strict=True):
        alike = [likeness(glyph, page) for page in clean]
        own.append(max(a for a, b in zip(alike, written.labels, strict=True) if b == label))
        others.append(max(a for a, b in zip(alike, written.labels, strict=True) if b != label))
    assert np.mean(np.array(own) > others) > 0.75
    again = picture_glyphs(written.strokes, written.labels, 30, 1)
    np.testing.assert_array_equal(again[0], glyphs)
    np.testing.assert_array_equal(again[1], labels)


def test_a_picture_in_which_something_else_is_found_is_left_out(
    written: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = np.full((60, 60, 3), 255, np.uint8)
    page[10:50, 10:14] = page[10:14, 10:50] = page[46:50, 10:50] = page[10:50, 46:50] = 0
    monkeypatch.setattr(module, "picture", lambda *_: page)
    sevens = written.labels == 7
    assert written.strokes is not None
    strokes = [written.strokes[i] for i in np.flatnonzero(sevens)]
    assert_glyphs(picture_glyphs(strokes, written.labels[sevens], 5, 1)[0], 0)


def test_every_synthesised_digit_is_of_a_hand_of_its_own() -> None:
    strokes, labels = synthesised(200, 1)
    assert len(strokes) == len(labels) == 200
    assert labels.dtype == np.uint8
    assert set(labels) == set(range(10))
    sevens = [strokes[i] for i in np.flatnonzero(labels == 7)]
    assert {len(digit) for digit in sevens} >= {1, 2}  # plain and crossed
    assert len({np.concatenate(digit).tobytes() for digit in sevens}) == len(sevens)
    again = synthesised(200, 1)
    assert (again[1] == labels).all()
    assert all((a == b).all() for a, b in zip(again[0][3], strokes[3], strict=True))
    assert (synthesised(200, 2)[1] != labels).any()


def test_negatives_come_from_strokes_and_pictures() -> None:
    strokes = negative_glyphs(40, 0, 1)
    assert_glyphs(strokes, 40)
    assert strokes.any(axis=(1, 2)).all()
    assert len(np.unique(strokes, axis=0)) > 35
    pictures = negative_glyphs(0, 8, 1)
    assert_glyphs(pictures, len(pictures))
    assert len(pictures) > 4
    np.testing.assert_array_equal(negative_glyphs(40, 0, 1), strokes)
    assert_glyphs(negative_glyphs(0, 0, 1), 0)


def test_pairs_are_two_digits_side_by_side() -> None:
    ones = np.zeros((5, SIDE, SIDE), np.uint8)
    ones[:, 4:24, 13:15] = 255  # a stroke of 2 x 20
    glyphs = pair_glyphs(ones, 60, 1)
    assert_glyphs(glyphs, 60)
    columns = (glyphs > 100).any(axis=1)
    strokes = (np.diff(columns.astype(int), axis=1, prepend=0) == 1).sum(axis=1)
    assert set(strokes) == {1, 2}  # some touch
    assert (strokes == 2).mean() > 0.4
    np.testing.assert_array_equal(pair_glyphs(ones, 60, 1), glyphs)
    assert (pair_glyphs(ones, 60, 2) != glyphs).any()


def test_pairs_are_not_made_of_strokes() -> None:
    with pytest.raises(ValueError, match="pictures"):
        pair_glyphs(None, 1, 0)


def test_a_digit_is_drawn_at_any_weight() -> None:
    strokes = write(4, Writer.from_seed(1), np.random.default_rng(0))
    rng = np.random.default_rng(0)
    glyphs = np.array([draw_glyph(strokes, rng) for _ in range(60)])
    assert_glyphs(glyphs, 60)
    mass = glyphs.mean(axis=(1, 2))
    assert mass.max() > 2 * mass.min()


@pytest.mark.parametrize("ink", [0, 255])
def test_a_blank_page_has_no_glyph(ink: int) -> None:
    assert glyph_of_picture(np.full((50, 40, 3), ink, np.uint8)) is None


@needs_data
@pytest.mark.parametrize("name", datasets.SOURCES)
def test_real_digits_become_glyphs(name: str) -> None:
    if name not in datasets.available():
        pytest.skip(f"{name} is not here: digitus data fetch {name}")
    data = datasets.load(name, "train")
    rows = np.arange(0, len(data), len(data) // 40)
    part = Dataset(
        name,
        data.labels[rows],
        None if data.images is None else data.images[rows],
        None if data.strokes is None else [data.strokes[row] for row in rows],
    )
    glyphs, labels = glyphs_of(part, 1, 0)
    assert len(labels) >= 0.97 * len(rows)
    assert_glyphs(glyphs, len(labels))
    boxes = np.array([ink_box(glyph) for glyph in glyphs])
    longer = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    assert np.median(longer) in (20, 21, 22)
