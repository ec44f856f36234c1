"""The glyphs that a run learns from, and those of other writers that it is judged by."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitus.errors import InvalidRecipe
from digitus.glyph import SIDE
from digitus.training import datasets, own
from digitus.training.archives import DAMAGED
from digitus.training.corruptions import corrupt_each
from digitus.training.datasets import SOURCES, Dataset, Part, Strokes
from digitus.training.glyphs import (
    NO_DIGIT,
    GlyphArray,
    glyphs_of,
    negative_glyphs,
    pair_glyphs,
    picture_glyphs,
    synthesised,
)
from digitus.training.recipe import Data

Samples = tuple[GlyphArray, NDArray[np.uint8]]
Corpus = dict[str, Samples]
Job = Callable[[], Samples]

# Validation needs no more than this part of each kind of made picture.
VALIDATION_PART = 0.1
STROKED = ("unipen", "pendigits")
# Sources that are made, by the counts of the recipe that say how many.
MADE = {
    "pictures": ("pictures",),
    "synthesised": ("synthesised",),
    "negatives": ("negative_strokes", "negative_pictures", "negative_pairs"),
    "corrupted": ("corrupted",),
}
# Those that need no ink step: they are glyphs as they are.
GLYPHS_AS_MADE = ("corrupted",)
# What one job makes; small enough to keep all cores busy to the end.
CHUNK = 1000


def prepare(data: Data, part: Part, seed: int, cache: Path) -> Corpus:
    """Make all glyphs of a recipe, or load them where they were made before.

    Args:
        data: The data table of the recipe.
        part: ``train`` or ``validation``.
        seed: Seed of all chance.
        cache: The .npz file to keep them in.

    Returns:
        Glyphs uint8 [N, 28, 28] and labels uint8 [N], 10 for no digit, by source.

    Raises:
        InvalidRecipe: A share is of a source that does not exist, or of which nothing is made.
        DataNotFound: A data set is not there.
    """
    check_shares(data)
    names = [name for name in data.share if data.through_ink or name in GLYPHS_AS_MADE]
    corpus = {name: _as_it_is(data, name, part) for name in data.share if name not in names}
    if names:
        corpus |= _made_once(data, names, part, seed, cache)
    # Not every source has writers that were held out.
    return {name: corpus[name] for name in data.share if name in corpus and len(corpus[name][1])}


def sources_of(data: Data) -> list[str]:
    """Return the public data sets that a recipe learns from, also by what is made of them."""
    found: list[str] = []
    for name in data.share:
        if name in SOURCES:
            found.append(name)
        elif name == "pictures":
            found += STROKED
        elif name == "corrupted" or (name == "negatives" and data.negative_pairs):
            found.append("mnist")
    return list(dict.fromkeys(found))


def _made_once(data: Data, names: list[str], part: Part, seed: int, cache: Path) -> Corpus:
    """Make the glyphs of some sources, or load them where they were made before."""
    kept = _kept(cache)
    if kept is None:
        kept = _make(data, names, part, seed)
        arrays: dict[str, Any] = {}
        for name, (glyphs, labels) in kept.items():
            arrays[f"{name}_glyphs"], arrays[f"{name}_labels"] = glyphs, labels
        unfinished = cache.with_suffix(".part.npz")
        np.savez_compressed(unfinished, **arrays)
        unfinished.replace(cache)
    return kept


def _kept(cache: Path) -> Corpus | None:
    """Load glyphs that were made before; None where there are none, or the file is damaged."""
    try:
        with np.load(cache) as archive:
            names = [key.removesuffix("_glyphs") for key in archive if key.endswith("_glyphs")]
            return {name: (archive[f"{name}_glyphs"], archive[f"{name}_labels"]) for name in names}
    except DAMAGED:
        return None


def _as_it_is(data: Data, name: str, part: Part) -> Samples:
    """Return the pictures of a data set as glyphs, without ink or layout.

    Raises:
        InvalidRecipe: They are none.
    """
    found = [] if name in MADE else [_load(name, whose) for whose in _parts(data, part)]
    images = [data.images for data in found if data.images is not None]
    if not images or images[0].shape[1:] != (SIDE, SIDE):
        raise InvalidRecipe(
            f"[data] through_ink = false is for pictures of 28 x 28, and '{name}' has none: "
            "remove it"
        )
    return np.concatenate(images), np.concatenate([data.labels for data in found])


def _parts(data: Data, part: Part) -> tuple[Part, ...]:
    """Return whose digits a part is made of; where nobody is held out, training has all."""
    return (part,) if data.held_out else ("train", "validation")


def check_shares(data: Data) -> None:
    """See that there is something of each source that has a share.

    Raises:
        InvalidRecipe: There is not.
    """
    for name in data.share:
        counts = MADE.get(name, ())
        own_file = os.path.exists(name)  # noqa: PTH110  # Path's raises for too long a name
        if name not in SOURCES and not counts and not own_file:
            known = ", ".join([*SOURCES, *MADE])
            raise InvalidRecipe(
                f"[data.share] names '{name}', which is none of {known}, and no file or folder of "
                "your own: mend it"
            )
        if counts and not any(getattr(data, count) for count in counts):
            raise InvalidRecipe(
                f"[data.share] names '{name}', but none are made: set {' or '.join(counts)}"
            )


def _make(data: Data, names: list[str], part: Part, seed: int) -> Corpus:
    """Make the glyphs of some sources, on all cores."""
    jobs = list(_jobs(data, names, part))  # tells what is missing before any work is done
    # Workers are started afresh: a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=context, initializer=_go_on)
    try:
        chance = np.random.SeedSequence([seed, part == "validation"])
        work: list[tuple[str, Future[Samples]]] = []
        for name, job in jobs:
            own = int(chance.spawn(1)[0].generate_state(1)[0])
            work.append((name, pool.submit(job, seed=own)))
        parts: dict[str, list[Samples]] = {}
        for name, made in work:
            parts.setdefault(name, []).append(made.result())
    finally:
        pool.shutdown(cancel_futures=True)  # what was begun takes a second or two
    return {
        name: (np.concatenate([p[0] for p in found]), np.concatenate([p[1] for p in found]))
        for name, found in parts.items()
    }


def _go_on() -> None:
    """Let a worker leave ctrl-C, which all processes are sent, to the one that waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _jobs(data: Data, names: list[str], part: Part) -> Iterator[tuple[str, Callable[..., Samples]]]:
    """Name the work: (source, function of a seed)."""
    portion = 1.0 if part == "train" else VALIDATION_PART
    for name in names:
        if name == "pictures":
            for size in _chunks(data.pictures * portion):
                yield name, partial(_pictures, part, size)
        elif name == "synthesised":
            for size in _chunks(data.synthesised * portion):
                yield name, partial(_synthesised, size)
        elif name == "negatives":
            for size in _chunks(data.negative_strokes * portion):
                yield name, partial(_negatives, size, 0)
            for size in _chunks(data.negative_pictures * portion):
                yield name, partial(_negatives, 0, size)
            for size in _chunks(data.negative_pairs * portion):
                yield name, partial(_pairs, part, size)
        elif name == "corrupted":
            times = data.corrupted if part == "train" else 1
            for whose, rows in _rows("mnist", _parts(data, part)):
                yield name, partial(_corrupted, whose, rows, times)
        else:
            times = data.drawings if part == "train" else 1
            for whose, rows in _rows(name, _parts(data, part)):
                yield name, partial(_source, name, whose, rows, times)


