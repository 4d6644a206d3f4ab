"""The demonstration, and the pictures of a workbook's pages."""

import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from selfeval_xl import errors, workbook
from selfeval_xl.actions.books import import_forms
from selfeval_xl.actions.judging import Read, check
from selfeval_xl.actions.leaving import freeze
from selfeval_xl.actions.receiving import collect
from selfeval_xl.collect.summary import Wanted
from selfeval_xl.send import pdf

DEMO_TEXT = "kunming-office-2022.txt"


@dataclass(frozen=True)
class Demo:
    """What the demonstration read and wrote."""

    forms: tuple[Read, ...]
    book: Path
    pictures: tuple[Path, ...]
    pictures_missing: str | None
    copies: tuple[Path, ...]
    summary: Path


def demo(folder: Path, *, overwrite: bool = False) -> Demo:
    """The four published forms of 2022: read, written as a live workbook, checked, sent, collected, and drawn as pages.

    Raises `AlreadyThere` for a file in the folder that would be replaced without `overwrite`.
    """
    with workbook.refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    text = resources.files("selfeval_xl").joinpath("data", DEMO_TEXT).read_bytes()
    source, book = folder / DEMO_TEXT, folder / "2022年绩效自评.xlsm"
    copies, summary = folder / "报送版", folder / "2022年汇总.xlsx"
    if not overwrite:
        drawn = [book.with_suffix(".pdf"), *sorted(folder.glob(f"{book.stem}-*.png"))]
        workbook.refuse_to_replace([book, *drawn, *sorted(copies.glob("*.xlsx")), summary])
    if not workbook.holds(source, text):
        workbook.save(source, lambda: text, overwrite=overwrite)
    import_forms([source], book, overwrite=overwrite)
    found = check([source], advice=False).forms
    sent = freeze(book, copies, force=True, overwrite=overwrite).written  # as published: one rate is wrong
    collect([copies], summary, Wanted(overwrite=overwrite))
    pictures: tuple[Path, ...] = ()
    trouble = None
    try:
        pictures = draw(book, folder, overwrite=overwrite)
    except errors.ToolMissing as missing:
        trouble = str(missing)
    return Demo(found, book, pictures, trouble, sent, summary)


def draw(book: Path, folder: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """A workbook's pages as PDF and PNG files in the folder, drawn by LibreOffice.

    Raises `ToolMissing` where LibreOffice or poppler is not installed.
    """
    office = pdf.office("图片未生成；安装 libreoffice-calc 后可再运行一次。")
    painter = pdf.program("pdftoppm")
    if painter is None:
        raise errors.ToolMissing("pdftoppm", "图片未生成；安装 poppler-utils 后可再运行一次。")
    remedy = "图片未生成。"
    with tempfile.TemporaryDirectory() as scratch:
        drawn = pdf.printed(office, book, scratch, remedy)
        target = folder / drawn.name
        workbook.save(target, drawn.read_bytes, overwrite=overwrite)
        pdf.run([painter, "-r", "80", "-png", str(drawn), str(Path(scratch, "page"))], "pdftoppm", scratch, remedy)
        pictures = []
        for number, picture in enumerate(sorted(Path(scratch).glob("page*.png")), 1):
            page = folder / f"{book.stem}-{number}.png"
            workbook.save(page, picture.read_bytes, overwrite=overwrite)
            pictures.append(page)
    return (target, *pictures)
