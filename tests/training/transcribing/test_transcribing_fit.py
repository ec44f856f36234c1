from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from digitus.training.pages import gather_hands
from digitus.training.transcribing import fit
from digitus.training.transcribing.fit import Settings
from digitus.training.transcribing.learn import model_of
from digitus.training.transcribing.strips import examples
from digitus.transcriber import Transcriber
from marks import keras_warns

pytestmark = keras_warns


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files of five strips, by made hands; whose they are."""
    parts: list[str] = []

    def gathered(part: str) -> object:
        parts.append(part)
        return gather_hands("train", ())

    monkeypatch.setattr(fit, "SHARD", 5)
    monkeypatch.setattr(fit, "gather_hands", gathered)
    return parts


def test_strips_are_loaded_as_they_were_made_by_writers_to_learn_from(
    tmp_path: Path, few: list[str]
) -> None:
    found = fit._load(fit._made(tmp_path, examples, 11))
    made = list(islice(examples(11, gather_hands("train", ())), 5))
    assert few == ["train"]
    assert len(found) == 5
    for one, other in zip(found, made, strict=True):
        for name in ("levels", "span", "digits"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_file_is_made_once_and_anew_where_it_was_broken_off(
    tmp_path: Path, few: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(file: BinaryIO, **_: object) -> None:
        file.write(b"half of it")
        raise KeyboardInterrupt

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(np, "savez_compressed", broken)
        with pytest.raises(KeyboardInterrupt):
            fit._made(tmp_path, examples, 3)
    assert len(fit._load(fit._made(tmp_path, examples, 3))) == 5
    fit._made(tmp_path, examples, 3)
    assert len(few) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["examples-3.npz"]


def test_what_was_trained_already_is_exported_as_a_transcriber_that_reads(tmp_path: Path) -> None:
    model_of().save_weights(tmp_path / "transcriber.weights.h5")
    target = fit.fit(tmp_path, Settings(seed=4, strips=10**9))  # none is made
    transcript = Transcriber(target).spell(
        np.full((60, 90, 3), 200, np.uint8), np.array([[20, 10, 40, 40]], np.float64)
    )
    assert transcript is not None
    np.testing.assert_allclose(transcript.looks[0].sum(axis=1), 1, atol=1e-4)
    card = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert (card["name"], card["seed"]) == ("transcriber", 4)
    assert card["data"]
