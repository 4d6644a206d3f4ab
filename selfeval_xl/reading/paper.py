"""The cells of one form, and which of them have been understood."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from selfeval_xl.cells import Entry, Spot
from selfeval_xl.grid import Grid
from selfeval_xl.reading.words import after_colon, is_head_label


class Paper:
    """The cells of one form; it remembers which of them have found their place."""

    def __init__(self, grid: Grid, rows: range) -> None:
        self.grid = grid
        self.rows = rows
        self.used: defaultdict[int, set[int]] = defaultdict(set)  # rows and their columns
        self._unused: dict[int, list[Entry]] = {}
        self._groups: dict[int, list[list[Entry]]] = {}
        self.cut: list[Entry] = []  # parts of cells that found no place
        self.inferred: dict[tuple[int, int], str] = {}  # what a heading of unknown words means by its neighbours
        # Pasted text, and sheets into which such text was pasted.
        self.may_have_shifted = grid.flattened or not grid.merges

    @staticmethod
    def place(entry: Entry) -> tuple[int, int]:
        """Row and column of a cell."""
        return (entry.spot.row, entry.spot.column) if entry.spot is not None else (0, 0)

    def use(self, *entries: Entry) -> None:
        """These cells have found their place."""
        for entry in entries:
            spot = entry.spot
            if spot is None:
                continue
            row = spot.row
            self.used[row].add(spot.column)
            if row in self._unused:
                del self._unused[row]
                self._groups.pop(row, None)

    def unused(self, row: int) -> list[Entry]:
        """The cells of a row that have not found their place yet."""
        found = self._unused.get(row)
        if found is None:
            entries, used = self.grid.filled(row), self.used.get(row)
            found = [e for e in entries if e.spot is None or e.spot.column not in used] if used else list(entries)
            self._unused[row] = found
        return found

    def groups(self, row: int) -> list[list[Entry]]:
        """The unused entries of a row; the same words in neighbouring cells are one merged area, undone."""
        groups = self._groups.get(row)
        if groups is None:
            groups = self._groups[row] = self._grouped(self.unused(row))
        return groups

    def _grouped(self, entries: list[Entry]) -> list[list[Entry]]:
        groups: list[list[Entry]] = []
        last: Entry | None = None
        for found in entries:
            same = last is not None and last.written == found.written and isinstance(found.value, str)
            if last is not None and same and self.place(last)[1] + 1 == self.place(found)[1]:
                groups[-1].append(found)
            else:
                groups.append([found])
            last = found
        return groups

    def is_one_row_high(self, entry: Entry) -> bool:
        """Whether no merged area carries the cell into the rows below."""
        area = self.grid.area_from(entry.spot) if entry.spot is not None else None
        return area is None or area.top == area.bottom

    def repeated_until(self, found: Entry) -> int:
        """The last column in which the same words stand again."""
        row, column = self.place(found)
        while self.grid.at(row, column + 1).written == found.written:
            column += 1
        return column

    def right_edge(self, group: list[Entry]) -> int:
        """The last column of a group, its merged area included."""
        spot = group[-1].spot
        return self.grid.last_column_of(spot) if spot is not None else 0

    def use_below(self, heading: Spot) -> None:
        """Our own notes beside the form are neither form nor leftovers."""
        for row in range(heading.row, self.rows.stop):
            self.used[row].add(heading.column)
        self._unused.clear()
        self._groups.clear()


def value_beside(groups: Sequence[list[Entry]], index: int) -> list[Entry]:
    """What follows a label: after its colon, or in the next cell that is no label itself."""
    label = groups[index][0]
    glued = after_colon(label.written)
    if glued:
        return [replace(label, value=glued, written=glued)]
    follower = groups[index + 1] if index + 1 < len(groups) else []
    return [] if not follower or is_head_label(follower[0]) else follower
