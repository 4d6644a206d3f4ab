"""A profile of one's own, as people write it in Notepad."""

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT, module_from
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl import profiles, sheet
from selfeval_xl.cells import NOTHING, Entry, read_value
from selfeval_xl.errors import BadProfile, UnknownProfile
from selfeval_xl.excel import functions
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.profiles import NATIONAL, PROFILES, own
from selfeval_xl.profiles.own import all_profiles, bad_profiles
from selfeval_xl.profiles.own import named as profile

D = Decimal
PAGE = ROOT / "docs" / "profiles.md"
HEAD = '名称 = "云岭市"\n依据 = "云岭市财政局自评通知"\n'


@pytest.fixture
def folder(monkeypatch, tmp_path):
    place = tmp_path / "自己的规则"
    place.mkdir()
    monkeypatch.setenv("SELFEVAL_XL_PROFILES", str(place))
    return place


@pytest.fixture
def write(folder):
    def write(text, name="yunling.toml"):
        content = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(content)
        return folder / name

    return write


def complaint(name="yunling"):
    with pytest.raises(BadProfile) as problem:
        profile(name)
    return str(problem.value)


# ---- what is found -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "", " ", "national", "National", "全国通用", " 全国通用 "])
def test_the_national_profile_is_found_without_a_look_at_the_disk(monkeypatch, name):
    monkeypatch.setattr(own, "folder", lambda: pytest.fail("looked at the disk"))

    assert profile(name) is NATIONAL


@pytest.mark.parametrize("one", PROFILES, ids=lambda one: one.name)
def test_built_in_profiles_are_found_by_name_and_title_without_a_look_at_the_disk(monkeypatch, one):
    monkeypatch.setattr(own, "folder", lambda: pytest.fail("looked at the disk"))

    assert profile(one.name) is one
    assert profile(one.title) is one


@pytest.mark.parametrize("name", ["云岭市", " 云岭市 ", "YunLing", "yunling"])
def test_a_file_is_found_by_its_title_and_by_its_name(write, name):
    write(HEAD + "预算执行率分值 = 20\n")

    assert D(20) == profile(name).execution_points


def test_a_number_that_is_changed_has_the_source_of_the_file_and_the_others_keep_theirs(write):
    write(HEAD + '地区 = "云岭"\n年度 = 2025\n沿用 = "四川"\n超标需说明倍数 = 1.5\n')

    found = profile("云岭市")

    assert (D("1.5"), D("0.9")) == (found.far_above_reason, found.low_execution)
    assert profiles.Source("云岭市财政局自评通知", "云岭", 2025) == found.source("far_above_reason")
    assert profile("四川").source("low_execution") == found.source("low_execution")
    assert ("yunling", "云岭市") == (found.name, found.title)


def test_without_region_and_year_the_source_has_the_title_and_no_year(write):
    write(HEAD + "执行率百分比小数位 = 1\n")

    assert profiles.Source("云岭市财政局自评通知", "云岭市", None) == profile("云岭市").source("rate_places")


@pytest.mark.parametrize("base", PROFILES, ids=lambda one: one.name)
def test_a_file_without_numbers_is_the_profile_it_starts_from(write, base):
    write(HEAD + f'沿用 = "{base.title}"\n')

    found = profile("云岭市")

    assert found == profiles.based_on(base, "yunling", "云岭市", NATIONAL.source("grades"))


def test_a_rule_is_switched_off_with_false_and_then_has_no_source(write):
    write(HEAD + '沿用 = "四川"\n明显超标倍数 = false\n超标需说明倍数 = false\n执行率低于需说明 = false\n')

    found = profile("云岭市")

    assert (None, None, None) == (found.far_above_marked, found.far_above_reason, found.low_execution)
    assert {"far_above_marked", "far_above_reason", "low_execution"}.isdisjoint(dict(found.sources))


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("预算执行率分值 = 20", "execution_points", "20"),
        ("预算执行率分值 = 1_2.50", "execution_points", "12.5"),
        ("预算执行率分值 = 2e1", "execution_points", "20"),
        ("预算执行率分值 = -0.0", "execution_points", "0"),
        ("无预算时执行率 = 1", "rate_without_budget", "1"),
        ("执行率百分比小数位 = 1", "rate_places", "3"),
        ('不超过类指标 = "A/B"', "at_most", "inverse"),
        ('不超过类指标 = "1-(B-A)/A"', "at_most", "linear"),
        ('不超过类指标 = "１ － （b−a） ÷ a"', "at_most", "linear"),
        ("执行率低于需说明 = 0.85", "low_execution", "0.85"),
        ('"执行率低于需说明" = 0.85 # 加了引号也可以', "low_execution", "0.85"),
        ("  执行率低于需说明=0.85", "low_execution", "0.85"),
    ],
)
def test_a_line_sets_a_number(write, line, field, value):
    write(HEAD + line)

    assert value == str(getattr(profile("云岭市"), field))


