"""Data sets as the public gets them: written here, so that what reads them can be tried."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

HEADER = "\n\nHandwritten digits\n" + "entries = 1\n" * 18
IDX_CODES = {"u1": 8, "i4": 12}


def zipped(**members: bytes) -> bytes:
    """Write a ZIP archive; two underscores in a name stand for a point, three for a slash."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("___", "/").replace("__", "."), content)
    return file.getvalue()


def idx(array: NDArray[Any]) -> bytes:
    """Write an array as IDX."""
    kind = array.dtype.str[1:]
    sides = np.array(array.shape, ">u4").tobytes()
    return bytes((0, 0, IDX_CODES[kind], array.ndim)) + sides + array.astype(f">{kind}").tobytes()


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 1, mtime=0)


def compressed(data: bytes, widest: int = 16, clear_every: int = 0) -> bytes:
    """Do what the program compress does; forget all strings after so many codes."""
    made = bytearray((0x1F, 0x9D, 0x80 | widest))
    width, free, codes, group = 9, 257, 0, []
    table = {bytes([value]): value for value in range(256)}

    def write(padded: bool) -> None:
        bits = sum(code << (place * width) for place, code in enumerate(group))
        made.extend(bits.to_bytes(width if padded else -(-len(group) * width // 8), "little"))
        group.clear()

    def put(code: int) -> None:
        nonlocal width
        group.append(code)
        if len(group) == 8:
            write(True)
        if free == 1 << width and width < widest:
            if group:
                write(True)
            width += 1

    seen = b""
    for value in data:
        longer = seen + bytes([value])
        if longer in table:
            seen = longer
            continue
        put(table[seen])
        codes += 1
        if free < 1 << widest:
            table[longer] = free
            free += 1
        if clear_every and codes % clear_every == 0:
            put(256)
            if group:
                write(True)
            table = {bytes([value]): value for value in range(256)}
            width, free = 9, 257
        seen = longer[-1:]
    if seen:
        put(table[seen])
    if group:
        write(False)
    return bytes(made)


def semeion(arrays: Arrays) -> bytes:
    lines = []
    for image, label in zip(arrays["images"], arrays["labels"], strict=True):
        pixels = " ".join(f"{value / 255:.4f}" for value in image.ravel())
        classes = " ".join(str(int(label == digit)) for digit in range(10))
        lines.append(f"{pixels} {classes} \r\n")
    return "".join(lines).encode()


def optdigits(arrays: Arrays) -> bytes:
    return zipped(
        **{
            f"optdigits-orig__{group}__Z": compressed(
                bitmaps(arrays[f"{group}_images"], arrays[f"{group}_labels"]).encode()
            )
            for group in ("tra", "cv", "windep")
        },
        optdigits__tes=b"not read",
    )


def bitmaps(images: NDArray[Any], labels: NDArray[Any]) -> str:
    text = HEADER
    for image, label in zip(images, labels, strict=True):
        rows = ("".join("1" if value else "0" for value in row) for row in image)
        text += "\n".join(rows) + f"\n {label}\n"
    return text


def pendigits(arrays: Arrays) -> bytes:
    return zipped(
        **{
            f"pendigits-orig__{group}__Z": compressed(strokes(arrays, part).encode())
            for group, part in (("tra", "train_"), ("tes", "test_"))
        }
    )


def strokes(arrays: Arrays, part: str) -> str:
    """Write points in UNIPEN's format."""
    lines = [" .INCLUDE dene.doc", '.LEXICON "0" "1"']
    points, ends, samples = (arrays[part + key] for key in ("xy", "stroke_ptr", "sample_ptr"))
    for number, label in enumerate(arrays[f"{part}labels"]):
        first, last = samples[number], samples[number + 1]
        which = f"{first}-{last - 1}" if last - first > 1 else f"{first}"
        lines += ["", f'.SEGMENT DIGIT {which} ? "{label}"', f".COMMENT  {label} 1 {number} "]
        for begin, end in zip(ends[first:last], ends[first + 1 : last + 1], strict=True):
            lines += [".PEN_DOWN", *(f" {x:4}  {y:4} " for x, y in points[begin:end])]
            lines += [".PEN_UP", ".DT 100 "]
    return "\n".join(lines) + "\n"


def usps(images: NDArray[Any], labels: NDArray[Any]) -> bytes:
    lines = []
    for image, label in zip(images, labels, strict=True):
        values = enumerate(image.ravel() / 127.5 - 1, start=1)
        lines.append(f"{label + 1} " + " ".join(f"{n}:{v:.6f}" for n, v in values if v) + " \n")
    return bz2.compress("".join(lines).encode(), 1)


def emnist(arrays: Arrays) -> bytes:
    members = {}
    for part in ("train", "test"):
        images = arrays[f"{part}_images"].transpose(0, 2, 1)
        members[f"gzip___emnist-digits-{part}-images-idx3-ubyte__gz"] = gzipped(idx(images))
        labels = arrays[f"{part}_labels"]
        members[f"gzip___emnist-digits-{part}-labels-idx1-ubyte__gz"] = gzipped(idx(labels))
    return zipped(**{"gzip___emnist-letters-train-labels-idx1-ubyte__gz": b"no"}, **members)


def qmnist_labels(labels: NDArray[Any], writer: NDArray[Any]) -> bytes:
    columns = np.zeros((len(labels), 8), np.int32)
    columns[:, 0], columns[:, 2] = labels, writer
    return gzipped(idx(columns))
