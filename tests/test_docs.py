import re

from conftest import ROOT, module_from

from selfeval_xl import form, labels

DOCS = ROOT / "docs"


def test_the_reference_of_functions_is_current():
    reference = module_from(ROOT / "tools" / "reference.py")

    assert (DOCS / "functions.md").read_text(encoding="utf-8") == reference.page(), "run tools/build.sh"


def test_the_reference_of_buttons_is_current():
    reference = module_from(ROOT / "tools" / "reference.py")

    assert (DOCS / "buttons.md").read_text(encoding="utf-8") == reference.buttons_page(), "run tools/build.sh"


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
