"""What lies in a folder becomes one summary: every form once, every trouble named, nothing written by halves."""

import email.message
import errno
import io
import json
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import missing
from drawing import PROJECT, Style, workbook
from rar import ENCRYPTED, NORMAL, SPLIT_AFTER, SPLIT_BEFORE, Member, rar
from season import names, season

from selfeval_xl import actions, cli, errors
from selfeval_xl.checks import Finding
from selfeval_xl.collect import hands, packed, returning, unrar
from selfeval_xl.collect.asked import Asked, asked
from selfeval_xl.collect.book import summary_book
from selfeval_xl.collect.gathering import gather, project_key
from selfeval_xl.collect.hands import Hands
from selfeval_xl.collect.judged import judged
from selfeval_xl.collect.known import Known
from selfeval_xl.collect.lying import Obstacle, Piece, lying
from selfeval_xl.collect.remarks import Earlier, earlier
from selfeval_xl.collect.scratch import Scratch
from selfeval_xl.collect.summary import Wanted, collect
from selfeval_xl.collect.tables import tables


class Here(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn, /, *args, **kwargs):
        done = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as problem:
            done.set_exception(problem)
        return done


def collected(folder: Path, target: Path, **wanted):
    return collect([folder], target, Wanted(**wanted), executor=Here())


def gathered(folder: Path, store: Path | None = None):
    known = Known(store, None)
    try:
        return gather([folder], known, Hands(None, Here()))
    finally:
        known.close()


def form(path: Path, project="乡村道路养护", unit="某县公路段", style=None, **other) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return workbook(path, ("自评表", PROJECT | {"project": project, "unit": unit} | other, style or Style()))


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def mailed(
    *attached: tuple[str, bytes], text="您好", sender="甲 <a@example.com>", date="Tue, 03 Feb 2026 09:00:00 +0800"
):
    message = email.message.EmailMessage()
    message["From"], message["Date"], message["Subject"] = sender, date, "报送"
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def shown(folder: Path) -> list[str]:
    return [one.place.shown for one in lying([folder])]


def messages(folder: Path) -> dict[str, str]:
    return {one.place.shown: one.message for one in lying([folder]) if isinstance(one, Obstacle)}


def table(path: Path, sheet: str) -> list[dict]:
    """The lines of a sheet by their headings, the sum left out."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=3, values_only=True))
    lines = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return [line for line in lines if line[rows[0][0]] not in ("合计", "（无）", None)]


# ---- what lies there ---------------------------------------------------------------------------------------------


def test_folders_archives_and_mails_are_looked_into_in_the_order_of_names(tmp_path):
    content = form(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "三月.zip").write_bytes(
        zipped(**{"甲/表.xlsx": content, "内.zip": zipped(**{"乙.xlsx": content})})
    )
    (tmp_path / "c.eml").write_bytes(mailed(("丙.xlsx", content), ("丁.zip", zipped(**{"戊.xlsx": content}))))

    assert [
        "a.xlsx", "c.eml › 正文", "c.eml › 丙.xlsx", "c.eml › 丁.zip › 戊.xlsx",
        "b/三月.zip › 甲/表.xlsx", "b/三月.zip › 内.zip › 乙.xlsx",
    ] == shown(tmp_path)  # fmt: skip


def test_a_mail_says_when_it_was_sent_and_by_whom(tmp_path):
    (tmp_path / "c.eml").write_bytes(mailed(("丙.xlsx", b"x")))
    place = next(one.place for one in lying([tmp_path]) if one.place.names[-1] == "丙.xlsx")

    assert "a@example.com" == place.sender
    assert datetime(2026, 2, 3, 1, tzinfo=None) == place.moment.astimezone().astimezone(
        tz=__import__("datetime").UTC
    ).replace(tzinfo=None)


@pytest.mark.parametrize("written", ["=?gb2312?B?tqEueGxzeA==?=", "丁.xlsx".encode("gb18030").decode("latin-1")])
def test_names_of_attachments_are_read_however_their_letters_were_written(tmp_path, written):
    head = [
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        f'Content-Type: application/octet-stream; name="{written}"',
        f'Content-Disposition: attachment; filename="{written}"',
        "",
        "abc",
        "--b--",
        "",
    ]
    (tmp_path / "c.eml").write_bytes("\r\n".join(head).encode("latin-1"))

    assert ["c.eml › 丁.xlsx"] == shown(tmp_path)


def test_an_outlook_mail_is_read_by_its_attachments(tmp_path):
    """The message is made of the parts that Outlook writes."""
    from outlook import message

    content = form(tmp_path / "x" / "a.xlsx").read_bytes()
    (tmp_path / "x" / "信.msg").write_bytes(message("甲 <b@example.com>", [("丙.xlsx", content)]))
    found = {one.place.shown: one for one in lying([tmp_path])}

    assert content == found["x/信.msg › 丙.xlsx"].content


def test_a_seven_zip_is_read_where_its_library_is_installed(tmp_path):
    py7zr = pytest.importorskip("py7zr")
    with py7zr.SevenZipFile(tmp_path / "s.7z", "w") as archive:
        archive.writestr(b"abc", "五月/甲.txt")

    assert ["s.7z › 五月/甲.txt"] == shown(tmp_path)


def test_a_rar_is_read_whatever_its_names_were_written_in(tmp_path):
    members = [Member("三月\\甲.txt", b"abc"), Member("乙.txt", b"def", encoding="gb18030")]
    (tmp_path / "s.rar").write_bytes(rar(members))
    found = {one.place.shown: one for one in lying([tmp_path])}

    assert {"s.rar › 三月/甲.txt": b"abc", "s.rar › 乙.txt": b"def"} == {
        name: one.content for name, one in found.items()
    }
    assert {datetime(2026, 2, 3, 9)} == {one.place.moment for one in found.values()}


def test_forms_in_a_rar_are_summed_up(tmp_path):
    content = form(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s.rar").write_bytes(rar([Member("公路段/表.xlsx", content)]))
    (one,) = gathered(tmp_path / "in").handed

    assert "s.rar › 公路段/表.xlsx" == one.place.shown


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (Member("坏.txt", b"xyz", is_broken=True), "已损坏"),
        (Member("坏.txt", b"xyz", method=NORMAL), "已损坏"),
        (Member("坏.txt", b"xyz", flags=ENCRYPTED), "设有密码"),
        (Member("坏.txt", b"/etc/passwd", is_link=True), "链接"),
        (Member("坏.txt", b"xyz", flags=SPLIT_AFTER), "分卷"),
        (Member("..\\坏.txt", b"xyz"), "压缩包以外"),
        (Member("x/../../坏.txt", b"xyz"), "压缩包以外"),
        (Member("C:\\坏.txt", b"xyz"), "压缩包以外"),
        (Member("/etc/坏.txt", b"xyz"), "压缩包以外"),
    ],
)
def test_what_cannot_be_taken_out_of_a_rar_is_named_and_the_rest_is_read(tmp_path, bad, said):
    (tmp_path / "s.rar").write_bytes(rar([Member("甲.txt", b"abc"), bad, Member("乙.txt", b"def")]))
    ((name, message),) = messages(tmp_path).items()

    assert said in message
    if bad.flags == SPLIT_AFTER:  # where the next part begins, the whole is of no use
        assert "s.rar" == name
    else:
        assert f"s.rar › {bad.name}".replace("\\", "/") == name.replace("\\", "/")
        assert ["甲.txt", "乙.txt"] == [one.place.names[-1] for one in lying([tmp_path]) if isinstance(one, Piece)]


def test_a_rar_that_tells_no_names_without_a_password_is_named(tmp_path):
    (tmp_path / "s.rar").write_bytes(rar([Member("甲.txt", b"abc")], flags=0x80))

    assert "设有密码" in messages(tmp_path)["s.rar"]


def test_a_later_part_of_a_rar_is_named(tmp_path):
    (tmp_path / "s.part2.rar").write_bytes(rar([Member("甲.txt", b"abc", flags=SPLIT_BEFORE)], flags=0x11))

    assert "分卷" in messages(tmp_path)["s.part2.rar"]


def test_a_rar_that_ends_too_soon_says_so(tmp_path):
    whole = rar([Member("甲.txt", b"abc"), Member("乙.txt", b"def" * 100)])
    for number, end in enumerate((len(whole) - 60, len(whole) - 320, 30)):
        (tmp_path / f"{number}.rar").write_bytes(whole[:end])
    (tmp_path / "3.rar").write_bytes(whole.replace(b"\x74\x00\x80", b"\x74\x01\x80", 1))

    assert {"0.rar › 乙.txt", "1.rar", "2.rar", "3.rar"} == set(messages(tmp_path))


def test_a_packed_rar_needs_a_program_and_says_so_where_there_is_none(tmp_path, monkeypatch):
    (tmp_path / "s.rar").write_bytes(rar([Member("甲.txt", b"abc", method=NORMAL)]))
    monkeypatch.setattr(unrar, "program", lambda name: None)

    assert "没有能解开它的程序" in messages(tmp_path)["s.rar › 甲.txt"]


def test_a_packed_rar_is_taken_out_by_the_program_that_can(tmp_path, monkeypatch):
    """One program knows nothing, one is not what it is called; the archive reaches the third, whole, by its place."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s.rar").write_bytes(rar([Member("甲 乙.txt", b"abc", method=NORMAL)] * 2))
    told = tmp_path / "told"
    scripts = {
        "bsdtar": f"#!/bin/sh\necho bsdtar $1 >> '{told}'\necho 'not known' >&2\nexit 1\n",
        "unrar-free": f"#!/bin/sh\necho free >> '{told}'\nprintf abc\n",
        "unar": (
            f"#!/bin/sh\necho unar $1 >> '{told}'\nfor last; do :; done\nhead -c4 \"$last\" >> '{told}'\nprintf abc\n"
        ),
    }
    for name, words in scripts.items():
        (tmp_path / name).write_text(words)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "unrar").symlink_to(tmp_path / "unrar-free")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(unrar, "_COMMANDS", {name: unrar._COMMANDS[name] for name in ("bsdtar", "unrar", "unar")})

    assert [b"abc"] * 2 == [one.content for one in lying([tmp_path / "in"])]
    assert "bsdtar -xOf\nunar -q\nRar!unar -q\nRar!" == told.read_text(), "the second time the right one is asked first"


