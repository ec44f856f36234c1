"""The pages of several digits that the reader is measured by; nothing is ever trained on them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from check_sets import SEED, STRANGERS
from digitus.image import ImageLike
from digitus.training.datasets import data_folder
from digitus.training.pages import SPACINGS, gather_hands, make_page, strings

# How many strings are written at each spacing, and how many pages are made without a digit.
STRINGS, EMPTY_PAGES = 500, 200


@dataclass(frozen=True)
class PageSample:
    """One page.

    Attributes:
        source: Its file, or its place in the set.
        truth: Its numbers in reading order, digits only.
        picture: Gives what `digitus.Reader.read` reads; called where it is read.
    """

    source: str
    truth: tuple[str, ...]
    picture: Callable[[], ImageLike]


def page_sets() -> dict[str, list[PageSample]]:
    """Return all sets by name.

    Raises:
        DataNotFound: A data set is not there.
    """
    sets = {"pages": list(_labelled("pages")), "amounts": list(_labelled("amounts"))}
    hands = gather_hands("check")
    for distance in SPACINGS:
        pages = strings(hands, distance, STRINGS, SEED)
        sets[f"{distance} strings"] = [
            PageSample(f"{distance} {index}", (page.text,), partial(np.asarray, page.pixels))
            for index, page in enumerate(pages)
        ]
    empty = [PageSample(f"empty {i}", (), partial(_empty, i)) for i in range(EMPTY_PAGES)]
    return sets | {"pages without digits": empty}


def _labelled(name: str) -> Iterator[PageSample]:
    """Yield the pictures of a folder with their numbers: what is no digit in them is left out."""
    folder = data_folder() / name
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            numbers = [re.sub(r"\D", "", word) for word in re.split(r"[ |]", row["text"])]
            path = folder / "images" / row["file"]
            yield PageSample(row["file"], tuple(filter(None, numbers)), partial(Path, path))


def _empty(index: int) -> NDArray[np.uint8]:
    # Nobody's digits are on it: no data set need be loaded, page after page.
    return make_page(STRANGERS + index, gather_hands("validation", ()), kind="empty").pixels
