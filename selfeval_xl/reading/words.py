"""What the words of one cell are on a form: a title, a label, the name of a block, points."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from selfeval_xl import labels
from selfeval_xl.cells import Entry, half_width
from selfeval_xl.once import once
from selfeval_xl.patterns import expression

LONGEST_TITLE = 60
YEAR_MARKS = expression(r"[\s()\[\]【】〔〕]+")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMBERINGS = expression(r"([一二三四五六七八九十]{1,2}、)|([(][一二三四五六七八九十]{1,2}[)]、?)|(\d{1,2}[.、])(?!\d)")
_AROUND_MARKS = expression(r"[\s()\[\]]+")
_BLANKS = expression(r"\s+")
_ENDS_OF_SENTENCES = ("。", "；", "，", ";", ",")
_BRACKETED = expression(r"[（(]([^（()）]+)[）)]\s*[:：]?(.+)")
_POINTS = expression(r"([+-]?\d{1,9}(?:\.\d{1,9})?)分|[(](?:单位)?自评得分[)]:?(\d{1,9}(?:\.\d{1,9})?)分?")


class Words:
    """What the words of a cell can be on a form; each question is answered once, however often it is asked."""

    def __init__(self, text: str) -> None:
        self._text = text

    @once
    def plain(self) -> str:
        """In half width."""
        return half_width(self._text)

    @once
    def bare(self) -> str:
        """In half width, without blanks."""
        return _BLANKS.sub("", self.plain)

    @once
    def label(self) -> str:
        """What stands before a colon: the label of 项目名称：X."""
        return self.plain.partition(":")[0]

    @once
    def head_field(self) -> str | None:
        """The field of the head whose label they are."""
        return labels.field_of(self.label, labels.HEAD)

    @once
    def is_head_label(self) -> bool:
        return self.head_field is not None or labels.OTHER_HEAD.fullmatch(labels.key(self.label)) is not None

    @once
    def is_funds_block(self) -> bool:
        return self._names(labels.FUNDS_BLOCK)

    @once
    def is_goals_block(self) -> bool:
        return self._names(labels.GOALS_BLOCK)

    @once
    def is_indicators_block(self) -> bool:
        return self._names(labels.INDICATORS_BLOCK)

    @once
    def is_block(self) -> bool:
        return self.is_funds_block or self.is_goals_block or self.is_indicators_block

    @once
    def is_title(self) -> bool:
        return labels.TITLE.search(self._title) is not None

    @once
    def is_title_of_project(self) -> bool:
        return self.is_title and labels.PROJECT_TITLE.search(self._title) is not None

    @once
    def is_title_of_another_form(self) -> bool:
        found = labels.OTHER_TITLE.search(self._title) is not None and "项目支出" not in self._title
        return found and not self.bare.endswith(_ENDS_OF_SENTENCES)

    @once
    def is_title_of_another_table(self) -> bool:
        other = labels.OTHER_TABLE.search(self._title) is not None and not self.is_title
        return other or self.is_title_of_another_form

    @once
    def is_total(self) -> bool:
        return self._names(labels.TOTAL)

    @once
    def year(self) -> int | None:
        found = labels.YEAR.search(YEAR_MARKS.sub("", half_width(self._text.translate(_DIGITS))))
        return int(found.group(1)) if found else None

    @once
    def is_subtotal(self) -> bool:
        return self._names(labels.SUBTOTAL)

    @once
    def is_grade_label(self) -> bool:
        return labels.GRADE_LABEL.fullmatch(labels.key(self.label)) is not None

    @once
    def may_label_a_grade(self) -> bool:
        """Whether a grade may stand in them or beside them."""
        return self.is_grade_label or labels.GRADE_LABEL.fullmatch(self.bracketed[0]) is not None

    @once
    def bracketed(self) -> tuple[str, str]:
        """The label and the words of （自评等级）优."""
        found = _BRACKETED.fullmatch(self._text.strip())
        return (labels.key(found[1]), found[2].strip()) if found is not None else ("", "")

    @once
    def is_footer(self) -> bool:
        return labels.FOOTER.search(self._without_number) is not None

    @once
    def is_signed(self) -> bool:
        """Whether they ask for an opinion or a signature, as below the table."""
        return labels.SIGNED.fullmatch(self._without_number) is not None

    @once
    def _without_number(self) -> str:
        return _NUMBERINGS.sub("", self.plain.strip(), count=1)

    @once
    def numbering(self) -> str | None:
        match = _NUMBERINGS.match(self.plain.strip())
        return None if match is None else "、" if match[1] else "()" if match[2] else "1."

    @once
    def mark(self) -> str:
        """1 of （1）, as it counts a column."""
        return _AROUND_MARKS.sub("", self.plain)

    @once
    def points(self) -> Decimal | None:
        """10 of 10分, 9.5 of （自评得分）9.5."""
        match = _POINTS.fullmatch(self.bare)
        return Decimal(match[1] or match[2]) if match is not None else None

    @once
    def _title(self) -> str:
        return labels.key(self._text) if len(self._text) < LONGEST_TITLE else ""

    def _names(self, part: re.Pattern[str]) -> bool:
        words = labels.key(self._text)
        return len(words) <= labels.LONGEST_HEADING and part.fullmatch(words) is not None


@lru_cache(maxsize=16_384)  # by the words alone: the same ones mean the same on every form and after every change
def words_of(text: str) -> Words:
    """The words, with what they can be."""
    return Words(text)


def is_funds_block(entry: Entry) -> bool:
    """Whether the words are the name of the block of money."""
    return words_of(entry.written).is_funds_block


def is_indicators_block(entry: Entry) -> bool:
    """Whether the words are the name of the block of indicators."""
    return words_of(entry.written).is_indicators_block


def is_goals_block(entry: Entry) -> bool:
    """Whether the words are the name of the block of goals."""
    return words_of(entry.written).is_goals_block


def names_a_block(entry: Entry) -> bool:
    """Whether the words are the name of any block, as they stand in the first column."""
    return words_of(entry.written).is_block


def is_title(entry: Entry) -> bool:
    """Whether the words may head a form of self-evaluation."""
    return words_of(entry.written).is_title


def is_title_of_project(entry: Entry) -> bool:
    """Whether the words head the form of a project and nothing else."""
    return words_of(entry.written).is_title_of_project


def is_title_of_another_form(entry: Entry) -> bool:
    """Whether the words head a form with other rules."""
    return words_of(entry.written).is_title_of_another_form


def is_title_of_another_table(entry: Entry) -> bool:
    """Whether the words head a table that is no self-evaluation of a project."""
    return isinstance(entry.value, str) and words_of(entry.written).is_title_of_another_table


def is_total(entry: Entry) -> bool:
    """Whether the words are 总分 or one of its synonyms."""
    return words_of(entry.written).is_total


def year_of(entry: Entry) -> int | None:
    """The year in the words, whatever digits it is written in."""
    return words_of(entry.written).year


def label_of(entry: Entry) -> str:
    """The words before a colon: the label of 项目名称：X."""
    return words_of(entry.written).label if isinstance(entry.value, str) else ""


def after_colon(text: str) -> str:
    """The words after the first colon, as they are written."""
    found = re.search("[:：]", text)
    return text[found.end() :].strip() if found is not None else ""


def bracketed(entry: Entry) -> tuple[str, str]:
    """The label and the words of （自评等级）优."""
    return words_of(entry.written).bracketed


def head_field(entry: Entry) -> str | None:
    """The field of the head whose label the words are."""
    return words_of(entry.written).head_field if isinstance(entry.value, str) else None


def is_head_label(entry: Entry) -> bool:
    """Whether the words are a label of the head, also one that the form has no field for."""
    return isinstance(entry.value, str) and words_of(entry.written).is_head_label


def is_grade_label(entry: Entry) -> bool:
    """Whether the words are 自评等级 or one of its synonyms."""
    return isinstance(entry.value, str) and words_of(entry.written).is_grade_label


def as_points(entry: Entry) -> Entry:
    """10分 is 10, （自评得分）9.5 is 9.5."""
    points = words_of(entry.written).points
    return entry if points is None else replace(entry, value=points)


def as_weight(entry: Entry) -> Entry:
    """10分 is 10, and so is 10%."""
    number = entry.number
    is_share = number is not None and words_of(entry.written).bare.endswith("%")
    return replace(entry, value=(number * 100).normalize()) if number is not None and is_share else as_points(entry)
