"""What the buttons of the ribbon do, carried out on a workbook of plain cells."""

import copy
import email
import email.policy
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import FORMS_TEXT
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_desk import Book, Sheet

from selfeval_xl import actions, workbook
from selfeval_xl.actions import books
from selfeval_xl.cells import Entry
from selfeval_xl.excel import buttons, ribbon
from selfeval_xl.excel.given import handed_over
from selfeval_xl.excel.plan import Draft, Step
from selfeval_xl.form import document
from selfeval_xl.profiles import NATIONAL
from selfeval_xl.sheet import blank_form
from selfeval_xl.sheet.page import Formula

FORMS = [one.form for one in actions.read([FORMS_TEXT])]
FIRST, ROWS = "合作交流工作业务费", range(13, 23)


DEMO = Book.of(*FORMS)


def fresh():
    """An open workbook with the four forms."""
    return copy.deepcopy(DEMO)


@pytest.fixture
def book():
    return fresh()


def form_on(book, name):
    """The form that is read from a sheet."""
    raw = ("", False, "x", name, 0, 0, [book.sheets[name].handed_over(name)], "")
    return handed_over(raw).sheet.form


def rows_of(book, name=FIRST):
    return document(form_on(book, name))["indicators"]


# ---- rows ------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.integers(13, 22), st.integers(0, 3))
def test_inserted_rows_are_blank_stand_in_the_block_and_go_away_again(row, more):
    book = fresh()
    before, old = book.state(), rows_of(book)
    last = min(row + more, 22)

    assert "" == book.press("insert_rows", f"D{row}:D{last}")

    count = last - row + 1
    assert old == rows_of(book), "blank rows say nothing, and nothing else is changed"
    sheet = book.sheets[FIRST]
    for new in range(last + 1, last + 1 + count):
        assert not any(sheet.shown(f"{column}{new}") for column in "DEFGHI")
        assert f"SE_INDICATOR_SCORE(E{new},F{new},G{new},$L$1,B$12:D{new})" in sheet.typed(f"K{new}")
        assert f"SE_CHECK_ROW(E{new}" in sheet.typed(f"L{new}")
        sheet.type_in(f"D{new}", "新指标")
    typed = rows_of(book)[last - 12 : last - 12 + count]
    assert [(old[last - 13]["level1"], old[last - 13]["level2"], "新指标")] * count == [
        (one["level1"], one["level2"], one["level3"]) for one in typed
    ]
    for new in range(last + 1, last + 1 + count):
        sheet.type_in(f"D{new}", None)
    book.undo()
    assert before == book.state()


@settings(max_examples=60)
@given(st.integers(13, 22), st.integers(0, 8))
def test_deleted_rows_are_gone_with_their_blocks_and_come_back(row, more):
    book = fresh()
    before, old = book.state(), rows_of(book)
    last = min(row + more, 22)
    chosen = f"D{row}:D{last}"

    assert book.press("delete_rows", chosen).startswith("?将删除")
    assert before == book.state()
    assert "" == book.press("delete_rows", chosen, agreed=True)

    assert old[: row - 13] + old[last - 12 :] == rows_of(book)
    book.undo()
    assert before == book.state()


@pytest.mark.parametrize("button", ["insert_rows", "delete_rows"])
@pytest.mark.parametrize("chosen", ["A1", "D12", "D23", "D12:D14", "D22:D23"])
def test_rows_outside_the_indicators_are_refused(book, button, chosen):
    before = book.state()

    assert "第 13 行到第 22 行" in book.press(button, chosen)
    assert before == book.state()


def test_one_indicator_is_left(book):
    assert "至少要留下一行" in book.press("delete_rows", "D13:D22", agreed=True)


def test_blank_rows_are_deleted_without_a_question(book):
    book.press("insert_rows", "D14")

    assert "" == book.press("delete_rows", "D15")


def test_what_stands_beside_a_row_inserted_by_hand_is_mended(book):
    sheet = book.sheets[FIRST]
    sheet.move(15, 1)

    book.press("insert_rows", "D18")

    assert "SE_INDICATOR_SCORE(E15," in sheet.typed("K15")
    assert "SE_CHECK_ROW(E15," in sheet.typed("L15")


