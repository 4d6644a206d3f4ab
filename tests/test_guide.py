"""The accountant's guide in docs/guide: what it names is there, and what it shows is current."""

import re

import pdfplumber
import pytest
from conftest import ROOT, module_from
from PIL import Image

from selfeval_xl import labels, profiles, sheet
from selfeval_xl.cli import _parser
from selfeval_xl.excel import desk
from selfeval_xl.excel.ribbon import BUTTONS
from selfeval_xl.sheet import layout

tool = module_from(ROOT / "tools" / "guide_pictures.py")
GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
LARGEST = 150_000  # bytes of a picture

# What Windows, Excel and LibreOffice call their own things, or what people write in a cell or a file.
OF_OTHERS = {
    "启用内容", "了解详细信息", "属性", "常规", "解除锁定", "确定", "另存为", "公式", "计算选项", "自动", "启用编辑",
    "受保护的视图", "Windows 已保护你的电脑", "更多信息", "仍要运行", "编码", "云岭市", "云岭市.toml", "元", "50 万元",
    "报送邮件.eml", "汇总.xlsx", "示意图", "达成 12–15", "单元格",
}  # fmt: skip


def text_of(page):
    return page.read_text(encoding="utf-8")


def known():
    """The names of everything that a person sees in the workbook and on the ribbon."""
    columns = (*layout.FUNDS, *layout.INDICATORS, layout.SUGGESTED, layout.FINDING, layout.LAST_YEAR)
    return {
        "绩效自评",
        layout.TOTAL,
        sheet.GUIDE,
        sheet.SUMMARY,
        labels.FINDINGS_SHEET,
        labels.IMPORTED_SHEET,
        labels.YEAR_SHEET,
        *layout.ADVICE_CHOICES,
        *labels.SIDE_LABELS.values(),
        *(button.label for button in BUTTONS),
        *(column.heading for column in columns),
        *(profile.title for profile in profiles.PROFILES),
    }


def test_each_page_is_linked_from_the_first():
    assert {page.name for page in PAGES} == {page.name for page in tool.pages()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_links_is_there(page):
    for target in re.findall(r"\]\(([^)#]+)\)", text_of(page)):
        assert (GUIDE / target).exists(), target


def test_each_picture_is_shown_on_a_page_and_small():
    shown = {name for page in PAGES for name in re.findall(r"!\[[^]]+\]\(([^)]+)\)", text_of(page))}

    assert {picture.name for picture in GUIDE.glob("*.png")} == shown
    for name in shown:
        assert (GUIDE / name).stat().st_size < LARGEST, name


def test_a_drawing_says_that_it_is_one_and_is_current():
    whole = "\n".join(map(text_of, PAGES))

    for name in ("ribbon", "macros"):
        assert all("示意图" in said for said in re.findall(rf"!\[([^]]+)\]\({name}\.png\)", whole))
    with Image.open(GUIDE / "ribbon.png") as drawing:
        assert tool.ribbon_shows() == drawing.text[tool.SHOWS], "run tools/guide.sh --pages"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_button_column_and_sheet_that_a_page_names_exists(page):
    assert set(re.findall("「([^」]+)」", text_of(page))) <= known()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_word_that_a_page_quotes_is_said_somewhere(page):
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "selfeval_xl").rglob("*.py"))

    for quoted in re.findall("“([^”]+)”", text_of(page)):
        assert quoted in OF_OTHERS or quoted in sources, quoted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_command_exists(page):
    for line in re.findall(r"(?m)^selfeval-xl (.+)$", text_of(page)):
        _parser().parse_args(line.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_formulas_are_those_of_the_cells(page):
    assert tool.with_formulas(text_of(page)) == text_of(page), "run tools/guide.sh --pages"


def test_the_page_of_scores_quotes_every_official_formula():
    quoted = {address for _, address, *_ in tool.QUOTED.findall(text_of(GUIDE / "scores.md"))}
    total = sheet.form_page(tool.whole_form(), profiles.NATIONAL, "表").total_row

    assert {"H6", "I6", f"G{total}", f"H{total}", "L2"} == quoted


def test_the_printed_guide_is_current_and_has_every_page():
    with pdfplumber.open(GUIDE / "guide.pdf") as printed:
        said = "".join(page.extract_text() for page in printed.pages)
        made_from = printed.metadata["Keywords"]

    for page in PAGES:
        title = text_of(page).partition("\n")[0].removeprefix("# ")
        assert re.sub(r"\W", "", title) in re.sub(r"\W", "", said), page.name
    assert tool.sources() == made_from, "run tools/guide.sh --pages"
    assert desk.guide_file() == GUIDE / "guide.pdf"
