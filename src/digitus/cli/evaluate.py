"""``digitus evaluate``: models on data sets -> a table and a report."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from digitus.cli.output import printable, same_file, text_output, width_of
from digitus.errors import InvalidOption, OutputError, TrainingError

if TYPE_CHECKING:
    from digitus.training.evaluation.evaluate import Evaluation

REPORT = Path("evaluation.html")


def evaluate(
    models: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[MODEL]...",
            help="ONNX models with their cards beside them, Keras models, or folders of runs; "
            "by default the shipped model.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SET",
            help="A data set, such as mnist, or your own folder, CSV, IDX or NPZ file; may be "
            "given several times. By default all public ones that are here.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The report, one HTML file.")] = REPORT,
    json: Annotated[
        Path | None,
        typer.Option(
            "--json", metavar="FILE", help="Write all measures as JSON, too.", show_default=False
        ),
    ] = None,
) -> None:
    """Measure models on hands that they have not seen: a table, and a report with pictures.

    Exit status: 0, all was measured; 2, wrong use.

    [bold]digitus evaluate --data mnist[/bold]

    [bold]digitus evaluate runs/cnn runs/mnist --data mnist --data pendigits[/bold]
    """
    try:
        from digitus.training.evaluation.evaluate import evaluate as measure
        from digitus.training.evaluation.models import load_models
        from digitus.training.evaluation.report import write_page
        from digitus.training.evaluation.results import to_json
        from digitus.training.evaluation.samples import all_samples
        from digitus.training.origins import learnt_own
    except ImportError as error:
        raise TrainingError(
            f"the report needs '{error.name}', which is not installed: pip install 'digitus[train]'"
        ) from error
    if json is not None and os.path.realpath(json) == os.path.realpath(out):
        raise InvalidOption(f"'{out}' cannot be both the report and the JSON: name two files")
    for target in filter(None, (out, json)):
        if any(same_file(target, Path(source)) for source in (*(models or ()), *(data or ()))):
            raise OutputError(f"'{target}' is what is to be measured: name another file for it")
    loaded = load_models(models or ())
    sets = all_samples(data or (), learnt_own(one.model.card.everything for one in loaded))
    with ExitStack() as files:  # before the work, which is in vain where nothing can be written
        page = files.enter_context(text_output(out))
        numbers = files.enter_context(text_output(json)) if json is not None else None
        evaluation = measure(loaded, sets, watch=_with_progress)
        page.write(write_page(evaluation))
        if numbers is not None:
            numbers.write(to_json(evaluation))
    with text_output(None) as stream:
        _print_table(evaluation, stream)
    written = f"The report is {out}" + (f", the JSON {json}" if json else "")
    typer.echo(printable(written), err=True)


def _with_progress(rows: range) -> Iterable[int]:
    if not sys.stderr.isatty():
        return rows
    from digitus.cli.table import with_progress

    return with_progress(rows, len(rows))


def _number(value: float, decimals: int) -> str:
    return "-" if math.isnan(value) else f"{value:.{decimals}f}"


def _print_table(evaluation: Evaluation, stream: IO[str]) -> None:
    """Print a row a set and model, and what the comparisons say."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Model", "Set"):
        table.add_column(heading, overflow="fold")
    for heading in ("Pictures", "Right %", "95 % interval", "Loss", "ECE %"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one_set in evaluation.sets:
        for result in one_set.results:
            low, high = result.accuracy.interval
            table.add_row(
                Text(printable(result.model)),  # not markup: a model may be called "[red]"
                Text(printable(one_set.samples.title)),
                str(result.accuracy.whole),
                Text(f"{100 * result.accuracy.value:.2f}", "bold"),
                f"{100 * low:.2f} - {100 * high:.2f}",
                _number(result.log_loss, 4),
                _number(100 * result.calibration_error, 2),
            )
    console = Console(file=stream, width=width_of(stream))
    console.print(table)
    for one_set in evaluation.sets:
        for comparison in one_set.comparisons:
            words = f"{one_set.samples.title}: {comparison.difference} {comparison.verdict}"
            console.print(Text(printable(words)))
    for remark in evaluation.remarks:
        console.print(Text(printable(f"{remark}.")))
