"""What a person sees of a training: a bar on a terminal, else a line an epoch."""

from __future__ import annotations

import time
from typing import Any

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from digitus.training.run import Run

# Rates shown are means over an epoch so far; the terminal need not show every step.
UPDATES_A_SECOND = 5.0


class Watch(keras.callbacks.Callback):
    """Shows epoch, step, loss, accuracy and the time that is left.

    Args:
        epochs: Of the whole run.
        console: Where to show it; standard error by default.
    """

    def __init__(self, epochs: int, console: Console | None = None) -> None:
        super().__init__()
        self.epochs = epochs
        self.console = console or Console(stderr=True, highlight=False)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[measures]}"),
            TimeRemainingColumn(),
            console=self.console,
            refresh_per_second=UPDATES_A_SECOND,
            transient=True,
        )
        self.epoch = 0
        self.began = self.shown = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        """Begin the epoch's bar; the first epoch of a run that goes on need not be the first."""
        steps = self.params["steps"] or 0
        if not self.bar.tasks:
            total = steps * self.epochs
            self.task = self.bar.add_task("", total=total, completed=steps * epoch, measures="")
            if self.console.is_terminal:
                self.bar.start()
        self.epoch, self.began = epoch, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Move the bar."""
        now = time.monotonic()
        if self.console.is_terminal and now - self.shown >= 1 / UPDATES_A_SECOND:
            self.shown = now
            steps = self.params["steps"] or 0
            self.bar.update(
                self.task,
                completed=self.epoch * steps + batch + 1,
                description=f"Epoch {self.epoch + 1} of {self.epochs}",
                measures=_said(logs),
            )

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Print the epoch's line."""
        took = time.monotonic() - self.began
        self.bar.console.print(
            f"Epoch {epoch + 1} of {self.epochs}: {_said(logs)}, {took:.0f} s", soft_wrap=True
        )

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
        """Take the bar away."""
        self.bar.stop()


def watchers(run: Run, tensorboard: bool) -> list[keras.callbacks.Callback]:
    """Return what shows a run: on the terminal, and if so wanted in TensorBoard.

    Raises:
        ImportError: TensorBoard is not installed.
    """
    told: list[keras.callbacks.Callback] = [Watch(run.recipe.schedule.epochs)]
    if tensorboard:
        import tensorboard as _  # noqa: F401  # tells at once where it is missing

        told.append(keras.callbacks.TensorBoard(run.folder / "tensorboard"))
    return told


def _said(logs: dict[str, Any] | None) -> str:
    """Say loss and accuracy: of training, and of what is held out, if anything."""
    logs = logs or {}
    said = []
    for prefix, whose in (("", ""), ("val_", " held out")):
        if f"{prefix}loss" in logs:
            said.append(
                f"loss {logs[f'{prefix}loss']:.4f}, "
                f"accuracy {100 * logs[f'{prefix}accuracy']:.2f} %{whose}"
            )
    return "; ".join(said)
