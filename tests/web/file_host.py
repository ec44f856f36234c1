"""A file host: files and their types, no program."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Host:
    """A host that runs.

    Attributes:
        url: Where.
        asked: The paths that were asked for.
        sent: How many bytes were sent, compressed as file hosts do.
    """

    url: str
    asked: list[str] = field(default_factory=list)
    sent: int = 0


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    """Serve a folder for as long as the block lasts."""
    host = Host("")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            host.asked.append(self.path)

        def copyfile(self, source: Any, outputfile: Any) -> None:
            content = source.read()
            host.sent += len(gzip.compress(content))
            outputfile.write(content)

    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            host.url = f"http://127.0.0.1:{server.server_port}"
            yield host
        finally:
            server.shutdown()
            thread.join()