def test_grades_and_bands_are_read_over_several_lines(write):
    write(
        HEAD
        + '评价等级 = [\n  [85, "优秀"],\n  [60.5, "合格"],\n  [0, "不合格"],\n]\n'
        + '定性区间 = [["好", 0.8, 1.0], ["中", 0.5, 0.8], ["差", 0, 0.5]]\n'
    )

    found = profile("云岭市")

    assert ((D(85), "优秀"), (D("60.5"), "合格"), (D(0), "不合格")) == found.grades
    assert (("好", D("0.8"), D(1)), ("中", D("0.5"), D("0.8")), ("差", D(0), D("0.5"))) == found.bands


@pytest.mark.parametrize("name", ["yunling.toml", "yunling.TOML", "yunling.toml.txt"])
@pytest.mark.parametrize("save", [lambda t: t.encode(), lambda t: t.encode("utf-8-sig"),
                                  lambda t: t.replace("\n", "\r\n").encode("utf-8-sig")])  # fmt: skip
def test_what_notepad_saves_as_utf_8_is_read(write, name, save):
    write(save(HEAD + "执行率百分比小数位 = 1\n"), name)

    assert 3 == profile("yunling").rate_places


@pytest.mark.parametrize("name", ["readme.txt", ".yunling.toml", "~$yunling.toml", "yunling.toml~", "yunling.xlsx"])
def test_other_files_in_the_folder_are_passed_over(write, name):
    write("不是规则", name)

    assert (PROFILES, ()) == (all_profiles(), bad_profiles())


def test_all_profiles_are_the_built_in_ones_and_then_the_files_in_their_order(write):
    write('名称 = "乙县"\n依据 = "乙县通知"', "2.toml")
    write('名称 = "甲县"\n依据 = "甲县通知"', "1.toml")

    assert (*(one.title for one in PROFILES), "甲县", "乙县") == tuple(one.title for one in all_profiles())


def test_without_a_folder_there_are_the_built_in_profiles(monkeypatch, tmp_path):
    monkeypatch.setenv("SELFEVAL_XL_PROFILES", str(tmp_path / "没有"))

    assert (PROFILES, ()) == (all_profiles(), bad_profiles())
    with pytest.raises(UnknownProfile):
        profile("云岭市")


def test_the_folder_stands_beside_the_installation(monkeypatch):
    monkeypatch.delenv("SELFEVAL_XL_PROFILES", raising=False)

    assert Path(sys.prefix, "selfeval-xl-profiles") == own.folder()


def test_an_upgrade_of_a_bundle_leaves_the_folder_where_it_is(monkeypatch, tmp_path):
    """A bundle's Python lies in a folder of its version."""
    monkeypatch.delenv("SELFEVAL_XL_PROFILES", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "selfeval-xl" / "26.1"))
    (tmp_path / "selfeval-xl" / "26.1").mkdir(parents=True)
    (tmp_path / "selfeval-xl" / "26.1" / "SHA256SUMS").touch()

    assert tmp_path / "selfeval-xl" / "selfeval-xl-profiles" == own.folder()


