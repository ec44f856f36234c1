"""The curves of a run: loss and accuracy by epoch, drawn while it runs."""

from __future__ import annotations

import time
from typing import Any

import keras
from matplotlib.figure import Figure

from digitus.training.run import Run

# Drawing takes about as long as an epoch of the smallest networks: not after each of those.
SECONDS_BETWEEN = 10.0
MEASURES = {"loss": "loss", "accuracy": "accuracy"}
TRAIN_COLOUR, VALIDATION_COLOUR = "#3465a4", "#cc5500"


class Curves(keras.callbacks.Callback):
    """Draws the curves of a run anew after epochs, and in the end.

    Args:
        run: Whose ``epochs.csv`` is drawn into its ``curves.png``.
    """

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.drawn = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        """Draw, unless it was done a moment ago."""
        if time.monotonic() - self.drawn >= SECONDS_BETWEEN:
            self._draw()

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
        """Draw all of it."""
        self._draw()

    def _draw(self) -> None:
        draw(self.run)
        self.drawn = time.monotonic()


def draw(run: Run) -> None:
    """Draw the curves of a run into its ``curves.png``."""
    history = run.history()
    figure = Figure(figsize=(10, 4), layout="constrained")
    for axes, (key, label) in zip(figure.subplots(1, 2), MEASURES.items(), strict=True):
        epochs = [row["epoch"] + 1 for row in history]
        axes.plot(epochs, [row[key] for row in history], "o-", color=TRAIN_COLOUR, label="training")
        if history and f"val_{key}" in history[0]:
            values = [row[f"val_{key}"] for row in history]
            axes.plot(epochs, values, "s--", color=VALIDATION_COLOUR, label="held out")
        axes.set_xlabel("epoch")
        axes.set_ylabel(label)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.suptitle(run.recipe.name)
    unfinished = run.curves.with_suffix(".part.png")
    figure.savefig(unfinished, dpi=100)
    unfinished.replace(run.curves)
