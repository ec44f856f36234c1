"""Nothing but a seed -> the transcriber: strips, network, export."""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import keras
import numpy as np

from digitus.training.datasets import LICENCES
from digitus.training.exchange.writing import write_model
from digitus.training.finding.blocks import folded
from digitus.training.pages import Hands, gather_hands
from digitus.training.pages.hands import SOURCES
from digitus.training.transcribing import graph
from digitus.training.transcribing.learn import Batches, learn, model_of
from digitus.training.transcribing.mistakes import mistakes
from digitus.training.transcribing.strips import Example, examples

log = logging.getLogger(__name__)

Maker: TypeAlias = Callable[[int, Hands], Iterator[Example]]
# Strips of one file, and seeds between two files, more than one of them can use up.
SHARD, APART = 10_000, 1_000_000


@dataclass(frozen=True)
class Settings:
    """What is learnt, and how long.

    Attributes:
        seed: Of all chance.
        strips: How many are made of the numbers of pages, in whole files of `SHARD`.
        found: How many more are what the finder found, and not right: see `mistakes`.
        epochs: How often each is seen.
    """

    seed: int = 180_000_000
    strips: int = 380_000
    found: int = 20_000
    epochs: int = 8


def fit(folder: Path, settings: Settings) -> Path:
    """Train the transcriber; what is done already in the folder is not done again.

    Args:
        folder: Of the run.
        settings: What is learnt, and how long.

    Returns:
        The ONNX model; its card lies beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "transcriber.weights.h5"
    if not weights.exists():
        makers = [examples] * (settings.strips // SHARD) + [mistakes] * (settings.found // SHARD)
        seeds = [settings.seed + APART * number for number in range(len(makers))]
        # Workers are started afresh: a fork of a process with threads may hang.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
            files = list(pool.map(partial(_made, folder), makers, seeds))
        strips = [strip for file in files for strip in _load(file)]
        learn(Batches(strips, settings.seed), settings.epochs).save_weights(weights)
    model = model_of()
    model.load_weights(weights)
    return export(model, settings, folder / "transcriber.onnx")


def export(model: keras.Model, settings: Settings, target: Path) -> Path:
    """Write the transcriber with its card."""
    content = graph.build(folded(model)).SerializeToString()
    card = {
        "name": "transcriber",
        "seed": settings.seed,
        "data": {name: LICENCES[name] for name in SOURCES},
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write_model(target, content, card)
    log.info("the transcriber is %s, %s", target, json.dumps(card))
    return target


def _made(folder: Path, make: Maker, seed: int) -> Path:
    """Make a file of strips, whole or not at all; one that is there already is kept."""
    file = folder / f"{make.__name__}-{seed}.npz"
    if not file.exists():
        made = list(islice(make(seed, gather_hands("train")), SHARD))
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez_compressed(
                stream,
                levels=np.concatenate([strip.levels for strip in made], axis=1),
                ends=np.cumsum([strip.levels.shape[1] for strip in made]),
                spans=np.stack([strip.span for strip in made]),
                digits=np.concatenate([strip.digits for strip in made]),
                lengths=np.array([len(strip.digits) for strip in made]),
            )
        part.replace(file)
    return file


def _load(file: Path) -> list[Example]:
    with np.load(file) as arrays:
        levels = np.split(arrays["levels"], arrays["ends"][:-1], axis=1)
        digits = np.split(arrays["digits"], np.cumsum(arrays["lengths"])[:-1])
        spans = arrays["spans"]
    return [Example(*parts) for parts in zip(levels, spans, digits, strict=True)]
