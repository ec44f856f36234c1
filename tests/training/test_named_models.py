from __future__ import annotations

from pathlib import Path

import pytest
import tiny_foreign

from digitus.errors import ModelNotFound
from digitus.training.evaluation.models import load_models
from marks import keras_warns
from tiny_models import classifier, save

pytestmark = keras_warns


def saved(path: Path, name: str | None = "tiny") -> Path:
    path.parent.mkdir(exist_ok=True)
    return save(path, classifier(), name=name)


def test_a_model_is_called_what_its_card_says_or_else_its_file(tmp_path: Path) -> None:
    files = [saved(tmp_path / "a.onnx", "mine"), saved(tmp_path / "b.onnx", None)]
    assert [named.name for named in load_models(files)] == ["mine", "b"]


def test_models_of_one_name_are_told_apart_by_their_files(tmp_path: Path) -> None:
    files = [
        saved(tmp_path / "a.onnx"),
        saved(tmp_path / "b.onnx"),
        saved(tmp_path / "c.onnx", "c"),
    ]
    assert [named.name for named in load_models(files)] == [str(files[0]), str(files[1]), "c"]


@pytest.mark.parametrize(
    ("data", "words"),
    [({"mnist": "MIT", "own": "mine"}, "mnist, own"), (["a"], "a"), ("mine", "mine"), (None, "")],
)
def test_cards_may_say_in_their_own_way_what_the_data_were(
    tmp_path: Path, data: object, words: str
) -> None:
    file = save(tmp_path / "a.onnx", classifier(), data=data)
    assert load_models([file])[0].trained_on == words


def test_a_model_that_is_named_twice_is_one(tmp_path: Path) -> None:
    file = saved(tmp_path / "a.onnx")
    assert len(load_models([file, file])) == 1


def test_the_folder_of_a_run_stands_for_its_model(tmp_path: Path) -> None:
    saved(tmp_path / "cnn" / "other.onnx", "other")
    assert load_models([tmp_path / "cnn"])[0].name == "other"


def test_a_keras_model_is_taken_as_well(tmp_path: Path) -> None:
    path = tmp_path / "mine.keras"
    tiny_foreign.classifier().save(path)
    (found,) = load_models([path])
    assert found.name == "mine"
    assert found.model.card.output == "logits"


def test_a_folder_that_leaves_it_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="There is no model in"):
        load_models([tmp_path])
    saved(tmp_path / "a.onnx")
    saved(tmp_path / "b.onnx")
    with pytest.raises(ModelNotFound, match="holds several models: name one of them"):
        load_models([tmp_path])
