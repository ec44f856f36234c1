from __future__ import annotations

import re

from sevens import BLANK, BYTES, PNG, SEVEN, TORN, in_form

import digitus

LINE = re.compile(r'[a-z_]+(?:\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+')


def samples(client) -> dict[str, float]:
    """The metrics; every line is of Prometheus's format."""
    response = client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = response.text.splitlines()
    plain = [line for line in lines if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in plain)
    assert sum(line.startswith("# TYPE ") for line in lines) == 7
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in plain)}


def test_the_model_and_the_limits_are_told(connect, reader):
    found = connect(max_pictures=7).get("/v1/model").json()
    assert found["digitus"] == digitus.__version__
    assert found["model"] == dict(reader.model.card.everything)
    assert found["limits"]["max_pictures"] == 7


def test_what_was_done_is_counted(client):
    client.post("/v1/read", files=in_form(SEVEN, BLANK, TORN))
    client.post("/v1/read", content=SEVEN, headers=PNG)
    client.post("/v1/read", content=TORN, headers=PNG)
    client.post("/v1/classify", content=b"\0" * 784 * 2, headers=BYTES)
    client.get("/users/own/words?secret")
    found = samples(client)
    assert found['digitus_calls_total{route="/v1/read",status="200"}'] == 2
    assert found['digitus_calls_total{route="/v1/read",status="422"}'] == 1
    assert found['digitus_calls_total{route="other",status="404"}'] == 1
    assert found['digitus_pages_total{outcome="read"}'] == 2
    assert found['digitus_pages_total{outcome="empty"}'] == 1
    assert found['digitus_pages_total{outcome="failed"}'] == 1
    assert found["digitus_digits_total"] == 2
    assert found["digitus_glyphs_total"] == 2
    assert found["digitus_calls_under_way"] == found["digitus_held_bytes"] == 0
    assert found["digitus_call_seconds_count"] == 4
    assert found['digitus_call_seconds_bucket{le="+Inf"}'] == 4
    buckets = [value for name, value in found.items() if "_bucket" in name]
    assert buckets == sorted(buckets)
    assert 0 < found["digitus_call_seconds_sum"] < 60
    assert "secret" not in client.get("/metrics").text
    assert "users" not in client.get("/metrics").text
