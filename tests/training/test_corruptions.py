from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.glyph import ink_box
from digitus.training.corruptions import KINDS, corrupt, corrupt_each

Glyph = NDArray[np.uint8]


def ring(level: int = 255) -> Glyph:
    """Draw a ring of radius 7 around the middle, with soft edges."""
    y, x = np.mgrid[:28, :28] - 13.5
    return (level * np.clip(2.5 - np.abs(np.hypot(x, y) - 7), 0, 1)).astype(np.uint8)


def bar() -> Glyph:
    """Draw an upright bar."""
    glyph = np.zeros((28, 28), np.uint8)
    glyph[4:24, 12:16] = 255
    return glyph


def made(kind: str, glyph: Glyph, seed: int = 0) -> NDArray[np.int64]:
    return corrupt(glyph, kind, np.random.default_rng(seed)).astype(np.int64)


def middle(glyph: NDArray[np.int64]) -> tuple[float, float]:
    """Return column and row of the centre of mass."""
    y, x = np.mgrid[:28, :28]
    return float((glyph * x).sum() / glyph.sum()), float((glyph * y).sum() / glyph.sum())


def slant(glyph: NDArray[np.int64]) -> float:
    """Return how far the mass moves to the right with each row down."""
    y, x = np.mgrid[:28, :28] - 13.5
    return float((glyph * x * y).sum() / (glyph * y * y).sum())


@pytest.mark.parametrize("kind", KINDS)
def test_a_corruption_is_a_picture_and_the_same_for_the_same_seed(kind) -> None:
    one = corrupt(ring(), kind, np.random.default_rng(3))
    assert one.dtype == np.uint8
    assert one.shape == (28, 28)
    assert (one != ring()).any()
    assert (one == corrupt(ring(), kind, np.random.default_rng(3))).all()


def test_shot_noise_keeps_the_mean_and_the_black() -> None:
    many = np.stack([made("shot_noise", ring(85), seed) for seed in range(200)])
    inside = ring(85) == 85
    assert many[:, inside].mean() == pytest.approx(85, rel=0.05)
    assert many[:, inside].std() > 30
    assert not many[:, ring(85) == 0].any()


def test_impulse_noise_strikes_a_sixth_of_the_pixels_black_or_white() -> None:
    many = np.stack([made("impulse_noise", np.full((28, 28), 100, np.uint8), s) for s in range(50)])
    assert np.isin(many, (0, 100, 255)).all()
    assert (many == 0).mean() == pytest.approx(0.085, abs=0.01)
    assert (many == 255).mean() == pytest.approx(0.085, abs=0.01)


def test_glass_blur_takes_the_sharpness_and_leaves_the_ink() -> None:
    glass = made("glass_blur", bar())
    assert glass.sum() == pytest.approx(int(bar().sum()), rel=0.03)
    assert np.abs(np.diff(glass, axis=1)).max() < 150


def test_motion_blur_is_a_trail_to_the_left_within_45_degrees() -> None:
    for seed in range(8):
        x, y = middle(made("motion_blur", ring(), seed))
        assert 13.5 - x > 1.2
        assert abs(y - 13.5) < 1.1 * (13.5 - x)


def test_shear_slants_to_either_side() -> None:
    found = [slant(made("shear", bar(), seed)) for seed in range(8)]
    assert {round(abs(one), 1) for one in found} == {0.4}
    assert min(found) < 0 < max(found)


def test_rotate_turns_to_either_side() -> None:
    found = [slant(made("rotate", bar(), seed)) for seed in range(8)]
    assert all(abs(one) == pytest.approx(np.tan(0.4), abs=0.06) for one in found)
    assert min(found) < 0 < max(found)


def test_scale_shrinks_around_the_middle() -> None:
    small = made("scale", ring())
    left, top, right, bottom = ink_box(small.astype(np.uint8))
    whole = ink_box(ring())
    assert right - left == pytest.approx(0.7 * (whole[2] - whole[0]), abs=1.5)
    assert bottom - top == pytest.approx(0.7 * (whole[3] - whole[1]), abs=1.5)
    assert middle(small) == pytest.approx((13.5, 13.5), abs=0.1)


