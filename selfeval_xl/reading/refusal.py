"""What a sheet holds instead of a form, so that a refusal says what was found."""

import re
from collections.abc import Iterable, Sequence

from selfeval_xl import labels
from selfeval_xl.cells import short
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_TITLE_ROWS = 6
_LONGEST_TITLE = 50
_SHEETS_NAMED = 3
_KINDS_NAMED = 3
# The first that fits a title counts.
_KINDS = (
    (r"整体.{0,8}(?:目标(?:申报|批复|审核|表)|监控)", "部门整体支出绩效目标表或监控表"),
    (r"整体(?:支出)?(?:绩效|自评|评价)", "部门整体支出绩效自评表（评分规则不同）"),
    (r"监控", "绩效运行监控表（年中填报，请改选年终的自评表）"),
    (r"转移支付", "转移支付的表"),
    (r"填[报写]说明", "填报说明"),
    (r"事前|评估表", "事前绩效评估表"),
    (r"绩效目标申报|目标申报", "绩效目标申报表（没有实际完成值，请改选年终的自评表）"),
    (r"绩效目标(?:批复|审核|调整|分解|表)", "绩效目标表（没有实际完成值，请改选年终的自评表）"),
    (r"指标库|指标体系", "指标体系（没有填报的项目）"),
    (r"(?:评分|得分)(?:表|标准|细则)|打分", "评分表或评分细则（不是单位填报的自评表）"),
    (r"采购", "采购表"),
    (r"问卷|调查表|测评", "调查问卷"),
    (r"汇总", "汇总表（请改选各项目自己的自评表）"),
    (r"一览|清单|明细|统计|台账|名单|签到|目录", "清单、台账或统计表"),
    (r"决算.{0,15}表$", "决算表"),
    (r"预算.{0,15}表$", "预算表"),
    (r"^(?!.*(?:绩效|自评|自查|评价|复核)).*(?:三公|收支|支出|经费|资金).{0,15}表$", "收支或资金表"),
    (r"绩效评价.{0,4}表$", "绩效评价表（由财政部门或第三方填写，请改选单位的自评表）"),
    (r"(?:自评|评价|绩效).{0,4}报告$", "文字报告（自评表多在报告的附件中）"),
)
# Pages that a system answers with instead of the file; they hold few words.
_ANSWER = expression(
    r"登录|登陆|身份认证|会话.{0,6}(?:超时|失效|过期)|验证码|无权访问|没有权限|系统(?:错误|繁忙|异常)|访问出错"
    r"|(?:http|error|code|status|错误|代码|状态)[^0-9]{0,12}(?:40[0-4]|50[0-4])\b|^\W*(?:40[0-4]|50[0-4])\s+[a-z]"
    r"|not found|forbidden|unauthorized|bad gateway|session.{0,10}(?:expired|time)",
    re.IGNORECASE,
)
_FEW_WORDS = 400  # letters
_ABOUT_FORMS = expression(r"(?:说明|指南|体系|办法|报告|通知)$")
_NAMED_TITLE = expression(r"(?:表|单|书|函|卡|证|通知|报告|方案|制度|办法)$")
_LONGEST_NAMED = 30


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
    if _is_answer_of_a_system(grid):
        return "是系统的登录页或出错页，不是下载到的表格（请重新登录后下载）"
    titles = [labels.key(words) for words in _titles(grid)]
    missing = _missing(grid)
    headed = [
        title
        for title in titles
        if labels.TITLE.search(title) and not labels.OTHER_TITLE.search(title) and not _ABOUT_FORMS.search(title)
    ]
    lacking = f"缺少{'、'.join(missing)}" if missing else ""
    if any("转移支付" in title for title in headed):
        return f"是转移支付绩效自评表，{lacking}" if lacking else "是转移支付绩效自评表，各栏目的位置与自评表不符"
    if not headed:
        first = next((kind for pattern, kind in _KINDS if any(re.search(pattern, title) for title in titles)), None)
        kinds = list(dict.fromkeys(kind for kind in (first, *map(_kind_of, _further_titles(grid))) if kind))
        if kinds:
            return f"是{'、'.join(kinds[:_KINDS_NAMED])}"
    lacking = lacking or "各栏目的位置与自评表不符"
    title = next((one for one in (*headed, *titles) if _NAMED_TITLE.search(one)), None)
    return f"题为“{short(title, _LONGEST_NAMED)}”，{lacking}" if title else lacking


def _is_answer_of_a_system(grid: Grid) -> bool:
    words = [entry.written for entry in grid.entries()]
    few = sum(map(len, words)) <= _FEW_WORDS and not any(labels.field_of(word, labels.INDICATORS) for word in words)
    return few and any(_ANSWER.search(word) for word in words)


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
