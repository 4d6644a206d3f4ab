"""Words of a PDF that stand beyond rows too low for them are told apart by the order in which cells are drawn."""

from pathlib import Path

import pytest

from selfeval_xl import files

LETTER, LINE = 10, 14.5
WIDE, HIGH = 84, 15  # of a cell: eight letters, one line
UNKNOWN = "\ufffd"


def sheet(path: Path, rows: list[list[str]], *, at: float, high: float = HIGH, later: tuple[str, ...] = ()) -> Path:
    """A sheet as some programs print it: plain words of one line first, then once more row by row all others.

    Words stand at this share of the height of their cells; a line wholly beyond its cell is left out. To the left of
    the rows stands one cell as high as they are together. `later` are plain words drawn among the others.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    drawn = canvas.Canvas(str(path), pagesize=(800, 600))
    drawn.setFont("STSong-Light", LETTER)
    cells = [(40, 40, high * len(rows), "绩效指标")]
    for number, row in enumerate(rows):
        cells += [(40 + WIDE * column, 40 + high * number, high, words) for column, words in enumerate(row, 1) if words]
    drawn.rect(40, 560 - high * len(rows), WIDE, high * len(rows))
    for number, row in enumerate(rows):
        for column in range(1, len(row) + 1):
            drawn.rect(40 + WIDE * column, 560 - high * (number + 1), WIDE, high)
    plain = [cell for cell in cells if len(cell[3]) <= WIDE // LETTER and (cell[3].isascii() or cell[3].isalpha())]
    plain = [cell for cell in plain if cell[3] not in later]
    for left, top, height, words in [*plain, *(cell for cell in cells if cell not in plain)]:
        lines = [words[begin : begin + WIDE // LETTER] for begin in range(0, len(words), WIDE // LETTER)]
        for index, line in enumerate(lines):
            upper = top + (height - LINE * len(lines)) * at + LINE * index
            if upper + LINE > top + 0.5 and upper < top + height - 0.5:
                drawn.drawString(left + 1, 600 - upper - 11, line)
    drawn.save()
    return path


def rows_of(path: Path) -> list[list[str]]:
    """The rows that say anything, each with the words of its cells."""
    (grid,) = files.read_grids(path)
    return [[entry.written for entry in row if entry.written] for row in grid.rows if any(e.written for e in row)]


NAMES = ["养护道路共计二十公里", "维修桥梁及涵洞三处整", "清理边沟和路肩十公里", "巡查里程及次数合计"]
SHORT = ["数量", "质量", "时效", "成本"]


def test_two_lines_in_each_of_the_rows_too_low_for_them_are_told_apart(tmp_path):
    rows = [
        [short, name, "合格", "按期", f"{number}0 次"]
        for number, (short, name) in enumerate(zip(SHORT, NAMES, strict=True), 1)
    ]

    rows.append(["总分", "", "", "", "100"])

    found = rows_of(sheet(tmp_path / "表.pdf", rows, at=0.5))

    assert [["绩效指标", *rows[0]], *rows[1:4], ["总分", "100"]] == found


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        pytest.param(0, f"受连续降雨影响部{UNKNOWN}", id="top"),
        pytest.param(0.5, f"{UNKNOWN}分点位施工比计划{UNKNOWN}", id="middle"),
    ],
)
def test_words_of_which_lines_were_left_out_bear_a_sign_and_are_said(tmp_path, at, shown):
    rows = [[short, "合格", "按期", "无"] for short in SHORT]
    rows[1][3] = "受连续降雨影响部分点位施工比计划推迟"

    *found, said = rows_of(sheet(tmp_path / "表.pdf", rows, at=at))

    assert ["质量", "合格", "按期", shown] == found[1]
    assert [["绩效指标", *rows[0]], *rows[2:]] == [found[0], *found[2:]]
    assert [f"第 1 页有格子太矮，文字没有印全，缺的用 {UNKNOWN} 代替：{shown.strip(UNKNOWN)}"] == said


def test_a_name_whose_bracket_is_not_closed_goes_on(tmp_path):
    rows = [[short, "合格", "按期", "无"] for short in SHORT]
    rows[1][1], rows[2][1] = "培训（共12期、", "受连续降雨影响部分点位施工比计划推迟"

    found = rows_of(sheet(tmp_path / "表.pdf", rows, at=0))

    assert f"培训（共12期、{UNKNOWN}" == found[1][1]


def test_words_in_rows_with_room_for_more_are_whole(tmp_path):
    rows = [[short, name, "≥20 公里", "受降雨影响推迟完成"] for short, name in zip(SHORT, NAMES, strict=True)]

    found = rows_of(sheet(tmp_path / "表.pdf", rows, at=0.5, high=48))

    assert [["绩效指标", *rows[0]], *rows[1:]] == found


def test_a_heading_means_the_same_without_its_end(tmp_path):
    rows = [[short, "合格", "按期", "无"] for short in SHORT]
    rows[0][3] = "偏差原因分析及改进措施"

    found = rows_of(sheet(tmp_path / "表.pdf", rows, at=0))

    assert "偏差原因分析及改" == found[0][-1]


def test_a_short_word_drawn_among_those_of_several_lines_shows_nothing_missing(tmp_path):
    """Words of two colours are drawn so, however short they are."""
    rows = [[short, "合格", "按期完成及验收", "120 公里"] for short in SHORT]

    found = rows_of(sheet(tmp_path / "表.pdf", rows, at=0.5, later=("按期", "合格")))

    assert [["绩效指标", *rows[0]], *rows[1:]] == found
