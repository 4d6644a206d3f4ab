"""A property that is computed once for each object."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_Object = TypeVar("_Object")
_Answer = TypeVar("_Answer")


class once(Generic[_Object, _Answer]):  # noqa: N801 (a decorator)
    """As `functools.cached_property`, without its lock, which takes longer than most of our answers.

    Python 3.12 has left it out as well: two that ask at the same moment both compute the same.
    """

    def __init__(self, answer: Callable[[_Object], _Answer]) -> None:
        self._answer = answer
        self.__doc__ = answer.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, asked: None, owner: type) -> "once[_Object, _Answer]": ...

    @overload
    def __get__(self, asked: _Object, owner: type) -> _Answer: ...

    def __get__(self, asked: Any, owner: type) -> Any:
        if asked is None:
            return self
        answer = asked.__dict__[self._name] = self._answer(asked)
        return answer
