"""The add-in's own VBA carries plans out on an open workbook in LibreOffice, and the sheet is recalculated live."""

import shutil

import pytest
from conftest import FORMS_TEXT

from selfeval_xl import actions
from selfeval_xl.excel import buttons, collecting, functions
from selfeval_xl.excel.collecting import State
from selfeval_xl.excel.plan import Draft, Plan, Step

pytestmark = pytest.mark.libreoffice
FIRST, SECOND = "合作交流工作业务费", "合作交流专项工作经费"


@pytest.fixture
def book(office, demo_book):
    """The four forms, with Python behind cells and buttons."""

    def call(module, function, args):
        if module == "selfeval_xl.excel.buttons":
            return buttons.press(function, args)
        return getattr(functions, function)(*args)

    office.registry.call = call
    opened = office.open(demo_book)
    opened.activate(FIRST)
    yield opened
    opened.close()
    office.registry.call = None


def contents(book):
    """What is typed into every sheet, and which areas of the first form are merged."""
    typed = {name: book.sheet(name).formulas() for name in book.sheets.ElementNames}
    return typed | {"merges": book.sheet(FIRST).merges()}


def column(sheet, letter, rows):
    return [sheet.shown(f"{letter}{row}") for row in rows]


def test_an_inserted_row_counts_at_once_and_is_taken_back(book):
    sheet, before = book.sheet(FIRST), contents(book)

    assert "" == book.press("insert_rows", choice="D14")
    for cell, typed in (("D15", "新指标"), ("E15", "≥10 次"), ("F15", "5 次")):
        sheet.type_in(cell, typed)
    sheet.type_in("G15", 10)
    sheet.type_in("H15", 7)

    assert ["5.00", "110", "105.09"] == [sheet.shown(cell) for cell in ("K15", "G24", "H24")]
    assert "推算为 5" in sheet.shown("L15")
    assert (13, 3, 15, 3) in sheet.merges()
    assert (13, 2, 18, 2) in sheet.merges()
    for cell in ("D15", "E15", "F15", "G15", "H15"):
        sheet.type_in(cell, None)
    assert "" == book.undo()
    assert before == contents(book)
    assert "98.09" == sheet.shown("H23")


def test_a_summary_is_waited_for_until_it_is_over(book, tmp_path, monkeypatch):
    """Opening a workbook needs a setting that only Excel has, so here it is told where the summary lies."""
    summary, answers = tmp_path / "汇总.xlsx", iter([State(), State(120, 1000), State(1000, 1000)])
    done = State(is_over=True, said="共 1000 个文件。", written=summary)
    monkeypatch.setattr(collecting, "start", lambda folder: "token")
    monkeypatch.setattr(collecting, "state", lambda token: next(answers, done))

    noted = book.drive(
        'Note SelfEvalDo("collect", "none", "", False, "")',
        f'Note SelfEvalDo("collect", "none", "", True, "{tmp_path}")',
        "Note SelfEvalAsked()",
        "Note SelfEvalAsked()",
        "Note SelfEvalAsked()",
        "Note SelfEvalAsked()",
    )

    assert ["?folder", "", "", ""] == noted[:4]
    assert noted[4].startswith("共 1000 个文件。")
    assert str(summary) in noted[4]
    assert [""] == noted[5:], "what is over is not asked after again"


def test_a_real_folder_becomes_a_summary(book, tmp_path, monkeypatch):
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "log"))
    folder = tmp_path / "来表"
    folder.mkdir()
    shutil.copy(FORMS_TEXT, folder)

    noted = book.drive(
        f'Note SelfEvalDo("collect", "none", "", True, "{folder}")',
        "Dim said As String",
        "Dim i As Long",
        "For i = 1 To 90",
        "    Application.Wait Now + TimeSerial(0, 0, 1)",
        "    said = SelfEvalAsked()",
        '    If said <> "" Then Exit For',
        "Next",
        "Note said",
    )

    assert "" == noted[0]
    assert "计入 4 个项目" in noted[1]
    assert (tmp_path / "汇总.xlsx").exists()


