"""Makes what the guide in docs/guide shows: the pictures, the formulas that it quotes, and the whole as one PDF.

Pictures of the screen show LibreOffice, in a window of 1366 × 768 on a screen of its own; printed pages are drawn by
way of PDF. The ribbon and what only Excel shows are drawn from the data of the add-in, and marked as drawings.
Run by tools/guide.sh, which installs what it needs.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageGrab
from PIL.PngImagePlugin import PngInfo

from selfeval_xl import actions, sheet, workbook
from selfeval_xl.cells import Entry, read_value
from selfeval_xl.collect.summary import Wanted
from selfeval_xl.excel import buttons, functions
from selfeval_xl.excel.ribbon import BUTTONS, Button
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.profiles import NATIONAL
from selfeval_xl.send import pdf
from selfeval_xl.sheet.page import Formula, Page

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
PRINTED = GUIDE / "guide.pdf"
SCREEN = 1366, 768
WIDE, BAR = 1302, 33  # where the columns of a form end, and the line above the cells
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # of the faces in that file
COLOURS = 128
QUOTED = re.compile(r"(<!-- 单元格 (\w+) 的公式，由 tools/guide_pictures.py 写入 -->\n```\n)(.*?)(\n```)", re.DOTALL)
DRAWN = "（示意图）"
SHOWS = "shows"
_WIDEST = 16.8  # centimetres of a picture on paper
_ALL_AT_ONCE = 1 | 8  # awt.InvalidateStyle: with everything inside, and now
_MOST_LOOKS = 20
_PICTURE = re.compile(r"!\[[^]]*\]\(([\w-]+\.png)\)")

# ---- the form of the guide: an invented project ----------------------------------------------------------------

YEAR, PROJECT, UNIT = 2025, "城区道路保洁", "云岭市环境卫生管理处"
LATE = "雨季车辆检修，已增加备用车 2 辆。"
_INDICATORS = (
    ("产出指标", "数量指标", "保洁道路长度", "≥120 公里", "126 公里", "15", "15", ""),
    ("产出指标", "质量指标", "道路保洁合格率", "≥95%", "96.2%", "15", "15", ""),
    ("产出指标", "时效指标", "垃圾清运及时率", "=100%", "98%", "10", "9.8", LATE),
    ("产出指标", "成本指标", "每公里保洁成本", "≤4200 元", "4050 元", "10", "10", ""),
    ("效益指标", "社会效益指标", "市民投诉件数", "≤30 件", "24 件", "15", "15", ""),
    ("效益指标", "生态效益指标", "道路扬尘改善情况", "有效改善", "有效改善", "15", "15", ""),
    ("满意度指标", "服务对象满意度指标", "市民满意度", "≥90%", "91.5%", "10", "10", ""),
)
EXPECTED = "按标准完成城区 120 公里道路的日常保洁，垃圾日产日清，道路整洁，市民满意。"
ACHIEVED = "完成 126 公里道路的日常保洁，合格率 96.2%，垃圾清运及时率 98%，市民满意度 91.5%。"


def entry(text: str) -> Entry:
    """What a person has typed."""
    return Entry(read_value(text), text)


def whole_form() -> Form:
    """The form when it is done."""
    names = ("年度资金总额", "其中：当年财政拨款")
    amounts = {"initial_budget": entry("480000"), "annual_budget": entry("500000"), "executed": entry("486500")}
    funds = tuple(Funds(entry(name), **amounts) for name in names)
    return Form(
        year=YEAR,
        project=entry(PROJECT),
        department=entry("云岭市城市管理局"),
        unit=entry(UNIT),
        money_unit="元",
        funds=(replace(funds[0], weight=entry("10")), funds[1]),
        expected_goal=entry(EXPECTED),
        achieved_goal=entry(ACHIEVED),
        indicators=tuple(Indicator(*map(entry, row)) for row in _INDICATORS),
    )


def with_scores(*scores: str) -> Form:
    """The form with other scores and no reasons."""
    form = whole_form()
    rows = (
        replace(row, score=entry(score), reason=entry("")) for row, score in zip(form.indicators, scores, strict=True)
    )
    return replace(form, indicators=tuple(rows))


def pages_of(form: Form) -> list[Page]:
    """The workbook with this form."""
    return actions.book_pages([form], [NATIONAL], [[]])


def formula_of(address: str) -> str:
    """The formula that stands in a cell of the guide's form."""
    page = sheet.form_page(whole_form(), NATIONAL, PROJECT)
    place = next(cell for cell in page.cells if sheet_address(cell.row, cell.column) == address)
    assert isinstance(place.content, Formula)  # noqa: S101 (a page that quotes another cell is wrong)
    return place.content.text


