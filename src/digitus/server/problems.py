"""Errors as RFC 9457 wants them: application/problem+json, a sentence that says what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from digitus.errors import CallRefused

MEDIA_TYPE = "application/problem+json"
# How many faults of one body are told, and how much of each.
MOST_FAULTS, MOST_WORDS = 3, 200
# When to come back where the queue was full: it is worked off within less.
RETRY_SECONDS = "1"


@dataclass(frozen=True)
class Kind:
    """A kind of problem.

    Attributes:
        status: Of the answer.
        title: The same for each problem of the kind.
        headers: What the answer says besides.
    """

    status: int
    title: str
    headers: Mapping[str, str]


def _kind(status: int, title: str, **headers: str) -> Kind:
    return Kind(status, title, {name.replace("_", "-"): value for name, value in headers.items()})


KINDS: dict[str, Kind] = {
    "malformed": _kind(400, "The request cannot be understood"),
    "no-key": _kind(401, "An API key is needed", www_authenticate="Bearer"),
    "foreign-page": _kind(403, "Pages of other sites may not call"),
    "not-found": _kind(404, "There is nothing here"),
    "wrong-method": _kind(405, "It cannot be called so"),
    "slow-upload": _kind(408, "The upload took too long", connection="close"),
    "too-large": _kind(413, "The request is larger than allowed"),
    "wrong-type": _kind(415, "The body is of no known type"),
    "wrong-name": _kind(421, "The server has another name"),
    "invalid": _kind(422, "Something in the request makes no sense"),
    "unreadable": _kind(422, "No picture of the request could be read"),
    "long-headers": _kind(431, "The headers are larger than allowed", connection="close"),
    "failed": _kind(500, "The server failed"),
    "busy": _kind(503, "The server is busy", retry_after=RETRY_SECONDS),
    "stopping": _kind(503, "The server is stopping", retry_after=RETRY_SECONDS),
    "too-slow": _kind(504, "Reading took too long"),
}
"""All kinds of problems, by the name that their ``type`` ends with."""


def content(kind: str, detail: str, **more: Any) -> bytes:
    """Return the JSON of a problem; its type is the address of its description."""
    about = KINDS[kind]
    problem = {"type": f"/docs#{kind}", "title": about.title, "status": about.status}
    return json.dumps({**problem, "detail": detail, **more}).encode()


def answer(refusal: CallRefused) -> Response:
    """Return the answer to a call that was refused."""
    about = KINDS[refusal.kind]
    body = content(refusal.kind, str(refusal), **refusal.more)
    return Response(body, about.status, {**about.headers, **refusal.headers}, MEDIA_TYPE)


def faults(error: ValidationError) -> CallRefused:
    """Say what is wrong with a body or a query that has not the form it should have."""
    found = error.errors(include_url=False, include_input=False)
    words = [f"{_place(one['loc'])}: {one['msg']}"[:MOST_WORDS] for one in found[:MOST_FAULTS]]
    if len(found) > MOST_FAULTS:
        words.append(f"and {len(found) - MOST_FAULTS} more")
    if any(one["type"] == "json_invalid" for one in found):
        return CallRefused(f"The body is no JSON ({words[0]}): mend it", "malformed")
    return CallRefused(f"{'; '.join(words)}. /docs says what may be given", "invalid")


def _place(steps: Sequence[int | str]) -> str:
    """Name a place in a body as programs do: ``glyphs[0][3]``."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return words.lstrip(".") or "the body"
