"""The files that the public gets -> the arrays that `datasets` reads.

Every file has been checked by its checksum before; members of archives are looked for by name
and read into memory, never unpacked to where they say.
"""

from __future__ import annotations

import bz2
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitus.errors import InvalidData
from digitus.training import idx, lzw

Arrays = dict[str, NDArray[Any]]

# No member or unzipped file of a public set is larger: EMNIST's training digits have 188 MB.
LIMIT = 1 << 28
USPS_SIDE, SEMEION_SIDE, OPTDIGITS_SIDE = 16, 16, 32
SEGMENT = re.compile(r'\.SEGMENT\s+DIGIT\s.*"(\d)"')


def convert(name: str, folder: Path) -> Arrays:
    """Make the arrays of a data set.

    Args:
        name: One of `CONVERTERS`.
        folder: Where its public files lie.

    Returns:
        What ``NAME.npz`` has to hold.

    Raises:
        InvalidData: A file is not as expected.
    """
    try:
        return CONVERTERS[name](folder)
    except (ValueError, KeyError, OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise InvalidData(
            f"The public files of '{name}' are not as expected: {error}. "
            "Tell the makers of digitus, or put the set together by hand"
        ) from error


def _optdigits(folder: Path) -> Arrays:
    """32 x 32 bitmaps as text, each followed by its digit."""
    made: Arrays = {}
    for group in ("tra", "cv", "windep"):
        packed = _member(folder / "optdigits.zip", f"optdigits-orig.{group}.Z")
        images, labels = _bitmaps(lzw.decompress(packed, LIMIT).decode("ascii"))
        made |= {f"{group}_images": images, f"{group}_labels": labels}
    return made


def _bitmaps(text: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    lines = [line.strip() for line in text.splitlines()]
    side = OPTDIGITS_SIDE
    begin = next((i for i, line in enumerate(lines) if re.fullmatch(rf"[01]{{{side}}}", line)), 0)
    lines = [line for line in lines[begin:] if line]  # behind the header
    rows = [lines[start : start + side] for start in range(0, len(lines), side + 1)]
    pixels = np.frombuffer("".join(line for row in rows for line in row).encode("ascii"), np.uint8)
    if not np.isin(pixels, (ord("0"), ord("1"))).all():
        raise ValueError("a bitmap has other signs than 0 and 1")
    images = (pixels == ord("1")).astype(np.uint8).reshape(len(rows), side, side) * np.uint8(255)
    labels = _digits(lines[side :: side + 1])
    if len(labels) < len(images):
        raise ValueError("the last bitmap has no digit")
    return images, labels


def _pendigits(folder: Path) -> Arrays:
    """The pen's path, point by point, in the format of UNIPEN."""
    made: Arrays = {}
    for part, group in (("train", "tra"), ("test", "tes")):
        packed = _member(folder / "pendigits.zip", f"pendigits-orig.{group}.Z")
        arrays = _strokes(lzw.decompress(packed, LIMIT).decode("ascii"))
        made |= {f"{part}_{key}": array for key, array in arrays.items()}
    return made


def _strokes(text: str) -> Arrays:
    labels: list[str] = []
    points: list[tuple[int, int]] = []
    strokes: list[int] = []  # where each begins
    samples: list[int] = []
    down = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith(".SEGMENT"):
            found = SEGMENT.match(line)
            if found is None:
                raise ValueError(f"'{line}' names no digit")
            labels.append(found[1])
            samples.append(len(strokes))
            down = False
        elif line.startswith(".PEN_DOWN"):
            strokes.append(len(points))
            down = bool(labels)
        elif line.startswith(".PEN_UP"):
            down = False
        elif down and line and not line.startswith("."):
            x, y = line.split()
            points.append((int(x), int(y)))
    return {
        "labels": _digits(labels),
        "xy": np.array(points, np.int32).reshape(-1, 2),
        "stroke_ptr": np.array([*strokes, len(points)], np.int32),
        "sample_ptr": np.array([*samples, len(strokes)], np.int32),
    }


def _semeion(folder: Path) -> Arrays:
    """A line a digit: 256 pixels, then ten columns of which one is 1."""
    path = folder / "semeion"
    packed = zipfile.is_zipfile(path)
    text = _member(path, "semeion.data") if packed else path.read_bytes()
    values = np.loadtxt(io.BytesIO(text), ndmin=2)
    pixels, classes = values[:, : SEMEION_SIDE**2], values[:, SEMEION_SIDE**2 :]
    if classes.shape[1] != 10 or not (classes.sum(axis=1) == 1).all():
        raise ValueError("a line does not name one digit")
    images = (pixels > 0).astype(np.uint8).reshape(-1, SEMEION_SIDE, SEMEION_SIDE)
    return {
        "images": images * np.uint8(255),
        "labels": classes.argmax(axis=1).astype(np.uint8),
    }


def _usps(folder: Path) -> Arrays:
    """LIBSVM's format: a class from 1 to 10, then 256 times 'pixel:value', -1 to 1."""
    made: Arrays = {}
    for part, name in (("train", "usps.bz2"), ("test", "usps.t.bz2")):
        images, labels = [], []
        with bz2.open(folder / name, "rt", encoding="ascii") as file:
            for line in _lines(file):
                digit, *pairs = line.split()
                labels.append(str(int(digit) - 1))
                image = np.zeros(USPS_SIDE**2)  # what is not named is 0
                for pair in pairs:
                    pixel, value = pair.split(":")
                    image[int(pixel) - 1] = float(value)
                images.append(np.rint((image + 1) * 127.5).clip(0, 255).astype(np.uint8))
        made[f"{part}_images"] = np.array(images).reshape(-1, USPS_SIDE, USPS_SIDE)
        made[f"{part}_labels"] = _digits(labels)
    return made


def _qmnist(folder: Path) -> Arrays:
    """IDX; of the eight columns of labels the first is the digit and the third the writer."""
    made: Arrays = {}
    for part in ("train", "test"):
        with (folder / f"qmnist-{part}-images-idx3-ubyte.gz").open("rb") as file:
            made[f"{part}_images"] = idx.read(file, LIMIT)
        with (folder / f"qmnist-{part}-labels-idx2-int.gz").open("rb") as file:
            columns = idx.read(file, LIMIT)
        made[f"{part}_labels"] = columns[:, 0].astype(np.uint8)
        made[f"{part}_writer"] = columns[:, 2].astype(np.int16)
    return made


def _emnist_digits(folder: Path) -> Arrays:
    """IDX, the pictures lying on their side, in an archive with EMNIST's letters."""
    archive = folder / "emnist.zip"
    made: Arrays = {}
    for part in ("train", "test"):
        name = f"emnist-digits-{part}"
        images = idx.read(io.BytesIO(_member(archive, f"{name}-images-idx3-ubyte.gz")), LIMIT)
        made[f"{part}_images"] = images.transpose(0, 2, 1)
        labels = io.BytesIO(_member(archive, f"{name}-labels-idx1-ubyte.gz"))
        made[f"{part}_labels"] = idx.read(labels, LIMIT)
    return made


def _member(path: Path, name: str) -> bytes:
    """Read the member of a ZIP archive that has this name, in whatever folder."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if PurePosixPath(member.filename).name == name:
                if member.file_size > LIMIT:
                    raise ValueError(f"'{name}' in '{path.name}' has {member.file_size} bytes")
                return archive.read(member)
    raise ValueError(f"'{path.name}' holds no '{name}'")


def _lines(file: Any) -> Any:
    """Give the lines of a text until it turns out to be too long."""
    length = 0
    for line in file:
        length += len(line)
        if length > LIMIT:
            raise ValueError(f"it holds more than {LIMIT} bytes")
        yield line


def _digits(labels: Sequence[str]) -> NDArray[np.uint8]:
    """Return labels as uint8 [N], 0-9."""
    for label in labels:
        if label not in tuple("0123456789"):
            raise ValueError(f"'{label}' is no digit")
    return np.array(labels, np.uint8)


CONVERTERS: dict[str, Callable[[Path], Arrays]] = {
    "optdigits": _optdigits,
    "semeion": _semeion,
    "pendigits": _pendigits,
    "qmnist": _qmnist,
    "emnist_digits": _emnist_digits,
    "usps": _usps,
}
"""What makes the arrays of each set that is not kept as it is fetched."""
