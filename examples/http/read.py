"""Reads pictures by a running ``digitus serve``, with nothing but Python's own library.

    python examples/http/read.py seven.png meter.jpg

The server is at DIGITUS_URL, http://127.0.0.1:8000 by default; where it wants an API key, that is
taken from DIGITUS_API_KEY.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

SERVER = os.environ.get("DIGITUS_URL", "http://127.0.0.1:8000")
KEY = os.environ.get("DIGITUS_API_KEY")


def read(*paths: str, **options: Any) -> list[dict[str, Any]]:
    """Return the readings of pictures, a page each; options as ``expect="digit"``."""
    pictures = [
        {"name": path, "data": base64.b64encode(Path(path).read_bytes()).decode()} for path in paths
    ]
    headers = {"Content-Type": "application/json"}
    if KEY:
        headers["Authorization"] = f"Bearer {KEY}"
    body = json.dumps({"pictures": pictures, **options}).encode()
    with urlopen(Request(f"{SERVER}/v1/read", body, headers), timeout=60) as answer:
        readings: list[dict[str, Any]] = json.load(answer)["readings"]
    return readings


def main() -> None:
    """Read the pictures that the command line names."""
    try:
        for reading in read(*sys.argv[1:]):
            found = [f"{one['text']} ({one['confidence']:.2f})" for one in reading["numbers"]]
            error = reading["error"] and reading["error"]["message"]
            print(f"{reading['source']}: {error or ', '.join(found) or 'no digit'}")
    except HTTPError as refusal:  # a problem as JSON, with a sentence that says what to do
        raise SystemExit(f"{refusal.code}: {json.load(refusal)['detail']}") from None
    except (OSError, URLError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
