import pytest

from selfeval_xl.scoring.bands import MISSED, PARTLY, REACHED, which_band
from selfeval_xl.scoring.measures import read_measure


def band(target, actual):
    return which_band(read_measure(target), read_measure(actual))


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        ("健全", "达成预期指标", REACHED),
        ("健全", "部分达成年度指标并具有一定效果", PARTLY),
        ("健全", "未达成年度指标且效果较差", MISSED),
        ("完成", "已完成", REACHED),
        ("完成", "超额完成", REACHED),
        ("完成", "部分完成", PARTLY),
        ("完成", "未完成", MISSED),
        ("及时", "100%", REACHED),
        ("无投诉", "没有投诉", REACHED),
        ("不发生安全事故", "未发生安全事故", REACHED),
        ("不低于上年", "低于上年", MISSED),
    ],
)
def test_words_say_their_band(target, actual, expected):
    assert expected == band(target, actual)


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("完成", "基本完成"),
        ("完成", "逾期完成"),
        ("完成", "过半完成"),
        ("达标", "勉强达标"),
        ("增长", "零增长"),
        ("合格", "返工后合格"),
        ("无投诉", "100%"),
        ("降低", "100%"),
        ("30±2%", "302%"),
        ("5×24小时", "524小时"),
    ],
)
def test_words_that_make_less_of_the_target_say_no_band(target, actual):
    assert band(target, actual) is None
