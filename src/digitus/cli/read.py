"""``digitus read``: pictures in, readings out."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from digitus.cli.formats import Csv, JsonLines, PlainTable, Tally, Writer
from digitus.cli.output import printable, same_file, text_output
from digitus.cli.own_model import reader_with
from digitus.cli.sources import Source, find_sources, read_sources
from digitus.errors import OutputError

if TYPE_CHECKING:
    from digitus.cli.pictures import Pictures

SOME_FAILED = 1
# Fewer pictures are read before a progress bar could be looked at.
MANY_PICTURES = 8
SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


def _probability(value: float) -> float:
    if not 0 <= value <= 1:  # also catches nan
        raise typer.BadParameter(f"{value:g} is not a probability: give a number from 0 to 1.")
    return value


def read(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Pictures, folders of pictures, patterns such as 'scans/*.png', "
            "or - for a picture on standard input.",
            show_default=False,
        ),
    ],
    expect: Annotated[
        Literal["digit", "numbers"],
        typer.Option(help="numbers: any page. digit: every picture holds one digit, or none."),
    ] = "numbers",
    min_confidence: Annotated[
        float,
        typer.Option(
            metavar="P",
            callback=_probability,
            help="Report only numbers that are right with at least this probability, 0 to 1.",
        ),
    ] = 0.0,
    format: Annotated[
        Literal["table", "jsonl", "csv"] | None,
        typer.Option(
            "--format",
            help="table for people; jsonl, one JSON object a page; csv, one line a number. "
            "By default what the name of --out says, else table.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write to a file, complete or not at all.", show_default=False
        ),
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write every picture with what was read drawn on it into a folder.",
            show_default=False,
        ),
    ] = None,
    show: Annotated[
        bool,
        typer.Option(
            "--show",
            help="Show pictures and answers in a window; without a screen, in contact-sheet.png.",
        ),
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Read with your own model: .onnx with its card (JSON) beside it, the folder of a "
            "run, or any .keras classifier of digits.",
            show_default=False,
        ),
    ] = None,
    scaling: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What a .keras model was trained on: unit (x/255), columns "
            "(keras.utils.normalize, axis=1), raw, glyph, signed, standard, rows, inverted or "
            "inverted-raw. Measured by default.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Read the handwritten digits in pictures.

    Exit status: 0, all pictures were read; 1, some could not be; 2, wrong use.

    [bold]digitus read photo.jpg[/bold]

    [bold]digitus read scans/ --format csv --out scans.csv --annotate checked/[/bold]
    """
    began = time.perf_counter()
    sources = find_sources(paths)
    if out and any(isinstance(source, Path) and same_file(out, source) for source in sources):
        raise OutputError(f"'{out}' is one of the pictures to read: name another file with --out.")
    reader = reader_with(model, scaling)
    kind = format or SUFFIXES.get(out.suffix.lower() if out else "", "table")
    tally = Tally()
    with text_output(out) as stream:
        writer = _writer(kind, stream)
        pictures = _pictures(annotate, show, sources)
        # Readings that scroll by on the screen are progress enough.
        watched = sources if kind != "table" and stream.isatty() else _with_progress(sources)
        for reading in read_sources(reader, watched, expect=expect, min_confidence=min_confidence):
            writer.add(reading)
            tally.add(reading)
            if pictures:
                pictures.add(reading)
        writer.finish(f"{tally}, in {time.perf_counter() - began:.1f} s")
    if out:
        typer.echo(f"{tally}, written to {printable(str(out))}", err=True)
    elif tally.failed and kind != "table":
        typer.echo(str(tally), err=True)
    if pictures:
        pictures.finish()
    if tally.failed:
        raise typer.Exit(SOME_FAILED)


def _writer(kind: str, stream: IO[str]) -> Writer:
    if kind == "jsonl":
        return JsonLines(stream)
    if kind == "csv":
        return Csv(stream)
    if not stream.isatty():
        return PlainTable(stream)
    from digitus.cli.table import RichTable  # Rich would make every piped read slower

    return RichTable(stream)


def _with_progress(sources: Sequence[Source]) -> Iterable[Source]:
    if len(sources) < MANY_PICTURES or not sys.stderr.isatty():
        return sources
    from digitus.cli.table import with_progress

    return with_progress(sources, len(sources))


def _pictures(annotate: Path | None, show: bool, sources: Sequence[Source]) -> Pictures | None:
    if annotate is None and not show:
        return None
    from digitus.cli.pictures import Pictures  # drawing is not needed for reading

    return Pictures(annotate, show, sources)
