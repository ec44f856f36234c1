"""Measures -> pictures: inline SVG, and glyphs as PNG."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from markupsafe import Markup
from PIL import Image

from digitus.training.evaluation.evaluate import Result, SetEvaluation
from digitus.training.evaluation.metrics import Bin, RiskCoverage
from digitus.training.evaluation.svg import (
    WIDTH,
    Frame,
    circle,
    line,
    rectangle,
    rounded,
    step_above,
    svg,
    text,
    ticks,
)
from digitus.training.glyphs import GlyphArray

# As many models have a colour and a dash of their own in the style sheet.
STYLES = 6
# Points of a curve: more than a figure has pixels would only make the page larger.
POINTS = 200
# The first few answers say nothing: one mistake among ten is a risk of 10 %.
STEADY = 0.1


def accuracy_intervals(sets: Sequence[SetEvaluation]) -> Markup:
    """Draw each accuracy as a point in its 95 % interval, set by set."""
    lowest = min(result.accuracy.interval[0] for one in sets for result in one.results)
    step = step_above((1 - lowest) / 4)
    first = max(math.floor(lowest / step) * step, 0.0)
    rows = sum(len(one.results) for one in sets)
    bottom = 10 + 24 * len(sets) + 16 * rows
    frame = Frame((14, 6, WIDTH - 20, bottom), (first, 1.0), (0, 1))
    drawn = list(frame.grid(ticks(first, 1.0, step), ()))
    y = 6.0
    for one in sets:
        y += 18
        drawn.append(text(one.samples.name, frame.box[0] + 2, y, "start", "name"))
        y += 6
        for number, result in enumerate(one.results):
            y += 8
            low, high = (frame.at_x(bound) for bound in result.accuracy.interval)
            style = f"m{number % STYLES}"
            drawn.append(line(f"interval {style}", low, y, high, y))
            drawn.append(circle(style, frame.at_x(result.accuracy.value), y, 4.5))
            y += 8
    said = "; ".join(
        f"{result.model} on {one.samples.name}: {100 * result.accuracy.value:.2f} %"
        for one in sets
        for result in one.results
    )
    drawn.append(text("read right, in %", (14 + WIDTH - 20) / 2, bottom + 34, "middle"))
    return svg(bottom + 42, f"Accuracy with 95 % intervals. {said}.", drawn)


def reliability_diagram(bins: Sequence[Bin], name: str) -> Markup:
    """Draw accuracy over confidence: what is between a bar and the diagonal is the gap.

    The bars below tell how many answers each bin has.

    Args:
        bins: Of `metrics.reliability`.
        name: The model's, for those who do not see the figure.
    """
    frame = Frame((44, 8, WIDTH - 12, 232), (0, 1), (0, 1))
    drawn = list(frame.grid(ticks(0, 1, 0.25), ticks(0, 1, 0.25)))
    drawn.append(line("ideal", *frame.box[:1], frame.box[3], frame.box[2], frame.box[1]))
    most = max((one.count for one in bins), default=0)
    said = []
    for one in (one for one in bins if one.count):
        left, right = frame.at_x(one.low) + 1, frame.at_x(one.high) - 1
        top, middle = frame.at_y(one.accuracy), frame.at_y(one.confidence)
        drawn.append(rectangle("bar", left, max(top, middle), right, frame.box[3]))
        drawn.append(rectangle("gap", left, min(top, middle), right, max(top, middle)))
        # Square roots: bins of ten answers must be seen beside one of ten thousand.
        height = 34 * math.sqrt(one.count / most)
        drawn.append(rectangle("count", left, 320 - height, right, 320))
        said.append(f"{100 * one.confidence:.0f} % sure: {100 * one.accuracy:.0f} % right")
    drawn += frame.titles("confidence, in %", "right, in %")
    drawn.append(text("how many answers", 44, 288, "start"))
    drawn.append(line("axis", 44, 320.5, WIDTH - 12, 320.5))
    return svg(326, f"Reliability of {name}. {'; '.join(said)}.", drawn)


def risk_curves(results: Sequence[Result]) -> Markup:
    """Draw what is wrong among the surest answers, a line for each model."""
    curves = [result.risk_coverage for result in results]
    steady = max(_highest(curve) for curve in curves)
    step = step_above(max(steady, 0.001) / 4)
    top = max(math.ceil(max(steady, 0.001) / step - 1e-9), 1) * step
    frame = Frame((48, 8, WIDTH - 14, 232), (0, 1), (0, top))
    drawn = list(frame.grid(ticks(0, 1, 0.25), ticks(0, top, step)))
    said = []
    for number, (result, curve) in enumerate(zip(results, curves, strict=True)):
        count = len(curve.risk)
        places = np.unique(np.linspace(1, count, min(POINTS, count)).round().astype(int))
        points = " ".join(
            f"{rounded(frame.at_x(place / count))},{rounded(frame.at_y(curve.risk[place - 1]))}"
            for place in places
        )
        style = f"m{number % STYLES}"
        drawn.append(Markup('<polyline class="curve {}" points="{}"/>').format(style, points))
        answered = count - result.rejected.part
        if 0 < answered < count:
            x, y = frame.at_x(answered / count), frame.at_y(curve.risk[answered - 1])
            drawn.append(circle(style, x, y, 4.5))
        said.append(
            f"{result.model}: {100 * curve.at(1)[0]:.2f} % wrong of all, "
            f"{100 * curve.at(0.95)[0]:.2f} % of the surest 95 %"
        )
    drawn += frame.titles("answered, in % of the pictures", "wrong among them, in %")
    return svg(270, f"Risk and coverage. {'; '.join(said)}.", drawn)


def png(glyph: GlyphArray) -> str:
    """Return a glyph, uint8 [28, 28], as the address of a PNG that holds the picture itself."""
    file = BytesIO()
    Image.fromarray(glyph).save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def _highest(curve: RiskCoverage) -> float:
    return float(curve.risk[int(STEADY * len(curve.risk)) :].max())
