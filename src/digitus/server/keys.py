"""API keys: where they come from, and whether a call brings one."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path

from digitus.errors import CallRefused, InvalidOption

VARIABLE = "DIGITUS_API_KEY"
# Shorter ones can be guessed.
SHORTEST = 16
MAX_BYTES = 1 << 16
MAKE_ONE = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"


def is_local(host: str) -> bool:
    """Tell whether only programs of this machine can reach a server that is bound to a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def load_keys(file: Path | None, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the keys that the user names, none if there are none.

    Args:
        file: One key a line; by default what the environment variable says.
        environment: Where that variable is looked for.

    Raises:
        InvalidOption: The file cannot be read or holds no key, or a key is too short or odd.
    """
    if file is None:
        place, text = f"The variable {VARIABLE}", environment.get(VARIABLE)
        if text is None:
            return ()
    else:
        place, text = f"'{file}'", _content(file)
    keys = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not keys:
        raise InvalidOption(f"{place} holds no API key: {MAKE_ONE}")
    for key in keys:
        if len(key) < SHORTEST or not (key.isascii() and key.isprintable()) or " " in key:
            raise InvalidOption(
                f"{place} holds a key that is no key: {SHORTEST} or more letters, digits and "
                f"signs without spaces; {MAKE_ONE}"
            )
    return keys


def _content(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidOption(f"The API keys in '{file}' cannot be read: {error}") from error


def check_key(given: str | None, keys: tuple[str, ...]) -> None:
    """See that a call brings one of the keys; it takes the same time for every wrong one.

    Raises:
        CallRefused: It does not.
    """
    # Hashes, so that not even the length of a key is told by the time that this takes.
    hashed = _hash(given or "")
    right = [hmac.compare_digest(hashed, _hash(key)) for key in keys]
    if not any(right):
        said = "This API key is not known" if given else "This server wants an API key"
        raise CallRefused(f"{said}: send the header 'Authorization: Bearer KEY'", "no-key")


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