@pytest.mark.parametrize("chosen", ["D13", "D13:D17", "D14:D16", "D22", "D18:D21"])
def test_deleted_rows_come_back(book, chosen):
    sheet, before = book.sheet(FIRST), contents(book)

    assert book.press("delete_rows", choice=chosen).startswith("?")
    assert before == contents(book)
    assert "" == book.press("delete_rows", choice=chosen, agreed=True)
    assert before != contents(book)
    assert "" == book.undo()

    assert before == contents(book)
    assert "98.09" == sheet.shown("H23")


def test_blank_scores_are_filled_and_the_total_follows(book):
    sheet = book.sheet(FIRST)
    for cell in ("H13", "H15", "H22"):
        sheet.type_in(cell, None)
    assert "68.09" == sheet.shown("H23")

    assert "已填入 2 项" in book.press("adopt")

    assert ["10.00", "", "10.00", "88.09"] == [sheet.shown(cell) for cell in ("H13", "H15", "H22", "H23")]
    book.undo()
    assert "68.09" == sheet.shown("H23")


def test_the_report_is_written_once_and_its_links_name_their_cells(book):
    book.press("report", "book")
    once = contents(book)["核对结果"]
    book.press("report", "book")

    sheet = book.sheet("核对结果")
    assert once == contents(book)["核对结果"]
    assert ["提醒（1 条）", "提醒", FIRST, "F14"] == [sheet.shown(cell) for cell in ("A5", "A6", "B6", "C6")]
    assert [*book.sheets.ElementNames].count("核对结果") == 1


def test_the_summary_follows_a_copied_and_a_deleted_sheet(book):
    book.copy_sheet(FIRST, "副本")
    book.sheets.removeByName("机关服务费")

    said = book.press("refresh_summary", "book")

    assert "加入 1 个项目：副本；去掉 1 行" in said
    sheet = book.sheet("汇总")
    assert ["98.09", "97.99", "98.00", "98.09"] == column(sheet, "G", range(3, 7))
    assert ["合计", "1,749,600.00"] == [sheet.shown(cell) for cell in ("A7", "D7")]


def test_a_new_sheet_is_blank_and_calculates(book):
    before = contents(book)

    assert "" == book.press("new_sheet", "book")

    sheet = book.sheet("项目1")
    assert "尚未填写" == sheet.shown("L3")
    sheet.type_in("C3", "新项目")
    sheet.type_in("E6", 200)
    sheet.type_in("F6", 100)
    sheet.type_in("G13", 90)
    sheet.type_in("H13", 80)
    assert ["50.00%", "5.00", "100", "85.00", "良"] == [sheet.shown(cell) for cell in ("H6", "I6", "G24", "H24", "L2")]
    assert "85.00" == book.sheet("汇总").shown("G7")
    sheet.type_in("C3", None)
    assert "" == book.undo()
    assert before == contents(book)


def test_imported_forms_show_what_a_new_workbook_shows(book, tmp_path, office):
    file = tmp_path / "去年.xlsm"
    actions.import_forms([FORMS_TEXT], file)

    book.press("import_files", "files", (str(file),))

    for one in actions.read([FORMS_TEXT]):
        name = one.form.project.text
        old, new = book.sheet(name), book.sheet(f"{name}(2)")
        places = [(row, letter) for row in range(1, 25) for letter in "ABCDEFGHIKL"]
        assert [old.shown(f"{letter}{row}") for row, letter in places if row not in (10, 11)] == [
            new.shown(f"{letter}{row}") for row, letter in places if row not in (10, 11)
        ]


def test_the_next_year_is_calm_and_calculates(book):
    old = contents(book)[FIRST]

    assert "2023 年度" in book.press("roll_sheet")

    (name,) = [name for name in book.sheets.ElementNames if name.startswith("2023")]
    sheet = book.sheet(name)
    assert ["（ 2023 年度）", "", "尚未填写完成情况"] == [sheet.shown(cell) for cell in ("A2", "H23", "L3")]
    assert {"尚未填写", "建议："} == {
        said[:4] if said[:2] != "建议" else said[:3] for said in column(sheet, "L", range(13, 23))
    }
    assert ["上年完成值", "70 次", "139 次"] == column(sheet, "M", (12, 13, 14))
    assert old == contents(book)[FIRST]
    sheet.type_in("F13", "66 次")
    sheet.type_in("H13", 10)
    assert ["10.00", "10.00"] == [sheet.shown(cell) for cell in ("K13", "H23")]


