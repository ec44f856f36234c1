from __future__ import annotations

import csv
import errno
import gc
import json
import logging
import os
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image
from tiny_runs import tiny_corpus, tiny_recipe

from digitus.errors import TrainingError, TrainingStopped
from digitus.model import softmax
from digitus.reader import Reader
from digitus.training import corpus, network
from digitus.training import fit as module
from digitus.training.checkpoints import Checkpoints
from digitus.training.corpus import Corpus
from digitus.training.fit import fit, judge, learn, merged
from digitus.training.glyphs import NO_DIGIT
from digitus.training.recipe import Recipe
from digitus.training.run import Run, begin, reopen
from marks import keras_warns

pytestmark = [
    keras_warns,
    # Keras leaves the curves' file open where a run is broken off.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config.*eagerly:UserWarning"),
]

TINY = tiny_recipe()
TRAIN, VALIDATION = tiny_corpus(96, 1), tiny_corpus(40, 2)
BATCHES = 4  # of an epoch of the tiny recipe
LONGER = tiny_recipe(samples=480, epochs=5, learning_rate=3e-2)  # learns something


def made(_: object, part: str, __: int, ___: Path) -> Corpus:
    """Stands for `corpus.prepare`."""
    return TRAIN if part == "train" else VALIDATION


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole run."""
    folder = tmp_path_factory.mktemp("runs") / "deep" / "tiny"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "prepare", made)
        assert fit(begin(LONGER, folder)) == folder / "tiny.onnx"
    return folder


def epochs(run: Path) -> list[dict[str, str]]:
    with (run / "epochs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def weights(model: keras.Model) -> NDArray[np.float32]:
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def learnt(run: Path, recipe: Recipe = TINY) -> keras.Model:
    keras.utils.set_random_seed(recipe.seed)
    model = network.build(recipe.network, 11)
    run.mkdir(exist_ok=True)
    learn(model, Run(run, recipe), TRAIN, VALIDATION)
    return model


def test_a_run_leaves_a_model_that_reads(run: Path) -> None:
    reader = Reader(run / "tiny.onnx")
    kept = keras.saving.load_model(run / "tiny.keras")
    glyphs, _ = merged(VALIDATION)
    logits = kept.predict(glyphs[..., None], verbose=0)
    shares = softmax(logits / np.float32(reader.model.card.temperature))[:, :10]
    np.testing.assert_allclose(reader.classify(glyphs), shares, atol=1e-4)
    assert 0 <= reader.model.card.reject_below <= 0.5


def test_a_run_keeps_its_recipe_and_its_curves(run: Path) -> None:
    recipe = json.loads((run / "recipe.json").read_text(encoding="utf-8"))
    assert recipe["name"] == "tiny"
    assert recipe["data"]["share"] == {"mnist": 0.75, "negatives": 0.25}
    rows = epochs(run)
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(rows[0])
    assert float(rows[4]["loss"]) < 0.8 * float(rows[0]["loss"])
    with Image.open(run / "curves.png") as curves:
        assert curves.width > 400


def test_a_finished_run_is_not_trained_again(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "prepare", made)
    glyphs, _ = merged(VALIDATION)
    shares, curves = Reader(run / "tiny.onnx").classify(glyphs), epochs(run)
    fit(reopen(run))
    np.testing.assert_allclose(Reader(run / "tiny.onnx").classify(glyphs), shares, atol=1e-5)
    assert epochs(run) == curves


def test_without_anybody_held_out_the_model_is_not_calibrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alone(_: object, part: str, __: int, ___: Path) -> Corpus:
        assert part == "train"
        return {"mnist": TRAIN["mnist"]}

    monkeypatch.setattr(corpus, "prepare", alone)
    data = replace(TINY.data, held_out=False, share={"mnist": 1.0})
    run = begin(replace(TINY, data=data), tmp_path / "run")
    card = Reader(fit(run)).model.card
    assert (card.temperature, card.reject_below) == (1, 0)
    assert {"loss", "accuracy"} <= set(epochs(run.folder)[0])
    shares = Reader(run.onnx).classify(TRAIN["mnist"][0])
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)  # ten classes


def test_a_mean_of_the_weights_is_kept(tmp_path: Path) -> None:
    plain = learnt(tmp_path / "plain")
    schedule = replace(TINY.schedule, average=0.9)
    mean = learnt(tmp_path / "mean", replace(TINY, schedule=schedule))
    assert 1e-5 < np.abs(weights(plain) - weights(mean)).max() < 0.5


def test_a_full_disk_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(corpus, "prepare")
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(TrainingError, match=r"has room for 0 MB.*needs .* MB: free some"):
        fit(begin(TINY, tmp_path / "run"))


def test_a_disk_that_becomes_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Corpus:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(corpus, "prepare", full)
    with pytest.raises(TrainingError, match=r"No space left on device.* --resume"):
        fit(begin(TINY, tmp_path / "run"))


def test_a_model_that_was_not_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = keras.Model.save

    def torn(model: keras.Model, file: Path) -> None:
        save(model, file)
        if file.parent == run.folder:
            file.write_bytes(b"PK")
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(corpus, "prepare", made)
    monkeypatch.setattr(keras.Model, "save", torn)
    run = begin(TINY, tmp_path / "run")
    with pytest.raises(TrainingError, match=r"No space left on device.* --resume"):
        fit(run)
    assert not run.keras.exists()
    monkeypatch.undo()
    monkeypatch.setattr(corpus, "prepare", made)
    fit(reopen(run.folder))
    assert run.keras.is_file()


def test_bfloat16_is_for_learning_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "prepare", made)
    schedule = replace(LONGER.schedule, precision="bfloat16")
    run = begin(replace(LONGER, schedule=schedule), tmp_path / "run")
    fit(run)
    # It learnt, and the exported model gives what it gave when it was checked: in float32.
    assert run.history()[-1]["accuracy"] > 0.5
    model = keras.saving.load_model(run.keras)
    assert {layer.compute_dtype for layer in model.layers[1:]} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"


class Impatient(keras.callbacks.Callback):
    """Presses ctrl-C after so many epochs."""

    def __init__(self, run: Run, epochs: int) -> None:
        super().__init__()
        self.run, self.epochs = run, epochs

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:  # noqa: ARG002
        if len(self.run.history()) == self.epochs:
            raise KeyboardInterrupt


def test_ctrl_c_keeps_the_best_model_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "prepare", made)
    run = begin(replace(LONGER, schedule=replace(LONGER.schedule, epochs=4)), tmp_path / "run")
    with pytest.raises(TrainingStopped, match=r"after 2 of 4 epochs.*tiny\.onnx.*--resume .*run"):
        fit(run, [Impatient(run, 2)])
    assert (run.folder / "curves.png").is_file()
    shares = Reader(run.onnx).classify(VALIDATION["mnist"][0])
    fit(reopen(run.folder))
    assert len(epochs(run.folder)) == 4
    assert np.abs(Reader(run.onnx).classify(VALIDATION["mnist"][0]) - shares).max() > 1e-3


def test_ctrl_c_keeps_the_mean_of_the_weights_that_was_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "prepare", made)
    schedule = replace(LONGER.schedule, average=0.9)
    run = begin(replace(LONGER, schedule=schedule), tmp_path / "run")
    with pytest.raises(TrainingStopped):
        fit(run, [Impatient(run, 2)])
    loss, _ = keras.saving.load_model(run.keras).evaluate(
        *module._arrays(VALIDATION, 11), verbose=0
    )
    assert loss == pytest.approx(min(row["val_loss"] for row in run.history()), rel=1e-4)


def test_ctrl_c_in_the_first_epoch_leaves_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "prepare", made)
    run = begin(TINY, tmp_path / "run")
    with pytest.raises(TrainingStopped, match=r"before the first epoch was over.*--resume .*run"):
        fit(run, [Impatient(run, 0)])
    assert not run.onnx.exists()


def break_off(run: Path, callback: type, method: str, at: int) -> None:
    """Begin a run and break it off at the ``at``-th call of a callback's method, from 1."""
    calls = iter(range(1, 1000))

    def broken(*_: object, **__: object) -> None:
        if next(calls) == at:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callback, method, broken, raising=False)
        with pytest.raises(KeyboardInterrupt):
            learnt(run)
    gc.collect()  # what was left open is closed here and not in another test


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.float32]:
    """The weights of a run in one go."""
    tf.config.run_functions_eagerly(True)
    try:
        return weights(learnt(tmp_path_factory.mktemp("unbroken")))
    finally:
        tf.config.run_functions_eagerly(False)