def test_a_real_program_takes_a_member_out_of_a_rar(tmp_path, monkeypatch):
    """The library is told to leave to the program what it could read by itself."""
    rarfile = pytest.importorskip("rarfile")
    if not shutil.which("bsdtar"):
        missing("bsdtar", "apt-get install libarchive-tools")
    monkeypatch.setattr(rarfile, "FORCE_TOOL", True)
    monkeypatch.setattr(unrar, "_COMMANDS", {"bsdtar": unrar._COMMANDS["bsdtar"]})
    content = random.Random(1).randbytes(100_000)  # noqa: S311 (a test's own)
    (tmp_path / "scratch").mkdir()
    programs = unrar.Programs(rarfile, str(tmp_path / "scratch"))
    members = [Member("-甲 [1]*.txt", content), Member("-甲 1.txt", b"abc"), Member("乙.txt", b"def")]
    (tmp_path / "s.rar").write_bytes(rar(members))

    with rarfile.RarFile(tmp_path / "s.rar") as archive:
        for info, member in zip(archive.infolist(), members, strict=True):
            assert member.content == programs.unpacked(lambda info=info: archive.read(info))
    assert [] == list((tmp_path / "scratch").iterdir())


def test_nothing_is_left_of_what_was_taken_out_of_a_rar(tmp_path, monkeypatch):
    (tmp_path / "s.rar").write_bytes(rar([Member("甲.txt", b"abc", method=NORMAL)]))
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))

    assert ["s.rar › 甲.txt"] == list(messages(tmp_path))
    assert [] == list((tmp_path / "temp").iterdir())


def seven_zip(path: Path, **options) -> Path:
    py7zr = pytest.importorskip("py7zr")
    with py7zr.SevenZipFile(path, "w", **options) as archive:
        archive.set_encoded_header_mode(False)
        archive.writestr(b"abc", "五月/甲.txt")
        archive.writestr(b"def", "aa/乙.txt")
    return path


@pytest.mark.parametrize("options", [{"password": "x"}, {"password": "x", "header_encryption": True}])
def test_a_seven_zip_with_a_password_is_named(tmp_path, options):
    seven_zip(tmp_path / "s.7z", **options)

    assert "设有密码" in messages(tmp_path)["s.7z"]


def test_a_damaged_seven_zip_is_named(tmp_path):
    content = seven_zip(tmp_path / "s.7z").read_bytes()
    (tmp_path / "s.7z").write_bytes(content[:33] + bytes([content[33] ^ 255]) + content[34:])
    (tmp_path / "t.7z").write_bytes(content[:-20])

    assert {"s.7z", "t.7z"} == set(messages(tmp_path))
    assert [] == [one for one in lying([tmp_path]) if isinstance(one, Piece)]


def test_a_seven_zip_gives_no_member_a_way_out(tmp_path):
    """The name is changed where it stands, and the checksums of both headers with it."""
    content = seven_zip(tmp_path / "s.7z").read_bytes()
    start, size = (int.from_bytes(content[at : at + 8], "little") for at in (12, 20))
    header = content[32 + start :][:size].replace("aa/".encode("utf-16-le"), "../".encode("utf-16-le"))
    first = content[12:28] + zlib.crc32(header).to_bytes(4, "little")
    head = content[:8] + zlib.crc32(first).to_bytes(4, "little") + first
    (tmp_path / "s.7z").write_bytes(head + content[32 : 32 + start] + header)

    assert ["s.7z › ../乙.txt"] == list(messages(tmp_path))
    assert [("s.7z › 五月/甲.txt", b"abc")] == [
        (one.place.shown, one.content) for one in lying([tmp_path]) if isinstance(one, Piece)
    ]


@pytest.mark.parametrize("content", [zipped(), rar([])])
def test_an_archive_without_files_is_named(tmp_path, content):
    (tmp_path / "空").write_bytes(content)

    assert "没有文件" in messages(tmp_path)["空"]


@pytest.mark.parametrize(
    ("name", "head", "library"),
    [("s.7z", b"7z\xbc\xaf\x27\x1c\x00\x04", "py7zr"), ("s.rar", b"Rar!\x1a\x07\x00", "rarfile")],
)
def test_without_the_library_the_sentence_names_it(tmp_path, monkeypatch, name, head, library):
    (tmp_path / name).write_bytes(head + b"\0" * 40)
    monkeypatch.setitem(sys.modules, library, None)

    assert library in messages(tmp_path)[name]
    assert "请解压后" in messages(tmp_path)[name]


def test_what_programs_lay_beside_is_no_form(tmp_path):
    for name in ("~$表.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", ".汇总-x.tmp"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "甲.zip").write_bytes(zipped(**{"__MACOSX/._表.xlsx": b"x", "表.txt": b"abc"}))

    assert ["甲.zip › 表.txt"] == shown(tmp_path)


def test_links_out_of_the_folder_are_named_and_not_followed(tmp_path):
    outside, inside = tmp_path / "out", tmp_path / "in"
    form(outside / "a.xlsx")
    form(inside / "deep" / "b.xlsx")
    (inside / "link").symlink_to(outside)
    (inside / "file.xlsx").symlink_to(outside / "a.xlsx")
    (inside / "loop").symlink_to(inside)

    assert {"link", "file.xlsx"} == set(messages(inside))
    assert ["deep/b.xlsx"] == [one.place.shown for one in lying([inside]) if isinstance(one, Piece)]


def test_a_file_that_is_named_twice_is_read_once(tmp_path):
    path = form(tmp_path / "a.xlsx")

    assert 1 == len(list(lying([tmp_path, path])))


def test_names_in_an_archive_are_labels_and_nothing_is_written(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "甲.zip").write_bytes(
        zipped(**{"../../出去.txt": b"x", "C:\\Windows\\a.txt": b"y", "/etc/b.txt": b"z"})
    )

    assert 3 == len(shown(tmp_path / "in"))
    assert [tmp_path / "in"] == list(tmp_path.iterdir())


