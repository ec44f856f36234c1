from __future__ import annotations

import numpy as np
import pytest

from digitus.training.optimizer import optimizer
from digitus.training.recipe import Schedule
from marks import keras_warns

pytestmark = keras_warns
STEPS = 10  # of an epoch


def rates(schedule: Schedule) -> list[float]:
    """The learning rates of all its steps."""
    own = optimizer(schedule, STEPS)
    made = []
    for step in range(STEPS * schedule.epochs + 1):
        own.iterations.assign(step)
        made.append(float(own.learning_rate))
    return made


def test_the_rate_rises_from_a_25th_and_falls_to_zero() -> None:
    made = rates(Schedule(4, 16, 0.1, warmup=1.0, decay="cosine"))
    assert made[0] == pytest.approx(0.1 / 25)
    assert int(np.argmax(made)) == STEPS
    assert max(made) == pytest.approx(0.1)
    assert made[-1] == pytest.approx(0, abs=1e-8)
    assert np.all(np.diff(made[:STEPS]) > 0)
    assert np.all(np.diff(made[STEPS:]) < 0)


def test_without_decay_it_stays() -> None:
    assert rates(Schedule(2, 16, 0.1)) == pytest.approx([0.1] * (2 * STEPS + 1))
