"""Which way a number is good, from the name of its indicator and the block that it stands in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.scoring.direction import Direction, Named, direction, is_to_be_avoided, said_by

NAMES = {
    Direction.FALLS: """
    单位成本 人均培训费用 物业管理费 每公里造价 成本增长率 设备采购成本 污染治理成本 成本控制数
    安全事故发生次数 有责投诉件数 服务对象投诉率 系统故障次数 差错率 处理差错率 人员流失率 返工率 退件率 伤亡人数
    违规发放次数 超支率 空置率 失业率 隐患数量 辍学率 管网漏损率 拥堵指数 等待区拥堵指数 重复投诉量 贫困发生率
    单位GDP能耗 COD排放量 PM2.5年均浓度 能耗增长率 化肥使用量
    新增吸毒人员数 新增隐患数 火情发生次数 用水总量 抗菌药物使用强度 低保错保率 教师缺编数
    供水管网爆管次数 手术并发症率
    网络安全事件数 漏洞数量 有害生物成灾率 药占比 平均审理天数 平均反应时间 运维费用 征收成本
    办结时限 投诉处理时限 平均等待时长 故障修复时间 响应时间 施工工期 完成时间 系统宕机时间
    不合格率 未完成率 不满意率 逾期率 逾期办结率
    """,
    Direction.RISES: """
    成本节约率 能耗降低率 压减比例 降低成本金额 减少事故起数 减少碳排放量
    事故处理率 投诉办结率 故障修复率 排放达标率 差错纠正率 隐患整改率 违法行为查处率 经费到位率 污水处理率
    处理投诉件数 排查隐患数 治理污染面积 资助贫困学生人数 失业人员再就业人数 病虫害防治面积 事故应急演练次数
    零投诉率 无事故天数 平均无故障时间 服务时长 安全运行天数 优良天数
    追缴税款金额 减税降费金额 故障间隔时间 漏洞修复数 突发事件应急演练次数
    验收合格率 群众满意度 覆盖率 完成率 及时率 预算执行率 农民增收 养护里程 培训人次 受益人数 新建桥梁数量
    """,
    Direction.OPEN: """
    补助标准 会议次数 投诉渠道数量 排放口数量 公务用车数量 成本控制率 降低投诉率 降低死淘率 缩短办结时限
    降低企业用电成本 建设时间 展示时长 处理投诉率
    医院药品收入占比 资产报废数量 建档立卡率
    来访批次 警情数 设计变更次数 检测阳性率 聘用辅警人数
    清收欠缴水费 全省排名 收费标准 人均补助金额 投诉受理数 事故调查数 发现漏洞数 罚没收入 价格波动率 使用时间
    """,
    Direction.SILENT: "桥梁 甲乙率 事项 道路 数量",
}


@pytest.mark.parametrize("way", NAMES)
def test_the_last_word_of_a_name_says_what_is_measured(way):
    assert dict.fromkeys(NAMES[way].split(), way) == {name: said_by(name) for name in NAMES[way].split()}


@pytest.mark.parametrize(
    ("named", "way"),
    [
        (Named("桥梁", "数量指标", "产出指标"), Direction.RISES),
        (Named("桥梁", "经济成本指标", "成本指标"), Direction.FALLS),
        (Named("新建桥梁", "经济成本指标", "成本指标"), Direction.FALLS),  # what it costs
        (Named("聘用人数", "经济成本指标", "成本指标"), Direction.OPEN),
        (Named("节约金额", "经济成本指标", "成本指标"), Direction.RISES),
        (Named("资金使用率", "经济成本指标", "成本指标"), Direction.RISES),
        (Named("补助标准", "经济成本指标", "成本指标"), Direction.OPEN),
        (Named("门票收入", "经济成本指标", "成本指标"), Direction.OPEN),
        (Named("投诉件数", "数量指标", "产出指标"), Direction.FALLS),
        (Named("受访群众", "服务对象满意度指标", "满意度指标"), Direction.RISES),
        (Named("某事项", "时效指标", "产出指标"), Direction.SILENT),
        (Named("指标1：单 位 成 本（元）", "", ""), Direction.FALLS),
        (Named(), Direction.SILENT),
    ],
)
def test_the_block_says_it_where_the_name_does_not(named, way):
    assert way is direction(named)


def test_targets_in_words_may_want_something_not_to_be():
    assert [True, True, True] == [is_to_be_avoided(words) for words in ("无投诉", "降低", "不超预算")]
    assert [False, False] == [is_to_be_avoided(words) for words in ("及时", "健全")]


@given(st.text(max_size=30), st.text(max_size=10))
def test_no_name_breaks_the_reading(name, block):
    assert isinstance(direction(Named(name, block)), Direction)
