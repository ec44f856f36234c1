"""From an address to a running server, and to its end."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import FrameType

import uvicorn

from digitus import limits
from digitus.errors import ServerError
from digitus.reader import Reader
from digitus.server.app import create_app
from digitus.server.connection import connections
from digitus.server.settings import Settings

# How many clients may wait to be let in.
BACKLOG = 2048
# Between two calls of a client.
KEEP_ALIVE_SECONDS = 15
# For answers to be written, after the last call has been worked on.
GRACE_SECONDS = 5
# How long one thread may keep Python's lock while another waits, instead of 5 ms: the event loop is
# heard between two steps of reading a digit, and a worker soon after it is given a call.
SWITCH_SECONDS = 0.001
# They log what clients sent, or tell of every client that sent nonsense.
CHATTY = ("uvicorn.error", "python_multipart", "PIL")


def serve(
    reader: Reader,
    settings: Settings,
    host: str,
    port: int,
    announce: Callable[[str], None],
) -> None:
    """Answer calls until SIGTERM or ctrl-C; calls that are under way are finished then.

    Args:
        reader: Reads for everybody.
        settings: The limits.
        host: The address or name to bind to.
        port: The port; 0 takes any that is free.
        announce: Is told the server's URL, as soon as it can be called.

    Raises:
        ServerError: The address cannot be had.
    """
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    app = create_app(reader, settings)
    config = uvicorn.Config(
        app,
        http=connections(settings),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(settings.call_seconds) + GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    with closing(_listen(host, port)) as listener, _ended_by_signals(server):
        # From here on the process is ours alone.
        limits.MAX_PIXELS = min(limits.MAX_PIXELS, settings.max_pixels)
        sys.setswitchinterval(SWITCH_SECONDS)
        announce(_url(listener))
        server.run(sockets=[listener])
    if app.state.service.pool.taken and threading.current_thread() is threading.main_thread():
        # A thread that is late cannot be stopped, and Python would wait for it.
        logging.shutdown()
        os._exit(0)


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections already; they wait until the server runs."""
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address, family=family, backlog=BACKLOG)
        # Its connections inherit it. uvloop sees to it by itself, asyncio only where a socket names
        # its protocol: the body of an answer would wait 40 ms for the client to confirm its head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ServerError(
            f"cannot listen on {host}, port {port}: {reason}. Choose another --host or --port."
        ) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Make a signal the regular end of the program, from the moment of its announcement.

    uvicorn listens to signals while it runs; before that, one would end the program at once. It
    raises the signal again when it has shut down, and the program would end as if killed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
