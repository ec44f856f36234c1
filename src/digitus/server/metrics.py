"""What a server did, in the text format that Prometheus collects (version 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds in seconds: a digit takes a millisecond, a photo 40, a call at most 20 seconds.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)


class Metrics:
    """Counts calls; used on the event loop alone."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._calls: Counter[tuple[str, int]] = Counter()
        self._pages: Counter[str] = Counter(dict.fromkeys(("read", "empty", "failed"), 0))
        self._digits = 0
        self._glyphs = 0
        self._slots = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def called(self, route: str, status: int, seconds: float) -> None:
        """Count a call. Routes are those of the server, never what a caller wrote."""
        self._calls[route, status] += 1
        if route.startswith("/v1/"):
            self._slots[bisect_left(BOUNDS, seconds)] += 1
            self._seconds += seconds

    def page(self, outcome: str, digits: int) -> None:
        """Count a page: ``read``, ``empty`` (no digit on it) or ``failed``."""
        self._pages[outcome] += 1
        self._digits += digits

    def glyphs(self, count: int) -> None:
        """Count glyphs that were classified."""
        self._glyphs += count

    def text(self, taken: int, held: int) -> str:
        """Return all of it.

        Args:
            taken: Calls that wait or are worked on.
            held: Bytes of bodies in memory.
        """
        calls = [
            (f'{{route="{route}",status="{status}"}}', count)
            for (route, status), count in sorted(self._calls.items())
        ]
        pages = [(f'{{outcome="{one}"}}', count) for one, count in sorted(self._pages.items())]
        lines = [
            *_lines("digitus_calls_total", "counter", "Calls answered.", calls),
            *_lines("digitus_pages_total", "counter", "Pages of pictures.", pages),
            *_lines("digitus_digits_total", "counter", "Digits read.", [("", self._digits)]),
            *_lines("digitus_glyphs_total", "counter", "Glyphs classified.", [("", self._glyphs)]),
            *_lines("digitus_calls_under_way", "gauge", "Waiting or worked on.", [("", taken)]),
            *_lines("digitus_held_bytes", "gauge", "Bodies in memory.", [("", held)]),
            *self._histogram("digitus_call_seconds"),
        ]
        return "\n".join(lines) + "\n"

    def _histogram(self, name: str) -> Iterator[str]:
        """Say how long calls to /v1/ took: as many as each bound or fewer seconds."""
        yield f"# HELP {name} Seconds from a call's first byte to its answer."
        yield f"# TYPE {name} histogram"
        total = 0
        for bound, count in zip((*map(repr, BOUNDS), "+Inf"), self._slots, strict=True):
            total += count
            yield f'{name}_bucket{{le="{bound}"}} {total}'
        yield f"{name}_sum {self._seconds}"
        yield f"{name}_count {total}"


def _lines(name: str, kind: str, about: str, values: Iterable[tuple[str, int]]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values:
        yield f"{name}{labels} {value}"
