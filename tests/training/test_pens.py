import numpy as np
import pytest

from digitus.training import pens

LINE = [np.array([[0.0, 0.0], [0.0, 30.0]])]
HOOK = [np.array([[0.0, 10.0], [10.0, 0.0], [10.0, 40.0]]), np.array([[3.0, 40.0], [17.0, 40.0]])]


@pytest.mark.parametrize("width", [0.7, 1.0, 1.5, 2.3, 4.0, 9.0])
def test_a_line_carries_as_much_ink_as_its_width_says(width):
    ink = pens.draw(LINE, width, margin=2)
    expected = 30 * width + np.pi * width**2 / 4
    assert ink.sum() == pytest.approx(expected, rel=0.1)


def test_the_longer_side_of_the_path_gets_the_asked_size():
    ink = pens.draw(HOOK, 3.0, size=100)
    rows, columns = np.nonzero(ink > 0.5)
    assert np.ptp(rows) + 1 == pytest.approx(103, abs=1)
    assert np.ptp(columns) + 1 == pytest.approx(17 * 2.5 + 3, abs=1)


def test_no_ink_is_cut_and_the_margin_stays_empty():
    ink = pens.draw(HOOK, 5.0, size=40, margin=3)
    assert ink[:2].max() == ink[-2:].max() == ink[:, :2].max() == ink[:, -2:].max() == 0
    soft = pens.draw(HOOK, 5.0, size=40, softness=2.0)
    assert max(soft[0].max(), soft[-1].max(), soft[:, 0].max(), soft[:, -1].max()) < 0.02
    assert soft.sum() == pytest.approx(ink.sum(), rel=0.02)


def test_ink_is_float32_from_0_to_1_and_has_soft_edges():
    ink = pens.draw(HOOK, 3.3, size=40)
    assert ink.dtype == np.float32
    assert ink.min() == 0
    assert ink.max() == 1
    assert np.any((ink > 0.2) & (ink < 0.8))


def test_joints_are_round_and_closed():
    corner = [np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 30.0]])]
    ink = pens.draw(corner, 10.0)
    assert ink[5, 35] == 1  # the middle of the joint
    assert ink[0, 39] == 0  # its outer corner is rounded off


def test_a_single_point_is_a_dot():
    ink = pens.draw([np.array([[7.0, 7.0]])], 6.0, size=28)
    assert ink.sum() == pytest.approx(np.pi * 9, rel=0.1)
    assert pens.draw_hard([np.array([[7.0, 7.0]])], 28).tolist() == [[1.0]]


def test_hard_strokes_are_binary_thin_and_unbroken():
    ink = pens.draw_hard(HOOK, 20)
    assert set(np.unique(ink)) == {0.0, 1.0}
    assert ink.shape[0] == 20
    assert (ink.sum(axis=1) >= 1).all()
    assert ink[10:18].sum(axis=1).max() == 1
    assert pens.draw_hard(HOOK, 20, 3).sum() > 2 * ink.sum()


def test_points_need_no_particular_place_unit_or_dtype():
    moved = [(stroke * 7 - 1000).astype(np.int32) for stroke in HOOK]
    np.testing.assert_allclose(pens.draw(moved, 2.0, size=28), pens.draw(HOOK, 2.0, size=28))


def test_warp_keeps_strokes_and_place_and_depends_on_the_seed_alone():
    bent = pens.warp(HOOK, np.random.default_rng(1), 1.0)
    again = pens.warp(HOOK, np.random.default_rng(1), 1.0)
    other = pens.warp(HOOK, np.random.default_rng(2), 1.0)
    assert [s.shape for s in bent] == [s.shape for s in HOOK]
    for one, two in zip(bent, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert np.abs(bent[0] - other[0]).max() > 0.5
    assert np.abs(np.concatenate(bent) - np.concatenate(HOOK)).max() < 40


def test_warp_of_no_strength_changes_nothing():
    still = pens.warp(HOOK, np.random.default_rng(1), 0.0)
    np.testing.assert_allclose(still[0], HOOK[0], atol=1e-9)


def test_points_that_coincide_still_coincide_after_a_warp():
    tee = [np.array([[0.0, 0.0], [5.0, 5.0]]), np.array([[9.0, 1.0], [5.0, 5.0]])]
    bent = pens.warp(tee, np.random.default_rng(3), 1.0)
    np.testing.assert_allclose(bent[0][-1], bent[1][-1])


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="no point"):
        pens.draw([], 2.0)
    with pytest.raises(ValueError, match="positive"):
        pens.draw(LINE, 0.0)
    with pytest.raises(ValueError, match="at least 1"):
        pens.draw_hard(LINE, 28, 0)
    with pytest.raises(ValueError, match="above"):
        pens.draw(LINE, 2.0, size=100_000)
