"""Forms with everything that people put into the cells for numbers, each a sheet of one workbook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from conftest import FORMS_TEXT
from live.engines import TRUE
from openpyxl.utils import get_column_letter

from selfeval_xl import actions, workbook
from selfeval_xl.cells import NOTHING, CellError, Entry
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.profiles import NATIONAL, PROFILES, Profile, Source, based_on
from selfeval_xl.scoring.of_form import with_execution_weight
from selfeval_xl.sheet import blank_form
from selfeval_xl.sheet.page import Cell, Page


@dataclass(frozen=True)
class Case:
    """One form, and what a person puts into cells of its sheet afterwards.

    `only_python` where the formulas of the sheet hold the numbers of another profile than the chosen one.
    """

    title: str
    form: Form
    profile: Profile = NATIONAL
    put: Mapping[str, str | None] = field(default_factory=dict)
    only_python: bool = False

    def __str__(self) -> str:
        return self.title


def entry(content: Any) -> Entry:
    """A cell as it is to be written: text stays text, a number a number."""
    if content is None:
        return NOTHING
    if isinstance(content, int | float):
        content = Decimal(str(content))
    return Entry(content, str(content))


def filled_in(title: str, funds: Sequence[Any], weights: Sequence[Any], scores: Sequence[Any]) -> Form:
    """A form with these amounts (budget, executed, weight) and indicators."""
    total = Funds(*map(entry, ("年度资金总额", None, *funds)))
    levels = (entry("产出指标"), entry("数量指标"))
    indicators = tuple(
        Indicator(*levels, entry(f"指标{number}"), weight=entry(weight), score=entry(score))
        for number, (weight, score) in enumerate(zip(weights, scores, strict=True), 1)
    )
    return Form(year=2024, project=entry(title), money_unit="元", funds=(total,), indicators=indicators)


def write(cases: Sequence[Case], path: Path) -> dict[str, Case]:
    """A live workbook with a sheet for each case; answers which sheet is whose."""
    forms = [case.form for case in cases]
    pages = actions.book_pages(forms, [case.profile for case in cases], [()] * len(cases))
    guide, *middle, summary = pages
    middle = [_put(page, case.put) for page, case in zip(middle, cases, strict=True)]
    workbook.write_live(path, [guide, *middle, summary])
    return {page.name: case for page, case in zip(middle, cases, strict=True)}


def _put(page: Page, contents: Mapping[str, str | None]) -> Page:
    def changed(cell: Cell) -> Cell:
        address = f"{get_column_letter(cell.column)}{cell.row}"
        return replace(cell, content=contents[address]) if address in contents else cell

    return replace(page, cells=tuple(map(changed, page.cells)))


# ---- the cases -----------------------------------------------------------------------------------------------

OWN = based_on(
    NATIONAL,
    "yunling",
    "云岭市",
    Source("云岭市财政局通知", "云岭市", None),
    rate_without_budget=Decimal("0.6"),
    rate_places=3,
    grades=((Decimal(85), "优秀"), (Decimal("70.5"), "合格"), (Decimal(0), "不合格")),
)
OWN_FILE = """
名称 = "云岭市"
依据 = "云岭市财政局通知"
无预算时执行率 = 0.6
执行率百分比小数位 = 1
评价等级 = [[85, "优秀"], [70.5, "合格"], [0, "不合格"]]
"""
REF, N_A = CellError("#REF!"), CellError("#N/A")
MONEY = (626500, 506745.04, 10)  # budget, executed, points
WEIGHTS, SCORES = (30, 30, 20, 10), (30, 28.5, 20, 10)


# What people put where a number belongs.
NO_NUMBERS = {
    "dash": "-",
    "long dash": "—",
    "slash": "/",
    "space": " ",
    "unit": "50万元",
    "points": "60 分",
    "full-width": "５０６７４５．０４",
    "one full-width digit": "９",
    "number as text": "626500",
    "separators": "626,500.00",
    "small number as text": "9.5",
    "like a date": "1-2",
    "date": "2022-01-02",
    "per cent": "10%",
    "spaces around": " 100 ",
    "space inside": "1 000",
    "exponent": "1e3",
    "sign": "+5",
    "currency": "¥5",
    "brackets": "(5)",
    "word": "优",
    "words": "未评",
    "TRUE": TRUE,
    "#REF!": REF,
    "#N/A": N_A,
}
AMOUNTS = {  # budget, executed, points
    "both blank": (None, None, 10),
    "no budget entered": (None, 100, 10),
    "nothing executed entered": (100, None, 10),
    "nothing executed": (100, 0, 10),
    "no budget, no execution": (0, 0, 10),
    "no budget, but execution": (0, 5, 10),
    "negative budget": (-100, 50, 10),
    "negative execution": (100, -50, 10),
    "both negative": (-100, -50, 10),
    "over budget": (100, 100.01, 10),
    "far over budget": (1, 99999, 10),
    "tiny": (0.0000001, 0.00000005, 10),
    "tiny budget": (1e-300, 1e-301, 10),
    "huge": (9e15, 8123456789012345, 10),
    "beyond 15 digits": (1e300, 3e299, 10),
    "half of a rate": (100000, 80885, 10),
    "half of a rate, above it": (100000, 80885.0001, 10),
    "half of a rate, below it": (100000, 80884.9999, 10),
    "half of an odd rate": (20000, 16177, 10),
    "half of 0.00005": (100000, 5, 10),
    "rate that has no end": (3, 2, 10),
    "rate with rounding that ends in 5": (80000, 1234, 10),
    "half of a score 1.005": (7, 7, 1.005),
    "half of a score 2.675": (3, 3, 2.675),
    "half of a score 8.345": (1000, 834.5, 10),
    "half of a score 1.115": (1000, 111.5, 10),
    "half of a score 0.285": (10000, 285, 10),
    "half of a score 10.235 of 20": (4000, 2047, 20),
    "half of a score 0.615": (200, 12.3, 10),
    "points with decimals": (626500, 506745.04, 12.35),
    "points of execution blank": (626500, 506745.04, None),
    "points of execution 0": (626500, 506745.04, 0),
    "points of execution negative": (626500, 506745.04, -10),
    "points of execution 20": (626500, 506745.04, 20),
    "points beyond 100": (626500, 626500, 150),
}


def filled(title, money=MONEY, weights=WEIGHTS, scores=SCORES, *, profile=NATIONAL, **rest) -> Case:
    return Case(title, filled_in(title, money, weights, scores), profile, **rest)


def amounts() -> Iterator[Case]:
    for title, money in AMOUNTS.items():
        yield filled(title, money)
    for name, content in NO_NUMBERS.items():
        for place, of in enumerate(("budget", "executed", "points of execution")):
            yield filled(f"{of} {name}", (*MONEY[:place], content, *MONEY[place + 1 :]))
    yield filled("all numbers as text", tuple(map(str, MONEY)))
    yield filled("words beside an error", ("无", REF, "无"))


INDICATORS = {
    "one score blank": (WEIGHTS, (30, None, 20, 10)),
    "the first and the last score blank": (WEIGHTS, (None, 30, 20, None)),
    "all scores blank": (WEIGHTS, (None,) * 4),
    "all scores words": (WEIGHTS, ("优",) * 4),
    "all scores numbers as text": (WEIGHTS, ("9",) * 4),
    "all scores dashes": (WEIGHTS, ("-",) * 4),
    "all weights blank": ((None,) * 4, SCORES),
    "nothing but names": ((None,) * 4, (None,) * 4),
    "all scores 0": (WEIGHTS, (0, 0, 0, 0)),
    "negative score": (WEIGHTS, (30, -5, 20, 10)),
    "no indicators": ((), ()),
    "one indicator": ((90,), (88.88,)),
    "120 indicators": ((0.75,) * 120, (*(0.7,) * 119, None)),
    "tenths": ((0.1,) * 90, (0.1,) * 90),
    "sum that ends in a half": ((30.005, 30, 20, 10), (1.005, 1, 1, 1)),
    "sum below a half": (WEIGHTS, (0.333, 0.333, 0.333, 0.006)),
}


def indicators() -> Iterator[Case]:
    for name, content in NO_NUMBERS.items():
        yield filled(f"a weight and a score {name}", MONEY, (*WEIGHTS[:3], content), (content, *SCORES[1:]))
    for title, (weights, scores) in INDICATORS.items():
        yield filled(title, MONEY, weights, scores)


def grades() -> Iterator[Case]:
    """Exactly on each threshold, just below and just above it."""
    for points in ("100.01", "100", "90", "89.99", "89.995", "80", "79.99", "60", "59.99", "59.994", "0", "-0.01"):
        yield filled(f"total {points}", (7, 7, 10), (90,), (Decimal(points) - 10,))


def choices() -> Iterator[Case]:
    """The profile that is chosen on a sheet, and the one that its formulas were made for."""
    for profile in PROFILES:
        for of, money in (("", MONEY), (", no budget", (0, 0, 10))):
            yield filled(f"{profile.name}{of}", money, profile=profile)
            yield filled(f"{profile.name} is chosen{of}", money, put={"L1": profile.title})
    yield filled("an unknown profile is chosen", put={"L1": "没有这个规则"})
    yield filled("a profile is chosen by its name", put={"L1": "national"}, only_python=True)
    yield filled("no profile is chosen", put={"L1": None})
    yield filled("a dash is chosen", put={"L1": "-"})


OF_OWN = {
    "usual": (MONEY, SCORES),
    "no budget": ((0, 0, 10), SCORES),
    "on a threshold": ((7, 7, 10), (30, 20, 15, 10)),
    "below a threshold": ((7, 7, 10), (30, 20, 14.99, 10)),
    "on the other threshold": ((7, 7, 10), (30, 20, 0.5, 10)),
    "half": ((1000, 808.5, 10), SCORES),
    "number as text": ((1000, "808.5", 10), SCORES),
}


def own_choices() -> Iterator[Case]:
    """A profile of one's own on the sheet that was made for it, and chosen on another."""
    for title, (money, scores) in OF_OWN.items():
        yield filled(f"own profile, {title}", money, scores=scores, profile=OWN)
        chosen = {"put": {"L1": OWN.title}, "only_python": True}
        yield filled(f"own profile is chosen, {title}", money, scores=scores, **chosen)
    yield filled("national is chosen instead", profile=OWN, put={"L1": NATIONAL.title}, only_python=True)


def published() -> Iterator[Case]:
    for number, read in enumerate(actions.read([FORMS_TEXT]), 1):
        yield Case(f"form {number} of 2022", with_execution_weight(read.form, NATIONAL))
    yield Case("blank form", blank_form(None, NATIONAL))


CASES = [*published(), *amounts(), *indicators(), *grades(), *choices(), *own_choices()]
