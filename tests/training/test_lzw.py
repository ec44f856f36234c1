from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitus.training.lzw import decompress
from public_forms import compressed

LIMIT = 1 << 20
TEXT = " ".join(str(n * n * 7919 % 1000) for n in range(40_000)).encode()
# Made by compress itself: printf 'ababababab 0123456789' | compress
BY_COMPRESS = bytes.fromhex("1f9d9061c4041c28500c08183164cca051c3c60d1c3900")


@pytest.mark.parametrize("widest", range(10, 17))
def test_what_was_compressed_comes_back(widest: int) -> None:
    assert decompress(compressed(TEXT, widest), LIMIT) == TEXT


@pytest.mark.parametrize("clear_every", [3, 7, 8, 300, 5000])
def test_strings_may_be_forgotten_on_the_way(clear_every: int) -> None:
    assert decompress(compressed(TEXT[:20_000], 16, clear_every), LIMIT) == TEXT[:20_000]


@given(st.binary(max_size=2000), st.integers(10, 16), st.sampled_from([0, 3, 40]))
def test_any_bytes_come_back(data: bytes, widest: int, clear_every: int) -> None:
    assert decompress(compressed(data, widest, clear_every), LIMIT) == data


def test_a_file_of_the_program_itself() -> None:
    assert decompress(BY_COMPRESS, LIMIT) == b"ababababab 0123456789"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "compress"),
        (b"\x1f\x9d", "compress"),
        (b"\x1f\x8b\x90abc", "compress"),
        (b"\x1f\x9d\x91abc", "compress"),  # codes of 17 bits
        (b"\x1f\x9d\x90" + (300).to_bytes(2, "little"), "a code stands for nothing"),
        (b"\x1f\x9d\x90" + (97 | 300 << 9).to_bytes(3, "little"), "a code stands for nothing"),
    ],
)
def test_damage_is_told(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        decompress(data, LIMIT)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(ValueError, match="more than 1000 bytes"):
        decompress(compressed(bytes(100_000)), 1000)


@given(st.binary(max_size=300))
def test_rubbish_is_an_error_or_bytes(data: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(decompress(b"\x1f\x9d\x90" + data, LIMIT), bytes)