def test_a_form_of_another_layout_gets_rows_too():
    book = fresh()
    foreign = {(row, column): content for (row, column), content in book.sheets[FIRST].cells.items() if column < 10}
    book.sheets = {"表": Sheet(foreign, {area for area in book.sheets[FIRST].merges if area[1] < 10})}
    book.active = "表"
    old = rows_of(book, "表")

    book.press("insert_rows", "D14")
    book.sheets["表"].type_in("D15", "新指标")
    book.sheets["表"].type_in("E15", "≥1 次")

    assert ["产出指标", "数量指标", "新指标"] == [rows_of(book, "表")[2][f"level{n}"] for n in (1, 2, 3)]
    book.press("delete_rows", "D15", agreed=True)
    assert old == rows_of(book, "表")


def test_a_protected_sheet_is_opened_and_closed_again(book):
    book.sheets[FIRST].is_protected = True

    assert "" == book.press("insert_rows", "D14")

    assert book.sheets[FIRST].is_protected
    book.undo()
    assert book.sheets[FIRST].is_protected


# ---- scores ----------------------------------------------------------------------------------------------------


def test_only_blank_scores_are_filled_and_what_was_not_is_said(book):
    sheet = book.sheets[FIRST]
    for cell in ("H13", "H15", "H22", "F22"):
        sheet.type_in(cell, None)
    sheet.type_in("H14", 3)
    before = book.state()

    said = book.press("adopt")

    assert 10.0 == sheet.shown("H13")
    assert 3 == sheet.shown("H14")
    assert None is sheet.shown("H15") is sheet.shown("H22")
    assert "H13" in said
    assert "H14" not in said
    assert re.search(r"H15.*达成 8–10", said)
    assert re.search(r"H22.*没有填完", said)
    book.undo()
    assert before == book.state()


def test_nothing_is_adopted_where_every_score_is_typed(book):
    before = book.state()

    assert "没有空白的得分" in book.press("adopt")
    assert before == book.state()


@pytest.mark.parametrize("held", ["—", Formula('=IF(F14="","",G14)', "")])
def test_a_score_that_is_not_quite_blank_is_left_alone(book, held):
    book.sheets[FIRST].type_in("H14", held)
    before = book.state()

    book.press("adopt")

    assert before == book.state()


# ---- findings --------------------------------------------------------------------------------------------------


def test_the_report_lists_the_gravest_first_with_links_and_replaces_itself(book):
    book.sheets["机关服务费"].type_in("H13", 11)

    said = book.press("report")
    sheet = book.sheets["核对结果"]
    once = book.state()
    again = book.press("report")

    assert said == again
    assert once == book.state()
    levels = [sheet.shown(f"A{row}") for row in range(5, 20) if sheet.shown(f"D{row}")]
    assert sorted(levels, key=["错误", "提醒", "建议"].index) == levels
    assert {"错误", "提醒", "建议"} == set(levels)
    assert '=HYPERLINK("#\'机关服务费\'!H13","H13")' == sheet.typed("C6")
    assert "错误（1 条）" == sheet.shown("A5")


def test_the_report_is_never_taken_for_a_form(book):
    book.press("report")

    assert form_on(book, "核对结果") is None
    assert book.press("report").startswith("共 4 张自评表")


def test_a_sheet_with_quotes_in_its_name_is_linked(book):
    name = "甲'乙\"丙"
    book.sheets[name] = book.sheets.pop(FIRST)

    book.press("report")

    links = [typed for _, typed in book.sheets["核对结果"].cells.values() if str(typed).startswith("=HYPERLINK")]
    assert '=HYPERLINK("#\'甲\'\'乙""丙\'!F14","F14")' in links


def test_next_goes_from_finding_to_finding_and_begins_again(book):
    places = []
    for after in ("A1", "A14", "A18", "A22"):
        said = book.press("next_finding", after)
        places.append((book.selected, said[:3]))

    assert [("F14", "F14"), ("E18", "E18"), ("F14", "F14"), ("F14", "F14")] == places


