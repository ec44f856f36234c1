"""A reader that reads file names, so that the command line is tested without a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from digitus.errors import ImageError, ModelNotFound
from digitus.image import Page, load_pages
from digitus.reading import Alternative, Digit, Number, Reading, ReadingError


def number(text: str, confidence: float = 0.99, left: int = 10, doubt: float = 0.0) -> Number:
    digits = []
    for place, letter in enumerate(text):
        others = (Alternative((int(letter) + 1) % 10, doubt),) if doubt else ()
        box = (left + 12 * place, 8, left + 12 * place + 10, 30)
        digits.append(Digit(int(letter), confidence, box, others))
    return Number(tuple(digits), confidence)


class FakeReader:
    """Reads '27' off a picture named ``27.png`` and nothing off ``blank.png``."""

    options: dict[str, Any]

    def __init__(self, model: Path | None = None, *, shared: bool = False) -> None:
        assert not shared, "one picture after the other is read: no threads wait for each other"
        if model is not None and not model.exists():
            raise ModelNotFound(f"there is no model '{model}'. Check the name and the folder.")

    def read_many(self, images: Iterable[Any], **options: Any) -> Iterator[Reading]:
        FakeReader.options = options
        for image in images:
            if "interrupt" in str(image):
                raise KeyboardInterrupt
            try:
                yield from (self._read(page) for page in load_pages(image))
            except ImageError as error:
                why = ReadingError(type(error).__name__, str(error))
                yield Reading(str(image), 1, 0, 0, error=why)

    def _read(self, page: Page) -> Reading:
        height, width = page.pixels.shape[:2]
        words = re.sub("[^0-9]", "", Path(page.source).stem)
        if page.source == "<stdin>":
            words = "7"
        lines = ((number(words),),) if words else ()
        return Reading(page.source, page.number, width, height, lines)
