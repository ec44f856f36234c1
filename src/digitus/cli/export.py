"""``digitus export``: a model -> ONNX, Keras or TensorFlow Lite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from digitus.cli.output import printable
from digitus.errors import TrainingError


def export(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL",
            help="A .keras file (yours or anybody's), the folder of a run, or an .onnx file with "
            "its card.",
            show_default=False,
        ),
    ],
    to: Annotated[
        Literal["onnx", "keras", "tflite"],
        typer.Option(help="onnx, with the card that digitus reads by; keras; tflite."),
    ] = "onnx",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file to write; by default beside the model.",
            show_default=False,
        ),
    ] = None,
    scaling: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What a Keras model was trained on: unit (x/255), columns "
            "(keras.utils.normalize, axis=1), raw, glyph, signed, standard, rows, inverted or "
            "inverted-raw. Measured by default.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a model in another format; it then takes 28 x 28 bytes as they are.

    It is run and compared with Keras before it is written. No code of the model is ever run.

    [bold]digitus export runs/cnn[/bold]

    [bold]digitus export handwritten.keras --to tflite --scaling columns[/bold]
    """
    import os

    from digitus.training.exchange.sources import located

    located(model)  # what is wrong is told before Keras is loaded
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its words on a missing GPU concern nobody
    try:
        from digitus.training import export as workshop
    except ImportError as error:
        raise TrainingError(
            f"exporting needs '{error.name}', which is not installed: pip install 'digitus[train]'"
        ) from error
    exported = workshop.export_file(model, to, out, scaling)
    if exported.remark:
        typer.echo(printable(exported.remark), err=True)
    path = printable(str(exported.path))
    typer.echo(f"{path} answers as the model does, within {exported.difference:.0e}")
