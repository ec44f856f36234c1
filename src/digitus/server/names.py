"""Names of servers and of sites, as browsers send them and as the owner of a server writes them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from digitus.errors import InvalidOption

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
NAME = re.compile(r"[0-9a-z_.-]+|[0-9a-f]*(?::[0-9a-f.]*){2,}")
HOST = re.compile(r"(?:\[(?P<address>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::[0-9]*)?")
ORIGIN = re.compile(r"([a-z][0-9a-z+.-]*)://([0-9a-z_.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
# Browsers leave them out.
USUAL_PORTS = {"http": "80", "https": "443"}


def name_of(host: str) -> str:
    """Return the name in a Host header, without its port; nothing where it is no Host."""
    match = HOST.fullmatch(host.lower())
    return (match["address"] or match["name"]) if match else ""


def authority(origin: str) -> str | None:
    """Return the name and port in an Origin header; None where there is none."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def checked_name(text: str) -> str:
    """Return a name by which a server may be called, as `name_of` gives it.

    Raises:
        InvalidOption: It is no name alone.
    """
    name = text.lower().removeprefix("[").removesuffix("]")
    if not NAME.fullmatch(name):
        raise InvalidOption(
            f"--allow-host takes a name without scheme and port, as digits.example.org, and not "
            f"'{text}'"
        )
    return name


def checked_origin(text: str) -> str:
    """Return a site as browsers name it in an Origin header.

    Raises:
        InvalidOption: It is no site alone.
    """
    match = ORIGIN.fullmatch(text.removesuffix("/").lower())
    if not match:
        raise InvalidOption(
            "--allow-origin takes a scheme, a name and perhaps a port, as https://example.org or "
            f"http://localhost:9000, and not '{text}'"
        )
    scheme, name, port = match.groups()
    usual = port is None or port == USUAL_PORTS.get(scheme)
    return f"{scheme}://{name}" if usual else f"{scheme}://{name}:{port}"
