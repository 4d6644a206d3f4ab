"""The JSON documents keep to the schemas in docs/schema."""

import json
from copy import deepcopy

import pytest
import wild
from conftest import FORMS_TEXT, ROOT, missing
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError
from layouts import sheets
from test_layouts import grid_of
from test_wild import readings

from selfeval_xl import actions, cli, profiles
from selfeval_xl.reading import read_forms

SCHEMAS = ROOT / "docs" / "schema"
CASES = ROOT.parent / "shared" / "cases"


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


SHOW, CHECK = validator("show"), validator("check")


@pytest.mark.parametrize("command", ["show", "check", "import", "roll"])
def test_a_command_prints_what_its_schema_says(command, tmp_path, capsys):
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK")
    target = ["-o", str(tmp_path / "新.xlsm")] if command in ("import", "roll") else []

    cli.main([command, str(FORMS_TEXT), str(broken), "--json", *target])

    said = json.loads(capsys.readouterr().out)
    validator(command).validate(said)
    assert said["unread"]


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
    judged = tuple(actions._judged(reading, profiles.NATIONAL) for reading in found)
    assert judged
    SHOW.validate(actions.show_document(actions.Contents(judged)))
    CHECK.validate(actions.check_document(actions.Contents(judged)))
