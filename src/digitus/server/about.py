"""What a server says of itself: its model, its health, its metrics."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.responses import Response

from digitus import __version__
from digitus.errors import CallRefused
from digitus.server import metrics
from digitus.server.calls import refusals
from digitus.server.pictures import JSON
from digitus.server.schemas import About, Limits, State
from digitus.server.service import Service

FINE = json.dumps(State(status="ok").model_dump()).encode()


def model_router(service: Service) -> APIRouter:
    """Return the routes that want a key where there is one."""
    routes = APIRouter(tags=["about"])
    settings = service.settings
    about = About(
        digitus=__version__,
        model=dict(service.reader.model.card.everything),
        limits=Limits.model_validate(
            {name: getattr(settings, name) for name in Limits.model_fields}
        ),
    )
    content = json.dumps(about.model_dump()).encode()

    @routes.get(
        "/v1/model",
        summary="The model and the limits",
        operation_id="model",
        response_model=About,
        responses=refusals(401),
    )
    async def model() -> Response:
        """Tell the version, the card of the model, and what one call may hold."""
        return Response(content, media_type=JSON)

    @routes.get(
        "/metrics",
        summary="Metrics for Prometheus",
        operation_id="metrics",
        response_class=Response,
        responses={
            200: {
                "description": "Counts since the start",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            **refusals(401),
        },
    )
    async def counts() -> Response:
        """Tell how many calls there were, how they ended, and how long they took."""
        text = service.metrics.text(service.pool.taken, service.bodies.held)
        return Response(text, media_type=metrics.MEDIA_TYPE)

    return routes


def health_router(service: Service) -> APIRouter:
    """Return the routes that what watches over servers calls."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", summary="Alive?", operation_id="healthz", response_model=State)
    async def healthz() -> Response:
        """Answer, which a server that hangs does not."""
        return Response(FINE, media_type=JSON)

    @routes.get(
        "/readyz",
        summary="Ready?",
        operation_id="readyz",
        response_model=State,
        responses=refusals(503),
    )
    async def readyz() -> Response:
        """Tell whether the next call would be worked on; 503 while the queue is full."""
        if service.pool.full:
            raise CallRefused("The queue is full: come back in a second", "busy")
        if service.pool.stuck:
            raise CallRefused("All threads are late: come back later", "busy")
        return Response(FINE, media_type=JSON)

    return routes
