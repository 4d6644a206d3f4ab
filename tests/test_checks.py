import json
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
from conftest import FORMS_TEXT, ROOT, module_from
from drawing import FUNDS, HEADINGS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from selfeval_xl import actions, checks
from selfeval_xl.cells import Entry, Spot, read_value
from selfeval_xl.checks import CHECKS, percent
from selfeval_xl.cli import main
from selfeval_xl.excel import functions
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.profiles import NATIONAL, PROFILES
from selfeval_xl.scoring.measures import read_measure

examples = module_from(ROOT / "tools" / "checks_table.py")


def test_the_printed_rate_of_the_first_form_is_reported_and_no_other():
    """打印的 80.88% 与按金额计算的 80.89% 不一致。"""
    found = [finding for one in actions.read([FORMS_TEXT]) for finding in one.findings]

    assert ["execution_rate_matches_amounts"] == [f.rule for f in found]
    assert ("合作交流工作业务费", "G10", "error", "0.8088", "0.8089") == (
        found[0].sheet, found[0].cell, found[0].level, found[0].stated, found[0].expected,
    )  # fmt: skip
    assert "80.88%" in found[0].message
    assert "80.89%" in found[0].message
    assert "0.01 个百分点" in found[0].message


def _first():
    return actions.read([FORMS_TEXT])[1].form  # the second form has no differences


def _entry(number):
    return Entry(Decimal(number), number)


def test_a_form_whose_figures_agree_has_no_findings():
    assert () == checks.arithmetic(_first(), NATIONAL)


def test_a_wrong_total_is_named_with_both_numbers_and_the_gap():
    form = replace(_first(), total_score=_entry("98.49"))

    (found,) = checks.arithmetic(form, NATIONAL)

    assert "total_score_matches_sum" == found.rule
    assert "总分填 98.49，各项得分之和应为 97.99，多 0.50。请改为 97.99 或核对各项。" == found.message


def test_a_wrong_execution_score_and_a_wrong_weight_sum_are_found():
    form = _first()
    funds = (replace(form.funds[0], score=_entry("8.5")), *form.funds[1:])
    form = replace(form, funds=funds, total_weight=_entry("99"))

    found = [f.rule for f in checks.arithmetic(form, NATIONAL)]

    assert ["execution_score_matches_amounts", "total_weight_matches_sum"] == found


def test_a_rate_is_shown_with_two_decimals():
    assert ["80.88%", "100.00%", "80.89%", "0.00%", "80.89%"] == [
        percent(Decimal(r)) for r in ("0.8088", "1.0000", "0.80885", "0", "0.80885070")
    ]


def _with(rate=None, score=None):
    """The second form: 151881.2 ÷ 190000 = 79.9374…%, 7.99 points."""
    form = _first()
    funds = form.funds[0]
    if rate is not None:
        funds = replace(funds, rate=Entry(Decimal(rate[0]), rate[1]))
    if score is not None:
        funds = replace(funds, score=Entry(Decimal(score[0]), score[1]))
    return replace(form, funds=(funds, *form.funds[1:]))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0.7994", "79.94%"),
        ("0.799374736842105", "79.94%"),
        ("0.799374736842105", "0.799374736842105"),
        ("0.799", "79.9%"),
        ("0.80", "80%"),
        ("0.8", "80"),
        ("0.8", "0.8"),
        ("0.799374736842105", "80%"),
        ("0.7994", "０.７９９４"),
        ("0.799", "79. 9％"),
    ],
)
def test_a_rate_printed_shorter_than_usual_is_no_mistake(value, written):
    assert () == checks.arithmetic(_with(rate=(value, written)), NATIONAL)


@pytest.mark.parametrize(
    ("value", "written"),
    [("0.7993", "79.93%"), ("0.79", "79%"), ("0.798", "79.8%"), ("1", "1"), ("1", "100%"), ("0", "0"), ("0.9", "0.9")],
)
def test_a_rate_that_is_wrong_at_its_own_precision_is_reported(value, written):
    (found,) = checks.arithmetic(_with(rate=(value, written)), NATIONAL)

    assert "execution_rate_matches_amounts" == found.rule


@pytest.mark.parametrize(("value", "written"), [("7.99", "7.99"), ("7.99374736842105", "7.99"), ("8.0", "8.0")])
def test_a_score_printed_shorter_than_usual_is_no_mistake(value, written):
    assert () == checks.arithmetic(_with(score=(value, written)), NATIONAL)


@pytest.mark.parametrize(("value", "written"), [("7.98", "7.98"), ("7.9", "7.9"), ("7", "7"), ("8", "8"), ("10", "10")])
def test_a_score_that_is_wrong_at_its_own_precision_is_reported(value, written):
    (found,) = checks.arithmetic(_with(score=(value, written)), NATIONAL)

    assert "execution_score_matches_amounts" == found.rule


@given(st.decimals(min_value=0, max_value=2, places=12), st.decimals(min_value=0, max_value=100, places=9))
def test_a_message_never_shows_more_than_two_decimals(rate, score):
    form = replace(_with((rate, str(rate)), (score, str(score))), total_score=Entry(score, str(score)))

    for found in checks.arithmetic(form, NATIONAL):
        assert max(map(len, re.findall(r"\d+\.(\d+)", found.message)), default=0) <= 2


# ---- every rule --------------------------------------------------------------------------------------------------


def _found(changes, check, **options):
    return checks.findings(examples.form(changes), examples.rules_for(check), examples.OTHERS, **options)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_finds_its_example_and_passes_the_other(check):
    broken, right = examples.EXAMPLES[check.name]

    found = [finding for finding in _found(broken, check) if finding.rule == check.name]
    assert found
    for finding in found:
        assert finding.level in checks.LEVELS
        assert finding.cell or finding.stated is None, "what is not there has no cell"
        assert finding.message.endswith("。")
        assert finding.message.count("。") >= 2 or "请" in finding.message, "what would settle it is missing"
        assert finding.basis
    assert () == _found(right, check)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_correct_form_has_no_findings_by_any_profile(profile):
    """Its execution has 10 points: by the rules with 20 that is worth a thought, and no more."""
    found = checks.findings(examples.form(), profile, examples.OTHERS)
    other = [] if profile.execution_points == 10 else ["execution_weight_is_that_of_the_rules"]

    assert other == [f.rule for f in found]


def test_each_check_has_words_a_level_a_source_and_examples():
    assert list(examples.EXAMPLES) == list(dict.fromkeys(examples.EXAMPLES))
    assert {check.name for check in CHECKS} == set(examples.EXAMPLES)
    assert len(CHECKS) == len({check.name for check in CHECKS})
    for check in CHECKS:
        assert check.level in checks.LEVELS
        assert check.words
        assert check.source(examples.rules_for(check)).notice


def test_the_table_of_checks_is_current():
    assert examples.PAGE.read_text(encoding="utf-8") == examples.page(), "run tools/build.sh"


def test_advice_is_left_out_as_a_whole_and_nothing_else():
    form = examples.form({"row0.actual": "*", "row6.actual": "≥90%", "row1.reason": "无"})
    everything = checks.findings(form, NATIONAL)

    assert {"error", "advice"} == {finding.level for finding in everything}
    assert tuple(f for f in everything if f.level != "advice") == checks.findings(form, NATIONAL, advice=False)


def test_findings_come_in_the_order_of_the_form():
    changes = {"unit": "", "total.rate": "97%", "row0.actual": "", "row3.score": "11", "total_score": "90"}
    profile = [f.rule for f in checks.findings(examples.form(changes), NATIONAL, advice=False)]

    assert [
        "names_and_year_are_filled",
        "execution_rate_matches_amounts",
        "result_is_given",
        "score_is_within_weight",
        "total_score_matches_sum",
    ] == profile


def test_an_amount_in_another_unit_is_named_although_its_parts_may_not_be_all():
    """528万 above parts of 288 and 240 in 元: the printed rate is that of the parts, and the slip is still said."""
    rows = (
        ("合计", "550", "550", "528万", "10", "96%", "9.6"),
        ("1.中央资金", "300", "300", "288", "", "96%", ""),
        ("2.地方资金", "250", "250", "240", "", "96%", ""),
    )
    fields = ("name", "initial_budget", "annual_budget", "executed", "weight", "rate", "score")
    funds = [
        Funds(**{name: Entry(read_value(words), words) for name, words in zip(fields, row, strict=True)})
        for row in rows
    ]
    total = replace(funds[0], executed=Entry(Decimal(5_280_000), "528万"))
    form = replace(_first(), source="表.xlsx", funds=(total, *funds[1:]))

    found = [one for one in checks.findings(form, NATIONAL) if one.level == checks.ERROR]

    assert any("5280000" in one.message and "单位" in one.message for one in found), found