def sheet_address(row: int, column: int) -> str:
    """H6 for the sixth row and the eighth column."""
    return f"{chr(ord('A') + column - 1)}{row}"


def with_formulas(text: str) -> str:
    """A page of the guide with the formulas as they stand in the cells."""
    return QUOTED.sub(lambda match: match[1] + formula_of(match[2]) + match[4], text)


# ---- the screen ------------------------------------------------------------------------------------------------


class Screen:
    """LibreOffice in a window that fills a screen which nobody sees."""

    def __init__(self, folder: Path, display: str) -> None:
        import uno
        from live import office as live  # of the tests, which run the VBA of workbooks and add-in in LibreOffice

        self._live, self._uno, self.display = live, uno, display
        pipe = f"guide{os.getpid()}"
        command = [
            shutil.which("soffice") or "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", f"--accept=pipe,name={pipe};urp;",
        ]  # fmt: skip
        environment = os.environ | {"DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen", "LC_ALL": "C.UTF-8"}
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen(command, env=environment, stdout=nothing, stderr=nothing)
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        for _ in range(450):
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                time.sleep(0.2)
        else:
            raise TimeoutError("LibreOffice did not start")
        make = context.ServiceManager.createInstanceWithContext
        self.desktop = make("com.sun.star.frame.Desktop", context)
        self.registry = live.Registry()
        self.registry.call = _answer
        context.ServiceManager.insert(self.registry)
        self.dispatcher = make("com.sun.star.frame.DispatchHelper", context)
        self.document: Any = None

    def open(self, book: Path, *, with_macros: bool = True) -> None:
        """Shows a workbook, whose cells and buttons reach Python."""
        if self.document is not None:
            self.document.close(True)
        options = [self._property("MacroExecutionMode", 4 if with_macros else 0)]
        self.document = self.desktop.loadComponentFromURL(book.as_uri(), "_blank", 0, tuple(options))
        controller = self.document.CurrentController
        window = controller.Frame.ContainerWindow
        window.setPosSize(0, 0, *SCREEN, 15)
        manager = controller.Frame.LayoutManager
        bars = ("menubar/menubar", "toolbar/standardbar", "toolbar/formatobjectbar", "statusbar/statusbar")
        for bar in bars:
            manager.hideElement(f"private:resource/{bar}")
        off = self._property("Sidebar", False)
        self.dispatcher.executeDispatch(controller.Frame, ".uno:Sidebar", "", 0, (off,))
        time.sleep(1)

    def press(self, button: str, tag: str, sheet_name: str, files: tuple[str, ...] | str = "") -> None:
        """What a click on a button of the ribbon does, and the choice of files in its dialog."""
        book = self._live.Book(self.document)
        book.activate(sheet_name)
        book.press(button, tag, files)
        # Otherwise parts of the window stay as they were.
        window = self.document.CurrentController.Frame.ContainerWindow
        for less in (40, 0):
            window.setPosSize(0, 0, SCREEN[0], SCREEN[1] - less, 15)
            time.sleep(1)

    def take(
        self,
        name: str,
        sheet_name: str,
        selected: str,
        box: tuple[int, int, int, int],
        first_row: int = 1,
        zoom: int = 0,
    ) -> None:
        """A picture of a sheet with cells selected, cut to a box of the screen."""
        controller = self.document.CurrentController
        shown = self.document.Sheets.getByName(sheet_name)
        controller.setActiveSheet(shown)
        if zoom:
            controller.ZoomValue = zoom
        controller.setFirstVisibleColumn(0)
        controller.setFirstVisibleRow(first_row - 1)
        point = self._property("ToPoint", selected)
        self.dispatcher.executeDispatch(controller.Frame, ".uno:GoToCell", "", 0, (point,))
        controller.setFirstVisibleRow(first_row - 1)
        time.sleep(1.5)
        controller.Frame.ComponentWindow.invalidate(_ALL_AT_ONCE)  # a part may still show another zoom
        keep(self._at_rest().crop(box), name)

    def _at_rest(self) -> Image.Image:
        """The screen, when nothing on it changes any more."""
        before = ImageGrab.grab(xdisplay=self.display)
        for _ in range(_MOST_LOOKS):
            time.sleep(0.5)
            now = ImageGrab.grab(xdisplay=self.display)
            if now.tobytes() == before.tobytes():
                break
            before = now
        return before

    def _property(self, name: str, value: Any) -> Any:
        made = self._uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, value
        return made

    def end(self) -> None:
        """Closes the window and the program."""
        with contextlib.suppress(Exception):
            self.document.close(True)
        with contextlib.suppress(Exception):
            self.desktop.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _answer(module: str, name: str, arguments: tuple[Any, ...]) -> Any:
    """What the COM server answers on a desk."""
    if module == "selfeval_xl.excel.buttons":
        return buttons.press(name, arguments)
    return getattr(functions, name)(*arguments)


