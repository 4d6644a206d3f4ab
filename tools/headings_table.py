"""Writes docs/headings.md, the headings that are recognised, from labels.py; a test keeps it current."""

from collections.abc import Iterable
from pathlib import Path
from re import _constants as kinds  # the parts that a pattern is made of
from re import _parser as parser
from typing import Any

from selfeval_xl import labels

PAGE = Path(__file__).resolve().parent.parent / "docs" / "headings.md"
PARTS = (
    ("表头", "标签，值在其右方或下方", labels.HEAD),
    ("项目资金", "资金表的列标题，或与资金交叉排列时的行标题", labels.FUNDS),
    ("年度总体目标", "目标的标题，内容在其下方或右方", labels.GOALS),
    ("绩效指标", "指标表的列标题", labels.INDICATORS),
)
ELSE = "_else"  # headings of a field that count where the form has no better one


def page() -> str:
    """Every field with the spellings of its heading, in Chinese."""
    lines = [
        "# 能识别的栏目名称",
        "",
        "<!-- 本页由 tools/headings_table.py 根据 selfeval_xl/labels.py 生成，请勿手工修改。 -->",
        "",
        "比较时不看空格、末尾的冒号、开头的序号、星号和年份、括号里的说明，全角和半角视为相同，但名称要整个相符：“复核得分”不是“得分”。",
        "〔　〕中的字可有可无，有的还可以连写几个；／ 表示任选其一；… 表示任意几个字。",
        "字段的中文见[词汇](glossary.md)。",
        "",
    ]
    for title, where, headings in PARTS:
        lines += [f"## {title}", "", f"位置：{where}。", "", "| 字段 | 写法 |", "|---|---|"]
        for field, pattern in headings.items():
            said = "（没有上述名称时）" if field.endswith(ELSE) else ""
            lines.append(f"| `{field.removesuffix(ELSE)}`{said} | {'；'.join(spellings(pattern))} |")
        lines.append("")
    return "\n".join(lines)


def spellings(pattern: str) -> list[str]:
    """The alternatives of a pattern, each as a person reads it."""
    parsed = parser.parse(pattern)
    if len(parsed) == 1 and parsed[0][0] is kinds.BRANCH:
        return [_read(way) for way in parsed[0][1][1]]
    return [_read(parsed)]


def _read(parts: Iterable[Any]) -> str:
    return "".join(_part(kind, value) for kind, value in parts)


def _part(kind: Any, value: Any) -> str:
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.MAX_REPEAT:
        least, _, repeated = value
        words = _read(repeated)
        if words == "…":
            return words
        if least:
            return words
        return f"〔{words[1:-1] if _is_choice(repeated) else words}〕"
    if kind is kinds.SUBPATTERN:
        return _read(value[3])
    if kind is kinds.BRANCH:
        return f"（{'／'.join(map(_read, value[1]))}）"
    if kind is kinds.IN:
        return f"（{'／'.join(_part(*member) for member in value)}）" if len(value) > 1 else _part(*value[0])
    if kind is kinds.CATEGORY and value is kinds.CATEGORY_DIGIT:
        return "数字"
    if kind is kinds.CATEGORY and value is kinds.CATEGORY_SPACE:
        return ""
    if kind is kinds.ANY:
        return "…"
    raise NotImplementedError(f"no words for {kind} in a heading's pattern")


def _is_choice(parts: Any) -> bool:
    """Whether the brackets of a choice enclose all that is repeated."""
    while len(parts) == 1 and parts[0][0] is kinds.SUBPATTERN:
        parts = parts[0][1][3]
    kind, value = parts[0]
    return len(parts) == 1 and (kind is kinds.BRANCH or (kind is kinds.IN and len(value) > 1))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
