"""Forms that other programs saved say what they said before: every field is compared."""

import html
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import layouts
import openpyxl
import pytest
import wild
import xlwt
from conftest import FORMS_TEXT, missing
from drawing import PROJECT, Style, workbook
from hypothesis import given, settings
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Picture
from test_wild import differences, fields
from wild import papers

from selfeval_xl import actions, errors
from selfeval_xl.files import read_grids
from selfeval_xl.form import document
from selfeval_xl.reading import read_forms

SOME = [one for one in (*wild.FORMS, *wild.MORE_FORMS) if not one.several][::24]
LAID = 4
CALC = {
    "xlsx": "xlsx", "xls": "xls", "ods": "ods", "fods": "fods", "html": "html:HTML (StarCalc)",
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
}  # fmt: skip
WRITER = {"docx": "docx", "odt": "odt", "fodt": "fodt", "html": "html:HTML (StarWriter)"}
GNUMERIC = {
    "xlsx": "Gnumeric_Excel:xlsx2", "xls": "Gnumeric_Excel:excel_biff8", "ods": "Gnumeric_OpenCalc:openoffice",
    "html": "Gnumeric_html:html40", "csv": "Gnumeric_stf:stf_csv",
}  # fmt: skip
ONE_SHEET = ("csv",)
AS_DISPLAYED = ("csv", "html")  # where a number is what was displayed of it, and merged areas may be gone
ENOUGH = 0.99


def said(path: Path) -> list[dict]:
    return [document(reading.form) for grid in read_grids(path) for reading in read_forms(grid, "x")]


def compared(before: Path, after: Path) -> tuple[int, list[str]]:
    """How many fields the forms fill, and which of them differ; a form too many or too few differs as a whole."""
    old, new = said(before), said(after)
    assert len(old) == len(new), after.name
    wrong = []
    for one, other in zip(old, new, strict=True):
        wrong += [f"{after.name} {line}" for line in differences(one | {"sheet": None}, other | {"sheet": None})]
    return sum(value is not None for one in old for value in fields(one).values()), wrong


def agree(pairs: list[tuple[Path, Path]], ending: str) -> None:
    counts, lines = zip(*(compared(*pair) for pair in pairs), strict=True)
    wrong = [line for part in lines for line in part]
    if ending == "xls":
        wrong = [line for line in wrong if " grade: " not in line]  # Calc stores 0 where a formula answers words
    if ending in AS_DISPLAYED:
        assert len(wrong) <= (1 - ENOUGH) * sum(counts), wrong
    else:
        assert [] == wrong


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> list[Path]:
    """Workbooks of openpyxl and XlsxWriter: drawn forms, the four published ones, some of other provinces."""
    folder = tmp_path_factory.mktemp("sources")
    laid: list[layouts.Laid] = []

    @settings(max_examples=2 * LAID)
    @given(layouts.sheets())
    def draw(one):
        laid.append(one)

    draw()
    styles = (Style(), Style(numbers_as_text=True), Style(spaced=True), Style(span=2))
    drawn = [(f"表{number}", PROJECT, style) for number, style in enumerate(styles, 1)]
    actions.import_forms([FORMS_TEXT], folder / "四个项目.xlsm")
    sheets = [SimpleNamespace(rows=one.rows, merges=one.merges) for one in laid[::2]]
    return [
        folder / "四个项目.xlsm",
        workbook(folder / "画.xlsx", *drawn),
        *(papers.workbook(one, folder / f"{number}.xlsx") for number, one in enumerate(sheets)),
        *(papers.workbook(one, folder / f"{one.name}.xlsx") for one in SOME),
    ]


@pytest.fixture(scope="module")
def dressed(sources, tmp_path_factory) -> list[tuple[Path, Path]]:
    """The same workbooks, and copies dressed up with whatever does not change what a form says."""
    folder = tmp_path_factory.mktemp("dressed")
    return [(path, dress(path, folder / path.name)) for path in sources if path.suffix == ".xlsx"]


