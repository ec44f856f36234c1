from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from test_process import digitus_command
from typer.testing import CliRunner

from digitus.cli.app import app
from digitus.server import run

KEY = "a-key-of-a-good-length"
HEAVY = {"fastapi", "starlette", "uvicorn", "pydantic", "digitus.server", "numpy", "onnxruntime"}

Serve = Callable[..., Any]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, reader) -> SimpleNamespace:  # noqa: ARG001
    """What the verb hands to the server, which is not started."""
    found = SimpleNamespace(settings=None)

    def serve(reader, settings, host, port, announce):
        vars(found).update(reader=reader, settings=settings, host=host, port=port)
        announce("http://example:1")

    monkeypatch.setattr(run, "serve", serve)
    monkeypatch.delenv("DIGITUS_API_KEY", raising=False)
    return found


def invoke(*arguments: str) -> Any:
    result = CliRunner().invoke(app, ["serve", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_it_serves_this_machine_alone_without_keys(served):
    result = invoke()
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "digitus listens on http://example:1 (ctrl-C ends it)\n"
    assert (served.host, served.port, served.settings.keys) == ("127.0.0.1", 8000, ())
    assert served.reader.shared  # by the threads that read for all callers
    assert served.settings.hosts == {"localhost", "127.0.0.1", "::1"}


def test_its_options_reach_the_server(served):
    result = invoke(
        *("--port", "0", "--max-megabytes", "1.5", "--max-megapixels", "2", "--max-pictures", "3"),
        *("--timeout", "4", "--upload-timeout", "5", "--threads", "6", "--queue", "7"),
        *("--allow-origin", "https://a.org", "--allow-origin", "https://b.org"),
    )
    assert result.exit_code == 0
    one = served.settings
    assert (served.port, one.max_bytes, one.max_pixels) == (0, 1_500_000, 2_000_000)
    assert (one.max_pictures, one.call_seconds, one.upload_seconds) == (3, 4, 5)
    assert (one.threads, one.queue) == (6, 7)
    assert one.origins == ("https://a.org", "https://b.org")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.2", "example.org"])
def test_elsewhere_it_wants_a_key_or_to_be_told_that_it_needs_none(served, host, tmp_path):
    result = invoke("--host", host)
    assert result.exit_code == 2
    assert "--api-key-file" in result.stderr
    assert "--no-auth" in result.stderr
    assert served.settings is None
    assert invoke("--host", host, "--no-auth").exit_code == 0
    assert (served.host, served.settings.keys, served.settings.hosts) == (host, (), None)
    file = tmp_path / "keys.txt"
    file.write_text(KEY, encoding="utf-8")
    assert invoke("--host", host, "--api-key-file", str(file)).exit_code == 0
    assert served.settings.keys == (KEY,)


def test_it_answers_to_further_names_but_not_without_a_key_or_being_told(served):
    result = invoke("--allow-host", "Digits.example.org")
    assert (result.exit_code, served.settings) == (2, None)
    assert "digits.example.org can be reached by others" in result.stderr
    names = ("--allow-host", "digits.example.org", "--allow-host", "[fe80::1]", "--no-auth")
    assert invoke(*names).exit_code == 0
    local = {"localhost", "127.0.0.1", "::1"}
    assert served.settings.hosts == local | {"digits.example.org", "fe80::1"}
    assert invoke("--host", "0.0.0.0", *names).exit_code == 0
    assert served.settings.hosts >= local | {"digits.example.org", "fe80::1"}
    assert "example.org" not in served.settings.hosts


def test_a_key_may_stand_in_the_environment_and_is_never_shown(served, monkeypatch):
    monkeypatch.setenv("DIGITUS_API_KEY", KEY)
    assert invoke("--host", "0.0.0.0").exit_code == 0
    assert served.settings.keys == (KEY,)
    assert KEY not in repr(served.settings)
    result = invoke("--no-auth")
    assert result.exit_code == 2
    assert "--no-auth" in result.stderr
    assert KEY not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "70000"], "70000"),
        (["--port", "x"], "x"),
        (["--queue", "-1"], "-1"),
        (["--api-key-file", "none.txt"], "none.txt"),
        (["--model", "none.onnx"], "no model 'none.onnx'"),
        (["--timeout", "inf"], "--timeout"),
        (["--timeout", "nan"], "nan is no number"),
        (["--upload-timeout", "nan"], "nan is no number"),
        (["--max-megabytes", "nan"], "nan is no number"),
        (["--max-megapixels", "nan"], "nan is no number"),
        (["--allow-origin", "*"], "as https://example.org"),
        (["--allow-host", "https://example.org"], "as digits.example.org"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_to_do(served, arguments, says):
    result = invoke(*arguments)
    assert (result.exit_code, served.settings) == (2, None)
    assert says in result.stderr


def test_an_address_that_cannot_be_had_is_a_sentence(reader):  # noqa: ARG001
    result = invoke("--host", "192.0.2.1", "--no-auth")  # reserved for documentation
    assert result.exit_code == 2
    assert result.stderr.startswith("digitus: cannot listen on 192.0.2.1, port 8000: ")


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    for name in [one for one in sys.modules if one.startswith("digitus.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    result = invoke()
    assert result.exit_code == 2
    assert "pip install 'digitus[serve]'" in result.stderr


def test_no_other_verb_waits_for_the_server():
    _, _, loaded = digitus_command("serve", "--help")
    assert not loaded & HEAVY
