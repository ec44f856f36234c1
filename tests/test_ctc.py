from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.ctc import NOTHING, chance, likeliest

Shares = NDArray[np.float32]


def said(*frames: int, share: float = 0.9) -> Shares:
    """Frames that are rather sure of one thing each, and of all else alike."""
    shares = np.full((len(frames), NOTHING + 1), (1 - share) / NOTHING, np.float32)
    shares[np.arange(len(frames)), frames] = share
    return shares


def drawn(frames: int, seed: int) -> Shares:
    logits = np.random.default_rng(seed).normal(0, 2, (frames, NOTHING + 1))
    shares: Shares = np.exp(logits).astype(np.float32)
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def spelt(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(digit for digit, _ in groupby(path) if digit != NOTHING)


@pytest.fixture(scope="module")
def counted() -> tuple[Shares, dict[tuple[int, ...], float]]:
    """Frames, and how likely they spell each text, path by path."""
    shares = drawn(4, 0)
    texts: dict[tuple[int, ...], float] = {}
    for path in product(range(NOTHING + 1), repeat=4):
        text = spelt(path)
        odds = float(np.prod(shares[range(4), path].astype(np.float64)))
        texts[text] = texts.get(text, 0.0) + odds
    return shares, texts


@pytest.mark.parametrize(
    "digits", [(), (3,), (1, 1), (0, 1), (1, 0, 1), (7, 7, 2), (2, 7, 7), (1, 2, 3, 4), (5, 5, 5)]
)
def test_the_chance_of_a_text_is_that_of_all_paths_that_spell_it(
    counted: tuple[Shares, dict[tuple[int, ...], float]], digits: tuple[int, ...]
) -> None:
    shares, texts = counted
    assert chance(shares, digits) == pytest.approx(texts.get(digits, 0.0), rel=1e-6)


def test_all_texts_together_are_certain() -> None:
    shares = drawn(3, 2)
    texts = [text for length in range(4) for text in product(range(NOTHING), repeat=length)]
    assert sum(chance(shares, digits) for digits in texts) == pytest.approx(1, abs=1e-6)


def test_no_digits_are_nothing_in_every_frame() -> None:
    shares = drawn(9, 1)
    assert chance(shares, ()) == pytest.approx(float(shares[:, NOTHING].prod()), rel=1e-5)


def test_the_same_digit_twice_needs_nothing_between() -> None:
    assert chance(said(1, 1, 1), (1, 1)) < 0.05 < 0.7 < chance(said(1, 1, 1), (1,))
    assert chance(said(1, NOTHING, 1), (1, 1)) > 0.7
    assert chance(said(1, 7), (1, 7)) > 0.7  # other digits do not
    assert chance(said(1, 7), (1, 1)) == 0


def test_more_digits_than_frames_cannot_be_spelt() -> None:
    assert chance(said(1, 2), (1, 2, 3)) == 0
    assert chance(np.eye(NOTHING + 1, dtype=np.float32)[[4, 4]], (5,)) == 0


def test_long_strips_do_not_underflow() -> None:
    unsure = np.full((600, NOTHING + 1), 1 / (NOTHING + 1), np.float32)
    unsure[:, NOTHING] += 0.3
    unsure /= unsure.sum(axis=1, keepdims=True)
    assert 0 <= chance(unsure, (1, 2, 3)) < 1e-50
    sure = said(*[NOTHING] * 300, 4, *[NOTHING] * 300, share=1 - 1e-7)
    assert chance(sure, (4,)) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_a_chance_is_never_more_than_one(seed: int) -> None:
    shares = drawn(60, seed)
    digits = [run.digit for run in likeliest(shares)]
    assert 0 < chance(shares, digits) <= 1
    assert chance(shares, digits) >= float(shares.max(axis=1).astype(np.float64).prod())


def test_the_likeliest_path_is_read_run_by_run() -> None:
    shares = said(NOTHING, 1, 1, NOTHING, 1, 7, 7, 7)
    shares[6] = said(7, share=0.95)[0]
    runs = likeliest(shares)
    assert [(run.digit, run.frames) for run in runs] == [(1, (1, 3)), (1, (4, 5)), (7, (5, 8))]
    np.testing.assert_array_equal(runs[2].shares, shares[6, :NOTHING])  # where it is surest


def test_where_all_frames_say_nothing_nothing_is_read() -> None:
    assert likeliest(said(NOTHING, NOTHING)) == []
