"""The workbook's own VBA: a short bridge written by hand, and a wrapper for each cell function.

`projects.tar.xz` holds the built projects, one for each number of sheets, because a VBA project names
every sheet of its workbook.
"""

import io
import tarfile
from importlib import resources

from selfeval_xl.excel.cell_function import CellFunction
from selfeval_xl.excel.functions import FUNCTIONS

BRIDGE = "SelfEvalBridge"
WRAPPERS = "SelfEvalFunctions"
MOST_SHEETS = 252  # 250 projects, the guide and the summary
PROJECTS = "projects.tar.xz"


def modules() -> dict[str, str]:
    """The source of every module, by name; lines end in CR LF as VBA wants them."""
    bridge = resources.files(__name__).joinpath(f"{BRIDGE}.bas").read_text(encoding="ascii")
    wrappers = "Option Explicit\n\n" + "\n".join(map(wrapper, FUNCTIONS))
    return {name: text.replace("\n", "\r\n") for name, text in ((BRIDGE, bridge), (WRAPPERS, wrappers))}


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
    packed = resources.files(__name__).joinpath(PROJECTS).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as projects:
        try:
            member = projects.extractfile(f"{sheets}.bin")
        except KeyError:
            member = None
        if member is None:
            raise FileNotFoundError(f"{PROJECTS}: {sheets}")
        return member.read()
