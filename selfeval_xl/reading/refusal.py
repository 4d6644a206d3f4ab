"""What a sheet holds instead of a form, so that a refusal says what was found."""

import re
from collections.abc import Iterable, Sequence

from selfeval_xl import labels
from selfeval_xl.grid import Grid

_TITLE_ROWS = 6
_LONGEST_TITLE = 50
_SHEETS_NAMED = 3
_KINDS_NAMED = 3
# The first that fits a title counts.
_KINDS = (
    (r"整体(?:支出)?(?:绩效|自评|评价)", "部门整体支出绩效自评表（评分规则不同）"),
    (r"监控", "绩效运行监控表"),
    (r"转移支付", "转移支付的表"),
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
    headed = [title for title in titles if labels.TITLE.search(title) and not labels.OTHER_TITLE.search(title)]
    lacking = f"缺少{'、'.join(missing)}" if missing else ""
    if any("转移支付" in title for title in headed):
        return f"是转移支付绩效自评表，{lacking}" if lacking else "是转移支付绩效自评表，各栏目的位置与自评表不符"
    if not headed:
        first = next((kind for pattern, kind in _KINDS if any(re.search(pattern, title) for title in titles)), None)
        kinds = list(dict.fromkeys(kind for kind in (first, *map(_kind_of, _further_titles(grid))) if kind))
        if kinds:
            return f"是{'、'.join(kinds[:_KINDS_NAMED])}"
    return lacking or "各栏目的位置与自评表不符"


def _kind_of(title: str) -> str | None:
    return next((kind for pattern, kind in _KINDS if re.search(pattern, title)), None)


def _further_titles(grid: Grid) -> Iterable[str]:
    """The titles of the tables of a document, where they stand alone in their rows."""
    for row in range(1, len(grid.rows) + 1):
        cells = grid.filled(row)
        title = labels.key(cells[0].written) if len(cells) == 1 else ""
        if len(title) <= _LONGEST_TITLE and labels.OTHER_TABLE.search(title):
            yield title


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
