"""The command line: the same actions without Excel.

Exit status: 0 done; 1 done, and `check`, `collect` or `doctor` found errors, or `freeze` stopped for them;
2 not done, with one sentence on standard error.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn
from unicodedata import east_asian_width

from selfeval_xl import __version__
from selfeval_xl.cells import on_screen
from selfeval_xl.errors import (
    Bug,
    CannotLoad,
    CannotPrint,
    FileMissing,
    NoMemory,
    Refused,
    SelfEvalError,
    WrongSuffix,
    why,
)

DONE, ERRORS_FOUND, NOT_DONE = 0, 1, 2
_LONGEST_NAME = 40  # characters of a project's name in a heading
_WIDEST_COLUMN = 60  # characters of one cell in a table

# What argparse complains of, and the same in Chinese.
_COMPLAINTS = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"argument (?:命令|\{.*?\}): invalid choice: (.*?) \(choose from (.*)\)", r"没有 \1 这个命令，可用的有 \2"),
    (r"argument (.*?): expected one argument", r"参数 \1 后面缺少内容"),
    (r"argument (.*?): expected at least one argument", r"参数 \1 后面缺少内容"),
    (r"argument (.*?): ignored explicit argument (.*)", r"参数 \1 后面不应有 \2"),
    (r"argument (.*?): invalid (?:\S+) value: (.*)", r"参数 \1 不能是 \2"),
    (r"argument (.*?): (.*)", r"参数 \1：\2"),
    (r"unrecognized arguments: (.*)", r"多出了不认识的参数：\1"),
    (r"ambiguous option: (.*?) could match (.*)", r"参数 \1 不明确，可能是 \2"),
)


class _Help(argparse.HelpFormatter):
    """The help page with Chinese headings."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one Chinese sentence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, allow_abbrev=False, formatter_class=_Help)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示用法")

    def error(self, message: str) -> NoReturn:
        for pattern, sentence in _COMPLAINTS:
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found:
                message = found.expand(sentence)
                break
        self.exit(NOT_DONE, f"命令没有写对（{message}）。用 {self.prog} --help 可查看用法。")

    def exit(self, status: int = DONE, message: str | None = None) -> NoReturn:
        if message:
            _complain(message)
        _flush()
        sys.exit(status)

    def _print_message(self, message: str, file: Any = None) -> None:
        with _printing():
            sys.stdout.write(message)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status is the answer."""
    _open_what_is_closed()
    _use_utf8()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a table needs no threads, and each takes memory
    before = len(_saved())
    with _ended_by_signals():
        try:
            args = _parser().parse_args(argv)
            status: int = args.run(args) or DONE
            _flush()
        except SelfEvalError as problem:
            sentence = str(problem)
        except BrokenPipeError as problem:  # the reader of our output has left, and knows it
            sentence = str(CannotPrint(why(problem))) if _saved()[before:] else ""
        except KeyboardInterrupt:
            sentence = "已中断，未完成。"
        except (MemoryError, SystemError):  # the second where a library did not notice the first
            sentence = str(NoMemory())
        except ImportError as problem:
            sentence = str(CannotLoad(problem.name or "Python"))
        except OSError as problem:
            sentence = str(Refused(why(problem)))
        except Exception:
            sentence = _noted(sys.argv if argv is None else argv)
        else:
            return status
        written = _saved()[before:]
        if written:
            more = f"等 {len(written)} 个文件" if len(written) > 1 else ""
            sentence = f"已写入“{written[0]}”{more}。但{sentence}"
        if sentence:
            _complain(sentence)
    return NOT_DONE


def _saved() -> Sequence[Path]:
    """What this process has written; nothing where it has not even got so far as to know how."""
    workbook = sys.modules.get("selfeval_xl.workbook")
    return workbook.saved if workbook else ()


def _noted(argv: Sequence[str]) -> str:
    from selfeval_xl.excel import log

    log.trouble(f"selfeval-xl {list(argv)!r:.2000}")
    return str(Bug(log.log_path()))


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """What would end the process at once ends it as Ctrl-C does, so that nothing half done is left behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread()
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if ours and hasattr(signal, name)]
    changed = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in changed:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _open_what_is_closed() -> None:
    """No file of ours takes the place of a closed stream; writing to a closed output fails as it should."""
    for number, how in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, how)  # takes the lowest number that is free: this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 (for as long as the process lives)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 (the same)


