from decimal import Decimal

import pytest

from selfeval_xl.units import Unit, conversion, first_name, is_rank, read_unit


@pytest.mark.parametrize(
    ("words", "name", "factor"),
    [
        ("万元", "元", 10**4),
        ("千元", "元", 1000),
        ("亿元", "元", 10**8),
        ("百万美元", "美元", 10**6),
        ("万", "", 10**4),
        ("万人次", "人次", 10**4),
        ("千克", "千克", 1),
        ("百分点", "百分点", 1),
        ("元/人*月", "元/人*月", 1),
        ("/10万人", "/10万人", 1),
        ("", "", 1),
    ],
)
def test_a_unit_is_read_in_its_base(words, name, factor):
    assert Unit(name, Decimal(factor)) == read_unit(words)


@pytest.mark.parametrize(("words", "factor"), [("%", "0.01"), ("百分比", "0.01"), ("‰", "0.001"), ("/100", "0.01")])
def test_a_ratio_has_no_unit(words, factor):
    assert Unit("", Decimal(factor), is_ratio=True) == read_unit(words)


@pytest.mark.parametrize(
    "words", ["次，3场", "月底", "年初", "个、电脑2台", ".产出", "≥", "一二三四五六七八九十一二三"]
)
def test_words_that_are_no_unit_are_not_read(words):
    assert read_unit(words) is None


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("米", "公里", "0.001"),
        ("km", "千米", "1"),
        ("亩", "公顷", "0.06666666666666666666666666667"),
        ("㎡", "㎡", "1"),
        ("年", "个月", "12"),
        ("小时", "分钟", "60"),
        ("家", "个", "1"),
        ("个", "名学生", None),
        ("台", "台(套)", "1"),
        ("人次", "人(次)", "1"),
        ("元/人月", "元/人·月", "1"),
        ("次", "次/年", "1"),
        ("次", "", "1"),
        ("天", "小时", None),
        ("家", "项", None),
        ("人", "人次", None),
        ("个村", "个班级", None),
        ("元/人", "元", None),
        ("A", "A级", "1"),
    ],
)
def test_one_unit_turns_into_another_or_does_not(source, target, factor):
    assert conversion(source, target) == (None if factor is None else Decimal(factor))


def test_a_conversion_and_its_way_back_are_one():
    assert conversion("亩", "平方米") * 3 == 2000
    assert conversion("公顷", "亩") * conversion("亩", "公顷") == pytest.approx(1)


@pytest.mark.parametrize("unit", ["级", "星", "星级", "A", "A级景区", "等奖", "类水", "级以下", "个等级"])
def test_a_place_in_an_order_is_a_rank(unit):
    assert is_rank(unit)


@pytest.mark.parametrize("unit", ["", "次", "人", "元", "%", "平方米", "工作日"])
def test_what_is_counted_is_no_rank(unit):
    assert not is_rank(unit)


def test_the_first_unit_of_several_has_its_usual_name():
    assert "元" == first_name("元/人·月")
    assert "天" == first_name("日")


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        (Unit("元", Decimal(10**4)), "万元"),
        (Unit("", Decimal("0.001"), is_ratio=True), "‰"),
        (Unit("", Decimal("0.01"), is_ratio=True), "%"),
        (Unit("元/人·月"), "元/人·月"),
        (Unit(), "无单位"),
    ],
)
def test_a_unit_is_told_as_people_write_it(unit, written):
    assert written == str(unit)
