"""python -m digitus.training.transcribing FOLDER: trains the transcriber."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from digitus.training.transcribing.fit import Settings, fit

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    print(f"The transcriber is {fit(Path(sys.argv[1]), Settings())}")
