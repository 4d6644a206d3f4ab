"""结转下一年: next year's sheets out of this year's; what was cleared and what is in doubt is listed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from selfeval_xl.cells import CellError
from selfeval_xl.excel.buttons.findings import left_out
from selfeval_xl.excel.buttons.sheets import place_of_new
from selfeval_xl.excel.buttons.tables import Group, is_own_list, link, put_table
from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import Draft, Plan, Step, question, said
from selfeval_xl.labels import SIDE_LABELS, YEAR_SHEET, key
from selfeval_xl.sheet.layout import ACTUAL, FINDING, GOAL_ROWS, LAST_YEAR, SUGGESTED, WIDTHS_WITH_LAST_YEAR
from selfeval_xl.sheet.names import sheet_names
from selfeval_xl.sheet.page import Content, Formula
from selfeval_xl.year import CLEARED, DOUBTFUL, RAISED, Change, NextYear, roll

WHERE_TO_COPY = question("copy")  # the add-in saves a copy of the workbook, opens it and comes again
_NOTE = "“需确认”的没有改动，请逐条看；“已清空”的是上年的金额、完成值、得分、原因等。看过后可删除本表。"
_COLUMNS = (("处理", 9.0), ("工作表", 28.0), ("单元格", 9.0), ("栏目", 26.0), ("上年内容", 44.0), ("现在", 26.0))
_WORDS = {DOUBTFUL: "需确认", RAISED: "年份加一", CLEARED: "已清空"}


def roll_sheet(given: Given) -> Plan:
    """A copy of the active sheet for the next year, beside the old one."""
    sheet, form = given.sheet, given.sheet.form
    if form is None:
        return said("当前工作表里没有认出自评表（或有多张），请切换到要结转的项目表。")
    rolled = roll(form, sheet.readings[0].leftovers)
    wanted = rolled.form.sheet
    if wanted is None or wanted == sheet.name:
        wanted = f"{rolled.form.year or '下'}年{sheet.name}"
    (name,) = sheet_names([wanted], taken=[one.name for one in given.sheets])
    draft = Draft()
    draft.step(Step("copysheet", sheet.name, a=name, b=place_of_new(given)), Step("dropsheet", name))
    if sheet.is_protected:
        draft.step(Step("unprotect", name))
    for row, column, content in _contents(sheet, rolled):
        draft.put_anew(name, row, column, content)
    if sheet.is_ours:
        _make_room(draft, name)
    if sheet.is_protected:
        draft.step(Step("protect", name))
    _list(draft, given, [(sheet, name, rolled)])
    draft.step(Step("show", name, "A1"))
    return draft.plan(_told([(sheet, name, rolled)]), "撤销结转")


def _next_names(given: Given, rolled: Sequence[tuple[GivenSheet, NextYear]]) -> Iterator[str]:
    """The names of the next year's sheets; a name that another sheet has is left as it is."""
    taken = [sheet.name for sheet in given.sheets]
    for sheet, one in rolled:
        wanted = one.form.sheet or sheet.name
        is_free = wanted != sheet.name and sheet_names([wanted], taken=taken) == [wanted]
        yield wanted if is_free else sheet.name
        taken.append(wanted)


def roll_book(given: Given) -> Plan:
    """All forms of a copy of the workbook, which is saved under another name."""
    forms = [sheet for sheet in given.sheets if sheet.form is not None]
    if not forms:
        return said("当前工作簿里没有认出自评表。")
    if not given.target:
        return WHERE_TO_COPY
    rolled = [(sheet, roll(sheet.form, sheet.readings[0].leftovers)) for sheet in forms if sheet.form is not None]
    draft = Draft(*forms)
    names = list(_next_names(given, rolled))
    for sheet, one in rolled:
        for row, column, content in _contents(sheet, one):
            draft.put(sheet, row, column, content)
        if sheet.is_ours:
            _make_room(draft, sheet.name)
    named = [(sheet, name, one) for (sheet, one), name in zip(rolled, names, strict=True)]
    _list(draft, given, named)
    for sheet, name in zip(forms, names, strict=True):
        if name != sheet.name:
            draft.step(Step("rename", sheet.name, a=name), Step("rename", name, a=sheet.name))
    return draft.plan(_told(named) + left_out(given, "没有结转"))


def _contents(sheet: GivenSheet, rolled: NextYear) -> Iterator[tuple[int, int, Content]]:
    """What goes into the cells of the next year's sheet. A formula stays and calculates anew."""
    for change in rolled.changes:
        if change.kind == DOUBTFUL or change.spot is None:
            continue
        row, column = change.spot.row, change.spot.column
        held = sheet.held(row, column)
        if not _stays(sheet, change):
            content = None if isinstance(held, Formula) else change.content(held)
            yield row, column, content if isinstance(content, str | Decimal | CellError) else None
    if sheet.is_ours:
        yield from _beside(sheet)


