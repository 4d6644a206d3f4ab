"""What xlwings needs of Windows in order to be imported anywhere, and what Excel hands over to a function.

The stand-ins hold no behaviour of their own beyond what COM promises: xlwings' converters and its call_udf
run as they are. Use them in a process of their own, for they change `sys.platform` and `sys.modules`.
"""

# Modules of Python's own that must not be imported while `sys.platform` pretends to be Windows.
import asyncio  # noqa: F401
import atexit
import ctypes
import logging.handlers  # noqa: F401
import multiprocessing  # noqa: F401
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401
import urllib.request  # noqa: F401
import zipfile  # noqa: F401
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import MagicMock, patch

from selfeval_xl.excel.functions import FUNCTIONS

MISSING = -2147352572  # how COM hands over an argument that was left out
DIV_0, N_A, NAME, NULL, NUM, REF, VALUE, SPILL = (-2146826288 + offset for offset in (7, 42, 29, 0, 36, 23, 15, 45))

# One of each kind that an argument can be, by a name for the test's title.
KINDS: dict[str, Any] = {
    "number": 506745.04,
    "zero": 0.0,
    "negative": -12.5,
    "large": 1e15,
    "tiny": 1e-9,
    "whole number": 7,
    "text number": "636,500",
    "full-width number": "６３６，５００．５０",
    "per cent": "98%",
    "words": "按计划完成，效果良好",
    "rare character": "𠮷林",
    "dash": "—",
    "blank": None,
    "empty text": "",
    "spaces": " \u3000 ",
    "true": True,
    "false": False,
    "date": datetime(2022, 12, 31, 8, 30),
    "error #DIV/0!": DIV_0,
    "error #N/A": N_A,
    "error #NAME?": NAME,
    "error #NULL!": NULL,
    "error #NUM!": NUM,
    "error #REF!": REF,
    "error #VALUE!": VALUE,
    "error #SPILL!": SPILL,
    "missing": MISSING,
    "one cell": ((8.09,),),
    "row": ((10.0, None, "9.5"),),
    "column": ((10.0,), (None,), ("８",)),
    "range": ((10.0, "5"), (None, 7.5)),
    "blank range": ((None, None), (None, "")),
    "range with error": ((10.0, REF), (None, 7.5)),
    "merged area": (("636,500", None), (None, None)),
}

USUAL = {
    "executed": 506745.04,
    "budget": 626500.0,
    "weight": 10.0,
    "total": 98.09,
    "target": "≥60 次",
    "actual": "45 次",
    "score": 8.0,
    "reason": "雨季停工",
    "form": (("项目支出绩效自评表", None), ("项目名称", "乡村道路养护")),
}


def calls() -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Each function with every kind in every place, the other arguments being as usual: title, name, arguments."""
    for function in FUNCTIONS:
        for place in function.arguments:
            for kind, value in KINDS.items():
                given = [value if other is place else USUAL.get(other.name) for other in function.arguments]
                yield f"{function.name}({place.name}={kind})", function.name, tuple(given)


def plainly(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as one gives them to the plain function: what is missing is None."""
    return tuple(None if value == MISSING else value for value in arguments)


class TimeType(datetime):
    """As pywintypes hands a date over: a datetime that claims to be UTC."""


class PyIDispatch:
    """An object of another program."""


def as_com(value: Any) -> Any:
    """The value as pywin32 hands it over."""
    if isinstance(value, datetime):
        return TimeType.combine(value.date(), value.time(), UTC)
    if isinstance(value, tuple):
        return tuple(map(as_com, value))
    return value


def install() -> None:
    """Imports xlwings as on Windows; from then on its decorators, converters and call_udf are the real ones."""
    pywintypes = MagicMock(TimeType=TimeType, com_error=type("com_error", (Exception,), {}), IID=str)
    pythoncom = MagicMock(
        IID_IDispatch="IDispatch",
        TypeIIDs={"IDispatch": PyIDispatch},
        __file__="pythoncom.dll",
        ole_error=pywintypes.com_error,
    )
    win32com = MagicMock()
    win32com.server.util.unwrap.side_effect = ValueError("not an object of ours")
    modules = {"pywintypes": pywintypes, "pythoncom": pythoncom, "win32com": win32com}
    for name in ("win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone"):
        modules[name] = MagicMock()
    for name in ("client", "client.gencache", "server", "server.dispatcher", "server.policy", "server.util"):
        part: Any = win32com
        for step in name.split("."):
            part = getattr(part, step)
        modules[f"win32com.{name}"] = part
    sys.modules.update(modules)
    windows = {"oledll": MagicMock(), "windll": MagicMock(), "PyDLL": MagicMock()}
    with patch.object(sys, "platform", "win32"), patch.multiple(ctypes, create=True, **windows):
        from selfeval_xl.excel import xl  # noqa: F401
    atexit.unregister(sys.modules["xlwings._xlwindows"].cleanup)
