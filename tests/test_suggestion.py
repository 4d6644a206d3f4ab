from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl import profiles
from selfeval_xl.scoring.direction import Named
from selfeval_xl.scoring.measures import read_measure
from selfeval_xl.scoring.suggestion import Undecided, suggest

TEN = Decimal(10)


# ---- what a target or result says --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sign", "number", "unit"),
    [
        ("≥60 次", "≥", "60", "次"),
        ("＞＝60次", "≥", "60", "次"),
        ("≧60次", "≥", "60", "次"),
        ("﹦12处", "=", "12", "处"),
        ("═12处", "=", "12", "处"),
        ("＝100%", "=", "1", ""),
        ("不低于95%", "≥", "0.95", ""),
        ("不少于1,200人", "≥", "1200", "人"),
        ("不超过11.376万元", "≤", "113760", "元"),
        ("控制在3.5万元以内", "≤", "35000", "元"),
        ("95%以上", "≥", "0.95", ""),
        ("60次及以上", "≥", "60", "次"),
        ("3天内", "≤", "3", "天"),
        ("小于10", "<", "10", ""),
        ("＞8个", ">", "8", "个"),
        ("530元/人*月", "", "530", "元/人*月"),
        ("0.9‰", "", "0.0009", ""),
        ("100百分比", "", "1", ""),
        ("5亿元", "", "500000000", "元"),
        ("10 台套", "", "10", "台套"),
        ("38台（套）", "", "38", "台(套)"),
        ("１２．５％", "", "0.125", ""),
        ("3577. 95", "", "3577.95", ""),
        ("≥1.26万亩", "≥", "12600", "亩"),
        ("50", "", "50", ""),
    ],
)
def test_a_number_is_understood_as_people_write_it(written, sign, number, unit):
    said = read_measure(written)

    assert (sign, Decimal(number), unit) == (said.sign, said.number, said.unit)


@pytest.mark.parametrize("written", ["18—54周岁", "18-54周岁", "18周岁至54周岁", "18～54周岁"])
def test_a_range_has_two_ends(written):
    said = read_measure(written)

    assert (Decimal(18), Decimal(54), "周岁") == (said.number, said.upper, said.unit)


@pytest.mark.parametrize(
    ("written", "surely", "day"),
    [
        ("2018年10月底", date(2018, 10, 31), date(2018, 10, 31)),
        ("完成时间为2022年12月30日", date(2022, 12, 30), date(2022, 12, 30)),
        ("2023年11月30日前", date(2023, 11, 30), date(2023, 11, 30)),
        ("2021.1.1-12.31", date(2021, 12, 31), date(2021, 12, 31)),
        ("2021.3-2021.12", date(2021, 12, 31), date(2021, 12, 31)),
        ("2022年底", date(2022, 12, 31), date(2022, 12, 31)),
        ("2022年9月前", date(2022, 8, 31), date(2022, 9, 30)),
        ("9月前", date(1, 8, 31), date(1, 9, 30)),
    ],
)
def test_a_deadline_is_the_last_day_it_can_mean(written, surely, day):
    said = read_measure(written).deadline

    assert (surely, day) == (said.surely, said.day)


@pytest.mark.parametrize(
    "written",
    [
        "及时",
        "效果明显",
        "合规",
        "Ⅳ类及以上",
        "①5次",
        "约60次",
        "不足60次",
        "近百人",
        "一般",
        "三公经费下降",
        "第三批",
        "管理人员落实,人员配置合理",
        "13月底",
        "2月30日",
    ],
)
def test_what_is_not_understood_stays_words(written):
    assert read_measure(written).is_words


@pytest.mark.parametrize(
    ("written", "name", "sign", "number"),
    [
        ("合格率≥95%", "合格率", "≥", "0.95"),
        ("较上年增长5%", "增长", "", "0.05"),
        ("成本控制在50万元以内", "成本", "≤", "500000"),
        ("2022年完成12次", "", "=", "12"),
        ("实际开展10次", "", "", "10"),
        ("每月不少于1次", "每月", "≥", "1"),
        ("300多人", "", ">", "300"),
        ("不少于二十四期", "", "≥", "24"),
        ("百分之九十五点五以上", "", "≥", "0.955"),
        ("百分之百", "", "", "1"),
    ],
)
def test_words_around_a_number_are_understood(written, name, sign, number):
    said = read_measure(written)

    assert (name, sign, Decimal(number)) == (said.name, said.sign, said.number)


