"""The files of the public data sets, read as arrays."""

from __future__ import annotations

import gzip
import os
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitus.errors import DataNotFound
from digitus.training import places, registry

try:
    import lzma

    LZMA_ERRORS: tuple[type[Exception], ...] = (lzma.LZMAError,)
except ImportError:  # some Pythons are built without
    LZMA_ERRORS = ()

# What NumPy and gzip raise when a file is not what its name says, promises more than the memory
# holds, or is packed or encrypted in a way that Python does not know.
DAMAGED: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    MemoryError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
    tokenize.TokenError,
    *LZMA_ERRORS,
)


def read_archive(name: str, prefix: str = "") -> dict[str, NDArray[Any]]:
    """Read the arrays of ``NAME.npz``.

    Args:
        name: Of the data set.
        prefix: Only those whose names begin so, and without that.

    Raises:
        DataNotFound: The file is not here, or it is damaged.
    """
    path = _find(name) / f"{name}.npz"
    with (
        _undamaged(name, path),
        path.open("rb") as file,  # opened here, because NumPy leaves a damaged file open
        np.load(file, allow_pickle=False) as archive,
    ):
        keys = [key for key in archive.files if key.startswith(prefix)]
        return {key.removeprefix(prefix): archive[key] for key in keys}


def read_gzip(name: str, file: str, header: int) -> NDArray[np.uint8]:
    """Read the bytes of a gzipped file.

    Args:
        name: Of the data set, and of the folder that the file lies in.
        file: Its name.
        header: How many bytes to leave out at its beginning.

    Raises:
        DataNotFound: The file is not here, or it is damaged.
    """
    path = _find(name) / name / file
    with _undamaged(name, path), gzip.open(path) as content:
        return np.frombuffer(content.read(), np.uint8, offset=header)


def _find(name: str) -> Path:
    """Return the folder that a source's files lie in."""
    entry = registry.look_up(name)
    folder = places.find(entry.files)
    if folder is not None:
        return folder
    named = os.environ.get("DIGITUS_DATA")
    if named:
        by_hand = f"put {entry.contents} into the folder DIGITUS_DATA={named}"
    else:
        by_hand = f"set DIGITUS_DATA to the folder that holds {entry.contents}"
    remedy = f"digitus data fetch {name}, or {by_hand}" if entry.downloads else by_hand
    raise DataNotFound(f"The data set '{name}' is not here: {remedy}")


@contextmanager
def _undamaged(name: str, path: Path) -> Iterator[None]:
    """Turn what a damaged file does into a sentence."""
    try:
        yield
    except DAMAGED as error:
        remedy = f"digitus data fetch {name}" if registry.look_up(name).downloads else "copy it"
        raise DataNotFound(f"{path} is damaged: remove it, then {remedy} again") from error
