from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import pytest

from digitus.server.pages import PAGE_POLICY, STATIC, site_script
from digitus.server.problems import KINDS


class Links(HTMLParser):
    """Collects what a page loads and links to, and its ids; every tag must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag not in {"meta", "link", "br", "img", "input"}:
            self.open.append(tag)
        if tag == "a":
            self.linked.append(found["href"])
        else:
            self.loaded += [found[key] for key in ("src", "href") if key in found]
        self.ids += [found["id"]] if "id" in found else []
        assert not {key for key in found if key.startswith("on") or key == "style"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_load_nothing_from_elsewhere_and_their_links_lead_somewhere(client, path):
    response = client.get(path)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == PAGE_POLICY
    page = Links(response.text)
    assert page.loaded
    for link in (*page.loaded, *page.linked):
        assert re.match(r"(?!/)[^:]+$", link), link  # no scheme, no host, no place of the server
        assert client.get(urldefrag(urljoin("/", link)).url).status_code == 200


def test_the_policy_lets_nothing_in_from_elsewhere():
    assert "default-src 'none'" in PAGE_POLICY
    sources = {word for one in PAGE_POLICY.split("; ") for word in one.split()[1:]}
    assert sources == {"'none'", "'self'", "'wasm-unsafe-eval'", "blob:", "data:"}


def test_docs_tell_every_call_and_every_problem(client):
    text = client.get("/docs").text
    page = Links(text)
    for path, calls in client.get("/openapi.json").json()["paths"].items():
        assert f"<code>{next(iter(calls)).upper()} {path}</code>" in text
    assert set(KINDS) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "<script" not in text


def test_pages_that_did_not_change_are_not_sent_again(client):
    for path in ("/", "/docs", "/server.css", "/files.js"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["content-security-policy"] == PAGE_POLICY


def test_the_files_of_the_package_are_served(client):
    for file in STATIC.rglob("*"):
        if file.is_file():
            response = client.get(f"/{file.relative_to(STATIC).as_posix()}")
            assert response.content == file.read_bytes()
            assert response.headers["content-security-policy"] == PAGE_POLICY


def test_the_page_holds_itself_to_the_policy_where_a_host_says_none(client):
    said = re.search('Content-Security-Policy" content="([^"]+)"', client.get("/").text)
    assert said
    # Frames can be forbidden by a header alone.
    assert f"{said[1]}; frame-ancestors 'none'" == PAGE_POLICY


def _site(script):
    return json.loads(script.removeprefix("const site = ").rstrip(";\n"))


def test_the_app_is_told_its_files(client):
    response = client.get("/files.js")
    assert response.headers["content-type"].startswith("text/javascript")
    site = _site(response.text)
    assert site["api"] is True
    assert {"app.js", "engine/worker.js", "style/page.css"} <= set(site["files"])
    for path in site["files"]:
        assert client.get(f"/{path}").status_code == 200


def test_the_version_changes_with_any_file(tmp_path):
    (tmp_path / "a.js").write_text("1")
    before = _site(site_script(tmp_path))
    assert _site(site_script(tmp_path)) == before
    (tmp_path / "a.js").write_text("2")
    after = _site(site_script(tmp_path))
    assert (after["files"], before["files"]) == (["a.js"], ["a.js"])
    assert after["version"] != before["version"]


@pytest.mark.parametrize("wanted", ["bytes=0-3", "bytes=999999999-", "lines=1", "bytes=x"])
def test_files_are_sent_whole_whatever_part_is_asked_for(client, wanted):
    whole = client.get("/app.js")
    part = client.get("/app.js", headers={"Range": wanted})
    assert (part.status_code, part.content) == (200, whole.content)


def test_nobody_is_sent_elsewhere(client):
    response = client.get("/engine/%2e%2e", follow_redirects=False)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
