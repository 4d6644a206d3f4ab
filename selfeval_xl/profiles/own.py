"""Profiles by name: the built-in ones, and those that people write themselves as small files.

A file of one's own is TOML with Chinese words; `docs/profiles.md` shows one. A mended file counts at once.
"""

import os
import re
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from selfeval_xl import profiles
from selfeval_xl.cells import half_width, plain, read_value, short
from selfeval_xl.errors import BadProfile, UnknownProfile, why
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import AT_MOST_INVERSE, AT_MOST_LINEAR, PROFILES, Profile, Source

FOLDER = "selfeval-xl-profiles"
BUNDLED = "SHA256SUMS"  # lies beside a Python that came in a bundle; each upgrade brings another Python
AT_MOST = {"A/B": AT_MOST_INVERSE, "1-(B-A)/A": AT_MOST_LINEAR}
OF_PER_CENT = 2  # decimals that a rate has more as a fraction: 80.89% is 0.8089

_SUFFIXES = (".toml", ".toml.txt")  # Notepad adds the second, and Windows hides it
_LARGEST = 64 * 1024  # bytes


def folder() -> Path:
    """Where people put the files of their own; it need not exist."""
    if named := os.environ.get("SELFEVAL_XL_PROFILES"):
        return Path(named)
    local = os.environ.get("LOCALAPPDATA")
    return (
        Path(local, "selfeval-xl", FOLDER) if local and Path(sys.prefix, BUNDLED).exists() else Path(sys.prefix, FOLDER)
    )


def or_national(name: str | None) -> tuple[Profile, str | None]:
    """The profile that a sheet names; where it cannot be used here, the national one and a remark."""
    try:
        return named(name), None
    except UnknownProfile:
        trouble = "在本机找不到"
    except BadProfile:
        trouble = "的规则文件有误，不能使用"
    national = profiles.NATIONAL
    return national, f"表中写的“{short(name or '', 30)}”{trouble}，已按{national.title}核对"


def named(name: str | None) -> Profile:
    """The profile of this name or title, the national one where none is named; the built-in ones cost no look at files.

    Raises `UnknownProfile`, which lists the known ones, and `BadProfile` for a file that cannot be used.
    """
    found = profiles.built_in(name)
    if found is not None:
        return found
    wanted = (name or "").strip()
    files = _files()
    asked = [file for file in files if wanted.casefold() in file.names]
    for file in asked:
        if file.profile is None:
            raise BadProfile(file.trouble).about(file.path)
    if asked and asked[0].profile is not None:
        return asked[0].profile
    known = (*PROFILES, *(file.profile for file in files if file.profile is not None))
    broken = tuple(file.path.name for file in files if file.profile is None)
    raise UnknownProfile(wanted, tuple(one.title for one in known), broken)


def all_profiles() -> tuple[Profile, ...]:
    """The built-in profiles and the usable ones of the folder, in the order of their files."""
    try:
        return (*PROFILES, *(file.profile for file in _files() if file.profile is not None))
    except BadProfile:
        return PROFILES


def bad_profiles() -> tuple[BadProfile, ...]:
    """What is wrong with each file of the folder that cannot be used."""
    try:
        return tuple(BadProfile(file.trouble).about(file.path) for file in _files() if file.profile is None)
    except BadProfile as problem:
        return (problem,)


# ---- the folder ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    """One file: the profile in it, or what is wrong, and the names by which it is asked for."""

    path: Path
    names: frozenset[str]
    profile: Profile | None
    trouble: str = ""


def _files() -> tuple[_File, ...]:
    """All profiles of the folder as they are now. Raises `BadProfile` where the folder cannot be looked into."""
    place = folder()
    try:
        paths = sorted(path for path in place.iterdir() if _stem(path) and path.name[0] not in ".~")
    except FileNotFoundError:
        return ()
    except OSError as problem:
        trouble = f"所在的文件夹无法读取（{why(problem)}）。请确认它是文件夹，并有读取权限。"
        raise BadProfile(trouble).about(place) from None
    return _without_clashes([file for file in map(_file, paths) if file is not None])


def _stem(path: Path) -> str:
    """The file's name without its ending; blank for a file of another kind."""
    ending = next((suffix for suffix in _SUFFIXES if path.name.casefold().endswith(suffix)), "")
    return path.name[: -len(ending)] if ending else ""


