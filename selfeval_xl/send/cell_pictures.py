"""Pictures that are the values of cells: those of the copy stay, those of all other cells go."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass

from selfeval_xl.send.parts import Element

_PICTURE, _ERROR = "_localImage", "_error"
_PLACE = "_rvRel:LocalImageIdentifier"


@dataclass(frozen=True)
class Values:
    """What the cells of a workbook can be beside numbers and words: four parts of its package."""

    metadata: Element
    values: Element
    structures: Element
    pictures: Element

    def picture(self, meant: str) -> int | None:
        """Which of the values a cell shows by its number in the metadata, where that is a picture in the file."""
        number, kind = self._meant(meant)
        return number if kind == _PICTURE else None

    def is_error(self, meant: str) -> bool:
        """Whether what a cell shows is an error, about which more is known."""
        return self._meant(meant)[1] == _ERROR

    def _meant(self, written: str) -> tuple[int, str | None]:
        try:
            known = self.metadata.findall("{*}valueMetadata/{*}bk")[_index(written, 1)].find("{*}rc")
            kind = self.metadata.findall("{*}metadataTypes/{*}metadataType")[_index(known.get("t"), 1)].get("name")
            blocks = [one for one in self.metadata.iterfind("{*}futureMetadata") if one.get("name") == kind]
            block = blocks[0].findall("{*}bk")[_index(known.get("v"))]
            number = _index(next(block.iter("{*}rvb")).get("i"))
            shape = self._structure(self.values.findall("{*}rv")[number])
            if shape.get("t") == _PICTURE:
                self.pictures[self._place(number, shape)]
        except (AttributeError, LookupError, StopIteration, TypeError, ValueError):
            return 0, None
        return number, shape.get("t")

    def keep(self, used: Iterable[int]) -> bool:
        """Puts one of these pictures in the place of each other value, so that no number changes; whether any went."""
        kept = sorted(set(used))
        values = self.values.findall("{*}rv")
        places = {self._place(number, self._structure(values[number])) for number in kept}
        for number, value in enumerate(values):
            if number not in kept:
                self.values.replace(value, deepcopy(values[kept[0]]))
        pictures = list(self.pictures)
        for number, picture in enumerate(pictures):
            if number not in places:
                self.pictures.replace(picture, deepcopy(pictures[min(places)]))
        return len(kept) < len(values) or len(places) < len(pictures)

    def _structure(self, value: Element) -> Element:
        return self.structures.findall("{*}s")[_index(value.get("s"))]

    def _place(self, number: int, shape: Element) -> int:
        names = [key.get("n") for key in shape.iterfind("{*}k")]
        return _index(self.values.findall("{*}rv")[number].findall("{*}v")[names.index(_PLACE)].text)


def values(part_of: Callable[[str], Element | None]) -> Values | None:
    """Those of a workbook, whose parts are asked for by their kinds; None where it has none."""
    kinds = ("sheetMetadata", "rdRichValue", "rdRichValueStructure", "richValueRel")
    metadata, every, structures, pictures = (part_of(kind) for kind in kinds)
    if metadata is None or every is None or structures is None or pictures is None:
        return None
    return Values(metadata, every, structures, pictures)


def _index(written: str | None, first: int = 0) -> int:
    number = int(written or "") - first
    if number < 0:
        raise LookupError
    return number
