"""Whether a number that was printed is the expected one, at the precision it was printed with."""

import re
from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.cells import Entry, read_number, round_half_up
from selfeval_xl.checks.base import Found, points
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import Profile


def points_agree(
    entry: Entry, expected: Decimal, usual: int, full: Decimal | None, exact: Decimal | None = None
) -> bool:
    """Whether points are the expected ones, or those with fewer decimals where some are printed: 9.8 for 9.76.

    A whole number is no rounding, and full points are never the rounded form of fewer.
    """
    stated, printed = entry.number, places(entry.written)
    if stated is None or round_half_up(stated, usual) == expected:
        return True
    return printed > 0 and stated != full and _rounded(stated, expected, printed, usual, exact)


def rate_agrees(entry: Entry, expected: Decimal, usual: int, exact: Decimal | None) -> bool:
    """The same for a rate, which may be printed as a whole per cent: 81% for 80.89%, but never 100% for less."""
    stated = entry.number
    if stated is None or round_half_up(stated, usual) == expected:
        return True
    return stated != 1 and _rounded(stated, expected, rate_places(entry), usual, exact)


def _rounded(stated: Decimal, expected: Decimal, printed: int, usual: int, exact: Decimal | None) -> bool:
    """Whether the expected number is the printed one at the printed precision.

    `exact` is the expected number before it was rounded, so that a printed number may have been rounded only once.
    """
    shown = round_half_up(stated, printed)
    return printed < usual and shown in {
        round_half_up(number, printed) for number in (expected, expected if exact is None else exact)
    }


def places(written: str) -> int:
    """How many decimals are printed; the rounded value is what the reader of the form sees."""
    decimals = _DECIMALS.search(written)
    return len("".join(decimals.group(1).split())) if decimals else 0


_DECIMALS = expression(r"[.．]\s*([\d\s]*)")


def rate_places(entry: Entry) -> int:
    """The same for a rate, as a fraction: 81% and 0.81 have two decimals, and 100% may be printed as 1."""
    per_cent = read_number(re.sub("[%％]", "", entry.written))
    number = entry.number
    if per_cent is not None and number is not None and abs(per_cent - number * 100) < abs(per_cent - number):
        return places(entry.written) + 2
    return places(entry.written) or 2


def points_differ(
    entry: Entry,
    expected: Decimal | None,
    name: str,
    basis: str,
    profile: Profile,
    full: Decimal | None = None,
    exact: Decimal | None = None,
) -> Iterator[Found]:
    """A printed number of points against the computed one."""
    stated = entry.number
    if stated is None or expected is None or points_agree(entry, expected, profile.score_places, full, exact):
        return
    more_or_less = "多" if stated > expected else "少"
    shown, gap = points(expected), points(abs(stated - expected))
    settle = f"请改为 {shown} 或核对各项。" if expected <= profile.total_points else "请核对各项。"
    yield Found(entry, f"{name}填 {points(stated)}，{basis}应为 {shown}，{more_or_less} {gap}。{settle}", expected)