def _file(path: Path) -> _File | None:
    """The file, read only if it has changed; None if it has just gone. A refusal is not remembered."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            kind = "文件夹" if stat.S_ISDIR(found.st_mode) else "设备或管道"
            trouble = f"是{kind}，不是文件。请把它移走，或换成评分规则文件。"
        elif found.st_size > _LARGEST:
            trouble = f"过大（超过 {_LARGEST // 1024} KB），不像评分规则，未读取。请核对是否放错了文件。"
        else:
            return _read(path, found.st_mtime_ns, found.st_size)
    except FileNotFoundError:
        return None
    except OSError as problem:
        trouble = f"无法读取（{why(problem)}）。请确认有读取权限，并关闭正在使用它的程序后重试。"
    return _File(path, frozenset([_stem(path).casefold()]), None, trouble)


@lru_cache(maxsize=4096)
def _read(path: Path, _modified: int, _size: int) -> _File:
    """The file as it was at this moment. Raises `OSError`."""
    content = path.read_bytes()
    names = frozenset(name.casefold() for name in (_stem(path), _title(content)) if name)
    try:
        return _File(path, names, _profile(_stem(path), _table(_text(content))))
    except _Wrong as problem:
        return _File(path, names, None, str(problem))


def _without_clashes(files: list[_File]) -> tuple[_File, ...]:
    """No name stands for two profiles: which one is meant nobody could tell."""
    owners: dict[str, set[str]] = {}
    for file in files:
        if file.profile is not None:
            for name in file.names:
                owners.setdefault(name, set()).add(file.path.name)

    def checked(file: _File) -> _File:
        others = sorted({other for name in file.names for other in owners.get(name, ())} - {file.path.name})
        if file.profile is None or not others:
            return file
        trouble = f"与同一文件夹中的“{others[0]}”同名。请改其中一个的“名称”或文件名，或把多余的文件移走。"
        return replace(file, profile=None, trouble=trouble)

    return tuple(map(checked, files))


# ---- the text of a file --------------------------------------------------------------------------------------


class _Wrong(Exception):
    """The second half of a sentence that begins with the file."""


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BARE_KEY = expression(r"""(?m)^([ \t]*)([^\s"'#=.,\\\[\]{}]*[^\x00-\x7f][^\s"'#=.,\\\[\]{}]*)(?=[ \t]*=)""")
_TITLE = expression(r"""(?m)^\s*["']?名称["']?\s*[=＝]\s*["'“‘]?([^"'”’#\r\n]+)""")
_LINE = expression(r"at line (\d+)")
_EXAMPLE = '每行写作：名称 = "云岭市"；等号、引号、逗号、方括号须用英文半角。'


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Wrong(
            f"不是以 UTF-8 编码保存的{_other_code(content)}。"
            "请用记事本打开它，选“文件”“另存为”，“编码”一栏选 UTF-8，再保存。"
        ) from None


def _other_code(content: bytes) -> str:
    if content.startswith(_UTF_16):
        return "（记事本里叫 Unicode 或 UTF-16）"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "（记事本里叫 ANSI，即 GB18030）"


def _title(content: bytes) -> str:
    """The name that the file gives itself, as well as it can be made out in a file that is otherwise wrong."""
    code = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = content.decode(code)
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    found = _TITLE.search(text)
    return found.group(1).strip() if found else ""


def _table(text: str) -> dict[str, Any]:
    """What the file says. TOML wants quotation marks around Chinese keys; here they may be left out."""
    import tomllib

    try:
        return tomllib.loads(_BARE_KEY.sub(r'\1"\2"', text) + "\n", parse_float=_decimal)
    except RecursionError:
        raise _Wrong("里方括号或花括号套得太深。请照说明中的例子改写。") from None
    except ValueError as problem:
        raise _Wrong(_not_toml(str(problem), text)) from None


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except ArithmeticError:
        return Decimal("NaN")


def _not_toml(complaint: str, text: str) -> str:
    line = _LINE.search(complaint)
    if line is None:
        if "end of document" in complaint:
            return f"到末尾还没有写完，多半少了右引号或右方括号。{_EXAMPLE}"
        return "里有写得过长的数字。请改正后保存。"
    number = int(line.group(1))
    said = f"第 {number} 行（{short(text.split(chr(10))[number - 1])}）"
    if "overwrite" in complaint:
        return f"{said}把前面已有的一项又写了一遍。请只留一行。"
    return f"{said}不合 TOML 的写法。{_EXAMPLE}"


# ---- what may stand in a file --------------------------------------------------------------------------------

Reader = Callable[[str, Any], Any]
# Words that also a drop-down list, a formula and Excel's MATCH take as they are.
_PLAIN_WORDS = expression(r"\w(?: ?[\w（）()〔〕·.—-])*")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_OFF = "，或写 false（不作要求）"
_AS_FRACTION = "（百分之九十写作 0.9）"
_AS_MULTIPLE = "（超出两成写作 1.2）"


def _shown(value: Any) -> str:
    """A wrong value as a sentence repeats it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "一个列表"
    if isinstance(value, dict):
        return "一组内容"
    if isinstance(value, str):
        return f"“{short(value)}”"
    return short(str(Decimal(value) if isinstance(value, int) else value))


def _number(key: str, value: Any, low: int, high: int, hint: str = "") -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        quoted = "数字不加引号。" if isinstance(value, str) else ""
        raise _Wrong(f"的“{key}”应为数字{hint}，现为{_shown(value)}。{quoted}请改正后保存。")
    number = Decimal(value)
    if not number.is_finite() or not low <= number <= high:
        raise _Wrong(f"的“{key}”应在 {low} 到 {high} 之间{hint}，现为 {_shown(value)}。请改正后保存。")
    if number != round(number, 6):
        raise _Wrong(f"的“{key}”最多写 6 位小数，现为 {_shown(value)}。请改正后保存。")
    return Decimal(plain((number + 0).normalize()))


def _between(low: int, high: int, hint: str = "") -> Reader:
    return lambda key, value: _number(key, value, low, high, hint)


def _or_off(low: int, high: int, hint: str) -> Reader:
    return lambda key, value: None if value is False else _number(key, value, low, high, hint + _OFF)


def _whole(low: int, high: int, more: int = 0) -> Reader:
    def read(key: str, value: Any) -> int:
        number = _number(key, value, low, high)
        if isinstance(value, Decimal):
            raise _Wrong(f"的“{key}”应为整数，现为 {_shown(value)}。请改正后保存。")
        return int(number) + more

    return read


def _said(key: str, value: Any, most: int) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise _Wrong(f"的“{key}”应为引号中的文字，现为{_shown(value)}。请改正后保存。")
    if len(text) > most or not text.isprintable():
        raise _Wrong(f"的“{key}”应写在一行内，不超过 {most} 个字。请改正后保存。")
    return text


def _plain_words(key: str, value: Any, most: int) -> str:
    text = _said(key, value, most)
    if not _PLAIN_WORDS.fullmatch(text):
        raise _Wrong(
            f"的“{key}”（{short(text)}）中有不能用的符号。请只用汉字、字母、数字、括号、间隔号、点和短横，并以前三种开头。"
        )
    return text


def _at_most(key: str, value: Any) -> str:
    written = re.sub(r"\s", "", half_width(value)).upper() if isinstance(value, str) else ""
    found = AT_MOST.get(written.replace("÷", "/").replace("−", "-"))
    if found is None:
        raise _Wrong(f'的“{key}”应为 "A/B" 或 "1-(B-A)/A"，现为{_shown(value)}。请改正后保存。')
    return found


def _rows(key: str, value: Any, width: int, example: str) -> list[list[Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(r, list) and len(r) == width for r in value):
        raise _Wrong(f"的“{key}”的写法不对。请写作：{key} = {example}")
    return value


def _bands(key: str, value: Any) -> tuple[tuple[str, Decimal, Decimal], ...]:
    """Reached, partly reached and not reached, from 1 down to 0 without a gap."""
    rows = _rows(key, value, 3, '[["达成", 0.8, 1], ["部分达成", 0.6, 0.8], ["未达成", 0, 0.6]]')
    bands = tuple(
        (_plain_words(key, name, 10), _number(key, low, 0, 1, _AS_FRACTION), _number(key, high, 0, 1, _AS_FRACTION))
        for name, low, high in rows
    )
    if len(bands) != 3:
        raise _Wrong(f"的“{key}”应有三档（达成、部分达成、未达成），现有 {len(bands)} 档。请补齐或删去多余的。")
    for name, low, high in bands:
        if low >= high:
            raise _Wrong(f"的“{key}”中“{name}”的下限 {low} 不低于上限 {high}。每档先写下限，再写上限，请改正后保存。")
    for (name, low, _), (following, _, high) in pairwise(bands):
        if low != high:
            raise _Wrong(
                f"的“{key}”不衔接：“{name}”的下限是 {low}，下一档“{following}”的上限是 {high}。"
                "请从高到低排列，并使两数相同。"
            )
    if bands[0][2] != 1 or bands[-1][1] != 0:
        raise _Wrong(f"的“{key}”应从 1 排到 0，现从 {bands[0][2]} 排到 {bands[-1][1]}。请改正后保存。")
    return bands


def _grades(key: str, value: Any) -> tuple[tuple[Decimal, str], ...]:
    """Each grade with the points from which it counts, the last one from 0."""
    rows = _rows(key, value, 2, '[[90, "优"], [80, "良"], [60, "中"], [0, "差"]]')
    grades = tuple((_number(key, points, 0, 100), _plain_words(key, name, 10)) for points, name in rows)
    for (upper, name), (points, following) in pairwise(grades):
        if points >= upper:
            raise _Wrong(
                f"的“{key}”应从高到低：“{name}”从 {upper} 分起，下一档“{following}”从 {points} 分起。请改正后保存。"
            )
    if len({name for _, name in grades}) < len(grades):
        raise _Wrong(f"的“{key}”中有两档同名。请改正后保存。")
    if grades[-1][0] != 0:
        raise _Wrong(f"的“{key}”最后一档应从 0 分起，现从 {grades[-1][0]} 分起。请补上最低的一档。")
    return grades


# The words for each number of `Rules`, and how its value is read. The form has 100 points with two decimals, and they
# are not for change: a total adds any number of cells, so that none of them can name a profile.
NUMBERS: dict[str, tuple[str, Reader]] = {
    "预算执行率分值": ("execution_points", _between(0, 100)),
    "无预算时执行率": ("rate_without_budget", _between(0, 1, _AS_FRACTION)),
    "执行率百分比小数位": ("rate_places", _whole(0, 4, OF_PER_CENT)),
    "评价等级": ("grades", _grades),
    "不超过类指标": ("at_most", _at_most),
    "定性区间": ("bands", _bands),
    "明显超标倍数": ("far_above_marked", _or_off(1, 10, _AS_MULTIPLE)),
    "超标需说明倍数": ("far_above_reason", _or_off(1, 10, _AS_MULTIPLE)),
    "执行率低于需说明": ("low_execution", _or_off(0, 1, _AS_FRACTION)),
}
FIXED = {"得分小数位": "score_places", "满分": "total_points"}
HEAD = ("名称", "依据", "地区", "年度", "沿用")
_NEEDED = {"名称": '名称 = "云岭市"', "依据": '依据 = "云岭市财政局……通知"'}


def _profile(stem: str, said: dict[str, Any]) -> Profile:
    """The profile that a file describes, each of its numbers with the file's notice."""
    for key in said:
        if key not in NUMBERS and key not in HEAD:
            raise _Wrong(_unknown(key))
    for key, example in _NEEDED.items():
        if key not in said:
            raise _Wrong(f"缺少“{key}”。请加上一行，例如：{example}")
    title = _own_name(stem, said["名称"])
    source = Source(
        _said("依据", said["依据"], 100),
        _said("地区", said.get("地区", title), 30),
        _whole(_FIRST_YEAR, _LAST_YEAR)("年度", said["年度"]) if "年度" in said else None,
    )
    base = profiles.built_in(_said("沿用", said.get("沿用", profiles.NATIONAL.title), 30))
    if base is None:
        titles = "、".join(one.title for one in PROFILES)
        raise _Wrong(f"的“沿用”是{_shown(said['沿用'])}，只能沿用内置的规则：{titles}。请改正后保存。")
    numbers = {field: read(key, said[key]) for key, (field, read) in NUMBERS.items() if key in said}
    return profiles.based_on(base, stem, title, source, **numbers)


def _own_name(stem: str, said: Any) -> str:
    """The profile's title, where neither it nor the file's name is another's."""
    title = _plain_words("名称", said, 30)
    if not isinstance(read_value(title), str):
        raise _Wrong(f"的“名称”（{title}）在单元格里会被当成数字。请加上文字，例如“{title}年规则”。")
    if profiles.built_in(title) is not None:
        raise _Wrong(f"的“名称”（{title}）已是内置规则的名称。请换一个，例如“{title}本级”。")
    if profiles.built_in(stem) is not None:
        raise _Wrong("的文件名与内置规则同名。请给文件改名。")
    if len(stem) > 40 or not _PLAIN_WORDS.fullmatch(stem):
        raise _Wrong("的文件名太长，或有不能用的符号。请改成不超过 40 个字、只有汉字、字母、数字、括号和短横的名称。")
    return title


def _unknown(key: str) -> str:
    from difflib import get_close_matches

    if key in FIXED:
        return f"里写了“{key}”，这一项不能改（满分 100 分，得分保留两位小数）。请删去这一行。"
    known = (*HEAD, *NUMBERS)
    near = get_close_matches(key, known, 1, 0.4)
    settled = f"是不是“{near[0]}”？请改正后保存。" if near else f"可写的有：{'、'.join(known)}。"
    return f"里有不认识的“{short(key)}”。{settled}"
