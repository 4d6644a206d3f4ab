"""The add-in's VBA for what takes minutes and for what leaves the office, with stand-ins for Excel and Outlook."""

import pytest
from conftest import missing

from selfeval_xl import errors
from selfeval_xl.excel import buttons, collecting
from selfeval_xl.excel.collecting import State
from selfeval_xl.excel.plan import Plan, Step

SETTINGS = {"ScreenUpdating": True, "EnableEvents": True, "DisplayAlerts": True, "AutomationSecurity": 2}
OK, CANCEL = 1, 2


@pytest.fixture
def desk():
    try:
        from addin_desk import Desk
    except ImportError:
        missing("pyOpenVBA", "sh tools/setup.sh tests")
    return Desk()


class Work:
    """A summary that is made elsewhere, as far as the add-in sees of it."""

    def __init__(self):
        self.states = {}
        self.stopped = []

    def start(self, folder):
        self.states["1"] = State()
        return "1"

    def state(self, token):
        return self.states[token]

    def stop(self, token):
        self.stopped.append(token)
        self.states[token] = State(is_over=True)
        return True

    def running(self):
        return next((token for token, state in self.states.items() if not state.is_over), None)


@pytest.fixture
def work(monkeypatch):
    made = Work()
    for name in ("start", "state", "stop", "running"):
        monkeypatch.setattr(collecting, name, getattr(made, name))
    return made


@pytest.fixture
def collecting_desk(desk, work, tmp_path):
    """A summary has just been begun."""
    desk.picked = str(tmp_path)
    desk.click("collect")
    return desk


# ---- 汇总来表 ----------------------------------------------------------------------------------------------------


def test_the_status_bar_follows_and_in_the_end_the_summary_is_open(collecting_desk, work, tmp_path):
    desk, excel = collecting_desk, collecting_desk.application
    assert "正在汇总：正在查找文件" == excel.shown[-1]
    assert {"{ESC}": "'selfeval.xlam'!SelfEvalEscaped"} == excel.keys

    work.states["1"] = State(120, 1000)
    assert desk.second()
    assert "正在汇总：已读 120/1000" == excel.shown[-1]
    assert [] == desk.said
    work.states["1"] = State(is_over=True, said="共 1000 个文件。", written=tmp_path / "汇总.xlsx")
    assert desk.second()

    assert ["共 1000 个文件。"] == desk.said
    assert [str(tmp_path / "汇总.xlsx")] == desk.open_books
    assert_as_before(desk)


def assert_as_before(desk):
    assert desk.application.shown[-1] is False
    assert {} == desk.application.keys
    assert SETTINGS == desk.application.settings
    assert not desk.second(), "nothing is asked any more"


def test_no_folder_no_work(desk, work):
    desk.click("collect")

    assert {} == work.states
    assert [] == desk.said
    assert_as_before(desk)


@pytest.mark.parametrize("how", ["press_escape", "click"])
def test_esc_and_a_second_press_ask_and_stop(collecting_desk, work, how):
    desk = collecting_desk
    work.states["1"] = State(120, 1000)
    again = desk.press_escape if how == "press_escape" else lambda *answers: desk.click("collect", *answers)

    again(CANCEL)
    assert "要停止这次汇总吗？" in desk.said[-1]
    assert "已读 120/1000" in desk.said[-1]
    assert [] == work.stopped
    assert desk.second()
    again(OK)
    assert ["1"] == work.stopped
    assert "已停止汇总" in desk.said[-1]
    desk.second()

    assert 3 == len(desk.said), "what was stopped says nothing more"
    assert [] == desk.open_books
    assert_as_before(desk)


def test_a_failure_is_said_and_nothing_is_opened(collecting_desk, work):
    work.states["1"] = State(is_over=True, said="内存不足。")

    collecting_desk.second()

    assert ["内存不足。"] == collecting_desk.said
    assert [] == collecting_desk.open_books
    assert_as_before(collecting_desk)


def test_a_summary_that_cannot_be_opened_is_named(collecting_desk, work, tmp_path):
    collecting_desk.cannot_open = True
    work.states["1"] = State(is_over=True, said="共 3 个文件。", written=tmp_path / "汇总.xlsx")

    collecting_desk.second()

    (said,) = collecting_desk.said
    assert said.startswith("共 3 个文件。")
    assert said.endswith(str(tmp_path / "汇总.xlsx"))
    assert_as_before(collecting_desk)


