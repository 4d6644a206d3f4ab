"""Forms drawn by chance, laid out in every family with offsets, merged areas, blank columns and spelling variants."""

import csv
import random
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
import wild
from hypothesis import given, note, settings
from hypothesis import strategies as st
from layouts import FAMILIES, SPELLINGS, Laid, sheets
from wild import papers

from selfeval_xl import actions, labels
from selfeval_xl.form import document
from selfeval_xl.grid import Area, Grid
from selfeval_xl.reading import read_forms


def grid_of(laid: Laid) -> Grid:
    return Grid.of(laid.rows, "表", [Area(*merge) for merge in laid.merges])


def normal(value):
    """Numbers as numbers, nothing as None, lists and records inside."""
    if isinstance(value, dict):
        return {name: found for name, part in value.items() if (found := normal(part)) is not None}
    if isinstance(value, list):
        return [normal(part) for part in value]
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError):
        return value


def said_by(form) -> dict:
    said = document(form)
    return normal({name: part for name, part in said.items() if name not in ("source", "sheet")})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_form_in_any_layout_is_read_as_it_was_drawn(family):
    @given(sheets(families=(family,)))
    def read(laid):
        note("\n".join(" | ".join("" if c is None else str(c) for c in row) for row in laid.rows))
        (one,) = read_forms(grid_of(laid))

        assert normal(laid.expected) == said_by(one.form)
        left = {entry.written for entry in one.leftovers}
        assert laid.leftovers <= left

    read()


