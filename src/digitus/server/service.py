"""What a server has at hand for every call, and the work that it does in its threads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request

from digitus.errors import CallRefused
from digitus.glyph import SIDE
from digitus.reader import Reader
from digitus.reading import Reading
from digitus.server.bodies import Bodies
from digitus.server.metrics import Metrics
from digitus.server.parsing import parsed
from digitus.server.pictures import JSON, RAW, order
from digitus.server.pool import Deadline, Pool
from digitus.server.schemas import Glyphs, ReadOptions
from digitus.server.settings import Settings

PIXELS = SIDE * SIDE
# Of a glyph in JSON: commas between levels, brackets of rows, and its own.
SIGNS = PIXELS + SIDE + 3
# Of the probabilities of glyphs: far finer than they are calibrated, and short.
DECIMALS = 6


@dataclass(frozen=True)
class Answer:
    """What work gave.

    Attributes:
        content: JSON.
        readings: That are in it.
        glyphs: How many were classified.
    """

    content: bytes
    readings: tuple[Reading, ...] = ()
    glyphs: int = 0


class Service:
    """A reader, its limits, its threads and its counts.

    Args:
        reader: Reads for everybody.
        settings: The limits.
    """

    def __init__(self, reader: Reader, settings: Settings) -> None:
        self.reader = reader
        self.settings = settings
        self.bodies = Bodies(settings)
        self.metrics = Metrics()
        self.pool = Pool(settings.threads, settings.queue, settings.call_seconds)

    async def work(self, request: Request, task: Callable[[Deadline], Answer]) -> Answer:
        """Do the work of a call whose body is there, as long as somebody waits for the answer.

        Raises:
            CallRefused: As the work and `Pool.run` do, or because the client has gone.
        """
        done = asyncio.ensure_future(self.pool.run(task))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait((done, gone), return_when=asyncio.FIRST_COMPLETED)
            if done.done():
                return done.result()
            raise CallRefused("The client has gone: call again", "malformed")
        finally:
            gone.cancel()
            done.cancel()

    def read(
        self, body: bytes, content_type: str, query: ReadOptions, deadline: Deadline
    ) -> Answer:
        """Read the pictures of a call.

        Raises:
            CallRefused: The call makes no sense, is too large, or takes too long.
        """
        most = self.settings.max_pictures
        wanted = order(body, content_type, query, most)
        readings: list[Reading] = []
        for reading in self.reader.read_many(
            wanted.pictures, expect=wanted.expect, min_confidence=wanted.min_confidence
        ):
            readings.append(reading)
            if len(readings) > most:
                raise CallRefused(
                    f"The pictures have more than {most} pages together: make several calls",
                    "too-large",
                )
            deadline.check()
        entries = [reading.to_dict() for reading in readings]
        if all(reading.error for reading in readings):
            raise _unreadable(readings, entries)
        return Answer(json.dumps({"readings": entries}).encode(), tuple(readings))

    def classify(self, body: bytes, content_type: str, deadline: Deadline) -> Answer:
        """Classify the glyphs of a call.

        Raises:
            CallRefused: The call makes no sense, is too large, or takes too long.
        """
        glyphs = _glyphs(body, content_type, self.settings.max_glyphs)
        if len(glyphs) > self.settings.max_glyphs:
            raise CallRefused(
                f"The call holds {len(glyphs)} glyphs, and {self.settings.max_glyphs} are taken: "
                "make several calls",
                "too-large",
            )
        deadline.check()
        shares = self.reader.classify(glyphs).astype(np.float64).round(DECIMALS)
        content = json.dumps({"probabilities": shares.tolist()}).encode()
        return Answer(content, glyphs=len(glyphs))


async def _gone(request: Request) -> None:
    """Wait until the client of a call has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _unreadable(readings: list[Reading], entries: list[dict[str, Any]]) -> CallRefused:
    """Return the error of a call of which nothing could be read."""
    errors = [reading.error for reading in readings if reading.error]
    detail = errors[0].message
    if len(errors) > 1:
        detail = f"None of {len(errors)} pictures could be read; the first: {detail}"
    large = all(error.type == "ImageTooLarge" for error in errors)
    return CallRefused(detail, "too-large" if large else "unreadable", readings=entries)


def _glyphs(body: bytes, content_type: str, most: int) -> NDArray[np.uint8]:
    """Return glyphs uint8 [N, 28, 28]."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == JSON:
        said = parsed(Glyphs, body, SIGNS * most, 0)
        return np.array(said.glyphs, np.uint8)
    if media_type != RAW:
        raise CallRefused(
            f"Glyphs are taken as {JSON}, or as {RAW} of {PIXELS} bytes each",
            "wrong-type",
            {"Accept-Post": f"{RAW}, {JSON}"},
        )
    if not body or len(body) % PIXELS:
        raise CallRefused(
            f"The body has {len(body)} bytes, and glyphs have {PIXELS} each, 28 rows of 28: send "
            "whole ones",
            "invalid",
        )
    return np.frombuffer(body, np.uint8).reshape(-1, SIDE, SIDE)