def test_hidden_sheets_are_not_reported_but_named(book):
    book.sheets[FIRST].is_visible = False

    said = book.press("report")

    assert said.startswith("共 3 张自评表")
    assert f"隐藏的工作表没有核对：{FIRST}" in said


def test_a_list_of_somebodys_own_is_left_alone(book):
    own = book.sheets["核对结果"] = Sheet({(1, 1): ("我的笔记", "我的笔记")})

    book.press("report")

    assert {(1, 1): ("我的笔记", "我的笔记")} == own.cells
    assert "核对结果" == book.sheets["核对结果(2)"].shown("A1")


def test_a_hidden_list_is_shown_again(book):
    book.press("report")
    book.sheets["核对结果"].is_visible = False

    book.press("report")

    assert book.sheets["核对结果"].is_visible


def test_what_cannot_be_undone_by_people_is_still_taken_back_when_a_step_fails(book):
    before = book.state()

    book.press("report")

    assert "" == book.answer[1], "no Ctrl+Z"
    book.undo()
    assert before == book.state()


def test_a_message_box_shows_the_whole_message(tmp_path, book):
    for number in range(40):
        (tmp_path / f"{number}.xlsx").write_text("x")

    said = book.press("import_files", tuple(map(str, sorted(tmp_path.iterdir()))))

    assert len(said) <= 1000
    assert "共 40 项" in said


# ---- summary ---------------------------------------------------------------------------------------------------


def lines(book):
    sheet = book.sheets["汇总"]
    named = (re.search(r"'((?:[^']|'')+)'!|([^\s'!(,=]+)!", str(sheet.typed(f"B{row}"))) for row in range(3, 12))
    return [(match.group(1) or match.group(2)).replace("''", "'") for match in named if match]


def test_the_summary_follows_copied_and_deleted_sheets(book):
    book.sheets["副本 '甲'"] = copy.deepcopy(book.sheets[FIRST])
    del book.sheets["机关服务费"]
    before = book.state()

    said = book.press("refresh_summary")

    assert [FIRST, "合作交流专项工作经费", "驻外办驻外工作经费", "副本 '甲'"] == lines(book)
    assert "加入 1 个项目：副本 '甲'" in said
    assert "合计" == book.sheets["汇总"].shown("A7")
    book.undo()
    assert before == book.state()
    book.press("refresh_summary")
    assert "" == book.press("refresh_summary")


def test_a_deleted_line_comes_back_with_its_note(book):
    book.sheets["汇总"].type_in("J5", "已报送")
    del book.sheets["机关服务费"]
    before = book.state()

    book.press("refresh_summary")
    book.undo()

    assert before == book.state()


def test_a_summary_of_somebodys_own_is_left_alone(book):
    book.sheets["汇总"] = Sheet(
        {(row, 2): (1.0, f"=二分公司!A{row}") for row in range(3, 6)} | {(6, 1): ("合计", "合计")}
    )
    before = book.state()

    assert "没有本模板的工作表" in book.press("refresh_summary")
    assert before == book.state()
    book.active = "汇总"
    assert "" == book.press("summary_is_due")


def test_whether_the_summary_is_due_is_told_by_names_alone(book):
    book.active = "汇总"
    book.press("report")
    book.active = "汇总"
    assert "" == book.press("summary_is_due"), "a list is no project"

    book.sheets["副本"] = copy.deepcopy(book.sheets[FIRST])
    assert "?book" == book.press("summary_is_due")
    del book.sheets["副本"]
    assert "" == book.press("summary_is_due")
    del book.sheets["机关服务费"]
    assert "?book" == book.press("summary_is_due")


def test_a_sheet_of_another_year_is_not_added_up(book):
    book.press("roll_sheet")
    before = book.state()

    assert "年度不同，没有加入：2023年合作交流工作业务费" in book.press("refresh_summary")
    assert before == book.state()


def test_the_line_of_a_hidden_sheet_stays(book):
    book.sheets[FIRST].is_visible = False

    assert "" == book.press("refresh_summary")
    assert FIRST in lines(book)


def test_notes_beside_the_lines_stay_with_their_project(book):
    book.sheets["汇总"].type_in("J6", "已报送")
    del book.sheets["机关服务费"]

    book.press("refresh_summary")

    assert "驻外办驻外工作经费" == lines(book)[2]
    assert "已报送" == book.sheets["汇总"].shown("J5")


