"""What an actual value means beside its target where people answer a number with a word: 无 for 0起, 全部 for 100%.

Each answer is read only where nothing else can be meant; every other stays as it is written.
"""

from dataclasses import replace
from decimal import Decimal

from selfeval_xl.cells import half_width
from selfeval_xl.patterns import expression
from selfeval_xl.scoring.direction import Direction, Named, way_of
from selfeval_xl.scoring.measures import AT_MOST, Measure, read_measure
from selfeval_xl.scoring.words import spoken_number
from selfeval_xl.units import MONEY, TIMES, conversion, first_name

_NONE = expression(r"(?:无|没有|零|未发生|未出现|没有发生|没有出现|无发生|零发生)(?P<what>\w*)")
_HAPPENS = expression(r"(?:未|没有|无|零)(?:发生|出现)")
_ALL = expression(r"(?:已|均|均已)?全部(?P<what>\w{0,6})")
# What may stand in a name before what was done: 设备验收合格率 is that of all, 一次验收合格率 is not.
_OF_ALL = """
项目 工程 任务 工作 目标 年度 资金 经费 补助 补贴 奖补 设备 设施 物资 产品 材料 货物 采购 质量 验收 人员 学员 培训
活动 会议 报告 案件 建设 改造 维修 养护 补助资金 计划 系统 软件 服务 检测 检查
"""
_OF_ALL_NAME = expression(rf"(?:{'|'.join(_OF_ALL.split())})*")
_CHANGE = (
    r"[,，;；。](?:较|比|同比|环比)\w{0,6}(?:提高|提升|增长|增加|上升|下降|降低|减少)了?(?:约)?\d+(?:\.\d+)?\D{0,4}"
)
_WITH_CHANGE = expression(rf"(?P<result>[^,，;；。]+){_CHANGE}")
_CHANGES = expression(r"增|提高|提升|上升|下降|降|减|缩")
_RISES, _FALLS = ("增长", "增加", "提高", "提升", "上升"), ("下降", "降低", "减少", "压减", "降")


# What is done so often in each of them is done so many times in the year of the form.
_IN_A_YEAR = {"月": 12, "季度": 4, "季": 4, "半年": 2, "年": 1}
_EACH = expression("每个?(?P<period>月|季度|季|半年|年)")
_PER = expression(r"(?P<thing>[^/每]*)[/每]个?(?P<period>月|季度|季|半年|年)")

_PLACE = r"(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})"
_FIRST_PLACES = expression(rf"(?P<of>\w{{0,4}})(?:排名|排|位列|名列)?前{_PLACE}(?:名|位)?(?:以内|之内)?")
_ONE_PLACE = expression(rf"(?P<of>\w{{0,4}})(?:排名|排|位列|名列)?第{_PLACE}(?:名|位)?")


def answered(target: Measure, actual: Measure, named: Named) -> Measure:
    """The actual value as the answer to its target, which has its direction."""
    if target.number is None or target.upper is not None or actual.deadline is not None:
        return actual
    text = _tight(actual.written)
    if actual.is_words:
        none_or_all = _none(target, actual, text, named) or _all(target, actual, text, named)
        return none_or_all or _first(target, actual, text, named)
    actual = _as_its_name_moves(target, _other_way(target, actual), named)
    return _per_one(target, _of_the_year(target, actual), named)


def is_among_the_first(target: str, actual: str) -> bool:
    """Whether 第2名 answers 前3名."""
    first, one = _FIRST_PLACES.fullmatch(_tight(target)), _ONE_PLACE.fullmatch(_tight(actual))
    if first is None or one is None or one["of"] not in ("", first["of"]):
        return False
    places = [int(n) if n.isdecimal() else spoken_number(n) for n in (first["n"], one["n"])]
    return None not in places and 0 < (places[1] or 0) <= (places[0] or 0)


def _none(target: Measure, actual: Measure, text: str, named: Named) -> Measure | None:
    """无 for 0起, 未发生安全事故 where the name says 安全事故, 未发生 for ≤3起."""
    match = _NONE.fullmatch(text)
    if match is None or match["what"] not in named.level3 + target.name:
        return None
    is_counted = not target.is_ratio and first_name(target.unit) not in (*MONEY, *TIMES)
    is_limit = target.sign in AT_MOST and is_counted and _HAPPENS.match(text) is not None
    is_none = target.number == 0 and target.sign in ("", "=", "≤")
    return _in_its_unit(target, actual, Decimal(0)) if is_none or is_limit else None


def _all(target: Measure, actual: Measure, text: str, named: Named) -> Measure | None:
    """全部 for 100%, 全部合格 for a 设备验收合格率 of ≥98%."""
    match = _ALL.fullmatch(text)
    is_share = target.is_ratio and target.sign not in AT_MOST and (target.number or 0) <= 1
    if match is None or not is_share or target.is_either_way:
        return None
    before, _, after = (named.level3 + target.name).rpartition(match["what"]) if match["what"] else ("", "", "率")
    is_its_rate = after in ("率", "比例") and _OF_ALL_NAME.fullmatch(before) is not None
    return _in_its_unit(target, actual, Decimal(1)) if is_its_rate else None


