"""Reads digits in a Streamlit app: pictures from files, from the camera, or drawn.

pip install . streamlit
streamlit run examples/streamlit_app.py
"""

from __future__ import annotations

import base64
from typing import Any, Literal

import streamlit as st

from digitus import Reader
from digitus.drawing import annotate
from digitus.errors import ImageError
from digitus.image import load
from digitus.reading import Reading

TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "ppm", "avif"]
EXPECT: dict[str, Literal["digit", "numbers"]] = {"Numbers": "numbers", "One digit": "digit"}

SHEET = '<canvas width="480" height="240"></canvas><br><button>Clear</button>'
STYLE = """
canvas { background: white; border: 1px solid #999; cursor: crosshair; touch-action: none }
"""
PEN = """
export default ({ parentElement, setStateValue }) => {
  const sheet = parentElement.querySelector("canvas");
  const pen = Object.assign(sheet.getContext("2d"), { lineWidth: 12, lineCap: "round" });
  const go = ({ offsetX, offsetY }) => { pen.lineTo(offsetX, offsetY); pen.stroke(); };
  sheet.onpointerdown = (event) => {
    sheet.setPointerCapture(event.pointerId);
    pen.beginPath();
    go(event);  // begins the line
    go(event);  // a dot, until it moves
  };
  sheet.onpointermove = (event) => sheet.hasPointerCapture(event.pointerId) && go(event);
  sheet.onpointerup = () => setStateValue("picture", sheet.toDataURL());
  parentElement.querySelector("button").onclick = () => {
    pen.clearRect(0, 0, sheet.width, sheet.height);
    setStateValue("picture", null);
  };
};
"""

sheet = st.components.v2.component("sheet", html=SHEET, css=STYLE, js=PEN)
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
source = st.radio("Pictures from", ["Files", "Camera", "Drawing"], horizontal=True)
choice = st.radio("What is in them", list(EXPECT), horizontal=True)
if source == "Files":
    for file in st.file_uploader("Pictures", TYPES, accept_multiple_files=True):
        show(file.name, file.getvalue(), EXPECT[choice])
elif source == "Camera":
    if photo := st.camera_input("A photo"):
        show(photo.name, photo.getvalue(), EXPECT[choice])
elif drawn := sheet(key="drawn", on_picture_change=lambda: None).picture:  # data:image/png;base64,
    show("Drawing", base64.b64decode(drawn.partition(",")[2]), EXPECT[choice])
