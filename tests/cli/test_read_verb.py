from __future__ import annotations

import csv
import json
import sys
from io import BytesIO
from pathlib import Path

import pytest
from fake_reader import FakeReader
from PIL import Image

from digitus.cli.app import app


def test_a_table_for_pipes_keeps_long_names_and_has_no_colours(run, picture):
    name = "a-very-long-name-" * 6 + "27.png"
    picture(name)
    picture("blank.png")
    result = run("read", name, "blank.png")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Picture", "Read", "Sure", "Remark"]
    assert lines[1].split() == [name, "27", "99.0", "%"]
    assert lines[2].split() == ["blank.png", "no", "digit"]
    assert lines[-1].startswith("2 pictures, 1 number, 1 without a digit, in ")
    assert "\x1b" not in result.output


def test_a_folder_is_read_in_the_order_in_which_people_count(run, picture):
    for name in ("scans/digit10.png", "scans/digit2.png"):
        picture(name)
    sources = [json.loads(line)["source"] for line in _jsonl(run, "scans")]
    assert sources == [str(Path("scans/digit2.png")), str(Path("scans/digit10.png"))]


def test_patterns_reach_the_reader_where_the_shell_leaves_them(run, picture):
    picture("scans/1.png")
    picture("scans/2.jpg")
    assert [json.loads(line)["numbers"][0]["text"] for line in _jsonl(run, "scans/*.png")] == ["1"]


def test_standard_input_is_a_picture(run):
    file = BytesIO()
    Image.new("L", (30, 30)).save(file, "PNG")
    result = run("read", "-", "--format", "jsonl", input=file.getvalue())
    assert result.exit_code == 0
    assert json.loads(result.stdout)["source"] == "<stdin>"


@pytest.mark.parametrize("stdin", [None, "a terminal"])
def test_standard_input_with_nothing_in_it_is_wrong_use(stdin, monkeypatch, capsys):
    class Terminal(BytesIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", stdin and Terminal())
    with pytest.raises(SystemExit, match="2"):
        app(["read", "-"])
    assert "pipe one in" in capsys.readouterr().err


def test_jsonl_is_the_contract(run, picture):
    picture("27.png")
    (line,) = _jsonl(run, "27.png")
    digit = {"confidence": 0.99, "alternatives": []}
    assert json.loads(line) == {
        "source": "27.png",
        "page": 1,
        "width": 64,
        "height": 40,
        "rotation": 0,
        "numbers": [
            {
                "text": "27",
                "confidence": 0.99,
                "box": [10, 8, 32, 30],
                "digits": [
                    {"digit": 2, "box": [10, 8, 20, 30], **digit},
                    {"digit": 7, "box": [22, 8, 32, 30], **digit},
                ],
            }
        ],
        "error": None,
    }


def test_every_page_of_a_tiff_is_a_line(run, picture):
    picture("5.tif", pages=3)
    assert [json.loads(line)["page"] for line in _jsonl(run, "5.tif")] == [1, 2, 3]


def test_a_file_that_fails_does_not_stop_the_others(run, picture):
    picture("1.png")
    picture("2.png")
    Path("text.png").write_text("no picture")
    result = run("read", "1.png", "text.png", "missing.png", "2.png", "--format", "jsonl")
    assert result.exit_code == 1
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    assert [entry["source"] for entry in entries] == ["1.png", "text.png", "missing.png", "2.png"]
    types = [entry["error"] and entry["error"]["type"] for entry in entries]
    assert types == [None, "UnreadableImage", "ImageNotFound", None]
    assert [len(entry["numbers"]) for entry in entries] == [1, 0, 0, 1]
    assert "2 not read" in result.stderr


def test_csv_has_one_line_a_number(run, picture):
    picture("27.png")
    picture("blank.png")
    result = run("read", "27.png", "blank.png", "gone.png", "--format", "csv")
    rows = list(csv.DictReader(result.stdout.splitlines()))
    error = "ImageNotFound: there is no file or folder 'gone.png'. Check the name and the folder."
    edges = {"left": "10", "top": "8", "right": "32", "bottom": "30"}
    nothing = dict.fromkeys(("number", "text", "confidence", *edges), "")
    assert rows == [
        {"source": "27.png", "page": "1", "number": "1", "text": "27", "confidence": "0.99"}
        | edges
        | {"error": ""},
        {"source": "blank.png", "page": "1", "error": ""} | nothing,
        {"source": "gone.png", "page": "1", "error": error} | nothing,
    ]


def test_the_options_reach_the_reader(run, picture):
    picture("1.png")
    assert run("read", "1.png").exit_code == 0
    assert FakeReader.options == {"expect": "numbers", "min_confidence": 0.0}
    assert run("read", "1.png", "--expect", "digit", "--min-confidence", "0.9").exit_code == 0
    assert FakeReader.options == {"expect": "digit", "min_confidence": 0.9}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["read"], "Missing argument"),
        (["read", "1.png", "--model", "gone.onnx"], "there is no model 'gone.onnx'"),
        (["read", "1.png", "--expect", "letters"], "letters"),
        (["read", "1.png", "--format", "xml"], "xml"),
        (["read", "1.png", "--min-confidence", "1.5"], "not a probability"),
        (["read", "1.png", "--min-confidence", "nan"], "not a probability"),
        (["read", "1.png", "--out", "nowhere/1.csv"], "cannot write to"),
        (["read", "1.png", "--out", "empty"], "is a folder"),
        (["read", "1.png", "--annotate", "1.png"], "cannot write to"),
        (["read", "1.png", "--annotate", "."], "name another folder"),
        (["read", "1.png", "--out", "1.png"], "is one of the pictures to read"),
        (["read", ".", "--show"], "is one of the pictures, and --show would write over it"),
        (["write"], "No such command"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_to_do(arguments, says, run, picture):
    picture("1.png")
    picture("contact-sheet.png")
    Path("empty").mkdir()
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("gone.png", "there is no file or folder 'gone.png'"),
        ("nothing/*.png", "no picture matches 'nothing/*.png'"),
        ("empty", "there are no pictures in the folder 'empty'"),
    ],
)
def test_what_is_not_there_has_its_own_line_whether_alone_or_not(path, says, run, picture):
    picture("1.png")
    Path("empty").mkdir()
    for paths in ([path], [path, "1.png"]):
        result = run("read", *paths, "--format", "jsonl")
        assert result.exit_code == 1
        first = json.loads(result.stdout.splitlines()[0])
        assert (first["source"], first["numbers"]) == (path, [])
        assert says in first["error"]["message"]
        assert len(result.stdout.splitlines()) == len(paths)


