"""Which band the words of an actual value say: reached, partly reached or not reached.

The words are those of the form's notes (达成预期指标, 部分达成年度指标并具有一定效果), or those of the target itself.
"""

import re

from selfeval_xl.cells import half_width
from selfeval_xl.patterns import expression
from selfeval_xl.scoring.direction import Direction, is_to_be_avoided, said_by, way_of
from selfeval_xl.scoring.measures import Measure
from selfeval_xl.units import INCIDENTS, first_name

REACHED, PARTLY, MISSED = 0, 1, 2

_DONE = r"(?:达成|达到|完成|实现)"
_TARGET = r"(?:了)?(?:年度|年初|预期|预定|既定|设定|绩效|各项)*(?:指标|目标|效果|要求|值)*(?:要求|值)?"
_EFFECT = r"(?:并|且)?(?:具有|有|取得)?(?:了)?一定(?:的)?(?:效果|成效)"
_ALL = r"(?:已经?|全部|完全|均|全面|按期|如期|圆满|顺利)*"
_POOR = r"(?:(?:并|且)?(?:效果|成效)(?:较|很)?差)?"
_NOTES = {
    REACHED: expression(rf"{_ALL}(?:{_DONE}{_TARGET}|达标)"),
    PARTLY: expression(rf"部分{_DONE}{_TARGET}(?:{_EFFECT})?"),
    MISSED: expression(rf"(?:未|没有|未能){_DONE}{_TARGET}{_POOR}"),
}

_DENIED = expression(r"(?:未能|尚未|没有|未|没|不|无)(?:发生|出现)?(?P<what>.+)")
_NOT_TO_BE = expression(r"(?:没有|未|不|无|零)(?:发生|出现)?(?P<what>.+)")
_NONE = ("无", "没有", "未发生", "未出现", "不发生", "不出现", "零发生")
_OF_ALL = ("全", "均", "都", "完全")  # 未全部完成 may be done in part
_PIECES = (*INCIDENTS, "次", "件", "人")
# Words that may stand before those of the target and leave it reached: 已完成, 得到显著提升. Any other may make less
# of it: 逾期完成, 零增长, 半公开, 勉强达标, 不断完善.
_LEAVING = """
已 已经 均 均已 都 全 全部 全面 完全 全年 全程 按期 按时 按要求 按计划 按规定 如期 及时 准时 圆满 顺利 成功 提前 超额
高质量 高效 有效 显著 明显 得到 得以 予以 实现 达到 切实 稳定 快速 较快 大幅 大幅度 极大 保持 充分 扎实 严格 依法 普遍
总体 整体 了
"""
_LEAVES = rf"(?:{'|'.join(sorted(_LEAVING.split(), key=len, reverse=True))})*"
# What a sentence about it may begin with: 通行条件明显改善. The words before these say of what.
_SUBJECTS = """
条件 能力 水平 质量 效率 效能 环境 安全 韧性 意识 素质 功能 设施 秩序 生活 面貌 形象 作用 效果 效益 影响力 满意度
知名度 知晓率 覆盖率 机制 制度 体系 管理 资金 工作 任务 项目 工程 服务 群众 经济 收入 产业 生态 水质 空气 社会 交通
拨付 发放 验收 信息 档案 培训 业务 职工 居民 农民 村民 学生 师生 患者 企业 市场 运行 系统 设备 队伍 人才 文化 旅游
品牌 保障
"""
_LESSENING = """
未 没 不 无 难 尚 欠 略 稍 待 拟 将 非 差 低 弱 少 慢 缺 争 需 应 须 要 望 部分 基本 有所 一定 预计 计划 延 逾 初步
正在 努力 个别 零 半 停 主体 阶段 局部 试点 前期 一期 二期 三期 内部 其中 多数 有的 某 次年 假 拒 小
"""
# Words behind those of the target that leave it reached: 及时发放, 提升明显; and what may be added to it.
_IN_TIME = "及时 按时 按期 准时 如期 足额 及时足额 正常 平稳 稳定 安全 有序 规范 顺利 高效 有效"
_DOINGS = (
    "完成 发放 拨付 支付 到位 办结 办理 处理 处置 响应 反馈 报送 上报 开展 实施 运行 运转 落实 公开 管理 使用 保障 推进"
)
_MOVES = "提升 提高 改善 增强 优化 增长 增加 扩大 加强 提速"
_FOLLOWED = expression(
    rf"(?:{'|'.join(_IN_TIME.split())})(?:{'|'.join(_DOINGS.split())})|(?:{'|'.join(_MOVES.split())})(?:明显|显著)"
)
_ADDED = expression(
    r"(?:群众|居民|职工|师生|学生|家长|患者|企业|服务对象|社会各界|各方)(?:普遍|非常|十分)?满意|(?:效果|成效|反响|反映)(?:良好|显著|明显)"
    r"|(?:得到|受到|获得)了?(?:群众|居民|职工|师生|学生|家长|患者|企业|社会各界|各方)?(?:一致|广泛)?好评"
)

