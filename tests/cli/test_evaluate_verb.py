from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from test_process import digitus_command

from tiny_models import classifier, save, weights


@pytest.fixture
def bars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder with one small set: bars and hooks, in place of digits."""
    images = np.zeros((12, 32, 32), np.uint8)
    images[:, 4:28, 14:18] = 255
    images[6:, 4:8, 8:18] = 255
    labels = np.repeat(np.array([1, 7], np.uint8), 6)
    folder = tmp_path / "data"
    folder.mkdir()
    np.savez(folder / "optdigits.npz", windep_images=images, windep_labels=labels)
    monkeypatch.setenv("DIGITUS_DATA", str(folder))


def model(name: str, seed: int = 0) -> str:
    path = Path(f"{name}.onnx")
    save(path, classifier(matrix=weights(11, seed)), name=name, reject_below=0.0)
    return str(path)


@pytest.mark.usefixtures("bars")
def test_a_table_is_printed_and_a_report_is_written(run):
    result = run("evaluate", model("mine"))
    assert result.exit_code == 0
    heading, row = (
        line.split() for line in result.stdout.splitlines() if "─" not in line and line.strip()
    )
    assert heading == [
        "Model",
        "Set",
        "Pictures",
        "Right",
        "%",
        "95",
        "%",
        "interval",
        "Loss",
        "ECE",
        "%",
    ]
    assert row[:3] == ["mine", "optdigits", "12"]
    assert "evaluation.html" in result.stderr
    page = Path("evaluation.html").read_text(encoding="utf-8")
    assert f"{row[3]} %" in page


@pytest.mark.usefixtures("bars")
def test_neither_keras_nor_a_plotter_is_loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, _, loaded = digitus_command("evaluate", model("mine"))
    assert "jinja2" in loaded
    assert not loaded & {"keras", "tensorflow", "tf2onnx", "onnx", "matplotlib"}


def test_help_does_not_load_what_measuring_needs():
    output, _, loaded = digitus_command("evaluate", "--help")
    assert "digitus evaluate --data mnist" in output
    assert not loaded & {"numpy", "onnxruntime", "PIL", "jinja2"}


@pytest.mark.usefixtures("bars")
def test_models_are_compared_in_a_sentence(run):
    result = run("evaluate", model("a", 1), model("b", 2), "--data", "optdigits")
    assert result.exit_code == 0
    assert "optdigits: " in result.stdout
    assert "(p = " in result.stdout


@pytest.mark.usefixtures("bars")
def test_the_files_are_those_that_were_named(run):
    result = run("evaluate", model("mine"), "--out", "a.html", "--json", "a.json")
    assert result.exit_code == 0
    assert not Path("evaluation.html").exists()
    assert Path("a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    (one,) = json.loads(Path("a.json").read_text(encoding="utf-8"))["sets"]
    assert (one["name"], one["pictures"]) == ("optdigits", 12)


@pytest.mark.usefixtures("bars")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gone.onnx"], "no model 'gone.onnx'"),
        (["empty"], "There is no model in 'empty'"),
        (["mine.onnx", "--data", "emnist"], "choose from mnist"),
        (["mine.onnx", "--data", "semeion"], "put semeion.npz into the folder"),
        (["mine.onnx", "--out", "nowhere/a.html"], "cannot write to"),
        (["mine.onnx", "--out", "empty"], "is a folder"),
        (["mine.onnx", "--json", "nowhere/a.json"], "cannot write to"),
        (["mine.onnx", "--out", "a", "--json", "a"], "name two files"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_to_do(arguments, says, run):
    model("mine")
    Path("empty").mkdir()
    before = sorted(Path().iterdir())
    result = run("evaluate", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert sorted(Path().iterdir()) == before


def test_without_data_a_sentence_says_what_to_set(run, monkeypatch):
    monkeypatch.delenv("DIGITUS_DATA", raising=False)
    result = run("evaluate", model("mine"))
    assert result.exit_code == 2
    assert "set DIGITUS_DATA" in result.stderr


def test_without_the_extra_a_sentence_says_what_to_install(run, monkeypatch):
    for name in ("figures", "svg", "report"):
        monkeypatch.delitem(sys.modules, f"digitus.training.evaluation.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = run("evaluate")
    assert result.exit_code == 2
    assert "'jinja2', which is not installed: pip install 'digitus[train]'" in result.stderr


@pytest.mark.usefixtures("bars")
@pytest.mark.parametrize("option", ["--out", "--json"])
def test_a_report_never_takes_the_place_of_a_model_or_a_set(run, option):
    mine = model("mine")
    Path("mine.csv").write_text("file,label\n", encoding="utf-8")
    for taken in (mine, "mine.csv"):
        before = Path(taken).read_bytes()
        result = run("evaluate", mine, "--data", "mine.csv", option, taken)
        assert result.exit_code == 2
        assert f"'{taken}' is what is to be measured: name another file" in result.stderr
        assert Path(taken).read_bytes() == before
