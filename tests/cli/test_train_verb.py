from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from digitus.errors import InvalidRecipe, TrainingStopped


@pytest.fixture(autouse=True)
def fetched(monkeypatch):
    """Which data sets are asked for; all of them are there."""
    names = []
    module = ModuleType("fetch")
    module.ensure = lambda name, _: names.append(name)
    monkeypatch.setitem(sys.modules, "digitus.training.fetch", module)
    return names


@pytest.fixture
def workshop(monkeypatch):
    """Stands for the modules that load Keras; tells which runs were trained."""
    trained = []

    def fit(run, callbacks):
        trained.append((run, callbacks))
        return run.onnx

    for name, content in (("fit", {"fit": fit}), ("progress", {"watchers": lambda *own: own})):
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, f"digitus.training.{name}", module)
    return trained


def test_what_is_learnt_from_is_fetched_unless_its_glyphs_are_there(run, workshop, fetched):
    through_ink = ("--set", "data.through_ink=true")
    run("train", "cnn", "--out", "mine", *through_ink)
    assert fetched == ["mnist"]
    Path("mine/train.npz").touch()
    run("train", "--resume", "mine")
    assert fetched == ["mnist"]
    assert len(workshop) == 2


def test_what_is_learnt_from_as_it_is_has_to_be_there(run, workshop, fetched):
    made = ("--set", "data.share.corrupted=1", "--set", "data.corrupted=1")
    run("train", "cnn", "--out", "mine", *made)
    Path("mine/train.npz").touch()  # of what is made
    run("train", "--resume", "mine")
    assert fetched == ["mnist", "mnist"]
    assert len(workshop) == 2


def test_a_recipe_that_cannot_be_leaves_its_folder_free(run, monkeypatch):
    def fit(*_):
        raise InvalidRecipe("The network could not be exported once trained: mend it")

    for name, content in (("fit", {"fit": fit}), ("progress", {"watchers": lambda *own: own})):
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, f"digitus.training.{name}", module)
    Path("net.py").write_text("no Python", encoding="utf-8")
    own = ("--set", "network.layers=[]", "--set", "network.file=net.py", "--out", "mine")
    for _ in range(2):
        result = run("train", "dense", *own)
        assert result.exit_code == 2
        assert "could not be exported" in result.stderr
        assert not Path("mine").exists()


def test_a_recipe_is_trained_in_a_folder_of_its_name(run, workshop):
    result = run("train", "dense", "--set", "schedule.epochs=5", "--set", "seed=9")
    assert result.exit_code == 0
    assert "The model is runs/dense/dense.onnx" in result.stdout
    assert "dense: 5 epochs, in runs/dense" in result.stderr
    ((trained, (shown, tensorboard)),) = workshop
    assert shown is trained
    assert (trained.recipe.schedule.epochs, trained.recipe.seed, tensorboard) == (5, 9, False)
    assert Path("runs/dense/recipe.json").is_file()
    assert "runs/dense-2" in run("train", "dense").stderr


def test_a_run_goes_on(run, workshop):
    run("train", "cnn", "--out", "mine", "--set", "seed=4")
    result = run("train", "--resume", "mine", "--tensorboard")
    assert result.exit_code == 0
    (first, _), (again, (_, tensorboard)) = workshop
    assert (again, tensorboard) == (first, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonesuch"], "There is no recipe 'nonesuch': name one of"),
        (["dense", "--set", "schedule.epochs=0"], "--set schedule.epochs=0: 'epochs' is 0"),
        (["dense", "--out", "file"], "cannot be written into 'file'"),
        (["dense", "--out", "full"], "'full' is not empty: go on with a run by --resume"),
        (["--resume", "full"], "There is no run in 'full'"),
        (["", "--resume", "full"], "leave out the recipe, --set and --out"),
        ([""], "There is no recipe '': name one of"),
        (["dense", "--set", "data.share.nonesuch=1"], "[data.share] names 'nonesuch'"),
        (["dense", "--set", f"data.share.{'long' * 2000}=1"], "[data.share] names 'longlong"),
        (["dense", "--set", "data.share.pictures=1"], "none are made: set pictures"),
        (["dense", "--resume", "full"], "leave out the recipe, --set and --out"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_loaded(run, arguments, says, monkeypatch):
    monkeypatch.setitem(sys.modules, "digitus.training.fit", None)
    Path("file").touch()
    Path("full").mkdir()
    Path("full/notes.txt").touch()
    result = run("train", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert not Path("runs").exists()


def test_without_the_extra_a_sentence_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "digitus.training.fit", None)
    result = run("train", "dense")
    assert result.exit_code == 2
    assert "which is not installed: pip install 'digitus[train]'" in result.stderr


def test_ctrl_c_is_status_130_and_tells_where_the_model_is(run, workshop, monkeypatch):
    def fit(*_):
        raise TrainingStopped("Stopped after 1 of 3 epochs. The best model so far is a.onnx")

    monkeypatch.setattr(sys.modules["digitus.training.fit"], "fit", fit)
    result = run("train", "dense")
    assert result.exit_code == 130
    assert "Stopped after 1 of 3 epochs" in result.stderr
    assert not workshop
