"""What a check is: a function named as its rule, with its level and the source it rests on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.cells import CellError, Entry, Spot, half_width, plain, round_half_up, short
from selfeval_xl.dates import read_deadline
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.labels import key
from selfeval_xl.once import once
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import Profile, Source
from selfeval_xl.scoring.beside import in_unit, nature_in, with_sign
from selfeval_xl.scoring.direction import Named
from selfeval_xl.scoring.measures import Measure, read_measure
from selfeval_xl.scoring.of_form import Computed, compute, with_execution_weight
from selfeval_xl.scoring.suggestion import Suggestion, suggest

ERROR = "error"  # wrong whatever anybody thinks
WARNING = "warning"  # would come back unless it is explained
ADVICE = "advice"  # worth a thought; never changes a score
LEVELS = {ERROR: "错误", WARNING: "提醒", ADVICE: "建议"}  # the gravest first, with the words for people

AMOUNTS = {"initial_budget": "年初预算数", "annual_budget": "全年预算数", "executed": "全年执行数"}
SAVE_CHECKS = Source("省级预算绩效管理系统保存校验", "省级", None)
REVIEW = Source("绩效自评复核规则", "成都", 2025)
LAYOUT = Source("项目支出绩效自评表及填表说明", "全国", 2020)


@dataclass(frozen=True)
class Finding:
    """One thing that would come back: where, what was stated, what follows, and what would settle it."""

    source: str | None
    sheet: str | None
    cell: str | None
    rule: str
    level: str
    message: str
    basis: str
    stated: str | None
    expected: str | None


class Found(NamedTuple):
    """What a check yields: the entry, what is wrong with it and what would settle it.

    The name of the `row` is said before the message; `field` places a blank cell of it. `level` and `basis` (a
    profile's number) are named where they are not those of the check, `stated` where it is not what the entry says.
    """

    entry: Entry
    message: str
    expected: str | Decimal | None = None
    level: str | None = None
    field: str | None = None
    row: Indicator | Funds | None = None
    basis: str | None = None
    stated: str | None = None


_NOT_CONCERNED = expression(r"不涉及|不适用|无|[(（]不涉及[)）]")


@dataclass(frozen=True)
class Around:
    """What the rules for one indicator may know of its form, and nothing else.

    `told` are the project's name and goal, `reason_above` is the reason that 同上 repeats.
    """

    year: int | None = None
    told: str = ""
    columns: frozenset[str] | None = None
    is_from_a_file: bool = False
    reason_above: str | None = None

    def has_column(self, field: str) -> bool:
        """Whether the paper has a place for this field of an indicator, as far as is known."""
        return self.columns is None or field in self.columns


def around(form: Form) -> Around:
    """What the rules for its indicators may know of a form."""
    reasons = [row.reason for row in form.indicators if row.reason.text]
    ditto = next((at for at, reason in enumerate(reasons) if is_ditto(reason)), 0)
    return Around(
        form.year,
        f"{form.project.written}\n{form.expected_goal.written}",
        None if form.columns is None else frozenset(form.columns),
        form.source is not None,
        reasons[ditto - 1].text if ditto else None,
    )


def is_ditto(reason: Entry) -> bool:
    """Whether a reason says 同上."""
    return key(reason.text or "") == "同上"


@dataclass(frozen=True)
class Row:
    """One indicator, with what the rules say of its score."""

    indicator: Indicator
    profile: Profile
    around: Around = Around()

    @property
    def everything(self) -> tuple[object, ...]:
        """All that its findings follow from, but for the places of its cells."""
        entries = self.indicator.__dict__.values()
        return (self.profile, self.around, *[entry.value for entry in entries], *[entry.written for entry in entries])

    @once
    def suggested(self) -> Suggestion | None:
        """What follows from target and actual value; None where one is blank or the weight is no number."""
        weight = self.indicator.weight.number
        if weight is None or weight < 0 or not self.has_actual:
            return None
        return suggest(*self.said, weight, self.profile, self.named)

    @once
    def said(self) -> tuple[str | None, str | None]:
        """Target and actual value with what the columns beside them say: the sign of 反向, the unit of a bare month."""
        row = self.indicator
        target, actual = row.target.text, row.actual.text
        levels = (row.level3.text, row.level2.text, row.level1.text)
        nature = row.nature.text or next(filter(None, map(nature_in, levels)), None)
        if nature is None and row.target_unit.text is None:
            return target, actual
        return with_sign(target, nature), in_unit(target, actual, row.target_unit.text)

    @once
    def named(self) -> Named:
        """What the indicator and its blocks are called."""
        levels = (self.indicator.level3, self.indicator.level2, self.indicator.level1)
        return Named(*(level.text or "" for level in levels))

    @once
    def measures(self) -> tuple[Measure | None, Measure | None]:
        """What target and actual value say; None for one that is blank."""
        target, actual = self.said
        return read_measure(target), read_measure(actual) if self.has_actual else None

    @property
    def is_begun(self) -> bool:
        """Whether anything but the blocks and the points is filled in; 不涉及 by itself is nothing."""
        row = self.indicator
        if row.target.text or row.actual.text:
            return True
        if _NOT_CONCERNED.fullmatch(row.level3.written.strip()):
            return False
        return any(entry.text for entry in (row.level3, row.score, row.reason))

    @property
    def has_error(self) -> bool:
        """Whether a cell of the row shows an error, so that nothing else can be said of it."""
        row = self.indicator
        entries = (row.level3, row.target, row.actual, row.weight, row.score, row.reason)
        return CellError in [entry.value.__class__ for entry in entries]

    @property
    def has_actual(self) -> bool:
        """Whether the actual value says anything; a printed star does not."""
        return bool((self.indicator.actual.text or "").strip("*＊ "))

    @property
    def has_reason(self) -> bool:
        return self.indicator.reason.text is not None

    @property
    def lost(self) -> Decimal | None:
        """The points that are missing to full marks; None where one is no number."""
        weight, score = self.indicator.weight.number, self.indicator.score.number
        return None if weight is None or score is None else weight - score


@dataclass(frozen=True)
class Whole:
    """One form with what its own figures give, and the other forms it came with.

    `mended` is the form without an amount or a weight that is known to be mistyped: what follows from it is judged
    by the right one.
    """

    form: Form
    profile: Profile
    others: tuple[Form, ...] = ()
    mended: Form | None = None

    @property
    def right(self) -> Form:
        return self.form if self.mended is None else self.mended

    @once
    def computed(self) -> Computed:
        return compute(with_execution_weight(self.right, self.profile), self.profile)

    @once
    def rows(self) -> tuple[Row, ...]:
        """The indicators that are begun."""
        said = around(self.right)
        rows = (Row(indicator, self.profile, said) for indicator in self.right.indicators)
        return tuple(row for row in rows if row.is_begun)

    @once
    def is_scored(self) -> bool:
        """Whether every indicator that is begun has its points, so that they can be added up."""
        return all(row.indicator.score.number is not None for row in self.rows)


@dataclass(frozen=True)
class Check:
    """A rule of the reviewers: its name, level and basis, its words and the function that finds it broken.

    `basis` is the source itself, or the name of a profile's number, whose source it then is.
    """

    name: str
    level: str
    basis: Source | str
    words: str
    of_row: Callable[[Row], Iterator[Found]] | None = field(default=None, repr=False)
    of_form: Callable[[Whole], Iterator[Found]] | None = field(default=None, repr=False)

    @property
    def part(self) -> str:
        """The part of the form that it looks at."""
        function = self.of_row or self.of_form
        return _PARTS[function.__module__.rpartition(".")[2]] if function is not None else ""

    def source(self, profile: Profile, other: str | None = None) -> Source:
        """The source that the check rests on, or that of another number of the profile."""
        basis = other or self.basis
        return profile.source(basis) if isinstance(basis, str) else basis

    def finding(self, found: Found, form: Form, profile: Profile) -> Finding:
        """The finding with everything a reviewer writes on the slip."""
        source, spot = self.source(profile, found.basis), place(form, found)
        expected = plain(found.expected) if isinstance(found.expected, Decimal) else found.expected
        entry = found.entry
        return Finding(
            source=form.source,
            sheet=form.sheet,
            cell=spot.address if spot else None,
            rule=self.name,
            level=found.level or self.level,
            message=name_of(found.row) + found.message if isinstance(found.row, Indicator) else found.message,
            basis=f"{source.notice}（{source.region}）",
            stated=found.stated or (entry.text if entry.number is None else plain(entry.number)),
            expected=expected,
        )


# By module.
_PARTS = {"head": "表头", "last_year": "表头", "funds": "资金", "indicators": "指标", "totals": "总分"}

RowCheck = Callable[[Row], Iterator[Found]]
FormCheck = Callable[[Whole], Iterator[Found]]


def row_check(level: str, basis: Source | str) -> Callable[[RowCheck], Check]:
    """Makes a check of one indicator out of a function."""
    return lambda function: Check(function.__name__, level, basis, _words(function), of_row=function)


def form_check(level: str, basis: Source | str) -> Callable[[FormCheck], Check]:
    """Makes a check of a whole form out of a function."""
    return lambda function: Check(function.__name__, level, basis, _words(function), of_form=function)


def _words(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip()


def quoted(text: str, most: int | None = 24) -> str:
    """Words of the form as a sentence quotes them: on one line, without the colon or full stop at their end."""
    words = _ENDING.sub("", text)
    return f"“{' '.join(words.split()) if most is None else short(words, most)}”"


def name_of(row: Indicator) -> str:
    """The indicator as a sentence begins with it; nothing where it has no name."""
    name = _NUMBERED.sub("", row.level3.text or "") or row.level2.text or row.level1.text
    return quoted(name) if name else ""


def name_of_funds(row: Funds) -> str:
    """A row of money as a sentence names it."""
    return _AMONG.sub("", short(_ENDING.sub("", row.name.text or "年度资金总额")))


_NUMBERED = expression(r"^\s*指标\d{1,2}\s*[:：]\s*")
_AMONG = expression(r"^其中[:：]?")
_ENDING = expression(r"(?<![\s:：。；;，,、])[\s:：。；;，,、]+$")  # looks at a long run of them once


def place(form: Form, found: Found) -> Spot | None:
    """The cell of a finding; a blank cell is where its row and its column cross."""
    if found.entry.spot is not None or found.row is None:
        return found.entry.spot
    own = next((spot for spot in _spots(found.row) if spot is not None), None)
    if own is None or found.field is None:
        return own
    columns = form.columns if isinstance(found.row, Indicator) else form.funds_columns
    column = (columns or {}).get(found.field)
    return own if column is None else Spot(own.sheet, own.row, column)


def _spots(row: Indicator | Funds) -> Iterator[Spot | None]:
    if isinstance(row, Indicator):
        entries = (row.level3, row.score, row.weight, row.actual, row.target)
    else:
        entries = (row.name, row.executed, row.annual_budget, row.weight, row.score)
    for entry in entries:
        yield entry.spot


def points(number: Decimal) -> str:
    """Points as they are said: two decimals at most."""
    shown = plain(number)
    return plain(round_half_up(number, 2)) if len(shown.partition(".")[2]) > 2 else shown


def percent(rate: Decimal) -> str:
    """A rate in per cent, with two decimals as the form prints it: 80.88%."""
    return f"{plain(round_half_up(rate * 100, 2) + 0)}%"


_LONGEST_DAY = 40  # characters, with what is to be done by then
_BLANKS = expression(r"\s+")


def earlier_year(entry: Entry, year: int | None) -> int | None:
    """The year of a cell that states one day, or several, wholly before this year."""
    stated = None if year is None or not entry.text else _year_of_day(entry.text)
    return None if stated is None or year is None or stated >= year else stated


@lru_cache(maxsize=4096)  # the same texts after every change
def _year_of_day(text: str) -> int | None:
    bare = _BLANKS.sub("", half_width(text))
    deadline = read_deadline(bare) if len(bare) <= _LONGEST_DAY else None
    return None if deadline is None else deadline.year
