from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from test_process import digitus_command
from typer.testing import CliRunner

from digitus.cli.app import app

Explain = Callable[..., Any]


@pytest.fixture
def explain(reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Explain:  # noqa: ARG001
    """Run ``digitus explain ARGUMENTS...`` in an empty folder, with the model that is shipped."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, **options: Any) -> Any:
        result = CliRunner().invoke(app, ["explain", *arguments], **options)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return invoke


def seven(paper: int = 255, ink: int = 0, size: int = 112) -> Image.Image:
    image = Image.new("L", (size, size), paper)
    corners = [(size * x / 56, size * y / 56) for x, y in ((14, 12), (42, 12), (24, 46))]
    ImageDraw.Draw(image).line(corners, fill=ink, width=size // 14, joint="curve")
    return image


def drawn(file: str) -> np.ndarray:
    """The pixels of a poster, int [H, W, 3]."""
    with Image.open(file) as poster:
        return np.asarray(poster, np.int64)


def test_a_sentence_is_printed_and_a_poster_drawn(explain):
    seven().save("7.png")
    result = explain("7.png")
    assert result.exit_code == 0
    assert result.stdout.startswith("7.png: 7, 9")
    assert "the ink at the" in result.stdout
    assert "and rather than" in result.stdout
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr == "Drawn in explanation.png\n"
    # The picture is below its name, enlarged, and the ink of the 7 is coloured there.
    picture = drawn("explanation.png")[38:374, 16:352]
    warmth = picture[..., 0] - picture[..., 2]
    ink = np.asarray(seven().resize((336, 336), Image.Resampling.NEAREST)) < 128
    assert (warmth[ink] > 20).mean() > 0.4
    assert not warmth[250:335, 1:80].any()


def test_light_ink_is_explained_as_dark_ink_is(explain):
    for name, image in (("dark.png", seven()), ("light.png", seven(20, 230))):
        image.save(name)
    dark, light = explain("dark.png", "light.png").stdout.splitlines()
    assert dark.partition(": 7, ")[2] == light.partition(": 7, ")[2]


def test_several_pictures_are_on_one_poster(explain):
    seven().save("a.png")
    Image.new("L", (60, 60), 255).save("b.png")
    result = explain("a.png", "--out", "one.png", "--expect", "digit")
    assert result.exit_code == 0
    result = explain("a.png", "b.png", "--out", "two.png")
    assert [line.partition(",")[0] for line in result.stdout.splitlines()] == [
        "a.png: 7",
        "b.png: no digit.",
    ]
    assert len(drawn("two.png")) > len(drawn("one.png"))
    assert not Path("explanation.png").exists()


def test_a_picture_that_fails_does_not_stop_the_others(explain):
    seven().save("7.png")
    Path("torn.png").write_bytes(b"no picture")
    result = explain("torn.png", "gone.png", "7.png")
    assert result.exit_code == 1
    assert result.stdout.startswith("7.png: 7, ")
    assert "'torn.png'" in result.stderr
    assert "there is no file or folder 'gone.png'" in result.stderr
    assert Path("explanation.png").exists()


def test_where_nothing_can_be_read_nothing_is_drawn(explain):
    result = explain("gone.png")
    assert (result.exit_code, result.stdout) == (1, "")
    assert not list(Path().iterdir())


def test_standard_input_is_a_picture(explain):
    file = BytesIO()
    seven().save(file, "PNG")
    result = explain("-", input=file.getvalue())
    assert result.stdout.startswith("<stdin>: 7, ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument"),
        (["7.png", "--out", "7.png"], "is one of the pictures to read"),
        (["7.png", "--out", "why.jpg"], "name a file that ends in .png"),
        (["7.png", "--out", "nowhere/why.png"], "cannot write to"),
        (["7.png", "--expect", "letters"], "letters"),
        (["7.png", "--model", "gone.onnx"], "no model 'gone.onnx'"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_to_do(arguments, says, explain):
    seven().save("7.png")
    result = explain(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert [path.name for path in Path().iterdir()] == ["7.png"]


@pytest.mark.usefixtures("reader")
def test_neither_keras_nor_tensorflow_is_loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seven().save("7.png")
    output, _, loaded = digitus_command("explain", "7.png")
    assert output.startswith("7.png: 7, ")
    assert not loaded & {"keras", "tensorflow", "onnx", "jinja2", "matplotlib"}


def test_help_does_not_load_what_explaining_needs():
    output, _, loaded = digitus_command("explain", "--help")
    assert "digitus explain seven.png" in output
    assert not loaded & {"numpy", "onnxruntime", "PIL"}
