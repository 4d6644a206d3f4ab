"""Writes docs/functions.md from the functions, and docs/buttons.md from the ribbon; tests keep both current."""

from pathlib import Path

from selfeval_xl.excel.cell_function import Argument
from selfeval_xl.excel.functions import FUNCTIONS
from selfeval_xl.excel.ribbon import BUTTONS

DOCS = Path(__file__).resolve().parent.parent / "docs"


def page() -> str:
    """The reference of cell functions, in Chinese."""
    lines = [
        "# 单元格函数",
        "",
        "<!-- 本页由 tools/reference.py 根据 selfeval_xl/excel/functions.py 生成，请勿手工修改。 -->",
        "",
        "文本形式的数字（`636,500`、`６３６，５００`）按数字处理；空白、`-`、`—`、`/` 视为未填。",
        "参数中有错误值时返回同一个错误值；参数不是数字时返回一句中文说明；不会显示程序报错。",
        "",
    ]
    for function in FUNCTIONS:
        shown = ", ".join(map(_shown, function.arguments))
        lines += [f"## {function.name}({shown})", "", function.description, "", "| 参数 | 含义 |", "|---|---|"]
        lines += [f"| `{argument.name}` | {argument.meaning} |" for argument in function.arguments]
        lines.append("")
    return "\n".join(lines)


def _shown(argument: Argument) -> str:
    if argument.optional:
        return f"[{argument.name}]"
    return f"{argument.name}…" if argument.many else argument.name


def buttons_page() -> str:
    """The reference of the ribbon, in Chinese."""
    lines = [
        "# 功能区“绩效自评”",
        "",
        "<!-- 本页由 tools/reference.py 根据 selfeval_xl/excel/ribbon.py 生成，请勿手工修改。 -->",
        "",
        "按钮作用于当前打开的工作簿，普通的 .xlsx 也可以。改动之前先问，改完说明改了什么；可以撤销的，按 Ctrl+Z 退回。",
        "中途出错的，已做的步骤会退回，工作表恢复原样。没有连接上 Python 时，什么都不改动。",
        "",
        "| 组 | 按钮 | 做什么 |",
        "|---|---|---|",
        *(f"| {button.group} | {button.label} | {button.supertip} |" for button in BUTTONS),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    (DOCS / "functions.md").write_text(page(), encoding="utf-8")
    (DOCS / "buttons.md").write_text(buttons_page(), encoding="utf-8")
