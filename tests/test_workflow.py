"""What the repository's host runs: a workflow of its schema, made of commands that are in this tree."""

import re
import shlex
import subprocess
import sys
import tomllib
from itertools import pairwise

import pytest
import yaml
from conftest import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MARKERS = {line.partition(":")[0] for line in PROJECT["tool"]["pytest"]["ini_options"]["markers"]}
JOBS = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]
NEEDED_TO_CHECK_OUT = {"git", "ca-certificates"}
COMMANDS = [shlex.split(line) for step in STEPS for line in step.get("run", "").splitlines()]


def unknown(command: list[str]) -> list[str]:
    """What a command names and this tree does not have; a kind of command that is not known is itself unknown."""
    match command:
        case ["env", "-u", _, *rest]:
            return unknown(rest)
        case ["sh", script, *_]:
            return [] if (ROOT / script).is_file() else [script]
        case ["python", "-m", "pip", "install", *words]:
            extras = {extra for word in words for named in re.findall(r"\[(.+)\]", word) for extra in named.split(",")}
            files = {file for option, file in pairwise(words) if option == "-r"}
            wrong = extras - set(PROJECT["project"]["optional-dependencies"])
            return sorted(wrong | {file for file in files if not (ROOT / file).is_file()})
        case [
            "apt-get",
            "update",
            "-qq",
            "&&",
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            *packages,
        ]:
            return sorted(set(packages) - NEEDED_TO_CHECK_OUT)
        case ["git", "config", "--global", "--add", "safe.directory", "$GITHUB_WORKSPACE"]:
            return []
        case ["python", "-m", "pytest", "-q", "-m", expression, *files]:
            wrong = set(re.findall(r"\w+", expression)) - {"not", "and", "or"} - MARKERS
            return sorted(wrong | {file for file in files if not (ROOT / file).is_file()})
    return command


def test_the_workflow_keeps_to_its_schema(tmp_path):
    def check(path):
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
        return subprocess.run(command, capture_output=True, text=True)

    broken = tmp_path / "ci.yml"
    broken.write_text(WORKFLOW.read_text("utf-8").replace("steps:", "stops:"), "utf-8")

    assert check(WORKFLOW).returncode == 0, check(WORKFLOW).stdout
    assert check(broken).returncode == 1


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command)[:40])
def test_each_command_names_what_is_there(command):
    assert unknown(command) == []


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("sh tools/none.sh", ["tools/none.sh"]),
        ("env -u CI sh tools/none.sh", ["tools/none.sh"]),
        ("python -m pip install -r none.lock .[none]", ["none", "none.lock"]),
        ("python -m pytest -q -m 'not none' tests/test_none.py", ["none", "tests/test_none.py"]),
        ("apt-get update -qq && apt-get install -y -qq --no-install-recommends none git", ["none"]),
        ("another command", ["another", "command"]),
    ],
)
def test_what_is_not_there_is_named(command, missing):
    assert unknown(shlex.split(command)) == missing


def test_tests_windows_and_release_are_run():
    assert {"tests", "windows", "release"} == set(JOBS)
    assert [name for name, job in JOBS.items() if job["runs-on"].startswith("windows")] == ["windows"]
    assert {"tools/test.sh", "tools/release.sh"} <= {word for command in COMMANDS for word in command}


def test_each_action_has_a_full_version():
    actions = [step["uses"] for step in STEPS if "uses" in step]

    assert len(actions) >= len(JOBS)
    assert [] == [action for action in actions if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", action)]


def test_each_step_of_a_job_is_a_command_or_an_action():
    assert [] == [step for step in STEPS if len({"run", "uses"} & set(step)) != 1]
