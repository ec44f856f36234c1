"""A ``.keras`` file -> blueprint, by our own reading: Keras never sees a stranger's file.

Keras's safe mode has been bypassed again and again (CVE-2025-1550, CVE-2025-9905, CVE-2026-1462
and others), because loading a model means to make objects of whatever classes the file names. Here
a file is only data: settings that are checked one by one, and arrays of floats.
"""

from __future__ import annotations

import json
import stat
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

from digitus.card import MAX_MODEL_BYTES, read_model
from digitus.errors import InvalidModel
from digitus.training.exchange import structure
from digitus.training.exchange.blueprint import Blueprint, Refused
from digitus.training.exchange.fields import said
from digitus.training.exchange.weights import Weights

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
# Bytes of each part, unpacked. A config of a hundred layers has about 60 kB.
LIMITS = {CONFIG: 4 * 2**20, METADATA: 2**16, WEIGHTS: MAX_MODEL_BYTES}
# Keras does not pack the parts; who does it later gains a few times at most.
MOST_PACKED = 100
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1  # a zip flag
# The last bytes of a zip file: signature, disks, entries, directory's size and place, comment.
END = struct.Struct("<4s4H2LH")
# What may stand before them: where another end, of a larger archive, is to be looked for.
OTHER_END, OTHER_END_SIZE = b"PK\6\7", 20


def read(path: Path) -> Blueprint:
    """Read a model that Keras saved.

    Args:
        path: The ``.keras`` file.

    Returns:
        Its network.

    Raises:
        ModelNotFound: It is not there or may not be read.
        InvalidModel: It is damaged, or holds anything but a network of plain layers.
    """
    try:
        return parse(read_model(path))
    except Refused as error:
        raise InvalidModel(f"'{path}' is not taken: {error}") from error


def parse(archive: bytes) -> Blueprint:
    """Read the content of a ``.keras`` file.

    Raises:
        Refused: As `read` raises InvalidModel.
    """
    parts = _parts(archive)
    _check_version(_json(parts[METADATA], METADATA))
    return structure.build(_json(parts[CONFIG], CONFIG), Weights(parts[WEIGHTS]))


def _parts(file: bytes) -> dict[str, bytes]:
    """Unpack the three parts of an archive.

    Raises:
        Refused: It has others, or links, odd names or sizes.
    """
    _check_end(file)
    try:
        with zipfile.ZipFile(BytesIO(file)) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_entry(entry)
            names = [entry.filename for entry in entries]
            if sorted(names) != sorted(LIMITS):
                raise Refused("it lacks parts or holds some twice: save the model anew")
            return {entry.filename: _unpacked(archive, entry) for entry in entries}
    except Refused:
        raise
    except Exception as error:  # those of a damaged archive share no base class
        raise Refused("it is a damaged archive: restore it from where it came") from error


def _check_end(file: bytes) -> None:
    """See, before a directory of any length is read, that it has three entries and is at the end.

    Raises:
        Refused: It is another archive, or none.
    """
    if len(file) < END.size or not file.startswith(b"PK"):
        raise Refused(
            "it is no archive as Keras 3 writes it (an older model, .h5 inside, is made into one "
            "by Keras itself: model.save('model.keras'))"
        )
    signature, _, _, here, entries, size, place, comment = END.unpack(file[-END.size :])
    whole = signature == b"PK\5\6" and comment == 0 and place + size == len(file) - END.size
    if not whole or file[-END.size - OTHER_END_SIZE :].startswith(OTHER_END):
        raise Refused("it is cut short, or holds more than an archive: restore it")
    if entries != here or entries != len(LIMITS):
        raise Refused(
            f"it holds {entries} parts, not just {', '.join(LIMITS)}: save the model with Keras 3, "
            "built of plain layers"
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """See that one part is what it should be, before it is unpacked."""
    if entry.orig_filename not in LIMITS or entry.filename != entry.orig_filename:
        raise Refused(f"it holds {said(entry.orig_filename)}, which is no part of a Keras model")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused(f"its {entry.filename} is a link or a device, not a file")
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in PACKINGS:
        raise Refused(f"its {entry.filename} is packed in an odd way: save the model anew")
    if entry.file_size > LIMITS[entry.filename]:
        raise Refused(f"its {entry.filename} is too large for a digit classifier")
    if entry.file_size > MOST_PACKED * max(entry.compress_size, 1):
        raise Refused(f"its {entry.filename} would grow more than {MOST_PACKED} times: a zip bomb")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        unpacked = file.read(LIMITS[entry.filename] + 1)
    if len(unpacked) != entry.file_size:
        raise Refused(f"its {entry.filename} is not as long as the archive says: restore it")
    return unpacked


def _json(text: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(f"its {name} is no plain JSON: save the model anew") from error
    if not isinstance(found, dict):
        raise Refused(f"its {name} is not as Keras writes it: save the model anew")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_version(metadata: dict[str, Any]) -> None:
    version = str(metadata.get("keras_version"))
    if not version.startswith(("2.", "3.")):
        raise Refused(f"it was saved by Keras {said(version)}: save it with Keras 3")
