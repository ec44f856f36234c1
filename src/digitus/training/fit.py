"""A recipe -> a trained network: data, model, training, temperature, export, from top to bottom."""

from __future__ import annotations

import dataclasses
import json
import logging
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitus.errors import InvalidRecipe
from digitus.training import corpus, network
from digitus.training.batches import Batches
from digitus.training.calibrate import calibrate
from digitus.training.corpus import Corpus
from digitus.training.export import export
from digitus.training.glyphs import NO_DIGIT
from digitus.training.recipe import Recipe, Schedule

log = logging.getLogger(__name__)


def fit(recipe: Recipe, run: Path) -> Path:
    """Train a recipe; a run that was broken off goes on at its last whole epoch.

    Args:
        recipe: What to train.
        run: The folder of the run: glyphs, checkpoint, history, and in the end the model.

    Returns:
        The ONNX model; its card lies beside it.

    Raises:
        TrainingError: Data are missing, the recipe fits neither them nor the folder, or the
            exported model does not do what the trained one does.
    """
    _own(run, recipe)
    train = corpus.prepare(recipe.data, "train", recipe.seed, run / "train.npz")
    validation = corpus.prepare(recipe.data, "validation", recipe.seed, run / "validation.npz")
    for name, (glyphs, _) in train.items():
        known = len(validation.get(name, (glyphs[:0],))[0])
        log.info("%s: %d glyphs to learn from, %d to validate by", name, len(glyphs), known)

    model = learn(recipe, train, validation, run)
    logits, labels = judge(model, validation)
    calibration = calibrate(logits, labels)
    return export(model, calibration, recipe, validation["mnist"][0], run / f"{recipe.name}.onnx")


def _own(run: Path, recipe: Recipe) -> None:
    """Make the folder of a run, or see that it is of the same recipe.

    Raises:
        InvalidRecipe: The folder holds a run of another recipe.
    """
    run.mkdir(parents=True, exist_ok=True)
    note = run / "recipe.json"
    content = json.dumps(dataclasses.asdict(recipe), indent=2) + "\n"
    if note.is_file() and note.read_text(encoding="utf-8") != content:
        raise InvalidRecipe(
            f"'{run}' holds a run of another recipe ('{note}'): name another folder with --out"
        )
    note.write_text(content, encoding="utf-8")


def learn(recipe: Recipe, train: Corpus, validation: Corpus, run: Path) -> keras.Model:
    """Train the network of a recipe; return it as it is after the last epoch."""
    schedule = recipe.schedule
    done = run / "epochs.csv"
    state = run / "state"
    keras.utils.set_random_seed(recipe.seed)
    batches = Batches(
        train,
        recipe.data.share,
        samples=recipe.data.samples,
        batch=schedule.batch,
        seed=recipe.seed,
    )
    model = network.build(recipe.network)
    model.compile(
        optimizer=_optimizer(schedule, len(batches)),
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=schedule.label_smoothing
        ),
        metrics=["accuracy"],
    )
    glyphs, labels = merged(validation)
    targets = np.eye(network.CLASSES, dtype=np.float32)[labels]
    model.fit(
        batches,
        epochs=schedule.epochs,
        validation_data=(glyphs[..., None], targets),
        validation_batch_size=500,
        shuffle=False,  # in an order of Keras's own, which a run that goes on would not repeat
        verbose=2,
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, _: batches.begin(epoch)),
            keras.callbacks.BackupAndRestore(state, delete_checkpoint=False),
            keras.callbacks.CSVLogger(done, append=True),
        ],
    )
    model.save(run / f"{recipe.name}.keras")
    return model


def judge(model: keras.Model, validation: Corpus) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Classify the validation glyphs; log and return logits float32 [N, 11], labels uint8 [N]."""
    glyphs, labels = merged(validation)
    logits = model.predict(glyphs[..., None], batch_size=500, verbose=0)
    errors, start = {}, 0
    for name, (_, own) in validation.items():
        wrong = logits[start : start + len(own)].argmax(axis=1) != own
        errors[name] = round(100 * float(wrong.mean()), 2)
        start += len(own)
    digits = labels != NO_DIGIT
    log.info("errors in %% of unseen writers: %s", json.dumps(errors))
    log.info("digits taken for none: %.2f %%", 100 * (logits[digits].argmax(1) == NO_DIGIT).mean())
    return logits, labels


def merged(validation: Corpus) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Join all sources: glyphs uint8 [N, 28, 28], labels uint8 [N]."""
    glyphs = np.concatenate([glyphs for glyphs, _ in validation.values()])
    return glyphs, np.concatenate([labels for _, labels in validation.values()])


def _optimizer(schedule: Schedule, steps: int) -> keras.optimizers.Optimizer:
    """AdamW (Loshchilov and Hutter 2019), warmed up for an epoch, then half a cosine to zero."""
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=schedule.learning_rate / 25,
        warmup_target=schedule.learning_rate,
        warmup_steps=steps,
        decay_steps=max(1, steps * (schedule.epochs - 1)),
    )
    return keras.optimizers.AdamW(rate, weight_decay=schedule.weight_decay)
