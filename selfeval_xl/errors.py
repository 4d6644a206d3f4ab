"""What stops us before a form is reached; each class has its own sentence, and who opens a file names it.

Something wrong inside a form is a `Finding` (see `checks`), never an exception.
"""

import errno
from pathlib import Path
from typing import ClassVar, Self


class SelfEvalError(Exception):
    """A sentence for the person at the desk: what, where, and what would settle it.

    Raised with the details that fill the sentence's braces, in their order. The file is not among them:
    a reader has only the content, and who opened the file or writes it adds its name with `about`.
    """

    sentence: ClassVar[str]
    file: Path | str = "未命名"

    def about(self, file: Path | str) -> Self:
        """The same error, naming this file."""
        self.file = file
        return self

    def __str__(self) -> str:
        return self.sentence.format(*self.args, file=self.file)


class FileMissing(SelfEvalError):
    """The named file is not there."""

    sentence = "找不到文件“{file}”。请核对文件名和所在文件夹。"


class NotAFile(SelfEvalError):
    """A folder, or something else that cannot be read as a file."""

    sentence = "“{file}”是文件夹，不是文件。请指定其中的一个文件。"


class CannotRead(SelfEvalError):
    """The system refused to hand over the file, for this reason."""

    sentence = "无法读取“{file}”（{}）。请确认有读取权限，并关闭正在使用它的程序后重试。"


class EmptyFile(SelfEvalError):
    """The file has no content at all."""

    sentence = "文件“{file}”是空的。请重新取得这个文件后再试。"


class UnknownKind(SelfEvalError):
    """The content is of a kind that is not read, a picture for instance."""

    sentence = "“{file}”是{}，读不出表格。请提供 Excel 工作簿、Word 文档、文字版 PDF、网页或从中复制出的文本。"


class OtherKind(SelfEvalError):
    """A document of a kind that is not read, and how its content can be had in one that is."""

    sentence = "“{file}”是{}，不能直接读取。请{}后再试。"


class Packed(SelfEvalError):
    """Files packed into one; what is inside is named where it can be seen."""

    sentence = "“{file}”是压缩包{}，没有读取。请先解压，再选用其中的自评表。"


class NotTheFile(SelfEvalError):
    """A small file that only stands for another one, and how to get that."""

    sentence = "“{file}”是{}，不是自评表本身。请{}后再试。"


class LockedByProgram(SelfEvalError):
    """The content was locked by a program that guards an office's documents."""

    sentence = (
        "文件“{file}”由文档加密软件加密，读不出内容。请在装有该软件的电脑上解密，或打开后另存为不加密的文件再试。"
    )


class OldKind(SelfEvalError):
    """A spreadsheet or document of a kind that has to be saved anew first."""

    sentence = "“{file}”是{}，暂不能直接读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"


class OldDocument(SelfEvalError):
    """A document of the old Word or of WPS, which has to be saved anew first."""

    sentence = (
        "“{file}”是旧格式的 Word 或 WPS 文档（.doc、.wps），不能直接读取。请用 Word 或 WPS 打开后另存为 .docx 再试。"
    )


class OnlyPictures(SelfEvalError):
    """Pictures of a form, and nothing that can be read as words."""

    sentence = "“{file}”里只有图片，没有可读取的文字。请提供自评表的原始电子表格，或照图片填入表格后再试。"


class Scanned(SelfEvalError):
    """A PDF without words."""

    sentence = (
        "PDF 文件“{file}”里没有可读取的文字，多半是扫描件。请提供导出 PDF 之前的 Word 或 Excel 文件，或文字版 PDF。"
    )


class NoLetters(SelfEvalError):
    """A PDF whose fonts do not say which letter each drawing stands for."""

    sentence = (
        "PDF 文件“{file}”没有注明所用的字形是哪些字，读出来会是乱码。"
        "请提供导出 PDF 之前的 Word 或 Excel 文件，或用 Word、WPS 重新导出 PDF。"
    )


class NoRules(SelfEvalError):
    """A PDF whose form has no lines between its cells, or only those across, where words do not show the columns."""

    sentence = (
        "PDF 文件“{file}”中的自评表{}，分不清哪些字是一格。"
        "请提供导出 PDF 之前的 Word 或 Excel 文件，或给表格加上横竖框线后另存为 PDF 再试。"
    )


class Unsafe(SelfEvalError):
    """The file declares XML entities, which no office program does."""

    sentence = (
        "文件“{file}”中有实体声明（DTD），正常的 Office 文件不含这种内容，为安全起见未读取。"
        "请在 Excel、Word 或 WPS 中打开后另存，再用另存的文件重试。"
    )


class Encrypted(SelfEvalError):
    """The file asks for a password."""

    sentence = "文件“{file}”设有打开密码。请用能打开它的程序取消密码、另存后再试。"