def test_a_blank_cell_is_named_where_row_and_column_cross():
    def cells(changes, **more):
        return [f.cell for f in checks.findings(replace(examples.form(changes), **more), NATIONAL)]

    assert ["I14"] == cells({"row1.reason": ""})
    assert ["D14"] == cells({"row1.reason": ""}, columns=None)  # by the name of its row
    assert ["E6"] == cells({"total.executed": "", "fiscal.executed": "", "total.rate": "", "grade": ""})
    assert ["H6"] == cells({"total.score": "", "total_score": "99.50"})


@pytest.mark.parametrize(
    ("target", "unit", "nature", "actual", "found"),
    [
        ("≤10月", "月", None, "11", ["delays_need_a_reason"]),
        ("≤10月", "月", None, "2025年11月", ["delays_need_a_reason"]),
        ("≤10月", "月", None, "8", []),
        ("≤10月", "月", None, "10", []),
        ("10月底前", "月底前", None, "11", ["delays_need_a_reason"]),
        ("≤50万元", "万元", None, "45", []),
        ("50万元", "万元", "反向", "55", ["score_follows_from_result"]),
        ("50万元", "万元", "反向指标", "45", []),
        ("50万元", "万元", "正向", "45", ["score_follows_from_result"]),
        ("50万元", "万元", "正 向", "55", []),
        ("≤50万元", "万元", "正向", "45", []),  # what is written counts
        ("及时", None, "定性", "及时", []),
        ("≤0.5%", "%", None, "0.1", []),
        ("≤0.5%", "%", None, "0.6", ["score_follows_from_result"]),
        ("≥5%", "%", None, "0.06", ["units_agree"]),  # 0.06 may be 6%
        ("≥10%", "%", None, "0.9", ["units_agree"]),  # and 0.9 90%
        ("≥95%", "百分比", None, "96", []),
        ("≥95%", "项", None, "96", []),
    ],
)
def test_the_columns_beside_a_target_say_its_sign_and_its_unit(target, unit, nature, actual, found):
    form = examples.form({"row0.target": target, "row0.actual": actual, "grade": ""})
    row = replace(form.indicators[0], level3=Entry("事项", "事项"))
    if unit:
        row = replace(row, target_unit=Entry(unit, unit))
    if nature:
        row = replace(row, nature=Entry(nature, nature))
    form = replace(form, indicators=(row, *form.indicators[1:]))

    assert found == [f.rule for f in checks.findings(form, NATIONAL) if f.level != "advice"]
    assert "result_states_a_number" not in [f.rule for f in checks.findings(form, NATIONAL)]


@pytest.mark.parametrize(
    ("target", "actual", "reason", "found"),
    [
        ("≥120公里", "108公里", "", ["points_lost_need_a_reason"]),
        ("≥120公里", "108公里", "雨季停工。", []),
        ("≥120公里", "128公里", "", []),
        ("120公里", "108公里", "", []),  # without a sign nobody knows
        ("≤30分钟", "45分钟", "", ["points_lost_need_a_reason"]),
    ],
)
def test_a_target_that_was_missed_needs_a_reason_also_where_no_weights_are_printed(target, actual, reason, found):
    """Forms with 20 points for execution have no column 分值."""
    form = examples.form({"row0.target": target, "row0.actual": actual, "row0.reason": reason, "row0.weight": ""})
    columns = {name: at for name, at in (form.columns or {}).items() if name != "weight"}
    rows = tuple(replace(row, weight=Entry()) for row in form.indicators)
    form = replace(form, indicators=rows, columns=columns, total_weight=Entry())

    assert found == [f.rule for f in checks.findings(form, NATIONAL, advice=False)]


@pytest.mark.parametrize(
    ("name", "block", "actual", "found"),
    [
        ("事项（反向）", "数量指标", "55万元", ["score_follows_from_result"]),
        ("事项（反向）", "数量指标", "45万元", []),
        ("事项(正向指标)", "数量指标", "45万元", ["score_follows_from_result"]),
        ("事项", "反向指标", "55万元", ["score_follows_from_result"]),
        ("事项", "数量指标", "55万元", []),
        ("面向群众的事项", "数量指标", "45万元", []),
        ("项目支出", "成本指标", "55万元", ["score_follows_from_result"]),
    ],
)
def test_a_name_or_its_block_may_say_which_way_is_good(name, block, actual, found):
    changes = {"row0.level3": name, "row0.level2": block, "row0.target": "50万元", "row0.actual": actual, "grade": ""}

    assert found == _rules_of(changes)


@pytest.mark.parametrize(
    ("target", "actual", "is_below"),
    [
        ("优", "良", True),
        ("良好以上", "合格", True),
        ("优秀", "良好", True),
        ("良好及以上", "良好", False),
        ("良", "优秀", False),
        ("合格", "良好以上", False),
        ("优良", "良好", False),
        ("一级", "二级", False),  # which of them is the better nobody says
    ],
)
def test_a_grade_below_the_one_that_was_to_be_has_no_full_marks(target, actual, is_below):
    changes = {"row5.target": target, "row5.actual": actual}

    assert ("unfulfilled_words_lose_points" in _rules_of(changes)) is is_below
    assert "unfulfilled_words_lose_points" not in _rules_of(changes | {"row5.score": "9", "row5.reason": "略低。"})


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"fiscal.rate": "98%"}, []),
        ({"fiscal.rate": "97%"}, ["rates_of_parts_match_amounts"]),
        ({"fiscal.rate": "0.97"}, ["rates_of_parts_match_amounts"]),
        ({"fiscal.rate": "98.0%", "carried.rate": "100%", "other.rate": "0%"}, []),  # of nothing any rate may be said
        ({"total.rate": "97%", "fiscal.rate": "97%"}, ["execution_rate_matches_amounts"]),
        ({"fiscal.rate": "97%", "fiscal.executed": "1000000"}, ["total_funds_match_parts"]),
        ({"fiscal.rate": "100%", "total.executed": "1190000", "fiscal.executed": "1190000", "total.rate": "100%",
          "total.score": "10"}, ["execution_is_within_budget"]),
    ],
)  # fmt: skip
def test_the_rates_of_the_parts_are_those_of_their_own_amounts(changes, found):
    assert found == [rule for rule in _rules_of(changes) if "score" not in rule]


def test_one_rate_repeated_in_every_row_of_a_merged_cell_is_not_that_of_the_parts():
    changes = {"total.annual_budget": "1280000", "total.executed": "1254400", "carried.annual_budget": "100000"}
    changes |= {"carried.executed": "98000", "fiscal.executed": "1156400"}
    spread = {"carried.executed": "50000", "other.annual_budget": "50000", "other.executed": "48000"}
    spread |= {"total.annual_budget": "1330000", "total.rate": "94.32%", "total.score": "9.43", "total_score": "99.13"}
    same = {"carried.rate": "94.32%", "fiscal.rate": "94.32%", "other.rate": "94.32%"}

    assert [] == _rules_of(changes)
    assert [] == _rules_of(changes | spread | same)
    assert ["rates_of_parts_match_amounts"] * 2 == _rules_of(changes | spread | same | {"other.rate": "96%"})


@pytest.mark.parametrize(
    ("target", "actual", "reason", "found"),
    [
        ("=700元/人/月", "600元/人/月", "", ["missed_ranges_need_a_reason"]),
        ("=700元/人/月", "750元/人/月", "", ["missed_ranges_need_a_reason"]),
        ("=700元/人/月", "700元/人/月", "", []),
        ("=700元/人/月", "600元/人/月", "上级调整了标准。", []),
        ("700元/人/月", "750元/人/月", "", []),  # without a sign nobody knows
        ("＝4个", "5个", "", []),  # more of them is no less
        ("＝4个", "3个", "", ["missed_ranges_need_a_reason"]),
    ],
)
def test_a_standard_that_was_not_kept_has_no_full_marks_in_silence(target, actual, reason, found):
    form = examples.form({"row0.target": target, "row0.actual": actual, "row0.reason": reason, "grade": ""})
    row = replace(form.indicators[0], level3=Entry("补助标准", "补助标准"))
    form = replace(form, indicators=(row, *form.indicators[1:]))

    assert found == [f.rule for f in checks.findings(form, NATIONAL, advice=False)]


