"""A row, a cell or a heading that a page break of a PDF cuts is one again, and rows of their own stay apart."""

from pathlib import Path

import pytest
from drawing import PROJECT

from selfeval_xl import files
from selfeval_xl.form import document
from selfeval_xl.grid import Grid
from selfeval_xl.reading import read_forms

LETTER, LINE, MARGIN = 10, 12, 4
ONWARD = None  # the merged area above goes on


def cell(letters: float) -> float:
    return letters * LETTER + 2 * MARGIN


WIDTHS = [cell(n) for n in (4, 4, 5, 4, 4, 2, 2, 5)]


def pdf(path: Path, *pages: list[list[str | None]], widths: list[float] = WIDTHS) -> Path:
    """A ruled table on each page; the lines of a cell are broken where they are written so, and stand at its top."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    drawn = canvas.Canvas(str(path), pagesize=(cell(0) + sum(widths) + 80, 800))
    for rows in pages:
        drawn.setFont("STSong-Light", LETTER)
        top = 760.0
        for at, row in enumerate(rows):
            height = LINE * max(len((words or "").split("\n")) for words in row) + MARGIN
            below = rows[at + 1] if at + 1 < len(rows) and len(rows[at + 1]) == len(row) else []
            left = 40.0
            for column, words in enumerate(row):
                right = 40.0 + sum(widths) if len(row) == 1 else left + widths[column]
                drawn.line(left, top, left, top - height)
                drawn.line(right, top, right, top - height)
                if words is not ONWARD:
                    drawn.line(left, top, right, top)
                if not below or below[column] is not ONWARD:
                    drawn.line(left, top - height, right, top - height)
                for number, line in enumerate((words or "").split("\n"), 1):
                    drawn.drawString(left + MARGIN, top - number * LINE + 2, line)
                left = right
            top -= height
        drawn.showPage()
    drawn.save()
    return path


def rows_of(path: Path) -> list[list[str]]:
    """The rows that say anything, each with the words of its cells."""
    (grid,) = files.read_grids(path)
    return [[entry.written for entry in row if entry.written] for row in grid.rows if any(e.written for e in row)]


ABOVE = ["产出指标", "数量指标", "养护里程", "≥20公里", "21公里", "10", "10", ""]


@pytest.mark.parametrize(
    ("end", "begin", "whole"),
    [
        pytest.param(
            ["效益指标", "生态效益", "绿化覆盖率", "≥30%", "32%", "15", "15", "部分路段受"],
            ["", "指标", "达标路段数", "", "", "", "", "汛期影响"],
            ["效益指标", "生态效益指标", "绿化覆盖率达标路段数", "≥30%", "32%", "15", "15", "部分路段受汛期影响"],
            id="cells cut in the middle",
        ),
        pytest.param(
            ["效益指标", "", "绿化覆盖率", "≥30%", "32%", "15", "15", ""],
            ["", "生态指标", "达标", "", "", "", "", ""],
            ["效益指标", "生态指标", "绿化覆盖率达标", "≥30%", "32%", "15", "15"],
            id="a cell that went to the next page as a whole",
        ),
        pytest.param(
            ["一级", "二级", "三级指标", "年度", "实际", "分值", "得分", "原因"],
            ["指标", "指标", "", "指标值", "完成值", "", "", ""],
            ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "原因"],
            id="headings that people broke into lines",
        ),
        pytest.param(
            ["", "", "", "≥", "", "15", "15", ""],
            ["效益指标", "生态效益", "绿化覆盖率", "", "32公顷", "", "", "受汛期影响"],
            ["效益指标", "生态效益", "绿化覆盖率", "≥", "32公顷", "15", "15", "受汛期影响"],
            id="only points and signs stayed above",
        ),
        pytest.param(
            ["效益指标", "生态效益", "绿化面积", "30", "32公顷", "15", "15", ""],
            ["", "", "", "", "", "", "", "汛期影响"],
            ["效益指标", "生态效益", "绿化面积", "30", "32公顷", "15", "15", "汛期影响"],
            id="one cell went below as a whole",
        ),
        pytest.param(
            ["效益指标", "社会", "及时率", "2023", "2023", "15", "15", ""],
            ["", "效益", "", "年11月", "年12月", "", "", ""],
            ["效益指标", "社会效益", "及时率", "2023年11月", "2023年12月", "15", "15"],
            id="a day cut behind its year",
        ),
    ],
)
def test_a_row_that_a_page_break_cuts_is_one_again(tmp_path, end, begin, whole):
    below = ["满意度", "满意度", "群众满意", "≥90%", "95%", "10", "10", ""]

    assert [ABOVE[:-1], whole, below[:-1]] == rows_of(pdf(tmp_path / "表.pdf", [ABOVE, end], [begin, below]))


def test_a_cell_that_goes_on_over_three_pages_is_one_again(tmp_path):
    line, other = "按计划完成道路养护二十公里", "实际完成道路养护二一公里"
    widths = [cell(4), cell(13), cell(12)]
    pages = [
        [["年度目标", "预期目标", "完成情况"], [ONWARD, f"{line}\n{line}", f"{other}\n{other}"]],
        [["", f"{line}\n{line}", f"{other}\n{other}"]],
        [["", "全部验收合格。", ""], ["总分", "100", "98"]],
    ]

    found = rows_of(pdf(tmp_path / "表.pdf", *pages, widths=widths))

    assert [
        ["年度目标", "预期目标", "完成情况"],
        [line * 4 + "全部验收合格。", other * 4],
        ["总分", "100", "98"],
    ] == found


def test_a_narrow_cell_that_goes_on_over_three_pages_is_one_again(tmp_path):
    end = [*ABOVE[:-1], "受降雨影响\n部分点位的"]
    pages = [[end], [[*[""] * 7, "施工比计划\n推迟单位已"]], [[*[""] * 7, "商定办法。"], ["满意度", *ABOVE[1:]]]]

    found = rows_of(pdf(tmp_path / "表.pdf", *pages))

    assert [[*ABOVE[:-1], "受降雨影响部分点位的施工比计划推迟单位已商定办法。"], ["满意度", *ABOVE[1:-1]]] == found


def test_a_list_of_goals_goes_on_below_a_page_break_by_its_numbers(tmp_path):
    widths = [cell(4), cell(13), cell(13)]
    above = ["年度目标", "1.养护道路二十公里。\n2.修补桥梁。", "1.养护道路二十公里。"]
    below = ["", "3.清理边沟。", ""]

    found = rows_of(pdf(tmp_path / "表.pdf", [above], [below, ["总分", "100", "98"]], widths=widths))

    assert [["年度目标", "1.养护道路二十公里。\n2.修补桥梁。\n3.清理边沟。", above[2]], ["总分", "100", "98"]] == found


def test_the_name_of_a_level_that_a_page_break_cuts_is_one_again(tmp_path):
    first = ["效益指标", "社会效益", *ABOVE[2:]]
    pages = [[first], [["", "指标", *ABOVE[2:]], [ONWARD, ONWARD, *ABOVE[2:]]]]

    found = rows_of(pdf(tmp_path / "表.pdf", *pages))

    assert [["效益指标", "社会效益指标", *ABOVE[2:-1]], ABOVE[2:-1], ABOVE[2:-1]] == found


def test_brackets_below_a_page_break_belong_to_the_words_above(tmp_path):
    end = ["产出指标", "数量指标", "养护里程", "≥20公里", "21公里", "10", "10", ""]
    begin = ["（50分）", "质量指标", "合格率", "100%", "100%", "15", "15", ""]

    found = rows_of(pdf(tmp_path / "表.pdf", [end], [begin]))

    assert [["产出指标（50分）", *end[1:-1]], begin[1:-1]] == found


@pytest.mark.parametrize(
    ("end", "begin"),
    [
        pytest.param(
            ABOVE, ["效益指标", "社会效益", "受益人数", "≥90户", "95户", "10", "10", ""], id="a row of its own"
        ),
        pytest.param(
            ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分", "原因分析"],
            ["产出指标", "数量指标", "养护里程", "≥20公里", "21公里", "10", "10", ""],
            id="the first row below the headings",
        ),
        pytest.param(ABOVE, ["", "", "……", "", "", "", "", ""], id="dots for more rows"),
        pytest.param(
            ["产出指标", "数量指标", "养护里程数", "二十公里", "二十公里", "10", "10", ""],
            ["", "质量指标", "验收合格率", "全部合格", "全部合格", "", "", ""],
            id="a row without points below names that fill their cells",
        ),
        pytest.param(
            ["产出指标", "数量指标", "养护里程数", "大于二十", "", "", "", ""],
            ["", "质量指标", "验收合格率", "全部合格", "", "", "", ""],
            id="two rows of goals without points",
        ),
        pytest.param(
            ["一级指标", "二级指标", "三级指标名", "指标值", "", "", "", ""],
            ["", "数量指标", "养护里程", "二十公里", "", "", "", ""],
            id="headings that fill their cells",
        ),
        pytest.param(
            ["产出", "数量", "里程", "20", "21", "10", "10", ""],
            ["", "质量", "合格", "", "", "合格", "", ""],
            id="words below a number",
        ),
        pytest.param(
            ["效益", "社会效益", "略", "", "", "", "", ""],
            ["（二）", "质量指标", "略", "", "", "", "", ""],
            id="a number in brackets that counts",
        ),
        pytest.param(
            ["资金", "甲", "乙", "", "", "", "", ""],
            ["（万元）", "丙", "丁", "", "", "", "", ""],
            id="a unit in brackets",
        ),
        pytest.param(
            ["", "", "养护里程数", "≥20公里", "21公里", "10", "10", ""],
            ["", "", "养护里程数", "≥30公里", "31公里", "10", "10", ""],
            id="the same name again",
        ),
        pytest.param(
            ["总分", "", "", "", "", "100", "98", ""], ["备注", "无", "", "", "", "", "", ""], id="a last row"
        ),
    ],
)
def test_rows_of_their_own_on_two_pages_stay_apart(tmp_path, end, begin):
    found = rows_of(pdf(tmp_path / "表.pdf", [ABOVE, end], [begin]))

    assert [[words for words in row if words] for row in (ABOVE, end, begin)] == found


TITLE = ["2024年度项目支出绩效自评表"]


def test_a_title_that_is_printed_again_on_each_page_is_read_once(tmp_path):
    head = [TITLE, ["项目名称", "道路养护", "", "", "主管部门", "", "", "某市交通"]]
    pages = [[*head, ABOVE], [TITLE, ["效益指标", *ABOVE[1:]]], [TITLE, ["满意度", *ABOVE[1:]]]]

    found = rows_of(pdf(tmp_path / "表.pdf", *pages))

    assert [1, 0] == [found.count(TITLE), found[1:].count(TITLE)]
    assert ["产出指标", "效益指标", "满意度"] == [row[0] for row in found[2:]]


def test_forms_that_begin_alike_on_pages_of_their_own_stay_two(tmp_path):
    def page(project: str) -> list[list[str | None]]:
        return [TITLE, ["项目名称", project, "", "", "", "", "", ""], ["主管部门", "某市交通", "", "", "", "", "", ""]]

    found = rows_of(pdf(tmp_path / "表.pdf", page("道路养护"), page("桥梁维修")))

    assert 2 == found.count(TITLE)
    assert [["项目名称", "道路养护"], ["项目名称", "桥梁维修"]] == [row for row in found if row[0] == "项目名称"]


def test_a_form_of_another_layout_with_the_same_title_and_unit_keeps_its_head(tmp_path):
    head = [TITLE, ["填报单位", "市公路养护处"]]
    widths = [cell(6), cell(9)]
    first = [*head, ["项目名称", "乡村道路养护"], ["主管部门", "市交通局"]]
    second = [*head, ["项目", "桥梁维修"], ["代码", "某"], ["资金", "二百"]]

    assert [*first, *second] == rows_of(pdf(tmp_path / "表.pdf", first, second, widths=widths))


@pytest.mark.parametrize("break_before", range(2, 20))
def test_a_form_says_the_same_wherever_its_pages_break(tmp_path, break_before):
    rows = _form_rows()
    (whole,) = read_forms(Grid.of([[words or None for words in row] for row in rows]))
    pages = [rows[:break_before], rows[break_before:]]
    wide = [cell(n) for n in (6, 9, 14, 9, 9, 9, 5, 12)]

    (grid,) = files.read_grids(pdf(tmp_path / "表.pdf", *[page for page in pages if page], widths=wide))
    (read,) = read_forms(grid)

    said = document(read.form) | {"sheet": None, "source": None}
    assert document(whole.form) | {"sheet": None, "source": None} == said


def _form_rows() -> list[list[str]]:
    """A form as rows of eight cells."""
    rows = [
        ["项目支出绩效自评表"] + [""] * 7,
        ["（2024年度）"] + [""] * 7,
        ["项目名称", str(PROJECT["project"]), *[""] * 6],
        ["主管部门", "某县交通局", "", "", "实施单位", "某县公路段", "", ""],
        ["项目资金（元）", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率"],
    ]
    rows += [
        [str(name), "", "", f"{a}", f"{b}", f"{c}", f"{w if w is not None else ''}", f"{r if r is not None else ''}"]
        for name, a, b, c, w, r, _ in PROJECT["funds"]
    ]
    rows.append(["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"])
    rows += [
        [f"{words if words is not None else ''}" for words in (*one[:7], one[7] if len(one) > 7 else None)]
        for one in PROJECT["indicators"]
    ]
    rows.append(["总分", "", "", "", "", "100", f"{PROJECT['score']}", ""])
    return rows


# ---- words over the borders of their cells ------------------------------------------------------------------------


def low_rows(
    path: Path, rows: list[list[str]], *, restricted: bool = True, at: float = 0.5, height: float = 14
) -> Path:
    """One page of rows that are too low for their words, which stand at this share of the height of their cells."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    wide = cell(8)
    drawn = canvas.Canvas(str(path), pagesize=(wide * 4 + 80, 400))
    for number, row in enumerate(rows):
        for column, words in enumerate(row):
            left, top, lines = 40 + column * wide, 340 - number * height, words.split("\n")
            drawn.rect(left, top - height, wide, height)
            drawn.saveState()
            if restricted:
                area = drawn.beginPath()
                area.rect(left, top - height, wide, height)
                drawn.clipPath(area, stroke=0)
            drawn.setFont("STSong-Light", LETTER)
            first = top + (len(lines) * LINE - height) * at - LINE + 3
            for index, line in enumerate(lines):
                drawn.drawString(left + MARGIN, first - index * LINE, line)
            drawn.restoreState()
    drawn.save()
    return path


