"""What Excel shows of a number, where its format says more than the number: 80.89%, ≥60 次, 2023年度."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from selfeval_xl.cells import DASHES, Value, plain, round_half_up
from selfeval_xl.patterns import expression

EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
_MONTH, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
# Excel's own formats, which files name by their number only.
BUILT_IN = {
    9: "0%", 10: "0.00%", 31: 'yyyy"年"m"月"d"日"', **dict.fromkeys((27, 36, 50, 52, 57), _MONTH),
    **dict.fromkeys((28, 29, 51, 54, 58), _DAY),
}  # fmt: skip
_LAST_DAY = 2_958_465  # 9999-12-31
_LONGEST = 255  # characters of a format that Excel takes
_SKIPPED = r"_.|\*.|\[(?:Red|Blue|Black|Green|DBNum\d|\$[^\]]*|颜色\d+)\]"
_PART = expression(
    rf'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<skipped>{_SKIPPED})|(?P<general>General)'
    r"|(?P<digits>[#0?](?:,?[#0?])*(?:\.[0#?]+)?)(?P<scale>,*)|(?P<percent>%)|(?P<plain>[^\x00-\x7f]|[ ()+\-:/$<>=])"
)
_DATE_PART = expression(
    rf'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<skipped>{_SKIPPED}|@)|(?P<date>yyyy|yy|e|mm?(?!m)|dd?(?!d))'
    r"|(?P<plain>[^\x00-\x7f]|[ ()\-./,])",
    re.IGNORECASE,
)
_SECTIONS = expression(r'"[^"]*"|[\\!_*].|\[[^\]]*\]|;')
_CONDITION = expression(r"\[[<>=]")
_NOTHING_SHOWN = expression(rf"(?:{_SKIPPED}|\s)*;(?:{_SKIPPED}|\s)*;(?:{_SKIPPED}|\s)*;(?:{_SKIPPED}|\s)*")
_FOR_WORDS = 3  # the place of the section for words
_WITH_ZERO = 3  # sections of a format: what is above 0, below, and 0 itself
_GENERAL = "G/通用格式"  # as some programs store what the screen calls it
_TEXT_PART = expression(
    rf'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<skipped>{_SKIPPED})|(?P<plain>[^\x00-\x7f]|[ ()+\-:/])'
)
_NO_WORDS = ("", "")
MONEY_SIGNS = str.maketrans("", "", "￥¥$ \u3000()+-")
SHARES = {"%": 100, "％": 100, "‰": 1000}


@lru_cache(4096)
def shown(number: Decimal, number_format: str, epoch: date = EPOCH) -> tuple[Value, str] | None:
    """What the cell says and what it shows; None where that is just the number."""
    if len(number_format) > _LONGEST:
        return None
    number_format = number_format.replace(_GENERAL, "General")
    if number == 0 and ";" in number_format and (words := _words_for_zero(number_format)) is not None:
        return words or None, words
    return _as_date(number, number_format, epoch) or _as_number(number, number_format)


@lru_cache(4096)
def around_words(number_format: str) -> tuple[str, str]:
    """What a format shows before and behind words: @"册"."""
    sections = _SECTIONS.sub(lambda found: "\0" if found[0] == ";" else found[0], number_format).split("\0")
    section = sections[0] if len(sections) == 1 else sections[_FOR_WORDS] if len(sections) > _FOR_WORDS else ""
    before, sign, after = section.partition("@")
    if not sign:
        return _NO_WORDS
    found = [_parts(_TEXT_PART, words) for words in (before, after)]
    if any(rest for _, rest in found):
        return _NO_WORDS
    said = ["".join(p["quoted"] or p["escaped"] or p["plain"] or "" for p in parts) for parts, _ in found]
    return said[0].lstrip(), said[1].rstrip()


def hides(number_format: str) -> bool:
    """Whether nothing of a cell is shown, whatever it holds: ;;; as people write it."""
    return ";" in number_format and _NOTHING_SHOWN.fullmatch(number_format) is not None


def _words_for_zero(number_format: str) -> str | None:
    """What a format shows where a number is 0, as 0.00;-0.00;"无" does; None where it shows digits.

    Nothing, and the dash of accountants, are how 0 looks.
    """
    sections = _SECTIONS.sub(lambda found: "\0" if found[0] == ";" else found[0], number_format).split("\0")
    if len(sections) < _WITH_ZERO or any("[" in one and _CONDITION.search(one) for one in sections):
        return None
    parts, rest = _parts(_PART, sections[2])
    digits = "".join(part["digits"] or "" for part in parts)
    if rest or any(part["general"] for part in parts) or digits.strip("?"):
        return None
    words = [part["percent"] or part["quoted"] or part["escaped"] or part["plain"] or "" for part in parts]
    return "".join(words).strip(f" ¥￥${DASHES}") or None


def _as_number(number: Decimal, number_format: str) -> tuple[Value, str] | None:
    parts, rest = _parts(_PART, number_format)
    places = [at for at, part in enumerate(parts) if part["digits"] or part["general"]]
    if not places or (rest and not rest.startswith(";")):
        return None
    first, last = places[0], places[-1]
    words = [part["percent"] or part["quoted"] or part["escaped"] or part["plain"] or "" for part in parts]
    before, between, after = "".join(words[:first]), "".join(words[first + 1 : last]), "".join(words[last + 1 :])
    if len(places) > 2 or (first != last and between != "."):
        return None
    value, places_shown = number, 0
    if scale := len(parts[last]["scale"] or "") + len(parts[first]["scale"] or "" if first != last else ""):
        value = value.scaleb(-3 * scale)
    digits = parts[last]["digits"] or ""
    if first != last:  # 0!.0000: the point is painted between the digits
        if "." in digits or "." in (parts[first]["digits"] or "."):
            return None
        places_shown = len(digits.replace(",", ""))
        value = value.scaleb(-places_shown)
    else:
        places_shown = len(digits.partition(".")[2])
    changed = value != number
    if not changed and not (before + after).translate(MONEY_SIGNS):
        return None
    on_paper = value * 100 if any(part["percent"] for part in parts) else value
    if parts[first]["general"]:
        painted = plain(on_paper.normalize())
    else:
        grouped = "," if "," in (parts[first]["digits"] or "").rstrip(",") else ""
        painted = f"{round_half_up(on_paper, places_shown):{grouped}f}"
        for _ in range(digits.partition(".")[2].count("#")):
            painted = painted.removesuffix("0")
        painted = painted.removesuffix(".")
    share = SHARES.get(after.strip()[:1], 1) if on_paper == value else 1  # 0.00"%" shows 95 as 95.00%
    return value / share, f"{before}{painted}{after}".strip()


def _as_date(number: Decimal, number_format: str, epoch: date) -> tuple[Value, str] | None:
    """A day or a part of it; where the hour is shown too, None."""
    parts, rest = _parts(_DATE_PART, number_format)
    dates = [part["date"].lower() for part in parts if part["date"]]
    if not dates or (rest and not rest.startswith(";")) or not 0 <= number <= _LAST_DAY:
        return None
    day = epoch + timedelta(days=int(number)) if number < _LAST_DAY - (epoch - EPOCH).days else date.max
    if {one[0].replace("e", "y") for one in dates} == {"y", "m", "d"}:
        return day.isoformat(), day.isoformat()
    said = {
        "yyyy": f"{day.year}", "e": f"{day.year}", "yy": f"{day.year % 100:02}", "mm": f"{day.month:02}",
        "m": f"{day.month}", "dd": f"{day.day:02}", "d": f"{day.day}",
    }  # fmt: skip
    words = "".join(
        said[part["date"].lower()] if part["date"] else part["quoted"] or part["escaped"] or part["plain"] or ""
        for part in parts
    )
    return (Decimal(words) if words.isdecimal() else words.strip()), words.strip()


def _parts(pattern: re.Pattern[str], number_format: str) -> tuple[list[re.Match[str]], str]:
    """The parts of a format as far as they are understood, and the rest."""
    parts: list[re.Match[str]] = []
    end = 0
    while (part := pattern.match(number_format, end)) is not None and part.end() > end:
        parts.append(part)
        end = part.end()
    return parts, number_format[end:]
