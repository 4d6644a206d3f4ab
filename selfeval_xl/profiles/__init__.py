"""Named profiles: the numbers that a notice fixes, each with its region, year and source."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where a rule is written."""

    notice: str
    region: str
    year: int | None


_MEASURES = Source("财政部《项目支出绩效评价管理办法》（财预〔2020〕10号）", "全国", 2020)
SYSTEM = Source("省级预算绩效管理系统填报说明", "省级", None)
_NOTES = Source("自评表填表说明", "全国", None)
_MANUAL = Source("项目支出绩效自评操作手册（doczj.com/doc/174893555）", "地方", None)
_SICHUAN = Source("四川省项目支出绩效自评填报要求（scqs.gov.cn/info/13206/211004）", "四川", None)
_GUANGXI = Source("广西项目支出绩效自评填报要求", "广西", None)
_TWENTY = Source("自评表表头“得分(20分*执行率)”", "地方", None)
_BANDS = (
    ("达成", Decimal("0.8"), Decimal(1)),
    ("部分达成", Decimal("0.6"), Decimal("0.8")),
    ("未达成", Decimal(0), Decimal("0.6")),
)


# Beyond a target of at most A: A/B of the weight, or 1 − (B − A)/A of it, which is nothing from 2A on.
AT_MOST_INVERSE = "inverse"
AT_MOST_LINEAR = "linear"


@dataclass(frozen=True)
class Profile:
    """One profile. Rates are fractions of 1, points are points out of 100.

    `bands` are the shares of the weight for a target in words: reached, partly reached, not reached.
    `far_above_marked` and `far_above_reason` are multiples of a ≥ target: beyond the first a result is noted, beyond
    the second it needs a reason. Below the rate `low_execution` the spending needs a reason. None asks for nothing.
    `sources` names the notice behind each number, by the name of its field.
    """

    name: str
    title: str
    execution_points: Decimal
    rate_without_budget: Decimal
    rate_places: int
    score_places: int
    total_points: Decimal
    grades: tuple[tuple[Decimal, str], ...]
    at_most: str
    bands: tuple[tuple[str, Decimal, Decimal], ...]
    far_above_marked: Decimal | None
    far_above_reason: Decimal | None
    low_execution: Decimal | None
    sources: tuple[tuple[str, Source], ...]

    def source(self, number: str) -> Source:
        """The notice behind the number of this name."""
        return dict(self.sources)[number]

    def __hash__(self) -> int:  # answers are kept by profile, and looked up with each row
        return hash(self.name)


NATIONAL = Profile(
    name="national",
    title="全国通用",
    execution_points=Decimal(10),
    rate_without_budget=Decimal(0),
    rate_places=4,
    score_places=2,
    total_points=Decimal(100),
    grades=((Decimal(90), "优"), (Decimal(80), "良"), (Decimal(60), "中"), (Decimal(0), "差")),
    at_most=AT_MOST_INVERSE,
    bands=_BANDS,
    far_above_marked=Decimal("1.2"),
    far_above_reason=Decimal("1.3"),
    low_execution=None,
    sources=(
        ("execution_points", _MEASURES),
        ("rate_without_budget", SYSTEM),
        ("rate_places", _NOTES),
        ("score_places", _NOTES),
        ("total_points", _MEASURES),
        ("grades", _MEASURES),
        ("at_most", _MANUAL),
        ("bands", SYSTEM),
        ("far_above_marked", SYSTEM),
        ("far_above_reason", _GUANGXI),
    ),
)


def based_on(profile: Profile, name: str, title: str, source: Source, **numbers: Any) -> Profile:
    """Another profile, with some numbers of its own from one notice; None switches a rule off."""
    others = (pair for pair in profile.sources if pair[0] not in numbers)
    sources = (*others, *((number, source) for number, value in numbers.items() if value is not None))
    return replace(profile, name=name, title=title, sources=sources, **numbers)


PROVINCIAL_SYSTEM = based_on(
    NATIONAL,
    "provincial-system",
    "省级系统",
    SYSTEM,
    at_most=AT_MOST_LINEAR,
    far_above_marked=Decimal("1.2"),
    far_above_reason=Decimal("1.2"),
)
SICHUAN = based_on(NATIONAL, "sichuan", "四川", _SICHUAN, low_execution=Decimal("0.9"))
GUANGXI = based_on(NATIONAL, "guangxi", "广西", _GUANGXI, far_above_reason=Decimal("1.3"))
TWENTY_POINTS = based_on(NATIONAL, "twenty-points", "执行率20分", _TWENTY, execution_points=Decimal(20))

PROFILES = (NATIONAL, PROVINCIAL_SYSTEM, SICHUAN, GUANGXI, TWENTY_POINTS)


def built_in(name: str | None) -> Profile | None:
    """The built-in profile of this name or title, the national one where none is named; None for any other name."""
    wanted = (name or "").strip()
    if not wanted:
        return NATIONAL
    return next(
        (profile for profile in PROFILES if wanted.casefold() in (profile.name.casefold(), profile.title)), None
    )