@pytest.mark.parametrize(
    ("initial", "annual", "is_wrong"),
    [("120", "118", True), ("120", "1180000", True), ("1200000", "1180000", False), ("1000", "1180000", False)],
)
def test_amounts_that_cannot_be_in_the_unit_of_the_form_are_named(initial, annual, is_wrong):
    changes = {"total.initial_budget": initial, "total.annual_budget": annual, "total.executed": annual}
    form = replace(examples.form(changes | {"grade": ""}), source="表.xlsx", money_unit="元")
    form = replace(form, funds=form.funds[:1])
    found = [f.rule for f in checks.findings(form, NATIONAL, advice=False)]

    assert ("amounts_are_in_the_unit_of_the_form" in found) is is_wrong
    in_ten_thousands = [f.rule for f in checks.findings(replace(form, money_unit="万元"), NATIONAL, advice=False)]
    assert ("amounts_are_in_the_unit_of_the_form" in in_ten_thousands) is (is_wrong and annual != "118")


def test_parts_that_add_up_in_one_column_are_all_there_are():
    changes = {"carried.name": "地方资金", "carried.annual_budget": "80000", "carried.executed": "76400"}
    changes |= {"fiscal.name": "中央资金", "fiscal.annual_budget": "1100000", "fiscal.executed": "1080000"}
    form = examples.form(changes)

    assert [] == [f.rule for f in checks.findings(replace(form, funds=form.funds[:3]), NATIONAL)]
    short = examples.form(changes | {"fiscal.executed": "1008000"})
    found = checks.findings(replace(short, funds=short.funds[:3]), NATIONAL)
    assert ["total_funds_match_parts"] == [f.rule for f in found]


@pytest.mark.parametrize(("total", "is_wrong"), [("99.57", False), ("89.70", False), ("99.71", True), ("89.6", True)])
def test_a_total_may_hold_points_for_execution_that_stand_where_nothing_was_read(total, is_wrong):
    """Without the money 89.70 of 90 points are left; ten more may stand elsewhere on the sheet."""
    form = replace(examples.form({"total_score": total, "grade": ""}), funds=())

    found = [f.rule for f in checks.findings(form, NATIONAL, advice=False)]

    assert ("total_score_matches_sum" in found) is is_wrong


# ---- the four forms ----------------------------------------------------------------------------------------------


def test_the_four_forms_of_2022():
    """每张表的错误与提醒，一项不多，一项不少；建议另列。"""
    checked = actions.check([FORMS_TEXT])
    graver = [(f.sheet, f.cell, f.rule, f.level) for f in checked.findings if f.level != "advice"]
    advice = {(f.sheet, f.cell, f.rule) for f in checked.findings if f.level == "advice"}

    assert [
        ("合作交流工作业务费", "G10", "execution_rate_matches_amounts", "error"),
        ("合作交流工作业务费", "F18", "far_above_target_needs_a_reason", "warning"),
    ] == graver
    assert ("驻外办驻外工作经费", "F97", "result_does_not_repeat_target") in advice
    assert len(advice) == len({(sheet, rule) for sheet, _, rule in advice}), "advice of one kind is said once"
    satisfaction = next(f for f in checked.findings if f.cell == "G79")
    assert ("9", "9.90") == (satisfaction.stated, satisfaction.expected)
    assert "完成年度工作质量" not in "".join(f.message for f in checked.findings), "a difference of wording alone"


# ---- single rules ------------------------------------------------------------------------------------------------


def _rules_of(changes, profile=NATIONAL, **options):
    return [f.rule for f in checks.findings(examples.form(changes), profile, advice=False, **options)]


@pytest.mark.parametrize(
    ("unit", "executed", "rate", "score", "levels"),
    [
        ("万元", "107.3", "90.90%", "9.09", ["advice"]),  # of 元, which nobody sees
        ("元", "107.3", "90.90%", "9.09", ["error"]),
        ("万元", "107.3", "91.50%", "9.15", ["error"]),
        ("万元", "107.3000", "90.90%", "9.09", ["error"]),
        ("万元", "107.3", "90.93%", "9.08", ["error"]),
    ],
)
def test_a_rate_may_be_that_of_the_amounts_before_they_were_rounded(unit, executed, rate, score, levels):
    changes = {
        "total.annual_budget": "118", "total.executed": executed, "total.rate": rate, "total.score": score,
        "total_score": str(Decimal(score) + Decimal("89.70")),
    }  # fmt: skip
    form = replace(examples.form(changes), money_unit=unit)
    form = replace(form, funds=form.funds[:1])

    found = checks.findings(form, NATIONAL)
    assert levels == [f.level for f in found if f.rule.startswith("execution_") and "amounts" in f.rule]


@pytest.mark.parametrize(
    ("rows", "is_right"),
    [
        ([("其中：中央财政资金", "200"), ("地方财政资金", "68"), ("其他资金", "0")], True),
        ([("其中：中央财政资金", "200"), ("地方财政资金", "67"), ("其他资金", "0")], False),
        ([("其中：财政拨款", "268"), ("其中：省级", "200"), ("市级", "68"), ("其他资金", "-")], True),
        ([("财政拨款", "268"), ("其中：上级补助", "200"), ("本级安排", "68"), ("其他资金", "")], True),
        ([("财政资金", "260"), ("其中：中央", "200"), ("其他资金", "8")], True),
        ([("财政拨款", "268"), ("其中：中央", "200"), ("省级", "48"), ("市级", "10"), ("其他资金", "0")], False),
        ([("财政拨款", "268"), ("其中：中央补助", "200"), ("其他资金", "0")], True),
        ([("其中：财政拨款", "200")], True),  # what else there was, the form has no row for
        ([("其中：财政拨款", "300")], False),
        ([("其中：财政拨款", "金额保密"), ("其他资金", "0")], None),
        ([], True),
    ],
)
def test_the_parts_of_the_money_are_added_up_once(rows, is_right):
    def amounts(name, amount):
        entry = Entry(read_value(amount), amount, Spot(None, 7, 5)) if amount else Entry()
        return Funds(name=Entry(name, name), annual_budget=entry)

    form = replace(examples.form(), funds=(amounts("年度资金总额", "268"), *(amounts(*row) for row in rows)))
    found = [f.rule for f in checks.findings(form, NATIONAL, advice=False)]

    assert ("total_funds_match_parts" in found) is (is_right is False)
    assert ("金额保密" in str(rows)) is any("金额保密" in f.message for f in checks.findings(form, NATIONAL))


@pytest.mark.parametrize(
    ("target", "actual", "score", "found"),
    [
        ("≥50 次", "65 次", "15", []),  # 1.3 times exactly
        ("≥50 次", "66 次", "15", ["far_above_target_needs_a_reason"]),
        ("50次", "139次", "15", ["far_above_target_needs_a_reason"]),
        ("≤50 次", "139 次", "5.40", ["points_lost_need_a_reason"]),
        ("≤50 次", "10 次", "15", []),
        ("≥95%", "100%", "15", []),
        ("≥50%", "98%", "15", []),  # a share cannot be far above
        ("≥0.05‰", "0.9‰", "15", []),
        ("0次", "0次", "15", []),
        ("0次", "1次", "15", ["score_follows_from_result"]),
        ("≥50 次", "48 次", "14.4", ["points_lost_need_a_reason"]),
        ("≥50 次", "48 次", "13", ["points_lost_need_a_reason"]),  # one finding for what was deducted
        ("≥50 次", "48 次", "14.6", ["score_follows_from_result"]),
        ("≥50 次", "46 次", "14", ["points_lost_need_a_reason"]),  # 13.80 as a whole number
        ("≥11.376万元", "113760元", "15", []),
        ("完全完成项目预期规模及要点要求", "完成项目预期规模及要点要求", "15", []),
        ("及时", "及时", "15", []),
        ("≥60 次", "达成预期指标", "15", []),  # advice only
        ("2025年10月底", "2025年12月", "15", ["delays_need_a_reason"]),
        ("≥95%", "92%", "15", ["score_follows_from_result"]),  # full marks are no rounding
        ("≥100 次", "99.9 次", "15.0", ["score_follows_from_result"]),
        ("≥186公里", "188600米", "15", []),
        ("≥118万元", "115.64元", "15", ["units_agree"]),
        ("≥1公里", "1500米", "15", ["far_above_target_needs_a_reason"]),
        ("安全度汛", "未实现安全度汛", "15", ["unfulfilled_words_lose_points"]),
        ("健全", "正在建立", "15", ["unfulfilled_words_lose_points"]),
        ("无事故", "未发生事故", "15", []),
        ("及时", "逾期发放", "15", ["unfulfilled_words_lose_points"]),
        ("按期完成", "延期至次年", "15", ["unfulfilled_words_lose_points"]),
        ("控制在预算内", "超预算 3%", "15", ["unfulfilled_words_lose_points"]),
        ("控制在预算内", "未超预算", "15", []),
        ("按期偿还", "无逾期", "15", []),
        ("按期偿还", "未发生逾期", "15", []),
        ("≥2次/月", "26次", "15", []),
        ("≥2次/月", "20次", "15", ["units_agree"]),
        ("≥90%", "108.2", "15", ["shares_are_within_100"]),
    ],
)
def test_scores_that_follow_and_scores_that_do_not(target, actual, score, found):
    changes = {"row0.target": target, "row0.actual": actual, "row0.score": score, "grade": ""}
    assert found == _rules_of(changes)