def test_a_remark_in_brackets_is_kept_apart():
    said = read_measure("1250人（含线上）")

    assert (Decimal(1250), "人", "含线上") == (said.number, said.unit, said.note)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_measure(text):
    said = read_measure(text)

    assert (said is None) == (text.strip() == "")


# ---- suggested scores --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "actual", "score"),
    [
        ("≥60 次", "70 次", "10"),
        ("≥60次", "45次", "7.5"),
        (">8个", "6个", "7.5"),
        ("100%", "99%", "9.9"),
        ("=12处", "12处", "10"),
        ("0起", "0起", "10"),
        ("0起", "1起", "0"),
        ("≤10万元", "150000元", "6.67"),
        ("≤10万元", "95000元", "10"),
        ("≤10", "15", "6.67"),
        ("≥95%", "98", "10"),
        ("≥95%", "0.98", "10"),
        ("≥320 天", "≥320 天", "10"),
        ("≥85公里", "80", "9.41"),
        ("95", "96%", "10"),
        ("18—54周岁", "20周岁", "10"),
        ("2022年12月30日前", "2022年11月25日", "10"),
        ("2022年11月底前", "11月25日", "10"),
        ("≥60次", "-5次", "0"),
        ("3", "1", "3.33"),
    ],
)
def test_the_rule_of_the_sign_decides_the_score(target, actual, score):
    assert Decimal(score) == suggest(target, actual, TEN, profiles.NATIONAL).score


def test_beyond_a_limit_each_profile_has_its_formula():
    """A = 10, B = 15, W = 10: 6.67 by A/B, 5.00 by 1 − (B − A)/A; nothing from twice the limit."""
    assert Decimal("6.67") == suggest("≤10", "15", TEN, profiles.NATIONAL).score
    assert Decimal("5.00") == suggest("≤10", "15", TEN, profiles.PROVINCIAL_SYSTEM).score
    assert Decimal(0) == suggest("≤10", "20", TEN, profiles.PROVINCIAL_SYSTEM).score


@pytest.mark.parametrize(
    ("target", "actual", "words"),
    [
        ("支撑作用明显", "支撑作用明显", "达成 8–10"),
        ("健全", "基本健全", "达成 8–10；部分达成 6–8；未达成 0–6"),
        ("健全", "较健全", "达成 8–10；部分达成 6–8；未达成 0–6"),
        ("健全", "部分达成年度指标并具有一定效果", "部分达成 6–8"),
        ("健全", "未达成年度指标且效果较差", "未达成 0–6"),
        ("建立", "未建立", "未达成 0–6"),
        ("未发生事故", "未发生事故", "达成 8–10"),
        ("实现", "未能实现", "未达成 0–6"),
        ("及时", "100%", "达成 8–10"),
        ("提高", "有效提高", "达成 8–10"),
        ("提高", "力争提高", "达成 8–10；部分达成 6–8；未达成 0–6"),
        ("明显改善", "未见明显改善", "达成 8–10；部分达成 6–8；未达成 0–6"),
        ("Ⅳ类及以上", "Ⅳ类", "达成 8–10；部分达成 6–8；未达成 0–6"),
    ],
)
def test_a_target_in_words_has_bands(target, actual, words):
    said = suggest(target, actual, TEN, profiles.NATIONAL)

    assert (None, words) == (said.score, said.why)


@pytest.mark.parametrize(
    ("target", "actual", "words"),
    [
        ("≥60次", "达成预期指标", "没有写明数字"),
        ("≥60次", "70人", "单位不同"),
        ("≥60", "0.7万次", "统一单位"),
        ("2022年8月25日前", "2022年8月29日", "晚于指标值规定的时间"),
        ("2022年9月前", "2022年9月20日", "截止日的含义"),
        ("2022年底", "按时完成", "没有写明日期"),
        ("18—54周岁", "60周岁", "不在指标值的范围内"),
    ],
)
def test_what_no_rule_decides_is_said(target, actual, words):
    said = suggest(target, actual, TEN, profiles.NATIONAL)

    assert said.score is None
    assert words in said.why


