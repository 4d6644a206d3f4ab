"""Writes the generated page docs/functions.md from functions.py; a test keeps it current."""

from pathlib import Path

from selfeval_xl.excel import vba

PAGE = Path(__file__).resolve().parent.parent / "docs" / "functions.md"
ARGUMENTS = {
    "executed": "全年执行数（与预算数同一单位）",
    "budget": "全年预算数（与执行数同一单位）",
    "weight": "分值",
    "target": "年度指标值",
    "actual": "实际完成值",
    "score": "得分",
    "reason": "偏差原因分析及改进措施",
    "form": "从标题到总分的整张自评表",
    "advice": "“显示”或“不显示”建议一类的意见，可省略，省略时为“显示”",
    "values": "要合计的单元格或区域，可以有多个",
    "total": "总分（0 到 100）",
    "profile": "评分规则的名称，可省略，省略时为“全国通用”",
}


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
    for signature in vba.signatures():
        names = ", ".join(
            f"[{a.name}]" if a.optional else f"{a.name}…" if a.many else a.name for a in signature.arguments
        )
        lines += [f"## {signature.name}({names})", "", signature.description, "", "| 参数 | 含义 |", "|---|---|"]
        lines += [f"| `{a.name}` | {ARGUMENTS[a.name]} |" for a in signature.arguments]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
