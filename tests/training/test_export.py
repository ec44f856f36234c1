from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from keras import layers
from onnx import TensorProto, helper
from tiny_archives import scrambled, stack
from tiny_foreign import PREPARE, classifier

from digitus.errors import (
    ExportMismatch,
    InvalidModel,
    InvalidOption,
    InvalidRecipe,
    ModelNotFound,
    OutputError,
    TrainingError,
)
from digitus.model import Model, softmax
from digitus.reader import Reader
from digitus.training import export as workshop
from digitus.training.calibrate import Calibration
from digitus.training.exchange import archive, lite, sources
from digitus.training.exchange.lowering import onnx_of
from digitus.training.exchange.trial import run, specimens
from digitus.training.export import compare, export, export_file, rehearse
from digitus.training.recipe import Data
from marks import keras_warns
from tiny_models import classifier as tiny_onnx
from tiny_models import save as save_onnx

pytestmark = keras_warns

CALIBRATION = Calibration(temperature=1.37, reject_below=0.42)
RECIPE: Any = SimpleNamespace(
    name="tiny", seed=3, data=Data(64, {"mnist": 0.75, "negatives": 0.25}, negative_strokes=1)
)
GLYPHS = specimens()[0][:70]


def residual() -> keras.Model:
    """A network as the workshop builds it, with weights as training leaves them."""
    glyph = keras.Input((28, 28, 1), dtype="uint8", name="glyph")
    x = layers.Conv2D(6, 3, strides=2, padding="same")(layers.Rescaling(1 / 255)(glyph))
    y = layers.Conv2D(6, 3, padding="same", use_bias=False)(x)
    y = layers.Activation("relu")(layers.BatchNormalization()(y))
    x = layers.Dropout(0.3)(layers.Add()([x, y]))
    return scrambled(keras.Model(glyph, layers.Dense(11)(layers.GlobalAveragePooling2D()(x))))


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return residual()


