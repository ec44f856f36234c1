from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from keras import layers
from tiny_archives import blueprint_of, parts_of, pictures, scrambled, small, stack

from digitus.training.exchange import archive
from digitus.training.exchange.blueprint import without_answer
from digitus.training.exchange.folding import folded
from digitus.training.exchange.kinds import ACTIVATIONS, IDLE_LAYERS
from digitus.training.exchange.lowering import IR_VERSION, OPSET, onnx_of
from digitus.training.exchange.rebuilding import rebuild
from marks import keras_warns

pytestmark = keras_warns


def agree(model: keras.Model, folder: Path) -> None:
    """See that a model does the same in Keras, read and lowered to ONNX, and read and rebuilt."""
    blueprint = blueprint_of(model, folder)
    session = onnxruntime.InferenceSession(onnx_of(blueprint), providers=["CPUExecutionProvider"])
    for count in (1, 3):
        batch = pictures(count, model.input_shape[1:])
        expected = keras.ops.convert_to_numpy(model(batch, training=False))
        rebuilt = keras.ops.convert_to_numpy(rebuild(blueprint)(batch, training=False))
        (found,) = session.run(None, {"glyphs": batch})
        scale = max(1, np.abs(expected).max())
        assert found.shape == expected.shape
        np.testing.assert_allclose(found / scale, expected / scale, atol=1e-5)
        np.testing.assert_allclose(rebuilt / scale, expected / scale, atol=1e-5)
        assert np.ptp(expected) > 1e-3  # there was something to compare


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    side=st.tuples(st.integers(5, 12), st.integers(5, 12)),
    kind=st.sampled_from(["Conv2D", "DepthwiseConv2D", "SeparableConv2D"]),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    padding=st.sampled_from(["same", "valid"]),
    use_bias=st.booleans(),
)
def test_windows_stand_where_keras_puts_them(
    tmp_path: Path,
    side: tuple[int, int],
    kind: str,
    kernel: tuple[int, int],
    stride: int,
    dilation: int,
    padding: str,
    use_bias: bool,
) -> None:
    reach = max((size - 1) * dilation + 1 for size in kernel)
    assume(stride == 1 or dilation == 1)
    assume(padding == "same" or reach <= min(side))
    filters = {} if kind == "DepthwiseConv2D" else {"filters": 3}
    times = {} if kind == "Conv2D" else {"depth_multiplier": 2}
    layer = getattr(layers, kind)(
        kernel_size=kernel,
        strides=stride,
        dilation_rate=dilation,
        padding=padding,
        use_bias=use_bias,
        activation="tanh",
        **filters,
        **times,
    )
    agree(stack(layer, shape=(*side, 2)), tmp_path)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kind", ["MaxPooling2D", "AveragePooling2D"])
@pytest.mark.parametrize(
    ("pool", "strides", "side"),
    [(2, None, 28), (2, None, 7), (3, 2, 8), (3, 2, 7), ((2, 3), (3, 1), 9), (2, 3, 7), (1, 2, 5)],
)
def test_pools_stand_where_keras_puts_them(
    tmp_path: Path, kind: str, pool: Any, strides: Any, side: int, padding: str
) -> None:
    layer = getattr(layers, kind)(pool, strides=strides, padding=padding)
    agree(stack(layer, shape=(side, side + 1, 2)), tmp_path)


def test_groups_of_channels_stay_apart(tmp_path: Path) -> None:
    agree(stack(layers.Conv2D(6, 3, groups=2), shape=(6, 6, 4)), tmp_path)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations(tmp_path: Path, activation: str) -> None:
    agree(stack(layers.Dense(7, activation=activation), shape=(5,)), tmp_path)
    agree(stack(layers.Conv2D(4, 2, activation=activation), shape=(4, 4, 2)), tmp_path)