@pytest.mark.usefixtures("eager")
def test_the_recipe_determines_the_run(tmp_path: Path, unbroken: NDArray[np.float32]) -> None:
    np.testing.assert_allclose(weights(learnt(tmp_path / "again")), unbroken, atol=1e-6)
    other = learnt(tmp_path / "other", tiny_recipe(epochs=1, seed=4))
    assert np.abs(weights(other) - unbroken).max() > 0.1


@pytest.mark.usefixtures("eager")
def test_a_run_broken_off_in_its_first_epoch_begins_anew(
    tmp_path: Path, unbroken: NDArray[np.float32]
) -> None:
    break_off(tmp_path, Checkpoints, "on_train_batch_begin", 2)
    np.testing.assert_allclose(weights(learnt(tmp_path)), unbroken, atol=1e-6)


@pytest.mark.usefixtures("eager")
def test_a_run_broken_off_later_goes_on_at_its_last_whole_epoch(tmp_path: Path) -> None:
    break_off(tmp_path, Checkpoints, "on_train_batch_begin", BATCHES + 3)
    (whole,) = epochs(tmp_path)
    resumed = learnt(tmp_path)
    first, second = epochs(tmp_path)
    assert first == whole
    assert second["epoch"] == "1"
    assert int(resumed.optimizer.iterations) == 2 * BATCHES


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize(
    "crash",
    [
        pytest.param(
            (Checkpoints, "on_train_batch_begin", BATCHES + 3),
            id="in the middle of the second epoch",
        ),
        pytest.param((Checkpoints, "_write", 3), id="after the second epoch, before its state"),
    ],
)
def test_a_run_that_goes_on_ends_as_if_it_had_not_been_broken_off(
    tmp_path: Path, unbroken: NDArray[np.float32], crash: tuple[type, str, int]
) -> None:
    break_off(tmp_path, *crash)
    np.testing.assert_allclose(weights(learnt(tmp_path)), unbroken, atol=1e-6)
    assert [row["epoch"] for row in epochs(tmp_path)] == ["0", "1"]


