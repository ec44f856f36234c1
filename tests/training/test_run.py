from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_runs import tiny_recipe

from digitus.errors import TrainingError
from digitus.training.recipe import Network
from digitus.training.run import begin, reopen

TINY = tiny_recipe()


def test_a_run_is_found_again_in_its_folder(tmp_path: Path) -> None:
    run = begin(TINY, tmp_path / "deep" / "run")
    assert reopen(run.folder) == run
    assert run.onnx.name == "tiny.onnx"


def test_runs_without_a_folder_are_numbered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folders = [begin(TINY).folder for _ in range(3)]
    assert folders == [Path("runs/tiny"), Path("runs/tiny-2"), Path("runs/tiny-3")]


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    begin(TINY, tmp_path / "run")
    with pytest.raises(TrainingError, match="is not empty: go on with a run by --resume"):
        begin(TINY, tmp_path / "run")


def test_of_two_runs_at_once_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(TINY, tmp_path / "run")
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(()))  # as the other saw it
    with pytest.raises(TrainingError, match="cannot be written into"):
        begin(TINY, tmp_path / "run")


def test_a_run_that_cannot_be_begun_leaves_its_folder_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda file, *_, **__: Full(file))
    with pytest.raises(TrainingError, match=r"No space left .* name another folder"):
        begin(TINY, tmp_path)
    assert not list(tmp_path.iterdir())


class Full:
    """A file on a full disk."""

    def __init__(self, file: Path) -> None:
        file.touch()

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, _: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "run", Path("/dev/null")):
        with pytest.raises(TrainingError, match=r"cannot be written into .* name another folder"):
            begin(TINY, place)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"name": "x"}', "\ud800"])
def test_what_is_no_run_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "recipe.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(TrainingError, match="There is no run in"):
        reopen(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "../../tiny"),
        ("name", 3),
        ("seed", -1),
        ("data", {"samples": 64, "share": {"mnist": "all"}}),
        ("data", []),
        ("schedule", {"epochs": "2", "batch": 16, "learning_rate": 0.1}),
        ("schedule", {"epochs": 2, "batch": 16, "learning_rate": float("nan")}),
        ("network", {"layers": [], "file": ""}),
        ("network", {"layers": [{"kind": "conv", "options": {"conv": 10**9}}], "file": ""}),
        ("network", {"layers": [3], "file": ""}),
        ("networks", {}),
    ],
)
def test_a_run_of_a_recipe_that_cannot_be_is_none(tmp_path: Path, key: str, value: object) -> None:
    run = begin(TINY, tmp_path / "run")
    file = run.folder / "recipe.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {key: value}), encoding="utf-8")
    with pytest.raises(TrainingError, match="There is no run in"):
        reopen(run.folder)


def test_the_curves_of_whole_epochs_are_numbers(tmp_path: Path) -> None:
    run = begin(TINY, tmp_path / "run")
    assert run.history() == []
    run.epochs.write_text("epoch,loss\n0,1.5\n1,0.5\n", encoding="utf-8")
    assert run.history() == [{"epoch": 0, "loss": 1.5}, {"epoch": 1, "loss": 0.5}]


def test_curves_are_noted_whole_and_read_again(tmp_path: Path) -> None:
    run = begin(TINY, tmp_path / "run")
    rows = [{"epoch": 0, "loss": 1.5, "val_loss": 2.0}, {"epoch": 1, "loss": 0.25, "val_loss": 1.0}]
    run.note(rows[:1])
    run.note(rows)
    assert run.history() == rows
    assert sorted(path.name for path in run.folder.iterdir()) == ["epochs.csv", "recipe.json"]


@pytest.mark.parametrize("content", ["epoch,loss\n0,1.5\n1,", "epoch,loss\n0,1.5\n1\n"])
def test_damaged_curves_are_told(tmp_path: Path, content: str) -> None:
    run = begin(TINY, tmp_path / "run")
    run.epochs.write_text(content, encoding="utf-8")
    with pytest.raises(TrainingError, match=r"epochs.csv' is damaged.*restore it"):
        run.history()


def test_room_is_made_sure_of(tmp_path: Path) -> None:
    run = begin(TINY, tmp_path / "run")
    run.make_room(1000)
    with pytest.raises(TrainingError, match="has room for"):
        run.make_room(10**18)


def test_the_file_of_a_network_of_ones_own_is_kept_with_the_run(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("# as it was", encoding="utf-8")
    own = replace(TINY, network=Network(file=str(mine)))
    begun = begin(own, tmp_path / "run")
    mine.unlink()
    moved = begun.folder.rename(tmp_path / "moved")
    for run in (begun, reopen(moved)):
        file = moved / Path(run.recipe.network.file).name
        assert file.read_text(encoding="utf-8") == "# as it was"
    assert reopen(moved).recipe.network.file == str(moved / "network.py")