@pytest.mark.parametrize("first", ["_rels/.rels", "docProps/app.xml"])
def test_an_archive_may_begin_as_documents_do(tmp_path, first):
    """Somebody packed the folder into which a document was unpacked; without a list of contents it is none."""
    content = zipped(**{first: b"<x/>", "五月/甲.txt": b"abc"})
    document = zipped(**{first: b"<x/>", "[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    (tmp_path / "一.zip").write_bytes(content)
    (tmp_path / "二.docx").write_bytes(document)

    found = [one.place.shown for one in lying([tmp_path]) if isinstance(one, Piece)]

    assert ["一.zip › 五月/甲.txt", "二.docx"] == [name for name in found if first not in name]


def test_archives_in_archives_end_somewhere(tmp_path):
    content = zipped(**{"a.txt": b"x"})
    for _ in range(1000):
        content = zipped(**{"内.zip": content})
    (tmp_path / "千层.zip").write_bytes(content)

    assert 1 == len(messages(tmp_path))
    assert "层压缩包" in next(iter(messages(tmp_path).values()))


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "LARGEST", 1000)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("大.txt", b"0" * 2000)
        archive.writestr("小.txt", b"abc")
    (tmp_path / "甲.zip").write_bytes(made.getvalue())

    assert "甲.zip › 大.txt" in messages(tmp_path)
    assert "甲.zip › 小.txt" in shown(tmp_path)


def test_an_archive_that_lies_about_a_size_is_not_believed(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("大.txt", b"0" * 100_000)
    content = made.getvalue().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    (tmp_path / "甲.zip").write_bytes(content)
    (tmp_path / "乙.txt").write_bytes(b"abc")

    assert "乙.txt" in shown(tmp_path)
    assert ["甲.zip › 大.txt"] == list(messages(tmp_path))


def test_many_members_end_somewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "_MOST", 5)
    (tmp_path / "甲.zip").write_bytes(zipped(**{f"{n}.txt": b"x" for n in range(9)}))

    assert 6 == len(shown(tmp_path))
    assert "太多" in messages(tmp_path)["甲.zip"]


def test_a_member_with_a_password_is_named(tmp_path):
    content = bytearray(zipped(**{"甲.txt": b"abc"}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    (tmp_path / "甲.zip").write_bytes(content)

    assert "密码" in messages(tmp_path)["甲.zip › 甲.txt"]


@pytest.mark.skipif(os.name == "nt", reason="a pipe of Unix")
def test_a_pipe_stops_nothing(tmp_path):
    os.mkfifo(tmp_path / "a.xlsx")
    form(tmp_path / "b.xlsx")

    assert ["a.xlsx"] == list(messages(tmp_path))
    assert 1 == len(gathered(tmp_path).handed)


# ---- which form counts -------------------------------------------------------------------------------------------


def test_the_newest_of_a_project_counts_and_the_others_say_what_differs(tmp_path):
    old = form(tmp_path / "甲.xlsx")
    new = form(tmp_path / "甲（更正）.xlsx", score=98.4)
    os.utime(old, (1_700_000_000, 1_700_000_000))
    os.utime(new, (1_700_100_000, 1_700_100_000))
    found = gathered(tmp_path)

    assert ["甲（更正）.xlsx"] == [one.place.shown for one in found.handed]
    assert ["甲.xlsx"] == [one.handed.place.shown for one in found.repeated]
    assert ("总分：98.2 → 98.4",) == found.repeated[0].differences


def test_names_are_compared_without_blanks_brackets_and_width(tmp_path):
    form(tmp_path / "a.xlsx", "道路养护(一期)", "某县公路段")
    form(tmp_path / "b.xlsx", "道路养护（一期） ", "某县 公路段")

    assert 1 == len(gathered(tmp_path).handed)
    assert project_key("Ａ局", "B", 2024) == project_key("a局", "ｂ", 2024)


def test_another_year_is_another_form(tmp_path):
    form(tmp_path / "a.xlsx")
    form(tmp_path / "b.xlsx", style=Style(year="（ 2023 年度）"))

    assert {2023, 2024} == {one.year for one in gathered(tmp_path).handed}


def test_copies_that_say_the_same_count_once_and_the_workbook_first(tmp_path):
    content = form(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "同.xlsx").write_bytes(content)
    found = gathered(tmp_path)

    assert 1 == len(found.handed)
    assert () == found.repeated[0].differences
    assert 1 == found.fresh  # read once


# ---- nothing is read twice ---------------------------------------------------------------------------------------


def test_the_next_time_only_new_files_are_read(tmp_path):
    folder, store = tmp_path / "in", tmp_path / "k.sqlite"
    folder.mkdir()
    season(folder, 6)
    first = gathered(folder, store)
    form(folder / "新.xlsx")
    shutil.move(next(folder.glob("*/*.xlsx")), folder / "换了名字.xlsx")
    second = gathered(folder, store)

    assert (6, 6) == (first.files, first.fresh)
    assert (7, 1) == (second.files, second.fresh)
    assert {one.form for one in first.handed} < {one.form for one in second.handed}


@pytest.mark.parametrize("content", [b"", b"no store at all", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_store_that_is_none_is_begun_anew(tmp_path, content):
    folder, store = tmp_path / "in", tmp_path / "k.sqlite"
    form(folder / "a.xlsx")
    store.write_bytes(content)

    assert 1 == len(gathered(folder, store).handed)
    assert 0 == gathered(folder, store).fresh


def test_without_a_place_for_the_store_all_is_read(tmp_path):
    form(tmp_path / "in" / "a.xlsx")
    (tmp_path / "file").write_bytes(b"")

    assert 1 == gathered(tmp_path / "in", tmp_path / "file" / "k.sqlite").fresh


def test_a_rule_that_changed_is_applied(tmp_path):
    """What was judged by other rules is read anew."""
    from selfeval_xl.profiles import own

    store, path = tmp_path / "k.sqlite", form(tmp_path / "in" / "a.xlsx")
    gathered(path.parent, store)
    known = Known(store, own.named("四川"))

    assert known.get(known.key(path.read_bytes())) is None
    known.close()


# ---- many hands --------------------------------------------------------------------------------------------------


def read_or_die(lot, profile):
    if any(b"deadly" in content for content in lot):
        os._exit(9)
    return real_read(lot, profile)


real_read = hands.read


def test_a_process_that_dies_loses_no_file_but_the_one_that_kills_it(tmp_path, monkeypatch):
    monkeypatch.setattr(hands, "read", read_or_die)
    season(tmp_path, 60)
    (tmp_path / "死.txt").write_bytes(b"deadly")
    found = gather([tmp_path], Known(None, None), Hands(None, make=lambda folder: hands.processes(folder, 2)))

    assert 60 == len(found.handed)
    assert ["死.txt"] == [one.place.shown for one in found.not_read]
    assert "使读取它的程序中断" in found.not_read[0].message


def test_an_accident_is_not_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr(hands, "read", read_or_die)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "死.txt").write_bytes(b"deadly")
    known = Known(tmp_path / "k.sqlite", None)
    gather([tmp_path / "in"], known, Hands(None, make=lambda folder: hands.processes(folder, 1)))

    assert known.get(known.key(b"deadly")) is None
    known.close()


def test_where_no_process_can_begin_the_work_is_done_here(tmp_path):
    from concurrent.futures import BrokenExecutor

    class Broken(Executor):
        def submit(self, *_, **__):
            raise BrokenExecutor

    season(tmp_path, 3)

    assert 3 == len(gather([tmp_path], Known(None, None), Hands(None, make=lambda _: Broken())).handed)


def test_a_cluster_loses_nothing_where_a_worker_is_killed_in_the_middle(tmp_path):
    """The workers of a Dask cluster on this machine; one of them is ended as soon as it has work."""
    from distributed import Client, LocalCluster

    season(tmp_path, 120)
    killed = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        pids = list(client.run(os.getpid).values())

        def after_some(done, met):
            if done > 20 and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        found = gather([tmp_path], Known(None, None), Hands(None, client.get_executor()), progress=after_some)

    assert killed
    assert 120 == len(found.handed)
    assert () == found.not_read


# ---- the book ----------------------------------------------------------------------------------------------------


@pytest.fixture
def summary(tmp_path):
    """Eleven forms of two units, one of them twice, and what is none."""
    folder = tmp_path / "来表"
    folder.mkdir()
    season(folder, 10)
    form(folder / "万元.xlsx", "-1+甲", "+单位", funds=[("年度资金总额", 120, 118, 100.3, 10, 0.85, 8.5)])
    (folder / "通知.txt").write_text("请各单位报送自评表。", encoding="utf-8")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    collected(folder, tmp_path / "汇总.xlsx")
    return tmp_path / "汇总.xlsx"


def test_the_book_has_its_sheets(summary):
    assert ["汇总", "按单位", "分析", "问题清单", "重复与更正", "未能读取"] == openpyxl.load_workbook(
        summary
    ).sheetnames


def test_every_project_has_its_line(summary):
    lines = table(summary, "汇总")

    assert 11 == len(lines)
    assert {names(number) for number in range(10)} < {(line["单位"], line["项目名称"]) for line in lines}
    assert all(line["全年预算数"] and line["总分"] and line["等级"] and line["文件"] for line in lines)


def test_a_text_is_no_formula(summary):
    cells = [cell for row in openpyxl.load_workbook(summary)["汇总"].iter_rows() for cell in row]

    assert {"-1+甲", "+单位"} <= {cell.value for cell in cells if cell.data_type == "s"}
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert formulas
    assert all(formula.startswith(("=SUBTOTAL", "=IF")) for formula in formulas)


def test_a_wide_table_is_printed_on_larger_paper_so_that_it_can_be_read(summary):
    """One page wide in any case; A3 is 8, A4 is 9."""
    book = openpyxl.load_workbook(summary)

    for name, paper in (("汇总", 8), ("按单位", 9), ("分析", 9)):
        sheet = book[name]
        assert str(paper) == str(sheet.page_setup.paperSize), name
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, name


def test_the_sums_are_those_of_the_lines(summary):
    lines = table(summary, "汇总")
    last = list(openpyxl.load_workbook(summary, data_only=True)["汇总"].iter_rows(values_only=True))[-1]
    heads = list(lines[0])

    assert "合计" == last[0]
    assert round(sum(line["全年预算数"] for line in lines), 2) == round(last[heads.index("全年预算数")], 2)


def test_a_sum_that_is_longer_than_each_amount_is_shown_whole(tmp_path):
    """Ninety projects of 118 thousand: the columns are as wide as the sums."""
    (tmp_path / "in").mkdir()
    season(tmp_path / "in", 90)
    collected(tmp_path / "in", tmp_path / "汇总.xlsx")
    for name in ("汇总", "按单位"):
        sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)[name]
        column = next(cell.column for cell in sheet[3] if cell.value == "全年预算数")
        (width,) = (one.width for one in sheet.column_dimensions.values() if one.min <= column <= one.max)
        total = sheet.cell(sheet.max_row, column).value
        assert 106_200_045 == total
        assert width > len(f"{total:,.2f}")


def test_a_unit_has_its_counts_sums_and_weighted_rate(summary):
    lines, units = table(summary, "汇总"), table(summary, "按单位")
    own = [line for line in lines if line["单位"] == names(0)[0]]
    unit = next(one for one in units if one["单位"] == names(0)[0])

    assert 8 == unit["项目数"] == len(own)
    executed, budget = (sum(line[name] for line in own) for name in ("全年执行数", "全年预算数"))
    assert round(executed / budget, 4) == unit["执行率"]
    assert min(line["总分"] for line in own) == unit["最低总分"]


def test_what_could_not_be_read_says_why_and_what_to_do(summary):
    lines = {line["文件"]: line for line in table(summary, "未能读取")}

    assert {"通知.txt", "坏.xlsx"} == set(lines)
    assert all(line["原因"] and line["处理办法"] for line in lines.values())


def test_files_are_linked_from_where_the_summary_lies(summary):
    sheet = openpyxl.load_workbook(summary)["汇总"]
    links = [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]

    assert 11 == len(links)
    assert all((summary.parent / link.replace("\\", "/").replace("%23", "#")).exists() for link in links)


def test_amounts_in_other_units_are_converted_and_those_without_one_left_out(tmp_path):
    """Two forms in 元, one in 万元: the summary is in 元."""
    folder = tmp_path / "in"
    form(folder / "a.xlsx", "甲")
    form(folder / "b.xlsx", "乙")
    path = form(folder / "c.xlsx", "丙")
    book = openpyxl.load_workbook(path)
    cell = next(cell for row in book.active for cell in row if cell.value == "项目资金(元)")
    cell.value = "项目资金(万元)"
    book.save(path)
    collected(folder, tmp_path / "汇总.xlsx")
    lines = {line["项目名称"]: line for line in table(tmp_path / "汇总.xlsx", "汇总")}

    assert 1180000.5 * 10000 == lines["丙"]["全年预算数"]
    assert 1180000.5 == lines["甲"]["全年预算数"]
    assert {"元"} == {line["金额单位"] for line in lines.values()}


def test_the_book_has_charts_of_its_own(summary):
    with zipfile.ZipFile(summary) as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/chart")]

    assert 4 == len(charts)


def test_every_bar_has_room_for_its_name(tmp_path):
    """Fifteen units in a chart as high as for five would show every second name only."""
    form(tmp_path / "in" / "a.xlsx")
    made = tables(gathered(tmp_path / "in"), None, Earlier())
    units = pd.DataFrame({"单位（执行率从低到高）": [f"单位{n}" for n in range(15)], "执行率": [0.5] * 15})
    content = summary_book(replace(made, execution=units), tmp_path, "", datetime(2026, 2, 3))
    anchors = [chart.anchor for chart in openpyxl.load_workbook(io.BytesIO(content))["分析"]._charts]
    rows = [(anchor._from.row, anchor.to.row) for anchor in anchors]

    assert all(below[0] > above[1] for above, below in pairwise(rows))
    assert rows[2][1] - rows[2][0] > 15 + 5


def test_the_book_is_what_the_schemas_allow(summary, valid_package):
    valid_package(summary)


def test_remarks_of_the_last_summary_are_carried_over(summary, tmp_path):
    book = openpyxl.load_workbook(summary)
    sheet = book["汇总"]
    heads = [cell.value for cell in sheet[3]]
    sheet.cell(4, heads.index("备注") + 1, "@已电话核实")
    project = sheet.cell(4, heads.index("项目名称") + 1).value
    sheet.cell(5, heads.index("备注") + 1, "这一项以后会不见")
    gone = sheet.cell(5, heads.index("项目名称") + 1).value
    book.save(summary)
    next(path for path in (tmp_path / "来表").rglob("*.xlsx") if gone in path.name).unlink()
    collected(tmp_path / "来表", summary, overwrite=True)
    lines = {line["项目名称"]: line["备注"] for line in table(summary, "汇总")}

    assert "@已电话核实" == lines[project]
    assert [("这一项以后会不见", gone)] == [(one["备注"], one["项目名称"]) for one in table(summary, "上次备注")]


def test_a_list_tells_who_has_not_handed_in(summary, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["名单"],
        ["序号", "单位名称", "项目名称", "邮箱"],
        [1, names(0)[0], names(0)[1], "a@example.com"],
        [2, "没交局", "没交项目", None],
        [3, names(9)[0], None, None],
    ):
        book.active.append(row)
    book.save(tmp_path / "名单.xlsx")
    done = collected(tmp_path / "来表", summary, overwrite=True, expected=tmp_path / "名单.xlsx")
    lines = table(summary, "未报送")

    assert 1 == done.missing
    assert [("没交局", "没交项目")] == [(one["单位"], one["项目名称"]) for one in lines if one["情况"] == "没有报送"]
    assert names(1)[1] in {one["项目名称"] for one in lines if one["情况"] != "没有报送"}


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("单位,项目名称\n甲单位,甲\n,乙\n丁单位,丁\n", "utf-8-sig"),
        ('应报送单位名单\n单位名称,项目名称\n甲单位,甲\n甲单位,乙\n丁单位,"丁"\n', "gb18030"),
        ("预算单位；项目\n甲单位；甲\n；乙\n丁单位；丁", "utf-8"),
        ("主管部门\t预算单位\t项目\n某局\t甲单位\t甲\n某局\t甲单位\t乙\n某局\t丁单位\t丁", "utf-8"),
    ],
)
def test_a_list_may_be_a_csv_of_two_columns(tmp_path, words, encoding):
    (tmp_path / "名单.csv").write_bytes(words.encode(encoding))

    assert [("甲单位", "甲"), ("甲单位", "乙"), ("丁单位", "丁")] == [
        (one.unit, one.project) for one in asked(tmp_path / "名单.csv")
    ]


def test_a_list_may_be_one_column_of_units(tmp_path):
    (tmp_path / "名单.csv").write_text("单位名称\n甲单位\n\n丁单位（本级）\n合计\n", encoding="utf-8")

    assert [Asked("甲单位"), Asked("丁单位（本级）")] == list(asked(tmp_path / "名单.csv"))


def test_prose_about_units_is_no_list(tmp_path):
    (tmp_path / "名单.txt").write_text("各单位，请于3月31日前报送。\n单位要盖章，项目要写全。\n", encoding="utf-8")

    with pytest.raises(errors.NoList):
        asked(tmp_path / "名单.txt")


def test_a_list_without_units_is_refused(summary, tmp_path):
    (tmp_path / "名单.txt").write_text("甲\t乙\n丙\t丁", encoding="utf-8")

    with pytest.raises(errors.NoList):
        collected(tmp_path / "来表", summary, overwrite=True, expected=tmp_path / "名单.txt")


# ---- nothing by halves -------------------------------------------------------------------------------------------


def test_a_file_is_not_replaced_unasked(summary, tmp_path):
    before = summary.read_bytes()

    with pytest.raises(errors.AlreadyThere):
        collected(tmp_path / "来表", summary)
    assert before == summary.read_bytes()


@pytest.mark.parametrize("name", ["汇总.xlsx", "退回单/甲单位-甲-2024年度绩效自评表-退回单.docx"])
def test_a_file_that_is_open_elsewhere_is_named_before_anything_is_written(tmp_path, monkeypatch, name):
    """As Windows says it; there Excel and Word let nobody else write."""
    form(tmp_path / "in" / "a.xlsx", "甲", "甲单位", score=95)
    target = tmp_path / "汇总.xlsx"
    collected(tmp_path / "in", target, slips=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    opened = Path.open

    def held(self, mode="r", *args, **options):
        if self == tmp_path / name and "+" in mode:
            problem = PermissionError(errno.EACCES, "in use")
            problem.winerror = 32
            raise problem
        return opened(self, mode, *args, **options)

    monkeypatch.setattr(Path, "open", held)
    form(tmp_path / "in" / "b.xlsx", "乙", "甲单位", score=95)
    with pytest.raises(errors.CannotWrite, match="正被其他程序使用"):
        collected(tmp_path / "in", target, slips=True, overwrite=True)
    assert before == {path: path.read_bytes() for path in before}


def test_without_a_form_nothing_is_written(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("abc", encoding="utf-8")

    with pytest.raises(errors.NothingHandedIn, match=r"a\.txt"):
        collected(tmp_path / "in", tmp_path / "汇总.xlsx")
    assert ["in"] == [path.name for path in tmp_path.iterdir()]


def test_a_summary_in_the_folder_is_not_collected(tmp_path):
    season(tmp_path, 2)
    collected(tmp_path, tmp_path / "汇总.xlsx")
    again = collected(tmp_path, tmp_path / "汇总.xlsx", overwrite=True)

    assert 2 == again.gathered.files


def test_a_full_disk_leaves_the_old_summary(summary, tmp_path, monkeypatch):
    before = summary.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("selfeval_xl.workbook.os.fsync", full)
    with pytest.raises(errors.CannotWrite, match="磁盘已满"):
        collected(tmp_path / "来表", summary, overwrite=True)

    assert before == summary.read_bytes()
    assert {"来表", "汇总.xlsx"} == {path.name for path in tmp_path.iterdir()}


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one_and_no_process(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    season(folder, 150)
    target, scratch = tmp_path / "汇总.xlsx", tmp_path / "scratch"
    target.write_bytes(b"old")
    scratch.mkdir()
    home, progress = tmp_path / "home", tmp_path / "progress"
    moments = (
        home.exists,
        progress.exists,
        lambda: progress.exists() and _counted(progress) > 0,
        lambda: progress.exists() and _counted(progress) > 70,
        lambda: progress.exists() and _counted(progress) >= 150,
        lambda: len(list(tmp_path.iterdir())) > 5,  # the new file begins beside the old one
        lambda: target.read_bytes() != b"old",
        lambda: False,
    )
    for reached in moments:
        shutil.rmtree(home, ignore_errors=True)
        progress.unlink(missing_ok=True)
        began = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "selfeval_xl",
                "collect",
                folder,
                "-o",
                target,
                "--overwrite",
                "--progress",
                progress,
            ],
            env=os.environ | {"SELFEVAL_XL_LOG_DIR": str(home), "TMPDIR": str(scratch)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not reached() and began.poll() is None:
            time.sleep(0.01)
        began.kill()
        began.wait()
        content = target.read_bytes()
        assert content == b"old" or zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    deadline = time.monotonic() + 30
    while _running(folder) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not _running(folder)


def test_a_process_that_ends_in_the_middle_of_an_answer_keeps_nobody_waiting(tmp_path):
    """What goes through the pipe goes at once, however much was read; whoever listens there would wait for the rest."""
    work = tmp_path / "work"
    work.write_bytes(b"abc")

    lengths = hands.read_file(lambda lot, profile: [one * 1_000_000 for one in lot], str(work), [1, 2], None)

    assert [1_000_000, 2_000_000] == lengths
    assert len(pickle.dumps(hands.read_file(lambda lot, _: lot * 8, str(work), [1, 2], None))) < 512
    told = Future()
    heard = hands._told(told, work)
    told.set_result([1, 2] * 8)
    assert [b"a", b"bc"] * 8 == heard.result()
    assert [] == list(tmp_path.iterdir())


KILLED_BEFORE_A_PROCESS_BEGINS = """
import os, signal
from selfeval_xl.collect.hands import Hands, Work

def make(folder):
    os.kill(os.getpid(), signal.SIGKILL)

list(Hands(None, make=make).read([Work(b"k", b"content")]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_what_a_process_leaves_that_was_killed_before_its_first_process_goes_the_next_time(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-c", KILLED_BEFORE_A_PROCESS_BEGINS]
    ended = subprocess.run(command, env=os.environ | {"TMPDIR": str(scratch)}, cwd=tmp_path, timeout=120)
    assert -signal.SIGKILL == ended.returncode
    (left,) = scratch.iterdir()
    bare = scratch / f"{left.name}-bare"  # killed a moment sooner
    bare.mkdir()
    others = scratch / f"{left.name}-others"
    others.mkdir()
    (others / "file").touch()
    somebodys = scratch / "selfeval-work-2024"
    somebodys.mkdir()
    (somebodys / "lock").write_text("mine", "utf-8")
    (somebodys / "notes.docx").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    living = Scratch()

    Scratch().end()
    assert {left, bare, others, somebodys, living.path} == set(scratch.iterdir()), "all of them are too young to tell"
    for folder in (left, bare, others, somebodys, living.path):
        os.utime(folder, (1_700_000_000, 1_700_000_000))
    Scratch().end()
    assert {others, somebodys, living.path} == set(scratch.iterdir())
    living.end()
    assert {others, somebodys} == set(scratch.iterdir())
    assert (somebodys / "notes.docx").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_what_was_handed_to_processes_goes_with_them_after_a_kill(tmp_path):
    folder, scratch, progress = (tmp_path / name for name in ("in", "scratch", "progress"))
    folder.mkdir()
    scratch.mkdir()
    season(folder, 1500)
    began = subprocess.Popen(
        [sys.executable, "-m", "selfeval_xl", "collect", folder, "-o", tmp_path / "汇总.xlsx", "--progress", progress],
        env=os.environ | {"SELFEVAL_XL_LOG_DIR": str(tmp_path / "home"), "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _wait_for(progress, began)
    assert list(scratch.glob("selfeval-*"))
    began.kill()
    began.wait()
    deadline = time.monotonic() + 30
    while list(scratch.glob("selfeval-*")) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert [] == list(scratch.glob("selfeval-*"))
    assert not (tmp_path / "汇总.xlsx").exists()


def _wait_for(sign: Path, process: subprocess.Popen) -> None:
    """Until a process has made this file; it is still at work then."""
    while not sign.exists():
        assert process.poll() is None
        time.sleep(0.05)


def _counted(progress: Path) -> int:
    """How many files a process has done."""
    return int((re.findall(r"\d+", progress.read_text("utf-8")) or ["0"])[0])


def _running(folder: Path) -> list[str]:
    """Processes of ours that are still at work for this folder's user data, or at all."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "environ").read_bytes()
        except OSError:
            continue
        if str(folder.parent / "home").encode() in words:
            found.append(process.name)
    return found


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_ends_with_a_sentence(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    season(folder, 1500)
    began = subprocess.Popen(
        [sys.executable, "-m", "selfeval_xl", "collect", folder, "-o", tmp_path / "汇总.xlsx"],
        env=os.environ | {"SELFEVAL_XL_LOG_DIR": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    _wait_for(tmp_path / "home", began)
    os.killpg(began.pid, signal.SIGINT)
    _, said = began.communicate(timeout=60)

    assert 2 == began.returncode
    assert "已中断，未完成。" == said.decode().strip()
    assert not (tmp_path / "汇总.xlsx").exists()


# ---- the command -------------------------------------------------------------------------------------------------


def test_the_command_writes_the_summary_and_says_what_it_did(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "home"))
    folder = tmp_path / "in"
    folder.mkdir()
    season(folder, 6)
    status = cli.main(["collect", str(folder), "-o", str(tmp_path / "汇总.xlsx"), "--progress", str(tmp_path / "p")])
    said = capsys.readouterr().out

    assert 1 == status  # errors were found
    assert "计入 6 个项目" in said
    assert {"done": 6, "total": 6} == json.loads((tmp_path / "p").read_text(encoding="utf-8"))
    assert 0 == len(actions.collect([folder], tmp_path / "b.xlsx", executor=Here()).gathered.not_read)


def test_the_command_prints_a_document(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "home"))
    form(tmp_path / "in" / "a.xlsx")
    (tmp_path / "in" / "b.txt").write_text("abc", encoding="utf-8")
    cli.main(["collect", str(tmp_path / "in"), "-o", str(tmp_path / "汇总.xlsx"), "--json"])
    said = json.loads(capsys.readouterr().out)

    assert ["乡村道路养护"] == [one["project"] for one in said["forms"]]
    assert ["b.txt"] == [one["file"] for one in said["not_read"]]


def test_a_cluster_that_does_not_answer_is_said_in_a_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "home"))
    form(tmp_path / "in" / "a.xlsx")
    status = cli.main(["collect", str(tmp_path / "in"), "-o", str(tmp_path / "x.xlsx"), "--scheduler", "nonsense"])

    assert 2 == status
    assert "集群" in capsys.readouterr().err


# ---- what goes back ----------------------------------------------------------------------------------------------


def words_of(path: Path) -> str:
    import docx

    document = docx.Document(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


@pytest.fixture
def returned(tmp_path):
    """A right form, one with a wrong total sent by mail, the same trouble in a Word document; slips and drafts."""
    from wild.papers import word_table

    folder = tmp_path / "来表"
    workbook_with_slip = form(tmp_path / "x" / "甲.xlsx", "甲项目", "@甲单位", score=95)
    folder.mkdir()
    form(folder / "对.xlsx", "对的项目", "乙单位", indicators=RIGHT)
    (folder / "信.eml").write_bytes(mailed(("甲.xlsx", workbook_with_slip.read_bytes()), sender="x@example.com"))
    rows = list(
        openpyxl.load_workbook(form(tmp_path / "x" / "丙.xlsx", "丙项目", "丙单位", score=95)).active.iter_rows()
    )
    drawn = type("Drawn", (), {"rows": [[cell.value for cell in row] for row in rows], "merges": []})
    word_table(drawn, folder / "丙.docx")
    (tmp_path / "名单.csv").write_text(
        "单位,项目名称,邮箱\n丙单位,丙项目,c@example.com\n丁单位,丁项目,\n", encoding="utf-8"
    )
    done = collected(folder, tmp_path / "汇总.xlsx", slips=True, drafts=True, expected=tmp_path / "名单.csv")
    return tmp_path / "退回单", done


RIGHT = [(*one[:6], one[5], None) if one[2] != "验收合格率" else one for one in PROJECT["indicators"]]


def test_a_slip_is_written_for_each_form_in_which_something_would_come_back(returned):
    folder, _ = returned
    slips = {path.name for path in folder.glob("*.docx")}

    assert {"@甲单位-甲项目-2024年度绩效自评表-退回单.docx", "丙单位-丙项目-2024年度绩效自评表-退回单.docx"} == slips


def test_a_slip_says_whose_form_what_is_wrong_and_how_to_settle_it(returned):
    folder, done = returned
    words = words_of(folder / "@甲单位-甲项目-2024年度绩效自评表-退回单.docx")
    form_of = next(one for one in done.gathered.handed if one.form.project == "甲项目")

    assert {"@甲单位", "甲项目", "2024", "95（优）"} <= set(words.split("\n"))
    assert all(one.message in words and one.cell in words for one in form_of.form.findings)
    assert "信.eml › 甲.xlsx" in words


def test_a_workbook_goes_back_with_notes_at_the_cells_in_question(returned, valid_package):
    folder, done = returned
    path = folder / "@甲单位-甲项目-2024年度绩效自评表-批注.xlsx"
    noted = openpyxl.load_workbook(path)["自评表"]
    notes = {cell.coordinate: cell.comment.text for row in noted.iter_rows() for cell in row if cell.comment}
    form_of = next(one for one in done.gathered.handed if one.form.project == "甲项目")

    assert {one.cell for one in form_of.form.findings} == set(notes)
    assert all(one.message in notes[one.cell] for one in form_of.form.findings)
    valid_package(path)


def test_a_document_goes_back_without_notes_and_the_slip_promises_none(returned):
    folder, _ = returned

    assert not list(folder.glob("丙*批注.xlsx"))
    assert "批注" not in words_of(next(folder.glob("丙*.docx")))
    assert "在有问题的单元格加了批注" in words_of(next(folder.glob("@甲*.docx")))


def test_a_slip_names_cells_and_sheets_only_of_workbooks(returned):
    folder, done = returned
    words = words_of(next(folder.glob("丙*.docx")))
    form_of = next(one for one in done.gathered.handed if one.form.project == "丙项目")

    assert all(one.message in words for one in form_of.form.findings)
    assert not {one.cell for one in form_of.form.findings} & set(words.split("\n"))
    assert "工作表" not in words


def test_every_unit_gets_a_draft_with_its_slips_and_what_it_has_not_handed_in(returned):
    import email.policy

    folder, _ = returned
    mails = {
        path.name: email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in folder.glob("*.eml")
    }

    assert {"@甲单位-退回邮件.eml", "丙单位-退回邮件.eml", "丁单位-退回邮件.eml"} == set(mails)
    own, listed, lacking = (mails[f"{unit}-退回邮件.eml"] for unit in ("@甲单位", "丙单位", "丁单位"))
    assert "x@example.com" == own["To"]  # whoever sent it
    assert "c@example.com" == listed["To"]  # the list's word counts
    assert lacking["To"] is None
    assert {"docx", "xlsx"} == {part.get_filename().rpartition(".")[2] for part in own.iter_attachments()}
    assert "丁项目" in lacking.get_body().get_content()
    assert ["退回", "退回", "催报"] == [one["Subject"].partition("：")[0] for one in (own, listed, lacking)]
    assert "1" == own["X-Unsent"]


def test_slips_are_not_replaced_unasked_and_then_nothing_is_written(returned, tmp_path):
    before = {path: path.read_bytes() for path in (tmp_path / "退回单").iterdir()}

    with pytest.raises(errors.AlreadyThere):
        collected(tmp_path / "来表", tmp_path / "另一份.xlsx", slips=True)
    assert not (tmp_path / "另一份.xlsx").exists()
    assert before == {path: path.read_bytes() for path in (tmp_path / "退回单").iterdir()}


def test_a_right_form_gets_no_slip(tmp_path):
    form(tmp_path / "in" / "对.xlsx", indicators=RIGHT)
    done = collected(tmp_path / "in", tmp_path / "汇总.xlsx", slips=True)

    assert (tmp_path / "汇总.xlsx",) == done.written
    assert not (tmp_path / "退回单").exists()


@pytest.mark.parametrize("name", ["plain", "dressed"])
def test_a_copy_with_notes_keeps_every_part_as_it_was(tmp_path, valid_package, name):
    """Sparklines, pictures, data bars, rules, formulas with their values: the parts are the same bytes."""
    import dressed

    from selfeval_xl.collect.marked import marked

    source = getattr(dressed, name)(tmp_path / "a.xlsx")
    noted = tmp_path / "b.xlsx"
    noted.write_bytes(marked(source.read_bytes(), {dressed.NAME: {"H10": "请写明原因。", "D3": "项目名称有误"}}))
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(noted) as after:
        changed = {one for one in before.namelist() if one in after.namelist() and before.read(one) != after.read(one)}
        gone = set(before.namelist()) - set(after.namelist())

    assert set() == gone
    assert all(re.search(r"comments|vmlDrawing|Content_Types|worksheets/", one) for one in changed)
    comments = {
        cell.coordinate: cell.comment.text
        for row in openpyxl.load_workbook(noted)[dressed.NAME].iter_rows()
        for cell in row
        if cell.comment
    }
    assert "请写明原因。" == comments["H10"]
    assert comments["C3"].endswith("项目名称有误")  # where the merged area begins
    valid_package(noted, warnings=True)


def test_a_macro_workbook_goes_back_without_macros(tmp_path, valid_package, demo_book):
    from selfeval_xl.collect.marked import marked

    sheet = openpyxl.load_workbook(demo_book).sheetnames[1]
    noted = tmp_path / "b.xlsx"
    noted.write_bytes(marked(demo_book.read_bytes(), {sheet: {"H13": "请写明原因。"}}))
    with zipfile.ZipFile(noted) as package:
        assert not any("vba" in name.lower() and not name.endswith(".vml") for name in package.namelist())
    values = openpyxl.load_workbook(noted, data_only=True)[sheet]
    before = openpyxl.load_workbook(demo_book, data_only=True)[sheet]

    assert [[cell.value for cell in row] for row in before.iter_rows()] == [
        [cell.value for cell in row] for row in values.iter_rows()
    ]
    valid_package(noted)


# ---- files that mean harm ----------------------------------------------------------------------------------------


TAKE_LONG = {"blank-cells.xlsx", "lines.pdf"}


def test_hostile_files_stop_nothing_and_write_nothing_outside(tmp_path):
    """Bombs, entities, lying sizes, damaged files, alone and in an archive, beside forms that are right."""
    import hostile

    folder = tmp_path / "in"
    folder.mkdir()
    season(folder, 5)
    packed_up = {}
    files = {name: make for name, make in hostile.FILES.items() if name not in TAKE_LONG}
    for number, (name, make) in enumerate(sorted(files.items())):
        content = make()
        (folder / f"坏{number}{Path(name).suffix}").write_bytes(content)
        if len(content) < 1_000_000:
            packed_up[f"../坏{number}{Path(name).suffix}"] = content
    (folder / "坏.zip").write_bytes(zipped(**packed_up))
    done = collect([folder], tmp_path / "汇总.xlsx", Wanted(slips=True), executor=None)

    assert 5 == len([one for one in done.gathered.handed if "坏" not in one.place.shown])
    told = {one.place.names[0] for one in done.gathered.not_read} | {one.place.names[0] for one in done.gathered.handed}
    told |= {one.handed.place.names[0] for one in done.gathered.repeated}
    assert {f"坏{number}{Path(name).suffix}" for number, name in enumerate(sorted(files))} <= told
    assert {"in", "汇总.xlsx", "退回单"} == {path.name for path in tmp_path.iterdir()}


ODD = ["甲\n乙", "=cmd|'/c calc'!A0", "\u202exslx.甲", "con", "甲" * 120, "../../出去", "a\x07b"]


@pytest.mark.parametrize("name", ODD)
def test_names_in_forms_never_become_paths_or_formulas(tmp_path, name):
    form(tmp_path / "in" / "a.xlsx", score=95)
    path = tmp_path / "in" / "a.xlsx"
    book = openpyxl.load_workbook(path)
    for row in book.active:
        for cell in row:
            if cell.value == "某县公路段":
                cell.value = re.sub(r"[\x00-\x08]", "", name)
                cell.data_type = "s"
    book.save(path)
    done = collected(tmp_path / "in", tmp_path / "汇总.xlsx", slips=True, drafts=True)

    assert all(path.parent in (tmp_path, tmp_path / "退回单") for path in done.written)
    assert {"in", "汇总.xlsx", "退回单"} == {path.name for path in tmp_path.iterdir()}
    sheets = openpyxl.load_workbook(tmp_path / "汇总.xlsx")
    formulas = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(formula.startswith(("=SUBTOTAL", "=IF")) for formula in formulas)


# ---- by another program ------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_libreoffice_opens_the_summary_and_a_workbook_with_notes(returned, tmp_path):
    """What Calc saves again holds the same lines, sums and notes."""
    from test_programs import by_libreoffice

    folder, _ = returned
    noted = next(folder.glob("@甲*.xlsx"))
    made = tmp_path / "again"
    made.mkdir()
    summary, copy = by_libreoffice([tmp_path / "汇总.xlsx", noted], "xlsx", made)

    before, after = (openpyxl.load_workbook(path, data_only=True) for path in (tmp_path / "汇总.xlsx", summary))
    assert before.sheetnames == after.sheetnames
    assert table(tmp_path / "汇总.xlsx", "问题清单") == table(summary, "问题清单")
    sums = [[cell for cell in list(book["汇总"].iter_rows(values_only=True))[-1] if cell] for book in (before, after)]
    assert pytest.approx(sums[0][1:]) == sums[1][1:]
    notes = [
        {
            cell.coordinate: cell.comment.text
            for row in openpyxl.load_workbook(path)["自评表"].iter_rows()
            for cell in row
            if cell.comment
        }
        for path in (noted, copy)
    ]
    assert notes[0] == notes[1]
    assert () == earlier(summary.read_bytes()).left  # saving alone adds nothing that could be lost


def test_sums_leave_out_what_has_no_unit_and_rates_what_has_no_execution(tmp_path):
    """Three forms in 元, one of them without 全年执行数; the fourth names no unit of money."""
    folder = tmp_path / "in"
    for name in "甲乙丙丁":
        form(folder / f"{name}.xlsx", name, "甲单位" if name != "丙" else "甲 单位")
    for name, old, new in (("丙", 1003000.43, None), ("丁", "项目资金(元)", "项目资金")):
        book = openpyxl.load_workbook(folder / f"{name}.xlsx")
        for row in book.active:
            for cell in row:
                if cell.value == old:
                    cell.value = new
        book.save(folder / f"{name}.xlsx")
    collected(folder, tmp_path / "汇总.xlsx")
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)
    heads = [cell.value for cell in book["汇总"][3]]
    last = dict(zip(heads, list(book["汇总"].iter_rows(values_only=True))[-1], strict=True))
    (unit,) = table(tmp_path / "汇总.xlsx", "按单位")

    assert pytest.approx(3 * 1180000.5) == last["全年预算数"] == unit["全年预算数"]
    assert pytest.approx(0.85, abs=1e-4) == last["执行率"]
    assert pytest.approx(0.85, abs=1e-4) == unit["执行率"]
    assert 4 == unit["项目数"]


def test_who_sent_nothing_has_a_line_among_the_units(tmp_path):
    folder = tmp_path / "in"
    form(folder / "a.xlsx", "甲", "甲单位")
    form(folder / "b.xlsx", "乙", "甲单位")
    (tmp_path / "名单.csv").write_text("单位,项目名称,邮箱\n甲单位,甲,\n甲单位,丙,\n丁单位,丁,\n", encoding="utf-8")
    done = collected(folder, tmp_path / "汇总.xlsx", expected=tmp_path / "名单.csv")
    units = {line["单位"]: line["未报送"] for line in table(tmp_path / "汇总.xlsx", "按单位")}

    assert {"甲单位": 1, "丁单位": 1} == units
    assert 2 == done.missing


@pytest.fixture
def noted(tmp_path):
    """A summary of two projects, and what changes it as people do: with the sheet and its headings."""
    form(tmp_path / "in" / "a.xlsx", "甲", "甲单位")
    form(tmp_path / "in" / "b.xlsx", "乙", "乙单位")
    target = tmp_path / "汇总.xlsx"
    collected(tmp_path / "in", target)

    def change(people):
        book = openpyxl.load_workbook(target)
        sheet = book["汇总"]
        heads = {cell.value: cell.column for cell in sheet[3]}
        for row in (4, 5):
            sheet.cell(row, heads["备注"], f"记{sheet.cell(row, heads['项目名称']).value}")
        people(book, sheet, heads)
        book.save(target)
        return target

    return change


def again(target: Path, **wanted):
    return collected(target.parent / "in", target, overwrite=True, **wanted)


def remarks_of(target: Path) -> dict[str, str]:
    return {line["项目名称"]: line["备注"] for line in table(target, "汇总")}


def _rename_sheet(book, sheet, heads):
    sheet.title = "2022年汇总"


def _space_headings(book, sheet, heads):
    for name, written in (("备注", " 备 注："), ("单位", "单位名称"), ("项目名称", "项目名称（全称）")):
        sheet.cell(3, heads[name], written)


def _insert_rows(book, sheet, heads):
    sheet.insert_rows(1, 8)


def _move_columns(book, sheet, heads):
    sheet.insert_cols(1, 2)


@pytest.mark.parametrize("people", [_rename_sheet, _space_headings, _insert_rows, _move_columns])
def test_remarks_are_found_however_the_sheet_was_changed(noted, people):
    target = noted(people)
    done = again(target)

    assert {"甲": "记甲", "乙": "记乙"} == remarks_of(target)
    assert done.kept is None


@pytest.mark.parametrize("name", ["备注", "单位", "项目名称", "年度"])
def test_a_summary_whose_columns_have_other_names_is_not_replaced(noted, name):
    target = noted(lambda book, sheet, heads: sheet.cell(3, heads[name], "处理情况"))
    before = target.read_bytes()

    with pytest.raises(errors.NotesMoved, match=f"找不到“{name}”列"):
        again(target)
    with pytest.raises(errors.NotesMoved):
        collected(target.parent / "in", target.with_name("新.xlsx"), notes=target)
    assert before == target.read_bytes()
    assert not target.with_name("新.xlsx").exists()


def test_of_a_renamed_sheet_only_the_heading_is_named_that_is_not_found(noted):
    def people(book, sheet, heads):
        sheet.title = "二月汇总"
        sheet.cell(3, heads["备注"], "处理情况")

    with pytest.raises(errors.NotesMoved, match="找不到“备注”列"):
        again(noted(people))


def test_a_summary_without_its_sheet_is_not_replaced(noted):
    target = noted(lambda book, sheet, heads: book.remove(sheet))

    with pytest.raises(errors.NotesMoved):
        again(target)


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"locked" * 100])
def test_a_workbook_that_does_not_open_is_not_replaced(noted, content):
    target = noted(lambda *_: None)
    target.write_bytes(content)

    with pytest.raises(errors.NotesHidden):
        again(target)
    assert content == target.read_bytes()


def test_what_never_was_a_summary_is_replaced_as_asked(noted):
    target = noted(lambda *_: None)
    for content in (b"", b"words", form(target.with_name("x.xlsx")).read_bytes()):
        target.write_bytes(content)
        assert again(target).kept is None
        assert 2 == len(table(target, "汇总"))


def test_columns_that_people_added_are_carried_over_with_those_of_gone_projects(noted, tmp_path):
    def people(book, sheet, heads):
        sheet.insert_cols(heads["备注"])  # before 备注, which moves
        for row, (before, behind) in enumerate((("经办人", "金额核减"), ("张三", 1.5), ("李四", None)), 3):
            sheet.cell(row, heads["备注"], before)
            sheet.cell(row, heads["工作表"] + 2, behind)
            sheet.cell(row, heads["工作表"] + 3, None if row == 3 else f"另记{row}")

    target = noted(people)
    for _ in range(2):
        assert again(target).kept is None
    lines = {line["项目名称"]: line for line in table(target, "汇总")}
    heads = [cell.value for cell in openpyxl.load_workbook(target)["汇总"][3]]

    # Columns after the one of remarks are on paper, those after 文件 are not.
    assert ["备注", "经办人", "金额核减", "（无列名）", "文件", "工作表"] == heads[heads.index("备注") :]
    assert {("张三", 1.5, "另记4"), ("李四", None, "另记5")} == {
        (line["经办人"], line["金额核减"], line["（无列名）"]) for line in lines.values()
    }
    formats = [cell.number_format for cell in openpyxl.load_workbook(target)["汇总"][4]]
    assert ["@", "General"] == [formats[heads.index(name)] for name in ("经办人", "金额核减")]
    gone = lines["甲"]["经办人"]
    (tmp_path / "in" / "a.xlsx").unlink()
    again(target)
    (line,) = table(target, "上次备注")
    assert ("甲", "记甲", gone) == (line["项目名称"], line["备注"], line["经办人"])
    form(tmp_path / "in" / "a.xlsx", "甲", "甲单位")
    again(target)
    assert gone == {line["项目名称"]: line for line in table(target, "汇总")}["甲"]["经办人"]


def test_a_column_named_as_a_column_of_sums_may_hold_words(noted):
    def people(book, sheet, heads):
        for row, words in enumerate(("项目数", "三个", "四个"), 3):
            sheet.cell(row, heads["工作表"] + 1, words)

    target = noted(people)
    again(target)

    assert {"三个", "四个"} == {line["项目数"] for line in table(target, "汇总")}


def _another_sheet(book, sheet, heads):
    book.create_sheet("电话记录")["A1"] = "已催"


def _below(book, sheet, heads):
    sheet.cell(9, 2, "审核人：张三")


def _beside_the_sum(book, sheet, heads):
    sheet.cell(6, heads["备注"], "与决算一致")


def _comment(book, sheet, heads):
    sheet.cell(4, 2).comment = openpyxl.comments.Comment("去年也晚", "张三")


def _colour(book, sheet, heads):
    sheet.cell(4, 2).fill = openpyxl.styles.PatternFill("solid", fgColor="FF00FF00")


def _beside_the_findings(book, sheet, heads):
    book["问题清单"].cell(3, 11, "处理情况")


def _beside_the_missing(book, sheet, heads):
    book["按单位"].cell(4, 20, "已催")


def _renamed_total(book, sheet, heads):
    sheet.cell(3, heads["总分"], "自评总分")


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (_another_sheet, "工作表“电话记录”"),
        (_below, "汇总!B9"),
        (_beside_the_sum, "汇总!R6"),
        (_comment, "批注"),
        (_colour, "颜色"),
        (_renamed_total, "“自评总分”一列"),
        (_beside_the_findings, "工作表“问题清单”中自己加的列"),
        (_beside_the_missing, "工作表“按单位”中自己加的列"),
    ],
)
def test_where_not_all_can_be_carried_over_the_old_summary_is_kept_and_named(noted, people, said):
    target = noted(people)
    before = target.read_bytes()
    done = again(target)
    (line,) = (line for line in done.lines if "旧文件另存为" in line)

    assert before == done.kept.read_bytes()
    assert "汇总（旧）.xlsx" == done.kept.name
    assert said in line
    assert {"甲": "记甲", "乙": "记乙"} == remarks_of(target)
    assert again(target).kept is None, "the new one has nothing that is not ours"


