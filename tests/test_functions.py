"""The functions as plain functions; away from Windows the xlwings decorators do nothing."""

import math
import os
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
        ("五十万", 500.0, "#N/A", "#N/A"),
        ("50万元", 500.0, "#N/A", "#N/A"),
        (True, 500.0, "#N/A", "#N/A"),
        (datetime(2022, 5, 1), 500.0, "#N/A", "#N/A"),
        (100.0, -1.0, "#N/A", "#N/A"),
        ("#REF!", 500.0, "#REF!", "#REF!"),
        (-2146826281, 500.0, "#DIV/0!", "#DIV/0!"),
        ("五十万", "#N/A", "#N/A", "#N/A"),
        ([[100.0], [None]], 200.0, 0.5, 5.0),
        ([[100.0], [1.0]], 200.0, "#N/A", "#N/A"),
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
        (-1.0, "#N/A"),
        ("十分", "#N/A"),
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
        ((10.0, "九点五"), "#N/A"),
        ((10.0, True), "#N/A"),
        ((10.0, [["60 分"], [1.0]]), "#N/A"),
        ((8.09, [["得分"], [10.0], [None], [5.0]]), 23.09),
        ((10.0, [["分 值"], [20.0]]), 30.0),
        ((8.09, [["得分"], [None], [None]]), ""),
        ((8.09, "得分"), ""),
        ((10.0, [["得分"], ["九点五"], [9.0]]), "#N/A"),
        ((10.0, [["得分"], ["九点五"]]), ""),
        ((10.0, [["#DIV/0!"]], "九点五"), "#DIV/0!"),
        ((10.0, [[-2146826246]]), "#N/A"),
        ((10.0, -2.5), 7.5),
    ],
)
def test_a_total_counts_text_numbers_and_leaves_the_heading_of_a_block_out(values, total):
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
        (120.0, None, "#N/A"),
        (-1.0, None, "#N/A"),
        (90.0, "火星", "#N/A"),
        (90.0, 7.0, "#N/A"),
        ("#NUM!", "火星", "#NUM!"),
        (90.0, "#REF!", "#REF!"),
    ],
)
def test_a_grade_an_error_or_nothing(total, profile, grade):
    assert grade == GRADE(total, profile)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: GRADE(TOTAL(10.0, "九点五")),
        lambda: GRADE(TOTAL(SCORE("五十万", 1.0, 1.0))),
        lambda: TOTAL(SCORE("五十万", 1.0, 1.0), 10.0),
        lambda: SCORE(1.0, 2.0, TOTAL("九点五")),
        lambda: RATE(1.0, RATE(1.0, -1.0)),
        lambda: RATE(1.0, SCORE(1.0, 2.0, 3.0, "火星")),
        lambda: RATE(None, "五十万"),
        lambda: RATE("五十万", None),
    ],
)
def test_what_cannot_be_calculated_is_an_error_and_so_is_what_follows_from_it(answer):
    assert "#N/A" == answer()


def test_a_cell_for_words_says_why_and_a_cell_for_a_number_never_does():
    assert "没有名为“火星”的评分规则。" == functions.SE_CHECK([["x"]], "火星")
    assert "没有名为“火星”的评分规则。" == functions.SE_CHECK_ROW("≥1", "1", 10.0, 10.0, None, "火星")
    assert "#N/A" == functions.SE_INDICATOR_SCORE("≥1", "1", 10.0, "火星")


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=80), st.datetimes(), st.decimals()
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


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


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX files")
def test_the_log_is_its_owners_alone(monkeypatch, tmp_path):
    """It says what stood in forms. Folders that were there stay as they are."""
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "state" / "日志"))
    tmp_path.chmod(0o755)
    previous = os.umask(0)
    try:
        log.note("甲")
        log.log_path().chmod(0o644)
        log.note("乙")
    finally:
        os.umask(previous)

    places = (tmp_path, tmp_path / "state", tmp_path / "state" / "日志", log.log_path())
    assert [0o755, 0o700, 0o700, 0o600] == [place.stat().st_mode & 0o777 for place in places]


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
        ("≥60次", "达成预期指标", "人工判断"),
        ((("≥60次", None),), (("30次",),), 5.0),
    ],
)
def test_a_suggested_score_is_taken_from_what_is_written(target, actual, shown):
    assert shown == functions.SE_INDICATOR_SCORE(target, actual, 10.0)


def test_a_suggested_score_follows_the_profile():
    assert [6.67, 5.0] == [functions.SE_INDICATOR_SCORE("≤10", "15", 10.0, name) for name in ("全国通用", "省级系统")]


@pytest.mark.parametrize(
    ("indicator", "score"),
    [
        ("投诉率", 10.0),
        ([["投诉率"], [None]], 10.0),  # a merged area
        ([["质量指标", "投诉率"]], 10.0),
        ([["一级指标", "二级指标", "三级指标"], ["产出指标", "质量指标", "合格率"], [None, None, "投诉率"]], 10.0),
        ([["投诉率"], ["合格率"]], 6.0),  # the last row is the indicator's
        ([["#REF!", "投诉率"]], 10.0),
        ([["质量指标", "#REF!"]], "#REF!"),
        ([["二级指标", "三级指标"], [None, None]], "人工判断"),
        (None, "人工判断"),
        (7.0, "人工判断"),
    ],
)
def test_the_name_of_the_indicator_says_which_way_is_good(indicator, score):
    assert score == functions.SE_INDICATOR_SCORE("5%", "3%", 10.0, None, indicator)


def test_a_block_that_is_merged_over_several_rows_is_that_of_the_row():
    area = [["二级指标", "三级指标"], ["经济成本指标", "总投资"], [None, "道路"]]

    assert 10.0 == functions.SE_INDICATOR_SCORE("80万元", "76万元", 10.0, None, area)
    assert "" == functions.SE_CHECK_ROW("80万元", "76万元", 10.0, 10.0, None, None, None, area)
    assert functions.SE_CHECK_ROW("80万元", "90万元", 10.0, 10.0, None, None, None, area).startswith("提醒：得分填 10")
