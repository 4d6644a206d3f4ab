"""Writes docs/command-line.md from the parser of the command line; a test keeps it current."""

import argparse
from pathlib import Path
from typing import Any

from selfeval_xl import cli

PAGE = Path(__file__).resolve().parent.parent / "docs" / "command-line.md"
# What a test runs, one after the other in one folder; commands left out concern the computer itself or take minutes.
EXAMPLES = {
    "demo": "selfeval-xl demo -o 演示",
    "show": "selfeval-xl show 演示/2022年绩效自评.xlsm",
    "check": "selfeval-xl check 演示/2022年绩效自评.xlsm --no-advice",
    "import": "selfeval-xl import 演示/kunming-office-2022.txt -o 导入.xlsm",
    "roll": "selfeval-xl roll 导入.xlsm -o 2023年.xlsm",
    "new": "selfeval-xl new -o 空白表.xlsm --year 2026 --profile 四川",
}
STATUSES = {
    "check": "0 没有错误；1 有错误；2 有文件不能读取",
    "doctor": "0 没有问题；1 有问题；2 未完成",
    "collect": "0 完成；1 完成，有的表有错误；2 未完成",
    "freeze": "0 已生成；1 还有错误，没有生成；2 未完成",
}
USUAL_STATUS = "0 完成；2 未完成，标准错误输出一句说明"


def commands() -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """Every command with what it does and its own parser."""
    action: Any = cli._parser()._subparsers._group_actions[0]  # argparse gives no other way to them
    helps = {choice.dest: choice.help for choice in action._choices_actions}
    return {name: (helps[name], parser) for name, parser in action.choices.items()}


def page() -> str:
    """The reference of the command line, in Chinese."""
    lines = [
        "# 命令行",
        "",
        "<!-- 本页由 tools/command_line_page.py 根据 selfeval_xl/cli.py 生成，请勿手工修改。 -->",
        "",
        "`--json` 输出的内容见 [json.md](json.md)。",
        "",
    ]
    for name, (said, parser) in commands().items():
        lines += [f"## {name}", "", f"{said}。", ""]
        actions = [action for action in parser._actions if action.dest != "help"]
        if actions:
            lines += ["| 参数 | 含义 |", "|---|---|", *map(_row, actions), ""]
        lines += [f"退出码：{STATUSES.get(name, USUAL_STATUS)}。", ""]
        if name in EXAMPLES:
            lines += ["```sh", EXAMPLES[name], "```", ""]
    return "\n".join(lines)


def _row(action: argparse.Action) -> str:
    """An argument as it is typed, and what it means."""
    typed = " ".join([*action.option_strings[-1:], *([str(action.metavar)] if action.nargs != 0 else [])])
    more = "…" if action.nargs == "+" else ""
    meaning = action.help or ("生成到这里" if action.option_strings else "要处理的文件")
    left_out = f"，不写时为 `{action.default}`" if isinstance(action.default, Path) else ""
    needed = "，必填" if action.required else ""
    return f"| `{typed}{more}` | {meaning}{left_out}{needed} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
