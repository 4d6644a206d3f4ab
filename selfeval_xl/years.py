"""Years in words: which are surely years, and which belong to another time, a document, a count or a code.

2022年12月底前, 2022-12-31, （2022）, ２０２２年, 二〇二二年, 22年6月; but 2022个, 财预〔2022〕10号, 较2022年,
2020-2022年, XM2022001.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from selfeval_xl.patterns import expression

# Signs of one length each, so that a place in the plain text is the same place in the text as written.
_ZEROS = "〇○零O"
_NUMERALS = "〇一二三四五六七八九"
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_PLAIN = _WIDE | {ord(dash): ord("-") for dash in "—–―─~～－"} | str.maketrans("　〔【〕】", " [[]]")
_OF_NUMERALS = str.maketrans(f"{_ZEROS}一二三四五六七八九", "0" * len(_ZEROS) + "123456789")
_IN_NUMERALS = expression(rf"[一二][九{_ZEROS}][{_ZEROS}一二三四五六七八九]{{2}}(?=\s*年)")

_YEAR = expression(r"(?<!\d)(?:(?:19|20)\d\d|[12] [09] \d \d)(?!\d)|(?<![\d.])\d\d(?=年(?:1[0-2]|0?[1-9])月)")
_FOLLOWED_BY_YEAR = expression(r"[\s)\]]*年")
_DAY = expression(
    r"\s?([./-])\s?(?:1[0-2]|0?[1-9])\s?\1\s?(?:3[01]|[12]\d|0?[1-9])(?![\dA-Za-z_号]|-\d{3})"
    r"|[./](?:1[0-2]|0?[1-9])(?=月|前|底|末|[之以]前|[上中下]旬|-(?:19|20)\d\d[./])|-(?:1[0-2]|0?[1-9])(?=月|前|底|末|[之以]前)"
)
_LEAP_DAY = expression(r"\s*(?:年\s*0?2月\s*29|([./-])0?2(?:\1)29)(?!\d)")
_SAME_SPAN = expression(r"[./]\d{1,2}\s*-\s*")  # between two months of one year
_BETWEEN = expression(r"\s*年?度?\s*(?:[-/,、至到和与及])+\s*")  # two years that belong together
_SENTENCE = expression(r"[。;!?\n]")
_CLAUSE = expression(r"[。;!?\n,:]")

# What makes it the year of something else.
_OTHER_BEFORE = expression(r"(?:较|比|占|高于|低于|优于|超过?|自|从|以|与|同|对照|对标|参照|根据|依据|按照?)\s*$")
_OTHER_BEHIND_A_NAME = expression(r"\s*年?度?(?:级|届|以来|起|版|末?结[转余]|续建|跨年|[)\]]\s*第?\s*\d|第?\d+号)")
_OTHER_BEHIND = expression(
    _OTHER_BEHIND_A_NAME.pattern
    + r"|\s*年度?(?:(?:及|和|[(]含[)])?[之以]?[前后]|来(?!源)|末?基[数期准]|的?基础|水平|均值|平均|不变价|同期)"
    r"|\s*年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起|以来|[之以]后|(?:已经?|正式)?(?:开工|开始|启动|立项|获批|签订|印发|出台|成立))"
    r"|\s*年度?(?![\d底末内全第上下])[^,。;完成制编出定]{0,6}?(?:文件|通知|办法|方案|规划|意见|标准(?!化)|批复|合同|协议)"
)
_NEAR = 200  # characters on both sides of a year that are looked at
_UNTIL, _NO_MONTH = expression(r"到\s*$"), expression(r"\s*年(?!\s*\d{1,2}\s*月)")  # 到2022年底 ends a longer plan
# What a name has behind its year and no count has.
_COUNTED = expression(r"\s*(?:[\d.A-Za-z%％个元万亿人户次件条名家亩套台册吨级届号]|[-_]\s*\d)")


@dataclass(frozen=True)
class Year:
    """Four digits, or two before a month, as they stand in a text.

    `is_year`: surely no number, count or code. `is_own`: nothing around it says that it is the year of something else.
    """

    year: int
    start: int
    end: int
    is_year: bool
    is_own: bool


@dataclass(frozen=True)
class Sentence:
    """A part of a text that is judged as a whole, with its years."""

    start: int
    text: str
    years: tuple[Year, ...]


def sentences(text: str, *, is_name: bool = False) -> Iterator[Sentence]:
    """The sentences of a text that have years in them; in a name also 2022 alone is one."""
    plain = _IN_NUMERALS.sub(lambda found: found[0].translate(_OF_NUMERALS), text.translate(_PLAIN))
    edges = [-1, *(found.start() for found in _SENTENCE.finditer(plain)), len(plain)]
    for before, end in pairwise(edges):
        start, said = before + 1, plain[before + 1 : end]
        found = _linked([_year(said, match, is_name=is_name) for match in _YEAR.finditer(said)], said)
        if found:
            placed = (replace(one, start=start + one.start, end=start + one.end) for one in found)
            yield Sentence(start, text[start:end], tuple(placed))


def _year(said: str, match: re.Match[str], *, is_name: bool) -> Year:
    digits = match[0].replace(" ", "")
    before, behind = said[max(0, match.start() - _NEAR) : match.start()], said[match.end() : match.end() + _NEAR]
    is_dated = _FOLLOWED_BY_YEAR.match(behind) is not None or (
        not re.search(r"[A-Za-z_.]-?$", before) and _DAY.match(behind) is not None
    )
    is_alone = not re.search(r"[\w.]$|\d-$", before, re.ASCII) and _COUNTED.match(behind) is None
    other_behind = _OTHER_BEHIND_A_NAME if is_name else _OTHER_BEHIND
    is_other = (
        _OTHER_BEFORE.search(before) or other_behind.match(behind) or _LEAP_DAY.match(behind)
        or before.count("《") > before.count("》") or (_UNTIL.search(before) and _NO_MONTH.match(behind))
    )  # fmt: skip
    is_year = is_dated or (is_name and is_alone and not is_other)
    return Year(int(digits if len(digits) > 2 else f"20{digits}"), match.start(), match.end(), is_year, not is_other)


def _linked(found: list[Year], said: str) -> list[Year]:
    """Of 2020-2022年 both are years, and neither stands for itself; 2022.1-2022.12 is one span of the year."""
    for at, (one, other) in enumerate(pairwise(found)):
        if one.year != other.year and other.is_year and _BETWEEN.fullmatch(said, one.end, other.start):
            found[at : at + 2] = (replace(one, is_year=True, is_own=False), replace(other, is_own=False))
        if one.year == other.year and one.is_year and _SAME_SPAN.fullmatch(said, one.end, other.start):
            found[at + 1] = replace(other, is_year=True)
    return found


def clause_around(text: str, year: Year) -> str:
    """The words around a year, to the next comma on both sides."""
    plain = text.translate(_PLAIN)
    edges = [-1, *(found.start() for found in _CLAUSE.finditer(plain)), len(plain)]
    begins = max(edge for edge in edges if edge < year.start)
    return text[begins + 1 : min(edge for edge in edges if edge >= year.end)].strip()


def written_like(written: str, year: int) -> str:
    """The year in the digits in which another one is written: ２０２２ becomes ２０２３, 二〇二二 becomes 二〇二三."""
    digits = iter(str(year)[-sum(not sign.isspace() for sign in written) :])
    zero = next((sign for sign in written if sign in _ZEROS), _ZEROS[0])
    return "".join(sign if sign.isspace() else _digit_like(sign, next(digits), zero) for sign in written)


def _digit_like(sign: str, digit: str, zero: str) -> str:
    if "０" <= sign <= "９":
        return chr(ord(digit) + 0xFEE0)
    if sign in _ZEROS or sign in _NUMERALS:
        return zero if digit == "0" else _NUMERALS[int(digit)]
    return digit