# ---- new sheets ------------------------------------------------------------------------------------------------


def sheet_of(page):
    """What a sheet holds that shows the page and nothing else."""
    return Book([page]).state()[page.name]


def test_a_new_sheet_is_the_blank_form_of_the_same_office(book):
    before = book.state()

    assert "" == book.press("new_sheet")

    name = book.active
    blank = replace(blank_form(2022, NATIONAL), department=FORMS[0].department, unit=FORMS[0].unit)
    (page,) = books._pages([blank], [NATIONAL], [[]], taken=before)
    assert "项目1" == name == page.name
    assert sheet_of(page) == book.state()[name]
    assert name in lines(book)
    book.undo()
    assert before == book.state()


@pytest.mark.parametrize("button", ["new_sheet", "import_files"])
def test_where_no_workbook_of_ours_is_open_one_is_saved_and_opened(tmp_path, button):
    book = fresh()
    book.sheets = {"Sheet1": Sheet({(1, 1): ("x", "x")})}
    book.active, target = "Sheet1", tmp_path / "自评.xlsm"
    choice = (str(FORMS_TEXT),) if button == "import_files" else ""

    assert "?save" == book.press(button, choice)
    assert not target.exists()
    book.press(button, choice, agreed=True, target=str(target))

    assert str(target) == book.opened
    assert (4 if choice else 1) == len(actions.read([target]))
    assert "已存在" in book.press(button, choice, agreed=True, target=str(target))


def test_imported_sheets_are_those_of_a_new_workbook(book):
    before = book.state()

    said = book.press("import_files", (str(FORMS_TEXT), str(FORMS_TEXT.with_name("nothing.txt"))))

    pages = actions.form_pages(actions.read([FORMS_TEXT]), taken=before)
    assert [f"{form.project.text}(2)" for form in FORMS] == [page.name for page in pages]
    assert {page.name: sheet_of(page) for page in pages}.items() <= book.state().items()
    assert "导入了 4 张自评表" in said
    assert "nothing.txt" in said
    assert 8 == len(lines(book))
    book.undo()
    assert before == book.state()


def test_text_of_a_file_never_becomes_a_formula(tmp_path, book):
    file = tmp_path / "last.txt"
    hostile = '=WEBSERVICE("a")'
    file.write_text(FORMS_TEXT.read_text(encoding="utf-8").replace("合作交流工作业务费", hostile), encoding="utf-8")

    book.press("import_files", (str(file),))

    written = [step for step in book.steps if step[3] == hostile and step[0] != "copysheet"]
    assert written
    assert {"text"} == {step[0] for step in written}


# ---- the next year ---------------------------------------------------------------------------------------------


def test_the_next_year_stands_beside_the_old_one_without_its_results(book):
    before = book.state()

    said = book.press("roll_sheet")

    name = book.active
    form = form_on(book, name)
    assert "2023 年度" in said
    assert 2023 == form.year
    assert not any(entry.text for row in form.indicators for entry in (row.actual, row.score, row.reason))
    assert not any(entry.text for row in form.funds for entry in (row.initial_budget, row.annual_budget, row.executed))
    assert FORMS[0].expected_goal.text == form.expected_goal.text
    assert [(row.level3.text, row.target.text, row.weight.number) for row in FORMS[0].indicators] == [
        (row.level3.text, row.target.text, row.weight.number) for row in form.indicators
    ]
    sheet = book.sheets[name]
    assert ["上年完成值", "70 次", "139 次"] == [sheet.shown(f"M{row}") for row in (12, 13, 14)]
    assert [book.sheets[FIRST].typed(cell) for cell in ("H6", "I6", "H23")] == [
        sheet.typed(cell) for cell in ("H6", "I6", "H23")
    ]
    assert before[FIRST] == book.state()[FIRST]
    listed = [book.sheets["结转清单"].shown(f"A{row}") for row in range(5, 60)]
    assert {"年份加一", "已清空"} <= set(listed)
    book.undo()
    assert before == book.state()