def _use_utf8() -> None:
    """Chinese text goes out whole, whatever the console's code page; what it cannot show is replaced."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")


# ---- printing ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _printing() -> Iterator[None]:
    """Says why standard output takes no more."""
    try:
        yield
    except BrokenPipeError:
        _drop(sys.stdout)
        raise
    except OSError as problem:
        _drop(sys.stdout)
        raise CannotPrint(why(problem)) from None


def _say(line: str = "", colour: str = "") -> None:
    """Prints a line; no word in it, whoever wrote it, steers the terminal."""
    with _printing():
        print(_coloured(on_screen(line), colour))


def _flush() -> None:
    with _printing():
        sys.stdout.flush()


def _complain(sentence: str) -> None:
    """A line on standard error; where that is closed or full there is nobody left to tell."""
    try:
        print(on_screen(sentence), file=sys.stderr, flush=True)
    except OSError:
        _drop(sys.stderr)


def _drop(stream: Any) -> None:
    """What is still waiting to be printed goes nowhere, so that Python's end does not complain of it."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        if stream is sys.stdout:
            sys.stdout = None
        else:
            sys.stderr = None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="selfeval-xl", description="财政项目支出绩效自评表：读取、计算、生成可实时计算的工作簿。")
    parser.add_argument("--version", action="version", version=f"selfeval-xl {__version__}", help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)

    _add_forms(commands)
    _add_building(commands)
    _add_desk(commands)
    return parser


def _add_forms(commands: Any) -> None:
    """What is done with files that hold forms."""
    show = commands.add_parser("show", help="显示文件中的自评表")
    show.add_argument("files", nargs="+", type=Path, metavar="文件")
    _add_profile(show)
    show.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    show.set_defaults(run=_show)

    check = commands.add_parser("check", help="核对自评表，列出复核时会退回的问题")
    check.add_argument("files", nargs="+", type=Path, metavar="文件")
    _add_profile(check)
    check.add_argument("--no-advice", dest="advice", action="store_false", help="只列错误和提醒，不列建议")
    check.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    check.set_defaults(run=_check)

    imported = commands.add_parser("import", help="把文件中的自评表做成可实时计算的工作簿，每个项目一张表")
    imported.add_argument("files", nargs="+", type=Path, metavar="文件")
    _add_target(imported)
    _add_profile(imported)
    imported.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    imported.set_defaults(run=_import)

    rolled = commands.add_parser("roll", help="结转到下一年度：沿用项目和指标，清空金额、完成值和得分，生成新的工作簿")
    rolled.add_argument("files", nargs="+", type=Path, metavar="文件")
    _add_target(rolled)
    _add_profile(rolled)
    rolled.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    rolled.set_defaults(run=_roll)

    frozen = commands.add_parser("freeze", help="生成报送版：每个项目一个只有数值的 .xlsx，没有宏、公式和批注")
    frozen.add_argument("book", type=Path, metavar="工作簿")
    frozen.add_argument("-o", dest="folder", type=Path, required=True, metavar="文件夹")
    frozen.add_argument("--one-file", action="store_true", help="所有项目放在一个文件里")
    frozen.add_argument("--pdf", action="store_true", help="同时生成 PDF（A4，一页宽；需要 LibreOffice）")
    frozen.add_argument("--mail", metavar="邮件地址", help="同时生成待发送的邮件草稿（.eml），附上这些文件")
    frozen.add_argument("--force", action="store_true", help="还有错误时也生成")
    frozen.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    frozen.add_argument("--overwrite", action="store_true", help="允许覆盖文件夹中已有的文件")
    frozen.set_defaults(run=_freeze)

    _add_collecting(commands)

    new = commands.add_parser("new", help="新建一个空白自评表工作簿")
    _add_target(new)
    _add_profile(new)
    new.add_argument("--year", type=_year, metavar="年度", help="自评年度，例如 2026")
    new.set_defaults(run=_new)


