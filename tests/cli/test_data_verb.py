from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image
from test_process import digitus_command

from digitus.cli.app import app
from digitus.training import registry
from digitus.training.registry import SETS, PublicFile
from mirrors import Server, nowhere, serving, sha256, status
from public_forms import semeion

ARRAYS = {
    "images": np.arange(20 * 256).reshape(20, 16, 16).astype(np.uint8) // 128 * 255,
    "labels": np.repeat(np.arange(10), 2).astype(np.uint8),
}
TEXT = semeion(ARRAYS)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DIGITUS_DATA", raising=False)
    monkeypatch.setenv("DIGITUS_CACHE", str(tmp_path / "cache"))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "*")
    return tmp_path / "cache"


@pytest.fixture
def server(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:  # noqa: ARG001
    """A mirror of Semeion; that of USPS is out of reach."""
    with serving() as running:
        addresses = {"semeion": running.put("/s", TEXT), "usps": nowhere()}
        for name, address in addresses.items():
            file = PublicFile(name, 1, ((address, sha256(TEXT)),))
            entry = replace(SETS[name], downloads=(file,))
            monkeypatch.setitem(registry.SETS, name, entry)
        yield running


@pytest.mark.usefixtures("cache")
def test_every_set_is_listed_with_its_licence_and_citation(run):
    result = run("data", "list")
    assert result.exit_code == 0
    rows, citations = result.stdout.split("Please cite")
    for name, entry in SETS.items():
        (row,) = (line for line in rows.splitlines() if line.split()[:1] == [name])
        assert entry.digits in row
        assert entry.writers in row
        assert entry.licence in row
        fetched = f"not here: digitus data fetch {name}"
        assert (fetched if entry.downloads else f"not here: {entry.page}") in row
        assert f"\n{name}: {entry.citation[:40]}" in citations
    assert "\x1b" not in result.output


def test_where_a_set_lies_is_listed(run, cache, monkeypatch, tmp_path):
    cache.mkdir()
    np.savez(cache / "usps.npz", **ARRAYS)
    (tmp_path / "own").mkdir()
    np.savez(tmp_path / "own" / "semeion.npz", **ARRAYS)
    monkeypatch.setenv("DIGITUS_DATA", "own")
    lines = filter(str.strip, run("data", "list").stdout.splitlines())
    rows = {line.split()[0]: line for line in lines}
    assert rows["usps"].rstrip().endswith(str(cache))
    assert rows["semeion"].rstrip().endswith(" own")


def test_a_set_is_fetched_once(run, server, cache):
    for _ in range(2):
        result = run("data", "fetch", "semeion")
        assert (result.exit_code, result.stdout) == (0, f"semeion is in {cache}\n")
        assert result.stderr == ""
    assert server.asked == ["/s"]
    assert run("data", "fetch", "semeion", "--again").exit_code == 0
    assert server.asked == ["/s", "/s"]
    assert [path.name for path in cache.rglob("*.*")] == ["semeion.npz"]


def test_one_that_cannot_be_fetched_does_not_stop_the_others(run, server, cache):
    result = run("data", "fetch", "usps", "semeion")
    assert result.exit_code == 1
    assert result.stdout == f"semeion is in {cache}\n"
    assert result.stderr.startswith("digitus: 'usps' could not be fetched, for want of usps: ")
    assert "could not be reached" in result.stderr
    assert server.asked == ["/s"]


def test_a_wrong_checksum_is_told_and_leaves_the_good_file(run, server, cache):
    run("data", "fetch", "semeion")
    good = (cache / "semeion.npz").read_bytes()
    server.put("/s", TEXT + b"x")
    result = run("data", "fetch", "semeion", "--again")
    assert result.exit_code == 1
    assert "its SHA-256 is wrong" in result.stderr
    assert (cache / "semeion.npz").read_bytes() == good
    server.put("/s", status(404))
    assert "answered 404" in run("data", "fetch", "semeion", "--again").stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fetch", "semeion", "fashion-mnist"], "holds pictures of clothes, and digitus reads"),
        (["fetch", "semeion", "minst"], "No data set is called 'minst': choose from mnist"),
        (["preview", "semeion"], "digitus data fetch semeion"),
        (["preview", "minst"], "There is no data set, file or folder 'minst'"),
        (["preview", "clothes"], "'shirt' is no digit"),
        (["preview", "mine.npz", "--out", "nowhere/a.png"], "cannot write to"),
        (["preview", "mine.npz", "--out", "clothes"], "is a folder"),
        (["fetch"], "Missing argument"),
        (["mend"], "No such command"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_to_do(arguments, says, run, server, cache):
    for name in ("0", "shirt"):
        (Path("clothes") / name).mkdir(parents=True)
        Image.new("L", (20, 20)).save(Path("clothes") / name / "a.png")
    np.savez("mine.npz", **ARRAYS)
    result = run("data", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert server.asked == []
    assert not list(cache.rglob("*.npz"))
    assert not list(Path().glob("*.png"))


def test_a_set_is_drawn(run, cache):
    cache.mkdir()
    # Two groups of writers; the first is for validation.
    arrays = {name: np.concatenate([array, array]) for name, array in ARRAYS.items()}
    np.savez(cache / "semeion.npz", **arrays)
    result = run("data", "preview", "semeion")
    assert (result.exit_code, result.stdout) == (0, "The picture is semeion.png\n")
    with Image.open("semeion.png") as sheet:
        assert sheet.width > sheet.height > 600


def test_digits_of_ones_own_are_drawn(run):
    np.savez("mine.npz", **ARRAYS)
    assert run("data", "preview", "mine.npz").exit_code == 0
    assert run("data", "preview", "mine.npz", "--out", "sheet.png").exit_code == 0
    assert Path("mine.png").read_bytes() == Path("sheet.png").read_bytes()


def test_a_picture_that_cannot_be_read_is_named_and_nothing_is_written(run):
    Path("mine/3").mkdir(parents=True)
    Path("mine/3/a.png").write_text("no picture")
    result = run("data", "preview", "mine")
    assert result.exit_code == 2
    assert "a.png" in result.stderr
    assert not Path("mine.png").exists()


def test_without_the_extra_a_sentence_says_what_to_install(run, server, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    result = run("data", "fetch", "semeion")
    assert result.exit_code == 2
    assert "'pooch', which is not installed: pip install 'digitus[train]'" in result.stderr
    assert server.asked == []


def test_help_does_not_load_what_fetching_needs():
    for verb in ([], ["list"], ["fetch"], ["preview"]):
        output, _, loaded = digitus_command("data", *verb, "--help")
        assert "digitus data" in output or not verb
        assert not loaded & {"numpy", "PIL", "pooch", "requests"}


def test_every_part_of_the_verb_has_help():
    for command in typer.main.get_command(app).commands["data"].commands.values():
        assert command.help
        assert all(parameter.help for parameter in command.params)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("source", ["mine", "mine.csv"])
def test_a_preview_never_takes_the_place_of_a_digit(run, source):
    Path("mine/3").mkdir(parents=True)
    Image.new("L", (12, 12), 255).save("mine/3/a.png")
    Path("mine.csv").write_text("file,label\nmine/3/a.png,3\n", encoding="utf-8")
    before = Path("mine/3/a.png").read_bytes()
    result = run("data", "preview", source, "--out", "mine/3/a.png")
    assert result.exit_code == 2
    assert "'mine/3/a.png' is one of the digits themselves: name another by --out" in result.stderr
    assert Path("mine/3/a.png").read_bytes() == before


@pytest.mark.usefixtures("cache")
def test_a_preview_takes_a_name_that_is_free(run):
    np.savez("mine.npz", **ARRAYS)
    Path("mine.png").write_bytes(b"somebody's")
    assert "The picture is mine-2.png" in run("data", "preview", "mine.npz").stdout
    assert "The picture is mine-3.png" in run("data", "preview", "mine.npz").stdout
    assert Path("mine.png").read_bytes() == b"somebody's"


@pytest.mark.usefixtures("cache")
def test_a_preview_is_a_png(run):
    np.savez("mine.npz", **ARRAYS)
    before = Path("mine.npz").read_bytes()
    result = run("data", "preview", "mine.npz", "--out", "mine.npz")
    assert result.exit_code == 2
    assert "'mine.npz' cannot be the picture, a PNG: name a file that ends in .png" in result.stderr
    assert Path("mine.npz").read_bytes() == before
