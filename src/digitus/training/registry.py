"""What data sets there are, and which ones of other things are refused: `sets.toml` as objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitus.errors import DataNotFound
from digitus.training.toml import TomlFile

# Sets that people reach for and that hold no handwritten digits, or not digits alone.
REFUSED = {
    "fashion-mnist": "pictures of clothes",
    "kmnist": "Japanese characters",
    "k49": "Japanese characters",
    "kuzushiji-mnist": "Japanese characters",
    "kuzushiji-49": "Japanese characters",
    "emnist": "letters too (its digits alone are 'emnist_digits')",
    "emnist-letters": "letters",
    "emnist-balanced": "letters too (EMNIST's digits alone are 'emnist_digits')",
    "emnist-byclass": "letters too (EMNIST's digits alone are 'emnist_digits')",
    "emnist-bymerge": "letters too (EMNIST's digits alone are 'emnist_digits')",
    "notmnist": "printed letters",
    "sign-mnist": "photos of hands",
    "sign-language-mnist": "photos of hands",
    "omniglot": "characters of fifty alphabets",
    "svhn": "house numbers, which are printed",
    "cifar10": "photos of animals and vehicles",
    "cifar100": "photos of all kinds of things",
}


@dataclass(frozen=True)
class PublicFile:
    """A file that can be fetched.

    Attributes:
        name: What it is called here.
        megabytes: It is not larger than this.
        mirrors: Address and SHA-256 of the file there, to be tried in turn.
    """

    name: str
    megabytes: int
    mirrors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DigitSet:
    """A data set of handwritten digits.

    Attributes:
        name: As recipes and the command line call it.
        files: What `datasets` reads, relative to the folder of the data sets.
        digits: How many there are; where its makers set some apart for a test, plus those.
        writers: How many wrote them.
        licence: As its makers state it.
        citation: What to cite.
        page: Where it is described.
        downloads: What has to be fetched to make the files of; none where that is not known.
        note: What has to be known before it is used.
    """

    name: str
    files: tuple[str, ...]
    digits: str
    writers: str
    licence: str
    citation: str
    page: str
    downloads: tuple[PublicFile, ...]
    note: str

    @property
    def contents(self) -> str:
        """Its files in a few words."""
        return self.files[0] if len(self.files) == 1 else f"{self.name}/*.gz"


def look_up(name: str) -> DigitSet:
    """Return the data set of a name.

    Raises:
        DataNotFound: There is none, or one of other things than digits.
    """
    refuse_others(name)
    if name not in SETS:
        raise DataNotFound(f"No data set is called '{name}': choose from {', '.join(SETS)}")
    return SETS[name]


def refuse_others(name: str) -> None:
    """See that a name is not that of a well-known set of other things.

    Args:
        name: Of a set, or of a folder or file, as people write it.

    Raises:
        DataNotFound: It is.
    """
    for refused, holds in REFUSED.items():
        if _plain(name) == _plain(refused):
            raise DataNotFound(
                f"'{name}' holds {holds}, and digitus reads handwritten digits alone: "
                f"choose from {', '.join(SETS)}"
            )


def _plain(name: str) -> str:
    """Reduce a name to its letters and digits: FashionMNIST and fashion-mnist are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _digit_set(name: str, table: dict[str, Any]) -> DigitSet:
    downloads = tuple(
        PublicFile(
            file["name"],
            file["megabytes"],
            tuple((address, checksum) for address, checksum in file["mirrors"]),
        )
        for file in table.pop("download", ())
    )
    note, files = table.pop("note", ""), tuple(table.pop("files"))
    return DigitSet(name=name, files=files, downloads=downloads, note=note, **table)


SETS = {
    name: _digit_set(name, table)
    for name, table in TomlFile(Path(__file__).with_name("sets.toml")).tables.items()
}
"""Every data set by name."""
