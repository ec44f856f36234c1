"""Digits of one's own: a folder of pictures by class, a CSV, IDX or NPZ file -> a data set."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from digitus import arrays, image
from digitus.errors import DataNotFound, ImageNotFound, InvalidArray, InvalidData
from digitus.files import find_images, natural_key
from digitus.limits import MAX_BYTES, MIN_SIDE
from digitus.training import idx, registry, tables
from digitus.training.archives import DAMAGED
from digitus.training.datasets import Dataset, Part

# One picture in this many is kept to validate by.
ONE_IN = 10
# What a class may be called; 10 is "no digit", as for `glyphs`.
CLASSES = {**{str(digit): digit for digit in range(11)}, "none": 10, "no_digit": 10}
# The arrays of an NPZ file, for training (or all of it) and for a test: Keras's names first.
TRAIN_KEYS = (("x_train", "y_train"), ("train_images", "train_labels"), ("images", "labels"))
TEST_KEYS = (("x_test", "y_test"), ("test_images", "test_labels"))
# What an NPZ or IDX file may hold when it is unpacked: more than a million pictures of 28 x 28,
# 170,000 where they are written as numbers of eight bytes.
LIMIT = 1 << 30
WRITE_NPZ = "write it anew, as numpy.savez(file, images=images, labels=labels) does"


def load(path: str | os.PathLike[str], test: bool = False) -> Dataset:
    """Load digits of one's own, dark on light or light on dark.

    - a folder with folders ``0`` to ``9`` of pictures, and perhaps ``no_digit``;
    - a CSV of pixels, as on Kaggle: ``label,pixel0,pixel1,...``, with or without that heading;
    - a CSV of files: columns ``file`` and ``label``, files relative to the CSV;
    - the IDX file of images, its labels beside it, gzipped or not, as MNIST's and EMNIST's;
    - NPZ: ``x_train, y_train, x_test, y_test`` as Keras's ``mnist.npz``, or ``images, labels``.

    Args:
        path: The folder or file.
        test: Take only what was set apart for a test, of an NPZ file that has such a part.

    Returns:
        Pictures of one size as `images`, others as `pages`; the name of the file as its name.

    Raises:
        DataNotFound: There is no such file or folder, or one that it names is missing.
        InvalidData: It is damaged, or not of digits: the sentence names the file and line.
    """
    found = Path(path)
    for name in (found.absolute().parent.name, found.name.split(".")[0]):
        if not name.lower().startswith("emnist"):  # its labels tell digits from letters
            registry.refuse_others(name)
    if os.path.isdir(found):  # noqa: PTH112  # never raises
        return _folder(found)
    if not _is_file(found):
        raise DataNotFound(
            f"There is no data set, file or folder '{found}': choose from "
            f"{', '.join(registry.SETS)}, or check the name of the file"
        )
    if found.stat().st_size > MAX_BYTES:
        raise InvalidData(f"'{found}' has more than {MAX_BYTES >> 20} MB: cut it into parts")
    suffix = found.suffix.lower()
    if suffix == ".csv":
        return _table(found)
    return _npz(found, test) if suffix == ".npz" else _idx(found)


def load_part(path: str | os.PathLike[str], part: Part) -> Dataset:
    """Load the part of one's own digits that a training learns from, or validates by.

    Nobody knows who wrote them, so every tenth picture is taken to validate by: hands are on both
    sides.

    Args:
        path: As for `load`.
        part: ``train`` or ``validation``.

    Raises:
        DataNotFound, InvalidData: As `load` does.
    """
    data = load(path)
    held = np.arange(len(data)) % ONE_IN == 0
    rows = np.flatnonzero(held if part == "validation" else ~held)
    images = None if data.images is None else data.images[rows]
    paths = data.pages.paths if isinstance(data.pages, Pictures) else None
    pages = None if paths is None else Pictures([paths[row] for row in rows])
    return Dataset(data.name, data.labels[rows], images, pages=pages)


class Pictures(Sequence[NDArray[np.uint8]]):
    """Files of pictures, each decoded when it is asked for: uint8 [H, W, 3]."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = list(paths)

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> NDArray[np.uint8]: ...

    @overload
    def __getitem__(self, index: slice) -> Pictures: ...

    def __getitem__(self, index: int | slice) -> NDArray[np.uint8] | Pictures:
        """Read a picture, or choose some of them.

        Raises:
            ImageError: It cannot be read.
        """
        if isinstance(index, slice):
            return Pictures(self.paths[index])
        return image.load(self.paths[index]).pixels


def _folder(folder: Path) -> Dataset:
    classes = [
        path
        for path in sorted(folder.iterdir(), key=natural_key)
        if path.is_dir() and not path.name.startswith((".", "_"))
    ]
    if not any(path.name in CLASSES for path in classes):
        raise InvalidData(
            f"'{folder}' has no folders 0 to 9 with pictures of these digits in them: make them, "
            "or name a folder that has them, or a CSV, IDX or NPZ file"
        )
    paths: list[Path] = []
    labels: list[int] = []
    for path in classes:
        label = _label(path.name, f"The folder '{path}'")
        try:
            files = find_images(path)
        except ImageNotFound:  # nobody has written this digit yet
            continue
        paths += files
        labels += [label] * len(files)
    return _dataset(folder, np.array(labels, np.uint8), pages=Pictures(paths))