def test_a_score_above_the_formula_is_an_error_and_one_below_needs_no_more_than_its_reason():
    def levels(score, reason="返工。", **more):
        changes = {"row1.score": score, "row1.reason": reason}
        form = replace(examples.form(changes), **more)
        return [(f.rule, f.level, f.expected) for f in checks.findings(form, NATIONAL)]

    no_reasons = {"columns": {name: 1 for name in examples._ROW_FIELDS if name != "reason"}}
    assert [("score_follows_from_result", "error", "14.70")] == levels("14.9")
    assert [("score_follows_from_result", "error", "14.70")] == levels("14.9", "")
    assert [("score_follows_from_result", "advice", "14.70")] == levels("14")
    assert [("score_follows_from_result", "warning", "14.70")] == levels("15")  # full marks without a sign: a question
    assert [("points_lost_need_a_reason", "error", None)] == levels("14", "")
    assert [("score_follows_from_result", "warning", "14.70")] == levels("14", "", **no_reasons)
    assert [] == levels("14.7")


def test_a_score_by_the_other_formula_for_a_limit_is_named_as_such():
    """A=0.98, B=1.10, W=10: A/B gives 8.91, 1−(B−A)/A gives 8.78."""
    for score, title, other in (("8.78", "全国通用", "[1－(B－A)÷A]"), ("8.91", "省级系统", "A÷B")):
        changes = {"row3.actual": "1.10万元", "row3.score": score, "row3.reason": "材料涨价。"}
        profile = next(one for one in PROFILES if one.title == title)
        (found,) = checks.findings(examples.form(changes), profile)

        assert ("score_follows_from_result", "advice") == (found.rule, found.level)
        assert f"填的数是按“{other}×分值”算的" in found.message
        assert "或改选评分规则。" in found.message


def test_the_total_is_that_of_the_printed_scores_where_one_of_them_is_wrong():
    """Only the wrong score comes back, not the total that was added up rightly."""
    changes = {"total.score": "10", "total_score": "99.70"}

    assert ["execution_score_matches_amounts"] == _rules_of(changes)


def test_weights_that_are_wrong_come_back_once_with_their_sum():
    changes = {"row5.weight": "7", "row5.score": "7", "total_weight": "100", "row4.level1": "效益指标"}
    changes |= {"row5.level1": "效益指标"}
    (found,) = checks.findings(examples.form(changes), NATIONAL, advice=False)

    assert ("weights_sum_to_100", "97", "100") == (found.rule, found.stated, found.expected)


def test_no_budget_and_no_execution_is_not_low_execution():
    zero = {f"{row}.{field}": "0" for row in ("total", "fiscal") for field in ("annual_budget", "executed")}
    changes = zero | {"total.rate": "0", "total.score": "0"}

    assert [] == _rules_of(changes | {"grade": ""}, next(profile for profile in PROFILES if profile.title == "四川"))


@pytest.mark.parametrize(
    ("said", "is_settled"),
    [
        ("资金保障有力，养护 128 公里。", False),
        ("工程尾款待决算后支付，执行率偏低。", True),
        ("项目资金年底未下达，结转下年。", True),
    ],
)
def test_low_execution_is_settled_by_words_about_what_was_left_unspent(said, is_settled):
    changes, _ = examples.EXAMPLES["low_execution_needs_a_reason"]
    sichuan = next(profile for profile in PROFILES if profile.title == "四川")

    assert ("low_execution_needs_a_reason" in _rules_of(changes | {"achieved_goal": said}, sichuan)) is not is_settled


def test_a_rate_above_100_is_not_to_be_printed():
    changes = {"total.executed": "1203600", "fiscal.executed": "1203600", "total.score": "10"}
    messages = [f.message for f in checks.findings(examples.form(changes), NATIONAL, advice=False)]

    assert not any("请改为 102" in message for message in messages)
    assert any("超过全年预算数" in message for message in messages)


def test_a_day_that_excel_made_a_number_of_is_told_as_a_day():
    changes = {"row2.target": "2025年10月底", "row2.actual": "45996"}
    (found,) = checks.findings(examples.form(changes), NATIONAL, advice=False)

    assert "delays_need_a_reason" == found.rule
    assert "实际于 2025年12月5日 完成" in found.message


def test_a_deduction_for_a_low_target_that_is_explained_is_left_alone():
    changes = {"row0.actual": "300公里", "row0.score": "13", "row0.reason": "指标值偏低，扣 2 分。"}

    assert [] == _rules_of(changes)


def test_a_form_without_places_for_scores_or_reasons_is_not_asked_for_them():
    form = examples.form({"row1.reason": "", "row0.score": ""})
    form = replace(form, columns=dict.fromkeys(("level3", "target", "actual", "weight"), 0))

    assert [] == [f.rule for f in checks.findings(form, NATIONAL, advice=False) if "total" not in f.rule]


def test_the_points_for_execution_follow_from_the_others_where_only_their_score_is_printed():
    form = examples.form()
    total = replace(form.funds[0], weight=Entry())
    columns = {field: column for field, column in form.funds_columns.items() if field != "weight"}
    form = replace(form, funds=(total, *form.funds[1:]), funds_columns=columns)
    assert () == checks.findings(form, NATIONAL)

    found = checks.findings(replace(form, total_score=_entry("90.00")), NATIONAL)
    assert ["total_score_matches_sum"] == [f.rule for f in found]


def test_rows_that_are_not_begun_are_passed_over():
    blank = Indicator(level1=Entry("产出指标", "产出指标"), level2=Entry("数量指标", "数量指标"))
    form = examples.form()

    assert () == checks.findings(replace(form, indicators=(*form.indicators, blank)), NATIONAL)
    assert () == checks.row_findings(blank, NATIONAL)


TEXTS = st.one_of(
    st.sampled_from(
        ["", "-", "0", "100%", "≥60 次", "139 次", "≤11.376万元", "113760", "*", "#REF!", "1e400", "９５％"]
    ),
    st.from_regex(r"[≥≤=]?\d{1,4}(\.\d{1,3})?(%|次|万元|元)?", fullmatch=True),
    st.text(max_size=12),
)


def _written(text):
    return Entry(read_value(text), text.strip()) if text.strip() else Entry()


@given(
    st.lists(st.tuples(*[TEXTS] * 8), max_size=4),
    st.lists(st.tuples(*[TEXTS] * 7), max_size=4),
    st.tuples(*[TEXTS] * 6),
)
def test_whatever_a_form_says_the_findings_are_sentences(rows, money, head):
    entries = [_written(text) for text in head]
    form = Form(
        year=2025,
        project=entries[0],
        unit=entries[1],
        expected_goal=entries[2],
        achieved_goal=entries[3],
        total_score=entries[4],
        grade=entries[5],
        funds=tuple(Funds(*map(_written, row)) for row in money),
        indicators=tuple(Indicator(*map(_written, row)) for row in rows),
    )
    for profile in PROFILES:
        for finding in checks.findings(form, profile, [examples.form()]):
            assert finding.message.endswith("。")
            json.dumps(finding.__dict__)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=9), min_size=1, max_size=12), TEXTS, TEXTS)
def test_whatever_cells_say_the_functions_answer_with_text_or_number(rows, profile, advice):
    answers = [
        functions.SE_CHECK(rows, profile, advice),
        functions.SE_CHECK_ROW(*(rows[0] + [None] * 5)[:5], profile, advice),
    ]

    for answer in answers:
        assert isinstance(answer, str)
        assert len(answer) <= 250
        assert answer != "#VALUE!" or "#VALUE!" in str((rows, profile, advice))


@pytest.mark.parametrize(
    "actual",
    [
        "全年没有投诉，运行正常",
        "未影响正常运行",
        "资料完整，未遗漏",
        "均按时支付，未逾期",
        "没有延误",
        "没有质量问题",
        "未违规使用资金",
        "没有不满意的",
        "无不满意反馈",
        "未央区道路畅通",
        "在建项目监管到位率高",
        "推进顺利，无滞后",
    ],
)
def test_a_good_result_in_negative_words_is_no_failure(actual):
    assert [] == _rules_of({"row5.actual": actual})


