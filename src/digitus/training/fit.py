"""A recipe -> a trained network: data, model, training, temperature, export, from top to bottom."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitus.errors import TrainingError, TrainingStopped
from digitus.training import corpus, network
from digitus.training.batches import Batches
from digitus.training.calibrate import UNCALIBRATED, calibrate
from digitus.training.checkpoints import Checkpoints, go_on, take_best
from digitus.training.corpus import Corpus
from digitus.training.curves import Curves
from digitus.training.export import export, rehearse
from digitus.training.glyphs import NO_DIGIT
from digitus.training.memory import keep_freed_memory
from digitus.training.optimizer import optimizer
from digitus.training.recipe import Recipe, Schedule
from digitus.training.run import Run

log = logging.getLogger(__name__)

# Space that a run needs: numbers of 4 bytes for each weight (the network, the optimizer's means,
# in the state, in the best one and in the models), and bytes for each glyph, compressed.
COPIES, GLYPH_BYTES = 12, 400


def fit(run: Run, callbacks: Sequence[keras.callbacks.Callback] = ()) -> Path:
    """Train a recipe; a run that was broken off goes on at its last whole epoch.

    Args:
        run: The folder of the run, and its recipe.
        callbacks: What else is told of each step and epoch.

    Returns:
        The ONNX model; its card lies beside it.

    Raises:
        TrainingStopped: It was interrupted; the best model so far is exported all the same.
        TrainingError: Data are missing, the recipe does not fit them, the disk is full, or the
            exported model does not do what the trained one does.
    """
    recipe = run.recipe
    keep_freed_memory()
    keras.utils.set_random_seed(recipe.seed)
    model = network.build(recipe.network, classes_of(recipe), recipe.schedule.precision)
    rehearse(_plain(model, recipe))
    run.make_room(4 * COPIES * model.count_params() + GLYPH_BYTES * recipe.data.samples)
    try:
        try:
            train, validation = _prepared(run)
            learn(model, run, train, validation, callbacks)
        except KeyboardInterrupt:
            done = len(run.history())
            if not run.best.is_file():
                raise TrainingStopped(
                    "Stopped before the first epoch was over. Begin it again with: digitus train "
                    f"--resume {run.folder}"
                ) from None
            take_best(model, run)
            path = _finish(_plain(model, recipe), run, validation, train)
            raise TrainingStopped(
                f"Stopped after {done} of {recipe.schedule.epochs} epochs. The best model so far "
                f"is {path}; go on with: digitus train --resume {run.folder}"
            ) from None
        return _finish(_plain(model, recipe), run, validation, train)
    except OSError as error:
        raise TrainingError(
            f"The run cannot be written into '{run.folder}' ({error.strerror or error}): free some "
            f"space, then go on with: digitus train --resume {run.folder}"
        ) from error


def _prepared(run: Run) -> tuple[Corpus, Corpus]:
    """Make or load what is learnt from, and what is held out."""
    data, seed = run.recipe.data, run.recipe.seed
    train = corpus.prepare(data, "train", seed, run.glyphs("train"))
    validation: Corpus = {}
    if data.held_out:
        validation = corpus.prepare(data, "validation", seed, run.glyphs("validation"))
    for name, (glyphs, _) in train.items():
        known = len(validation[name][1]) if name in validation else 0
        log.info("%s: %d glyphs to learn from, %d to validate by", name, len(glyphs), known)
    return train, validation


def _plain(model: keras.Model, recipe: Recipe) -> keras.Model:
    """Return a network that reckons in float32, as it will be run, with the same weights.

    Where the optimizer keeps a running mean of them it is a copy, too: on JAX they share memory
    after the last epoch, and a prediction gives it back.
    """
    if recipe.schedule.precision == "float32" and not recipe.schedule.average:
        return model
    plain = network.build(recipe.network, model.output_shape[-1])
    plain.set_weights(model.get_weights())
    # So that who loads it can evaluate it.
    plain.compile("sgd", loss=model.loss, metrics=["accuracy"])
    plain.optimizer.build(plain.trainable_variables)
    return plain


def classes_of(recipe: Recipe) -> int:
    """Return 11 where what is no digit is learnt as well, else 10."""
    return NO_DIGIT + ("negatives" in recipe.data.share)


def learn(
    model: keras.Model,
    run: Run,
    train: Corpus,
    validation: Corpus,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Train a network as its recipe says; it is left as it is after the last epoch."""
    recipe, schedule = run.recipe, run.recipe.schedule
    batches = Batches(
        train,
        recipe.data.share,
        classes=model.output_shape[-1],
        samples=recipe.data.samples,
        batch=schedule.batch,
        augmentation=recipe.augmentation,
        seed=recipe.seed,
    )
    set_up(model, schedule, len(batches))
    done = go_on(model, run, len(batches))
    told = [
        keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, _: _begin(epoch, batches, model, recipe.seed)
        ),
        Checkpoints(run, "val_loss" if validation else "loss", done),
        Curves(run),
        *callbacks,
    ]
    if schedule.average:  # what is held out is read with the mean weights
        told.insert(0, keras.callbacks.SwapEMAWeights())
    try:
        model.fit(
            batches,
            epochs=schedule.epochs,
            initial_epoch=done,
            validation_data=_arrays(validation, model.output_shape[-1]) if validation else None,
            validation_batch_size=500,
            shuffle=False,  # in an order of Keras's own, which a run that goes on would not repeat
            verbose=0,
            callbacks=told,
        )
    except KeyboardInterrupt:
        for callback in told[-1 - len(callbacks) :]:
            callback.on_train_end()
        raise


