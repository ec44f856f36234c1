"""How good recipes for MNIST are, how long they take, and what the training loop costs.

    python benchmarks/training.py dense quick              trains them, one after the other
    python benchmarks/training.py mnist --seeds 1 2 3      several seeds; the mean counts
    python benchmarks/training.py quick --set schedule.epochs=7
    python benchmarks/training.py --finished runs/mnist    measures runs that were trained before
    python benchmarks/training.py --steps cnn digitus      step time beside Keras's bare loop

Every model is that of the last epoch, exported; MNIST's test pictures are classified as they are,
once, when all is done. A wall time is that of the command, from its start to the saved model, and
is told as a ratio to the recipe ``dense`` of the same call as well. Results are added to those of
other calls in ``results/training.json``; those of a recipe that is otherwise by now, but for its
epochs and seed, are dropped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from digitus.model import Model
from digitus.training import datasets
from digitus.training.recipe import Recipe, known, load
from digitus.training.run import reopen
from report import RESULTS, table, write_json
from timing import medians

RESULT = RESULTS / "training.json"
DIGITUS = (sys.executable, "-c", "from digitus.cli import main; main()")
# Steps of one turn, and turns of each loop.
STEPS, TURNS = 40, 7


@dataclass(frozen=True)
class Trained:
    """One trained model.

    Attributes:
        recipe: Name of its recipe.
        seed: Its seed.
        settings: Digest of all that the recipe says but its seed.
        epochs: How long it learnt.
        parameters: Numbers that it learnt.
        wrong: Of MNIST's 10,000 test pictures.
        seconds: From the command to the saved model; None where it was trained before.
        ratio: The same, as a multiple of ``dense`` in the same call.
    """

    recipe: str
    seed: int
    settings: str
    epochs: int
    parameters: int
    wrong: int
    seconds: float | None = None
    ratio: float | None = None


def measure(folder: Path, seconds: float | None = None) -> Trained:
    """Measure the model of a finished run."""
    run = reopen(folder)
    check = datasets.load("mnist", "check")
    assert check.images is not None
    wrong = int((Model(run.onnx).classify(check.images).argmax(axis=1) != check.labels).sum())
    recipe = run.recipe
    done = len(run.history())
    if done != recipe.schedule.epochs:
        raise SystemExit(f"{folder} is not finished: {done} of {recipe.schedule.epochs} epochs")
    parameters = _parameters(run.keras)
    return Trained(recipe.name, recipe.seed, _settings(recipe), done, parameters, wrong, seconds)


def _settings(recipe: Recipe) -> str:
    """Digest all that a recipe says otherwise than by default, but its seed."""
    return hashlib.sha256(repr(_said(replace(recipe, seed=0))).encode()).hexdigest()[:16]


def _said(thing: Any) -> Any:
    if not is_dataclass(thing):
        return thing
    values = {field.name: getattr(thing, field.name) for field in fields(thing)}
    usual = {field.name: field.default for field in fields(thing)}
    return {name: _said(value) for name, value in values.items() if value != usual[name]}


def _current(model: dict[str, Any]) -> bool:
    """Tell whether a recipe still says what it said when a model was trained."""
    if model["recipe"] not in known():
        return False
    return bool(
        model["settings"]
        == _settings(load(model["recipe"], [f"schedule.epochs={model['epochs']}"]))
    )


def train(recipe: str, changes: list[str], seed: int, folder: Path) -> Trained:
    """Train a recipe by the command, and measure it."""
    command = [*DIGITUS, "train", recipe, "--out", str(folder)]
    for change in (*changes, f"seed={seed}"):
        command += ["--set", change]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return measure(folder, time.perf_counter() - began)


def steps(recipe: str) -> dict[str, float]:
    """Time a training step: with the data pipeline, and of the same model in a bare loop.

    The bare loop is Keras's own over the same number of batches that lie in memory.

    Returns:
        Milliseconds of one step by loop, and their ratio.
    """
    import keras
    import numpy as np

    from digitus.training import network
    from digitus.training import recipe as recipes
    from digitus.training.batches import Batches
    from digitus.training.fit import classes_of, set_up

    chosen = recipes.load(recipe)
    classes, batch = classes_of(chosen), chosen.schedule.batch
    rng = np.random.default_rng(0)
    digits = datasets.load("mnist", "train").images
    assert digits is not None
    glyphs, labels = digits[: STEPS * batch], rng.integers(0, classes, STEPS * batch)
    model = network.build(chosen.network, classes, chosen.schedule.precision)
    batches = Batches(
        {"mnist": (glyphs, labels.astype(np.uint8))},
        {"mnist": 1.0},
        classes=classes,
        samples=len(glyphs),
        batch=batch,
        augmentation=chosen.augmentation,
        seed=0,
    )
    set_up(model, chosen.schedule, len(batches))
    targets = np.eye(classes, dtype=np.float32)[labels]
    times = medians(
        {
            "digitus": lambda: model.fit(batches, verbose=0, shuffle=False),
            "bare": lambda: model.fit(glyphs[..., None], targets, batch_size=batch, verbose=0),
        },
        TURNS,
    )
    keras.backend.clear_session()
    found = {name: 1e3 * seconds / STEPS for name, seconds in times.items()}
    return found | {"ratio": times["digitus"] / times["bare"]}


def _parameters(model: Path) -> int:
    import keras

    return int(keras.saving.load_model(model, compile=False).count_params())


def _kept() -> dict[str, Any]:
    if RESULT.is_file():
        content: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
        return content
    return {"models": [], "steps": {}}


def _show(models: list[dict[str, Any]], stepped: dict[str, dict[str, float]]) -> str:
    """Return the means of each recipe as a table, and the times of a step as another."""
    rows = []
    for name, epochs in dict.fromkeys((model["recipe"], model["epochs"]) for model in models):
        own = [model for model in models if (model["recipe"], model["epochs"]) == (name, epochs)]
        right = [100 - model["wrong"] / 100 for model in own]
        timed = [model["seconds"] for model in own if model["seconds"]]
        ratios = [model["ratio"] for model in own if model["ratio"]]
        rows.append(
            (
                name,
                f"{own[0]['parameters']:,}",
                str(epochs),
                str(len(own)),
                f"{statistics.mean(right):.3f}",
                f"{statistics.stdev(right):.3f}" if len(own) > 1 else "",
                f"{statistics.mean(timed):.0f}" if timed else "",
                f"{statistics.mean(ratios):.2f}" if ratios else "",
            )
        )
    headings = ("recipe", "parameters", "epochs", "seeds", "mean %", "+-", "seconds", "x dense")
    loops = [
        (name, f"{times['digitus']:.1f}", f"{times['bare']:.1f}", f"{times['ratio']:.2f}")
        for name, times in stepped.items()
    ]
    parts = [table(headings, rows)] if rows else []
    if loops:
        parts.append(table(("step of", "ms", "bare loop, ms", "ratio"), loops))
    return "\n\n".join(parts)


def main() -> None:
    """Train, measure, print and keep the results."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recipes", nargs="*", metavar="RECIPE")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--finished", nargs="+", type=Path, default=[], metavar="RUN")
    parser.add_argument("--steps", nargs="+", default=[], metavar="RECIPE")
    given = parser.parse_args()

    found = [measure(folder) for folder in given.finished]
    with tempfile.TemporaryDirectory() as place:
        for name in given.recipes:
            for seed in given.seeds:
                print(f"training {name}, seed {seed}", file=sys.stderr)
                found.append(train(name, given.set, seed, Path(place, f"{name}-{seed}")))
    dense = [model.seconds for model in found if model.recipe == "dense" and model.seconds]
    content = _kept()
    models = {
        (model["recipe"], model["epochs"], model["seed"]): model
        for model in content["models"]
        if _current(model)
    }
    for model in found:
        entry = asdict(model)
        if dense and model.seconds:
            entry["ratio"] = round(model.seconds / statistics.mean(dense), 2)
        models[model.recipe, model.epochs, model.seed] = entry
    content["models"] = [models[key] for key in sorted(models)]
    content["steps"] |= {name: steps(name) for name in given.steps}
    print(_show(content["models"], content["steps"]))
    write_json(content, RESULT)


if __name__ == "__main__":
    main()
