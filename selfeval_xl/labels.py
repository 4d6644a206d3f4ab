"""The headings that forms use and the field each one means, as data.

Headings are compared without blanks, colons and bracketed remarks at the end: 全年预算数(A) is 全年预算数.
A pattern has to fit the whole heading, so 复核得分 is not 得分.
"""

import re
from functools import lru_cache

from selfeval_xl.cells import half_width
from selfeval_xl.patterns import expression


class Headings(dict[str, str]):
    """Fields and the patterns of their headings; hashed by what it is, so that answers can be kept."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(fields)
        self._order = {field: place for place, field in enumerate(fields)}
        self._any = re.compile("|".join(f"(?P<{field}>{pattern})" for field, pattern in fields.items()))

    def first(self, *headings: str) -> str | None:
        """The first field that has one of these headings."""
        found = [match.lastgroup for heading in headings if (match := self._any.fullmatch(heading)) is not None]
        return min((field for field in found if field is not None), key=self._order.__getitem__, default=None)

    __hash__ = object.__hash__  # type: ignore[assignment]


def _headings(**fields: str) -> Headings:
    return Headings(fields)


TITLE = expression(
    r"绩效.{0,8}自评(?:价|估|复核)?(?:\([^()]{1,6}\))?(?:表|情况表|报告表|[打评得]分表)|绩效目标.{0,6}(?:自评|完成情况).{0,4}表|自评表$|支出绩效自评(?:价)?$"
)
# One that is enough where no heading names the project.
PROJECT_TITLE = expression(r"项目(?:支出)?绩效(?:目标)?(?:完成情况)?自评(?:价|情况)?表$")
# Titles of other forms, whatever stands below them.
OTHER_TITLE = expression(r"整体(?:支出)?(?:绩效)?(?:自评|评价)|(?:绩效)?评价(?:得分|评分|打分)表")
OTHER_TABLE = expression(r"(?:(?<![续上])表|清单|台账|名单|一览|问卷|名册|目录|体系|指标库|填[报写]说明)$")
OTHER_LEVELS = {"投入", "过程", "决策", "项目决策", "项目过程", "项目投入", "投入管理", "过程管理"}
SURE_OTHER_LEVELS = {"投入", "项目投入", "投入管理"}  # whatever the title is
YEAR = expression(r"((?:19|20)\d{2})年")

HEAD = _headings(
    project=r"(?:部门|预算|财政|专项|子|支出|绩效|评价|自评|申报|填报|补助|资金|一级|二级|三级|[省市县区镇本]级)*项目(?:\(.{1,8}\))?(?:支出)?名称(?:及(?:编码|代码|编号))?"
    r"|(?:专项|专项资金|专项经费|专项业务|资金|任务)名称"
    r"|(?:专项)?转移支付(?:\(项目\))?名称|项目[、/]?\(?政策\)?名称|(?:政策[和及]项目|项目[和及]政策|专项\(项目\))名称|项目支出名称|自评项目名称?|政策\(项目\)名称"
    r"|项目(?:编码|代码|编号)[及和]名称|项目全称",
    department=r"(?:上级|本级|预算|项目|业务|行业|资金|[省市州盟区县旗镇乡]级?直?|自治区|兵团|师市|市县|地方|一级)*主管(?:预算)?(?:部门|单位|处室|科室)(?:及代码|和代码|名称|处室|(?:代码|编码)及名称)?",
    unit=r"(?:项目|具体|预算)*(?:实施|执行|承担|承办|牵头)(?:单位|部门|主体|机构|企业|处室|科室)(?:及代码|和代码|名称)?\d?|项目(?:使用)?单位(?:及代码|名称)?",
    # Where the form has none of those:
    project_else=r"(?:预算|自评)?项目|工程名称",
    department_else=r"(?:业务)?归口(?:管理)?(?:部门|单位)|中央主管部门|(?:填报|预算)部门|一级预算(?:部门|单位)|(?:预算)?部门名称",
    unit_else=r"(?:资金|项目)?(?:使用|用款|负责|经办)(?:单位|部门|处室|科室)(?:名称)?|(?:项目)?申报单位|项目业主|项目法人(?:单位)?|(?:项目)?(?:建设|管理|主办)单位|(?:项目)?责任(?:单位|部门|处室|科室)"
    r"|(?:二级|末级)预算单位|(?:预算|基层|基层预算|填报|填表|编制|自评)单位(?:及代码|名称)?|单位名称|填报单位名称|(?:学校|院校|高校|医院)名称",
)
# Other words of a head, whose values are not those of the label before them.
OTHER_HEAD = expression(
    r"(?:项目|资金|预算)?(?:编码|代码|编号|类型|类别|属性|性质|用途|负责人|联系人|分管领导|级次|来源|起止时间|实施期限?|期限|周期|状态)"
    r"|(?:单位|项目)?(?:负责人|联系人|经办人)(?:签字|及电话|及联系电话)?|联系(?:电话|方式)|电话|手机"
    r"|填[报表制](?:人|日期|时间)|(?:自评|评价|绩效|考核|填报|项目|预算|实施|资金|所属)?年[度份]|自评(?:日期|时间)|所属(?:科室|处室|领域)"
    r"|财政(?:科室|处室|归口.*)|(?:归口|业务)(?:科室|处室)|盖章|单位\(盖章\)|是否.*"
)
IN_CHARGE = expression(r"(?:业务)?归口(?:管理)?(?:部门|单位)")
YEAR_LABEL = expression(r"(?:自评|评价|绩效|考核|填报|项目|预算|实施|资金|所属)?年[度份]")

FUNDS_BLOCK = expression(
    r"(?:项目|年度|本年|预算|资金|专项)*(?:资金|预算|经费)(?:情况|执行|执行情况|总体情况|安排|使用情况|投入情况|来源|额度|及执行|及使用|收支情况)*(?:亿元|万元|千元|元)?|(?:项目)?资金投入|投入资金"
)
FUNDS = _headings(
    initial_budget=r"(?:当年|本年)?(?:年初|期初|初始|原)(?:批复|下达|安排|申报|计划|核定|财政)?(?:预算|资金)?(?:批复|安排)?(?:数|金额|数额|资金|安排)?|批复预算数?"
    r"|(?:预算)?申报(?:预算)?(?:数|金额)|调整前(?:预算)?(?:数|金额)?"
    r"|预算批复数|当年预算|(?:年初)?部门预算(?:批复)?数|年初(?:部门预算|预算总额|(?:财政)?拨款)|(?:预算|资金)安排|计划投资(?:数|额)?",
    annual_budget=r"(?:全年|年度|年末|本年度?|当年|项目|(?:追加)?(?:调整|调剂|变动)后的?|调整|年中调整后?的?|资金|最终|实际|核定|下达|可用|可执行)*"
    r"(?:预算|指标)(?:批复|指标|资金|调整后)?(?:数|金额|安排数|总额|总数|数额|额)?"
    r"|调整后(?:数|金额|安排数?)?|预算[合总]计|预算核定数|(?:预算|全年|年度)?安排(?:数|资金|金额)|(?:全年|年度)预算安排|全年实际预算数|预算控制数|预算下达|(?:实际|资金|财政)*下达(?:数|资金|金额)|预算下达数|(?:实际|资金|经费|全年)*到位(?:数|资金|金额)?|全年(?:资金|可执行)?(?:数|总额)"
    r"|(?:财政)?批复(?:数|金额)|总预算|资金额度|资金安排数|计划(?:数|金额|资金)",
    executed=r"(?:(?:截[至止])?(?:年[底末终]|12月[底末]|12月31日)|全年|年度|本年度?|当年|预算|实际|财政|资金|项目|累计|已)*(?:执行|支出|使用|支付|拨付|决算)(?:数|额|金额|总额|资金总额|资金|数额)"
    r"|(?:全年|本年|当年)?(?:实际|累计)?(?:执行|支出)|(?:实际|累计|已)(?:支付|拨付|使用|支出|执行)|(?:实际|资金)使用情况|决算支出|支出决算数|(?:实际)?列支数|决算支出数|支出实现数|(?:实际)?完成支出|(?:实际)?完成(?:数|金额)",
    weight=r"(?:预算)?(?:执行率?)?(?:分值|权重|权数)(?:权重|设[置定]|分值?)?|(?:标准|基准|满|配|总)分值|(?:标准|基准|满|配|应得)分|(?:指标|设定|参考)分值",
    rate=r"(?:预算|资金|全年|项目|支出|实际)*执行(?:率|进度|比例|比率|占比)%?(?:=.*)?|(?:预算|资金)?完成(?:率|比例)|(?:资金)?使用(?:率|进度)|支出比例|B/A|(?:预算|资金|全年)*(?:支[出付]|拨付)(?:进度|率|完成率)"
    r"|(?:实际)?(?:执行|支出)(?:数|金额)?占(?:全年)?预算(?:数)?的?(?:比例|比重|百分比|%)",
    score=r"(?:单位|本单位|部门)?(?:自评|自查|考核|实际|评价|(?:执行率|预算执行率?|预算|资金)(?:自评)?)?得分(?:=.*|情况)?|(?:单位|部门)?自评分[值数]?|得分值|实得分|自我评分|[评打]分",
    reason=r".{0,8}原因.{0,12}|备注|(?:情况|.{0,8}(?:偏差|未执行)(?:情况)?)?说明",
)
SHORT_BUDGET = expression(
    r"(?:年度|全年|本年度?|当年)?预算(?:安排|资金)?|资金(?:安排|预算)"
)  # also names of the block, at the left of it
TOTAL_FUNDS = expression(
    r"(?:其中)?(?:年度|全年|项目|专项|财政|本年度?|预算|当年)*(?:资金|预算|投入|支出|经费|拨款)*(?:总额|总金额|总计|合计|总量|总和|总数|总投[入资]|总资金)(?:数)?"
)
FUNDS_ROW = expression(
    r"总额|总计|合计|小计|总金额|资金|拨款|其中|其他|其它|财政|专户|自筹|预算|中央|省级|市级|县级|区级|本级|上级|结转|结余|补助|收入|债券|配套|贷款|事业|经营|基金|利息|公益金|自有|社会资本|(?:企业|群众|社会|单位|自筹)投入|投[资劳]|学费|收费|国[家债]|捐|缴费|单位安排"
    r"|^(?:[省市县区镇乡州]级?|兵团|师市|团场|旗县|盟市|自治区|市县|市州|地方|街道)$"
)

GOALS_BLOCK = expression(
    r"(?:年度|项目|本年度?|当年|全年)*(?:总体|绩效|总体绩效|工作|任务|总|绩效总)?目标(?:完成情况|情况|及完成情况)?"
)
# Read from the right: the words for the block are those for the goal in other forms.
GOALS = _headings(
    expected=r"(?:年度|年初|全年|项目|本年度?|当年|预期|设定|总体|绩效|计划|预定|预设|既定|制定|确定|下达|申报|批复|工作|任务|效益|建设|(?:年中)?调整[前后]?)*(?:的)?(?:总体|绩效|总)*"
    r"目标(?:值|内容|设定(?:情况)?|申报|\d)?|年初计划|预期成果",
    achieved=r"(?:截[至止]年底|年底|当年|年度|全年|项目|总体|绩效|总?目标|年终|年末|预期|实际|具体|自评|执行)*(?:完成|达成|实现|执行|自评)(?:的)?(?:绩效|目标)?(?:情况|结果)"
    r"(?:综述|说明|及效果)?\d?|(?:目标|全年|年度)?实际(?:完成|情况|绩效|效果|成效|完成绩效|完成内容)|(?:全年|年度)?(?:实际)?(?:完成|达成|实现)的?(?:年度|总体|绩效|总)*目标(?:情况)?|(?:年度|全年|项目|总体|绩效)*总?目标自评|(?:年度|全年|项目|总体|绩效)*目标(?:完成|实现|达成)",
)

INDICATORS_BLOCK = expression(
    r"(?:年度|项目|自评|本年度?)*(?:绩效|评价|自评)+指标(?:体系|评价)?(?:及)?(?:完成|自评|评分|得分)?(?:情况|分析|表)*|指标体系|(?:绩效|指标)+自评"
)
_ACTUAL = (
    r"(?:(?:截[至止])?(?:年[底末]|12月[底末]|12月31日)|全年|年度|年终|实际|自评|本年|本年度|指标|目标|当年|年中|绩效)*"
)
INDICATORS = _headings(
    level1=r"(?:绩效)?第?(?:一|I|1)级(?:绩效)?(?:指标|目标)(?:名称)?(?:及分值)?|(?:指标)?一级|(?:绩效)?指标(?:类型|类别|大类)",
    level2=r"(?:绩效)?第?(?:二|II|2)级(?:绩效)?(?:指标|目标)(?:名称)?(?:及分值)?|(?:指标)?二级",
    level3=r"(?:绩效)?第?(?:[三四34]|III)级(?:绩效)?(?:指标|目标)(?:名称|内容)?(?:及(?:说明|分值|单位))?|(?:指标)?[三四]级|(?:绩效|具体|明细|考核|评价)?指标(?:名称|内容|项目?|名|明细)"
    r"|(?:具体|明细|细化|考核|评价)指标",
    nature=r"(?:绩效)?指标(?:性质|方向|导向|符号)|(?:指标)?(?:运算|比较|计算|关系|逻辑|数学)符号?|符号|(?:目标值?|指标值)(?:符号|性质|方向)|方向|比较方式",
    target=r"(?:年度|年初|全年|预期|预算|本年度?|当年|(?:年中)?调整后?的?|项目|绩效|设定|计划|申报|批复)*"
    r"(?:指标值|目标值|指标目标值|目标指标值|指标标准值|预期值|预计值|计划值|(?:计划|应|预计|预期|拟)完成(?:指标|目标)?值|(?:目标|指标)?设定值|预设目标值|预设值|申报值|应达值|指标目标|绩效指标值)|(?:年度|年初|设定|标准)(?:指标|值)|(?:年初|初始|(?:年中)?调整后?的?)(?:绩效)?(?:指标|值)|绩效标准|年初目标|年度目标|预期目标|(?:年初)?目标(?:数|任务)|计划数|年初绩效目标",
    target_unit=r"(?:绩效)?(?:度量|计量|计算|指标|数量)单位|指标值单位|单位",
    actual=_ACTUAL + r"(?:完成值|实际值|实现值|完成指标值|完成数|达成值|完成指标|完成情况|实现情况|执行情况|执行值"
    r"|完成目标值|完成结果|完成实际值|完成(?:绩效|数)值|达到值)|(?:项目|已)完成值|实际(?:完成|情况|值|数|结果|绩效值|指标值|目标值|业绩值)|自评值|(?:年度|全年|本年|当年)实际|实绩值|业绩值|年(?:度|终|末)值",
    weight=r"(?:指标|三级指标|绩效|目标|设定|设置|规定|参考|单项|评[分价])?(?:分值|权[重数]值?|权重分[值数]?|(?:标准|基准|基础|设定|额定|应得|配)分[值数]?|满分值?|总分值|赋分值)[%/]*(?:权重|分值|占比|设[置定])?|赋分|(?:指标)?分数|指标分",
    score=r"(?:本次|预算|单位|本单位|实施单位|部门|项目)*(?:自评[价估]?|自查|自我评价|考核|考评|实际|评价|评价结果|最终|指标|三级指标|完成|绩效|单项)*得分(?:情况|值|数|结果)?"
    r"|(?:单位|部门)?自评(?:估|打|评)?分[值数]?|单位(?:自评|评分)|评分值|实得分值?|自我评分|[评打]分|评分结果|评价分数",
    reason=r".{0,12}(?:原因|改进措施|整改措施).{0,16}|备注|(?:偏差|差异|情况|完成情况|偏差情况|差异情况|扣分情况|自评|评分|得分|扣分|失分|分析|指标偏差|未.{0,8})?说明|扣分(?:理由|点)|(?:偏差|差异)分析|偏差情况|改进建议|(?:得失分|得分|扣分|评分)依据.{0,8}",
)
SURE_REASON = expression(r"偏\s*差|原\s*因|改\s*进|整\s*改")  # where 备注 or 评分说明 stands beside it
SCORE_ELSE = expression(r"分数|自评结果")  # the score where no heading says 得分
ADJUSTED = expression(r"(?<!不)调整后?")  # the target that counts, where it is filled in
INDICATOR_PARTS = ("nature", "target", "target_unit")  # what 年度指标值 is divided into

LEVEL1 = {"产出指标", "效益指标", "满意度指标", "成本指标", "产出", "效益", "满意度", "成本"}
ONLY_LEVEL1 = LEVEL1 - {"成本指标", "满意度指标", "满意度"}
LEVEL2 = {
    "数量",
    "质量",
    "时效",
    "成本",
    "经济成本",
    "社会成本",
    "生态环境成本",
    "经济效益",
    "社会效益",
    "生态效益",
    "可持续影响",
    "服务对象满意度",
    "满意度",
}

SUBTOTAL = expression(r".{0,10}小计")
TOTAL = expression(
    r"(?:自评|绩效|评价|项目|最终|总)*(?:总分[值数]?|合计|总计|总得分|合计(?:得分|分[值数]|总分)|(?:得分|分值?|评分|总分|总得分)合计|综合[得评]分|自评总分|得分总计|总计得分|总评分)"
    r"|(?:项目|绩效|最终)*自评得分"
)
FOOTER = expression(
    r"^(?:填[报表制]|审核|复核|联系|注[:：\d]|备注[:：]|说明[:：]|单位负责人|项目负责人|负责人|经办|评价结论|自评结论|存在(?:的)?问题|主要问题|改进措施"
    r"|自评等级|评价等级|下一步|制表(?:[人日时单:：]|$)|分管(?:.{0,4}领导|.{0,4}负责人|[:：]|$)|(?:财务|部门|科室)负责人|主管领导|填写人|(?:自评|评价)(?:人员|小组|组)(?:[:：(（]|成员|组长|意见|$)|(?:有关|意见|相关)建议|问题[及和与](?:原因|建议|改进|对策|措施|整改措施)"
    r"|偏差大或|(?:目标)?未完成原因分析|其他需说明|需要说明|主要经验|其他需要说明|其他说明|盖章|日期|(?:备注|说明|注)\s*$)"
)
SIGNED = expression(r"[^,，。;；]{0,12}(?:意见|签字|签章|签名|盖章)[\s:：()（）]*")  # below the table, without points
FINDINGS_SHEET, IMPORTED_SHEET, YEAR_SHEET = "核对结果", "导入情况", "结转清单"  # what buttons list
# How the sheets around our forms begin.
OWN_SHEETS = ("使用说明", "项目支出绩效自评汇总", FINDINGS_SHEET, IMPORTED_SHEET, YEAR_SHEET)

# Beside our own sheet: a label and its value, and the headings of columns.
SIDE_LABELS = {
    "profile": "评分规则",
    "grade": "评价等级",
    "findings": "核对结果",
    "formulas": "公式适用",
    "advice": "复核建议",
    "funds_finding": "资金核对",
    "notes": "导入核对",
    "rolled": "结转核对",
    "total_finding": "总分核对",
    "next_step": "下一步",
}
SIDE = _headings(**SIDE_LABELS)
SIDE_COLUMNS = ("建议得分", "核对意见", "上年完成值")  # of our own sheet, in this order
GRADE_LABEL = expression(
    r"(?:(?:绩效|单位|项目|自我|综合)?(?:自评价?|评价|评定|评分)|绩效|综合)?(?:结果|结论|得分)?(?:及|和)?(?:等级|等次|级别|档次)(?:评定)?|(?:绩效|自评)?评级|(?:绩效)?(?:自评|评价)结[论果]"
)
GRADE = expression(r"[优良中差](?:秀|好|等)?|较好|一般|较差|不?合格")
MONEY_UNIT = expression(r"(亿元|万元|千元|元)")

LONGEST_HEADING = 30
LONGEST_GOAL_HEADING = 15
_BLANKS = expression(r"\s+")
_ANY_REMARK = expression(r"\([^()]*\)")
_NUMBERING = expression(r"^(?:[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十\d]{1,2}\)|\d{1,2}[.、](?!\d))")
_MOST_REMARKS = 20  # at the end of a heading
_REMARK = expression(r"\([^()]*\)$")
_DATED = expression(r"^(?:19|20)\d{2}年度?(?=.)")
# 全年执行数③, 执行率④=③/②: how the columns are counted.
_COUNTED = expression("^[\u2460-\u2473]|(?<=.)[\u2460-\u2473](?:\\s*[=＝][\u2460-\u2473÷/／×*()（）100%％+-]*)?$")
_REQUIRED = expression(r"^[*★]+(?=[^*★])")  # the star of a field that must be filled in


@lru_cache(maxsize=16_384)  # a heading is compared with every field, and a form is read at every change
def key(text: str) -> str:
    """The heading as it is compared: no number or star before, no blanks, no colon at the end, no bracketed remarks."""
    bare = _BLANKS.sub("", half_width(_COUNTED.sub("", text.strip())))
    bare = _NUMBERING.sub("", _REQUIRED.sub("", bare.rstrip(":")))
    for _ in range(_MOST_REMARKS):
        stripped = _REMARK.sub("", bare).rstrip(":*")
        if not stripped or stripped == bare:
            break
        bare = stripped
    return bare


@lru_cache(maxsize=16_384)
def field_of(text: str, fields: Headings) -> str | None:
    """The field that a heading means, or None."""
    wanted = key(text)
    if not wanted or len(wanted) > LONGEST_HEADING:
        return None
    bare = _ANY_REMARK.sub("", wanted) or wanted
    found = fields.first(wanted) if bare == wanted else fields.first(wanted, bare)
    if found is None and (undated := _DATED.sub("", bare)) != bare:  # 2023年全年预算数
        return fields.first(undated)
    return found


def is_level2(text: str) -> bool:
    """Whether the words name a block of the second level: 数量指标, 服务对象满意度."""
    wanted = key(text)
    return wanted not in ONLY_LEVEL1 and wanted.removesuffix("指标") in LEVEL2


def is_level1(text: str) -> bool:
    """Whether the words name a block of the first level."""
    return key(text) in LEVEL1
