"""What the VBA editor would refuse to compile, and what Excel would take for something else.

Words are known from pyOpenVBA's inventory of Excel's type library, so a misspelt member is found as well.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pyopenvba.exceptions import VBACompileError
from pyopenvba.interpreter import _ast as ast
from pyopenvba.interpreter import parse_module
from pyopenvba.interpreter._constants_data import EXCEL_CONSTANTS, OFFICE_CONSTANTS, VBA_CONSTANTS
from pyopenvba.interpreter._intrinsics import INTRINSICS
from pyopenvba.interpreter._inventory_data import MEMBERS

LONGEST_LINE = 1023
MOST_CONTINUATIONS = 24
LARGEST_PROCEDURE = 65535
LONGEST_MODULE_NAME = 31

_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    addressof and any as boolean byref byte byval call case cdecl circle close const currency date debug decimal declare
    dim do double each else elseif empty end endif enum eqv erase event exit false for friend function get global gosub
    goto if imp implements in input integer is lbound len let like local lock long longlong longptr loop lset me mod new
    next not nothing null on open option optional or paramarray preserve print private pset ptrsafe public put
    raiseevent redim rem reset resume return rset scale seek select set shared single spc static stop string sub tab
    then to true type typeof ubound unlock until variant wend while with withevents write xor
""",
    )
)
_CELL = re.compile(r"[a-z]{1,3}[0-9]{1,7}|r[0-9]*c[0-9]*|r[0-9]+|[rc]", re.IGNORECASE)
_TYPES = {"boolean", "byte", "currency", "date", "double", "integer", "long", "longlong", "object", "single", "string"}
_TYPES |= {"variant", "collection"}
_OF_EXCEL = {key.split(":")[1]: MEMBERS.get(key) for key in MEMBERS if key.startswith(("excel:", "office:"))}
_OF_FILE_DIALOGS = {"allowmultiselect", "filters", "initialfilename", "selecteditems"}  # not in the inventory
_MEMBERS = frozenset(_OF_FILE_DIALOGS).union(
    *_OF_EXCEL.values(), *(MEMBERS.get(key) for key in MEMBERS if key.startswith(("vba:", "scripting:")))
)
_GIVEN = {name.lower() for names in (EXCEL_CONSTANTS, OFFICE_CONSTANTS, VBA_CONSTANTS) for name in names}
_GIVEN |= set(INTRINSICS) | set(_OF_EXCEL["global"]) | {"err", "beep", "me", "load", "unload"}


def troubles(modules: Mapping[str, str], documents: tuple[str, ...] = (), methods: tuple[str, ...] = ()) -> list[str]:
    """One line for each thing that is wrong in the modules of a project.

    `documents` are the code names of its workbook and sheets, `methods` those of objects that are not Excel's.
    """
    found, parsed = [], {}
    for name, source in modules.items():
        found += [f"{name}: {trouble}" for trouble in _of_text(source)]
        try:
            parsed[name] = parse_module(_without_events(source) if name in documents else source)
        except VBACompileError as problem:
            found.append(f"{name}: {problem}")
    public = {
        name.lower()
        for module in parsed.values()
        for scope, name in _of_module(module)
        if scope in ("public", "global")
    }
    known = _GIVEN | public | {name.lower() for name in (*modules, *documents)}
    members = _MEMBERS | public | {name.lower() for name in methods}
    for name, module in parsed.items():
        own = known | {declared.lower() for _, declared in _of_module(module)}
        found += [f"{name}: {trouble}" for trouble in _of_names(name, module, documents)]
        for procedure in module.procedures:
            of_it = _of_procedure(procedure, own, members)
            found += [f"{name}.{procedure.name}: {trouble}" for trouble in of_it]
    procedures = [procedure for module in parsed.values() for procedure in module.procedures]
    everywhere = Counter(procedure.name.lower() for procedure in procedures if procedure.scope != "private")
    found += [f"{name} is declared {count} times" for name, count in everywhere.items() if count > 1]
    found += [f"{name} is a module and a procedure" for name in modules if name.lower() in everywhere]
    return found


