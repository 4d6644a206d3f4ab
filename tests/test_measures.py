from datetime import date
from decimal import Decimal

import pytest

from selfeval_xl.scoring.measures import read_measure


@pytest.mark.parametrize(
    ("written", "sign", "number", "unit"),
    [
        ("3次或以上", "≥", "3", "次"),
        ("下降至10%", "≤", "0.1", ""),
        ("压减至50万元", "≤", "500000", "元"),
        ("降低至80元/吨", "≤", "80", "元/吨"),
        ("提高到90%", "≥", "0.9", ""),
        ("由80%提高到90%", "≥", "0.9", ""),
        ("百分百", "", "1", ""),
        ("98/100", "", "0.98", ""),
        ("90%（≥）", "≥", "0.9", ""),
        ("三", "", "3", ""),
        ("￥14.8万", "", "148000", "元"),
        ("1万余人", ">", "10000", "人"),
        ("100m2", "", "100", "m²"),
        ("18/10万", "", "18", "/10万"),
    ],
)
def test_a_number_is_understood_in_the_words_around_it(written, sign, number, unit):
    measure = read_measure(written)

    assert (sign, Decimal(number), unit) == (measure.sign, measure.number, measure.unit)


@pytest.mark.parametrize(
    ("written", "name", "number"),
    [
        ("投诉率下降至5%", "投诉率", "0.05"),
        ("PM2.5≤35", "PM2.5", "35"),
        ("合格率（%）≥98", "合格率", "0.98"),
        ("2022年培训12次", "培训", "12"),
        ("节约率5%", "节约率", "0.05"),
    ],
)
def test_the_quantity_is_named_before_the_number(written, name, number):
    measure = read_measure(written)

    assert (name, Decimal(number)) == (measure.name, measure.number)


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("10-15家", "10", "15"),
        ("80-90%", "0.8", "0.9"),
        ("30±2", "28", "32"),
        ("±5%", "-0.05", "0.05"),
        ("≥90%且≤100%", "0.9", "1"),
    ],
)
def test_two_ends_make_a_range(written, low, high):
    measure = read_measure(written)

    assert (Decimal(low), Decimal(high)) == (measure.number, measure.upper)


@pytest.mark.parametrize(
    "written",
    [
        "5个、3次",
        "15-10家",
        "10个-15家",
        "30±2%",
        "60次左右",
        "不足60次",
        "第3名",
        "不超过超过5",
        "<5%以上",
        "1:1.5",
        "2022年",
    ],
)
def test_what_may_mean_something_else_states_no_number(written):
    assert read_measure(written).number is None


def test_a_value_that_was_moved_to_is_told_from_one_moved_by():
    assert read_measure("下降至10%").is_moved_to
    assert not read_measure("下降10%").is_moved_to


def test_a_bare_number_may_stand_for_a_day():
    assert date(2025, 11, 20) == read_measure("45981").as_day.deadline.day
    assert date(2022, 12, 20) == read_measure("20221220").as_day.deadline.day
    assert read_measure("45981").like_day is None
    assert read_measure("45981元").as_day is None
