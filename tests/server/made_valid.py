"""What schemathesis sends as valid: hooks for ``schemathesis run``.

OpenAPI cannot say "a picture", so that what is valid by it has to be made by us: a picture that is
whole glyphs, too, since readers of PNG do not mind what follows its end.
"""

from __future__ import annotations

import base64

import schemathesis
from hypothesis import strategies as st
from sevens import SEVEN

VALID = SEVEN + b"\0" * (-len(SEVEN) % 784)

for media_type in ("image/png", "image/jpeg", "application/octet-stream"):
    schemathesis.openapi.media_type(media_type, st.just(VALID))
schemathesis.openapi.format("binary", st.just(VALID))
schemathesis.openapi.format("base64", st.just(base64.b64encode(VALID).decode()))
