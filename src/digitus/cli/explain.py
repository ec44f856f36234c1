"""``digitus explain``: pictures in, and why their digits were read as what they were."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from digitus.cli.output import printable, replacing, same_file
from digitus.cli.own_model import reader_with
from digitus.cli.sources import find_sources
from digitus.errors import ImageError, InvalidOption, OutputError
from digitus.reading import Reading

if TYPE_CHECKING:
    from PIL.Image import Image

EXPLANATION = Path("explanation.png")
SOME_FAILED = 1
# More pictures than this are a poster that nobody looks through; the others are told in words.
MOST_DRAWN = 50


def explain(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PICTURE...",
            help="Pictures, folders of pictures, patterns such as 'scans/*.png', "
            "or - for a picture on standard input. Of each, the first page.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The poster, a PNG.")] = EXPLANATION,
    expect: Annotated[
        Literal["digit", "numbers"],
        typer.Option(help="numbers: any page. digit: every picture holds one digit, or none."),
    ] = "numbers",
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Explain your own model: .onnx with its card (JSON) beside it, the folder of a "
            "run, or any .keras classifier of digits.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain readings: what in a picture speaks for each digit, against it, and for the next best.

    The ink that speaks for the digit is drawn orange over the picture, what speaks against it
    blue; beside it stands each digit as the model sees it, with the paper that speaks by being
    empty, once against all else and once against the runner-up.

    Exit status: 0, all pictures were read; 1, some could not be; 2, wrong use.

    [bold]digitus explain seven.png[/bold]

    [bold]digitus explain scans/ --expect digit --out why.png[/bold]
    """
    if out.suffix.lower() != ".png":
        raise InvalidOption(f"'{out}' cannot be the poster, a PNG: name a file that ends in .png")
    sources = find_sources(paths)
    if any(isinstance(source, Path) and same_file(out, source) for source in sources):
        raise OutputError(f"'{out}' is one of the pictures to read: name another file with --out.")
    reader = reader_with(model)
    from digitus.explain import explain as explanations_of
    from digitus.image import load
    from digitus.poster import poster, section

    sections: list[Image] = []
    failed = 0
    with replacing(out, "wb") as file:
        for source in sources:
            try:
                if isinstance(source, Reading):  # there is no picture, and it says why
                    raise ImageError(source.error and source.error.message)
                page = load(source)
            except ImageError as error:
                typer.echo(f"digitus: {printable(str(error))}", err=True)
                failed += 1
                continue
            found = explanations_of(page.pixels, reader, expect=expect)
            for one in found:
                typer.echo(f"{printable(page.source)}: {one.sentence}.")
            if not found:
                typer.echo(f"{printable(page.source)}: no digit.")
            if len(sections) < MOST_DRAWN:
                sections.append(section(page.pixels, found, Path(page.source).name))
        if not sections:
            raise typer.Exit(SOME_FAILED)
        poster(sections).save(file, "PNG")
    typer.echo(f"Drawn in {printable(str(out))}", err=True)
    if failed:
        raise typer.Exit(SOME_FAILED)
