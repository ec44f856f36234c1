from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from made_data import MNIST_TRAIN, MNIST_VALIDATION, Arrays, images
from PIL import Image

from digitus.errors import DataNotFound, InvalidRecipe
from digitus.training import corpus, datasets
from digitus.training.corpus import Corpus, prepare
from digitus.training.glyphs import NO_DIGIT
from digitus.training.recipe import Data

Made = dict[str, Arrays]

SOURCES = ("mnist", "numbers_ch", "optdigits", "semeion", "hwd1000", "pendigits", "unipen")
MADE = {"pictures", "synthesised", "negatives", "corrupted"}
DATA = Data(
    samples=64,
    drawings=3,
    pictures=12,
    synthesised=20,
    negative_strokes=20,
    negative_pictures=5,
    negative_pairs=10,
    corrupted=2,
    share=dict.fromkeys([*SOURCES, *MADE], 1.0),
)
# The sources alone, where the made ones do not matter.
LITTLE = Data(64, dict.fromkeys(SOURCES, 1.0))


class OneCore:
    """Does at once what a pool of processes would do later."""

    jobs = 0

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def shutdown(self, **_: object) -> None:
        corpus._at_hand.cache_clear()  # as it goes with the processes

    def submit(self, job: Callable[..., Any], **arguments: Any) -> Future[Any]:
        OneCore.jobs += 1
        future: Future[Any] = Future()
        future.set_result(job(**arguments))
        return future


@pytest.fixture
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "ProcessPoolExecutor", OneCore)
    monkeypatch.setattr(OneCore, "jobs", 0)


def assert_same(one: Corpus, other: Corpus) -> None:
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name][0], other[name][0])
        np.testing.assert_array_equal(one[name][1], other[name][1])


def test_what_is_made_of_public_sets_needs_them() -> None:
    def needed(*names: str, pairs: int = 0) -> list[str]:
        return corpus.sources_of(Data(1, dict.fromkeys(names, 1.0), negative_pairs=pairs))

    assert needed("optdigits", "corrupted", "mnist") == ["optdigits", "mnist"]
    assert needed("pictures", "pendigits") == ["unipen", "pendigits"]
    assert needed("synthesised", "negatives", "/my/own") == []
    assert needed("negatives", pairs=1) == ["mnist"]


class Interrupted(OneCore):
    """Ctrl-C comes while the second piece is made."""

    stopped: ClassVar[list[dict[str, object]]] = []

    def submit(self, job: Callable[..., Any], **arguments: Any) -> Future[Any]:
        future = super().submit(job, **arguments)
        if OneCore.jobs == 2:
            future = Future()
            future.set_exception(KeyboardInterrupt())
        return future

    def shutdown(self, **how: object) -> None:
        super().shutdown()
        self.stopped.append(how)


@pytest.mark.usefixtures("made", "one_core")
def test_ctrl_c_leaves_undone_what_was_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "ProcessPoolExecutor", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare(LITTLE, "train", 5, tmp_path / "train.npz")
    assert Interrupted.stopped == [{"cancel_futures": True}]
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("made", "one_core")
def test_every_source_gives_glyphs_and_labels(tmp_path: Path) -> None:
    made = prepare(DATA, "train", 5, tmp_path / "train.npz")
    assert set(made) == {*SOURCES, *MADE}
    for name, (glyphs, labels) in made.items():
        assert glyphs.dtype == labels.dtype == np.uint8
        assert glyphs.shape == (len(labels), 28, 28)
        assert glyphs.any(axis=(1, 2)).all()
        assert (labels == NO_DIGIT).all() if name == "negatives" else (labels < NO_DIGIT).all()