def _add_collecting(commands: Any) -> None:
    """What the superior department does."""
    collected = commands.add_parser("collect", help="汇总来表：把文件夹、压缩包、邮件中的自评表汇总成一个工作簿")
    collected.add_argument("paths", nargs="+", type=Path, metavar="文件夹或文件")
    collected.add_argument("-o", dest="target", type=Path, required=True, metavar="汇总.xlsx")
    collected.add_argument("--expected", type=Path, metavar="名单", help="应报送的单位和项目名单，列出谁还没有报送")
    collected.add_argument(
        "--notes", type=Path, metavar="上次的汇总.xlsx", help="把其中“备注”一列带过来；覆盖旧汇总时自动带"
    )
    collected.add_argument("--slips", action="store_true", help="给有错误或提醒的表写退回单，并在原表副本上加批注")
    collected.add_argument("--mail", action="store_true", help="每个单位一封待发送的邮件草稿（.eml），附上退回单")
    _add_profile(collected)
    collected.add_argument(
        "--scheduler", metavar="地址", help="交给这个 Dask 集群去读，如 tcp://10.0.0.1:8786（需另装 dask）"
    )
    collected.add_argument("--progress", type=Path, metavar="文件", help="把进度写入这个文件（供 Excel 按钮使用）")
    collected.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    collected.add_argument("--overwrite", action="store_true", help="允许覆盖已有文件")
    collected.set_defaults(run=_collect)


def _add_building(commands: Any) -> None:
    """What is shown and built without forms of one's own."""
    demo = commands.add_parser("demo", help="用 2022 年公开的四张表演示一遍")
    demo.add_argument("-o", dest="folder", type=Path, default=Path("selfeval-demo"), metavar="文件夹")
    demo.add_argument("--overwrite", action="store_true", help="允许覆盖文件夹中已有的文件")
    demo.set_defaults(run=_demo)

    template = commands.add_parser("build-template", help="生成模板工作簿 template.xlsm 和加载项 selfeval.xlam")
    template.add_argument("-o", dest="folder", type=Path, default=Path("workbook"), metavar="文件夹")
    template.add_argument("--overwrite", action="store_true", help="允许覆盖已有文件")
    template.set_defaults(run=_build_template)

    bundle = commands.add_parser("bundle", help="生成安装包：带 Python 的文件夹，在 Windows 电脑上双击安装")
    bundle.add_argument("-o", dest="target", type=Path, required=True, metavar="文件夹")
    bundle.add_argument("--python", type=Path, metavar="ZIP", help="python.org 的可嵌入版；不写时从 PyPI 取得")
    bundle.add_argument("--overwrite", action="store_true", help="允许替换已有的安装包")
    bundle.set_defaults(run=_bundle)


def _add_desk(commands: Any) -> None:
    """What concerns the computer itself."""
    install = commands.add_parser("install", help="在本机为当前用户安装：加载项、模板、桌面快捷方式和登记")
    install.set_defaults(run=_install)

    uninstall = commands.add_parser("uninstall", help="卸载，不留文件和登记")
    uninstall.set_defaults(run=_uninstall)

    doctor = commands.add_parser("doctor", help="诊断本机：Excel、登记、加载项、宏设置等，逐项说明问题和解决办法")
    doctor.add_argument(
        "workbook", nargs="?", type=Path, metavar="工作簿", help="不能计算的工作簿；不写时看 Excel 中打开的"
    )
    doctor.add_argument(
        "-o", dest="target", type=Path, metavar="报告.txt", help="另存为文本，可发给维护人员，其中没有姓名"
    )
    doctor.add_argument("--excel", action="store_true", help="一定要让 Excel 计算各函数，并与 Python 的结果逐格比较")
    doctor.set_defaults(run=_doctor)


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", dest="target", type=Path, required=True, metavar="工作簿.xlsm")
    command.add_argument("--overwrite", action="store_true", help="允许覆盖已有文件")


def _add_profile(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--profile", metavar="评分规则", help="评分规则的名称，如“四川”；不写时用表中所写的规则，没写的用“全国通用”"
    )


def _profile(args: argparse.Namespace) -> Any:
    from selfeval_xl.profiles import own

    return None if args.profile is None else own.named(args.profile)


