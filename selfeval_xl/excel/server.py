"""The COM server SelfEval.Server, started by Windows for the cells of an open workbook.

It serves through xlwings, whose decorators and converters do the work, but offers one method
only, `CallUDF`, and only for the functions made for cells and buttons. It ends by itself when
its last client has gone.
"""

import faulthandler
import os
import sys

START_LIMIT = 15  # seconds until the first client must have its answer; Excel stands still meanwhile


def _end_a_hanging_start(log: int) -> None:
    """Ends this process when its start takes too long, even where Python itself stands still."""
    faulthandler.dump_traceback_later(START_LIMIT, exit=True, file=log)


# Before every other import: whatever hangs from here on ends in time. Under pythonw there is no stderr.
if __name__ == "__main__":
    _end_a_hanging_start(os.open(os.devnull, os.O_WRONLY))

import atexit  # noqa: E402
import traceback  # noqa: E402
from importlib import import_module  # noqa: E402
from types import ModuleType  # noqa: E402
from typing import Any  # noqa: E402

from selfeval_xl.excel import log  # noqa: E402

CLSID = "{278E39CF-58F4-4A96-83EC-C4BB127F900E}"
PROG_ID = "SelfEval.Server"

CELLS = "selfeval_xl.excel.functions"
ALLOWED = {CELLS}

UNKNOWN = "#NAME?"  # an older installation and a newer workbook
FAILED = "#VALUE!"


class Server:
    """What a workbook's `CreateObject("SelfEval.Server")` holds."""

    _public_methods_ = ("CallUDF",)

    def __init__(self, xlwings_server: Any) -> None:
        self._xlwings_server = xlwings_server
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
            if not _offers(module, function):
                return UNKNOWN
            return self._xlwings_server.CallUDF(module, function, args)
        except Exception:
            log.note(f"CallUDF {(module, function, args)!r:.2000}\n{traceback.format_exc()}")
            return FAILED


def _offers(module: Any, function: Any) -> bool:
    """Whether this is a function made for cells or buttons, and of that very module."""
    if not isinstance(module, str) or not isinstance(function, str) or module not in ALLOWED:
        return False
    found = vars(_loaded(module)).get(function)
    return hasattr(found, "__xlfunc__") and found.__module__ == module


def _loaded(name: str) -> ModuleType:
    """The module, known to xlwings as one that is never reloaded.

    xlwings reloads a module whose file has changed. In the middle of an upgrade that would mix
    old and new code, so a running server stays with what it has.
    """
    udf_modules = import_module("xlwings.udfs").udf_modules
    if name not in udf_modules:
        module = import_module(name)
        udf_modules[name] = {"module": module, "filename": str(module.__file__), "filetime": None}
    loaded: ModuleType = udf_modules[name]["module"]
    return loaded


def main() -> None:
    """Serves until the last client has gone. Trouble at the start is logged and ends the process at once."""
    _be_silent()
    try:
        _watch_with_the_log()
        os.chdir(sys.exec_prefix)  # a USB stick can be taken out, and nothing is loaded from there
        _serve()
    except Exception:
        log.note(f"server\n{traceback.format_exc()}")
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
    _import_xlwings()
    _loaded(CELLS)
    pythoncom: Any = import_module("pythoncom")
    policy: Any = import_module("win32com.server.policy")
    xlwings_server = import_module("xlwings.com_server").XLPython()
    wrap = import_module("win32com.server.util").wrap

    class OnlyServer(policy.DefaultPolicy):  # type: ignore[misc]
        """What the class factory makes, without a look into the registry."""

        def _CreateInstance_(self, clsid: Any, interface: Any) -> Any:  # noqa: N802
            return wrap(Server(xlwings_server), interface)

    policy.DefaultPolicy = OnlyServer
    clsid = import_module("pywintypes").IID(CLSID)
    flags = pythoncom.REGCLS_MULTIPLEUSE | pythoncom.REGCLS_SUSPENDED
    offered = pythoncom.CoRegisterClassObject(
        clsid, pythoncom.MakePyFactory(clsid), pythoncom.CLSCTX_LOCAL_SERVER, flags
    )
    pythoncom.EnableQuitMessage(import_module("win32api").GetCurrentThreadId())
    pythoncom.CoResumeClassObjects()
    pythoncom.PumpMessages()
    pythoncom.CoRevokeClassObject(offered)
    os._exit(0)


def _import_xlwings() -> None:
    """xlwings without two habits that suit a notebook better than a server.

    At import it generates Python code for all of Excel's types, which takes many seconds and is not needed
    for functions. At exit it ends, by force, each EXCEL.EXE that shows no workbook.
    """
    gencache: Any = import_module("win32com.client.gencache")
    generate, gencache.EnsureModule = gencache.EnsureModule, lambda *_, **__: None
    try:
        import_module("selfeval_xl.excel.xl")
    finally:
        gencache.EnsureModule = generate
    atexit.unregister(import_module("xlwings._xlwindows").cleanup)


if __name__ == "__main__":
    main()
