from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from digitus.errors import ExportMismatch

Asked = list[tuple[Any, ...]]


@pytest.fixture
def asked(run: Any, monkeypatch: pytest.MonkeyPatch) -> Asked:  # noqa: ARG001  # in its folder
    """What the workshop was asked for; its place is taken by one without Keras."""
    Path("mine.keras").touch()
    calls: Asked = []

    def export_file(model: Path, to: str, target: Path | None, scaling: str | None) -> Any:
        calls.append((model, to, target, scaling))
        if scaling == "wrong":
            raise ExportMismatch("The model differs: try others")
        remark = "" if scaling else "mine is given its pixels as 'unit', found by measuring"
        path = target or model.with_suffix(f".{to}")
        return SimpleNamespace(path=path, remark=remark, difference=2.4e-6)

    module = ModuleType("digitus.training.export")
    module.export_file = export_file  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "digitus.training.export", module)
    monkeypatch.setattr("digitus.training.export", module, raising=False)
    return calls


def test_a_model_becomes_onnx_unless_told_otherwise(run, asked):
    result = run("export", "mine.keras")
    assert result.exit_code == 0
    assert asked == [(Path("mine.keras"), "onnx", None, None)]
    assert result.stdout == "mine.onnx answers as the model does, within 2e-06\n"
    assert result.stderr == "mine is given its pixels as 'unit', found by measuring\n"


def test_the_options_reach_the_workshop(run, asked):
    result = run(
        "export", "mine.keras", "--to", "tflite", "--out", "a/b.tflite", "--scaling", "columns"
    )
    assert result.exit_code == 0
    assert asked == [(Path("mine.keras"), "tflite", Path("a/b.tflite"), "columns")]
    assert result.stderr == ""


def test_what_does_not_agree_is_told_in_a_sentence(run, asked):
    result = run("export", "mine.keras", "--scaling", "wrong")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "digitus: The model differs: try others\n"
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument"),
        (["mine.keras", "--to", "pickle"], "pickle"),
        (["gone"], "no model 'gone'"),
        (["gone.keras"], "no model 'gone.keras'"),
        (["empty"], "no model in 'empty'"),
        (["mine.h5"], "save it as .keras"),
        (["mine.pkl"], "is a pickle"),
    ],
)
def test_wrong_use_is_told_before_keras_is_loaded(arguments, says, run, asked):
    Path("empty").mkdir()
    for name in ("mine.h5", "mine.pkl"):
        Path(name).touch()
    result = run("export", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert not asked


def test_what_is_not_installed_is_named(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "digitus.training.export", None)
    monkeypatch.delattr("digitus.training.export", raising=False)
    Path("mine.keras").touch()
    result = run("export", "mine.keras")
    assert result.exit_code == 2
    assert "is not installed: pip install 'digitus[train]'" in result.stderr
