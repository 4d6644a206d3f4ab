"""What the command line and the buttons have in common."""

import os
from pathlib import Path

import pytest

from selfeval_xl import actions, errors
from selfeval_xl.send import pdf


def _program(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "soffice"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("places", ["", ".", os.pathsep, "mail", "{here}"])
def test_a_program_in_the_current_folder_is_not_run(tmp_path, monkeypatch, places):
    """Mailed files may lie there, and a system may look there first."""
    _program(tmp_path)
    _program(tmp_path / "mail")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", places.format(here=tmp_path))

    with pytest.raises(errors.ToolMissing):
        actions.draw(tmp_path / "x.xlsm", tmp_path)


def test_a_program_is_run_by_its_full_path(tmp_path, monkeypatch):
    found = _program(tmp_path / "programs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join((".", str(tmp_path), str(found.parent))))

    assert str(found) == pdf.program("soffice")
