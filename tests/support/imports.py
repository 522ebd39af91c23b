"""Which file of the package imports which: the walk, done once, by whoever asks first."""

import ast
import importlib.util
from functools import cache
from pathlib import Path

from support.places import SOURCE

HOUSE = "procore_qbd"


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted(SOURCE.rglob("*.py"))}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def within(module: str, part: str) -> bool:
    return f"{module}.".startswith(f"{part}.")


@cache
def statements(source: str) -> tuple[ast.AST, ...]:
    """Every statement of a source, and those inside others; no expression imports or defines anything."""
    found: list[ast.AST] = [*ast.parse(source).body]
    for one in found:  # which grows meanwhile
        for inner in ("body", "orelse", "finalbody", "handlers", "cases"):
            found += getattr(one, inner, ())
    return tuple(found)


def imported(source: str, package: str) -> set[str]:
    """Every dotted name that a source imports, `from a import b` as `a.b`."""
    names = set()
    for node in statements(source):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            names |= {f"{origin}.{alias.name}" for alias in node.names}
    return names


@cache
def imports() -> dict[str, set[str]]:
    """What each file imports, ours and others'."""
    return {
        name: imported(path.read_text("utf-8"), name if path.stem == "__init__" else name.rpartition(".")[0])
        for name, path in FILES.items()
    }


def ours(name: str) -> str:
    """The file of ours that an imported name comes from."""
    while name not in FILES and "." in name:
        name = name.rpartition(".")[0]
    return name


@cache
def edges() -> list[tuple[str, str]]:
    """Which file imports which of ours."""
    leans = {name: {ours(one) for one in names if within(one, HOUSE)} - {name} for name, names in imports().items()}
    return [(here, there) for here, others in leans.items() for there in sorted(others)]
