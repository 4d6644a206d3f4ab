"""What stands beside a target and is meant of it: 反向 that less is better, 月 what the number of the result counts."""

from selfeval_xl.cells import half_width
from selfeval_xl.patterns import expression
from selfeval_xl.scoring.measures import Measure, read_measure

_SIGNS = {
    "≥": expression(r"(?:正向?|正指标|越[高多大]越好)(?:指标)?"),
    "≤": expression(r"(?:[反负逆]向?|[反负逆]指标|越[低少小]越好)(?:指标)?"),
}


_IN_BRACKETS = expression(r"[(（]\s*([正反负逆]向)(?:指标)?\s*[)）]|^([正反负逆]向)指标")


def nature_in(name: str | None) -> str | None:
    """The nature that a name states itself: 单位成本（反向）, or a block of 反向指标."""
    stated = _IN_BRACKETS.search(name) if name is not None and "向" in name else None
    return None if stated is None else stated[1] or stated[2]


def with_sign(target: str | None, nature: str | None) -> str | None:
    """The target with the sign that its nature means where it has none: ≤50万元 for 反向 and 50万元."""
    words = "".join((nature or "").split())
    sign = next((sign for sign, named in _SIGNS.items() if named.fullmatch(words)), None)
    measure = read_measure(target) if sign is not None else None
    if measure is None or measure.number is None or measure.sign or measure.name or measure.upper is not None:
        return target
    return f"{sign}{target}"


def in_unit(target: str | None, actual: str | None, unit: str | None) -> str | None:
    """A bare result is in the unit of the column, a day or a share: 11 is 11月, 0.1 beside 0.5 is 0.1%."""
    asked, done = (read_measure(target), read_measure(actual)) if unit else (None, None)
    if asked is None or done is None or not done.is_bare:
        return actual
    is_share = asked.is_ratio and _are_near(asked, done)
    if not is_share and (asked.deadline is None or done.as_day is not None):
        return actual
    words = f"{half_width(actual or '').strip()}{unit}"
    read = read_measure(words)
    return words if read is not None and (read.is_ratio if is_share else read.deadline is not None) else actual


_NEAR = 20  # times: 0.06 beside 5% may as well be a fraction, and so may 0.9 beside 10%


def _are_near(asked: Measure, done: Measure) -> bool:
    """Whether a bare number is as large as that of the share asked for, in the same unit."""
    if asked.number is None or done.number is None or asked.upper is not None or done.upper is not None:
        return False
    written = asked.number / asked.factor
    return written / _NEAR < done.number < written * _NEAR and (done.number >= 1 or written < 1)
