"""Which way a number is good where the target has no sign: 单位成本 is to fall, 养护里程 is to rise.

The sign of a target says it by itself. Without one the name of the indicator does, read from its end, for its last
word is what is measured: 投诉率 falls, 投诉办结率 rises, 投诉办结时限 falls. Then the block that it stands
in: 成本指标. Where neither says, nobody knows. A new word is one word more in its line; the longest word wins.
"""

import re
from enum import Enum, auto
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from selfeval_xl.cells import half_width
from selfeval_xl.patterns import expression


class Direction(Enum):
    """Whether more or less of it is better; `OPEN` where the words may mean either, `SILENT` where none is known."""

    RISES = auto()
    FALLS = auto()
    OPEN = auto()
    SILENT = auto()


class Named(NamedTuple):
    """What an indicator is called: 三级指标, and the blocks of 二级 and 一级 that it stands in."""

    level3: str = ""
    level2: str = ""
    level1: str = ""


UNNAMED = Named()

# ---- the tables ----------------------------------------------------------------------------------------------


class _Kind(Enum):
    HARM = auto()  # what should not happen
    SLIP = auto()  # a fault in doing something: 处理差错 are no faults that were mended
    STATE = auto()  # what is bad as it stands, and better for whoever is helped: 资助贫困学生
    COST = auto()
    LIMIT = auto()  # a time that is too long, whatever takes it
    TIME = auto()  # a time that is too long, unless something is offered in it: 开放时间
    OFFERED = auto()  # what people are given; the longer, the better
    LESS = auto()  # by how much something bad is made less
    GROWTH = auto()
    HANDLED = auto()  # what is done about something bad
    ANSWERED = auto()  # what is done as often as something bad happens: 投诉受理数 says neither
    COLLECTED = auto()  # money that is taken in: 清收水费 is no cost
    GOOD = auto()
    WORK = auto()  # what is done; the more of it, the more is done
    COUNT = auto()  # how much there is of whatever stands before it
    CONTROL = auto()
    EITHER = auto()  # as much as is wanted, neither more nor less
    DENIED = auto()  # makes bad of good, and good of bad
    LATE = auto()  # is bad by itself, and makes bad of good
    WRONG = auto()  # is bad by itself, and makes bad of what is done: 违规发放, but 违规查处
    NOTHING = auto()  # words in which a word of another line says nothing