# ---- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("执行率分值 = 20", "里有不认识的“执行率分值”。是不是“预算执行率分值”？"),
        ("满分 = 120", "里写了“满分”，这一项不能改（满分 100 分，得分保留两位小数）。请删去这一行。"),
        ("得分小数位 = 1", "里写了“得分小数位”，这一项不能改"),
        ("execution_points = 20", "可写的有：名称、依据、"),
        ("[rules]\n执行率百分比小数位 = 1", "里有不认识的“rules”"),
        ("[规则]\n执行率百分比小数位 = 1", "第 3 行（[规则]）不合 TOML 的写法"),
        ("执行率百分比小数位 =", "第 3 行（执行率百分比小数位 =）不合 TOML 的写法"),
        ('预算执行率分值 = "20"', "“预算执行率分值”应为数字，现为“20”。数字不加引号。"),
        ("预算执行率分值 = true", "“预算执行率分值”应为数字，现为true"),
        ("预算执行率分值 = [20]", "应为数字，现为一个列表"),
        ("预算执行率分值 = {a = 1}", "应为数字，现为一组内容"),
        ("预算执行率分值 = 2025-01-01", "应为数字，现为2025-01-01"),
        ("预算执行率分值 = 101", "“预算执行率分值”应在 0 到 100 之间，现为 101"),
        ("预算执行率分值 = -1", "应在 0 到 100 之间，现为 -1"),
        ("预算执行率分值 = inf", "应在 0 到 100 之间，现为 Infinity"),
        ("预算执行率分值 = nan", "应在 0 到 100 之间，现为 NaN"),
        ("预算执行率分值 = 1e-400000", "最多写 6 位小数"),
        ("预算执行率分值 = 1e99999999999999999999", "应在 0 到 100 之间"),
        ("预算执行率分值 = 0x" + "F" * 9000, "应在 0 到 100 之间，现为 "),
        ("预算执行率分值 = " + "9" * 5000, "里有写得过长的数字"),
        ("无预算时执行率 = 90", "应在 0 到 1 之间（百分之九十写作 0.9），现为 90"),
        ("执行率百分比小数位 = 5", "应在 0 到 4 之间，现为 5"),
        ("执行率百分比小数位 = 2.0", "应为整数，现为 2.0"),
        ("执行率百分比小数位 = 9", "应在 0 到 4 之间，现为 9"),
        ("执行率百分比小数位 = false", "应为数字，现为false"),
        ("明显超标倍数 = 0.2", "应在 1 到 10 之间（超出两成写作 1.2），或写 false（不作要求），现为 0.2"),
        ("超标需说明倍数 = true", "或写 false（不作要求），现为true"),
        ("执行率低于需说明 = 90", "应在 0 到 1 之间（百分之九十写作 0.9）"),
        ("年度 = 25", "“年度”应在 2000 到 2100 之间，现为 25"),
        ('年度 = "2025"', "数字不加引号"),
        ("地区 = 5", "“地区”应为引号中的文字，现为5"),
        ('沿用 = "云岭省"', "“沿用”是“云岭省”，只能沿用内置的规则：全国通用、省级系统、"),
        ('沿用 = ""', "“沿用”应为引号中的文字"),
        ('不超过类指标 = "B/A"', '应为 "A/B" 或 "1-(B-A)/A"，现为“B/A”'),
        ("不超过类指标 = 1", "现为1"),
        ("评价等级 = 90", "“评价等级”的写法不对。请写作：评价等级 = [[90,"),
        ("评价等级 = []", "“评价等级”的写法不对"),
        ("评价等级 = [[90]]", "“评价等级”的写法不对"),
        ('评价等级 = [[80, "优"], [90, "良"], [0, "差"]]', "应从高到低：“优”从 80 分起，下一档“良”从 90 分起"),
        ('评价等级 = [[90, "优"], [90, "良"], [0, "差"]]', "应从高到低"),
        ('评价等级 = [[90, "优"], [60, "优"], [0, "差"]]', "有两档同名"),
        ('评价等级 = [[90, "优"], [60, "良"]]', "最后一档应从 0 分起，现从 60 分起"),
        ('评价等级 = [["优", 90], ["差", 0]]', "应为数字，现为“优”"),
        ("评价等级 = [[0, 5]]", "应为引号中的文字，现为5"),
        ("评价等级 = [[0, '优\"']]", "中有不能用的符号"),
        ("定性区间 = [1, 2, 3]", "“定性区间”的写法不对"),
        ('定性区间 = [["达成", 0.5, 1], ["未达成", 0, 0.5]]', "应有三档（达成、部分达成、未达成），现有 2 档"),
        ('定性区间 = [["a", 1, 0.8], ["b", 0.8, 0.6], ["c", 0.6, 0]]', "“a”的下限 1 不低于上限 0.8"),
        ('定性区间 = [["a", 0, 0.6], ["b", 0.6, 0.8], ["c", 0.8, 1]]', "不衔接：“a”的下限是 0，下一档“b”的上限是 0.8"),
        ('定性区间 = [["a", 0.8, 1], ["b", 0.6, 0.7], ["c", 0, 0.6]]', "不衔接"),
        ('定性区间 = [["a", 0.8, 0.9], ["b", 0.6, 0.8], ["c", 0, 0.6]]', "应从 1 排到 0，现从 0.9 排到 0"),
        ('定性区间 = [["a", 80, 100], ["b", 60, 80], ["c", 0, 60]]', "应在 0 到 1 之间（百分之九十写作 0.9）"),
        ("预算执行率分值 = 1\n预算执行率分值 = 2", "第 4 行（预算执行率分值 = 2）把前面已有的一项又写了一遍"),
        ("\n执行率百分比小数位＝1", "第 4 行（执行率百分比小数位＝1）不合 TOML 的写法"),
        ("地区 = “云岭”", "第 3 行（地区 = “云岭”）不合 TOML 的写法"),
        ("评价等级 = [[90，1]]", "第 3 行"),
        ("评价等级 = [[90, 1],", "到末尾还没有写完"),
        ("地区 = " + "[" * 3000, "套得太深"),
    ],
)  # fmt: skip
def test_a_line_is_refused_with_what_where_and_a_way_out(write, lines, said):
    path = write(HEAD + lines)

    sentence = complaint()

    assert sentence.startswith(f"评分规则“{path}”")
    assert said in sentence
    assert sentence.endswith(("。", "]]", "半角。"))
    assert sentence == complaint("云岭市"), "the name in the file asks for it too"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "缺少“名称”。请加上一行，例如：名称 = "),
        ('名称 = "云岭市"', "缺少“依据”"),
        ('名称 = ""\n依据 = "a"', "“名称”应为引号中的文字，现为“”"),
        ('名称 = 5\n依据 = "a"', "“名称”应为引号中的文字，现为5"),
        ('名称 = "2025"\n依据 = "a"', "在单元格里会被当成数字"),
        ('名称 = "a,b"\n依据 = "a"', "中有不能用的符号"),
        ('名称 = "=A1"\n依据 = "a"', "中有不能用的符号"),
        ("名称 = '甲\"乙'\n依据 = 'a'", "中有不能用的符号"),
        ('名称 = "甲  乙"\n依据 = "a"', "中有不能用的符号"),
        ('名称 = "' + "长" * 31 + '"\n依据 = "a"', "不超过 30 个字"),
        ('名称 = "甲"\n依据 = "' + "长" * 101 + '"', "不超过 100 个字"),
        ('名称 = "甲"\n依据 = """a\nb"""', "应写在一行内"),
        ('名称 = "广西"\n依据 = "a"', "“名称”（广西）已是内置规则的名称"),
        ('名称 = "National"\n依据 = "a"', "已是内置规则的名称"),
    ],
)
def test_a_file_needs_a_name_of_its_own_and_its_notice(write, text, said):
    write(text)

    assert said in complaint()


