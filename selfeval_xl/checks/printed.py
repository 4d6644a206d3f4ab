"""Whether a number that was printed is the expected one, at the precision it was printed with."""

import re
from decimal import Decimal

from selfeval_xl.cells import Entry, read_number, round_half_up


def agree(stated: Decimal, expected: Decimal, printed: int, usual: int, exact: Decimal | None = None) -> bool:
    """Whether the number, as it is printed or as it is kept, is the expected one at that precision.

    80.9% agrees with 80.89%, and so does 8.0885 with 8.09. `exact` is the expected number before it was rounded,
    so that a printed number may have been rounded only once.
    """
    if round_half_up(stated, usual) == expected:
        return True
    shown = round_half_up(stated, printed)
    return printed < usual and shown in {round_half_up(number, printed) for number in (expected, exact or expected)}


def places(written: str) -> int:
    """How many decimals are printed; the rounded value is what the reader of the form sees."""
    decimals = re.search(r"[.．]\s*([\d\s]*)", written)
    return len(re.sub(r"\s", "", decimals.group(1))) if decimals else 0


def rate_places(entry: Entry) -> int:
    """The same for a rate, as a fraction: 81% and 0.81 have two decimals, and 100% may be printed as 1."""
    per_cent = read_number(re.sub("[%％]", "", entry.written))
    number = entry.number
    if per_cent is not None and number is not None and abs(per_cent - number * 100) < abs(per_cent - number):
        return places(entry.written) + 2
    return places(entry.written) or 2
