"""Forms printed on several pages: how much of them is read again, field by field.

Run as a script it prints the share of fields and each that differs: `python tests/paged.py FOLDER`.
"""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import docx
import openpyxl
from docx.shared import Mm, Pt
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from test_wild import fields

from selfeval_xl import actions
from selfeval_xl.files import read_grids
from selfeval_xl.form import document
from selfeval_xl.reading import read_forms

_LINE = Side(style="thin")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
_A4, _A5 = 9, 11
_REASON = "受连续降雨影响，部分点位的施工比计划推迟，单位已与施工方商定补工办法，并按月检查进度。"


@dataclass(frozen=True)
class Way:
    """How a form is put on paper; `long` signs of a reason stand in its last cell of an indicator."""

    name: str
    paper: int = _A4
    landscape: bool = False
    height: float = 30
    size: float = 8
    titles: bool = False
    footer: bool = False
    long: int = 0
    centred: bool = True


CALC = (
    Way("plain", height=60),
    Way("low", landscape=True, height=36),
    Way("small", paper=_A5, landscape=True, height=44, size=9),
    Way("titles", landscape=True, height=50, titles=True),
    Way("footer", landscape=True, height=47, footer=True, centred=False),
    Way("all", paper=_A5, height=70, titles=True, footer=True),
    Way("long", landscape=True, long=400, centred=False),
    Way("longest", paper=_A5, landscape=True, long=370, footer=True, centred=False),
)
WRITER = (
    Way("writer"),
    Way("writer-across", landscape=True, size=10.5, footer=True),
    Way("writer-long", landscape=True, long=800),
)


@dataclass
class Measure:
    """Fields that the original fills; those read with other words, those not read, those that it has not."""

    filled: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """How much of it was read as it was written."""
        return 1 - (len(self.false) + len(self.missed)) / self.filled


def published(folder: Path) -> list[SimpleNamespace]:
    """The four published forms as they stand in a workbook of their own."""
    from conftest import FORMS_TEXT

    actions.import_forms([FORMS_TEXT], folder / "四个项目.xlsm")
    drawn = []
    for grid in read_grids(folder / "四个项目.xlsm"):
        if len(read_forms(grid, "x")) == 1:
            notes = min(e.spot.column for e in grid.entries() if e.written == "评分规则" and e.spot is not None)
            rows = [[entry.written or None for entry in row[: notes - 1]] for row in grid.rows]
            while not any(rows[-1]):
                rows.pop()
            merges = [(a.top, a.left, a.bottom, a.right) for a in grid.merges if a.right < notes]
            drawn.append(SimpleNamespace(name=grid.sheet, rows=rows, merges=merges))
    return drawn


