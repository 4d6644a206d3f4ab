"""The arguments of cell functions: what each stands for, and how cells are read for it.

A function names them as the types of its arguments and is given what they read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from selfeval_xl.cells import CellError, Value, plain, read_value, short, shorter
from selfeval_xl.errors import BadProfile, UnknownProfile
from selfeval_xl.excel.cell_function import Term
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import Profile, own
from selfeval_xl.scoring.direction import Named
from selfeval_xl.scoring.in_cells import LONGEST, Unanswerable

_HEADING = expression(r"[一二三]级指标|指标(?:名称|类型|类别)")


def _one_cell(title: str, cells: Any) -> Value:
    return _only_filled(title, cells)[1]


def _words(title: str, cells: Any) -> str | None:
    """In the words of the cell; None for a blank or a dash."""
    written, value = _only_filled(title, cells)
    if value is None:
        return None
    if isinstance(written, str):
        return written
    return plain(value) if isinstance(value, Decimal) else str(value)


def _only_filled(title: str, cells: Any) -> tuple[Any, Value]:
    """A cell as it was handed over, and what it says; of several cells the only filled one (a merged area)."""
    filled = [(cell, value) for cell in _flat(cells) if (value := read_value(cell)) is not None]
    for _, value in filled:
        if isinstance(value, CellError):
            raise Unanswerable(value)
    if len(filled) > 1:
        raise Unanswerable(f"{title}请只选一个单元格")
    return filled[0] if filled else (None, None)


def _flat(cells: Any) -> Iterator[Any]:
    if isinstance(cells, list | tuple):
        for part in cells:
            yield from _flat(part)
    else:
        yield cells


@dataclass(frozen=True)
class Area:
    """What the cells of an area say; the heading that it may begin with is left out."""

    values: list[Value]
    is_headed: bool = False


def _named(_: str, cells: Any) -> Named | None:
    """What an indicator and its blocks are called, from one cell or from an area that ends with it.

    The last column is 三级指标, and the columns before it the blocks: a merged block fills only its first row, so the
    last that is filled counts. An area may begin above, up to the heading.
    """
    *blocks, names = zip(*_rows("", cells), strict=False)
    name = _unless_heading(names[-1])
    if isinstance(name, CellError):
        raise Unanswerable(name)
    if name is None:
        filled = [value for cell in names if (value := _unless_heading(cell)) is not None]
        name = filled[0] if len(filled) == 1 else None
    return Named(_text(name), *(_text(_last_filled(column)) for column in reversed(blocks[-2:])))


def _last_filled(column: Sequence[Any]) -> Value:
    return next((value for cell in reversed(column) if (value := _unless_heading(cell)) is not None), None)


def _unless_heading(cell: Any) -> Value:
    value = read_value(cell)
    return None if isinstance(value, str) and _HEADING.fullmatch(value) else value


def _text(value: Value) -> str:
    return "" if value is None or isinstance(value, CellError) else str(value)


def _points(_: str, cells: Any) -> Area:
    values = [read_value(cell) for cell in _flat(cells)]
    if not values or not isinstance(values[0], str):
        return Area(values)
    from selfeval_xl import labels  # only where there are words, so that the server does not wait for it at its start

    is_headed = labels.field_of(values[0], labels.INDICATORS) in ("weight", "score")
    return Area(values[1:] if is_headed else values, is_headed)


def _rows(_: str, cells: Any) -> list[list[Any]]:
    """A table, row by row, as it was handed over; errors inside it are for the function to see."""
    if not isinstance(cells, list | tuple):
        return [[cells]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in cells]


def _profile(title: str, cells: Any) -> Profile | None:
    value = _one_cell(title, cells)
    if value is None:
        return None
    try:
        return own.named(str(value))
    except UnknownProfile:
        raise Unanswerable(f"没有名为“{short(str(value))}”的评分规则。") from None
    except BadProfile as problem:
        said = problem.about(short(Path(problem.file).name, 40))  # without the folder, which is long
        raise Unanswerable(shorter(str(said), LONGEST, "…")) from None


def _switch(title: str, cells: Any) -> bool | None:
    """On, unless it says 不显示, 否, FALSE or 0."""
    value = _one_cell(title, cells)
    if isinstance(value, str):
        return not (value.startswith("不") or value in ("否", "FALSE"))
    return None if value is None else value != 0


Executed = Annotated[Value, Term("全年执行数", _one_cell, note="与预算数同一单位")]
Budget = Annotated[Value, Term("全年预算数", _one_cell, note="与执行数同一单位")]
Target = Annotated[str | None, Term("年度指标值", _words)]
Actual = Annotated[str | None, Term("实际完成值", _words)]
Weight = Annotated[Value, Term("分值", _one_cell)]
Score = Annotated[Value, Term("得分", _one_cell)]
Reason = Annotated[str | None, Term("偏差原因", _words, note="即“偏差原因分析及改进措施”一栏")]
Total = Annotated[Value, Term("总分", _one_cell, note="0 到 100")]
Points = Annotated[Area, Term("要合计的单元格或区域", _points, note="可以有多个")]
WholeForm = Annotated[list[list[Any]], Term("整张自评表", _rows, note="从标题到总分")]
NamedProfile = Annotated[Profile, Term("评分规则", _profile, note="名称", omitted="全国通用")]
Advice = Annotated[bool, Term("是否显示建议", _switch, note="“显示”或“不显示”", omitted="显示")]
Name = Annotated[
    Named,
    Term("三级指标", _named, note="单元格，或到本行三级指标为止的一级至三级指标区域", omitted="只看指标值的符号"),
]
Part = Annotated[str | None, Term("自评表的一部分", _words, note="“表头”“资金”“指标”或“总分”", omitted="整张自评表")]
