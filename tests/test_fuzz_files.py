"""Damaged files: only grids or a sentence come out.

A longer run by hand: `FUZZ_ROUNDS=20000 FUZZ_SEED=7 .venv/bin/pytest tests/test_fuzz_files.py`.
"""

import io
import os
import random
import re
import zipfile

import openpyxl
import pytest
from conftest import FORMS_TEXT

from selfeval_xl import errors, files
from selfeval_xl.reading import read_forms

SEED = int(os.environ.get("FUZZ_SEED", "2022"))
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "200"))
SLOW_ROUNDS = max(1, ROUNDS // 40)  # a PDF is read in a process of its own
ROWS = [line.split("\t") for line in FORMS_TEXT.read_text(encoding="utf-8").splitlines()]
NASTY = [
    "", "0", "-1", "1048577", "99999999999999999999", "A1:XFD1048576", "XFD1048576", "#REF!", "1e309", "NaN", "&#0;",
    "&x;", "\x00", "]]>", "<!--", "e", "str", "inlineStr", "s", "d", "rId1", "../../x", "项目名称", "—", '"', "\ue0ff1",
]  # fmt: skip


# ---- the four forms in every kind of file ---------------------------------------------------------------------------


def _xlsx() -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.active.append([cell or None for cell in row])
    book.active["H6"], book.active["H6"].number_format = 0.8088, "0.00%"
    book.active["J1"], book.active["J1"].data_type = "#REF!", "e"
    book.active.merge_cells("A1:I1")
    book.save(target)
    return target.getvalue()


def _xls() -> bytes:
    import xlwt

    book, target = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("自评")
    for r, row in enumerate(ROWS):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    sheet.write_merge(len(ROWS), len(ROWS), 0, 5, 0.5, xlwt.easyxf(num_format_str="0.00%"))
    book.save(target)
    return target.getvalue()


def _docx() -> bytes:
    import docx

    document, target = docx.Document(), io.BytesIO()
    document.add_paragraph(ROWS[0][0])
    table = document.add_table(30, 9)
    for row, words in zip(table.rows, ROWS[1:], strict=False):
        for cell, text in zip(row.cells, words, strict=False):
            cell.text = text
    table.cell(0, 0).merge(table.cell(2, 1))
    document.save(target)
    return target.getvalue()


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td rowspan=1 colspan='2'>{c}</td>" for c in row) + "</tr>" for row in ROWS)
    return f"<html><meta charset=gbk><table>{rows}</table></html>".encode("gb18030")


def _csv() -> bytes:
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS).encode("gb18030")


def _pdf() -> bytes:
    from test_files import drawn_pdf

    return drawn_pdf()


FAST = {"xlsx": _xlsx, "xls": _xls, "docx": _docx, "html": _html, "csv": _csv, "txt": FORMS_TEXT.read_bytes}
SLOW = {"pdf": _pdf}


# ---- damage ---------------------------------------------------------------------------------------------------------


def _some_bytes(content: bytes, draw: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(draw.choice((1, 1, 3, 10, 50))):
        at = draw.randrange(len(damaged) + 1)
        length = draw.choice((1, 1, 2, 4, 16, 200))
        piece = damaged[at : at + length]
        damaged[at : at + length] = draw.choice(
            (b"", draw.randbytes(length), piece * 2, b"\x00" * length, b"\xff" * length, piece[::-1])
        )
        if len(damaged) > 4_000_000:
            break
    return bytes(damaged[: draw.randrange(1, len(damaged) + 1)] if damaged and draw.random() < 0.1 else damaged)


def _members(content: bytes, draw: random.Random) -> bytes:
    """Damage inside a package whose checksums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    chosen = draw.choice(sorted(parts))
    change = draw.random()
    if change < 0.1:
        del parts[chosen]
    elif change < 0.2:
        parts[chosen] = parts[draw.choice(sorted(parts))]
    elif change < 0.5:
        parts[chosen] = _some_bytes(parts[chosen], draw)
    else:
        parts[chosen] = _values(parts[chosen], draw)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


def _values(content: bytes, draw: random.Random) -> bytes:
    """Other words in some attributes, texts or cells."""
    places = list(re.finditer(rb'"[^"<>]*"|(?<=>)[^<>]+(?=<)|(?<=\t)[^\t\n]*(?=\t)|\d+', content))
    for place in sorted(draw.sample(places, min(len(places), draw.choice((1, 1, 2, 5)))), key=lambda m: -m.start()):
        words = draw.choice(NASTY).encode()
        quoted = b'"' + words + b'"' if place.group().startswith(b'"') else words
        content = content[: place.start()] + quoted + content[place.end() :]
    return content


def _damaged(content: bytes, draw: random.Random) -> bytes:
    kinds = [_some_bytes, _values] + ([_members] * 4 if content.startswith(b"PK") else [])
    return draw.choice(kinds)(content, draw) or b"x"


@pytest.mark.parametrize(("kind", "make", "rounds"), [
    *((kind, make, ROUNDS) for kind, make in FAST.items()),
    *((kind, make, SLOW_ROUNDS) for kind, make in SLOW.items()),
])  # fmt: skip
def test_damage_ends_in_grids_or_in_a_sentence(tmp_path, kind, make, rounds):
    whole = make()
    path = tmp_path / f"坏.{kind}"
    path.write_bytes(whole)
    assert files.read_grids(path)
    for number in range(rounds):
        draw = random.Random(f"{SEED} {kind} {number}")  # noqa: S311  # repeatable on purpose
        path.write_bytes(_damaged(whole, draw))
        try:
            grids = files.read_grids(path)
            for grid in grids:
                assert all(len(row) <= 512 for row in grid.rows)
                assert all(m.bottom <= len(grid.rows) for m in grid.merges)
                list(read_forms(grid, path.name))
        except errors.SelfEvalError as problem:
            assert path.name in str(problem)
        except BaseException as surprise:
            surprise.add_note(f"kind {kind}, FUZZ_SEED={SEED}, round {number}")
            raise
