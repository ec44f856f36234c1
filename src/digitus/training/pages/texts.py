"""What people write: numbers of all kinds, amounts, dates, words, as plain text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitus.training.pages.letters import CAPITALS, SMALL
from digitus.training.skeletons import LETTERS

# Odds of 1, 2, ... 12 digits in a number.
LENGTHS = (0.16, 0.17, 0.13, 0.14, 0.11, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01)
# How often an amount is round: ends in zeros.
ROUND = 0.45
# What people put behind an amount, so that nobody adds a digit.
CLOSINGS = (*("",) * 24, "-", ".-", ",-", "=", "--", ".--", ".", "~", ".=", "-.")
CURRENCIES = ("€", "$", "£", "CHF", "EUR", "Fr.", "USD", "$", "€")
UNITS = ("kg", "m", "cm", "km", "h", "%", "EUR", "CHF", "pt", "x", "€")
# Signs inside a number: what is left and right of them is read as one number.
JOINING = ".,'"
# A space inside a number, between thousands.
THIN = "\N{THIN SPACE}"
LETTER_POOL = "".join(
    name for name in (*LETTERS, *SMALL, *SMALL) if len(name) == 1 and name.islower()
)
CAPITAL_POOL = "".join(name for name in (*LETTERS, *CAPITALS) if len(name) == 1 and name.isupper())


def digits(rng: np.random.Generator, most: int = 12) -> str:
    """Gives 1 to `most` digits, few more often than many."""
    odds = np.array(LENGTHS[:most])
    return run(rng, 1 + int(rng.choice(len(odds), p=odds / odds.sum())))


def run(rng: np.random.Generator, count: int) -> str:
    """Gives so many digits, all equally likely."""
    return "".join(map(str, rng.integers(0, 10, count)))


def number(rng: np.random.Generator, most: int = 12) -> str:
    """Gives a number, mostly plain, now and then with a sign, a point or a unit.

    Args:
        rng: the source of chance.
        most: digits, at most.
    """
    chance = rng.random()
    if chance < 0.68 or most < 4:
        return digits(rng, most)
    if chance < 0.8:
        return f"{digits(rng, max(most - 2, 1))}{rng.choice(('.', ','))}{digits(rng, 2)}"
    if chance < 0.86:
        return f"{rng.choice(('-', '-', '+'))}{digits(rng, min(most, 4))}"
    if chance < 0.9:
        return f"{digits(rng, min(most, 4))}{_one(UNITS, rng)}"
    if chance < 0.94:
        return date(rng) if most >= 6 else digits(rng, most)
    if chance < 0.97:
        return f"{_one(CURRENCIES, rng)}{grouped(rng, int(rng.integers(2, min(most, 7))))}"
    half = max(1, min(2, most // 2))
    return f"{digits(rng, half)}{_one(('/', ':', '-', 'x'), rng)}{digits(rng, half)}"


def date(rng: np.random.Generator) -> str:
    """Gives a date or a time."""
    sign = _one((".", "/", "-", "."), rng)
    day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
    if rng.random() < 0.25:
        return f"{rng.integers(24):02d}:{rng.integers(60):02d}"
    year = int(rng.integers(1950, 2060))
    return f"{day:02d}{sign}{month:02d}{sign}{year if rng.random() < 0.5 else year % 100:02d}"


def grouped(rng: np.random.Generator, count: int) -> str:
    """Gives so many digits in groups of thousands, or plain, with round endings."""
    text = run(rng, count)
    if text[0] == "0":
        text = str(int(rng.integers(1, 10))) + text[1:]
    if rng.random() < ROUND:
        zeros = int(rng.integers(1, count))
        text = text[: count - zeros] + "0" * zeros
    sign = _one((".", ".", "", "'", ",", "", THIN, THIN), rng)
    groups = [text[max(0, end - 3) : end] for end in range(len(text), 0, -3)]
    return sign.join(reversed(groups))


def amount(rng: np.random.Generator, count: int) -> str:
    """Gives an amount of money as it stands on a cheque.

    Args:
        rng: the source of chance.
        count: of digits, without those of the cents.

    Returns:
        Digits, with dots, cents, a sign before and a dash behind now and then.
    """
    text = grouped(rng, count)
    if rng.random() < 0.1:
        text += f"{_one((',', '.'), rng)}{run(rng, 2)}"
    if rng.random() < 0.12:
        text = _one(("$", "=", "-", "#", "*", "€", "£", "$"), rng) + text
    return text + _one(CLOSINGS, rng)


def score(rng: np.random.Generator) -> str:
    """Gives what stands in a cell of a score sheet or a table."""
    chance = rng.random()
    if chance < 0.12:
        return f"-{rng.integers(1, 20)}"
    if chance < 0.8:
        return str(int(rng.integers(0, 100)) if rng.random() < 0.6 else int(rng.integers(0, 10)))
    if chance < 0.9:
        return str(int(rng.integers(100, 2000)))
    return f"{rng.integers(0, 100)}{_one('.,', rng)}{rng.integers(0, 10)}"


def word(rng: np.random.Generator) -> str:
    """Gives letters that make no sense, two to nine, and no digit."""
    count = int(rng.integers(2, 10))
    letters = "".join(_one(LETTER_POOL, rng) for _ in range(count))
    if rng.random() < 0.3:
        letters = _one(CAPITAL_POOL, rng) + letters[1:]
    return letters


def words(rng: np.random.Generator, count: int) -> str:
    """Gives so many words, with spaces between."""
    return " ".join(word(rng) for _ in range(count))


def _one(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
