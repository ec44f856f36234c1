"""Files that are written whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from digitus.errors import OutputError
from digitus.training.exchange import cards


def write(target: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        OutputError: It cannot be written.
    """
    with _parts(target) as (part,):
        part.write_bytes(content)


def write_model(target: Path, content: bytes, card: Mapping[str, Any]) -> None:
    """Write an ONNX model and its card.

    Raises:
        OutputError: They cannot be written, or the card's place is taken by something else.
    """
    place = target.with_suffix(".json")
    if place == target:
        raise OutputError(f"'{target}' is the place of the card: name a file that ends in .onnx")
    with _parts(target, place) as (model_part, card_part):
        if place.is_file() and b'"sha256"' not in place.read_bytes():
            raise OutputError(
                f"'{place}', where the card belongs, is something else: name another file by --out"
            )
        model_part.write_bytes(content)
        card_part.write_text(cards.text(card), encoding="utf-8")


@contextlib.contextmanager
def _parts(*targets: Path) -> Iterator[list[Path]]:
    """Yield files beside some others, which take their places when all have been written."""
    parts: list[Path] = []
    try:
        places = [target.resolve() for target in targets]  # a link stays a link
        for target, place in zip(targets, places, strict=True):
            if place.is_dir():
                raise OutputError(f"'{target}' is a folder: name a file in it")
        parts += [place.with_name(f".{place.name}.{os.getpid()}.part") for place in places]
        yield parts
        for part, place in zip(parts, places, strict=True):
            part.replace(place)
    except OSError as error:
        raise OutputError(
            f"cannot write to '{targets[0]}' ({error.strerror or error}): choose another place, or "
            "make room for it"
        ) from error
    finally:
        for part in parts:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
