from __future__ import annotations

import pytest

from digitus.errors import InvalidOption
from digitus.server.names import checked_name, checked_origin, name_of


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("https://example.org", "https://example.org"),
        ("https://Example.org/", "https://example.org"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_a_site_is_named_as_browsers_do(given, named):
    assert checked_origin(given) == named


@pytest.mark.parametrize(
    "given",
    ["*", "", "null", "example.org", "https://", "https://*.example.org", "https://example.org/app",
     "https://example.org//", "https://me@example.org", "https://example.org:x",
     "https://example.org?a", "https://example.org https://b.org"],
)  # fmt: skip
def test_what_no_browser_calls_a_site_is_told(given):
    with pytest.raises(InvalidOption, match=r"as https://example\.org"):
        checked_origin(given)


@pytest.mark.parametrize(
    ("given", "named"),
    [("Digits.Example.org", "digits.example.org"), ("192.168.0.2", "192.168.0.2"),
     ("[FE80::1]", "fe80::1"), ("fe80::1", "fe80::1")],
)  # fmt: skip
def test_a_server_has_the_names_it_is_given(given, named):
    assert checked_name(given) == named


@pytest.mark.parametrize(
    "given", ["", "*", "https://example.org", "example.org:8000", "cafe:8000", "a b", "a/b"]
)
def test_what_is_no_name_alone_is_told(given):
    with pytest.raises(InvalidOption, match="without scheme and port"):
        checked_name(given)


@pytest.mark.parametrize(
    ("host", "name"),
    [("LocalHost:8000", "localhost"), ("localhost", "localhost"), ("[::1]:8000", "::1"),
     ("[::1]", "::1"), ("127.0.0.1:", "127.0.0.1"), ("[::1].evil.com", ""),
     ("localhost:evil.com", ""), ("localhost:80:80", ""), ("[::1", ""), ("", "")],
)  # fmt: skip
def test_a_host_has_a_name_and_perhaps_a_port(host, name):
    assert name_of(host) == name
