"""The next year's form out of this year's, and the list of what was cleared, raised or left in doubt.

The plan is kept: names, indicators, targets, points. What the year brought is cleared: amounts, results, scores and
reasons. Years are raised where nothing else can be meant; every other one is listed and left to people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from selfeval_xl.cells import NOTHING, CellError, Entry, Spot, short
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.patterns import expression
from selfeval_xl.year.raising import Raised, parts_of, raised

__all__ = ("CLEARED", "DOUBTFUL", "RAISED", "Change", "NextYear", "roll")

CLEARED, RAISED, DOUBTFUL = "cleared", "raised", "doubtful"

_OF_TIME = expression(r"时效|时间|日期|时限|期限|工期")
_DAY_OF_FILLING = expression(r"(?:填[报表制写]|填报|编制|制表|上报|报送|自评|评价)(?:日期|时间)\s*[:：]?")
_DAY = expression(r"\d{2,4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")


@dataclass(frozen=True)
class Change:
    """What becomes of one cell of the old sheet; `spot` is that cell, None where the form knows none.

    `field` and `of` say in words what stands there: 实际完成值 of 养护里程. What our own sheet calculates is
    `is_calculated`: there the formula stays. `words` are those in doubt, which stand in the next form, too.
    """

    spot: Spot | None
    kind: str
    field: str
    before: str
    after: Entry
    of: str = ""
    is_calculated: bool = False
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What stands in the cell, as a sentence names it: “养护里程”年度指标值."""
        return f"“{short(self.of)}”{self.field}" if self.of else self.field

    def content(self, held: object) -> object:
        """What goes into the cell that holds this: the words around the value, a label before a colon, stay."""
        if self.kind == DOUBTFUL:
            return held
        if isinstance(held, str) and self.before and self.before in held:
            ends = held.rstrip().endswith(self.before)  # behind its label, which may hold the same words
            before, _, behind = held.rpartition(self.before) if ends else held.partition(self.before)
            return f"{before}{self.after.written}{behind}" or None
        return self.after.value


@dataclass(frozen=True)
class NextYear:
    """The form of the next year, and what became of the cells of this one, in the order of the form."""

    form: Form
    changes: tuple[Change, ...]

    def of_kind(self, kind: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)


class _Changes(dict[object, Change]):
    """The changes so far; a cell that several rows share is changed once."""

    def add(self, change: Change) -> None:
        self.setdefault((change.spot or len(self), change.kind, change.before), change)


class _Roll:
    """Makes the values of the next form, and remembers what became of those of this one."""

    def __init__(self, year: int | None) -> None:
        self.year = year
        self.changes = _Changes()

    def cleared(
        self, entry: Entry, field: str, of: str = "", *, is_calculated: bool = False, keeps_dash: bool = False
    ) -> Entry:
        """Nothing in place of what the year brought; a printed dash may say that nothing ever belongs there."""
        if not entry.written or (keeps_dash and entry.value is None):
            return entry
        for part in entry.parts or (entry,):
            blank = Entry(spot=part.spot)
            self.changes.add(Change(part.spot, CLEARED, field, part.written, blank, of, is_calculated))
        return Entry(spot=entry.spot)

    def kept(self, entry: Entry, field: str, of: str = "", *, is_name: bool = False, is_day: bool = False) -> Entry:
        """The entry with its year raised where that is certain."""
        if isinstance(entry.value, CellError):
            return entry
        whole = raised(entry, self.year, is_name=is_name, is_day=is_day)
        for part, own in parts_of(entry, whole):
            self._note(part, own, field, of)
        return whole.entry

    def _note(self, entry: Entry, own: Raised, field: str, of: str) -> None:
        if own.entry != entry:
            self.changes.add(Change(entry.spot, RAISED, field, entry.written, own.entry, of))
        if own.doubtful:
            self.changes.add(Change(entry.spot, DOUBTFUL, field, entry.written, own.entry, of, words=own.doubtful))