def _table(path: Path) -> Dataset:
    table = tables.read(path)
    numbers = [
        _label(name, f"'{path}', line {line}")
        for name, line in zip(table.labels, table.lines, strict=True)
    ]
    labels = np.array(numbers, np.uint8)
    if table.files is None:
        return _dataset(path, labels, table.pixels)
    files = [path.parent / name for name in table.files]
    for file, line in zip(files, table.lines, strict=True):
        if not _is_file(file):
            raise DataNotFound(
                f"'{path}', line {line}: there is no file '{file}'. Names are relative to the "
                "folder of the CSV"
            )
    return _dataset(path, labels, pages=Pictures(files))


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113  # Path.is_file raises where a name is too long


def _npz(path: Path, test: bool) -> Dataset:
    if not zipfile.is_zipfile(path):
        raise InvalidData(f"'{path}' is no NPZ file: {WRITE_NPZ}")
    try:
        # Opened here: NumPy leaves a damaged file open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            size = sum(member.file_size for member in archive.zip.infolist())
            if size > LIMIT:
                raise ValueError(f"it unpacks to {size} bytes, and at most {LIMIT} are read")
            for images, labels in (*TEST_KEYS, *TRAIN_KEYS) if test else TRAIN_KEYS:
                if images in archive.files and labels in archive.files:
                    return _arrays(path, archive[images], archive[labels])
            held = ", ".join(archive.files) or "none"
    except DAMAGED as error:
        raise InvalidData(f"'{path}' cannot be read ({error}): {WRITE_NPZ}") from error
    wanted = " or ".join(" and ".join(keys) for keys in TRAIN_KEYS)
    raise InvalidData(f"'{path}' has no arrays {wanted}, but {held}: rename them")


def _idx(path: Path) -> Dataset:
    if "labels" in path.name:
        raise InvalidData(f"'{path}' holds labels: name the file of images, which is beside it")
    images = _read_idx(path)
    if "emnist" in path.name.lower() and images.ndim == 3:
        images = images.transpose(0, 2, 1)  # EMNIST's pictures lie on their side
    beside = path.name.replace("images", "labels").replace("idx3", "idx1")
    plain = beside.removesuffix(".gz")
    for name in (beside, plain, f"{plain}.gz"):
        labels = path.with_name(name)
        if labels != path and labels.is_file():
            return _arrays(path, images, _read_idx(labels))
    raise DataNotFound(f"'{path}' has no labels beside it: they are looked for as '{beside}'")


def _read_idx(path: Path) -> NDArray[Any]:
    try:
        with path.open("rb") as file:
            return idx.read(file, LIMIT)
    except (OSError, ValueError) as error:
        raise InvalidData(
            f"'{path}' cannot be read as CSV, NPZ or IDX; of the last it has the name, but {error}"
            if "idx" in path.name
            else f"'{path}' is neither a folder, nor a CSV (.csv), NPZ (.npz) or IDX file: {error}"
        ) from error


def _arrays(path: Path, images: NDArray[Any], labels: NDArray[Any]) -> Dataset:
    """Check arrays from a file: [N, H, W], perhaps with a last side of 1 or 3; [N] or [N, 1]."""
    for array in (images, labels):
        if not isinstance(array, np.ndarray):  # NumPy gives the bytes of what is no array
            raise InvalidData(f"'{path}' holds something else than arrays: {WRITE_NPZ}")
    if labels.dtype.kind not in "iuf":
        raise InvalidData(
            f"'{path}' has labels of type {labels.dtype}: they must be numbers, 0 to 9"
        )
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    coloured = images.ndim == 4 and images.shape[3] == 3
    if not (images.ndim == 3 or coloured) or labels.ndim != 1 or len(images) != len(labels):
        raise InvalidData(
            f"'{path}' has images of shape {list(images.shape)} and labels of shape "
            f"{list(labels.shape)}: they must be [N, H, W] and [N]"
        )
    if not images.size:
        raise InvalidData(f"'{path}' holds no pictures")
    wrong = np.flatnonzero(~np.isin(labels, np.arange(11)))
    if len(wrong):
        label = labels[wrong[0]]
        raise _no_digit(str(label), f"'{path}', row {wrong[0]} (of rows from 0)")
    try:
        levels = arrays.to_levels(images)
    except InvalidArray as error:
        raise InvalidData(f"'{path}': {error}") from error
    except MemoryError as error:
        raise InvalidData(
            f"'{path}' holds more than there is memory for: cut it into parts"
        ) from error
    if coloured:
        return _dataset(path, labels.astype(np.uint8), pages=list(levels))
    return _dataset(path, labels.astype(np.uint8), levels)


def _dataset(
    path: Path,
    labels: NDArray[np.uint8],
    images: NDArray[np.uint8] | None = None,
    pages: Sequence[NDArray[np.uint8]] | None = None,
) -> Dataset:
    if not len(labels):
        raise InvalidData(f"'{path}' holds no pictures")
    height, width = images.shape[1:] if images is not None else (MIN_SIDE, MIN_SIDE)
    if min(height, width) < MIN_SIDE:
        raise InvalidData(
            f"'{path}' has pictures of {width} x {height} pixels, and a digit needs at least "
            f"{MIN_SIDE} x {MIN_SIDE}"
        )
    name = path.resolve().name  # also where the path is "."
    return Dataset(name.split(".")[0] or name, labels, images, pages=pages)


def _label(name: str, where: str) -> int:
    """Return what a class is called as a number, 10 for no digit."""
    if name not in CLASSES:
        raise _no_digit(name, where)
    return CLASSES[name]


def _no_digit(name: str, where: str) -> InvalidData:
    return InvalidData(
        f"{where}: '{name}' is no digit, and digitus reads digits alone. Classes are 0 to 9, "
        "and 10 or no_digit for pictures without one"
    )