@pytest.mark.usefixtures("one_core")
def test_a_recipe_says_how_much_is_made(tmp_path: Path, made: Made) -> None:
    train = prepare(DATA, "train", 5, tmp_path / "train.npz")
    validation = prepare(DATA, "validation", 5, tmp_path / "validation.npz")
    pens = len(made["pendigits"]["train_labels"])
    assert len(train["mnist"][0]) == pytest.approx(MNIST_TRAIN, abs=2)
    assert len(validation["mnist"][0]) == pytest.approx(MNIST_VALIDATION, abs=2)
    assert len(train["pendigits"][0]) == DATA.drawings * pens
    assert len(train["corrupted"][0]) == DATA.corrupted * MNIST_TRAIN
    assert len(validation["corrupted"][0]) == MNIST_VALIDATION
    assert len(validation["unipen"][0]) == len(datasets.load("unipen", "validation"))
    assert 8 <= len(train["pictures"][0]) <= 12
    assert 16 <= len(train["synthesised"][0]) <= 20
    assert len(train["negatives"][0]) >= 20 + 10  # and some of the pictures' pieces
    # One in ten of what is made, and no source whose writers all learn.
    assert len(validation["synthesised"][0]) <= 2
    assert not {"optdigits", "hwd1000", "pendigits"} & set(validation)


@pytest.mark.usefixtures("made", "one_core")
def test_the_seed_determines_it(tmp_path: Path) -> None:
    first = prepare(DATA, "train", 5, tmp_path / "first.npz")
    assert_same(first, prepare(DATA, "train", 5, tmp_path / "again.npz"))
    other = prepare(DATA, "train", 6, tmp_path / "other.npz")
    for name in ("pendigits", *MADE):
        assert first[name][0].tobytes() != other[name][0].tobytes()


@pytest.mark.usefixtures("one_core")
def test_validation_is_not_made_by_the_chance_of_training(
    tmp_path: Path,
) -> None:
    train = Data(64, {"synthesised": 1.0}, synthesised=20)
    validation = replace(train, synthesised=200)
    seen = prepare(train, "train", 5, tmp_path / "train.npz")["synthesised"][0]
    unseen = prepare(validation, "validation", 5, tmp_path / "validation.npz")["synthesised"][0]
    assert not {glyph.tobytes() for glyph in seen} & {glyph.tobytes() for glyph in unseen}


@pytest.mark.usefixtures("made")
def test_many_processes_make_what_one_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other processes do not know of MNIST's smaller validation part.
    shares = dict.fromkeys(["semeion", "unipen", *sorted(MADE - {"corrupted"})], 1.0)
    data = Data(64, shares, drawings=3, pictures=4, synthesised=6, negative_strokes=9)
    many = prepare(data, "train", 5, tmp_path / "many.npz")
    monkeypatch.setattr(corpus, "ProcessPoolExecutor", OneCore)
    assert_same(many, prepare(data, "train", 5, tmp_path / "one.npz"))
    assert len(many["unipen"][0]) > 100


@pytest.mark.usefixtures("one_core")
def test_work_is_cut_into_pieces_that_add_up(
    tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "CHUNK", 7)
    data = replace(LITTLE, negative_strokes=30, share=LITTLE.share | {"negatives": 1.0})
    pieces = prepare(data, "train", 5, tmp_path / "train.npz")
    assert (pieces["pendigits"][1] == made["pendigits"]["train_labels"]).all()
    assert len(pieces["negatives"][0]) == 30
    assert OneCore.jobs > 20


@pytest.mark.usefixtures("made", "one_core")
def test_what_was_made_before_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "train.npz"
    first = prepare(LITTLE, "train", 5, cache)
    monkeypatch.delenv("DIGITUS_DATA")
    assert_same(first, prepare(LITTLE, "train", 5, cache))
    assert [path.name for path in tmp_path.iterdir()] == ["train.npz"]


@pytest.mark.usefixtures("made", "one_core")
def test_a_run_that_was_broken_off_while_saving_makes_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(file: Path, **_: object) -> None:
        Path(file).write_bytes(b"PK half of an archive")
        raise KeyboardInterrupt

    cache = tmp_path / "train.npz"
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez_compressed", break_off)
        with pytest.raises(KeyboardInterrupt):
            prepare(LITTLE, "train", 5, cache)
    assert not cache.exists()
    assert prepare(LITTLE, "train", 5, cache)["mnist"][0].any()


@pytest.mark.usefixtures("one_core")
def test_missing_data_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITUS_DATA", str(tmp_path))
    with pytest.raises(DataNotFound, match="mnist"):
        prepare(LITTLE, "train", 5, tmp_path / "train.npz")
    assert not (tmp_path / "train.npz").exists()


