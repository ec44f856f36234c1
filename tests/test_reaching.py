from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.reaching import reached

Boxes = NDArray[np.float64]
Room = tuple[float, float]
ANYWHERE = (-np.inf, np.inf)
# Digits 40 high of a page 400 wide: found were those at 100 to 160.
FOUND = np.array([[100.0, 10, 124, 50], [136, 10, 160, 50]])


class Told:
    """Stands for a transcript: what it spells, and how likely it holds this and other numbers."""

    def __init__(self, **chances: float) -> None:
        self.chances = {name[1:]: chance for name, chance in chances.items()}
        likeliest = max(self.chances, key=self.chances.__getitem__)
        self.digits = tuple(map(int, likeliest))

    def chance(self, digits: Sequence[int]) -> float:
        return self.chances.get("".join(map(str, digits)), 1e-9)


SHORT = Told(_42=0.8, _142=0.1, _420=0.1)


class Speller:
    """Spells what it was told to, by where the boxes that it is shown begin and end."""

    def __init__(self, first: Told | None = SHORT, **spelt: Told | None) -> None:
        self.spelt = {"_100_160": first, "_20_80": first} | spelt
        self.asked: list[str] = []

    def __call__(self, boxes: Boxes, _: Room) -> Told | None:
        self.boxes = boxes
        ends = f"_{boxes[:, 0].min():.0f}_{boxes[:, 2].max():.0f}"
        self.asked.append(ends.replace("-", "m"))
        return self.spelt.get(self.asked[-1], SHORT)


def page(*inked: tuple[int, int]) -> NDArray[np.uint8]:
    """Paper with strokes between some columns, and at the digits that were found."""
    grey = np.full((60, 400), 200, np.uint8)
    for first, last in ((100, 160), *inked):
        grey[10:50, first:last:8] = 20
    return grey


def spelt(
    speller: Speller, grey: NDArray[np.uint8], room: Room = ANYWHERE, found: Boxes = FOUND
) -> str:
    seen = reached(found, room, grey, speller)  # type: ignore[arg-type]
    assert seen is not None
    return "".join(map(str, seen.digits))


def test_a_digit_overlooked_at_the_left_is_read() -> None:
    assert spelt(Speller(_60_160=Told(_142=0.9)), page((70, 90))) == "142"


def test_several_digits_overlooked_at_the_right_are_read() -> None:
    speller = Speller(_100_200=Told(_420=0.9, _4205=0.05), _100_240=Told(_4205=0.95))
    assert spelt(speller, page((165, 240))) == "4205"


def test_digits_overlooked_at_both_ends_are_read() -> None:
    speller = Speller(_60_160=Told(_142=0.9, _1420=0.05), _60_200=Told(_1420=0.95))
    assert spelt(speller, page((70, 90), (165, 190))) == "1420"


def test_on_plain_paper_nobody_looks_again() -> None:
    speller = Speller()
    assert spelt(speller, page()) == "42"
    assert speller.asked == ["_100_160"]


def test_ink_that_is_faint_beside_the_digits_is_paper() -> None:
    faint, speller = page(), Speller()
    faint[10:50, 70:90:8] = 150
    assert spelt(speller, faint) == "42"
    assert speller.asked == ["_100_160"]


def test_beyond_its_room_nobody_looks() -> None:
    speller = Speller()
    assert spelt(speller, page((60, 98), (165, 200)), (98, 164)) == "42"
    assert speller.asked == ["_100_160"]


def test_beyond_the_page_nobody_looks() -> None:
    speller = Speller(Told(_42=0.8, _142=0.1), _m20_80=Told(_142=0.9))
    found = FOUND - [80, 0, 80, 0]  # its first digit 20 pixels from the border
    inked = page()[:, 80:160]
    inked[10:50, :20:8] = 20
    assert spelt(speller, inked, found=found) == "142"
    assert speller.asked == ["_20_80", "_m20_80"]


def test_how_far_is_told_by_most_digits_and_how_high_by_the_last() -> None:
    speller = Speller()
    found = np.vstack([FOUND, [[166, 10, 190, 50]], [[196, 30, 210, 50]]])
    spelt(speller, page((165, 260)), found=found)
    assert speller.asked == ["_100_210", "_100_250"]
    assert speller.boxes[-1].tolist() == [210, 30, 250, 50]


@pytest.mark.parametrize(
    "longer",
    [
        pytest.param(Told(_42=0.9), id="no more"),
        pytest.param(Told(_421=0.9), id="more at the other end"),
        pytest.param(Told(_112=0.9), id="other digits"),
        pytest.param(Told(_142=0.7), id="less likely than without it"),
        pytest.param(Told(_942=0.9), id="impossible for who was not told"),
        pytest.param(None, id="too long"),
    ],
)
def test_what_does_not_go_on_stays(longer: Told | None) -> None:
    speller = Speller(_60_160=longer)
    assert spelt(speller, page((70, 90))) == "42"
    assert speller.asked == ["_100_160", "_60_160"]


@pytest.mark.parametrize(("chance", "read"), [(0.55, "142"), (0.45, "42")])
def test_what_is_spelt_by_chance_does_not_count(chance: float, read: str) -> None:
    speller = Speller(Told(_42=0.2, _142=0.1), _60_160=Told(_142=chance))
    assert spelt(speller, page((70, 90))) == read


def test_where_nothing_is_spelt_there_is_no_end() -> None:
    speller = Speller(Told(_=0.9, _7=0.1), _60_160=Told(_7=0.95))
    assert spelt(speller, page((70, 90))) == ""
    assert speller.asked == ["_100_160"]


def test_what_cannot_be_spelt_is_not_looked_at_again() -> None:
    speller = Speller(None)
    assert reached(FOUND, ANYWHERE, page((70, 90)), speller) is None  # type: ignore[arg-type]
    assert len(speller.asked) == 1
