from __future__ import annotations

from pathlib import Path

import numpy as np

from digitus.model import Model
from digitus.training.exchange.halving import WORTH, halved
from tiny_models import classifier, random_glyphs, save, weights


def test_a_halved_model_is_half_as_large_and_answers_nearly_alike(tmp_path: Path) -> None:
    whole = save(tmp_path / "whole.onnx", classifier())
    small = save(tmp_path / "small.onnx", halved(whole.read_bytes()))
    assert small.stat().st_size < 0.55 * whole.stat().st_size
    glyphs = random_glyphs(20)
    exact, near = Model(whole).classify(glyphs), Model(small).classify(glyphs)
    np.testing.assert_allclose(near, exact, atol=0.005)
    assert not np.array_equal(near, exact)


def test_weights_that_half_precision_holds_lose_nothing(tmp_path: Path) -> None:
    matrix = weights().astype(np.float16).astype(np.float32)
    whole = save(tmp_path / "whole.onnx", classifier(matrix=matrix))
    small = save(tmp_path / "small.onnx", halved(whole.read_bytes()))
    glyphs = random_glyphs(20)
    np.testing.assert_array_equal(Model(small).classify(glyphs), Model(whole).classify(glyphs))


def test_what_is_too_small_to_be_worth_it_stays_as_it_is() -> None:
    model = classifier()
    matrix, scale = model.graph.initializer
    assert np.prod(scale.dims) < WORTH <= np.prod(matrix.dims)
    kept = halved(model.SerializeToString())
    assert scale.SerializeToString() in kept
    assert matrix.SerializeToString() not in kept