@pytest.mark.usefixtures("made", "one_core")
def test_missing_data_are_told_before_any_work_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: datasets.Part) -> datasets.Dataset:
        raise DataNotFound("unipen.npz is not there")

    monkeypatch.setitem(datasets.SOURCES, "unipen", missing)
    with pytest.raises(DataNotFound, match="unipen"):
        prepare(LITTLE, "train", 5, tmp_path / "train.npz")
    assert OneCore.jobs == 0


@pytest.mark.usefixtures("made")
def test_a_source_that_all_learn_from_is_not_validated_by(tmp_path: Path) -> None:
    data = Data(64, {"hwd1000": 1}, through_ink=False)
    assert prepare(data, "validation", 5, tmp_path / "validation.npz") == {}


@pytest.mark.usefixtures("made", "one_core")
def test_only_what_has_a_share_is_made(tmp_path: Path) -> None:
    assert set(prepare(Data(64, {"hwd1000": 1}), "train", 5, tmp_path / "train.npz")) == {"hwd1000"}


@pytest.mark.usefixtures("made", "one_core")
@pytest.mark.parametrize(
    ("share", "says"),
    [
        ({"mnist": 1.0, "minst": 1.0}, "names 'minst', which is none of mnist"),
        ({"mnist": 1.0, "negatives": 1.0}, "'negatives', but none are made: set negative_strokes"),
        ({"pictures": 1.0}, "'pictures', but none are made: set pictures"),
    ],
)
def test_a_share_of_nothing_is_named_before_any_work_is_done(
    tmp_path: Path, share: dict[str, float], says: str
) -> None:
    with pytest.raises(InvalidRecipe, match=says):
        prepare(Data(64, share), "train", 5, tmp_path / "train.npz")
    assert OneCore.jobs == 0


@pytest.mark.usefixtures("one_core")
def test_where_nobody_is_held_out_training_has_all(tmp_path: Path, made: Made) -> None:
    everyone = Data(64, {"mnist": 1.0, "semeion": 1.0}, held_out=False)
    train = prepare(everyone, "train", 5, tmp_path / "train.npz")
    assert len(train["mnist"][1]) == MNIST_TRAIN + MNIST_VALIDATION
    assert len(train["semeion"][1]) == len(made["semeion"]["labels"])


@pytest.mark.usefixtures("one_core")
def test_pictures_of_28x28_may_be_glyphs_as_they_are(tmp_path: Path, made: Made) -> None:
    plain = Data(64, {"mnist": 1.0}, through_ink=False)
    glyphs, labels = prepare(plain, "train", 5, tmp_path / "train.npz")["mnist"]
    np.testing.assert_array_equal(glyphs, made["mnist"]["train-images-idx3-ubyte"][:MNIST_TRAIN])
    assert len(labels) == MNIST_TRAIN
    for name in ("optdigits", "unipen"):
        with pytest.raises(InvalidRecipe, match=f"for pictures of 28 x 28, and '{name}' has none"):
            prepare(replace(plain, share={name: 1.0}), "train", 5, tmp_path / "train.npz")
    other = replace(plain, share={"synthesised": 1.0}, synthesised=3)
    with pytest.raises(InvalidRecipe, match="'synthesised' has none"):
        prepare(other, "train", 5, tmp_path / "train.npz")


@pytest.mark.usefixtures("one_core")
def test_digits_of_ones_own_are_learnt_from(tmp_path: Path) -> None:
    glyphs, labels = images(30, 28, 9)
    for label, glyph in zip(labels, glyphs, strict=True):
        folder = tmp_path / "mine" / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - glyph).resize((90, 90)).save(
            folder / f"{len(list(folder.iterdir()))}.png"
        )
    mine = str(tmp_path / "mine")
    data = Data(64, {mine: 1.0})
    train = prepare(data, "train", 5, tmp_path / "train.npz")[mine]
    validation = prepare(data, "validation", 5, tmp_path / "validation.npz")[mine]
    assert (len(train[1]), len(validation[1])) == (27, 3)
    both = np.concatenate([train[1], validation[1]])
    assert sorted(both) == sorted(labels)
