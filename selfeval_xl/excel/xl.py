"""xlwings, imported without the data libraries that cells do not need, and our functions as it wants them.

xlwings imports pandas, numpy and polars where they are installed, and people wait for that at
the first calculation of the day. Here it is told that they are missing; whoever needs them
imports them afterwards as usual.
"""

import sys
from collections.abc import Callable
from inspect import Parameter, Signature
from types import ModuleType
from typing import TYPE_CHECKING, Any

from selfeval_xl.excel.cell_function import Argument, CellFunction

CATEGORY = "绩效自评"

_NOT_NEEDED = ("numpy", "pandas", "polars", "matplotlib", "PIL", "plotly", "openpyxl")


def _import_xlwings() -> ModuleType:
    if "xlwings" in sys.modules:
        return sys.modules["xlwings"]
    hidden = [name for name in _NOT_NEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None makes the import fail
    try:
        import xlwings
    finally:
        for name in hidden:
            del sys.modules[name]
    return xlwings


if TYPE_CHECKING:
    import xlwings as xw
else:
    xw = _import_xlwings()


def declared(function: CellFunction) -> Callable[..., Any]:
    """The function with xlwings' decorators. Without `err_to_str` an error would look like a blank."""

    def answer(*cells: Any) -> Any:
        return function(*cells)

    answer.__name__ = function.name
    answer.__signature__ = Signature([*map(_parameter, function.arguments)])  # type: ignore[attr-defined]
    declared: Callable[..., Any] = xw.func(category=CATEGORY)(answer)
    for argument in function.arguments:
        declared = xw.arg(argument.name, err_to_str=True)(declared)
    return declared


def _parameter(argument: Argument) -> Parameter:
    """What is left out reaches the function as a blank."""
    if argument.many:
        return Parameter(argument.name, Parameter.VAR_POSITIONAL)
    default = None if argument.optional else Parameter.empty
    return Parameter(argument.name, Parameter.POSITIONAL_OR_KEYWORD, default=default)
