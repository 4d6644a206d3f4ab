"""Advice of one kind is one finding, which names the first cell and lists the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from selfeval_xl.checks.base import ADVICE, Check, Finding, Found, name_of, place, points
from selfeval_xl.form import Form, Indicator
from selfeval_xl.profiles import Profile


@dataclass(frozen=True)
class Raised:
    """A rule with what it found."""

    check: Check
    found: Found

    @property
    def level(self) -> str:
        return self.found.level or self.check.level

    def finding(self, form: Form, profile: Profile) -> Finding:
        return self.check.finding(self.found, form, profile)


def listed(raised: Iterable[Raised], form: Form) -> Iterator[Raised]:
    """The findings, with advice of one kind said once: 同类的另有 2 处：“长效机制建立情况”（E24）、…。"""
    kept: list[Raised] = []
    others: dict[int, list[Found]] = {}
    first: dict[str, int] = {}
    for one in raised:
        at = first.get(one.check.name) if one.level == ADVICE else None
        if at is not None:
            others.setdefault(at, []).append(one.found)
            continue
        if one.level == ADVICE:
            first[one.check.name] = len(kept)
        kept.append(one)
    for at, one in enumerate(kept):
        yield Raised(one.check, _with_others(one.found, others[at], form)) if at in others else one


def _with_others(found: Found, others: list[Found], form: Form) -> Found:
    named = "、".join(_named(other, form) for other in others)
    return found._replace(message=f"{found.message}同类的另有 {len(others)} 处：{named}。")


def _named(found: Found, form: Form) -> str:
    """The row with its cell, and the score that follows for it."""
    spot = place(form, found)
    name = name_of(found.row) if isinstance(found.row, Indicator) else ""
    follows = f"推算为 {points(found.expected)}" if isinstance(found.expected, Decimal) else ""
    if spot is None:
        return name or found.message.partition("。")[0]
    beside = "，".join(part for part in (spot.address if name else "", follows) if part)
    return f"{name or spot.address}（{beside}）" if beside else spot.address
