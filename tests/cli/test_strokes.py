from __future__ import annotations

import numpy as np
import pytest

from digitus.cli.strokes import picture


def test_no_stroke_is_blank_paper():
    sheet = picture([], (40, 30), 6)
    assert (sheet.mode, sheet.size, sheet.getextrema()) == ("L", (40, 30), (255, 255))


def test_a_point_is_a_round_dot_of_the_pens_width():
    pixels = np.asarray(picture([[(20, 15)]], (40, 30), 10))
    assert pixels[15, 20] == 0
    assert (255 - pixels.astype(int)).sum() / 255 == pytest.approx(np.pi * 25, rel=0.1)


def test_a_stroke_has_round_ends_and_smooth_edges():
    pixels = np.asarray(picture([[(10, 15), (30, 15)]], (40, 30), 6))
    assert not pixels[15, 8:33].any()
    assert pixels[15, 5] == pixels[10, 20] == 255
    slanted = picture([[(5, 5), (35, 20)]], (40, 30), 6)
    assert len(slanted.getcolors()) > 2


def test_strokes_do_not_join_each_other():
    pixels = np.asarray(picture([[(5, 15), (10, 15)], [(30, 15), (35, 15)]], (40, 30), 4))
    assert pixels[15, 20] == 255
    assert pixels[15, 8] == pixels[15, 32] == 0


def test_what_leaves_the_sheet_is_cut_off():
    pixels = np.asarray(picture([[(-50, 15), (90, 15)]], (40, 30), 4))
    assert not pixels[15].any()
