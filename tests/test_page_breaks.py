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
