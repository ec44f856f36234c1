import numpy as np
import pytest

from digitus.training import negatives, pens


@pytest.mark.parametrize("kind", negatives.PICTURES)
def test_every_kind_is_a_page(kind):
    for seed in range(4):
        page = negatives.negative_picture(np.random.default_rng(seed), kind, side=64)
        assert page.dtype == np.uint8
        assert page.shape[2] == 3
        assert max(page.shape) == 64


def test_all_kinds_turn_up_and_no_two_pictures_are_the_same():
    rng = np.random.default_rng(0)
    pages = [negatives.negative_picture(rng, side=40) for _ in range(60)]
    assert len({page.tobytes() for page in pages}) > 55  # two canvases may both be plain white


def test_blank_paper_has_no_pen_on_it():
    contrasts = []
    for seed in range(30):
        page = negatives.negative_picture(np.random.default_rng(seed), "blank", side=100)
        contrasts.append(page.mean(axis=2).std())
    assert np.median(contrasts) < 30


def test_strokes_are_drawable_and_various():
    rng = np.random.default_rng(1)
    many = [negatives.negative_strokes(rng) for _ in range(300)]
    lengths = set()
    for strokes in many:
        points = np.concatenate(strokes)
        assert np.isfinite(points).all()
        assert 0 < np.ptp(points, axis=0).max() + (len(points) == 1) < 4
        assert pens.draw(strokes, 2.0, size=20).max() > 0.5
        lengths.add(sum(len(s) for s in strokes))
    assert len(lengths) > 30


def test_marks_that_pass_for_digits_are_not_used():
    assert not {"exclamation", "question", "ampersand"} & set(negatives.SAFE_MARKS)
    assert {"cross", "scribble", "K"} <= set(negatives.SAFE_MARKS)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="there are marked"):
        negatives.negative_picture(np.random.default_rng(0), "seven")