IN_POINTS = [(*one[:5], f"{one[5]}分", f"{one[6]}分", *one[7:]) for one in PROJECT["indicators"]]
IN_TEN_THOUSAND = [(one[0], "120万元", "118万元", "100.3万元", *one[4:]) for one in PROJECT["funds"][:2]]


@pytest.mark.parametrize(
    "other",
    [{}, {"indicators": IN_POINTS}, {"funds": IN_TEN_THOUSAND}, {"score": 99}],
    ids=["as it is", "in points", "in 10,000 yuan", "another total"],
)
def test_a_file_is_judged_as_the_check_of_it_alone(tmp_path, other):
    path = workbook(tmp_path / "一.xlsx", ("自评表", PROJECT | other, Style()))
    checked = [replace(found, source=None) for one in actions.check([path]).forms for found in one.findings]

    (form,) = judged(path.read_bytes()).forms
    assert checked == [replace(found, source=None) for found in form.findings]
    assert not {"weight_is_a_number", "score_is_a_number", "amounts_are_numbers"} & {found.rule for found in checked}


def test_a_form_that_is_called_like_a_kept_summary_is_read(tmp_path):
    for name in ("自评表（旧）甲单位", "自评表（旧）桥"):
        form(tmp_path / f"{name}.xlsx", f"{name}项目", "甲单位")
    done = collect([tmp_path], tmp_path / "自评表.xlsx", Wanted())

    assert 2 == len(done.gathered.handed)


