"""Forms of many provinces that the reader was not written from, and tables that it must refuse."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import pytest
import wild
from wild import papers

from selfeval_xl import actions, checks, files, labels
from selfeval_xl.cells import Entry
from selfeval_xl.form import document
from selfeval_xl.grid import Area, Grid
from selfeval_xl.profiles import NATIONAL
from selfeval_xl.reading import Reading, read_forms
from selfeval_xl.reading.refusal import found_instead


def readings(one) -> tuple[Reading, ...]:
    return read_forms(Grid.of(one.rows, "表", [Area(*merge) for merge in one.merges]), "x.xlsx")


def fields(said: dict) -> dict[str, object]:
    """Every field of a form by its path, comparable."""
    found: dict[str, object] = {}
    for name, value in said.items():
        if isinstance(value, dict):
            found |= {f"{name}.{key}": _comparable(part) for key, part in value.items()}
        elif isinstance(value, list):
            for number, row in enumerate(value):
                found |= {f"{name}[{number}].{key}": _comparable(part) for key, part in row.items()}
        else:
            found[name] = _comparable(value)
    return found


def _comparable(value: object) -> object:
    if value is None or value == "":
        return None
    text = str(value).strip()
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def differences(expected: dict, said: dict) -> list[str]:
    """Each field that was read wrong, missed or invented."""
    right, read = fields(expected), fields(said)
    names = [name for name in right if right[name] is not None or read.get(name) is not None]
    names += [n for n in read if n not in right and "[" in n and read[n] is not None and n != "funds[0].reason"]
    return [f"{n}: {right.get(n)!r} ≠ {read.get(n)!r}" for n in names if right.get(n) != read.get(n)]


@pytest.mark.parametrize("one", [*wild.FORMS, *wild.MORE_FORMS], ids=lambda one: one.name)
def test_a_form_from_the_wild_is_read_completely(one):
    found = readings(one)
    expected = one.several or [one.expected]

    assert len(expected) == len(found)
    wrong = [line for e, r in zip(expected, found, strict=True) for line in differences(e, document(r.form))]
    assert [] == [line for line in wrong if not line.startswith("layout: None")]


@pytest.mark.parametrize("one", wild.FORMS, ids=lambda one: one.name)
def test_what_belongs_nowhere_is_left_over_and_nothing_else(one):
    left = {entry.written.strip() for reading in readings(one) for entry in reading.leftovers}
    words = Counter(str(cell).strip() for row in one.rows for cell in row)
    said = {str(value) for reading in readings(one) for value in fields(document(reading.form)).values()}

    understood = {text for text in one.leftovers if labels.GRADE_LABEL.fullmatch(labels.key(text.partition("：")[0]))}
    assert set() == {text.strip() for text in one.leftovers - understood} - left - said, "lost in silence"
    not_understood = left - {text.strip() for text in one.leftovers | one.either}
    assert set() == {text for text in not_understood if words[text] == 1}


@pytest.mark.parametrize("one", [*wild.FORMS, *wild.MORE_FORMS], ids=lambda one: one.name)
def test_what_is_wrong_in_a_form_is_found_and_nothing_else(one):
    """每一项错误和提醒都由人对照原表判断过。"""
    forms = [reading.form for reading in readings(one)]
    found = [f for form in forms for f in checks.findings(form, NATIONAL, advice=False)]

    assert one.findings == [(f.cell or "-", f.rule) for f in found], [f.message for f in found]


@pytest.mark.parametrize("one", [*wild.FORMS, *wild.MORE_FORMS], ids=lambda one: one.name)
def test_advice_of_one_kind_is_said_once_and_reads_well(one):
    assert readings(one)
    for reading in readings(one):
        found = checks.findings(reading.form, NATIONAL)
        advice = [f.rule for f in found if f.level == "advice"]

        assert len(advice) == len(set(advice))
        assert [] == [f.message for f in found if re.search("[：:]”|。。|，，|。，|，。|：的|“”", f.message)]


@pytest.mark.parametrize("one", wild.REFUSED, ids=lambda one: one.name)
def test_another_table_is_no_form(one):
    assert () == readings(one)


@pytest.mark.parametrize("one", wild.REFUSED, ids=lambda one: one.name)
def test_a_refusal_says_what_was_found(one):
    said = found_instead([Grid.of(one.rows, "表一", [Area(*merge) for merge in one.merges])])

    assert said.startswith(
        ("工作表“表一”是", "工作表“表一”缺少", "工作表“表一”题为", "工作表“表一”各栏目", "文件中没有内容")
    )


@pytest.mark.parametrize("one", wild.FORMS, ids=lambda one: one.name)
@pytest.mark.parametrize("write", [papers.workbook, papers.word_table])
def test_a_file_says_what_its_grid_says(tmp_path, write, one):
    path = write(one, tmp_path / ("表.docx" if write is papers.word_table else "表.xlsx"))
    found = [reading for grid in files.read_grids(path) for reading in read_forms(grid)]
    expected = one.several or [one.expected]

    assert len(expected) == len(found)
    assert [] == [line for e, r in zip(expected, found, strict=True) for line in differences(e, document(r.form))]


def test_forms_of_every_layout_survive_our_own_workbook(tmp_path):
    """What our sheet has no cell for is named as left over by the import."""
    paths = [papers.workbook(one, tmp_path / f"{number:02}.xlsx") for number, one in enumerate(wild.FORMS)]
    imported = actions.import_forms(paths, tmp_path / "总.xlsm").forms
    again = actions.read([tmp_path / "总.xlsm"])

    assert len(imported) == len(again)
    for before, after in zip(imported, again, strict=True):
        said = fields(_carried(document(before.form)))
        found = fields(_carried(document(after.form)))
        rates_and_totals = ("rate", "score", "total_weight", "total_score", "grade")  # which are formulas there
        lost = {
            n: v for n, v in said.items() if v is not None and v != found.get(n) and not n.endswith(rates_and_totals)
        }
        assert {} == lost, before.form.source
        assert [] == [entry.written for entry in after.leftovers if entry.written != "-"]
        left = {entry.written for entry in before.leftovers}
        assert {i.nature.written for i in before.form.indicators if i.nature.text} <= left
        assert {row.reason.written for row in before.form.funds if row.reason.text} <= left


def _carried(said: dict) -> dict:
    """Without what belongs to the file, and without what our layout puts elsewhere."""
    rest = {name: part for name, part in said.items() if name not in ("source", "sheet", "layout")}
    for rows in (rest["funds"], rest["indicators"]):
        for row in rows:
            for name in ("nature", "unit") if "level3" in row else ("reason",):
                row.pop(name, None)
    total, *others = rest["funds"] or [{}]
    return rest | {"funds": [total | {"name": total.get("name") or "年度资金总额"}, *others]}


OTHERS = {
    "another year": lambda form: replace(form, year=(form.year or 2024) + 1),
    "another project": lambda form: replace(form, project=Entry("跨年续建项目", "跨年续建项目")),
    "no place for reasons": lambda form: replace(form, columns={"level3": 3, "target": 4, "actual": 5, "weight": 6}),
    "asked from a cell": lambda form: replace(form, source=None),
    "the reason above": lambda form: replace(form, indicators=_all_with_the_reason_above(form.indicators)),
}


def _all_with_the_reason_above(rows):
    ditto = Entry("同上", "同上")
    return tuple(replace(row, reason=ditto if at else Entry("无", "无")) for at, row in enumerate(rows))


@pytest.mark.parametrize("changed", OTHERS)
def test_a_row_in_which_nothing_was_found_is_judged_anew_in_a_form_that_says_something_else(changed):
    forms = [reading.form for one in wild.FORMS for reading in readings(one)]
    others = [OTHERS[changed](form) for form in forms]
    for form in forms:
        checks.findings(form, NATIONAL)
    after = [checks.findings(form, NATIONAL) for form in others]
    again = []
    for form in others:
        checks._BLAMELESS.clear()
        again.append(checks.findings(form, NATIONAL))

    assert after == again
    assert any(checks.findings(form, NATIONAL) != found for form, found in zip(forms, after, strict=True))