def test_without_python_the_waiting_ends(collecting_desk, monkeypatch):
    monkeypatch.setattr(buttons, "press", _dead)
    collecting_desk.programs.clear()

    collecting_desk.second()

    assert "没有连接上 Python" in collecting_desk.said[-1]
    assert_as_before(collecting_desk)


def _dead(*_):
    from vba_desk import DEAD

    raise DEAD


# ---- PDF ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(monkeypatch, desk):
    """A button whose plan puts three files on paper."""
    steps = tuple(Step("pdf", "", a=f"/报送/{n}.xlsx", b=f"/报送/{n}.pdf") for n in range(8))
    monkeypatch.setitem(buttons.PLANS, "guide", lambda given: Plan("已生成", steps))
    return desk


def test_each_copy_is_put_on_paper_quietly_and_closed(frozen):
    frozen.click("guide")

    assert [(f"/报送/{n}.xlsx", f"/报送/{n}.pdf") for n in range(8)] == [one[:2] for one in frozen.printed]
    quiet = {"ScreenUpdating": False, "EnableEvents": False, "DisplayAlerts": False, "AutomationSecurity": 3}
    assert all(settings == quiet for _, _, settings in frozen.printed)
    assert "绩效自评：正在生成 PDF 8/8" in frozen.application.shown
    assert [] == frozen.open_books
    assert ["已生成"] == frozen.said
    assert_as_before(frozen)


def test_what_cannot_be_put_on_paper_is_told(frozen):
    frozen.printer_trouble = "no printer"

    frozen.click("guide")

    (said,) = frozen.said
    assert said.startswith("已生成\n\n下列 PDF 没有生成，.xlsx 不受影响")
    assert 5 == said.count("(no printer)")
    assert said.endswith("...")
    assert [] == frozen.open_books
    assert_as_before(frozen)


def test_a_copy_that_cannot_be_opened_is_told(frozen):
    frozen.cannot_open = True

    frozen.click("guide")

    assert "(cannot open)" in frozen.said[0]
    assert_as_before(frozen)


FITTED = {"papersize": 9, "zoom": False, "fittopageswide": 1, "fittopagestall": 1}
NUMBERED = "第 &P 页，共 &N 页"


@pytest.fixture
def one_printed(monkeypatch, desk, tmp_path):
    """A button whose plan puts one file on paper, in a folder that there is."""
    step = Step("pdf", "", a=str(tmp_path / "甲.xlsx"), b=str(tmp_path / "甲.pdf"))
    monkeypatch.setitem(buttons.PLANS, "guide", lambda given: Plan("已生成", (step,)))
    return desk


def test_a_sheet_of_somebodys_own_is_put_on_a4_one_page_wide(one_printed):
    one_printed.click("guide")

    (paper,) = one_printed.set_up
    assert FITTED | {"fittopagestall": False} == {name: paper[name] for name in FITTED}
    assert "" == paper["centerfooter"]


def test_a_sheet_that_is_fitted_to_one_page_stays_so(one_printed):
    one_printed.paper = FITTED
    one_printed.refused = set(FITTED)

    one_printed.click("guide")

    assert FITTED == {name: one_printed.set_up[0][name] for name in FITTED}


def test_two_pages_are_numbered_once(one_printed):
    one_printed.pages = 2
    one_printed.click("guide")
    one_printed.paper = {"rightfooter": "&P/&N"}
    one_printed.click("guide")

    assert [NUMBERED, ""] == [paper["centerfooter"] for paper in one_printed.set_up]


def test_what_a_printer_refuses_keeps_nothing_else_from_being_set(one_printed):
    one_printed.refused, one_printed.pages = {"papersize"}, 2

    one_printed.click("guide")

    (paper,) = one_printed.set_up
    assert [1, False, 1, NUMBERED] == [paper[name] for name in ("papersize", "zoom", "fittopageswide", "centerfooter")]
    assert ["已生成"] == one_printed.said


def test_a_pdf_that_was_only_begun_is_taken_away(one_printed, tmp_path):
    one_printed.is_half_written, one_printed.printer_trouble = True, "disk full"

    one_printed.click("guide")

    assert "甲.pdf (disk full)" in one_printed.said[0]
    assert [] == list(tmp_path.iterdir())
    assert_as_before(one_printed)


def test_a_pdf_that_came_meanwhile_stays(one_printed, tmp_path):
    (tmp_path / "甲.pdf").write_bytes(b"another")
    one_printed.is_half_written = True

    one_printed.click("guide")

    assert "甲.pdf (" in one_printed.said[0]
    assert b"another" == (tmp_path / "甲.pdf").read_bytes()
    assert [] == one_printed.printed == one_printed.open_books


