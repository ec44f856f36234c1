from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

testing = pytest.importorskip(
    "streamlit.testing.v1", reason="Streamlit is not installed: pip install streamlit"
)

APP = Path(__file__).parents[2] / "examples" / "streamlit_app.py"

pytestmark = pytest.mark.usefixtures("reader")  # without a model nothing can be read


@pytest.fixture
def app() -> Any:
    return shown(testing.AppTest.from_file(str(APP), default_timeout=60))


def shown(app: Any) -> Any:
    """Run the app, which must not fail."""
    app.run()
    assert not app.exception
    return app


def drawn(*places: int, kind: str = "PNG") -> bytes:
    """A picture with a 7 at each place."""
    image = Image.new("RGB", (200, 80), "white")
    for x in places:
        corners = [(x, 20), (x + 28, 20), (x + 10, 56)]
        ImageDraw.Draw(image).line(corners, fill="black", width=4, joint="curve")
    content = io.BytesIO()
    image.save(content, kind)
    return content.getvalue()


def upload(app: Any, *pictures: tuple[str, bytes]) -> Any:
    app.file_uploader[0].set_value([(name, data, "image/png") for name, data in pictures])
    return shown(app)


def test_it_begins_empty(app):
    assert app.title[0].value == "Handwritten digits"
    assert not app.dataframe
    assert not app.image


def test_pictures_are_read_and_drawn_with_their_confidences(app):
    upload(app, ("two.png", drawn(60, 110)), ("one.png", drawn(80)))
    assert [one.value for one in app.code] == ["77", "7"]
    assert len(app.image) == 2
    table = app.dataframe[0].value
    assert list(table["digit"]) == ["7", "7"]
    assert (table["confidence"] > 50).all()
    assert (table["confidence"] <= 100).all()


def test_one_digit_can_be_asked_for(app):
    app.radio[1].set_value("One digit")
    shown(app)
    upload(app, ("two.png", drawn(40, 120)))
    assert [one.value for one in app.code] != ["77"]


def test_blank_paper_is_no_digit_and_a_torn_file_a_sentence(app):
    upload(app, ("blank.png", drawn()), ("torn.png", b"no picture"))
    assert [one.value for one in app.info] == ["No digit"]
    assert app.error[0].value.startswith("torn.png: ")
    assert len(app.image) == 1


def test_a_photo_is_read(app):
    assert not app.camera_input  # the camera is not started before it is asked for
    app.radio[0].set_value("Camera")
    shown(app)
    app.camera_input[0].set_value(("photo.jpg", drawn(80, kind="JPEG"), "image/jpeg"))
    shown(app)
    assert [one.value for one in app.code] == ["7"]


def test_a_drawing_is_read(app):
    app.radio[0].set_value("Drawing")
    shown(app)
    assert not app.code
    # As the canvas hands it over: dark strokes on nothing.
    sheet = Image.new("RGBA", (480, 240))
    ImageDraw.Draw(sheet).line([(160, 50), (260, 50), (200, 190)], fill="black", width=12)
    content = io.BytesIO()
    sheet.save(content, "PNG")
    address = "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
    app.session_state["drawn"] = {"picture": address}
    shown(app)
    assert [one.value for one in app.code] == ["7"]
    app.session_state["drawn"] = {"picture": None}  # cleared
    shown(app)
    assert not app.code
