import numpy as np
import pytest

from digitus.training.pages import amounts, empty, rows, tables
from digitus.training.pages.canvas import Canvas, boxes_of
from digitus.training.pages.desk import LARGEST, SMALLEST, Desk
from digitus.training.pages.grounds import plain
from digitus.training.pages.hands import gather_hands

HANDS = gather_hands(sources=())


def laid(layout, seed, size=(300, 300), scene="scan"):
    desk = Desk(HANDS, scene, np.random.default_rng(seed))
    height, width = size
    canvas = Canvas(plain((255, 255, 255), size), (5.0, 5.0, width - 5.0, height - 5.0))
    layout(canvas, desk)
    return canvas, boxes_of(mark.outline for mark in canvas.marks)


def test_digits_are_written_at_all_sizes():
    heights = np.concatenate([laid(rows.digit, s, (600, 600))[1] for s in range(24)])
    heights = heights[:, 3] - heights[:, 1]
    assert heights.min() < 220
    assert heights.max() > 380
    assert heights.max() < 1.3 * LARGEST
    small = np.concatenate([laid(rows.dense, s, (250, 250))[1] for s in range(4)])
    assert 0.6 * SMALLEST < np.median(small[:, 3] - small[:, 1]) < 40


def test_rows_are_lines_one_below_the_other():
    for seed in range(10):
        canvas, boxes = laid(rows.rows, seed)
        lines = np.array([mark.line for mark in canvas.marks])
        bottoms = [np.median(boxes[lines == line, 3]) for line in np.unique(lines)]
        assert (np.diff(bottoms) > 0).all()


def test_a_number_in_boxes_is_one_number_with_a_digit_a_box():
    rng = np.random.default_rng(0)
    for _ in range(10):
        canvas = Canvas(plain((255, 255, 255), (110, 300)), (5.0, 5.0, 295.0, 105.0))
        desk = Desk(HANDS, "scan", rng)
        style = ((0, 0, 0), 1)
        tables.comb(canvas, desk.scribe(20.0), (5.0, 5.0, 295.0, 100.0), 20.0, style, rng)
        if len(canvas.marks) > 1:
            assert len({mark.number for mark in canvas.marks}) == 1
            boxes = boxes_of(mark.outline for mark in canvas.marks)
            middles = (boxes[:, 0] + boxes[:, 2]) / 2
            assert np.diff(middles).min() > 14
            assert np.diff(middles).std() < 9


def test_a_table_has_a_line_for_each_row_and_a_number_for_each_cell():
    for seed in range(8):
        desk = Desk(HANDS, "scan", np.random.default_rng(seed))
        canvas = Canvas(plain((255, 255, 255), (400, 500)), (5.0, 5.0, 495.0, 395.0))
        tables.lay_table(canvas, desk, 4, 5, 1.0)
        numbers = {(mark.line, mark.number) for mark in canvas.marks}
        assert canvas.lines == 5
        assert len({number for _, number in numbers}) == len(numbers) >= 10


@pytest.mark.parametrize("odds", [0.0, 1.0])
def test_some_tables_have_a_single_digit_in_each_cell(monkeypatch, odds):
    monkeypatch.setattr(tables, "SINGLE", odds)
    most = []
    for seed in range(8):
        desk = Desk(HANDS, "scan", np.random.default_rng(seed))
        canvas = Canvas(plain((255, 255, 255), (400, 500)), (5.0, 5.0, 495.0, 395.0))
        tables.lay_table(canvas, desk, 4, 5, 1.0)
        numbers = [mark.number for mark in canvas.marks]
        most.append(max(map(numbers.count, numbers)))
    assert (max(most) == 1) is (odds == 1)


def test_amounts_fill_their_field_with_one_number():
    tall, wide = [], []
    for seed in range(20):
        canvas, boxes = laid(amounts.amount, seed, (70, 220), "cheque")
        assert len(canvas.marks) >= 2
        assert len({mark.number for mark in canvas.marks}) == 1
        tall.append(np.median(boxes[:, 3] - boxes[:, 1]) / 70)
        wide.append((boxes[:, 2].max() - boxes[:, 0].min()) / 220)
    assert np.median(tall) > 0.4
    assert np.median(wide) > 0.4


@pytest.mark.parametrize("kind", empty.KINDS)
def test_no_empty_page_has_a_digit(kind):
    for seed in range(2):
        for scene in ("scan", "board"):
            canvas, _ = laid(empty.KINDS[kind][1], seed, (150, 150), scene)
            assert canvas.marks == []


def test_small_and_narrow_pages_can_be_written_on():
    layouts = [rows.line, rows.rows, rows.notes, rows.scattered, rows.dense, tables.table]
    layouts += [tables.form, tables.boxes, amounts.amount, empty.empty]
    for layout in layouts:
        for size in ((28, 28), (28, 200), (200, 30)):
            laid(layout, 1, size)