def test_a_kept_summary_is_nobodys_form_and_is_itself_kept(noted):
    target = noted(_another_sheet)
    first = again(target).kept.read_bytes()
    target.write_bytes(first)
    done = collect([target.parent], target, Wanted(overwrite=True), executor=Here())

    assert "汇总（旧）(2).xlsx" == done.kept.name
    assert () == done.gathered.not_read
    assert first == target.with_name("汇总（旧）.xlsx").read_bytes() == done.kept.read_bytes()


def test_remarks_of_another_summary_do_not_cost_those_of_the_replaced_one(noted):
    target = noted(lambda *_: None)
    other = target.with_name("去年.xlsx")
    other.write_bytes(target.read_bytes())
    noted(lambda book, sheet, heads: sheet.cell(4, heads["备注"], "新写的"))
    done = again(target, notes=other)

    assert {"甲": "记甲", "乙": "记乙"} == remarks_of(target)
    assert "新写的" in remarks_of(done.kept).values()


def test_what_a_list_asks_for_twice_is_missing_once(tmp_path):
    form(tmp_path / "in" / "a.xlsx", "甲", "甲单位（本级）")
    (tmp_path / "名单.csv").write_text(
        "预算单位,项目\n甲单位(本级),甲\n甲 单位（本级）,甲\n丁单位,丁\n丁 单位,丁\n丁单位,戊\n", encoding="utf-8"
    )
    target = tmp_path / "汇总.xlsx"
    done = collected(tmp_path / "in", target, expected=tmp_path / "名单.csv")

    assert 2 == done.missing
    assert [("丁单位", "丁"), ("丁单位", "戊")] == [(one["单位"], one["项目名称"]) for one in table(target, "未报送")]
    assert {"甲单位（本级）": 0, "丁单位": 2} == {one["单位"]: one["未报送"] for one in table(target, "按单位")}


