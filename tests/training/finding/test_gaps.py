from __future__ import annotations

import json

import numpy as np
import pytest

from digitus import spacing
from digitus.lines import find_lines
from digitus.training.finding import gaps
from digitus.training.finding.gaps import Gaps, gather, learn
from digitus.training.pages import gather_hands
from digitus.votes import VOTES
from marks import keras_warns

pytestmark = keras_warns
HANDS = gather_hands("train", ())


@pytest.fixture(scope="module")
def gathered() -> Gaps:
    return gather(HANDS, 16)


def test_all_gaps_of_a_page_are_gathered_as_they_are_and_as_they_are_found(gathered: Gaps) -> None:
    assert len(gathered.pages) % len(gaps.SHAKEN) == 0
    rows = [line for _, _, seen in gathered.pages for line in seen]
    count = sum(map(len, rows))
    assert count == len(gathered.parts) == len(gathered.known) == len(gathered.weight) > 100
    assert {line.shape[1] for line in rows} == {spacing.FEATURES}
    assert gathered.known.mean() > 0.9
    assert 0.05 < gathered.parts.mean() < 0.95
    exact, shaken = (gathered.pages[place][0] for place in (0, 1))
    assert exact.shape == shaken.shape
    assert 0 < np.abs(exact - shaken).max() < 0.4 * (exact[:, 3] - exact[:, 1]).max()


def test_wide_gaps_part_more_often(gathered: Gaps) -> None:
    widths = np.concatenate([line[:, 0] for _, _, seen in gathered.pages for line in seen])
    assert gathered.parts[widths > 1].mean() > gathered.parts[widths < 0.3].mean() + 0.3


def test_pages_of_many_gaps_count_more_but_each_of_their_gaps_less(gathered: Gaps) -> None:
    counts = [sum(len(line) - 1 for line in lines) for _, lines, _ in gathered.pages]
    weights = np.split(gathered.weight, np.cumsum(counts)[:-1])
    some = sorted((own for own in weights if len(own)), key=len)
    few, many = some[0], some[-1]
    assert len(few) < len(many) / 4
    assert few.sum() < many.sum()
    assert few.min() > many.max()


def test_what_is_learnt_can_be_loaded_and_parts_wide_gaps(
    gathered: Gaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaps, "EPOCHS", 8)
    monkeypatch.setattr(gaps, "BATCH", 32)
    learnt = json.loads(json.dumps(learn(gathered)))
    features = spacing.FEATURES
    sizes = {name: np.shape(learnt[name]["hidden"])[0] for name in learnt}
    assert sizes == {"alone": features, "among": features + VOTES}
    layers = {name: {key: np.array(v) for key, v in own.items()} for name, own in learnt.items()}
    monkeypatch.setattr(spacing, "_learnt", lambda: layers)
    for network, seen in (
        ("alone", [line for page in gathered.pages for line in page[2]]),
        ("among", [s for page in gathered.pages for s in spacing.among(*page, layers["alone"])]),
    ):
        parted = np.concatenate([spacing.odds_of(line, layers[network]) for line in seen]) > 0
        assert (parted == gathered.parts)[gathered.known].mean() > 0.9, network
    paper = np.full((300, 900), 255, np.uint8)
    lefts = np.array([10, 34, 58, 200, 224, 248], np.float64)
    boxes = np.concatenate(
        [np.stack([lefts, 0 * lefts + y, lefts + 20, 0 * lefts + y + 40], 1) for y in (10, 110)]
    )
    for odds in spacing.parted(boxes, find_lines(boxes), paper):
        assert odds[2] > odds[[0, 1, 3, 4]].max() + 0.2