@pytest.mark.parametrize(
    ("target", "actual", "words"),
    [
        ("≤11.376万元", "113760", "是否以“万元”计不明确"),
        ("≥95%", "≥90%", "只写了界限"),
        ("≥20人", "15-25人", "是一个范围"),
        ("50万元", "45万元", "高好还是低好"),
        ("每月不少于1次", "12次", "不是同一个量"),
        ("下降≥5%", "-6%", "降幅写成负数"),
        ("≤3%", "-1%", "数值为负"),
        ("≤50万元", "45万元（预计）", "括号中的说明"),
        ("≥2天", "16小时", "单位不同"),
        ("2022年12月底前", "1月15日", "没有写明年份"),
        ("2022年12月15日前", "2022年12月", "截止日的含义"),
        ("≤50", "48.5万元", "指标值没有写单位"),
        ("≥90", "0.95", "数值相差悬殊"),
        ("≥200%", "2.1", "是否以“%”计不明确"),
        ("≥20个", "20个左右", "没有写明数字"),
        ("≥20个", "20个（其中2个未完工）", "括号中的说明"),
        ("≤3级", "2级", "等级高低"),
        ("5月-10月", "6月-9月", "不在指标值的范围内"),
        ("2022年12月底前", "2021年11月30日", "早于指标值的年份"),
        ("举办活动3场", "培训2场", "不是同一个量"),
    ],
)
def test_nothing_is_guessed(target, actual, words):
    said = suggest(target, actual, TEN, profiles.NATIONAL)

    assert said.score is None
    assert words in said.why


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("≤530元/人*月", "530元每人每月"),
        ("≥10公里", "12000米"),
        ("≥12场", "12次"),
        ("≥20家", "20个"),
        ("≥3年", "36个月"),
        ("≥4次/年", "4次"),
        ("≥3个", "3个村"),
        ("≥20台（套）", "20台"),
        ("≥90（%）", "92%"),
        ("≤15万元", "￥148,000"),
        ("带动农户≥120户", "带动农户132户"),
        ("人均补助标准≥89元", "89元"),
        ("≤18/10万", "17.5/10万"),
    ],
)
def test_a_unit_under_another_name_is_the_same(target, actual):
    assert suggest(target, actual, TEN, profiles.NATIONAL).score == 10


def test_what_the_money_is_counted_per_goes_without_saying_only_where_the_name_says_it():
    per_head, name = ("≥5元/人", "6元", TEN, profiles.NATIONAL), Named("人均补助标准")

    assert Undecided.BY_PEOPLE is suggest(*per_head).undecided
    assert 10 == suggest(*per_head, name).score


@pytest.mark.parametrize(
    "pair",
    [
        "人|人次",
        "户|人",
        "台|辆",
        "台|台班",
        "个|个月",
        "个村|个班级",
        "家|项",
        "次|期",
        "天|工作日",
        "元/人·月|元/人·年",
        "%|分",
    ],
)
def test_units_that_count_something_else_are_not(pair):
    ours, theirs = pair.split("|")

    assert suggest(f"≥5{ours}", f"6{theirs}", TEN, profiles.NATIONAL).undecided is Undecided.UNITS_DIFFER


@pytest.mark.parametrize(("target", "actual"), [(None, "5"), ("5", None), ("", ""), ("  ", "5")])
def test_nothing_is_suggested_while_one_is_blank(target, actual):
    assert suggest(target, actual, TEN, profiles.NATIONAL) is None


_MEASURES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "≥", "≤", "=", ">", "<", "不低于", "不超过"]),
    st.decimals(-50, 5000, places=2),
    st.sampled_from(["", "次", "%", "万元", "元", "‰", "人"]),
)


@given(_MEASURES, _MEASURES, st.decimals(0, 100, places=1), st.sampled_from(profiles.PROFILES))
def test_a_suggested_score_is_within_the_weight(target, actual, weight, profile):
    said = suggest(target, actual, weight, profile)

    assert said is not None
    assert said.score is None or 0 <= said.score <= weight
    assert (said.score is None) == bool(said.why)


# ---- what is better, and what is another thing -----------------------------------------------------------------


@pytest.mark.parametrize("pair", ["4A|3A", "3星|4星", "1等奖|2等奖", "3类水|2类水", "2级|3级", "3A级|4A级"])
def test_of_two_ranks_none_is_better_by_its_number(pair):
    target, actual = pair.split("|")

    assert Undecided.BY_PEOPLE is suggest(target, actual, TEN, profiles.NATIONAL).undecided
    assert suggest(target, target, TEN, profiles.NATIONAL).score == 10


