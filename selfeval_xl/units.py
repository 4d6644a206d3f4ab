"""Units as forms write them, and what turns one into another: 千米 is 公里, 12000米 are 12公里, 450亩 are 30公顷.

A new unit, or another name of one, is a line of a table. A counting word is never another's name: 人 and 人次,
户 and 人, 台 and 辆 stay apart.
"""

from decimal import Decimal
from itertools import product
from typing import NamedTuple

from selfeval_xl.cells import shorter
from selfeval_xl.patterns import expression

# ---- the tables ----------------------------------------------------------------------------------------------

RATIOS = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "百分比": Decimal("0.01"), "/100": Decimal("0.01")}
MONEY = ("元", "美元", "欧元")
TIMES = ("毫秒", "秒", "分钟", "小时", "天", "工作日", "月", "年")
INCIDENTS = ("起", "例", "宗")
_THINGS = "台 套 台套 辆 册 座 栋 幢 间 盏 张 棵 株 幅 部 本 枚 架 床 份 篇 期 公里 米 平方米 亩 公顷"
THINGS = frozenset(_THINGS.split())  # what is made or bought; the more of it, the more was done

_POWERS = {"万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_POWERS_OF_MONEY = _POWERS | {"十": 10, "百": 100, "千": 1000}  # 千元, but 千克 and 百分点
_POWER_WORDS = {factor: word for word, factor in _POWERS_OF_MONEY.items()}

# What is counted one by one: a number before one of them is surely a number of it.
_COUNTED = """
人次 场次 批次 台套 个月 工作日 个工作日 平方米 公里 千米 小时 分钟
人 名 位 户 次 场 期 批 个 家 项 件 套 台 只 条 份 篇 座 处 所 栋 幢 间 辆 部 本 册
起 例 盏 张 块 棵 株 头 幅 枚 袋 箱 卷 门 款 亩 公顷 吨 米 元 天 日 年 月
"""
COUNTED = frozenset(_COUNTED.split())

# Other names of a unit, in small letters.
_NAMES = {
    "千米": "公里", "km": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "kg": "公斤", "千克": "公斤", "t": "吨",
    "g": "克", "m²": "平方米", "平米": "平方米", "平方": "平方米", "km²": "平方公里",
    "平方千米": "平方公里", "m³": "立方米", "立方": "立方米", "l": "升", "日": "天",
    "个小时": "小时", "h": "小时", "min": "分钟",
    "mins": "分钟", "个工作日": "工作日", "ms": "毫秒", "个月": "月", "周年": "年", "名": "人",
    "位": "人", "场": "次", "场次": "次", "人/次": "人次", "台/套": "台套", "个百分点": "百分点", "元人民币": "元",
    "人民币元": "元", "个学时": "学时", "个课时": "课时", "a级": "a", "星级": "星", "吨标煤": "吨标准煤",
    "本": "册", "篇": "份", "批": "批次", "家次": "次",
}  # fmt: skip

# The first of its kind, and how many of it one is. 天 is not 24小时: two days of training are not 48 hours.
_SIZES = {
    "公里": ("毫米", 10**6), "米": ("毫米", 1000), "厘米": ("毫米", 10),
    "吨": ("克", 10**6), "公斤": ("克", 1000), "斤": ("克", 500),
    "亩": ("三分之一平方米", 2000), "平方米": ("三分之一平方米", 3), "公顷": ("三分之一平方米", 30000),
    "平方公里": ("三分之一平方米", 3 * 10**6),
    "年": ("月", 12), "秒": ("毫秒", 1000), "分钟": ("毫秒", 60 * 1000), "小时": ("毫秒", 3600 * 1000),
}  # fmt: skip

# Things one counts by 个 as well; two different ones of them (家 and 项) stay apart.
_PIECES = frozenset("家所座处项件套台只条份篇幢栋间门款部支")

# 名 of 名学生, 个 of 个村 goes with the name of a thing; 人次, 台班 and 个百分点 are units of their own.
_BEFORE_THINGS = "名位次个家所座处项件套台只条份篇幢栋间部支辆场期"
_SHORT_THINGS = "村县乡镇站园校厂"
_NO_THINGS = "次月天日时分点班左右上下前后内外多余未没不在待正拟已完共约计"

# What makes things not those that were to be: 60台闲置.
_NOT_AS_IT_SHOULD = """
闲置 空置 损坏 报废 故障 停用 停运 停产 停工 停办 筹备 筹建 储备 取消 撤销 退回 退出 逾期 延期 推迟 滞后 缺席 缺货
缺少 流失 废弃 搁置 终止 中止 暂停 失败 失效 返工 重复
"""

# Ranks, of which a higher number may be the better or the worse: 2级, 4A, 3星, 1等奖, 3类水.
_RANKS = ("级", "类", "等", "档", "号", "甲", "乙", "钻")
_RANKS_OF_THINGS = (*_RANKS, "星", "A")


# ---- one unit ------------------------------------------------------------------------------------------------


class Unit(NamedTuple):
    """A unit in its base: 万元 is 10000 of 元, % is a hundredth of nothing that has a name."""

    name: str = ""
    factor: Decimal = Decimal(1)
    is_ratio: bool = False

    def __str__(self) -> str:
        if self.is_ratio:
            return "‰" if self.factor == RATIOS["‰"] else "%"
        return shorter(_POWER_WORDS.get(int(self.factor), "") + self.name, 8) or "无单位"


BARE = Unit()

_UNIT = expression(r"[^\d\s,，。；;!！?？=≥≤<>%‰]{0,12}")
_NO_UNIT = expression(r"[月年](?:底|末|初|前|份|\d)|[,，.]")
_PER_PEOPLE = expression(r"/(?:10|100)?[万亿]人?口?")  # 18/10万


def read_unit(words: str) -> Unit | None:
    """The unit that stands behind a number; None where the words are none. A word that is not known counts itself."""
    if words in RATIOS:
        return Unit(factor=RATIOS[words], is_ratio=True)
    if not words or _PER_PEOPLE.fullmatch(words):
        return Unit(words)
    if not _UNIT.fullmatch(words) or _NO_UNIT.match(words):
        return None
    for length in (2, 1):
        power, name = words[:length], words[length:]
        factor = (_POWERS_OF_MONEY if name in MONEY else _POWERS).get(power)
        if factor is not None:
            return Unit(name, Decimal(factor))
    return Unit(words)


def is_power(words: str) -> bool:
    """Whether the words only multiply: 万 of 1万多人."""
    return words in _POWERS_OF_MONEY


def first_name(unit: str) -> str:
    """The unit without what it is counted per, by its usual name: 元 of 元/人*月, 天 for 日."""
    return _parts(unit)[0]


_RANK = expression(rf"\w{{0,2}}(?:{'|'.join(_RANKS)})别?|(?:{'|'.join(_RANKS_OF_THINGS)})\w{{0,8}}")


def is_rank(unit: str) -> bool:
    """Whether a number of it is a place in an order, so that more is neither better nor worse by itself."""
    return _RANK.fullmatch(unit) is not None


# ---- two units -----------------------------------------------------------------------------------------------


def conversion(source: str, target: str) -> Decimal | None:
    """What a number in one unit is multiplied by to be in another; None where they do not count the same."""
    if source == target or "" in (source, target):
        return Decimal(1)
    bare_source, bare_target = _THING.sub(r"\1", source), _THING.sub(r"\1", target)
    if bare_source == source or bare_target == target:  # else 个村 and 个班
        source, target = bare_source, bare_target
    pairs = product(map(_parts, _alternatives(target)), map(_parts, _alternatives(source)))
    return next((size for ours, theirs in pairs if (size := _conversion(theirs, ours)) is not None), None)


_BAD_THINGS = "|".join(_NOT_AS_IT_SHOULD.split())
_THING = expression(
    rf"([{_BEFORE_THINGS}])(?:[{_SHORT_THINGS}]|(?!.*(?:{_BAD_THINGS}))(?:(?![{_NO_THINGS}])[^\W\d]){{2,11}})$"
)
_ONE_OR_OTHER = expression(r"(\w)[(（](\w)[)）]")
_PER = expression(r"[/*·•．.×∙・每]+")
_GLUED = expression(r"^(人|生|户|名)(月|天|日|年|学期|周)$")
_BY_THE_DAY = expression(r"^[日号](?:之|以)?前.*")  # 每月10日前发放
_BRACKETS = expression(r"[()（）\[\]]")


def _alternatives(unit: str) -> tuple[str, ...]:
    """台(套) is 台套, 台 or 套; 人(次) is 人次."""
    match = _ONE_OR_OTHER.fullmatch(unit)
    if match is None or match[2] == "次":
        return (unit,)
    return unit, match[1], match[2]


def _parts(unit: str) -> tuple[str, ...]:
    """A unit and what it is counted per, each by its usual name: 元, 人, 月 of 元/人*月."""
    bare = _BY_THE_DAY.sub("日前", _BRACKETS.sub("", unit).casefold())
    first, *rest = _PER.split(_NAMES.get(bare, bare))
    per = [piece for part in rest for piece in _GLUED.sub(r"\1 \2", part).split()]
    return _NAMES.get(first, first), *sorted(_NAMES.get(piece, piece) for piece in per)


def _conversion(source: tuple[str, ...], target: tuple[str, ...]) -> Decimal | None:
    (source_unit, *source_per), (target_unit, *target_per) = source, target
    by_the_year = {*source_per, *target_per} == {"年"} and not (source_per and target_per)  # the form is of one year
    if source_per != target_per and not by_the_year:
        return None
    pair = {source_unit, target_unit}
    if len(pair) == 1 or ("个" in pair and not _PIECES.isdisjoint(pair)):
        return Decimal(1)
    source_base, source_size = _SIZES.get(source_unit, (source_unit, 1))
    target_base, target_size = _SIZES.get(target_unit, (target_unit, 1))
    return Decimal(source_size) / Decimal(target_size) if source_base == target_base else None
