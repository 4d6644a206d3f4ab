"""The ribbon of the add-in: its XML and what a click calls."""

import re
from dataclasses import replace

from lxml import etree

from selfeval_xl import actions
from selfeval_xl.excel import ribbon, vba

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"


def buttons(xml: str):
    return list(etree.fromstring(xml.encode()).iter(f"{UI}button"))


def test_the_add_in_is_a_valid_package_with_a_valid_ribbon(tmp_path, valid_package):
    actions.build_addin(tmp_path / "selfeval.xlam")

    valid_package(tmp_path / "selfeval.xlam")


def test_a_click_calls_a_sub_that_the_add_in_has():
    source = "\n".join(vba.addin_modules().values())
    for button in buttons(ribbon.customui()):
        (declared,) = re.findall(rf"(?m)^Public Sub {button.get('onAction')}\((.*)\)\r?$", source)
        assert "control As Object" == declared


def test_every_button_says_what_it_does_and_has_an_id_of_its_own():
    shown = buttons(ribbon.customui())

    assert len({button.get("id") for button in shown}) == len(shown) == len(ribbon.BUTTONS)
    for button in shown:
        assert button.get("label") and button.get("screentip") and button.get("imageMso")
        assert 1024 > len(button.get("supertip")) > len(button.get("label"))


def test_buttons_of_one_group_stand_together_in_their_order():
    one = ribbon.BUTTONS[0]
    made = [replace(one, id=f"b{number}", group=group) for number, group in enumerate("甲甲乙")]

    groups = etree.fromstring(ribbon.customui(made).encode()).iter(f"{UI}group")

    assert [("甲", ["b0", "b1"]), ("乙", ["b2"])] == [
        (group.get("label"), [button.get("id") for button in group]) for group in groups
    ]


def test_words_of_any_kind_are_escaped():
    words = "“A&B” <1> \"2\" '3'"

    (button,) = buttons(ribbon.customui([replace(ribbon.BUTTONS[0], supertip=words)]))

    assert words == button.get("supertip")
