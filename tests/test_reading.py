import itertools
import json
import re
from decimal import Decimal

import pytest
from conftest import FORMS_TEXT, ROOT
from drawing import PROJECT, Style, document, workbook
from hypothesis import given
from hypothesis import strategies as st
from wild import grid as drawn

from selfeval_xl import actions
from selfeval_xl.checks import findings
from selfeval_xl.files import html, text
from selfeval_xl.form import document as stated
from selfeval_xl.grid import Area, Grid
from selfeval_xl.profiles import NATIONAL
from selfeval_xl.reading import read_forms
from selfeval_xl.reading.refusal import found_instead

TRANSCRIBED = json.loads((ROOT / "tests" / "forms" / "kunming-office-2022.json").read_text(encoding="utf-8"))["forms"]


# ---- the four forms of 2022 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(4))
def test_the_forms_of_2022_say_what_a_person_read_in_them(number):
    """The transcription was made by reading the document, not by this program."""
    one = actions.read([FORMS_TEXT])[number]

    assert TRANSCRIBED[number] == stated(one.form)
    assert () == one.leftovers


def test_every_value_knows_its_cell():
    form = actions.read([FORMS_TEXT])[0].form
    lines = FORMS_TEXT.read_text(encoding="utf-8").splitlines()

    assert 10 == len(form.indicators)
    for indicator in form.indicators:
        for entry in (indicator.level3, indicator.target, indicator.weight):
            assert entry.written == lines[entry.spot.row - 1].split("\t")[entry.spot.column - 1].strip()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_pasted_text_is_read_in_every_encoding_that_windows_writes(tmp_path, encoding, line_end):
    pasted = tmp_path / "粘贴.txt"
    pasted.write_bytes(FORMS_TEXT.read_text(encoding="utf-8").replace("\n", line_end).encode(encoding))

    assert [f | {"source": "粘贴.txt"} for f in TRANSCRIBED] == [stated(one.form) for one in actions.read([pasted])]


def test_each_cell_is_in_the_form_or_left_over_and_nothing_is_lost():
    """Words that belong nowhere come back as leftovers, with their place."""
    words = FORMS_TEXT.read_text(encoding="utf-8").replace("总分\t", "备注：此行由填表人自加\t\t\n总分\t", 1)
    (grid,) = text.read(words.encode())

    first, *others = read_forms(grid)

    assert ["备注：此行由填表人自加"] == [e.written for e in first.leftovers]
    assert "A27" == first.leftovers[0].spot.address
    assert all(r.leftovers == () for r in others)


# ---- anyone's workbook in the same layout ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "style",
    [
        Style(),
        Style(top=4, left=3),
        Style(span=2),
        Style(span=3, left=1, gap=1),
        Style(levels="repeated"),
        Style(levels="blank", top=1),
        Style(spaced=True),
        Style(title="2024年度项目支出绩效自评表", year=""),
        Style(title="项目支出绩效自评情况表", year="２０２４年"),
        Style(gap=2, numbers_as_text=True),
    ],
    ids=str,
)
def test_a_workbook_in_the_same_layout_is_read_wherever_it_stands(tmp_path, style):
    path = workbook(tmp_path / "别人的表.xlsx", ("自评", PROJECT, style))

    (one,) = actions.read([path])

    assert document(PROJECT, "别人的表.xlsx", "自评") == _without_level_blanks(stated(one.form), style)
    assert () == one.leftovers


def _without_level_blanks(found, style):
    """Short words that were drawn with blanks between them are compared without."""
    if not style.spaced:
        return found

    def bare(value):
        if isinstance(value, dict):
            return {key: bare(v) for key, v in value.items()}
        if isinstance(value, list):
            return [bare(v) for v in value]
        return value.replace(" ", "") if isinstance(value, str) and value != PROJECT["achieved"] else value

    return bare(found)


def test_several_sheets_and_sheets_without_a_form(tmp_path):
    import openpyxl

    path = workbook(
        tmp_path / "多表.xlsx", ("甲", PROJECT, Style()), ("乙", PROJECT | {"project": "另一个"}, Style(top=2))
    )
    book = openpyxl.load_workbook(path)
    book.create_sheet("目录", 0)["A1"] = "目录"
    book.save(path)

    assert [("甲", "乡村道路养护"), ("乙", "另一个")] == [
        (one.form.sheet, one.form.project.text) for one in actions.read([path])
    ]


def test_forms_below_each_other_on_one_sheet_are_all_found(tmp_path):
    import openpyxl
    from drawing import draw

    book = openpyxl.Workbook()
    for number in range(3):
        draw(book.active, PROJECT | {"project": f"项目{number}", "score": 98 - number}, Style(top=number * 30))
    path = tmp_path / "连排.xlsx"
    book.save(path)

    found = actions.read([path])

    assert [(f"项目{n}", Decimal(98 - n)) for n in range(3)] == [
        (one.form.project.text, one.form.total_score.number) for one in found
    ]
    assert all(one.leftovers == () and len(one.form.indicators) == 6 for one in found)


def test_an_indicator_still_to_be_filled_in_is_not_taken_for_a_shifted_row(tmp_path):
    """Blank 得分 beside a bare number in 实际完成值 looks like a row shifted by one."""
    indicators = [(*i[:4], "50" if n % 2 else 50, i[5], None, None) for n, i in enumerate(PROJECT["indicators"])]
    project = PROJECT | {"indicators": indicators, "score": None}
    path = workbook(tmp_path / "未评分.xlsx", ("自评", project, Style()))

    (one,) = actions.read([path])

    assert ["50"] * 6 == [i.actual.text for i in one.form.indicators]
    assert [None] * 6 == [i.score.number for i in one.form.indicators]
    assert [i[5] for i in PROJECT["indicators"]] == [i.weight.number for i in one.form.indicators]


def test_a_plain_formula_that_was_never_calculated_says_its_number_another_nothing_and_an_error_is_one(tmp_path):
    import openpyxl

    from selfeval_xl.cells import CellError

    path = workbook(tmp_path / "公式.xlsx", ("自评", PROJECT, Style()))
    book = openpyxl.load_workbook(path)
    book["自评"]["H6"] = "=F6/E6"
    book["自评"]["D6"] = "=VLOOKUP(A1,台账!A:B,2,FALSE)"
    book["自评"]["H13"] = "#REF!"
    book["自评"]["H13"].data_type = "e"
    book.save(path)

    (one,) = actions.read([path])

    funds = one.form.funds[0]
    assert round(funds.executed.number / funds.annual_budget.number, 4) == round(funds.rate.number, 4)
    assert funds.initial_budget.number is None
    assert CellError("#REF!") == one.form.indicators[0].score.value


@pytest.mark.parametrize(
    ("written", "fraction"),
    [("85%", "0.85"), ("85.00％", "0.85"), ("85", "0.85"), ("0.85", "0.85"), (0.85, "0.85"), (85, "0.85")],
)
def test_a_rate_is_a_fraction_however_it_is_written(tmp_path, written, fraction):
    funds = [(*PROJECT["funds"][0][:5], "85%", 8.5), *PROJECT["funds"][1:]]
    path = workbook(tmp_path / "比率.xlsx", ("自评", PROJECT | {"funds": funds}, Style()))
    import openpyxl

    book = openpyxl.load_workbook(path)
    book["自评"]["H6"] = written
    book.save(path)

    assert Decimal(fraction) == actions.read([path])[0].form.funds[0].rate.number


@pytest.mark.parametrize(("written", "fraction"), [("1", "1"), ("100", "1"), ("1.00", "1"), ("100%", "1")])
def test_a_full_rate_may_be_written_as_1_or_100(tmp_path, written, fraction):
    lines = FORMS_TEXT.read_text(encoding="utf-8").replace("306,600\t10\t100%", f"306,600\t10\t{written}")
    path = tmp_path / "满.txt"
    path.write_text(lines, encoding="utf-8")

    assert Decimal(fraction) == actions.read([path])[3].form.funds[0].rate.number


# ---- our own workbook --------------------------------------------------------------------------------------------


def test_our_own_workbook_reads_back_as_the_forms_it_was_made_from(demo_book):
    """Only the first rate differs: the document misprints it, our sheet computes it."""
    expected = [
        form | {"source": demo_book.name, "sheet": form["project"], "funds": [*form["funds"]]} for form in TRANSCRIBED
    ]
    expected[0]["funds"][0] = expected[0]["funds"][0] | {"rate": "0.8089"}
    expected[3] |= {"total_score": "98"}
    expected = [form | {"grade": "优"} for form in expected]

    found = actions.read([demo_book])

    assert expected == [stated(one.form) for one in found]
    assert [()] * 4 == [one.leftovers for one in found]
    assert ["全国通用"] * 4 == [one.form.profile.text for one in found]
    assert ["优"] * 4 == [one.form.grade.text for one in found]


