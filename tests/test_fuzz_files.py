"""Damaged files end in forms or in a sentence; those that once did not are kept in `corpus/`."""

import os
import re
import subprocess
import sys
from collections import Counter

import fuzz_seeds
import fuzzing
import pytest
from conftest import ROOT

from selfeval_xl import files

CORPUS = ROOT / "tests" / "corpus"
COUNT = 5_000


def _listed(part: str) -> dict[str, str]:
    """What becomes of each file that a part of the corpus's list names."""
    return dict(re.findall(r"^\| `([^`]+)` \|.*\| ([\w ]+) \|$", part, re.MULTILINE))


_MENDED = _listed((CORPUS / "README.md").read_text(encoding="utf-8"))


def test_damaged_files_of_every_kind_end_in_forms_or_in_a_sentence(tmp_path):
    """Within 5 seconds of the processor and 500 MB, and without a rule that is missing in a reader."""
    work = fuzzing.spread(COUNT, list(fuzz_seeds.KINDS))

    report = fuzzing.run(work, seed=2022, workers=min(4, os.cpu_count() or 1), saved_in=tmp_path)

    assert not report.faults, report.told()
    assert COUNT == sum(outcomes.total() for outcomes in report.outcomes.values())
    for kind, outcomes in report.outcomes.items():  # damage that nothing survives would try little
        assert outcomes["read"] > outcomes.total() / 6, f"{kind}: {outcomes}"


@pytest.mark.parametrize("name", _MENDED)
def test_what_was_once_a_fault_is_none(name):
    judged = fuzzing.judge(CORPUS / name)

    assert (_MENDED[name], None) == (judged.outcome, judged.fault), judged.details


def test_the_corpus_is_what_its_list_says():
    assert {path.name for path in CORPUS.iterdir()} - {"README.md"} == set(_MENDED)


def test_a_seed_and_a_number_are_the_same_file_everywhere():
    code = (
        "import sys; sys.path.insert(0, 'tests'); import fuzzing, fuzz_seeds, hashlib; print(hashlib.sha256("
        "b''.join(fuzzing.file_of(kind, 7, n) for kind in fuzz_seeds.KINDS for n in range(5))).hexdigest())"
    )

    hashes = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert 1 == len(hashes)


def test_what_a_reader_stumbles_over_is_a_fault(tmp_path, monkeypatch):
    """The person sees that the file is damaged; whoever maintains the reader sees where."""
    path = tmp_path / "坏.txt"
    path.write_text("甲乙丙")
    monkeypatch.setattr(files.text, "_MARKS", None)

    judged = fuzzing.judge(path)

    assert "Damaged" == judged.outcome
    assert judged.fault.startswith("stumbled: TypeError in text.py")


def test_too_much_time_and_too_much_memory_are_faults(tmp_path, monkeypatch):
    path = tmp_path / "大.txt"
    path.write_text("甲")
    monkeypatch.setattr(files.text, "decoded", lambda _: "甲" if b"x" * 60_000_000 else "")
    monkeypatch.setattr(fuzzing, "MEMORY", 20)
    assert "more than 500 MB" == fuzzing.judge(path).fault

    monkeypatch.setattr(fuzzing, "SECONDS", 0.0)
    assert "more than 5 seconds" == fuzzing.judge(path).fault


def test_a_process_that_ends_or_hangs_is_a_fault_and_the_rest_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzzing, "HANGS", 0.0)  # before any could have answered

    report = fuzzing.run(iter([("txt", 1), ("txt", 2)]), seed=7, workers=1, saved_in=tmp_path)

    (fault,) = report.faults.values()
    assert ("txt", [1, 2]) == (fault.kind, fault.numbers)
    assert fault.what.startswith("hangs")
    assert "--kind txt --seed 7 --only 1" in report.told()
    assert {"txt": Counter(ended=2)} == report.outcomes
    assert {"7-1.txt", "7-2.txt"} == {path.name for path in tmp_path.iterdir()}
