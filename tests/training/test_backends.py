import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tiny_runs import tiny_recipe

from digitus.training.run import begin

# Trains a run that was begun, and another that is broken off after its first epoch and goes on;
# says what both models make of digits.
PROGRAM = """
import json, sys
from pathlib import Path
import keras
from digitus.errors import TrainingStopped
from digitus.reader import Reader
from digitus.training import corpus
from digitus.training.fit import fit
from digitus.training.run import reopen
from tiny_runs import tiny_corpus
corpora = {"train": tiny_corpus(48, 1), "validation": tiny_corpus(20, 2)}
corpus.prepare = lambda data, part, seed, cache: corpora[part]

class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt

whole, broken = map(Path, sys.argv[1:])
models = [fit(reopen(whole))]
try:
    fit(reopen(broken), [Stop()])
except TrainingStopped:
    models.append(fit(reopen(broken)))
glyphs = corpora["validation"]["mnist"][0]
said = [Reader(model).classify(glyphs).tolist() for model in models]
print(json.dumps([keras.backend.backend(), *said]))
"""


@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX, not made for this Python")
def test_jax_trains_the_same_recipe_with_a_running_mean_of_the_weights(tmp_path: Path) -> None:
    recipe = tiny_recipe(samples=480, epochs=2)
    recipe = replace(recipe, schedule=replace(recipe.schedule, average=0.9))
    runs = [begin(recipe, tmp_path / name) for name in ("whole", "broken")]
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, *(str(run.folder) for run in runs)],
        env={**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    backend, shares, gone_on = json.loads(answer.stdout)
    assert backend == "jax"
    assert len(runs[0].history()) == 2
    assert all(0.01 < sum(row) < 1.01 for row in shares)  # the rest is for no digit
    np.testing.assert_allclose(gone_on, shares, atol=1e-5)