@pytest.mark.parametrize("actual", ["未完成", "尚未建立", "仍未验收", "未按期完工，进度滞后", "正在推进", "效果不明显"])
def test_a_result_that_says_it_failed_has_no_full_marks(actual):
    assert _rules_of({"row5.actual": actual})


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("achieved_goal", "已请第三方说明情况并整改排水。"),
        ("achieved_goal", "请受益群众填写问卷200份，满意率高。"),
        ("achieved_goal", "养护320公里（系统填报数据），通行正常。"),
        ("row4.level3", "工装XXL发放"),
        ("row4.level3", "5XL型设备受益群众"),
    ],
)
def test_ordinary_words_are_no_template_hints(place, text):
    assert [] == _rules_of({place: text})


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("achieved_goal", "请对照年初设定的绩效目标填写实际完成情况"),
        ("project", "（填写项目全称）"),
        ("row1.reason", "（未完成指标值的，请说明原因及改进措施）"),
        ("row4.level3", "XX受益群众"),
        ("unit", "××单位"),
        ("row4.level3", "指标1："),
        ("row4.level3", "……"),
    ],
)
def test_template_hints_are_found(place, text):
    assert "template_hints_are_replaced" in _rules_of({place: text})


@pytest.mark.parametrize("rows", [range(7), [3]])
def test_rows_with_points_and_nothing_else_are_not_passed_over(rows):
    changes = {f"row{n}.{f}": "" for n in rows for f in ("level3", "target", "actual", "score", "reason")}
    found = _rules_of(changes | {"grade": ""})

    assert len(list(rows)) == found.count("rows_with_points_are_filled")


def test_a_form_without_indicators_is_not_fine():
    form = replace(examples.form(), indicators=())

    assert "rows_with_points_are_filled" in [f.rule for f in checks.findings(form, NATIONAL)]


@pytest.mark.parametrize(
    "place", ["project", "row0.target", "row4.reason", "achieved_goal", "total.executed", "total_score"]
)
def test_an_error_is_named_once_and_as_such(place):
    changes = {place: "#REF!", "grade": ""}
    found = [f for f in checks.findings(examples.form(changes), NATIONAL, advice=False) if f.stated == "#REF!"]

    assert ["cells_hold_no_errors"] == [f.rule for f in found]
    assert "#REF!" in found[0].message


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"total.rate": ""}, "execution_is_scored"),
        ({"total.rate": "很好"}, "execution_is_scored"),
        ({"total_score": "九十四"}, "totals_are_numbers"),
        ({"total_score": ""}, "totals_are_numbers"),
        ({"total.annual_budget": "-", "total.executed": "-"}, "amounts_are_numbers"),
        ({"other.annual_budget": "-", "other.executed": "5000"}, "no_execution_without_budget"),
        ({"row0.target": "300-350公里", "row0.actual": "380公里"}, "missed_ranges_need_a_reason"),
    ],
)
def test_blank_and_unreadable_cells_are_found(changes, rule):
    assert rule in _rules_of(changes | {"grade": ""})


def test_a_form_whose_execution_is_not_scored_is_right():
    changes = {"total.weight": "-", "total.score": "-", "row4.weight": "30", "row4.score": "30"}
    changes |= {"row4.level1": "效益指标", "row5.level1": "效益指标"}

    assert [] == _rules_of(changes)


def test_a_total_is_not_added_up_while_a_score_is_missing():
    assert ["score_is_a_number"] == _rules_of({"row0.score": "", "total_score": "99.50"})


def test_grades_are_those_of_the_rules():
    profile = replace(
        NATIONAL, grades=((Decimal(90), "优秀"), (Decimal(80), "良好"), (Decimal(60), "合格"), (Decimal(0), "不合格"))
    )

    assert [] == _rules_of({"grade": "优秀"}, profile)
    assert ["grade_matches_total"] == _rules_of({"grade": "合格"}, profile)
    assert [] == _rules_of({"grade": "一般"}, profile)


def test_a_blank_form_has_no_findings_and_is_said_to_be_blank(capsys, tmp_path):
    assert () == checks.findings(Form(year=2025), NATIONAL)

    assert 0 == _run(capsys, "new", "-o", tmp_path / "新.xlsm")[0]
    status, out, _ = _run(capsys, "check", tmp_path / "新.xlsm")
    assert (0, True) == (status, "尚未填写" in out)


def _with_last_year(changes, last=None):
    """The rules broken by a form that comes with last year's, beyond advice on its own."""
    found = checks.findings(examples.form(changes), NATIONAL, [examples.form({"year": "2024"} | (last or {}))])
    return [f.rule for f in found if f.rule.endswith("last_years")]


COPIED = {"total.executed": "1093271.5", "fiscal.executed": "1093271.5", "total.rate": "92.65%", "total.score": "9.27"}


@pytest.mark.parametrize(
    ("changes", "last", "found"),
    [
        (COPIED, COPIED, ["amounts_are_not_last_years"]),
        (COPIED, {"total.executed": "1093271.4"}, []),
        (COPIED, COPIED | {"total.annual_budget": "1190000"}, []),  # one amount of the year is another
        ({"total.executed": "1180000"}, {"total.executed": "1180000"}, []),  # all was spent in both years
        ({"total.executed": "1150000"}, {"total.executed": "1150000"}, []),  # a round sum
        (COPIED, COPIED | {"year": "2023"}, []),
        (COPIED, COPIED | {"project": "农村饮水安全工程"}, []),
        (COPIED, COPIED | {"unit": "白水县公路段"}, []),  # the same project of another unit
        (COPIED | {"project": "2025年道路"}, COPIED | {"project": "2024年道路"}, ["amounts_are_not_last_years"]),
    ],
)  # fmt: skip
def test_amounts_of_last_year_are_noticed_where_they_can_hardly_be_the_same(changes, last, found):
    quiet = {"achieved_goal": "另一年", "row1.reason": "另一年的原因", "row0.actual": "121公里"}

    assert found == _with_last_year(changes, quiet | last)


def test_what_was_copied_from_last_year_is_said_once_for_each_kind():
    last = examples.form({"year": "2024"})

    amounts, words, results = checks.findings(examples.form(), NATIONAL, [last])

    assert "年度资金总额的 3 项金额与 2024 年度的表分文不差。请核对是否沿用了上年的数字。" == amounts.message
    assert "实际完成情况与 2024 年度的表逐字相同。请核对是否沿用了上年的内容。同类的另有 1 处：I14。" == words.message
    assert "“养护里程”等 5 项指标的实际完成值都与 2024 年度的表相同。请核对是否沿用了上年的结果。" == results.message
    assert ["E6", "C3", "F13"] == [finding.cell for finding in (amounts, words, results)]
    assert ["warning", "advice", "advice"] == [finding.level for finding in (amounts, words, results)]
    assert not [f for f in checks.findings(last, NATIONAL, [examples.form()]) if f.rule.endswith("last_years")]


@pytest.mark.parametrize("row", ["row0.actual", "row3.actual", "row4.actual"])
def test_one_result_of_its_own_is_enough(row):
    own = {"row0.actual": "129公里", "row3.actual": "0.94万元", "row4.actual": "2077户"}

    assert "results_are_not_last_years" not in _with_last_year({row: own[row]})


def test_full_results_and_those_that_repeat_the_target_tell_nothing():
    same = {"row0.actual": "120公里", "row1.actual": "100%", "row1.score": "15", "row3.actual": "0.98万元"}

    assert "results_are_not_last_years" not in _with_last_year(same, same)


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({"row2.target": "2024年12月底前"}, True),
        ({"row2.target": "2024-12-31"}, True),
        ({"row2.target": "２０２４年１２月底前"}, True),
        ({"row2.target": "2024.1-2024.12"}, True),
        ({"row2.target": "2024年1月至2025年12月"}, False),
        ({"row2.target": "2024—2025年"}, False),
        ({"row2.target": "2026年6月底前"}, False),
        ({"row2.target": "12月底前"}, False),
        ({"row0.target": "≥2024公里", "row0.actual": "2030公里"}, False),
        ({"row0.target": "较2024年增长5%", "row0.actual": "6%"}, False),
        ({"row0.target": "按财预〔2024〕10号完成", "row0.actual": "已完成"}, False),
        ({"row2.target": "2024年12月底前", "row2.reason": "因雨季停工，顺延到本年完成。"}, False),
        ({"row2.target": "2024年12月底前", "project": "乡村道路续建工程"}, False),
        ({"row2.target": "2024年12月底前", "row2.level3": "上年结转工程完成时间"}, False),
    ],
)
def test_a_target_that_was_due_before_the_year_is_last_years(changes, is_found):
    found = [f for f in checks.findings(examples.form(changes), NATIONAL) if f.rule == "target_is_due_in_this_year"]

    assert is_found is bool(found)
    assert all(("E15", "warning", "2025") == (f.cell, f.level, f.expected) for f in found)


