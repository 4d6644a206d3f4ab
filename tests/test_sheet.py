from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import FORMS_TEXT
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl import actions, sheet, workbook
from selfeval_xl.cells import Entry, Spot
from selfeval_xl.form import Form, Indicator, document
from selfeval_xl.profiles import NATIONAL, PROFILES
from selfeval_xl.sheet import fit
from selfeval_xl.sheet.formulas import TO_NAME
from selfeval_xl.sheet.layout import WIDTHS, WIDTHS_WITH_LAST_YEAR, ZOOM
from selfeval_xl.year import roll


@pytest.fixture(scope="module")
def page():
    return sheet.form_page(actions.read([FORMS_TEXT])[0].form, NATIONAL, "表")


def at(page, row, column):
    return next(cell for cell in page.cells if (cell.row, cell.column) == (row, column))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((1, 1), "财政项目支出绩效自评表"),
        ((2, 1), "（ 2022 年度）"),
        ((3, 1), "项目名称"),
        ((3, 3), "合作交流工作业务费"),
        ((4, 5), "实施单位"),
        ((5, 1), "项目资金(元)"),
        ((5, 4), "年初预算数"),
        ((6, 2), "年度资金总额"),
        ((6, 6), Decimal("506745.04")),
        ((7, 7), "-"),
        ((10, 2), "预期目标"),
        ((12, 9), "偏差原因分析及改进措施"),
        ((13, 2), "产出指标"),
        ((13, 5), "≥60 次"),
        ((13, 8), Decimal(10)),
        ((16, 6), "100%"),
        ((23, 1), "总分"),
    ],
)
def test_each_thing_stands_where_the_paper_has_it(page, place, words):
    assert words == at(page, *place).content


def test_the_levels_are_merged_down_as_on_paper(page):
    assert (13, 17) == (at(page, 13, 2).area.top, at(page, 13, 2).area.bottom)
    assert (13, 14) == (at(page, 13, 3).area.top, at(page, 13, 3).area.bottom)
    assert (12, 22) == (at(page, 12, 1).area.top, at(page, 12, 1).area.bottom)


def test_official_cells_are_formulas_with_a_native_way_out_and_their_value(page):
    official = {(6, 8): "0.8089", (6, 9): "8.09", (23, 7): "100.00", (23, 8): "98.09", (2, 12): "优"}
    for place, value in official.items():
        content = at(page, *place).content
        assert content.text.startswith("=IFERROR(SE_")
        assert value == str(content.value)
        assert len(content.text) < 8192


def test_only_the_form_is_printed(page):
    assert (1, 1, 23, 9) == (page.printed.top, page.printed.left, page.printed.bottom, page.printed.right)
    assert {cell.column for cell in page.cells if cell.column > 9} == {10, 11, 12}
    assert {None} == {cell.content for cell in page.cells if cell.column == 10}


ODD = "甲aA'[]:*?/\\ \u3000\x00\x0b\x1f\x85\ud800\udfff\ufffe\uffff\U0001f600Ａ"
NAMES = (None, "", "History", "HISTORY", "'" * 40, "甲" * 30 + "'乙", "\U0001f600" * 30, "'甲'", "汇总", "说明")


@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=60), st.text(ODD, max_size=40)), max_size=12))
def test_sheet_names_are_such_as_excel_takes(titles):
    names = sheet.sheet_names(titles, taken=("说明", "汇总"))

    assert len(titles) == len(names)
    lowered = [name.casefold() for name in names] + ["说明", "汇总", "history"]
    assert len(lowered) == len(set(lowered))
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set("[]:*?/\\\x00\x0b\x1f\ufffe\uffff") & set(name)
        assert name[0] != "'" != name[-1]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("甲" * 30 + "'乙", "甲" * 30),
        ("\U0001f600" * 16, "\U0001f600" * 15),
        ("a\ufffe\ud800b", "a  b"),
        ("History", "History(2)"),
        ("'引号'", "引号"),
    ],
)
def test_a_sheet_is_named_after_its_project_as_far_as_excel_allows(title, name):
    assert [name] == sheet.sheet_names([title])


@pytest.mark.parametrize(("unit", "heading"), [(None, "项目资金"), ("元", "项目资金(元)"), ("亿元", "项目资金(亿元)")])
def test_the_unit_of_money_is_the_forms_own_and_never_invented(unit, heading):
    form = Form(money_unit=unit)
    page = sheet.form_page(form, NATIONAL, "表")

    assert heading == at(page, 5, 1).content
    assert (unit or "未注明") == at(sheet.summary_page([page.name], [form], [NATIONAL]), 3, 3).content.value