@contextlib.contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """A screen of 1366 × 768 with LibreOffice on it."""
    reads, writes = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writes], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writes)
    try:
        with os.fdopen(reads) as said:
            display = f":{said.readline().strip()}"
        shown = Screen(folder, display)
        try:
            yield shown
        finally:
            shown.end()
    finally:
        server.terminate()
        server.wait(10)


def keep(picture: Image.Image, name: str, shows: str = "") -> None:
    """Saves a picture with few colours, so that it is small; a drawing carries what it shows."""
    said = PngInfo()
    if shows:
        said.add_itxt(SHOWS, shows)
    few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE)
    few.save(GUIDE / f"{name}.png", optimize=True, pnginfo=said)


# ---- drawings --------------------------------------------------------------------------------------------------


def draw_ribbon() -> None:
    """The tab of the add-in: groups and buttons as Excel puts them, without Excel's pictures."""
    groups: dict[str, list[Button]] = {}
    for button in BUTTONS:
        groups.setdefault(button.group, []).append(button)
    font, small = (ImageFont.truetype(FONT, size, index=SIMPLIFIED) for size in (17, 14))
    canvas = Image.new("RGB", (2400, 172), "white")
    pen = ImageDraw.Draw(canvas)
    pen.rectangle((0, 0, 2400, 30), fill="#217346")
    pen.text((14, 4), f"绩效自评{DRAWN}", font=font, fill="white")
    left = 10
    for name, members in groups.items():
        start, column = left, 0
        for button in members:
            width = int(pen.textlength(button.label, font=font)) + 22
            if button.size == "large":
                left, column = left + column, 0
                pen.rounded_rectangle((left + 3, 40, left + width, 134), 5, outline="#217346", fill="#EEF6F1")
                pen.text((left + 12, 76), button.label, font=font, fill="black")
                left, line = left + width, 0
            else:
                line = 0 if column == 0 else line
                if line == 3:
                    left, column, line = left + column, 0, 0
                pen.rounded_rectangle((left + 3, 40 + line * 32, left + width, 68 + line * 32), 5, outline="#B7CEC1")
                pen.text((left + 12, 42 + line * 32), button.label, font=font, fill="black")
                line, column = line + 1, max(column, width)
        left += column + 8
        pen.text((start + (left - start) / 2, 140), name, font=small, fill="#595959", anchor="ma")
        pen.line((left, 38, left, 164), fill="#CCCCCC")
        left += 8
    keep(canvas.crop((0, 0, left, 172)), "ribbon", ribbon_shows())


