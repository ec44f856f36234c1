"""``digitus data``: which data sets there are, fetched, and looked at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from digitus.cli.output import printable, replacing, same_file, text_output, width_of
from digitus.errors import DigitusError, InvalidOption, OutputError, TrainingError

SOME_FAILED = 1

Watch = Callable[[str, int, int], None]

data = typer.Typer(
    help="List, fetch and look at data sets of digits.",
    rich_markup_mode="rich",
    no_args_is_help=True,
)


@data.command("list")
def list_sets() -> None:
    """List the data sets: how many digits and writers, licence, where they are, what to cite.

    [bold]digitus data list[/bold]
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from digitus.training import places, registry

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Set", "Digits", "Writers", "Licence"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Where", overflow="fold")
    for entry in registry.SETS.values():
        folder = places.find(entry.files)
        where = Text(str(folder)) if folder else Text(_remedy(entry.name, entry.page), "dim")
        table.add_row(Text(entry.name, "bold"), entry.digits, entry.writers, entry.licence, where)
    with text_output(None) as stream:
        console = Console(file=stream, width=width_of(stream), highlight=False)
        console.print(table)
        console.print("Please cite what you use:")
        for entry in registry.SETS.values():
            console.print(Text(f"{entry.name}: {entry.citation}. {entry.note}".strip()))


@data.command()
def fetch(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="Data sets, such as mnist.")
    ],
    again: Annotated[
        bool, typer.Option("--again", help="Fetch them even where they are here already.")
    ] = False,
) -> None:
    """Fetch data sets from their public sources into the cache.

    Each file is checked by its SHA-256, and takes its place whole or not at all. The cache is the
    folder DIGITUS_CACHE, or the one that the system has for such things. Exit status: 0, all are
    here; 1, some could not be fetched; 2, wrong use.

    [bold]digitus data fetch mnist pendigits[/bold]
    """
    with _needs():
        from digitus.training.fetch import ensure
        from digitus.training.fetch import fetch as fetch_again
        from digitus.training.registry import look_up

        for name in names:
            look_up(name)  # a wrong name is told before anything is fetched
        failed = False
        for name in names:
            try:
                with download_bar() as watch:
                    folder = (fetch_again if again else ensure)(name, watch)
                typer.echo(f"{name} is in {folder}")
            except DigitusError as error:
                typer.echo(f"digitus: {printable(str(error))}", err=True)
                failed = True
    if failed:
        raise typer.Exit(SOME_FAILED)


@data.command()
def preview(
    source: Annotated[
        str,
        typer.Argument(
            metavar="NAME|PATH",
            help="A data set, or your own: a folder of pictures by class, a CSV, IDX or NPZ file.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The picture, a PNG; by default the name of the set and .png, numbered where "
            "there is one.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Draw some digits of each class of a data set.

    [bold]digitus data preview mnist[/bold]

    [bold]digitus data preview my-digits/ --out sheet.png[/bold]
    """
    if out is not None and out.suffix.lower() != ".png" and not out.is_dir():
        raise InvalidOption(f"'{out}' cannot be the picture, a PNG: name a file that ends in .png")
    with _needs():
        from digitus.training import own, registry
        from digitus.training.datasets import load
        from digitus.training.preview import contact_sheet

        if source in registry.SETS:
            digits = load(source, "train")
            title = f"{source}, to learn from ({registry.SETS[source].licence})"
        else:
            digits = own.load(source)
            title = digits.name
        file = out or _free(digits.name)
        pictures = digits.pages.paths if isinstance(digits.pages, own.Pictures) else ()
        if any(same_file(file, path) for path in (Path(source), *pictures)):
            raise OutputError(f"'{file}' is one of the digits themselves: name another by --out")
        with replacing(file, "wb") as stream:
            contact_sheet(digits, title).save(stream, "PNG")
    typer.echo(f"The picture is {printable(str(file))}")


def _free(name: str) -> Path:
    """Return a file that is not there yet: mnist.png, mnist-2.png, ..."""
    file, number = Path(f"{name}.png"), 1
    while file.exists():
        number += 1
        file = Path(f"{name}-{number}.png")
    return file


def _remedy(name: str, page: str) -> str:
    from digitus.training.registry import SETS

    return f"not here: digitus data fetch {name}" if SETS[name].downloads else f"not here: {page}"


@contextmanager
def _needs() -> Iterator[None]:
    """Say what has to be installed where something is not."""
    try:
        yield
    except ImportError as error:
        raise TrainingError(
            f"data sets need '{error.name}', which is not installed: pip install 'digitus[train]'"
        ) from error


@contextmanager
def download_bar() -> Iterator[Watch]:
    """Give what shows on a terminal how far each file has come, and elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _name, _done, _whole: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    console = Console(stderr=True)
    with Progress(*columns, TransferSpeedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def watch(name: str, done: int, whole: int) -> None:
            bar.update(task, description=name, completed=done, total=whole or None)

        yield watch
