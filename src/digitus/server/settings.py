"""What a server allows: every limit with its reason, in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Settings:
    """The limits of a server, and whom it answers.

    Attributes:
        keys: API keys; a call must bring one of them. Empty: no key is wanted.
        hosts: Names by which the server may be called; None for any. A server that answers on this
            machine alone must not be reached through a stranger's name (DNS rebinding).
        origins: Other sites whose pages may call, such as ``https://example.org``.
        max_bytes: Of the body of a call: a photo of a phone has 3 to 8 MB.
        max_pixels: Of a picture: a phone's photo has 12 megapixels, A4 at 600 dpi has 35.
        max_pictures: Pages of a call, all its pictures together.
        max_glyphs: Glyphs of a call; these take about a fifth of a second.
        call_seconds: From the last byte of a call to its answer, the waiting in the queue
            included.
        upload_seconds: From the first byte of a call to its last one.
        threads: Calls that are worked on at once.
        queue: Calls that may wait. At a millisecond a digit they wait a tenth of a second.
        max_connections: Open connections, idle and slow ones included; well below the 1,024 files
            that a process may usually open.
    """

    keys: tuple[str, ...] = field(default=(), repr=False)
    hosts: frozenset[str] | None = None
    origins: tuple[str, ...] = ()
    max_bytes: int = 20_000_000
    max_pixels: int = 40_000_000
    max_pictures: int = 50
    max_glyphs: int = 1_000
    call_seconds: float = 20.0
    upload_seconds: float = 30.0
    threads: int = field(default_factory=usable_cores)
    queue: int = 64
    max_connections: int = 800

    @property
    def max_held(self) -> int:
        """Bytes of all bodies that are held in memory at the same time."""
        return 16 * self.max_bytes

    @property
    def small(self) -> int:
        """Bytes of a body for which there is a reserve: a drawing, not a photo."""
        return self.max_bytes // 20

    @property
    def reserve(self) -> int:
        """Bytes kept for small bodies, so that slow large ones do not stop all calls."""
        return 2 * self.max_bytes
