"""What a model has learnt from: a training writes it into the card, an evaluation asks for it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from digitus.errors import DigitusError
from digitus.training import own
from digitus.training.corpus import MADE, sources_of
from digitus.training.datasets import LICENCES, SOURCES, Dataset
from digitus.training.recipe import Data

log = logging.getLogger(__name__)

# The keys of a card: public data sets with their licences, and the user's own digits.
PUBLIC, OWN = "data", "own_data"
# Their digits were cut from the same forms, EMNIST's from all of them.
NIST, ALL_OF_NIST = frozenset({"mnist", "qmnist", "emnist_digits"}), "emnist_digits"


def origins(data: Data) -> dict[str, Any]:
    """Return what a card says of the data that a recipe learns from."""
    found: dict[str, Any] = {
        PUBLIC: {name: LICENCES[name] for name in sources_of(data) if name in LICENCES}
    }
    if mine := [_own(name, data) for name in data.share if name not in SOURCES.keys() | MADE]:
        found[OWN] = [entry for entry in mine if entry]
    return found


def fingerprint(data: Dataset) -> str:
    """Return what tells digits from others, wherever their file lies: a SHA-256."""
    digest = hashlib.sha256(data.labels.tobytes())
    if data.images is not None:
        digest.update(data.images.tobytes())
    elif isinstance(data.pages, own.Pictures):
        for path in data.pages.paths:
            digest.update(path.read_bytes())
    else:
        for page in data.pages or ():
            digest.update(page.tobytes())
    return digest.hexdigest()


def learnt_own(cards: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """Return which digits of people's own were learnt from.

    Args:
        cards: What cards say; those that people wrote may say anything.

    Returns:
        By fingerprint, whether a part of them was held out by all who learnt from the others.
    """
    found: dict[str, bool] = {}
    for card in cards:
        entries = card.get(OWN)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("sha256"), str):
                held_out = entry.get("held_out") is True
                found[entry["sha256"]] = held_out and found.get(entry["sha256"], True)
    return found


def same_forms(measured: str, card: Mapping[str, Any]) -> str | None:
    """Return what a model has learnt from that was cut from the forms of what measures it."""
    learnt = card.get(PUBLIC)
    names = NIST.intersection(map(str, learnt)) if isinstance(learnt, dict | list) else set()
    if measured not in NIST:
        return None
    if measured == ALL_OF_NIST:
        return min(names, default=None)
    return ALL_OF_NIST if ALL_OF_NIST in names else None


def _own(name: str, data: Data) -> dict[str, Any] | None:
    try:
        digits = own.load(name)
        entry = {"name": digits.name, "sha256": fingerprint(digits), "held_out": data.held_out}
    except (DigitusError, OSError) as error:
        log.warning("the card cannot say that '%s' was learnt from: %s", name, error)
        return None
    return entry