def ribbon_shows() -> str:
    """What the drawing of the ribbon shows, so that an old one is noticed."""
    return "\n".join(f"{button.group} {button.label} {button.size}" for button in BUTTONS)


def draw_macro_bar() -> None:
    """What Excel says above the sheet where macros are blocked."""
    font = ImageFont.truetype(FONT, 17, index=SIMPLIFIED)
    canvas = Image.new("RGB", (760, 128), "white")
    pen = ImageDraw.Draw(canvas)
    bars = (
        ("#FFF4CE", "安全警告　宏已被禁用。", "启用内容"),
        ("#FDE7E9", "安全风险　Microsoft 已阻止宏运行，因为来源不受信任。", "了解详细信息"),
    )
    for number, (colour, words, button) in enumerate(bars):
        top = 8 + number * 44
        pen.rectangle((8, top, 752, top + 36), fill=colour, outline="#CCCCCC")
        pen.text((18, top + 5), words, font=font, fill="black")
        width = pen.textlength(button, font=font)
        pen.rectangle((730 - width, top + 4, 746, top + 32), fill="white", outline="#888888")
        pen.text((738 - width, top + 5), button, font=font, fill="black")
    pen.text((10, 98), f"Excel 提示条的两种样子{DRAWN}", font=font, fill="#595959")
    keep(canvas, "macros")


# ---- all pictures ----------------------------------------------------------------------------------------------


def books(folder: Path) -> dict[str, Path]:
    """The workbooks that are shown."""
    whole = whole_form()
    blank_rows = tuple(replace(row, score=entry(""), reason=entry("")) for row in whole.indicators)
    begun = replace(
        sheet.blank_form(YEAR, NATIONAL), project=whole.project, department=whole.department, unit=whole.unit
    )
    stages = {
        "blank": sheet.blank_form(YEAR, NATIONAL),
        "money": replace(begun, funds=whole.funds),
        "results": replace(whole, indicators=blank_rows),
        "slips": with_scores("15", "15", "9.8", "10", "13", "16", "10"),
        "whole": whole,
    }
    made = {}
    for name, form in stages.items():
        made[name] = folder / f"{name}.xlsm"
        workbook.write_live(made[name], pages_of(form))
    made["next"] = folder / "next.xlsm"
    actions.roll_forms([made["whole"]], made["next"])
    made["summary"] = actions.demo(folder / "demo").book
    made["another"] = another_office(folder / f"{YEAR - 1}年{PROJECT}.xlsx")
    frozen = actions.freeze(made["whole"], folder / "sent", with_pdf=True)
    made |= {file.suffix: file for file in frozen.written}
    return made | received(folder / "来表")


def another_office(path: Path) -> Path:
    """Last year's form as an office drew it by itself, with a line that the form has no place for."""
    import openpyxl
    from drawing import Style  # of the tests
    from drawing import workbook as drawn

    rows = [(*row[:5], float(row[5]), float(row[6]), row[7]) for row in _INDICATORS]
    project = {
        "project": PROJECT, "department": "云岭市城市管理局", "unit": UNIT, "expected": EXPECTED, "achieved": ACHIEVED,
        "funds": [
            ("年度资金总额", 460000, 470000, 458200, 10, 0.9749, 9.75),
            ("其中：当年财政拨款", 460000, 470000, 458200, "-", "-", "-"),
        ],
        "indicators": rows, "weight": 100, "score": 99.55,
    }  # fmt: skip
    drawn(path, ("自评表", project, Style(year=f"（ {YEAR - 1} 年度）")))
    book = openpyxl.load_workbook(path)
    book["自评表"].append(["注：合格率由第三方测评，测评报告另附。"])
    book.save(path)
    return path


