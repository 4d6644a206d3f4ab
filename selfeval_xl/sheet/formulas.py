"""The official cells: Python first, and the same arithmetic in Excel's own functions where Python does not answer.

The native part reads a cell as `cells.read_value` does: numbers typed as text, full-width digits, separators,
blanks, % and ‰ count, printed dashes are blanks, and anything else is an error and never a number.
It uses functions that Excel 2010 and WPS have. An array of signs stands for a loop: in
`SUMPRODUCT(LEN(x)-LEN(SUBSTITUTE(x,{"-","/"},"")))` all dashes of x are counted.
"""

from collections.abc import Iterable

from selfeval_xl.cells import DASHES, MINUS_SIGNS, round_half_up
from selfeval_xl.profiles import NATIONAL, PROFILES, Profile

PROFILE_CELL = "$L$1"
ADVICE_CELL = "$L$4"
ABOVE_WEIGHT = "错误：得分超过分值。"
NO_REASON = "错误：得分低于分值，未填偏差原因。"
NOT_CHECKED = "未连接 Python，暂未核对"

_BLANKS = " \u00a0\u3000"
_OF_A_NUMBER = "0123456789.,%+０１２３４５６７８９．，％＋‰"
_WRONG = "NA()"


def rate_formula(row: int, profile: Profile) -> str:
    """执行率 of the funds in this row."""
    budget, executed = f"E{row}", f"F{row}"
    rate = f"ROUND({_number(executed)}/{_number(budget)},{profile.rate_places})"
    without_budget = str(round_half_up(profile.rate_without_budget, profile.rate_places))
    share = _by_sign(budget, without_budget, rate)
    native = _guarded(f"{budget}:{executed}", (executed, budget), share, _profile_is_known(profile))
    return f"=IFERROR(SE_EXECUTION_RATE({executed},{budget},{PROFILE_CELL}),{native})"


def score_formula(row: int, profile: Profile) -> str:
    """得分 of execution."""
    budget, executed, weight = f"E{row}", f"F{row}", f"G{row}"
    rate = f"MIN(MAX({_number(executed)}/{_number(budget)},0),1)"
    share = _by_sign(budget, str(profile.rate_without_budget), rate)
    score = _by_sign(weight, "0", f"ROUND({share}*{_number(weight)},{profile.score_places})")
    native = _guarded(f"{budget}:{weight}", (executed, budget, weight), score, _profile_is_known(profile))
    return f"=IFERROR(SE_EXECUTION_SCORE({executed},{budget},{weight},{PROFILE_CELL}),{native})"


def total_formula(column: str, execution: str, heading_row: int, profile: Profile) -> str:
    """分值 or 得分 of the whole form.

    Both ends of the range are found when it is calculated, so that rows may be inserted
    directly below the headings and directly above the total.
    """
    block = f"INDEX({column}:{column},ROW({column}{heading_row})+1):INDEX({column}:{column},ROW()-1)"
    words = _words(block)
    is_blank = f"(MMULT({_count(words, DASHES + _BLANKS)},{_ones(DASHES + _BLANKS)})=LEN({words}))"
    numbers = f'VALUE(REPT({_digits(words)},1-{is_blank})&REPT("0",1*{is_blank}))'
    of_execution = f"IF({_is_blank(execution)},0,{_number(execution)})"
    total = f"ROUND({of_execution}+SUM({block})+SUMPRODUCT({numbers}),{profile.score_places})"
    says_nothing = f"AND({_is_blank(execution)},COUNT({block})=0,{_consists_of(words, DASHES + _BLANKS)})"
    known = f"AND({_consists_of(words, _OF_A_POINT)},{_consists_of(_words(execution), _OF_A_POINT)})"
    native = f'IF({known},IF({says_nothing},"",{total}),{_WRONG})'
    return f"=IFERROR(SE_TOTAL({execution},{block}),{native})"


def grade_formula(total: str, profile: Profile) -> str:
    """评价等级 from the total."""
    *upper, (_, lowest) = profile.grades
    grade = f'"{lowest}"'
    for threshold, name in reversed(upper):
        grade = f'IF({total}>={threshold},"{name}",{grade})'
    possible = f"AND(ISNUMBER({total}),{total}>=0,{total}<={profile.total_points},{_profile_is_known(profile)})"
    native = f'IF({total}="","",IF({possible},{grade},{_WRONG}))'
    return f"=IFERROR(SE_GRADE({total},{PROFILE_CELL}),{native})"


def suggestion_formula(row: int) -> str:
    """建议得分 of the indicator in this row; blank without Python."""
    return f'=IFERROR(SE_INDICATOR_SCORE(E{row},F{row},G{row},{PROFILE_CELL}),"")'


