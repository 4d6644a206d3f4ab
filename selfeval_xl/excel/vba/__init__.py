"""The workbook's own VBA: a short bridge written by hand, and a wrapper for each cell function.

The wrappers are generated from the text of functions.py, without importing it, so that nobody who
only writes a workbook waits for xlwings. `projects.tar.xz` holds the built projects, one for each
number of sheets, because a VBA project names every sheet of its workbook.
"""

import ast
import io
import tarfile
from dataclasses import dataclass
from importlib import resources

BRIDGE = "SelfEvalBridge"
WRAPPERS = "SelfEvalFunctions"
MOST_SHEETS = 252  # 250 projects, the guide and the summary
PROJECTS = "projects.tar.xz"


@dataclass(frozen=True)
class Argument:
    """One argument of a cell function."""

    name: str
    optional: bool = False
    many: bool = False


@dataclass(frozen=True)
class Signature:
    """One cell function as Excel sees it; the description is Chinese."""

    name: str
    arguments: tuple[Argument, ...]
    description: str


def signatures() -> tuple[Signature, ...]:
    """The functions of functions.py that cells may call, in the order of the file."""
    source = resources.files("selfeval_xl.excel").joinpath("functions.py").read_text(encoding="utf-8")
    return tuple(
        Signature(node.name, tuple(_arguments(node.args)), ast.get_docstring(node) or "")
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("SE_")
    )


def _arguments(args: ast.arguments) -> list[Argument]:
    first_optional = len(args.args) - len(args.defaults)
    named = [Argument(a.arg, optional=index >= first_optional) for index, a in enumerate(args.args)]
    return named + ([Argument(args.vararg.arg, many=True)] if args.vararg else [])


def modules() -> dict[str, str]:
    """The source of every module, by name; lines end in CR LF as VBA wants them."""
    bridge = resources.files(__name__).joinpath(f"{BRIDGE}.bas").read_text(encoding="ascii")
    wrappers = "Option Explicit\n\n" + "\n".join(map(wrapper, signatures()))
    return {name: text.replace("\n", "\r\n") for name, text in ((BRIDGE, bridge), (WRAPPERS, wrappers))}


def wrapper(signature: Signature) -> str:
    """The VBA function behind one cell function."""
    if any(argument.many for argument in signature.arguments):
        return _wrapper_of_many(signature)
    declared = ", ".join(
        f"{'Optional ' if argument.optional else ''}{argument.name} As Variant" for argument in signature.arguments
    )
    lines = [
        f"Public Function {signature.name}({declared}) As Variant",
        f"    Dim args(0 To {len(signature.arguments) - 1}) As Variant",
    ]
    lines += [
        f"    If Not IsMissing({argument.name}) Then args({index}) = SelfEvalValue({argument.name})"
        for index, argument in enumerate(signature.arguments)
    ]
    lines += [f'    {signature.name} = SelfEvalCall("{signature.name}", args)', "End Function", ""]
    return "\n".join(lines)


def _wrapper_of_many(signature: Signature) -> str:
    name, many = signature.name, signature.arguments[-1].name
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
