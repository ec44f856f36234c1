from __future__ import annotations

import keras
import numpy as np
import pytest

from digitus import ctc
from digitus.ctc import NOTHING
from digitus.strip import HEIGHT, TILE
from digitus.training.transcribing import learn
from digitus.training.transcribing.graph import INSIDE, OUTSIDE
from digitus.training.transcribing.learn import PADDING, Batches, labels, together
from digitus.training.transcribing.shaking import WIDER
from digitus.training.transcribing.strips import LONGEST, Example
from marks import keras_warns

pytestmark = keras_warns


def strip(digits: list[int], width: int = 64) -> Example:
    """A strip that shows each digit as a bar as high as it is large."""
    levels = np.full((HEIGHT, width), 220, np.uint8)
    for place, digit in enumerate(digits):
        left = 8 + 12 * place
        levels[26 - 2 * digit : 28, left : left + 6] = 30
    span = np.array([8, 8 + 12 * len(digits) - 6], np.float32)
    return Example(levels, span, np.array(digits, np.uint8))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[Example]:
    """Strips of several widths, for batches of four."""
    monkeypatch.setattr(learn, "BATCH", 4)
    return [strip([n % 10, (3 * n) % 10], 48 + 64 * (n % 5)) for n in range(22)]


# What a batch is


def test_labels_are_the_digits_filled_up() -> None:
    found = labels([strip([4, 0, 7]), strip([1])])
    assert found.shape == (2, LONGEST)
    assert found[0, :3].tolist() == [4, 0, 7]
    assert found[1, 0] == 1
    assert (found[0, 3:] == PADDING).all()
    assert (found[1, 1:] == PADDING).all()


def test_strips_are_laid_together_on_even_paper() -> None:
    rng = np.random.default_rng(0)
    one, other = (rng.normal(size=(HEIGHT, width)).astype(np.float32) for width in (40, 70))
    spans = np.array([[8, 31.5], [10, 60]], np.float32)
    seen = together([(one, spans[0]), (other, spans[1])])
    assert seen.shape == (2, HEIGHT, 96, 2)  # in whole steps of the network
    assert seen.shape[2] % (4 * TILE) == 0
    np.testing.assert_array_equal(seen[0, :, :40, 0], one)
    assert not seen[0, :, 40:, 0].any()
    row = seen[0, 5, :, 1]
    assert np.flatnonzero(row == INSIDE).tolist() == list(range(8, 32))
    assert set(row.tolist()) == {INSIDE, OUTSIDE}


def test_batches_repeat_by_seed_epoch_and_number(small: list[Example]) -> None:
    def seen(seed: int, epoch: int, number: int) -> tuple[np.ndarray, np.ndarray]:
        batches = Batches(small, seed)
        batches.begin(epoch)
        return batches[number]

    first, again = seen(7, 2, 1), seen(7, 2, 1)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
    for others in (seen(8, 2, 1), seen(7, 3, 1), seen(7, 2, 2)):
        assert not np.array_equal(first[0], others[0])


def test_an_epoch_shows_every_strip_at_most_once_in_batches_of_like_width(
    small: list[Example],
) -> None:
    batches = Batches(small, 0)
    assert len(batches) == 5
    assert len(set(batches.order.ravel().tolist())) == 20
    wide = np.array([np.ptp(batches.widths[row]) for row in batches.order])
    assert wide.mean() < np.ptp(batches.widths) / 2
    before = batches.order.copy()
    batches.begin(1)
    assert not np.array_equal(np.sort(before, axis=1), np.sort(batches.order, axis=1))


def test_a_batch_is_what_its_labels_say(small: list[Example]) -> None:
    batches = Batches(small, 3)
    for number in range(len(batches)):
        strips, digits = batches[number]
        assert strips.shape[:2] == (4, HEIGHT)
        own = [small[place] for place in batches.order[number]]
        np.testing.assert_array_equal(digits, labels(own))
        for one, example in zip(strips, own, strict=True):
            inside = one[:, (one[..., 1] == INSIDE).all(axis=0), 0]
            wide = example.span[1] - example.span[0]
            assert inside.shape[1] == pytest.approx(wide, rel=WIDER + 0.05, abs=2)
            assert np.abs(inside).max() > 0.5


# How it learns


def test_the_loss_is_how_unlikely_the_digits_are() -> None:
    logits = np.random.default_rng(2).normal(0, 2, (3, 12, NOTHING + 1)).astype(np.float32)
    strips = [strip([4, 4]), strip([1, 0, 7]), strip([9])]
    losses = np.asarray(learn.ctc(labels(strips), logits))
    shares = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    chances = [
        ctc.chance(own, one.digits.tolist()) for own, one in zip(shares, strips, strict=True)
    ]
    np.testing.assert_allclose(losses, -np.log(chances), rtol=1e-3)


@pytest.mark.usefixtures("eager")
def test_the_loss_of_a_handful_of_strips_goes_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "BATCH", 4)
    monkeypatch.setattr(learn, "RISE", 2)
    losses: list[float] = []

    def told(model: keras.Model, epoch: int, loss: float) -> None:
        assert isinstance(model, keras.Model)
        assert epoch == len(losses)
        losses.append(loss)

    strips = [strip([n, (n + 5) % 10]) for n in range(4)]
    model = learn.learn(Batches(strips, 0), 6, told)
    assert len(losses) == 6
    assert losses[-1] < 0.6 * losses[0]
    assert model.output_shape == (None, None, NOTHING + 1)
