"""What the reader must reach, and what it should reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """Bounds of one measure, in percent.

    Attributes:
        floor: What must be reached.
        aim: What should be reached.
        at_most: Less is better: both are upper bounds.
    """

    floor: float
    aim: float
    at_most: bool = False

    def met(self, percent: float, bound: float) -> bool:
        """Tell whether a measured value keeps a bound; it is not rounded before."""
        return percent <= bound if self.at_most else percent >= bound

    def to_dict(self, percent: float) -> dict[str, float | bool]:
        """Return the bounds, and whether a measured value keeps them."""
        return {
            "floor": self.floor,
            "floor_met": self.met(percent, self.floor),
            "aim": self.aim,
            "aim_met": self.met(percent, self.aim),
        }


_REJECTED = Goal(90, 98)
_WRONGLY_REJECTED = Goal(1, 0.3, at_most=True)

GOALS: dict[str, dict[str, Goal]] = {
    "custom": {
        "accuracy": Goal(98.5, 99.8),
        "wrongly_rejected": _WRONGLY_REJECTED,
        "calibration_error": Goal(3, 1, at_most=True),
    },
    "numbers_ch": {"accuracy": Goal(98.5, 99.5), "wrongly_rejected": _WRONGLY_REJECTED},
    "pendigits": {"accuracy": Goal(98, 99.3), "wrongly_rejected": _WRONGLY_REJECTED},
    "optdigits": {"accuracy": Goal(98.5, 99.5), "wrongly_rejected": _WRONGLY_REJECTED},
    "mnist": {
        "accuracy": Goal(99.6, 99.75),
        "wrongly_rejected": _WRONGLY_REJECTED,
        "calibration_error": Goal(1, 0.3, at_most=True),
    },
    "not_a_digit": {"rejected": _REJECTED},
    "negatives": {"rejected": _REJECTED},
    "pages": {"digits": Goal(95, 99), "numbers": Goal(88, 97), "pages": Goal(70, 90)},
    "amounts": {"digit_strings": Goal(86, 94)},
    "spaced strings": {"pages": Goal(93, 97)},
    "touching strings": {"pages": Goal(90, 95)},
    "overlapping strings": {"pages": Goal(75, 88)},
    "pages without digits": {"found_per_100_pages": Goal(50, 10, at_most=True)},
    "sure numbers": {"wrong": Goal(1, 0.1, at_most=True)},
}
"""Goals by set and measure; a measure without one is only reported."""
