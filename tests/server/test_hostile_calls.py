"""Bad calls through the whole server: an answer that says what to do, and never a 500."""

from __future__ import annotations

import base64
import io
import json
import struct
import time
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sevens import BYTES, JSON, PNG, SEVEN, drawn, encoded, in_json, problem, texts, tiff

FILES = {kind: encoded(drawn(), kind) for kind in ("PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP")}
TYPES = ("image/png", "application/octet-stream", "application/json", "multipart/form-data",
         "multipart/form-data; boundary=XX", "text/plain", "\xff", "")  # fmt: skip
MANY = settings(
    max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def bomb(width: int, height: int, data: bytes) -> bytes:
    """A PNG whose header claims a size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 9))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def fine(response: Any) -> None:
    """A reading, or a problem that is not the server's."""
    assert response.status_code in {200, 400, 413, 415, 422}, response.text
    kind = "json" if response.status_code == 200 else "problem+json"
    assert response.headers["content-type"] == f"application/{kind}"


@pytest.mark.parametrize("kind", FILES)
def test_torn_files_are_read_or_told(client, kind):
    content = FILES[kind]
    for part in range(0, 20):
        fine(client.post("/v1/read", content=content[: len(content) * part // 20], headers=BYTES))


@pytest.mark.parametrize("kind", FILES)
@MANY
@given(data=st.data())
def test_spoiled_files_are_read_or_told(client, kind, data):
    content = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 9))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    fine(client.post("/v1/read", content=bytes(content), headers=BYTES))


def test_bombs_are_told_before_they_burst(client):
    for content in (bomb(60_000, 60_000, b"\0" * 1000), bomb(2**31 - 1, 2**31 - 1, b"")):
        problem(client.post("/v1/read", content=content, headers=PNG), 413, "too-large")
    # 36 megapixels in 40 kB are taken, and hold no digit; a chunk that unpacks to more is cut.
    fine(client.post("/v1/read", content=bomb(6000, 6000, b"\0" * 6001 * 6000), headers=PNG))
    fine(client.post("/v1/read", content=bomb(56, 56, b"\0" * 50_000_000), headers=PNG))


def test_a_tiff_of_a_thousand_pages_is_given_up(client):
    pages = [Image.new("1", (8, 8)) for _ in range(1000)]
    content = io.BytesIO()
    pages[0].save(content, "TIFF", save_all=True, append_images=pages[1:])
    problem(client.post("/v1/read", content=content.getvalue(), headers=BYTES), 413, "too-large")


def test_a_tiff_whose_pages_go_in_a_circle_ends(client):
    content = bytearray(tiff(2))
    # The last page names the first one as its successor.
    (first,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, first)
    at = first + 2 + 12 * count
    (second,) = struct.unpack_from("<I", content, at)
    (count,) = struct.unpack_from("<H", content, second)
    struct.pack_into("<I", content, second + 2 + 12 * count, first)
    fine(client.post("/v1/read", content=bytes(content), headers=BYTES))


@MANY
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(TYPES),
    path=st.sampled_from(("read", "classify")),
)
def test_any_bytes_of_any_type_are_answered(client, body, kind, path):
    headers = {"Content-Type": kind.encode("latin-1")}
    fine(client.post(f"/v1/{path}", content=body, headers=headers))


@MANY
@given(value=ANYTHING, path=st.sampled_from(("read", "classify")))
def test_any_json_is_answered(client, value, path):
    for content in (value, {"pictures": value}, {"pictures": [{"data": value}]}, {"glyphs": value}):
        fine(client.post(f"/v1/{path}", content=json.dumps(content), headers=JSON))


@MANY
@given(name=st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_name_comes_back_as_it_was_sent(client, name):
    picture = {"name": name, "data": base64.b64encode(SEVEN).decode()}
    response = client.post("/v1/read", content=json.dumps({"pictures": [picture]}), headers=JSON)
    if any(0xD800 <= ord(letter) < 0xE000 for letter in name):
        problem(response, 400, "malformed")  # half a pair is no Unicode
        return
    assert texts(response) == [["7"]]
    assert response.json()["readings"][0]["source"] == (name or "<picture 1>")


@MANY
@given(
    query=st.dictionaries(st.sampled_from(("expect", "min_confidence")) | st.text(), st.text()),
)
def test_any_query_is_answered(client, query):
    try:
        response = client.post("/v1/read", params=query, content=SEVEN, headers=PNG)
    except UnicodeEncodeError:  # the client cannot send it
        return
    fine(response)


@pytest.mark.parametrize(
    ("path", "start", "item", "end"),
    [
        ("read", b'{"pictures":[', b"0", b"]}"),
        ("read", b'{"pictures":[', b'{"data":""}', b"]}"),
        ("read", b"{", b'"%d":0', b"}"),
        ("classify", b'{"glyphs":[', b"0", b"]}"),
        ("classify", b'{"glyphs":[[', b"[]", b"]]}"),
        ("classify", b"{", b'"%d":0', b"}"),
    ],
)
def test_json_of_very_many_items_is_told_before_it_is_parsed(client, path, start, item, end):
    """Parsed, each would take seconds and a gigabyte."""
    items = b",".join(item % place if b"%" in item else item for place in range(1_000_000))
    began = time.process_time()
    response = client.post(f"/v1/{path}", content=start + items + end, headers=JSON)
    problem(response, 413, "too-large")
    assert time.process_time() - began < 1


def test_of_wrong_items_the_first_is_told(client):
    for path, name in (("read", "pictures"), ("classify", "glyphs")):
        body = {name: [0] * 40_000}
        detail = problem(client.post(f"/v1/{path}", json=body), 422, "invalid")["detail"]
        assert f"{name}[0]" in detail
        assert "more" not in detail


def test_the_largest_calls_are_taken_as_json(connect):
    client = connect(max_pictures=3, max_glyphs=3)
    picture = in_json(SEVEN)["pictures"][0]
    named = {"pictures": [{**picture, "name": letter * 1000} for letter in ",:["]}
    assert texts(client.post("/v1/read", json=named)) == [["7"]] * 3
    glyphs = {"glyphs": [[[7] * 28] * 28] * 3}
    assert client.post("/v1/classify", json=glyphs).status_code == 200
