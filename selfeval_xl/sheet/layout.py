"""The familiar layout: which column and row holds what."""

from selfeval_xl.profiles import Profile

TITLE = "财政项目支出绩效自评表"
FIRST_FUNDS_ROW = 6
LAST_COLUMN = 9  # I
SIDE = 11  # K
WIDTHS = (6.5, 9.5, 11, 19, 19, 19, 7, 8.5, 19, 2, 24, 60)
ADVICE_CHOICES = ("显示", "不显示")
FUNDS_NAMES = ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金")
SKELETON = (
    ("产出指标", ("数量指标", "数量指标", "质量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)


RATE_PLACES = range(5)  # decimals of a rate in per cent


def rate_style(profile: Profile) -> str:
    """A rate is shown with the decimals to which the profile rounds it."""
    return f"rate{profile.rate_places - 2}"