_WORDS = {
    _Kind.HARM: """
    事故 投诉 故障 伤亡 死亡 受伤 亡人 违约 超支 超载 滞后 拖欠 流失 返工 返修 拥堵指数 延误指数 退件 退回 退货 退单
    拥堵 堵塞 能耗 耗能 水耗 电耗 煤耗 油耗 物耗 损耗 耗电 耗水 消耗 排放 排污 浪费 损失 漏损 漏水 渗漏 断电 停电 停水
    停机 停工 中断 宕机 死机 崩溃 泄露 泄漏 丢失 遗失 破损 损坏 缺陷 瑕疵 次品 废品 不良 扣分 罚款 处罚 差评 抱怨 舆情
    信访 上访 复发 返贫 离职 辞职 败诉 驳回 空驶 空置 闲置 空转 亏损 坏账 赤字 缺勤 旷工 旷课 辍学 失学 失业 发病 患病
    感染 致残 死淘 病死 报修 拒付 拒绝 弃管 弃耕 火灾 失火 案发 发案 被盗 诈骗 舞弊 作弊 造假 入侵 被攻击 积压 结转
    浓度 PM2.5 PM10 噪声 噪音 异味 沉降 侵蚀 磨损 衰减 失败 失效 失真 失信 误报 漏报 迟报 漏检 漏诊 误诊 用水量 用电量
    用能量 用气量 化肥使用量 农药使用量 化肥施用量 农药施用量 填埋量 拥堵延时指数 死亡率 亏损额 攻击 近视 烂尾 返贫人口
    沉淀 改判 发回 上诉 发回重审 误码 丢包 疫情 流标 迟到 重修 挂科 成灾 受害 药占比 耗占比 药耗比 安全事件 群体性事件
    群体事件 突发事件 舆情事件 恶性事件 极端事件 不良事件 负面事件 公共卫生事件 致害 火情 空编 缺编 大班额 伤病 剖宫产
    低出生体重 低体重 重症 报废 错保 漏保 超概算 自付 违停 倒闭 挤兑 煤炭消费 能源消费 用煤量 用水总量 用电总量
    用能总量 使用强度 坠床 压疮 脱逃 逃逸 溺水 中毒 误工 空岗 漏发 错报 漏办 错办 爆管 离婚 并发症
    """,
    _Kind.SLIP: "差错 失误 错误 误差 偏差 偏离 错漏 疏漏 出错 缺项 漏项",
    _Kind.STATE: """
    贫困 污染 隐患 犯罪 纠纷 矛盾 灾害 病害 虫害 病虫害 债务 负债 缺口 裸露 荒废 撂荒 违建 黑臭 危房 失能 失信人 垃圾
    污水 废水 废气 废物 固废 漏洞 吸毒 失业人员 下岗 受灾 欠费 欠薪 负担
    """,
    _Kind.COST: """
    成本 费用 费 经费 造价 单价 价格 开支 花费 三公 投资额 费率 工程款 租金 工本 支出成本
    """,
    _Kind.LIMIT: """
    时限 工期 周期 等待 等候 候诊 排队 耗时 用时 响应时间 响应时长 响应 到达时间 到场时间 办结时间 办理时间 办理时长
    处理时间 处理时长 审批时间 审核时间 审批时长 审核时长 恢复时间 修复时间 修复时长 抢修时间 解决时间 通行时间
    出行时间 路程时间 延时 时延 办结时长 处置时间 处置时长 办案时长 办案天数 审理时长 审理天数 审理时间 结案天数
    平均住院日 住院天数 反应时间 办结天数 办理天数 审批天数 建设天数 施工天数 跑腿次数 跑动次数 办事 办证 通关 候车
    通勤 挂号 往返 完成时间 验收时间 到位时间 拨付时间 下达时间 发放时间
    """,
    _Kind.TIME: "时长 时间 小时数 天数",
    _Kind.OFFERED: """
    运行 稳定运行 正常运行 安全运行 服务 开放 培训 学习 授课 教学 课堂 志愿服务 志愿 保障 供水 供电 供暖 供热 供气
    连续 安全生产 使用 续航 播出 播放 直播 开馆 值守 值班 巡查 巡护 锻炼 活动 实习 实训 在线 停留 驻留 飞行
    """,
    _Kind.LESS: """
    节约 节省 节支 节能 节水 节电 降低 降耗 降本 下降 减少 减排 减量 削减 缩减 压减 压缩 压降 缩短 减免 减轻 减负 降幅
    避免 防止 杜绝 遏制 挽回 控减 化债 减税 降费 减税降费 减费 减损 挽损 减亏
    """,
    _Kind.GROWTH: "增长 增加 增幅 增速 提高 提升 上升 升高 上涨 涨幅 扩大 新增 增",
    _Kind.HANDLED: """
    处理 处置 查处 办结 整改 化解 调解 回访 整治 治理 修复 抢修 排除 劝返 复垦 盘活 查办 消除 销号 纠正 更正 改正 清理
    清运 清除 清偿 清欠 排查 接听 答复 回复 反馈 响应率 解决 救治 救助 救援 救灾 康复 预防 防治 防控 监测 检测 监控
    监管 演练 应对 拆除 取缔 关停 消减 转运 回收 利用 再利用 兑付 挽救 帮扶 帮教 稽查 侦破 破案 结案 审结 执结 追责
    问责 处结 治愈 打击 识别 脱贫 无害化 疏导 疏通 保险 理赔 赔付 核销 处罚到位 报告率 普查 调查率 管理率 规范管理
    扑救率 预警率 发现率 立案率
    """,
    _Kind.ANSWERED: "受理 扑救 预警 调查 发现",
    _Kind.COLLECTED: "清收 追缴 追收 追回 收缴 征缴 征收 清缴 催缴 催收 补缴 收取 上缴",
    _Kind.GOOD: """
    覆盖 完成 达标 合格 满意 及时 准确 到位 知晓 参与 通过 就业 入学 升学 巩固 普及 使用率 利用率 优良 优秀 良好 完好
    成活 保存 保存率 验收 执行率 执行 落实 兑现 达成 按时 按期 准时 准点 符合 吻合 一致 有效 成功 正确 正常 规范 完整
    齐全 健全 公开 公示 普惠 收入 产值 产量 产出 产能 税收 税款 利润 收益 效益 效率 效果 增收 营收 销售 销量 回报 贡献
    增值 净值 存活 达产 投产 上线 上岗 在岗 出勤 签约 履约 受理率 好评 点赞 关注 故障间隔 故障间隔时间 访问 点击 阅读
    浏览 寿命 使用年限 质保期 保修期 保质期 使用期限 存储 容量 并发 带宽 能见 植被 林草 绿地 森林 优等 认可 支持 信任
    获得感 幸福 安全感 便利 提前 参保 缴费 投保 续保 覆盖面 接种 签订 应用 推广 转化 授权 获奖 立项 消费 免费 亮灯
    亮化 优良天数 达标天数 提前时间 提前天数 支付率 开工 竣工 建档 毕业 入园 入驻 出租率 及格 开通 接通 持证 好转 合规
    参观 借阅 游客 招商引资 成交额 专利 论文 粉丝 用户数 注册
    重复利用 重复利用率 重复使用率
    """,
    _Kind.WORK: """
    建设 新建 改建 扩建 重建 改造 改扩建 修建 修缮 建成 养护 维护 保养 保洁 购置 采购 购买 配备 配置 更新 更换 添置
    开展 举办 组织 实施 宣传 宣讲 发放 补助 补贴 资助 奖励 奖补 检查 抽查 抽检 走访 慰问 调研 考察 编制 编写 出版 印发
    印刷 印制 制作 安装 绿化 种植 栽植 造林 清扫 接待 演出 展览 展出 引进 招聘 招录 招募 受益 惠及 带动 参加 参训 参赛
    培育 培养 孵化 辅导 指导 评审 评估 审核 审查 审计 鉴定 认定 登记 测绘 设计 研发 开发 采集 录入 整理 数字化 扩面
    供应 供给 铺设 敷设 硬化 开挖 疏浚 灌溉 播种 养殖 繁育 投放 订购 征集 拍摄 创作 排练 运营 创建 打造 搬迁 安置
    供养 托养 照护 维修 加固 诊疗 体检 筛查 义诊 随访 送医 下乡 支教 授课 运输 运送 配送 收购 储备 收储 捐赠 投入 派驻
    选举 选派 选聘 聘请 受益人口 惠及人口 覆盖人口 服务人口
    """,
    _Kind.COUNT: """
    数量 次数 人数 人次 场次 批次 期数 户数 面积 里程 长度 个数 件数 份数 台数 台套数 篇数 幅数 座数 处数 起数 例数
    宗数 班次 家数 条数 点数 课时 学时 总数 总量 总面积 总长 数 量
    """,
    _Kind.CONTROL: "控制 管控",
    _Kind.EITHER: """
    标准 会议 公务 出国 出访 差旅 接待费 维修次数 抢修次数 检修次数 维修量 年限 期限 编制数 编制人数 人员编制 比重
    结构 波动 退款 收费标准 排名 名次 位次 罚没 罚没收入 立案 接警 出警 接报 警情 来访 聘用 阳性 检出 病原 变更 注销
    代偿 调整率 存栏 转移群众 转移人数 生师比 师生比 结余 资产处置 资产报废 办公面积 使用时间 使用时长 人均补助
    人均补贴 人均奖励 人均资助 户均补助 户均补贴 亩均补助 亩均补贴 生均补助 生均补贴 生均资助 差额 差距 距离 温度 湿度
    水位 库存 价值 人口 密度 限额 预算金额 频次 频率 间隔 倍率 比值 系数 指数 规模 支出 编外 临聘 用工 聘用人员
    公务用车 公车 环节 材料 证明 问题 案件 举报 热线 渠道 平台 系统 中心
    """,
    _Kind.DENIED: "不 未 无 零 非 未发生 不发生 无重大 零重大 未出现 不出现 缺乏 没有 未能 尚未",
    _Kind.WRONG: "违规 违法 违纪 违章 重复 虚假 错发 超标 超限 超范围 盲目",
    _Kind.LATE: "逾期 延期 延误 超期 超时 迟延 延迟",
    _Kind.NOTHING: """
    未成年 不动产 非遗 非物质 无障碍 无人机 无线 无偿 零售 零星 零工 零散 不锈钢 非公 非税 非学历 非机动车 非农 费县
    增值税 增殖 数字 数据 数据库 数学 量化 量子 质量 质量指标 数量指标 计量 测量 大量 流量 少数民族 多数 时间节点
    成本核算 成本监审 成本调查
    """,
}
# What may stand around a word for something bad, so that it still is what is measured: 安全事故发生次数.
_BEHIND = expression(
    r"(?:发生|出现|产生|引发|造成|有责|平均|合计|累计|年度?|总|的|率|比例|占比|比|数|量|值|额|金额|次|起|件|例|人|户|个|强度"
    r"|水平|情况|程度|面积|里程|总额|总量|指标|均值|时间|时长|物|气体|案件|事件|行为|现象|问题|单价|标准煤|度|学生|人口|人员|群众|家庭|儿童|农户|村|地区|/[^/]{1,6})*"
)
_ANY_TIME = expression(r"(?:平均|人均|单次|每次|最长|最高)*(?:时长|时间)")
_OF_TIME = expression(r"时长|时间|小时|天数|日数|月数|年限|寿命|学时|课时|期")
_SPENT = expression(
    r"(?:^项目(?:总|经费|资金)*支出|三公.{0,4}支出|预算|限额|控制)(?:总额|金额|额|总数|数)?$|控制价$|限价$|差旅$|会议$|接待费?$|出国$|出访$"
)  # what is good either way elsewhere
_RATE = expression(r"(?:率|比例|占比|比重)$")

