import numpy as np
import pytest

from digitus.training import papers, pens, pictures
from digitus.training.handwriting import Writer, write
from digitus.training.sheets import KINDS

SHAPE = (90, 70)


def seven(rng):
    return write(7, Writer.from_seed(3), rng, allograph="crossed")


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_is_a_page_and_only_the_board_is_dark(kind):
    page = papers.paper(SHAPE, np.random.default_rng(1), kind)
    assert page.dtype == np.uint8
    assert page.shape == (*SHAPE, 3)
    assert (np.median(page) < 100) == (kind == "board")


def test_rules_are_lines_across_the_paper():
    for seed in range(5):
        page = papers.paper((300, 300), np.random.default_rng(seed), "ruled").mean(axis=2)
        page = page[:, 100:]  # right of the red margin that some sheets have
        # A column crosses rules and blank paper; most rows run between two rules.
        assert page[:, 150].std() > 3
        assert np.median(page.std(axis=1)) < page[:, 150].std() / 2


def test_ink_takes_the_colour_of_the_pen_where_it_lies_and_nowhere_else():
    page = np.full((*SHAPE, 3), 250, dtype=np.uint8)
    ink = np.zeros(SHAPE, dtype=np.float32)
    ink[10:20, 10:20] = 1
    written = papers.compose(ink, page, (10, 20, 200))
    assert written[15, 15].tolist() == [10, 20, 200]
    assert written[50, 50].tolist() == [250, 250, 250]
    pale = papers.compose(ink, page, (10, 20, 200), opacity=0.5)
    assert pale[15, 15].tolist() == [130, 135, 225]


@pytest.mark.parametrize("kind", ["gradient", "vignette", "shadow", "lamp", "tint"])
def test_light_changes_brightness_but_keeps_the_page(kind):
    page = np.full((*SHAPE, 3), 240, dtype=np.uint8)
    lit = papers.light(page, np.random.default_rng(2), kind)
    assert lit.shape == page.shape
    assert lit.dtype == np.uint8
    assert lit.mean() < 240
    assert lit.min() > 20


def test_a_shadow_has_a_hard_edge():
    page = np.full((200, 200, 3), 240, dtype=np.uint8)
    steps = []
    for seed in range(8):
        lit = papers.light(page, np.random.default_rng(seed), "shadow").mean(axis=2)
        step = max(np.abs(np.diff(lit, axis=axis)).max() for axis in (0, 1))
        steps.append(step / max(np.ptp(lit), 1))
    assert max(steps) > 0.15  # most of the fall from light to dark lies within a few pixels


@pytest.mark.parametrize("kind", ["jpeg", "blur", "noise", "coarse", "specks"])
def test_spoiling_changes_the_picture_but_leaves_it_legible(kind):
    rng = np.random.default_rng(5)
    ink = pens.draw(seven(rng), 8.0, size=80, margin=8)
    page = papers.compose(ink, papers.paper(ink.shape, rng, "white"), (20, 20, 20))
    bad = papers.spoil(page, rng, kind, finest=8.0)
    assert bad.shape == page.shape
    assert bad.dtype == np.uint8
    assert (bad != page).any()
    assert np.corrcoef(bad.mean(axis=2).ravel(), page.mean(axis=2).ravel())[0, 1] > 0.8


@pytest.mark.parametrize("scene", pictures.SCENES)
def test_a_picture_shows_its_digit(scene):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        page = pictures.picture(seven(rng), rng, scene=scene, side=120)
        assert page.dtype == np.uint8
        assert page.ndim == 3
        assert max(page.shape[:2]) == 120
        assert np.ptp(page.mean(axis=2)) > 30


def test_pictures_come_in_both_polarities_and_many_sizes():
    rng = np.random.default_rng(0)
    pages = [pictures.picture(seven(rng), rng, scene="drawn") for _ in range(60)]
    medians = [float(np.median(page)) for page in pages]
    assert 0.2 < np.mean([m < 128 for m in medians]) < 0.6
    assert min(max(page.shape) for page in pages) == 28
    assert max(max(page.shape) for page in pages) > 500


def test_the_same_seed_makes_the_same_picture():
    first, again = (
        pictures.picture(seven(np.random.default_rng(1)), np.random.default_rng(9))
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, again)


def test_unknown_kinds_are_refused():
    rng = np.random.default_rng(0)
    page = papers.paper(SHAPE, rng)
    with pytest.raises(ValueError, match="there are white"):
        papers.paper(SHAPE, rng, "papyrus")
    with pytest.raises(ValueError, match="no light"):
        papers.light(page, rng, "candle")
    with pytest.raises(ValueError, match="no way to spoil"):
        papers.spoil(page, rng, "coffee")
    with pytest.raises(ValueError, match="no scene"):
        pictures.picture(seven(rng), rng, scene="tattoo")