@pytest.mark.parametrize(
    ("target", "actual", "score"),
    [
        ("压减至50万元", "45万元", "10"),
        ("压减至50万元", "压减至55万元", "9.09"),
        ("提高到90%", "92%", "10"),
        ("≥90%", "提高到92%", "10"),
        ("±5%", "-3%", "10"),
        ("30±2", "31", "10"),
        ("100%", "98/100", "9.8"),
        ("每亩补贴500元", "500元", "10"),
        ("事故处理率100%", "事故处理率98%", "9.8"),
        ("投诉0件", "投诉2件", "0"),
        ("20221231", "20221220", "10"),
        ("2022年12月31日前", "20221220", "10"),
        ("22年12月", "22年11月", "10"),
    ],
)
def test_words_that_tell_which_way_decide(target, actual, score):
    assert Decimal(score) == suggest(target, actual, TEN, profiles.NATIONAL).score


@pytest.mark.parametrize(
    ("target", "actual", "undecided"),
    [
        ("增长5%", "提高到95%", Undecided.BY_PEOPLE),
        ("≥5%", "提高到95%", Undecided.BY_PEOPLE),
        ("下降≥5%", "下降至3%", Undecided.BY_PEOPLE),
        ("下降至10%", "下降9%", Undecided.BY_PEOPLE),
        ("投诉率60%", "50%", Undecided.BY_PEOPLE),
        ("故障5次", "3次", Undecided.BY_PEOPLE),
        ("20万", "18.5万", Undecided.BY_PEOPLE),
        ("每月1次", "1次", Undecided.BY_PEOPLE),
        ("200", "100%", Undecided.UNITS_DIFFER),
        ("30±2", "35", Undecided.OUTSIDE_RANGE),
        ("20221231", "20230115", Undecided.BY_PEOPLE),
        ("2022.12", "2023.01", Undecided.BY_PEOPLE),
        ("12.31", "1.15", Undecided.BY_PEOPLE),
        ("2022.12前", "2023年1月", Undecided.LATE),
        ("≥60次", "已完成", Undecided.NO_NUMBER),
    ],
)
def test_why_nothing_follows_is_named(target, actual, undecided):
    suggested = suggest(target, actual, TEN, profiles.NATIONAL)

    assert (None, undecided) == (suggested.score, suggested.undecided)


# ---- days that Excel turned into numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "actual", "said"),
    [
        ("2025年11月底前", "45981", Decimal("10.00")),  # 2025-11-20
        ("2025年11月底前", "45992", "实际完成值 2025年12月1日，晚于指标值规定的时间，扣分由人工判断"),
        ("11月底前", "45981", "实际完成值 2025年11月20日，指标值没有写明年份，是否按期由人工判断"),
        ("2025年11月前", "45981", "实际完成值 2025年11月20日，是否按期要看截止日的含义，得分由人工判断"),
        ("2026年底前", "45981", "实际完成值 2025年11月20日，完成日期早于指标值的年份，请核对年份"),
        ("45981", "2025年11月20日", Decimal("10.00")),
        ("45981", "2025年12月", "指标值 2025年11月20日，晚于指标值规定的时间，扣分由人工判断"),
        ("2025年11月底前", "36525", "实际完成值没有写明日期，确已按期完成的可得满分"),  # before this century
        ("2025年11月底前", "73051", "实际完成值没有写明日期，确已按期完成的可得满分"),
        ("2025年11月底前", "45981.5", "实际完成值没有写明日期，确已按期完成的可得满分"),
        ("2025年11月底前", "45981元", "实际完成值没有写明日期，确已按期完成的可得满分"),
        ("≥50000", "45981", Decimal("9.20")),  # beside a number it is one
        ("45981", "45981", Decimal("10.00")),
    ],
)
def test_a_bare_number_beside_a_day_is_the_day_that_excel_made_of_it(target, actual, said):
    found = suggest(target, actual, TEN, profiles.NATIONAL)

    assert said == (found.why if found.score is None else found.score)


def test_points_for_a_day_are_rounded_like_all_others():
    found = suggest("2025年11月底前", "2025年11月20日", Decimal("3.335"), profiles.NATIONAL)

    assert "3.34" == str(found.score)
