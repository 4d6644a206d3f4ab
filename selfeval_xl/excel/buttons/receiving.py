"""汇总来表: what lies in a folder becomes one summary, while Excel stays free."""

from pathlib import Path

from selfeval_xl.excel import collecting
from selfeval_xl.excel.given import Given
from selfeval_xl.excel.plan import Plan, Step, question, said


def collect(given: Given) -> Plan:
    """Asks for the folder, then begins; while a summary is being made, asks whether to stop it.

    The target is the folder that was picked.
    """
    token = collecting.running()
    if token is None:
        if not given.is_agreed:
            return question("folder")
        return _begun(Path(given.target)) if given.target else said("汇总已经结束，没有需要停止的。")
    if not given.is_agreed:
        return question(f"{_told(collecting.state(token))}。汇总在后台进行，Excel 可以照常使用。\n\n要停止这次汇总吗？")
    if given.target:
        return said("另一次汇总还没有完成，请等它完成后再试。")
    if collecting.stop(token):
        return said("已停止汇总，没有生成文件；原有的文件没有改动。")
    return said("汇总刚刚完成，没有停止。")


def how_far(given: Given) -> Plan:
    """What the add-in asks each second, naming the summary by its token: how far it is, or what came of it."""
    token = "".join(given.choice)
    state = collecting.state(token)
    if not state.is_over:
        return Plan(_told(state), (_again(token),))
    return Plan(state.said, (Step("open", "", a=str(state.written)),) if state.written else ())


def _begun(folder: Path) -> Plan:
    if not folder.is_dir():
        return said("没有找到所选的文件夹，没有汇总。请重新选择。")
    return Plan("", (_again(collecting.start(folder)),))


def _again(token: str) -> Step:
    return Step("wait", "", a=token)


def _told(state: collecting.State) -> str:
    if not state.total:
        return "正在汇总：正在查找文件"
    written = "，正在写入" if state.done == state.total else ""
    return f"正在汇总：已读 {state.done}/{state.total}{written}"
