"""multipart/form-data -> its parts, in memory.

Starlette's own parser writes large parts into temporary files, and nothing that users send is
written to disk here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from digitus.errors import CallRefused

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

WHAT_TO_DO = "send it as curl -F 'file=@seven.png' does"


@dataclass(frozen=True)
class Part:
    """A field of a form, or a file in it.

    Attributes:
        name: Of the field.
        filename: None where it is no file; may be empty.
        content: Its bytes.
    """

    name: str
    filename: str | None
    content: bytes


def split(body: bytes, content_type: str, most: int) -> list[Part]:
    """Take a form to pieces.

    Args:
        body: The form.
        content_type: Of the body, with its boundary.
        most: How many parts are taken.

    Raises:
        CallRefused: The form is damaged or cut short, or has more parts.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise CallRefused(f"The form names no boundary: {WHAT_TO_DO}", "malformed")
    collector = _Collector(most)
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise CallRefused(f"The form is damaged: {WHAT_TO_DO}", "malformed") from error
    if not collector.ended:
        raise CallRefused(f"The form is cut short: {WHAT_TO_DO}", "malformed")
    return collector.parts


class _Collector:
    """Puts together what the parser calls out."""

    def __init__(self, most: int) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._most = most
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._pieces: list[bytes] = []

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) == self._most:
            raise CallRefused(
                f"The form has more than {self._most} parts: send fewer pictures in one call",
                "too-large",
            )
        self._headers, self._pieces = {}, []

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def _part_end(self) -> None:
        said = self._headers.get(b"content-disposition", b"").decode("latin-1")
        words = parse_options_header(said)[1]
        name, filename = words.get(b"name"), words.get(b"filename")
        if name is None:
            raise CallRefused(f"A part of the form has no name: {WHAT_TO_DO}", "malformed")
        self.parts.append(
            Part(
                name.decode(errors="replace"),
                None if filename is None else filename.decode(errors="replace"),
                b"".join(self._pieces),
            )
        )

    def _end(self) -> None:
        self.ended = True
