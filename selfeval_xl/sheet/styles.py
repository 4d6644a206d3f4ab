"""How cells look, as properties in the words of XlsxWriter.

What people type is on a light ground, what is calculated on a grey one, what is advice stands in blue beside the form;
on paper all of it is black on white.
"""

from decimal import Decimal
from typing import Any

Properties = dict[str, Any]

_TYPED, _COMPUTED = "#FFFBEB", "#EDEDED"
_ADVICE, _QUIET, _FAINT = "#1F4E79", "#595959", "#7F7F7F"

# Excel's own font on a Chinese desk; its digits are eight pixels wide, and columns are measured by them.
FONT: Properties = {"font_name": "宋体", "font_size": 11, "font_scheme": "none"}
_FONT: Properties = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
_BOX = _FONT | {"border": 1}
_TYPED_BOX = _BOX | {"bg_color": _TYPED}
_COMPUTED_BOX = _BOX | {"bg_color": _COMPUTED, "align": "center", "shrink": True, "text_wrap": False}
_POINTS, _SCORE = {"align": "center"}, {"align": "center", "num_format": "0.00"}
_AMOUNT = {"num_format": "#,##0.00####", "align": "right", "indent": 1, "shrink": True, "text_wrap": False}
_SIDE = _FONT | {"font_size": 9, "align": "left"}

_STYLES: dict[str, Properties] = {
    "title": _FONT | {"font_size": 18, "bold": True, "align": "center"},
    "year": _FONT | {"font_size": 11, "align": "center", "bg_color": _TYPED},
    "label": _BOX | {"align": "center"},
    "head": _TYPED_BOX | {"align": "left", "indent": 1},
    "head_in_one_line": _TYPED_BOX | {"align": "left", "indent": 1, "shrink": True, "text_wrap": False},
    "unit": _TYPED_BOX | {"align": "center"},
    "amount": _TYPED_BOX | _AMOUNT,
    "points": _TYPED_BOX | _POINTS,
    "score": _TYPED_BOX | _SCORE,
    "level": _TYPED_BOX | {"align": "center"},
    "total_points": _COMPUTED_BOX,
    "total_score": _COMPUTED_BOX | {"num_format": "0.00"},
    "blank": _BOX,
    "text": _BOX | {"align": "left", "indent": 1},
    "link": _BOX | {"align": "left", "indent": 1, "font_color": "#0563C1", "underline": 1},
    "value": _BOX | {"align": "center"},
    "shown_amount": _BOX | _AMOUNT,
    "shown_score": _BOX | _SCORE,
    "side_label": _SIDE | {"font_color": _QUIET, "align": "right", "indent": 1},
    "side_heading": _SIDE | {"font_color": _QUIET, "align": "center", "bottom": 1},
    "side_choice": _SIDE | {"font_color": _ADVICE, "bg_color": _TYPED},
    "side": _SIDE | {"font_color": _ADVICE},
    "side_note": _SIDE | {"font_color": _QUIET},
    "hint": _SIDE | {"font_color": _FAINT, "italic": True},
    # On one line, which runs on over the empty columns at its right: a long one makes no row higher.
    "last_year": _SIDE | {"font_size": 8, "font_color": _QUIET, "text_wrap": False, "num_format": "@"},
    "suggested": _SIDE | {"font_size": 8, "font_color": _ADVICE, "align": "center", "num_format": "0.00"},
}
# What people type here stays as typed: Excel makes no date of 11/20 and no number of 2025年11月.
_SIZED: dict[str, Properties] = {
    "text": {"align": "left", "indent": 1},
    "value": {"align": "center"},
    "goal": {"align": "left", "valign": "top", "indent": 1},
}

HIGHLIGHTS: dict[str, Properties] = {
    "wrong": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "differs": {"bg_color": "#F8CBAD", "font_color": "#833C0B"},
    "unexplained": {"bg_color": "#FFEB9C", "font_color": "#7F6000"},
    "error": {"font_color": "#C00000"},
    "warning": {"font_color": "#9C5700"},
    "advice": {"font_color": _ADVICE},
    "fine": {"font_color": "#375623"},
}


def properties(style: str) -> Properties:
    """The properties of a style; a number behind its name is the size of its type or the decimals of its rate."""
    if style in _STYLES:
        return _STYLES[style]
    name = style.rstrip("0123456789")
    number = int(style.removeprefix(name))
    if name in ("rate", "shown_rate"):
        percentage = {"num_format": f"{Decimal(0):.{number}f}%", "align": "center"}
        return (_COMPUTED_BOX if name == "rate" else _BOX) | percentage
    if name == "strut":
        return {"font_name": "Arial", "font_size": number}
    return _TYPED_BOX | {"font_size": number, "num_format": "@"} | _SIZED[name]
