"""What the transcriber's graph does, beside what was trained."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from bytes_of import rounded
from digitus.ctc import NOTHING
from digitus.strip import HEIGHT, TILE, Strip, cut_strip
from digitus.training.finding.blocks import folded
from digitus.training.handwriting import Writer
from digitus.training.pages import SPACINGS, string_page
from digitus.training.pages.hands import MadeHand
from digitus.training.transcribing import graph
from digitus.training.transcribing.learn import model_of, together
from digitus.training.transcribing.shaking import even
from digitus.transcriber import FRAME
from marks import keras_warns

pytestmark = keras_warns


def session(content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """A network with weights as training leaves them, none of its means 0 and variances 1."""
    keras.utils.set_random_seed(1)
    model = model_of()
    rng = np.random.default_rng(1)
    for weight in model.weights:
        low, high = (0.5, 1.5) if weight.name in ("gamma", "moving_variance") else (-0.1, 0.1)
        if weight.dtype == "float32" and weight.name != "kernel":
            weight.assign(rng.uniform(low, high, weight.shape))
    return rounded(model)


@pytest.fixture(scope="module")
def reads(network: keras.Model) -> onnxruntime.InferenceSession:
    return session(graph.build(folded(network)).SerializeToString())


@pytest.fixture(scope="module")
def cutter() -> onnxruntime.InferenceSession:
    return session(graph.cutter().SerializeToString())


@pytest.fixture(scope="module")
def strip() -> Strip:
    """A number of a made page, of as many tiles as the network learns from."""
    rng = np.random.default_rng(5)
    hand = MadeHand(Writer.from_seed(3))
    page = string_page([6, 0, 4, 4, 1, 9], hand, SPACINGS["touching"], rng)
    found = cut_strip(page.pixels, page.boxes.astype(np.float64))
    assert found is not None
    return replace(found, tiles=found.tiles[: len(found.tiles) // 4 * 4])


def levels_of(cutter: onnxruntime.InferenceSession, strip: Strip) -> NDArray[np.float32]:
    (levels,) = cutter.run(None, {"picture": strip.picture, "tiles": strip.tiles})
    found: NDArray[np.float32] = levels
    return found


def test_the_graph_says_what_the_trained_network_says(
    network: keras.Model,
    reads: onnxruntime.InferenceSession,
    cutter: onnxruntime.InferenceSession,
    strip: Strip,
) -> None:
    feed = {"picture": strip.picture, "tiles": strip.tiles, "span": strip.span}
    (logits,) = reads.run(["logits"], feed)
    seen = together([(even(levels_of(cutter, strip)), strip.span)])
    wanted = np.asarray(network(seen))[0]
    assert logits.shape == wanted.shape == (len(strip.tiles) * TILE // FRAME, NOTHING + 1)
    assert np.ptp(wanted) > 0.1
    assert np.abs(logits - wanted).max() < 1e-3 * np.ptp(wanted)


def test_where_the_number_is_matters(reads: onnxruntime.InferenceSession, strip: Strip) -> None:
    tiles = np.concatenate([strip.tiles] * 3)  # long enough that its end does not see its begin
    feed = {"picture": strip.picture, "tiles": tiles}
    one, other = (
        reads.run(None, feed | {"span": np.array(span, np.float32)})[0]
        for span in ((20.0, 40.0), (20.0, 60.0))
    )
    off = np.abs(one - other).max(axis=1)
    assert off[10:30].max() > 0.01
    assert off[-10:].max() < 1e-5


def test_a_cut_strip_shows_the_page_in_grey(cutter: onnxruntime.InferenceSession) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, :20] = (255, 0, 0)
    picture[:, 20:40] = (0, 255, 0)
    picture[:, 40:] = 255
    tiles = np.array([[2, 2, 12, 38], [22, 2, 32, 38], [45, 2, 55, 38]], np.float32)
    (levels,) = cutter.run(None, {"picture": picture, "tiles": tiles})
    assert levels.shape == (HEIGHT, 3 * TILE)
    means = levels.reshape(HEIGHT, 3, TILE).mean(axis=(0, 2))
    assert means.tolist() == pytest.approx([0.299, 0.587, 1.0], abs=0.02)
    assert np.ptp(levels.reshape(HEIGHT, 3, TILE), axis=(0, 2)).max() < 1e-5


def test_a_page_twice_as_large_gives_the_same_strip(
    cutter: onnxruntime.InferenceSession,
) -> None:
    rng = np.random.default_rng(5)
    hand = MadeHand(Writer.from_seed(3))
    page = string_page([6, 0, 4], hand, SPACINGS["spaced"], rng)
    boxes = page.boxes.astype(np.float64) * 2
    large = page.pixels.repeat(2, axis=0).repeat(2, axis=1)
    larger = page.pixels.repeat(4, axis=0).repeat(4, axis=1)
    one, other = cut_strip(large, boxes), cut_strip(larger, 2 * boxes)
    assert one is not None
    assert other is not None
    off = np.abs(levels_of(cutter, one) - levels_of(cutter, other))
    assert off.mean() < 0.01
    assert off.max() < 0.1


def test_plain_paper_of_any_level_is_read_alike(reads: onnxruntime.InferenceSession) -> None:
    tiles = np.array([[4.0 + 8 * n, 4, 12 + 8 * n, 36] for n in range(4)], np.float32)
    span = np.array([8, 24], np.float32)
    dark, light = (
        reads.run(
            None, {"picture": np.full((40, 40, 3), level, np.uint8), "tiles": tiles, "span": span}
        )[0]
        for level in (10, 240)
    )
    assert np.isfinite(dark).all()
    np.testing.assert_allclose(dark, light, atol=1e-3)