LOW = [
    ["项目名称", "养护", "数量", "备注"],
    ["养护里程", "按计划完成二十公里\n其中山区八公里", "≥20公里", "部分路段受汛期影响\n已经补工\n全部验收"],
    ["合格率", "全部合格并按期移交\n养护单位", "100%", "资料已归档\n手续齐全"],
    ["满意度", "群众满意", "≥90%", "无"],
]


@pytest.mark.parametrize("at", [0, 0.5, 1], ids=["top", "middle", "bottom"])
def test_words_cut_off_at_the_borders_of_their_cell_are_its_own(tmp_path, at):
    whole = [[words.replace("\n", "") for words in row] for row in LOW]

    assert whole == rows_of(low_rows(tmp_path / "表.pdf", LOW, at=at))


def test_lines_in_the_middle_of_a_row_too_low_for_them_are_gathered(tmp_path):
    rows = [["项目名称", "养护", "", ""], ["里程", "按计划完成\n二十公里", "20", ""], ["合格率", "", "100", ""]]

    found = rows_of(low_rows(tmp_path / "表.pdf", rows, restricted=False))

    assert [["项目名称", "养护"], ["里程", "按计划完成二十公里", "20"], ["合格率", "100"]] == found


def test_words_printed_over_one_another_are_left_out_and_said(tmp_path):
    low = ["里程", "养护道路共计\n二十公里整", "20", "无"]
    rows = [["项目名称", "", "数量", "备注"], low, low, ["合计", "", "40", ""]]

    found = rows_of(low_rows(tmp_path / "表.pdf", rows, restricted=False, at=0.25, height=8))

    unknown = ["里程", "\ufffd", "20", "无"]
    assert [["项目名称", "数量", "备注"], unknown, unknown, ["合计", "\ufffd", "40"]] == found[:-1]
    assert found[-1][0].startswith("第 1 页有文字互相重叠，分不清属于哪一格，没有读取：")


