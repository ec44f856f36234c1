import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from tiny_runs import tiny_recipe

from digitus.training.run import begin

# Trains a run that was begun, and says what its model makes of digits.
PROGRAM = """
import json, sys
from pathlib import Path
import keras
from digitus.reader import Reader
from digitus.training import corpus
from digitus.training.fit import fit
from digitus.training.run import reopen
from tiny_runs import tiny_corpus
corpora = {"train": tiny_corpus(48, 1), "validation": tiny_corpus(20, 2)}
corpus.prepare = lambda data, part, seed, cache: corpora[part]
model = fit(reopen(Path(sys.argv[1])))
glyphs = corpora["validation"]["mnist"][0]
print(json.dumps([keras.backend.backend(), Reader(model).classify(glyphs).tolist()]))
"""


@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX, not made for this Python")
def test_jax_trains_the_same_recipe_with_a_running_mean_of_the_weights(tmp_path: Path) -> None:
    recipe = tiny_recipe(epochs=2)
    run = begin(replace(recipe, schedule=replace(recipe.schedule, average=0.9)), tmp_path / "run")
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(run.folder)],
        env={**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    backend, shares = json.loads(answer.stdout)
    assert backend == "jax"
    assert len(run.history()) == 2
    assert all(0.01 < sum(row) < 1.01 for row in shares)  # the rest is for no digit
