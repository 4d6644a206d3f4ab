"""The sheets of a summary and the headings of their columns, as they are written and as they are found again."""

TITLE = "项目支出绩效自评汇总"
MAIN, UNITS, ANALYSIS, FINDINGS = "汇总", "按单位", "分析", "问题清单"
REPEATED, NOT_READ, MISSING, UNPLACED = "重复与更正", "未能读取", "未报送", "上次备注"
REMARK = "备注"

HEADINGS: dict[str, tuple[str, ...]] = {
    MAIN: (
        "序号", "单位", "项目名称", "主管部门", "年度", "金额单位", "年初预算数", "全年预算数", "全年执行数", "执行率",
        "执行率得分", "总分", "等级", "错误", "提醒", "建议", "评分规则", REMARK, "文件", "工作表",
    ),
    UNITS: (
        "单位", "年度", "项目数", "有错误的项目", "全年预算数", "全年执行数", "执行率", "平均总分", "最低总分",
        "优", "良", "中", "差", "未报送",
    ),
    FINDINGS: (
        "单位", "项目名称", "程度", "问题和解决办法", "单元格", "填报", "应为", "依据", "文件", "工作表",
    ),
    REPEATED: (
        "单位", "项目名称", "年度", "计入的文件", "计入文件的时间", "没有计入的文件", "没有计入文件的时间",
        "不同之处（没有计入的 → 计入的）",
    ),
    NOT_READ: ("文件", "工作表", "原因", "处理办法"),
    MISSING: ("单位", "项目名称", "年度", "情况", "邮箱"),
    UNPLACED: ("单位", "项目名称", "年度", REMARK),
}  # fmt: skip
SHEETS = (*HEADINGS, ANALYSIS)

NO_UNIT, NO_PROJECT = "（未填单位）", "（未填项目名称）"  # as a blank is shown
SUM, NONE = "合计", "（无）"
FILLS = ("DDEBF7", "FFC7CE", "FFEB9C", "F2F2F2")  # of headings, errors, warnings and sums
