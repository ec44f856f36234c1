"""The command as a process of its own, with the real reader."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from PIL import Image, ImageDraw

import digitus
from digitus.cli.app import app

ROOT = Path(__file__).parents[2]
MODEL = Path(digitus.__file__).parent / "models" / "digitus.onnx"
# Runs the command and then says which modules it has loaded.
PROGRAM = """
import sys
from digitus.cli import main
try:
    main()
finally:
    print("LOADED", *sorted(sys.modules), file=sys.stderr)
"""


def digitus_command(*arguments: str, status: int = 0) -> tuple[str, str, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False
    )
    errors, _, loaded = done.stderr.partition("LOADED")
    assert done.returncode == status, done.stderr
    return done.stdout, errors, set(loaded.split())


@pytest.fixture
def seven(tmp_path: Path) -> str:
    image = Image.new("L", (56, 56), 255)
    ImageDraw.Draw(image).line([(14, 12), (42, 12), (24, 46)], fill=0, width=4, joint="curve")
    path = tmp_path / "seven.png"
    image.save(path)
    return str(path)


def test_the_version_is_there_at_once():
    output, _, loaded = digitus_command("--version")
    assert output == f"digitus {digitus.__version__}\n"
    assert not loaded & {"numpy", "onnxruntime", "PIL", "rich"}


def test_help_does_not_load_what_reading_needs():
    output, _, loaded = digitus_command("read", "--help")
    assert "digitus read photo.jpg" in output
    assert not loaded & {"numpy", "onnxruntime", "PIL"}


def test_a_seven_is_read_and_nothing_is_loaded_in_vain(seven):
    output, errors, loaded = digitus_command(
        "read", seven, "--expect", "digit", "--format", "jsonl"
    )
    entry = json.loads(output)
    assert (entry["numbers"][0]["text"], errors) == ("7", "")
    assert not loaded & {"rich", "PIL.ImageDraw", "PIL.ImageFont", "tkinter", "csv", "keras"}


def test_a_damaged_model_is_a_sentence(seven, tmp_path):
    model = tmp_path / "mine.onnx"
    model.write_bytes(b"no model")
    _, errors, _ = digitus_command("read", seven, "--model", str(model), status=2)
    assert errors.startswith("digitus: ")
    assert errors.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
def test_on_a_terminal_there_is_a_table_in_colours(seven):
    import os
    import pty

    controller, terminal = pty.openpty()
    command = [sys.executable, "-c", "from digitus.cli import main; main()", "read", seven]
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(command, stdout=terminal, env=environment, check=False)
    shown = os.read(controller, 10_000).decode()
    os.close(terminal)
    os.close(controller)
    assert done.returncode == 0
    assert "\x1b[" in shown
    assert "7" in shown


def test_every_verb_and_every_option_is_described_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for verb, command in typer.main.get_command(app).commands.items():
        part = text.partition(f"### `digitus {verb}")[2].partition("\n## ")[0]
        described = part.partition("\n### ")[0]
        options = {name for option in command.params for name in option.opts if name[:2] == "--"}
        assert described, verb
        assert not {name for name in options if name not in described}, verb


def test_every_verb_and_option_has_help():
    for verb in typer.main.get_command(app).commands.values():
        assert verb.help
        assert all(parameter.help for parameter in verb.params)


def test_importing_digitus_loads_nothing_until_a_name_is_asked_for():
    program = "import sys, digitus; print(*sys.modules); print(digitus.Reading.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules, name = done.stdout.splitlines()
    assert not set(modules.split()) & {"numpy", "onnxruntime", "PIL", "digitus.reading"}
    assert name == "Reading"
    assert set(digitus.__all__) <= set(dir(digitus))
    with pytest.raises(AttributeError, match="nothing"):
        digitus.nothing  # noqa: B018
