"""What all tests share."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
FORMS_TEXT = ROOT / "selfeval_xl" / "data" / "kunming-office-2022.txt"
VALIDATOR = Path(os.environ.get("OOXML_VALIDATOR", ROOT.parent / "shared" / "tools" / "validate_ooxml.py"))

settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def missing(what: str, remedy: str) -> None:
    """Skips a test whose tool is not here, aloud; where CI runs nothing is skipped."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing: {remedy}")
    pytest.skip(f"{what} is missing: {remedy}")


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """LibreOffice, started once for all that ask it."""
    if shutil.which("soffice") is None:
        missing("LibreOffice", "apt-get install libreoffice-calc")
    if importlib.util.find_spec("uno") is None:
        missing("uno", "apt-get install python3-uno, and an environment made with --system-site-packages")
    from live.office import running  # which imports uno

    yield from running(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def valid_package():
    """Checks a workbook's package against the schemas; errors and warnings fail the test."""
    if not VALIDATOR.exists():
        missing("validate_ooxml.py", "name it in OOXML_VALIDATOR")

    def check(path: Path, *, warnings: bool = False) -> None:
        done = subprocess.run([sys.executable, str(VALIDATOR), str(path)], capture_output=True, text=True)
        report = done.stdout + done.stderr
        assert done.returncode == 0, report
        if not warnings:
            assert "0 warnings" in report, report

    return check


def module_from(path: Path):
    """A Python file as a module, for scripts that are no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def demo_book(tmp_path_factory) -> Path:
    """The four forms of 2022 as a live workbook."""
    from selfeval_xl import actions

    path = tmp_path_factory.mktemp("demo") / "demo.xlsm"
    actions.import_forms([FORMS_TEXT], path)
    return path
