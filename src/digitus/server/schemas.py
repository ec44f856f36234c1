"""The JSON of the API, as OpenAPI describes it; answers are written by `Reading.to_dict`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field

from digitus.glyph import SIDE

Confidence = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False, description="A calibrated probability, 0 to 1.")
]
Corners = Annotated[
    list[int],
    Field(
        min_length=4,
        max_length=4,
        description="Left, top, right, bottom in pixels of the upright picture; right and bottom "
        "exclusive.",
    ),
]
# 255.0 is a whole number in JSON, and no int in Python.
Level = Annotated[float, Field(ge=0, le=255, multiple_of=1)]
# The first wrong item is told, and not a million of them.
Row = Annotated[list[Level], Field(min_length=SIDE, max_length=SIDE), FailFast()]
Glyph = Annotated[list[Row], Field(min_length=SIDE, max_length=SIDE), FailFast()]
# Of the names of pictures.
MOST_LETTERS = 1000


class Schema(BaseModel):
    """What all have in common: a member that is not named here is a mistake."""

    model_config = ConfigDict(extra="forbid")


class ReadOptions(Schema):
    """How to read."""

    expect: Literal["digit", "numbers"] | None = Field(
        default=None,
        description="`numbers`: any page, which it is by default. `digit`: every picture holds one "
        "digit, or none.",
    )
    min_confidence: Confidence | None = Field(
        default=None, description="Tell only numbers that are right with at least this probability."
    )


class Picture(Schema):
    """A picture in JSON."""

    data: str = Field(
        description="The file in base64; a data URL is taken, too.",
        json_schema_extra={"format": "base64"},
    )
    name: str | None = Field(
        default=None, description="What the answer calls it.", max_length=MOST_LETTERS
    )


class Pictures(ReadOptions):
    """Pictures in JSON."""

    pictures: Annotated[list[Picture], FailFast()] = Field(min_length=1)


class Glyphs(Schema):
    """Glyphs in JSON."""

    glyphs: Annotated[list[Glyph], FailFast()] = Field(
        min_length=1,
        description="28 x 28 grey levels each, row by row, white ink on black, laid out as MNIST's "
        "digits are.",
    )


class Alternative(Schema):
    """What else a digit might be."""

    digit: int = Field(ge=0, le=9)
    confidence: Confidence


class Digit(Alternative):
    """A digit that was read."""

    box: Corners
    alternatives: list[Alternative]


class Number(Schema):
    """Neighbouring digits, read as one."""

    text: str = Field(pattern="^[0-9]+$")
    confidence: Confidence
    box: Corners
    digits: list[Digit]


class Failure(Schema):
    """Why a picture could not be read."""

    type: str
    message: str


class Reading(Schema):
    """What was read on a page; the same as a line of `digitus read --format jsonl`."""

    source: str = Field(description="The name that the picture was sent with.")
    page: int = Field(ge=1, description="Of a TIFF every page is read.")
    width: int = Field(ge=0)
    height: int = Field(ge=0)
    rotation: Literal[0, 90, 180, 270] = Field(
        description="By how many degrees the picture has to be turned clockwise to stand upright; "
        "boxes are in pixels of the picture as it came."
    )
    numbers: list[Number] = Field(description="In reading order; empty where there is no digit.")
    error: Failure | None


class Readings(Schema):
    """What was read, a page each, in the order in which the pictures were sent."""

    readings: list[Reading]


class Probabilities(Schema):
    """What glyphs are."""

    probabilities: list[
        Annotated[
            list[Confidence],
            Field(
                min_length=10,
                max_length=10,
                description="Of the digits 0 to 9; what they lack to 1 is the probability of no "
                "digit.",
            ),
        ]
    ]


class Limits(Schema):
    """What one call may hold."""

    max_bytes: int
    max_pixels: int
    max_pictures: int
    max_glyphs: int
    call_seconds: float
    upload_seconds: float


class About(Schema):
    """The program, its model and its limits."""

    digitus: str = Field(description="The version.")
    model: dict[str, Any] = Field(description="The card of the model.")
    limits: Limits


class State(Schema):
    """How the server is."""

    status: Literal["ok"]


class Problem(BaseModel):
    """What went wrong, and what to do (RFC 9457)."""

    type: str = Field(description="The address of the description of problems of this kind.")
    title: str
    status: int
    detail: str
    readings: list[Reading] | None = Field(
        default=None, description="Where no picture could be read: why, for each."
    )


def flat(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a model with every reference resolved."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolved(parts[node["$ref"].rpartition("/")[2]])
        return {key: resolved(value) for key, value in node.items()}

    found: dict[str, Any] = resolved(schema)
    return found