def test_remarks_outlive_a_round_without_their_form(tmp_path):
    folder, target = tmp_path / "in", tmp_path / "汇总.xlsx"
    form(folder / "a.xlsx", "甲")
    nameless = form(folder / "b.xlsx", "乙")
    collected(folder, target)
    book = openpyxl.load_workbook(target)
    heads = [cell.value for cell in book["汇总"][3]]
    for row in (4, 5):
        name = book["汇总"].cell(row, heads.index("项目名称") + 1).value
        book["汇总"].cell(row, heads.index("备注") + 1, f"记{name}")
    book.save(target)
    away = nameless.rename(tmp_path / "b.xlsx")
    for _ in range(2):
        collected(folder, target, overwrite=True)
    away.rename(nameless)
    collected(folder, target, overwrite=True)

    assert {"甲": "记甲", "乙": "记乙"} == {line["项目名称"]: line["备注"] for line in table(target, "汇总")}


def test_a_summary_is_not_read_again_before_somebody_writes_into_it(tmp_path, monkeypatch):
    folder, target, store = tmp_path / "in", tmp_path / "汇总.xlsx", tmp_path / "k.sqlite"
    form(folder / "a.xlsx", "甲")
    met = []
    monkeypatch.setattr("selfeval_xl.collect.summary.earlier", lambda content: met.append(content) or earlier(content))
    for _ in range(2):
        collected(folder, target, overwrite=True, store=store)
    assert [] == met
    assert Earlier() == earlier(target.read_bytes())
    book = openpyxl.load_workbook(target)
    heads = [cell.value for cell in book["汇总"][3]]
    book["汇总"].cell(4, heads.index("备注") + 1, "记甲")
    book.save(target)
    for times in (1, 2):  # with the remark it is read each time
        collected(folder, target, overwrite=True, store=store)
        assert times == len(met)
        assert {"甲": "记甲"} == remarks_of(target)


