"""The tables of the summary, made with pandas from what was gathered; columns have the headings that people read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from selfeval_xl.cells import short
from selfeval_xl.checks import ADVICE, ERROR, LEVELS, WARNING
from selfeval_xl.checks.base import Finding
from selfeval_xl.collect.asked import Asked
from selfeval_xl.collect.gathering import Gathered, Handed, NotRead, project_key, same_words
from selfeval_xl.collect.remarks import Earlier, Key
from selfeval_xl.collect.sheets import (
    FINDINGS,
    HEADINGS,
    MAIN,
    MISSING,
    NO_PROJECT,
    NO_UNIT,
    NOT_READ,
    REMARK,
    REPEATED,
    UNITS,
    UNPLACED,
)

IN_YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
UNKNOWN = "未注明"
LACKING = "没有报送"
GRADES = ("优", "良", "中", "差")
_STEPS = (60, 70, 80, 85, 90, 92, 94, 96, 98, 100)  # points at which a bar of the distribution of totals begins
_MOST_UNITS, _MOST_RULES = 15, 10
_LONGEST_LABEL = 20  # characters beside a bar


@dataclass(frozen=True)
class Tables:
    """The sheets as tables, and the unit in which amounts of money stand.

    `links` are the files of the lines of 汇总, 问题清单 and 未能读取.
    """

    money_unit: str
    projects: pd.DataFrame
    units: pd.DataFrame
    findings: pd.DataFrame
    repeated: pd.DataFrame
    not_read: pd.DataFrame
    missing: pd.DataFrame | None
    unplaced: pd.DataFrame
    grades: pd.DataFrame
    totals: pd.DataFrame
    execution: pd.DataFrame
    rules: pd.DataFrame
    links: Mapping[str, Sequence[Path]]

    @property
    def rate(self) -> float | None:
        """全年执行数 ÷ 全年预算数 of all forms that state both in a known unit of money."""
        known = self.projects[self.projects["金额单位"] != UNKNOWN].dropna(subset=["全年预算数", "全年执行数"])
        budget = float(known["全年预算数"].sum())
        return float(known["全年执行数"].sum()) / budget if budget > 0 else None

    @property
    def lacking(self) -> list[tuple[str, str]]:
        """Units and projects on the list of which nothing was handed in."""
        if self.missing is None:
            return []
        found = self.missing[self.missing["情况"] == LACKING]
        return list(zip(found["单位"], found["项目名称"], strict=True))


def tables(gathered: Gathered, asked: Sequence[Asked] | None, earlier: Earlier) -> Tables:
    """All tables; `asked` is the list of who was to hand in, where there is one, `earlier` what people have written."""
    handed = sorted(gathered.handed, key=lambda one: (one.unit or "\uffff", one.form.project or "", one.year or 0))
    unit = _money_unit(handed)
    projects = _projects(handed, unit, earlier)
    units = _units(projects)
    missing = None if asked is None else _missing(asked, handed)
    if missing is not None:
        units = _with_missing(units, missing[missing["情况"] == LACKING])
    findings = [(one, finding) for one in handed for finding in one.form.findings]
    placed = {project_key(one.unit, one.form.project, one.year) for one in handed}
    return Tables(
        unit,
        projects,
        units,
        pd.DataFrame([_finding(one, finding) for one, finding in findings], columns=list(HEADINGS[FINDINGS])),
        pd.DataFrame([_repeated(one) for one in gathered.repeated], columns=list(HEADINGS[REPEATED])),
        pd.DataFrame([_not_read(one) for one in gathered.not_read], columns=list(HEADINGS[NOT_READ])),
        missing,
        pd.DataFrame(
            [
                [one.unit, one.project, one.year, one.words, *map(one.more.get, earlier.columns)]
                for key, one in earlier.remarks.items()
                if key not in placed
            ],
            columns=[*HEADINGS[UNPLACED], *earlier.columns],
        ),
        _grades(projects),
        _totals(projects),
        _execution(units),
        _rules(finding for _, finding in findings),
        {
            MAIN: [one.place.path for one in handed],
            FINDINGS: [one.place.path for one, _ in findings],
            NOT_READ: [one.place.path for one in gathered.not_read],
        },
    )


# ---- one line for each project ------------------------------------------------------------------------------------


def _money_unit(handed: Sequence[Handed]) -> str:
    """The unit in which most forms state their amounts."""
    units = pd.Series([one.form.money_unit for one in handed if one.form.money_unit in IN_YUAN], dtype="object")
    return str(units.mode().iat[0]) if len(units) else "元"


def _projects(handed: Sequence[Handed], unit: str, earlier: Earlier) -> pd.DataFrame:
    """The lines, with people's own columns beside 备注."""
    headings = HEADINGS[MAIN]
    after = headings.index(REMARK) + 1
    lines = [_project(number, one, unit, earlier, after) for number, one in enumerate(handed, 1)]
    return pd.DataFrame(lines, columns=[*headings[:after], *earlier.columns, *headings[after:]])


