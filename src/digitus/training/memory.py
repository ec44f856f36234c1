"""Memory that training needs again and again."""

from __future__ import annotations

import contextlib
import ctypes

# Of glibc's malloc.h, and what they are set to: memory is never given back to the system, what is
# asked of it is asked in large pieces, and only what is larger than the most that glibc takes here
# is asked for and given back by itself.
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3
SETTINGS = {TRIM_THRESHOLD: -1, TOP_PAD: 1 << 26, MMAP_THRESHOLD: 1 << 25}


def keep_freed_memory() -> None:
    """Let this process keep what it frees; where the C library is not glibc, nothing happens.

    Each step of training asks for the same arrays of some megabytes. As it comes, glibc gives them
    back to the system after each, which clears them before they are used again: a seventh of the
    time of the recipe ``quick``. What the process has used once it now keeps until it ends.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # other libraries, other systems
        mallopt = ctypes.CDLL(None).mallopt
        for setting, value in SETTINGS.items():
            mallopt(setting, value)
