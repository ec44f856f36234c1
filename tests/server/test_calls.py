from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from sevens import (
    BLANK,
    BYTES,
    JSON,
    PNG,
    SEVEN,
    TORN,
    drawn,
    encoded,
    in_form,
    in_json,
    problem,
    texts,
    tiff,
)
from typer.testing import CliRunner

from digitus.cli.app import app as command


def test_the_json_is_the_command_lines(client, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {"7.png": SEVEN, "blank.png": BLANK, "torn.png": TORN, "two.tif": tiff(2)}
    for name, content in files.items():
        Path(name).write_bytes(content)
    printed = CliRunner().invoke(command, ["read", *files, "--format", "jsonl"]).stdout
    response = client.post("/v1/read", files=[("file", item) for item in files.items()])
    assert response.headers["content-type"] == "application/json"
    lines = [json.dumps(one) for one in response.json()["readings"]]
    assert lines == printed.splitlines()
    assert [bool(json.loads(line)["error"]) for line in lines] == [False, False, True, False, False]


def test_a_picture_is_read_however_it_is_sent(client):
    answers = [
        client.post("/v1/read", content=SEVEN, headers=PNG),
        client.post("/v1/read", content=SEVEN, headers=BYTES),
        client.post("/v1/read", files=in_form(SEVEN)),
        client.post("/v1/read", json=in_json(SEVEN)),
        client.post("/v1/read", json={"pictures": [{"data": _data_url(SEVEN), "name": "x"}]}),
    ]
    assert [texts(one) for one in answers] == [[["7"]]] * 5
    sources = [one.json()["readings"][0]["source"] for one in answers]
    assert sources == ["<body>", "<body>", "1.png", "<picture 1>", "x"]


def _data_url(content: bytes) -> str:
    return "data:image/png;base64," + in_json(content)["pictures"][0]["data"]


@pytest.mark.parametrize("kind", ["JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM"])
def test_every_format_is_read(client, kind):
    response = client.post("/v1/read", content=encoded(drawn(), kind), headers=BYTES)
    assert texts(response) == [["7"]]


def test_the_others_are_read_beside_one_that_cannot_be(client):
    answers = [
        client.post("/v1/read", files=in_form(TORN, SEVEN)),
        client.post("/v1/read", json=in_json(TORN, SEVEN)),
    ]
    for response in answers:
        assert texts(response) == [[], ["7"]]
        torn, fine = response.json()["readings"]
        assert (torn["error"]["type"], fine["error"]) == ("UnreadableImage", None)


def test_where_nothing_can_be_read_it_is_a_problem_with_the_readings_in_it(client):
    found = problem(client.post("/v1/read", files=in_form(TORN, b"")), 422, "unreadable")
    assert [one["error"]["type"] for one in found["readings"]] == ["UnreadableImage"] * 2
    assert "None of 2 pictures" in found["detail"]
    assert "'1.png'" in found["detail"]


def test_a_page_without_a_digit_is_no_error(client):
    assert texts(client.post("/v1/read", content=BLANK, headers=PNG)) == [[]]


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_options_count_wherever_they_stand(client, sure):
    wanted = [] if sure else ["7"]
    answers = [
        client.post(f"/v1/read?min_confidence={sure}&expect=digit", content=SEVEN, headers=PNG),
        client.post("/v1/read", files=in_form(SEVEN), data={"min_confidence": str(sure)}),
        client.post("/v1/read", json=in_json(SEVEN, min_confidence=sure)),
        # What the body says comes before what the address says.
        client.post(
            f"/v1/read?min_confidence={1 - sure}", json=in_json(SEVEN, min_confidence=sure)
        ),
    ]
    assert [texts(one) for one in answers] == [[wanted]] * 4


def test_expect_reaches_the_reader(connect, reader):
    asked = []

    class Asked:
        model = reader.model

        def read_many(self, pictures, **options):
            asked.append(options)
            return reader.read_many(pictures, **options)

    client = connect(Asked())
    client.post("/v1/read?expect=digit", content=SEVEN, headers=PNG)
    client.post("/v1/read", files=in_form(SEVEN), data={"expect": "digit"})
    client.post("/v1/read", json=in_json(SEVEN, expect="digit", min_confidence=0.5))
    client.post("/v1/read", content=SEVEN, headers=PNG)
    assert [one["expect"] for one in asked] == ["digit", "digit", "digit", "numbers"]
    assert [one["min_confidence"] for one in asked] == [0, 0, 0.5, 0]


@pytest.mark.parametrize(
    "query",
    ["expect=letters", "min_confidence=2", "min_confidence=nan", "min_confidence=x", "minimum=1"],
)
def test_wrong_options_in_the_address_are_told(client, query):
    response = client.post(f"/v1/read?{query}", content=SEVEN, headers=PNG)
    assert query.partition("=")[0] in problem(response, 422, "invalid")["detail"]


@pytest.mark.parametrize(
    ("content", "status", "kind", "says"),
    [
        ("{", 400, "malformed", "no JSON"),
        ("", 400, "malformed", "no JSON"),
        ("\xff", 400, "malformed", "no JSON"),
        ("[]", 422, "invalid", "object"),
        ("{}", 422, "invalid", "pictures"),
        ('{"pictures": []}', 422, "invalid", "pictures"),
        ('{"pictures": ["iVBO"]}', 422, "invalid", "pictures[0]"),
        ('{"pictures": [{"data": 7}]}', 422, "invalid", "pictures[0].data"),
        ('{"pictures": [{"data": "äöü"}]}', 422, "invalid", "picture 1 is no base64"),
        ('{"pictures": [{"data": "iVB"}]}', 422, "invalid", "picture 1 is no base64"),
        ('{"pictures": [{"data": "iVBO"}], "expects": 1}', 422, "invalid", "expects"),
        ('{"pictures": [{"data": "iVBO"}], "min_confidence": NaN}', 422, "invalid", "min_conf"),
        ('{"pictures": [{"data": "iVBO"}], "min_confidence": "1"}', 422, "invalid", "min_conf"),
        ('{"pictures": [{"data": "iVBO"}], "min_confidence": true}', 422, "invalid", "min_conf"),
        ('{"pictures": [{"data": "iVBO"}]}', 422, "unreadable", "<picture 1>"),
        ("[" * 10_000, 400, "malformed", "no JSON"),
    ],
)
def test_wrong_json_is_told(client, content, status, kind, says):
    body = content.encode("latin-1" if content == "\xff" else "utf-8")
    response = client.post("/v1/read", content=body, headers=JSON)
    assert says in problem(response, status, kind)["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused_with_those_that_are_taken(client, kind):
    response = client.post("/v1/read", content=SEVEN, headers={"Content-Type": kind})
    assert "multipart/form-data" in problem(response, 415, "wrong-type")["detail"]
    assert "image/*" in response.headers["accept-post"]


def test_pictures_and_pages_of_a_call_are_limited(connect):
    client = connect(max_pictures=3)
    assert texts(client.post("/v1/read", json=in_json(*[SEVEN] * 3))) == [["7"]] * 3
    for response in (
        client.post("/v1/read", json=in_json(*[SEVEN] * 4)),
        client.post("/v1/read", files=in_form(*[SEVEN] * 4)),
        client.post("/v1/read", content=tiff(4), headers=BYTES),
    ):
        assert "make several calls" in problem(response, 413, "too-large")["detail"]


def test_glyphs_are_classified_as_the_library_does(client, reader):
    glyphs = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    wanted = reader.classify(glyphs)
    for response in (
        client.post("/v1/classify", json={"glyphs": glyphs.tolist()}),
        client.post("/v1/classify", json={"glyphs": glyphs.astype(float).tolist()}),
        client.post("/v1/classify", content=glyphs.tobytes(), headers=BYTES),
    ):
        assert response.status_code == 200
        np.testing.assert_allclose(response.json()["probabilities"], wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("content", "headers", "status", "kind"),
    [
        (b"\0" * 783, BYTES, 422, "invalid"),
        (b"", BYTES, 422, "invalid"),
        (b"\0" * 784 * 3, BYTES, 413, "too-large"),
        (SEVEN, PNG, 415, "wrong-type"),
        (b'{"glyphs": []}', JSON, 422, "invalid"),
        (b'{"glyphs": [[[0]]]}', JSON, 422, "invalid"),
        (json.dumps({"glyphs": [[[256] * 28] * 28]}).encode(), JSON, 422, "invalid"),
        (json.dumps({"glyphs": [[[1.5] * 28] * 28]}).encode(), JSON, 422, "invalid"),
        (json.dumps({"glyphs": [[[float("nan")] * 28] * 28]}).encode(), JSON, 422, "invalid"),
        (json.dumps({"glyphs": [[["7"] * 28] * 28]}).encode(), JSON, 422, "invalid"),
        (json.dumps({"glyphs": [[[True] * 28] * 28]}).encode(), JSON, 422, "invalid"),
        (b'{"glyphs": 7', JSON, 400, "malformed"),
    ],
)
def test_what_is_no_glyphs_is_told(connect, content, headers, status, kind):
    client = connect(max_glyphs=2)
    problem(client.post("/v1/classify", content=content, headers=headers), status, kind)


def test_base64_may_have_line_breaks(client):
    data = base64.encodebytes(SEVEN).decode()
    assert data.count("\n") > 1
    for one in (data, data.replace("\n", "\r\n"), "data:image/png;base64," + data):
        assert texts(client.post("/v1/read", json={"pictures": [{"data": one}]})) == [["7"]]


@pytest.mark.parametrize("data", ["data:image/png;base64", "data:image/png,iVBO", "data:"])
def test_a_data_url_without_base64_is_told(client, data):
    response = client.post("/v1/read", json={"pictures": [{"data": data}]})
    assert "data:image/png;base64," in problem(response, 422, "invalid")["detail"]
