from __future__ import annotations

import numpy as np
import pytest

from digitus.training.finding.sureness import fit


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.68, -0.44), (1.7, 0.9)])
def test_the_curve_that_fates_were_drawn_by_is_found(slope: float, offset: float) -> None:
    rng = np.random.default_rng(3)
    odds = rng.normal(1, 2, 20_000)
    right = rng.random(odds.size) < 1 / (1 + np.exp(-slope * odds - offset))
    assert fit(odds, right) == pytest.approx((slope, offset), abs=0.1)


def test_where_all_is_right_the_curve_stays_finite() -> None:
    found = fit(np.linspace(0, 5, 50), np.ones(50, bool))
    assert np.isfinite(found).all()
    assert found[0] > 0
