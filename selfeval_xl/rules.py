"""Named profiles: the numbers that a notice fixes, each with its region, year and source."""

from dataclasses import dataclass
from decimal import Decimal

from selfeval_xl.errors import UnknownProfile


@dataclass(frozen=True)
class Source:
    """Where a rule is written."""

    notice: str
    region: str
    year: int | None


_MEASURES = Source("财政部《项目支出绩效评价管理办法》（财预〔2020〕10号）", "全国", 2020)
_SYSTEM = Source("省级预算绩效管理系统填报说明", "省级", None)
_NOTES = Source("自评表填表说明", "全国", None)


@dataclass(frozen=True)
class Rules:
    """One profile. Rates are fractions of 1, points are points out of 100.

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
    sources: tuple[tuple[str, Source], ...]


NATIONAL = Rules(
    name="national",
    title="全国通用",
    execution_points=Decimal(10),
    rate_without_budget=Decimal(0),
    rate_places=4,
    score_places=2,
    total_points=Decimal(100),
    grades=((Decimal(90), "优"), (Decimal(80), "良"), (Decimal(60), "中"), (Decimal(0), "差")),
    sources=(
        ("execution_points", _MEASURES),
        ("rate_without_budget", _SYSTEM),
        ("rate_places", _NOTES),
        ("score_places", _NOTES),
        ("total_points", _MEASURES),
        ("grades", _MEASURES),
    ),
)

PROFILES = (NATIONAL,)


def profile(name: str | None) -> Rules:
    """The profile of this name or title, the national one where none is named.

    Raises `UnknownProfile`, which lists the known ones.
    """
    wanted = (name or "").strip()
    if not wanted:
        return NATIONAL
    for rules in PROFILES:
        if wanted.casefold() in (rules.name.casefold(), rules.title):
            return rules
    raise UnknownProfile(wanted, tuple(rules.title for rules in PROFILES))