_ITS_RATE = expression(
    r"(?:处理|工作|情况|程度|人数|人次|人口|人员|数量|面积|里程|金额|资金|项目|任务|对象|家庭|户|人|数|量|额|度|的)*(?:率|比例|比率)?|度"
)
_COST_BLOCK, _WORK_BLOCKS = "成本", ("数量", "满意")

# Targets in words that something be avoided or grow less: their 100% says nothing.
_AVOIDED = ("无", "未", "零", "0", "不发生", "不出现", "没有", "控制", "不超", *_WORDS[_Kind.LESS].split())


def _any(words: "tuple[str, ...] | list[str]") -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_WORD = expression(_any(list(_KINDS)))
_TO_BE_AVOIDED = expression(_any(_AVOIDED))
_LESS = expression(_any(_WORDS[_Kind.LESS].split()))
_COUNT = expression(f"(?:{_any(_WORDS[_Kind.COUNT].split())})$")
_NUMBERED = expression(r"^(?:指标)?\d{1,2}[:.、]")
_BRACKETS = expression(r"\([^()]*\)")

_COUNTED = expression(r"(?:次|人|户|笔|家|个|期|份|起|件)数$|[人批场]次$")
_SINCE_WHEN = expression(r"(?:同比|环比|[较比](?:上年|去年)(?:同期)?|实际|已)*")
_MADE = ("热线", "渠道", "平台", "系统", "中心")  # the more of them, the more was done, where it says what is done
_LAST_MOVE = expression(
    r"(?P<of>.*)(?<![不未没无零负])(?:(?P<up>增长|增加|提高|提升|上升|上涨|增幅|增速|涨幅)|(?P<down>下降|降低|减少|压减|缩减|降幅|减幅))"
    r"的?(?:率|比例|幅度|百分比)?"
)

