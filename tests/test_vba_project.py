"""The bytes of the VBA projects, read record by record as MS-OVBA describes them."""

import io
import re
import struct
from dataclasses import dataclass

import olefile
import pytest
from oletools.olevba import VBA_Parser, decompress_stream

from selfeval_xl.excel import vba

WORKBOOK, SHEET = "00020819", "00020820"
SIZES = (1, 3, vba.MOST_SHEETS)


@dataclass(frozen=True)
class Project:
    ole: olefile.OleFileIO
    content: bytes
    written: dict[str, str]  # what the sources say, by module
    sheets: int

    def stream(self, name: str) -> bytes:
        return self.ole.openstream(name).read()

    @property
    def documents(self) -> list[str]:
        return ["ThisWorkbook", *(f"Sheet{number}" for number in range(1, self.sheets + 1))]

    @property
    def modules(self) -> list[str]:
        return [*self.documents, *(name for name in self.written if name not in self.documents)]


@pytest.fixture(scope="module", params=[*SIZES, "add-in"])
def project(request):
    is_addin = request.param == "add-in"
    content = vba.addin_project() if is_addin else vba.project(request.param)
    sources, sheets = (vba.addin_modules(), 1) if is_addin else (vba.modules(), request.param)
    return Project(olefile.OleFileIO(io.BytesIO(content)), content, sources, sheets)


