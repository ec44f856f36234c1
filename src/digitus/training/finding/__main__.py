"""python -m digitus.training.finding FOLDER: trains the finder; goes on where it was broken off."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from digitus.training.finding.fit import Settings, fit

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    print(f"The finder is {fit(Path(sys.argv[1]), Settings())}")