def test_without_a_view_of_the_files_the_pdf_is_made_all_the_same(one_printed):
    one_printed.programs.remove("Scripting.FileSystemObject")

    one_printed.click("guide")

    assert 1 == len(one_printed.printed)
    assert ["已生成"] == one_printed.said
    assert_as_before(one_printed)


def test_without_a_view_of_the_files_the_trouble_is_told_as_it_was(one_printed):
    one_printed.programs.remove("Scripting.FileSystemObject")
    one_printed.printer_trouble = "disk full"

    one_printed.click("guide")

    assert "甲.pdf (disk full)" in one_printed.said[0]
    assert_as_before(one_printed)


# ---- the draft ---------------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(monkeypatch, desk):
    step = Step("mail", "报送：甲局", "您好！\r\n", "/报送/报送邮件.eml", "/报送/一.xlsx|/报送/二.xlsx")
    monkeypatch.setitem(buttons.PLANS, "guide", lambda given: Plan("已写好", (step,)))
    return desk


def test_outlook_shows_the_draft_and_sends_nothing(mailed):
    mailed.click("guide")

    told = {"subject": "报送：甲局", "body": "您好！\r\n", "files": ["/报送/一.xlsx", "/报送/二.xlsx"], "shown": True}
    assert [told] == [mail.told for mail in mailed.mails]
    assert [] == mailed.started
    assert ["已写好"] == mailed.said


def test_without_outlook_the_draft_is_opened_by_the_shell(mailed):
    mailed.programs.remove("Outlook.Application")

    mailed.click("guide")

    assert ["/报送/报送邮件.eml"] == mailed.started
    assert ["已写好"] == mailed.said


def test_a_draft_that_nothing_opens_is_named(mailed):
    mailed.programs -= {"Outlook.Application", "Shell.Application"}

    mailed.click("guide")

    (said,) = mailed.said
    assert said.startswith("已写好\n\n草稿没有能打开")
    assert said.endswith("/报送/报送邮件.eml")


@pytest.fixture
def printed_and_mailed(monkeypatch, desk, tmp_path):
    """A button that puts two files on paper, then asks for the draft with what was printed."""
    steps = [Step("pdf", "", a=str(tmp_path / f"{name}.xlsx"), b=str(tmp_path / f"{name}.pdf")) for name in "甲乙"]
    steps.append(Step("attach", "", a="/报送/报送邮件.eml"))
    monkeypatch.setitem(buttons.PLANS, "guide", lambda given: Plan("已写好", tuple(steps)))

    def draft(given):
        prints = sorted(path.name for path in tmp_path.glob("*.pdf"))
        mail = Step("mail", "报送", "您好！", "".join(given.choice), "|".join(prints))
        return Plan(f"附上 {len(prints)} 个", (mail,))

    monkeypatch.setitem(buttons.PLANS, "mail_draft", draft)
    return desk


def test_the_draft_is_shown_once_its_files_are_on_paper(printed_and_mailed, tmp_path):
    printed_and_mailed.is_half_written = True  # so that each leaves a file
    printed_and_mailed.click("guide")

    (told,) = (mail.told for mail in printed_and_mailed.mails)
    assert ["乙.pdf", "甲.pdf"] == told["files"]
    assert ["已写好\n\n附上 2 个"] == printed_and_mailed.said
    assert_as_before(printed_and_mailed)


def test_what_could_not_be_printed_is_named_and_the_draft_shown_without_it(printed_and_mailed):
    printed_and_mailed.printer_trouble = "no printer"
    printed_and_mailed.click("guide")

    (said,) = printed_and_mailed.said
    assert "甲.pdf (no printer)" in said and "乙.pdf (no printer)" in said
    assert said.endswith("附上 0 个")
    assert 1 == len(printed_and_mailed.mails)


def test_a_draft_of_which_python_says_no_is_not_shown(printed_and_mailed, monkeypatch):
    def refused(given):
        raise errors.FileMissing

    monkeypatch.setitem(buttons.PLANS, "mail_draft", refused)
    printed_and_mailed.click("guide")

    assert "找不到文件" in printed_and_mailed.said[0]
    assert [] == printed_and_mailed.mails


def test_the_add_in_knows_no_word_for_sending():
    from selfeval_xl.excel import vba

    assert ".send" not in "\n".join(vba.addin_modules().values()).lower()
