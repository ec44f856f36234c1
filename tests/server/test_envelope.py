from __future__ import annotations

import logging

import pytest
from sevens import PNG, SEVEN, problem, texts

from digitus.server.envelope import API_POLICY

SITE = "https://example.org"


@pytest.mark.parametrize("path", ["/v1/model", "/healthz", "/metrics", "/nothing", "/openapi.json"])
def test_every_answer_is_safe_in_a_browser(client, path):
    headers = client.get(path).headers
    assert headers["content-security-policy"] == API_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_pages_of_other_sites_may_not_call(client):
    for origin in (SITE, "null", "http://testserver.evil.org", "http://[", "http://testserver:81"):
        response = client.post("/v1/read", content=SEVEN, headers={**PNG, "Origin": origin})
        problem(response, 403, "foreign-page")
        assert "access-control-allow-origin" not in response.headers
    asked = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    problem(client.options("/v1/read", headers=asked), 403, "foreign-page")


def test_the_servers_own_pages_may_call(client):
    headers = {**PNG, "Origin": "http://testserver"}
    assert texts(client.post("/v1/read", content=SEVEN, headers=headers)) == [["7"]]


def test_its_pages_may_call_through_a_proxy_that_has_a_name_of_its_own(connect):
    client = connect(hosts=frozenset({"localhost", "digits.example.org"}))
    own = {**PNG, "Origin": "https://digits.example.org"}
    # The proxy hands the name on, or calls the server by the server's own.
    named = {**own, "Host": "digits.example.org"}
    assert texts(client.post("/v1/read", content=SEVEN, headers=named)) == [["7"]]
    renamed = {**own, "Host": "localhost:8000"}
    assert texts(
        client.post("/v1/read", content=SEVEN, headers={**renamed, "Sec-Fetch-Site": "same-origin"})
    ) == [["7"]]
    for site in ("cross-site", "same-site", "none"):
        response = client.post(
            "/v1/read", content=SEVEN, headers={**renamed, "Sec-Fetch-Site": site}
        )
        problem(response, 403, "foreign-page")


def test_a_header_that_browsers_take_from_trusted_addresses_alone_is_sent_there(client):
    opener = "cross-origin-opener-policy"
    assert client.get("/", headers={"Sec-Fetch-Site": "none"}).headers[opener] == "same-origin"
    assert opener not in client.get("/").headers


def test_pages_of_sites_that_are_allowed_may_call(connect):
    client = connect(origins=(SITE,))
    response = client.post("/v1/read", content=SEVEN, headers={**PNG, "Origin": SITE})
    assert texts(response) == [["7"]]
    assert response.headers["access-control-allow-origin"] == SITE
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    allowed = client.options("/v1/read", headers={"Origin": SITE, **asked})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, SITE)
    problem(
        client.options("/v1/read", headers={"Origin": "https://x.org", **asked}),
        403,
        "foreign-page",
    )


@pytest.mark.parametrize("host", ["evil.org", "127.0.0.1.evil.org:80", "", "[::2]:80", "["])
def test_a_local_server_has_no_other_names(connect, host):
    client = connect(hosts=frozenset({"localhost", "127.0.0.1", "::1"}))
    problem(client.get("/v1/model", headers={"Host": host}), 421, "wrong-name")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:80", "[::1]:80", "[::1]"]
)
def test_a_local_server_has_its_names(connect, host):
    client = connect(hosts=frozenset({"localhost", "127.0.0.1", "::1"}))
    assert client.get("/v1/model", headers={"Host": host}).status_code == 200


def test_a_mistake_of_the_server_is_a_problem_and_its_words_are_not_logged(connect, reader, caplog):
    class Broken:
        model = reader.model

        def read_many(self, pictures, **_):
            raise RuntimeError(f"secret of {pictures[0].name}")

    with caplog.at_level(logging.DEBUG):
        response = connect(Broken()).post("/v1/read", content=SEVEN, headers=PNG)
    assert "secret" not in problem(response, 500, "failed")["detail"]
    assert "RuntimeError at" in caplog.text
    assert "read_many" in caplog.text
    assert "secret" not in caplog.text


def test_what_is_not_there_and_wrong_methods_are_problems(client):
    problem(client.get("/nothing"), 404, "not-found")
    problem(client.get("/../../pyproject.toml"), 404, "not-found")
    problem(client.get("/%2e%2e/app.py"), 404, "not-found")
    problem(client.get("/%00"), 404, "not-found")
    problem(client.get("/" + "x" * 5000), 404, "not-found")
    response = client.get("/v1/read")
    problem(response, 405, "wrong-method")
    assert response.headers["allow"] == "POST"
    problem(client.post("/v1/model"), 405, "wrong-method")
    problem(client.post("/nothing"), 404, "not-found")
    response = client.delete("/")
    problem(response, 405, "wrong-method")
    assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/server.css", "/healthz", "/readyz", "/metrics", "/v1/model"]
)
def test_what_can_be_fetched_can_be_asked_about(client, path):
    asked = client.head(path)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-type"] == client.get(path).headers["content-type"]
    assert int(asked.headers["content-length"]) > 0
