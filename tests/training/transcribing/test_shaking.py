from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from digitus.strip import HEIGHT
from digitus.training.transcribing import shaking
from digitus.training.transcribing.graph import EVEN
from digitus.training.transcribing.shaking import even, shaken
from digitus.training.transcribing.strips import Example

BEGIN, END, ALL = 12, 48, (
    *("WIDER", "HIGHER", "LEAN", "RISE", "MOVED", "BENT", "THICKER", "SOFTER"),
    *("TURNED", "STRONGER", "NOISY"),
)  # fmt: skip


@pytest.fixture
def bar() -> Example:
    """A dark bar on light paper."""
    levels = np.full((HEIGHT, 60), 220, np.uint8)
    levels[7:25, BEGIN:END] = 30
    return Example(levels, np.array([BEGIN, END], np.float32), np.array([1], np.uint8))


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Leave but some of what a strip suffers, as strong as it is or as told."""

    def leave(*names: str, **values: float) -> None:
        for name in ALL:
            if name not in names:
                monkeypatch.setattr(shaking, name, values.get(name, 0))

    return leave


def dark(levels: np.ndarray) -> np.ndarray:
    return levels < (levels.min() + levels.max()) / 2


def seen(strip: Example, times: int = 20) -> list[tuple[np.ndarray, np.ndarray]]:
    return [shaken(strip, np.random.default_rng(seed)) for seed in range(times)]


@pytest.mark.parametrize(("darkest", "contrast"), [(0.0, 1.0), (0.4, 0.2), (0.5, 0.5)])
def test_strips_of_any_light_are_made_even(darkest: float, contrast: float) -> None:
    levels = np.random.default_rng(1).uniform(0, 1, (HEIGHT, 50)).astype(np.float32)
    found = even(darkest + contrast * levels)
    assert found.mean() == pytest.approx(0, abs=1e-4)
    variance = (contrast * levels).var()
    assert found.var() == pytest.approx(variance / (variance + EVEN), rel=1e-3)
    assert not even(np.full((HEIGHT, 50), 0.3, np.float32)).round(3).any()


def test_chance_repeats_by_its_seed(bar: Example) -> None:
    first, again, other = (shaken(bar, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


def test_without_any_distortion_a_strip_is_but_made_even(
    bar: Example, only: Callable[..., None]
) -> None:
    only()
    levels, span = shaken(bar, np.random.default_rng(0))
    np.testing.assert_allclose(levels, even(bar.levels.astype(np.float32) / 255), atol=1e-4)
    assert span.tolist() == [BEGIN, END]


def test_a_wider_strip_tells_where_its_number_is_then(
    bar: Example, only: Callable[..., None]
) -> None:
    only("WIDER")
    strips = seen(bar)
    for levels, (begin, end) in strips:
        columns = np.flatnonzero(dark(levels)[16])
        assert columns[0] == pytest.approx(begin, abs=1.5)
        assert columns[-1] + 1 == pytest.approx(end, abs=1.5)
    widths = [levels.shape[1] for levels, _ in strips]
    assert min(widths) < 56
    assert max(widths) > 64


@pytest.mark.parametrize("name", ["HIGHER", "LEAN", "RISE", "MOVED", "BENT"])
def test_a_bent_strip_keeps_its_number_in_place(
    bar: Example, only: Callable[..., None], name: str
) -> None:
    only(name, MOST_RISE=2.0)
    before = dark(bar.levels)
    places = [dark(levels) for levels, _ in seen(bar)]
    assert any((place != before).any() for place in places)
    for place in places:
        assert (place & before).sum() > 0.6 * before.sum()
        assert place.sum() == pytest.approx(before.sum(), rel=0.2)


def test_pens_are_made_thicker_and_thinner(bar: Example, only: Callable[..., None]) -> None:
    only(THICKER=1)
    ink = [float((levels.max() - levels).sum() / np.ptp(levels)) for levels, _ in seen(bar)]
    assert min(ink) < 0.95 * (18 * 36)
    assert max(ink) > 1.05 * (18 * 36)


def test_edges_are_softened(bar: Example, only: Callable[..., None]) -> None:
    only(SOFTER=1)
    for levels, _ in seen(bar, 5):
        steps = np.abs(np.diff(levels[16])) / np.ptp(levels)
        assert 0.4 < steps.max() < 1
        assert steps.sum() == pytest.approx(2, rel=1e-3)


def test_some_are_light_on_dark(bar: Example, only: Callable[..., None]) -> None:
    only(TURNED=0.5)
    light = [levels[16, 30] > levels[2, 2] for levels, _ in seen(bar)]
    assert 2 < sum(light) < 18
