import pytest

from selfeval_xl.cells import Spot
from selfeval_xl.grid import Area, Grid, without_tags


def grid(drawing: str, **kwargs) -> Grid:
    """A sheet drawn as | a | b |."""
    lines = [line.strip() for line in drawing.strip().splitlines() if line.strip()]
    return Grid.of([[cell.strip() for cell in line.strip("|").split("|")] for line in lines], sheet="表", **kwargs)


@pytest.mark.parametrize("written", ["项目名称", "项 目 名 称", "项目名称：", "项目　名称 :", "项目\n名称"])
def test_a_heading_is_found_however_it_is_spaced(written):
    assert Spot("表", 1, 1) == Grid.of([[written, "x"]], sheet="表").find("项目名称")


def test_a_heading_that_is_not_there_is_not_found():
    assert grid("| 项目 | 名称 |").find("项目名称") is None


def test_outside_the_sheet_there_is_nothing():
    drawn = grid("| a |")

    assert drawn.at(5, 5).value is None
    assert () == drawn.filled(9)


def test_a_merged_area_reaches_to_its_right_edge():
    drawn = grid("| a | | b |", merges=[Area(1, 1, 1, 2)])

    assert 2 == drawn.last_column_of(Spot("表", 1, 1))
    assert 3 == drawn.last_column_of(Spot("表", 1, 3))


@pytest.mark.parametrize(
    ("copied", "words"),
    [
        ("<p>通过设立</p>", "通过设立"),
        ("<p>一</p><p>二</p>", "一\n二"),
        ("一<br/>二", "一\n二"),
        ("<P style='x'>目标</P>", "目标"),
        ("<span>a</span>b", "ab"),
        ("差错率<5%", "差错率<5%"),
        ("1<p", "1<p"),
        ("<50 且 >10", "<50 且 >10"),
        ("张三 <a@x.cn>", "张三 <a@x.cn>"),
        ("<b-2@x.cn>；<i.li@x.cn>", "<b-2@x.cn>；<i.li@x.cn>"),
    ],
)
def test_stray_web_tags_go_and_signs_stay(copied, words):
    assert words == without_tags(copied)


class Counted(tuple):
    """Merged areas that count how often all of them are looked through."""

    times = 0

    def __iter__(self):
        Counted.times += 1
        return super().__iter__()

    def __reversed__(self):
        Counted.times += 1
        return (self[at] for at in range(len(self) - 1, -1, -1))


def test_however_many_cells_ask_the_merged_areas_are_gone_through_once():
    Counted.times = 0
    merges = Counted(Area(row, 1, row, 2) for row in range(1, 501))
    drawn = Grid("表", Grid.of([["a", None, "b"]] * 500, "表").rows, merges)

    assert {2} == {drawn.last_column_of(Spot("表", row, 1)) for row in range(1, 501)}
    assert {3} == {drawn.last_column_of(Spot("表", row, 3)) for row in range(1, 501)}
    assert 1 == Counted.times


def test_of_two_areas_that_begin_in_one_cell_the_first_counts():
    drawn = grid("| a | | b |", merges=[Area(1, 1, 1, 2), Area(1, 1, 1, 3)])

    assert 2 == drawn.last_column_of(Spot("表", 1, 1))
    assert Area(1, 1, 1, 2) == drawn.area_from(Spot("表", 1, 1))
    assert drawn.area_from(Spot("表", 1, 2)) is None


def test_a_blank_column_holds_nothing_and_is_crossed_by_no_area():
    drawn = grid("| a | | | | b |\n| c | | | |", merges=[Area(1, 2, 1, 3)])

    assert {4} == drawn.blank_columns
    assert 5 == drawn.width