def test_importing_our_own_workbook_again_changes_nothing(demo_book, tmp_path):
    again, third = tmp_path / "again.xlsm", tmp_path / "third.xlsm"
    actions.import_forms([demo_book], again)
    actions.import_forms([again], third)

    assert again.read_bytes() == third.read_bytes()


def test_the_blank_form_is_understood_as_a_blank_form(tmp_path):
    path = tmp_path / "blank.xlsm"
    actions.new(path, year=2026)

    (one,) = actions.read([path])

    assert (2026, None, None) == (one.form.year, one.form.project.text, one.form.total_score.number)
    assert Decimal(10) == one.form.funds[0].weight.number
    assert [None] * 4 == [row.executed.number for row in one.form.funds]
    assert () == one.leftovers


# ---- shifted rows, drawn by chance ---------------------------------------------------------------------------------


@given(
    st.lists(st.integers(-1, 1), min_size=6, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_rows_of_pasted_text_that_shifted_by_one_are_put_right(shifts, with_reason):
    lines = [["财政项目支出绩效自评表"], ["（ 2024 年度）"], ["项目名称", "", "乡村道路养护"]]
    lines.append(["项目资金(元)", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"])
    lines.append(["", "年度资金总额", "100", "100", "85", "10", "85%", "8.5"])
    lines.append(
        ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"]
    )
    above = (None, None)
    for indicator, shift, reason in zip(PROJECT["indicators"], shifts, with_reason, strict=True):
        level1 = indicator[0] if indicator[0] != above[0] else ""
        level2 = indicator[1] if indicator[:2] != above else ""
        above = indicator[:2]
        row = ["", level1, level2, *map(str, indicator[2:7]), "已整改。" if reason else ""]
        lines.append(["", *row] if shift > 0 else row[1:] if shift < 0 else row)
    lines.append(["总分", "", "", "", "", "", "100", "98.2"])

    (one,) = read_forms(Grid.of(lines, flattened=True))

    fields = ("level1", "level2", "level3", "target", "actual", "weight", "score")
    assert [tuple(map(str, i[:7])) for i in PROJECT["indicators"]] == [
        tuple(getattr(found, field).written for field in fields) for found in one.form.indicators
    ]
    assert ["已整改。" if r else None for r in with_reason] == [i.reason.text for i in one.form.indicators]


_STRAY = st.lists(st.sampled_from(["项目名称", "总分", "三级指标", "全年执行数", "全年预算数", "分值", "得分",
    "年度指标值", "预期目标", "10", "≥5", "", "产出指标", "（2024年度）", "项目资金"]), max_size=7)  # fmt: skip
_FORM = [
    ["2024年度项目支出绩效自评表"],
    ["项目名称", "道路养护"],
    ["实施单位", "公路段"],
    ["", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["年度资金总额", "100", "100", "10", "100%", "10"],
    ["三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ["养护里程", "≥5", "6", "90", "90"],
    ["总分", "", "", "100", "100"],
]


@given(st.lists(_STRAY, max_size=12), st.lists(st.tuples(st.integers(0, 8), _STRAY), max_size=4))
def test_no_arrangement_of_headings_breaks_the_reader_and_no_cell_is_counted_twice(rows, among):
    """Rows of headings by themselves, and strewn among those of a form."""
    strewn = list(_FORM)
    for at, row in among:
        strewn.insert(at, row)
    for sheet, flattened in itertools.product((rows, strewn), (True, False)):
        for one in read_forms(Grid.of(sheet, sheet="表", flattened=flattened)):
            spots = [e.spot for e in one.leftovers]
            assert len(spots) == len(set(spots))


def test_combinations_of_styles_are_all_read(tmp_path):
    for top, left, span, levels in itertools.product((0, 2), (0, 1), (1, 2), ("merged", "repeated", "blank")):
        style = Style(top=top, left=left, span=span, levels=levels)
        path = workbook(tmp_path / "混合.xlsx", ("自评", PROJECT, style))
        (one,) = actions.read([path])
        assert document(PROJECT, "混合.xlsx", "自评") == stated(one.form), style


def test_the_form_of_the_department_above_does_not_hide_that_of_a_project():
    department = [["2022年度部门整体支出绩效自评表"], ["部门名称", "某局"], ["投入", "预算配置", "10"], []]
    (grid,) = text.read(FORMS_TEXT.read_bytes())
    project = [[e.written for e in grid.filled(row)] for row in range(1, 30)]

    alone = read_forms(Grid.of(project, flattened=True))
    below = read_forms(Grid.of(department + project, flattened=True))

    assert [one.form.project.text for one in alone] == [one.form.project.text for one in below] != []


@pytest.mark.parametrize(
    ("heading", "unknown"),
    [("三级指标", "考核小项"), ("年度指标值", "年度计划量"), ("实际完成值", "做到多少"), ("全年执行数", "花掉的钱")],
)
def test_one_needed_heading_in_unknown_words_is_told_by_its_neighbours(heading, unknown):
    (grid,) = text.read(_renamed(heading, unknown).encode())

    found = read_forms(grid)

    assert [stated(one.form)["indicators"] for one in found] == [form["indicators"] for form in TRANSCRIBED]
    assert [stated(one.form)["funds"] for one in found] == [form["funds"] for form in TRANSCRIBED]
    assert all([unknown] == [e.written for e in one.leftovers] for one in found)


def test_without_its_title_no_heading_is_guessed():
    words = _renamed("三级指标", "考核小项").replace("财政项目支出绩效自评表", "某表")
    (grid,) = text.read(words.encode())

    assert () == read_forms(grid)


def _renamed(heading: str, unknown: str) -> str:
    """The four forms with another heading, also where it is written with blanks."""
    return re.sub(r"\s*".join(heading), unknown, FORMS_TEXT.read_text(encoding="utf-8"))


def test_the_points_of_an_indicator_stand_behind_its_name():
    """Those beside 一级指标 and 二级指标 are left over."""
    rows = [
        ["项目支出绩效自评表"],
        ["项目名称", "桥梁维护"],
        ["项目资金", "", "全年预算数", "全年执行数"],
        ["", "年度资金总额", "5", "5"],
        ["一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "年度指标值", "实际完成值", "得分"],
        ["产出指标", "50", "数量指标", "30", "维护桥梁", "20", "5座", "5座", "19"],
    ]

    (one,) = read_forms(Grid.of(rows))

    assert [("20", "19")] == [(i.weight.written, i.score.written) for i in one.form.indicators]
    assert {"50", "30"} <= {e.written for e in one.leftovers}


# ---- blocks in rows of their own, and money with rows and columns exchanged -----------------------------------------

_TOP = """
    项目支出绩效自评表
    项目名称 | 桥梁维护
    项目资金 |              | 全年预算数 | 全年执行数
             | 年度资金总额 | 5          | 5
"""


def _read(*drawings: str):
    rows = [[c.strip() for c in line.split("|")] for part in drawings for line in part.strip("\n").splitlines()]
    (one,) = read_forms(Grid.of(rows, "表"))
    return one


def _levels(one) -> list[tuple[str | None, ...]]:
    return [(i.level1.text, i.level2.text, i.level3.text) for i in one.form.indicators]


def test_a_name_of_both_levels_is_told_by_what_stands_around_it():
    """成本指标 heads 经济成本指标, or stands below 产出指标; 满意度指标 may stand below itself."""
    one = _read(
        _TOP,
        """
        指标名称     | 指标值 | 实际完成值 | 分值 | 得分
        成本指标
        经济成本指标
        单位成本     | ≤5     | 4          | 10   | 10
        产出指标
        数量指标
        座数         | 5      | 5          | 20   | 20
        成本指标
        总成本       | ≤5     | 5          | 5    | 5
        满意度指标
        满意度指标
        群众满意度   | 90%    | 95%        | 10   | 9
        """,
    )

    assert [
        ("成本指标", "经济成本指标", "单位成本"),
        ("产出指标", "数量指标", "座数"),
        ("产出指标", "成本指标", "总成本"),
        ("满意度指标", "满意度指标", "群众满意度"),
    ] == _levels(one)
    assert () == one.leftovers


def test_the_points_of_a_block_are_not_those_of_an_indicator():
    one = _read(
        _TOP,
        """
        一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 分值 | 得分
        效益指标 |          |          |        |            | 30   | 29
                 | 社会效益 | 通行     | 好     | 好         | 30   | 28
        """,
    )

    assert [("效益指标", "社会效益", "通行")] == _levels(one)
    assert ["30", "29"] == [e.written for e in one.leftovers]


def test_numbered_remarks_below_the_indicators_head_no_block():
    one = _read(
        _TOP,
        """
        指标名称     | 指标值 | 实际完成值 | 分值 | 得分
        一、产出指标
        座数         | 5      | 5          | 20   | 20
        二、存在问题
        （一）进度慢
        三、改进措施
        加快进度
        """,
    )

    assert [("一、产出指标", None, "座数")] == _levels(one)
    assert ["二、存在问题", "（一）进度慢", "三、改进措施", "加快进度"] == [e.written for e in one.leftovers]


def test_a_blank_form_says_the_blocks_that_its_rows_name():
    one = _read(
        _TOP,
        """
        指标名称       | 指标值 | 实际完成值 | 分值 | 得分
        一、产出指标
        （一）数量指标
        指标1：
        二、效益指标
        总分           |        |            | 100  |
        """,
    )

    assert [("一、产出指标", None), ("一、产出指标", "（一）数量指标"), ("二、效益指标", None)] == [
        names[:2] for names in _levels(one)
    ]


@pytest.mark.parametrize(
    "row",
    [
        "1|2|3|4|5|6|7|8",
        "（1）|（2）|（3）|（4）|（5）|（6）|（7）|（8）",
        "①|②|③|④|⑤|⑥|⑦|⑧",
        "A|B|C|D|E|F|G|H",
        "甲|乙|丙|1|2|3|4|5",
        "栏次|||1|2|3|4|5",
        "说明|||路灯已移交||||",
        "备注|||无||||",
        "主管部门意见|||同意||||",
        "单位负责人（签字）：|||韩沙||||",
    ],
)
def test_a_row_that_counts_the_columns_or_says_who_signed_is_no_indicator(row):
    (read,) = read_forms(Grid.of(_with_row(row)))

    assert ["安装路灯", "提出改进意见"] == [i.level3.text for i in read.form.indicators]


def test_words_of_a_signature_in_the_name_of_an_indicator_are_its_name():
    (read,) = read_forms(Grid.of(_with_row("|||||||")))

    assert "6" == read.form.indicators[1].weight.written


def _with_row(row):
    text = f"""
    项目支出绩效自评表
    项目名称|村道照明
    项目资金||全年预算数|全年执行数|分值|得分
    |年度资金总额|100|100|10|10
    一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因
    {row if row[0] not in "说备主单" else "|||||||"}
    产出指标|数量指标|安装路灯|≥200盏|205盏|50|50|
    ||提出改进意见|≥6条|6条|6|6|
    {row if row[0] in "说备主单" else ""}
    """
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("title", "level", "is_read"),
    [
        ("项目支出绩效自评表", "项目决策", True),
        ("项目支出绩效自评表", "过程", True),
        ("项目支出绩效自评表", "投入", False),
        ("项目绩效评价指标体系", "项目决策", False),
        ("绩效自评表", "项目决策", False),
    ],
)
def test_the_title_decides_whether_decision_and_process_are_levels_of_a_project(title, level, is_read):
    rows = _with_row("|||||||")
    rows[0] = [title]
    rows.insert(6, [level, "项目立项", "立项依据", "充分", "充分", "5", "5", ""])

    assert is_read is bool(read_forms(Grid.of(rows)))


@pytest.mark.parametrize("level", ["预算决算", "预算决算表", "项目决策"])
def test_a_level_named_after_the_budget_makes_no_budget_table(level):
    rows = [
        ["云岭县项目绩效情况"],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        [level, level],
        ["", "", "编制", "合理"],
    ]

    assert "缺少“项目名称”" in found_instead([Grid.of(rows, "表")])
    assert "是决算表" in found_instead([Grid.of([["2023年收支决算表"], *rows[1:]], "表")])


def test_blocks_of_another_form_are_refused_in_rows_of_their_own_too():
    rows = [line.split("|") for line in ("指标名称|指标值|实际完成值|得分", "投入", "预算配置|5|5|20")]
    top = [[c.strip() for c in line.split("|")] for line in _TOP.strip().splitlines()]

    assert () == read_forms(Grid.of([*top, *rows]))


def test_money_may_stand_with_its_sources_beside_each_other():
    """The rate and the points have rows of their own; a dash is nothing."""
    one = _read(
        """
        项目支出绩效自评表
        项目名称         | 桥梁维护
        资金（万元）     | 资金总额 | 其中：财政资金 | 自有资金
        预算数           | 100万元  | 60             | 40
        执行数           | 90       | 50             | 见附件
        执行率           | 90       | 83.33%         | —
        得分（20分*执行率） | 18
        年度目标         | 预期目标 | 养护桥梁
                         | 实际完成情况 | 已养护
        指标名称         | 指标值   | 实际完成值     | 得分
        产出指标
        座数             | 5        | 5              | 20
        """
    )

    assert [
        ("资金总额", "100", "90", "0.9", "20", "18"),
        ("其中：财政资金", "60", "50", "0.8333", None, None),
        ("自有资金", "40", None, None, None, None),
    ] == [
        tuple(row[name] for name in ("name", "annual_budget", "executed", "rate", "weight", "score"))
        for row in stated(one.form)["funds"]
    ]
    assert ("万元", "养护桥梁", "已养护") == (
        one.form.money_unit,
        one.form.expected_goal.text,
        one.form.achieved_goal.text,
    )
    assert ["见附件"] == [e.written for e in one.leftovers]


# ---- rows and columns that a template leaves open, shares or repeats ------------------------------------------------


def _read_merged(*drawings: str):
    """The one form in these rows; < is merged with the cell at its left, ^ with the one above."""
    rows, merges = drawn("\n".join(line.strip() for part in drawings for line in part.strip().splitlines()))
    (one,) = read_forms(Grid.of(rows, "表", [Area(*merge) for merge in merges]))
    return one


@pytest.mark.parametrize("left_open", ["指标1：", "……", "指标1"])
def test_a_row_left_open_still_names_the_blocks_of_the_rows_below(left_open):
    one = _read_merged(
        _TOP,
        f"""
        一级指标 | 二级指标 | 三级指标    | 指标值 | 实际完成值 | 分值 | 得分
        产出指标 | 数量指标 | 座数        | 5      | 5          | 20   | 20
        效益指标 | 经济效益 | {left_open} |        |            |      |
        ^        | ^        | 节约资金    | 好     | 好         | 10   | 9
        ^        | 社会效益 | 通行        | 好     | 好         | 30   | 28
        """,
    )

    assert [
        ("产出指标", "数量指标", "座数"),
        ("效益指标", "经济效益", "节约资金"),
        ("效益指标", "社会效益", "通行"),
    ] == _levels(one)
    assert [left_open] == [e.written for e in one.leftovers]


@pytest.mark.parametrize("weak", ["评分说明", "评分依据", "备注", "说明", "得分依据"])
@pytest.mark.parametrize("sure", ["偏差原因分析及改进措施", "未完成原因", "偏 差 说 明", "改进措施"])
@pytest.mark.parametrize("first", ["weak", "sure"])
def test_a_heading_that_names_the_reason_counts_before_a_remark(weak, sure, first):
    beside, texts = (weak, sure), ("按比例得分", "雨季停工")
    headings, words = (" | ".join(pair if first == "weak" else pair[::-1]) for pair in (beside, texts))
    one = _read(
        _TOP,
        f"""
        一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 分值 | 得分 | {headings}
        产出指标 | 数量指标 | 座数     | 5      | 4          | 20   | 16   | {words}
        """,
    )

    assert ["雨季停工"] == [i.reason.text for i in one.form.indicators]
    assert [weak, "按比例得分"] == [e.written for e in one.leftovers]


# ---- headings of the goals ------------------------------------------------------------------------------------------

_BRIDGES = """
    一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 分值 | 得分
    产出指标 | 数量指标 | 座数     | 5      | 5          | 20   | 20
"""


def _goals(one) -> tuple[str | None, str | None]:
    return one.form.expected_goal.text, one.form.achieved_goal.text


@pytest.mark.parametrize("block", ["年度总体目标", "当年绩效目标", "年度绩效目标"])
@pytest.mark.parametrize(
    "headings",
    [
        "年初绩效目标 | 全年（调整）绩效目标 | 全年目标实际完成情况",
        "年初绩效目标 | 调整后绩效目标 | 实际完成情况",
        "预期目标 | 年中调整后目标 | 实际完成情况",
    ],
)
def test_of_a_goal_and_the_adjusted_one_the_first_is_expected(block, headings):
    beside = _read(_TOP, f"{block} | {headings}", " | 养护桥梁 | 养护旧桥 | 已养护", _BRIDGES)
    above = _read(_TOP, block, headings, "养护桥梁 | 养护旧桥 | 已养护", _BRIDGES)

    assert [("养护桥梁", "已养护")] * 2 == [_goals(beside), _goals(above)]
    assert [[headings.split(" | ")[1], "养护旧桥"]] * 2 == [
        [e.written for e in one.leftovers if e.written != block] for one in (beside, above)
    ]


@pytest.mark.parametrize("label", ["", "目标", "年度绩效目标", "1"])
def test_the_name_of_the_block_beside_an_adjusted_goal_is_no_goal(label):
    one = _read(_TOP, "年度绩效目标 | 调整后目标 | 实际完成情况", f"{label} | 养护旧桥 | 已养护", _BRIDGES)

    assert ("养护旧桥", "已养护") == _goals(one)


@pytest.mark.parametrize(
    "headings",
    [
        "预期总目标 | 总目标实际完成情况",
        "绩效目标申报 | 绩效目标自评",
        "年初设定目标 | 全年实际完成绩效",
        "预期绩效目标 | 实际完成绩效情况",
        "拟定的任务 | 落实的结果",
    ],
)
def test_headings_of_goals_are_never_their_texts(headings):
    one = _read(_TOP, f"年度总体目标 | {headings}", " | 养护桥梁 | 已养护", _BRIDGES)

    assert ("养护桥梁", "已养护") == _goals(one)
    assert set(headings.split(" | ")) >= {e.written for e in one.leftovers}


def test_headings_repeated_beside_the_name_of_another_block_are_no_indicator():
    one = _read_merged(
        _TOP,
        """
        年度绩效目标1（40分） | 一级指标 | 二级指标 | 三级指标 | 目标值（A） | 完成值（B） | 得分
        ^                     | 产出指标 | 数量指标 | 座数     | 5           | 5           | 20
        年度绩效目标2（40分） | 一级指标 | 二级指标 | 三级指标 | 目标值（A） | 完成值（B） | 得分
        ^                     | 产出指标 | 数量指标 | 里程     | 8           | 8           | 20
        """,
    )

    assert [("产出指标", "数量指标", "座数"), ("产出指标", "数量指标", "里程")] == _levels(one)
    assert ["年度绩效目标1（40分）", "年度绩效目标2（40分）"] == [e.written for e in one.leftovers]


# ---- the name of the project ----------------------------------------------------------------------------------------

_MONEY = """
    项目资金 |              | 全年预算数 | 全年执行数
             | 年度资金总额 | 5          | 5
"""


@pytest.mark.parametrize(
    "heading",
    ["项目编码及名称", "项目代码和名称", "项目全称", "＊项目名称", "*项目名称：", "★ 项目名称", "项目", "* 项目"],
)
def test_the_project_is_found_by_other_headings(heading):
    one = _read("项目支出绩效自评表", f"{heading} | 桥梁维护", "*主管部门 | 某局 | ＊实施单位 | 某站", _MONEY, _BRIDGES)

    assert ("桥梁维护", "某局", "某站") == tuple(
        entry.text for entry in (one.form.project, one.form.department, one.form.unit)
    )
    assert () == one.leftovers


def test_a_form_whose_project_has_an_unknown_heading_is_known_by_its_title():
    """The cells that name the project are left over; two such forms are told apart by their titles."""
    rows = ["2024年度项目支出绩效自评表", "工程叫法 | 桥梁维护", _MONEY, _BRIDGES]
    grid = Grid.of([[c.strip() for c in line.split("|")] for part in rows * 2 for line in part.strip().splitlines()])

    found = read_forms(grid)

    assert [(None, 2024, 1)] * 2 == [(r.form.project.text, r.form.year, len(r.form.indicators)) for r in found]
    assert [["工程叫法", "桥梁维护"]] * 2 == [[e.written for e in r.leftovers] for r in found]


@pytest.mark.parametrize(
    "title", ["某县政策评估自评表", "部门整体支出绩效自评表", "绩效自评情况表", "项目绩效自评评分表"]
)
def test_without_a_project_another_title_is_not_enough(title):
    rows = [title, "工程叫法 | 桥梁维护", _MONEY, _BRIDGES]

    assert () == read_forms(Grid.of([[c.strip() for c in x.split("|")] for p in rows for x in p.strip().splitlines()]))


@pytest.mark.parametrize(("title", "year"), [("", 2024), ("项目支出绩效自评表", None), ("2023年度", 2023)])
def test_a_form_without_a_title_is_of_the_year_of_the_form_above(title, year):
    body = ["项目名称 | 桥梁维护", _MONEY, _BRIDGES]
    rows = [
        line.split("|") for part in ["2024年度项目支出绩效自评表", *body, title, *body] for line in part.splitlines()
    ]

    found = read_forms(Grid.of([[c.strip() for c in row] for row in rows]))

    assert [2024, year] == [one.form.year for one in found]


# ---- words in one cell ----------------------------------------------------------------------------------------------


def test_the_unit_of_money_may_stand_alone_below_the_name_of_its_block():
    """The points that the execution got stand in a cell with their label."""
    one = _read(
        """
        项目支出绩效自评表
        项目名称         | 桥梁维护
        二、预算执行情况 | 预算数：  | 5.5 | 执行数：  | 5.4
        （万元）         | 执行率：  | 98.18% | （自评得分）9.82
        """,
        _BRIDGES,
    )

    (row,) = one.form.funds
    assert ("万元", "5.5", "5.4", "0.9818", "9.82") == (
        one.form.money_unit,
        *(str(entry.number) for entry in (row.annual_budget, row.executed, row.rate, row.score)),
    )
    assert () == one.leftovers


def test_points_may_stand_with_their_label_below_a_heading():
    one = _read(
        _TOP.replace("全年执行数", "全年执行数 | 得分").replace("| 5          | 5", "| 5 | 5 | （自评得分）10"),
        _BRIDGES,
    )

    assert Decimal(10) == one.form.funds[0].score.number


def test_a_reason_merged_down_belongs_to_each_of_its_indicators():
    one = _read_merged(
        _TOP,
        """
        一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 分值 | 得分 | 偏差原因
        产出指标 | 数量指标 | 座数     | 5      | 4          | 20   | 16   | 雨季停工
        ^        | ^        | 里程     | 8      | 6          | 20   | 15   | ^
        ^        | 质量指标 | 合格率   | 100%   | 100%       | 20   | 20   |
        效益指标 | 社会效益 | 通行     | 好     | 较好       | 30   | 28   | 绕行
        ^        | 生态效益 | 绿化     | 好     | 较好       | 30   | 28   | ^
        ^        |          |          |        |            |      |      | ^
        """,
    )

    assert ["雨季停工", "雨季停工", None, "绕行", "绕行"] == [i.reason.text for i in one.form.indicators]
    assert () == one.leftovers


@pytest.mark.parametrize("written", ["（自评等级）优", "(自评等级)：优", "自评等级：优"])
def test_the_grade_may_stand_behind_the_total(written):
    one = _read(_TOP, _BRIDGES, f"总分 | | | | | 100 | 98 | {written}")

    assert ("98", "优") == (stated(one.form)["total_score"], stated(one.form)["grade"])
    assert () == one.leftovers


# ---- more headings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["基准分", "配分", "设定分值", "权数", "分数"])
def test_other_words_for_the_weight(heading):
    one = _read(_TOP, _BRIDGES.replace("分值", heading))

    assert [("20", "20")] == [(i.weight.text, i.score.text) for i in one.form.indicators]
    assert () == one.leftovers


@pytest.mark.parametrize("weight", ["分值", "基准分", None])
@pytest.mark.parametrize("heading", ["自评结果", "分数", "打分", "自查得分", "考核得分"])
def test_other_words_for_the_score(heading, weight):
    bridges = _BRIDGES.replace("得分", heading).replace("| 20   | 20", "| 20 | 19")
    if weight is None:
        bridges = bridges.replace("分值 |", "").replace("| 20 ", "")
    one = _read(_TOP, bridges.replace("分值", weight or "分值"))

    assert [(weight and "20", "19")] == [(i.weight.text, i.score.text) for i in one.form.indicators]
    assert () == one.leftovers


@pytest.mark.parametrize(
    ("initial", "annual"),
    [("年初部门预算数", "全年到位数"), ("部门预算数", "全年预算数"), ("年初预算数", "全年到位数")],
)
def test_other_words_for_the_budget(initial, annual):
    one = _read(
        f"""
        项目支出绩效自评表
        项目名称     | 桥梁维护
        主管部门     | 某局      | 基层预算单位 | 某站
        资金（元）   | {initial} | {annual}     | 全年执行数 | 基准分 | 执行率 | 自查得分
        年度资金总额 | 5         | 6            | 5.4        | 10     | 90%    | 9
        """,
        _BRIDGES,
    )

    assert ("5", "6", "5.4", "10", "9") == tuple(
        stated(one.form)["funds"][0][name]
        for name in ("initial_budget", "annual_budget", "executed", "weight", "score")
    )
    assert () == one.leftovers


@pytest.mark.parametrize("heading", ["基层预算单位", "项目具体实施单位", "项目责任单位"])
def test_other_words_for_the_unit(heading):
    one = _read(_TOP.replace("桥梁维护", f"桥梁维护 | {heading} | 某站"), _BRIDGES)

    assert ("桥梁维护", "某站") == (one.form.project.text, one.form.unit.text)


def test_a_block_whose_name_a_page_break_cut_off_is_that_of_the_rows_below():
    """
    The page ends after 成本指标; the merged 效益指标 begins again one row later.

    | 产出指标 | 成本指标     | 补贴标准 |
    |          | 社会效益指标 | 挽回损失 |
    | 效益指标 | 社会效益指标 | 群众意识 |
    """
    rows = [
        ["项目支出绩效自评表"],
        ["项目名称", "法律援助"],
        ["", "", "", "全年预算数", "全年执行数", "分值", "得分"],
        ["年度资金总额", "", "", "10", "10", "10", "10"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "成本指标", "补贴标准", "≤1200元", "1200元", "50", "50"],
        ["", "社会效益指标", "挽回损失", "≥800万元", "1026万元", "10", "10"],
        ["效益指标", "社会效益指标", "群众意识", "增强", "增强", "20", "20"],
        ["", "可持续影响指标", "工作机制", "健全", "健全", "10", "10"],
    ]
    (reading,) = read_forms(Grid.of(rows))

    assert ["产出指标", "效益指标", "效益指标", "效益指标"] == [row.level1.text for row in reading.form.indicators]


def test_a_form_below_two_thousand_rows_of_merged_cells_is_found():
    """A web page with a long list above the form; each of the list's cells reaches over two columns."""
    form = """
        项目支出绩效自评表（2023年度）
        项目名称 | 道路养护 | 主管部门 | 交通局 | 实施单位 | 养护中心
        项目资金 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
        年度资金总额 | 100 | 95 | 10 | 95% | 9.5
        一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分
        产出指标 | 数量指标 | 养护里程 | ≥10公里 | 12公里 | 90 | 90
        总分 | 合计 | | | | 100 | 99.5
    """
    listed = "".join(f'<tr><td colspan="2">路段{number}</td><td colspan="2">完好</td></tr>' for number in range(2000))
    cells = [line.split("|") for line in form.strip().splitlines()]
    rows = "".join(f"<tr>{''.join(f'<td>{cell.strip()}</td>' for cell in line)}</tr>" for line in cells)

    (grid,) = html.read(f"<html><table>{listed}</table><table>{rows}</table></html>".encode())
    (one,) = read_forms(grid)

    assert 4000 == len(grid.merges)
    assert "道路养护" == one.form.project.text
    assert ["养护里程"] == [row.level3.text for row in one.form.indicators]
    assert Decimal("99.5") == one.form.total_score.number
    assert {"路段0", "路段1999", "完好"} <= {entry.written for entry in one.leftovers}


def test_a_line_of_a_goal_that_stands_again_below_is_said_once():
    rows = [
        ["项目名称", "道路养护", None, None],
        ["项目资金", "全年预算数", "全年执行数", "执行率"],
        ["年度资金总额", 100, 95, 0.95],
        ["年度总体目标", "预期目标", None, "实际完成情况"],
        [None, "养护\n修补", None, "已养护"],
        [None, "修补", None, "已养护"],
        [None, "绿化", None, "已绿化"],
        ["一级指标", "三级指标", "年度指标值", "实际完成值"],
        ["产出指标", "养护里程", "≥10公里", "12公里"],
    ]
    (one,) = read_forms(Grid.of(rows))

    assert "养护\n修补\n绿化" == one.form.expected_goal.text
    assert "已养护\n已绿化" == one.form.achieved_goal.text


def test_words_that_repeat_the_parts_of_a_heading_many_times_are_no_heading():
    """Such words once took longer than anybody waits."""
    assert () == read_forms(Grid.of([["项目名称", "x"], ["资金" + "执行情况" * 40 + "表", "目标" * 400]]))


def test_a_long_run_of_digits_or_dots_is_no_amount_with_its_label():
    """Such words once took longer than anybody waits."""
    rows = [["项目名称", "x"], ["." * 3000 + "甲", "1" * 3000 + "甲"], ["三级指标", "年度指标值", "实际完成值"]]

    assert () == read_forms(Grid.of(rows))


def test_last_years_column_of_our_own_sheet_is_no_part_of_the_form(tmp_path):
    actions.roll_forms([FORMS_TEXT], tmp_path / "next.xlsm")

    found = actions.read([tmp_path / "next.xlsm"])

    assert 4 == len(found)
    for one in found:
        assert () == tuple(entry for entry in one.leftovers if entry.written != "-")
        assert {"level1", "level2", "level3", "target", "actual", "weight", "score", "reason"} == set(one.form.columns)
        assert not [row for row in one.form.indicators if row.actual.text]


def test_a_column_of_last_year_inside_a_form_stays_one():
    """上年完成值 between the target and the result takes nothing from either."""
    heads = ["一级指标", "二级指标", "三级指标", "年度指标值", "上年完成值", "实际完成值", "分值", "得分", "偏差原因"]
    rows = [
        ["项目支出绩效自评表"],
        ["项目名称", "道路"],
        ["项目资金", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", 10, 10, 9, 10, 0.9, 9],
        heads,
        ["产出指标", "数量指标", "里程", "≥5公里", "4公里", "6公里", 90, 90, ""],
    ]

    (reading,) = read_forms(Grid.of(rows, "表", [Area(1, 1, 1, 9)]))

    (row,) = reading.form.indicators
    assert ("≥5公里", "6公里") == (row.target.text, row.actual.text)
    assert ["上年完成值", "4公里"] == [entry.written for entry in reading.leftovers]


@pytest.mark.parametrize(("is_merged", "name"), [(True, "养护里程"), (False, None)])
def test_a_row_without_its_name_is_no_less_an_indicator(is_merged, name):
    """A name merged down over two targets is that of both; one that was left out is missed, and not its row."""
    rows = [
        ["项目支出绩效自评表"],
        ["项目名称", "道路"],
        ["项目资金", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", 10, 10, 9, 10, 0.9, 9],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"],
        ["产出指标", "数量指标", "养护里程", "≥5公里", "6公里", 40, 40, ""],
        ["", "", "", "≥3座桥", "3座桥", 50, 50, ""],
        ["总分", "", "", "", "", 100, 99, ""],
    ]
    merges = [Area(1, 1, 1, 8), Area(6, 1, 7, 1), Area(6, 2, 7, 2), *([Area(6, 3, 7, 3)] if is_merged else [])]

    (reading,) = read_forms(Grid.of(rows, "表", merges), "表.xlsx")

    first, second = reading.form.indicators
    assert "养护里程" == first.level3.text
    assert ("数量指标", name, "≥3座桥") == (second.level2.text, second.level3.text, second.target.text)
    assert () == reading.leftovers


# ---- money in other words and places --------------------------------------------------------------------------------


def _money(one):
    names = ("name", "initial_budget", "annual_budget", "executed", "rate")
    return [tuple(row[name] for name in names) for row in stated(one.form)["funds"]]


@pytest.mark.parametrize(
    ("headings", "amounts"),
    [
        (("预算安排", "实际到位", "实际支出"), ("6", "5", "4", "0.8")),
        (("预算（元）", "到位（元）", "支出（元）"), (None, "6", "4", "0.8")),
        (("预算金额(A)", "到位金额(B)", "使用金额(C)"), (None, "6", "4", "0.8")),
        (("年初预算", "预算资金", "实际支付"), ("6", "5", "4", "0.8")),
    ],
)
def test_a_short_word_for_the_budget_is_no_name_of_the_block(headings, amounts):
    """预算安排 right of 资金来源 is a column; what has arrived is no budget where another column is one."""
    budget, arrived, executed = headings
    one = _read(
        f"""
        项目支出绩效自评表
        项目名称 | 桥梁维护
        资金来源 | {budget} | {arrived} | {executed} | 支出占预算比例
        合计     | 6        | 5         | 4          | 80%
        """,
        _BRIDGES,
    )

    assert [("合计", *amounts)] == _money(one)


def test_amounts_stand_beside_their_labels_with_what_has_arrived_between_them():
    """The rate stands below a heading of its own; 其中 over the parts names nothing."""
    one = _read(
        """
        项目支出绩效自评表
        项目名称     | 桥梁维护
        预算执行情况 | 预算安排情况 |     | 资金到位情况 |     | 资金执行情况 |     | 预算执行进度
                     | 预算数：     | 42  | 到位数：     | 42  | 执行数：     | 39.9 | 95%
                     | 其中：财政资金 | 40 | 其中：财政资金 | 40 | 其中：财政资金 | 38
                     | 其他         | 2   | 其他         | 2   | 其他         | 1.9
        """,
        _BRIDGES,
    )

    assert [
        (None, None, "42", "39.9", "0.95"),
        ("其中：财政资金", None, "40", "38", None),
        ("其他", None, "2", "1.9", None),
    ] == _money(one)


def test_among_before_the_parts_names_none_of_them():
    one = _read(
        """
        项目支出绩效自评表
        项目名称 | 桥梁维护
        资金总额 | 预算金额 | 42 | 实际使用金额 | 39.9
        其中     | 财政拨款 | 40 | 财政拨款     | 38
                 | 自筹资金 | 2  | 自筹资金     | 1.9
        """,
        _BRIDGES,
    )

    assert ["财政拨款", "自筹资金"] == [name for name, *_ in _money(one)[1:]]


def test_the_first_amounts_may_be_named_by_their_block_alone():
    one = _read_merged(
        """
        项目支出绩效自评表|<<
        项目名称|桥梁维护|<<
        项目预算（万元）|预算金额|<|实际支出金额|<|预算执行率|<
        ^|230|<|225.4|<|98%|<
        其中：财政拨款|230|<|225.4|<|98%|<
        一级指标|二级指标|三级指标|指标值|实际完成值|分值|得分
        产出指标|数量指标|座数|5|5|20|20
        """
    )

    assert [(None, None, "230", "225.4", "0.98"), ("其中：财政拨款", None, "230", "225.4", "0.98")] == _money(one)


def test_of_two_sets_of_columns_of_money_the_first_counts():
    one = _read(
        """
        项目支出绩效自评表
        项目名称     | 桥梁维护
        资金来源     | 预算数 | 执行数 | 资金来源 | 预算数 | 执行数
        一般公共预算 | 56     | 55     | 其他资金 | 0      | 0
        """,
        _BRIDGES,
    )

    assert [("一般公共预算", None, "56", "55", None)] == _money(one)


# ---- indicators, goals and grades in other words --------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["指标内容", "内容"])
def test_what_stands_between_the_sign_and_the_unit_is_the_target(heading):
    one = _read(
        _TOP,
        f"""
        一级指标 | 二级指标 | 三级指标 | 运算符号 | {heading} | 度量单位 | 实际完成值 | 分值 | 得分
        产出指标 | 数量指标 | 座数     | ≥        | 5         | 座       | 6          | 20   | 20
        """,
    )

    assert [("座数", "≥5座", "6")] == [(i.level3.text, i.target.text, i.actual.text) for i in one.form.indicators]


def test_a_heading_over_the_blocks_is_the_first_level_whatever_it_says():
    one = _read(
        _TOP,
        """
        指标          | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 标准分值 | 实得分
        产出（50%）   | 数量     | 座数     | 5      | 5          | 20       | 20
        """,
    )

    assert [("产出（50%）", "数量", "座数")] == [
        (i.level1.text, i.level2.text, i.level3.text) for i in one.form.indicators
    ]


def test_weights_may_be_written_as_shares_of_the_whole():
    one = _read(
        """
        项目支出绩效自评表
        项目名称     | 桥梁维护
        资金（元）   | 全年预算数 | 全年执行数 | 权重 | 执行率 | 得分
        年度资金总额 | 5          | 5          | 10%  | 100%   | 10
        """,
        _BRIDGES.replace("| 20   | 20", "| 90% | 88"),
        "合计 | | | | | 100% | 98",
    )

    said = stated(one.form)
    assert ("10", "90", "100") == (said["funds"][0]["weight"], said["indicators"][0]["weight"], said["total_weight"])


@pytest.mark.parametrize("headings", [("预期", "实际"), ("年初设定", "完成"), ("预期目标", "实际完成情况")])
def test_a_pair_of_short_words_heads_the_goals(headings):
    expected, achieved = headings
    one = _read(
        _TOP,
        f"""
        总体目标 | {expected} |  |  | {achieved}
                 | 修桥五座。 |  |  | 五座已修。
        """,
        _BRIDGES,
    )

    assert ("修桥五座。", "五座已修。") == (one.form.expected_goal.text, one.form.achieved_goal.text)


def test_goals_counted_in_their_labels_are_read_whole():
    one = _read(
        _TOP,
        """
        绩效目标 | 目标1：修桥五座。 |  |  | 完成情况1：五座已修。
                 | 目标2：巡查十次。 |  |  | 完成情况2：巡查十次。
        四、绩效指标完成情况
        """,
        _BRIDGES,
    )

    assert ("目标1：修桥五座。\n目标2：巡查十次。", "完成情况1：五座已修。\n完成情况2：巡查十次。") == (
        one.form.expected_goal.text,
        one.form.achieved_goal.text,
    )


def test_the_heading_of_the_next_part_is_no_result():
    one = _read(
        _TOP,
        """
        绩效目标 | 修桥五座。
        目标完成 | 五座已修。
        四、绩效指标完成情况
        """,
        _BRIDGES,
    )

    assert ("修桥五座。", "五座已修。") == (one.form.expected_goal.text, one.form.achieved_goal.text)


@pytest.mark.parametrize(
    "line",
    [
        "自评结论 | 优（90（含）-100分）☑ 良（80（含）-90分）□ 中（60（含）-80分）□ 差（60分以下）□",
        "自评等级 | 优（√） 良（ ） 中（ ） 差（ ）",
        "自评结果 | 优",
        "评价结论：优",
    ],
)
def test_a_grade_is_ticked_among_ranges_or_in_brackets(line):
    one = _read(_TOP, _BRIDGES, line)

    assert "优" == one.form.grade.text
    assert () == one.leftovers


def test_a_conclusion_in_a_sentence_is_no_grade():
    one = _read(_TOP, _BRIDGES, "评价结论 | 项目完成较好，资金使用规范。")

    assert one.form.grade.text is None


def test_numbers_of_the_rows_may_stand_below_the_title():
    rows = ["附表2|<<", "项目支出绩效自评表|<<", "年度：2023年|<<", "序号|项目名称|桥梁维护|<<"]
    rows += ["1|实施单位|某站|<<", "2|年度资金总额|全年预算数|5|全年执行数|5|<|<", "3|年度目标|修桥五座。|<<"]
    rows += ["4|完成情况|五座已修。|<<", "5|一级指标|二级指标|三级指标|指标值|实际完成值|分值|得分"]
    rows += ["6|产出指标|数量指标|座数|5|5|50|50", "7|^|质量指标|合格率|100%|100%|50|50", "8|总分|<|<|<|<|100|100"]

    one = _read_merged("\n".join(rows))

    assert ("桥梁维护", "某站", 2023) == (one.form.project.text, one.form.unit.text, one.form.year)
    assert ["座数", "合格率"] == [i.level3.text for i in one.form.indicators]
    assert {"5", "附表2"} <= {entry.written for entry in one.leftovers}


def test_a_heading_over_both_levels_is_both():
    """绩效指标 spans the blocks and their parts, beside 指标内容."""
    one = _read_merged(
        _TOP,
        """
        绩效指标|<|指标内容|目标值|完成值|分值|得分
        产出指标|数量指标|座数|5|5|20|20
        ^|质量指标|合格率|100%|100%|20|20
        """,
    )

    assert [("产出指标", "数量指标", "座数"), ("产出指标", "质量指标", "合格率")] == _levels(one)


def test_a_heading_in_unknown_words_over_the_blocks_is_left_over():
    one = _read(_TOP, _BRIDGES.replace("一级指标", "大类"))

    assert [("产出指标", "数量指标", "座数")] == _levels(one)
    assert ["大类"] == [entry.written for entry in one.leftovers]


def test_short_labels_stand_before_both_goals():
    one = _read(
        _TOP,
        """
        三、绩效目标
        预期 | 修桥五座。
        实际 | 五座已修。
        """,
        _BRIDGES,
    )

    assert ("修桥五座。", "五座已修。") == _goals(one)


def test_full_points_stand_in_a_heading_and_paid_is_executed():
    one = _read(
        """
        项目支出绩效自评表
        项目名称 | 桥梁维护
        学校名称 | 某学院
        资金（元） | 年初预算 | 调整后 | 已支付 | 支付率 | 得分（满分10分）
        合计     | 6        | 5      | 4      | 80%    | 8
        """,
        _BRIDGES,
    )

    assert [("合计", "6", "5", "4", "0.8")] == _money(one)
    assert ("10", "8", "某学院") == (
        one.form.funds[0].weight.written, one.form.funds[0].score.written, one.form.unit.text
    )  # fmt: skip


# ---- targets that were adjusted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adjusted", "target"), [("≥4", "≥4"), ("", "≥5"), ("—", "≥5"), ("/", "≥5"), ("未调整", "≥5"), ("无", "≥5")]
)
@pytest.mark.parametrize(
    "headings", [("年初指标值", "调整指标值"), ("年初绩效指标", "调整后绩效指标"), ("年初目标值", "年中调整后目标值")]
)
def test_the_adjusted_target_counts_where_it_is_filled_in(headings, adjusted, target):
    before, after = headings
    one = _read(
        _TOP,
        f"""
        一级指标 | 二级指标 | 三级指标 | {before} | {after}    | 实际完成值 | 分值 | 得分
        产出指标 | 数量指标 | 座数     | ≥5       | {adjusted} | 4          | 20   | 20
        """,
    )

    assert [("座数", target, "4")] == [(i.level3.text, i.target.text, i.actual.text) for i in one.form.indicators]
    assert not {before, after} & {entry.written for entry in one.leftovers}


@pytest.mark.parametrize("parts", ["年初值|调整值", "年初设定|年中调整", "年初指标值|调整指标值"])
def test_a_target_is_divided_into_that_of_the_beginning_and_the_adjusted_one(parts):
    one = _read_merged(
        _TOP,
        f"""
        一级指标|二级指标|三级指标|指标值|<|实际完成值|分值|得分
        ^|^|^|{parts}|^|^|^
        产出指标|数量指标|座数|≥5|≥4|4|20|20
        ^|质量指标|合格率|≥90%||95%|20|20
        """,
    )

    assert ["≥4", "≥90%"] == [i.target.text for i in one.form.indicators]


def test_a_target_that_was_adjusted_downwards_gives_no_finding():
    one = _read(
        _TOP,
        """
        一级指标 | 二级指标 | 三级指标 | 年初指标值 | 调整指标值 | 实际完成值 | 分值 | 得分
        产出指标 | 数量指标 | 座数     | ≥5         | ≥4         | 4          | 90   | 90
        """,
    )

    rules = {found.rule for found in findings(one.form, NATIONAL)}
    assert "score_follows_from_result" not in rules


def test_the_only_column_of_targets_is_the_target_also_where_it_is_the_adjusted_one():
    one = _read(_TOP, _BRIDGES.replace("指标值", "调整后指标值"))

    assert ["5"] == [i.target.text for i in one.form.indicators]


# ---- heads, money and weights in other words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        "填报部门 | 某馆 | 归口管理部门 | 某局",
        "填报部门 | 某馆 | 主管部门 | 某局",
        "预算部门 | 某馆 | 业务归口部门 | 某局",
        "归口单位 | 某局 | 填报部门 | 某馆",
    ],
)
def test_the_department_is_the_one_in_charge_and_not_the_one_that_fills_in(lines):
    one = _read(_TOP.replace("桥梁维护", f"桥梁维护\n{lines}"), _BRIDGES)

    assert "某局" == one.form.department.text


@pytest.mark.parametrize("label", ["政策和项目名称", "专项（项目）名称", "项目及政策名称"])
def test_a_policy_and_project_has_a_name(label):
    one = _read(_TOP.replace("项目名称", label), _BRIDGES)

    assert "桥梁维护" == one.form.project.text


def test_the_budget_before_it_was_adjusted_is_that_of_the_beginning():
    one = _read(
        """
        项目支出绩效自评表
        项目名称 | 桥梁维护
        项目预算执行情况 | 年度预算 | 校内调整 | 调整后年度预算 | 实际拨付 | 拨付率
        总计             | 6        | -1       | 5              | 4        | 80%
        """,
        _BRIDGES,
    )

    assert [("总计", "6", "5", "4", "0.8")] == _money(one)


def test_full_points_of_the_money_stand_in_a_line_above_it():
    one = _read(
        """
        项目支出绩效自评表
        项目名称 | 桥梁维护
        二、预算执行情况（10分）
        资金来源 | 全年预算数 | 全年执行数 | 执行率 | 得分
        合计     | 5          | 4          | 80%    | 8
        """,
        _BRIDGES,
    )

    assert "10" == one.form.funds[0].weight.written


def test_weights_may_be_shares_of_one():
    one = _read(
        """
        项目支出绩效自评表
        项目名称     | 桥梁维护
        资金（元）   | 全年预算数 | 全年执行数 | 权重 | 执行率 | 得分
        年度资金总额 | 5          | 5          | 0.1  | 100%   | 10
        一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 权重 | 得分
        产出指标 | 数量指标 | 座数     | 5      | 5          | 0.5  | 50
        产出指标 | 质量指标 | 合格率   | 100%   | 100%       | 0.4  | 40
        合计     |          |          |        |            | 1    | 100
        """
    )

    said = stated(one.form)
    weights = [said["funds"][0]["weight"], *(row["weight"] for row in said["indicators"]), said["total_weight"]]
    assert ["10", "50", "40", "100"] == weights
    assert {"names_and_year_are_filled"} == {found.rule for found in findings(one.form, NATIONAL, advice=False)}


def test_weights_may_be_shares_beside_points_of_the_money():
    one = _read(
        """
        项目支出绩效自评表
        项目名称     | 桥梁维护
        资金（元）   | 全年预算数 | 全年执行数 | 执行率 | 得分（10分）
        年度资金总额 | 5          | 5          | 100%   | 10
        一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 权重 | 得分
        产出指标 | 数量指标 | 座数     | 5      | 5          | 0.3  | 30
        产出指标 | 质量指标 | 合格率   | 100%   | 100%       | 0.4  | 40
        效益指标 | 社会效益 | 知晓率   | 90%    | 90%        | 0.2  | 20
        """
    )

    said = stated(one.form)
    assert ["10", "30", "40", "20"] == [row["weight"] for row in (said["funds"][0], *said["indicators"])]


def test_points_below_one_are_no_shares_where_the_scores_keep_within_them():
    one = _read(
        _TOP,
        """
        一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 分值 | 得分
        产出指标 | 数量指标 | 座数     | 5      | 5          | 0.5  | 0.5
        产出指标 | 质量指标 | 合格率   | 100%   | 100%       | 0.3  | 0.3
        产出指标 | 时效指标 | 及时率   | 100%   | 100%       | 0.2  | 0.2
        """,
    )

    assert ["0.5", "0.3", "0.2"] == [row["weight"] for row in stated(one.form)["indicators"]]


def test_the_name_of_the_block_over_the_levels_is_the_first_level():
    one = _read_merged(
        _TOP,
        """
        绩效指标|指标名称|计划值|实际值|权重|得分
        产出指标|座数|5|5|25|25
        ^|合格率|100%|100%|25|25
        效益指标|满意度|≥90%|95%|40|40
        """,
    )

    assert [("产出指标", None, "座数"), ("产出指标", None, "合格率"), ("效益指标", None, "满意度")] == _levels(one)


def test_goals_before_and_after_they_were_adjusted():
    one = _read(
        _TOP,
        """
        绩效目标 | 调整前目标 |  | 调整后目标 |  | 目标完成情况
                 | 修桥五座。 |  | 修桥四座。 |  | 四座已修。
        """,
        _BRIDGES,
    )

    assert ("修桥五座。", "四座已修。") == _goals(one)


def test_both_goals_may_stand_in_one_cell_each_behind_its_label():
    paper = [["项目支出绩效自评表"], ["项目名称", "桥梁维护"]]
    paper += [["项目资金", "", "全年预算数", "全年执行数"], ["", "年度资金总额", "5", "5"]]
    paper += [["总体目标", "年初目标：修桥五座。\n巡查十次。\n完成情况：五座已修。"]]
    paper += [[cell.strip() for cell in line.split("|")] for line in _BRIDGES.strip().splitlines()]
    (one,) = read_forms(Grid.of(paper, "表"))

    assert ("修桥五座。\n巡查十次。", "五座已修。") == _goals(one)


def test_what_was_achieved_stands_behind_its_label_in_a_cell_of_its_own():
    one = _read(_TOP, "总体目标 | 年初目标：修桥五座。 | 完成情况：五座已修。", _BRIDGES)

    assert ("修桥五座。", "五座已修。") == _goals(one)


def test_the_budget_with_what_was_added_is_that_of_the_year():
    one = _read(
        """
        项目支出绩效自评表
        项目名称 | 桥梁维护
        经费（万元） | 经费来源 | 预算数 | 追加数 | 预算合计 | 决算数
                     | 合计     | 4      | 1      | 5        | 5
        """,
        _BRIDGES,
    )

    assert [("合计", "4", "5", "5", None)] == _money(one)


def test_the_first_amounts_may_stand_beside_any_name_that_is_merged_down():
    one = _read_merged(
        """
        项目支出绩效自评表|<<
        项目名称|桥梁维护|<<
        项目执行情况|预算金额|调整后金额|实际支出|结余|执行率|得分
        ^|6|5|4|1|80%|8
        一级指标|二级指标|三级指标|指标值|实际完成值|分值|得分
        产出指标|数量指标|座数|5|5|20|20
        """
    )

    assert [(None, "6", "5", "4", "0.8")] == _money(one)


def test_each_row_of_money_may_name_itself_before_its_budget_and_what_was_spent():
    one = _read_merged(
        """
        项目支出绩效自评表|<<
        项目名称|桥梁维护|<<
        预算执行情况（千元）|年度资金总额|预算数|5|执行数|4|执行率|80%
        ^|其中：财政拨款|预算数|3|执行数|3|执行率|100%
        ^|单位自筹|预算数|2|执行数|1|执行率|50%
        """,
        _BRIDGES,
    )

    assert [
        ("年度资金总额", None, "5", "4", "0.8"),
        ("其中：财政拨款", None, "3", "3", "1"),
        ("单位自筹", None, "2", "1", "0.5"),
    ] == _money(one)


def test_the_score_of_the_money_may_stand_in_the_cell_of_its_label():
    one = _read("项目支出绩效自评表", "项目名称 | 桥梁维护", "资金 | 预算数 | 5 | 执行数 | 5 | 得分10分", _BRIDGES)

    assert ["10"] == [row["score"] for row in stated(one.form)["funds"]]


@pytest.mark.parametrize(
    "drawn_grade", ["总分 |  |  |  |  | 20 | 20 | 优", "总分 |  |  |  |  | 20 | 20\n绩效等级 | 优"]
)
def test_the_grade_may_stand_behind_the_total_or_beside_another_name(drawn_grade):
    one = _read(_TOP, _BRIDGES, drawn_grade)

    assert ("20", "优") == (stated(one.form)["total_score"], stated(one.form).get("grade"))


def test_the_rate_and_the_score_of_the_money_may_stand_below_it():
    one = _read(
        """
        项目支出绩效自评表
        项目名称   | 桥梁维护
        项目总额   | 年初批复数 | 调整后数   | 已支付数
        财政资金   | 6          | 5          | 4
        执行率     | 80%        | 执行率得分 | 8
        """,
        _BRIDGES,
    )

    assert [("财政资金", "6", "5", "4", "0.8")] == _money(one)
    assert ["8"] == [row["score"] for row in stated(one.form)["funds"]]


def test_a_degree_of_completion_hides_no_neighbour_of_a_heading_in_other_words():
    one = _read(
        _TOP,
        """
        一级指标 | 二级指标 | 三级指标 | 指标值 | 年底水平 | 目标完成率 | 分值 | 得分
        产出指标 | 数量指标 | 座数     | 5      | 6        | 120%       | 20   | 20
        """,
    )

    assert [("5", "6")] == [(row.target.text, row.actual.text) for row in one.form.indicators]


def test_a_title_may_name_those_who_look_again_in_brackets():
    one = _read(
        """
        2024年度县级项目支出绩效自评（复评）表
        项目名称 | 桥梁维护
        资金     | 预算数 | 执行数 | 分值 | 单位自评分 | 部门复核分
        合计     | 5      | 5      | 10   | 10         | 10
        """,
        "绩效目标 | 目标 |  | 完成 |",
        " | 修桥五座。 |  | 五座已修。 |",
        _BRIDGES,
    )

    assert (2024, ["10"]) == (one.form.year, [row["score"] for row in stated(one.form)["funds"]])
    assert ("修桥五座。", "五座已修。") == _goals(one)


@pytest.mark.parametrize("note", ["金额：万元", "单位（万元）", "资金单位：万元", "计量单位：万元、%"])
def test_the_unit_of_money_stands_behind_many_words(note):
    one = _read(f"项目支出绩效自评表 | {note}", "项目名称 | 桥梁维护", "资金 | 预算数 | 5 | 执行数 | 5", _BRIDGES)

    assert "万元" == one.form.money_unit
    assert () == one.leftovers


def test_a_score_beside_its_label_above_the_project_belongs_to_the_form():
    one = _read("2023年度项目支出绩效自评表", "填报单位 | 某局 | 自评得分 | 20", _TOP.partition("表")[2], _BRIDGES)

    assert (2023, "20") == (one.form.year, stated(one.form)["total_score"])


def test_rows_of_slightly_other_widths_stand_below_their_headings():
    """As Word draws them: a cell begins a little before its heading, or a little behind it."""
    one = _read_merged(
        """
        项目支出绩效自评表|<<
        项目名称|<|<|桥梁维护|<<
        项目资金|<|<|年初预算数|<|全年预算数|<|全年执行数|<|执行率|<
        年度资金总额|<|7|<|6|<|5|<|83.3%|<|
        年度目标|<|<|<|<|完成情况|<|<|<|<|<
        修桥五座。|<|<|<|五座已修。|<|<|<|<|<|<
        """,
        """
        一级指标|<|二级指标|<|三级指标|指标值|<|实际完成值|<|分值|得分
        产出指标|<|<|数量指标|座数|5|<|5|<|20|20
        """,
    )

    assert [("年度资金总额", "7", "6", "5", "0.833")] == _money(one)
    assert ("修桥五座。", "五座已修。") == _goals(one)
    assert [("产出指标", "数量指标", "座数")] == _levels(one)


def test_the_score_may_stand_between_title_and_project_of_the_second_form_too():
    rows = [line.split("|") for line in ["{}年度项目支出绩效自评表", "填报单位|某局|自评总分|20"]]
    lines = [[c.strip() for c in line.split("|")] for part in (_TOP, _BRIDGES) for line in part.strip().splitlines()]
    paper = [[cell.format(year) for cell in row] for year in (2023, 2024) for row in [*rows, *lines[1:]]]
    readings = read_forms(Grid.of(paper, "表"))

    assert [(2023, "20"), (2024, "20")] == [(one.form.year, stated(one.form)["total_score"]) for one in readings]


def test_the_budget_is_the_total_before_the_spending_where_each_stands_before_its_sources():
    one = _read_merged(
        """
        2019年度部门预算项目支出绩效自评表|<<
        项目名称|桥梁维护|<<
        资金来源|资金总额（万元）|财政拨款|其他|实际支出（万元）|财政拨款|其他|结余
        ^|26|25|1|24|23|1|2
        一级指标|二级指标|三级指标|指标值|实际完成值|分值|得分
        产出指标|数量指标|座数|5|5|20|20
        """,
    )

    (money,) = stated(one.form)["funds"]
    assert ("26", "24", "万元") == (money["annual_budget"], money["executed"], one.form.money_unit)
    assert {"25", "23", "结余"} <= {entry.written for entry in one.leftovers}


@pytest.mark.parametrize(
    "name",
    [
        "审核通过率",
        "问题及时整改率",
        "联系群众次数",
        "评价人员培训次数",
        "分管路段巡查次数",
        "复核差错率",
        "制表准确率",
    ],
)
def test_an_indicator_may_begin_as_words_below_a_form_do(name):
    rows = f"    效益指标 | 社会效益 | 稳定     | 10     | 10 | 20 | 20\n  |  | {name} | 5 | 5 | 20 | 20"
    one = _read(_TOP, _BRIDGES + rows, "审核人：甲 | 联系电话 | 0871 | 日期 | 5 | 6 | 7")

    assert ["座数", "稳定", name] == [row.level3.text for row in one.form.indicators]


def test_a_total_before_the_spending_makes_no_form_of_a_table_without_its_title():
    rows = "资金总额 | 实际支出", "26 | 24"
    other = "\\n".join(["收支情况表", "项目名称 | 桥梁维护", *rows]), _BRIDGES

    assert () == read_forms(Grid.of([line.split("|") for part in other for line in part.strip().splitlines()], "表"))