def row_check_formula(row: int) -> str:
    """核对意见 of the indicator in this row; without Python the two slips that need no reading."""
    weight, score, reason = f"G{row}", f"H{row}", f"I{row}"
    no_reason = f'AND({score}<{weight},LEN(TRIM({reason}&""))=0)'
    native = f'IF({score}>{weight},"{ABOVE_WEIGHT}",IF({no_reason},"{NO_REASON}",""))'
    native = f'IFERROR(IF(COUNT({weight}:{score})=2,{native},""),"")'
    asked = f"SE_CHECK_ROW(E{row},F{row},{weight},{score},{reason},{PROFILE_CELL},{ADVICE_CELL})"
    return f"=IFERROR({asked},{native})"


def form_check_formula(area: str) -> str:
    """核对结果 of the form in this area."""
    return f'=IFERROR(SE_CHECK({area},{PROFILE_CELL},{ADVICE_CELL}),"{NOT_CHECKED}")'


# ---- parts ---------------------------------------------------------------------------------------------------

_OF_AN_AMOUNT = _OF_A_NUMBER + DASHES + _BLANKS
_OF_A_POINT = _OF_AN_AMOUNT.replace(",", "").replace("，", "")  # points have no thousands


def _guarded(area: str, cells: Iterable[str], native: str, also: str = "TRUE") -> str:
    """The calculation where each cell of a row says a number; blank where one says nothing, else an error."""
    words = _words(area)
    known = f"{_consists_of(words, _OF_AN_AMOUNT, ';')},{_is_well_separated(words)},{also}"
    blanks = ",".join(map(_is_blank, cells))
    return f'IF(AND({known}),IF(OR({blanks}),"",{native}),{_WRONG})'


def _by_sign(cell: str, for_zero: str, otherwise: str) -> str:
    """An error for a number below zero."""
    return f"CHOOSE(2+SIGN({_number(cell)}),{_WRONG},{for_zero},{otherwise})"


def _words(area: str) -> str:
    """What cells say that are no numbers; an error stays one."""
    return f"CLEAN(REPT({area},1-ISNUMBER({area})))"


def _number(cell: str) -> str:
    """The cell's number, also where it is typed as text."""
    digits = _digits(f"CLEAN({cell})")
    return f"IF(ISNUMBER({cell}),{cell},VALUE({digits}))"


def _digits(words: str) -> str:
    """The text of a number as VALUE takes it, and of anything else as VALUE does not.

    The zeros after a minus sign keep 1-2 from being a date, a blank after the exponent keeps 5%0 and 5%%
    from being numbers.
    """
    digits = f"ASC({words})"
    for blank in _BLANKS:
        digits = f'SUBSTITUTE({digits},"{blank}","")'
    for sign in MINUS_SIGNS[1:]:
        digits = f'SUBSTITUTE({digits},"{sign}","-")'
    for sign, meaning in (("/", "—"), ("-", "-00000"), ("%", "E-2 "), ("‰", "E-3 ")):
        digits = f'SUBSTITUTE({digits},"{sign}","{meaning}")'
    return digits


def _is_blank(cell: str) -> str:
    return _consists_of(f"CLEAN({cell})", DASHES + _BLANKS)


def _consists_of(words: str, signs: str, between: str = ",") -> str:
    return f"SUMPRODUCT({_count(words, signs, between)})=SUMPRODUCT(LEN({words}))"


def _count(words: str, signs: str, between: str = ",") -> str:
    """How often each of the signs stands in each of the words."""
    listed = between.join(f'"{sign}"' for sign in signs)
    return f'(LEN({words})-LEN(SUBSTITUTE({words},{{{listed}}},"")))'


def _ones(signs: str) -> str:
    return "{" + ";".join("1" for _ in signs) + "}"


def _is_well_separated(words: str) -> str:
    """Thousands separators stand where Excel itself would put them: 1,234 and not 1,2,3."""
    digits = _digits(words)
    grouped = f'TEXT(TRUNC(ABS(VALUE({digits}))),"#,##0")'
    return f'SUMPRODUCT(ISNUMBER(FIND(",",{digits}))*ISERROR(FIND({grouped},{digits})))=0'


def _profile_is_known(profile: Profile) -> str:
    """Whether the sheet's profile is one with the numbers that stand in the formula."""
    alike = [profile, *(other for other in PROFILES if other != profile and _official(other) == _official(profile))]
    names = ",".join(f'"{name}"' for profile in alike for name in (profile.name, profile.title))
    blank = '"",' if _official(NATIONAL) == _official(profile) else ""
    return f'ISNUMBER(MATCH(TRIM({PROFILE_CELL}&""),{{{blank}{names}}},0))'


def _official(profile: Profile) -> tuple[object, ...]:
    return profile.rate_without_budget, profile.rate_places, profile.score_places, profile.total_points, profile.grades
