from __future__ import annotations

import numpy as np
import pytest

from digitus.training import network
from digitus.training.recipe import Network, load
from marks import keras_warns

pytestmark = keras_warns


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_glyphs_become_eleven_logits(blocks: int) -> None:
    model = network.build(Network(stem=2, width=3, blocks=blocks, dropout=0.5))
    glyphs = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), np.uint8)
    logits = np.asarray(model(glyphs))
    assert logits.shape == (3, 11)
    assert logits.dtype == np.float32
    assert np.ptp(logits, axis=0).max() > 0
    np.testing.assert_array_equal(logits, np.asarray(model(glyphs)))  # nothing is dropped


def test_a_recipe_says_how_large_it_is() -> None:
    small, wide, deep = (
        network.build(Network(4, width, blocks, 0.0)).count_params()
        for width, blocks in ((4, 1), (8, 1), (4, 2))
    )
    assert wide > 2 * small
    assert deep > 1.5 * small


def test_the_shipped_network_fits_into_three_megabytes() -> None:
    assert network.build(load("digitus").network).count_params() * 4 < 3e6