def received(folder: Path) -> dict[str, Path]:
    """The forms of some units, one of them twice, and what is none: as a summary and a return slip."""
    from season import season  # of the tests

    folder.mkdir()
    for path in season(folder, 20)[::7]:
        (folder / f"{path.stem}（更正）.xlsx").write_bytes(path.read_bytes())
    (folder / "通知.txt").write_text("请各单位报送自评表。", "utf-8")
    target = folder.parent / "汇总.xlsx"
    done = actions.collect([folder], target, Wanted(slips=True, store=folder.parent / "store"))
    return {"collected": target, "slip": next(path for path in done.written if path.suffix == ".docx")}


def take_pictures() -> None:
    """Every picture of the screen and of a printed page."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = books(folder)
        subprocess.run(
            ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", made[".pdf"], folder / "page"], check=True
        )
        (page,) = folder.glob("page*.png")
        keep(Image.open(page), "printed")
        keep(_first_page(made["slip"], folder), "slip")
        with screen(folder) as shown:
            name = "项目1"
            shown.open(made["blank"])
            shown.take("open", "说明", "A6", (0, BAR, 1112, 436))
            shown.take("blank", name, "C3", (0, BAR, WIDE, 724))
            shown.press("import_files", "files", name, (str(made["another"]),))
            shown.take("imported", PROJECT, "A1", (0, BAR, WIDE, 745))
            shown.take("leftover", "导入情况", "A1", (0, BAR, 1192, 185))
            shown.open(made["money"])
            shown.take("money", PROJECT, "F7", (0, 0, WIDE, 337))
            shown.open(made["results"])
            shown.take("results", PROJECT, "H11", (0, BAR, WIDE, 565), 10)
            shown.open(made["slips"])
            shown.take("slips", PROJECT, "A18", (0, BAR, 1165, 724), 11, 80)
            shown.press("report", "book", PROJECT)
            shown.take("report", "核对结果", "A1", (0, BAR, 1130, 318))
            shown.open(made["whole"])
            shown.take("whole", PROJECT, "A1", (0, BAR, WIDE, 697))
            shown.take("rate", PROJECT, "H6", (0, 0, WIDE, 320))
            shown.take("grade", PROJECT, "L2", (0, 0, WIDE, 113))
            shown.take("profile", PROJECT, "L1", (860, BAR, 1330, 266))
            shown.press("roll_sheet", "book", PROJECT)
            shown.take("list", shown.document.Sheets.ElementNames[-1], "A1", (0, BAR, 1192, 588))
            shown.open(made["next"])
            shown.take("next", shown.document.Sheets.ElementNames[1], "A10", (0, BAR, WIDE, 565), 10)
            shown.open(made["summary"])
            shown.take("summary", "汇总", "A3", (0, BAR, 1271, 298))
            shown.open(made["collected"])
            shown.take("collected", "汇总", "A4", (0, BAR, 1340, 520))
            shown.open(made["whole"], with_macros=False)
            shown.document.calculateAll()
            shown.take("frozen", PROJECT, "A18", (0, BAR, 1165, 724), 11, 80)
            shown.open(made[".xlsx"])
            shown.take("sent", shown.document.Sheets.ElementNames[0], "H6", (0, 0, 1100, 320))


def _first_page(document: Path, folder: Path) -> Image.Image:
    """The first page of a document, as LibreOffice prints it; as much of it as is filled."""
    printed = pdf.printed(pdf.office(""), document, str(folder), "")
    subprocess.run(["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", printed, folder / "slip"], check=True)
    (page,) = folder.glob("slip*.png")
    whole = Image.open(page)
    return whole.crop((0, 0, whole.width, min(whole.height, 560)))


# ---- the pages -------------------------------------------------------------------------------------------------


def pages() -> list[Path]:
    """The pages of the guide in the order in which its first page links them."""
    first = GUIDE / "README.md"
    linked = re.findall(r"(?m)^\d+\. \[[^]]+\]\(([\w-]+\.md)\)$", first.read_text("utf-8"))
    return [first, *(GUIDE / name for name in linked)]


def sources() -> str:
    """What the printed guide was made from; it carries this, so that an old one is noticed."""
    whole = hashlib.sha256()
    for page in pages():
        text = page.read_text("utf-8")
        whole.update(text.encode())
        for picture in _PICTURE.findall(text):
            whole.update((GUIDE / picture).read_bytes())
    return whole.hexdigest()


def print_pages(folder: Path) -> None:
    """The whole guide as one PDF, by way of a document of Word that LibreOffice prints."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = "Noto Sans CJK SC"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Noto Sans CJK SC")
    document.styles["Normal"].font.size = Pt(10.5)
    document.core_properties.title = "财政项目支出绩效自评表　使用说明"
    document.core_properties.author = "selfeval-xl"
    document.core_properties.keywords = sources()
    for number, page in enumerate(pages()):
        if number:
            document.add_page_break()
        _set(document, page.read_text("utf-8"), Cm)
    written = folder / "guide.docx"
    document.save(str(written))
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'printing').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", str(folder), str(written)], check=True, stdout=subprocess.DEVNULL)
    shutil.copy(folder / "guide.pdf", PRINTED)


