from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.glyph import SIDE, ink_box
from digitus.training.augment import augment
from digitus.training.datasets import Dataset
from digitus.training.glyphs import glyphs_of, synthesised
from digitus.training.recipe import Augmentation, load

Glyphs = NDArray[np.uint8]

ALL = load("digitus").augmentation
MIDDLE = slice(6, 22)  # a printed line is left outside of it


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    strokes, labels = synthesised(200, 1)
    return glyphs_of(Dataset("synthesised", labels, strokes=strokes), 1, 1)[0]


def only(kind: str | None = None, **bends: float) -> Augmentation:
    """Let one kind happen to every glyph, or bends, and nothing else."""
    return Augmentation(**({kind: 1.0} if kind else {}), **bends)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def likeness(one: Glyphs, other: Glyphs) -> NDArray[np.float64]:
    """Correlation of each pair, at the best of all shifts by up to two pixels."""

    def unit(batch: Glyphs) -> NDArray[np.float64]:
        flat = batch.reshape(len(batch), -1).astype(float)
        flat -= flat.mean(axis=1, keepdims=True)
        return flat / np.linalg.norm(flat, axis=1, keepdims=True)

    shifts = [(y, x) for y in range(-2, 3) for x in range(-2, 3)]
    moved = [(unit(np.roll(one, shift, (1, 2))) * unit(other)).sum(axis=1) for shift in shifts]
    return np.max(moved, axis=0)


def middles(batch: Glyphs) -> NDArray[np.float64]:
    """Centre of mass of each glyph: float64 [2, N], down and across."""
    mass, at = batch.sum(axis=(1, 2)).astype(float), np.arange(SIDE)
    return np.stack([batch.sum(axis=2) @ at / mass, batch.sum(axis=1) @ at / mass])


def test_glyphs_stay_glyphs_and_are_not_changed_in_place(glyphs: Glyphs) -> None:
    before = glyphs.copy()
    for seed in range(5):
        changed = augment(glyphs, ALL, rng(seed))
        assert changed.shape == glyphs.shape
        assert changed.dtype == np.uint8
        assert not np.shares_memory(changed, glyphs)
    np.testing.assert_array_equal(glyphs, before)


def test_glyphs_that_may_not_be_written_are_taken(glyphs: Glyphs) -> None:
    fixed = glyphs.copy()
    fixed.flags.writeable = False
    augment(fixed, ALL, rng())


def test_the_same_chance_does_the_same(glyphs: Glyphs) -> None:
    np.testing.assert_array_equal(augment(glyphs, ALL, rng(3)), augment(glyphs, ALL, rng(3)))
    assert (augment(glyphs, ALL, rng(3)) != augment(glyphs, ALL, rng(4))).any(
        axis=(1, 2)
    ).mean() > 0.95


def test_every_glyph_is_changed_in_its_own_way(glyphs: Glyphs) -> None:
    same = np.repeat(glyphs[:1], 50, axis=0)
    assert len(np.unique(augment(same, ALL, rng()), axis=0)) == 50


def test_digits_stay_readable(glyphs: Glyphs) -> None:
    own, others = [], []
    for seed in range(4):
        changed = augment(glyphs, ALL, rng(seed))
        own.append(likeness(changed, glyphs))
        others.append(likeness(changed, np.roll(glyphs, 7, axis=0)))
    assert np.mean(own) > 0.67
    assert np.quantile(own, 0.05) > 0.42
    assert np.mean(np.concatenate(own) > np.concatenate(others)) > 0.9


def test_digits_stay_in_the_middle_on_average(glyphs: Glyphs) -> None:
    many = np.tile(glyphs, (5, 1, 1))
    moved = middles(augment(many, ALL, rng())) - middles(many)
    assert np.abs(moved.mean(axis=1)).max() < 0.35
    assert 0.3 < moved.std() < 2


def test_paper_stays_paper() -> None:
    changed = augment(np.zeros((500, SIDE, SIDE), np.uint8), ALL, rng())
    assert np.median(changed.mean(axis=(1, 2))) == 0
    assert changed.mean() < 6


def test_without_any_distortion_nothing_changes(glyphs: Glyphs) -> None:
    how = only()
    np.testing.assert_array_equal(augment(glyphs, how, rng()), glyphs)


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("rotation", 13),
        ("shear", 0.25),
        ("scale", 0.14),
        ("shift", 1.6),
        ("elastic", 0.75),
    ],
)
def test_bends_move_ink_and_keep_most_of_it(glyphs: Glyphs, kind: str, amount: float) -> None:
    how = only(**{kind: amount})
    changed = augment(glyphs, how, rng())
    assert (changed != glyphs).any(axis=(1, 2)).mean() > 0.95
    assert changed.mean() == pytest.approx(glyphs.mean(), rel=0.03)
    assert likeness(changed, glyphs).mean() > 0.8