def test_brightness_lifts_all_by_half() -> None:
    light = made("brightness", np.full((28, 28), 40, np.uint8))
    assert light == pytest.approx(167, abs=1)
    assert made("brightness", ring()).max() == 255


def test_translate_moves_into_a_corner() -> None:
    found = {
        tuple(round(m - 13.5) for m in middle(made("translate", ring(), s))) for s in range(40)
    }
    assert found == {(3, 3), (3, -3), (-3, 3), (-3, -3)}


def test_stripe_swaps_black_and_white_at_the_sides_alone() -> None:
    striped = made("stripe", ring())
    assert (striped[:, 7:21] == ring()[:, 7:21]).all()
    assert np.abs(striped[:, :7] + ring()[:, :7] - 255).max() <= 1
    assert np.abs(striped[:, 21:] + ring()[:, 21:] - 255).max() <= 1


def test_fog_hides_the_paper_and_pales_the_ink() -> None:
    foggy = made("fog", ring())
    ink = ring() == 255
    assert foggy[~ink].mean() > 40
    assert np.ptp(foggy[ring() == 0]) > 20
    assert 0 < foggy[ink].mean() - foggy[~ink].mean() < 120


def test_spatter_is_dark_grey() -> None:
    muddy = np.stack([made("spatter", np.zeros((28, 28), np.uint8), seed) for seed in range(20)])
    assert 0.02 < (muddy > 0).mean() < 0.6
    assert muddy.max() <= 63
    over = made("spatter", np.full((28, 28), 255, np.uint8), 1)
    assert over.min() < 130


@pytest.mark.parametrize("kind", ["dotted_line", "zigzag"])
def test_a_line_runs_across_and_takes_no_ink_away(kind) -> None:
    drawn = made(kind, np.zeros((28, 28), np.uint8), 5)
    lit = (drawn > 60).any(axis=0)
    assert lit[:8].any()
    assert lit[20:].any()
    assert (made(kind, ring(), 5) >= ring()).all()


def test_a_dotted_line_has_gaps_of_two_columns() -> None:
    drawn = made("dotted_line", np.zeros((28, 28), np.uint8), 5)
    assert not drawn[:, np.arange(28) // 2 % 2 == 0].any()
    drawn = drawn[:, :27]  # it ends before the last column
    assert drawn[:, np.arange(27) // 2 % 2 == 1].any(axis=0).all()


def test_a_zigzag_has_teeth() -> None:
    drawn = made("zigzag", np.zeros((28, 28), np.uint8), 5)
    heights = drawn[:, 3:24].argmax(axis=0)
    turns = np.diff(np.sign(np.diff(heights)[np.diff(heights) != 0]))
    assert np.count_nonzero(turns) >= 4


def test_canny_edges_are_the_outline_alone() -> None:
    drawn = made("canny_edges", bar())
    assert set(np.unique(drawn)) == {0, 255}
    assert not drawn[8:20, 13:15].any()
    for row in drawn[8:20]:
        assert 2 <= np.count_nonzero(row) <= 4


def test_each_picture_is_corrupted_in_as_many_ways_as_asked() -> None:
    pictures = np.stack([ring(), bar()])
    each = corrupt_each(pictures, 3, seed=4)
    assert each.shape == (6, 28, 28)
    assert len({one.tobytes() for one in each}) == 6
    assert (each == corrupt_each(pictures, 3, seed=4)).all()
    assert (each != corrupt_each(pictures, 3, seed=5)).any()
    assert corrupt_each(pictures[:0], 3, seed=4).shape == (0, 28, 28)


def test_no_way_comes_twice_before_all_were_there(monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "digitus.training.corruptions.corrupt",
        lambda picture, kind, _: told.append(kind) or picture,
    )
    corrupt_each(ring()[None], 20, seed=4)
    assert set(told[:15]) == set(KINDS)
    assert told[15:] == told[:5]
