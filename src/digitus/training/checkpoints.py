"""What a run goes on from, its curves, and its best weights: each file is whole at any moment."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import keras

from digitus.errors import TrainingError
from digitus.training.run import Run

# Keras takes no other end of a name.
UNFINISHED = ".part.weights.h5"


class Checkpoints(keras.callbacks.Callback):
    """Keeps the weights, and the optimizer's numbers, after the last epoch and the best one.

    Args:
        run: Whose ``epochs``, ``best`` and ``state`` are written.
        measure: What is least after the best epoch: ``loss`` or ``val_loss``.
        done: How many epochs are over; what is noted of later ones was not kept in the state.

    Raises:
        TrainingError: Of some of these epochs nothing is noted.
    """

    def __init__(self, run: Run, measure: str, done: int) -> None:
        super().__init__()
        self.run, self.measure = run, measure
        self.rows = run.history()[:done]
        if len(self.rows) < done or any(measure not in row for row in self.rows):
            raise TrainingError(
                f"'{run.epochs}' does not tell of all {done} epochs that are over: restore it, or "
                "begin another run"
            )
        self.least = min((row[measure] for row in self.rows), default=math.inf)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write them; the state last, for it says which epochs are over."""
        self.rows.append({"epoch": epoch} | {key: float(logs[key]) for key in sorted(logs)})
        self.run.note(self.rows)
        if logs[self.measure] < self.least:
            self.least = logs[self.measure]
            self._write(self.run.best)
        self._write(self.run.state)

    def _write(self, file: Path) -> None:
        """Write a file beside the one that is there, which it then replaces."""
        unfinished = file.with_name(file.name.partition(".")[0] + UNFINISHED)
        unfinished.parent.mkdir(exist_ok=True)
        self.model.save_weights(unfinished, overwrite=True)
        unfinished.replace(file)


def go_on(model: keras.Model, run: Run, steps: int) -> int:
    """Bring a network and its optimizer to where a run was broken off.

    Args:
        model: The network, compiled.
        run: Its run.
        steps: Of an epoch.

    Returns:
        How many epochs it has learnt.
    """
    if run.state.is_file():
        _load(model, run.state)
    return int(model.optimizer.iterations) // steps


def take_best(model: keras.Model, run: Run) -> None:
    """Give a network the weights of the best epoch, or the mean that was kept of them."""
    _load(model, run.best)
    model.optimizer.finalize_variable_values(model.trainable_weights)


def _load(model: keras.Model, file: Path) -> None:
    model.optimizer.build(model.trainable_variables)  # else its numbers are not read
    try:
        model.load_weights(file)
    except Exception as error:  # those of Keras and h5py share no base class
        raise TrainingError(
            f"'{file}' is damaged ({str(error).partition(chr(10))[0]:.200}): restore it, or remove "
            "the folder and begin another run"
        ) from error
