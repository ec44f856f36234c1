from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from onnx import TensorProto, helper

from digitus import model as model_module
from digitus.errors import InvalidArray, InvalidCard, InvalidModel, ModelNotFound
from digitus.model import Model, softmax
from digitus.reader import Reader
from tiny_models import classifier, random_glyphs, save, weights

KERAS = {"shape": [28, 28, 1], "dtype": "float32", "scale": 1 / 255}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.onnx"


def bare(path: Path, batch: NDArray[Any]) -> NDArray[np.float32]:
    """What the model gives without digitus."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    outputs: NDArray[np.float32] = session.run(None, {"glyphs": batch})[0]
    return outputs


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 128, 200])
def test_any_number_of_glyphs_is_classified_as_by_the_bare_session(path: Path, count: int) -> None:
    save(path, classifier())
    glyphs = random_glyphs(count)
    shares = Model(path).classify(glyphs)
    assert shares.shape == (count, 10)
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares, softmax(bare(path, glyphs)), atol=1e-6)


def test_glyphs_of_any_stride_are_classified(path: Path) -> None:
    model = Model(save(path, classifier()))
    glyphs = random_glyphs(6)
    turned = np.ascontiguousarray(glyphs[::2].transpose(0, 2, 1))
    np.testing.assert_array_equal(
        model.classify(glyphs[::2].transpose(0, 2, 1)), model.classify(turned)
    )


@pytest.mark.parametrize("shape", [(28, 28, 1), (1, 28, 28), (784,), (28, 28)])
def test_a_model_of_floats_gets_the_shape_and_the_scale_of_its_card(
    path: Path, shape: tuple[int, ...]
) -> None:
    wanted = {"shape": list(shape), "dtype": "float32", "scale": 1 / 255}
    save(path, classifier(shape, "float32"), input=wanted)
    glyphs = random_glyphs(5)
    outputs = bare(path, glyphs.reshape(-1, *shape).astype(np.float32) / 255)
    np.testing.assert_allclose(Model(path).classify(glyphs), softmax(outputs), atol=1e-5)


def test_a_users_own_model_with_softmax_reads(path: Path) -> None:
    save(
        path,
        classifier((28, 28, 1), "float32", softmax=True),
        input=KERAS,
        output="probabilities",
    )
    glyphs = random_glyphs(5)
    reader = Reader(path)
    shares = reader.classify(glyphs)
    np.testing.assert_allclose(shares, bare(path, glyphs[..., None] / np.float32(255)), atol=1e-5)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    picture = np.full((60, 60), 255, np.uint8)
    picture[15:45, 28:33] = 0
    assert reader.read(picture, expect="digit").width == 60


def test_probabilities_of_zero_stay_zero(path: Path) -> None:
    matrix = weights() * 1000
    save(path, classifier(softmax=True, matrix=matrix), output="probabilities")
    glyphs = random_glyphs(5)
    assert (bare(path, glyphs) == 0).any()
    np.testing.assert_allclose(Model(path).classify(glyphs), bare(path, glyphs), atol=1e-6)


def test_the_eleventh_class_is_what_a_row_lacks_to_one(path: Path) -> None:
    matrix = weights(11)
    save(path, classifier(matrix=matrix))
    glyphs = random_glyphs(100)
    shares = Model(path).classify(glyphs)
    every = softmax(bare(path, glyphs))
    assert shares.shape == (100, 10)
    np.testing.assert_allclose(1 - shares.sum(axis=1), every[:, 10], atol=1e-5)
    assert every[:, 10].max() > 0.1


@pytest.mark.parametrize("output", ["logits", "probabilities"])
def test_temperature_softens_and_keeps_the_order(path: Path, output: str) -> None:
    softened = []
    for temperature in (0.5, 1.0, 4.0):
        model = classifier(softmax=output == "probabilities")
        save(path, model, output=output, temperature=temperature)
        softened.append(Model(path).classify(random_glyphs(20)))
    assert (np.diff([shares.max(axis=1) for shares in softened], axis=0) < 0).all()
    assert len({tuple(shares.argmax(axis=1)) for shares in softened}) == 1


def test_a_temperature_divides_logits(path: Path) -> None:
    save(path, classifier(), temperature=2.5)
    glyphs = random_glyphs(9)
    np.testing.assert_allclose(
        Model(path).classify(glyphs), softmax(bare(path, glyphs) / 2.5), atol=1e-6
    )


LOGITS = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(1, 12)),
    elements=st.floats(-(2.0**100), 2.0**100, width=32),
)


@given(LOGITS)
def test_softmax_gives_shares_of_one(logits: NDArray[np.float32]) -> None:
    shares = softmax(logits)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert (shares.max(axis=1) == shares[np.arange(len(logits)), logits.argmax(axis=1)]).all()


@given(seed=st.integers(0, 2**32 - 1), classes=st.sampled_from([10, 11]), count=st.integers(0, 70))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_probabilities_of_a_row_never_exceed_one(
    path: Path, seed: int, classes: int, count: int
) -> None:
    save(path, classifier(matrix=weights(classes, seed)))
    shares = Model(path).classify(random_glyphs(count, seed))
    assert (shares >= 0).all()
    assert (shares.sum(axis=1) <= 1 + 1e-5).all()


@pytest.mark.parametrize(
    "glyphs",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((2, 28, 27), np.uint8),
        np.zeros((2, 28, 28, 1), np.uint8),
        np.zeros((2, 784), np.uint8),
        np.zeros((2, 28, 28), np.float32),
        np.zeros((2, 28, 28), np.int64),
        np.zeros((2, 28, 28), bool),
        np.zeros((0, 28), np.uint8),
        np.uint8(3),
        [[[0] * 28] * 28],
        None,
    ],
)
def test_what_is_no_glyph_is_refused(path: Path, glyphs: Any) -> None:
    model = Model(save(path, classifier()))
    with pytest.raises(InvalidArray, match=r"uint8 \[N, 28, 28\], not .*convert"):
        model.classify(glyphs)


def test_the_model_or_its_card_is_missing(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"no model '.*model\.onnx'"):
        Model(path)
    with pytest.raises(ModelNotFound, match="no model"):
        Model(tmp_path)
    with pytest.raises(ModelNotFound, match="cannot be opened"):
        Model("x" * 5000)
    save(path, classifier()).with_suffix(".json").unlink()
    with pytest.raises(ModelNotFound, match=r"no card '.*model\.json'.* write one"):
        Model(path)


def test_a_card_of_another_model_is_refused(path: Path, tmp_path: Path) -> None:
    save(path, classifier())
    other = save(tmp_path / "other.onnx", classifier(matrix=weights(seed=1)))
    path.with_suffix(".json").write_bytes(other.with_suffix(".json").read_bytes())
    with pytest.raises(InvalidCard, match="another model"):
        Model(path)


def test_a_damaged_model_is_told_by_its_checksum(path: Path) -> None:
    content = save(path, classifier()).read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(InvalidCard, match="another model"):
        Model(path)


@pytest.mark.parametrize("part", [0, 10, 1000, 0.5, 0.99])
def test_a_truncated_model_with_a_card_of_its_own(path: Path, part: float) -> None:
    content = classifier().SerializeToString()
    save(path, content[: int(part if part >= 1 else part * len(content))])
    with pytest.raises(InvalidModel, match="export it anew"):
        Model(path)


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_an_invalid_model(path: Path, content: bytes) -> None:
    save(path, content)
    with pytest.raises(InvalidModel, match="export it anew"):
        Model(path)


@given(data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_model_with_flipped_bytes_is_refused_or_works(path: Path, data: st.DataObject) -> None:
    content = bytearray(classifier().SerializeToString())
    # The graph's own bytes lie at the ends; those of the matrix may be any.
    places = st.integers(0, 399) | st.integers(len(content) - 400, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    save(path, bytes(content))
    try:
        model = Model(path)
    except InvalidModel:
        return
    assert model.classify(random_glyphs(3)).shape == (3, 10)


def vector(name: str, kind: int, shape: list[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def reduced() -> onnx.ModelProto:
    """A model that names the class of each glyph and nothing else."""
    best = helper.make_node("ArgMax", ["scores"], ["best"], axis=1, keepdims=0)
    return classifier(last=[best], output=vector("best", TensorProto.INT64, ["N"]))


def joined() -> onnx.ModelProto:
    """A model that answers for all glyphs of a batch together."""
    mean = helper.make_node("ReduceMean", ["scores"], ["mean"], axes=[0], keepdims=1)
    return classifier(last=[mean], output=vector("mean", TensorProto.FLOAT, [1, 10]))


def sequence() -> onnx.ModelProto:
    """A model that answers with a list, as exporters of decision trees like to."""
    several = helper.make_node("SequenceConstruct", ["scores"], ["several"])
    kind = helper.make_tensor_sequence_value_info("several", TensorProto.FLOAT, None)
    return classifier(last=[several], output=kind)


LIST = pytest.param(
    sequence,
    {},
    id="a list",
)


@pytest.mark.parametrize(
    ("build", "changes"),
    [
        pytest.param(lambda: classifier(matrix=weights(9)), {}, id="9 classes"),
        pytest.param(lambda: classifier(matrix=weights(1000)), {}, id="1000 classes"),
        pytest.param(reduced, {}, id="one value a glyph"),
        pytest.param(joined, {}, id="one answer for all"),
        LIST,
        pytest.param(lambda: classifier((32, 32), "float32"), {"input": KERAS}, id="32x32"),
        pytest.param(lambda: classifier((28, 28), "float32"), {}, id="floats wanted"),
        pytest.param(classifier, {"input": {"dtype": "float32"}}, id="bytes wanted"),
        pytest.param(classifier, {"input": {"shape": [28, 28, 1]}}, id="one axis too many"),
        pytest.param(lambda: classifier(batch=1), {}, id="one glyph a run"),
        pytest.param(lambda: classifier(batch=2), {}, id="two glyphs a run"),
        pytest.param(
            lambda: classifier(more_inputs=[vector("size", TensorProto.FLOAT, [1])]),
            {},
            id="two inputs",
        ),
    ],
)
def test_a_model_that_does_not_fit_its_card_or_is_no_digit_classifier(
    path: Path, build: Any, changes: dict[str, Any]
) -> None:
    save(path, build(), **changes)
    with pytest.raises(InvalidModel, match=r"model\.onnx' (cannot be run|answers with)"):
        Model(path)


def test_a_model_that_fails_on_some_glyphs_says_so(path: Path) -> None:
    root = helper.make_node("Sqrt", ["negative"], ["root"])
    negative = helper.make_node("Neg", ["scores"], ["negative"])
    save(
        path, classifier(last=[negative, root], output=vector("root", TensorProto.FLOAT, ["N", 10]))
    )
    model = Model(path)  # blank glyphs have scores of 0
    with pytest.raises(InvalidModel, match="does not give numbers for all glyphs"):
        model.classify(random_glyphs(3))


def test_logits_that_a_card_calls_probabilities_are_refused(path: Path) -> None:
    save(path, classifier(), output="probabilities")
    with pytest.raises(InvalidModel, match="does not give probabilities"):
        Model(path)


def test_a_model_that_gives_no_numbers_is_refused(path: Path) -> None:
    save(path, classifier(matrix=np.full_like(weights(), np.nan)))
    with pytest.raises(InvalidModel):
        Model(path)


def with_data_beside(path: Path) -> Path:
    """Save a model whose matrix lies in a file of its own."""
    onnx.save(
        classifier(),
        str(path),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location="matrix.data",
        size_threshold=100,
    )
    return save(path, path.read_bytes())


def test_a_model_in_several_files_is_refused(path: Path) -> None:
    with_data_beside(path)
    assert path.with_name("matrix.data").is_file()
    with pytest.raises(InvalidModel, match="keeps its weights in other files"):
        Model(path)


def test_a_model_in_several_files_is_refused_in_its_own_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The card's checksum does not cover the other file.
    with_data_beside(path)
    monkeypatch.chdir(path.parent)
    with pytest.raises(InvalidModel, match="export it anew"):
        Model(path)


def test_a_model_that_wants_all_memory_is_stopped(path: Path) -> None:
    much = [
        helper.make_node("Constant", [], ["sides"], value_ints=[1_000_000_000]),
        helper.make_node("ConstantOfShape", ["sides"], ["large"]),
        helper.make_node("ReduceMean", ["large"], ["mean"], keepdims=0),
        helper.make_node("Add", ["scores", "mean"], ["answer"]),
    ]
    answer = helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["N", 10])
    save(path, classifier(last=much, output=answer))
    with pytest.raises(InvalidModel, match="cannot be run as its card says"):
        Model(path)


def test_a_file_too_large_for_a_digit_classifier_is_not_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(path, classifier())
    monkeypatch.setattr("digitus.card.MAX_MODEL_BYTES", path.stat().st_size - 1)
    with pytest.raises(InvalidModel, match="too large"):
        Model(path)


def test_bad_models_leave_no_words_behind(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    save(path, b"not a model")
    with pytest.raises(InvalidModel):
        Model(path)
    assert capfd.readouterr() == ("", "")


def test_a_model_without_an_end_is_stopped(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = helper.make_tensor_value_info("on", TensorProto.BOOL, [])
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["on"], ["on_again"]),
            helper.make_node("Sin", ["x"], ["sine"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            truth,
            helper.make_tensor_value_info("x", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("on_again", TensorProto.BOOL, []),
            helper.make_tensor_value_info("sine", TensorProto.FLOAT, None),
        ],
    )
    endless = [
        helper.make_node("Constant", [], ["turns"], value_int=2**62),
        helper.make_node("Constant", [], ["one"], value_int=1),
        helper.make_node("Cast", ["one"], ["going"], to=TensorProto.BOOL),
        helper.make_node("Loop", ["turns", "going", "scores"], ["answer"], body=body),
    ]
    answer = helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["N", 10])
    save(path, classifier(last=endless, output=answer))
    monkeypatch.setattr(model_module, "MOST_SECONDS", 0.2)
    with pytest.raises(InvalidModel, match=r"cannot be run as its card says .*terminate"):
        Model(path)
