from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from digitus.cli.app import app
from digitus.cli.output import make_folder, replacing, text_output
from digitus.errors import OutputError

posix = pytest.mark.skipif(os.name != "posix", reason="this is about POSIX files")


def test_a_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "a.txt"
    with text_output(path) as stream:
        stream.write("whole \udcff")
        assert not path.exists()
    assert path.read_text() == "whole \\udcff"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), text_output(path) as stream:  # noqa: PT012
        stream.write("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_permissions_and_links_are_kept(tmp_path):
    path, link = tmp_path / "a.txt", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    with replacing(link, "w") as file:
        file.write("new")
    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


@posix
def test_a_device_is_written_to_and_never_replaced():
    with replacing(Path(os.devnull), "w") as file:
        file.write("gone")
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize("name", ["nowhere/a.txt", "", "folder", "file/a.txt"])
def test_where_nothing_can_be_written_there_is_a_sentence(name, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"\.$"), replacing(tmp_path / name, "w"):
        pytest.fail("the block must not begin")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_a_sentence():
    with pytest.raises(OutputError, match="no space left"), text_output(Path("/dev/full")) as file:
        file.write("too much")


def test_closed_standard_output_is_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError, match="--out"), text_output(None):
        pytest.fail("the block must not begin")


def test_a_folder_is_made_with_its_parents(tmp_path):
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_written_to_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="permission denied"):
        make_folder(tmp_path)


@posix
@pytest.mark.usefixtures("run")
def test_a_pipe_that_closes_early_is_no_error(picture, monkeypatch, capfd):
    picture("1.png")
    reading_end, writing_end = os.pipe()
    os.close(reading_end)
    stream = os.fdopen(writing_end, "w")
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit):
        app(["read", "1.png", "--format", "jsonl"])
    assert capfd.readouterr().err == ""
    with suppress(BrokenPipeError):
        stream.close()


@posix
def test_a_loop_of_links_is_replaced(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    with replacing(loop, "w") as file:
        file.write("new")
    assert loop.read_text() == "new"


def test_a_name_may_be_as_long_as_names_can_be(tmp_path):
    path = tmp_path / ("a" * 250 + ".csv")
    with replacing(path, "w") as file:
        file.write("long")
    assert path.read_text() == "long"


def test_two_files_of_a_folder_are_written_at_the_same_time(tmp_path):
    one, other = tmp_path / "1.txt", tmp_path / "2.txt"
    with replacing(one, "w") as first, replacing(other, "w") as second:
        first.write("one")
        second.write("other")
    assert (one.read_text(), other.read_text()) == ("one", "other")
