"""What the words of one cell are on a form: a title, a label, the name of a block, points."""

import re
from dataclasses import replace
from decimal import Decimal

from selfeval_xl import labels
from selfeval_xl.cells import Entry, half_width

LONGEST_TITLE = 60
YEAR_MARKS = re.compile(r"[\s()\[\]【】〔〕]+")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_POINTS = re.compile(r"([+-]?\d+(?:\.\d+)?)分|[(](?:单位)?自评得分[)]:?(\d+(?:\.\d+)?)分?")


def is_indicators_block(entry: Entry) -> bool:
    """Whether the words are the name of the block of indicators."""
    return labels.INDICATORS_BLOCK.fullmatch(labels.key(entry.written)) is not None


def is_goals_block(entry: Entry) -> bool:
    """Whether the words are the name of the block of goals."""
    return labels.GOALS_BLOCK.fullmatch(labels.key(entry.written)) is not None


def names_a_block(entry: Entry) -> bool:
    """Whether the words are the name of any block, as they stand in the first column."""
    words = labels.key(entry.written)
    blocks = (labels.FUNDS_BLOCK, labels.GOALS_BLOCK, labels.INDICATORS_BLOCK)
    return any(block.fullmatch(words) for block in blocks)


def is_title(entry: Entry) -> bool:
    """Whether the words may head a form of self-evaluation."""
    return len(entry.written) < LONGEST_TITLE and labels.TITLE.search(labels.key(entry.written)) is not None


def is_title_of_project(entry: Entry) -> bool:
    """Whether the words head the form of a project and nothing else."""
    return is_title(entry) and labels.PROJECT_TITLE.search(labels.key(entry.written)) is not None


def is_title_of_another_form(entry: Entry) -> bool:
    """Whether the words head a form with other rules."""
    title = labels.key(entry.written) if len(entry.written) < LONGEST_TITLE else ""
    return labels.OTHER_TITLE.search(title) is not None and "项目支出" not in title


def is_total(entry: Entry) -> bool:
    """Whether the words are 总分 or one of its synonyms."""
    return labels.TOTAL.fullmatch(labels.key(entry.written)) is not None


def year_of(entry: Entry) -> int | None:
    """The year in the words, whatever digits it is written in."""
    found = labels.YEAR.search(YEAR_MARKS.sub("", half_width(entry.written.translate(_DIGITS))))
    return int(found.group(1)) if found else None


def label_of(entry: Entry) -> str:
    """The words before a colon: the label of 项目名称：X."""
    return half_width(entry.written).partition(":")[0] if isinstance(entry.value, str) else ""


def after_colon(text: str) -> str:
    """The words after the first colon, as they are written."""
    found = re.search("[:：]", text)
    return text[found.end() :].strip() if found is not None else ""


def bracketed(entry: Entry) -> tuple[str, str]:
    """The label and the words of （自评等级）优."""
    found = re.fullmatch(r"[（(]([^（()）]+)[）)]\s*[:：]?(.+)", entry.written.strip())
    return (labels.key(found[1]), found[2].strip()) if found is not None else ("", "")


def head_field(entry: Entry) -> str | None:
    """The field of the head whose label the words are."""
    return labels.field_of(label_of(entry), labels.HEAD)


def is_head_label(entry: Entry) -> bool:
    """Whether the words are a label of the head, also one that the form has no field for."""
    label = labels.key(label_of(entry))
    return head_field(entry) is not None or labels.OTHER_HEAD.fullmatch(label) is not None


def as_points(entry: Entry) -> Entry:
    """10分 is 10, （自评得分）9.5 is 9.5."""
    match = _POINTS.fullmatch(re.sub(r"\s+", "", half_width(entry.written)))
    return replace(entry, value=Decimal(match[1] or match[2])) if match is not None else entry
