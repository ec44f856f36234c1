"""A server on this machine that does what servers of data sets do, and what they should not."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.answers.get(self.path, status(404))(self)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def begin(self, code: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


class Server(ThreadingHTTPServer):
    """Answers each path as `answers` says; `asked` keeps the paths that were asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    def put(self, path: str, answer: Answer | bytes) -> str:
        """Answer a path so from now on; return its address."""
        self.answers[path] = whole(answer) if isinstance(answer, bytes) else answer
        return f"http://127.0.0.1:{self.server_port}{path}"


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def whole(content: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Length=str(len(content)))
        handler.wfile.write(content)

    return answer


def status(code: int) -> Answer:
    return lambda handler: handler.begin(code, Content_Length="0")


def cut_short(content: bytes) -> Answer:
    """Promise all of it, send half of it."""

    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Length=str(len(content)))
        handler.wfile.write(content[: len(content) // 2])
        handler.close_connection = True

    return answer


def unannounced(content: bytes) -> Answer:
    """Send it without saying how long it is."""

    def answer(handler: Handler) -> None:
        handler.begin(200)
        handler.wfile.write(content)

    return answer


def closed_at_once(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def in_circles(handler: Handler) -> None:
    handler.begin(302, Location=handler.path, Content_Length="0")


def nowhere() -> str:
    """Return an address at which nobody answers."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/nothing"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
