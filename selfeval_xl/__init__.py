"""财政项目支出绩效自评表 inside Excel: read, scored and checked.

What `__all__` names may be imported by others (docs/api.md); everything else may change with any version.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfeval_xl.actions import check, check_document, import_forms, read, roll_forms, show_document
    from selfeval_xl.actions import collect as collect_forms
    from selfeval_xl.errors import SelfEvalError
    from selfeval_xl.profiles.own import named as named_profile

__version__ = "26.1"
__all__ = (
    "SelfEvalError",
    "check",
    "check_document",
    "collect_forms",
    "import_forms",
    "named_profile",
    "read",
    "roll_forms",
    "show_document",
)
# The others have the same name in `actions`.
_FROM = {
    "SelfEvalError": ("errors", "SelfEvalError"),
    "named_profile": ("profiles.own", "named"),
    "collect_forms": ("actions", "collect"),
}


def __getattr__(name: str) -> Any:
    """A name of the interface, imported when it is first asked for: cells that calculate need none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, there = _FROM.get(name, ("actions", name))
    found = getattr(import_module(f"{__name__}.{module}"), there)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*globals(), *__all__]
