"""What one cell says: a number, words, nothing, or an Excel error; and Excel's rounding."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from selfeval_xl.patterns import expression

# Codes under which COM hands an error cell over, and the number CVErr() takes for it.
_FIRST_ERROR = -2146826288
_LAST_ERROR = -2146826200
ERROR_NUMBERS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
}
_COM_OFFSET = _FIRST_ERROR - 2000
_ERROR_NAMES = {number: name for name, number in ERROR_NUMBERS.items()}
_OTHER_ERRORS = {"#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!"}

UNKNOWN = "\ufffd"  # � stands for a letter that is not known, or cannot be shown
# A printed dash, in the forms met: "nothing to be filled in here". The first four are also signs of a number.
DASHES = "-－﹣−‐‑‒–—―─━/／"
MINUS_SIGNS = DASHES[:4]
_ONLY_DASHES = expression(f"[{re.escape(DASHES)}]+")
_NUMBER = expression(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(\.[0-9]*)?([%‰]?)")
# What a number may be written with besides plain digits; the workbook's own formulas know the same signs.
_PLAIN_SIGNS = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys(map(ord, MINUS_SIGNS), ord("-"))
_PLAIN_SIGNS |= {0xFE6A: ord("%"), 0x66A: ord("%")}  # those two only here: small and Arabic percent signs
_BEGINS = frozenset("+-.0123456789＋－．０１２３４５６７８９'‘’＇=＝¥￥" + MINUS_SIGNS)  # which most words do not
# What people and programs put around a number so that it stays as it is: '58.40, ="58.40", ￥60.00.
_GUARDED = expression(r"""['‘’]?(?:="(?P<quoted>[^"]*)"|(?P<bare>.*))""")
_MONEY = expression(r"([+-]?)[¥￥]([+-]?)(?=[\d.])")
# Signs that nobody sees, and blanks that only look like one, U+E5E5 of old Chinese character sets too. Those that tell
# which form of a sign is meant, and the fillers of Hangul, count as printable.
_UNSEEN = dict.fromkeys(
    (
        *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x3164, 0xFEFF, 0xFFA0),
        *(*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
        *(*range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0)),
    )
) | dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0xE5E5), " ")
_PRINTABLE_BUT_UNSEEN = expression("[\u034f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# Browsers that print to PDF, and what is copied out of such a PDF, name the glyph of 目 as that of a radical; old
# character sets of neighbours hold some signs twice.
_RADICAL = expression("[\u2e3a-\u2e3b\u2e80-\u2fdf\uf900-\ufad9]")
_SIMPLIFIED = (
    "⺟母⺠民⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞"
    "⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻯竜⻰龙⻳龟⻄西⼾户"
)
_IDEOGRAPHS: dict[int, str | None] = {
    **{radical: unicodedata.normalize("NFKC", chr(radical)) for radical in range(0x2F00, 0x2FD6)},
    **{ord(radical): sign for radical, sign in zip(_SIMPLIFIED[::2], _SIMPLIFIED[1::2], strict=True)},
    **{0x2E3A: "——", 0x2E3B: "———"},
    **{sign: unicodedata.normalize("NFKC", chr(sign)) for sign in range(0xF900, 0xFADA)},
}
_SIGNIFICANT = 15  # digits that Excel keeps
_MOST_PLACES = 7  # that people write, with the point
_LONGEST_NUMBER = 60  # characters; anything longer is not an amount

_AS_EXCEL = Context(prec=_SIGNIFICANT, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=800, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Spot:
    """Where a cell stands; rows and columns are counted from 1, pasted text has no sheet."""

    sheet: str | None
    row: int
    column: int

    @property
    def address(self) -> str:
        """The cell as the person reads it: C2."""
        return f"{column_letters(self.column)}{self.row}"

    def __str__(self) -> str:
        return self.address if self.sheet is None else f"{self.sheet}!{self.address}"


def column_letters(column: int) -> str:
    """The letters over a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True)
class CellError:
    """An Excel error standing in a cell, by its name: `#REF!`."""

    name: str

    def __str__(self) -> str:
        return self.name


Value = Decimal | str | CellError | None


@dataclass(frozen=True)
class Entry:
    """One cell's content: what was written, what it means, and where it stands.

    Words that were put together from several cells stand in the first of them; `parts` are all of them.
    """

    value: Value = None
    written: str = ""
    spot: Spot | None = None
    parts: tuple["Entry", ...] = ()

    @property
    def number(self) -> Decimal | None:
        """The number, or None where the cell says anything else."""
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def text(self) -> str | None:
        """The words as written, or None where the cell says nothing."""
        return None if self.value is None else self.written


NOTHING = Entry()


def read_value(raw: Any) -> Value:
    """What a cell says, whatever library handed it over.

    Full-width digits, thousands separators, blanks inside a number, % and ‰ are understood.
    Blank cells and a printed dash are None; words come back as they stand, outer blanks removed.
    """
    if raw is None or isinstance(raw, CellError):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, Decimal):
        return raw if raw.is_finite() else CellError("#NUM!")
    if isinstance(raw, int):
        return _error_from_com(raw) or Decimal(raw)
    if isinstance(raw, float):
        return _from_float(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.replace(tzinfo=None).isoformat(" ")
    if isinstance(raw, date | time):
        return raw.isoformat()
    return _from_text(str(raw))


def _from_float(raw: float) -> Value:
    if not math.isfinite(raw):
        return CellError("#NUM!")
    return Decimal(f"{raw:.{_SIGNIFICANT}g}")


def _error_from_com(raw: int) -> CellError | None:
    if not _FIRST_ERROR <= raw <= _LAST_ERROR:
        return None
    return CellError(_ERROR_NAMES.get(raw - _COM_OFFSET, "#VALUE!"))


def visible(text: str) -> str:
    """The words as they look: no signs that nobody sees, for any narrow or firm blank a blank, for radicals signs."""
    if text.isascii():
        return text
    if _RADICAL.search(text):
        text = text.translate(_IDEOGRAPHS)
    return text.translate(_UNSEEN) if not text.isprintable() or _PRINTABLE_BUT_UNSEEN.search(text) else text


def _from_text(raw: str) -> Value:
    text = visible(raw).strip()
    if not text or (text[0] in DASHES and _ONLY_DASHES.fullmatch("".join(text.split()))):
        return None
    if text in ERROR_NUMBERS or text in _OTHER_ERRORS:
        return CellError(text)
    number = read_number(text)
    return text if number is None else number


def half_width(text: str) -> str:
    """The text with full-width digits, letters and signs in their plain form."""
    return unicodedata.normalize("NFKC", text)


def read_number(text: str) -> Decimal | None:
    """The number a text states, or None where it states anything else; 98% is 0.98."""
    if len(text) > _LONGEST_NUMBER or text.lstrip()[:1] not in _BEGINS:
        return None
    return _number_in(text)


@lru_cache(maxsize=4096)  # the same amounts and points after every change
def _number_in(text: str) -> Decimal | None:
    plain = "".join(text.split()).translate(_PLAIN_SIGNS)
    guarded = _GUARDED.fullmatch(plain)
    bare = plain if guarded is None else guarded["quoted"] or guarded["bare"] or ""
    match = _NUMBER.fullmatch(_MONEY.sub(r"\1\2", bare, count=1))
    if match is None:
        return None
    sign, whole, fraction, unit = match.groups()
    if not whole and (not fraction or fraction == "."):
        return None
    number = Decimal(f"{sign}{(whole or '0').replace(',', '')}{fraction or ''}")
    if (
        fraction and len(fraction) > _MOST_PLACES and len(number.as_tuple().digits) > _SIGNIFICANT
    ):  # 8.300000000000001, as programs print what is 8.3
        number = Decimal(f"{_AS_EXCEL.plus(number).normalize(_WIDE):f}")
    if unit:
        number /= 100 if unit == "%" else 1000
    return number


def round_half_up(number: Decimal, places: int) -> Decimal:
    """Excel's ROUND: the half goes away from zero."""
    return number.quantize(Decimal(1).scaleb(-places), context=_WIDE)


def shorter(text: str, most: int, ending: str = "") -> str:
    """The text, or as much of it as leaves room for the ending.

    Counted as Excel counts: a rare character takes two units, and is never halved.
    """
    if 2 * len(text) <= most:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * most:
        ending = ""
    return units[: 2 * (most - len(ending))].decode("utf-16-le", "ignore") + ending


def short(text: str, most: int = 24) -> str:
    """As much of somebody's words as a sentence of ours repeats: on one line, and cut with a …"""
    return shorter(" ".join(text.split()), most, "…")


def on_screen(text: str) -> str:
    """Somebody's words as one line for a terminal, which they cannot steer.

    Line breaks become blanks, signs that move, colour or turn what follows become �.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char.isspace():
        return char if char in " \u3000\xa0" else " "
    return UNKNOWN if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char


def plain(number: Decimal) -> str:
    """The number as digits, never with an exponent."""
    return format(number, "f")
