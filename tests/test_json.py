"""The JSON documents keep to the schemas in docs/schema."""

import json
from copy import deepcopy
from pathlib import Path

import openpyxl
import pytest
import wild
from conftest import FORMS_TEXT, ROOT, missing
from drawing import PROJECT, Style, workbook
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError
from layouts import sheets
from season import season
from test_layouts import grid_of
from test_wild import readings

from selfeval_xl import actions, cli, profiles
from selfeval_xl.actions import judging
from selfeval_xl.reading import read_forms

SCHEMAS = ROOT / "docs" / "schema"
CASES = ROOT.parent / "shared" / "cases"


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


SHOW, CHECK, COLLECT = validator("show"), validator("check"), validator("collect")


@pytest.mark.parametrize("command", ["show", "check", "import", "roll"])
def test_a_command_prints_what_its_schema_says(command, tmp_path, capsys):
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK")
    target = ["-o", str(tmp_path / "新.xlsm")] if command in ("import", "roll") else []

    cli.main([command, str(FORMS_TEXT), str(broken), "--json", *target])

    said = json.loads(capsys.readouterr().out)
    validator(command).validate(said)
    assert said["unread"]


def test_copies_are_told_as_their_schema_says(tmp_path, capsys):
    """A book with an error is stopped, and forced; both documents are of one schema."""
    schema, book = validator("freeze"), workbook(tmp_path / "表.xlsx", ("自评表", PROJECT | {"score": 97}, Style()))
    command = ["freeze", str(book), "-o", str(tmp_path / "报送"), "--mail", "a@example.com", "--json"]

    assert cli.ERRORS_FOUND == cli.main(command)
    stopped = json.loads(capsys.readouterr().out)
    assert cli.DONE == cli.main([*command, "--force"])
    forced = json.loads(capsys.readouterr().out)

    for said in (stopped, forced):
        schema.validate(said)
        assert ["97"] == [one["total_score"] for one in said["forms"]]
        assert said["errors"]
    assert [] == stopped["written"]
    assert {".xlsx", ".eml"} == {Path(path).suffix for path in forced["written"]}
    with pytest.raises(ValidationError):
        schema.validate(forced | {"more": 1})


def test_a_summary_is_told_as_its_schema_says(tmp_path, capsys):
    """With everything that may be in it: a form twice, a broken file, a list, old slips and a summary to be kept."""
    folder, target = tmp_path / "in", tmp_path / "汇总.xlsx"
    folder.mkdir()
    season(folder, 6)
    (folder / "坏.xlsx").write_bytes(b"PK")
    first = next(folder.rglob("*（1号）.xlsx"))
    (folder / "更正.xlsx").write_bytes(first.read_bytes())
    (tmp_path / "名单.csv").write_text("单位,项目名称\n没交局,没交项目\n", encoding="utf-8")
    command = ["collect", str(folder), "-o", str(target), "--expected", str(tmp_path / "名单.csv"), "--mail", "--json"]
    cli.main(command)
    COLLECT.validate(json.loads(capsys.readouterr().out))
    book = openpyxl.load_workbook(target)
    book.create_sheet("电话记录")["A1"] = "已催"
    book.save(target)
    for path in folder.rglob("*.xlsx"):
        if path not in (first, folder / "坏.xlsx", folder / "更正.xlsx"):
            path.unlink()
    cli.main([*command, "--overwrite"])
    said = json.loads(capsys.readouterr().out)

    COLLECT.validate(said)
    assert COLLECT.schema["properties"].keys() == said.keys()
    assert said["repeated"] and said["not_read"]
    for change in ({"missing": -1}, {"kept": None}, {"files": "3"}, {"more": 1}):
        with pytest.raises(ValidationError):
            COLLECT.validate(said | change)


def test_the_schemas_refuse_what_they_do_not_list():
    shown = actions.show_document(actions.read_contents([FORMS_TEXT]))

    for change in (
        {"leftovers": [{"cell": "A1", "text": "字", "more": 1}]},
        {"layout": "unheard-of"},
        {"total_score": 98.09},
        {"more": None},
    ):
        changed = deepcopy(shown)
        changed["forms"][0] |= change
        with pytest.raises(ValidationError):
            SHOW.validate(changed)


def test_odd_files_keep_to_the_schemas():
    paths = [path for path in sorted(CASES.glob("*.*")) if path.suffix in (".xlsx", ".xls", ".docx", ".pdf")]
    if not paths:
        missing("the folder of cases", "lay it beside the tree as shared/cases")

    shown, checked = actions.read_contents(paths), actions.check(paths)
    assert shown.forms
    SHOW.validate(actions.show_document(shown))
    CHECK.validate(actions.check_document(checked))


@settings(max_examples=60)
@given(sheets())
def test_every_layout_keeps_to_the_schemas(laid):
    _keeps(read_forms(grid_of(laid), "表.xlsx"))


def test_forms_from_the_wild_keep_to_the_schemas():
    for one in (*wild.FORMS, *wild.MORE_FORMS):
        _keeps(readings(one))


def _keeps(found):
    judged = tuple(judging._with_arithmetic(judging._by_its_profile(reading, profiles.NATIONAL)) for reading in found)
    assert judged
    SHOW.validate(actions.show_document(actions.Contents(judged)))
    CHECK.validate(actions.check_document(actions.Contents(judged)))
