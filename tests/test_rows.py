"""Rows of indicators with what follows from them by hand: a score, a band, or nothing."""

from decimal import Decimal

import pytest
from wild import OPEN, ROWS, Row

from selfeval_xl.profiles import NATIONAL, PROVINCIAL_SYSTEM, Profile
from selfeval_xl.scoring.direction import Named
from selfeval_xl.scoring.suggestion import suggest


def written(said: str | Decimal | None) -> str | None:
    return None if said is None else str(said)


def named(row: Row) -> Named:
    return Named(*reversed(row.named))


def follows(row: Row, profile: Profile) -> str | tuple[str, str]:
    """What the project says of a row, in the words of the rows."""
    said = suggest(written(row.target), written(row.actual), Decimal(row.weight), profile, named(row))
    if said is None:
        return OPEN
    if said.score is not None:
        return f"{said.score:.2f}"
    if said.band is not None:
        return f"{said.band[0]:.2f}", f"{said.band[1]:.2f}"
    return OPEN


def name(row: Row) -> str:
    return " | ".join(map(str, (*row.named, row.target, row.actual)))


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_what_follows_from_a_row_is_what_a_reviewer_works_out(row):
    assert row.national == follows(row, NATIONAL)
    assert (row.provincial or row.national) == follows(row, PROVINCIAL_SYSTEM)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_what_is_said_of_a_row_is_a_short_sentence(row):
    said = suggest(written(row.target), written(row.actual), Decimal(row.weight), NATIONAL, named(row))

    assert said is None or (len(said.why) < 60 and (said.score is None) == bool(said.why))
