from __future__ import annotations

import inspect
import re

import pytest

from digitus import errors

CLASSES = {
    name: cls
    for name, cls in vars(errors).items()
    if inspect.isclass(cls) and cls.__module__ == errors.__name__
}


def drawn_tree() -> dict[str, str]:
    """Return child -> parent as the module's docstring draws them."""
    tree: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        if not (match := re.match(r"([ │├└─]*)([A-Z]\w+Error|[A-Z]\w+)\b", line)):
            continue
        indent, name = len(match[1]), match[2]
        if name not in CLASSES:
            continue
        while above and above[-1][0] >= indent:
            above.pop()
        tree[name] = above[-1][1] if above else "Exception"
        above.append((indent, name))
    return tree


def test_docstring_draws_the_classes() -> None:
    assert drawn_tree() == {name: cls.__base__.__name__ for name, cls in CLASSES.items()}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_error_is_one_of_ours(name: str) -> None:
    cls = CLASSES[name]
    assert issubclass(cls, errors.DigitusError)
    assert cls.__doc__
    assert str(cls("what to do")) == "what to do"


def test_ours_hide_no_built_in_exceptions() -> None:
    assert not issubclass(errors.DigitusError, (OSError, ValueError))
