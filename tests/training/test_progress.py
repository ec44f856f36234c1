from __future__ import annotations

from pathlib import Path

import keras
import pytest
from tiny_runs import tiny_corpus, tiny_recipe

from digitus.training import network
from digitus.training.fit import learn
from digitus.training.progress import watchers
from digitus.training.run import begin
from marks import keras_warns

pytestmark = [
    keras_warns,
    pytest.mark.filterwarnings("ignore:Even though the `tf.config.*eagerly:UserWarning"),
]


@pytest.mark.usefixtures("eager")
def test_a_run_is_seen_on_the_terminal_and_in_tensorboard(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    keras.utils.set_random_seed(0)
    run = begin(tiny_recipe(epochs=2), tmp_path / "run")
    model = network.build(run.recipe.network, 11)
    learn(model, run, tiny_corpus(64, 1), tiny_corpus(40, 2), watchers(run, tensorboard=True))
    told = capfd.readouterr().err.splitlines()
    lines = [line for line in told if line.startswith("Epoch ")]
    assert [line[:13] for line in lines] == ["Epoch 1 of 2:", "Epoch 2 of 2:"]
    assert all(line.count("accuracy") == 2 and " held out, " in line for line in lines)
    for part in ("train", "validation"):
        (events,) = (run.folder / "tensorboard" / part).glob("events.*")
        assert b"epoch_loss" in events.read_bytes()