# ---- what a name says ----------------------------------------------------------------------------------------


class _Found(NamedTuple):
    kind: _Kind
    start: int
    end: int


_BAD = (_Kind.HARM, _Kind.SLIP, _Kind.STATE, _Kind.COST, _Kind.LIMIT, _Kind.TIME)
_BETTER = (_Kind.HANDLED, _Kind.GOOD, _Kind.WORK, _Kind.OFFERED)
_ALSO_BAD = (_Kind.LATE, _Kind.WRONG)
_MADE_BAD = {
    *product((_Kind.DENIED, _Kind.LATE), _BETTER),
    *product((_Kind.WRONG,), (_Kind.WORK, _Kind.OFFERED, _Kind.GOOD)),
}


def is_to_be_avoided(words: str) -> bool:
    """Whether a target in words wants something not to be, or less of it."""
    return _TO_BE_AVOIDED.search(words) is not None or said_by(words) is Direction.FALLS


def is_of_time(name: str) -> bool:
    """Whether a number of hours or days under this name may be what is given: 服务, 使用年限, not 应急处置."""
    name = _bare(name)
    last = [one.kind for one in _measured(name)[-1:]]
    return last in ([_Kind.OFFERED], [_Kind.TIME]) or _OF_TIME.search(name) is not None


def is_by_how_much_less(name: str) -> bool:
    """Whether a number under this name is by how much something falls: 下降, 能耗降低."""
    return _LESS.search(name) is not None