@pytest.mark.parametrize("name", ["a,b.toml", "甲" * 41 + ".toml"])
def test_a_file_needs_a_plain_name(write, name):
    write(HEAD, name)

    assert "文件名太长，或有不能用的符号" in complaint("云岭市")


def test_a_file_named_as_a_built_in_profile_is_refused(write):
    write(HEAD, "guangxi.toml")

    assert "的文件名与内置规则同名" in complaint("云岭市")
    assert profile("guangxi") is profiles.GUANGXI


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("gb18030", "不是以 UTF-8 编码保存的（记事本里叫 ANSI，即 GB18030）。请用记事本打开它，选“文件”“另存为”"),
        ("utf-16", "不是以 UTF-8 编码保存的（记事本里叫 Unicode 或 UTF-16）"),
    ],
)
def test_another_encoding_is_named_with_how_to_save(write, code, said):
    write(HEAD.encode(code))

    assert said in complaint("yunling")
    assert said in complaint("云岭市")


def test_rubbish_is_refused(write):
    write(b"\xff\x81\x00")

    assert "不是以 UTF-8 编码保存的。" in complaint()


def test_a_large_file_is_not_read(write):
    write("#" * 70_000)

    assert "过大（超过 64 KB）" in complaint()


def test_a_folder_with_the_name_of_a_file_is_refused(folder):
    (folder / "yunling.toml").mkdir()

    assert "是文件夹，不是文件" in complaint()


