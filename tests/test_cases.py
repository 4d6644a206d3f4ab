"""The odd files that lie beside the repository are read as those who drew them say."""

import re
import subprocess
import sys
from pathlib import Path

from conftest import ROOT, missing

CASES = ROOT.parent / "shared" / "cases"
SCORING = ROOT.parent / "shared" / "tools" / "score_cases.py"


def test_every_odd_file_is_read_as_it_says(tmp_path):
    if not SCORING.exists():
        missing("score_cases.py", "it lies beside the repository, in shared/tools")
    program = Path(sys.executable).with_name("selfeval-xl")

    done = subprocess.run([sys.executable, SCORING, program, CASES, "-v"], capture_output=True, text=True, cwd=tmp_path)

    right = re.search(r"(\d+) of (\d+) cases right", done.stdout)
    assert right is not None and int(right[1]) == int(right[2]) > 0, done.stdout + done.stderr
