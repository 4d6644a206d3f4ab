"""The words around the number of a target or actual value, as tables, and a text cut into them.

`tokens` goes through a text once. What stands before a number and what stands after it are two languages: 超过 of
超过60次 compares, 以内 of 3天以内 limits. So each has its tables: a number leads from the first to the second, and the
mark of a range back. A new word is one word more in its line; the longest word wins.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum, auto
from itertools import product
from typing import NamedTuple

from selfeval_xl.cells import read_number
from selfeval_xl.patterns import expression
from selfeval_xl.units import COUNTED


class Kind(Enum):
    """What a token is; its `meaning` is given in brackets where it has one."""

    NUMBER = auto()  # 60, 1,200, 二十四 (the number)
    TEXT = auto()  # whatever stands in no table
    NOTE = auto()  # (含线上) (what stands in the brackets)
    # before a number
    SIGN = auto()  # ≥, 不低于, 完成 (the sign)
    MOVE = auto()  # 下降至, 提高到: a value that something moves to (the sign)
    MONEY = auto()  # ¥, 人民币
    PLUS_MINUS = auto()  # ±, also after a number
    FROM = auto()  # 由80%提高到90%
    YEAR = auto()  # 2022年, 本年度: the form is of one year
    LAST_YEAR = auto()  # 较上年, 同比
    DOING = auto()  # 实际, 已, 开展: says only that something was done
    UNSURE = auto()  # 未, 约, 预计: not the number that is stated
    ORDER = auto()  # 第, 前, 排名: a place and no count
    NAME = auto()  # words in which a word of another line says nothing: 节约, 接待
    # after a number
    LIMIT = auto()  # 以上, 以内 at the end (the sign)
    MORE = auto()  # 多, 余
    ABOUT = auto()  # 左右
    DONE = auto()  # 100%完成
    RANGE = auto()  # 5-8, 5至8
    AND = auto()  # ≥90%且≤100%


class Token(NamedTuple):
    """A piece of the text, with what it means."""

    kind: Kind
    text: str
    meaning: str = ""
    number: Decimal = Decimal(0)


# ---- the tables ----------------------------------------------------------------------------------------------


def _all(*parts: str) -> str:
    """Every word that takes one piece of each part; · stands for no piece."""
    return " ".join("".join(pieces).replace("·", "") for pieces in product(*(part.split() for part in parts)))


Table = dict[Kind, dict[str, str]]  # what each kind can mean, and the words for it

# Words that stand directly before a number.
_LEADING: Table = {
    Kind.SIGN: {
        "≥": "≥ >= => ≧ ⩾ ≥= 至少 最低 大于等于 大于或等于 高于等于 高于或等于 "
        + _all("不 不得 不应 不能", "低于 少于 小于"),
        "≤": "≤ <= =< ≦ ⩽ ≤= 至多 最多 最高 控制在 小于等于 小于或等于 低于等于 低于或等于 "
        + _all("· 控制在", "不 不得 不应 不能", "超过 超出 高于 大于 多于"),
        ">": "> 大于 高于 超过 多于 超出 超",
        "<": "< 小于 低于 少于",
        "=": "= == ﹦ ═ 等于 达 达到 共 共计 完成",
        "": "为",
    },
    Kind.MOVE: {
        "≥": _all("提高 提升 上升 增加 增长 扩大 升高 升", "至 到"),
        "≤": _all("下降 降低 降 压减 压缩 压降 减少 缩减 缩短 削减", "至 到"),
    },
    Kind.MONEY: {"": "¥ 人民币"},
    Kind.PLUS_MINUS: {"": "±"},
}

# The other words before a number.
_BEFORE: Table = {
    Kind.FROM: {"": "由 从"},
    Kind.YEAR: {"": "年内 年度内 年度 " + _all("本年 当年 全年 每年", "· 度", "· 内")},
    Kind.DOING: {
        "": "实际 已 已经 累计 共 共计 合计 总计 完成 开展 举办 组织 实施 执行 实现 新增 新建 采购 购置 发放 支出 "
        "达 达到 为 了"
    },
    Kind.UNSURE: {"": "未 没 不 非 无 约 近 估 预计 计划 拟 将 除 原 左右 目标 暂 待 部分 差 欠 至今"},
    Kind.ORDER: {"": "第 前 后 排名 位列 版 级 类 编号"},
    Kind.NAME: {
        "": "未成年 不动产 非遗 无障碍 节约 近视 目标完成 目标达成 接待 招待 差旅 差额 预约 签约 合约 超额 PM2.5 PM10"
    },
}

# Words between two numbers, after the unit of the first.
_BETWEEN: Table = {
    Kind.RANGE: {"": "~ - — – 至 到"},
    Kind.AND: {"": "且 并且"},
    Kind.PLUS_MINUS: {"": "±"},
}

# Words that stand at the end, after the unit.
_ENDING: Table = {
    Kind.LIMIT: {
        "≥": _all("· 及 及其 含 (含) 或 或者", "以上"),
        "≤": "内 " + _all("· 及 及其 含 (含) 或 或者", "以内 以下 之内 范围内"),
    },
    Kind.DONE: {"": "完成 覆盖 到位 合格 达标 发放 执行"},
}

# The other words after a number.
_AFTER: Table = {
    Kind.MORE: {"": "多 余"},
    Kind.ABOUT: {"": "左右 上下 附近"},
    Kind.TEXT: {"": "/10万 /100万 /100"},  # units with a digit
}
_SPELLINGS = {"m2": "m²", "m3": "m³"}  # as they read in half width

# Words that a quantity's name ends with: the number after it is a number of it.
_QUANTITIES = """
率 度 数 量 额 长度 面积 里程 比例 占比 增长 增加 增幅 提高 提升 上升 下降 降低 降幅 减少 节约 压减 压缩 缩短
标准 成本 费 费用 金额 单价 收入 支出 增收 PM2.5 PM10
"""
QUANTITIES = tuple(_QUANTITIES.split())

# ---- numbers in characters -----------------------------------------------------------------------------------

_DIGITS = {word: value for value, words in enumerate(("零〇", "一", "二两", *"三四五六七八九")) for word in words}
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = f"[{''.join((*_DIGITS, *_TENS))}]{{1,9}}"
_PER_CENT = expression(rf"百分之?(?:({_CHINESE})(?:点([零〇一二三四五六七八九]+))?|(\d+(?:\.\d+)?))")


def spoken_number(words: str) -> int | None:
    """二十四 is 24; None where the words are no number in the usual order."""
    if words == "百":
        return 100
    whole, digit, least = 0, None, 10**4
    for word in words:
        if word in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[word]
        else:
            power = _TENS[word]
            if power >= least or (digit is None and (word != "十" or whole)):
                return None
            whole, digit, least = whole + (1 if digit is None else digit) * power, None, power
    if digit is not None and whole and least > 10 and "零" not in words and "〇" not in words:
        return None  # 一百二 is 120, or not
    return whole + (digit or 0)


# 九成以上 is 90%以上; 完成 and 一成不变 are no shares.
_TENTHS = expression(r"(?<![^≥≤<>=于过达到])([一二三四五六七八九])成(?=$|以上|以下|以内|左右|\()")
_HALF_AN_HOUR = expression(r"(?<![^≥≤<>=于过到在])半个?小时(?=$|以内|之内|内|以上)")


def _per_cent(match: re.Match[str]) -> str:
    """百分之九十五点五 is 95.5%, 百分百 is 100%."""
    if match[3]:
        return f"{match[3]}%"
    whole = spoken_number(match[1])
    fraction = "".join(str(_DIGITS[word]) for word in match[2] or "")
    return match[0] if whole is None else f"{whole}.{fraction}%" if fraction else f"{whole}%"


# ---- cutting a text ------------------------------------------------------------------------------------------


def _by_word(table: Table) -> dict[str, tuple[Kind, str]]:
    return {
        word: (kind, meaning)
        for kind, meanings in table.items()
        for meaning, words in meanings.items()
        for word in words.split()
    }


def _any(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _of(table: Table, kind: Kind) -> str:
    return _any(_by_word({kind: table[kind]}))


_LEADS, _MIDDLES, _ENDS = _by_word(_LEADING), _by_word(_BETWEEN), _by_word(_ENDING)
_WORDS_BEFORE, _WORDS_AFTER = _by_word(_BEFORE), _by_word(_AFTER)

_FIGURE = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?(?:\d+(?:\.\d+)?|\.\d+)"
_FIGURE_AHEAD = r"(?=[+-]?\.?\d)"
_COUNT = rf"{_CHINESE}(?=(?:{_any(COUNTED)})?(?:{_of(_ENDING, Kind.LIMIT)})?$)"  # 三 of 三次, but not of 三公经费
_NOTE = r"\((?P<note>[^()]*)\)"
_BEFORE_NUMBER = expression(
    rf"(?P<lead>{_any(_LEADS)})(?:{_FIGURE_AHEAD}|(?=¥|人民币|{_COUNT}))"
    r"|(?P<year>(?:19|20)\d{2}年(?:度|全年|内)?(?=.))"
    rf"|(?P<figure>{_FIGURE})"
    rf"|(?P<count>{_COUNT})"
    r"|(?P<last_year>同比|[较比与][上去往](?:一?年)?(?:度|同期)*(?:相比)?)"
    rf"|(?P<before>{_any(_WORDS_BEFORE)})"
    rf"|{_NOTE}"
)
_AFTER_NUMBER = expression(
    rf"(?P<end>{_any(_ENDS)})(?=$|\()"
    rf"|(?P<middle>{_any(_MIDDLES)})+(?=[+-]?\.?\d|[≥≤<>])"
    rf"|(?P<lead>{_of(_LEADING, Kind.MOVE)}){_FIGURE_AHEAD}"
    rf"|(?P<figure>{_FIGURE})"
    rf"|(?P<after>{_any(_WORDS_AFTER)})"
    rf"|{_NOTE}"
)
_TABLES = {"lead": _LEADS, "before": _WORDS_BEFORE, "middle": _MIDDLES, "end": _ENDS, "after": _WORDS_AFTER}
_PATTERNS = {"year": Kind.YEAR, "last_year": Kind.LAST_YEAR}
_BACK = (Kind.RANGE, Kind.AND, Kind.PLUS_MINUS, Kind.MOVE)  # another number follows them
_BEFORE_COUNTS = (Kind.SIGN, Kind.MOVE, Kind.DOING, Kind.YEAR)  # 三 is 3 in 不少于三次, but not in 第三批, 培训三次


def sign_of(words: str) -> str:
    """The sign that the words mean by themselves, or "" where they are none."""
    kind, sign = _LEADS.get(words, (Kind.TEXT, ""))
    return sign if kind is Kind.SIGN else ""


def tokens(text: str) -> list[Token]:
    """A text in half width and without blanks, cut into its words; 百分之九十五 as 95 and %."""
    if "百分" in text:
        text = _PER_CENT.sub(_per_cent, text)
    if "成" in text:
        text = _TENTHS.sub(lambda match: f"{_DIGITS[match[1]]}0%", text)
    if "半" in text:
        text = _HALF_AN_HOUR.sub("30分钟", text)
    for spelled, usual in _SPELLINGS.items():
        text = text.replace(spelled, usual)
    found: list[Token] = []
    pattern, position, begins = _BEFORE_NUMBER, 0, 0  # where a word is looked for, and where plain text begins
    while match := pattern.search(text, position):
        start = match.start()
        token = _token(match, found, is_joined=begins == start)
        position = start + 1 if token is None else match.end()
        if token is None:
            continue
        if begins < start:
            found.append(Token(Kind.TEXT, text[begins:start]))
        found.append(token)
        begins = position
        if token.kind is Kind.NUMBER:
            pattern = _AFTER_NUMBER
        elif token.kind in _BACK:
            pattern = _BEFORE_NUMBER
    if begins < len(text):
        found.append(Token(Kind.TEXT, text[begins:]))
    return found


def _token(match: re.Match[str], before: list[Token], *, is_joined: bool) -> Token | None:
    """The word that was found; None where it is only a part of the text."""
    group, text = str(match.lastgroup), match[0]
    if group in _TABLES:
        kind, meaning = _TABLES[group][match[group]]
        return Token(kind, text, meaning)
    if group in _PATTERNS:
        return Token(_PATTERNS[group], text)
    if group == "note":
        return Token(Kind.NOTE, text, match["note"])
    number: Decimal | int | None = None
    if group == "figure":
        number = read_number(text)
    elif is_joined and all(token.kind in _BEFORE_COUNTS for token in before[-1:]):
        number = spoken_number(text)
    return None if number is None else Token(Kind.NUMBER, text, number=Decimal(number))
