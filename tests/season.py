"""A season's forms as a superior department receives them: many units, several layouts, a slip here and there."""

import io
import random
import zipfile
from pathlib import Path

from drawing import PROJECT, Style, workbook

_UNITS = ("公路段", "水务站", "林业站", "职业学校", "人民医院", "文化馆", "图书馆", "供水所", "疾控中心", "农技站")
_PLACES = ("云岭", "青溪", "白石", "双河", "长桥", "高坪", "东湖", "西塘", "南坝", "北川")
_THINGS = ("道路养护", "饮水安全", "设备购置", "校舍维修", "人员培训", "信息系统运维", "河道清淤", "绿化管护")
_NAME, _UNIT = "乡村道路养护", "某县公路段"  # those of the drawing


def names(number: int) -> tuple[str, str]:
    """The unit and the project of the form with this number; eight projects a unit."""
    unit = number // 8
    place, kind = _PLACES[unit % 10], _UNITS[unit // 10 % 10]
    more = f"第{unit // 100 + 1}" if unit >= 100 else ""
    return f"{place}县{more}{kind}", f"{_THINGS[number % 8]}项目（{number + 1}号）"


def season(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """So many workbooks of one form each, in a folder for each unit."""
    chance = random.Random(seed)  # noqa: S311 (a test's own)
    drawn = list(_drawn(folder))
    paths = []
    for number in range(count):
        unit, project = names(number)
        path = folder / unit / f"{project}.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(_named(chance.choice(drawn), unit, project))
        paths.append(path)
    return paths


def _drawn(folder: Path):
    """The forms that are handed around with other names: right ones, and some with a slip."""
    for number in range(12):
        executed = (1003000.43, 1180000.5, 826000.35)[number % 3]
        rate = round(executed / 1180000.5, 4)
        funds = [(name, a, b, executed if c else c, w, rate if w == 10 else r, round(10 * rate, 2) if w == 10 else s)
                 for name, a, b, c, w, r, s in PROJECT["funds"]]  # fmt: skip
        indicators = [list(one) for one in PROJECT["indicators"]]
        if number % 4 == 1:
            indicators[1][6] = 8  # points lost, and no reason
        if number % 6 == 2:
            indicators[2][7] = None
        score = round(10 * rate + sum(one[6] for one in indicators), 2) - (0.5 if number % 5 == 4 else 0)
        project = PROJECT | {"funds": funds, "indicators": [tuple(one) for one in indicators], "score": score}
        style = Style(
            top=number % 3,
            left=number % 2,
            levels=("merged", "repeated", "blank")[number % 3],
            numbers_as_text=number % 5 == 0,
        )
        path = workbook(folder / "drawn.xlsx", ("自评表", project, style))
        yield path.read_bytes()
        path.unlink()


def _named(content: bytes, unit: str, project: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, 1) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith(("xl/worksheets", "xl/sharedStrings")):
                for drawn, wanted in ((_NAME, project), (_UNIT, unit)):
                    for said in (drawn.encode(), drawn.encode("ascii", "xmlcharrefreplace")):
                        part = part.replace(b"<t>%b</t>" % said, f"<t>{wanted}</t>".encode())
            target.writestr(name, part)
    return made.getvalue()