def dress(path: Path, target: Path) -> Path:
    """Filter, frozen rows, titles, notes, rules for entry and colours, groups, a picture, fonts and protection."""
    book = openpyxl.load_workbook(path)
    Picture.new("RGB", (8, 8), "red").save(target.with_suffix(".png"))
    for sheet in book:
        last, height = get_column_letter(sheet.max_column), sheet.max_row
        sheet.auto_filter.ref = f"A{height - 2}:{last}{height}"
        sheet.freeze_panes = "A4"
        sheet.print_title_rows = "1:2"
        sheet.cell(3, 1).comment = Comment("批注：请核对项目名称", "审核")
        entry = DataValidation(type="decimal", operator="between", formula1="0", formula2="100", prompt="0到100")
        sheet.add_data_validation(entry)
        entry.add(f"{last}4:{last}{height}")
        red = CellIsRule(operator="lessThan", formula=["5"], fill=PatternFill("solid", bgColor="FFFF00"))
        sheet.conditional_formatting.add(f"A4:{last}{height}", red)
        sheet.row_dimensions.group(4, 5, outline_level=1, hidden=False)
        sheet.column_dimensions.group("A", "B", outline_level=1, hidden=False)
        sheet.add_image(Image(target.with_suffix(".png")), f"{get_column_letter(sheet.max_column + 2)}3")
        for number, cell in enumerate(cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            if not isinstance(cell, MergedCell):
                _paint(cell, number)
        sheet.protection.sheet = True
        sheet.protection.set_password("1234")
    book.save(target)
    return target


def _paint(cell, number: int) -> None:
    cell.font = Font(name=("楷体", "微软雅黑", "Arial", "宋体")[number % 4], size=9, bold=number % 3 == 0)
    if isinstance(cell.value, str) and len(cell.value) > 3 and number % 2 and not set(cell.value) & {"=", " "}:
        bold, coloured = InlineFont(b=True, sz=12), InlineFont(color="FF00FF00")
        cell.value = CellRichText(TextBlock(bold, cell.value[:2]), TextBlock(coloured, cell.value[2:]))
    elif isinstance(cell.value, int | float) and cell.number_format == "General":
        cell.number_format = ("0.00", "#,##0.00", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ')[number % 3]


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("documents")
    return [papers.word_table(one, folder / f"{one.name}.docx") for one in SOME]


def by_libreoffice(paths: list[Path], kind: str, folder: Path) -> list[Path]:
    if shutil.which("soffice") is None:
        missing("LibreOffice", "apt-get install libreoffice-calc libreoffice-writer")
    own = f"-env:UserInstallation={(folder / 'user').as_uri()}"
    command = ["soffice", own, "--headless", "--convert-to", kind, "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, capture_output=True, timeout=300, check=True)
    return [folder / f"{path.stem}.{kind.partition(':')[0]}" for path in paths]


def by_gnumeric(paths: list[Path], ending: str, folder: Path) -> list[Path]:
    if shutil.which("ssconvert") is None:
        missing("Gnumeric", "apt-get install gnumeric")
    saved = [folder / f"{path.stem}.{ending}" for path in paths]
    for path, target in zip(paths, saved, strict=True):
        command = ["ssconvert", "-T", GNUMERIC[ending], str(path), str(target)]
        subprocess.run(command, capture_output=True, timeout=60, check=True)
    return saved


def web_page(path: Path, target: Path) -> Path:
    """The first sheet as a web page with lines, words as they are displayed."""
    sheet = openpyxl.load_workbook(path).active
    starts = {area.bounds[:2]: area for area in sheet.merged_cells.ranges}
    lines = []
    for row in sheet.iter_rows():
        cells = []
        for cell in row:
            if isinstance(cell, MergedCell):
                continue
            area = starts.get((cell.column, cell.row))
            spans = f' colspan="{area.size["columns"]}" rowspan="{area.size["rows"]}"' if area else ""
            whole = isinstance(cell.value, float) and cell.value.is_integer()
            words = "" if cell.value is None else str(int(cell.value) if whole else cell.value)
            cells.append(f"<td{spans}>{html.escape(words).replace(chr(10), '<br>')}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    style = (
        "@page { size: A4 landscape; margin: 1cm } table { border-collapse: collapse; width: 100% }"
        "td { border: 1px solid black; font: 8pt 'Noto Sans CJK SC' }"
    )
    target.write_text(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{style}</style></head>'
        f"<body><table>{''.join(lines)}</table></body></html>",
        encoding="utf-8",
    )
    return target


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> list[tuple[Path, Path]]:
    """Some workbooks, and each as a web page."""
    folder = tmp_path_factory.mktemp("pages")
    books = [papers.workbook(one, folder / f"{one.name}.xlsx") for one in SOME[::2]]
    return [(path, web_page(path, path.with_suffix(".html"))) for path in books]


def run(program: str, *arguments: object) -> None:
    if shutil.which(program) is None:
        missing(program, f"apt-get install {'ghostscript' if program == 'gs' else program}")
    subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=120, check=True)


def _of_one_sheet(paths: list[Path], ending: str) -> list[Path]:
    return [path for path in paths if ending not in ONE_SHEET or len(said(path)) == 1]


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", CALC)
def test_calc_saves_what_is_read_the_same(sources, dressed, ending, tmp_path):
    before = _of_one_sheet(sources, ending)
    agree(list(zip(before, by_libreoffice(before, CALC[ending], tmp_path), strict=True)), ending)

    before = _of_one_sheet([path for _, path in dressed], ending)
    agree(list(zip(before, by_libreoffice(before, CALC[ending], tmp_path), strict=True)), ending)


@pytest.mark.parametrize("ending", GNUMERIC)
def test_gnumeric_saves_what_is_read_the_same(sources, dressed, ending, tmp_path):
    before = _of_one_sheet([*sources, *(path for _, path in dressed)], ending)
    folders = [tmp_path / str(number) for number, _ in enumerate(before)]
    for folder in folders:
        folder.mkdir()
    after = [by_gnumeric([path], ending, folder)[0] for path, folder in zip(before, folders, strict=True)]
    agree(list(zip(before, after, strict=True)), ending)


def test_a_dress_changes_nothing(dressed):
    agree(dressed, "xlsx")


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", WRITER)
def test_writer_saves_what_is_read_the_same(documents, ending, tmp_path):
    agree(list(zip(documents, by_libreoffice(documents, WRITER[ending], tmp_path), strict=True)), ending)


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("kind", "refusal", "words"),
    [("rtf", errors.OtherKind, "RTF 文档"), ("doc:MS Word 97", errors.OldDocument, "另存为 .docx")],
)
def test_what_writer_saves_in_other_kinds_is_refused_by_name(documents, kind, refusal, words, tmp_path):
    (saved,) = by_libreoffice(documents[:1], kind, tmp_path)

    with pytest.raises(refusal, match=words):
        read_grids(saved)


@pytest.mark.libreoffice
def test_word_2003_of_writer_is_refused_since_its_merged_areas_are_lost(documents, tmp_path):
    for saved in by_libreoffice(documents[:3], "xml:MS Word 2003 XML", tmp_path):
        with pytest.raises(errors.OtherKind, match="纵向合并"):
            read_grids(saved)


@pytest.mark.engines
@pytest.mark.parametrize("ending", ["docx", "odt", "html"])
def test_pandoc_saves_what_is_read_the_same(pages, ending, tmp_path):
    pairs = []
    for book, page in pages:
        pairs.append((book, tmp_path / f"{page.stem}.{ending}"))
        run("pandoc", page, "-o", pairs[-1][1])
    agree(pairs, "docx")


@pytest.mark.engines
def test_chromium_prints_what_is_read_the_same(pages, tmp_path):
    pairs = []
    for book, page in pages:
        pairs.append((book, tmp_path / f"{page.stem}.pdf"))
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
        own = (f"--user-data-dir={tmp_path / 'user'}", "--no-pdf-header-footer", f"--print-to-pdf={pairs[-1][1]}")
        run("chromium", *quiet, *own, page.as_uri())
    agree(pairs, "pdf")


REWRITTEN = {
    "smaller": ("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", "-dPDFSETTINGS=/screen"),
    "older": ("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.3"),
    "linear": ("qpdf", "--linearize"),
    "in streams": ("qpdf", "--object-streams=generate"),
    "locked against changes": ("qpdf", "--encrypt", "", "owner", "256", "--"),
}


@pytest.mark.libreoffice
@pytest.mark.parametrize("way", REWRITTEN)
def test_a_pdf_that_was_written_again_says_the_same(pages, way, tmp_path):
    books = [book for book, _ in pages[::4]]
    pairs = []
    for book, printed in zip(books, by_libreoffice(books, "pdf", tmp_path), strict=True):
        pairs.append((book, tmp_path / f"{book.stem} again.pdf"))
        program, *how = REWRITTEN[way]
        places = (f"-sOutputFile={pairs[-1][1]}", printed) if program == "gs" else (printed, pairs[-1][1])
        run(program, *how, *places)
    agree(pairs, "pdf")


@pytest.mark.libreoffice
def test_a_pdf_with_a_password_is_refused(pages, tmp_path):
    (printed,) = by_libreoffice([pages[0][0]], "pdf", tmp_path)
    run("qpdf", "--encrypt", "user", "owner", "256", "--", printed, tmp_path / "locked.pdf")

    with pytest.raises(errors.Encrypted):
        read_grids(tmp_path / "locked.pdf")


def test_an_old_workbook_of_xlwt_says_the_same(sources, tmp_path):
    pairs = []
    for path in sources[1:]:
        old = xlwt.Workbook()
        for sheet in openpyxl.load_workbook(path):
            page = old.add_sheet(sheet.title, cell_overwrite_ok=True)
            for row in sheet.iter_rows():
                for cell in row:
                    style = xlwt.easyxf(num_format_str=cell.number_format)
                    if cell.value is not None:
                        page.write(cell.row - 1, cell.column - 1, cell.value, style)
            for area in sheet.merged_cells.ranges:
                page.merge(area.min_row - 1, area.max_row - 1, area.min_col - 1, area.max_col - 1)
        old.save(tmp_path / f"{path.stem}.xls")
        pairs.append((path, tmp_path / f"{path.stem}.xls"))
    agree(pairs, "xls")


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "fods"])
def test_numbers_of_every_dress_keep_their_meaning(tmp_path, ending):
    """
    | 80.89% | 1234.5 | 2024年5月 | 2024-05-01 | 00123 | 60 次 | #DIV/0! | 旧新 |, 旧 struck through
    """
    book = openpyxl.Workbook()
    sheet = book.active
    struck = CellRichText(TextBlock(InlineFont(strike=True), "旧"), TextBlock(InlineFont(b=True), "新"))
    cells = (
        (0.808851, "0.00%"), (1234.5, "#,##0.00"), (datetime(2024, 5, 1), 'yyyy"年"m"月"'),
        (datetime(2024, 5, 1), "yyyy-mm-dd"), ("00123", "@"), (60, '0" 次"'), ("=1/0", "General"), (struck, "General"),
    )  # fmt: skip
    for column, (value, number_format) in enumerate(cells, 1):
        sheet.cell(1, column).value = value
        sheet.cell(1, column).number_format = number_format
    book.save(tmp_path / "数.xlsx")
    (tmp_path / "saved").mkdir()

    (saved,) = by_libreoffice([tmp_path / "数.xlsx"], ending, tmp_path / "saved")
    (grid,) = read_grids(saved)

    words = [entry.written for entry in grid.rows[0]]
    assert ["80.89%", "1234.5", "2024年5月", "2024-05-01", "00123", "60 次", "#DIV/0!"] == words[:7]
    assert words[7] == "新"


def test_our_own_workbook_says_the_same_where_a_program_has_dropped_all_results(demo_book, tmp_path):
    dropped = tmp_path / "dropped.xlsx"
    openpyxl.load_workbook(demo_book).save(dropped)

    whole, again = ([document(one.form) for one in actions.read([path])] for path in (demo_book, dropped))

    assert 4 == len(whole)
    for one in (*whole, *again):
        del one["source"]
    assert whole == again
    before, after = ([one.message for one in actions.check([path]).findings] for path in (demo_book, dropped))
    assert before == after


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_our_own_workbook_says_the_same_after_calc(demo_book, ending, tmp_path):
    (saved,) = by_libreoffice([demo_book], CALC[ending], tmp_path)

    assert [_said(one) for one in actions.read([demo_book])] == [_said(one) for one in actions.read([saved])]


def _said(one):
    """What a form says; a program that cannot calculate our function leaves its words out."""
    said = document(one.form)
    grade = said.pop("grade", None)
    assert grade in ("优", None)
    del said["source"]
    return said
