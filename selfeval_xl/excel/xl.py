"""xlwings, imported without the data libraries that cells do not need.

xlwings imports pandas, numpy and polars where they are installed, and people wait for that at
the first calculation of the day. Here it is told that they are missing; whoever needs them
imports them afterwards as usual.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

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

__all__ = ("xw",)