def test_a_formula_that_looks_at_another_sheet_still_brings_last_years_number_and_is_cleared(book):
    sheet = book.sheets[FIRST]
    sheet.type_in("E7", Formula("='台账'!B3", 636500.0))
    sheet.type_in("E6", Formula("=SUM(E7:E9)", 636500.0))

    book.press("roll_sheet")

    rolled, listed = book.sheets[book.active], book.sheets["结转清单"]
    assert [None, "=SUM(E7:E9)"] == [rolled.typed(cell) for cell in ("E7", "E6")]
    links = " ".join(str(listed.typed(f"C{row}")) for row in range(5, 60))
    assert '"E7"' in links
    assert not any(f'"{cell}"' in links for cell in ("E6", "H6", "I6", "H23"))


def test_what_was_in_doubt_on_another_sheet_stays_on_the_list(book):
    book.sheets[FIRST].type_in("B11", "较2021年提高，2022年底完成。")
    book.press("roll_sheet")
    first = book.active
    book.active = "机关服务费"

    book.press("roll_sheet")

    listed = book.sheets["结转清单"]
    doubtful = [listed.shown(f"B{row}") for row in range(5, 90) if listed.shown(f"A{row}") == "需确认"]
    assert [first] == doubtful
    assert {first, book.active} == {listed.shown(f"B{row}") for row in range(5, 90)} - {None}


def test_the_list_of_a_rolled_workbook_names_its_new_sheets(book):
    book.sheets["2022 道路"] = book.sheets.pop(FIRST)

    book.press("roll_book", agreed=True, target="C:\\2023.xlsm")

    assert "2023 道路" in book.sheets
    links = {str(typed) for _, typed in book.sheets["结转清单"].cells.values() if "HYPERLINK" in str(typed)}
    assert any("'2023 道路'" in one for one in links)
    assert not any("2022 道路" in one for one in links)


def test_a_whole_workbook_is_rolled_in_its_copy(book):
    before = book.state()

    assert "?copy" == book.press("roll_book")
    assert before == book.state()
    book.press("roll_book", agreed=True, target="C:\\2023.xlsm")

    forms = [form_on(book, form.project.text) for form in FORMS]
    assert [2023] * 4 == [form.year for form in forms]
    assert all(form.is_only_planned for form in forms)


# ---- the copy that leaves the office ---------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    """A workbook as the add-in has saved a copy of it, and the folder that was picked."""
    folder = tmp_path / "报送"
    folder.mkdir()
    actions.import_forms([FORMS_TEXT], folder / "~1.xlsm")
    return folder / "~1.xlsm", folder


def test_the_copy_that_leaves_the_office_is_made_of_a_saved_one_that_goes_away(book, saved):
    said = book.press("freeze", tuple(map(str, saved)))

    made = sorted(path.name for path in saved[1].iterdir())
    assert "生成 4 个文件" in said
    assert {("pdf", str(saved[1] / name), str(saved[1] / name)[:-4] + "pdf") for name in made} == {
        (what, a, b) for what, _, _, a, b in book.steps
    }
    assert 4 == len(made)
    assert all(name.endswith("-2022年度绩效自评表.xlsx") for name in made)
    actions.import_forms([FORMS_TEXT], saved[0])
    assert "已有同名的报送版" in book.press("freeze", tuple(map(str, saved)))
    assert made == sorted(path.name for path in saved[1].iterdir())


def test_errors_are_asked_about_before_anything_leaves(book, saved):
    wrong = replace(FORMS[0], indicators=(replace(FORMS[0].indicators[0], score=Entry(Decimal(12), "12")),))
    pages = actions.book_pages([wrong], [NATIONAL], [[]])
    workbook.write_live(saved[0], pages, overwrite=True)

    asked = book.press("freeze", tuple(map(str, saved)))

    assert asked.startswith("?还有")
    assert "12" in asked
    assert [] == list(saved[1].iterdir())
    workbook.write_live(saved[0], pages)
    assert "生成 1 个文件" in book.press("freeze", tuple(map(str, saved)), agreed=True)


