"""The COM server SelfEval.Server, started by Windows for the cells of an open workbook.

It serves through xlwings, whose decorators and converters do the work, but offers one method
only, `CallUDF`, and only for the functions made for cells and buttons. It ends by itself when
its last client has gone.
"""

import faulthandler
import os
import sys

# Seconds until the first client must hold the server; Excel stands still meanwhile. The first start of a day can
# take a minute where a scanner reads every file; Windows gives up on a server after 120.
START_LIMIT = 100


def _end_a_hanging_start(log: int) -> None:
    """Ends this process when its start takes too long, even where Python itself stands still."""
    faulthandler.dump_traceback_later(START_LIMIT, exit=True, file=log)


# Before every other import: whatever hangs from here on ends in time. Under pythonw there is no stderr.
if __name__ == "__main__":
    _end_a_hanging_start(os.open(os.devnull, os.O_WRONLY))

import atexit  # noqa: E402
from types import SimpleNamespace  # noqa: E402
from typing import Any  # noqa: E402

from selfeval_xl.excel import log  # noqa: E402

CLSID = "{278E39CF-58F4-4A96-83EC-C4BB127F900E}"
PROG_ID = "SelfEval.Server"

CELLS = "selfeval_xl.excel.functions"  # where a workbook's VBA says that its functions are
BUTTONS = "selfeval_xl.excel.buttons"  # and the add-in's that its plans are

UNKNOWN = "#NAME?"  # an older installation and a newer workbook
FAILED = "#VALUE!"


class Server:
    """What a workbook's `CreateObject("SelfEval.Server")` holds."""

    _public_methods_ = ("CallUDF",)

    def __init__(self, xlwings_server: Any, cells: SimpleNamespace) -> None:
        self._xlwings_server, self._offered = xlwings_server, frozenset(vars(cells))
        # A client holds this object, so the start is over. A server that nobody asks for ends in time, too.
        faulthandler.cancel_dump_traceback_later()

    def CallUDF(  # noqa: N802 (the name that the workbook calls, as in xlwings)
        self, module: Any, function: Any, args: Any, this_workbook: Any = None, caller: Any = None
    ) -> Any:
        """The function's answer as xlwings hands it to Excel; never an exception.

        `this_workbook` and `caller` are taken for xlwings' sake and ignored: with a workbook,
        xlwings would open it and look for Python code inside.
        """
        try:
            if module == BUTTONS:
                from selfeval_xl.excel.buttons import press  # reading and writing files takes long to import

                return list(press(function, args))  # of a tuple, pywin32 would hand over only the first part
            if module != CELLS or function not in self._offered:
                return UNKNOWN
            return self._xlwings_server.CallUDF(module, function, args)
        except Exception:
            log.trouble(f"CallUDF {(module, function, args)!r:.2000}")
            return FAILED


def hand_to_xlwings() -> SimpleNamespace:
    """The functions for cells, from now on known to xlwings as a module that holds nothing else.

    xlwings reloads a module whose file has changed. In the middle of an upgrade that would mix
    old and new code, so a running server stays with what it has (`filetime` None).
    """
    from xlwings.udfs import udf_modules  # exists on Windows only

    from selfeval_xl.excel import xl
    from selfeval_xl.excel.functions import FUNCTIONS

    cells = SimpleNamespace(**{function.name: xl.declared(function) for function in FUNCTIONS})
    udf_modules[CELLS] = {"module": cells, "filename": "", "filetime": None}
    return cells


def main() -> None:
    """Serves until the last client has gone. Trouble at the start is logged and ends the process at once."""
    _be_silent()
    try:
        _watch_with_the_log()
        os.chdir(sys.exec_prefix)  # a USB stick can be taken out, and nothing is loaded from there
        _serve()
    except Exception:
        log.trouble("server")
        sys.exit(1)


def _be_silent() -> None:
    """Output goes nowhere unless to a terminal: pythonw has none, and a pipe may be broken."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None or not stream.isatty():
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _watch_with_the_log() -> None:
    """From now on a hanging start leaves in the log where it hung."""
    path = log.log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _end_a_hanging_start(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
    except OSError:
        pass  # watched without a log


def _serve() -> None:
    """Offers `Server` to Windows until the last client has let go of it.

    `xlwings.serve` would also run a second thread for asynchronous functions, and tidies up at its end,
    where a process was seen to hang. There is nothing to tidy up: the process ends at once.
    """
    # All this is imported here, under the watch and with the log: it is large, and part of it exists on Windows only.
    import pythoncom
    import pywintypes
    import win32api
    from win32com.server import policy
    from win32com.server.util import wrap

    _import_xlwings()
    from xlwings.com_server import XLPython

    xlwings_server, cells = XLPython(), hand_to_xlwings()

    class OnlyServer(policy.DefaultPolicy):  # type: ignore[misc]
        """What the class factory makes, without a look into the registry."""

        def _CreateInstance_(self, clsid: Any, interface: Any) -> Any:  # noqa: N802
            return wrap(Server(xlwings_server, cells), interface)

    policy.DefaultPolicy = OnlyServer
    clsid = pywintypes.IID(CLSID)
    flags = pythoncom.REGCLS_MULTIPLEUSE | pythoncom.REGCLS_SUSPENDED
    offered = pythoncom.CoRegisterClassObject(
        clsid, pythoncom.MakePyFactory(clsid), pythoncom.CLSCTX_LOCAL_SERVER, flags
    )
    pythoncom.EnableQuitMessage(win32api.GetCurrentThreadId())
    pythoncom.CoResumeClassObjects()
    pythoncom.PumpMessages()
    pythoncom.CoRevokeClassObject(offered)
    os._exit(0)


def _import_xlwings() -> None:
    """xlwings without two habits that suit a notebook better than a server.

    At import it generates Python code for all of Excel's types, which takes many seconds and is not needed
    for functions. At exit it ends, by force, each EXCEL.EXE that shows no workbook.
    """
    from win32com.client import gencache

    generate, gencache.EnsureModule = gencache.EnsureModule, lambda *_, **__: None
    try:
        from selfeval_xl.excel import xl  # noqa: F401
    finally:
        gencache.EnsureModule = generate
    from xlwings._xlwindows import cleanup

    atexit.unregister(cleanup)


if __name__ == "__main__":
    main()