def test_a_shift_is_told_by_its_pixels() -> None:
    how = only(shift=3.0)
    dots = np.zeros((400, SIDE, SIDE), np.uint8)
    dots[:, 13:15, 13:15] = 255
    moved = middles(augment(dots, how, rng())) - 13.5
    assert moved.min() > -3.05
    assert moved.max() < 3.05
    assert np.abs(moved.mean(axis=1)).max() < 0.3
    assert (moved.std(axis=1) > 1.5).all()  # 3 / sqrt(3) = 1.7 where all shifts are as likely


def test_strokes_become_thicker_and_thinner(glyphs: Glyphs) -> None:
    how = only("stroke")
    changed = augment(glyphs, how, rng())
    thicker = (changed >= glyphs).all(axis=(1, 2))
    thinner = (changed <= glyphs).all(axis=(1, 2))
    assert (thicker | thinner).all()
    assert thicker.mean() > 0.4
    assert thinner.mean() > 0.2


def test_blur_softens_and_keeps_the_ink(glyphs: Glyphs) -> None:
    how = only("blur")
    changed = augment(glyphs, how, rng())
    assert changed.sum() == pytest.approx(glyphs.sum(), rel=0.01)
    steps = [
        np.abs(np.diff(batch.astype(int), axis=2)).sum(axis=(1, 2)) for batch in (changed, glyphs)
    ]
    assert (steps[0] < steps[1]).mean() > 0.98  # but where what is soft already is cut by the frame


def test_coarse_pictures_have_half_the_resolution(glyphs: Glyphs) -> None:
    how = only("coarse")
    # Whether it is softened then is drawn once a batch.
    batches = [augment(glyphs, how, rng(seed)) for seed in range(8)]
    hard = [batch for batch in batches if (batch[:, ::2, ::2] == batch[:, 1::2, 1::2]).all()]
    assert 0 < len(hard) < 8
    assert all(likeness(batch, glyphs).mean() > 0.8 for batch in batches)


def test_tone_changes_the_ink_and_not_the_paper(glyphs: Glyphs) -> None:
    how = only("tone")
    changed = augment(glyphs, how, rng())
    assert not changed[glyphs == 0].any()
    means = changed.mean(axis=(1, 2)) / glyphs.mean(axis=(1, 2))
    assert means.min() < 0.7
    assert means.max() > 1.2


def test_rules_are_left_beside_the_digit(glyphs: Glyphs) -> None:
    how = only("rule")
    changed = augment(glyphs, how, rng())
    assert (changed >= glyphs).all()
    assert (changed[:, MIDDLE, MIDDLE] == glyphs[:, MIDDLE, MIDDLE]).all()
    new = changed > glyphs
    straight = (new.any(axis=1).sum(axis=1) <= 1) | (new.any(axis=2).sum(axis=1) <= 1)
    assert straight.all()
    assert new.any(axis=(1, 2)).mean() > 0.8


def test_specks_are_few_and_small(glyphs: Glyphs) -> None:
    how = only("speck")
    changed = augment(glyphs, how, rng())
    assert 1 <= (changed != glyphs).sum(axis=(1, 2)).max() <= 3 * 4
    blank = augment(np.zeros_like(glyphs), how, rng())
    assert blank.any(axis=(1, 2)).all()


def test_a_cut_takes_a_strip_of_one_side(glyphs: Glyphs) -> None:
    how = only("cut")
    full = np.full((200, SIDE, SIDE), 255, np.uint8)
    sides = set()
    for glyph in augment(full, how, rng()):
        left, top, right, bottom = ink_box(glyph)
        assert (glyph[top:bottom, left:right] == 255).all()
        strip = np.array([left, top, SIDE - right, SIDE - bottom])
        assert np.count_nonzero(strip) == 1
        assert strip.max() in (5, 6, 7)  # 4 pixels of paper and up to 3 of the digit
        sides.add(int(strip.argmax()))
    assert sides == {0, 1, 2, 3}
    changed = augment(glyphs, how, rng())
    assert ((changed == glyphs) | (changed == 0)).all()


def test_a_dry_pen_leaves_gaps_in_strokes_and_nothing_beside_them(glyphs: Glyphs) -> None:
    changed = augment(glyphs, only("fade"), rng()).astype(int)
    assert (changed <= glyphs).all()
    lost = 1 - changed.sum(axis=(1, 2)) / glyphs.sum(axis=(1, 2))
    assert 0.02 < lost.mean() < 0.2
    assert (lost > 0.05).mean() > 0.2


def test_noise_leaves_the_digit_on_top(glyphs: Glyphs) -> None:
    how = only("noise")
    changed = augment(glyphs, how, rng())
    assert (changed != glyphs).any(axis=(1, 2)).all()
    assert likeness(changed, glyphs).min() > 0.75
    assert changed[glyphs == 0].mean() < 25


@pytest.mark.parametrize("count", [1, 2, 7])
def test_small_batches(glyphs: Glyphs, count: int) -> None:
    assert augment(glyphs[:count], ALL, rng()).shape == (count, SIDE, SIDE)
