"""The reader in the browser reads what the one in Python reads."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from golden_pictures import digit_pictures, number_pictures

from digitus.model import SHIPPED
from digitus.reader import Reader
from digitus.training.papers import Page

WEB = Path(__file__).parents[2] / "web"
PIXELS, CONFIDENCE = 1, 1e-3
Expect = Literal["digit", "numbers"]

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed"),
    pytest.mark.skipif(
        not (WEB / "node_modules" / "onnxruntime-web").is_dir(),
        reason="onnxruntime-web is not installed: npm ci in web/",
    ),
]


def read_in_browser(pictures: Iterable[tuple[Page, Expect]], folder: Path) -> list[dict[str, Any]]:
    """Read pictures with the engine of the browser."""
    listed = []
    for at, (page, expect) in enumerate(pictures):
        height, width = page.shape[:2]
        opaque = np.full((height, width), 255, np.uint8)
        np.dstack([page, opaque])[..., :4].tofile(folder / str(at))
        listed.append({"file": str(at), "width": width, "height": height, "expect": expect})
    (folder / "pictures.json").write_text(json.dumps(listed))
    done = subprocess.run(
        ["node", WEB / "test" / "golden.mjs", folder, SHIPPED.parent],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    readings: list[dict[str, Any]] = json.loads(done.stdout)
    return readings


def differences(own: dict[str, Any], other: dict[str, Any]) -> Iterable[str]:
    """Tell what two readings of a page do not agree in."""
    texts = [[number["text"] for number in reading["numbers"]] for reading in (own, other)]
    if texts[0] != texts[1]:
        yield f"{texts[0]} in Python, {texts[1]} in the browser"
        return
    heads = [{**reading, "numbers": None} for reading in (own, other)]
    if heads[0] != heads[1]:
        yield f"{heads[0]} in Python, {heads[1]} in the browser"
    for mine, others in zip(own["numbers"], other["numbers"], strict=True):
        for a, b in zip([mine, *mine["digits"]], [others, *others["digits"]], strict=True):
            name = a.get("text", a.get("digit"))
            if a.keys() != b.keys():
                yield f"{name}: {list(a)}, {list(b)} in the browser"
            if abs(a["confidence"] - b["confidence"]) > CONFIDENCE:
                yield f"{name}: confidence {a['confidence']}, {b['confidence']} in the browser"
            if np.abs(np.subtract(a["box"], b["box"])).max() > PIXELS:
                yield f"{name}: box {a['box']}, {b['box']} in the browser"


def check(pictures: list[tuple[str, Page]], expect: Expect, reader: Reader, folder: Path) -> None:
    """Compare the readings of pictures."""
    theirs = read_in_browser([(page, expect) for _, page in pictures], folder)
    wrong = []
    for (name, page), other in zip(pictures, theirs, strict=True):
        own = reader.read(page, expect=expect).to_dict()
        wrong += [f"{name}: {difference}" for difference in differences(own, other)]
    assert not wrong, "\n".join(wrong)


def test_a_digit_is_read_as_in_python(reader: Reader, tmp_path: Path) -> None:
    pictures = list(digit_pictures())
    assert len(pictures) >= 200
    check(pictures, "digit", reader, tmp_path)


def test_numbers_are_read_as_in_python(reader: Reader, tmp_path: Path) -> None:
    check(list(number_pictures()), "numbers", reader, tmp_path)
