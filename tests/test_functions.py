"""The functions as plain functions; away from Windows the xlwings decorators do nothing."""

import math
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.excel import functions, log

RATE, SCORE = functions.SE_EXECUTION_RATE, functions.SE_EXECUTION_SCORE
TOTAL, GRADE = functions.SE_TOTAL, functions.SE_GRADE


@pytest.mark.parametrize(
    ("executed", "budget", "rate", "score"),
    [
        (506745.04, 626500.0, 0.8089, 8.09),
        ("506,745.04", "626,500", 0.8089, 8.09),
        ("５０６，７４５．０４", "６２６５００", 0.8089, 8.09),
        (" 506 745.04 ", 626500, 0.8089, 8.09),
        (0.0, 626500.0, 0.0, 0.0),
        (700.0, 500.0, 1.4, 10.0),
        (-5.0, 500.0, -0.01, 0.0),
        (100.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (None, 500.0, "", ""),
        (500.0, None, "", ""),
        ("", 500.0, "", ""),
        ("-", 500.0, "", ""),
        (None, 0.0, "", ""),
        ("五十万", 500.0, "全年执行数应为数字，现为“五十万”", "全年执行数应为数字，现为“五十万”"),
        ("50万元", 500.0, "全年执行数应为数字，现为“50万元”", "全年执行数应为数字，现为“50万元”"),
        (True, 500.0, "全年执行数应为数字，现为“TRUE”", "全年执行数应为数字，现为“TRUE”"),
        (datetime(2022, 5, 1), 500.0, "全年执行数应为数字，现为“2022-05-01”", "全年执行数应为数字，现为“2022-05-01”"),
        (100.0, -1.0, "全年预算数不能为负数", "全年预算数不能为负数"),
        ("#REF!", 500.0, "#REF!", "#REF!"),
        (-2146826281, 500.0, "#DIV/0!", "#DIV/0!"),
        ("五十万", "#N/A", "#N/A", "#N/A"),
        ([[100.0], [None]], 200.0, 0.5, 5.0),
        ([[100.0], [1.0]], 200.0, "全年执行数请只选一个单元格", "全年执行数请只选一个单元格"),
        ([None, None], 200.0, "", ""),
        ((100.0,), 200.0, 0.5, 5.0),
        (1e308, 1e-308, "#NUM!", 10.0),
        (float("nan"), 1.0, "#NUM!", "#NUM!"),
    ],
)
def test_execution_answers_every_input(executed, budget, rate, score):
    assert rate == RATE(executed, budget)
    assert score == SCORE(executed, budget, 10.0)


@pytest.mark.parametrize(
    ("weight", "score"),
    [
        (20.0, 10.0),
        ("20", 10.0),
        (None, ""),
        (0.0, 0.0),
        (-1.0, "分值不能为负数"),
        ("十分", "分值应为数字，现为“十分”"),
    ],
)
def test_the_weight_is_part_of_the_score(weight, score):
    assert score == SCORE(50.0, 100.0, weight)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ((8.09, [[10.0], [10.0], [None], ["９．９１"]]), 38.0),
        ((0.1, 0.2), 0.3),
        ((None, "", "-", "—", "/"), ""),
        ((), ""),
        ((0.0,), 0.0),
        ((10.0, "九点五"), "“九点五”不是数字，无法合计"),
        ((10.0, True), "“TRUE”不是数字，无法合计"),
        ((10.0, [["#DIV/0!"]], "九点五"), "#DIV/0!"),
        ((10.0, [[-2146826246]]), "#N/A"),
        ((10.0, -2.5), 7.5),
        (("优" * 50,), "“" + "优" * 20 + "…”不是数字，无法合计"),
    ],
)
def test_a_total_counts_text_numbers_and_names_what_is_none(values, total):
    assert total == TOTAL(*values)


