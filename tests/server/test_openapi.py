"""schemathesis against a server that runs: whatever its description allows and forbids."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = 15


@pytest.mark.usefixtures("reader")
def test_the_server_does_as_its_description_says(server, tmp_path):
    """Deterministic, on the loopback, with every check that schemathesis has."""
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "made_valid",
        "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json"),
            *("--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-color"),
            *("--suppress-health-check", "all"),
        ],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 6" in done.stdout
