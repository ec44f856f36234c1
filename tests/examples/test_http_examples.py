from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from real_server import Server, serving

EXAMPLES = Path(__file__).parents[2] / "examples"
HTTP = EXAMPLES / "http"
KEY = "a-key-of-a-good-length"
COMMANDS = {
    "python": [sys.executable, "-W", "error", str(HTTP / "read.py")],
    "curl": ["sh", str(HTTP / "read.sh")],
    "node": ["node", str(HTTP / "read.mjs")],
}
NEEDS = {"python": sys.executable, "curl": "curl", "node": "node"}
# Those that print a line for people.
PLAIN = ["python", "node"]

pytestmark = pytest.mark.usefixtures("reader")  # without a model nothing can be served


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that wants a key."""
    keys = tmp_path_factory.mktemp("keys") / "keys.txt"
    keys.write_text(KEY, encoding="utf-8")
    with serving("--api-key-file", str(keys)) as started:
        yield started


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    """A 7, blank paper, and what is no picture; the folder has a space in its name."""
    folder = tmp_path / "my digits"
    folder.mkdir()
    seven = Image.new("L", (56, 56), 255)
    ImageDraw.Draw(seven).line([(14, 12), (42, 12), (24, 46)], fill=0, width=4, joint="curve")
    seven.save(folder / "7.png")
    Image.new("L", (60, 60), 255).save(folder / "blank.png")
    (folder / "torn.png").write_bytes(b"no picture")
    return [str(folder / name) for name in ("7.png", "blank.png", "torn.png")]


def example(kind: str, url: str, *pictures: str, key: str = "") -> subprocess.CompletedProcess[str]:
    """Run an example as its first lines say."""
    if shutil.which(NEEDS[kind]) is None:
        pytest.skip(f"no {NEEDS[kind]} here")
    environment = {**os.environ, "DIGITUS_URL": url, "DIGITUS_API_KEY": key}
    command = [*COMMANDS[kind], *pictures]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("kind", PLAIN)
def test_pictures_are_read_a_line_each(kind, server, pictures):
    done = example(kind, server.url, *pictures)
    assert (done.returncode, done.stderr) == (0, "")
    seven, blank, torn = done.stdout.splitlines()
    assert seven.startswith(f"{pictures[0]}: 7 (") or seven.startswith("7.png: 7 (")
    assert blank.endswith("blank.png: no digit")
    assert "torn.png: " in torn
    assert len(torn.partition("torn.png: ")[2].split()) > 3


def test_curl_prints_the_json(server, pictures):
    done = example("curl", server.url, *pictures)
    assert (done.returncode, done.stderr) == (0, "")
    readings: list[dict[str, Any]] = json.loads(done.stdout)["readings"]
    assert [[one["text"] for one in page["numbers"]] for page in readings] == [["7"], [], []]
    assert readings[2]["error"]["type"] == "UnreadableImage"


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_key_is_sent_and_a_refusal_told(kind, locked, pictures):
    done = example(kind, locked.url, pictures[0], key=KEY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "7" in done.stdout
    done = example(kind, locked.url, pictures[0])
    assert done.returncode != 0
    assert "wants an API key" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_server_that_is_not_there_is_a_sentence(kind, pictures):
    with serving() as gone:
        pass
    done = example(kind, gone.url, pictures[0])
    assert done.returncode != 0
    assert done.stdout == ""
    assert 0 < done.stderr.count("\n") <= 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", PLAIN)
def test_a_file_that_is_not_there_is_named(kind, server):
    done = example(kind, server.url, "gone.png")
    assert (done.returncode, done.stdout) == (1, "")
    assert "gone.png" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["read.py", "read.sh", "read.mjs", "browser.html"])
def test_the_readme_of_the_examples_names_them(name):
    assert name in (HTTP / "README.md").read_text(encoding="utf-8")
    assert (HTTP / name).exists()