def test_a_target_of_last_year_is_one_finding():
    """Whoever forgot the year was not late; neither is its text named again."""
    found = checks.findings(examples.form({"row2.target": "2024年10月底前"}), NATIONAL)

    assert ["target_is_due_in_this_year"] == [f.rule for f in found]
    assert (
        "“完成时间”的完成时限在 2024 年，本表为 2025 年度，疑为上年的内容。请改为本年，确属延续的请说明原因。"
        == found[0].message
    )


@pytest.mark.parametrize("text", ["2024年9月28日", "2024-09-28", "２０２４年９月"])
def test_a_result_of_last_year_is_worth_a_thought(text):
    found = checks.findings(examples.form({"row2.actual": text}), NATIONAL)

    assert [("years_are_this_year", "advice", "F15")] == [(f.rule, f.level, f.cell) for f in found]


@pytest.mark.parametrize(
    ("changes", "rule", "is_found"),
    [
        ({"achieved_goal": "2024年养护 128 公里，较上年多 6 公里。"}, "years_are_this_year", False),
        ({"row0.level3": "增收完成率", "row0.target": "≥100%", "row0.actual": "104%"}, "shares_are_within_100", False),
        ({"row0.level3": "验收率", "row0.target": "≥100%", "row0.actual": "104%"}, "shares_are_within_100", True),
        ({"row3.level3": "成本节约率", "row3.target": "≥5%", "row3.actual": "6%"}, "cost_is_limited_from_above", False),
        ({"row3.target": "1公里", "row3.actual": "2公里"}, "far_above_target_needs_a_reason", False),  # a cost
        ({"row0.target": "1公里", "row0.actual": "2公里"}, "far_above_target_needs_a_reason", True),
        ({"row0.level3": "预算执行率", "row0.target": "≥100%", "row0.actual": "95%", "row0.score": "14.25"},
         "points_lost_need_a_reason", False),
        ({"row2.level3": "设备到位率"}, "payment_progress_is_no_output", False),
        ({"row2.level3": "补助资金到位率"}, "payment_progress_is_no_output", True),
        ({"row6.actual": "0.935"}, "units_are_written_alike", True),
    ],
)  # fmt: skip
def test_what_an_exception_was_made_for(changes, rule, is_found):
    assert is_found is (rule in [f.rule for f in checks.findings(examples.form(changes), NATIONAL)])


def test_a_share_that_a_cell_hands_over_as_a_decimal_is_not_called_so():
    form = replace(examples.form({"row6.actual": "0.935"}), source=None)

    assert () == checks.findings(form, NATIONAL)


def test_the_same_words_below_another_first_level_are_another_heading():
    changes = {"row3.level2": "其他指标(10分)", "row4.level2": "其他指标(20分)"}
    assert [] == _rules_of(changes)
    assert "weights_match_heading" in _rules_of({"row3.level2": "其他指标(15分)"})


def test_four_indicators_with_full_marks_are_nothing_to_wonder_at():
    form = examples.form(examples.EXAMPLES["not_everything_has_full_marks"][0])
    few = tuple(
        replace(row, weight=Entry(Decimal(45), "45"), score=Entry(Decimal(45), "45")) for row in form.indicators[:2]
    )
    form = replace(form, indicators=few, total_weight=Entry(), total_score=Entry())

    assert "not_everything_has_full_marks" not in [f.rule for f in checks.findings(form, NATIONAL)]


@pytest.mark.parametrize("places", [("90", True), ("85", False)])
def test_weights_without_those_of_execution_are_100_or_what_execution_leaves(places):
    total, is_right = places
    form = examples.form({"row4.weight": str(Decimal(total) - 70), "row4.score": "0", "row4.level1": "效益指标"})
    form = replace(
        form, funds=(replace(form.funds[0], weight=Entry(), score=Entry()), *form.funds[1:]), total_weight=Entry()
    )
    form = replace(form, funds_columns=None)

    assert ("weights_sum_to_100" in [f.rule for f in checks.findings(form, NATIONAL)]) is not is_right


def test_the_gravest_finding_is_shown_first_and_cut_to_what_a_cell_takes():
    long = "很长的指标名称" * 60
    shown = functions.SE_CHECK_ROW("≥60 次", "≥60 次", 10, 11, None)
    assert shown.startswith("错误：得分 11 超过分值 10")
    assert shown.endswith("（另有 1 项）")

    words = functions.SE_CHECK_ROW(long, long + "未", 10, "很长的得分" * 60, None)
    assert len(words) <= 250

    rows = [["项目支出绩效自评表"], ["项目名称", "道路"], ["", "全年预算数", "全年执行数", "分值", "执行率", "得分"]]
    rows += [
        ["年度资金总额", 100, 100, 10, 1, 10],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"],
    ]
    rows += [["产出指标", "数量指标", "里程", "≥60", "≥60", 90, 95, None], ["总分", None, None, None, None, 100, 105]]
    assert "错误（G6）：“里程”得分 95 超过分值 90" in functions.SE_CHECK(rows)


# ---- targets without a sign --------------------------------------------------------------------------------------

_FALLING = """
成本指标 | 经济成本指标 | 单位成本 | 80元 | 70元
成本指标 | 经济成本指标 | 项目总成本 | 98.6万元 | 97万元
产出指标 | 成本指标 | 每公里养护费用 | 12万元 | 11.5万元
产出指标 | 质量指标 | 安全事故发生次数 | 2次 | 0次
产出指标 | 质量指标 | 安全事故发生次数 | 2 | 0
效益指标 | 社会效益指标 | 投诉率 | 5% | 3%
效益指标 | 社会效益指标 | 群众投诉件数 | 20件 | 12件
产出指标 | 时效指标 | 办结时限 | 10个工作日 | 8个工作日
产出指标 | 时效指标 | 平均响应时间 | 30分钟 | 20分钟
产出指标 | 时效指标 | 施工工期 | 180天 | 170天
效益指标 | 生态效益指标 | COD排放量 | 100吨 | 90吨
效益指标 | 生态效益指标 | 单位GDP能耗 | 0.5吨标准煤/万元 | 0.48吨标准煤/万元
效益指标 | 生态效益指标 | PM2.5年均浓度 | 35 | 31
产出指标 | 质量指标 | 系统故障次数 | 5次 | 2次
产出指标 | 质量指标 | 数据差错率 | 1% | 0.2%
效益指标 | 社会效益指标 | 平均等待时间 | 15分钟 | 9分钟
产出指标 | 质量指标 | 返工率 | 2% | 1%
产出指标 | 质量指标 | 退件率 | 3% | 1.5%
效益指标 | 社会效益指标 | 人员流失率 | 10% | 6%
效益指标 | 社会效益指标 | 高峰拥堵延时指数 | 1.6 | 1.4
成本指标 | 经济成本指标 | 预算超支率 | 3% | 0%
产出指标 | 质量指标 | 违规发放次数 | 1次 | 0次
效益指标 | 社会效益指标 | 火灾伤亡人数 | 3人 | 0人
成本指标 | 生态环境成本指标 | 污染物排放浓度 | 50mg/L | 42mg/L
效益指标 | 社会效益指标 | 失业率 | 5.5% | 5.1%
产出指标 | 质量指标 | 管网漏损率 | 10% | 8.6%
产出指标 | 数量指标 | 信访件次 | 30件 | 21件
效益指标 | 社会效益指标 | 辍学率 | 0.5% | 0.1%
产出指标 | 质量指标 | 设备闲置率 | 8% | 5%
成本指标 | 社会成本指标 | 噪声扰民投诉 | 12起 | 5起
成本指标 | 经济成本指标 | 聘用人员 | 20人 | 18人
产出指标 | 时效指标 | 审批环节 | 8个 | 5个
产出指标 | 数量指标 | 公务用车保有量 | 10辆 | 8辆
效益指标 | 经济效益指标 | 亏损额 | 100万元 | 60万元
产出指标 | 质量指标 | 病虫害发生面积 | 100亩 | 60亩
效益指标 | 社会效益指标 | 贫困发生率 | 2% | 0.5%
效益指标 | 社会效益指标 | 群众跑动次数 | 3次 | 1次
产出指标 | 质量指标 | 病死率 | 5% | 3%
产出指标 | 质量指标 | 逾期办结率 | 5% | 1%
产出指标 | 质量指标 | 不合格率 | 2% | 1%
产出指标 | 数量指标 | 会议次数 | 20次 | 15次
产出指标 | 数量指标 | 办件材料数 | 10份 | 6份
产出指标 | 质量指标 | 群众办事环节数 | 6个 | 3个
产出指标 | 质量指标 | 重复投诉量 | 10件 | 4件
效益指标 | 社会效益指标 | 刑事案件发案数 | 50起 | 41起
效益指标 | 社会效益指标 | 道路交通事故万车死亡率 | 2 | 1.5
产出指标 | 质量指标 | 平均修复时长 | 4小时 | 3小时
效益指标 | 生态效益指标 | 垃圾填埋量 | 100吨 | 60吨
效益指标 | 生态效益指标 | 化肥使用量 | 100吨 | 90吨
效益指标 | 生态效益指标 | 用水量 | 100吨 | 90吨
效益指标 | 生态效益指标 | 用电量 | 100 | 90
效益指标 | 生态效益指标 | 碳排放强度 | 0.8 | 0.7
产出指标 | 质量指标 | 一次性差错 | 3 | 1
效益指标 | 社会效益指标 | 12345热线投诉量 | 100件 | 80件
产出指标 | 质量指标 | 合同纠纷数量 | 5件 | 2件
产出指标 | 数量指标 | 编外人员数量 | 30人 | 25人
产出指标 | 时效指标 | 资金拨付时间 | 30天 | 20天
产出指标 | 时效指标 | 处置突发事件时间 | 2小时 | 1小时
"""  # 一级, 二级, 三级, target, result: all of them good


