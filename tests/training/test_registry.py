from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from digitus.errors import DataNotFound
from digitus.training.datasets import SOURCES
from digitus.training.registry import REFUSED, SETS, look_up, refuse_others


def test_every_source_is_in_the_registry() -> None:
    assert list(SETS) == list(SOURCES)


@pytest.mark.parametrize("name", SETS)
def test_every_set_says_what_has_to_be_known(name: str) -> None:
    entry = look_up(name)
    assert entry.name == name
    assert all((entry.digits, entry.writers, entry.licence, entry.citation, entry.files))
    assert entry.contents in (f"{name}.npz", f"{name}/*.gz")
    assert urlsplit(entry.page).netloc
    assert not entry.note or entry.note.endswith(".")


@pytest.mark.parametrize("file", [file for entry in SETS.values() for file in entry.downloads])
def test_every_file_has_a_checksum_at_each_address(file) -> None:
    assert file.mirrors
    assert file.megabytes > 0
    for address, checksum in file.mirrors:
        assert address.startswith("https://")
        assert re.fullmatch("[0-9a-f]{64}", checksum)


def test_addresses_and_names_are_not_mixed_up() -> None:
    files = [(name, file) for name, entry in SETS.items() for file in entry.downloads]
    addresses = [address for _, file in files for address, _ in file.mirrors]
    assert len(set(addresses)) == len(addresses)
    assert len({(name, file.name) for name, file in files}) == len(files)
    checksums = {file.name: {checksum for _, checksum in file.mirrors} for _, file in files}
    assert len(set.union(*checksums.values())) == sum(map(len, checksums.values()))


@pytest.mark.parametrize(
    "name", [*REFUSED, "FashionMNIST", "fashion_mnist", "Fashion MNIST", "CIFAR-10", "EMNIST"]
)
def test_sets_of_other_things_are_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(DataNotFound, match="handwritten digits alone: choose from mnist, "):
        look_up(name)


def test_the_digits_of_emnist_are_pointed_at() -> None:
    with pytest.raises(DataNotFound, match="its digits alone are 'emnist_digits'"):
        look_up("emnist")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataNotFound, match="No data set is called 'minst': choose from mnist, "):
        look_up("minst")


@pytest.mark.parametrize("name", ["", "my-digits", "mnist", "7"])
def test_other_names_are_not_refused(name: str) -> None:
    refuse_others(name)
