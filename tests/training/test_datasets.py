from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from made_data import MNIST_TRAIN, Arrays
from numpy.typing import NDArray

from digitus.errors import DataNotFound
from digitus.training.datasets import LICENCES, SOURCES, Dataset, Part, data_folder, load
from marks import needs_data

Made = dict[str, Arrays]
PARTS: tuple[Part, ...] = get_args(Part)


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
@pytest.mark.parametrize("name", SOURCES)
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


def test_semeion_is_validated_by_all_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As its file is laid out: ten writers after the other, each group sorted by digit.
    labels = np.tile(np.repeat(np.arange(10), 20), 8).astype(np.uint8)
    np.savez(tmp_path / "semeion.npz", labels=labels, images=np.zeros((1600, 16, 16), np.uint8))
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    counts = {part: np.bincount(load("semeion", part).labels, minlength=10) for part in PARTS}
    assert (counts["train"] + counts["validation"] == 160).all()
    assert (counts["validation"] >= 10).all()
    assert (counts["train"] >= 100).all()


def test_a_folder_that_is_not_named_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("", str(tmp_path / "nowhere"), __file__):
        monkeypatch.setenv("DIGITUS_DATA", value)
        with pytest.raises(DataNotFound, match=r"set .*DIGITUS_DATA|DIGITUS_DATA.* set"):
            data_folder()
    monkeypatch.delenv("DIGITUS_DATA")
    with pytest.raises(DataNotFound, match="for example"):
        load("mnist", "train")


@pytest.mark.parametrize("name", SOURCES)
def test_a_missing_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    with pytest.raises(DataNotFound, match="is not there: put") as caught:
        load(name, "train")
    assert str(tmp_path / name) in str(caught.value)


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(DataNotFound, match=r"'emnist': choose from mnist, .*unipen"):
        load("emnist", "train")


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
