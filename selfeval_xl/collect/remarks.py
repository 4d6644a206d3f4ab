"""What people wrote beside the projects of an earlier summary, in its column 备注, so that it is not lost."""

import io
import zipfile
from dataclasses import dataclass, replace
from typing import Any

from selfeval_xl.collect.gathering import project_key

SHEETS, COLUMN = ("上次备注", "汇总"), "备注"  # the second counts where both have one
NO_UNIT, NO_PROJECT = "（未填单位）", "（未填项目名称）"  # as the summary shows a blank
_NAMES = {"单位": "unit", "项目名称": "project", "年度": "year", COLUMN: "remark"}
_HEADING_ROWS = 10

Key = tuple[str, str, int | None]


@dataclass(frozen=True)
class Remark:
    """A remark, and the project beside which it stood."""

    unit: str | None
    project: str | None
    year: int | None
    words: str


def remarks(content: bytes) -> dict[Key, Remark] | None:
    """The remarks of a summary by project; None where the content is no summary of ours."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [list(book[name].iter_rows(values_only=True)) for name in SHEETS if name in book.sheetnames]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError):
        return None
    found: dict[Key, Remark] = {}
    is_one = False
    for rows in sheets:
        said = _of_sheet(rows)
        is_one |= said is not None
        found |= said or {}
    return found if is_one else None


def _of_sheet(rows: list[tuple[Any, ...]]) -> dict[Key, Remark] | None:
    """The remarks of one sheet; None where it has not the columns."""
    found: dict[Key, Remark] = {}
    columns: dict[str, int] = {}
    for number, row in enumerate(rows):
        if not columns:
            named = {_NAMES[cell]: place for place, cell in enumerate(row) if cell in _NAMES}
            columns = named if len(named) == len(_NAMES) else {}
            if not columns and number >= _HEADING_ROWS:
                break
            continue
        said = {name: row[place] if place < len(row) else None for name, place in columns.items()}
        if said["remark"] is None or (said["unit"] is None and said["project"] is None):
            continue
        one = Remark(_words(said["unit"]), _words(said["project"]), _year(said["year"]), str(said["remark"]))
        key = project_key(one.unit, one.project, one.year)
        before = found.get(key)  # projects without a name share one
        found[key] = one if before is None else replace(one, words=f"{before.words}；{one.words}")
    return found if columns else None


def _words(value: Any) -> str | None:
    return None if value is None or value in (NO_UNIT, NO_PROJECT) else str(value)


def _year(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
