from __future__ import annotations

import hashlib
import json
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from tiny_runs import tiny_corpus, tiny_recipe

from digitus.errors import ExportMismatch
from digitus.model import softmax
from digitus.reader import Reader
from digitus.training import network
from digitus.training.calibrate import Calibration
from digitus.training.export import export
from marks import keras_warns

pytestmark = keras_warns

CALIBRATION = Calibration(temperature=1.37, reject_below=0.42)
GLYPHS = tiny_corpus(70, 5)["mnist"][0]


def scrambled() -> keras.Model:
    """A network as training leaves it: no weight is 0 or 1, and no mean or variance."""
    rng = np.random.default_rng(0)
    model = network.build(tiny_recipe().network)
    for weight in model.weights:
        positive = weight.name in ("gamma", "moving_variance")
        weight.assign(rng.uniform(0.2 if positive else -0.4, 0.5, weight.shape))
    return model


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return scrambled()


@pytest.fixture(scope="module")
def exported(model: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("run") / "tiny.onnx"
    assert export(model, CALIBRATION, tiny_recipe(), GLYPHS, target) == target
    return target


def test_onnx_does_what_keras_does(exported: Path, model: keras.Model) -> None:
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    for count in (1, 2, 70):
        expected = model.predict(GLYPHS[:count, ..., None], verbose=0)
        logits = session.run(None, {"glyphs": GLYPHS[:count]})[0]
        np.testing.assert_allclose(logits, expected, atol=1e-4)
    assert np.ptp(expected, axis=0).max() > 1  # they differ from glyph to glyph


def test_the_reader_takes_it(exported: Path, model: keras.Model) -> None:
    reader = Reader(exported)
    logits = model.predict(GLYPHS[..., None], verbose=0)
    shares = reader.classify(GLYPHS)
    expected = softmax(logits / np.float32(CALIBRATION.temperature))[:, :10]
    np.testing.assert_allclose(shares, expected, atol=1e-4)
    assert reader.read(255 - np.kron(GLYPHS[0], np.ones((3, 3), np.uint8))).error is None


def test_the_card_fits_the_model_and_tells_where_it_comes_from(exported: Path) -> None:
    card = json.loads(exported.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["sha256"] == hashlib.sha256(exported.read_bytes()).hexdigest()
    assert card["input"] == {"shape": [28, 28], "dtype": "uint8", "scale": 1.0}
    assert card["output"] == "logits"
    assert (card["temperature"], card["reject_below"]) == (1.37, 0.42)
    assert (card["name"], card["recipe"], card["seed"]) == ("tiny", "tiny", 3)
    assert card["data"] == {"mnist": "CC BY-SA 3.0"}  # what was synthesised needs no licence


def test_model_and_card_say_nothing_of_the_machine(exported: Path) -> None:
    content = exported.read_bytes()
    for written in (content, exported.with_suffix(".json").read_bytes()):
        assert str(Path.cwd()).encode() not in written
        assert str(exported.parent).encode() not in written
    proto = onnx.load_from_string(content)
    assert [node.name for node in proto.graph.input] == ["glyphs"]
    assert [node.name for node in proto.graph.output] == ["logits"]
    assert proto.opset_import[0].version == 17


def test_a_model_that_does_not_agree_is_not_written(tmp_path: Path) -> None:
    broken = scrambled()
    broken.layers[-1].bias.assign(np.full(11, np.nan, np.float32))
    target = tmp_path / "broken.onnx"
    with pytest.raises(ExportMismatch, match="differs from Keras"):
        export(broken, CALIBRATION, tiny_recipe(), GLYPHS, target)
    assert not list(tmp_path.iterdir())


def test_every_exported_glyph_is_compared(
    tmp_path: Path, model: keras.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = onnxruntime.InferenceSession.run

    def run(self: onnxruntime.InferenceSession, *arguments: object) -> list[np.ndarray]:
        logits = plain(self, *arguments)[0]
        logits[-1, 10] += 2e-4
        return [logits]

    monkeypatch.setattr(onnxruntime.InferenceSession, "run", run)
    with pytest.raises(ExportMismatch, match=r"2\.\de-04"):
        export(model, CALIBRATION, tiny_recipe(), GLYPHS, tmp_path / "model.onnx")
