"""A connection: uvicorn's, with limits on clients that are slow, silent or endless.

uvicorn closes a connection that idles between two calls, but waits for ever for the first byte, for
the rest of a call, and for a client that does not fetch its answer.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from enum import Enum, auto
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from digitus.server import problems
from digitus.server.settings import Settings

# A client that works sends its headers at once.
HEAD_SECONDS = 10.0
# What browsers send is below; an endless header must not fill the memory.
MAX_HEAD = 1 << 16
# For the answer that a body was too slow, before the connection is cut.
GRACE_SECONDS = 5.0
# Of no byte of an answer being fetched.
STALL_SECONDS = 10.0
TICK_SECONDS = 1.0
# Offers of another protocol, such as curl --http2 makes, are declined by not seeing them. The
# parser takes them for accepted, and all that follows for the other protocol.
OFFER = re.compile(rb"^upgrade(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE)
UNSEEN = b"Ignored"
HEAD_END = re.compile(rb"\r?\n\r?\n")
# Of SO_LINGER: on, for no time.
AT_ONCE = struct.pack("ii", 1, 0)


class Phase(Enum):
    """What a connection waits for."""

    HEAD = auto()
    BODY = auto()
    NOTHING = auto()


class Connection(HttpToolsProtocol):
    """One connection; see the module."""

    settings: Settings

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take what uvicorn gives."""
        super().__init__(*arguments, **options)
        self._phase = Phase.HEAD
        self._since = self.loop.time()
        self._head = 0
        self._unfetched = 0
        self._stalled = 0.0
        self._ended: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(TICK_SECONDS, self._tick)
        if len(self.connections) > self.settings.max_connections:
            self._end("busy", "The server has too many connections: come back in a second")

    def connection_lost(self, exc: Exception | None) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came."""
        if self._ended is not None:
            return
        # All of it may be headers, also behind a body; callbacks know where it is not.
        self._head += len(data)
        super().data_received(data if self._phase is Phase.BODY else _without_offers(data))
        if self._head > MAX_HEAD:
            self._end("long-headers", f"The headers have more than {MAX_HEAD >> 10} KB")

    def on_message_begin(self) -> None:
        """Note that a call begins."""
        super().on_message_begin()
        self._phase, self._since = Phase.HEAD, self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, but none that comes behind the body: nothing here asks for it."""
        if self._phase is Phase.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that its body begins."""
        self._phase, self._since, self._head = Phase.BODY, self.loop.time(), 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._head = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that all of it is there."""
        self._phase, self._head = Phase.NOTHING, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # ours says what to do
        """Answer what is no HTTP."""
        self._end("malformed", "That is no HTTP/1.1 request: /docs says how to call")

    def _tick(self) -> None:
        """See once in a while that something goes on."""
        self._timer = self.loop.call_later(TICK_SECONDS, self._tick)
        now = self.loop.time()
        if self._ended is not None and now - self._ended > GRACE_SECONDS:
            self._cut()
        elif self._ended is None and not self.transport.is_closing():
            self._see_whether_it_is_sent(now - self._since)
        self._see_whether_it_is_fetched(now)

    def _see_whether_it_is_sent(self, waited: float) -> None:
        if self._phase is Phase.BODY and waited > self.settings.upload_seconds + GRACE_SECONDS:
            self._cut()
        # While a call is being answered, the next one may have to wait with half its headers read.
        if self._phase is Phase.HEAD and waited > HEAD_SECONDS and not self._answering:
            self._end("slow-upload", f"The headers did not arrive within {HEAD_SECONDS:g} s")

    def _see_whether_it_is_fetched(self, now: float) -> None:
        unfetched = self.transport.get_write_buffer_size()
        if not unfetched or unfetched != self._unfetched:
            self._unfetched, self._stalled = unfetched, now
        elif now - self._stalled > STALL_SECONDS:
            self._cut()

    def _cut(self) -> None:
        """Break the connection, also for the system, which would keep what nobody fetches."""
        own = self.transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _end(self, kind: str, detail: str) -> None:
        """Answer with a problem, and close.

        What the client still sends is thrown away for a while: if it were not fetched, the system
        would break the connection, and the client might never see the answer.
        """
        if self.transport.is_closing() or self._ended is not None:
            return
        self._ended = self.loop.time()
        if self._answering:
            if (
                self.pipeline or self.cycle.response_started
            ):  # a call before this one is cut off, too
                self.transport.close()
                return
            self.cycle.disconnected = True  # what answers it is told, and not heard
            self.cycle.message_event.set()
        about = problems.KINDS[kind]
        body = problems.content(kind, detail)
        headers = {
            "Content-Type": problems.MEDIA_TYPE,
            "Content-Length": str(len(body)),
            **about.headers,
            "Connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[about.status] + lines.encode() + b"\r\n" + body)
        self.transport.write_eof()


def _without_offers(data: bytes) -> bytes:
    """Return what begins with the head of a call, without offers to go on in another protocol."""
    end = HEAD_END.search(data)
    head = data[: end.end()] if end else data
    return OFFER.sub(UNSEEN, head) + data[len(head) :]


def connections(settings: Settings) -> type[Connection]:
    """Return the class of connections with these limits."""
    return type("LimitedConnection", (Connection,), {"settings": settings})
