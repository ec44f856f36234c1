from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from tiny_archives import blueprint_of, scrambled, stack
from tiny_foreign import PREPARE, classifier

from digitus.errors import InvalidModel, InvalidOption, ModelNotFound, TrainingError
from digitus.model import Model, softmax
from digitus.reader import Reader
from digitus.training.exchange.foreign import OWN, adopt
from digitus.training.exchange.lowering import onnx_of
from digitus.training.exchange.scaling import SCALINGS, prepared
from digitus.training.exchange.sources import located, readable
from digitus.training.exchange.trial import run, specimens
from marks import keras_warns

pytestmark = keras_warns

SHAPES = [(28, 28), (28, 28, 1), (784,)]


def saved(model: keras.Model, path: Path) -> Path:
    model.save(path)
    return path


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scaling", SCALINGS)
def test_glyphs_are_prepared_as_a_stranger_prepared_them(
    tmp_path: Path, scaling: str, shape: tuple[int, ...]
) -> None:
    # A network that gives the pixels that it was given.
    network = prepared(blueprint_of(stack(layers.Reshape((784,)), shape=shape), tmp_path), scaling)
    glyphs, _ = specimens()
    glyphs = np.concatenate([glyphs[:20], np.zeros((1, 28, 28), np.uint8)])
    expected = PREPARE[scaling](glyphs).reshape(-1, 784)
    np.testing.assert_allclose(run(onnx_of(network), glyphs), expected, rtol=1e-5, atol=1e-6)


def test_normalising_pictures_with_a_channel_is_the_same() -> None:
    glyphs, _ = specimens()
    flat = keras.utils.normalize(glyphs, axis=1)
    np.testing.assert_array_equal(keras.utils.normalize(glyphs[..., None], axis=1)[..., 0], flat)


@pytest.mark.parametrize(
    ("scaling", "shape"),
    [
        ("unit", (28, 28)),
        ("unit", (28, 28, 1)),
        ("unit", (784,)),
        ("columns", (28, 28)),
        ("columns", (784,)),
        ("glyph", (784,)),
        ("raw", (28, 28)),
        ("signed", (28, 28, 1)),
        ("inverted", (28, 28)),
        ("inverted-raw", (784,)),
    ],
)
def test_what_a_network_was_trained_on_is_found_out(
    tmp_path: Path, scaling: str, shape: tuple[int, ...]
) -> None:
    path = saved(classifier(scaling, shape), tmp_path / "strange.keras")
    found = adopt(path)
    assert found.scaling == scaling
    assert found.right > 0.75
    assert scaling in found.remark(True)


@pytest.mark.parametrize("scaling", ["unit", "columns"])
def test_a_strangers_classifier_reads_as_it_does_in_keras(tmp_path: Path, scaling: str) -> None:
    model = classifier(scaling, (28, 28))
    path = saved(model, tmp_path / "handwritten.keras")
    glyphs, labels = specimens()
    with readable(path) as found:
        reader = Reader(found.path)
        assert f"'{scaling}', found by measuring" in found.remark
    shares = reader.classify(glyphs)
    expected = keras.ops.convert_to_numpy(model(PREPARE[scaling](glyphs)))
    np.testing.assert_allclose(shares, expected, atol=1e-4)
    assert (shares.argmax(axis=1) == labels).mean() > 0.75
    card = reader.model.card
    assert (card.temperature, card.reject_below, card.output) == (1.0, 0.0, "logits")
    assert (card.everything["made_of"], card.everything["scaling"]) == (path.name, scaling)
    assert not found.path.exists()  # it was read whole


def test_a_scaling_that_is_told_is_taken(tmp_path: Path) -> None:
    path = saved(classifier("columns"), tmp_path / "strange.keras")
    told = adopt(path, "unit")
    assert told.scaling == "unit"
    assert "measuring" not in told.remark(False)
    assert told.right < adopt(path).right
    with pytest.raises(InvalidOption, match="no scaling 'normal': choose from unit, columns"):
        adopt(path, "normal")


