"""What is in order on a desk and what is not: one line for each thing looked at, and what settles it.

The report is a text to be mailed; it names no person and no person's folder.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from selfeval_xl.excel.desk import TITLE
from selfeval_xl.excel.facts import SERVER_CALL, Facts, gather
from selfeval_xl.patterns import expression

GOOD, LOOK, BAD = "正常", "注意", "问题"

_SLOW = 10.0  # seconds; a start that takes longer than this is close to what Excel and the server put up with
_OLDEST_WINDOWS = 10240  # the first build of Windows 10
_INTERNET = 3  # zones from here on are strangers
_WPS = expression(r"\bet\.exe|wps|kingsoft", re.IGNORECASE)
_AGAIN = "请关闭 Excel 后重新双击 install.bat"
_NO_MACROS = {3: "只运行有数字签名的宏", 4: "禁用所有宏"}
_TRUST = "Excel“文件—选项—信任中心—信任中心设置”"


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: its state, what was found, and what settles it where something is wrong."""

    state: str
    thing: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.state}  {self.thing}：{self.found}" + (f"。{self.remedy}。" if self.remedy else "")


def report(workbook: Path | None = None, *, in_excel: bool = False, even_if_not: bool = False) -> list[str]:
    """The report on this desk, ready to be shown; one sentence where this is no Windows.

    With `in_excel` an Excel of its own also calculates every function, unless WPS answers in its name.
    """
    if sys.platform != "win32":
        return [ELSEWHERE]
    found = gather(workbook)
    told = lines(found)
    if in_excel and (even_if_not or is_excel(found)):
        from selfeval_xl.excel import proof

        told += proof.in_an_excel_of_its_own()
    return text(told, found.persons)


def as_file(report: Sequence[str]) -> bytes:
    """The report as Notepad reads it."""
    return "".join(f"{line}\r\n" for line in report).encode("utf-8-sig")


ELSEWHERE = (
    "这里不是 Windows：读取、核对、生成工作簿的命令都能使用；Excel、登记、加载项、宏设置的诊断只能在 Windows 上进行。"
)


def text(found: Sequence[Line], persons: Sequence[tuple[str, str]] = ()) -> list[str]:
    """The lines as they are read, with a summary at the end."""
    bad, look = (sum(line.state == state for line in found) for state in (BAD, LOOK))
    summary = f"共 {len(found)} 项：问题 {bad} 项，注意 {look} 项。" if bad or look else f"共 {len(found)} 项，都正常。"
    return [without_persons(str(line), persons) for line in found] + [summary]


def without_persons(words: str, persons: Sequence[tuple[str, str]]) -> str:
    """The words with each name replaced; a Latin name only where it stands alone, so that no other word is torn."""
    for name, instead in persons:
        pattern = re.escape(name) if not name.isascii() or "\\" in name else rf"(?<!\w){re.escape(name)}(?!\w)"
        words = re.sub(pattern, lambda _, instead=instead: instead, words, flags=re.IGNORECASE)  # type: ignore[misc]
    return words


def is_excel(facts: Facts) -> bool:
    """Whether what answers to Excel.Application is Excel."""
    return facts.excel_class is not None and not _WPS.search(facts.excel_class)


def lines(facts: Facts) -> list[Line]:
    """Everything that was looked at, in the order in which one would look oneself."""
    judged = (_windows, _excel, _excel_class, _python, _packages, _registered, _answers, _add_in, _template, _macros,
              _from_the_internet, _trusted, _workbook, _profiles, _log)  # fmt: skip
    return [line for judge in judged for line in judge(facts)]


# ---- programs ------------------------------------------------------------------------------------------------


def _windows(facts: Facts) -> Iterator[Line]:
    found = f"{facts.windows or '版本不明'}，代码页 {facts.code_page or '不明'}"
    build = re.search(r"（(\d+)）", facts.windows or "")
    if build and int(build[1]) < _OLDEST_WINDOWS:
        yield Line(LOOK, "Windows", found, "Windows 10 以前的版本没有试过，建议升级")
    else:
        yield Line(GOOD, "Windows", found)