def _set(document: Any, text: str, cm: Any) -> None:
    """Sets one page: headings, paragraphs, lists, tables, pictures and what is typed into cells or windows."""
    blocks = [*_blocks(re.sub(r"<!--.*?-->\n", "", text)), [""]]
    for block, following in pairwise(blocks):
        if found := re.fullmatch(r"(#+) (.*)", block[0]):
            document.add_heading(_plain(found[2]), level=len(found[1]))
        elif found := _PICTURE.fullmatch(block[0]):
            with Image.open(GUIDE / found[1]) as picture:
                wide = min(_WIDEST, picture.width / WIDE * _WIDEST)
            document.add_picture(str(GUIDE / found[1]), width=cm(wide))
        elif block[0].startswith("```"):
            typed = document.add_paragraph("\n".join(block[1:-1]))
            typed.paragraph_format.left_indent = cm(0.6)
            typed.runs[0].font.name = "Noto Sans Mono CJK SC"
        elif block[0].startswith("|"):
            _set_table(document, [line.strip("|").split("|") for line in (block[0], *block[2:])])
        else:
            words = _plain("".join(block).removeprefix("- "))
            paragraph = document.add_paragraph(f"• {words}" if block[0].startswith("- ") else words)
            if re.match(r"- |\d+\. ", block[0]):
                paragraph.paragraph_format.space_after = 0
        # A step stays with its picture.
        is_announcing = block[0].startswith("#") or following[0].startswith(("![", "```", "|"))
        document.paragraphs[-1].paragraph_format.keep_with_next = is_announcing


def _set_table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for place, words in zip(row.cells, cells, strict=True):
            place.text = _plain(words.strip())
            place.paragraphs[0].paragraph_format.space_after = 0
            place.paragraphs[0].paragraph_format.keep_with_next = row is not table.rows[-1]
    document.add_paragraph().paragraph_format.space_after = 0


def _blocks(text: str) -> Iterator[list[str]]:
    """The lines of each heading, paragraph, item, table, picture and piece of code."""
    block: list[str] = []
    for line in text.split("\n"):
        is_code = bool(block) and block[0].startswith("```") and not (len(block) > 1 and block[-1] == "```")
        if is_code:
            block.append(line)
            continue
        if block and (not line or re.match(r"#|- |\d+\. |!\[|```", line)):
            yield block
            block = []
        if line:
            block.append(line)
    if block:
        yield block


def _plain(text: str) -> str:
    """Words without the marks of Markdown."""
    return re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", text).replace("**", "").replace("`", "")


def main() -> None:
    """Pictures first, then the formulas on the pages, then the whole as PDF."""
    draw_ribbon()
    draw_macro_bar()
    if "--pages" not in sys.argv:
        take_pictures()
    for page in pages():
        page.write_text(with_formulas(page.read_text("utf-8")), "utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        print_pages(Path(scratch))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    main()