@pytest.mark.parametrize(
    ("shape", "steps"),
    [
        pytest.param((28, 28), lambda: [layers.Flatten(), layers.Dense(4)], id="flat glyph"),
        pytest.param((28, 28), lambda: [layers.Dense(4), layers.Flatten()], id="dense rows"),
        pytest.param((4, 5, 3), lambda: [layers.Flatten(), layers.Dense(4)], id="flat picture"),
        pytest.param(
            (4, 5, 3),
            lambda: [layers.Flatten(), layers.Activation("tanh"), layers.Dense(4)],
            id="flat, then an activation",
        ),
        pytest.param((4, 5, 3), lambda: [layers.Flatten()], id="flat at the end"),
        pytest.param((4, 5, 3), lambda: [layers.Dense(4)], id="dense pixels"),
        pytest.param((4, 5, 3), lambda: [layers.Reshape((5, -1))], id="rows of a picture"),
        pytest.param((4, 5, 3), lambda: [layers.Reshape((3, 4, 5))], id="another picture"),
        pytest.param((12,), lambda: [layers.Reshape((2, 3, 2)), layers.Conv2D(2, 2)], id="to one"),
        pytest.param((784,), lambda: [layers.Reshape((28, 28, 1)), layers.Conv2D(2, 9)], id="784"),
        pytest.param((6, 6, 3), lambda: [layers.BatchNormalization()], id="normalised picture"),
        pytest.param((6,), lambda: [layers.BatchNormalization(scale=False)], id="without scale"),
        pytest.param((6, 4), lambda: [layers.BatchNormalization(center=False)], id="no centre"),
        pytest.param((6, 6, 3), lambda: [layers.LayerNormalization()], id="layer of a picture"),
        pytest.param((6,), lambda: [layers.LayerNormalization(scale=False)], id="layer"),
        pytest.param((6,), lambda: [layers.LayerNormalization(center=False)], id="layer, centre"),
        pytest.param((6, 5), lambda: [layers.UnitNormalization(axis=1)], id="columns"),
        pytest.param((6, 5, 2), lambda: [layers.UnitNormalization(axis=[1, 2])], id="pixels"),
        pytest.param((6, 6, 3), lambda: [layers.Normalization()], id="measured channels"),
        pytest.param((6, 6, 1), lambda: [layers.Normalization(axis=None)], id="measured whole"),
        pytest.param((6, 6, 3), lambda: [layers.Rescaling(2.5, offset=-1)], id="rescaled"),
        pytest.param((6,), lambda: [layers.Rescaling(1.0)], id="nothing at all"),
        pytest.param((6,), lambda: [layers.ReLU(max_value=0.5)], id="relu to a half"),
        pytest.param((6,), lambda: [layers.ReLU(negative_slope=0.1, max_value=0.5)], id="leaky"),
        pytest.param((6, 6, 3), lambda: [layers.LeakyReLU(negative_slope=0.3)], id="leaky relu"),
        pytest.param((6, 6, 3), lambda: [layers.ELU(alpha=0.7)], id="elu"),
        pytest.param((6, 6, 3), lambda: [layers.Softmax()], id="softmax of channels"),
        pytest.param((6, 7, 3), lambda: [layers.ZeroPadding2D(((1, 2), (3, 0)))], id="padded"),
        pytest.param((6, 7, 3), lambda: [layers.Cropping2D(((1, 2), (3, 0)))], id="cropped"),
        pytest.param((6, 7, 3), lambda: [layers.GlobalAveragePooling2D()], id="mean"),
        pytest.param((6, 7, 3), lambda: [layers.GlobalMaxPooling2D()], id="maximum"),
        pytest.param((6, 7, 3), lambda: [layers.GlobalMaxPooling2D(keepdims=True)], id="kept"),
    ],
)
def test_layers(tmp_path: Path, shape: tuple[int, ...], steps: Any) -> None:
    agree(stack(*steps(), shape=shape), tmp_path)