def _project(number: int, one: Handed, unit: str, earlier: Earlier, after: int) -> list[Any]:
    form = one.form
    counts = [sum(found.level == level for found in form.findings) for level in (ERROR, WARNING, ADVICE)]
    remark = earlier.remarks.get(project_key(one.unit, form.project, form.year))
    known = form.money_unit in IN_YUAN
    amounts = [
        _amount(value, form.money_unit, unit) for value in (form.initial_budget, form.annual_budget, form.executed)
    ]
    line = [
        number,
        one.unit or NO_UNIT,
        form.project or NO_PROJECT,
        form.department,
        form.year,
        unit if known else UNKNOWN,
        *amounts,
        *map(_float, (form.rate, form.score, form.total)),
        form.grade,
        *counts,
        form.profile + (f"（{form.instead}）" if form.instead else ""),
        remark.words if remark else None,
        one.place.shown,
        form.sheet,
    ]
    own = [remark.more.get(name) if remark else None for name in earlier.columns]
    return [*line[:after], *own, *line[after:]]


def _amount(value: str | None, stated: str | None, unit: str) -> float | None:
    """The amount in the summary's unit; as it stands where the form names none."""
    if value is None:
        return None
    factor = Decimal(IN_YUAN[stated]) / IN_YUAN[unit] if stated in IN_YUAN else Decimal(1)
    return float(Decimal(value) * factor)


def _float(value: str | None) -> float | None:
    return None if value is None else float(value)


# ---- by unit ------------------------------------------------------------------------------------------------------


def _units(projects: pd.DataFrame) -> pd.DataFrame:
    """One line for each unit and year; amounts of forms without a unit of money are in no sum."""
    known = projects["金额单位"] != UNKNOWN
    summed = projects.assign(
        全年预算数=projects["全年预算数"].where(known).astype(float),
        全年执行数=projects["全年执行数"].where(known).astype(float),
        有错误=projects["错误"] > 0,
        同名=projects["单位"].map(same_words),
        **{grade: projects["等级"] == grade for grade in GRADES},
    )
    both = summed["全年预算数"].notna() & summed["全年执行数"].notna()
    summed["同有预算"], summed["同有执行"] = summed["全年预算数"].where(both), summed["全年执行数"].where(both)
    first = summed.drop_duplicates("同名").set_index("同名")["单位"]  # the spelling that is met first
    summed["单位"] = summed["同名"].map(first)
    groups = summed.groupby(["单位", "年度"], dropna=False, sort=False)
    units = groups.agg(
        项目数=("项目名称", "size"),
        有错误的项目=("有错误", "sum"),
        同有预算=("同有预算", "sum"),
        同有执行=("同有执行", "sum"),
        平均总分=("总分", "mean"),
        最低总分=("总分", "min"),
        **{grade: (grade, "sum") for grade in GRADES},
    )
    for amount in ("全年预算数", "全年执行数"):
        units[amount] = groups[amount].sum(min_count=1).round(6)  # nothing where no amount is known
    units = units.reset_index()
    units["执行率"] = (units["同有执行"] / units["同有预算"].where(units["同有预算"] > 0)).round(4)
    units["平均总分"] = units["平均总分"].astype(float).round(2)
    return units[list(HEADINGS[UNITS][:-1])]


def _with_missing(units: pd.DataFrame, lacking: pd.DataFrame) -> pd.DataFrame:
    """How many forms of each unit are still to come: once for a unit, and a line for those who sent nothing."""
    counts = lacking["单位"].map(same_words).value_counts()
    keys = units["单位"].map(same_words)
    units["未报送"] = counts.reindex(keys).fillna(0).astype(int).to_numpy()
    units.loc[keys.duplicated().to_numpy(), "未报送"] = 0
    silent = lacking[~lacking["单位"].map(same_words).isin(set(keys))]
    more = silent.groupby(silent["单位"].map(same_words), sort=False)["单位"].agg(["first", "size"])
    lines = pd.DataFrame({"单位": more["first"], "项目数": 0, "有错误的项目": 0, "未报送": more["size"]})
    return pd.concat([units, lines], ignore_index=True) if len(lines) else units


