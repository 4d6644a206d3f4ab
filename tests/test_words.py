import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.scoring.words import Kind, sign_of, spoken_number, tokens


def kinds(text):
    return " ".join(token.kind.name for token in tokens(text))


def words(text):
    return " ".join(token.text for token in tokens(text))


def meaning(text, kind):
    return next(token.meaning for token in tokens(text) if token.kind is kind)


@pytest.mark.parametrize(
    ("text", "cut", "as_kinds"),
    [
        ("≥60次", "≥ 60 次", "SIGN NUMBER TEXT"),
        ("控制在3.5万元以内", "控制在 3.5 万元 以内", "SIGN NUMBER TEXT LIMIT"),
        ("18周岁至54周岁", "18 周岁 至 54 周岁", "NUMBER TEXT RANGE NUMBER TEXT"),
        ("2022年完成12次", "2022年 完成 12 次", "YEAR SIGN NUMBER TEXT"),
        ("较上年增长5%", "较上年 增长 5 %", "LAST_YEAR TEXT NUMBER TEXT"),
        ("由80%提高到90%", "由 80 % 提高到 90 %", "FROM NUMBER TEXT MOVE NUMBER TEXT"),
        ("300多人(含线上)", "300 多 人 (含线上)", "NUMBER MORE TEXT NOTE"),
        ("不少于二十四期", "不少于 二十四 期", "SIGN NUMBER TEXT"),
        ("约60次左右", "约 60 次 左右", "UNSURE NUMBER TEXT ABOUT"),
        ("30±2", "30 ± 2", "NUMBER PLUS_MINUS NUMBER"),
        ("100%完成", "100 % 完成", "NUMBER TEXT DONE"),
        ("¥148,000", "¥ 148,000", "MONEY NUMBER"),
        ("效果明显", "效果明显", "TEXT"),
        ("", "", ""),
    ],
)
def test_a_text_is_cut_into_words_of_a_kind(text, cut, as_kinds):
    assert (cut, as_kinds) == (words(text), kinds(text))


@pytest.mark.parametrize(
    ("text", "sign"),
    [("不得低于5", "≥"), ("高于或等于5", "≥"), ("控制在不超过5", "≤"), ("超出5", ">"), ("少于5", "<"), ("═5", "=")],
)
def test_a_word_of_comparison_means_its_sign(text, sign):
    assert sign == meaning(text, Kind.SIGN)


@pytest.mark.parametrize(("text", "sign"), [("降至5%", "≤"), ("压减到5%", "≤"), ("提高到5%", "≥"), ("增加至5%", "≥")])
def test_a_value_that_something_moves_to_is_a_limit(text, sign):
    assert sign == meaning(text, Kind.MOVE)


def test_a_word_compares_only_right_before_a_number():
    assert "SIGN NUMBER TEXT" == kinds("超过60次")
    assert "TEXT" == kinds("超过预期")


def test_a_word_limits_only_at_the_end():
    assert "NUMBER TEXT LIMIT" == kinds("3天内")
    assert "NUMBER TEXT" == kinds("3个内设机构")


@pytest.mark.parametrize("text", ["节约率5%", "接待5人", "未成年人5人", "预约5人"])
def test_the_longer_word_hides_what_the_shorter_would_mean(text):
    assert Kind.UNSURE not in {token.kind for token in tokens(text)}


@pytest.mark.parametrize("text", ["一般", "三公经费下降", "第三批", "培训三次", "一百二次"])
def test_a_character_that_counts_nothing_is_no_number(text):
    assert Kind.NUMBER not in {token.kind for token in tokens(text)}


@pytest.mark.parametrize(
    ("text", "number"),
    [("百分之九十五", "95"), ("百分之九十五点五", "95.5"), ("百分之98", "98"), ("百分百", "100"), ("百分之百", "100")],
)
def test_per_cent_in_words_is_a_percentage(text, number):
    assert f"{number} %" == words(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二十四", 24),
        ("一百零五", 105),
        ("两千", 2000),
        ("十", 10),
        ("零", 0),
        ("百", 100),
        ("一百二", None),
        ("千", None),
    ],
)
def test_numbers_in_characters_are_read_in_their_usual_order(text, number):
    assert number == spoken_number(text)


def test_a_sign_by_itself_is_known():
    assert ("≥", "≤", "") == (sign_of("≥"), sign_of("不超过"), sign_of("下降至"))


@given(st.text("≥≤±()百分之三次万元年月至-~0123456789.,%不超过以上约", max_size=60))
def test_no_character_is_lost(text):
    if "百分" not in text:
        assert text == "".join(token.text for token in tokens(text))


@given(st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True))
def test_a_number_is_one_token(text):
    (token,) = tokens(text)

    assert (Kind.NUMBER, Decimal(text)) == (token.kind, token.number)


@pytest.mark.parametrize("text", ["一" * 200, "(" * 200, "9" * 200, "百分之" * 66, "至" * 200, "1,111" * 40])
def test_a_long_text_is_cut_without_delay(text):
    begun = time.perf_counter()
    tokens(text)

    assert time.perf_counter() - begun < 0.5