@pytest.mark.parametrize("shape", [(6, 6, 3), (5,), (4, 5)])
@pytest.mark.parametrize("kind", ["Add", "Average", "Maximum", "Multiply", "Concatenate"])
def test_branches_are_joined(tmp_path: Path, kind: str, shape: tuple[int, ...]) -> None:
    glyph = keras.Input(shape)
    branches = [layers.Dense(4)(glyph), layers.Dense(4, activation="relu")(glyph)]
    third = layers.Dense(4, activation="tanh")(branches[0])
    model = keras.Model(glyph, getattr(layers, kind)()([*branches, third]))
    agree(scrambled(model), tmp_path)


def test_a_number_for_each_channel_is_laid_over_a_picture(tmp_path: Path) -> None:
    # Squeeze and excitation (Hu et al. 2018).
    glyph = keras.Input((8, 8, 1))
    x = layers.Conv2D(6, 3)(glyph)
    weight = layers.GlobalAveragePooling2D(keepdims=True)(x)
    weight = layers.Dense(6, activation="sigmoid")(layers.Dense(3, activation="relu")(weight))
    agree(scrambled(keras.Model(glyph, layers.Multiply()([x, weight]))), tmp_path)


@pytest.mark.parametrize(
    "before",
    [
        lambda: layers.Conv2D(6, 3, groups=3),
        lambda: layers.Conv2D(6, 3, use_bias=False),
        lambda: layers.DepthwiseConv2D(3, depth_multiplier=2),
        lambda: layers.SeparableConv2D(6, 3, use_bias=False),
        lambda: layers.Dense(6),
    ],
)
def test_batch_normalisation_is_folded_into_the_layer_before_it(
    tmp_path: Path, before: Any
) -> None:
    steps = [before(), layers.BatchNormalization(), layers.BatchNormalization(scale=False)]
    model = stack(*steps, layers.ReLU(), shape=(6, 6, 3))
    agree(model, tmp_path)
    kinds = [node.kind for node in folded(blueprint_of(model, tmp_path)).nodes]
    assert len(kinds) == 3
    assert "BatchNormalization" not in kinds


def test_batch_normalisation_of_one_branch_leaves_the_other_as_it_is(tmp_path: Path) -> None:
    glyph = keras.Input((6, 6, 3))
    x = layers.Conv2D(4, 3)(glyph)
    model = keras.Model(glyph, layers.Add()([x, layers.BatchNormalization()(x)]))
    agree(scrambled(model), tmp_path)


@pytest.mark.parametrize("kind", sorted(IDLE_LAYERS))
def test_what_only_training_needs_is_left_out(tmp_path: Path, kind: str) -> None:
    make = getattr(layers, kind, None)
    if make is None:
        pytest.skip("this version of Keras has no such layer")
    two = ((0.1, 0.1),) if kind == "RandomTranslation" else ((0.1,), ())
    for arguments in two:
        try:
            layer = make(*arguments)
            break
        except (TypeError, ValueError):
            continue
    agree(stack(layer, layers.Conv2D(2, 3), shape=(8, 8, 1)), tmp_path)


def nested() -> keras.Model:
    """Models in models, one of them used twice, and a layer used twice."""
    inner = keras.Sequential([layers.Conv2D(4, 3, padding="same"), layers.BatchNormalization()])
    port = keras.Input((9, 9, 8))
    side = layers.Activation("relu")(layers.Conv2D(5, 1)(port))
    sub = keras.Model(port, keras.Sequential([layers.Conv2D(5, 3), layers.ReLU()])(side))
    glyph = keras.Input((9, 9, 1))
    same = layers.Conv2D(4, 3, padding="same")
    a = same(layers.Conv2D(4, 3, padding="same")(glyph))
    b = same(layers.SeparableConv2D(4, 3, padding="same", activation="elu")(a))
    x = layers.Concatenate()([layers.Add()([inner(a), inner(b)]), b])
    x = layers.GlobalAveragePooling2D()(sub(x))
    port = keras.Input((5,))
    last = keras.Model(port, layers.Dense(5, activation="tanh")(port))
    return scrambled(keras.Model(glyph, last(last(x))))