def test_a_list_with_years_wants_that_year(tmp_path):
    form(tmp_path / "in" / "a.xlsx", "甲", "甲单位", style=Style(year="（ 2022 年度）"))
    (tmp_path / "名单.csv").write_text("单位,项目名称,年度\n甲单位,甲,2024\n", encoding="utf-8")
    done = collected(tmp_path / "in", tmp_path / "汇总.xlsx", expected=tmp_path / "名单.csv")

    assert 1 == done.missing


def test_a_unit_spelt_in_two_ways_gets_one_mail_to_its_first_address(tmp_path):
    form(tmp_path / "in" / "a.xlsx", "甲", "甲单位", score=95)
    form(tmp_path / "in" / "b.xlsx", "乙", "甲 单位", score=95)
    (tmp_path / "名单.csv").write_text(
        "单位,项目名称,邮箱\n甲单位,甲,a@example.com\n甲（单位）,乙,b@example.com\n", encoding="utf-8"
    )
    collected(tmp_path / "in", tmp_path / "汇总.xlsx", drafts=True, expected=tmp_path / "名单.csv")
    (draft,) = (tmp_path / "退回单").glob("*.eml")

    assert "a@example.com" == email.message_from_bytes(draft.read_bytes())["To"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("a@x.cn；b@x.cn", "a@x.cn"),
        ("张三 <zhang@x.cn>", "zhang@x.cn"),
        ("邮箱：a@x.cn", "a@x.cn"),
        ("电话 0871", None),
    ],
)
def test_of_several_addresses_in_a_list_the_first_is_written_to(tmp_path, written, address):
    form(tmp_path / "in" / "a.xlsx", "甲", "甲单位", score=95)
    (tmp_path / "名单.csv").write_text(f"单位,邮箱\n甲单位,{written}\n", encoding="utf-8")
    collected(tmp_path / "in", tmp_path / "汇总.xlsx", drafts=True, expected=tmp_path / "名单.csv")
    (draft,) = (tmp_path / "退回单").glob("*.eml")

    assert address == email.message_from_bytes(draft.read_bytes())["To"]


