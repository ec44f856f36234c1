from __future__ import annotations

import sys
from pathlib import Path

import pytest

from digitus.errors import DataNotFound
from digitus.training.places import cache_folder, data_folder, find


def test_the_folder_of_data_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    assert data_folder() == tmp_path


def test_a_folder_that_is_not_named_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("", str(tmp_path / "nowhere"), __file__):
        monkeypatch.setenv("DIGITUS_DATA", value)
        with pytest.raises(DataNotFound, match=r"set .*DIGITUS_DATA|DIGITUS_DATA.* set"):
            data_folder()
    monkeypatch.delenv("DIGITUS_DATA")
    with pytest.raises(DataNotFound, match="for example"):
        data_folder()


def test_the_cache_is_where_it_was_set_or_where_the_system_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITUS_CACHE", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("DIGITUS_CACHE")
    assert "digitus" in cache_folder().parts


def test_files_are_looked_for_in_the_folder_then_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, cache = tmp_path / "named", tmp_path / "cache"
    named.mkdir()
    monkeypatch.setenv("DIGITUS_DATA", str(named))
    monkeypatch.setenv("DIGITUS_CACHE", str(cache))
    assert find(["a.npz"]) is None
    cache.mkdir()
    (cache / "a.npz").touch()
    (cache / "b.npz").touch()
    assert find(["a.npz"]) == cache
    (named / "a.npz").touch()
    assert find(["a.npz"]) == named
    assert find(["a.npz", "b.npz"]) == cache
    monkeypatch.delenv("DIGITUS_DATA")
    assert find(["a.npz"]) == cache
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path / "gone"))
    with pytest.raises(DataNotFound, match="is not a folder"):
        find(["a.npz"])


def test_what_can_do_without_pooch_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    monkeypatch.delenv("DIGITUS_CACHE", raising=False)
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    assert find(["a.npz"]) is None
    with pytest.raises(DataNotFound, match=r"'pooch', which is not installed: pip install"):
        cache_folder()