def _first(target: Measure, actual: Measure, text: str, named: Named) -> Measure:
    """92.3% of 92.3%，较上年提高1个百分点, unless the target is itself a change."""
    match = _WITH_CHANGE.fullmatch(text)
    is_change = _CHANGES.search(named.level3 + target.name)
    first = read_measure(match["result"]) if match is not None and not is_change else None
    return actual if first is None or first.number is None else replace(first, written=actual.written)


def _other_way(target: Measure, actual: Measure) -> Measure:
    """下降2% for 增长5% is less than nothing of it."""
    ways = (_RISES, _FALLS), (_FALLS, _RISES)
    is_other = any(target.name in ours and actual.name in others for ours, others in ways)
    is_level = target.is_moved_to or actual.is_moved_to
    if not is_other or is_level or target.sign in AT_MOST or target.is_either_way:
        return actual
    return replace(actual, name=target.name, number=Decimal(0)) if (actual.number or 0) > 0 else actual


def _as_its_name_moves(target: Measure, actual: Measure, named: Named) -> Measure:
    """下降7% for ≥5% where the name says 事故同比下降; 上升3% is nothing of it, and below any limit of an 增幅."""
    ours = None if target.name or not actual.name else way_of(named.level3)
    theirs = way_of(actual.name, alone=True) if ours is not None else None
    is_level = target.is_moved_to or actual.is_moved_to or (actual.number or 0) <= 0
    if ours is None or theirs is None or is_level:
        return actual
    if ours is theirs:
        return replace(actual, name="")
    is_less = target.sign not in AT_MOST or ours is Direction.RISES
    return replace(actual, name="", number=Decimal(0)) if is_less else actual


def _of_the_year(target: Measure, actual: Measure) -> Measure:
    """4次 for 1次/季度 or 每季度1次, and 每月1次 for 12次, where the whole year has as many; else as it is written."""
    (ours, our_times), (theirs, their_times) = _in_a_year(target), _in_a_year(actual)
    is_count = not target.is_ratio and target.has_unit and first_name(target.unit) not in MONEY
    stated = read_measure(target.written)
    is_each_time = our_times > 1 and stated is not None and stated.sign not in ("", "=")
    if our_times == their_times or is_each_time or not is_count or target.sign in AT_MOST or target.is_either_way:
        return actual  # 每月不少于1次: 12次 may have been in one month
    is_one_kind = theirs is not None and ours is not None and conversion(theirs, ours) == 1
    is_plain = actual.sign in ("", "=") and actual.upper is None and target.factor == actual.factor == 1
    enough = (actual.number or 0) * their_times >= (target.number or 0) * our_times
    return _in_its_unit(target, actual, target.number or Decimal(0)) if is_one_kind and is_plain and enough else actual


def is_enough_in_the_year(target: Measure, actual: Measure) -> bool:
    """Whether 26次 may be ≥2次/月: enough in the year, though not surely in each month."""
    (ours, our_times), (theirs, their_times) = _in_a_year(target), _in_a_year(actual)
    is_one_kind = ours is not None and theirs is not None and conversion(theirs, ours) == 1
    is_more = target.sign not in AT_MOST and our_times > 1 == their_times
    return is_one_kind and is_more and (actual.number or 0) >= (target.number or 0) * our_times


def _in_a_year(measure: Measure) -> tuple[str | None, int]:
    """What is counted, and how often in the year; None where it is a number of something else."""
    each, per = _EACH.fullmatch(measure.name), _PER.fullmatch(measure.unit)
    if measure.name and each is None:
        return None, 1
    if each is not None:
        return (None if per is not None else measure.unit), _IN_A_YEAR[each["period"]]
    return (measure.unit, 1) if per is None else (per["thing"], _IN_A_YEAR[per["period"]])


def _tight(text: str) -> str:
    return "".join(half_width(text).split()).rstrip("。;；")


_FOR_EACH = expression("每|均|单价|标准|单位")


def _per_one(target: Measure, actual: Measure, named: Named) -> Measure:
    """782.5元 for 800元/批次 where the name says 单价: what each of them costs goes without saying."""
    is_each = is_without_per(target, actual) and _FOR_EACH.search(named.level3 + target.name) is not None
    return replace(actual, whole_unit=actual.whole_unit._replace(name=target.unit)) if is_each else actual


def is_without_per(target: Measure, actual: Measure) -> bool:
    """Whether only the actual value leaves out what the number is counted per: 6.2万元 for 5万元/村."""
    money, _, per = target.unit.partition("/")
    return bool(per) and money in MONEY and actual.unit == money


def _in_its_unit(target: Measure, actual: Measure, number: Decimal) -> Measure:
    return replace(actual, number=number, whole_unit=target.whole_unit, has_unit=target.has_unit, name=target.name)
