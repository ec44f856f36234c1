from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitus.training.evaluation.compare import compare, holm, mcnemar


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    # Twice the tail of the binomial distribution of n tosses.
    [(0, 0, 1.0), (0, 1, 1.0), (0, 5, 2 / 32), (1, 5, 2 * 7 / 64), (3, 3, 1.0), (0, 10, 2 / 1024)],
)
def test_the_p_value_is_that_of_tossed_coins(only_first: int, only_second: int, p: float) -> None:
    assert mcnemar(only_first, only_second) == pytest.approx(p)
    assert mcnemar(only_second, only_first) == pytest.approx(p)


def test_no_count_is_too_large() -> None:
    assert mcnemar(0, 10_000) == pytest.approx(0, abs=1e-300)
    assert mcnemar(5000, 5000) == 1
    # The normal approximation with its correction for continuity: z = (120 - 1) / sqrt(10,120).
    assert mcnemar(5000, 5120) == pytest.approx(0.2368, abs=2e-3)


def test_holm_multiplies_the_smallest_by_the_number_and_keeps_the_order() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_a_corrected_p_value_is_never_smaller(p_values: list[float]) -> None:
    assert all(new >= old for new, old in zip(holm(p_values), p_values, strict=True))


def right(count: int, wrong: range) -> np.ndarray:
    found = np.ones(count, bool)
    found[list(wrong)] = False
    return found


def test_a_real_difference_is_called_so() -> None:
    (found,) = compare(["a", "b"], [right(100, range(0, 2)), right(100, range(1, 20))])
    assert (found.only_first, found.only_second, found.pictures) == (18, 1, 100)
    assert found.real
    assert found.difference == "a reads 17 pictures more right than b."
    assert found.verdict == "The difference is real (p < 0.001)."


def test_a_small_difference_may_be_chance_whoever_is_better() -> None:
    (found,) = compare(["a", "b"], [right(100, range(0, 4)), right(100, range(3, 6))])
    assert not found.real
    assert found.difference == "b reads 1 picture more right than a."
    assert found.verdict == "The difference may be chance (p = 1)."


def test_models_that_err_alike_do_not_differ() -> None:
    (found,) = compare(["a", "b"], [right(9, range(2)), right(9, range(2))])
    assert found.difference == "a and b read equally many pictures right."
    assert found.verdict == "There is no difference (p = 1)."


def test_each_pair_is_compared_and_their_number_makes_the_test_stricter() -> None:
    answers = [right(60, range(0)), right(60, range(6)), right(60, range(54, 60))]
    (alone,) = compare(["a", "b"], answers[:2])
    assert alone.p == pytest.approx(2 / 64)
    assert alone.real
    together = compare(["a", "b", "c"], answers)
    assert [(one.first, one.second) for one in together] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert together[0].p == pytest.approx(6 / 64)
    assert not any(one.real for one in together)


def test_one_model_is_compared_with_nobody() -> None:
    assert compare(["a"], [right(5, range(1))]) == []
