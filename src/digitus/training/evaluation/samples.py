"""A name -> the pictures to be measured by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digitus.errors import DataNotFound, InvalidData
from digitus.training import datasets, own
from digitus.training.datasets import SOURCES, Dataset, Part
from digitus.training.glyphs import NO_DIGIT
from digitus.training.origins import ALL_OF_NIST, fingerprint

# Where a source has writers to report on, these; else those that models are chosen by.
UNSEEN: tuple[Part, ...] = ("check", "validation")
OWN, HELD_OUT = "own", "held out"


@dataclass(frozen=True)
class Samples:
    """Pictures to be measured by.

    Attributes:
        data: The pictures or strokes, and what they show.
        part: ``check``, or ``validation`` where the source has no check part; ``own`` where the
            pictures are the user's own, ``held out`` where a model has learnt from the others.
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


def samples(name: str, learnt: Mapping[str, bool] | None = None) -> Samples:
    """Load what a name stands for; the one place that decides what names there are.

    Args:
        name: One of `datasets.SOURCES`, or the path of one's own digits, as for `own.load`.
        learnt: Of `origins.learnt_own`: which digits of one's own the models have learnt from.

    Returns:
        The source's check part, or its validation part where it has no other; all of one's own,
        what an NPZ file sets apart for a test, or what those who learnt from it held out.

    Raises:
        DataNotFound: There is no such set, or nothing of it is kept from training.
        InvalidData: One's own are damaged, or some of them hold no digit.
    """
    if name not in SOURCES:
        data = own.load(name, test=True)
        if (data.labels == NO_DIGIT).any():
            raise InvalidData(f"'{name}' also has pictures without a digit: leave them out")
        held_out = learnt.get(fingerprint(data)) if learnt else None
        if held_out is None:
            return Samples(data, OWN)
        if held_out:
            return Samples(own.load_part(name, "validation"), HELD_OUT)
        raise DataNotFound(
            f"A model has learnt from all of '{name}', so it says nothing about new pictures: "
            "choose others"
        )
    for part in UNSEEN:
        data = datasets.load(name, part)
        if len(data):
            return Samples(data, part)
    raise DataNotFound(
        f"All of '{name}' is trained on, so it says nothing about new hands: choose another set"
    )


def all_samples(
    names: Sequence[str] = (), learnt: Mapping[str, bool] | None = None
) -> list[Samples]:
    """Load several sets, each once.

    Args:
        names: As for `samples`; none for all that are here and have
            writers that are not trained on, not by those who learn from MNIST either.
        learnt: As for `samples`.

    Raises:
        DataNotFound: One of the names leads nowhere, or there is no set at all.
    """
    if names:
        return [samples(name, learnt) for name in dict.fromkeys(names)]
    found = []
    for name in datasets.available():
        if name == ALL_OF_NIST:
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