class Damaged(SelfEvalError):
    """The content breaks off or contradicts itself."""

    sentence = "文件“{file}”已损坏或不完整，无法打开。请重新取得这个文件，或在 Excel 中修复后另存。"


class TooLarge(SelfEvalError):
    """Larger than any form is, in this respect; read no further."""

    sentence = "文件“{file}”过大（{}），不像自评表，已停止读取。请只保留自评表所在的工作表后再试。"


class NoForm(SelfEvalError):
    """The file is readable, but no form stands in it; it holds this instead."""

    sentence = (
        "“{file}”中没有找到项目支出绩效自评表：{}。自评表应有“项目名称”、项目资金（预算数、执行数）"
        "和绩效指标（三级指标、年度指标值、实际完成值）。请确认文件是否选对。"
    )


class AlreadyThere(SelfEvalError):
    """The target exists and nobody asked to replace it."""

    sentence = "“{file}”已经存在，未覆盖。请换一个文件名，或加上 --overwrite 确认覆盖。"


class CannotWrite(SelfEvalError):
    """The system refused to take the file, for this reason."""

    sentence = "无法写入“{file}”（{}）。请确认文件夹存在、有写入权限、磁盘未满，并关闭已打开的同名文件后重试。"


class WrongSuffix(SelfEvalError):
    """The target's name would make Excel refuse the file; it has to end so."""

    sentence = "输出文件“{file}”的扩展名应为 {}。请改名后重试。"


class CannotPrint(SelfEvalError):
    """Standard output takes no more, for this reason."""

    sentence = "结果没有全部输出（{}）。请腾出空间，或换一个输出位置后重试。"


class NoMemory(SelfEvalError):
    """The computer has too little memory for this step."""

    sentence = "内存不足，没有完成。请关闭其他程序，或把文件分几次处理。"


class CannotLoad(SelfEvalError):
    """A package that is needed does not start, for want of memory or of a whole installation."""

    sentence = "程序所需的组件“{}”无法载入，没有完成。请关闭其他程序后重试；仍不行时请重新安装 selfeval-xl。"


class Refused(SelfEvalError):
    """The system refused something else than a file, for this reason."""

    sentence = "系统没有允许这一步（{}），没有完成。请排除这个原因后重试。"


class Bug(SelfEvalError):
    """Something that nobody foresaw; more stands in the log."""

    sentence = "程序出错，没有完成。详情见日志“{}”，请把它交给维护人员。"


class UnknownProfile(SelfEvalError):
    """No scoring profile has this name; `broken` are files of profiles that could not be used."""

    sentence = "没有名为“{}”的评分规则。可用的有：{}。{}"

    def __init__(self, name: str, known: tuple[str, ...], broken: tuple[str, ...] = ()) -> None:
        besides = f"另有不能使用的文件：{_some(broken, 3)}（把文件名当作规则名来用，可看到原因）。" if broken else ""
        super().__init__(name, _some(known, 20), besides)


def _some(names: tuple[str, ...], most: int) -> str:
    """The names, or the first of them and how many there are."""
    return "、".join(names[:most]) + (f"等 {len(names)} 个" if len(names) > most else "")


class BadProfile(SelfEvalError):
    """A user's own profile that cannot be used; the trouble is the second half of the sentence."""

    sentence = "评分规则“{file}”{}"


class ToolMissing(SelfEvalError):
    """A program or package that this one step needs is not installed, and what to do about it."""

    sentence = "这一步需要 {}，本机没有找到。{}"


class OnlyOnWindows(SelfEvalError):
    """The step belongs to a Windows desk."""

    sentence = "“{}”只能在装有 Excel 的 Windows 电脑上进行。"


class ExcelIsRunning(SelfEvalError):
    """Excel holds the add-in open, so nothing can be exchanged or taken away."""

    sentence = "Excel 正在运行。请保存并关闭所有 Excel 窗口，再{}一次；看不到窗口时，请在任务管理器中结束 EXCEL.EXE。"


class StillInUse(SelfEvalError):
    """A program goes on using the installed files."""

    sentence = "“{file}”正被其他程序使用。请关闭 Excel、WPS 等打开自评表的程序，过半分钟再试一次。"


class BadBundle(SelfEvalError):
    """A file of the installation is missing or is not what it was when it was made."""

    sentence = "安装文件“{file}”{}。请把压缩包整个重新解压到一个文件夹，再双击其中的 install.bat。"


class CannotStart(SelfEvalError):
    """The copied program does not run on this computer, for this reason."""

    sentence = "复制好的程序在本机不能运行（{}）。请确认杀毒软件没有拦截“{file}”，再安装一次。"


class NothingChanged(SelfEvalError):
    """An installation, or its removal, that was given up for this reason; the desk is as it was before."""

    sentence = "没有{}，电脑上原有的状态没有改变：{}"


