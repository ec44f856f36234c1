"""The calls that work: ``POST /v1/read`` and ``POST /v1/classify``."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.datastructures import QueryParams
from starlette.responses import Response

from digitus.server import problems
from digitus.server.pictures import FORM, JSON, RAW
from digitus.server.schemas import (
    Glyphs,
    Pictures,
    Probabilities,
    Problem,
    Readings,
    ReadOptions,
    flat,
)
from digitus.server.service import Service

FILE = {"type": "string", "contentMediaType": RAW, "format": "binary"}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the responses of OpenAPI for problems of these statuses."""
    titles = {kind.status: kind.title for kind in problems.KINDS.values()}
    schema = flat(Problem)
    return {
        status: {
            "description": titles[status],
            "content": {problems.MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def _form() -> dict[str, Any]:
    """Return the schema of the form with pictures."""
    options = {
        name: {"type": kind, **extra}
        for name, kind, extra in (
            ("expect", "string", {"enum": ["digit", "numbers"]}),
            ("min_confidence", "number", {"minimum": 0, "maximum": 1}),
        )
    }
    files = {"type": "array", "items": FILE, "minItems": 1, "description": "Pictures."}
    return {
        "type": "object",
        "properties": {"file": files, **options},
        "required": ["file"],
        "additionalProperties": False,
    }


READ_BODY = {
    "required": True,
    "content": {
        "image/png": {"schema": FILE},
        "image/jpeg": {"schema": FILE},
        RAW: {"schema": FILE},
        FORM: {"schema": _form()},
        JSON: {"schema": flat(Pictures)},
    },
}
CLASSIFY_BODY = {
    "required": True,
    "content": {JSON: {"schema": flat(Glyphs)}, RAW: {"schema": FILE}},
}
# Written down for OpenAPI and looked at by ourselves: FastAPI takes a tenth of the time of a digit.
READ_QUERY = [
    {"name": name, "in": "query", "required": False, "schema": schema}
    for name, schema in flat(ReadOptions)["properties"].items()
]


def _options(query: QueryParams) -> ReadOptions:
    try:
        return ReadOptions.model_validate_strings(dict(query))
    except ValidationError as error:
        raise problems.faults(error) from None


def router(service: Service) -> APIRouter:
    """Return the routes, which have the service do the work in its threads."""
    routes = APIRouter(prefix="/v1", tags=["reading"])

    @routes.post(
        "/read",
        summary="Read pictures",
        operation_id="read",
        response_model=Readings,
        responses=refusals(400, 401, 403, 408, 413, 415, 422, 503, 504),
        openapi_extra={"parameters": READ_QUERY, "requestBody": READ_BODY},
    )
    async def read(request: Request) -> Response:
        """Read the handwritten digits in pictures.

        Send one picture as it is, several as files of a form, or base64 in JSON:

            curl --data-binary @seven.png -H 'Content-Type: image/png' SERVER/v1/read
            curl -F file=@seven.png -F file=@meter.jpg -F expect=digit SERVER/v1/read
            {"pictures": [{"name": "seven.png", "data": "iVBORw0..."}], "expect": "digit"}

        PNG, JPEG, BMP, GIF, TIFF (every page), WebP, PPM and AVIF are read. A picture that cannot
        be read has an `error` of its own, and the others are still read; where none can be, the
        answer is a problem with all the readings in it.
        """
        query = _options(request.query_params)
        content_type = request.headers.get("content-type", "")
        async with service.bodies.whole(request) as body:
            work = partial(service.read, body, content_type, query)
            answer = await service.work(request, work)
        for reading in answer.readings:
            outcome = "failed" if reading.error else "read" if reading else "empty"
            service.metrics.page(outcome, len(reading.digits))
        return Response(answer.content, media_type=JSON)

    @routes.post(
        "/classify",
        summary="Classify glyphs",
        operation_id="classify",
        response_model=Probabilities,
        responses=refusals(400, 401, 403, 408, 413, 415, 422, 503, 504),
        openapi_extra={"requestBody": CLASSIFY_BODY},
    )
    async def classify(request: Request) -> Response:
        """Tell the probabilities of the ten digits for glyphs that were cut already.

        A glyph has 28 x 28 grey levels, white ink on black: nested lists in JSON, or 784 bytes
        each, one glyph after the other:

            curl -H 'Content-Type: application/octet-stream' --data-binary @7.bin SERVER/v1/classify
        """
        content_type = request.headers.get("content-type", "")
        async with service.bodies.whole(request) as body:
            work = partial(service.classify, body, content_type)
            answer = await service.work(request, work)
        service.metrics.glyphs(answer.glyphs)
        return Response(answer.content, media_type=JSON)

    return routes
