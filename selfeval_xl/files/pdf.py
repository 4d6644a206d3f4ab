"""PDF files with words and ruled tables; read in a process of its own, whose time and memory are bounded.

A PDF is a program for drawing pages, and nothing in it says beforehand how long it runs.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence, Set
from typing import Any

from selfeval_xl import errors, labels
from selfeval_xl.cells import UNKNOWN
from selfeval_xl.files import pdf_cells, pdf_page, pdf_pages, unruled
from selfeval_xl.files.bounds import MB, check_size
from selfeval_xl.files.paper import Paper
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_SECONDS = 40
_MEMORY = 400 * MB
_LARGEST = 48 * MB
_MOST_PAGES = 300
_HEADINGS = {"项目名称", "三级指标"}
_FEWEST_HEADINGS = 4  # that show a form
_FEWEST_BESIDE = 2  # of them, that stand in no cell
_LONGEST_TITLE = 40
# A drawing whose letter is not known; Ghostscript names some so.
_NO_LETTER = expression(r"\(cid:\d+\)|[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# The package is the very one that runs here. Nothing else is sought in the current folder (-P) or where a variable
# leads (-E). Not -I: without administrator pip installs into the folder of the user, which -I would hide.
_CHILD = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("selfeval_xl", sys.argv[1])
sys.modules["selfeval_xl"] = package = module_from_spec(spec)
spec.loader.exec_module(package)
from selfeval_xl.files import pdf
pdf.main()
"""
_VARIABLES = (
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
)  # where the folder of the user is, and Windows


def read(content: bytes) -> tuple[Grid, ...]:
    """The document as one sheet; a table continued on the next page keeps its columns.

    Raises `Scanned` where there are no words, `NoLetters` where nothing says which they are,
    `NoRules` where the headings of a form stand in no table.
    """
    check_size(len(content), _LARGEST)
    found = _read_apart(content)
    if "refusal" in found:
        raise getattr(errors, found["refusal"])(*found["details"])
    paper = Paper()
    for row in found["rows"]:
        paper.row({int(column): words for column, words in row.items()})
    for area in found["merges"]:
        paper.merge(*area)
    return (paper.grid(),)


def _read_apart(content: bytes) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-P", "-c", _CHILD, str(sys.modules["selfeval_xl"].__file__)],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            cwd=sys.exec_prefix,
            env={name: os.environ[name] for name in _VARIABLES if name in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise errors.TooLarge(f"{_SECONDS} 秒内没有读完") from None
    except subprocess.CalledProcessError as problem:
        if b"MemoryError" in problem.stderr:
            raise MemoryError from None
        raise errors.Damaged from None
    except ValueError:
        raise errors.Damaged from None
    return found


# ---- in the process of its own -------------------------------------------------------------------------------------


def main() -> None:
    """Reads a PDF from standard input, writes rows and merged areas as JSON, or the name of what refuses them."""
    _bound_memory()
    try:
        found = _extracted(sys.stdin.buffer.read())
    except MemoryError:
        found = _refused(errors.TooLarge("内存不足"))
    except errors.SelfEvalError as problem:
        found = _refused(problem)
    sys.stdout.buffer.write(json.dumps(found).encode())


def _refused(problem: errors.SelfEvalError) -> dict[str, Any]:
    return {"refusal": type(problem).__name__, "details": problem.args}


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


def _extracted(content: bytes) -> dict[str, Any]:
    import logging

    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.disable()
    try:
        document = pdfplumber.open(io.BytesIO(content))
    except PdfminerException as problem:
        if problem.args and isinstance(problem.args[0], PDFPasswordIncorrect):
            raise errors.Encrypted from None
        raise
    pieces: list[pdf_cells.Piece] = []
    characters = unreadable = 0
    is_unsure = is_coloured = False
    above: list[list[unruled.Span]] = []  # rows of a table ruled across only
    with document:
        if len(document.pages) > _MOST_PAGES:
            raise errors.TooLarge(f"{len(document.pages)} 页")
        for number, page in enumerate(document.pages):
            seen = pdf_page.each_letter_once(pdf_page.printed_only(pdf_page.upright(pdf_page.drawn(page))))
            between = unruled.sides(seen, above)
            is_unsure = is_unsure or between is None
            found = pdf_cells.pieces(seen, number, between or ())
            is_coloured = is_coloured or (pdf_page.only_boxes(seen) and _is_half_outside(found))
            characters += sum(len(piece.words) for piece in found)
            unreadable += sum(len("".join(_NO_LETTER.findall(piece.words))) for piece in found)
            for piece in found:
                piece.words = _NO_LETTER.sub(UNKNOWN, piece.words)
            pieces += found
            page.close()
    if characters == 0:
        raise errors.Scanned
    if unreadable * 3 > characters:
        raise errors.NoLetters
    is_divided = any(piece.in_table for piece in pieces) and not is_coloured
    if (is_unsure or not is_divided) and _is_form({piece.words for piece in pieces}):
        raise errors.NoRules(
            "只有横线、没有竖线" if is_unsure else "没有表格线，只有底色" if is_coloured else "没有表格线"
        )
    return pdf_pages.laid_out(pieces)


def _is_half_outside(pieces: Sequence[pdf_cells.Piece]) -> bool:
    """Whether headings stand beside the cells, or more words than in them: not all cells are coloured."""
    inside = sum(len(piece.words) for piece in pieces if piece.in_table)
    outside = [piece.words for piece in pieces if not piece.in_table]
    fields = (labels.FUNDS, labels.INDICATORS)
    headings = {found for words in outside for one in fields if (found := labels.field_of(words, one))}
    return sum(map(len, outside)) > inside or len(headings) >= _FEWEST_BESIDE


def _is_form(words: Set[str]) -> bool:
    """Whether a title and headings are those of a form of ours, in a table or not."""
    keys = [labels.key(one) for one in words if len(one) <= _LONGEST_TITLE]
    titles = [one for one in keys if labels.TITLE.search(one) and not labels.OTHER_TITLE.search(one)]
    headings = {one.first(key) for key in keys for one in (labels.HEAD, labels.INDICATORS)} - {None}
    names_a_project = any("项目" in one for one in titles) and len(headings) >= _FEWEST_HEADINGS
    return bool(titles) and (names_a_project or words >= _HEADINGS)