def _tab_text(laid: Laid, path: Path) -> Path:
    """As Excel's clipboard writes it: cells with line breaks stand in quotes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\r\n").writerows(laid.rows)
    return path


_WRITERS = {"xlsx": papers.workbook, "docx": papers.word_table, "txt": _tab_text}


@pytest.mark.parametrize("kind", _WRITERS)
def test_a_file_says_what_its_form_says(tmp_path_factory, kind):
    folder = tmp_path_factory.mktemp("layout")

    @settings(max_examples=25)
    @given(sheets())
    def read(laid):
        note("\n".join(" | ".join("" if c is None else str(c) for c in row) for row in laid.rows))
        path = _WRITERS[kind](laid, folder / f"表.{kind}")

        (one,) = actions.read([path])

        assert normal(laid.expected) == said_by(one.form)
        assert laid.leftovers <= {entry.written for entry in one.leftovers}

    read()


# Words that no form has, each of them once, strewn over a form.
_WORDS = [f"生词{letter}" for letter in "甲乙丙丁戊己庚辛"]


@given(sheets(), st.booleans(), st.data())
def test_no_word_is_lost_and_none_is_said_twice(laid, flattened, data):
    """Whatever stands on the sheet is in the form, or is left over, or is a heading that the reader knows."""
    for word in _WORDS:
        row = data.draw(st.sampled_from(laid.rows))
        row[data.draw(st.integers(0, len(row) - 1))] = word
    note("\n".join(" | ".join("" if c is None else str(c) for c in row) for row in laid.rows))

    grid = Grid.of(laid.rows, "表", flattened=True) if flattened else grid_of(laid)
    assert [] == strewn_words_astray(laid.rows, read_forms(grid))


@pytest.mark.parametrize("seed", range(20))
def test_no_word_is_lost_in_a_form_from_the_wild(seed):
    """The same with some cells emptied, in forms that no layout here has drawn."""
    for one in wild.FORMS:
        chance = random.Random(f"{seed} {one.name}")  # noqa: S311
        rows = [list(row) for row in one.rows]
        for word in [None] * chance.randint(0, 6) + _WORDS:
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = word
        grid = Grid.of(rows, "表", [Area(*merge) for merge in one.merges])

        assert [] == strewn_words_astray(rows, read_forms(grid)), one.name


def strewn_words_astray(rows, readings) -> list[str]:
    """The words that are given less often than they stand on the sheet, or more often."""
    if not readings:
        return []
    said = [text for one in readings for text in _texts(document(one.form))]
    left = [entry for one in readings for entry in one.leftovers]
    indicators = [i for one in readings for i in one.form.indicators]
    carried_down = {name.written for i in indicators for name in (i.level1, i.level2)}
    shared = Counter((i.reason.spot, i.reason.written) for i in indicators)
    carried_down |= {written for (_, written), times in shared.items() if times > 1}
    astray = [f"{spot} twice" for spot, times in Counter(entry.spot for entry in left).items() if times > 1]
    for word in set(_WORDS) - carried_down:
        standing = sum(cell == word for row in rows for cell in row)
        given_ = sum(text.count(word) for text in said) + sum(entry.written == word for entry in left)
        if standing != given_:
            astray.append(f"{word} stands {standing} times and was given {given_} times")
    return astray


def _texts(said):
    if isinstance(said, dict):
        for name, part in said.items():
            repeated = name == "unit" and part in (said.get("target") or "") if "level3" in said else False
            yield from () if repeated else _texts(part)
    elif isinstance(said, list):
        for part in said:
            yield from _texts(part)
    elif isinstance(said, str):
        yield said


@pytest.mark.parametrize(
    ("block", "fields"),
    [
        (labels.HEAD, {"project": "project", "department": "department", "unit": "unit"}),
        (
            labels.FUNDS,
            {name: name for name in ("initial_budget", "annual_budget", "executed", "rate")}
            | {"money_weight": "weight", "money_score": "score"},
        ),
        (labels.INDICATORS, {name: name for name in SPELLINGS if name in labels.INDICATORS}),
    ],
)
def test_every_spelling_means_its_field(block, fields):
    meant = {word: labels.field_of(word, block) for name in fields for word in SPELLINGS[name]}

    assert {word: field for name, field in fields.items() for word in SPELLINGS[name]} == meant


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (labels.HEAD, {"project": "财政支出项目名称 项目/政策名称 市级项目名称 专项业务名称"}),
        (labels.HEAD, {"project_else": "自评项目 工程名称", "unit_else": "项目法人 项目管理单位 编制单位"}),
        (labels.HEAD, {"department": "省直主管部门 旗县主管部门 行业主管部门", "department_else": "中央主管部门"}),
        (labels.FUNDS, {"initial_budget": "年初核定预算数 申报预算数 调整前预算数"}),
        (labels.FUNDS, {"annual_budget": "下达预算数 财政批复数 全年预算额 全年可执行数 资金额度"}),
        (labels.FUNDS, {"executed": "已支出数 财政拨付数 本年实际支出 实际支出额 完成金额"}),
        (labels.FUNDS, {"rate": "使用率 支出比例 执行比率 B/A", "weight": "预算执行率分值 权重分 应得分"}),
        (labels.FUNDS, {"score": "执行率自评得分 预算得分"}),
        (labels.GOALS, {"expected": "年初既定目标 年初目标设定情况 预期成果"}),
        (labels.GOALS, {"achieved": "实际完成绩效目标 年底完成情况 实际完成的绩效目标 实际成效"}),
        (labels.INDICATORS, {"level1": "一级目标 指标一级", "level3": "评价指标 三级指标名称及单位"}),
        (labels.INDICATORS, {"target": "计划完成指标值 目标指标值 预期完成值 预设值"}),
        (labels.INDICATORS, {"actual": "实际指标值 实际业绩值 项目完成值 自评值"}),
        (labels.INDICATORS, {"weight": "三级指标权重 基础分 额定分 指标分数", "score": "考评得分 单位自评 实得分值"}),
        (labels.INDICATORS, {"reason": "差异分析 失分说明 扣分点", "nature": "方向 指标值性质 关系符号"}),
        (
            labels.INDICATORS,
            {None: "指标解释 计算公式 得分率 财政评分 评分标准 复核得分 一级指标权重 目标值说明 数据来源及说明"},
        ),
    ],
)
def test_offices_have_many_words_for_one_field(block, words):
    meant = {word: labels.field_of(word, block) for spelled in words.values() for word in spelled.split()}

    assert {word: field for field, spelled in words.items() for word in spelled.split()} == meant


@pytest.mark.parametrize(
    ("pattern", "words", "others"),
    [
        (labels.TOTAL, "绩效自评得分 自评分合计 绩效总分 分值合计 项目总得分", "完成情况 指标得分 单项得分"),
        (labels.TOTAL_FUNDS, "年度财政资金总额 总投资 年度总资金 专项总额", "其中财政拨款 自筹资金"),
        (labels.FUNDS_ROW, "省级 市 县 自治区 兵团 教育收费 社会投入 银行利息 彩票公益金 国债", "按进度执行 项目名称"),
        (labels.GRADE_LABEL, "绩效等级 自评价等级 自评档次 绩效评级", "项目级次 自评得分"),
        (labels.GOALS_BLOCK, "年度总目标 绩效总目标 任务目标", "目标值 年度指标"),
        (labels.INDICATORS_BLOCK, "绩效指标体系 绩效指标及完成情况", "三级指标 指标完成值"),
        (labels.FUNDS_BLOCK, "资金投入 资金来源及执行 资金收支情况", "资金总额 执行率"),
        (labels.FOOTER, "问题及建议 偏差大或目标未完成原因分析 评价小组 财务负责人", "问题整改率 财务报表准确率"),
    ],
)
def test_offices_have_many_words_for_rows_and_blocks(pattern, words, others):
    found = [word for word in f"{words} {others}".split() if _names(pattern, word)]

    assert words.split() == found


def _names(pattern, word) -> bool:
    in_words = pattern in (labels.FUNDS_ROW, labels.FOOTER)
    return (pattern.search if in_words else pattern.fullmatch)(labels.key(word)) is not None