def _year(text: str) -> int:
    from selfeval_xl.cells import half_width

    digits = half_width(text).strip().removesuffix("年度").removesuffix("年")
    if not (digits.isdecimal() and 1990 <= int(digits) <= 2100):
        raise argparse.ArgumentTypeError(f"年度应为四位数字，现为“{text}”")
    return int(digits)


# ---- commands ------------------------------------------------------------------------------------------------


def _show(args: argparse.Namespace) -> int:
    from selfeval_xl import actions

    contents = actions.show(args.files, _profile(args))
    if contents.forms and args.json:
        _print_json(actions.show_document(contents))
    elif contents.forms:
        for number, one in enumerate(contents.forms):
            if number:
                _say()
            _print_form(one)
        _print_passed_over(contents)
    return _status(contents)


def _check(args: argparse.Namespace) -> int:
    from selfeval_xl import actions

    checked = actions.check(args.files, _profile(args), advice=args.advice)
    if args.json:
        _print_json(actions.check_document(checked))
    elif checked.forms:
        _print_checked(checked)
    has_errors = any(finding.level == "error" for finding in checked.findings)
    return _status(checked) or (ERRORS_FOUND if has_errors else DONE)


def _import(args: argparse.Namespace) -> int:
    from selfeval_xl import actions

    contents = actions.import_forms(args.files, args.target, profile=_profile(args), overwrite=args.overwrite)
    if contents.forms:
        _print_imported(contents, args)
    return _status(contents)


def _print_imported(contents: Any, args: argparse.Namespace) -> None:
    from selfeval_xl import actions

    found = contents.forms
    if args.json:
        forms = [
            {
                "source": one.form.source,
                "sheet": one.form.sheet,
                "leftovers": [entry.written for entry in one.leftovers],
                **({"mended": [sentence for _, sentence in mended]} if (mended := actions.mended(one)) else {}),
                **actions.profile_used(one),
            }
            for one in found
        ]
        _print_json({"book": str(args.target), "forms": forms, **actions.not_read(contents)})
        return
    _say(f"已写入“{args.target}”，共 {len(found)} 张自评表。")
    _print_totals(found)
    for one in found:
        for finding, sentence in actions.mended(one):
            _say(f"  核对：{_named(finding.sheet)} {finding.cell or ''}：{sentence}")
        _print_profile(one)
        _print_leftovers(one)
    _print_passed_over(contents)


def _roll(args: argparse.Namespace) -> int:
    from selfeval_xl import actions

    rolled = actions.roll_forms(args.files, args.target, profile=_profile(args), overwrite=args.overwrite)
    if rolled.contents.forms and args.json:
        _print_json(actions.rolled_document(rolled, args.target))
    elif rolled.contents.forms:
        _say(f"已写入“{args.target}”，共 {len(rolled.following)} 张自评表。")
        for one, following in zip(rolled.contents.forms, rolled.following, strict=True):
            _print_rolled(one, following)
        _print_passed_over(rolled.contents)
    return _status(rolled.contents)


def _print_rolled(one: Any, following: Any) -> None:
    """What became of the cells of one form: how many were cleared, which years were raised, and which are in doubt."""
    from selfeval_xl.year import CLEARED, DOUBTFUL, RAISED

    form = one.form
    _say()
    _say(f"{_title(form)}  来源：{form.source}  工作表：{_named(form.sheet)}", "1")
    if form.year is None:
        _say("  原表没有写年度，年份都没有改。请在新表的标题下写明年度。", _COLOURS["warning"])
    else:
        _say(f"  结转为 {following.form.year}年度。")
    fields = [change.field for change in following.of_kind(CLEARED)]
    counts = "，".join(f"{field} {fields.count(field)}" for field in dict.fromkeys(fields))
    _say(f"  清空 {len(fields)} 格" + (f"：{counts}。" if counts else "。"))
    raised, doubtful = following.of_kind(RAISED), following.of_kind(DOUBTFUL)
    if raised:
        _say(f"  年份加一 {len(raised)} 处")
    for change in raised:
        _say(f"    {_place(change)}{_words(change.before)}改为{_words(change.after.written)}")
    if doubtful:
        _say(f"  存疑 {len(doubtful)} 处，没有改，请在新表中核对", _COLOURS["warning"])
    for change in doubtful:
        _say(f"    {_place(change)}{'、'.join(map(_words, change.words))}")
    _print_profile(one)
    _print_leftovers(one)


