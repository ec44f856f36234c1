"""``digitus serve`` as a process of its own, and bytes on its wire."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# The checkout is served, not what may be installed.
SERVE = "from digitus.cli import main; main()"
# A test fails rather than hangs.
PATIENCE = 60


@dataclass
class Server:
    """A server that runs."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def said(self) -> str:
        """End the server by SIGTERM, and return what it logged."""
        self.process.terminate()
        _, errors = self.process.communicate(timeout=PATIENCE)
        return errors


@contextmanager
def serving(*options: str, program: str = SERVE) -> Iterator[Server]:
    """Run ``digitus serve`` at a free port for as long as the block lasts."""
    command = [sys.executable, "-c", program, "serve", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            assert "listens on" in line, line + process.stderr.read()
            yield Server(int(line.split()[3].rpartition(":")[2]), process)
        finally:
            process.terminate()


def everything(connection: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
    pieces = []
    while piece := connection.recv(1 << 16):
        pieces.append(piece)
    return b"".join(pieces)


def answer(connection: socket.socket) -> bytes:
    """Return one answer: its head and its body."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(1 << 16)
    head, _, body = found.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
    while len(body) < length:
        body += connection.recv(1 << 16)
    return head + b"\r\n\r\n" + body
