"""One slip is one finding: the figure that was mistyped, and nothing that only follows from it."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import ROOT, module_from

from selfeval_xl import checks
from selfeval_xl.cells import Entry, Spot
from selfeval_xl.form import Funds
from selfeval_xl.profiles import NATIONAL

examples = module_from(ROOT / "tools" / "checks_table.py")

SLIPS = {
    "a weight with its digits exchanged": (
        {"row0.weight": "51", "total_weight": "100", "total_score": "99.50"}, "G13 weights_sum_to_100"),
    "a weight and the sum with it": ({"row0.weight": "51", "total_score": "99.50"}, "G13 weights_sum_to_100"),
    "a weight that lost a digit": (
        {"row0.weight": "5", "total_weight": "100", "total_score": "99.50"}, "G13 weights_sum_to_100"),
    "a weight beside an explained score": ({"row1.weight": "20", "total_weight": "100"}, "G14 weights_sum_to_100"),
    "100 for the weight of execution": (
        {"total.weight": "100", "total_weight": "100", "total_score": "99.50"}, "F6 weights_sum_to_100"),
    "20 for the weight of execution": (
        {"total.weight": "20", "total_weight": "100", "total_score": "99.50"}, "F6 weights_sum_to_100"),
    "a block with two points too many": ({"row0.weight": "17", "row0.score": "17"}, "B13 weights_match_heading"),
    "a mistyped execution": ({"total.executed": "1516400"}, "E6 total_funds_match_parts"),
    "the same in its part too": (
        {"total.executed": "1516400", "fiscal.executed": "1516400"}, "E6 execution_is_within_budget"),
    "an execution that lost a digit": (
        {"total.executed": "115640", "fiscal.executed": "115640"}, "G6 execution_rate_matches_amounts"),
    "a mistyped budget": ({"total.annual_budget": "1810000"}, "D6 total_funds_match_parts"),
    "a mistyped part of the budget": ({"fiscal.annual_budget": "1810000"}, "D6 total_funds_match_parts"),
    "execution in another unit": (
        {"total.executed": "115.64", "fiscal.executed": "115.64"}, "G6 execution_rate_matches_amounts"),
    "a rate and its score": ({"total.rate": "97%", "total.score": "9.7"}, "G6 execution_rate_matches_amounts"),
    "a budget in another unit": (
        {"total.annual_budget": "118", "fiscal.annual_budget": "118"}, "E6 execution_is_within_budget"),
    "an initial budget in another unit": (
        {"total.initial_budget": "120", "fiscal.initial_budget": "120"}, "C6 amounts_are_in_the_unit_of_the_form"),
    "a rate of a part of the money": ({"fiscal.rate": "97%"}, "G7 rates_of_parts_match_amounts"),
    "no score for execution, and the total without it": (
        {"total.score": "", "total_score": "89.70"}, "H6 execution_is_scored"),
    "a score of execution": ({"total.score": "8.9"}, "H6 execution_score_matches_amounts"),
    "the same, added up rightly": (
        {"total.score": "8.9", "total_score": "99.50"}, "H6 execution_score_matches_amounts"),
    "execution without a budget": (
        {"total.annual_budget": "0", "fiscal.annual_budget": "0"}, "E6 no_execution_without_budget"),
    "the budget left blank": ({"total.annual_budget": "", "fiscal.annual_budget": ""}, "D6 amounts_are_numbers"),
    "execution of a part without a budget": ({"other.executed": "5000"}, "E9 no_execution_without_budget"),
    "a score with its digits exchanged": ({"row0.score": "51", "total_score": "99.50"}, "H13 score_is_within_weight"),
    "a score above what follows": ({"row1.score": "15"}, "H14 score_follows_from_result"),
    "the same without a reason": (
        {"row1.score": "14.9", "row1.reason": ""}, "H14 score_follows_from_result"),
    "points lost without a reason": ({"row1.reason": ""}, "I14 points_lost_need_a_reason"),
    "more points lost without a reason": (
        {"row1.score": "12", "row1.reason": ""}, "I14 points_lost_need_a_reason"),
    "words outside their band without a reason": (
        {"row5.actual": "部分建立", "row5.score": "9"}, "I18 points_lost_need_a_reason"),
    "a total, not the grade": ({"total_score": "89.50"}, "H20 total_score_matches_sum"),
    "a total and the grade with it": ({"total_score": "89.50", "grade": "良"}, "H20 total_score_matches_sum"),
    "no actual value": ({"row0.actual": ""}, "F13 result_is_given"),
    "neither actual value nor score": ({"row0.actual": "", "row0.score": ""}, "F13 result_is_given"),
    "neither weight nor score": ({"row0.weight": "", "row0.score": ""}, "G13 weight_is_a_number"),
    "a negative score": ({"row0.score": "-15"}, "H13 score_is_a_number"),
    "a cost with the wrong sign": ({"row3.target": "≥0.98万元"}, "E16 cost_is_limited_from_above"),
    "a share with its digits doubled": ({"row6.actual": "193.5%"}, "F19 shares_are_within_100"),
    "an error and what is calculated from it": (
        {"total.executed": "#REF!", "total.rate": "#REF!", "total.score": "#REF!", "total_score": "#REF!"},
        "E6 cells_hold_no_errors"),
    "an error in a score": ({"row0.score": "#DIV/0!", "total_score": "#DIV/0!"}, "H13 cells_hold_no_errors"),
}  # fmt: skip


def _found(changes, **more):
    form = replace(examples.form(changes), **more)
    return [f"{f.cell} {f.rule}" for f in checks.findings(form, NATIONAL)]


@pytest.mark.parametrize("slip", SLIPS)
def test_one_slip_is_one_finding(slip):
    changes, expected = SLIPS[slip]

    assert [expected] == _found(changes)


def test_two_slips_are_two_findings():
    changes = {"total.rate": "97%", "row0.score": "14", "row1.reason": "", "total_score": "90.00"}

    assert [
        "G6 execution_rate_matches_amounts",
        "I13 points_lost_need_a_reason",
        "I14 points_lost_need_a_reason",
        "H20 total_score_matches_sum",
    ] == _found(changes)


@pytest.mark.parametrize("changes", [changes for changes, _ in SLIPS.values()], ids=list(SLIPS))
def test_what_would_settle_it_is_possible(changes):
    """No score above its weight, no total above 100, no rate above 100%."""
    found = checks.findings(examples.form(changes), NATIONAL)

    assert found
    for finding in found:
        assert all(float(number) <= 100 for number in re.findall(r"改为 ?(\d+(?:\.\d+)?)", finding.message))
        assert 1 == finding.message.count("请")


def test_advice_of_one_kind_names_the_first_cell_and_lists_the_others():
    """效益指标难以衡量的有两行，只提示一次。"""
    changes = {f"row{n}.{field}": "明显改善" for n in (4, 5) for field in ("target", "actual")}
    (found,) = checks.findings(examples.form(changes), NATIONAL)

    assert ("effects_can_be_measured", "E17") == (found.rule, found.cell)
    assert found.message.endswith("同类的另有 1 处：“管护制度”（E18）。")


@pytest.mark.parametrize(
    ("name", "weight", "score", "is_right"),
    [
        ("其中：水泥路", "", "", True),
        ("其中水泥路", "-", "—", True),
        ("★水泥路", "", "", True),
        ("水泥路", "—", "—", True),  # a dash is no 0
        ("水泥路", "", "", True),  # the weights of the others are complete
        ("其中：水泥路", "15", "15", True),  # divides the 15 points of the row above
        ("其中：水泥路", "5", "5", False),
        ("水泥路", "15", "15", False),
    ],
)
def test_a_row_that_only_divides_the_row_above_is_no_scored_indicator(name, weight, score, is_right):
    form = examples.form()
    texts = {"level3": name, "target": "≥60公里", "actual": "62公里", "weight": weight, "score": score}
    entries = {field: examples._entry(text, Spot(None, 99, 2)) for field, text in texts.items()}
    part = replace(form.indicators[0], reason=Entry(), **entries)
    form = replace(form, indicators=(form.indicators[0], part, *form.indicators[1:]))

    assert (checks.findings(form, NATIONAL) == ()) is is_right


@pytest.mark.parametrize("dash", ["—", "-", "/", "--"])
def test_a_dash_is_the_result_of_what_was_not_done(dash):
    """没有完成、得 0 分又说明了原因的，实际完成值可以填“—”。"""
    changes = {"row0.score": "0", "row0.reason": "尚未开工。", "grade": ""}
    form = examples.form(changes)
    row = replace(form.indicators[0], actual=Entry(None, dash, Spot(None, 13, 6)))

    assert () == checks.findings(replace(form, indicators=(row, *form.indicators[1:])), NATIONAL)

    scored = replace(row, score=Entry(row.weight.number, "15"), reason=Entry())
    (found,) = checks.findings(replace(examples.form(), indicators=(scored, *form.indicators[1:])), NATIONAL)
    assert "result_is_given" == found.rule
    assert f"只填了“{dash}”" in found.message


def test_the_weight_of_execution_is_advised_only_where_another_set_of_rules_settles_it():
    broken, _ = examples.EXAMPLES["execution_weight_is_that_of_the_rules"]
    (found,) = checks.findings(examples.form(broken), NATIONAL)

    assert found.expected is None
    assert "其余各项合计 80，总分正好；如本地规定为 20 分，请改选评分规则" in found.message


def test_a_score_that_was_rounded_once_is_right():
    """94.5 ÷ 95 × 10 = 9.947…，一位小数为 9.9。"""
    changes = {"row6.target": "≥95%", "row6.actual": "94.5%", "row6.score": "9.9", "row6.reason": "发放延迟。"}

    assert [] == _found(changes)


def test_what_the_form_has_no_place_for_is_not_asked_for():
    form = examples.form({"row0.actual": "300公里", "unit": ""})
    columns = {name: column for name, column in form.columns.items() if name != "reason"}
    rows = tuple(replace(row, reason=Entry()) for row in form.indicators)
    form = replace(form, columns=columns, unit=Entry(), indicators=rows)

    assert () == checks.findings(form, NATIONAL, advice=False)
    assert ["names_and_year_are_filled", "far_above_target_is_noted"] == [
        f.rule for f in checks.findings(form, NATIONAL)
    ]


@pytest.mark.parametrize(("reason", "is_found"), [("返工。", False), ("无", True)])
def test_the_same_as_above_says_as_much_as_what_stands_above(reason, is_found):
    changes = {"row0.actual": "108公里", "row0.score": "13.5", "row0.reason": reason, "row1.reason": "同上"}

    assert is_found is ("I13 reasons_have_content" in _found(changes))


def test_labels_are_quoted_without_their_colon():
    form = examples.form({"row1.reason": "", "total.executed": "1516400"})
    row = replace(form.indicators[1], level3=Entry("验收合格率：", "验收合格率：", Spot(None, 14, 4)))
    money = replace(form.funds[0], name=Entry("年度资金总额：", "年度资金总额：", Spot(None, 6, 2)))
    form = replace(form, indicators=(form.indicators[0], row, *form.indicators[2:]), funds=(money, *form.funds[1:]))

    said = [f.message for f in checks.findings(form, NATIONAL)]
    assert said[0].startswith("年度资金总额的全年执行数填")
    assert said[1].startswith("“验收合格率”得分")


def test_without_points_for_execution_the_other_weights_are_short_of_100_by_them():
    """得分 9.8 印了，分值没有一栏：其余各项合计 90。"""
    form = examples.form({"total.weight": "", "total_weight": "100", "row0.weight": "20", "total_score": "99.50"})
    form = replace(form, funds_columns={f: at for f, at in (form.funds_columns or {}).items() if f != "weight"})

    (found,) = checks.findings(form, NATIONAL)

    assert ("G13", "weights_sum_to_100", "15") == (found.cell, found.rule, found.expected)
    assert "各项分值合计 95，应为 90（预算执行率另占 10），多 5。" in found.message


@pytest.mark.parametrize(
    ("weight", "score", "expected"),
    [
        ("90", "89.70", []),
        ("90", "88.70", ["H20 total_score_matches_sum"]),
        ("90", "99.50", ["G20 total_weight_matches_sum"]),
        ("100", "89.70", ["H20 total_score_matches_sum"]),
    ],
)
def test_a_total_may_be_that_of_the_indicators_where_the_weight_beside_it_says_so(weight, score, expected):
    changes = {"total_weight": weight, "total_score": score, "grade": "优" if score == "99.50" else "良"}

    assert expected == [one for one in _found(changes) if "grade" not in one]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"fiscal.annual_budget": "1810000"}, "D7"),  # neither the total nor its own parts
        ({"total.annual_budget": "1810000"}, "D6"),
    ],
)
def test_a_part_that_differs_from_its_own_parts_is_said_once(changes, place):
    form = examples.form(changes)
    total, fiscal, *others = form.funds
    inner = [
        Funds(Entry(name, name, Spot(None, 7, 2)), annual_budget=Entry(Decimal(amount), amount, Spot(None, 7, 4)))
        for name, amount in (("中央财政资金", "1000000"), ("省级财政资金", "180000"))
    ]
    form = replace(form, funds=(total, fiscal, *inner, *others))

    found = [f for f in checks.findings(form, NATIONAL) if f.rule == "total_funds_match_parts"]

    assert [place] == [f.cell for f in found]
