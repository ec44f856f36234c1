"""Reads digits in a Streamlit app: pictures from files or from the camera.

    pip install . streamlit
    streamlit run examples/streamlit_app.py

There is no canvas to draw on: Streamlit has none of its own, and the usual component,
streamlit-drawable-canvas, has not followed Streamlit since its version 1.40. To draw, use
`digitus draw`, or the page that `digitus serve` shows.
"""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from digitus import Reader
from digitus.drawing import annotate
from digitus.errors import ImageError
from digitus.image import load
from digitus.reading import Reading

TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "ppm", "avif"]
EXPECT: dict[str, Literal["digit", "numbers"]] = {"Numbers": "numbers", "One digit": "digit"}

shared_reader = st.cache_resource(Reader)  # the model is loaded once for all who visit


def rows(reading: Reading) -> list[dict[str, Any]]:
    """Return the table: a row a digit, with its number and its runners-up."""
    return [
        {
            "number": number.text,
            "digit": str(digit.digit),
            "confidence": 100 * digit.confidence,
            "or": ", ".join(f"{o.digit} ({o.confidence:.1%})" for o in digit.alternatives),
        }
        for number in reading.numbers
        for digit in number.digits
    ]


def show(name: str, content: bytes, expect: Literal["digit", "numbers"]) -> None:
    """Read one picture and show what was read."""
    try:
        pixels = load(content).pixels
        reading = shared_reader().read(pixels, expect=expect)
    except ImageError as error:  # its sentence says what to do
        st.error(f"{name}: {error}")
        return
    left, right = st.columns(2)
    left.image(annotate(pixels, reading), caption=name)
    if not reading:
        right.info("No digit")
        return
    right.code(reading.text, language=None)
    share = st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)
    right.dataframe(rows(reading), column_config={"confidence": share}, hide_index=True)


st.set_page_config("digitus", layout="wide")
st.title("Handwritten digits")
source = st.radio("Pictures from", ["Files", "Camera"], horizontal=True)
choice = st.radio("What is in them", list(EXPECT), horizontal=True)
if source == "Files":
    pictures = st.file_uploader("Pictures", TYPES, accept_multiple_files=True)
else:
    photo = st.camera_input("A photo")
    pictures = [photo] if photo else []
for picture in pictures:
    show(picture.name, picture.getvalue(), EXPECT[choice])