def _row(levels, target, actual, score="10"):
    return Indicator(*map(_written, (*levels, target, actual, "10", score)))


@pytest.mark.parametrize("line", _FALLING.strip().split("\n"))
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_number_that_fell_as_it_should_has_neither_errors_nor_warnings(line, profile):
    *levels, target, actual = line.split(" | ")

    assert () == checks.row_findings(_row(levels, target, actual), profile, advice=False)


@pytest.mark.parametrize(
    ("levels", "target", "actual", "follows"),
    [
        (("产出指标", "数量指标", "养护里程"), "120公里", "90公里", "7.50"),
        (("产出指标", "数量指标", "桥梁"), "4座", "3座", "7.50"),
        (("产出指标", "质量指标", "投诉办结率"), "95%", "76%", "8.00"),
        (("效益指标", "经济效益指标", "降低成本金额"), "50万元", "45万元", "9.00"),
        (("产出指标", "质量指标", "差错率"), "1%", "2%", "5.00"),
        (("成本指标", "经济成本指标", "新建桥梁"), "80万元", "100万元", "8.00"),
        (("产出指标", "时效指标", "办结时限"), "8天", "10天", "8.00"),
    ],
)
def test_full_marks_against_what_the_name_says_would_come_back(levels, target, actual, follows):
    (found,) = checks.row_findings(_row(levels, target, actual), NATIONAL, advice=False)

    assert ("score_follows_from_result", "warning", follows) == (found.rule, found.level, found.expected)


@pytest.mark.parametrize(
    ("levels", "target", "actual"),
    [
        (("成本指标", "经济成本指标", "补助标准"), "500元/人", "480元/人"),
        (("产出指标", "质量指标", "甲乙指数"), "100", "90"),
        (("产出指标", "时效指标", "某事项"), "10天", "12天"),
        (("产出指标", "数量指标", "会议次数"), "12次", "10次"),
    ],
)
def test_where_neither_name_nor_block_says_nothing_is_claimed(levels, target, actual):
    assert () == checks.row_findings(_row(levels, target, actual), NATIONAL, advice=False)


_NAMES = st.lists(
    st.sampled_from(
        [
            "安全",
            "事故",
            "投诉",
            "成本",
            "节约",
            "降低",
            "处理",
            "办结",
            "时限",
            "培训",
            "数量",
            "率",
            "次数",
            "未",
            "不",
            "排放",
            "达标",
            "控制",
            "增长",
            "桥梁",
            "甲",
        ]
    ),
    max_size=4,
).map("".join)
_LEVELS = st.sampled_from(["", "成本指标", "数量指标", "质量指标", "时效指标", "社会效益指标", "满意度指标"])
_UNSIGNED = st.one_of(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "投诉", "增长", "下降", "每月", "合格率", "下降5%至"]),
        st.decimals(-20, 3000, places=1),
        st.sampled_from(["", "%", "次", "起", "万元", "天", "人", "级", "公里", "元/人"]),
    ),
    st.sampled_from(["18—54周岁", "2022年12月", "12.31", "45981", "及时", "无投诉", "±5%", "3类水"]),
    st.text(max_size=12),
)


@given(_NAMES, _LEVELS, _UNSIGNED, _UNSIGNED, st.sampled_from(PROFILES))
@settings(max_examples=500)
def test_full_marks_for_a_target_without_a_sign_are_never_an_error(name, block, target, actual, profile):
    said = read_measure(target)
    assume(said is None or said.sign == "")
    row = _row((block, block, name), target, actual)
    assume(not checks.base.Row(row, profile).has_error)

    found = checks.row_findings(row, profile)

    assert [] == [(f.rule, f.message) for f in found if f.level == "error" and f.rule != "result_is_given"]


# ---- forms drawn by chance ---------------------------------------------------------------------------------------


def _half_up(number, places="0.01"):
    return number.quantize(Decimal(places), rounding=ROUND_HALF_UP)


