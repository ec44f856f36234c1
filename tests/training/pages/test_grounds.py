import numpy as np
import pytest
from PIL import Image

from digitus.training.pages import clutter, printing
from digitus.training.pages.canvas import Canvas
from digitus.training.pages.desk import Desk
from digitus.training.pages.grounds import GROUNDS, ground, plain
from digitus.training.pages.hands import gather_hands


@pytest.fixture
def canvas():
    return Canvas(plain((255, 255, 255), (120, 200)), (10.0, 10.0, 190.0, 110.0))


@pytest.mark.parametrize("kind", GROUNDS)
def test_sheets_are_light_but_for_the_board(kind):
    for seed in range(4):
        sheet = np.asarray(ground(kind, (70, 90), 30.0, np.random.default_rng(seed)))
        assert sheet.shape == (70, 90, 3)
        assert (sheet.mean() < 110) == (kind == "board")


def test_cheques_carry_fine_lines():
    for seed in range(6):
        sheet = ground("guilloche", (100, 300), 60.0, np.random.default_rng(seed)).convert("L")
        fine = np.asarray(sheet, dtype=float)
        coarse = np.asarray(sheet.resize((10, 4)).resize((300, 100)), dtype=float)
        assert 2 < (fine - coarse).std() < 40


def test_an_unknown_ground_is_refused():
    with pytest.raises(ValueError, match="no ground 'sand'"):
        ground("sand", (40, 40), 20.0, np.random.default_rng(0))


def test_rules_go_across_the_sheet_at_their_pitch(canvas):
    printing.rule_sheet(canvas, 20.0, 10.0, np.random.default_rng(0), colour=(100, 100, 100))
    dark = (np.asarray(canvas.ground)[:, 100] < 200).all(axis=1)
    assert np.diff(np.flatnonzero(dark & ~np.roll(dark, 1))).tolist() == [20] * (dark.sum() - 1)
    printing.rule_sheet(canvas, 20.0, 5.0, np.random.default_rng(0), squared=True)
    assert (np.asarray(canvas.ground)[60] < 230).any(axis=1).sum() >= 9


def test_print_fills_its_box(canvas):
    box = (20.0, 20.0, 180.0, 100.0)
    printing.print_lines(canvas, box, 14.0, (0, 0, 0), np.random.default_rng(1))
    dark = np.argwhere(np.asarray(canvas.ground)[..., 0] < 128)
    assert dark[:, 0].min() > 15
    assert dark[:, 0].max() < 106
    assert len(dark) > 300


def test_a_frame_is_empty_inside(canvas):
    printing.frame(canvas.pencil, (40, 30, 120, 90), 2, (0, 0, 0), np.random.default_rng(0))
    page = np.asarray(canvas.ground)
    assert (page[40:80, 50:110] == 255).all()
    assert (page[:, 80] < 128).all(axis=1).sum() == pytest.approx(4, abs=1)


@pytest.mark.parametrize("draw", [clutter.stain, clutter.dark_border, clutter.show_through])
def test_clutter_changes_the_sheet(draw):
    changed = 0
    for seed in range(6):
        canvas = Canvas(Image.new("RGB", (200, 120), "white"), (10.0, 10.0, 190.0, 110.0))
        draw(canvas, np.random.default_rng(seed))
        changed += (np.asarray(canvas.ground) != 255).any()
    assert changed >= 3


def test_underlines_and_signatures_are_ink_but_no_digits(canvas):
    desk = Desk(gather_hands(sources=()), "scan", np.random.default_rng(0))
    desk.scribe(30.0)
    clutter.underline(canvas, desk, 20, 180, 60)
    desk.dry(canvas)
    dark = (np.asarray(canvas.ground)[40:80].min(axis=2) < 240).any(axis=0)
    assert dark[25:175].mean() > 0.95
    clutter.signature(canvas, desk, 30, 100, 20)
    desk.dry(canvas)
    assert canvas.marks == []
    assert (np.asarray(canvas.ground).min(axis=2) < 200).sum() > 160