# What leaves a target undone that ends or begins with it: 未验收 for 通过验收. 无浪费 for 杜绝浪费 is none of them.
_DOING = """
完成 验收 通过 提升 提高 改善 增强 优化 建立 健全 完善 建成 开展 实施 落实 到位 达标 发放 公开 投入使用 运行 保障 合格
开工 完工 竣工 发布 出台 达到 增长 及时
"""
_DONE_OR_NOT = frozenset(_DOING.split())

# Grades from the lowest; a target may ask for one of them and above.
_GRADES = ("不合格", "合格", "良好", "优秀")
_FROM_GRADE = expression(rf"({'|'.join(_GRADES[1:])})(?:等次|等级)?[及含或]?以上(?:等次|等级)?")
_GRADE = expression(rf"({'|'.join(_GRADES)})(?:等次|等级)?")

_RANK_OF_GRADE = {
    "差": 0, "较差": 0, "不合格": 0, "不达标": 0, "中": 1, "一般": 1, "合格": 1, "达标": 1,
    "良": 2, "良好": 2, "优": 3, "优秀": 3,
}  # fmt: skip
_ONE_GRADE = expression(
    rf"(?:达到)?(?P<grade>{'|'.join(_RANK_OF_GRADE)})(?:等次|等级|等)?(?P<least>[及含或]?以上)?(?:等次|等级)?"
)

# What is the other of what was to be.
_OPPOSITES = (
    "有无 有没有 增长下降 增加减少 增长减少 增加下降 提高降低 提高下降 提升下降 上升下降 改善恶化 好转恶化 扩大缩小"
)
_PAIRS = {frozenset((text[:place], text[place:])) for text in _OPPOSITES.split() for place in {min(2, len(text) - 1)}}
_SINCE = expression(r"(?:同比|环比|[较比](?:上年|去年))?(?:有所|略有|小幅|大幅|明显|持续|稳步|逐步|逐年)?")
_MOVED = expression(r"(?:明显|显著|有效|进一步|持续|稳定|合理)*(?P<move>\w{2})(?:明显|显著|较快)?")
_BY_HOW_MUCH = expression("明显|显著|大幅|小幅|较快|稳|持续|逐|有效|合理")
_BEFORE = expression(
    rf"(?:(?!\w*(?:{'|'.join(_LESSENING.split())}))[^\W\d]{{0,8}}(?:{'|'.join(_SUBJECTS.split())}))?{_LEAVES}"
)


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
        band = _by_incidents(target_words, actual)
        band = _by_movement(target_words, actual) if band is None else band
        if band is not None:
            return band
        is_all = actual.is_ratio and actual.number == 1 and actual.sign in ("", "=") and not actual.name
        return REACHED if is_all and not is_to_be_avoided(target_words) else None
    if not target_words or re.search(r"\d", actual_words):
        return None
    first, _, added = actual.written.strip().replace(",", "，").partition("，")
    if added and _ADDED.fullmatch(_words(added)):
        actual_words = _words(first)
    return REACHED if actual_words == target_words else _by_its_words(target_words, actual_words)


