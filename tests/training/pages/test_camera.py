import numpy as np
import pytest
from PIL import Image

from digitus.training.pages import camera


@pytest.mark.parametrize("shape", [(120, 160), (60, 300), (300, 90)])
def test_points_are_seen_where_the_picture_shows_them(shape):
    rng = np.random.default_rng(3)
    for _ in range(8):
        view = camera.look(shape, True, 0.05, rng)
        sheet = np.zeros(view.canvas, np.uint8)
        left, top, right, bottom = view.area
        x, y = round((left + 2 * right) / 3), round((2 * top + bottom) / 3)
        sheet[y - 2 : y + 3, x - 2 : x + 3] = 255
        picture = np.asarray(view.picture(Image.fromarray(sheet)))
        assert picture.shape == shape
        ys, xs = np.nonzero(picture > 128)
        seen = view.seen(np.array(((x + 0.5, y + 0.5),)))[0]
        assert (xs.mean() + 0.5, ys.mean() + 0.5) == pytest.approx(seen, abs=0.7)


def test_the_area_is_always_in_the_picture_and_never_empty():
    rng = np.random.default_rng(0)
    for shape in ((256, 256), (40, 280), (1200, 700), (28, 28)) * 25:
        view = camera.look(shape, True, 0.05, rng)
        left, top, right, bottom = view.area
        assert right - left > 0.3 * shape[1]
        assert bottom - top > 0.3 * shape[0]
        corners = np.array(((left, top), (left, bottom), (right, top), (right, bottom)))
        seen = view.seen(corners)
        assert (seen >= -0.01).all()
        assert (seen <= np.array(shape[::-1]) + 0.01).all()


def test_pages_are_turned_by_twelve_degrees_at_most():
    rng = np.random.default_rng(1)
    angles = []
    for _ in range(300):
        ends = camera.look((400, 400), True, 0.0, rng).seen(np.array(((50.0, 200), (350, 200))))
        angles.append(np.degrees(np.arctan2(*(ends[1] - ends[0])[::-1])))
    assert np.abs(angles).max() < 12 + 4  # a corner seen from the side adds a little
    assert np.abs(angles).max() > 6
    assert np.median(np.abs(angles)) < 3


def test_a_threshold_keeps_ink_in_the_shade():
    page = np.linspace(80, 240, 200, dtype=np.float32)[None, :, None] * np.ones((60, 1, 3))
    page[20:40, 20:24] *= 0.4
    page[20:40, 180:184] *= 0.4
    for seed in range(6):
        flat = camera.threshold(page.astype(np.uint8), 4.0, np.random.default_rng(seed))
        assert set(np.unique(flat)) <= {0, 255}
        assert flat[22:38, 21:23].mean() < 60
        assert flat[22:38, 181:183].mean() < 60
        assert flat[:, 60:160].mean() > 250


def test_light_and_loss_leave_ink_darker_than_paper():
    page = np.full((80, 120, 3), 235, np.uint8)
    page[30:50, 40:80] = 30
    for seed in range(20):
        rng = np.random.default_rng(seed)
        bad = camera.lose(camera.expose(page, rng), 2, 3.0, rng)
        assert bad.shape == page.shape
        assert bad[33:47, 44:76].mean() + 25 < bad[5:20, 44:76].mean()
