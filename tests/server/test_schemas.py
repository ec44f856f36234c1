from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from digitus import reading as library
from digitus.reader import Expect
from digitus.server import schemas
from digitus.server.problems import KINDS, content

FULL = library.Reading(
    "7.png", 1, 60, 40,
    ((library.Number.of([
        library.Digit(7, 0.9, (1, 2, 3, 4), (library.Alternative(1, 0.05),)),
        library.Digit(0, 0.8, (5, 2, 9, 4)),
    ]),),),
    rotation=90,
)  # fmt: skip
FAILED = library.Reading("x", 1, 0, 0, error=library.ReadingError("UnreadableImage", "no"))


@pytest.mark.parametrize("reading", [FULL, FAILED])
def test_the_schema_describes_what_a_reading_exports_and_no_more(reading):
    exported = reading.to_dict()
    assert schemas.Reading.model_validate(exported, strict=True).model_dump() == exported
    with pytest.raises(ValidationError):
        schemas.Reading.model_validate({**exported, "more": 1})


def test_what_may_be_expected_is_what_the_reader_knows():
    schema = schemas.flat(schemas.ReadOptions)["properties"]["expect"]
    assert tuple(schema["anyOf"][0]["enum"]) == get_args(Expect)


def test_a_flat_schema_refers_to_nothing():
    assert "$ref" not in str(schemas.flat(schemas.Pictures))


@pytest.mark.parametrize("kind", KINDS)
def test_every_problem_has_the_form_that_is_described(kind):
    found = schemas.Problem.model_validate_json(content(kind, "what to do"))
    assert found.status == KINDS[kind].status
    assert found.type == f"/docs#{kind}"