def _place(change: Any) -> str:
    """The cell of the old form, and what stands there: E13   “养护里程”年度指标值."""
    return f"{change.spot.address if change.spot else '':<5} {change.name}"


def _words(text: str) -> str:
    from selfeval_xl.checks import quoted

    return quoted(text, 40)


def _status(contents: Any) -> int:
    """Not done where a file could not be read; its sentence goes to standard error, after what was printed."""
    _flush()
    for one in contents.unread:
        _complain(one.message)
    return NOT_DONE if contents.unread else DONE


def _freeze(args: argparse.Namespace) -> int:
    from selfeval_xl import actions

    frozen = actions.freeze(
        args.book,
        args.folder,
        one_file=args.one_file,
        with_pdf=args.pdf,
        address=args.mail,
        force=args.force,
        overwrite=args.overwrite,
    )
    if args.json:
        _print_json(actions.freeze_document(frozen))
        return DONE if frozen.written else ERRORS_FOUND
    for path in frozen.written:
        _say(f"已写入“{path}”。")
    for note in frozen.notes:
        _say(f"  {note}。")
    if frozen.written:
        _print_totals(frozen.forms)
    for finding in frozen.stopped:
        _say(f"  错误：{_named(finding.sheet)} {finding.cell or ''}：{finding.message}", _COLOURS["error"])
    if frozen.uncalculated:
        places = "、".join(frozen.uncalculated[:_MOST_SHOWN])
        _say(f"  错误：{places} 的公式在文件中没有计算结果。请用 Excel 或 WPS 打开并保存一次。", _COLOURS["error"])
    if frozen.written:
        return DONE
    _say("还有上述错误，没有生成报送版。请改正后重试；确要照原样报送的，加上 --force。")
    return ERRORS_FOUND


def _collect(args: argparse.Namespace) -> int:
    from selfeval_xl import actions
    from selfeval_xl.collect.progress import told
    from selfeval_xl.collect.summary import Wanted, cluster

    wanted = Wanted(
        _profile(args),
        args.expected,
        args.notes,
        slips=args.slips or args.mail,
        drafts=args.mail,
        overwrite=args.overwrite,
    )
    with told(args.progress) as progress, cluster(args.scheduler) as executor:
        collected = actions.collect(args.paths, args.target, wanted, progress, executor)
    if args.json:
        _print_json(collected.document)
    else:
        for line in collected.lines:
            _say(line)
    return ERRORS_FOUND if collected.has_errors else DONE


def _new(args: argparse.Namespace) -> None:
    from selfeval_xl import actions

    profile = {} if args.profile is None else {"profile": _profile(args)}
    actions.new(args.target, year=args.year, overwrite=args.overwrite, **profile)
    _say(f"已写入空白自评表“{args.target}”。")


def _demo(args: argparse.Namespace) -> None:
    from selfeval_xl import actions

    done = actions.demo(args.folder, overwrite=args.overwrite)
    _say(f"可实时计算的工作簿：{done.book}")
    for copy in done.copies:
        _say(f"报送版：{copy}")
    _say(f"汇总：{done.summary}")
    for picture in done.pictures:
        _say(f"页面：{picture}")
    if done.pictures_missing:
        _say(done.pictures_missing)
    _print_differences(done.forms)
    _print_totals(done.forms)


def _build_template(args: argparse.Namespace) -> None:
    from selfeval_xl import actions

    for build, name in ((actions.build_template, "template.xlsm"), (actions.build_addin, "selfeval.xlam")):
        build(args.folder / name, overwrite=args.overwrite)
        _say(f"已生成“{args.folder / name}”。")


def _bundle(args: argparse.Namespace) -> None:
    from selfeval_xl.excel import bundle

    bundle.build(args.target, args.python, overwrite=args.overwrite)
    _say(f"已生成安装包“{args.target}”。整个文件夹打包后发给使用人，解压后双击其中的 install.bat。")


