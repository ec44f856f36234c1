"""Public data sets -> the files that `datasets` reads, in the cache."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from digitus.errors import DataNotFound, OutputError
from digitus.training import places
from digitus.training.convert import CONVERTERS, convert
from digitus.training.registry import DigitSet, PublicFile, look_up

Watch = Callable[[str, int, int], None]
"""Is told a file's name, the bytes that have come, and of how many (0: the server does not say)."""

MEGABYTE = 1 << 20
CHUNK = 1 << 16
# Seconds in which a server has to begin to answer, and between two pieces of a file.
TIMEOUT = (10, 60)
# Room that is needed on the disk, as a multiple of what is fetched: the files made of it come
# beside it.
ROOM = 2


def _unwatched(name: str, done: int, whole: int) -> None:
    """Watch nothing."""


def ensure(name: str, watch: Watch = _unwatched) -> Path:
    """See that a data set is there; fetch it where it is not.

    Args:
        name: One of `registry.SETS`.
        watch: Is told how far the download has come.

    Returns:
        The folder that holds its files.

    Raises:
        DataNotFound: There is no such set, or it could not be fetched.
        OutputError: The cache cannot be written to.
    """
    return places.find(look_up(name).files) or fetch(name, watch)


def fetch(name: str, watch: Watch = _unwatched) -> Path:
    """Fetch a data set into the cache, whether it is there or not.

    The mirrors of each file are tried in turn. Nothing takes the place of a file that is there
    before all files have come whole and unchanged, by their checksums.

    Args:
        name: One of `registry.SETS`.
        watch: Is told how far the download has come.

    Returns:
        The cache.

    Raises:
        DataNotFound: There is no such set, or it could not be fetched.
        InvalidData: The public files have another form than they had.
        OutputError: The cache cannot be written to.
    """
    entry = look_up(name)
    if not entry.downloads:
        raise DataNotFound(
            f"'{name}' cannot be fetched, because its public form is not one that digitus "
            f"converts: make {entry.contents} of {entry.page}, and put it into the folder "
            "DIGITUS_DATA"
        )
    cache = places.cache_folder()
    downloads = cache / "downloads" / name
    with _written(cache):
        downloads.mkdir(parents=True, exist_ok=True)
        _check_room(entry, cache)
        for file in entry.downloads:
            _download(name, file, downloads, watch)
        _put(entry, downloads, cache)
        shutil.rmtree(downloads)
    return cache


def _check_room(entry: DigitSet, cache: Path) -> None:
    needed = ROOM * sum(file.megabytes for file in entry.downloads)
    free = shutil.disk_usage(cache).free // MEGABYTE
    if free < needed:
        raise OutputError(
            f"'{entry.name}' needs up to {needed} MB, and the disk of {cache} has {free} MB left. "
            "Make room, or set DIGITUS_CACHE to a folder on another disk"
        )


def _download(name: str, file: PublicFile, folder: Path, watch: Watch) -> None:
    """Fetch one file from the first mirror that gives it; not again what came last time."""
    import pooch
    from requests import RequestException

    pooch.get_logger().setLevel("WARNING")
    tried = []
    for address, checksum in file.mirrors:
        meter = _Meter(file, watch)
        downloader = pooch.HTTPDownloader(
            progressbar=meter,
            chunk_size=CHUNK,
            timeout=TIMEOUT,
            headers={"Accept-Encoding": "identity"},  # what is checked are the bytes of the file
        )
        try:
            pooch.retrieve(address, f"sha256:{checksum}", file.name, folder, downloader=downloader)
            return
        except (RequestException, ValueError) as error:
            tried.append(f"{urlsplit(address).netloc} {_reason(error)}")
    raise DataNotFound(
        f"'{name}' could not be fetched, for want of {file.name}: {'; '.join(tried)}. "
        "Try again later; what was here before is as it was"
    )


class _TooLong(ValueError):
    """The server sends more than the file can have."""


class _Meter:
    """The bar that pooch moves: passes on how far a file has come, and stops one without end."""

    def __init__(self, file: PublicFile, watch: Watch) -> None:
        self.file, self.watch = file, watch
        self.total = self.done = 0

    def update(self, count: int) -> None:
        self.done += count
        if self.done > self.file.megabytes * MEGABYTE + CHUNK:
            raise _TooLong
        self.watch(self.file.name, min(self.done, self.total or self.done), self.total)

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        """Nothing is left open."""


def _reason(error: Exception) -> str:
    """Say what a mirror did, as the end of a sentence that begins with its name."""
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"answered {error.response.status_code}"
    if isinstance(error, requests.TooManyRedirects):
        return "only leads from one address to the next"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "broke off in the middle"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.RequestException):
        return "could not be reached"
    if isinstance(error, _TooLong):
        return "sent more than the file can have"
    return "sent another file than it should: its SHA-256 is wrong"


def _put(entry: DigitSet, downloads: Path, cache: Path) -> None:
    """Put the files where `datasets` looks for them; each takes its place at once."""
    if entry.name not in CONVERTERS:
        for file in entry.files:
            (cache / file).parent.mkdir(exist_ok=True)
            (downloads / Path(file).name).replace(cache / file)
        return
    arrays: dict[str, Any] = convert(entry.name, downloads)
    made = downloads / f"made-{os.getpid()}.npz"
    np.savez_compressed(made, **arrays)
    made.replace(cache / entry.files[0])


@contextmanager
def _written(cache: Path) -> Iterator[None]:
    """Turn what the disk does into a sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot write to {cache}: {reason}. Make room there, or set DIGITUS_CACHE to "
            "another folder"
        ) from error