def test_long_texts_get_room_and_the_longest_a_smaller_type(page):
    form = actions.read([FORMS_TEXT])[0].form
    longer = replace(form, expected_goal=Entry("目标" * 400, "目标" * 400))
    longest = replace(form, expected_goal=Entry("目标" * 1200, "目标" * 1200))

    def goal(form):
        drawn = sheet.form_page(form, NATIONAL, "表")
        return drawn.heights[11].points, at(drawn, 11, 2).style

    assert goal(form)[0] < goal(longer)[0] <= 409
    assert "goal10" == goal(form)[1]
    assert goal(longest)[1] < "goal9"
    assert goal(longest)[0] <= 409


@pytest.mark.parametrize("characters", [100, 360, 500])
@pytest.mark.parametrize(("field", "column"), [("level3", 4), ("target", 5), ("actual", 6), ("reason", 9)])
def test_a_long_text_of_an_indicator_is_not_cut_by_the_highest_row(characters, field, column):
    """Excel's rows end at 409 points."""
    form = actions.read([FORMS_TEXT])[0].form
    words = Entry("长" * characters, "长" * characters)
    first = replace(form.indicators[0], **{field: words})

    drawn = sheet.form_page(replace(form, indicators=(first, *form.indicators[1:])), NATIONAL, "表")

    size = int(at(drawn, 13, column).style.removeprefix("text"))
    in_a_line = int((WIDTHS[column - 1] - 12) / (size * 4 / 3))  # pixels; a Chinese character is as wide as high
    assert characters / in_a_line * 1.2 * size < drawn.heights[13].points <= 409
    assert size >= 5


def test_words_that_would_fill_a_cell_are_set_in_from_its_border():
    form = actions.read([FORMS_TEXT])[0].form
    texts = {"短": "value10", "长效机制健全": "value10", "管理人员落实,人员配置合理": "text10"}
    for words, style in texts.items():
        first = replace(form.indicators[0], actual=Entry(words, words))
        drawn = sheet.form_page(replace(form, indicators=(first, *form.indicators[1:])), NATIONAL, "表")
        assert style == at(drawn, 13, 6).style


