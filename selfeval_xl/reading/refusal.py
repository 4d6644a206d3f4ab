"""What a sheet holds instead of a form, so that a refusal says what was found."""

import re
from collections.abc import Iterable, Sequence

from selfeval_xl import labels
from selfeval_xl.grid import Grid

_TITLE_ROWS = 6
_LONGEST_TITLE = 50
_SHEETS_NAMED = 3
# The first that fits a title counts.
_KINDS = (
    (r"整体(?:支出)?(?:绩效|自评|评价)", "部门整体支出绩效自评表（评分规则不同）"),
    (r"监控", "绩效运行监控表"),
    (r"填[报写]说明", "填报说明"),
    (r"事前|评估表", "事前绩效评估表"),
    (r"绩效目标(?:申报|批复|审核|调整|表)|目标申报", "绩效目标表（没有实际完成值）"),
    (r"指标体系|(?:评分|得分)(?:表|标准|细则)|打分", "指标体系或评分表"),
    (r"采购", "采购表"),
    (r"问卷|调查表|测评", "调查问卷"),
    (r"汇总|一览|清单|明细|统计|台账|名单|签到|目录", "汇总表或清单"),
    (r"(?:三公|预算|决算|收支|支出|经费|资金).{0,15}表$", "预算或决算表"),
)


def found_instead(grids: Sequence[Grid]) -> str:
    """One clause for the first sheets: 工作表“Sheet1”是部门整体支出绩效自评表."""
    filled = [grid for grid in grids if grid.hidden or any(True for _ in grid.entries())]
    if not filled:
        return "文件中没有内容"
    said = [_named(grid) + _said_of(grid) for grid in filled[:_SHEETS_NAMED]]
    rest = len(filled) - len(said)
    return "；".join(said) + (f"；另有 {rest} 张工作表也不是" if rest else "")


def passed_over(grid: Grid) -> str | None:
    """What a sheet without a form holds instead; None for a blank one, and for the guide and summary of our books."""
    first = next(grid.entries(), None)
    if first is None and grid.hidden:
        return _said_of(grid)
    if first is None or first.written in labels.OWN_SHEETS:
        return None
    return _said_of(grid)


def _named(grid: Grid) -> str:
    return f"工作表“{grid.sheet}”" if grid.sheet else "其中"


def _said_of(grid: Grid) -> str:
    if grid.hidden and not grid.rows:
        return "是隐藏的工作表，没有读取（要读取时请先取消隐藏）"
    titles = [labels.key(words) for words in _titles(grid)]
    missing = _missing(grid)
    is_titled = any(labels.TITLE.search(title) and not labels.OTHER_TITLE.search(title) for title in titles)
    for pattern, kind in () if is_titled else _KINDS:
        if any(re.search(pattern, title) for title in titles):
            return f"是{kind}"
    return f"缺少{'、'.join(missing)}" if missing else "各栏目的位置与自评表不符"


def _titles(grid: Grid) -> Iterable[str]:
    """Short texts at the top, below which the table begins."""
    rows = [row for row in range(1, len(grid.rows) + 1) if grid.filled(row)][:_TITLE_ROWS]
    for row in rows:
        cells = grid.filled(row)
        if len({cell.written for cell in cells}) <= 2:
            yield from (cell.written for cell in cells if len(cell.written) <= _LONGEST_TITLE)
        elif any(labels.field_of(cell.written, labels.INDICATORS) in ("level1", "level3") for cell in cells):
            break  # names of levels are no titles


def _missing(grid: Grid) -> list[str]:
    words = [entry.written for entry in grid.entries() if isinstance(entry.value, str)]
    heads = {labels.field_of(re.split("[:：]", word)[0], labels.HEAD) for word in words}
    funds = {labels.field_of(re.split("[:：]", word)[0], labels.FUNDS) for word in words}
    fields = {labels.field_of(word, labels.INDICATORS) for word in words}
    needed = (
        ("“项目名称”", "project" in heads),
        ("“全年执行数”", "executed" in funds),
        ("“三级指标”", "level3" in fields),
        ("“年度指标值”", "target" in fields),
        ("“实际完成值”", "actual" in fields),
    )
    return [name for name, there in needed if not there]
