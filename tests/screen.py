"""A screen that nobody sees: Xvfb, for windows in tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PATIENCE = 60


@contextmanager
def screen(size: str = "1280x900x24") -> Iterator[str]:
    """Run Xvfb for as long as the block lasts; yields its name, as DISPLAY wants it."""
    pytest.importorskip("tkinter", reason="this Python has no tkinter: apt-get install python3-tk")
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb: apt-get install xvfb")
    told, tell = os.pipe()
    command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", size, "-nolisten", "tcp"]
    command.append("-terminate")  # with the last who was shown, should these tests be killed
    with subprocess.Popen(command, pass_fds=[tell], stderr=subprocess.DEVNULL) as process:
        os.close(tell)
        try:
            with os.fdopen(told) as pipe:
                number = pipe.readline().strip()  # it is told as soon as windows can be opened
            assert number.isdigit(), "Xvfb did not start"
            yield f":{number}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def escape(root: Any) -> None:
    """Press Escape until the window is closed: it hears no key before it has the focus."""
    root.after(20, escape, root)
    root.focus_force()
    root.event_generate("<Escape>")
