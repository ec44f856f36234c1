"""What the graph does, beside what was trained."""

from __future__ import annotations

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from bytes_of import rounded
from digitus.training.finding import fit, graph, nets
from digitus.training.finding.blocks import folded
from digitus.training.finding.learn_look import look_model
from digitus.training.finding.learn_search import contrast, search_model
from digitus.training.finding.pieces import candidates, cut
from marks import keras_warns

pytestmark = keras_warns


def shaken(model: keras.Model, seed: int) -> keras.Model:
    """Give a model weights as training leaves them, none of its means 0 and variances 1."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if weight.dtype != "float32":
            continue
        low, high = (0.5, 1.5) if weight.name in ("gamma", "moving_variance") else (-0.1, 0.1)
        if weight.name != "kernel":
            weight.assign(rng.uniform(low, high, weight.shape))
    return model


@pytest.fixture(scope="module")
def networks() -> tuple[keras.Model, keras.Model]:
    keras.utils.set_random_seed(1)
    search = shaken(search_model(None), 1)
    kernel, _ = search.get_layer("said").get_weights()
    search.get_layer("said").set_weights([0.05 * kernel, np.abs(nets.START) * 0.9])
    return rounded(search), rounded(shaken(look_model(), 2))


@pytest.fixture(scope="module")
def session(networks: tuple[keras.Model, keras.Model]) -> onnxruntime.InferenceSession:
    search, look = networks
    weights = graph.Weights(
        folded(search), folded(look), fit.hidden_of(look), look.get_layer("answer").get_weights()
    )
    return onnxruntime.InferenceSession(
        graph.build(weights).SerializeToString(), providers=["CPUExecutionProvider"]
    )


def page(height: int, width: int) -> NDArray[np.uint8]:
    """Return a grey page of soft stripes and dots, [H, W, 3]."""
    y, x = np.mgrid[:height, :width]
    level = 128 + 60 * np.sin(x / 3.1) * np.cos(y / 4.7) + 50 * np.sin(x * y / 900)
    return np.repeat(level.astype(np.uint8)[..., None], 3, axis=2)


def test_the_graph_finds_what_the_trained_networks_find(
    networks: tuple[keras.Model, keras.Model], session: onnxruntime.InferenceSession
) -> None:
    search, look = networks
    pixels = page(96, 136)
    boxes, logits = session.run(None, {"page": pixels, "size": np.array(pixels.shape[:2])})
    padded = np.pad(pixels[..., 0], graph.MARGIN, mode="edge")
    said = search(contrast(tf.constant(padded[None, ..., None]))).numpy()[0]
    found, words = candidates(said, float(np.log(graph.LEAST / (1 - graph.LEAST))))
    widths, heights = (found[:, 2:] - found[:, :2]).T
    fine = (heights > graph.HEIGHTS[0]) & (heights < graph.HEIGHTS[1]) & (widths > 1)
    assert fine.sum() > 3
    wanted = look([cut(padded, found[fine]), words[fine]]).numpy()
    off = np.abs(boxes[:, None] - (found[fine] - graph.MARGIN)[None]).max(axis=2)
    # Pieces were rounded to whole levels when learnt from.
    assert off.min(axis=0).max() < 0.1
    assert np.abs(logits[off.argmin(axis=0)] - wanted).max() < 0.05


@pytest.mark.parametrize("size", [(16, 16), (16, 900), (50, 17), (301, 203)])
def test_any_size_is_read(session: onnxruntime.InferenceSession, size: tuple[int, int]) -> None:
    boxes, logits = session.run(None, {"page": page(*size), "size": np.array(size)})
    assert boxes.shape == (len(logits), 4)
    assert logits.shape[1:] == (11,)
    assert np.isfinite(boxes).all()
    assert np.isfinite(logits).all()


def test_where_nothing_is_like_a_centre_there_are_no_places(
    networks: tuple[keras.Model, keras.Model],
) -> None:
    search, look = networks
    weights = folded(search)
    kernel, bias = weights["said"]
    weights["said"] = 0 * kernel, np.array([-9.0] + [0.0] * 14, np.float32)
    answer = look.get_layer("answer").get_weights()
    content = graph.build(graph.Weights(weights, folded(look), fit.hidden_of(look), answer))
    session = onnxruntime.InferenceSession(
        content.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    boxes, logits = session.run(None, {"page": page(60, 80), "size": np.array((60, 80))})
    assert boxes.shape == (0, 4)
    assert logits.shape == (0, 11)
    assert len(bias) == 15


def test_no_more_places_than_can_be_looked_at(session: onnxruntime.InferenceSession) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (700, 900, 3), dtype=np.uint8)
    boxes, _ = session.run(None, {"page": noise, "size": np.array((700, 900))})
    assert len(boxes) <= graph.MOST