def _install(_: argparse.Namespace) -> None:
    from selfeval_xl.excel import desk

    def tell(words: str) -> None:
        _say(words)
        _flush()

    desk.install(tell)
    _say(f"安装完成。请双击桌面上的“{desk.TITLE}”，在打开的新工作簿里填表；Excel 问到宏时，请选“启用”。")


def _uninstall(_: argparse.Namespace) -> None:
    from selfeval_xl.excel import desk

    kept = desk.uninstall()
    _say("已卸载，没有留下文件和登记。已有的工作簿照常能用，数字改由普通公式计算。")
    if kept:
        _say(f"您自己写的评分规则仍在“{kept}”，不再需要时可以删除。")


def _doctor(args: argparse.Namespace) -> int:
    from selfeval_xl.excel import doctor

    if sys.platform == "win32":
        _say("正在诊断，请稍候；装有 Excel 时还要让它计算，可能要一两分钟……")
        _flush()
    if args.target is not None and args.target.suffix.lower() != ".txt":
        raise WrongSuffix(".txt").about(args.target)
    if args.workbook is not None and not args.workbook.is_file():
        raise FileMissing().about(args.workbook)
    report = doctor.report(args.workbook, in_excel=True, even_if_not=args.excel)
    for line in report:
        _say(line)
    if args.target is not None:
        from selfeval_xl import workbook

        workbook.save(args.target, lambda: doctor.as_file(report), overwrite=True)
        _say(f"已写入“{args.target}”。")
    return ERRORS_FOUND if any(line.startswith(doctor.BAD) for line in report) else DONE


# ---- words ---------------------------------------------------------------------------------------------------


def _print_json(document: dict[str, Any]) -> None:
    lines = json.dumps(document, ensure_ascii=False, indent=2).split("\n")
    with _printing():
        print("\n".join(map(_escaped, lines)))


def _escaped(line: str) -> str:
    """A line of JSON with every sign that nobody sees as its number."""
    return line if line.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def _print_form(one: Any) -> None:
    form = one.form
    _say(f"{_title(form)}  来源：{form.source}  工作表：{_named(form.sheet)}")
    _say(f"  主管部门：{form.department.text or '未填'}  实施单位：{form.unit.text or '未填'}")
    _say(f"  项目资金（{form.money_unit or '未注明单位'}）")
    _print_table(
        [(f.name, f.initial_budget, f.annual_budget, f.executed, f.weight, f.rate, f.score) for f in form.funds],
        ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    )
    _say(f"  预期目标：{form.expected_goal.text or '未填'}")
    _say(f"  实际完成情况：{form.achieved_goal.text or '未填'}")
    _print_table(
        [(i.level1, i.level2, i.level3, i.target, i.actual, i.weight, i.score, i.reason) for i in form.indicators],
        ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"),
    )
    _say(f"  总分：分值 {form.total_weight.text or '未填'}，得分 {form.total_score.text or '未填'}{_grade(one)}")
    _print_profile(one)
    _print_differences([one])
    _print_outside(one)


def _grade(one: Any) -> str:
    """The grade that the form states, and that which follows from its scores."""
    from selfeval_xl.cells import plain

    grade, total, stated = one.computed.grade, one.computed.total_score, one.form.grade.text
    if grade is None or total is None:
        return f"，等级 {stated}" if stated else ""
    follows = "" if one.form.total_score.value == total else f"按各项得分之和 {plain(total)}"
    if stated and not stated.startswith(grade):
        follows += f"{'，' if follows else '按总分'}应为 {grade}"
    return f"，等级 {stated or grade}" + (f"（{follows}）" if follows else "")


def _title(form: Any) -> str:
    return f"【{_named(form.project.text or '未填项目名称')}】{f'{form.year}年度' if form.year else '年度未填'}"


def _named(name: str | None) -> str:
    """A project or a sheet as a heading names it."""
    from selfeval_xl.cells import short

    return short(name or "—", _LONGEST_NAME)


def _print_profile(one: Any) -> None:
    """The profile, where it is not the one that the sheet names."""
    if one.instead:
        _say(f"  评分规则：{one.judged_by}")


