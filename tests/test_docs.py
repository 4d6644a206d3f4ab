import re

import test_layers
from conftest import FORMS_TEXT, ROOT, module_from

import selfeval_xl
from selfeval_xl import cli, form, labels

DOCS = ROOT / "docs"


def test_the_reference_of_functions_is_current():
    reference = module_from(ROOT / "tools" / "reference.py")

    assert (DOCS / "functions.md").read_text(encoding="utf-8") == reference.page(), "run tools/build.sh"


def test_the_reference_of_buttons_is_current():
    reference = module_from(ROOT / "tools" / "reference.py")

    assert (DOCS / "buttons.md").read_text(encoding="utf-8") == reference.buttons_page(), "run tools/build.sh"


def test_the_list_of_headings_is_current():
    table = module_from(ROOT / "tools" / "headings_table.py")

    assert (DOCS / "headings.md").read_text(encoding="utf-8") == table.page(), "run tools/build.sh"


def test_optional_words_and_choices_of_a_heading_are_written_for_people():
    table = module_from(ROOT / "tools" / "headings_table.py")

    assert table.spellings(r"(?:年初|全年)?预算(?:数)?|.{0,8}原因") == ["〔年初／全年〕预算〔数〕", "…原因"]
    assert table.spellings(r"(?:标准|满)分值") == ["（标准／满）分值"]


def test_the_page_of_the_command_line_is_current():
    table = module_from(ROOT / "tools" / "command_line_page.py")

    assert (DOCS / "command-line.md").read_text(encoding="utf-8") == table.page(), "run tools/build.sh"
    assert set(table.EXAMPLES) | set(table.STATUSES) <= set(table.commands())


def test_the_examples_of_commands_run(tmp_path, monkeypatch, capsys):
    table = module_from(ROOT / "tools" / "command_line_page.py")
    monkeypatch.chdir(tmp_path)

    for line in table.EXAMPLES.values():
        program, *words = line.split()
        assert program == "selfeval-xl"
        assert cli.main(words) == cli.DONE, capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"演示", "导入.xlsm", "2023年.xlsm", "空白表.xlsm"}


def test_the_examples_of_the_interface_run(tmp_path, monkeypatch):
    (tmp_path / "自评表.txt").write_bytes(FORMS_TEXT.read_bytes())
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "api.md").read_text(encoding="utf-8")

    examples = re.findall(r"(?ms)^```python\n(.*?)^```", page)
    assert len(examples) >= 3
    exec("\n".join(examples), {})  # noqa: S102
    assert {name for name in selfeval_xl.__all__ if f"`{name}" not in page} == set()
    assert all(getattr(selfeval_xl, name).__doc__ for name in selfeval_xl.__all__)


def test_the_picture_of_the_architecture_is_current_and_keeps_to_the_table():
    tool = module_from(ROOT / "tools" / "layers_picture.py")
    page = (DOCS / "development.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"(?m)^  (\w+) --> (\w+)$", page))
    allowed = {
        (name.split(".")[0], other.split(".")[0]) for name, others in test_layers.ALLOWED.items() for other in others
    }

    assert page == tool.page(page), "run tools/build.sh"
    assert ("actions", "reading") in drawn
    assert drawn <= allowed


def test_the_page_for_developers_names_files_that_are_there():
    page = (DOCS / "development.md").read_text(encoding="utf-8")

    paths = re.findall(r"(?:`|sh )((?:selfeval_xl|tests|tools|docs)/[\w./-]+)`?", page)
    assert len(paths) > 10
    assert [] == [path for path in paths if not (ROOT / path).exists()]


def test_every_english_name_of_the_glossary_occurs_in_the_code():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "selfeval_xl").rglob("*.py"))
    names = re.findall(r"(?m)^\| \S[^|]*? \| `(\w+)` \|", (DOCS / "glossary.md").read_text(encoding="utf-8"))

    assert [] == [name for name in names if not re.search(rf"(?i)(?:\b|_){name}s?(?:\b|_)", code)]


def test_the_glossary_names_every_field_of_the_form_once():
    rows = re.findall(r"(?m)^\| (\S[^|]*?) \| `(\w+)` \|", (DOCS / "glossary.md").read_text(encoding="utf-8"))
    english = [name for _, name in rows]
    fields = {
        name
        for record in (form.Form, form.Funds, form.Indicator)
        for name in record.__dataclass_fields__
        if name not in ("source", "sheet", "layout", "name")
    }

    assert fields <= set(english)
    assert len(english) == len(set(english))
    for headings in (labels.HEAD, labels.FUNDS, labels.GOALS, labels.INDICATORS):
        named = {field.removesuffix("_else") for field in headings}
        assert named - {"expected", "achieved"} <= set(english)


def test_no_page_points_to_a_file_that_is_not_there():
    for page in (*ROOT.glob("*.md"), *DOCS.glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert "://" in target or (page.parent / target).exists(), f"{page.name}: {target}"


def test_no_command_for_a_desk_runs_a_module_that_lies_beside_mailed_files():
    """`-m` puts the current folder first among the places where modules are sought; `-P` leaves it out."""
    for page in (*ROOT.glob("*.md"), *DOCS.glob("*.md")):
        assert not re.findall(r"\b(?:py|python3?)(?: -[^mP]\w*)* -m ", page.read_text(encoding="utf-8")), page.name