@st.composite
def right_rows(draw, weight):
    """One indicator whose score follows by hand: target, result, weight, score, reason."""
    kind = draw(st.sampled_from(["at least", "at most", "share", "words", "date", "zero"]))
    unit = draw(st.sampled_from([" 次", "个", "公里", "户", "万元"]))
    goal = draw(st.integers(10, 5000))
    missed = draw(st.booleans())
    if kind == "at least":
        actual = draw(st.integers(1, goal - 1) if missed else st.integers(goal, goal * 13 // 10))
        target, result = f"{draw(st.sampled_from(['≥', '>=', '不少于']))}{goal}{unit}", f"{actual}{unit}"
        score = _half_up(min(Decimal(1), Decimal(actual) / goal) * weight)
    elif kind == "at most":
        actual = draw(st.integers(goal + 1, goal * 3) if missed else st.integers(0, goal))
        target, result = f"{draw(st.sampled_from(['≤', '不超过']))}{goal}{unit}", f"{actual}{unit}"
        score = _half_up(Decimal(goal) / actual * weight) if missed else weight
    elif kind == "share":
        actual = draw(st.integers(500, 999)) if missed else 1000
        target, result, score = "100%", f"{Decimal(actual) / 10}%", _half_up(Decimal(actual) / 1000 * weight)
    elif kind == "words":
        target, result = "制度健全", "制度健全"
        score = _half_up(weight * draw(st.integers(80, 100)) / 100)
    elif kind == "date":
        target, result, score = "2025年10月底前", "2025年9月28日", weight
    else:
        target, result, score = "0起", "0起", weight
    reason = "雨季停工，明年提前安排。" if score < weight else draw(st.sampled_from(["", "-", "无"]))
    return target, result, str(weight), str(score), reason


@st.composite
def right_forms(draw):
    """A form without any slip, its arithmetic done here and not by the project."""
    budget = draw(st.decimals(1000, 10**8, places=2))
    executed = _half_up(budget * draw(st.integers(0, 100)) / 100)
    rate = executed / budget
    score = _half_up(rate * 10)
    weights = draw(st.permutations([Decimal(w) for w in (15, 15, 10, 10, 20, 10, 10)]))
    rows = [draw(right_rows(weight)) for weight in weights]
    changes = {"grade": "", "total.score": str(score), "total.rate": f"{_half_up(rate * 100)}%"}
    for row in ("total", "fiscal"):
        changes |= {f"{row}.initial_budget": str(budget), f"{row}.annual_budget": str(budget)}
        changes |= {f"{row}.executed": str(executed)}
    for number, (target, actual, weight, points, reason) in enumerate(rows):
        level1 = ("产出指标", "效益指标", "满意度指标")[min(number // 3, 2)]
        texts = {"level1": level1, "level3": f"指标名称{number}", "target": target, "actual": actual}
        texts |= {"weight": weight, "score": points, "reason": reason}
        changes |= {f"row{number}.{field}": text for field, text in texts.items()}
    return changes


@given(right_forms())
@settings(max_examples=200)
def test_a_form_without_a_slip_has_neither_errors_nor_warnings(changes):
    assert [] == [(f.rule, f.message) for f in checks.findings(examples.form(changes), NATIONAL, advice=False)]


@given(right_forms(), st.integers(0, 6), st.sampled_from(["score above", "points above", "reason", "total", "rate"]))
@settings(max_examples=200)
def test_one_slip_in_a_right_form_is_found(changes, number, slip):
    row = f"row{number}"
    weight, score = Decimal(changes[f"{row}.weight"]), Decimal(changes[f"{row}.score"])
    if slip == "score above":
        changes |= {f"{row}.score": str(weight + 1)}
        expected = "score_is_within_weight"
    elif slip == "points above":
        assume(score < weight and changes[f"{row}.target"] != "制度健全")
        above = min(weight, score + Decimal("0.51"))
        assume(above - score > Decimal("0.01"))
        changes |= {f"{row}.score": f"{above:.2f}"}
        expected = "score_follows_from_result"
    elif slip == "reason":
        assume(score < weight)
        changes |= {f"{row}.reason": ""}
        expected = "points_lost_need_a_reason"
    elif slip == "total":
        total = examples.form(changes).total_score.number
        changes |= {"total_score": str(total + Decimal("0.01"))}
        expected = "total_score_matches_sum"
    else:
        rate = Decimal(changes["total.rate"].rstrip("%"))
        changes |= {"total.rate": f"{rate + Decimal('0.01')}%"}
        expected = "execution_rate_matches_amounts"

    assert expected in [f.rule for f in checks.findings(examples.form(changes), NATIONAL, advice=False)]


# ---- the command line --------------------------------------------------------------------------------------------


def _run(capsys, *args):
    status = main([str(arg) for arg in args])
    out, err = capsys.readouterr()
    return status, out, err


def test_check_prints_the_findings_in_groups_and_ends_with_status_1_on_errors(capsys):
    status, out, err = _run(capsys, "check", FORMS_TEXT)

    assert (1, "") == (status, err)
    assert "错误 1 项\n    G10   执行率填 80.88%" in out
    assert out.count("评分规则：全国通用") == 4
    assert "共核对 4 张自评表：错误 1 项，提醒 1 项，建议 6 项。" in out
    assert "\x1b[" not in out


def test_check_as_json_is_one_document_of_the_agreed_shape(capsys):
    status, out, _ = _run(capsys, "check", "--json", "--no-advice", FORMS_TEXT)
    document = json.loads(out)

    assert 1 == status
    assert {"findings", "forms"} == set(document)
    assert 2 == len(document["findings"])
    keys = ("source", "sheet", "cell", "rule", "level", "message", "basis", "stated", "expected")
    assert all(keys == tuple(finding) for finding in document["findings"])
    assert ["全国通用"] * 4 == [one["profile"] for one in document["forms"]]


def test_check_takes_another_profile(capsys):
    _, out, _ = _run(capsys, "check", "--profile", "四川", FORMS_TEXT)

    assert "评分规则：四川" in out
    assert "执行率 80.89%，低于 90.00%，没有说明原因。" in out
    assert _run(capsys, "check", "--profile", "火星", FORMS_TEXT)[0] == 2


def test_one_file_that_cannot_be_read_stops_no_other(capsys, tmp_path):
    (tmp_path / "空.txt").write_text("", encoding="utf-8")
    status, out, err = _run(capsys, "check", tmp_path / "空.txt", FORMS_TEXT, tmp_path / "没有.xlsx")

    assert 2 == status
    assert "共核对 4 张自评表" in out
    assert 2 == len(err.strip().split("\n"))


def test_a_form_without_errors_ends_with_status_0(capsys, demo_book, tmp_path):
    """Our own sheet computes the rate, so that no error is left in it."""
    status, out, _ = _run(capsys, "check", demo_book)

    assert 0 == status
    assert "错误 0 项，提醒 1 项" in out


def test_the_profile_named_on_our_own_sheet_is_used(capsys, tmp_path):
    book = tmp_path / "四川.xlsm"
    assert 0 == _run(capsys, "import", "--profile", "四川", FORMS_TEXT, "-o", book)[0]

    _, out, _ = _run(capsys, "check", book)

    assert 4 == out.count("评分规则：四川")
    assert "低于 90.00%" in out


def test_on_a_terminal_the_groups_are_coloured(capsys, monkeypatch):
    import sys

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert "\x1b[31m  错误 1 项\x1b[0m" in _run(capsys, "check", FORMS_TEXT)[1]

    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert "\x1b[" not in _run(capsys, "check", FORMS_TEXT)[1]


# ---- the examples as files ---------------------------------------------------------------------------------------


def _drawn(form, path):
    """The form as a workbook in the national layout, typed by hand."""
    book = openpyxl.Workbook()
    sheet = book.active

    def typed(entry):
        return float(entry.number) if entry.number is not None and "%" not in entry.written else entry.written or None

    sheet.append(["财政项目支出绩效自评表"])
    sheet.append([f"（ {form.year} 年度）"])
    sheet.append(["项目名称", None, form.project.written or None])
    sheet.append(["主管部门", None, form.department.written or None, None, "实施单位", form.unit.written or None])
    sheet.append(["项目资金(元)", None, None, *FUNDS])
    for row in form.funds:
        amounts = (row.initial_budget, row.annual_budget, row.executed, row.weight, row.rate, row.score)
        sheet.append([None, row.name.written, None, *map(typed, amounts)])
    sheet.append(["年度总体目标", "预期目标", None, None, None, "实际完成情况"])
    sheet.append([None, form.expected_goal.written, None, None, None, form.achieved_goal.written])
    sheet.append(["绩效指标", *HEADINGS])
    for row in form.indicators:
        fields = (row.level1, row.level2, row.level3, row.target, row.actual)
        sheet.append(
            [None, *(e.written or None for e in fields), typed(row.weight), typed(row.score), row.reason.written]
        )
    sheet.append(["总分", *[None] * 5, typed(form.total_weight), typed(form.total_score)])
    sheet.append(["自评等级", form.grade.written])
    book.save(path)
    return path


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_example_is_found_in_a_file_too(check, tmp_path):
    broken, right = examples.EXAMPLES[check.name]
    others = [_drawn(form, tmp_path / f"另{number}.xlsx") for number, form in enumerate(examples.OTHERS)]
    profile = examples.rules_for(check)

    def rules_of(changes, name):
        path = _drawn(examples.form(changes), tmp_path / name)
        checked = actions.check([path, *others], profile)
        assert [] == [e.written for one in checked.forms for e in one.leftovers]
        return [f.rule for f in checked.findings if f.source == name]

    assert check.name in rules_of(broken, "有误.xlsx")
    assert [] == rules_of(right, "无误.xlsx")


@pytest.mark.parametrize(
    ("actual", "told"),
    [
        ("逾期发放", True),
        ("推迟至次年发放", True),
        ("已发放，逾期3天", True),
        ("按时完成，不存在延期", False),
        ("已按期完成，未见逾期", False),
        ("没有一笔逾期", False),
        ("不得逾期，均按时办结", False),
        ("严防超支，控制良好", False),
        ("逾期率下降", False),
        ("逾期账款全部清收", False),
        ("延期付款条款已落实", False),
    ],
)
def test_only_a_delay_that_was_is_one(actual, told):
    row = Indicator(*map(_entry, ("产出指标", "质量指标", "资金发放", "及时", actual)), _entry(15), _entry(15))

    found = {one.rule for one in checks.row_findings(row, NATIONAL)}
    assert told == ("unfulfilled_words_lose_points" in found)


def _entry(raw):
    return Entry(read_value(raw), str(raw))


def test_what_is_saved_of_a_cost_needs_no_reason():
    for name, told in (("电费", False), ("补助标准", True)):
        row = Indicator(*map(_entry, ("成本指标", "经济成本指标", name, "=700元", "600元")), _entry(10), _entry(10))
        found = {one.rule for one in checks.row_findings(row, NATIONAL)}
        assert told == ("missed_ranges_need_a_reason" in found), (name, found)


def test_without_weights_a_total_above_the_sum_is_no_sum_of_what_was_not_read():
    form = _first()
    rows = tuple(replace(row, weight=Entry()) for row in form.indicators)
    unweighed = replace(form, funds=(), indicators=rows, total_weight=Entry(), total_score=_entry(99))
    scored = replace(form, funds=(), total_weight=Entry())

    assert "total_score_matches_sum" in {one.rule for one in checks.findings(unweighed, NATIONAL)}
    assert "total_score_matches_sum" not in {one.rule for one in checks.findings(scored, NATIONAL)}


@pytest.mark.parametrize("rates", [("76%", "18%"), ("94%", "0"), ("94%", "94%")])
def test_rates_of_parts_may_be_their_shares_or_that_of_the_whole(rates):
    funds = tuple(
        Funds(_entry(name), _entry(budget), _entry(budget), _entry(spent), _entry(weight), _rate(rate), _entry(score))
        for (name, budget, spent, weight, score), rate in zip(
            (("年度资金总额", 100, 94, 10, 9.4), ("财政拨款", 80, 76, "", ""), ("其他资金", 20, 18, "", "")),
            ("94%", *rates),
            strict=True,
        )
    )

    found = checks.findings(replace(_first(), funds=funds), NATIONAL)
    assert "rates_of_parts_match_amounts" not in {one.rule for one in found}


def _rate(words):
    return Entry(read_value(words), words)