def roll(form: Form, leftovers: Sequence[Entry] = ()) -> NextYear:
    """The next year's form and the changes that make it; `leftovers` are the cells of the sheet beside the form.

    Without a year in the form nothing is raised.
    """
    rolling = _Roll(form.year)
    following = replace(
        form,
        titles=tuple(rolling.kept(entry, "年度", is_name=True) for entry in form.titles),
        sheet=_next_sheet(rolling, form),
        year=None if form.year is None else form.year + 1,
        project=rolling.kept(form.project, "项目名称", is_name=True),
        department=rolling.kept(form.department, "主管部门", is_name=True),
        unit=rolling.kept(form.unit, "实施单位", is_name=True),
        funds=tuple(_next_funds(rolling, row, is_calculated=row is form.total_funds) for row in form.funds),
        expected_goal=rolling.kept(form.expected_goal, "预期目标"),
        achieved_goal=rolling.cleared(form.achieved_goal, "实际完成情况"),
        indicators=tuple(_next_indicator(rolling, row) for row in form.indicators),
        total_score=rolling.cleared(form.total_score, "总分", is_calculated=True),
        grade=rolling.cleared(form.grade, "评价等级", is_calculated=True),
    )
    for entry, beside in zip(leftovers, (NOTHING, *leftovers), strict=False):
        _beside_the_form(rolling, entry, beside)
    return NextYear(following, tuple(rolling.changes.values()))


def _next_sheet(rolling: _Roll, form: Form) -> str | None:
    """The name of the sheet, which pasted text has from its project."""
    if form.sheet is None or form.sheet == form.project.text:
        return raised(form.project, form.year, is_name=True).entry.text if form.sheet else None
    return rolling.kept(Entry(form.sheet, form.sheet), "工作表名称", is_name=True).written


def _next_funds(rolling: _Roll, row: Funds, *, is_calculated: bool) -> Funds:
    of = row.name.text or "年度资金总额"
    return replace(
        row,
        name=rolling.kept(row.name, "资金名称"),
        initial_budget=rolling.cleared(row.initial_budget, "年初预算数", of),
        annual_budget=rolling.cleared(row.annual_budget, "全年预算数", of),
        executed=rolling.cleared(row.executed, "全年执行数", of),
        rate=rolling.cleared(row.rate, "执行率", of, is_calculated=is_calculated, keeps_dash=True),
        score=rolling.cleared(row.score, "得分", of, is_calculated=is_calculated, keeps_dash=True),
        reason=rolling.cleared(row.reason, "原因", of),
    )


def _next_indicator(rolling: _Roll, row: Indicator) -> Indicator:
    of = row.level3.text or row.level2.text or ""
    is_day = any(_OF_TIME.search(level.written) for level in (row.level2, row.level3))
    return replace(
        row,
        level1=rolling.kept(row.level1, "一级指标"),
        level2=rolling.kept(row.level2, "二级指标"),
        level3=rolling.kept(row.level3, "三级指标"),
        target=rolling.kept(row.target, "年度指标值", of, is_day=is_day),
        actual=rolling.cleared(row.actual, "实际完成值", of),
        score=rolling.cleared(row.score, "得分", of),
        reason=rolling.cleared(row.reason, "偏差原因", of),
    )


def _beside_the_form(rolling: _Roll, entry: Entry, beside: Entry) -> None:
    """The day of filling is cleared; anything else beside the form stays, and is listed."""
    day = _DAY.search(entry.written)
    is_filling = _DAY_OF_FILLING.search(entry.written) or _DAY_OF_FILLING.fullmatch(beside.written.strip())
    if day is not None and is_filling:
        rolling.changes.add(Change(entry.spot, CLEARED, "填报日期", day[0], Entry(spot=entry.spot)))
    elif entry.written:
        left = (short(entry.written),)
        rolling.changes.add(Change(entry.spot, DOUBTFUL, "表外内容", entry.written, entry, words=left))
