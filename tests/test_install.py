"""The registered command line. That Windows starts the server with it is tried under Wine."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from selfeval_xl.excel import install


@pytest.mark.parametrize("place", ["current folder", "PYTHONPATH"])
def test_a_package_that_lies_elsewhere_is_not_mistaken_for_ours(tmp_path: Path, place: str) -> None:
    for name in ("selfeval_xl", "pandas"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    python, *options, _, server = shlex.split(install.server_command())
    variables = {"PYTHONPATH": str(tmp_path)} if place == "PYTHONPATH" else {}

    done = subprocess.run(
        [python, *options, "-c", "import selfeval_xl, pandas"],
        cwd=tmp_path if place == "current folder" else None,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert (sys.executable, "selfeval_xl.excel.server") == (python, server)
