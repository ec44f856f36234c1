from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from digitus.errors import ImageTooLarge, ImageTooSmall, InvalidArray
from digitus.image import load

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


def grey(array: NDArray[Any]) -> NDArray[np.uint8]:
    pixels = load(array).pixels
    assert pixels.dtype == np.uint8
    assert pixels.shape == (*array.shape[:2], 3)
    assert (pixels == pixels[..., :1]).all()
    return pixels[..., 0]


@pytest.mark.parametrize("dtype", ["u1", "i2", ">i2", "u2", ">u2", "i4", "u4", "i8", "u8"])
def test_integers_up_to_255_stay_as_they_are(dtype: str) -> None:
    assert (grey(RAMP.astype(dtype)) == RAMP).all()


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f4", "f8", np.longdouble])
def test_floats(dtype: Any) -> None:
    assert (grey(RAMP.astype(dtype)) == RAMP).all()
    assert (grey((RAMP / 255).astype(dtype)) == RAMP).all()


def test_floats_that_rounding_carried_past_one_are_not_a_black_page() -> None:
    assert grey(np.full((9, 9), 1.0000002, np.float32)).min() == 255


def test_bool() -> None:
    mask = RAMP > 100
    assert (grey(mask) == np.where(mask, 255, 0)).all()


@pytest.mark.parametrize("kind", ["u1", "u2", ">u2", "i4", "i8", "f8"])
def test_an_array_of_zeros_and_ones_is_a_bitmap(kind: str) -> None:
    mask = RAMP > 100
    assert (grey(mask.astype(kind)) == np.where(mask, 255, 0)).all()
    assert not grey(np.zeros_like(mask).astype(kind)).any()


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_deep_integers_keep_their_upper_8_bits(bits: int) -> None:
    deep = RAMP.astype(np.uint16) << (bits - 8)
    assert (grey(deep) == RAMP).all()
    assert (grey(deep.astype(">u2")) == RAMP).all()


def test_an_even_number_of_bits_is_taken_for_the_scale() -> None:
    assert grey(np.full((9, 9), 400, np.uint16)).max() == 100  # of 10 bits, not of 9


def test_8_bits_times_257_come_back_exactly() -> None:
    assert (grey(RAMP.astype(np.uint16) * 257) == RAMP).all()


@pytest.mark.parametrize(("dtype", "level", "noise"), [("u2", 60_000, 250), ("f4", 0.9, 0.004)])
def test_noise_of_a_blank_page_is_not_amplified(dtype: str, level: float, noise: float) -> None:
    random = np.random.default_rng(0).uniform(-noise, noise, (40, 40))
    assert np.ptp(grey((level + random).astype(dtype))) <= 3


def test_channels() -> None:
    colour = np.stack([RAMP, RAMP.T, RAMP // 2], axis=-1)
    opaque = np.full_like(RAMP, 255)
    assert (load(colour).pixels == colour).all()
    assert (load(np.dstack([colour, opaque])).pixels == colour).all()
    assert (grey(RAMP[..., None]) == RAMP).all()
    assert (grey(np.dstack([RAMP, opaque])) == RAMP).all()


def test_plain_arrays_are_seen_and_not_copied() -> None:
    colour = np.zeros((9, 10, 3), np.uint8)
    assert np.shares_memory(load(colour).pixels, colour)
    assert np.shares_memory(load(RAMP).pixels, RAMP)
    assert load(RAMP).pixels.strides[2] == 0
    assert not load(colour).pixels.flags.writeable
    assert colour.flags.writeable


def test_views_of_any_stride() -> None:
    assert (grey(RAMP[::-1, ::-1]) == RAMP[::-1, ::-1]).all()
    assert (grey(np.asfortranarray(RAMP)) == RAMP).all()
    assert (grey(np.tile(RAMP, (2, 2))[::2, 1::2]) == np.tile(RAMP, (2, 2))[::2, 1::2]).all()


@pytest.mark.parametrize(
    ("array", "advice"),
    [
        (np.zeros((5, 28, 28), np.uint8), "classify"),
        (np.zeros((5, 28, 28, 1), np.uint8), "classify"),
        (np.zeros((3, 40, 50), np.uint8), r"np.moveaxis\(array, 0, -1\)"),
        (np.zeros(784, np.uint8), r"reshape\(28, 28\)"),
        (np.zeros(785, np.uint8), r"\[H, W\]"),
        (np.zeros((28, 28, 5), np.uint8), "batch"),
        (np.zeros((1, 1, 1, 28, 28), np.uint8), r"\[H, W\]"),
        (np.array(7), r"\[H, W\]"),
        (np.zeros((0, 28)), "empty"),
        (np.zeros((28, 28, 0)), "empty"),
        (np.full((28, 28), np.nan), "NaN"),
        (np.full((28, 28), np.inf, np.float16), "infinity"),
        (np.full((28, 28), -0.5), r"-0.5\.\.-0.5"),
        (np.full((28, 28), 1.05), "clip"),
        (np.full((28, 28), 300.0), r"0\.\.255"),
        (np.full((28, 28), -1), r"holds -1\.\.-1"),
        (np.full((28, 28), 256), r"0\.\.255"),
        (np.full((28, 28), None), "object"),
        (np.full((28, 28), "7"), "dtype"),
        (np.zeros((28, 28), complex), "complex128"),
        (np.zeros((28, 28), "datetime64[s]"), "datetime64"),
        (np.zeros((28, 28), [("x", "f4")]), "dtype"),
    ],
)
def test_no_picture(array: NDArray[Any], advice: str) -> None:
    with pytest.raises(InvalidArray, match=advice) as caught:
        load(array)
    assert str(caught.value).endswith(".")


def test_sizes() -> None:
    assert load(np.zeros((8, 8))).pixels.shape == (8, 8, 3)
    assert load(np.zeros((100_000, 8), np.uint8)).pixels.shape == (100_000, 8, 3)
    with pytest.raises(ImageTooSmall, match="7 x 8"):
        load(np.zeros((8, 7)))
    with pytest.raises(ImageTooLarge, match="100 megapixels"):
        load(np.broadcast_to(np.uint8(0), (10_001, 10_000)))


DTYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(),
    hnp.unsigned_integer_dtypes(),
    hnp.floating_dtypes(),
    hnp.complex_number_dtypes(),
    hnp.datetime64_dtypes(),
    hnp.byte_string_dtypes(),
)
SHAPES = st.one_of(
    hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=12),
    st.tuples(st.integers(6, 20), st.integers(6, 20), st.integers(0, 5)),
)


@given(DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES)))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
def test_any_array_is_a_page_or_an_error_of_ours(array: NDArray[Any]) -> None:
    before = array.copy()
    with contextlib.suppress(InvalidArray, ImageTooSmall):
        pixels = load(array).pixels
        assert pixels.dtype == np.uint8
        assert pixels.shape == (*array.shape[:2], 3)
    assert before.tobytes() == array.tobytes()


@given(hnp.arrays(np.uint8, st.tuples(st.integers(8, 20), st.integers(8, 20), st.just(3))))
def test_8_bit_colour_passes_unharmed(array: NDArray[np.uint8]) -> None:
    assume(array.max() > 1)  # else it is a bitmap
    assert (load(array).pixels == array).all()