def test_what_people_type_stays_open_on_a_locked_sheet(book):
    assert "已锁定 4 张" in book.press("lock", "book")

    sheet = book.sheet(FIRST)
    assert sheet.is_protected()
    assert [True, False, False, True, True, False] == [
        sheet.is_locked(c) for c in ("A1", "C3", "H13", "H6", "K13", "L1")
    ]
    assert "" == book.press("insert_rows", choice="D14")
    assert sheet.is_protected()
    assert "已解锁" in book.press("unlock", "book")
    assert not sheet.is_protected()


@pytest.mark.parametrize("broken", [Step("formula", FIRST, "XFE1", "=1"), Step("merge", FIRST, "A1:ZZZ9999999")])
def test_a_step_that_fails_leaves_the_old_sheet(book, monkeypatch, broken):
    def plan(given):
        draft = Draft()
        draft.put(given.sheet, 13, 8, None)
        draft.put(given.sheet, 14, 8, None)
        draft.step(Step("insert", FIRST, "A15"), Step("delete", FIRST, "A15"))
        draft.step(broken)
        draft.put(given.sheet, 16, 8, None)
        return draft.plan("fertig", "undo")

    monkeypatch.setitem(buttons.PLANS, "broken", plan)
    before = contents(book)

    said = book.press("broken")

    assert "已恢复原样" in said
    assert broken.where in said
    assert before == contents(book)
    assert "98.09" == book.sheet(FIRST).shown("H23")


@pytest.mark.parametrize(
    "steps",
    [
        [Step("clear", FIRST, "H13"), Step("clear", "没有的表", "A1")],
        [Step("clear", FIRST, "H13"), Step("explode", FIRST, "A1")],
        [Step("clear", FIRST, "H13"), Step("addsheet", SECOND)],
        [Step("clear", FIRST, "H13"), Step("copysheet", FIRST, a=SECOND)],
        [Step("dropsheet", FIRST), Step("clear", FIRST, "H13")],
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_not_begun(book, monkeypatch, steps):
    def plan(given):
        draft = Draft()
        for step in steps:
            draft.step(step)
        return draft.plan("fertig")

    monkeypatch.setitem(buttons.PLANS, "broken", plan)
    before = contents(book)

    assert "什么都没有改动" in book.press("broken")
    assert before == contents(book)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step("pdf", "", a="/nowhere/表.xlsx", b="/nowhere/表.pdf"), "fertig\n\n下列 PDF 没有生成，.xlsx 不受影响"),
        (Step("mail", "报送", "您好", "/nowhere/报送邮件.eml", "/nowhere/表.xlsx"), "fertig\n\n草稿没有能打开"),
    ],
)
def test_what_only_excel_and_outlook_can_do_is_a_sentence_here(book, monkeypatch, step, said):
    monkeypatch.setitem(buttons.PLANS, "outside", lambda given: Plan("fertig", (step,)))
    before = contents(book)

    told = book.press("outside")

    assert told.startswith(said)
    assert "/nowhere/" in told
    assert before == contents(book)


def test_without_python_a_button_says_so_and_changes_nothing(book, office):
    office.registry.call = None
    before = contents(book)

    assert "没有连接上 Python" in book.press("insert_rows", choice="D14")
    assert before == contents(book)


def test_words_stay_words(book, monkeypatch):
    """Column D takes text; in M a number, a date or a formula would become one."""
    hostile = [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "'x",
        "0012",
        "2022.12",
        "1-2",
        "3/4",
        "TRUE",
        "1e5",
        "１２",
        "10%",
        "(5)",
        "部",
    ]

    def plan(given):
        draft = Draft()
        for row, typed in enumerate(hostile, 30):
            draft.step(Step("copy", FIRST, "D13:D13", f"D{row}"))
            draft.step(Step("text", FIRST, f"D{row}", typed))
            draft.step(Step("text", FIRST, f"M{row}", typed))
        return draft.plan("fertig")

    monkeypatch.setitem(buttons.PLANS, "words", plan)

    assert "fertig" == book.press("words")

    sheet = book.sheet(FIRST)
    assert hostile == [sheet.value(f"D{row}") for row in range(30, 30 + len(hostile))]
    assert hostile == [sheet.value(f"M{row}") for row in range(30, 30 + len(hostile))]
