import numpy as np
import pytest

from digitus.components import find_components
from digitus.training.handwriting import Writer
from digitus.training.pages import SPACINGS, gather_hands, string_page, strings
from digitus.training.pages.hands import MadeHand

HANDS = gather_hands("check", sources=())
# Digits that are one piece of ink in nearly every hand.
WHOLE = (3, 6, 0, 2, 8, 9)


def pieces(page):
    """How many pieces of ink there are."""
    grey = page.pixels.mean(axis=2)
    middle = (float(np.percentile(grey, 0.5)) + float(np.median(grey))) / 2
    found = find_components(grey < middle)
    return int((found.areas > 8).sum())


@pytest.mark.parametrize("seed", range(6))
def test_spaced_digits_are_apart_and_touching_ones_are_one_piece(seed):
    hand = MadeHand(Writer.from_seed(seed))
    count = {
        distance: pieces(string_page(WHOLE, hand, SPACINGS[distance], np.random.default_rng(seed)))
        for distance in SPACINGS
    }
    # Now and then a hand leaves a gap within a digit.
    assert len(WHOLE) <= count["spaced"] <= len(WHOLE) + 1
    assert count["touching"] == count["spaced"] - len(WHOLE) + 1
    assert count["overlapping"] <= count["touching"]


def test_overlapping_digits_are_nearer_than_touching_ones_and_those_than_spaced():
    def width(distance):
        pages = strings(HANDS, distance, 60, 0)
        spans = [(p.boxes[:, 2].max() - p.boxes[:, 0].min()) / p.pixels.shape[0] for p in pages]
        return np.mean(spans)

    assert width("overlapping") < width("touching") < 0.95 * width("spaced")


@pytest.mark.parametrize("distance", SPACINGS)
def test_a_string_says_what_stands_where(distance):
    values = [5, 0, 3, 3, 1]
    hand, rng = MadeHand(Writer.from_seed(8)), np.random.default_rng(2)
    page = string_page(values, hand, SPACINGS[distance], rng)
    assert page.values.tolist() == values
    assert page.text == "50331"
    assert set(page.numbers) == set(page.lines) == {0}
    assert page.kind == "string"
    grey = page.pixels.mean(axis=2)
    for left, top, right, bottom in page.boxes.astype(int):
        assert grey[top:bottom, left:right].min() < 120
    ends = page.boxes[:, 0].min(), page.boxes[:, 2].max()
    assert grey[:, : int(ends[0]) - 2].min() > 150
    assert grey[:, int(ends[1]) + 2 :].min() > 150


def test_strings_are_as_many_as_asked_for_and_always_the_same():
    first, again = (list(strings(HANDS, "touching", 8, 7)) for _ in range(2))
    assert len(first) == 8
    assert all(3 <= len(page) <= 8 for page in first)
    assert len({len(page) for page in first}) > 3
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
    assert next(strings(HANDS, "touching", 1, 8)).text != first[0].text


@pytest.mark.parametrize("beside", [("A", ""), ("", "kg")])
def test_letters_beside_are_ink_and_no_digits(beside):
    hand = MadeHand(Writer.from_seed(8))
    rng = np.random.default_rng(2)
    page = string_page([3, 6], hand, SPACINGS["spaced"], rng, beside)
    assert page.text == "36"
    dark = np.flatnonzero((page.pixels.mean(axis=2) < 128).any(axis=0))
    left, right = page.boxes[:, 0].min() - dark[0], dark[-1] - page.boxes[:, 2].max()
    assert (left > 8, right > 8) == (bool(beside[0]), bool(beside[1]))
