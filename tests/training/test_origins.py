from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digitus.training import own
from digitus.training.origins import fingerprint, learnt_own, origins, same_forms
from digitus.training.recipe import Data

IMAGES = np.random.default_rng(3).integers(0, 256, (30, 28, 28), np.uint8)
LABELS = (np.arange(30) % 10).astype(np.uint8)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=LABELS)
    return tmp_path / "mine.npz"


def test_a_card_names_what_was_made_of_public_sets_as_well() -> None:
    said = origins(Data(1, {"corrupted": 1.0, "pictures": 1.0, "synthesised": 1.0}))
    assert list(said["data"]) == ["mnist", "unipen", "pendigits"]
    assert all(said["data"].values())
    assert "own_data" not in said


def test_ones_own_digits_are_known_again_wherever_they_lie(mine: Path) -> None:
    (told,) = origins(Data(1, {str(mine): 1.0}))["own_data"]
    assert (told["name"], told["held_out"]) == ("mine", True)
    elsewhere = mine.rename(mine.with_name("other.npz"))
    assert fingerprint(own.load(elsewhere)) == told["sha256"]
    np.savez(mine, images=IMAGES[::-1], labels=LABELS)
    assert fingerprint(own.load(mine)) != told["sha256"]


def test_digits_that_are_gone_cannot_be_told(mine: Path) -> None:
    mine.unlink()
    assert origins(Data(1, {str(mine): 1.0})) == {"data": {}, "own_data": []}


def test_what_one_model_has_learnt_whole_is_held_out_by_none() -> None:
    part = {"own_data": [{"name": "a", "sha256": "1", "held_out": True}]}
    whole = {"own_data": [{"name": "a", "sha256": "1", "held_out": False}]}
    assert learnt_own([part, {}]) == {"1": True}
    assert learnt_own([part, whole]) == learnt_own([whole, part]) == {"1": False}


@pytest.mark.parametrize("said", [None, "all", 3, ["a"], [{}], [{"sha256": 4}], {"sha256": "1"}])
def test_cards_that_people_wrote_may_say_anything(said: object) -> None:
    assert learnt_own([{"own_data": said}]) == {}


@pytest.mark.parametrize(
    ("measured", "learnt", "shared"),
    [
        ("mnist", {"emnist_digits": "", "usps": ""}, "emnist_digits"),
        ("qmnist", ["emnist_digits"], "emnist_digits"),
        ("emnist_digits", {"mnist": ""}, "mnist"),
        ("mnist", {"mnist": ""}, None),
        ("usps", {"emnist_digits": ""}, None),
        ("mnist", "emnist_digits", None),
    ],
)
def test_forms_that_two_sets_were_cut_from(measured: str, learnt: object, shared: str) -> None:
    assert same_forms(measured, {"data": learnt}) == shared
