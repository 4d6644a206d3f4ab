import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.years import clause_around, sentences, written_like


def years(text, **options):
    return [year for sentence in sentences(text, **options) for year in sentence.years]


@pytest.mark.parametrize(
    "text",
    [
        "2022年12月底前", "2022 年", "2022年度", "（2022年）", "2022-12-31", "2022/12/31", "2022.12.31", "2022.12前",
        "２０２２年", "二〇二二年", "二○二二年十二月", "22年6月底前", "1.2022年完成养护", "截至2022年底",
        "到2022年12月",
        "2022年6月底前启动",
        "【2022】年度",
    ],
)  # fmt: skip
def test_a_year_is_known_by_what_follows_it(text):
    (year,) = years(text)

    assert (2022, True, True) == (year.year, year.is_year, year.is_own)


@pytest.mark.parametrize(
    "text",
    ["≥2022个", "2022元", "财预〔2022〕10号", "2022.5万元", "2022-12-31-001", "GB2022-12-31", "2022学年", "2022.12"],
)
def test_a_number_a_code_or_a_document_is_no_year(text):
    assert [False] == [year.is_year for year in years(text)]


@pytest.mark.parametrize("text", ["20221231", "XM2022001", "12022年", "服务22年", "1,202", "2250年", "12年前"])
def test_other_digits_are_not_looked_at(text):
    assert [] == years(text)


@pytest.mark.parametrize(
    "text",
    [
        "较2022年增长", "比2022年", "2022年结转资金", "2022年以来", "自2022年起", "2022届毕业生", "在2022年基础上",
        "《2022年政府工作报告》", "2022年中央一号文件", "2022年6月起执行", "2022年续建项目", "2022年采购合同",
        "2022年及以后", "2022年（含）以前", "2022年3月开工", "2022年正式启动", "到2022年底建成", "到2022年",
        "2024年2月29日",
    ],
)  # fmt: skip
def test_a_year_of_something_else_is_not_the_own_one(text):
    assert [False] == [year.is_own for year in years(text)]


def test_years_joined_by_a_dash_or_a_comma_belong_together():
    for text in ("2020-2022年", "2020年至2022年", "2020—2022年", "2020、2022年", "2020到2022年"):
        assert [(2020, True, False), (2022, True, False)] == [(y.year, y.is_year, y.is_own) for y in years(text)]


def test_two_months_of_one_year_are_one_span():
    assert [True, True] == [year.is_year for year in years("2022.1-2022.12期间完成")]


@pytest.mark.parametrize(
    "name", ["2022 道路", "2022道路", "道路2022", "农村公路（2022）", "2022_道路", "云岭2022项目", "2022"]
)
def test_a_name_may_have_the_bare_year(name):
    assert [(True, True)] == [(year.is_year, year.is_own) for year in years(name, is_name=True)]
    assert [False] == [year.is_year for year in years(name)]


@pytest.mark.parametrize("name", ["2022-001", "资助2022人", "财预〔2022〕10号", "2022级学生", "2022年结转项目"])
def test_a_name_may_also_hold_another_number(name):
    assert [False] == [year.is_year and year.is_own for year in years(name, is_name=True)]


def test_sentences_are_judged_apart_and_places_are_those_of_the_text():
    text = "一是2021年建成；二是２０２２年完成。"

    first, second = sentences(text)

    assert ([2021], [2022]) == ([y.year for y in first.years], [y.year for y in second.years])
    assert ["2021", "２０２２"] == [text[y.start : y.end] for y in (*first.years, *second.years)]


def test_the_clause_around_a_year_ends_at_commas():
    text = "完成养护，较2021年增长10%，群众满意"

    assert "较2021年增长10%" == clause_around(text, years(text)[0])


@pytest.mark.parametrize(
    ("written", "raised"),
    [
        ("2022", "2023"),
        ("２０２２", "２０２３"),
        ("二〇二二", "二〇二三"),
        ("二○二二", "二○二三"),
        ("22", "23"),
        ("2 0 2 2", "2 0 2 3"),
    ],
)
def test_a_year_is_written_in_the_digits_of_the_old_one(written, raised):
    assert raised == written_like(written, 2023)


def test_a_new_zero_is_the_zero_of_the_old_year():
    assert ["二〇三〇", "二○三○", "2030"] == [written_like(old, 2030) for old in ("二〇二九", "二○二九", "2029")]


_AROUND = st.text(alphabet="20219年月〇二-./、（）[]至 起较底个号a", max_size=8)
_YEARS = st.sampled_from(["2021年", "2019年度", "二〇二一年", "（2022）", "2020-2021年", "2021.12", "２０２２年底"])


@given(st.lists(st.tuples(_AROUND, _YEARS), min_size=1, max_size=3), _AROUND)
def test_any_text_has_years_within_itself(pieces, after):
    text = "".join(word for piece in pieces for word in piece) + after
    for name in (False, True):
        for year in years(text, is_name=name):
            assert text[year.start : year.end].strip() and clause_around(text, year) in text
            assert len(text[year.start : year.end]) == len(written_like(text[year.start : year.end], year.year + 1))