@pytest.mark.parametrize(
    ("total", "profile", "grade"),
    [
        (98.09, None, "优"),
        (90.0, "", "优"),
        ("89.99", "national", "良"),
        (60.0, "全国通用", "中"),
        (0.0, None, "差"),
        (None, None, ""),
        ("", None, ""),
        (120.0, None, "总分应在 0 到 100 之间"),
        (-1.0, None, "总分应在 0 到 100 之间"),
        (90.0, "火星", "没有名为“火星”的评分规则"),
        (90.0, 7.0, "没有名为“7”的评分规则"),
        ("#NUM!", "火星", "#NUM!"),
        (90.0, "#REF!", "#REF!"),
    ],
)
def test_a_grade_or_a_sentence(total, profile, grade):
    assert grade == GRADE(total, profile)


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        (lambda: GRADE(TOTAL(10.0, "九点五")), "总分尚未算出，请先按其提示改正"),
        (lambda: GRADE(TOTAL(SCORE("五十万", 1.0, 1.0))), "总分尚未算出，请先按其提示改正"),
        (lambda: GRADE(GRADE(120.0)), "总分尚未算出，请先按其提示改正"),
        (lambda: TOTAL(SCORE("五十万", 1.0, 1.0), 10.0), "其中一项尚未算出，请先按其提示改正"),
        (lambda: TOTAL(SCORE("五十万", 1.0, 1.0), "九点五"), "“九点五”不是数字，无法合计"),
        (lambda: SCORE(1.0, 2.0, TOTAL("九点五")), "分值尚未算出，请先按其提示改正"),
        (lambda: RATE(1.0, RATE(1.0, -1.0)), "全年预算数尚未算出，请先按其提示改正"),
        (lambda: RATE(1.0, SCORE(1.0, 2.0, 3.0, "火星")), "全年预算数尚未算出，请先按其提示改正"),
    ],
)
def test_a_sentence_of_ours_is_pointed_to_and_not_quoted(answer, pointer):
    assert pointer == answer()


@pytest.mark.parametrize(("executed", "budget"), [(None, "五十万"), ("五十万", None)])
def test_words_are_named_although_another_cell_is_blank(executed, budget):
    assert "应为数字，现为“五十万”" in RATE(executed, budget)


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=80), st.datetimes(), st.decimals()
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}


@pytest.mark.parametrize("function", functions.FUNCTIONS, ids=lambda function: function.name)
@given(args=st.lists(anything, min_size=7, max_size=7))
def test_every_input_has_an_answer_that_excel_takes(function, args):
    answer = function(*(args if function is TOTAL else args[: len(function.arguments)]))

    assert isinstance(answer, float | str)
    assert not isinstance(answer, float) or math.isfinite(answer)
    assert not isinstance(answer, str) or len(answer) < 256


def test_a_bug_is_logged_with_its_arguments_and_shown_as_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "日志"))

    def broken(*args):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(functions.in_cells, "execution_rate", broken)

    assert "#VALUE!" == RATE(506745.04, 626500.0)
    noted = log.log_path().read_text(encoding="utf-8")
    assert "SE_EXECUTION_RATE(506745.04, 626500.0)" in noted
    assert "a bug" in noted


def test_a_log_that_cannot_be_written_stops_nobody(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "file" / "below"))
    log.note("nobody reads this")


def test_answers_are_floats_because_excel_takes_decimals_for_money():
    assert type(RATE(Decimal(1), Decimal(3))) is float


def test_descriptions_are_chinese_and_short_enough_for_excel():
    for function in functions.FUNCTIONS:
        assert any("\u4e00" <= char <= "\u9fff" for char in function.description)
        assert len(function.description) < 255
        assert getattr(functions, function.name) is function


@pytest.mark.parametrize(
    ("target", "actual", "shown"),
    [
        ("≥60 次", "45 次", 7.5),
        ("50%", "45", 9.0),
        (60.0, 45.0, 7.5),
        ("及时", "及时", "达成 8–10"),
        ("≥60次", "—", ""),
        ("", 5.0, ""),
        ("≥60次", "#N/A", "#N/A"),
        ("≥60次", "达成预期指标", "实际完成值没有写明数字，请按实际情况打分"),
        ((("≥60次", None),), (("30次",),), 5.0),
    ],
)
def test_a_suggested_score_is_taken_from_what_is_written(target, actual, shown):
    assert shown == functions.SE_INDICATOR_SCORE(target, actual, 10.0)


def test_a_suggested_score_follows_the_profile():
    assert [6.67, 5.0] == [functions.SE_INDICATOR_SCORE("≤10", "15", 10.0, name) for name in ("全国通用", "省级系统")]
