"""One function for each thing a person does.

Each is imported when it is first asked for: who checks a file waits for nothing that only writes one.
"""
# mypy: implicit-reexport
# ruff: noqa: F401 (what is imported is for those who ask here)

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfeval_xl.actions.books import (
        Rolled,
        book_pages,
        build_addin,
        build_template,
        form_pages,
        import_forms,
        mended,
        new,
        roll_forms,
        rolled_document,
        with_leftovers,
    )
    from selfeval_xl.actions.demonstration import DEMO_TEXT, Demo, demo, draw
    from selfeval_xl.actions.judging import (
        Contents,
        PassedOver,
        Read,
        Unread,
        check,
        check_document,
        not_read,
        own_profile,
        profile_used,
        read,
        read_contents,
        show,
        show_document,
    )
    from selfeval_xl.actions.leaving import Frozen, freeze, freeze_document, with_prints
    from selfeval_xl.actions.receiving import collect  # fmt: skip

_FROM = {
    "books": (
        "Rolled", "book_pages", "build_addin", "build_template", "form_pages", "import_forms", "mended", "new",
        "roll_forms", "rolled_document", "with_leftovers",
    ),
    "demonstration": ("DEMO_TEXT", "Demo", "demo", "draw"),
    "judging": (
        "Contents", "PassedOver", "Read", "Unread", "check", "check_document", "not_read", "own_profile",
        "profile_used", "read", "read_contents", "show", "show_document",
    ),
    "leaving": ("Frozen", "freeze", "freeze_document", "with_prints"),
    "receiving": ("collect",),
}  # fmt: skip
_MODULES = {name: module for module, names in _FROM.items() for name in names}


def __getattr__(name: str) -> Any:
    """An action or what it answers, from the module in which it stands."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
