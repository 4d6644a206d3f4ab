"""Forms printed on several pages: how much of them is read again, field by field.

Run as a script it prints the share of fields and each that differs: `python tests/paged.py FOLDER [SET…]`, where a set
is `published`, `wild` or `drawn` (forms drawn here, printed by more programs, in harder ways).
"""

import html
import random
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from test_wild import fields

from selfeval_xl import actions
from selfeval_xl.errors import SelfEvalError
from selfeval_xl.files import read_grids
from selfeval_xl.form import document
from selfeval_xl.reading import read_forms

_LINE = Side(style="thin")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
_A4, _A5 = 9, 11
_REASON = "受连续降雨影响，部分点位的施工比计划推迟，单位已与施工方商定补工办法，并按月检查进度。"


@dataclass(frozen=True)
class Way:
    """How a form is put on paper; `long` signs of a reason stand in its last cell of an indicator.

    Rows are as high as their words need, or `lower` than that by this share; with height 0 the program decides.
    """

    name: str
    paper: int = _A4
    landscape: bool = False
    height: float = 30
    size: float = 8
    titles: bool = False
    footer: bool = False
    long: int = 0
    centred: bool = True
    lower: float = 1.0
    scale: int = 0  # percent, instead of one page wide


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
HARD_CALC = (
    Way("tight", landscape=True, height=20, size=10, lower=0.6),
    Way("tight-top", height=16, size=9, lower=0.75, centred=False),
    Way("tight-titles", landscape=True, height=24, size=12, lower=0.7, titles=True, footer=True),
    Way("auto", height=0, size=12),
    Way("auto-scaled", height=0, size=9, scale=50, titles=True),
    Way("titles-small", paper=_A5, landscape=True, height=40, size=9, titles=True),
    Way("titles-high", paper=_A5, height=60, size=11, titles=True, footer=True),
    Way("large", height=40, size=16),
    Way("scaled", landscape=True, height=30, size=14, scale=60, footer=True, long=300),
)
HARD_WRITER = (
    Way("writer-small", size=9, footer=True),
    Way("writer-large", landscape=True, size=14, long=300),
    Way("writer-titles", size=10.5, titles=True),
)
BROWSER = (
    Way("page", size=9),
    Way("page-across", landscape=True, size=12, centred=False),
    Way("page-titles", size=10.5, titles=True, long=300),
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
        page.row_dimensions[number].height = way.height or None
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
                high = min(400, (lines * way.size * 1.6 + 4) * way.lower)
                if way.height:
                    page.row_dimensions[number].height = max(page.row_dimensions[number].height, high)
            if any(other is not None for other in row):
                cell.border = _BORDER
    for top, left, bottom, right in form.merges:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for column in range(1, width + 1):
        page.column_dimensions[get_column_letter(column)].width = 15
    page.page_setup.orientation, page.page_setup.paperSize = "landscape" if way.landscape else "portrait", way.paper
    if way.scale:
        page.page_setup.scale = way.scale
    else:
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
    for row in table.rows[: 2 if way.titles else 0]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    made.save(path)
    return path


def web_page(form, way: Way, path: Path) -> Path:
    """One table of a page; its first two rows are printed again on each page where titles are wanted."""
    rows = _with_reason(form, way)
    width = max(map(len, rows))
    areas = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in form.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in form.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - areas.keys()
    lines = []
    for number, row in enumerate(rows, 1):
        cells = ""
        for column in range(1, width + 1):
            if (number, column) in covered:
                continue
            high, wide = areas.get((number, column), (1, 1))
            words = row[column - 1] if column <= len(row) else None
            shown = html.escape(str(words if words is not None else "")).replace("\n", "<br>")
            cells += f'<td rowspan="{high}" colspan="{wide}">{shown}</td>'
        lines.append(f"<tr>{cells}</tr>")
    head = f"<thead>{''.join(lines[:2])}</thead>" if way.titles else ""
    body = "".join(lines[2 if way.titles else 0 :])
    path.write_text(
        f"<meta charset=utf-8><style>@page {{size: A4 {'landscape' if way.landscape else 'portrait'}; margin: 12mm}}"
        f"body {{font: {way.size}pt 'Noto Sans CJK SC'}} table {{border-collapse: collapse; width: 100%}}"
        f"td {{border: 1px solid black; padding: 2px; vertical-align: {'middle' if way.centred else 'top'};"
        f"word-break: break-all}}</style><table>{head}<tbody>{body}</tbody></table>",
        encoding="utf-8",
    )
    return path


def printed(paths: list[Path], folder: Path) -> list[Path]:
    """The PDF files that LibreOffice makes of these."""
    own = f"-env:UserInstallation={(folder / 'user').as_uri()}"
    command = ["soffice", own, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, capture_output=True, timeout=500, check=True)
    return [folder / f"{path.stem}.pdf" for path in paths]


def browsed(path: Path, folder: Path) -> list[Path]:
    """The PDF files that Chromium and WeasyPrint make of a web page, and Ghostscript and qpdf of the first of them."""
    import weasyprint

    made = [folder / f"{path.stem}-{name}.pdf" for name in ("chromium", "weasyprint")]
    own = f"--user-data-dir={folder / 'chromium'}"
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", own)
    subprocess.run(["chromium", *quiet, f"--print-to-pdf={made[0]}", path.as_uri()], capture_output=True, check=True)
    weasyprint.HTML(str(path)).write_pdf(str(made[1]))
    return made


def written_again(path: Path) -> list[Path]:
    """The same PDF as Ghostscript and qpdf write it."""
    made = [path.with_name(f"{path.stem}-{name}.pdf") for name in ("gs", "qpdf")]
    ghostscript = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", f"-sOutputFile={made[0]}", str(path)]
    for command in (ghostscript, ["qpdf", "--object-streams=generate", "--linearize", str(path), str(made[1])]):
        subprocess.run(command, capture_output=True, check=True)
    return made


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


_TASKS = ("乡村道路养护", "河道清淤疏浚", "校舍维修改造", "基层卫生院设备购置", "防汛物资储备", "社区养老服务")
_LEVELS = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
_MEASURED = (
    ("完成改造面积", "≥", "平方米"), ("验收合格率", "=", "%"), ("按时完成率", "≥", "%"), ("成本节约率", "≤", "%"),
    ("培训基层工作人员和志愿者的人次", "≥", "人次"), ("设备正常运转率", "≥", "%"), ("受益群众户数", "≥", "户"),
    ("项目建成后对周边居民生产生活条件改善程度", "", ""), ("长效管护制度建立健全情况", "", ""),
)  # fmt: skip
_SENTENCES = (
    "完成年度计划内全部点位的施工和验收。", "资金按进度支付，没有截留、挤占和挪用。",
    "群众出行条件明显改善，投诉件次比上年下降。", "建立管护台账，落实到人，每季度检查一次并通报结果。",
    "因部分材料到货推迟，两处工程跨年完成，其余按期交付使用。",
)  # fmt: skip


def drawn(seed: int) -> SimpleNamespace:  # noqa: PLR0915 - one form after the other row
    """A form of a layout, a length and words drawn by chance, with areas merged over many rows and notes below."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    three, block = seed % 3 == 1, seed % 2 == 0  # a target in three cells; a heading beside the indicators
    extra = ["指标性质", "指标值", "度量单位"] if three else ["年度指标值"]
    heads = ["一级指标", "二级指标", "三级指标", *extra, "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
    heads = (["绩效指标"] if block else []) + heads
    width = len(heads)
    rows: list[list] = []
    merges: list[tuple[int, int, int, int]] = []

    def row(*cells: tuple[str | None, int]) -> None:
        """Cells with the columns that each covers; the last goes on to the end."""
        said: list = []
        for number, (words, wide) in enumerate(cells):
            last = number == len(cells) - 1
            covered = width - len(said) if last else wide
            if covered > 1:
                merges.append((len(rows) + 1, len(said) + 1, len(rows) + 1, len(said) + covered))
            said += [words] + [None] * (covered - 1)
        rows.append(said)

    task, half = chance.choice(_TASKS), width // 2
    row(("项目支出绩效自评表", width))
    row((f"（{2021 + seed % 4}年度）", width))
    row(("项目名称", 2), (task, width))
    row(("主管部门", 2), ("云麓县财政局", half - 2), ("实施单位", 1), (f"云麓县{task[:2]}服务中心", width))
    top = len(rows) + 1
    row(
        ("项目资金（万元）", 1),
        (None, 2),
        ("年初预算数", 1),
        ("全年预算数", 1),
        ("全年执行数", 1),
        ("分值", 1),
        ("执行率", 1),
        ("得分", 1),
    )
    for name in ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金"):
        total = name == "年度资金总额"
        part = [f"{chance.randint(100, 900)}.{chance.randint(10, 99)}"] * 3 if name[0] in "年其" else ["0"] * 3
        row(
            (None, 1),
            (name, 2),
            *((one, 1) for one in part),
            *((("10", 1), ("100%", 1), ("10", 1)) if total else (("-", 1), ("-", 1), ("-", 1))),
        )
    merges.append((top, 1, len(rows), 1))
    top = len(rows) + 1
    row(("年度总体目标", 1), ("预期目标", half - 1), ("实际完成情况", width))
    goals = ["\n".join(f"{n}.{chance.choice(_SENTENCES)}" for n in range(1, chance.randint(3, 9))) for _ in range(2)]
    row((None, 1), (goals[0], half - 1), (goals[1], width))
    merges.append((top, 1, len(rows), 1))
    rows.append(heads)
    top, first = len(rows), len(rows) + 1
    at = 1 if block else 0
    count = chance.randint(8, 25)
    kinds = sorted(
        chance.choices([(a, b) for a, names in _LEVELS.items() for b in names], k=count),
        key=lambda one: (list(_LEVELS).index(one[0]), _LEVELS[one[0]].index(one[1])),
    )
    for number, (one, two) in enumerate(kinds):
        name, sign, unit = chance.choice(_MEASURED)
        amount = str(chance.randint(5, 99))
        target = (
            [sign or "定性", amount if sign else "明显改善", unit or "/"]
            if three
            else [f"{sign}{amount}{unit}" if sign else "明显改善"]
        )
        reason = "".join(chance.choices(_SENTENCES, k=chance.randint(1, 4))) if chance.random() < 0.3 else None
        actual = f"{amount}{unit}" if sign else "达到预期"
        before = kinds[number - 1] if number else (None, None)
        rows.append(
            [None] * at + [one if one != before[0] else None, two if (one, two) != before else None,
             f"{name}（第{number + 1}项）" if chance.random() < 0.8 else f"{task}{name}第{number + 1}项",
             *target, actual, str(chance.choice([2, 5, 10])), str(chance.choice([1.5, 4.8, 9, 10])), reason]
        )  # fmt: skip
    for level in (0, 1):
        starts = [first + n for n in range(count) if rows[first - 1 + n][at + level] is not None] + [len(rows) + 1]
        merges += [(a, at + level + 1, b - 1, at + level + 1) for a, b in pairwise(starts) if b - a > 1]
    if block:
        merges.append((top, 1, len(rows), 1))
    row(("总分", width - 3), ("100", 1), ("95.5", 1), (None, 1))
    if seed % 4 == 3:
        row(("备注：得分低于分值的须说明原因；执行率按全年执行数除以全年预算数计算，保留两位小数。", width))
    merges[:] = [one for one in merges if one[:2] != one[2:]]
    return SimpleNamespace(name=f"绘{seed:02}", rows=rows, merges=merges)


def _measured(title: str, pairs: list[tuple[Path, Path]]) -> None:
    found = Measure()
    for before, after in pairs:
        try:
            compare(before, after, found)
        except SelfEvalError as problem:
            found.missed.append(f"{after.name}: {problem}")
    for kind in ("false", "missed", "invented"):
        print(*(f"{title} {kind} {line[:300]}" for line in getattr(found, kind)), sep="\n")
    print(f"{title}: {found.share:.2%} of {found.filled} fields; {len(found.false)} false, "
          f"{len(found.missed)} missed, {len(found.invented)} invented", flush=True)  # fmt: skip


def _hard(forms: list, folder: Path) -> None:
    """Each form by Calc and Writer in the harder ways, then by browsers, then both written again."""
    pairs = {"calc": [], "writer": [], "browsers": [], "again": []}
    for title, ways in (("calc", (HARD_CALC, ())), ("writer", ((), HARD_WRITER))):
        made = files(forms, folder, *ways)
        pairs[title] = list(zip(made, printed(made, folder), strict=True))
    for form in forms:
        for way in BROWSER:
            page = web_page(form, way, folder / f"{form.name}-{way.name}.html")
            pairs["browsers"] += [(page, made) for made in browsed(page, folder)]
    for title in ("calc", "writer", "browsers"):
        pairs["again"] += [(before, again) for before, made in pairs[title][::3] for again in written_again(made)]
    for title, both in pairs.items():
        _measured(f"drawn, {title}", both)


def main(folder: Path, *sets: str) -> None:
    """Measures the published forms and every eighth of the wild ones, and those that are drawn here."""
    import wild

    some = [one for one in (*wild.FORMS, *wild.MORE_FORMS) if not one.several][::8]
    for title, forms in (("published", published(folder)), ("wild", some)):
        if title in (sets or ("published", "wild")):
            made = files(forms, folder)
            _measured(title, list(zip(made, printed(made, folder), strict=True)))
    if "drawn" in sets:
        _hard([drawn(seed) for seed in range(int(sets[-1]) if sets[-1].isdecimal() else 12)], folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
