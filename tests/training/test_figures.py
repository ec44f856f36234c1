from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from made_answers import made_answers, made_evaluation
from PIL import Image

from digitus.training.evaluation.evaluate import Result
from digitus.training.evaluation.figures import (
    accuracy_intervals,
    png,
    reliability_diagram,
    risk_curves,
)
from digitus.training.evaluation.svg import WIDTH, step_above

ANSWERS = made_answers([1, 2, 3, 4] * 5, [1, 2, 3, 9] * 5, np.linspace(0.5, 1, 20).tolist())


def elements(figure: str, kind: str, style: str = "") -> list[ElementTree.Element]:
    root = ElementTree.fromstring(figure)
    return [one for one in root.iter(kind) if style in one.get("class", "").split() or not style]


def test_the_accuracy_lies_between_the_ends_of_its_interval() -> None:
    figure = accuracy_intervals(made_evaluation({"a": ANSWERS}).sets)
    (dot,), (bar,) = elements(figure, "circle"), elements(figure, "line", "interval")
    low, at, high = float(bar.get("x1", "")), float(dot.get("cx", "")), float(bar.get("x2", ""))
    assert 0 < low < at < high < WIDTH


def test_models_have_colours_of_their_own() -> None:
    figure = accuracy_intervals(made_evaluation({"a": ANSWERS, "b": ANSWERS}).sets)
    assert [dot.get("class") for dot in elements(figure, "circle")] == ["dot m0", "dot m1"]


@pytest.mark.parametrize("letter", ["<b>", '"', "&"])
def test_names_are_words_and_never_markup(letter: str) -> None:
    sets = made_evaluation({letter: ANSWERS}).sets
    for figure in (
        accuracy_intervals(sets),
        risk_curves(sets[0].results),
        reliability_diagram(sets[0].results[0].reliability, letter),
    ):
        assert letter in ElementTree.fromstring(figure).get("aria-label", "")


@pytest.mark.parametrize(
    ("confidence", "right", "bar", "gap"), [(0.9, 2, 0.2, 0.7), (0.6, 10, 0.6, 0.4)]
)
def test_between_a_bar_and_the_diagonal_is_the_gap_on_either_side(
    confidence: float, right: int, bar: float, gap: float
) -> None:
    answers = made_answers([1] * 10, [1] * right + [2] * (10 - right), [confidence] * 10)
    figure = reliability_diagram(Result("a", answers).reliability, "a")
    (blue,), (red,) = elements(figure, "rect", "bar"), elements(figure, "rect", "gap")
    assert float(blue.get("height", "")) == pytest.approx(bar * 224, abs=0.2)
    assert float(red.get("height", "")) == pytest.approx(gap * 224, abs=0.2)
    assert f"{100 * confidence:.0f} % sure: {10 * right} % right" in figure


def test_a_model_that_read_nothing_has_an_empty_diagram() -> None:
    result = Result("a", made_answers([1, 2], [10, 10], [0.1, 0.1]))
    assert not elements(reliability_diagram(result.reliability, "a"), "rect")


def test_the_risk_curve_ends_at_the_risk_of_all_answers() -> None:
    figure = risk_curves([Result("a", ANSWERS)])
    (curve,) = elements(figure, "polyline")
    points = [tuple(map(float, point.split(","))) for point in curve.get("points", "").split()]
    assert points == sorted(points)
    assert "25.00 % wrong of all" in figure


def test_a_model_that_never_errs_has_a_curve_too() -> None:
    result = Result("a", made_answers([1, 2, 3], [1, 2, 3], [0.9, 0.8, 0.7]))
    assert "0.00 % wrong of all" in risk_curves([result])


def test_where_the_model_falls_silent_there_is_a_dot() -> None:
    silent = Result("a", made_answers([1, 2, 3, 4], [1, 2, 10, 10], [0.9, 0.8, 0.2, 0.1]))
    (dot,) = elements(risk_curves([silent]), "circle")
    assert float(dot.get("cx", "")) == pytest.approx((48 + WIDTH - 14) / 2, abs=0.1)


def test_a_glyph_is_a_png_of_the_same_pixels() -> None:
    glyph = ANSWERS.glyphs[0]
    kind, _, content = png(glyph).partition(",")
    assert kind == "data:image/png;base64"
    assert (np.asarray(Image.open(BytesIO(b64decode(content)))) == glyph).all()


@pytest.mark.parametrize(("about", "step"), [(0.25, 0.25), (0.0008, 0.001), (0.021, 0.025), (1, 1)])
def test_axes_have_round_steps(about: float, step: float) -> None:
    assert step_above(about) == pytest.approx(step)


def test_pixels_are_not_told_finer_than_they_are_seen() -> None:
    assert not re.search(
        r"\d\.\d{2}", re.sub('aria-label="[^"]*"', "", risk_curves([Result("a", ANSWERS)]))
    )