def _excel(facts: Facts) -> Iterator[Line]:
    if facts.excel is None:
        yield Line(BAD, "Excel", "没有找到", "请安装 Excel 2016 以上版本；只有 WPS 时，数字由普通公式计算")
        return
    bits = f"{facts.excel_bits} 位" if facts.excel_bits else "位数不明"
    office = f"，即点即用 {facts.click_to_run}" if facts.click_to_run else ""
    found = f"{facts.excel_version or '版本不明'}（{bits}{office}），{facts.excel}"
    major = re.match(r"\d+", facts.excel_version or "")
    if major and int(major[0]) < 16:
        yield Line(LOOK, "Excel", found, "Excel 2016 以前的版本没有试过")
    else:
        yield Line(GOOD, "Excel", found)


def _excel_class(facts: Facts) -> Iterator[Line]:
    if facts.excel_class is None:
        if facts.excel:
            yield Line(LOOK, "Excel.Application", "没有登记", "请修复 Office（设置—应用—Microsoft Office—修改）")
    elif _WPS.search(facts.excel_class):
        remedy = "请在 WPS 的“配置工具—高级—兼容设置”中取消与 Excel 的关联，再修复 Office"
        yield Line(BAD, "Excel.Application", f"已被 WPS 接管（{facts.excel_class}）", remedy)
    else:
        yield Line(GOOD, "Excel.Application", facts.excel_class)


def _python(facts: Facts) -> Iterator[Line]:
    yield Line(GOOD, "Python", facts.python)


def _packages(facts: Facts) -> Iterator[Line]:
    missing = [name for name, version in facts.packages if version is None]
    there = "，".join(f"{name} {version}" for name, version in facts.packages if version)
    if missing:
        yield Line(BAD, "软件包", f"缺少 {'、'.join(missing)}；有 {there}", _AGAIN)
    else:
        yield Line(GOOD, "软件包", there)


# ---- the server ----------------------------------------------------------------------------------------------


def _registered(facts: Facts) -> Iterator[Line]:
    if facts.command is None:
        yield Line(BAD, "登记", "没有登记 SelfEval.Server，Excel 找不到 Python", _AGAIN)
    elif not facts.program_is_there:
        yield Line(BAD, "登记", f"所登记的程序不在了：{facts.command}", _AGAIN)
    else:
        yield Line(GOOD, "登记", facts.command)


def _answers(facts: Facts) -> Iterator[Line]:
    name, _, expected = SERVER_CALL
    if facts.is_asked_through_it:
        yield Line(GOOD, "服务", "正在回答，本报告由它生成")
    elif facts.command is None:
        return
    elif facts.answer_trouble is not None:
        found = f"没有回答（{facts.answer_trouble}，等了 {facts.answer_seconds:.1f} 秒）"
        yield Line(BAD, "服务", found, f"请确认杀毒软件没有拦截上面登记的程序；仍不行时{_AGAIN}")
    elif facts.answer != expected:
        yield Line(BAD, "服务", f"{name} 应为 {expected}，回答是 {facts.answer!r}", f"程序不完整，{_AGAIN}")
    elif facts.answer_seconds > _SLOW:
        found = f"回答正确，但等了 {facts.answer_seconds:.1f} 秒"
        yield Line(LOOK, "服务", found, "第一次计算会很慢，请让杀毒软件信任上面登记的程序所在的文件夹")
    else:
        yield Line(GOOD, "服务", f"回答正确，用时 {facts.answer_seconds:.1f} 秒")


# ---- what Excel opens ----------------------------------------------------------------------------------------


def _add_in(facts: Facts) -> Iterator[Line]:
    if facts.disabled:
        remedy = "请在 Excel“文件—选项—加载项”下方的“管理”中选“禁用项目”，单击“转到”，启用它"
        yield Line(BAD, "加载项", f"被 Excel 禁用：{'、'.join(sorted(set(facts.disabled)))}", remedy)
    if not facts.add_in:
        yield Line(BAD, "加载项", "XLSTART 文件夹中没有 selfeval.xlam，功能区没有“绩效自评”", _AGAIN)
    elif _is_marked(facts.add_in_zone):
        yield Line(BAD, "加载项", "文件带有“来自网络”的标记，Excel 不会运行它", _AGAIN)
    else:
        yield Line(GOOD, "加载项", "在 XLSTART 文件夹中")