def test_a_name_that_is_no_text_is_printed_escaped(run, picture):
    try:
        picture("1\x1b[31m\udcff.png")
    except (OSError, ValueError):
        pytest.skip("this file system has only names that are text")
    result = run("read", ".")
    assert "1\\x1b[31m\\udcff.png" in result.stdout
    (line,) = _jsonl(run, ".")
    assert json.loads(line)["source"] == "1\x1b[31m\udcff.png"
    assert run("read", ".", "--format", "csv").exit_code == 0


def test_ctrl_c_ends_quietly_and_leaves_the_old_result(run, picture):
    picture("1.png")
    picture("interrupt.png")
    Path("out.csv").write_text("old")
    result = run("read", "1.png", "interrupt.png", "--out", "out.csv")
    assert (result.exit_code, result.output) == (130, "")
    assert Path("out.csv").read_text() == "old"
    assert not list(Path().glob(".*"))


def test_out_is_complete_and_named_on_standard_error(run, picture):
    picture("1.png")
    result = run("read", "1.png", "--out", "answers.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 picture, 1 number, written to answers.jsonl\n"
    assert json.loads(Path("answers.jsonl").read_text())["numbers"][0]["text"] == "1"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.csv", "source,"), ("a.JSONL", '{"source"'), ("a.txt", "Picture "), ("a", "Picture ")],
)
def test_the_name_of_out_decides_the_format(name, begins, run, picture):
    picture("1.png")
    run("read", "1.png", "--out", name)
    assert Path(name).read_text().startswith(begins)


def test_format_overrules_the_name_of_out(run, picture):
    picture("1.png")
    run("read", "1.png", "--out", "a.csv", "--format", "jsonl")
    assert json.loads(Path("a.csv").read_text())


def test_without_arguments_there_is_help(run):
    assert run().exit_code == 0
    assert run().stdout.strip() == run("--help").stdout.strip()
    assert "read" in run().stdout


def _jsonl(run, *arguments: str) -> list[str]:
    result = run("read", *arguments, "--format", "jsonl")
    assert result.exit_code == 0
    return result.stdout.splitlines()