class NotEmbeddable(SelfEvalError):
    """The named zip holds no Python that a bundle can be made with."""

    sentence = "“{file}”不是 64 位 Python {} 的可嵌入版（embeddable zip）。请从 python.org 重新下载后再试。"


class CannotBundle(SelfEvalError):
    """A bundle cannot be made from what is here, for this reason."""

    sentence = "没有生成安装包：{}。"


class TooManyForms(SelfEvalError):
    """More forms were found than one workbook takes."""

    sentence = "共读到 {} 张自评表，一个工作簿最多放 {} 张。请分几次导入，每次少选一些文件。"


class NotAWorkbook(SelfEvalError):
    """A file of a kind from which no copy can be cut."""

    sentence = "“{file}”不是 .xlsx 或 .xlsm 工作簿，不能从中生成报送版。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"


class NothingToSend(SelfEvalError):
    """No sheet of the workbook can leave the office, for these reasons."""

    sentence = "“{file}”中没有可以报送的自评表：{}。请在其中填好自评表，每张工作表放一张，再试一次。"


class NoList(SelfEvalError):
    """A file that was named as the list of those who are asked to hand in, and is none."""

    sentence = "“{file}”中没有找到名单：应有一列“单位”，最好还有“项目名称”和“邮箱”。请在第一行写上这些列名后再试。"


class NoCluster(SelfEvalError):
    """Nobody answers at the address of a cluster."""

    sentence = "连接不上集群“{}”。请核对地址，确认集群已启动；不用集群时去掉 --scheduler。"


class BlankForm(SelfEvalError):
    """A form in which nothing is filled in."""

    sentence = "“{file}”中的自评表是空白的。请填好后重新报送。"


class NoNotes(SelfEvalError):
    """A file that was named as an earlier summary, and has no remarks that could be carried over."""

    sentence = "“{file}”不是汇总来表做的汇总：没有“汇总”工作表，或其中缺少“单位”“项目名称”“年度”“备注”。请核对后再试。"


class NotesMoved(SelfEvalError):
    """An earlier summary of ours in which these columns are not found, so that its remarks would be lost."""

    sentence = (
        "“{file}”是以前的汇总，但“汇总”工作表里找不到{}列（列名可能改过），填写的备注带不过来，所以没有汇总。"
        "请把列名改回来再试；不需要旧备注的，把旧文件改名或移走。"
    )


class NotesHidden(SelfEvalError):
    """A workbook that is to be replaced or whose remarks are wanted, and which does not open."""

    sentence = (
        "“{file}”设有密码或已损坏，读不出其中的备注，所以没有汇总。"
        "请用 Excel 打开，去掉密码另存后再试；不需要旧备注的，把旧文件改名或移走。"
    )


class NothingHandedIn(SelfEvalError):
    """Below the named places lies no form, for these reasons."""

    sentence = "没有找到可以汇总的自评表：{}。请确认文件夹是否选对，自评表是否已放进去。"


class BadAddress(SelfEvalError):
    """Not the address of one mailbox."""

    sentence = "“{}”不是一个邮件地址。请写成 name@example.com 的样子，一次写一个。"


def why(problem: OSError) -> str:
    """What the system says, in the words of the sentences above."""
    if is_in_use(problem):
        return _REASONS["EBUSY"]
    name = errno.errorcode.get(problem.errno or 0, "")
    return _REASONS.get(name) or problem.strerror or str(problem)


def is_in_use(problem: OSError) -> bool:
    """Whether another program on Windows holds the file."""
    return getattr(problem, "winerror", None) in _IN_USE


_IN_USE = (32, 33)  # how Windows says that another program holds a file; Python calls both EACCES

_REASONS = {
    "EACCES": "没有权限",
    "EPERM": "没有权限",
    "EROFS": "所在磁盘只读",
    "ENOSPC": "磁盘已满",
    "EDQUOT": "磁盘配额已满",
    "EFBIG": "文件过大，磁盘放不下",
    "ENAMETOOLONG": "文件名太长",
    "ENOENT": "文件或文件夹不存在",
    "ENOTDIR": "路径中有一段不是文件夹",
    "EISDIR": "同名的文件夹已存在",
    "EEXIST": "同名的文件已存在",
    "EBUSY": "正被其他程序使用",
    "ETXTBSY": "正被其他程序使用",
    "ELOOP": "链接循环",
    "EIO": "磁盘读写出错",
    "EMFILE": "打开的文件太多",
    "EBADF": "输出已关闭",
    "EPIPE": "接收输出的程序已结束",
    "ENXIO": "设备不可用",
    "ENODEV": "设备不可用",
    "ENOMEM": "内存不足",
    "EINVAL": "名称中有不允许的字符",
}
