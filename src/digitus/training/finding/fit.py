"""Nothing but a seed -> the finder: crops, both networks, temperature, export."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitus.finder import Finder
from digitus.training.datasets import LICENCES
from digitus.training.exchange.writing import write_model
from digitus.training.finding import graph, nets
from digitus.training.finding.blocks import folded
from digitus.training.finding.calibrating import calibrated, validation_pages
from digitus.training.finding.learn_look import learn_look, look_model, make_pieces
from digitus.training.finding.learn_search import learn_search, search_model
from digitus.training.finding.mining import mine, mined_pages
from digitus.training.finding.pieces import joined
from digitus.training.finding.shards import make_shards
from digitus.training.pages import gather_hands
from digitus.training.pages.hands import SOURCES

log = logging.getLogger(__name__)

# The second network learns from other crops than the first, which would be too sure of its own.
APART = 1_000_000_000


@dataclass(frozen=True)
class Settings:
    """What is learnt, and how long.

    Attributes:
        seed: Of all chance.
        search_crops: Crops from which the first network learns.
        steps: Its steps, of 32 crops.
        look_crops: Crops whose candidates the second network learns from.
        pages: Whole pages whose candidates it learns from besides.
        epochs: How often it sees them.
    """

    seed: int = 1
    search_crops: int = 24_000
    steps: int = 8_000
    look_crops: int = 14_000
    pages: int = 6_500
    epochs: int = 16


def fit(folder: Path, settings: Settings) -> Path:
    """Train the finder; what is done already in the folder is not done again.

    Args:
        folder: Of the run.
        settings: What is learnt, and how long.

    Returns:
        The ONNX model; its card lies beside it.
    """
    hands = gather_hands("train")
    files = make_shards(folder / "search", settings.search_crops, settings.seed, hands)
    search = search_model()
    first, second = folder / "search.weights.h5", folder / "look.weights.h5"
    if not first.exists():
        learn_search(files, settings.steps, settings.seed).save_weights(first)
    search.load_weights(first)
    look = look_model()
    if not second.exists():
        others = make_shards(folder / "look", settings.look_crops, settings.seed + APART, hands)
        pages = mined_pages(settings.pages, settings.seed, hands)
        mined = mine(weights_of(search, look), pages, settings.seed)
        pieces = joined([make_pieces(search, others, settings.seed), mined])
        learn_look(pieces, settings.epochs, settings.seed).save_weights(second)
    look.load_weights(second)
    return export(search, look, settings, folder / "finder.onnx")


def export(search: keras.Model, look: keras.Model, settings: Settings, target: Path) -> Path:
    """Calibrate the finder and write it with its card.

    Args:
        search: The first network.
        look: The second.
        settings: How they were trained.
        target: The ONNX file.
    """
    write(search, look, 1.0, settings, target)
    found = calibrated(Finder(target), validation_pages(gather_hands("validation")))
    log.info("temperature %.3f", found.temperature)
    write(search, look, found.temperature, settings, target)
    return target


def write(
    search: keras.Model, look: keras.Model, temperature: float, settings: Settings, target: Path
) -> None:
    """Write the finder; its logits are divided by the temperature already."""
    weights = weights_of(search, look, temperature)
    content = graph.build(weights).SerializeToString()
    card = {
        "name": "finder",
        "temperature": temperature,
        "seed": settings.seed,
        "data": {name: LICENCES[name] for name in SOURCES},
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write_model(target, content, card)
    log.info("the finder is %s, %s", target, json.dumps(card))


def weights_of(search: keras.Model, look: keras.Model, temperature: float = 1.0) -> graph.Weights:
    """Return what the graph needs of both networks."""
    kernel, bias = look.get_layer("answer").get_weights()
    answer = kernel / np.float32(temperature), bias / np.float32(temperature)
    return graph.Weights(folded(_of_float32(search)), folded(look), hidden_of(look), answer)


def _of_float32(search: keras.Model) -> keras.Model:
    plain = search_model(None)
    plain.set_weights(search.get_weights())
    return plain


def hidden_of(look: keras.Model) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the layer behind both networks, kernel and bias, as `graph.Weights` wants it.

    ONNX lays out what is seen of a piece channel by channel; what is told comes behind it.
    """
    kernel, bias = look.get_layer("hidden").get_weights()
    side, channels = nets.SMALL, nets.CHANNELS
    seen = kernel[: side * side * channels].reshape(side, side, channels, -1)
    seen = seen.transpose(2, 0, 1, 3).reshape(side * side * channels, -1)
    return np.concatenate([seen, kernel[side * side * channels :]]), bias
