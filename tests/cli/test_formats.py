from __future__ import annotations

from io import StringIO

import pytest
from fake_reader import number

from digitus.cli.formats import PlainTable, Row, Tally, table_rows
from digitus.cli.table import RichTable, with_progress
from digitus.reading import Reading, ReadingError

FAILED = Reading("a.png", 1, 0, 0, error=ReadingError("UnreadableImage", "'a.png' is torn."))
EMPTY = Reading("b.png", 1, 9, 9)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name, value in {"COLUMNS": "90", "TERM": "xterm", "COLORTERM": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def page(*lines, source="p.png", page=1):
    return Reading(source, page, 100, 100, tuple(lines))


def test_a_row_is_a_line_of_the_page():
    reading = page((number("88", 0.9), number("12", 0.8)), (number("7"),), page=2)
    assert table_rows(reading) == [
        Row("p.png, page 2", "88 12", 0.8, ""),
        Row("", "7", 0.99, ""),
    ]


def test_doubts_are_other_ways_to_read_the_number():
    assert table_rows(page((number("7", doubt=0.12),)))[0].remark == "or 8 12 %"
    both = page((number("7", doubt=0.12), number("19", doubt=0.3)))
    assert table_rows(both)[0].remark == "19 or 29 30 %, 19 or 10 30 %"
    assert table_rows(page((number("7", doubt=0.004),)))[0].remark == ""


@pytest.mark.parametrize(("value", "shown"), [(0.99996, "99.9 %"), (1.0, "100.0 %"), (0, "0.0 %")])
def test_only_certainty_is_shown_as_100_percent(value, shown):
    assert Row("", "7", value, "").sure == shown


def test_rows_of_pages_without_a_number():
    assert table_rows(EMPTY) == [Row("b.png", "no digit", None, "")]
    assert table_rows(FAILED) == [Row("a.png", "not read", None, "'a.png' is torn.", failed=True)]


def test_the_plain_table_is_aligned():
    stream = StringIO()
    table = PlainTable(stream)
    for reading in (page((number("04217"),)), EMPTY, FAILED):
        table.add(reading)
    table.finish("3 pictures")
    assert stream.getvalue() == (
        "Picture  Read        Sure  Remark\n"
        "p.png    04217     99.0 %\n"
        "b.png    no digit\n"
        "a.png    not read          'a.png' is torn.\n"
        "\n3 pictures\n"
    )


def test_the_table_on_a_terminal_has_colours_and_whole_names(terminal):
    table = RichTable(terminal)
    name = "[red]" + "x" * 100 + ".png"
    for confidence in (0.99, 0.8, 0.5):
        table.add(page((number("7", confidence),), source=name))
    table.add(FAILED)
    table.finish("4 pictures")
    shown = terminal.getvalue()
    for colour, words in ((32, "99.0 %"), (33, "80.0 %"), (31, "50.0 %"), (31, "'a.png' is torn.")):
        assert f"\x1b[{colour}m{words}" in shown
    assert "[red]" in shown
    assert shown.count("x") == 300
    assert "4 pictures" in shown


def test_sentences_wrap_before_names_do(terminal):
    table = RichTable(terminal)
    table.add(Reading("n" * 40 + ".png", 1, 0, 0, error=ReadingError("", "long sentence " * 9)))
    table.finish("")
    assert "n" * 40 + ".png" in terminal.getvalue()


def test_progress_gives_every_item_and_goes_to_standard_error(capsys):
    assert list(with_progress([1, 2, 3], 3)) == [1, 2, 3]
    assert capsys.readouterr().out == ""


def test_a_tally_says_only_what_there_is():
    tally = Tally()
    tally.add(page((number("7"),)))
    assert str(tally) == "1 picture, 1 number"
    tally.add(EMPTY)
    tally.add(FAILED)
    assert str(tally) == "3 pictures, 1 number, 1 without a digit, 1 not read"
