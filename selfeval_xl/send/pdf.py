"""The copy as PDF, printed by LibreOffice."""

import shutil
import subprocess
import sys
import tempfile
from os import get_exec_path
from pathlib import Path

from selfeval_xl import errors
from selfeval_xl.patterns import expression

_PAGE = expression(rb"/Type\s*/Page\b(?!s)")


def program(name: str) -> str | None:
    """The full path of a program. Never one in the current folder, where Windows looks first: mail may lie there."""
    name += ".exe" if sys.platform == "win32" else ""
    folders = [Path(folder) for folder in get_exec_path() if Path(folder).is_absolute()]
    found = (shutil.which(str(folder / name)) for folder in folders if folder != Path.cwd())
    return next(filter(None, found), None)


def office(remedy: str) -> str:
    """The path of LibreOffice; without it the remedy."""
    found = program("soffice")
    if found is None:
        raise errors.ToolMissing("LibreOffice", remedy)
    return found


def run(command: list[str], tool: str, folder: str, remedy: str) -> None:
    """Runs a program in this folder."""
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=180, cwd=folder)
    except (subprocess.SubprocessError, OSError):
        raise errors.ToolMissing(tool, f"它没有正常运行，{remedy}") from None


def printed(office: str, book: Path, scratch: str, remedy: str) -> Path:
    """The workbook as a PDF in the scratch folder."""
    profile = Path(scratch, "profile").as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf"]
    run([*command, "--outdir", scratch, str(book.resolve())], "LibreOffice", scratch, remedy)
    drawn = Path(scratch, book.stem + ".pdf")
    if not drawn.exists():
        raise errors.ToolMissing("LibreOffice", f"它没有生成 PDF，{remedy}")
    return drawn


def pages(book: bytes, office: str) -> tuple[bytes, int]:
    """The workbook as PDF, and how many pages it has."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "book.xlsx")
        path.write_bytes(book)
        content = printed(office, path, scratch, "PDF 未生成。").read_bytes()
    return content, len(_PAGE.findall(content))