def test_a_classifier_of_bytes_is_taken_at_its_word(tmp_path: Path) -> None:
    glyph = keras.Input((28, 28, 1), dtype="uint8")
    inner = classifier("unit", (28, 28, 1))
    model = keras.Model(glyph, inner(layers.Rescaling(1 / 255)(glyph)))
    found = adopt(saved(model, tmp_path / "own.keras"))
    assert (found.scaling, found.remark(True)) == (OWN, "")
    assert found.right > 0.75


@pytest.mark.parametrize("last", ["softmax", "sigmoid", "linear", "log_softmax"])
def test_it_gives_logits_whatever_its_last_activation(tmp_path: Path, last: str) -> None:
    path = saved(classifier("unit", (28, 28), last), tmp_path / "strange.keras")
    plain = saved(classifier("unit", (28, 28), "linear"), tmp_path / "plain.keras")
    assert adopt(path, "unit").output == "logits"
    assert adopt(path, "unit").onnx() == adopt(plain, "unit").onnx()


def test_probabilities_that_cannot_be_undone_stay_probabilities(tmp_path: Path) -> None:
    glyph = keras.Input((28, 28))
    members = [classifier("unit")(glyph), classifier("unit")(glyph)]
    path = saved(keras.Model(glyph, layers.Average()(members)), tmp_path / "both.keras")
    found = adopt(path)
    assert (found.output, found.scaling) == ("probabilities", "unit")
    with readable(path) as ready:
        model = Model(ready.path)
    glyphs, _ = specimens()
    logits = run(adopt(saved(classifier("unit"), tmp_path / "one.keras")).onnx(), glyphs)
    np.testing.assert_allclose(model.classify(glyphs), softmax(logits), atol=1e-4)


def test_what_reads_no_digits_is_refused_unless_told(tmp_path: Path) -> None:
    path = saved(stack(layers.Flatten(), layers.Dense(10)), tmp_path / "random.keras")
    with pytest.raises(InvalidModel, match=r"no more than \d+ % of easy digits.*--scaling: unit,"):
        adopt(path)
    assert adopt(path, "unit").right < 0.4


@pytest.mark.parametrize(
    ("shape", "classes"), [((28, 28, 3), 10), ((32, 32, 1), 10), ((28, 28), 26), ((28,), 10)]
)
def test_other_shapes_are_no_digit_classifier(
    tmp_path: Path, shape: tuple[int, ...], classes: int
) -> None:
    path = saved(stack(layers.Flatten(), layers.Dense(classes), shape=shape), tmp_path / "x.keras")
    with pytest.raises(InvalidModel, match=rf"makes \[{classes}\] of .*takes \[28, 28\]"):
        adopt(path)


def test_answers_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    model = stack(layers.Flatten(), layers.Dense(10, activation="exponential"))
    model.layers[-1].bias.assign(np.full(10, 1e3, np.float32))
    model = keras.Sequential([model, layers.BatchNormalization()])
    path = saved(scrambled(model), tmp_path / "x.keras")
    with pytest.raises(InvalidModel):
        adopt(path)


