"""Files of pictures to send, and the bodies in which they are sent."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image, ImageDraw

PNG = {"Content-Type": "image/png"}
BYTES = {"Content-Type": "application/octet-stream"}
JSON = {"Content-Type": "application/json"}


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def drawn(size: int = 56) -> Image.Image:
    """A 7."""
    image = Image.new("L", (size, size), 255)
    corners = [(size * x / 56, size * y / 56) for x, y in ((14, 12), (42, 12), (24, 46))]
    ImageDraw.Draw(image).line(corners, fill=0, width=size // 14, joint="curve")
    return image


SEVEN = encoded(drawn())
BLANK = encoded(Image.new("L", (60, 60), 255))
TORN = SEVEN[:60]


def tiff(pages: int) -> bytes:
    """A 7 on each page."""
    more = [drawn() for _ in range(pages - 1)]
    return encoded(drawn(), "TIFF", save_all=True, append_images=more)


def in_json(*files: bytes, **options: Any) -> dict[str, Any]:
    """The JSON in which files are sent."""
    pictures = [{"data": base64.b64encode(one).decode()} for one in files]
    return {"pictures": pictures, **options}


def in_form(*files: bytes) -> list[tuple[str, tuple[str, bytes]]]:
    """The form in which files are sent, 1.png the first."""
    return [("file", (f"{place}.png", one)) for place, one in enumerate(files, start=1)]


def texts(response: Any) -> list[list[str]]:
    """What was read, a list for each page."""
    assert response.status_code == 200, response.text
    return [[one["text"] for one in page["numbers"]] for page in response.json()["readings"]]


def problem(response: Any, status: int, kind: str) -> dict[str, Any]:
    """See that an answer is a problem of a kind, and return it."""
    content: dict[str, Any] = response.json()
    assert (response.status_code, content["type"]) == (status, f"/docs#{kind}"), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert content["status"] == status
    assert content["title"]
    assert len(content["detail"].split()) > 3
    return content