def set_up(model: keras.Model, schedule: Schedule, steps: int) -> None:
    """Give a network its loss and its optimizer, for epochs of so many steps."""
    model.compile(
        optimizer=optimizer(schedule, steps),
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=schedule.label_smoothing
        ),
        metrics=["accuracy"],
    )


def _begin(epoch: int, batches: Batches, model: keras.Model, seed: int) -> None:
    """Set all chance of an epoch, so that a run that goes on repeats it."""
    batches.begin(epoch)
    for number, variable in enumerate(model.variables):
        if variable.path.endswith("seed_generator_state"):
            variable.assign(np.array([(seed + number) % 2**32, epoch], np.uint32))


def _finish(model: keras.Model, run: Run, validation: Corpus, train: Corpus) -> Path:
    """Calibrate and export a trained network."""
    unfinished = run.keras.with_suffix(".part.keras")  # Keras takes no other end of a name
    model.save(unfinished)
    unfinished.replace(run.keras)
    calibration = UNCALIBRATED
    if validation:
        calibration = calibrate(*judge(model, validation))
    glyphs, _ = merged(validation or train)
    return export(model, calibration, run.recipe, glyphs, run.onnx)


def judge(model: keras.Model, validation: Corpus) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Classify the validation glyphs; log and return logits float32 [N, C], labels uint8 [N]."""
    glyphs, labels = merged(validation)
    logits = model.predict(glyphs[..., None], batch_size=500, verbose=0)
    errors, start = {}, 0
    for name, (_, own) in validation.items():
        wrong = logits[start : start + len(own)].argmax(axis=1) != own
        errors[name] = round(100 * float(wrong.mean()), 2)
        start += len(own)
    log.info("errors in %% of what was held out: %s", json.dumps(errors))
    if logits.shape[1] > NO_DIGIT:
        digits = logits[labels != NO_DIGIT].argmax(axis=1)
        log.info("digits taken for none: %.2f %%", 100 * (digits == NO_DIGIT).mean())
    return logits, labels


def merged(sources: Corpus) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Join all sources: glyphs uint8 [N, 28, 28], labels uint8 [N]."""
    glyphs = np.concatenate([glyphs for glyphs, _ in sources.values()])
    return glyphs, np.concatenate([labels for _, labels in sources.values()])


def _arrays(sources: Corpus, classes: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Join all sources as the network takes them: [N, 28, 28, 1] and targets [N, classes]."""
    glyphs, labels = merged(sources)
    return glyphs[..., None], np.eye(classes, dtype=np.float32)[labels]