def test_a_file_that_cannot_be_read_is_named_and_read_as_soon_as_it_can(write, monkeypatch):
    write(HEAD)
    with monkeypatch.context() as locked:
        locked.setattr(Path, "read_bytes", lambda path: (_ for _ in ()).throw(PermissionError(13, "locked")))
        assert "无法读取（没有权限）" in complaint()

    assert "云岭市" == profile("yunling").title


def test_a_folder_that_is_none_is_named_where_a_file_would_be_needed(monkeypatch, tmp_path):
    (tmp_path / "文件").write_text("")
    monkeypatch.setenv("SELFEVAL_XL_PROFILES", str(tmp_path / "文件"))

    assert "所在的文件夹无法读取（路径中有一段不是文件夹）" in complaint("云岭市")
    assert PROFILES == all_profiles()
    assert 1 == len(bad_profiles())
    assert profile("四川") is profiles.SICHUAN


# ---- several files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [b"\xff", b"= =", "名称 = 1".encode(), HEAD.encode() + b"x = 1"])
def test_a_bad_file_does_not_disturb_the_others(write, broken):
    write('名称 = "甲县"\n依据 = "甲县通知"', "jia.toml")
    write(broken)

    assert "甲县" == profile("甲县").title
    assert (*PROFILES, profile("jia")) == all_profiles()
    assert ["yunling.toml"] == [re.search(r"([\w.]+)”", str(problem)).group(1) for problem in bad_profiles()]
    assert complaint() == str(bad_profiles()[0])


def test_two_files_of_one_name_are_both_refused(write):
    write(HEAD, "a.toml")
    write(HEAD, "b.toml")
    write('名称 = "甲县"\n依据 = "甲县通知"', "jia.toml")

    assert "与同一文件夹中的“b.toml”同名" in complaint("云岭市")
    assert "与同一文件夹中的“a.toml”同名" in complaint("b")
    assert (*PROFILES, profile("甲县")) == all_profiles()


def test_a_title_that_is_another_files_name_is_refused(write):
    write(HEAD, "a.toml")
    write('名称 = "A"\n依据 = "通知"', "b.toml")

    assert "同名" in complaint("a")


def test_a_name_shared_with_a_bad_file_tells_what_is_wrong_with_that_one(write):
    write(HEAD, "a.toml")
    write("= =", "云岭市.toml")

    assert "第 1 行" in complaint("云岭市")
    assert "云岭市" == profile("a").title


def test_an_unknown_name_is_answered_with_the_known_ones(write):
    write(HEAD)
    with pytest.raises(UnknownProfile) as problem:
        profile("火星")
    titles = "、".join(one.title for one in PROFILES)
    assert f"没有名为“火星”的评分规则。可用的有：{titles}、云岭市。" == str(problem.value)


def test_an_unknown_name_is_answered_with_the_bad_files_too(write):
    write("= =")
    with pytest.raises(UnknownProfile, match=r"另有不能使用的文件：yunling\.toml（"):
        profile("火星")


# ---- changes -------------------------------------------------------------------------------------------------


def test_a_mended_file_counts_at_once(write):
    write(HEAD + "执行率百分比小数位 = 一")
    assert "第 3 行" in complaint()

    write(HEAD + "执行率百分比小数位 = 1")
    assert 3 == profile("云岭市").rate_places

    write(HEAD + "执行率百分比小数位 = 1\n预算执行率分值 = 15").unlink()
    with pytest.raises(UnknownProfile):
        profile("云岭市")


