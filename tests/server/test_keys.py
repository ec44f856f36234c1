from __future__ import annotations

import hmac

import pytest
from sevens import PNG, SEVEN, problem, texts

from digitus.errors import CallRefused, InvalidOption
from digitus.server import keys

ONE, OTHER = "one-key-of-a-good-length", "another-key-of-a-good-length"
CLOSED = [("POST", "/v1/read"), ("POST", "/v1/classify"), ("GET", "/v1/model"), ("GET", "/metrics")]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(("method", "path"), CLOSED)
@pytest.mark.parametrize(
    "headers",
    [{}, bearer("wrong"), bearer(ONE[:-1]), bearer(ONE + "x"), {"Authorization": ONE},
     {"Authorization": f"Basic {ONE}"}, bearer(""), bearer("\xff")],
)  # fmt: skip
def test_without_a_key_nothing_is_done(connect, method, path, headers):
    client = connect(keys=(ONE, OTHER))
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    response = client.request(method, path, headers=raw)
    assert "Authorization: Bearer" in problem(response, 401, "no-key")["detail"]
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("key", [ONE, OTHER])
def test_any_of_the_keys_will_do(connect, key):
    client = connect(keys=(ONE, OTHER))
    response = client.post("/v1/read", content=SEVEN, headers={**PNG, **bearer(key)})
    assert texts(response) == [["7"]]


def test_health_and_pages_are_open(connect):
    client = connect(keys=(ONE,))
    for path in ("/", "/docs", "/openapi.json", "/healthz", "/readyz"):
        assert client.get(path).status_code == 200
    assert "security" in client.get("/openapi.json").json()["paths"]["/v1/read"]["post"]


def test_keys_are_compared_in_constant_time(monkeypatch):
    """Each key is compared, as hashes of one length, whatever was sent."""
    compared = []

    def compare(given: bytes, key: bytes) -> bool:
        compared.append((len(given), len(key)))
        return given == key

    monkeypatch.setattr(hmac, "compare_digest", compare)
    keys.check_key(ONE, (ONE, OTHER))
    for wrong in (None, "", "x", ONE * 9):
        with pytest.raises(CallRefused):
            keys.check_key(wrong, (ONE, OTHER))
    assert compared == [(32, 32)] * 10


def test_keys_come_from_a_file_or_else_from_the_environment(tmp_path):
    file = tmp_path / "keys.txt"
    file.write_text(f"{ONE}\n\n  {OTHER}  \n", encoding="utf-8")
    assert keys.load_keys(file, {keys.VARIABLE: "x" * 16}) == (ONE, OTHER)
    assert keys.load_keys(None, {keys.VARIABLE: ONE}) == (ONE,)
    assert keys.load_keys(None, {}) == ()


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"short\n", b"x" * 15, b"a b" * 9, b"\xff" * 20]
)
def test_a_file_without_good_keys_is_told(tmp_path, content):
    file = tmp_path / "keys.txt"
    file.write_bytes(content)
    with pytest.raises(InvalidOption, match=r"keys\.txt") as caught:
        keys.load_keys(file, {})
    assert "short" not in str(caught.value).replace("too short", "")


def test_a_file_that_is_not_there_and_an_empty_variable_are_told(tmp_path):
    with pytest.raises(InvalidOption, match="cannot be read"):
        keys.load_keys(tmp_path / "none.txt", {})
    with pytest.raises(InvalidOption, match=r"holds no API key.*secrets"):
        keys.load_keys(None, {keys.VARIABLE: ""})


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("LocalHost", True),
     ("0.0.0.0", False), ("::", False), ("", False), ("192.168.0.2", False),
     ("localhost.example.org", False)],
)  # fmt: skip
def test_what_others_can_reach_is_not_local(host, local):
    assert keys.is_local(host) is local