# What a user may name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("model.h5", r"old format: open it with Keras.*model\.save\('model\.keras'\)"),
        ("model.HDF5", "old format"),
        ("model.pkl", "is a pickle: it can run any program"),
        ("model.pt", "export the model as ONNX"),
        ("model.tflite", "can only be run"),
        ("model.pb", "a graph of TensorFlow"),
        ("model.txt", r"a \.keras or an \.onnx file"),
    ],
)
def test_other_kinds_of_files_are_refused_with_what_to_do(
    tmp_path: Path, name: str, says: str
) -> None:
    path = tmp_path / name
    with pytest.raises(ModelNotFound, match="no model"):
        located(path)
    path.write_bytes(b"\x80\x04cos\nsystem\n")
    with pytest.raises(InvalidModel, match=f"is not opened: .*{says}"), readable(path):
        pass


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"name the \.keras or \.onnx file"):
        located(tmp_path)
    with pytest.raises(ModelNotFound, match="no model"):
        located(tmp_path / "gone.keras")
    (tmp_path / "cnn.onnx").touch()
    assert located(tmp_path) == tmp_path / "cnn.onnx"
    (tmp_path / "cnn.keras").touch()
    assert located(tmp_path) == tmp_path / "cnn.keras"
    with readable(tmp_path) as found:  # what was made when it was trained
        assert found.path == tmp_path / "cnn.onnx"
    (tmp_path / "dense.keras").touch()
    with pytest.raises(ModelNotFound, match="several models"):
        located(tmp_path)
    (tmp_path / "saved_model.pb").touch()
    with pytest.raises(InvalidModel, match="a SavedModel of TensorFlow"):
        located(tmp_path)


def test_an_onnx_model_is_left_to_its_card(tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    with readable(path) as found:
        assert (found.path, found.remark) == (path, "")
    with pytest.raises(InvalidOption, match="stands in its card"), readable(path, "unit"):
        pass


def test_the_card_of_a_training_is_kept_if_it_is_this_models(tmp_path: Path) -> None:
    path = saved(classifier("unit"), tmp_path / "mine.keras")
    with readable(path) as found:
        card = json.loads(found.path.with_suffix(".json").read_text(encoding="utf-8"))
        card |= {"temperature": 1.7, "reject_below": 0.25, "recipe": "mine"}
        path.with_suffix(".onnx").write_bytes(found.path.read_bytes())
        path.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    with readable(path) as found:
        kept = Model(found.path).card
    assert (kept.temperature, kept.reject_below) == (1.7, 0.25)
    assert kept.everything["recipe"] == "mine"
    saved(classifier("raw"), path)  # trained anew, but the ONNX model is still the old one
    weights = classifier("unit").get_weights()
    weights[-1] += np.arange(10, dtype=np.float32)
    model = classifier("unit")
    model.set_weights(weights)
    saved(model, path)
    with readable(path) as found:
        assert Model(found.path).card.temperature == 1


def test_reading_needs_no_keras(tmp_path: Path) -> None:
    saved(classifier("unit"), tmp_path / "mine.keras")
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from digitus.training.exchange.sources import readable\n"
        "assert not {'h5py', 'onnx', 'onnxruntime'} & set(sys.modules)\n"
        "with readable(Path('mine.keras')) as found:\n"
        "    from digitus.reader import Reader\n"
        "    Reader(found.path)\n"
        "assert not {'keras', 'tensorflow', 'tf2onnx'} & set(sys.modules)\n"
    )
    run_ = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run_.returncode, run_.stderr) == (0, "")


@pytest.mark.parametrize("name", ["h5py", "onnx"])
def test_what_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for loaded in list(sys.modules):
        if loaded.startswith("digitus.training.exchange"):
            monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "mine.keras").touch()
    with pytest.raises(TrainingError, match=rf"'{name}', which is not installed: pip install"):
        _open(tmp_path / "mine.keras")


def _open(path: Path) -> Any:
    with readable(path) as found:
        return found


def test_a_model_that_reads_badly_is_not_taken_without_a_word(tmp_path: Path) -> None:
    told = adopt(saved(classifier("unit"), tmp_path / "told.keras"), "inverted")
    assert "% of easy digits right. Leave out --scaling, or name another" in told.remark(False)
    steps = [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(10)]
    untrained = keras.Sequential([keras.Input((28, 28), dtype="uint8"), *steps])
    found = adopt(saved(untrained, tmp_path / "new.keras"))
    assert found.scaling == OWN
    assert "% of easy digits right: is it trained on digits?" in found.remark(True)
