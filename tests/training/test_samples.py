from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_data import MNIST_TEST, Arrays

from digitus.errors import DataNotFound, InvalidData
from digitus.training import own
from digitus.training.evaluation.samples import all_samples, samples
from digitus.training.origins import fingerprint

Made = dict[str, Arrays]


def test_a_source_is_measured_by_its_check_part(made: Made) -> None:
    found = samples("mnist")
    assert (found.name, found.part, found.title) == ("mnist", "check", "mnist")
    assert len(found.data) == MNIST_TEST
    assert (found.data.labels == made["mnist"]["t10k-labels-idx1-ubyte"]).all()


def test_a_source_without_one_is_measured_by_its_validation_part_and_says_so(made: Made) -> None:
    found = samples("unipen")
    assert (found.part, found.title) == ("validation", "unipen (validation)")
    assert 0 < len(found.data) < len(made["unipen"]["labels"])


@pytest.mark.usefixtures("made")
def test_a_source_that_is_trained_on_whole_is_no_measure() -> None:
    with pytest.raises(DataNotFound, match="All of 'hwd1000' is trained on"):
        samples("hwd1000")


@pytest.mark.usefixtures("made")
def test_by_default_all_sets_that_can_be_a_measure() -> None:
    names = [found.name for found in all_samples()]
    assert names == ["mnist", "numbers_ch", "optdigits", "semeion", "pendigits", "unipen"]


@pytest.mark.usefixtures("made")
def test_a_set_that_shares_forms_with_mnist_is_taken_only_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITUS_CACHE", str(tmp_path))
    images, labels = np.zeros((2, 28, 28), np.uint8), np.array([1, 7], np.uint8)
    arrays = {
        f"{part}_{what}": one
        for part in ("train", "test")
        for what, one in (("images", images), ("labels", labels))
    }
    np.savez(tmp_path / "emnist_digits.npz", **arrays)
    assert "emnist_digits" not in [found.name for found in all_samples()]
    assert [found.name for found in all_samples(["emnist_digits"])] == ["emnist_digits"]


@pytest.mark.usefixtures("made")
def test_the_sets_that_are_named_come_in_their_order_and_once() -> None:
    named = ["unipen", "mnist", "unipen"]
    assert [found.name for found in all_samples(named)] == ["unipen", "mnist"]


def test_a_folder_with_some_sets_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    with pytest.raises(DataNotFound, match="no data set in"):
        all_samples()
    images, labels = np.zeros((2, 32, 32), np.uint8), np.array([1, 7], np.uint8)
    np.savez(tmp_path / "optdigits.npz", windep_images=images, windep_labels=labels)
    assert [found.name for found in all_samples()] == ["optdigits"]
    with pytest.raises(DataNotFound, match=r"semeion\.npz"):
        all_samples(["optdigits", "semeion"])


def test_without_a_folder_a_sentence_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITUS_DATA", raising=False)
    with pytest.raises(DataNotFound, match="set DIGITUS_DATA"):
        all_samples()


@pytest.mark.usefixtures("made")
def test_pictures_of_ones_own_are_measured_by_as_well(tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    glyphs = np.zeros((4, 28, 28), np.uint8)
    np.savez(file, images=glyphs, labels=np.arange(4))
    found = samples(str(file))
    assert (len(found.data), found.part, found.title) == (4, "own", "mine (own)")
    np.savez(file, images=glyphs, labels=np.array([0, 1, 10, 3]))
    with pytest.raises(InvalidData, match="pictures without a digit"):
        samples(str(file))


@pytest.mark.usefixtures("made")
def test_of_ones_own_that_has_a_part_for_a_test_that_part_is_taken(tmp_path: Path) -> None:
    glyphs, labels = np.zeros((6, 28, 28), np.uint8), np.arange(6)
    learnt = {"x_train": glyphs, "y_train": labels}
    np.savez(tmp_path / "mnist.npz", **learnt, x_test=glyphs[:2], y_test=labels[4:])
    assert samples(str(tmp_path / "mnist.npz")).data.labels.tolist() == [4, 5]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataNotFound, match="choose from mnist, "):
        samples("emnist")


def test_of_ones_own_digits_only_what_nobody_has_learnt_from_is_a_measure(tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    images = np.random.default_rng(4).integers(0, 256, (30, 28, 28), np.uint8)
    np.savez(file, images=images, labels=np.arange(30, dtype=np.uint8) % 10)
    mark = fingerprint(own.load(file))
    assert len(samples(str(file)).data) == 30
    found = samples(str(file), {mark: True, "others": False})
    assert (found.part, found.title, len(found.data)) == ("held out", "mine (held out)", 3)
    assert found.data.images is not None
    assert (found.data.images == images[::10]).all()
    with pytest.raises(DataNotFound, match=r"has learnt from all of '.*mine\.npz'"):
        samples(str(file), {mark: False})
