from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from digitus.reader import Reader

# No deadline: the machine may be busy. No database: tests leave nothing in the checkout. The same
# examples each time: what fails, fails again.
settings.register_profile(
    "digitus", deadline=None, database=None, max_examples=60, derandomize=True
)
settings.load_profile("digitus")


@pytest.fixture(autouse=True)
def no_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data sets that somebody has fetched are no part of a test."""
    monkeypatch.setenv("DIGITUS_CACHE", str(tmp_path_factory.getbasetemp() / "no-cache"))


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader with the model that is shipped."""
    from digitus.reader import Reader  # ONNX Runtime is not loaded for tests that do not read

    return Reader()
