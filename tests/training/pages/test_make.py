import dataclasses

import numpy as np
import pytest

from digitus.training.pages import KINDS, gather_hands, make, make_page

HANDS = gather_hands(sources=())
FULL = [kind for kind in KINDS if kind != "empty"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_whole_and_in_reading_order(kind):
    digits = 0
    for seed in range(5):
        page = make_page(seed, HANDS, size=(192, 256), kind=kind)
        digits += len(page)
        assert page.pixels.dtype == np.uint8
        assert page.pixels.shape == (192, 256, 3)
        assert page.kind == kind
        count = len(page.values)
        assert page.boxes.shape == (count, 4)
        assert page.boxes.dtype == np.float32
        assert (page.values < 10).all()
        assert (page.boxes[:, :2] >= 0).all()
        assert (page.boxes[:, 2] <= 256).all()
        assert (page.boxes[:, 3] <= 192).all()
        assert (page.boxes[:, 2:] - page.boxes[:, :2] >= 1).all()
        for index in (page.numbers, page.lines):
            assert np.unique(index).tolist() == list(range(len(np.unique(index))))
            assert (np.diff(index) >= 0).all()
        # A number stands on one line.
        assert len({*zip(page.numbers.tolist(), page.lines.tolist(), strict=True)}) == len(
            np.unique(page.numbers)
        )
        middles = page.boxes[:, 0] + page.boxes[:, 2]
        same = np.diff(page.numbers) == 0
        assert (np.diff(middles)[same] > 0).mean() > 0.9 if same.any() else True
    assert digits == 0 if kind == "empty" else digits >= 3


@pytest.mark.parametrize("kind", [kind for kind in FULL if kind != "amount"])
def test_boxes_lie_on_ink(kind, monkeypatch):
    """On an even ground, drawn by a program, whatever differs from it is ink."""
    monkeypatch.setitem(KINDS, kind, dataclasses.replace(KINDS[kind], scenes={"drawn": 1.0}))
    for seed in range(4):
        page = make_page(seed, HANDS, size=(160, 240), kind=kind)
        grey = page.pixels.astype(float).mean(axis=2)
        ink = np.abs(grey - np.median(grey)) > 20
        for box in page.boxes:
            left, top, right, bottom = np.rint(box).astype(int)
            inside = ink[top:bottom, left:right]
            assert inside.any(axis=1).mean() > 0.75
            assert inside.any(axis=0).mean() > 0.75


def test_the_ink_of_a_turned_page_fills_its_boxes(monkeypatch):
    scene = dataclasses.replace(make.SCENES["drawn"], turned=1.0, spoiled=0, inverted=0.0)
    monkeypatch.setitem(make.SCENES, "drawn", scene)
    monkeypatch.setitem(KINDS, "rows", dataclasses.replace(KINDS["rows"], scenes={"drawn": 1.0}))
    gaps = []
    for seed in range(8):
        page = make_page(seed, HANDS, size=(240, 240), kind="rows")
        ink = page.pixels.mean(axis=2) < 200
        for left, top, right, bottom in page.boxes:
            # The box cuts ink at each side, and there is hardly any right outside of it.
            rows, columns = slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1)
            ys, xs = np.nonzero(ink[rows, columns])
            gaps += [xs.min(), ys.min(), right - int(left) - xs.max(), bottom - int(top) - ys.max()]
    assert np.percentile(gaps, 95) <= 3


def test_the_same_seed_makes_the_same_page_and_another_seed_another_one():
    for kind in (None, "amount"):
        first, again, other = (make_page(seed, HANDS, kind=kind) for seed in (5, 5, 6))
        np.testing.assert_array_equal(first.pixels, again.pixels)
        np.testing.assert_array_equal(first.boxes, again.boxes)
        np.testing.assert_array_equal(first.values, again.values)
        assert first.pixels.shape != other.pixels.shape or (first.pixels != other.pixels).any()


def test_pages_are_of_many_kinds_grounds_and_sizes():
    pages = [make_page(seed, HANDS, size=(96, 128)) for seed in range(50)]
    assert len({page.kind for page in pages}) >= 9
    assert 0.03 < np.mean([np.median(page.pixels) < 80 for page in pages]) < 0.4
    assert 0.05 < np.mean([len(page) == 0 for page in pages]) < 0.4
    heights = [np.median(np.diff(page.boxes[:, 1::2])) for page in pages if len(page)]
    assert np.percentile(heights, 5) < 16
    assert np.percentile(heights, 95) > 40
    natural = [make_page(seed, HANDS, kind="amount").pixels.shape[:2] for seed in range(20)]
    assert all(36 <= height <= 200 and width > height for height, width in natural)


def test_dense_pages_hold_many_digits():
    counts = [len(make_page(seed, HANDS, size=(300, 300), kind="dense")) for seed in range(6)]
    assert max(counts) > 60
    assert max(counts) < 160


def test_misuse_is_refused():
    with pytest.raises(ValueError, match="there is no kind 'poem'"):
        make_page(0, HANDS, kind="poem")
    with pytest.raises(ValueError, match="at least 28 x 28"):
        make_page(0, HANDS, size=(20, 300))
    with pytest.raises(ValueError, match="kept for checking"):
        make_page(0, gather_hands("check", sources=()))
