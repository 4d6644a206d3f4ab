"""Writes the generated part of docs/profiles.md, the built-in profiles; a test keeps it current."""

from decimal import Decimal
from pathlib import Path

from selfeval_xl.cells import plain
from selfeval_xl.profiles import NATIONAL, PROFILES, Profile, own

PAGE = Path(__file__).resolve().parent.parent / "docs" / "profiles.md"
FIRST = "<!-- 以下各表由 tools/profiles_table.py 根据 selfeval_xl/profiles/__init__.py 生成，请勿手工修改。 -->"
LAST = "<!-- 生成的内容到此为止。 -->"


def written(profile: Profile, field: str) -> str:
    """The number as a file of one's own would state it."""
    value = getattr(profile, field)
    if value is None:
        return "false"
    if field == "rate_places":
        return str(value - own.OF_PER_CENT)
    if field == "at_most":
        return next(f'"{formula}"' for formula, kind in own.AT_MOST.items() if kind == value)
    return _listed(value)


def _listed(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_listed, value)) + "]"
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, int) else f'"{value}"'


def _table(profile: Profile) -> list[str]:
    lines = [
        f"### {profile.title}（`{profile.name}`）",
        "",
        "| 项 | 数值 | 依据 | 地区 | 年度 |",
        "|---|---|---|---|---|",
    ]
    if profile is not NATIONAL:
        usual = dict(NATIONAL.sources)
        named = [key for key, (field, _) in own.NUMBERS.items() if dict(profile.sources).get(field) != usual.get(field)]
        alike = f"“{NATIONAL.title}”相同。"
        said = f"另有依据的项：{'、'.join(named)}；其余与{alike}" if named else f"数值和依据都与{alike}"
        lines[2:2] = [said, ""]
    rows = [(key, field) for key, (field, _) in own.NUMBERS.items()]
    rows += ((f"{key}（不能改）", field) for key, field in own.FIXED.items())
    for key, field in rows:
        source = dict(profile.sources).get(field)
        about = (source.notice, source.region, str(source.year or "—")) if source else ("不作要求", "—", "—")
        lines.append(f"| {key} | `{written(profile, field)}` | {' | '.join(about)} |")
    return [*lines, ""]


def part() -> str:
    """All built-in profiles, each number with its notice, from the first mark to the last."""
    return "\n".join([FIRST, "", *(line for profile in PROFILES for line in _table(profile)), LAST])


def page(current: str) -> str:
    """The page with its generated part made anew."""
    before, rest = current.split(FIRST)
    return before + part() + rest.split(LAST)[1]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
