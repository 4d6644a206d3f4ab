"""A number whose unit is in doubt, in every unit that it may be in: 98 for ≥95%, 113760 for ≤11.376万元.

Where the target or the actual value has no unit, people meant one. What follows is only sure where each reading
gives the same.
"""

from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.scoring.measures import AT_MOST, Measure
from selfeval_xl.units import MONEY, RATIOS, conversion

MOSTLY = Decimal("0.5")  # a share of at least this is one to be reached: 合格率95%, but 损耗率5%
_FULL = 100  # per cent: a bare target above it is no percentage
_NO_SHARE, _LOW_SHARE = 150, 50  # a bare number from here on counts something, and below it may
_SHARES = ("率", "比例", "占比", "满意度")
_FAR = 20  # times the target: a bare number beyond this may be in the smaller unit
_TINY = Decimal("0.005")  # of the target: a bare number below this may be in 万
_TEN_THOUSAND = Decimal(10**4)
_ONE = Decimal(1)
_PER_CENT, _FAR_MILLE = RATIOS["%"], 10  # times the target: a bare number beyond this is no fraction, but in ‰


def readings(target: Measure, actual: Measure) -> Iterator[tuple[Decimal, Decimal]]:
    """Both ends of the actual value in the base of the target, once for each unit that it may be in."""
    low = actual.number if actual.number is not None else Decimal(0)
    high = low if actual.upper is None else actual.upper
    for factor in _factors(target, actual, low):
        yield low * factor, high * factor


def _factors(target: Measure, actual: Measure, number: Decimal) -> Iterator[Decimal]:
    required = target.number if target.number is not None else Decimal(0)
    if target.has_unit and actual.has_unit:
        yield conversion(actual.unit, target.unit) or _ONE
    elif target.is_ratio:
        yield from _of_bare_for_share(target, required, number)
    elif actual.is_ratio:
        yield from _of_share_for_bare(target, actual, required, number)
    elif actual.has_unit and actual.factor != 1:
        yield _ONE
        yield 1 / actual.factor
    else:
        yield from _of_bare(target, required, number)


def _of_bare_for_share(target: Measure, required: Decimal, number: Decimal) -> Iterator[Decimal]:
    """A bare number for a percentage: 98 is 98%, 0.98 is 98%; 0.9 for ≤5% may be 0.9% or 90%, and 200 is none."""
    if required <= 1 and number >= _NO_SHARE:
        return  # 200 for 100% counts something
    if number >= 2 or number < 0:
        if required >= 1 and number <= 3 * required:  # 2.1 for ≥200%
            yield _ONE
        yield target.factor
        return
    as_fraction = number <= 100 * required and (number <= 1 or required >= MOSTLY)
    as_fraction &= target.factor == _PER_CENT or number <= _FAR_MILLE * required  # 0.05 for ≤1‰ is 0.05‰
    if as_fraction:
        yield _ONE
    if number > 1 or required < MOSTLY or target.sign in AT_MOST or not as_fraction:
        yield target.factor


def _of_share_for_bare(target: Measure, actual: Measure, required: Decimal, number: Decimal) -> Iterator[Decimal]:
    """A percentage for a bare number: 95% for 90 or for 0.9; none for 200, which counts something, nor for 0."""
    may_be_count = required > _FULL or (required == 0 != number)
    may_be_count |= 1 < required < _LOW_SHARE  # 12 for 100%: twelve, or 12%
    if may_be_count and not target.name.endswith(_SHARES):
        return
    if required > 1:
        yield 1 / actual.factor
    if required <= 10:
        yield _ONE
    if required <= 1 and number / actual.factor < 50 * required:
        yield 1 / actual.factor


def _of_bare(target: Measure, required: Decimal, number: Decimal) -> Iterator[Decimal]:
    """A bare number is in the target's unit; far from the target it may be in 元 for 万元, or a share for points."""
    own = target.factor if target.has_unit else _ONE
    yield own
    if required <= 0 or number <= 0:
        return
    times = number * own / required
    may_be_yuan = not target.has_unit or target.unit in MONEY
    if own >= _TEN_THOUSAND and times > _FAR:
        yield _ONE
    elif own == 1 and _TEN_THOUSAND / _FAR < times < _TEN_THOUSAND * _FAR and may_be_yuan:
        yield 1 / _TEN_THOUSAND
    if times < _TINY and required >= 1000:
        yield own * _TEN_THOUSAND
    if not target.has_unit:
        if (number <= 1 and 50 <= required <= 100) or (number < 1 and 10 <= required <= 100):
            yield Decimal(100)
        if required < 1 < number <= 100:
            yield Decimal("0.01")
