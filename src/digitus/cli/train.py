"""``digitus train``: a recipe -> a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digitus.errors import TrainingError


def train(
    recipe: Annotated[
        str, typer.Argument(help="A shipped recipe's name, or a .toml file.")
    ] = "digitus",
    out: Annotated[
        Path | None,
        typer.Option(help="The folder of the run; by default runs/ and the recipe's name."),
    ] = None,
) -> None:
    """Train a model; a run that was broken off goes on at its last whole epoch."""
    import logging

    try:
        from digitus.training import recipe as recipes
        from digitus.training.fit import fit  # imports Keras: seconds
    except ImportError as error:
        raise TrainingError(
            f"training needs '{error.name}', which is not installed: pip install 'digitus[train]'"
        ) from error
    chosen = recipes.load(recipe)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    typer.echo(f"The model is {fit(chosen, out or Path('runs') / chosen.name)}")