def test_a_pdf_that_is_there_is_not_replaced_and_named(book, saved):
    book.press("freeze", tuple(map(str, saved)))
    made = sorted(saved[1].iterdir())
    for path in made:
        path.unlink()
    made[0].with_suffix(".pdf").write_bytes(b"old")
    actions.import_forms([FORMS_TEXT], saved[0])

    said = book.press("freeze", tuple(map(str, saved)))

    assert f"没有覆盖，请核对是不是旧的：{made[0].stem}.pdf" in said
    assert [str(path) for path in made[1:]] == sorted(a for _, _, _, a, _ in book.steps)


def test_a_draft_is_written_with_the_copies_in_a_folder_of_its_own(book, saved):
    said = book.press("mail", tuple(map(str, saved)))

    (folder,) = saved[1].iterdir()
    assert "报送邮件" == folder.name
    assert "4 个报送版" in said
    assert "请填写收件人" in said
    *printed, (what, _, _, draft, _) = book.steps
    assert ("attach", str(folder / "报送邮件.eml")) == (what, draft)
    copies = [Path(a) for _, _, _, a, _ in printed]
    assert [("pdf", str(copy.with_suffix(".pdf"))) for copy in copies] == [(what, b) for what, _, _, _, b in printed]
    assert sorted([*copies, Path(draft)]) == sorted(folder.iterdir())
    actions.import_forms([FORMS_TEXT], saved[0])
    assert "报送邮件(2)" in book.press("mail", tuple(map(str, saved))), "an older draft stays"


def test_the_draft_takes_along_what_excel_has_put_on_paper(book, saved):
    """One of four could not be printed; the draft names what is attached, and nothing else."""
    book.press("mail", tuple(map(str, saved)))
    *printed, (*_, draft, _) = book.steps
    for number, (*_, pdf) in enumerate(printed[1:]):
        Path(pdf).write_bytes(b"%%PDF %d" % number)
    for _ in range(2):  # the second time it has them already
        said = book.press("mail_draft", (draft,))

    ((what, subject, words, shown, attached),) = book.steps
    message = email.message_from_bytes(Path(draft).read_bytes(), policy=email.policy.default)
    assert "草稿附上 .xlsx 4 个，PDF 3 个。" == said
    assert ("mail", message["Subject"], draft) == (what, subject, shown)
    assert None is message["To"]
    assert "1" == message["X-Unsent"]
    assert "现报送项目支出绩效自评表 4 张" in words
    files = [Path(name) for name in attached.split("|")]
    assert [Path(one[3]) for one in printed] + [Path(one[4]) for one in printed[1:]] == files
    assert [file.name for file in files] == [part.get_filename() for part in message.iter_attachments()]
    assert [file.read_bytes() for file in files] == [part.get_content() for part in message.iter_attachments()]
    assert [file.name for file in files] == words.partition("附件：")[2].splitlines()[1:]


def test_errors_are_asked_about_before_a_draft_is_written(book, saved):
    wrong = replace(FORMS[0], indicators=(replace(FORMS[0].indicators[0], score=Entry(Decimal(12), "12")),))
    workbook.write_live(saved[0], actions.book_pages([wrong], [NATIONAL], [[]]), overwrite=True)

    assert book.press("mail", tuple(map(str, saved))).endswith("仍然生成邮件草稿吗？")
    assert [] == list(saved[1].iterdir())


# ---- protection ------------------------------------------------------------------------------------------------


