from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from digitus.ctc import NOTHING, likeliest
from digitus.grouping import Group, arrange
from digitus.reading import Digit
from digitus.training.pages import SPACINGS, SyntheticPage, gather_hands, string_page
from digitus.training.papers import Page
from digitus.training.transcribing import sureness
from digitus.training.transcribing.sureness import cases, fit
from digitus.transcriber import Transcript


@pytest.mark.parametrize("drawn_by", [(1.0, 0.0, 0.0), (0.6, 0.3, -0.4), (0.2, -0.5, 0.9)])
def test_the_weights_that_fates_were_drawn_by_are_found(drawn_by: tuple[float, ...]) -> None:
    rng = np.random.default_rng(3)
    seen = rng.normal(0.5, 2, (20_000, 2))
    odds = np.c_[seen, np.ones(len(seen))] @ drawn_by
    whole = rng.uniform(0.2, 1.0, len(seen))
    right = rng.random(len(seen)) < whole / (1 + np.exp(-odds))
    assert fit(seen, whole, right) == pytest.approx(drawn_by, abs=0.15)


@pytest.mark.parametrize("fate", [False, True])
def test_where_all_fare_alike_the_weights_stay_finite(fate: bool) -> None:
    found = fit(np.linspace(0, 5, 50)[:, None], np.full(50, 0.99), np.full(50, fate))
    assert np.isfinite(found).all()
    assert (found[-1] > 0) is fate


def test_the_number_that_stands_where_one_was_found_is_right() -> None:
    boxes = np.array(((0, 0, 10, 20), (12, 0, 22, 20), (60, 0, 70, 20)), np.float32)
    numbers = np.array((0, 0, 1))
    page = SyntheticPage(
        np.full((30, 90, 3), 255, np.uint8), boxes, np.array((1, 2, 7), np.uint8), numbers,
        np.zeros(3, int), "made",
    )  # fmt: skip
    whole = boxes[:2].astype(float)
    assert sureness._written(page, whole) == "12"
    assert sureness._written(page, whole[:1]) == "12"  # the transcriber may see what nobody found
    assert sureness._written(page, boxes.astype(float)) == ""
    assert sureness._written(page, whole + 300) == ""


@dataclass
class Both:
    """A reader that finds and spells what it is told to."""

    found: list[int]
    said: str | None
    page: SyntheticPage

    def places(self, _: object) -> list[Digit]:
        boxes = [tuple(map(int, box)) for box in self.page.boxes.tolist()]
        return [Digit(value, 0.9, box) for value, box in zip(self.found, boxes, strict=False)]  # type: ignore[arg-type]

    def groups(self, digits: list[Digit], pixels: Page) -> list[list[Group]]:
        return arrange(digits, pixels)

    def spelt(self, group: Group, _: object) -> Transcript | None:
        if self.said is None:
            return None
        frames = np.full((2 * len(self.said) + 1, NOTHING + 1), 0.001, np.float32)
        said = np.full(len(frames), NOTHING)
        said[1::2] = [int(value) for value in self.said]
        frames[np.arange(len(frames)), said] = 0.99
        columns = np.array([digit.box[0] for digit in group.digits], np.float64)
        return Transcript([frames], likeliest(frames), columns[: len(self.said)])


@pytest.fixture(scope="module")
def page() -> SyntheticPage:
    rng = np.random.default_rng(4)
    hand = gather_hands("validation", ()).choose(rng, 30)
    return string_page([5, 0, 3], hand, SPACINGS["spaced"], rng)


@pytest.mark.parametrize(
    ("found", "spelt", "fate"),
    [
        ([5, 0, 3], "503", (True, True, True)),
        ([5, 0, 8], "503", (False, False, True)),
        ([5, 0, 3], "508", (False, True, False)),
        ([5, 0, 8], "508", (True, False, False)),
        ([5, 0, 3], "", (False, True, None)),
        ([5, 0, 8], None, (False, False, None)),
    ],
)
def test_a_case_tells_who_was_right(
    page: SyntheticPage, found: list[int], spelt: str | None, fate: tuple[bool | None, ...]
) -> None:
    (case,) = cases(Both(found, spelt, page), page)  # type: ignore[arg-type]
    same, found_right, spelt_right = fate
    assert (case.spelt, case.same, case.found_right) == (spelt, same, found_right)
    assert spelt_right is None or case.spelt_right == spelt_right  # where nothing is spelt, none is
    assert len(case.seen) == 4
    assert case.whole > 0.5


def test_pages_of_one_digit_are_no_case(page: SyntheticPage) -> None:
    assert cases(Both([5], "5", page), page) == []  # type: ignore[arg-type]


def test_pages_are_of_all_kinds_and_strings_of_all_spacings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sureness, "PAGES", 2)
    monkeypatch.setattr(sureness, "STRINGS", 1)
    made = list(sureness.pages(gather_hands("validation", ())))
    assert [page.kind == "string" for page in made] == [False] * 2 + [True] * len(SPACINGS)
