"""JSON -> what a call says, after a look at how much there is to be parsed.

Of two megabytes of ``0,0,0`` a parser makes a gigabyte of values and errors, and lets no other
thread run meanwhile.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from digitus.errors import CallRefused
from digitus.server import problems

Said = TypeVar("Said", bound=BaseModel)
# What a body may hold besides: so much of a wrong one is parsed, and told precisely.
SPARE = 10_000


def parsed(schema: type[Said], body: bytes, most_signs: int, most_names: int) -> Said:
    """Parse a body.

    Args:
        schema: What it should be.
        body: JSON.
        most_signs: How many commas and opening brackets the largest call has.
        most_names: How many members of objects, and colons in texts, the largest call has.

    Raises:
        CallRefused: It is something else, or holds more.
    """
    signs = sum(map(body.count, (b",", b"[", b"{")))
    if signs > most_signs + SPARE or body.count(b":") > most_names + SPARE:
        raise CallRefused(
            "The JSON holds more than a call may: make several calls; /docs says what may be given",
            "too-large",
        )
    try:
        return schema.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise problems.faults(error) from None