def _template(facts: Facts) -> Iterator[Line]:
    if facts.template and facts.shortcut:
        yield Line(GOOD, "模板", "模板和桌面快捷方式都在")
    else:
        missing = "模板" if not facts.template else "桌面快捷方式"
        yield Line(LOOK, "模板", f"没有找到{missing}", f"如需从“{TITLE}”新建工作簿，{_AGAIN}")


def _macros(facts: Facts) -> Iterator[Line]:
    """The administrator's word counts before the user's."""
    fixed = facts.policies.get("vbawarnings")
    chosen = facts.settings.get("vbawarnings")
    if fixed in _NO_MACROS:
        remedy = f"请管理员允许宏，或把工作簿所在的文件夹设为受信任位置（{_TRUST}）"
        yield Line(BAD, "宏", f"单位的策略{_NO_MACROS[fixed]}", remedy)
    elif fixed is None and chosen in _NO_MACROS:
        remedy = f"请在{_TRUST}的“宏设置”中选“禁用宏，并发出通知”，打开工作簿时单击“启用内容”"
        yield Line(BAD, "宏", f"Excel 的设置{_NO_MACROS[chosen]}", remedy)
    elif (fixed or chosen) == 1:
        yield Line(LOOK, "宏", "所有文件的宏都会运行", f"建议在{_TRUST}的“宏设置”中选“禁用宏，并发出通知”")
    else:
        yield Line(GOOD, "宏", "打开工作簿时询问")
    for numbers, whose in ((facts.policies, "单位的策略"), (facts.settings, "Excel 的设置")):
        if numbers.get("disablealladdins") == 1:
            yield Line(BAD, "加载项的设置", f"{whose}禁用所有加载项", f"请在{_TRUST}的“加载项”中取消，或请管理员取消")
        elif numbers.get("requireaddinsig") == 1:
            yield Line(
                BAD, "加载项的设置", f"{whose}只允许有签名的加载项", f"请在{_TRUST}的“加载项”中取消，或请管理员取消"
            )


def _from_the_internet(facts: Facts) -> Iterator[Line]:
    if facts.policies.get("blockcontentexecutionfrominternet") == 1:
        remedy = "收到的工作簿请先右键“属性”勾选“解除锁定”，或存到受信任位置再打开"
        yield Line(LOOK, "来自网络的文件", "单位的策略禁用其中的宏", remedy)
    else:
        yield Line(GOOD, "来自网络的文件", "没有另外的策略；收到的工作簿仍须先右键“属性”勾选“解除锁定”")


def _trusted(facts: Facts) -> Iterator[Line]:
    if 1 in (facts.policies.get("alllocationsdisabled"), facts.settings.get("alllocationsdisabled")):
        remedy = f"请在{_TRUST}的“受信任位置”中取消“禁用所有受信任位置”"
        yield Line(LOOK, "受信任位置", "全部停用，模板中的宏每次都要启用", remedy)
    else:
        yield Line(GOOD, "受信任位置", "；".join(facts.trusted) or "Excel 自带的位置")


def _workbook(facts: Facts) -> Iterator[Line]:
    if facts.workbook_trouble is not None:
        yield Line(BAD, "工作簿", facts.workbook_trouble, "请核对文件名")
    elif facts.workbook and _is_marked(facts.workbook_zone):
        remedy = "请关闭它，在文件上右键“属性”，勾选“解除锁定”，再打开"
        yield Line(BAD, "工作簿", "带有“来自网络”的标记，其中的宏不会运行", remedy)
    elif facts.workbook:
        yield Line(GOOD, "工作簿", "没有“来自网络”的标记")


def _is_marked(zone: int | None) -> bool:
    return zone is not None and zone >= _INTERNET


# ---- the rest ------------------------------------------------------------------------------------------------


def _profiles(facts: Facts) -> Iterator[Line]:
    for trouble in facts.profiles:
        yield Line(LOOK, "评分规则", trouble.rstrip("。"), "改好之前，用到它的单元格不能计算")
    if not facts.profiles:
        yield Line(GOOD, "评分规则", "自己写的规则没有错误")


def _log(facts: Facts) -> Iterator[Line]:
    if facts.log_bytes:
        yield Line(LOOK, "日志", f"记有 {facts.log_bytes} 字节", "其中可能有表中的内容，维护人员需要时再另外发送")
    else:
        yield Line(GOOD, "日志", "没有记录")