def test_models_in_models_and_shared_layers(tmp_path: Path) -> None:
    agree(nested(), tmp_path)
    agree(stack(nested(), layers.ReLU(), layers.Dense(3), shape=(9, 9, 1)), tmp_path)


def test_a_model_that_was_built_by_its_first_batch(tmp_path: Path) -> None:
    model = keras.Sequential([layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3)])
    model.build((None, 8, 8, 1))
    agree(scrambled(model), tmp_path)


def test_a_trained_model_keeps_what_its_optimizer_learnt_to_itself(tmp_path: Path) -> None:
    model = small()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(pictures(8, (28, 28, 1)), np.arange(8), verbose=0)
    agree(model, tmp_path)


@pytest.mark.parametrize("precision", ["mixed_float16", "float16", "float64"])
def test_other_precisions_are_read_as_float32(tmp_path: Path, precision: str) -> None:
    steps = [layers.Flatten(dtype=precision), layers.Dense(4, dtype=precision)]
    model = stack(*steps, shape=(3, 3, 1))
    blueprint = blueprint_of(model, tmp_path)
    batch = pictures(5, (3, 3, 1))
    (found,) = onnxruntime.InferenceSession(onnx_of(blueprint)).run(None, {"glyphs": batch})
    expected = keras.ops.convert_to_numpy(model(batch))
    np.testing.assert_allclose(found, expected, atol=1e-2)


def test_the_file_is_small_plain_and_always_the_same(tmp_path: Path) -> None:
    blueprint = blueprint_of(small(), tmp_path)
    content = onnx_of(blueprint)
    assert content == onnx_of(archive.read(tmp_path / "model.keras"))
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    assert (model.opset_import[0].version, model.ir_version) == (OPSET, IR_VERSION) == (17, 8)
    assert [value.name for value in model.graph.input] == ["glyphs"]
    assert [value.name for value in model.graph.output] == ["logits"]
    # The convolution with the normalisation in it, the activation, the row, the classes, softmax;
    # the glyph is only seen in another shape.
    operators = [node.op_type for node in model.graph.node]
    assert operators == ["Reshape", "Conv", "Relu", "Flatten", "Gemm", "Softmax"]
    assert str(tmp_path).encode() not in content


def test_without_its_answer_a_classifier_gives_logits(tmp_path: Path) -> None:
    model = small()
    batch = pictures(3, (28, 28, 1))
    content = onnx_of(without_answer(blueprint_of(model, tmp_path)))
    (logits,) = onnxruntime.InferenceSession(content).run(None, {"glyphs": batch})
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = keras.ops.convert_to_numpy(model(batch))
    np.testing.assert_allclose(grown / grown.sum(axis=1, keepdims=True), shares, atol=1e-5)
    assert logits.min() < 0


def test_an_archive_that_was_packed_anew_is_read(tmp_path: Path) -> None:
    parts = parts_of(small(), tmp_path)
    packed = tmp_path / "packed.keras"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in reversed(parts.items()):
            file.writestr(name, content)
    assert onnx_of(archive.read(packed)) == onnx_of(archive.read(tmp_path / "whole.keras"))


def test_weights_that_are_used_twice_are_written_once(tmp_path: Path) -> None:
    dense = layers.Dense(64)
    once, twice = keras.Input((64,)), keras.Input((64,))
    models = keras.Model(once, dense(once)), keras.Model(twice, dense(dense(twice)))
    sizes = []
    for number, model in enumerate(models):
        model.save(tmp_path / f"{number}.keras")
        sizes.append(len(onnx_of(archive.read(tmp_path / f"{number}.keras"))))
    assert sizes[1] < 1.1 * sizes[0]
