"""The optimizer of a recipe, and how its learning rate rises and falls."""

from __future__ import annotations

import keras

from digitus.training.recipe import Schedule

MOMENTUM = 0.9  # of plain gradient descent, with Nesterov's look ahead


def optimizer(schedule: Schedule, steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer with its learning rate: a rise from a 25th, then half a cosine to zero.

    AdamW is by Loshchilov and Hutter 2019, the cosine by the same 2017, "SGDR", section 3.
    """
    rate: float | keras.optimizers.schedules.LearningRateSchedule = schedule.learning_rate
    warmup = round(steps * schedule.warmup)
    if schedule.decay == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=schedule.learning_rate / 25 if warmup else schedule.learning_rate,
            warmup_target=schedule.learning_rate if warmup else None,
            warmup_steps=warmup,
            decay_steps=max(1, steps * schedule.epochs - warmup),
        )
    mean = {"use_ema": True, "ema_momentum": schedule.average} if schedule.average else {}
    if schedule.optimizer == "adam":
        return keras.optimizers.Adam(rate, **mean)
    decay = schedule.weight_decay
    if schedule.optimizer == "adamw":
        return keras.optimizers.AdamW(rate, weight_decay=decay, **mean)
    return keras.optimizers.SGD(
        rate, momentum=MOMENTUM, nesterov=True, weight_decay=decay or None, **mean
    )
