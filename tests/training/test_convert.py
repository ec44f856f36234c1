from __future__ import annotations

import bz2
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_data import Arrays, images, stroked

from digitus.errors import InvalidData
from digitus.training import convert as converters
from digitus.training import registry
from digitus.training.convert import CONVERTERS, convert
from digitus.training.places import data_folder
from marks import needs_data
from public_forms import (
    bitmaps,
    compressed,
    emnist,
    gzipped,
    idx,
    optdigits,
    pendigits,
    qmnist_labels,
    semeion,
    strokes,
    usps,
    zipped,
)

Made = dict[str, Arrays]


def assert_same(found: Arrays, wanted: Arrays) -> None:
    assert set(found) == set(wanted)
    for key, array in wanted.items():
        assert found[key].dtype == array.dtype, key
        np.testing.assert_array_equal(found[key], array)


def halves(count: int, side: int) -> Arrays:
    made: Arrays = {}
    for seed, part in enumerate(("train", "test")):
        made[f"{part}_images"], made[f"{part}_labels"] = images(count, side, 20 + seed)
    return made


def test_everything_that_is_fetched_as_an_archive_has_a_converter() -> None:
    fetched = {name for name, entry in registry.SETS.items() if entry.downloads}
    assert fetched - {"mnist"} == set(CONVERTERS)
    for name in CONVERTERS:
        assert registry.SETS[name].files == (f"{name}.npz",)


@pytest.mark.parametrize("packed", [False, True])
def test_semeion(tmp_path: Path, made: Made, packed: bool) -> None:
    text = semeion(made["semeion"])
    (tmp_path / "semeion").write_bytes(zipped(semeion__data=text) if packed else text)
    assert_same(convert("semeion", tmp_path), made["semeion"])


def test_optdigits(tmp_path: Path, made: Made) -> None:
    (tmp_path / "optdigits.zip").write_bytes(optdigits(made["optdigits"]))
    assert_same(convert("optdigits", tmp_path), made["optdigits"])


def test_pendigits(tmp_path: Path) -> None:
    arrays = stroked(20, 6, "train_") | stroked(8, 7, "test_")
    (tmp_path / "pendigits.zip").write_bytes(pendigits(arrays))
    assert_same(convert("pendigits", tmp_path), arrays)


def test_usps(tmp_path: Path) -> None:
    made = halves(12, 16)
    for part, name in (("train", "usps.bz2"), ("test", "usps.t.bz2")):
        file = usps(made[f"{part}_images"], made[f"{part}_labels"])
        (tmp_path / name).write_bytes(file)
    assert_same(convert("usps", tmp_path), made)


def test_what_usps_leaves_out_is_grey(tmp_path: Path) -> None:
    for name in ("usps.bz2", "usps.t.bz2"):
        (tmp_path / name).write_bytes(bz2.compress(b"10 1:-1 2:1 \n"))
    found = convert("usps", tmp_path)
    assert found["train_labels"].tolist() == [9]
    assert found["train_images"].ravel()[:3].tolist() == [0, 255, 128]


def test_qmnist_with_its_writers(tmp_path: Path) -> None:
    made = halves(9, 28)
    for part in ("train", "test"):
        made[f"{part}_writer"] = np.arange(9, dtype=np.int16) + 2100
        columns = qmnist_labels(made[f"{part}_labels"], made[f"{part}_writer"])
        pixels = gzipped(idx(made[f"{part}_images"]))
        (tmp_path / f"qmnist-{part}-images-idx3-ubyte.gz").write_bytes(pixels)
        (tmp_path / f"qmnist-{part}-labels-idx2-int.gz").write_bytes(columns)
    assert_same(convert("qmnist", tmp_path), made)


def test_emnist_is_put_upright(tmp_path: Path) -> None:
    made = halves(7, 28)
    (tmp_path / "emnist.zip").write_bytes(emnist(made))
    assert_same(convert("emnist_digits", tmp_path), made)


@pytest.mark.parametrize(
    ("name", "file", "content", "says"),
    [
        ("semeion", "semeion", b"0 1 x", "not as expected"),
        ("semeion", "semeion", b"0 " * 266 + b"\n", "one digit"),
        ("semeion", "semeion", zipped(other=b""), "holds no 'semeion.data'"),
        ("optdigits", "optdigits.zip", b"no archive", "not as expected"),
        ("optdigits", "optdigits.zip", zipped(**{"optdigits-orig__tra__Z": b"x"}), "compress"),
        ("pendigits", "pendigits.zip", zipped(**{"pendigits-orig__tra__Z": b""}), "compress"),
        ("usps", "usps.bz2", b"no bzip2", "not as expected"),
        ("qmnist", "qmnist-train-images-idx3-ubyte.gz", b"x", "IDX"),
        ("emnist_digits", "emnist.zip", zipped(), "holds no"),
        ("usps", "other", b"", "No such file|not as expected"),
    ],
)
def test_what_is_not_as_expected_is_a_sentence(
    tmp_path: Path, name: str, file: str, content: bytes, says: str
) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(InvalidData, match=says) as caught:
        convert(name, tmp_path)
    assert f"'{name}'" in str(caught.value)


def cut(text: str, lines: int) -> str:
    return "".join(text.splitlines(keepends=True)[:-lines])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: cut(text, 1), "last bitmap has no digit"),
        (lambda text: cut(text, 2), "reshape"),
        (lambda text: text.replace("\n 3\n", "\n x\n"), "'x' is no digit"),
        (lambda text: text[:-40] + "2" + text[-39:], "other signs"),
    ],
)
def test_a_damaged_bitmap(tmp_path: Path, change: Callable[[str], str], says: str) -> None:
    pixels, labels = images(2, 32, 1, np.array([3, 3], np.uint8))
    text = change(bitmaps(pixels, labels)).encode()
    archive = zipped(**{"optdigits-orig__tra__Z": compressed(text)})
    (tmp_path / "optdigits.zip").write_bytes(archive)
    with pytest.raises(InvalidData, match=says):
        convert("optdigits", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [('"', "", "names no digit"), (".PEN_UP", "1 2 3", "unpack"), (".PEN_UP", "1 x", "invalid")],
)
def test_damaged_strokes(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = strokes(stroked(2, 3), "").replace(old, new).encode()
    archive = zipped(**{"pendigits-orig__tra__Z": compressed(text)})
    (tmp_path / "pendigits.zip").write_bytes(archive)
    with pytest.raises(InvalidData, match=says):
        convert("pendigits", tmp_path)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converters, "LIMIT", 1000)
    (tmp_path / "semeion").write_bytes(zipped(semeion__data=bytes(100_000)))
    with pytest.raises(InvalidData, match="100000 bytes"):
        convert("semeion", tmp_path)


@needs_data
def test_the_real_semeion_is_what_its_checksum_says(tmp_path: Path) -> None:
    with np.load(data_folder() / "semeion.npz") as archive:
        arrays = {key: archive[key] for key in archive.files}
    file = semeion(arrays)
    checksum = registry.SETS["semeion"].downloads[0].mirrors[-1][1]
    assert hashlib.sha256(file).hexdigest() == checksum
    (tmp_path / "semeion").write_bytes(file)
    assert_same(convert("semeion", tmp_path), arrays)
