from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sevens import SEVEN, in_form, problem, texts

from digitus.errors import CallRefused
from digitus.server import forms

TYPE = "multipart/form-data; boundary=XX"


def form(*parts: bytes, end: bytes = b"--XX--\r\n") -> bytes:
    return b"".join(b"--XX\r\n" + part + b"\r\n" for part in parts) + end


def part(said: str, content: bytes = b"1") -> bytes:
    return f"Content-Disposition: form-data; {said}\r\n\r\n".encode() + content


def refusal(body: bytes, content_type: str = TYPE, most: int = 9) -> CallRefused:
    with pytest.raises(CallRefused) as caught:
        forms.split(body, content_type, most)
    return caught.value


def test_a_form_is_taken_to_pieces():
    body = form(part('name="a"; filename="ä.png"', b"\r\n--X\0"), part('name="expect"', b"digit"))
    assert forms.split(body, TYPE, 2) == [
        forms.Part("a", "ä.png", b"\r\n--X\0"),
        forms.Part("expect", None, b"digit"),
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (form(), "multipart/form-data", "no boundary"),
        (form(), "multipart/form-data; boundary=" + "X" * 300, "damaged"),
        (form(part('name="a"'), end=b""), TYPE, "cut short"),
        (form(part('name="a"'))[:-9], TYPE, "cut short"),
        (b"", TYPE, "cut short"),
        (b"no form", TYPE, "damaged"),
        (form(b"\r\n1"), TYPE, "has no name"),
        (form(part("filename=x")), TYPE, "has no name"),
        (form(b"No Header\r\n\r\n1"), TYPE, "damaged"),
        (form(b"A: " + b"x" * 100_000 + b"\r\n\r\n1"), TYPE, "damaged"),
    ],
)
def test_a_damaged_form_is_told(body, content_type, says):
    error = refusal(body, content_type)
    assert error.kind == "malformed"
    assert says in str(error)
    assert "curl -F" in str(error)


def test_ten_thousand_parts_are_given_up_at_the_first_too_many(client):
    error = refusal(form(*[part('name="a"; filename="b"')] * 10_000), most=50)
    assert (error.kind, "more than 50 parts" in str(error)) == ("too-large", True)
    problem(client.post("/v1/read", files=in_form(*[b"x"] * 10_000)), 413, "too-large")


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from([b"", b"\r\n", b"--XX"]))
def test_whatever_comes_is_parts_or_a_refusal(noise, place, more):
    whole = form(part('name="a"; filename="b"', b"12"), part('name="expect"'))
    body = whole[:place] + more + noise + whole[place:]
    try:
        kind = "" if len(forms.split(body, TYPE, 3)) <= 3 else "too many parts"
    except CallRefused as error:
        kind = error.kind
    assert kind in {"", "malformed", "too-large"}


def test_every_file_is_a_picture_whatever_its_field_is_called(client):
    names = ('name="a"; filename=""', 'name="expect"; filename="7.png"', 'name=""; filename="<b>"')
    body = form(*[part(name, SEVEN) for name in names])
    response = client.post("/v1/read", content=body, headers={"Content-Type": TYPE})
    assert texts(response) == [["7"]] * 3
    sources = [one["source"] for one in response.json()["readings"]]
    assert sources == ["<picture 1>", "7.png", "<b>"]


def test_a_name_is_a_name_and_no_path(client, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(SEVEN)
    response = client.post("/v1/read", files=[("file", (str(secret), b""))])
    problem(response, 422, "unreadable")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"expect": "letters"}, "expect"),
        ({"min_confidence": "nan"}, "min_confidence"),
        ({"min_confidence": "\udcff".encode("utf-8", "surrogatepass")}, "min_confidence"),
        ({"threshold": "1"}, "'threshold'"),
    ],
)
def test_wrong_fields_are_told(client, fields, says):
    response = client.post("/v1/read", files=in_form(SEVEN), data=fields)
    assert says in problem(response, 422, "invalid")["detail"]


def test_a_form_without_a_picture_is_told(client):
    body = form(part('name="expect"', b"digit"))
    response = client.post("/v1/read", content=body, headers={"Content-Type": TYPE})
    assert "no picture" in problem(response, 422, "invalid")["detail"]
