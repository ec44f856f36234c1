from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import numpy as np
import pytest

from digitus.training.finding import mining
from digitus.training.pages import KINDS, gather_hands

HANDS = gather_hands("train", ())


def test_mined_pages_repeat_by_their_seed() -> None:
    first, again, others = (
        list(islice(mining.mined_pages(9, seed, HANDS), 2)) for seed in (1, 1, 2)
    )
    for one, same, other in zip(first, again, others, strict=True):
        assert one.kind == same.kind
        np.testing.assert_array_equal(one.pixels, same.pixels)
        np.testing.assert_array_equal(one.boxes, same.boxes)
        assert not np.array_equal(one.pixels, other.pixels)


def test_they_are_of_all_kinds_many_of_them_amounts_or_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def noted(seed: int, _: Any, *, kind: str) -> tuple[int, str]:
        return seed, kind

    monkeypatch.setattr(mining, "make_page", noted)
    pages: list[Any] = [page for seed in (1, 2) for page in mining.mined_pages(800, seed, HANDS)]
    assert len({seed for seed, _ in pages}) == len(pages) == 1600
    kinds = Counter(kind for _, kind in pages)
    assert kinds.keys() == KINDS.keys()
    assert {kind for kind, _ in kinds.most_common(2)} == {"amount", "empty"}