def _of_text(source: str) -> Iterator[str]:
    lines = source.split("\r\n")
    if not source.isascii():
        yield "is not ASCII"
    if not source.startswith("Option Explicit\r\n"):
        yield "does not begin with Option Explicit"
    if "\n" in source.replace("\r\n", ""):
        yield "has line ends of another system"
    continued = 0
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield f"line {number} is too long"
        if re.match(r"\s*#|.*\b(Declare|GetObject)\b|.*\b(VBA|Debug)\.", re.sub(r'"[^"]*"|\'.*', "", line), re.I):
            yield f"line {number} does not compile in every Office, or not in LibreOffice"
        continued = continued + 1 if line.endswith(" _") else 0
        if continued == MOST_CONTINUATIONS + 1:
            yield f"line {number}: too many continuations"
    for body in re.findall(r"(?ims)^(?:public |private )?(?:sub|function) .*?^end (?:sub|function)", source):
        if len(body) > LARGEST_PROCEDURE:
            yield f"{body[:40]!r} is too large"


def _of_module(module: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module declares: scope and name."""
    for procedure in module.procedures:
        yield procedure.scope, procedure.name
    for group in module.variables:
        yield from ((group.scope, declared.name) for declared in group.decls)
    for group in module.constants:
        yield from ((group.scope, name) for name, _, _ in group.names)


def _of_names(name: str, module: ast.Module, documents: tuple[str, ...]) -> Iterator[str]:
    if name not in documents and (len(name) > LONGEST_MODULE_NAME or _CELL.fullmatch(name)):
        yield "is no name for a module"
    declared = Counter(one.lower() for _, one in _of_module(module))
    yield from (f"{one} is declared {count} times" for one, count in declared.items() if count > 1)
    yield from (f"{one} is a keyword" for one in declared if one in _KEYWORDS)
    yield from (f"{one.name} is a cell" for one in module.procedures if _CELL.fullmatch(one.name))


def _of_procedure(procedure: ast.Procedure, known: set[str], members: set[str]) -> Iterator[str]:
    inside = list(_nodes(procedure.body))
    variables = [declared for one in inside if isinstance(one, ast.Dim) for declared in one.decls]
    constants = [name for one in inside if isinstance(one, ast.ConstDecl) for name, _, _ in one.names]
    local = Counter(name.lower() for name in [*(one.name for one in [*procedure.params, *variables]), *constants])
    labels = {one.name.lower() for one in inside if isinstance(one, ast.Label)}
    yield from (f"{name} is declared {count} times" for name, count in local.items() if count > 1)
    yield from (f"{name} is a keyword" for name in local if name in _KEYWORDS)
    for one in [*procedure.params, *variables]:
        kind = one.declared.lower().split(" *")[0]
        if kind not in _TYPES and not {kind, f"i{kind}"} & set(_OF_EXCEL):
            yield f"{one.name} is of the unknown type {one.declared}"
    for one in inside:
        if isinstance(one, ast.Unsupported):
            yield f"line {one.line}: {one.reason}"
        if isinstance(one, ast.Name) and one.name.lower() not in known | set(local):
            yield f"{one.name} is not declared"
        if isinstance(one, ast.Member) and one.name.lower() not in _members_of(one.target, members):
            yield f"nothing has a member {one.name}"
        if isinstance(one, ast.GoTo | ast.OnError | ast.Resume) and one.label and one.label.lower() not in labels:
            yield f"there is no label {one.label}"
        if isinstance(one, ast.ExitStmt) and one.what.lower() in {"sub", "function"} - {procedure.kind.lower()}:
            yield f"Exit {one.what} in a {procedure.kind}"


def _members_of(target: Any, members: set[str]) -> Any:
    kind = target.name.lower() if isinstance(target, ast.Name) else ""
    return {"application": _OF_EXCEL["application"], "thisworkbook": _OF_EXCEL["workbook"]}.get(kind, members)


def _nodes(part: Any) -> Iterator[Any]:
    """Every node of a tree."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from _nodes(one)
    elif is_dataclass(part):
        yield part
        for field in fields(part):
            yield from _nodes(getattr(part, field.name))


def _without_events(source: str) -> str:
    """Only the module of a document may have WithEvents, which the parser does not know."""
    return re.sub(r"(?m)^Private WithEvents ", "Private ", source)
