from __future__ import annotations

import zipfile
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from made_data import MNIST_TRAIN, Arrays
from numpy.typing import NDArray

from digitus.errors import DataNotFound
from digitus.training import datasets
from digitus.training.datasets import LICENCES, SOURCES, Dataset, Part, available, load
from digitus.training.registry import SETS
from marks import needs_data

Made = dict[str, Arrays]
PARTS: tuple[Part, ...] = get_args(Part)
# Sets that `made` writes; the others are not among those that the reader is trained on.
MADE = ("mnist", "numbers_ch", "optdigits", "semeion", "hwd1000", "pendigits", "unipen")
# Of QMNIST's ten digits.
WRITER = np.array([5, 5, 6, 6, 7, 7, 8, 8, 9, 5], np.int16)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of data sets, and no cache."""
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    monkeypatch.setenv("DIGITUS_CACHE", str(tmp_path / "cache"))
    return tmp_path


def halves(side: int) -> Arrays:
    """Make ten digits to learn from and five for a test; the first pixel is their number."""
    made: Arrays = {}
    for part, count in (("train", 10), ("test", 5)):
        images = np.zeros((count, side, side), np.uint8)
        images[:, 0, 0] = np.arange(count) + (100 if part == "test" else 0)
        labels = np.arange(count, dtype=np.uint8)
        made |= {f"{part}_images": images, f"{part}_labels": labels}
    return made


def pictures(data: Dataset) -> NDArray[np.uint8]:
    assert data.images is not None
    assert data.strokes is None
    assert data.images.dtype == np.uint8
    return data.images


def rows(data: Dataset, arrays: Arrays) -> list[int]:
    """Find the digits of a stroke set again: their row numbers in its file."""
    assert data.strokes is not None
    assert data.images is None
    starts = arrays["xy"][arrays["stroke_ptr"][arrays["sample_ptr"][:-1]]] * (1, -1)
    return [
        int(np.flatnonzero((starts == digit[0][0]).all(axis=1) & (arrays["labels"] == label))[0])
        for digit, label in zip(data.strokes, data.labels, strict=True)
    ]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", MADE)
@pytest.mark.usefixtures("made")
def test_every_part_of_every_source_is_loaded(name: str, part: Part) -> None:
    data = load(name, part)
    assert data.name == name
    assert data.labels.dtype == np.uint8
    assert (data.labels < 10).all()
    own = data.images if data.strokes is None else data.strokes
    assert own is not None
    assert len(own) == len(data.labels) == len(data)


def test_mnist_is_cut_by_its_order(made: Made) -> None:
    images, labels = (
        made["mnist"][f"train-{kind}-ubyte"] for kind in ("images-idx3", "labels-idx1")
    )
    train, validation = load("mnist", "train"), load("mnist", "validation")
    assert (pictures(train) == images[:MNIST_TRAIN]).all()
    assert (pictures(validation) == images[MNIST_TRAIN:]).all()
    assert (np.concatenate([train.labels, validation.labels]) == labels).all()
    assert (pictures(load("mnist", "check")) == made["mnist"]["t10k-images-idx3-ubyte"]).all()


def test_numbers_ch_is_cut_by_writer(made: Made) -> None:
    arrays = made["numbers_ch"]
    chosen = {"check": (3, 7, 11, 15, 19), "validation": (1, 9, 17)}
    chosen["train"] = tuple(set(range(21)) - {i for part in chosen.values() for i in part})
    for part in PARTS:
        own = np.isin(arrays["writer"], [f"hand{i:02}" for i in chosen[part]])
        data = load("numbers_ch", part)
        assert (pictures(data) == arrays["images"][own]).all()
        assert (data.labels == arrays["labels"][own]).all()


def test_optdigits_learns_from_two_groups_and_is_checked_by_a_third(made: Made) -> None:
    arrays = made["optdigits"]
    both = np.concatenate([arrays["tra_images"], arrays["cv_images"]])
    assert (pictures(load("optdigits", "train")) == both).all()
    assert (pictures(load("optdigits", "check")) == arrays["windep_images"]).all()
    assert len(load("optdigits", "validation")) == 0


def test_one_hand_is_not_cut(made: Made) -> None:
    assert (pictures(load("hwd1000", "train")) == made["hwd1000"]["images"]).all()
    assert not len(load("hwd1000", "validation"))
    assert not len(load("hwd1000", "check"))


@pytest.mark.parametrize(("part", "prefix"), [("train", "train_"), ("check", "test_")])
def test_strokes_are_cut_out_of_the_list_of_points_and_turned(
    made: Made, part: Part, prefix: str
) -> None:
    arrays = {key: made["pendigits"][prefix + key] for key in ("xy", "stroke_ptr", "sample_ptr")}
    data = load("pendigits", part)
    assert data.strokes is not None
    assert (data.labels == made["pendigits"][prefix + "labels"]).all()
    flat = [stroke for digit in data.strokes for stroke in digit]
    assert [len(digit) for digit in data.strokes] == np.diff(arrays["sample_ptr"]).tolist()
    assert [len(stroke) for stroke in flat] == np.diff(arrays["stroke_ptr"]).tolist()
    np.testing.assert_array_equal(np.concatenate(flat) * (1, -1), arrays["xy"])
    assert flat[0].dtype == np.float32
    assert not len(load("pendigits", "validation"))


def test_unipen_is_cut_by_writer_and_its_bad_samples_are_left_out(made: Made) -> None:
    arrays = made["unipen"]
    number = {part: rows(load("unipen", part), arrays) for part in PARTS}
    hand = np.char.add(arrays["contributor"], arrays["writer"].astype(str))
    assert number["check"] == []
    assert number["validation"]
    assert not set(hand[number["train"]]) & set(hand[number["validation"]])
    partial = (arrays["contributor"] == "ibm") & np.isin(arrays["labels"], (0, 1, 4))
    good = np.flatnonzero(~partial & ~arrays["suspect"])
    assert sorted(number["train"] + number["validation"]) == good.tolist()
    assert len(good) < len(hand)


def test_semeion_is_validated_by_all_digits(folder: Path) -> None:
    # As its file is laid out: ten writers after the other, each group sorted by digit.
    labels = np.tile(np.repeat(np.arange(10), 20), 8).astype(np.uint8)
    np.savez(folder / "semeion.npz", labels=labels, images=np.zeros((1600, 16, 16), np.uint8))
    counts = {part: np.bincount(load("semeion", part).labels, minlength=10) for part in PARTS}
    assert (counts["train"] + counts["validation"] == 160).all()
    assert (counts["validation"] >= 10).all()
    assert (counts["train"] >= 100).all()


@pytest.mark.parametrize(("name", "side"), [("emnist_digits", 28), ("usps", 16)])
def test_what_its_makers_set_apart_is_checked(folder: Path, name: str, side: int) -> None:
    arrays = halves(side)
    np.savez(folder / f"{name}.npz", **arrays)
    assert (pictures(load(name, "train")) == arrays["train_images"]).all()
    assert (pictures(load(name, "check")) == arrays["test_images"]).all()
    assert (load(name, "check").labels == arrays["test_labels"]).all()
    assert len(load(name, "validation")) == 0


def test_qmnist_is_cut_by_writer_where_mnist_is_cut(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "MNIST_VALIDATION", 2)
    arrays = halves(28) | {"train_writer": WRITER, "test_writer": WRITER[:5]}
    np.savez(folder / "qmnist.npz", **arrays)
    found = {part: pictures(load("qmnist", part))[:, 0, 0].tolist() for part in PARTS}
    # The last two were written by 9 and 5.
    assert found == {
        "train": [2, 3, 4, 5, 6, 7],
        "validation": [0, 1, 8, 9],
        "check": [100, 101, 102, 103, 104],
    }


def test_what_was_fetched_is_found_in_the_cache(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cache").mkdir()
    np.savez(folder / "cache" / "usps.npz", **halves(16))
    assert len(load("usps", "train")) == 10
    monkeypatch.delenv("DIGITUS_DATA")
    assert len(load("usps", "check")) == 5


@pytest.mark.usefixtures("made")
def test_what_is_here_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITUS_CACHE", str(tmp_path))
    assert available() == list(MADE)
    np.savez(tmp_path / "usps.npz", **halves(16))
    assert available() == [*MADE, "usps"]


@pytest.mark.parametrize("name", SOURCES)
def test_a_missing_set_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    wanted = SETS[name].contents
    with pytest.raises(DataNotFound) as caught:
        load(name, "train")
    assert f"put {wanted} into the folder DIGITUS_DATA={folder}" in str(caught.value)
    assert (f"digitus data fetch {name}" in str(caught.value)) == bool(SETS[name].downloads)
    monkeypatch.delenv("DIGITUS_DATA")
    with pytest.raises(DataNotFound, match="set DIGITUS_DATA to the folder that holds"):
        load(name, "train")


def test_a_folder_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITUS_DATA", str(folder / "nowhere"))
    with pytest.raises(DataNotFound, match="is not a folder"):
        load("mnist", "train")


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 half of one"])
@pytest.mark.parametrize("name", SOURCES)
def test_a_damaged_file_is_a_sentence(folder: Path, name: str, damage: bytes) -> None:
    for file in SETS[name].files:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(damage)
    with pytest.raises(DataNotFound, match="is damaged: remove it, then ") as caught:
        load(name, "train")
    assert str(folder / name) in str(caught.value)


def test_an_archive_that_is_cut_short_is_a_sentence(folder: Path) -> None:
    path = folder / "usps.npz"
    np.savez_compressed(path, **halves(16))
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + bytes(20) + whole[60:])
    with pytest.raises(DataNotFound, match="is damaged"):
        load("usps", "train")


def test_an_archive_that_python_cannot_unpack_is_a_sentence(folder: Path) -> None:
    path = folder / "usps.npz"
    np.savez(path, **halves(16))
    whole = path.read_bytes()
    central = whole.index(b"PK\1\2")
    for offset, value in ((8, 1), (8, 0x41), (10, 99)):  # encrypted, oddly so, an unknown packing
        spoilt = bytearray(whole)
        spoilt[central + offset] = spoilt[offset - 2] = value
        path.write_bytes(spoilt)
        with pytest.raises(DataNotFound, match="is damaged"):
            load("usps", "train")


def test_an_archive_that_promises_more_than_memory_holds_is_a_sentence(folder: Path) -> None:
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({10**15},), }}"
    array = b"\x93NUMPY\1\0" + (118).to_bytes(2, "little") + f"{header:117}\n".encode()
    with zipfile.ZipFile(folder / "usps.npz", "w") as archive:
        archive.writestr("train_images.npy", array)
    with pytest.raises(DataNotFound, match="is damaged"):
        load("usps", "train")


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "mnist"])
def test_another_archive_of_that_name_is_a_sentence(folder: Path, name: str) -> None:
    np.savez(folder / f"{name}.npz", x=np.zeros(3))
    with pytest.raises(DataNotFound, match=rf"{name}\.npz has no array"):
        load(name, "train")


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(DataNotFound, match=r"'minst': choose from mnist, .*unipen"):
        load("minst", "train")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", MADE)
def test_some_rows_of_a_set(name: str) -> None:
    data = load(name, "train")
    part = data.rows(slice(2, 5))
    assert (part.name, len(part)) == (name, 3)
    assert (part.labels == data.labels[2:5]).all()
    if data.images is None:
        assert part.strokes == (data.strokes or [])[2:5]
    else:
        assert (pictures(part) == data.images[2:5]).all()


def test_pages_are_pictures_as_the_ink_step_takes_them() -> None:
    images = np.arange(2 * 9 * 8, dtype=np.uint8).reshape(2, 9, 8)
    labels = np.array([1, 2], np.uint8)
    grey = Dataset("own", labels, images).page(1)
    assert grey.shape == (9, 8, 3)
    assert (grey == images[1, :, :, None]).all()
    pages = [np.zeros((9, 8, 3), np.uint8), np.ones((30, 20, 3), np.uint8)]
    data = Dataset("own", labels, pages=pages)
    assert data.page(1) is pages[1]
    assert data.rows(slice(1, 2)).page(0) is pages[1]


def test_every_source_has_a_licence() -> None:
    assert set(LICENCES) == set(SOURCES)
    assert all(LICENCES.values())


@needs_data
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("mnist", (56_000, 4000, 10_000)),
        ("numbers_ch", (7446, 1800, 2975)),
        ("optdigits", (2880, 0, 1797)),
        ("semeion", (1393, 200, 0)),
        ("hwd1000", (1000, 0, 0)),
        ("pendigits", (7494, 0, 3498)),
        ("unipen", (14_088, 1337, 0)),
    ],
)
def test_the_parts_of_the_real_sources_hold_all_digits(name: str, sizes: tuple[int, ...]) -> None:
    for part, size in zip(PARTS, sizes, strict=True):
        data = load(name, part)
        assert len(data) == pytest.approx(size, rel=0.3 if name == "semeion" else 0)
        if size:
            counts = np.bincount(data.labels, minlength=10)
            assert len(counts) == 10
            assert counts.min() > counts.mean() / 3
