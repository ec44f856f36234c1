"""The body of a call to read -> its pictures and how to read them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from pydantic import ValidationError

from digitus.errors import CallRefused
from digitus.server import forms, problems
from digitus.server.parsing import parsed
from digitus.server.schemas import MOST_LETTERS, Pictures, ReadOptions

JSON, FORM, RAW = "application/json", "multipart/form-data", "application/octet-stream"
# Fields of a form that are no pictures.
FIELDS = frozenset(ReadOptions.model_fields)
RAW_NAME = "<body>"
# Tools for base64 break its lines.
BLANKS = b" \t\r\n\f\v"
# Signs of one picture in JSON: its name, which may be all commas, and what is around it.
SIGNS = MOST_LETTERS + 10


class Picture(BytesIO):
    """The bytes of a picture; its name becomes the source of its readings, and is never opened."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


@dataclass(frozen=True)
class Order:
    """What a call asks for.

    Attributes:
        pictures: To be read, in this order.
        expect: As `digitus.read` takes it.
        min_confidence: As `digitus.read` takes it.
    """

    pictures: list[Picture]
    expect: Literal["digit", "numbers"]
    min_confidence: float


def order(body: bytes, content_type: str, query: ReadOptions, most: int) -> Order:
    """Find out what a call asks for.

    Args:
        body: A picture, a form or JSON.
        content_type: Which of them it is.
        query: Options in the address; those in the body count before them.
        most: How many pictures are taken.

    Raises:
        CallRefused: The body is of another type, or damaged, or holds too many pictures.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    said = ReadOptions()
    if media_type == JSON:
        pictures, said = _from_json(body, most)
    elif media_type == FORM:
        pictures, said = _from_form(body, content_type, most)
    elif media_type == RAW or media_type.startswith("image/"):
        pictures = [Picture(body, RAW_NAME)]
    else:
        raise CallRefused(
            f"A body of the type '{media_type[:100]}' is not taken: send a picture as image/png, "
            f"image/jpeg... or {RAW}, several as {FORM}, or base64 in {JSON}",
            "wrong-type",
            {"Accept-Post": f"image/*, {RAW}, {FORM}, {JSON}"},
        )
    if len(pictures) > most:
        raise CallRefused(
            f"The call holds {len(pictures)} pictures, and {most} are taken: make several calls",
            "too-large",
        )
    expect = said.expect or query.expect or "numbers"
    confidence = said.min_confidence if said.min_confidence is not None else query.min_confidence
    return Order(pictures, expect, confidence or 0.0)


def _from_json(body: bytes, most: int) -> tuple[list[Picture], ReadOptions]:
    said = parsed(Pictures, body, SIGNS * most, SIGNS * most)
    pictures = []
    for place, one in enumerate(said.pictures, start=1):
        try:
            content = _from_base64(one.data)
        except ValueError:
            raise CallRefused(
                f"The data of picture {place} is no base64: encode the bytes of the "
                "file; a data URL begins with data:image/png;base64,",
                "invalid",
            ) from None
        pictures.append(Picture(content, _name(one.name, place)))
    return pictures, said


def _from_base64(text: str) -> bytes:
    """Decode base64, with line breaks in it or not, or a data URL.

    Raises:
        ValueError: It is something else.
    """
    if text.startswith("data:"):
        kind, comma, text = text.partition(",")
        if not comma or not kind.lower().endswith(";base64"):
            raise ValueError(kind)
    return base64.b64decode(text.encode("ascii").translate(None, BLANKS), validate=True)


def _from_form(body: bytes, content_type: str, most: int) -> tuple[list[Picture], ReadOptions]:
    pictures: list[Picture] = []
    fields: dict[str, str] = {}
    for part in forms.split(body, content_type, most + len(FIELDS)):
        if part.filename is not None:
            pictures.append(Picture(part.content, _name(part.filename, len(pictures) + 1)))
        elif part.name in FIELDS:
            fields[part.name] = part.content.decode(errors="replace")
        else:
            raise CallRefused(
                f"The form has a field '{part.name[:100]}' that is no file: fields are "
                f"{' and '.join(sorted(FIELDS))}, and every file is a picture",
                "invalid",
            )
    if not pictures:
        raise CallRefused(f"The form holds no picture: {forms.WHAT_TO_DO}", "invalid")
    try:
        return pictures, ReadOptions.model_validate_strings(fields)
    except ValidationError as error:
        raise problems.faults(error) from None


def _name(name: str | None, place: int) -> str:
    return name or f"<picture {place}>"
