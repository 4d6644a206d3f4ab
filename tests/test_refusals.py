"""What is no form is refused by its name, in one way whatever it is stored in, and a form never is."""

import gzip
import io
import shutil
import subprocess
import tarfile
import zipfile

import hostile
import opendocument as od
import other_tables as tables
import pytest
import xlwt
from conftest import missing

from selfeval_xl import actions, errors
from selfeval_xl.files import read_grids

by_container = pytest.mark.parametrize("write", tables.CONTAINERS, ids=lambda write: write.__name__)


def refusal(tmp_path, content: bytes, name: str = "文件.xls") -> str:
    """The sentence with which a file is refused."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(errors.SelfEvalError) as told:
        actions.read([path])
    said = str(told.value)
    assert f"“{path}”" in said
    assert said.endswith("。")
    assert 1 == len(said.splitlines())
    return said


# ---- other tables, and forms whose words are theirs -------------------------------------------------------------


@by_container
@pytest.mark.parametrize("name", tables.TABLES)
def test_another_table_is_called_by_its_name_in_every_container(tmp_path, name, write):
    called, rows = tables.TABLES[name]
    said = refusal(tmp_path, write(rows))

    assert "中没有找到项目支出绩效自评表：" in said
    assert called in said
    assert "已损坏" not in said


@by_container
@pytest.mark.parametrize("name", tables.RIGHT)
def test_a_form_with_the_words_of_another_table_is_read(tmp_path, name, write):
    path = tmp_path / "文件.xls"
    path.write_bytes(write(tables.RIGHT[name]))

    (one,) = actions.read([path])

    words = {cell for row in tables.RIGHT[name] for cell in row}
    assert one.form.project.text in words
    assert ("4", "98", "99.8") == (
        str(len(one.form.indicators)),
        str(one.form.funds[0].executed.number),
        str(one.form.total_score.number),
    )


def test_levels_of_an_evaluation_without_the_title_of_a_form_are_no_budget_table(tmp_path):
    rows = tables.right(title="2024年度专项资金绩效评价表", level1=("项目决策", "项目过程", "项目产出", "项目效益"))

    assert "是绩效评价表（由财政部门或第三方填写" in refusal(tmp_path, tables.xlsx(rows))


@pytest.mark.libreoffice
def test_another_table_in_a_pdf_is_called_by_its_name(tmp_path):
    if shutil.which("soffice") is None:
        missing("LibreOffice", "apt-get install libreoffice-calc")
    for name, (_, rows) in tables.TABLES.items():
        (tmp_path / f"{name}.xlsx").write_bytes(tables.xlsx(rows))
    own = f"-env:UserInstallation={(tmp_path / 'user').as_uri()}"
    books = sorted(map(str, tmp_path.glob("*.xlsx")))
    command = ["soffice", own, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *books]
    subprocess.run(command, capture_output=True, timeout=120, check=True)

    for name, (called, _) in tables.TABLES.items():
        assert called in refusal(tmp_path, (tmp_path / f"{name}.pdf").read_bytes(), "文件.pdf")


# ---- files that cannot be read ----------------------------------------------------------------------------------


def packed(*names: str, content: bytes = b"x") -> bytes:
    return od.package(dict.fromkeys(names, content))


def ole(stream: str) -> bytes:
    """A container of the old Office with one stream of this name."""
    book = io.BytesIO()
    made = xlwt.Workbook()
    made.add_sheet("x")
    made.save(book)
    wide = "Workbook".encode("utf-16-le")
    other = stream.encode("utf-16-le")
    content = book.getvalue()
    at = content.rindex(wide)
    entry = content[at : at + 64].replace(wide, b"\x00" * len(wide), 1)
    name = other + entry[len(other) :]
    return content[:at] + name + (len(other) + 2).to_bytes(2, "little") + content[at + 66 :]


def tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as made:
        made.addfile(tarfile.TarInfo("自评表.xlsx"))
    return target.getvalue()


def locked_zip() -> bytes:
    """A zip whose only file is marked as locked with a password."""
    content = bytearray(packed("自评表.xlsx"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    return bytes(content)


FORM = tables.xlsx(tables.RIGHT["a project about 采购"])
WORD = tables.word(tables.RIGHT["a project about 采购"])
SHEETML = tables.spreadsheetml(tables.RIGHT["a project about 采购"]).decode()
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "甲">]>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
LINK = b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F" + b"\x00" * 60
MAIL = b"MIME-Version: 1.0\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n"

# Whole files: none of them is to be called damaged.
WHOLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "是空的"),
    "blank": (b" \r\n\t", "是空的"),
    "zeros": (b"\x00" * 9_000, "没有下载完"),
    "picture": (PNG, "是图片，"),
    "photo": (b"\xff\xd8\xff\xe0" + b"\x00" * 40, "是图片，"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "是图片，"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "是图片，"),
    "film": (b"\x00\x00\x00\x18ftypisom" + b"\x00" * 40, "录音或录像"),
    "pictures of a workbook": (od.book(od.sheet(""), **{"Pictures/1.png": "x"}), "只有图片"),
    "picture in a mail": (MAIL, "只有图片"),
    "gzip": (gzip.compress(FORM), "是压缩包，没有读取。请先解压"),
    "gnumeric": (gzip.compress(b'<?xml version="1.0"?><gnm:Workbook/>'), "Gnumeric 工作簿"),
    "sylk": (b"ID;PCALCOOO32\r\nC;X1;Y1;K1\r\n", "SYLK 表格（.slk），不能直接读取。请用 Excel 或 WPS"),
    "dif": (b'TABLE\r\n0,1\r\n"a"\r\n', "DIF 表格（.dif）"),
    "latex": (b"% by hand\n\\RequirePackage{x}\n\\documentclass{article}", "LaTeX 源文件"),
    "json": ('{"项目名称": "巡查", '.encode() + b" " * 400 + b"}", "JSON 数据，不能直接读取。请在导出它的系统里"),
    "json of rows": ('\ufeff[\n ["项目名称", "巡查"]'.encode() + b" " * 400 + b"]", "JSON 数据"),
    "xml": ("<?xml version='1.0' encoding='GBK'?><表><项目名称>巡查</项目名称></表>".encode("gbk"), "XML 数据"),
    "table of signs": ("+----+----+\n| 项目名称 | 巡查 |\n+----+----+\n".encode(), "用字符画出框线的文本"),
    "table of lines": ("┌──┬──┐\n│项目名称│巡查│\n└──┴──┘\n".encode(), "用字符画出框线的文本"),
    "asciidoc": ("|===\n|项目名称 |巡查\n|===\n".encode(), "用字符画出框线的文本"),
    "rar": (b"Rar!\x1a\x07\x00" + b"\x00" * 40, "请先解压"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"\x00" * 40, "请先解压"),
    "tar": (tar(), "请先解压"),
    "zip of one": (packed("自评表.xlsx"), "内有“自评表.xlsx”"),
    "zip of several": (packed("自评/甲.xlsx", "自评/乙.xlsx", "__MACOSX/._甲.xlsx"), "内有“甲.xlsx”等 2 个文件"),
    "zip of nothing": (packed(), "是压缩包，没有读取"),
    "zip with a password": (locked_zip(), "打开密码"),
    "xlsb": (packed("[Content_Types].xml", "xl/workbook.bin"), "二进制工作簿（.xlsb）"),
    "pptx": (packed("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿（.pptx）"),
    "vsdx": (packed("[Content_Types].xml", "visio/document.xml"), "Visio 图"),
    "xps": (packed("[Content_Types].xml", "FixedDocSeq.fdseq"), "XPS 版式文件"),
    "ofd": (packed("OFD.xml", "Doc_0/Document.xml"), "OFD 版式文件"),
    "numbers": (packed("Index/Document.iwa"), "Numbers"),
    "epub": (packed("mimetype", "META-INF/container.xml"), "电子书"),
    "odp": (od.flat("<office:presentation/>"), "演示文稿"),
    "rtf": (b"{\\rtf1\\ansi }", "RTF 文档，不能直接读取。请用 Word 或 WPS"),
    "doc": (ole("WordDocument"), "（.doc、.wps）"),
    "ppt": (ole("PowerPoint Document"), "演示文稿（.ppt）"),
    "msg": (ole("__properties_version1.0"), "Outlook 邮件（.msg）"),
    "ole without a workbook": (ole("Other"), "其中没有工作簿"),
    "xlsx with a password": (ole("EncryptedPackage"), "打开密码"),
    "ods with a password": (
        od.book(**{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "打开密码",
    ),
    "locked by a program": (b"%TSD-Header-###%" + b"\x00" * 40, "文档加密软件"),
    "locked by another program": (b"\x62\x14\x23\x65\x00\x00E-SafeNet" + b"\x00" * 40, "文档加密软件"),
    "xlsx with a DOCTYPE": (hostile.book(before=DOCTYPE), "实体声明"),
    "docx with a DOCTYPE": (hostile.document("", DOCTYPE), "实体声明"),
    "ods with a DOCTYPE": (od.book(before=DOCTYPE), "实体声明"),
    "fods with a DOCTYPE": (od.flat("<office:spreadsheet/>", before=DOCTYPE), "实体声明"),
    "SpreadsheetML with a DOCTYPE": (SHEETML.replace("?>", f"?>{DOCTYPE}", 1).encode(), "实体声明"),
    "SpreadsheetML with a DOCTYPE without entities": (
        SHEETML.replace("?>", '?><!DOCTYPE Workbook SYSTEM "x.dtd">', 1).encode(), "实体声明",
    ),
    "page with entities": (b'<!DOCTYPE html [<!ENTITY a "b">]><html><table><tr><td>x</table></html>', "实体声明"),
    "shortcut": (LINK, "快捷方式"),
    "shortcut to a page": (b"[InternetShortcut]\r\nURL=https://example.com/x\r\n", "网址快捷方式"),
    "shortcut of a desktop": (b"[Desktop Entry]\nType=Link\n", "快捷方式"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS"),
    "resource fork": (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X" + b"\x00" * 40, "“._”"),
    "cloud": (b"bplist00\xd3\x01\x02" + b"\x00" * 40, "占位文件"),
    "program": (b"MZ\x90\x00" + b"\x00" * 40, "程序文件"),
    "database": (b"SQLite format 3\x00" + b"\x00" * 40, "数据库文件"),
    "printed": (b"%!PS-Adobe-3.0\n", "PostScript"),
    "login page": (
        "<!DOCTYPE html><html><body><form>用户登录<input name='u'></form></body></html>".encode(), "系统的登录页",
    ),
    "error page": (b"<html><head><title>502</title></head><body><h1>502 Bad Gateway</h1></body></html>", "出错页"),
    "error in JSON": ('{"code": 401, "msg": "会话已超时，请重新登录"}'.encode(), "出错页"),
    "noise": (bytes(range(1, 256)) * 4, "无法识别的文件"),
}  # fmt: skip

# Files that broke off.
CUT: dict[str, bytes] = {
    "xlsx": FORM[: len(FORM) // 2],
    "docx": WORD[: len(WORD) // 2],
    "ods": tables.ods(tables.RIGHT["a project about 采购"])[:-40],
    "xls": tables.xls(tables.RIGHT["a project about 采购"])[:1_000],
    "pdf": b"%PDF-1.7\n1 0 obj\n<<",
    "SpreadsheetML": SHEETML[: len(SHEETML) // 2].encode(),
    "fods": tables.fods(tables.RIGHT["a project about 采购"])[:-40],
    "head of a zip": FORM[:30],
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_of_another_kind_is_called_by_its_name(tmp_path, name):
    content, words = WHOLE[name]
    said = refusal(tmp_path, content, "文件.xlsx")

    assert words in said
    assert "已损坏" not in said


@pytest.mark.parametrize("name", CUT)
def test_a_file_that_broke_off_is_called_damaged(tmp_path, name):
    assert "已损坏或不完整" in refusal(tmp_path, CUT[name], "文件.xlsx")


@pytest.mark.parametrize(
    ("name", "words"),
    [("~$自评表.xlsx", "不带“~$”"), (".~lock.自评表.ods#", "原文件"), (".自评表.xlsx.icloud", "在云盘中下载")],
)
def test_a_small_file_beside_the_real_one_is_called_by_its_name(tmp_path, name, words):
    said = refusal(tmp_path, b"\x05admin" + b" " * 150, name)

    assert words in said
    assert "已损坏" not in said


def test_a_form_of_such_a_name_is_read(tmp_path):
    """Somebody may have saved the form itself under it."""
    (tmp_path / "~$自评表.xlsx").write_bytes(FORM)

    assert 1 == len(actions.read([tmp_path / "~$自评表.xlsx"]))


@pytest.mark.parametrize("suffix", [".xls", ".docx", ".pdf", ".txt", ".wps", ""])
@by_container
def test_the_name_of_a_file_decides_nothing(tmp_path, write, suffix):
    path = tmp_path / f"自评表{suffix}"
    path.write_bytes(write(tables.RIGHT["a project about 采购"]))

    assert ["政府采购评审专家费"] == [one.form.project.text for one in actions.read([path])]


def test_names_in_a_zip_of_a_chinese_windows_are_shown_as_written(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("xxxxxx.xlsx", b"x")
    content = target.getvalue().replace(b"xxxxxx", "自评表".encode("gbk"))

    assert "内有“自评表.xlsx”" in refusal(tmp_path, content)


def test_a_form_is_read_beside_attachments_that_cannot_be(tmp_path):
    mail = tables.eml(tables.RIGHT["a project about 采购"])
    (tmp_path / "信.eml").write_bytes(mail)

    assert 1 == len(actions.read([tmp_path / "信.eml"]))
    assert read_grids(tmp_path / "信.eml")