def _stays(sheet: GivenSheet, change: Change) -> bool:
    """Whether a formula stands there that calculates anew; one that looks at another sheet still brings last year's."""
    if change.spot is None:
        return False
    held = sheet.held(change.spot.row, change.spot.column)
    return isinstance(held, Formula) and "!" not in held.text


def _beside(sheet: GivenSheet) -> Iterator[tuple[int, int, Content]]:
    """Last year's results beside the new targets; remarks of an import have had their time."""
    heading = sheet.indicator_rows[0] - 1
    yield heading, LAST_YEAR.number, LAST_YEAR.heading
    for row in sheet.indicator_rows:
        actual = sheet.shown(row, ACTUAL.number)
        yield row, LAST_YEAR.number, None if actual is None else str(actual)
    notes = heading - GOAL_ROWS
    if key(str(sheet.shown(notes, SUGGESTED.number) or "")) == SIDE_LABELS["notes"]:
        yield notes, SUGGESTED.number, None
        yield notes, FINDING.number, None


def _make_room(draft: Draft, name: str) -> None:
    """Findings and last year's results side by side on a small screen."""
    for column in (FINDING, LAST_YEAR):
        digits = (WIDTHS_WITH_LAST_YEAR[column.number - 1] - 5) / 8  # as Excel counts the type of our workbooks
        draft.step(Step("width", name, column.at(1), round(digits, 1)))
    draft.step(Step("look", name, f"{LAST_YEAR.at(1)}:{LAST_YEAR.at(200)}", "aside"))


_Rolled = tuple[GivenSheet, str, NextYear]  # a sheet, the name of its next one, and what became of its cells


def _list(draft: Draft, given: Given, rolled: Sequence[_Rolled]) -> None:
    lines = [*_earlier(given, {name for _, name, _ in rolled}), *_lines(rolled)]
    groups = [
        Group(f"{word}（{len(rows)} 处）", rows)
        for word in _WORDS.values()
        if (rows := tuple(line for line in lines if line[0] == word))
    ]
    put_table(draft, given, YEAR_SHEET, YEAR_SHEET, _NOTE, _COLUMNS, groups)


def _earlier(given: Given, names: set[str]) -> Iterator[tuple[Content, ...]]:
    """What the list already says of other sheets that are still there."""
    old = given.named(YEAR_SHEET)
    if old is None or not is_own_list(old, YEAR_SHEET):
        return
    for row in range(1, len(old.values) + 1):
        word, name, place, *rest = (old.shown(row, column) for column in range(1, len(_COLUMNS) + 1))
        if word in _WORDS.values() and name and name not in names and given.named(str(name)) is not None:
            texts = (None if part is None else str(part) for part in rest)
            yield (word, str(name), link(str(name), str(place) if place else None), *texts)


def _lines(rolled: Sequence[_Rolled]) -> Iterator[tuple[Content, ...]]:
    for kind in _WORDS:
        for sheet, name, one in rolled:
            yield from (_line(name, change) for change in _changed(sheet, one, kind))


def _changed(sheet: GivenSheet, rolled: NextYear, kind: str) -> list[Change]:
    """The changes of a kind; a cell whose formula stays is none."""
    return [change for change in rolled.of_kind(kind) if not (kind == CLEARED and _stays(sheet, change))]


def _line(name: str, change: Change) -> tuple[Content, ...]:
    place = change.spot.address if change.spot else None
    after = "、".join(change.words) if change.kind == DOUBTFUL else change.after.written or None
    return (_WORDS[change.kind], name, link(name, place), change.name, change.before, after)


def _told(rolled: Sequence[_Rolled]) -> str:
    counts = {kind: sum(len(_changed(sheet, one, kind)) for sheet, _, one in rolled) for kind in _WORDS}
    years = {one.form.year for _, _, one in rolled}
    to = f"{years.pop()} 年度" if len(years) == 1 and None not in years else "下一年"
    unknown = sum(one.form.year is None for _, _, one in rolled)
    parts = [f"已结转 {len(rolled)} 张自评表到{to}：清空 {counts[CLEARED]} 格，年份加一 {counts[RAISED]} 处。"]
    parts += [f"其中 {unknown} 张没有写明年度，年份没有改动，请补填。"] if unknown else []
    parts += [f"有 {counts[DOUBTFUL]} 处需要您确认。"] if counts[DOUBTFUL] else []
    return "\n".join([*parts, f"清单在工作表“{YEAR_SHEET}”中。"])