def _by_incidents(target_words: str, actual: Measure) -> int | None:
    """1起 for 零事故 is not reached, 0起 is."""
    avoided = _NOT_TO_BE.fullmatch(target_words)
    is_avoided = target_words in _NONE or (avoided is not None and said_by(avoided["what"]) is Direction.FALLS)
    if not is_avoided or actual.name or actual.sign:
        return None
    is_count = first_name(actual.unit) in _PIECES and actual.upper is None
    return (MISSED if actual.number else REACHED) if is_count else None


def _by_movement(target_words: str, actual: Measure) -> int | None:
    """下降12% for 同比下降 is reached, 上升12% is not."""
    moved = _MOVED.fullmatch(_SINCE.sub("", target_words, count=1))
    asked, done = way_of(moved["move"]) if moved is not None else None, way_of(actual.name, alone=True)
    if None in (asked, done) or actual.is_moved_to or actual.sign not in ("", "=") or (actual.number or 0) <= 0:
        return None
    if asked is not done:
        return MISSED
    return None if _BY_HOW_MUCH.search(target_words) else REACHED  # whether 2% is 明显下降 people say


def is_below_grade(target: str, actual: str) -> bool:
    """Whether the actual value is a grade below the one that was to be: 良好 for 优秀, 合格 for 良好以上."""
    asked, done = (_ONE_GRADE.fullmatch(_words(words)) for words in (target, actual))
    if asked is None or done is None or done["least"]:
        return False
    return _RANK_OF_GRADE[done["grade"]] < _RANK_OF_GRADE[asked["grade"]]


def _by_its_words(target_words: str, actual_words: str) -> int | None:
    """What the target's own words say with others before them: 部分完成, 未完成, 已完成."""
    target_denies, actual_denies = _NOT_TO_BE.fullmatch(target_words), _DENIED.fullmatch(actual_words)
    if actual_words == f"部分{target_words}":
        return PARTLY
    if target_denies is not None and actual_words in _NONE:
        return REACHED  # 无 for 无投诉
    if frozenset(_SINCE.sub("", words, count=1) for words in (target_words, actual_words)) in _PAIRS:
        return MISSED  # 下降 for 增长
    grade, least = _GRADE.fullmatch(actual_words), _FROM_GRADE.fullmatch(target_words)
    if grade is not None and least is not None:
        return REACHED if _GRADES.index(grade[1]) >= _GRADES.index(least[1]) else None
    if target_denies is not None and actual_denies is not None and target_denies["what"] == actual_denies["what"]:
        return REACHED  # 没有投诉 for 无投诉
    if actual_denies is not None and not target_words.startswith(_OF_ALL):
        what = actual_denies["what"]
        is_a_part = what in _DONE_OR_NOT and (target_words.endswith(what) or target_words.startswith(what))
        if what == target_words or (is_a_part and target_denies is None):
            return MISSED  # 未完成 for 完成 or 按时完成
    if target_denies is not None and target_denies["what"] == actual_words:
        return MISSED  # 低于上年 for 不低于上年
    if len(target_words) > 1 and actual_words.endswith(target_words):
        before = actual_words.removesuffix(target_words)
        return REACHED if _BEFORE.fullmatch(before) else None
    is_followed = actual_words.startswith(target_words) and _FOLLOWED.fullmatch(actual_words) is not None
    return REACHED if is_followed else None


_PUNCTUATION = expression(r"((?<=\d)\W+(?=\d))|[\W_]+")


def _words(text: str) -> str:
    """The words without their punctuation, but 30±2 is not 302."""
    return _PUNCTUATION.sub(r"\1", "".join(half_width(text).split()))