def way_of(name: str, *, alone: bool = False) -> Direction | None:
    """Which way a name moves by its last word: 下降 and 农药使用量同比下降率 fall, 增幅 rises; None for any other.

    What is `alone` says of nothing else that it moves: 下降, but not 投诉量下降.
    """
    last = _LAST_MOVE.fullmatch(_bare(name))
    if alone and last is not None and not _SINCE_WHEN.fullmatch(last["of"]):
        return None
    return None if last is None else Direction.RISES if last["up"] else Direction.FALLS


@lru_cache(maxsize=4096)  # the same names in every recalculation
def direction(named: Named) -> Direction:
    """Which way the indicator is good, by its name and otherwise by its block."""
    by_name, name = said_by(named.level3), _bare(named.level3)
    is_rate, is_count = _RATE.search(name) is not None, _COUNT.search(name) is not None
    block = _bare(named.level2 + named.level1)
    is_cost = _COST_BLOCK in block and not is_rate and not is_by_how_much_less(name)
    if is_cost and _SPENT.search(name):
        return Direction.FALLS
    if is_cost and by_name in (Direction.RISES, Direction.SILENT):  # what 新建桥梁 costs, but 门票收入
        return Direction.OPEN if is_count or _is_good(name) else Direction.FALLS
    if by_name is not Direction.SILENT:
        return by_name
    is_work = any(word in block for word in _WORK_BLOCKS) and _COST_BLOCK not in block
    return Direction.RISES if is_work else Direction.SILENT


@lru_cache(maxsize=4096)
def said_by(name: str) -> Direction:
    """Which way a name alone says."""
    name = _bare(name)
    measured = _measured(name)
    if not measured:
        return Direction.SILENT
    *before, last = measured
    if last.kind in _BAD:
        return _of_bad(name, {one.kind for one in before}, before[-1] if before else None, last)
    bad = [one for one in before if one.kind in _BAD]
    is_made = name[last.start : last.end] in _MADE and not bad
    if is_made and any(one.kind is _Kind.WORK for one in before):
        return Direction.RISES  # 改造商贸中心
    if last.kind in (_Kind.EITHER, _Kind.DENIED) or (last.kind is _Kind.ANSWERED and bad):
        return Direction.OPEN
    if last.kind is _Kind.CONTROL:
        return Direction.FALLS if bad and not _RATE.search(name) else Direction.OPEN
    if last.kind is _Kind.GROWTH and bad:
        return Direction.FALLS if _BEHIND.fullmatch(name[bad[-1].end : last.start]) else Direction.OPEN
    if last.kind is _Kind.LESS and _RATE.search(name) and not _BEHIND.fullmatch(name[last.end :]):
        return Direction.OPEN  # 降低死淘率: by so much, or to so much
    is_of_another = _RATE.search(name) and not _ITS_RATE.fullmatch(name[last.end :])
    return Direction.OPEN if is_of_another else Direction.RISES  # 登记离婚率, 药品收入占比