def _rows(name: str, parts: tuple[Part, ...]) -> Iterator[tuple[Part, slice]]:
    """Cut a data set into pieces for one job each."""
    for whose in parts:
        for start in range(0, len(_load(name, whose)), CHUNK):
            yield whose, slice(start, start + CHUNK)


def _chunks(count: float) -> Iterator[int]:
    for start in range(0, round(count), CHUNK):
        yield min(CHUNK, round(count) - start)


def _source(name: str, part: Part, rows: slice, drawings: int, seed: int) -> Samples:
    return glyphs_of(_at_hand(name, part).rows(rows), drawings, seed)


def _corrupted(part: Part, rows: slice, times: int, seed: int) -> Samples:
    data = _at_hand("mnist", part).rows(rows)
    assert data.images is not None
    return corrupt_each(data.images, times, seed), np.tile(data.labels, times)


@lru_cache(maxsize=2)
def _at_hand(name: str, part: Part) -> Dataset:
    """Load a part of a data set once in a worker, which makes several pieces of it."""
    return _load(name, part)


def _load(name: str, part: Part) -> Dataset:
    """Load a part of a public data set, or of the user's own."""
    return datasets.load(name, part) if name in SOURCES else own.load_part(name, part)


def _pictures(part: Part, count: int, seed: int) -> Samples:
    strokes: list[Strokes] = []
    labels = []
    for name in STROKED:
        data = _load(name, part)
        strokes += data.strokes or []
        labels.append(data.labels)
    return picture_glyphs(strokes, np.concatenate(labels), count, seed)


def _synthesised(count: int, seed: int) -> Samples:
    """Draw half of the synthesised digits straight as glyphs, half in pictures."""
    strokes, labels = synthesised(count, seed)
    half = count // 2
    drawn = glyphs_of(Dataset("synthesised", labels[:half], strokes=strokes[:half]), 1, seed)
    seen = picture_glyphs(strokes[half:], labels[half:], count - half, seed)
    return np.concatenate([drawn[0], seen[0]]), np.concatenate([drawn[1], seen[1]])


def _negatives(strokes: int, pictures: int, seed: int) -> Samples:
    glyphs = negative_glyphs(strokes, pictures, seed)
    return glyphs, np.full(len(glyphs), NO_DIGIT, np.uint8)


def _pairs(part: Part, count: int, seed: int) -> Samples:
    glyphs = pair_glyphs(_at_hand("mnist", part).images, count, seed)
    return glyphs, np.full(len(glyphs), NO_DIGIT, np.uint8)