def _with_reason(form, way: Way) -> list[list]:
    rows = [list(row) for row in form.rows]
    if not way.long:
        return rows
    (reading,) = read_forms(_grid(form), "x")
    column = reading.form.columns.get("reason") if reading.form.columns else None
    entries = [row.target.spot.row for row in reading.form.indicators if row.target.spot is not None]
    if column and entries:
        row = rows[entries[len(entries) // 2] - 1]
        row[column - 1] = (_REASON * (way.long // len(_REASON) + 1))[: way.long]
    return rows


def _grid(form):
    """The form as a grid."""
    from selfeval_xl.grid import Area, Grid

    return Grid.of(form.rows, "表", [Area(*merge) for merge in form.merges])


def workbook(form, way: Way, path: Path) -> Path:
    """One sheet, one page wide; a row is high enough for its longest words, as far as a sheet lets it be."""
    book = openpyxl.Workbook()
    page = book.active
    rows = _with_reason(form, way)
    width = max(map(len, rows))
    for number, row in enumerate(rows, 1):
        covered = {left: right for top, left, _, right in form.merges if top == number}
        page.row_dimensions[number].height = way.height
        for column in range(1, width + 1):
            words = row[column - 1] if column <= len(row) else None
            cell = page.cell(number, column)
            if words is not None:
                cell.value = words
                if isinstance(words, str) and words.startswith("="):
                    cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="center" if way.centred else "top")
                cell.font = Font(name="Noto Sans CJK SC", size=way.size)
                signs = (covered.get(column, column) - column + 1) * 15 * 5.2 / way.size
                lines = sum(len(part) // signs + 1 for part in str(words).split("\n"))
                high = min(400, lines * way.size * 1.6 + 4)
                page.row_dimensions[number].height = max(page.row_dimensions[number].height, high)
            if any(other is not None for other in row):
                cell.border = _BORDER
    for top, left, bottom, right in form.merges:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for column in range(1, width + 1):
        page.column_dimensions[get_column_letter(column)].width = 15
    page.page_setup.orientation, page.page_setup.paperSize = "landscape" if way.landscape else "portrait", way.paper
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if way.titles:
        page.print_title_rows = "1:2"
    if way.footer:
        page.oddFooter.center.text = "第 &P 页 共 &N 页"
    book.save(path)
    return path


def word_table(form, way: Way, path: Path) -> Path:
    """One table of a document, whose rows may be cut by the end of a page."""
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if way.landscape else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(12)
    made.styles["Normal"].font.size = Pt(way.size)
    if way.footer:
        section.footer.paragraphs[0].text = "第 1 页 共 2 页"
    rows = _with_reason(form, way)
    table = made.add_table(len(rows), max(map(len, rows)), style="Table Grid")
    for top, left, bottom, right in form.merges:
        table.cell(top - 1, left - 1).merge(table.cell(bottom - 1, right - 1))
    for number, row in enumerate(rows):
        for column, words in enumerate(row):
            if words is not None:
                table.cell(number, column).text = str(words)
    made.save(path)
    return path


def printed(paths: list[Path], folder: Path) -> list[Path]:
    """The PDF files that LibreOffice makes of these."""
    own = f"-env:UserInstallation={(folder / 'user').as_uri()}"
    command = ["soffice", own, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, capture_output=True, timeout=500, check=True)
    return [folder / f"{path.stem}.pdf" for path in paths]


def said(path: Path) -> list[dict]:
    """What the forms of a file say."""
    return [document(reading.form) for grid in read_grids(path) for reading in read_forms(grid, "x")]


def compare(before: Path, after: Path, found: Measure) -> None:
    """Counts the fields of one file; blanks and line breaks are not compared, paper does not keep them."""
    old, new = said(before), said(after)
    for number, form in enumerate(old):
        right = {name: _plain(value) for name, value in fields(form).items()}
        read = {name: _plain(value) for name, value in fields(new[number]).items()} if number < len(new) else {}
        for name in sorted({*right, *read} - {"sheet", "source"}):
            wanted, got = right.get(name), read.get(name)
            found.filled += wanted is not None
            if wanted != got:
                where = found.missed if got is None else found.invented if wanted is None else found.false
                where.append(f"{after.name} {name}: {wanted!r} ≠ {got!r}")
    found.invented += [f"{after.name}: one form more"] * (len(new) - len(old))


def _plain(value: object) -> object:
    return "".join(value.split()) if isinstance(value, str) else value


def files(forms: list, folder: Path, calc=CALC, writer=WRITER) -> list[Path]:
    """Each form in each way."""
    made = [workbook(form, way, folder / f"{form.name}-{way.name}.xlsx") for form in forms for way in calc]
    return made + [word_table(form, way, folder / f"{form.name}-{way.name}.docx") for form in forms for way in writer]


def main(folder: Path) -> None:
    """Measures the published forms and every eighth of the wild ones."""
    import wild

    some = [one for one in (*wild.FORMS, *wild.MORE_FORMS) if not one.several][::8]
    for title, forms in (("published", published(folder)), ("wild", some)):
        made = files(forms, folder)
        found = Measure()
        for before, after in zip(made, printed(made, folder), strict=True):
            compare(before, after, found)
        for kind in ("false", "missed", "invented"):
            print(*(f"{title} {kind} {line}" for line in getattr(found, kind)), sep="\n")
        print(f"{title}: {found.share:.2%} of {found.filled} fields; {len(found.false)} false, "
              f"{len(found.missed)} missed, {len(found.invented)} invented")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
