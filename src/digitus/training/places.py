"""Where data sets lie: the folder that ``DIGITUS_DATA`` names, then the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from digitus.errors import DataNotFound


def data_folder() -> Path:
    """Return the folder of the data sets that the user has put together.

    Raises:
        DataNotFound: ``DIGITUS_DATA`` is not set or names no folder.
    """
    folder = _named_folder()
    if folder is None:
        raise DataNotFound(
            "No data sets: set DIGITUS_DATA to the folder that holds them, "
            "for example DIGITUS_DATA=../shared/data"
        )
    return folder


def cache_folder() -> Path:
    """Return the folder that data sets are fetched into; it need not exist yet.

    ``DIGITUS_CACHE`` where it is set, else the place that the system has for caches.

    Raises:
        DataNotFound: What knows that place is not installed.
    """
    name = os.environ.get("DIGITUS_CACHE")
    if name:
        return Path(name)
    try:
        import pooch
    except ImportError as error:
        raise DataNotFound(
            f"fetched data sets need '{error.name}', which is not installed: "
            "pip install 'digitus[train]', or set DIGITUS_DATA to a folder that holds the sets"
        ) from error
    return Path(pooch.os_cache("digitus"))


def find(files: Iterable[str]) -> Path | None:
    """Return the first of the two folders that holds all of these files, or None.

    Args:
        files: Paths relative to the folder.

    Raises:
        DataNotFound: ``DIGITUS_DATA`` names no folder.
    """
    wanted = list(files)
    for folder in _folders():
        if all((folder / name).is_file() for name in wanted):
            return folder
    return None


def _folders() -> Iterator[Path]:
    named = _named_folder()
    if named is not None:
        yield named
    try:
        yield cache_folder()
    except DataNotFound:  # where nothing can be fetched, nothing has been
        return


def _named_folder() -> Path | None:
    name = os.environ.get("DIGITUS_DATA")
    if not name:
        return None
    folder = Path(name)
    if not folder.is_dir():
        raise DataNotFound(f"DIGITUS_DATA={name} is not a folder: set it to the data sets' folder")
    return folder