def _measured(name: str) -> list[_Found]:
    """The words of a bare name that say something, without those that only count."""
    found = _resolved([_Found(_KINDS[match[0]], *match.span()) for match in _WORD.finditer(name)])
    return [one for one in found if one.kind is not _Kind.COUNT]


def _is_good(name: str) -> bool:
    return any(one.kind in (_Kind.GOOD, _Kind.COLLECTED) for one in _measured(name)[-1:])


def _bare(name: str) -> str:
    """The name without blanks, its number (指标1：) and its remarks in brackets."""
    return _BRACKETS.sub("", _NUMBERED.sub("", "".join(half_width(name).split())))


def _resolved(found: list[_Found]) -> list[_Found]:
    """The words that say something; 不合格 and 逾期办结 are bad, 无事故 is good."""
    kept: list[_Found] = []
    is_wrong = False  # the last one is something done wrong, and so is what follows it: 违规发放补贴
    for one in found:
        if one.kind is _Kind.NOTHING:
            continue
        before = kept[-1] if kept and kept[-1].end == one.start else None
        goes_on = before is not None and is_wrong and one.kind in (_Kind.WORK, _Kind.OFFERED)
        is_wrong = goes_on or (before is not None and before.kind is _Kind.WRONG)
        if before is not None and before.kind is _Kind.DENIED and one.kind in (*_BAD, *_ALSO_BAD):
            kept[-1] = _Found(_Kind.OFFERED, before.start, one.end)
        elif before is not None and (goes_on or (before.kind, one.kind) in _MADE_BAD):
            kept[-1] = _Found(_Kind.HARM, before.start, one.end)
        else:
            kept.append(one)
    return [one._replace(kind=_Kind.HARM) if one.kind in _ALSO_BAD else one for one in kept]


def _of_bad(name: str, before: set[_Kind], nearest: _Found | None, last: _Found) -> Direction:
    """What is bad falls, unless what is counted is what was done about it."""
    if not _BEHIND.fullmatch(name[last.end :]):
        return Direction.OPEN  # 投诉渠道
    if last.kind is _Kind.COST and _COUNTED.search(name):
        return Direction.OPEN  # 支付租金次数
    if _Kind.ANSWERED in before and last.kind in (_Kind.HARM, _Kind.SLIP, _Kind.STATE):
        return Direction.OPEN  # 发现漏洞数
    is_joined = nearest is not None and nearest.end == last.start
    if nearest is not None and _Kind.COLLECTED in before and last.kind is _Kind.COST:
        is_its_cost = is_joined and nearest.kind is _Kind.COLLECTED
        return Direction.FALLS if is_its_cost else Direction.OPEN  # 征收成本, but 清收水费
    if last.kind is _Kind.TIME and (nearest is None or nearest.kind in _BETTER):
        return _of_time(name, nearest, last)
    if _Kind.LESS in before:
        is_amount = last.kind in (_Kind.HARM, _Kind.SLIP, _Kind.STATE) or (last.kind is _Kind.COST and is_joined)
        return Direction.RISES if is_amount and not _RATE.search(name) else Direction.OPEN
    is_about_it = (last.kind is _Kind.HARM and _Kind.HANDLED in before) or (
        last.kind is _Kind.STATE and not before.isdisjoint((_Kind.HANDLED, *_BETTER))
    )
    if is_about_it:
        return Direction.OPEN if _RATE.search(name) else Direction.RISES
    return Direction.FALLS


def _of_time(name: str, nearest: _Found | None, last: _Found) -> Direction:
    """服务时长 is what people are given, 平均时长 is what they wait; what takes 建设时间 is not said."""
    if nearest is None:
        return Direction.FALLS if _ANY_TIME.fullmatch(name[: last.end]) else Direction.OPEN
    if nearest.kind is _Kind.OFFERED and nearest.end == last.start:
        return Direction.RISES
    return Direction.FALLS if nearest.kind is _Kind.HANDLED else Direction.OPEN
