"""Forms drawn by chance, laid out in every family with offsets, merged areas, blank columns and spelling variants."""

import csv
import random
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
import wild
from hypothesis import given, note, settings
from hypothesis import strategies as st
from layouts import FAMILIES, SPELLINGS, Laid, sheets
from wild import papers

from selfeval_xl import actions, labels
from selfeval_xl.form import document
from selfeval_xl.grid import Area, Grid
from selfeval_xl.reading import read_forms


def grid_of(laid: Laid) -> Grid:
    return Grid.of(laid.rows, "表", [Area(*merge) for merge in laid.merges])


def normal(value):
    """Numbers as numbers, nothing as None, lists and records inside."""
    if isinstance(value, dict):
        return {name: found for name, part in value.items() if (found := normal(part)) is not None}
    if isinstance(value, list):
        return [normal(part) for part in value]
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError):
        return value


def said_by(form) -> dict:
    said = document(form)
    return normal({name: part for name, part in said.items() if name not in ("source", "sheet")})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_form_in_any_layout_is_read_as_it_was_drawn(family):
    @given(sheets(families=(family,)))
    def read(laid):
        note("\n".join(" | ".join("" if c is None else str(c) for c in row) for row in laid.rows))
        (one,) = read_forms(grid_of(laid))

        assert normal(laid.expected) == said_by(one.form)
        left = {entry.written for entry in one.leftovers}
        assert laid.leftovers <= left

    read()


def _tab_text(laid: Laid, path: Path) -> Path:
    """As Excel's clipboard writes it: cells with line breaks stand in quotes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\r\n").writerows(laid.rows)
    return path


_WRITERS = {"xlsx": papers.workbook, "docx": papers.word_table, "txt": _tab_text}


@pytest.mark.parametrize("kind", _WRITERS)
def test_a_file_says_what_its_form_says(tmp_path_factory, kind):
    folder = tmp_path_factory.mktemp("layout")

    @settings(max_examples=25)
    @given(sheets())
    def read(laid):
        note("\n".join(" | ".join("" if c is None else str(c) for c in row) for row in laid.rows))
        path = _WRITERS[kind](laid, folder / f"表.{kind}")

        (one,) = actions.read([path])

        assert normal(laid.expected) == said_by(one.form)
        assert laid.leftovers <= {entry.written for entry in one.leftovers}

    read()


# Words that no form has, each of them once, strewn over a form.
_WORDS = [f"生词{letter}" for letter in "甲乙丙丁戊己庚辛"]


@given(sheets(), st.booleans(), st.data())
def test_no_word_is_lost_and_none_is_said_twice(laid, flattened, data):
    """Whatever stands on the sheet is in the form, or is left over, or is a heading that the reader knows."""
    for word in _WORDS:
        row = data.draw(st.sampled_from(laid.rows))
        row[data.draw(st.integers(0, len(row) - 1))] = word
    note("\n".join(" | ".join("" if c is None else str(c) for c in row) for row in laid.rows))

    grid = Grid.of(laid.rows, "表", flattened=True) if flattened else grid_of(laid)
    assert [] == strewn_words_astray(laid.rows, read_forms(grid))


@pytest.mark.parametrize("seed", range(20))
def test_no_word_is_lost_in_a_form_from_the_wild(seed):
    """The same with some cells emptied, in forms that no layout here has drawn."""
    for one in wild.FORMS:
        chance = random.Random(f"{seed} {one.name}")  # noqa: S311
        rows = [list(row) for row in one.rows]
        for word in [None] * chance.randint(0, 6) + _WORDS:
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = word
        grid = Grid.of(rows, "表", [Area(*merge) for merge in one.merges])

        assert [] == strewn_words_astray(rows, read_forms(grid)), one.name


def strewn_words_astray(rows, readings) -> list[str]:
    """The words that are given less often than they stand on the sheet, or more often."""
    if not readings:
        return []
    said = [text for one in readings for text in _texts(document(one.form))]
    left = [entry for one in readings for entry in one.leftovers]
    indicators = [i for one in readings for i in one.form.indicators]
    carried_down = {name.written for i in indicators for name in (i.level1, i.level2)}
    shared = Counter((i.reason.spot, i.reason.written) for i in indicators)
    carried_down |= {written for (_, written), times in shared.items() if times > 1}
    astray = [f"{spot} twice" for spot, times in Counter(entry.spot for entry in left).items() if times > 1]
    for word in set(_WORDS) - carried_down:
        standing = sum(cell == word for row in rows for cell in row)
        given_ = sum(text.count(word) for text in said) + sum(entry.written == word for entry in left)
        if standing != given_:
            astray.append(f"{word} stands {standing} times and was given {given_} times")
    return astray


def _texts(said):
    if isinstance(said, dict):
        for name, part in said.items():
            repeated = name == "unit" and part in (said.get("target") or "") if "level3" in said else False
            yield from () if repeated else _texts(part)
    elif isinstance(said, list):
        for part in said:
            yield from _texts(part)
    elif isinstance(said, str):
        yield said


@pytest.mark.parametrize(
    ("block", "fields"),
    [
        (labels.HEAD, {"project": "project", "department": "department", "unit": "unit"}),
        (
            labels.FUNDS,
            {name: name for name in ("initial_budget", "annual_budget", "executed", "rate")}
            | {"money_weight": "weight", "money_score": "score"},
        ),
        (labels.INDICATORS, {name: name for name in SPELLINGS if name in labels.INDICATORS}),
    ],
)
def test_every_spelling_means_its_field(block, fields):
    meant = {word: labels.field_of(word, block) for name in fields for word in SPELLINGS[name]}

    assert {word: field for name, field in fields.items() for word in SPELLINGS[name]} == meant
