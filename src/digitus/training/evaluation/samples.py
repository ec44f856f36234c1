"""A name -> the pictures to be measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitus.errors import DataNotFound, InvalidData
from digitus.training import datasets, own
from digitus.training.datasets import SOURCES, Dataset, Part
from digitus.training.glyphs import NO_DIGIT

# Where a source has writers to report on, these; else those that models are chosen by.
UNSEEN: tuple[Part, ...] = ("check", "validation")
OWN = "own"


@dataclass(frozen=True)
class Samples:
    """Pictures to be measured by.

    Attributes:
        data: The pictures or strokes, and what they show.
        part: ``check``, or ``validation`` where the source has no check part; ``own`` where the
            pictures are the user's own.
    """

    data: Dataset
    part: str

    @property
    def name(self) -> str:
        """The name of the set."""
        return self.data.name

    @property
    def title(self) -> str:
        """The name, and the part where it is not the one to report on."""
        return self.name if self.part == UNSEEN[0] else f"{self.name} ({self.part})"


def samples(name: str) -> Samples:
    """Load what a name stands for; the one place that decides what names there are.

    Args:
        name: One of `datasets.SOURCES`, or the path of one's own digits, as for `own.load`.

    Returns:
        The source's check part, or its validation part where it has no other; all of one's own,
        or what an NPZ file sets apart for a test.

    Raises:
        DataNotFound: There is no such set, or no writers of it are kept from training.
        InvalidData: One's own are damaged, or some of them hold no digit.
    """
    if name not in SOURCES:
        data = own.load(name, test=True)
        if (data.labels == NO_DIGIT).any():
            raise InvalidData(f"'{name}' also has pictures without a digit: leave them out")
        return Samples(data, OWN)
    for part in UNSEEN:
        data = datasets.load(name, part)
        if len(data):
            return Samples(data, part)
    raise DataNotFound(
        f"All of '{name}' is trained on, so it says nothing about new hands: choose another set"
    )


# Their writers filled in the forms that MNIST was cut from, its training part, too.
SEEN_IN_MNIST = frozenset({"emnist_digits"})


def all_samples(names: Sequence[str] = ()) -> list[Samples]:
    """Load several sets, each once.

    Args:
        names: As for `samples`; none for all that are here and have
            writers that are not trained on, not by those who learn from MNIST either.

    Raises:
        DataNotFound: One of the names leads nowhere, or there is no set at all.
    """
    if names:
        return [samples(name) for name in dict.fromkeys(names)]
    found = []
    for name in datasets.available():
        if name in SEEN_IN_MNIST:
            continue
        try:
            found.append(samples(name))
        except DataNotFound:  # all of it is trained on
            continue
    if not found:
        raise DataNotFound(
            "There is no data set in the cache or the folder DIGITUS_DATA: digitus data fetch "
            f"mnist, or set DIGITUS_DATA to the folder that holds {', '.join(SOURCES)}, or one "
            "of them"
        )
    return found
