from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from digitus.errors import InvalidRecipe
from digitus.training import datasets, recipe
from digitus.training.recipe import Recipe, load

GOOD = """
name = "tiny"
seed = 7

[data]
samples = 64
drawings = 1
pictures = 2
synthesised = 3
negative_strokes = 4
negative_pictures = 5
negative_pairs = 6

[data.share]
mnist = 0.5
negatives = 1

[network]
stem = 4
width = 4
blocks = 1
dropout = 0

[schedule]
epochs = 2
batch = 16
learning_rate = 1e-3
weight_decay = 0.01
label_smoothing = 0.02
"""
KEYS = [field for field in dataclasses.fields(Recipe) if field.name in ("name", "seed")] + [
    field
    for table in (recipe.Data, recipe.Network, recipe.Schedule)
    for field in dataclasses.fields(table)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tiny.toml"


def loaded(path: Path, old: str = "", new: str = "") -> Recipe:
    """Load the good recipe with one piece of it replaced."""
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    return load(str(path))


def test_a_recipe_is_read_by_its_path(path: Path) -> None:
    tiny = loaded(path)
    assert (tiny.name, tiny.seed) == ("tiny", 7)
    assert tiny.data == recipe.Data(64, 1, 2, 3, 4, 5, 6, {"mnist": 0.5, "negatives": 1})
    assert tiny.network == recipe.Network(stem=4, width=4, blocks=1, dropout=0.0)
    assert tiny.schedule == recipe.Schedule(2, 16, 1e-3, 0.01, 0.02)


def test_whole_numbers_do_where_others_are_wanted(path: Path) -> None:
    assert type(loaded(path).network.dropout) is float


def test_the_shipped_recipe_is_read_by_its_name() -> None:
    shipped = load("digitus")
    assert shipped.name == "digitus"
    made = {"pictures", "synthesised", "negatives"}
    assert set(shipped.data.share) == {*datasets.SOURCES, *made}
    assert all(share > 0 for share in shipped.data.share.values())
    assert shipped.data.samples >= shipped.schedule.batch


def test_an_unknown_name_tells_the_known_ones(tmp_path: Path) -> None:
    for name in ("nonesuch", str(tmp_path / "none.toml"), str(tmp_path)):
        with pytest.raises(InvalidRecipe, match=r"no recipe .*digitus") as caught:
            load(name)
        assert name in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name =", b"name = 1\nname = 2", b"\0"])
def test_what_is_not_toml(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(InvalidRecipe, match=r"tiny\.toml' is not TOML .*mend it"):
        load(str(path))


def test_an_empty_file_is_no_recipe(path: Path) -> None:
    path.touch()
    with pytest.raises(InvalidRecipe, match=r"tiny\.toml' has no table \[data\]: add it"):
        load(str(path))


@pytest.mark.parametrize("key", [field.name for field in KEYS if field.name != "share"])
def test_a_missing_key_is_named(path: Path, key: str) -> None:
    line = next(line for line in GOOD.splitlines() if line.startswith(f"{key} = "))
    with pytest.raises(InvalidRecipe, match=f"lacks the key '{key}': add it"):
        loaded(path, line)


@pytest.mark.parametrize("table", ["data", "network", "schedule"])
def test_a_missing_table_is_named(path: Path, table: str) -> None:
    tables = GOOD.split("\n\n")
    rest = [part for part in tables if not part.startswith(f"[{table}")]
    path.write_text("\n\n".join(rest), encoding="utf-8")
    with pytest.raises(InvalidRecipe, match=rf"no table \[{table}\]: add it"):
        load(str(path))


def test_missing_shares_are_named(path: Path) -> None:
    shares = "[data.share]\nmnist = 0.5\nnegatives = 1\n"
    with pytest.raises(InvalidRecipe, match="lacks the key 'share'"):
        loaded(path, shares)


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("seed = 7", "The recipe"),
        ("samples = 64", "[data]"),
        ("stem = 4", "[network]"),
        ("batch = 16", "[schedule]"),
    ],
)
def test_an_unknown_key_is_named_with_its_place(path: Path, place: str, where: str) -> None:
    with pytest.raises(InvalidRecipe, match="key 'sed' that nothing uses: remove it") as caught:
        loaded(path, place, f"{place}\nsed = 3")
    assert str(caught.value).startswith(where)


def test_an_unknown_table_is_named(path: Path) -> None:
    with pytest.raises(InvalidRecipe, match="'optimizer' that nothing uses"):
        loaded(path, "[network]", "[optimizer]\nbeta = 0.9\n\n[network]")


@pytest.mark.parametrize("field", [f for f in KEYS if f.name != "share"], ids=lambda f: f.name)
def test_a_value_of_a_wrong_type_is_named(path: Path, field: dataclasses.Field[object]) -> None:
    line = next(line for line in GOOD.splitlines() if line.startswith(f"{field.name} = "))
    wrong = {"int": ("1.5", "true", '"7"'), "float": ("true", '"7"'), "str": ("7", "[]")}
    for value in wrong[str(field.type)]:
        with pytest.raises(InvalidRecipe, match=f"'{field.name}' is .* of type {field.type}"):
            loaded(path, line, f"{field.name} = {value}")


@pytest.mark.parametrize("share", ['"much"', "true", "-0.5", "nan", "inf", "[]"])
def test_a_share_that_is_none_is_named(path: Path, share: str) -> None:
    with pytest.raises(InvalidRecipe, match="mnist"):
        loaded(path, "mnist = 0.5", f"mnist = {share}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", "-1"),
        ("samples", "0"),
        ("epochs", "0"),
        ("batch", "0"),
        ("width", "0"),
        ("dropout", "1.5"),
        ("learning_rate", "nan"),
        ("label_smoothing", "2"),
    ],
)
def test_a_value_that_cannot_be_is_named(path: Path, key: str, value: str) -> None:
    line = next(line for line in GOOD.splitlines() if line.startswith(f"{key} = "))
    with pytest.raises(InvalidRecipe, match=f"'{key}'"):
        loaded(path, line, f"{key} = {value}")
