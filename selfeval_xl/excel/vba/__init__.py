"""The VBA of a workbook (a short bridge, a wrapper for each cell function, what else may be run) and of the add-in.

`projects.tar.xz` holds the built projects, one for each number of sheets, because a VBA project names
every sheet of its workbook; `addin.bin` is that of the add-in.
"""

import io
import tarfile
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from selfeval_xl.excel.cell_function import CellFunction
from selfeval_xl.excel.functions import FUNCTIONS

BRIDGE = "SelfEvalBridge"
WRAPPERS = "SelfEvalFunctions"
MACROS = "SelfEvalMacros"
MOST_SHEETS = 252  # 250 projects, the guide and the summary
PROJECTS = "projects.tar.xz"
ADDIN = "addin.bin"
TEXTS = "SelfEvalTexts"  # of the add-in
_LETTERS_OF_A_LINE = 100  # a line of VBA ends at 1023 characters, and a letter takes up to six
_HERE = resources.files(__name__)


# What the add-in says by itself, where Python cannot be asked. VBA text is ASCII, so the words travel as numbers.
SAID = {
    "title": "绩效自评",
    "summary": "汇总",
    "files": "表格、文档和网页 (*.xls*;*.doc*;*.pdf;*.csv;*.txt;*.htm*),*.xls*;*.doc*;*.pdf;*.csv;*.txt;*.htm*",
    "books": "工作簿",
    "unsaved": "请先保存当前工作簿，再试一次。",
    "notsaved": "没有能保存副本，没有改动。请检查文件夹能否写入、文件名是否正确，再试一次。",
    "unreachable": "没有连接上 Python，什么都没有改动。请单击“重新连接”再试；仍不行的，单击“诊断”或重新运行安装程序。",
    "failed": "操作没有完成，工作表已恢复原样。请把括号里的内容告诉维护人员：",
    "undofailed": "撤销没有全部完成，请检查工作表，必要时关闭工作簿不保存。",
    "stopped": "操作没有完成。请重试；仍不行的，单击“诊断”，把报告发给维护人员。",
    "working": "绩效自评：正在处理，第一次要启动 Python，请稍候……",
    "printing": "绩效自评：正在生成 PDF",
    "numbered": "第 &P 页，共 &N 页",
    "notprinted": "下列 PDF 没有生成，.xlsx 不受影响。请检查是否装有打印机、磁盘是否已满，或打开 .xlsx 另存为 PDF：",
    "notshown": "草稿没有能打开，请到文件夹里双击打开：",
    "notopened": "文件已写好，但没有能打开，请到文件夹里打开：",
    "plain": "没有能重新连接：当前工作簿里没有自评表函数，或宏没有启用（请单击 Excel 提示条上的“启用内容”再试）。",
    "impossible": "这一步在当前工作簿里做不了，什么都没有改动。请把括号里的内容告诉维护人员：",
    "structure": "工作簿的结构受保护，不能增减工作表，什么都没有改动。请在“审阅—保护工作簿”中撤销保护，再试一次。",
    "closed": "工作表受保护，什么都没有改动。请在“审阅—撤销工作表保护”之后再试：",
    "filtered": "工作表正在筛选，插入或删除行会漏掉隐藏的行，什么都没有改动。请在“数据—清除”筛选之后再试：",
}


def modules() -> dict[str, str]:
    """The source of every module of a workbook, by name; lines end in CR LF as VBA wants them."""
    wrappers = "Option Explicit\n\n" + "\n".join(map(wrapper, FUNCTIONS))
    written = {name: _source(_HERE / f"{name}.bas") for name in (BRIDGE, MACROS)}
    return {**written, WRAPPERS: _with_windows_line_ends(wrappers)}


def addin_modules() -> dict[str, str]:
    """The source of every module of the add-in, by name; `ThisWorkbook` is that of its document module."""
    sources = sorted((_HERE / "addin").iterdir(), key=lambda source: source.name)
    written = {source.name.removesuffix(".bas"): _source(source) for source in sources if source.name.endswith(".bas")}
    return written | {TEXTS: _with_windows_line_ends(_texts())}


def _source(file: Traversable) -> str:
    return _with_windows_line_ends(file.read_text(encoding="ascii"))