def _print_totals(found: Sequence[Any]) -> None:
    from selfeval_xl.checks import percent

    rows = [
        (
            one.form.project.text or "",
            "" if one.computed.rate is None else percent(one.computed.rate),
            one.computed.execution_score,
            one.form.total_score.written,
            one.computed.total_score,
            one.computed.grade or "",
        )
        for one in found
    ]
    _print_table(rows, ("项目名称", "执行率", "执行率得分", "原表总分", "总分", "等级"))


def _print_table(rows: Sequence[Sequence[Any]], headings: Sequence[str]) -> None:
    """Columns of Chinese text, aligned by the width they have on a screen; a word where there is nothing to show."""
    from selfeval_xl.cells import short

    if not rows:
        _say("  （没有填写）")
        return
    words = [[on_screen(getattr(cell, "written", "" if cell is None else str(cell))) for cell in row] for row in rows]
    lines = [list(headings), *([short(cell, _WIDEST_COLUMN) for cell in row] for row in words)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        _say("  " + "  ".join(cells).rstrip())


def _width(text: str) -> int:
    """The columns that a text takes on a screen: two for each Chinese character."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def _print_differences(found: Sequence[Any]) -> None:
    for one in found:
        for finding in one.findings:
            _say(f"  核对：{_named(finding.sheet)} {finding.cell or ''}：{finding.message}")


_COLOURS = {"error": "31", "warning": "33", "advice": "36"}


def _print_checked(checked: Any) -> None:
    from selfeval_xl.checks import LEVELS

    for number, one in enumerate(checked.forms):
        if number:
            _say()
        form = one.form
        title = f"{_title(form)}  来源：{form.source}  工作表：{_named(form.sheet)}  评分规则：{one.judged_by}"
        _say(title, "1")
        for level, name in LEVELS.items():
            found = [finding for finding in one.findings if finding.level == level]
            if not found:
                continue
            _say(f"  {name} {len(found)} 项", _COLOURS[level])
            for finding in found:
                _say(f"    {finding.cell or '':<5} {finding.message}")
                _say(f"          依据：{finding.basis}")
        if not one.findings:
            _say("  尚未填写" if form.is_blank else "  没有发现问题", "32")
    counts = "，".join(
        f"{name} {sum(finding.level == level for finding in checked.findings)} 项" for level, name in LEVELS.items()
    )
    _say()
    _say(f"共核对 {len(checked.forms)} 张自评表：{counts}。")
    _print_passed_over(checked)


def _coloured(text: str, colour: str) -> str:
    """The text in colour where somebody looks at a terminal; NO_COLOR switches it off."""
    if not colour or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    if sys.platform == "win32":
        os.system("")  # noqa: S605 (makes the console understand colours)
    return f"\x1b[{colour}m{text}\x1b[0m"


def _print_passed_over(contents: Any) -> None:
    for one in contents.passed_over:
        _say(f"  未读取：{one.source} 的工作表“{one.sheet}”{one.found}。如果其中有自评表，请核对该表的栏目名称。")


def _print_leftovers(one: Any) -> None:
    """What an import leaves behind, cell by cell, so that nothing is lost."""
    from selfeval_xl.checks import quoted

    for entry in one.leftovers:
        _say(f"  未识别：{entry.spot}{quoted(entry.written, None)}，请在新表中核对是否需要补填。")


_MOST_SHOWN = 30  # cells in one line; more of them is another table, not something that was overlooked


def _print_outside(one: Any) -> None:
    """What stands on the sheet and belongs to no field, in one line."""
    from selfeval_xl.checks import quoted

    if one.leftovers:
        shown = one.leftovers[:_MOST_SHOWN]
        places = (entry.spot.address if entry.spot else "" for entry in shown)
        named = "、".join(f"{place}{quoted(e.written)}" for place, e in zip(places, shown, strict=True))
        if len(shown) < len(one.leftovers):
            named += f"等 {len(one.leftovers)} 处（加 --json 可全部列出）"
        _say(f"  不属于自评表栏目的内容：{named}。如其中有应读入的，请核对该栏的名称。")
