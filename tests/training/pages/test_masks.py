import numpy as np
import pytest

from digitus.training.handwriting import Writer, write
from digitus.training.pages.masks import VISIBLE, Nib, broader, draw, ink_of, tight

BAR = np.zeros((40, 40), np.uint8)
BAR[5:35, 18:22] = 100


def test_drawn_digits_are_as_high_as_asked_and_cut_to_their_ink():
    rng = np.random.default_rng(0)
    for value in (0, 2, 3, 5, 8):
        mask = ink_of(write(value, Writer.from_seed(3), rng), 60, Nib(4.0))
        assert mask.dtype == np.uint8
        assert 48 <= mask.shape[0] <= 64
        for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]):
            assert edge.max() >= VISIBLE


def test_pens_and_sizes_make_thick_and_thin_strokes():
    line = [np.array([[0.0, 0.0], [0.0, 1.0]])]
    assert draw(line, 50, Nib(3.0)).shape[1] == pytest.approx(3, abs=1)
    assert draw(line, 50, Nib(9.0)).shape[1] == pytest.approx(9, abs=1)
    assert set(np.unique(draw(line, 50, Nib(3.0, hard=True)))) <= {0, 255}


@pytest.mark.parametrize("height", [14, 30, 90])
def test_pale_scans_become_dark_ink_of_the_right_height(height):
    mask = ink_of(BAR, height, Nib(3.0))
    assert mask.shape[0] == pytest.approx(height, abs=0.1 * height + 1)
    assert mask.max() == 255
    assert mask.shape[1] == pytest.approx(4 * height / 30, abs=0.06 * height + 1)


def test_weight_and_slant_change_a_scan():
    lean, fat = (ink_of(BAR, 60, Nib(3.0, weight=w)).sum() for w in (-1.0, 1.0))
    assert fat > 1.1 * lean
    for shear in (0.4, -0.4):
        slanted = ink_of(BAR, 60, Nib(3.0, shear=shear))
        assert slanted.shape[1] > 25
        top, bottom = slanted[:6].sum(axis=0).argmax(), slanted[-6:].sum(axis=0).argmax()
        assert (top > bottom) == (shear > 0)


def test_tight_leaves_an_empty_mask_alone():
    assert tight(np.zeros((3, 4), np.uint8)).shape == (3, 4)


def test_a_mask_is_stretched_sideways_only():
    assert broader(BAR, 1.0) is BAR
    broad = broader(BAR, 1.5)
    assert broad.shape == (40, 60)
    assert (broad >= VISIBLE).any(axis=0).sum() == pytest.approx(6, abs=1)