def _missing(asked: Sequence[Asked], handed: Sequence[Handed]) -> pd.DataFrame:
    """Who has not handed in; and forms that nobody asked for, so that a name spelt otherwise is seen."""
    came = {key for one in handed for key in _answered(one)}
    wanted: dict[Key, Asked] = {}  # once what is asked for twice
    for line in asked:
        wanted.setdefault(project_key(line.unit, line.project, line.year), line)
    rows = [
        [one.unit, one.project or "（至少一个项目）", one.year, LACKING, one.address]
        for key, one in wanted.items()
        if key not in came
    ]
    rows += [
        [one.unit or NO_UNIT, one.form.project or NO_PROJECT, one.year, "不在名单上（请核对名称和年度）", None]
        for one in handed
        if not wanted.keys() & _answered(one)
    ]
    return pd.DataFrame(rows, columns=list(HEADINGS[MISSING]))


def _answered(one: Handed) -> set[Key]:
    """The lines of a list that the form answers: those that leave open the project, the year or both as well."""
    return {project_key(one.unit, project, year) for project in (one.form.project, None) for year in (one.year, None)}


# ---- lists --------------------------------------------------------------------------------------------------------


def _finding(one: Handed, finding: Finding) -> list[Any]:
    names = [one.unit or NO_UNIT, one.form.project or NO_PROJECT, LEVELS[finding.level], finding.message, finding.cell]
    return [*names, finding.stated, finding.expected, finding.basis, one.place.shown, one.form.sheet]


def _repeated(one: Any) -> list[Any]:
    form, places = one.counted.form, (one.counted.place, one.handed.place)
    shown = [
        said for place in places for said in (place.shown, f"{place.moment:%Y-%m-%d %H:%M}" if place.moment else None)
    ]
    return [one.counted.unit or NO_UNIT, form.project, form.year, *shown, "\n".join(one.differences) or "内容相同"]


def _not_read(one: NotRead) -> list[Any]:
    """The sentence in two: why, and what to do."""
    why, _, remedy = one.message.partition("。")
    return [one.place.shown, one.sheet, f"{why}。", remedy or None]


# ---- analysis -----------------------------------------------------------------------------------------------------


def _grades(projects: pd.DataFrame) -> pd.DataFrame:
    counts = projects["等级"].fillna("未评").value_counts()
    names = [*GRADES, *(name for name in counts.index if name not in GRADES)]
    return pd.DataFrame({"等级": names, "项目数": [int(counts.get(name, 0)) for name in names]})


def _totals(projects: pd.DataFrame) -> pd.DataFrame:
    """How many totals lie between these points; most lie near the top, where the steps are smaller."""
    totals = projects["总分"].dropna()
    names = [f"{_STEPS[0]} 以下", *(f"{low}–{high}" for low, high in pairwise(_STEPS)), "满分"]
    counts = pd.cut(totals, [-math.inf, *_STEPS, math.inf], right=False, labels=names).value_counts()
    return pd.DataFrame({"总分": names, "项目数": [int(counts[name]) for name in names]})


def _execution(units: pd.DataFrame) -> pd.DataFrame:
    """The units that spent least of what they had."""
    known = units.dropna(subset=["执行率"]).nsmallest(_MOST_UNITS, "执行率")
    several = units["年度"].nunique() > 1
    names = [
        short(unit, _LONGEST_LABEL) + (f"（{year:.0f}）" if several and not math.isnan(year) else "")
        for unit, year in zip(known["单位"], known["年度"].astype(float), strict=True)
    ]
    return pd.DataFrame({"单位（执行率从低到高）": names, "执行率": known["执行率"].tolist()})


def _rules(findings: Any) -> pd.DataFrame:
    """The most frequent findings, in the words of the rule."""
    from selfeval_xl.checks import CHECKS

    said = {check.name: short(check.words, _LONGEST_LABEL) for check in CHECKS}
    counts = pd.Series([said.get(one.rule, one.rule) for one in findings if one.level != ADVICE], dtype="object")
    top = counts.value_counts().head(_MOST_RULES)
    return pd.DataFrame({"核对规则（错误和提醒）": list(top.index), "次数": [int(count) for count in top]})
