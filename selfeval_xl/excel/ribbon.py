"""The ribbon of the add-in: its buttons as data, and the XML that Excel reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import quoteattr

_NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"


@dataclass(frozen=True)
class Button:
    """One button; `action` is the Sub of the add-in that a click runs, `image` the name of a picture of Office.

    Buttons of one group stand beside each other in the list.
    """

    id: str
    label: str
    screentip: str
    supertip: str
    image: str
    action: str
    group: str
    size: str = "large"


BUTTONS = (
    Button(
        "selfEvalReconnect",
        label="重新连接",
        screentip="重新连接 Python 并计算",
        supertip="刚装好或修好 Python 之后单击这里：立即重新连接，并重新计算当前工作簿。其他打开的工作簿不受影响。",
        image="RefreshAll",
        action="SelfEvalReconnectClicked",
        group="实时计算",
    ),
)


def customui(buttons: Sequence[Button] = BUTTONS) -> str:
    """The part customUI14.xml of the add-in."""
    groups = "".join(
        _element("group", id=f"selfEvalGroup{number}", label=name, content="".join(map(_button, members)))
        for number, (name, members) in enumerate(groupby(buttons, key=lambda button: button.group), 1)
    )
    tab = _element("tab", id="selfEvalTab", label="绩效自评", content=groups)
    ribbon = _element("ribbon", content=_element("tabs", content=tab))
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + _element(
        "customUI", xmlns=_NAMESPACE, content=ribbon
    )


def _button(button: Button) -> str:
    return _element(
        "button",
        id=button.id,
        label=button.label,
        size=button.size,
        imageMso=button.image,
        onAction=button.action,
        screentip=button.screentip,
        supertip=button.supertip,
    )


def _element(name: str, *, content: str = "", **attributes: str) -> str:
    head = " ".join([name, *(f"{attribute}={quoteattr(value)}" for attribute, value in attributes.items())])
    return f"<{head}>{content}</{name}>"
