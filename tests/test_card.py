from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digitus.card import Card, load_card
from digitus.errors import InvalidCard, ModelNotFound
from tiny_models import card_for

MODEL = b"the bytes of a model"
# The card's file is written anew for each example, so that a folder for all of them does.
shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda part: (
        st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=8), part, max_size=4)
    ),
    max_leaves=8,
)
KEYS = ["input.shape", "input.dtype", "input.scale", "output", "temperature", "reject_below"]


def changed(key: str, value: Any) -> dict[str, Any]:
    """A good card with one value changed; ``input.shape`` names a key of a table."""
    table, _, inner = key.rpartition(".")
    return card_for(MODEL, **({table: {inner: value}} if table else {key: value}))


def written(folder: Path, card: Any) -> Path:
    path = folder / "model.json"
    path.write_bytes(card if isinstance(card, bytes) else json.dumps(card).encode())
    return path


def test_a_card_says_how_the_model_wants_its_input(tmp_path: Path) -> None:
    card = card_for(
        MODEL,
        input={"shape": [28, 28, 1], "dtype": "float32", "scale": 1 / 255},
        output="probabilities",
        temperature=1.25,
        reject_below=0.4,
        author="somebody",
    )
    loaded = load_card(written(tmp_path, card), MODEL)
    assert loaded == Card((28, 28, 1), "float32", 1 / 255, "probabilities", 1.25, 0.4, card)
    assert loaded.everything["author"] == "somebody"


@pytest.mark.parametrize("shape", [[784], [28, 28], [1, 28, 28], [28, 28, 1]])
def test_a_glyph_may_have_any_shape_of_784_values(tmp_path: Path, shape: list[int]) -> None:
    path = written(tmp_path, changed("input.shape", shape))
    assert load_card(path, MODEL).shape == tuple(shape)


def test_a_missing_card_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ModelNotFound, match=r"no card .* write one") as caught:
            load_card(path, MODEL)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "key", ["input", "output", "temperature", "reject_below", "sha256", "shape", "dtype", "scale"]
)
def test_a_key_that_is_missing_is_named(tmp_path: Path, key: str) -> None:
    card = card_for(MODEL)
    (card if key in card else card["input"]).pop(key)
    with pytest.raises(InvalidCard, match=f"'{key}'"):
        load_card(written(tmp_path, card), MODEL)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("input.shape", [28, 27]),
        ("input.shape", [-28, -28]),
        ("input.shape", []),
        ("input.shape", [0, 784]),
        ("input.dtype", "int8"),
        ("input.dtype", "float64"),
        ("input.scale", 0),
        ("input.scale", -1),
        ("input.scale", math.nan),
        ("input.scale", math.inf),
        ("input.scale", 0.5),
        ("input.scale", 1e-300),
        ("output", "classes"),
        ("temperature", 0),
        ("temperature", -2),
        ("temperature", 0.001),
        ("temperature", 1000),
        ("temperature", math.nan),
        ("temperature", math.inf),
        ("reject_below", -0.1),
        ("reject_below", 1.1),
        ("reject_below", math.nan),
    ],
)
def test_a_value_that_cannot_be_is_named(tmp_path: Path, key: str, value: Any) -> None:
    with pytest.raises(InvalidCard, match=f"says {key} = .*mend it"):
        load_card(written(tmp_path, changed(key, value)), MODEL)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("input.shape", [28.9, 28]),
        ("input.scale", True),
        ("input.scale", "1"),
        ("temperature", True),
        ("reject_below", "0.5"),
    ],
)
def test_a_value_of_a_wrong_type_is_damage(tmp_path: Path, key: str, value: Any) -> None:
    with pytest.raises(InvalidCard, match="damaged"):
        load_card(written(tmp_path, changed(key, value)), MODEL)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b'"card"', b"\xff\xfe\x00", b"[" * 100_000, b'{"input": 5}'],
)
def test_a_damaged_card(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidCard, match=r"damaged .* restore it"):
        load_card(written(tmp_path, content), MODEL)


def test_a_huge_card_is_not_read_and_long_values_are_not_repeated(tmp_path: Path) -> None:
    for card in (b" " * 2_000_000, changed("temperature", "9" * 100_000)):
        with pytest.raises(InvalidCard, match="damaged") as caught:
            load_card(written(tmp_path, card), MODEL)
        assert len(str(caught.value)) < 1000


def test_a_card_of_another_model_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, card_for(MODEL))
    with pytest.raises(InvalidCard, match="another model"):
        load_card(path, MODEL[:-1])
    with pytest.raises(InvalidCard, match="another model"):
        load_card(written(tmp_path, card_for(MODEL) | {"sha256": None}), MODEL)


def test_a_checksum_may_be_in_capitals(tmp_path: Path) -> None:
    capitals = hashlib.sha256(MODEL).hexdigest().upper()
    assert load_card(written(tmp_path, card_for(MODEL, sha256=capitals)), MODEL)


@given(st.binary(max_size=60) | JSON)
@shared_folder
def test_anything_but_a_card_is_an_invalid_card(tmp_path: Path, content: Any) -> None:
    with pytest.raises(InvalidCard):
        load_card(written(tmp_path, content), MODEL)


@given(st.sampled_from(KEYS), JSON)
@example("input.shape", [math.inf])
@example("input.scale", 10**400)
@shared_folder
def test_a_card_is_refused_or_makes_sense(tmp_path: Path, key: str, value: Any) -> None:
    try:
        card = load_card(written(tmp_path, changed(key, value)), MODEL)
    except InvalidCard:
        return
    assert math.prod(card.shape) == 784
    assert min(card.shape) > 0
    assert card.dtype in ("uint8", "float32")
    assert 0 < card.scale < math.inf
    assert card.output in ("logits", "probabilities")
    assert 0 < card.temperature < math.inf
    assert 0 <= card.reject_below <= 1