def test_a_file_of_the_same_size_counts_by_its_time(write):
    path = write(HEAD + "执行率百分比小数位 = 1")
    assert 3 == profile("云岭市").rate_places

    write(HEAD + "执行率百分比小数位 = 2")
    os.utime(path, (1, 1))

    assert 4 == profile("云岭市").rate_places


def test_a_file_is_read_once_for_a_thousand_cells(write, monkeypatch):
    write(HEAD)
    reads = []
    monkeypatch.setattr(Path, "read_bytes", lambda path: reads.append(path) or HEAD.encode())

    for _ in range(1000):
        profile("云岭市")

    assert 1 == len(reads)


# ---- in a cell -----------------------------------------------------------------------------------------------


def test_a_cell_scores_by_the_users_own_profile(write):
    write(HEAD + '不超过类指标 = "1-(B-A)/A"\n评价等级 = [[95, "好"], [0, "差"]]\n')

    assert 5.0 == functions.SE_INDICATOR_SCORE("≤10", "15", 10.0, "云岭市")
    assert ["好", "差"] == [functions.SE_GRADE(points, "yunling") for points in (95.0, 94.9)]


AMOUNTS = [(506745.04, 626500.0), (0.0, 0.0), (-5.0, 500.0), (700.0, 500.0), (1.0, 3.0), (None, 0.0), ("五十万", 1.0)]


@pytest.mark.parametrize("lines", ["无预算时执行率 = 0.12345", "执行率百分比小数位 = 1", "执行率百分比小数位 = 4", ""])
@pytest.mark.parametrize("amounts", AMOUNTS)
def test_a_live_cell_and_the_value_in_the_file_follow_the_profile_alike(write, lines, amounts):
    write(HEAD + lines)
    executed, budget = (NOTHING if amount is None else entry(amount) for amount in amounts)
    row = Funds(annual_budget=budget, executed=executed, weight=entry(10.0))
    rows = tuple(Indicator(weight=entry(30.0), score=entry(29.995)) for _ in range(3))

    page = sheet.form_page(Form(funds=(row,), indicators=rows), profile("云岭市"), "表")

    in_file = {(cell.row, cell.column): cell.content.value for cell in page.cells if hasattr(cell.content, "value")}
    rate = functions.SE_EXECUTION_RATE(*amounts, "云岭市")
    score = functions.SE_EXECUTION_SCORE(*amounts, 10.0, "云岭市")
    total = functions.SE_TOTAL(score, [["得分"], *[[29.995]] * 3])
    grade = functions.SE_GRADE(total, "云岭市") if isinstance(total, float) else ""
    live = [rate, score, total, grade]
    places = [(6, 8), (6, 9), (page.total_row, 8), (2, 12)]
    assert live == [float(v) if isinstance(v, D) else v for v in map(in_file.get, places)]


def entry(amount):
    return Entry(read_value(amount), str(amount))


def test_a_rate_follows_the_profile():
    assert [0.8089, 0.0] == [functions.SE_EXECUTION_RATE(*amounts, "全国通用") for amounts in AMOUNTS[:2]]
    assert "#N/A" == functions.SE_EXECUTION_RATE(1.0, 2.0, "火星")
    assert "#REF!" == functions.SE_EXECUTION_RATE(1.0, 2.0, "#REF!")


def test_a_cell_for_words_names_a_bad_profile_without_its_folder_and_one_for_a_number_is_an_error(write):
    write(HEAD + "预算执行率分值 = 900")

    said = "评分规则“yunling.toml”的“预算执行率分值”应在 0 到 100 之间，现为 900。请改正后保存。"
    assert said == functions.SE_CHECK([["x"]], "云岭市")
    assert "#N/A" == functions.SE_EXECUTION_SCORE(1.0, 2.0, 10.0, "云岭市")


@pytest.mark.parametrize("name", ["甲甲" + "𠮷" * 50 + ".toml", "甲" * 39 + "(1).toml"])
@pytest.mark.parametrize(
    "line", ["长" * 300 + " = 1", "定性区间 = 1", "沿用 = '" + "𠮷" * 30 + "'", "地区 = " + "𠮷" * 300]
)
def test_a_cell_holds_the_beginning_of_a_long_sentence(write, name, line):
    write(HEAD + line, name)

    shown = functions.SE_CHECK([["x"]], "云岭市")

    assert shown.startswith("评分规则“甲甲")
    assert shown.endswith(("。", "…"))
    assert len(shown.encode("utf-16-le")) // 2 <= 250


