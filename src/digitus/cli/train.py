"""``digitus train``: a recipe -> a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitus.errors import InvalidOption, InvalidRecipe, TrainingError, TrainingStopped

if TYPE_CHECKING:
    from digitus.training.run import Run

INTERRUPTED = 130  # what a shell expects of a program that ctrl-C ended


def train(
    recipe: Annotated[
        str | None,
        typer.Argument(
            help="A shipped recipe's name (digitus, mnist, quick, tiny, robust, robust-clean, cnn, "
            "dense, dense-20), or a .toml file; digitus by default.",
            show_default=False,
        ),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change the recipe, as in --set schedule.epochs=3; may be given several times.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The folder of the run; by default runs/ and the recipe's name.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN",
            help="Go on with a run that was broken off, at its last whole epoch.",
            show_default=False,
        ),
    ] = None,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Also write what TensorBoard shows.")
    ] = False,
) -> None:
    """Train a model.

    [bold]digitus train quick[/bold]

    [bold]digitus train cnn --set schedule.epochs=5 --set seed=2[/bold]

    [bold]digitus train --resume runs/cnn[/bold]
    """
    import logging

    run = _run(recipe, changes or [], out, resume)  # what is wrong is told before Keras is loaded
    typer.echo(f"{run.recipe.name}: {run.recipe.schedule.epochs} epochs, in {run.folder}", err=True)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        _fetch(run)
        fit, watchers = _workshop()
        typer.echo(f"The model is {fit(run, watchers(run, tensorboard))}")
    except ImportError as error:
        if resume is None:
            run.withdraw()
        raise TrainingError(
            f"training needs '{error.name}', which is not installed: pip install 'digitus[train]'"
        ) from error
    except InvalidRecipe:  # found out only when the network was built
        if resume is None:
            run.withdraw()
        raise
    except TrainingStopped as stopped:
        typer.echo(f"digitus: {stopped}", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _run(recipe: str | None, changes: list[str], out: Path | None, resume: Path | None) -> Run:
    from digitus.training import corpus
    from digitus.training import recipe as recipes
    from digitus.training import run as runs

    if resume is None:
        chosen = recipes.load("digitus" if recipe is None else recipe, changes)
        corpus.check_shares(chosen.data)  # before there is a folder, which would not be empty
        return runs.begin(chosen, out)
    if recipe is not None or changes or out:
        raise InvalidOption(
            "--resume goes on with a run as it was begun: leave out the recipe, --set and --out"
        )
    return runs.reopen(resume)


def _fetch(run: Run) -> None:
    """Fetch the data sets that are not here, unless their glyphs were made before."""
    from digitus.cli.data import download_bar
    from digitus.training.corpus import sources_of
    from digitus.training.fetch import ensure

    data = run.recipe.data
    if data.through_ink and run.glyphs("train").is_file():
        return
    with download_bar() as watch:
        for name in sources_of(data):
            ensure(name, watch)


def _workshop() -> tuple[Any, Any]:
    """Load Keras, which takes seconds: the function that trains, and the one that shows it."""
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its words on a missing GPU concern nobody
    from digitus.training.fit import fit
    from digitus.training.progress import watchers

    return fit, watchers