@pytest.mark.usefixtures("eager")
def test_a_run_that_was_killed_while_it_wrote_its_state_goes_on(
    tmp_path: Path, unbroken: NDArray[np.float32]
) -> None:
    write = keras.Model.save_weights

    def killed(model: keras.Model, filepath: Path, **options: object) -> None:
        write(model, filepath, **options)
        if len(Run(tmp_path, TINY).history()) == 1:
            os.truncate(filepath, 1000)
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "save_weights", killed)
        with pytest.raises(KeyboardInterrupt):
            learnt(tmp_path)
    gc.collect()
    np.testing.assert_allclose(weights(learnt(tmp_path)), unbroken, atol=1e-6)


class Known:
    """Answers with given classes, sure of each."""

    def __init__(self, classes: NDArray[np.int64]) -> None:
        self.classes = classes

    def predict(self, glyphs: NDArray[np.uint8], **_: object) -> NDArray[np.float32]:
        assert glyphs.shape == (len(self.classes), 28, 28, 1)
        return 9 * np.eye(11, dtype=np.float32)[self.classes]


@pytest.mark.usefixtures("eager")
def test_the_largest_seed_of_a_network_with_chance_in_it(tmp_path: Path) -> None:
    model = learnt(tmp_path, tiny_recipe(epochs=1, seed=2**32 - 1))
    assert np.isfinite(weights(model)).all()


def test_judging_names_the_errors_of_each_source(caplog: pytest.LogCaptureFixture) -> None:
    digits, negatives = VALIDATION["mnist"][1], VALIDATION["negatives"][1]
    classes = np.concatenate([digits, negatives]).astype(np.int64)
    classes[0] = NO_DIGIT
    classes[1] = (classes[1] + 1) % 10
    classes[-1] = 3
    with caplog.at_level(logging.INFO):
        logits, labels = judge(Known(classes), VALIDATION)
    assert (logits.argmax(axis=1) == classes).all()
    assert (labels == merged(VALIDATION)[1]).all()
    assert f'"mnist": {200 / len(digits)}' in caplog.text
    assert f'"negatives": {100 / len(negatives)}' in caplog.text
    assert f"digits taken for none: {100 / len(digits):.2f} %" in caplog.text