def test_the_guide_with_pictures_is_opened_where_it_is_installed(book, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(buttons.desk, "guide_file", lambda: tmp_path / "guide.pdf")
    monkeypatch.setattr(buttons.desk.windows, "shown", lambda file: opened.append(file) or True)

    assert ("", FIRST) == (book.press("guide"), book.active)
    assert [tmp_path / "guide.pdf"] == opened


@pytest.mark.parametrize("is_there", [True, False])
def test_without_it_or_a_program_for_it_the_sheet_is_shown(book, monkeypatch, tmp_path, is_there):
    monkeypatch.setattr(buttons.desk, "guide_file", lambda: tmp_path / "guide.pdf" if is_there else None)
    monkeypatch.setattr(buttons.desk.windows, "shown", lambda file: False)

    assert "" == book.press("guide")
    assert "说明" == book.active


def test_labels_and_formulas_are_locked_and_what_people_type_is_not(book):
    assert "已锁定 4 张" in book.press("lock")

    sheet = book.sheets[FIRST]
    assert all(book.sheets[form.project.text].is_protected for form in FORMS)
    open_cells = {place for address in sheet.unlocked for place in _places(address)}
    for cell in ("C3", "A2", "D6", "F9", "G6", "B11", "F11", "B13", "D13", "I22", "L1", "L5"):
        assert _places(cell) <= open_cells
    for cell in ("A1", "A3", "H6", "I6", "A12", "B12", "G23", "H23", "K13", "L13", "L3", "A23"):
        assert not _places(cell) & open_cells
    assert "已解锁 4 张" in book.press("unlock")
    assert not any(one.is_protected for one in book.sheets.values())


def _places(address):
    from plan_desk import _corners

    top, left, bottom, right = _corners(address)
    return {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}


@pytest.mark.parametrize(("name", "said"), [("旧.xlsm", "同名文件已存在"), ("新𠮷.xlsm", "")])
def test_a_name_that_is_taken_is_refused_before_anything_is_saved(tmp_path, book, name, said):
    (tmp_path / "旧.xlsm").write_bytes(b"x")

    assert book.press("may_save", target=str(tmp_path / name)).startswith(said)
    assert bool(said) == bool(book.answer[0])


# ---- every button ----------------------------------------------------------------------------------------------


def test_every_button_of_the_ribbon_has_its_plan():
    planned = {button.id for button in ribbon.BUTTONS if button.action == "SelfEvalClicked"}

    assert set(buttons.PLANS) == planned | {"may_save", "summary_is_due", "collect_state", "mail_draft"}


WITHOUT_A_BOOK = {"diagnose", "freeze", "mail", "may_save", "summary_is_due", "collect_state", "mail_draft"}


@pytest.mark.parametrize("button", sorted(set(buttons.PLANS) - WITHOUT_A_BOOK))
@pytest.mark.parametrize("sheets", [{}, {"Sheet1": Sheet()}, {"封面": Sheet({(1, 1): (-2146826281, "#DIV/0!")})}])
def test_every_button_has_a_sentence_where_there_is_no_form(button, sheets):
    book = fresh()
    book.sheets, book.active = sheets, next(iter(sheets), "")

    assert book.press(button)
    assert [] == book.steps


def test_a_bug_is_a_sentence_and_changes_nothing(monkeypatch, book):
    logged = []
    monkeypatch.setattr(buttons.log, "trouble", logged.append)
    monkeypatch.setitem(buttons.PLANS, "adopt", lambda given: given.nothing)

    assert "没有改动" in book.press("adopt")
    assert ["button adopt"] == logged


def test_a_button_of_a_newer_add_in_is_refused(book):
    assert "版本较旧" in book.press("something_new")


@pytest.mark.parametrize(
    "formula",
    ["='[x.xlsx]表'!A1", "=WEBSERVICE(A1)", "=cmd|' /c calc'!A1", "=EXEC(1)", "=INDIRECT(A1)", "1+1", "={1,2}"],
)
def test_a_plan_writes_no_formula_but_ours(formula):
    draft = Draft()
    draft.step(Step("formula", "表", "A1", formula))

    with pytest.raises(ValueError, match="no formula of ours"):
        draft.plan("")


@pytest.mark.parametrize("step", [Step("clear", "a/b", "A1"), Step("clear", "表", "A0"), Step("clear", "", "A1")])
def test_a_plan_names_only_places_that_excel_has(step):
    draft = Draft()
    draft.step(step)

    with pytest.raises(ValueError, match="no such place"):
        draft.plan("")


def test_the_same_content_is_not_written_again(book):
    sheet = handed_over(("", False, "x", FIRST, 0, 0, [book.sheets[FIRST].handed_over(FIRST)], "")).sheet
    draft = Draft(sheet)

    for row, column in ((13, 4), (13, 7), (6, 8), (8, 4)):
        draft.put(sheet, row, column, sheet.held(row, column))
    draft.put(sheet, 13, 4, "别的")

    assert [("text", "D13")] == [(step.what, step.where) for step in draft.steps]