def test_a_number_written_otherwise_is_no_difference(tmp_path):
    old = form(tmp_path / "甲.xlsx", score="98.20")
    new = form(tmp_path / "乙.xlsx", score="98.2", achieved="全年养护 130 公里。")
    os.utime(old, (1_700_000_000, 1_700_000_000))
    os.utime(new, (1_700_100_000, 1_700_100_000))
    (repeated,) = gathered(tmp_path).repeated

    assert ["实际完成情况"] == [said.partition("：")[0] for said in repeated.differences]


def test_slips_of_an_earlier_time_are_named(tmp_path):
    path = form(tmp_path / "in" / "a.xlsx", "甲", score=95)
    collected(tmp_path / "in", tmp_path / "汇总.xlsx", slips=True)
    form(path, "甲", indicators=RIGHT)
    done = collected(tmp_path / "in", tmp_path / "汇总.xlsx", slips=True, overwrite=True)

    assert 2 == len(done.outdated)
    assert any("请勿再发" in line for line in done.lines)


def test_a_path_that_is_not_there_is_said_at_once(tmp_path):
    form(tmp_path / "in" / "a.xlsx")

    with pytest.raises(errors.FileMissing):
        collect([tmp_path / "in", tmp_path / "没有"], tmp_path / "汇总.xlsx", executor=Here())
    assert not (tmp_path / "汇总.xlsx").exists()


def test_notes_that_are_no_summary_are_refused(tmp_path):
    other = form(tmp_path / "x" / "a.xlsx")
    form(tmp_path / "in" / "a.xlsx")

    with pytest.raises(errors.NoNotes):
        collected(tmp_path / "in", tmp_path / "汇总.xlsx", notes=other)


def test_a_blank_form_is_called_blank(tmp_path):
    form(tmp_path / "in" / "a.xlsx")
    actions.new(tmp_path / "in" / "空.xlsm")
    (found,) = gathered(tmp_path / "in").not_read

    assert "是空白的" in found.message


def test_a_finding_for_a_form_that_is_no_workbook_names_no_cells():
    words = "难以衡量。同类的另有 2 处：“长效机制”（E24）、“群众出行”（F3，推算为 9）。"
    found = Finding("x", "表", "E23", "x", "advice", words, "x", None, None)

    told = returning._without_cells(found)
    assert told.cell is None
    assert "难以衡量。同类的另有 2 处：“长效机制”、“群众出行”（推算为 9）。" == told.message
