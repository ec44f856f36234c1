"""The rules of a good container file that can be seen without an engine that builds it."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from digitus.cli.app import app
from real_server import serving

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
FILE = ROOT / "Containerfile"
KNOWN = {
    *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE"),
    *("STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT"),
}


def instructions() -> list[tuple[str, str]]:
    """The file's instructions and what follows them, lines joined, comments left out."""
    lines = [line for line in FILE.read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split()[0], line.partition(" ")[2]) for line in joined.splitlines() if line]


def of(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    begin = max(place for place, (name, _) in enumerate(found) if name == "FROM")
    return found[begin:]


def test_every_instruction_is_known():
    assert {name for name, _ in instructions()} <= KNOWN


def test_it_is_built_in_two_stages_of_one_small_image_with_a_version():
    build, final = of("FROM")
    assert build == f"{final} AS build"
    registry, _, rest = final.partition("/")
    assert "." in registry  # Podman asks for no registry by itself
    assert re.fullmatch(r"library/python:3\.\d+-slim", rest)


def test_its_python_is_one_of_ours():
    minor = re.search(r":(3\.\d+)-", of("FROM")[0])[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"Programming Language :: Python :: {minor}" in project["classifiers"]


def test_it_runs_as_a_user_by_number_who_is_not_root():
    users = [rest for name, rest in last_stage() if name == "USER"]
    assert len(users) == 1
    assert all(int(number) >= 10_000 for number in users[0].split(":"))
    after = last_stage()[[name for name, _ in last_stage()].index("USER") :]
    assert not {"RUN", "COPY"} & {name for name, _ in after}  # all of it belongs to root


def test_it_holds_no_secret():
    assert not of("ARG")
    for rest in of("ENV"):
        assert {part.partition("=")[0] for part in shlex.split(rest)} <= {
            *("PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"),
        }
    assert "api-key" not in " ".join(of("ENTRYPOINT"))


def test_nothing_is_written_while_it_runs():
    assert any("PYTHONDONTWRITEBYTECODE=1" in rest for rest in of("ENV"))
    assert not of("VOLUME")


def test_pip_keeps_nothing():
    commands = [part for rest in of("RUN") for part in rest.split("&&") if "pip install" in part]
    assert commands
    assert all("--no-cache-dir" in command for command in commands)


def test_what_is_copied_is_there_and_let_in():
    patterns = (ROOT / ".containerignore").read_text().split("\n")
    let_in = {one[1:] for one in patterns if one.startswith("!")}
    assert "*" in patterns  # all the rest stays out
    copied = set()
    for rest in of("COPY"):
        *sources, _ = rest.split()
        if sources[0].startswith("--from=build"):
            continue
        copied |= set(sources)
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_what_the_build_needs_is_copied():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    copied = " ".join(of("COPY")).split()
    for name in (project["readme"], *project["license-files"], "src", "pyproject.toml"):
        assert any(fnmatch.fnmatch(one, name) for one in copied), name


def test_it_serves_with_options_that_there_are():
    (entry,) = of("ENTRYPOINT")
    program, verb, *options = json.loads(entry)
    assert (program, verb) == ("digitus", "serve")
    known = {name for one in typer.main.get_command(app).commands[verb].params for name in one.opts}
    assert set(options[::2]) <= known
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert given["--host"] == "0.0.0.0"
    assert of("EXPOSE") == [given["--port"]]


def test_its_health_is_asked_for_at_the_port_that_it_serves():
    (rest,) = of("HEALTHCHECK")
    command = json.loads(rest.partition("CMD ")[2])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "health", "exec")
    assert f"http://127.0.0.1:{of('EXPOSE')[0]}/healthz" in command[2]


@pytest.mark.usefixtures("reader")
def test_its_question_after_health_is_answered_by_a_server():
    _, flag, program = json.loads(of("HEALTHCHECK")[0].partition("CMD ")[2])
    with serving() as server:
        here = program.replace(":8000/", f":{server.port}/")
        assert subprocess.run([sys.executable, flag, here], check=False).returncode == 0
        gone = here.replace("/healthz", "/gone")
        done = subprocess.run([sys.executable, flag, gone], check=False, capture_output=True)
        assert done.returncode != 0