def test_there_is_nothing_but_sources(project):
    """No compiled module, no cache, and nothing left over from one between the streams."""
    streams = {"/".join(path) for path in project.ole.listdir()}
    assert {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir", *(f"VBA/{m}" for m in project.modules)} == streams
    assert bytes.fromhex("cc61 ffff 00 0000") == project.stream("VBA/_VBA_PROJECT")
    for name in project.modules:
        stream = project.stream(f"VBA/{name}")
        assert len(stream) == _compressed_length(stream)
    sectors = [project.content[place : place + 2] for place in range(0, len(project.content), 64)]
    assert 1 == sectors.count(b"\xcc\x61")  # compressed sources may hold these two bytes by chance
    assert b"\x01\x16\x03\x00" not in project.content  # how a compiled module begins


def _compressed_length(stream: bytes) -> int:
    """A container: its signature, and chunks that say how long they are (2.4.1.1)."""
    assert 1 == stream[0]
    place = 1
    while place < len(stream):
        (header,) = struct.unpack_from("<H", stream, place)
        assert 0b011 == header >> 12 & 0b111
        place += (header & 0x0FFF) + 3
    return place


def test_the_source_of_each_module_begins_at_offset_0_with_its_attributes(project):
    for name in project.modules:
        text = bytes(decompress_stream(bytearray(project.stream(f"VBA/{name}")))).decode("ascii")
        attributes = re.match(r"(?:Attribute .*\r\n)+", text)[0]
        if name in project.documents:
            of = WORKBOOK if name == "ThisWorkbook" else SHEET
            assert _document(name, of) == attributes
        else:
            assert f'Attribute VB_Name = "{name}"\r\n' == attributes
        assert project.written.get(name, "") == text.removeprefix(attributes)


def _document(name: str, kind: str) -> str:
    values = {
        "VB_Name": f'"{name}"',
        "VB_Base": f'"0{{{kind}-0000-0000-C000-000000000046}}"',
        "VB_GlobalNameSpace": False,
        "VB_Creatable": False,
        "VB_PredeclaredId": True,
        "VB_Exposed": True,
        "VB_TemplateDerived": False,
        "VB_Customizable": True,
    }
    return "".join(f"Attribute {key} = {value}\r\n" for key, value in values.items())


class Records:
    """The records of a dir stream, asked for in their order."""

    def __init__(self, content: bytes) -> None:
        self.content, self.place = content, 0

    def next(self) -> int:
        return struct.unpack_from("<H", self.content, self.place)[0]

    def take(self, kind: int, size: int | None = None) -> bytes:
        found, length = struct.unpack_from("<HI", self.content, self.place)
        assert (kind, length if size is None else size) == (found, length)
        self.place += 6 + length
        return self.content[self.place - length : self.place]

    def number(self, kind: int, size: int) -> int:
        return int.from_bytes(self.take(kind, size), "little")

    def twice(self, kind: int, wide: int) -> str:
        """A text in the code page and in UTF-16; both say the same."""
        text = self.take(kind).decode("ascii")
        assert text == self.take(wide).decode("utf-16-le")
        return text


def test_the_dir_stream_holds_the_records_of_the_specification_in_their_order(project):
    records = Records(bytes(decompress_stream(bytearray(project.stream("VBA/dir")))))
    assert records.number(0x0001, 4) in (1, 3)  # PROJECTSYSKIND: Windows of 32 or 64 bit
    records.take(0x004A, 4)  # PROJECTCOMPATVERSION
    assert 0x0409 == records.number(0x0002, 4) == records.number(0x0014, 4)  # PROJECTLCID, PROJECTLCIDINVOKE
    assert 1252 == records.number(0x0003, 2)  # PROJECTCODEPAGE; all our text is ASCII
    assert b"VBAProject" == records.take(0x0004)  # PROJECTNAME
    assert "" == records.twice(0x0005, 0x0040)  # PROJECTDOCSTRING
    assert "" == records.twice(0x0006, 0x003D)  # PROJECTHELPFILEPATH
    assert 0 == records.number(0x0007, 4)  # PROJECTHELPCONTEXT
    assert 0 == records.number(0x0008, 4)  # PROJECTLIBFLAGS
    records.take(0x0009, 4)  # PROJECTVERSION, whose size leaves its last two bytes out
    records.place += 2
    assert "" == records.twice(0x000C, 0x003C)  # PROJECTCONSTANTS
    while records.next() == 0x0016:
        records.twice(0x0016, 0x003E)  # REFERENCENAME
        reference = records.take(0x000D)  # REFERENCEREGISTERED
        (length,) = struct.unpack_from("<I", reference)
        assert reference[4 : 4 + length].startswith(b"*\\G{")
        assert bytes(6) == reference[4 + length :]
    assert len(project.modules) == records.number(0x000F, 2)  # PROJECTMODULES
    records.take(0x0013, 2)  # PROJECTCOOKIE
    for name in project.modules:
        assert name == records.twice(0x0019, 0x0047)  # MODULENAME
        assert name == records.twice(0x001A, 0x0032)  # MODULESTREAMNAME
        assert "" == records.twice(0x001C, 0x0048)  # MODULEDOCSTRING
        assert 0 == records.number(0x0031, 4)  # MODULEOFFSET
        assert 0 == records.number(0x001E, 4)  # MODULEHELPCONTEXT
        records.take(0x002C, 2)  # MODULECOOKIE
        records.take(0x0022 if name in project.documents else 0x0021, 0)  # MODULETYPE; not read-only, not private
        records.take(0x002B, 0)
    records.take(0x0010, 0)
    assert bytes(4) == records.content[records.place :]


def test_the_project_stream_lists_the_modules_and_protects_nothing(project):
    text = project.stream("PROJECT").decode("ascii")
    documents = "".join(f"Document={name}/&H00000000\r\n" for name in project.documents)
    modules = "".join(f"Module={name}\r\n" for name in project.modules if name not in project.documents)
    guid = r"\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}"
    found = re.fullmatch(
        rf'ID="({guid})"\r\n{documents}{modules}Name="VBAProject"\r\nHelpContextID="0"\r\n'
        r'VersionCompatible32="393222000"\r\nCMG="([0-9A-F]+)"\r\nDPB="([0-9A-F]+)"\r\nGC="([0-9A-F]+)"\r\n'
        r"\r\n\[Host Extender Info\]\r\n&H00000001=\{3832D640-CF90-11CF-8E43-00A0C911005A\};VBE;&H00000000\r\n"
        r"\r\n\[Workspace\]\r\n((?:\w+=(?:-?\d+, ){4}[CZI]?\r\n)+)",
        text,
    )
    assert found
    guid, protection, password, visibility, windows = found.groups()
    assert [bytes(4), b"\x00", b"\xff"] == [_decrypted(x, guid) for x in (protection, password, visibility)]
    assert project.modules == re.findall(r"(?m)^(\w+)=", windows)


def _decrypted(text: str, guid: str) -> bytes:
    """2.4.3.3; the key is the sum of the project's id."""
    seed, version, key, *rest = bytes.fromhex(text)
    assert (2, sum(guid.encode()) & 0xFF) == (seed ^ version, seed ^ key)
    plain, older, newer = seed ^ key, version, key
    clear = bytearray()
    for byte in rest:
        plain = byte ^ (older + plain & 0xFF)
        older, newer = newer, byte
        clear.append(plain)
    data = bytes(clear[(seed & 6) // 2 :])
    assert len(data) - 4 == struct.unpack_from("<I", data)[0]
    return data[4:]


def test_the_names_of_the_modules_stand_in_both_encodings(project):
    expected = b"".join(name.encode() + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in project.modules)

    assert expected + b"\0\0" == project.stream("PROJECTwm")


def test_windows_finds_each_stream_by_its_order_in_the_directory(project):
    """A name is sought as in MS-CFB 2.6.4: first by length, then by its capitals."""
    entries = project.ole.direntries
    assert {1} == {entry.color for entry in entries if entry}  # black, as a tree that is only sorted has to be
    for name in [f"VBA/{module}" for module in project.modules] + ["VBA/dir", "VBA/_VBA_PROJECT", "PROJECT"]:
        node = project.ole.root
        for part in name.split("/"):
            node = entries[node.sid_child]
            while node.name != part:
                smaller = (len(part), part.upper()) < (len(node.name), node.name.upper())
                node = entries[node.sid_left if smaller else node.sid_right]


def test_olevba_reads_every_module(project):
    parser = VBA_Parser("vbaProject.bin", data=project.content)
    found = {name.rsplit(".", 1)[0]: code for _, _, name, code in parser.extract_macros()}
    parser.close()

    assert set(project.modules) == set(found)
    for name, source in project.written.items():
        assert source.strip() in found[name]


def test_pyopenvba_reads_every_module(project):
    from pyopenvba.cfb import CFB
    from pyopenvba.vba import parse_vba_project

    read = parse_vba_project(CFB.from_bytes(project.content))

    assert project.modules == read.module_names()
    assert all(read.get_module(name).body == source for name, source in project.written.items())
