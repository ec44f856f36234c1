from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digitus.errors import InvalidRecipe
from digitus.training import network
from digitus.training.layers import layer
from digitus.training.recipe import Network, known, load
from marks import keras_warns

pytestmark = keras_warns

GLYPHS = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), np.uint8)
SMALL = """
import keras

def build(classes):
    return keras.Sequential([
        keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense({units})
    ])
"""


def listed(*tables: dict[str, object]) -> Network:
    return Network(tuple(layer(table) for table in tables))


@pytest.mark.parametrize("classes", [10, 11])
@pytest.mark.parametrize(
    "tables",
    [
        [{"flatten": True}],
        [{"flatten": True}, {"dense": 5}, {"dense": 4, "normalise": True, "activation": "tanh"}],
        [{"conv": 3, "kernel": 5, "padding": "valid"}, {"pool": 2}, {"global_pool": "max"}],
        [{"conv": 3, "normalise": False}, {"pool": 3, "by": "average"}, {"flatten": True}],
        [{"separable": 4, "stride": 2, "activation": "gelu"}, {"global_pool": "average"}],
        [{"conv": 4}, {"residual": 4}, {"residual": 6, "stride": 2}, {"global_pool": "average"}],
        [{"conv": 2}, {"global_pool": "average"}, {"dropout": 0.5}],
    ],
)
def test_layers_make_logits_of_glyphs(tables: list[dict[str, object]], classes: int) -> None:
    model = network.build(listed(*tables), classes)
    logits = np.asarray(model(GLYPHS))
    assert logits.shape == (3, classes)
    assert logits.dtype == np.float32
    assert np.ptp(logits, axis=0).max() > 0
    np.testing.assert_array_equal(logits, np.asarray(model(GLYPHS)))  # nothing is dropped


def test_layers_are_as_large_as_they_say() -> None:
    dense = network.build(listed({"flatten": True}, {"dense": 7}), 10)
    assert dense.count_params() == (784 + 1) * 7 + (7 + 1) * 10
    conv = network.build(listed({"conv": 6, "normalise": False}, {"global_pool": "max"}), 10)
    assert conv.count_params() == (9 + 1) * 6 + (6 + 1) * 10


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ([{"conv": 3}], r"last layer .* \[28, 28, 3\] .* end it with flatten"),
        ([{"flatten": True}, {"conv": 3}], "Layer 2 .*'conv', does not fit .* before any flatten"),
        ([{"global_pool": "max"}, {"pool": 2}], "Layer 2 .*'pool', .* before any flatten"),
        (
            [{"pool": 14}, {"conv": 3, "kernel": 5, "padding": "valid"}],
            r"Layer 2 .*'conv', .* gives \[2, 2, 1\] .* Leave out a layer that makes",
        ),
        ([{"pool": 14}, {"pool": 3}], "Layer 2 .*'pool', .* Leave out a layer that makes"),
    ],
)
def test_layers_that_do_not_fit_are_named(tables: list[dict[str, object]], says: str) -> None:
    with pytest.raises(InvalidRecipe, match=says):
        network.build(listed(*tables), 10)


@pytest.mark.parametrize(
    "tables",
    [
        [{"conv": 8}, {"flatten": True}, {"dense": 65536}],
        [{"conv": 64}, {"conv": 4096, "kernel": 27}],
        [{"conv": 64, "kernel": 1}, {"residual": 4096}],
    ],
)
def test_a_network_that_is_too_large_takes_no_memory(tables: list[dict[str, object]]) -> None:
    says = rf"With layer {len(tables)} .* would have .* weights, .* smaller"
    with pytest.raises(InvalidRecipe, match=says):
        network.build(listed(*tables), 10)


def test_a_file_of_ones_own_builds_the_network(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SMALL.replace("{units}", "classes"), encoding="utf-8")
    model = network.build(Network(file=str(file)), 11)
    assert np.asarray(model(GLYPHS)).shape == (3, 11)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"defines no function build\(classes\)"),
        ("def build(classes): return 3", "returns no Keras model"),
        (SMALL.replace("{units}", "3"), r"makes \(None, 3\) of .*: let it take glyphs"),
        (
            SMALL.replace("keras.Input((28, 28, 1)), ", "").format(units=10),
            "does not say what it takes: build it",
        ),
        ("x = 1\n1 / 0", r"mine\.py' fails on line 2 \(ZeroDivisionError: .*\): mend it"),
        ("def build(classes):\n    int('x')", r"fails on line 2 \(ValueError: "),
        ("def build(): pass", r"fails .*\(TypeError: .* takes 0 positional arguments"),
        ("import nosuchmodule", r"fails on line 1 \(ModuleNotFoundError: "),
        ("def build(:", r"fails on line 1 \(SyntaxError: "),
        ("raise SystemExit(3)", r"fails on line 1 \(SystemExit: 3\)"),
    ],
)
def test_a_file_that_builds_something_else_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRecipe, match=says):
        network.build(Network(file=str(file)), 10)


@pytest.mark.parametrize("name", known())
def test_every_shipped_recipe_builds_a_network(name: str) -> None:
    assert network.build(load(name).network, 11).count_params() > 1000


def test_the_shipped_network_fits_into_three_megabytes() -> None:
    assert network.build(load("digitus").network, 11).count_params() * 4 < 3e6
