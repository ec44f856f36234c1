from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.errors import InvalidRecipe
from digitus.training import batches as module
from digitus.training.batches import Batches
from digitus.training.corpus import Corpus
from digitus.training.recipe import Augmentation

BENT = Augmentation(rotation=13, shear=0.25, scale=0.14, shift=1.6, elastic=0.75)
SIZES = {"scans": 40, "tablet": 7, "negatives": 25}
SHARES = {"negatives": 1.0, "scans": 2.0, "tablet": 1.0}


def numbered(sizes: dict[str, int]) -> Corpus:
    """Glyphs that carry the number of their source and their own in their first two pixels."""
    corpus: Corpus = {}
    for number, (name, size) in enumerate(sizes.items()):
        glyphs = np.zeros((size, 28, 28), np.uint8)
        glyphs[:, 0, 0], glyphs[:, 0, 1] = number, np.arange(size)
        glyphs[:, 8:20, 12:16] = 255
        labels = np.full(size, 10) if name == "negatives" else np.arange(size) % 10
        corpus[name] = glyphs, labels.astype(np.uint8)
    return corpus


def make(**changes: Any) -> Batches:
    options: dict[str, Any] = {
        "classes": 11,
        "samples": 100,
        "batch": 10,
        "augmentation": BENT,
        "seed": 4,
    } | changes
    return Batches(numbered(options.pop("sizes", SIZES)), options.pop("shares", SHARES), **options)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the glyphs as they are, so that each can be told by its number."""
    monkeypatch.setattr(module, "augment", lambda glyphs, *_: glyphs)


def drawn(batches: Batches) -> list[tuple[int, int]]:
    """Source and own number of all glyphs of an epoch, in their order."""
    glyphs = np.concatenate([batches[i][0] for i in range(len(batches))])
    return [(int(glyph[0, 0, 0]), int(glyph[0, 1, 0])) for glyph in glyphs]


def arrays(batches: Batches, index: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    return batches[index]


def test_a_batch_is_what_the_network_takes() -> None:
    glyphs, targets = arrays(make(), 3)
    assert glyphs.shape == (10, 28, 28, 1)
    assert glyphs.dtype == np.uint8
    assert targets.shape == (10, 11)
    assert targets.dtype == np.float32
    assert (targets.sum(axis=1) == 1).all()


@pytest.mark.usefixtures("plain")
def test_every_glyph_comes_with_its_own_label() -> None:
    corpus, batches = numbered(SIZES), make()
    names = list(SIZES)
    for index in range(len(batches)):
        glyphs, targets = arrays(batches, index)
        for glyph, target in zip(glyphs[..., 0], targets, strict=True):
            own, labels = corpus[names[glyph[0, 0]]]
            assert (own[glyph[0, 1]] == glyph).all()
            assert target.argmax() == labels[glyph[0, 1]]


def test_seed_epoch_and_index_determine_a_batch() -> None:
    one, other = make(epoch=2), make(epoch=2)
    backwards = {index: arrays(other, index) for index in reversed(range(len(other)))}
    for index in range(len(one)):
        for first, second in zip(arrays(one, index), backwards[index], strict=True):
            np.testing.assert_array_equal(first, second)
    for different in (make(epoch=3), make(epoch=2, seed=5)):
        assert (arrays(different, 0)[0] != arrays(one, 0)[0]).any()
    assert (arrays(one, 1)[0] != arrays(one, 0)[0]).any()


def test_another_epoch_is_begun() -> None:
    batches = make(epoch=2)
    batches.begin(3)
    for first, second in zip(arrays(batches, 1), arrays(make(epoch=3), 1), strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_glyph_looks_different_each_time() -> None:
    one = {"sizes": {"scans": 1}, "shares": {"scans": 1.0}, "samples": 60}
    seen = [arrays(make(**one, epoch=epoch), index)[0] for epoch in (0, 1) for index in (0, 1)]
    assert len(np.unique(np.concatenate(seen), axis=0)) == 40


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("epoch", [0, 1, 5])
def test_shares_are_kept(epoch: int) -> None:
    counts = Counter(source for source, _ in drawn(make(epoch=epoch)))
    assert counts == {0: 50, 1: 25, 2: 25}


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("factor", [0.01, 1, 250])
def test_shares_are_scaled_to_sum_to_one(factor: float) -> None:
    shares = {name: share * factor for name, share in SHARES.items()}
    assert drawn(make(shares=shares)) == drawn(make())


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("samples", [20, 100, 600])
def test_every_glyph_of_a_source_comes_once_before_any_comes_twice(samples: int) -> None:
    counts = Counter(drawn(make(samples=samples)))
    for number, size in enumerate(SIZES.values()):
        own = [counts[number, glyph] for glyph in range(size)]
        assert max(own) - min(own) <= 1


@pytest.mark.usefixtures("plain")
def test_glyphs_of_a_large_source_take_turns() -> None:
    seen = [set(drawn(make(epoch=epoch, samples=20))) for epoch in range(12)]
    assert seen[0] != seen[1]
    assert len(set.union(*seen)) > 0.9 * sum(SIZES.values())


@pytest.mark.usefixtures("plain")
def test_sources_are_mixed() -> None:
    batches = make()
    mixed = [len({int(g[0, 0, 0]) for g in batches[i][0]}) > 1 for i in range(len(batches))]
    assert sum(mixed) > 8


@pytest.mark.usefixtures("plain")
def test_a_source_without_a_share_of_an_epoch_is_left_out() -> None:
    counts = Counter(source for source, _ in drawn(make(shares=SHARES | {"tablet": 0.0})))
    assert set(counts) == {0, 2}


@pytest.mark.parametrize(("samples", "count"), [(100, 10), (104, 10)])
def test_a_last_incomplete_batch_is_left_out(samples: int, count: int) -> None:
    assert len(make(samples=samples)) == count


@pytest.mark.parametrize(
    ("shares", "odd"),
    [
        ({"scans": 1.0, "tablet": 1.0}, "negatives"),
        (SHARES | {"emnist": 1.0}, "emnist"),
        ({"scans": 1.0, "tablet": 1.0, "negative": 1.0}, "negative, negatives"),
    ],
)
def test_shares_and_sources_that_do_not_match_are_named(shares: dict[str, float], odd: str) -> None:
    with pytest.raises(InvalidRecipe, match=rf"\[data\.share\].*: {odd}$"):
        make(shares=shares)


def test_a_share_of_a_source_without_glyphs_is_named() -> None:
    with pytest.raises(InvalidRecipe, match="tablet"):
        make(sizes=SIZES | {"tablet": 0})


def test_no_digit_needs_a_class_of_its_own() -> None:
    with pytest.raises(InvalidRecipe, match=r"hold no digit.* give negatives a share"):
        make(classes=10)


def test_an_epoch_has_a_batch_at_least() -> None:
    with pytest.raises(InvalidRecipe, match="gives 8 glyphs an epoch, fewer than the 10"):
        make(samples=8)
