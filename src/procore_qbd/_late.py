"""Names that are imported when they are first used, so that importing a package stays fast."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["late"]

Offer = tuple[list[str], "Callable[[str], object]", "Callable[[], list[str]]"]


def late(package: str, homes: Mapping[str, Iterable[str]], parts: Iterable[str] = ()) -> Offer:
    """What a package offers: its ``__all__``, ``__getattr__`` and ``__dir__``.

    Args:
        package: Its name.
        homes: The public names by the module of the package that they live in.
        parts: Modules of the package that are attributes of it as well, without being in ``__all__``.
    """
    home = {name: module for module, names in homes.items() for name in names}
    modules = {*homes, *parts}
    offered = sorted(home, key=lambda name: (not name.isupper(), not name[0].isupper(), name))

    def get(name: str) -> object:
        if name in home:
            found: object = getattr(importlib.import_module(f"{package}.{home[name]}"), name)
        elif name in modules:
            found = importlib.import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, found)
        return found

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home})

    return offered, get, names