def _of_many(count):
    form = actions.read([FORMS_TEXT])[0].form
    names = ("产出指标", "效益指标")
    blocks = ("数量指标", "质量指标", "社会效益指标", "可持续影响指标")
    indicators = tuple(
        replace(
            form.indicators[n % 10],
            level1=Entry(names[n * 2 // count], names[n * 2 // count]),
            level2=Entry(blocks[n * 4 // count], blocks[n * 4 // count]),
            level3=Entry(f"第{n}项", f"第{n}项"),
        )
        for n in range(count)
    )
    return replace(form, indicators=indicators)


def test_a_form_of_usual_length_is_one_page(page):
    assert (1, None, ()) == (page.pages_high, page.repeated_rows, page.breaks)


@pytest.mark.parametrize("count", [40, 50, 120])
def test_over_several_pages_the_headings_are_repeated_and_no_merged_cell_crosses_a_break(count):
    drawn = sheet.form_page(_of_many(count), NATIONAL, "表")

    assert (0, (12, 12)) == (drawn.pages_high, drawn.repeated_rows)
    assert 1 <= len(drawn.breaks)
    for first, last in zip((0, *drawn.breaks), (*drawn.breaks, drawn.total_row), strict=True):
        assert sum(drawn.heights[row].points for row in range(first + 1, last + 1)) <= 880
    areas = [cell.area for cell in drawn.cells if cell.area]
    assert not [area for area in areas for last in drawn.breaks if area.top <= last < area.bottom]


def test_a_form_over_several_pages_is_read_back_as_it_was(tmp_path):
    form = _of_many(50)
    workbook.write_live(tmp_path / "x.xlsm", actions.book_pages([form], [NATIONAL], [[]]))

    (read,) = actions.read([tmp_path / "x.xlsm"])

    assert document(form)["indicators"] == document(read.form)["indicators"]
    assert () == read.leftovers


def test_a_form_of_one_indicator_and_no_names_is_drawn():
    form = Form(indicators=(Indicator(level3=Entry("里程", "里程")),))

    drawn = sheet.form_page(form, NATIONAL, "表")

    assert 14 == drawn.total_row
    assert at(drawn, 13, 2).area is None


def test_text_that_looks_like_a_formula_stays_text():
    form = Form(project=Entry("=1+1", "=1+1"))

    assert "=1+1" == at(sheet.form_page(form, NATIONAL, "表"), 3, 3).content


def test_as_many_profiles_are_offered_as_a_list_takes():
    own = [replace(NATIONAL, title=f"某某市财政项目支出绩效自评规则{number:02}") for number in range(40)]
    form = actions.read([FORMS_TEXT])[0].form
    drawn = sheet.form_page(form, own[3], "表", profiles=(*PROFILES, *own))
    (offered,) = (one.options for one in drawn.entering if one.title == "评分规则")

    assert [profile.title for profile in PROFILES] == list(offered[: len(PROFILES)])
    assert own[3].title in offered
    assert len(",".join(offered)) <= 255


@pytest.mark.parametrize("place", ["executed", "weight", "score"])
def test_a_cell_for_a_number_never_holds_a_sentence_which_stands_beside_the_row(place):
    """50万元 in F6 is named with its cell beside the money, and what follows from it is an error."""
    form = actions.read([FORMS_TEXT])[0].form
    wrong = Entry("五十万" if place == "executed" else "十分", "五十万" if place == "executed" else "十分")
    funds, rows = form.funds, form.indicators
    if place == "executed":
        funds = (replace(form.funds[0], executed=wrong), *form.funds[1:])
    else:
        rows = (replace(form.indicators[0], **{place: wrong}), *form.indicators[1:])

    drawn = sheet.form_page(replace(form, funds=funds, indicators=rows), NATIONAL, "表")

    numbers = [at(drawn, *cell).content.value for cell in ((6, 8), (6, 9), (23, 7), (23, 8))]
    assert all(isinstance(number, Decimal) or number in ("#N/A", "") for number in numbers)
    assert "#N/A" in numbers
    row, said = (
        (6, "错误（F6）：年度资金总额的全年执行数应为数字，现为“五十万”") if place == "executed" else (13, "“十分”")
    )
    assert said in at(drawn, row, 12).content.value
    assert said in at(drawn, 3, 12).content.value
    assert "填 0" not in at(drawn, 3, 12).content.value


def test_rows_share_the_free_height_of_a_page_and_keep_it_when_something_is_typed(page):
    """The lower 40 % of a page were empty; a strut beside the form keeps a row that grows with its text."""
    full = fit.page_height(sum(WIDTHS[:9]))
    blank = sheet.form_page(sheet.blank_form(2026, NATIONAL), NATIONAL, "表")

    for drawn in (page, blank):
        assert 0.95 * full <= sum(height.points for height in drawn.heights.values()) <= 1.15 * full
        for row in (11, *range(13, drawn.total_row)):
            size = int(at(drawn, row, 10).style.removeprefix("strut"))
            assert 0 <= size * fit.STRUT_LINE - drawn.heights[row].points < fit.STRUT_LINE


def test_everything_stands_within_a_screen_of_1366_pixels():
    """Also where another font stands in for 宋体, whose digits are an eighth wider, beside row numbers and a bar."""
    assert sum(WIDTHS) * ZOOM / 100 * 1.235 + 97 <= 1366
    assert sum(WIDTHS_WITH_LAST_YEAR) <= sum(WIDTHS)


# ---- carried over from the year before ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rolled_page():
    last = actions.read([FORMS_TEXT])[0].form
    return sheet.form_page(roll(last).form, NATIONAL, "表", ["要核对的年份"], last=last)


def test_last_years_results_stand_beside_the_new_targets_and_are_not_printed(rolled_page):
    shown = [at(rolled_page, row, 13).content for row in range(12, 23)]

    assert ["上年完成值", "70 次", "139 次"] == shown[:3]
    assert ["≥60 次", None] == [at(rolled_page, 13, column).content for column in (5, 6)]
    assert 9 == rolled_page.printed.right
    assert len(rolled_page.widths) == 13


def test_a_sheet_that_was_not_carried_over_has_no_column_of_last_year(page):
    assert 12 == max(cell.column for cell in page.cells) == len(page.widths)


def test_the_values_beside_the_head_keep_their_place_and_their_width(page, rolled_page):
    for row in (1, 2, 3, 4, 5, 6, rolled_page.total_row):
        assert (12, 13) == (at(rolled_page, row, 12).column, at(rolled_page, row, 12).area.right)
        assert at(page, row, 11).content == at(rolled_page, row, 11).content
    assert sum(rolled_page.widths[11:]) == page.widths[11]
    assert ["结转核对", "要核对的年份"] == [at(rolled_page, 10, column).content for column in (11, 12)]


def test_a_form_of_which_only_the_plan_is_filled_in_is_calm(rolled_page):
    """新年度的表刚结转，不能满屏是错误。"""
    said = {at(rolled_page, row, 12).content.value for row in range(13, 23)}

    assert "尚未填写" in said
    assert all(words == "尚未填写" or words.startswith("建议：指标值") for words in said)
    assert ["尚未填写完成情况", "", ""] == [
        at(rolled_page, row, 12).content.value for row in (3, 6, rolled_page.total_row)
    ]


def test_a_row_whose_year_is_still_to_come_says_what_is_wrong_with_its_plan():
    last = actions.read([FORMS_TEXT])[0].form
    wrong = replace(last.indicators[0], weight=Entry("十", "十"))
    drawn = sheet.form_page(roll(replace(last, indicators=(wrong, *last.indicators[1:]))).form, NATIONAL, "表")

    assert "错误：分值应为数字" in at(drawn, 13, 12).content.value


@pytest.mark.parametrize(
    ("cells", "least", "most"),
    [("D6:F9", 0, None), ("G6", 0, 100), ("H7:H9", 0, 10), ("G13:G22", 0, 100), ("H13:H22", 0, "=$G13")],
)
def test_a_cell_for_a_number_says_so_when_something_is_entered(page, cells, least, most):
    def address(area):
        first, last = (
            Spot(None, row, column).address for row, column in ((area.top, area.left), (area.bottom, area.right))
        )
        return first if first == last else f"{first}:{last}"

    (one,) = (one for one in page.entering if address(one.area) == cells)

    assert (least, most) == (one.least, one.most)
    assert one.message and one.complaint and one.warns


@pytest.mark.parametrize(
    "title", ["项目名称", "主管部门", "实施单位", "三级指标", "年度指标值", "实际完成值", "偏差原因分析及改进措施"]
)
def test_a_cell_for_words_says_what_belongs_there_and_takes_everything(page, title):
    (one,) = (one for one in page.entering if one.title == title)

    assert one.message
    assert not one.warns
    assert ((), "", None, None) == (one.options, one.condition, one.least, one.most)


def test_year_unit_levels_profile_and_advice_have_hints_and_lists(page):
    offered = {one.title: one.options for one in page.entering}

    assert "（ 2026 年度）" in next(one.message for one in page.entering if one.title == "年度")
    assert ("项目资金(元)", "项目资金(万元)") == offered["金额单位"][:2]
    assert {"产出指标", "成本指标"} <= set(offered["一级指标"])
    assert {"数量指标", "经济成本指标"} <= set(offered["二级指标"])
    assert ("显示", "不显示") == offered["复核建议"]
    for one in page.entering:
        assert len(one.title) <= 32
        assert len(one.message) <= 255 and len(one.complaint) <= 225
        assert len(",".join(one.options)) <= 255


# ---- what a blank form says --------------------------------------------------------------------------------------


def _next_step(drawn):
    row = drawn.heading_row - 2
    return [cell for cell in drawn.cells if (cell.row, cell.column) in ((row, 11), (row, 12))]


def test_a_blank_form_says_what_is_to_be_done_next_outside_of_what_is_printed(page, rolled_page):
    label, step = _next_step(sheet.form_page(sheet.blank_form(2026, NATIONAL), NATIONAL, "表"))

    assert ("下一步", TO_NAME) == (label.content.value, step.content.value)
    assert "hint" == step.style
    assert [] == _next_step(page), "a form that is filled in has no such formula"
    assert "结转核对" == _next_step(rolled_page)[0].content


# ---- 说明 --------------------------------------------------------------------------------------------------------

ONE_SCREEN = 400 * 0.75  # points: what Excel's ribbon leaves of 768 pixels


def test_the_guide_says_three_steps_and_where_to_go_on_one_screen():
    guide, first, summary = actions.book_pages([sheet.blank_form(2026, NATIONAL)], [NATIONAL], [[]])
    shown = [cell for cell in guide.cells if cell.column == 1]
    (below,) = (cell.row for cell in shown if cell.content == "没有“绩效自评”这一栏时怎么做")
    links = [cell.content for cell in shown if cell.style == "link"]

    assert ["1. 填", "2. 看右边", "3. 交出去"] == [cell.content for cell in shown[1:4]]
    assert [first.name, summary.name, "更多"] == [link.value for link in links]
    assert [f"'{first.name}'!A1", f"'{summary.name}'!A1", f"A{below}"] == [
        link.text.removeprefix('=HYPERLINK("#"&CELL("address",').partition("),")[0] for link in links
    ]
    assert sum(height.points for row, height in guide.heights.items() if row < below) <= ONE_SCREEN
    assert sum(guide.widths) + 97 <= 1366


def test_a_link_quotes_the_name_of_a_sheet():
    form = replace(sheet.blank_form(2026, NATIONAL), project=Entry('甲\'s "道路"', '甲\'s "道路"'))
    guide, first, _ = actions.book_pages([form], [NATIONAL], [[]])

    link = next(cell.content for cell in guide.cells if cell.style == "link")

    assert (first.name, '甲\'s "道路"') == (link.value, first.name)
    assert """=HYPERLINK("#"&CELL("address",'甲''s "道路"'!A1),"甲's ""道路\"\"")""" == link.text