@pytest.fixture(scope="module")
def exported(model: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("run") / "tiny.onnx"
    assert export(model, CALIBRATION, RECIPE, GLYPHS, target) == target
    return target


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A stranger's model."""
    path = tmp_path / "handwritten.keras"
    classifier("columns", (28, 28)).save(path)
    return path


# Of a training


def test_onnx_does_what_keras_does(exported: Path, model: keras.Model) -> None:
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    for count in (1, 2, 70):
        expected = model.predict(GLYPHS[:count, ..., None], verbose=0)
        logits = session.run(None, {"glyphs": GLYPHS[:count]})[0]
        np.testing.assert_allclose(logits, expected, atol=1e-4)
    assert np.ptp(expected, axis=0).max() > 0.3  # they differ from glyph to glyph


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


def test_the_same_training_gives_the_same_file(
    exported: Path, model: keras.Model, tmp_path: Path
) -> None:
    again = export(model, CALIBRATION, RECIPE, GLYPHS, tmp_path / "again.onnx")
    assert again.read_bytes() == exported.read_bytes()


def test_a_network_of_a_users_own_file_takes_pixels_up_to_255(tmp_path: Path) -> None:
    own = stack(layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(10))
    path = export(own, CALIBRATION, RECIPE, GLYPHS, tmp_path / "own.onnx")
    expected = own.predict(GLYPHS[..., None], verbose=0)
    np.testing.assert_allclose(run(path.read_bytes(), GLYPHS), expected, atol=1e-4)


def test_a_model_that_does_not_agree_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = workshop.run

    def spoilt(content: bytes, glyphs: Any) -> Any:
        logits = plain(content, glyphs)
        logits[-1, 10] = np.nan
        return logits

    monkeypatch.setattr(workshop, "run", spoilt)
    with pytest.raises(ExportMismatch, match="differs from Keras"):
        export(residual(), CALIBRATION, RECIPE, GLYPHS, tmp_path / "broken.onnx")
    assert not list(tmp_path.iterdir())


def test_weights_that_are_no_numbers_are_not_exported(tmp_path: Path) -> None:
    broken = residual()
    broken.layers[-1].bias.assign(np.full(11, np.nan, np.float32))
    with pytest.raises(TrainingError, match="no numbers"):
        export(broken, CALIBRATION, RECIPE, GLYPHS, tmp_path / "broken.onnx")
    assert not list(tmp_path.iterdir())


def test_every_answer_is_compared() -> None:
    expected = np.zeros((5, 11), np.float32)
    for place in ((0, 0), (4, 10), (2, 5)):
        found = expected.copy()
        found[place] += 2e-4
        with pytest.raises(ExportMismatch, match=r"2\.0e-04"):
            compare("ONNX model", expected, found)
    assert compare("ONNX model", expected, expected + np.float32(5e-5)) == pytest.approx(5e-5)


def test_large_logits_are_compared_in_proportion() -> None:
    expected = np.full((1, 10), 2000, np.float32)
    assert compare("ONNX model", expected, expected + np.float32(0.01)) == pytest.approx(0.01, 0.1)
    with pytest.raises(ExportMismatch):
        compare("ONNX model", expected, expected + np.float32(0.03))


def test_a_rehearsal_tells_before_training_what_cannot_be_exported(model: keras.Model) -> None:
    rehearse(model)
    with pytest.raises(InvalidRecipe, match=r"once trained: its layer 'lambda.*' is a Lambda"):
        rehearse(stack(layers.Lambda(lambda x: x * 2), layers.Flatten(), layers.Dense(10)))


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_a_network_that_gives_probabilities_is_told_before_training(activation: str) -> None:
    with pytest.raises(InvalidRecipe, match=rf"ends in a {activation}, .* wants logits"):
        rehearse(stack(layers.Flatten(), layers.Dense(10, activation=activation)))


def test_no_room_for_temporary_files_is_told(
    model: keras.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(OutputError, match=r"no room for temporary files .*: make some, or set"):
        rehearse(model)


# Of a file


def test_a_strangers_model_becomes_onnx(foreign: Path) -> None:
    found = export_file(foreign, "onnx")
    assert found.path == foreign.with_suffix(".onnx")
    assert "'columns', found by measuring" in found.remark
    assert found.difference <= 1e-4
    glyphs, _ = specimens()
    expected = keras.ops.convert_to_numpy(classifier("columns")(PREPARE["columns"](glyphs)))
    np.testing.assert_allclose(Reader(found.path).classify(glyphs), expected, atol=1e-4)


def test_a_strangers_model_becomes_keras_with_its_preparation_in_it(foreign: Path) -> None:
    found = export_file(foreign, "keras")
    assert found.path == foreign.with_name("handwritten-uint8.keras")
    assert found.path.exists()
    glyphs, _ = specimens()
    shares = keras.ops.convert_to_numpy(classifier("columns")(PREPARE["columns"](glyphs)))
    loaded = keras.saving.load_model(found.path)  # we made it
    assert (loaded.input_shape, loaded.input.dtype) == ((None, 28, 28), "uint8")
    np.testing.assert_allclose(softmax(loaded.predict(glyphs, verbose=0)), shares, atol=1e-4)
    again = export_file(found.path, "onnx")
    assert again.remark == ""
    np.testing.assert_allclose(Reader(again.path).classify(glyphs), shares, atol=1e-4)


def test_a_strangers_model_becomes_tflite(foreign: Path) -> None:
    found = export_file(foreign, "tflite", scaling="columns")
    assert found.path == foreign.with_suffix(".tflite")
    assert "measuring" not in found.remark
    glyphs, _ = specimens()
    expected = keras.ops.convert_to_numpy(classifier("columns")(PREPARE["columns"](glyphs)))
    logits = lite.run_lite(found.path.read_bytes(), glyphs)
    np.testing.assert_allclose(softmax(logits), expected, atol=1e-4)
    assert str(foreign.parent).encode() not in found.path.read_bytes()


@pytest.mark.parametrize("to", ["keras", "tflite"])
def test_what_was_converted_is_compared_too(
    foreign: Path, to: workshop.Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    if to == "keras":
        other = classifier("unit")
        monkeypatch.setattr(workshop, "_saved", lambda _: _archive_of(other, foreign.parent))
    else:
        plain = lite.run_lite
        monkeypatch.setattr(lite, "run_lite", lambda *given: plain(*given) + np.float32(1e-3))
    before = sorted(foreign.parent.iterdir())
    with pytest.raises(ExportMismatch, match=f"The {to} model differs from Keras"):
        export_file(foreign, to, foreign.with_name(f"out.{to}"), "columns")
    assert [path for path in sorted(foreign.parent.iterdir()) if path not in before] == []


def _archive_of(model: keras.Model, folder: Path) -> bytes:
    path = folder / "handwritten.keras"
    model.save(path)
    return path.read_bytes()


def test_a_run_is_exported_with_what_its_training_found(exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    model = residual()
    model.save(folder / "tiny.keras")
    export(model, CALIBRATION, RECIPE, GLYPHS, folder / "tiny.onnx")
    found = export_file(folder, "onnx", tmp_path / "mine.onnx")
    assert "is it trained on digits?" in found.remark  # it is not
    assert found.path.read_bytes() == exported.read_bytes()
    card = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert card == json.loads(exported.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("shape", "dtype", "scale"),
    [([28, 28, 1], "float32", 1 / 255), ([784], "uint8", 1.0), ([28, 28], "uint8", 1.0)],
)
def test_an_onnx_model_gets_its_preparation_into_it(
    tmp_path: Path, shape: list[int], dtype: str, scale: float
) -> None:
    source = tmp_path / "torch.onnx"
    wanted = {"shape": shape, "dtype": dtype, "scale": scale}
    save_onnx(source, tiny_onnx(shape, dtype), input=wanted, temperature=1.5, author="someone")
    found = export_file(source, "onnx", tmp_path / "bytes.onnx")
    card = Model(found.path).card
    assert (card.shape, card.dtype, card.temperature) == ((28, 28), "uint8", 1.5)
    assert card.everything["author"] == "someone"
    np.testing.assert_allclose(
        Model(found.path).classify(GLYPHS), Model(source).classify(GLYPHS), atol=1e-6
    )


def test_an_onnx_model_becomes_nothing_else(tmp_path: Path) -> None:
    source = save_onnx(tmp_path / "mine.onnx", tiny_onnx())
    for to, scaling in (("keras", None), ("tflite", None), ("onnx", "unit")):
        with pytest.raises(InvalidOption, match=r"name the \.keras file"):
            export_file(source, to, tmp_path / f"out.{to}", scaling)  # type: ignore[arg-type]


def test_an_onnx_model_in_several_files_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "torch.onnx"
    onnx.save(
        tiny_onnx(), str(source), save_as_external_data=True, location="w.data", size_threshold=100
    )
    save_onnx(source, source.read_bytes())
    with pytest.raises(InvalidModel, match="its weights lie in other files"):
        export_file(source, "onnx", tmp_path / "out.onnx")
    hidden = tiny_onnx()
    tensor = TensorProto(name="x", data_type=TensorProto.FLOAT, dims=[1], data_location=1)
    inner = helper.make_graph([], "inner", [], [], [tensor])
    hidden.graph.node.append(helper.make_node("If", ["c"], ["y"], then_branch=inner))
    save_onnx(source, hidden)
    with pytest.raises(InvalidModel, match="its weights lie in other files"):
        export_file(source, "onnx", tmp_path / "out.onnx")
    save_onnx(source, b"no model")
    with pytest.raises(InvalidModel, match="no ONNX file"):
        export_file(source, "onnx", tmp_path / "out.onnx")


def test_the_model_itself_is_never_written_over(foreign: Path, tmp_path: Path) -> None:
    before = foreign.read_bytes()
    link = tmp_path / "link.keras"
    link.symlink_to(foreign)
    for target in (foreign, link):
        with pytest.raises(OutputError, match="is the model itself: name another file by --out"):
            export_file(foreign, "keras", target, "unit")
    with pytest.raises(InvalidOption, match=r"cannot be the onnx model: name a file .* \.onnx"):
        export_file(foreign, "onnx", foreign, "unit")
    assert foreign.read_bytes() == before


def test_what_is_not_there_or_not_taken(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="no model"):
        export_file(tmp_path / "gone.keras", "onnx")
    with pytest.raises(ModelNotFound, match="no model"):
        export_file(tmp_path / ("long" * 2000), "onnx")
    path = tmp_path / "old.h5"
    path.touch()
    with pytest.raises(InvalidModel, match="old format"):
        export_file(path, "onnx")


def test_a_strangers_code_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "ran"
    # A function of Python, which Keras would load.
    model = stack(layers.Lambda(lambda x, place=str(marker): (Path(place).touch(), x)[1]))
    path = tmp_path / "evil.keras"
    stack(layers.Flatten(), layers.Dense(10)).save(path)
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    config = json.loads(parts["config.json"])
    config["config"]["layers"][1] = keras.saving.serialize_keras_object(model.layers[0])
    parts["config.json"] = json.dumps(config).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    path.write_bytes(target.getvalue())
    marker.unlink(missing_ok=True)
    for name in ("load_model", "deserialize_keras_object"):
        monkeypatch.setattr(keras.saving, name, None)
    with pytest.raises(InvalidModel, match="Lambda"):
        export_file(path, "keras")
    assert not marker.exists()


# Where it is written


def test_a_place_that_cannot_be_written_leaves_everything_as_it_was(
    foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = foreign.parent
    with pytest.raises(OutputError, match=r"cannot write to '.*nowhere/x\.onnx'"):
        export_file(foreign, "onnx", folder / "nowhere" / "x.onnx", "columns")
    (folder / "full").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        export_file(foreign, "onnx", folder / "full", "columns")
    with pytest.raises(InvalidOption, match=r"name a file that ends in \.onnx"):
        export_file(foreign, "onnx", folder / "x.json", "columns")
    (folder / "notes.json").write_text('{"not": "a card"}', encoding="utf-8")
    with pytest.raises(OutputError, match=r"notes\.json', where the card belongs"):
        export_file(foreign, "onnx", folder / "notes.onnx", "columns")
    old = folder / "old.onnx"
    old.write_bytes(b"old")

    def full(*_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left on device"):
        export_file(foreign, "onnx", old, "columns")
    assert old.read_bytes() == b"old"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["full", foreign.name, "notes.json", "old.onnx"]


def test_a_link_stays_a_link(foreign: Path) -> None:
    place = foreign.with_name("real.onnx")
    place.write_bytes(b"old")
    link = foreign.with_name("link.onnx")
    try:
        link.symlink_to(place)
    except OSError:
        pytest.skip("this file system has no links")
    export_file(foreign, "onnx", link, "columns")
    assert link.is_symlink()
    assert place.read_bytes() != b"old"
    assert Model(link).card.output == "logits"


def test_nothing_is_left_in_the_temporary_folder(
    foreign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    export_file(foreign, "keras", scaling="columns")
    with sources.readable(foreign, "columns"):
        assert len(list(place.iterdir())) == 1
    assert not list(place.iterdir())


def test_an_export_is_read_back_as_plain_data(foreign: Path) -> None:
    path = export_file(foreign, "keras", scaling="columns").path
    blueprint = archive.read(path)
    assert (blueprint.takes, blueprint.gives, blueprint.whole_numbers) == ((28, 28), (10,), True)
    glyphs, _ = specimens()
    model = export_file(foreign, "onnx", scaling="columns").path
    expected = run(model.read_bytes(), glyphs)
    np.testing.assert_allclose(run(onnx_of(blueprint), glyphs), expected, atol=1e-4)