def _with_windows_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _texts() -> str:
    said = [f'        Case "{name}": SelfEvalSaid = {_in_numbers(words)}' for name, words in SAID.items()]
    described = [
        f'        Case "{function.name}": SelfEvalDescription = {_in_numbers(function.description)}'
        for function in FUNCTIONS
    ]
    arguments = [line for function in FUNCTIONS for line in _arguments(function)]
    return "\n".join(
        [
            "Option Explicit",
            "Option Private Module",
            "",
            "Public Function SelfEvalSaid(name As String) As String",
            "    Select Case name",
            *said,
            "    End Select",
            "End Function",
            "",
            "Public Function SelfEvalDescribed() As String",
            f'    SelfEvalDescribed = "{" ".join(function.name for function in FUNCTIONS)}"',
            "End Function",
            "",
            "Public Function SelfEvalDescription(name As String) As String",
            "    Select Case name",
            *described,
            "    End Select",
            "End Function",
            "",
            "Public Function SelfEvalArguments(name As String) As Variant",
            "    Dim args() As Variant",
            "    Select Case name",
            *arguments,
            "    End Select",
            "    SelfEvalArguments = args",
            "End Function",
            "",
            "Private Function SelfEvalWords(numbers As String) As String",
            "    Dim part As Variant",
            '    For Each part In Split(numbers, " ")',
            "        SelfEvalWords = SelfEvalWords & ChrW(CLng(part))",
            "    Next",
            "End Function",
            "",
        ]
    )


def _arguments(function: CellFunction) -> Iterator[str]:
    yield f'        Case "{function.name}"'
    yield f"            ReDim args(0 To {len(function.arguments) - 1})"
    for index, argument in enumerate(function.arguments):
        yield f"            args({index}) = {_in_numbers(argument.meaning)}"


def _in_numbers(words: str) -> str:
    """An expression of VBA for these words, on as many lines as they need."""
    parts = [words[first : first + _LETTERS_OF_A_LINE] for first in range(0, len(words), _LETTERS_OF_A_LINE)]
    return " & _\n            ".join(f'SelfEvalWords("{_numbers(part)}")' for part in parts)


def _numbers(words: str) -> str:
    return " ".join(str(ord(letter)) for letter in words)


def wrapper(function: CellFunction) -> str:
    """The VBA function behind one cell function."""
    if any(argument.many for argument in function.arguments):
        return _wrapper_of_many(function)
    declared = ", ".join(
        f"{'Optional ' if argument.optional else ''}{argument.name} As Variant" for argument in function.arguments
    )
    lines = [
        f"Public Function {function.name}({declared}) As Variant",
        f"    Dim args(0 To {len(function.arguments) - 1}) As Variant",
    ]
    lines += [
        f"    If Not IsMissing({argument.name}) Then args({index}) = SelfEvalValue({argument.name})"
        for index, argument in enumerate(function.arguments)
    ]
    lines += [f'    {function.name} = SelfEvalCall("{function.name}", args)', "End Function", ""]
    return "\n".join(lines)


def _wrapper_of_many(function: CellFunction) -> str:
    name, many = function.name, function.arguments[-1].name
    return "\n".join(
        [
            f"Public Function {name}(ParamArray {many}() As Variant) As Variant",
            "    Dim args() As Variant",
            "    Dim i As Long",
            f"    If UBound({many}) < 0 Then",
            f'        {name} = SelfEvalCall("{name}", Array())',
            "        Exit Function",
            "    End If",
            f"    ReDim args(0 To UBound({many}))",
            f"    For i = 0 To UBound({many})",
            f"        If Not IsMissing({many}(i)) Then args(i) = SelfEvalValue({many}(i))",
            "    Next",
            f'    {name} = SelfEvalCall("{name}", args)',
            "End Function",
            "",
        ]
    )


def project(sheets: int) -> bytes:
    """vbaProject.bin for a workbook with this many sheets, `MOST_SHEETS` at most."""
    packed = _HERE.joinpath(PROJECTS).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as projects:
        try:
            member = projects.extractfile(f"{sheets}.bin")
        except KeyError:
            member = None
        if member is None:
            raise FileNotFoundError(f"{PROJECTS}: {sheets}")
        return member.read()


def addin_project() -> bytes:
    """vbaProject.bin of the add-in."""
    return _HERE.joinpath(ADDIN).read_bytes()
