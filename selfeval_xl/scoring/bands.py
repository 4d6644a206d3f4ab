"""Which band the words of an actual value say: reached, partly reached or not reached.

The words are those of the form's notes (达成预期指标, 部分达成年度指标并具有一定效果), or those of the target itself.
"""

import re

from selfeval_xl.cells import half_width
from selfeval_xl.scoring.direction import is_to_be_avoided
from selfeval_xl.scoring.measures import Measure

REACHED, PARTLY, MISSED = 0, 1, 2

_DONE = r"(?:达成|达到|完成|实现)"
_TARGET = r"(?:了)?(?:年度|年初|预期|预定|既定|设定|绩效|各项)*(?:指标|目标|效果|要求|值)*(?:要求|值)?"
_EFFECT = r"(?:并|且)?(?:具有|有|取得)?(?:了)?一定(?:的)?(?:效果|成效)"
_ALL = r"(?:已经?|全部|完全|均|全面|按期|如期|圆满|顺利)*"
_POOR = r"(?:(?:并|且)?(?:效果|成效)(?:较|很)?差)?"
_NOTES = {
    REACHED: re.compile(rf"{_ALL}(?:{_DONE}{_TARGET}|达标)"),
    PARTLY: re.compile(rf"部分{_DONE}{_TARGET}(?:{_EFFECT})?"),
    MISSED: re.compile(rf"(?:未|没有|未能){_DONE}{_TARGET}{_POOR}"),
}

_DENIED = re.compile(r"(?:未能|尚未|没有|未|没|不|无)(?P<what>.+)")
# Words beside those of the target that may make less of it: 基本, 力争, 逾期, 零增长.
_WEAKENING_WORDS = """
未 没 不 无 难 尚 欠 较 略 稍 待 拟 将 非 差 低 弱 少 慢 滞 缺 争 需 应 须 要 望 可能 会 利 助 若 促 部分 基本 有所 一定
预计 计划 延 大致 初步 逐步 正在 努力 争取 逾 超期 过半 返 个别 零 半 勉强 停
"""
_WEAKENING = re.compile("|".join(_WEAKENING_WORDS.split()))
_LONGEST_BEFORE = 12  # characters before the target's own words


def which_band(target: Measure, actual: Measure) -> int | None:
    """The band that the actual value says; None where it does not say which.

    基本 and 较 do not say it: one version of the notes counts 基本达成 to the first band, others to the second.
    """
    target_words, actual_words = _words(target.written), _words(actual.written)
    if target_words and actual_words == target_words:
        return REACHED
    noted = next((band for band, notes in _NOTES.items() if notes.fullmatch(actual_words)), None)
    if noted is not None or re.search(r"\d", target_words):
        return noted  # a target with numbers that were not understood
    if actual.number is not None:
        is_all = actual.is_ratio and actual.number == 1 and actual.sign in ("", "=") and not actual.name
        return REACHED if is_all and not is_to_be_avoided(target_words) else None
    if not target_words or re.search(r"\d", actual_words):
        return None
    return _by_its_words(target_words, actual_words)


def _by_its_words(target_words: str, actual_words: str) -> int | None:
    """What the target's own words say with others before them: 部分完成, 未完成, 已完成."""
    target_denies, actual_denies = _DENIED.fullmatch(target_words), _DENIED.fullmatch(actual_words)
    if actual_words == f"部分{target_words}":
        return PARTLY
    if target_denies is not None and actual_denies is not None and target_denies["what"] == actual_denies["what"]:
        return REACHED  # 没有投诉 for 无投诉
    if actual_denies is not None and actual_denies["what"] == target_words:
        return MISSED  # 未完成 for 完成
    if target_denies is not None and target_denies["what"] == actual_words:
        return MISSED  # 低于上年 for 不低于上年
    if len(target_words) > 1 and actual_words.endswith(target_words):
        before = actual_words.removesuffix(target_words)
        return REACHED if len(before) <= _LONGEST_BEFORE and not _WEAKENING.search(before) else None
    return None


_PUNCTUATION = re.compile(r"((?<=\d)\W+(?=\d))|[\W_]+")


def _words(text: str) -> str:
    """The words without their punctuation, but 30±2 is not 302."""
    return _PUNCTUATION.sub(r"\1", "".join(half_width(text).split()))
