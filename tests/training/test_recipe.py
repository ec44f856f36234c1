from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from digitus.errors import InvalidRecipe
from digitus.training import recipe
from digitus.training.recipe import Recipe, known, load

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
corrupted = 7
held_out = true
through_ink = true

[data.share]
mnist = 0.5
negatives = 1

[augmentation]
rotation = 10
blur = 0.5

[network]
layers = [
    { conv = 4 },  # the first
    { flatten = true },
]

[schedule]
epochs = 2
batch = 16
learning_rate = 1e-3
optimizer = "adamw"
warmup = 1
decay = "cosine"
weight_decay = 0.01
label_smoothing = 0.02
average = 0.9
precision = "bfloat16"
"""
LINES = GOOD.splitlines()
KEYS = [field for field in dataclasses.fields(Recipe) if field.name in ("name", "seed")] + [
    field for table in (recipe.Data, recipe.Schedule) for field in dataclasses.fields(table)
]
NEEDED = ["name", "seed", "samples", "epochs", "batch", "learning_rate"]


def line_of(start: str) -> int:
    return next(number for number, line in enumerate(LINES, 1) if line.strip().startswith(start))


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
    shares = {"mnist": 0.5, "negatives": 1}
    assert tiny.data == recipe.Data(64, shares, True, True, 1, 2, 3, 4, 5, 6, 7)
    assert [layer.kind for layer in tiny.network.layers] == ["conv", "flatten"]
    assert tiny.network.layers[0].options["conv"] == 4
    assert tiny.network.layers[0].options["kernel"] == 3
    assert tiny.schedule == recipe.Schedule(
        2, 16, 1e-3, "adamw", 1.0, "cosine", 0.01, 0.02, 0.9, "bfloat16"
    )
    assert tiny.augmentation == recipe.Augmentation(rotation=10, blur=0.5)


def test_what_a_recipe_does_not_say_is_left_out(path: Path) -> None:
    tables = [
        'name = "tiny"\nseed = 1\n[data]\nsamples = 9\n[data.share]\nmnist = 1\n',
        "[network]\nlayers = [{ flatten = true }]\n",
        "[schedule]\nepochs = 1\nbatch = 3\nlearning_rate = 1\n",
    ]
    path.write_text("".join(tables), encoding="utf-8")
    short = load(str(path))
    assert short.augmentation == recipe.Augmentation()
    assert (short.data.pictures, short.schedule.decay, short.schedule.average) == (0, "none", 0)


def test_whole_numbers_do_where_others_are_wanted(path: Path) -> None:
    assert type(loaded(path).schedule.warmup) is float


@pytest.mark.parametrize("name", known())
def test_every_shipped_recipe_is_read_by_its_name(name: str) -> None:
    shipped = load(name)
    assert shipped.name == name
    assert shipped.data.samples >= shipped.schedule.batch
    assert recipe.from_json(recipe.to_json(shipped)) == shipped


def test_the_shipped_reader_learns_from_everything() -> None:
    assert set(load("digitus").data.share) == {
        *("mnist", "numbers_ch", "optdigits", "semeion", "hwd1000", "pendigits", "unipen"),
        *("pictures", "synthesised", "negatives"),
    }


def test_an_unknown_name_tells_the_known_ones(tmp_path: Path) -> None:
    for name in ("nonesuch", str(tmp_path / "none.toml"), str(tmp_path)):
        with pytest.raises(InvalidRecipe, match=r"no recipe .*digitus") as caught:
            load(name)
        assert name in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name =", b"name = 1\nname = 2", b"\0"])
def test_what_is_not_toml(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(InvalidRecipe, match=r"tiny\.toml' cannot be used .*mend it"):
        load(str(path))


def test_a_file_too_large_for_a_recipe_is_not_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InvalidRecipe, match="more than 1 MB"):
        load(str(path))


def test_a_mark_at_the_beginning_is_left_out(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8-sig")
    assert load(str(path)).name == "tiny"


def test_an_empty_file_is_no_recipe(path: Path) -> None:
    path.touch()
    with pytest.raises(InvalidRecipe, match=r"tiny\.toml'.* lacks the key 'samples': add it"):
        load(str(path))


@pytest.mark.parametrize("key", NEEDED)
def test_a_missing_key_is_named(path: Path, key: str) -> None:
    line = next(line for line in LINES if line.startswith(f"{key} = "))
    with pytest.raises(InvalidRecipe, match=f"lacks the key '{key}': add it"):
        loaded(path, line)


def test_missing_shares_are_named(path: Path) -> None:
    with pytest.raises(InvalidRecipe, match="lacks the key 'share'"):
        loaded(path, "[data.share]\nmnist = 0.5\nnegatives = 1\n")


def test_ones_own_files_are_named_with_their_line_and_set_by_hand(path: Path) -> None:
    with pytest.raises(InvalidRecipe, match=f"line {line_of('negatives = 1')}: 'my digits.csv'"):
        loaded(path, "negatives = 1", '"my digits.csv" = -1')
    path.write_text(GOOD, encoding="utf-8")
    changed = load(str(path), ['data.share."my digits.csv"=2', "data.share.'mine/'=3"])
    assert changed.data.share == {"mnist": 0.5, "negatives": 1, "my digits.csv": 2, "mine/": 3}


def test_ones_own_digits_lie_beside_the_recipe_or_where_we_are(
    path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path_factory.mktemp("here")
    (path.parent / "mine").mkdir()
    for place in (path.parent, here):
        (place / "digits.csv").touch()
    (here / "more.csv").touch()
    monkeypatch.chdir(here)
    own = '"mine/" = 1\n"digits.csv" = 1\n"more.csv" = 1\n"none.csv" = 1\nmnist = 1'
    share = loaded(path, "mnist = 0.5\nnegatives = 1", own).data.share
    beside = [str((path.parent / name).resolve()) for name in ("mine", "digits.csv")]
    assert list(share) == [*beside, str((here / "more.csv").resolve()), "none.csv", "mnist"]


@pytest.mark.parametrize("place", ["seed = 7", "samples = 64", "rotation = 10", "batch = 16"])
def test_an_unknown_key_is_named_with_its_line(path: Path, place: str) -> None:
    says = f"line {line_of(place) + 1}: nothing uses the key 'sed': remove it"
    with pytest.raises(InvalidRecipe, match=says):
        loaded(path, place, f"{place}\nsed = 3")


def test_a_key_of_a_table_is_told_where_it_belongs(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(InvalidRecipe, match=r"--set epochs=3: .*did you mean 'schedule\.epochs'"):
        load(str(path), ["epochs=3"])


def test_an_unknown_table_is_named(path: Path) -> None:
    with pytest.raises(InvalidRecipe, match="nothing uses the key 'optimizer'"):
        loaded(path, "[network]", "[optimizer]\nbeta = 0.9\n\n[network]")


@pytest.mark.parametrize("field", [f for f in KEYS if f.name != "share"], ids=lambda f: f.name)
def test_a_value_of_a_wrong_type_is_named_with_its_line(
    path: Path, field: dataclasses.Field[object]
) -> None:
    line = next(line for line in LINES if line.startswith(f"{field.name} = "))
    wrong = {
        "int": ("1.5", "true", '"7"'),
        "float": ("true", '"7"'),
        "str": ("7", "[]"),
        "bool": ("1", '"yes"'),
    }
    for value in wrong[str(field.type)]:
        says = f"line {line_of(line)}: '{field.name}' is .* of type {field.type}"
        with pytest.raises(InvalidRecipe, match=says):
            loaded(path, line, f"{field.name} = {value}")


@pytest.mark.parametrize("share", ['"much"', "true", "-0.5", "nan", "inf", "[]"])
def test_a_share_that_is_none_is_named(path: Path, share: str) -> None:
    with pytest.raises(InvalidRecipe, match=f"line {line_of('mnist')}: 'mnist'"):
        loaded(path, "mnist = 0.5", f"mnist = {share}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", "-1"),
        ("samples", "0"),
        ("epochs", "0"),
        ("batch", "0"),
        ("blur", "1.5"),
        ("learning_rate", "nan"),
        ("label_smoothing", "2"),
        ("optimizer", '"lion"'),
        ("decay", '"slow"'),
        ("name", '"../tiny"'),
    ],
)
def test_a_value_that_cannot_be_is_named(path: Path, key: str, value: str) -> None:
    line = next(line for line in LINES if line.startswith(f"{key} = "))
    with pytest.raises(InvalidRecipe, match=f"line {line_of(line)}: "):
        loaded(path, line, f"{key} = {value}")


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        ("{ conv = 0 }", "'conv' is 0, but must be a whole number from 1 to 4096"),
        ("{ conv = 4, flatten = true }", "must name just one of"),
        ("{ kernel = 4 }", "must name just one of"),
        ("{ conv = 4, width = 3 }", "conv has no option 'width': choose from conv, kernel"),
        ('{ conv = 4, activation = "sharp" }', "'activation' is 'sharp', but must be one of relu"),
        ("{ conv = 4, normalise = 1 }", "'normalise' is 1, but must be true or false"),
        ('{ dropout = "half" }', "'dropout' is 'half', but must be from 0 to 0.95"),
        ("4", "4 is no layer: write it like"),
    ],
)
def test_a_layer_that_cannot_be_is_named_with_its_line(path: Path, layer: str, says: str) -> None:
    for place, number in (("{ conv = 4 }", 1), ("{ flatten = true }", 2)):
        with pytest.raises(InvalidRecipe, match=f"layer {number}: .*{says}") as caught:
            loaded(path, place, layer)
        if layer != "4":
            assert f"line {line_of(place)}:" in str(caught.value)


@pytest.mark.parametrize("layers", ["", "layers = []", 'layers = "conv"', 'file = "none.py"'])
def test_a_network_must_be_there(path: Path, layers: str) -> None:
    listed = GOOD[GOOD.index("layers = [") : GOOD.index("[schedule]")]
    with pytest.raises(InvalidRecipe):
        loaded(path, listed, f"{layers}\n")


def test_a_network_of_ones_own_lies_beside_the_recipe(path: Path) -> None:
    listed = GOOD[GOOD.index("layers = [") : GOOD.index("[schedule]")]
    (path.parent / "mine.py").touch()
    network = loaded(path, listed, 'file = "mine.py"\n').network
    assert (network.layers, network.file) == ((), str((path.parent / "mine.py").resolve()))


def test_a_network_of_ones_own_for_a_shipped_recipe_lies_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").touch()
    changes = ["network.layers=[]", "network.file=mine.py"]
    assert load("dense", changes).network.file == str(Path("mine.py").resolve())
    with pytest.raises(InvalidRecipe, match=r"no file 'none\.py', neither beside .* nor here"):
        load("dense", [changes[0], "network.file=none.py"])


def test_values_can_be_changed_by_hand(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8")
    changes = [
        "seed=9",
        "schedule.epochs=5",
        "schedule.optimizer=sgd",
        "data.share.mnist=2",
        "augmentation.speck=0.25",
        "network.layers=[{ flatten = true }]",
    ]
    changed = load(str(path), changes)
    assert (changed.seed, changed.schedule.epochs, changed.schedule.optimizer) == (9, 5, "sgd")
    assert changed.data.share == {"mnist": 2, "negatives": 1}
    assert changed.augmentation.speck == 0.25
    assert len(changed.network.layers) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("schedule.epochs=0", "--set schedule.epochs=0: 'epochs' is 0"),
        ("schedule.epoch=3", "--set schedule.epoch=3: nothing uses the key 'epoch'"),
        ("schedule.epochs=many", "'epochs' is 'many', but must be of type int"),
        ("schedule.epochs", "write it like --set schedule.epochs=3"),
        ("=3", "write it like"),
        ("seed.of=3", "'seed' is a value, not a table"),
        ("network.layers=[{ conv = 0 }]", "--set network.layers=.*layer 1: 'conv' is 0"),
    ],
)
def test_a_change_that_cannot_be_is_named(path: Path, change: str, says: str) -> None:
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(InvalidRecipe) as caught:
        load(str(path), [change])
    assert re.search(says, str(caught.value))
