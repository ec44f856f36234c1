"""The verbs, and what holds for all of them: help, version, errors without a traceback."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from digitus.cli.data import data
from digitus.cli.draw import draw
from digitus.cli.evaluate import evaluate
from digitus.cli.explain import explain
from digitus.cli.export import export
from digitus.cli.output import printable
from digitus.cli.read import read
from digitus.cli.serve import serve
from digitus.cli.train import train
from digitus.errors import DigitusError

WRONG_USE = 2


class Verbs(TyperGroup):
    """Says what went wrong in one sentence on standard error."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; an error of digitus becomes a sentence and exit status 2."""
        try:
            return super().invoke(ctx)
        except DigitusError as error:
            typer.echo(f"digitus: {printable(str(error))}", err=True)
            raise typer.Exit(WRONG_USE) from None


def _print_version(wanted: bool) -> None:
    if wanted:
        from digitus import __version__

        typer.echo(f"digitus {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="digitus",
    rich_markup_mode="rich",
    cls=Verbs,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def digitus(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001  # its callback does the work
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Read anybody's handwritten digits from drawings, scans and photos, offline.

    Try [bold]digitus read photo.jpg[/bold], and [bold]digitus read --help[/bold] for more.
    """
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


app.command()(read)
app.command()(explain)
app.command()(train)
app.command()(evaluate)
app.command()(export)
app.command()(serve)
app.command()(draw)
app.add_typer(data, name="data")
