from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.testclient import TestClient

from digitus.reader import Reader
from digitus.server.app import create_app
from digitus.server.settings import Settings
from real_server import Server, serving

Connect = Callable[..., TestClient]


@pytest.fixture
def connect(reader: Reader) -> Iterator[Connect]:
    """Start the application in this process; takes settings, and another reader."""
    with ExitStack() as running:

        def start(reads: Any = reader, **settings: Any) -> TestClient:
            app = create_app(reads, Settings(**settings))
            return running.enter_context(TestClient(app, raise_server_exceptions=False))

        yield start


@pytest.fixture
def client(connect: Connect) -> TestClient:
    return connect()


@pytest.fixture(scope="session")
def server(reader: Reader) -> Iterator[Server]:  # noqa: ARG001  # skips without a model
    """One server for all tests that leave it as it is."""
    with serving() as started:
        yield started
