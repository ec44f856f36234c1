from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from made_data import Arrays

from digitus.errors import DataNotFound, InvalidData, OutputError
from digitus.training import fetch as fetching
from digitus.training import registry
from digitus.training.datasets import load
from digitus.training.fetch import ensure, fetch
from digitus.training.registry import PublicFile
from mirrors import (
    Answer,
    Server,
    closed_at_once,
    cut_short,
    in_circles,
    nowhere,
    serving,
    sha256,
    status,
    unannounced,
)
from public_forms import gzipped, idx, semeion, usps

Made = dict[str, Arrays]


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server that knows nothing yet, and that is reached without a proxy."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "*")
    running.answers.clear()
    running.asked.clear()
    return running


@pytest.fixture
def cache(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001
    """The cache as the only place for data, whatever `made` has set."""
    monkeypatch.delenv("DIGITUS_DATA")
    monkeypatch.setenv("DIGITUS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def text(made_folder: tuple[Path, Made]) -> bytes:
    return semeion(made_folder[1]["semeion"])


def offer(monkeypatch: pytest.MonkeyPatch, name: str, *files: tuple[str, list[str], bytes]) -> None:
    """Let a set consist of these files: name, addresses, and what should lie there."""
    downloads = tuple(
        PublicFile(file, 1, tuple((address, sha256(content)) for address in addresses))
        for file, addresses, content in files
    )
    entry = replace(registry.SETS[name], downloads=downloads)
    monkeypatch.setitem(registry.SETS, name, entry)


def left_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_set_is_fetched_converted_and_read(
    server: Server, cache: Path, text: bytes, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, "semeion", ("semeion", [server.put("/s", text)], text))
    told: list[tuple[str, int, int]] = []
    assert fetch("semeion", lambda *now: told.append(now)) == cache
    assert left_in(cache) == ["semeion.npz"]
    data = load("semeion", "train"), load("semeion", "validation")
    assert sum(map(len, data)) == len(made["semeion"]["labels"])
    assert told[-1] == ("semeion", len(text), len(text))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert {(name, whole) for name, _, whole in told} == {("semeion", len(text))}


def test_mnist_is_kept_as_it_is(
    server: Server, cache: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{name}.gz": gzipped(idx(array)) for name, array in made["mnist"].items()}
    offers = [(name, [server.put(f"/{name}", content)], content) for name, content in files.items()]
    offer(monkeypatch, "mnist", *offers)
    assert ensure("mnist") == cache
    assert {path.name: path.read_bytes() for path in (cache / "mnist").iterdir()} == files
    assert (load("mnist", "check").labels == made["mnist"]["t10k-labels-idx1-ubyte"]).all()


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (status(404), "answered 404"),
        (status(503), "answered 503"),
        (cut_short(b"x" * 4000), "broke off in the middle|SHA-256 is wrong"),  # with old urllib3
        (unannounced(b"the first half"), "its SHA-256 is wrong"),
        (unannounced(b"x" * (3 << 20)), "sent more than the file can have"),
        (in_circles, "only leads from one address to the next"),
        (closed_at_once, "could not be reached"),
    ],
)
def test_where_a_mirror_fails_the_next_is_asked(
    server: Server,
    cache: Path,
    text: bytes,
    monkeypatch: pytest.MonkeyPatch,
    first: Answer,
    says: str,
) -> None:
    broken = server.put("/broken", first)
    offer(monkeypatch, "semeion", ("semeion", [broken], text))
    with pytest.raises(DataNotFound, match=says) as caught:
        fetch("semeion")
    assert "127.0.0.1:" in str(caught.value)
    assert left_in(cache) == []
    offer(monkeypatch, "semeion", ("semeion", [broken, server.put("/whole", text)], text))
    fetch("semeion")
    assert left_in(cache) == ["semeion.npz"]


def test_without_a_network_a_sentence_says_what_was_tried(
    server: Server,  # noqa: ARG001  # no proxy
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = [nowhere(), nowhere().replace("127.0.0.1", "localhost")]
    offer(monkeypatch, "semeion", ("semeion", addresses, b""))
    with pytest.raises(DataNotFound) as caught:
        ensure("semeion")
    sentence = str(caught.value)
    assert sentence.count("could not be reached") == 2
    assert "127.0.0.1" in sentence
    assert "localhost" in sentence
    assert left_in(cache) == []


@pytest.mark.parametrize("wrong", [b"another file", b""])
def test_a_broken_download_never_takes_the_place_of_a_good_file(
    server: Server, cache: Path, text: bytes, monkeypatch: pytest.MonkeyPatch, wrong: bytes
) -> None:
    address = server.put("/s", text)
    offer(monkeypatch, "semeion", ("semeion", [address], text))
    fetch("semeion")
    good = (cache / "semeion.npz").read_bytes()
    server.put("/s", wrong)
    with pytest.raises(DataNotFound, match=r"SHA-256 is wrong.*as it was"):
        fetch("semeion")
    assert (cache / "semeion.npz").read_bytes() == good
    assert left_in(cache) == ["semeion.npz"]
    server.put("/s", text)
    fetch("semeion")
    assert left_in(cache) == ["semeion.npz"]


def test_what_came_whole_is_not_fetched_again(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels, labels = np.zeros((2, 16, 16), np.uint8), np.array([3, 4], np.uint8)
    file = usps(pixels, labels)
    offers = [(name, [server.put(f"/{name}", file)], file) for name in ("usps.bz2", "usps.t.bz2")]
    offer(monkeypatch, "usps", *offers)
    server.put("/usps.t.bz2", status(500))
    with pytest.raises(DataNotFound, match=r"for want of usps\.t\.bz2"):
        fetch("usps")
    server.put("/usps.t.bz2", file)
    fetch("usps")
    assert server.asked == ["/usps.bz2", "/usps.t.bz2", "/usps.t.bz2"]
    assert left_in(cache) == ["usps.npz"]
    assert load("usps", "check").labels.tolist() == [3, 4]


def test_what_is_there_is_not_fetched(
    server: Server, cache: Path, text: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, "semeion", ("semeion", [server.put("/s", text)], text))
    assert ensure("semeion") == ensure("semeion") == cache
    assert server.asked == ["/s"]
    shutil.copy(cache / "semeion.npz", tmp_path)
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    assert ensure("semeion") == tmp_path


def test_a_public_file_of_another_form_leaves_the_good_file(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.mkdir()
    (cache / "semeion.npz").write_bytes(b"good")
    offer(monkeypatch, "semeion", ("semeion", [server.put("/s", b"0 1\n")], b"0 1\n"))
    with pytest.raises(InvalidData, match="not as expected"):
        fetch("semeion")
    assert (cache / "semeion.npz").read_bytes() == b"good"


def test_a_break_leaves_nothing_half_written(
    server: Server, cache: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, "semeion", ("semeion", [server.put("/s", text)], text))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("semeion", interrupt)
    assert left_in(cache) == []


def test_a_full_disk_is_told_before_anything_is_fetched(
    server: Server, cache: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, "semeion", ("semeion", [server.put("/s", text)], text))
    usage = SimpleNamespace(free=fetching.MEGABYTE)
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(OutputError, match=r"needs up to 2 MB, and the disk .* has 1 MB left"):
        fetch("semeion")
    assert server.asked == left_in(cache) == []


@pytest.mark.usefixtures("server")
def test_a_cache_that_cannot_be_is_a_sentence(
    cache: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_bytes(b"a file")
    offer(monkeypatch, "semeion", ("semeion", [nowhere()], text))
    with pytest.raises(OutputError, match="set DIGITUS_CACHE to another folder"):
        fetch("semeion")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("unipen", r"cannot be fetched.*zenodo.*put it into the folder DIGITUS_DATA"),
        ("fashion-mnist", "pictures of clothes"),
        ("minst", "choose from mnist"),
    ],
)
@pytest.mark.usefixtures("cache")
def test_what_cannot_be_fetched_says_why(name: str, says: str) -> None:
    for way in (ensure, fetch):
        with pytest.raises(DataNotFound, match=says):
            way(name)