def cut_area(path: Path, words: str) -> Path:
    """Two pages; an area that the break cuts has its words drawn on both, restricted to the height of its part."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    drawn = canvas.Canvas(str(path), pagesize=(400, 400))
    for top, count, place in ((300, 2, 240), (340, 4, 320)):  # 20 points below the break
        low = top - count * 20
        for column, left in enumerate((40, 140)):
            for row in range(count):
                drawn.line(left, top - row * 20, left, top - row * 20 - 20)
                drawn.line(left + 100, top - row * 20, left + 100, top - row * 20 - 20)
                if column or row == 0:
                    drawn.line(left, top - row * 20, left + 100, top - row * 20)
            drawn.line(left, low, left + 100, low)
        drawn.saveState()
        area = drawn.beginPath()
        area.rect(40, low, 200, top - low)
        drawn.clipPath(area, stroke=0)
        drawn.setFont("STSong-Light", LETTER)
        drawn.drawString(44, place, words)
        drawn.restoreState()
        drawn.setFont("STSong-Light", LETTER)
        for row in range(count):
            drawn.drawString(144, top - row * 20 - 14, f"{top}-{row}")
        drawn.showPage()
    drawn.save()
    return path


def test_words_of_a_cut_area_drawn_on_both_pages_at_one_place_stand_once(tmp_path):
    found = rows_of(cut_area(tmp_path / "表.pdf", "产出指标"))

    assert [["产出指标", "300-0"], ["300-1"], ["340-0"], ["340-1"], ["340-2"], ["340-3"]] == found