def test_cells_do_not_wait_for_toml_before_a_profile_needs_it():
    code = "import sys, selfeval_xl.excel.functions as u; u.SE_GRADE(90.0, '四川'); print('tomllib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert "False" == done.stdout.strip()


# ---- anything at all -----------------------------------------------------------------------------------------

numbers = st.one_of(st.integers(-10, 10**6), st.floats(allow_nan=True, allow_infinity=True, width=16))
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="'"), max_size=12)
scalars = st.one_of(
    numbers.map(lambda number: str(number).replace("e-", ".0e-") if "." not in str(number) else str(number)),
    words.map(lambda word: f"'{word}'"),
    st.sampled_from(["true", "false", "2025-01-01", "'A/B'", "0.8", "1", "0"]),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"), max_leaves=9
)


@given(lines=st.dictionaries(st.sampled_from([*own.HEAD, *own.NUMBERS]), values, max_size=3))
def test_junk_values_are_taken_within_their_bounds_or_refused_with_a_sentence(lines):
    said = {"名称": "'云岭市'", "依据": "'通知'"} | lines
    text = "\n".join(f"{key} = {value}" for key, value in said.items())
    try:
        found = own._profile("yunling", own._table(text))
    except own._Wrong as problem:
        assert 5 < len(str(problem)) < 250
        return
    holds(found)


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
def test_junk_files_are_refused_with_a_sentence(content):
    own._title(content)
    try:
        found = own._profile("yunling", own._table(own._text(content)))
    except own._Wrong as problem:
        assert 5 < len(str(problem)) < 250
        return
    holds(found)


def holds(found):
    """What scoring and formulas rely on."""
    assert 0 <= found.execution_points <= 100
    assert 0 <= found.rate_without_budget <= 1
    assert found.rate_places in range(7)
    assert (2, 100) == (found.score_places, found.total_points)
    assert D(0) == found.grades[-1][0]
    assert list(found.grades) == sorted(found.grades, reverse=True)
    assert found.at_most in own.AT_MOST.values()
    assert (3, D(1), D(0)) == (len(found.bands), found.bands[0][2], found.bands[-1][1])
    settled = {name for name in found.__dataclass_fields__ if getattr(found, name) is not None}
    assert settled - {"name", "title", "sources"} == set(dict(found.sources))


# ---- the page ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table():
    return module_from(ROOT / "tools" / "profiles_table.py")


def test_the_page_shows_the_built_in_profiles_as_they_are(table):
    current = PAGE.read_text(encoding="utf-8")

    assert current == table.page(current), "run tools/profiles_table.py"


def test_the_example_of_the_page_is_a_profile(write):
    (example,) = re.findall(r"(?s)```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"))
    write(example, "云岭市.toml")

    found = profile("云岭市")

    assert set(own.HEAD) | set(own.NUMBERS) == set(re.findall(r"(?m)^(\w+) = ", example))
    assert (D(20), D("1.5"), D("0.9")) == (found.execution_points, found.far_above_reason, found.low_execution)
    assert {found.source("grades")} == {found.source(field) for field, _ in own.NUMBERS.values()}


def test_the_page_explains_each_word():
    explained = re.findall(r"(?m)^\| (\w+) \| [^|]+ \| [^|]+ \|$", PAGE.read_text(encoding="utf-8"))

    assert [*own.HEAD, *own.NUMBERS] == explained[1:]


@pytest.mark.parametrize("one", PROFILES, ids=lambda one: one.name)
def test_a_built_in_profile_copied_from_the_page_has_the_same_numbers(write, table, one):
    write(HEAD + "\n".join(f"{key} = {table.written(one, field)}" for key, (field, _) in own.NUMBERS.items()))

    found = profile("云岭市")

    for field in one.__dataclass_fields__.keys() - {"name", "title", "sources"}:
        assert getattr(one, field) == getattr(found, field)
