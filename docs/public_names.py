"""Every public name of the packages, once, and what it is: for the glossary and for the test that keeps it."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import re
from functools import cache
from pathlib import Path

import procore_qbd

ROOMS = (
    *("domain", "cards", "qbxml", "flows", "permissions", "procore", "journal", "transports", "erp", "errors", "codes"),
    *("worker", "webconnector", "chooser", "adapters.procrastinate", "frames"),
    *("translate", "simulator", "simulator.faults", "simulator.people"),
    *(
        "testing.cassettes",
        "testing.clock",
        "testing.company_files",
        "testing.comparing",
        "testing.exported",
        "testing.flow_storm",
        "testing.journal_contract",
        "testing.request_processor",
        "testing.seeding",
        "testing.strategies",
        "testing.transport_contract",
        "testing.web_connector",
    ),
)
"""The rooms whose names are for users; the entities have an index of their own."""


def _offered() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for room in ("", *ROOMS):
        package = importlib.import_module(f"procore_qbd.{room}".rstrip("."))
        for name in package.__all__:
            found.setdefault(name, {})[room] = getattr(package, name)
    return found


@cache
def texts() -> dict[str, str]:
    """What is written below the constants of the public rooms."""
    found: dict[str, str] = {}
    for path in sorted(Path(procore_qbd.__file__).parent.rglob("*.py")):
        for name, text in _below(ast.parse(path.read_text("utf-8")).body):
            if name in OFFERED:
                found.setdefault(name, text)
    return found


def _below(body: list[ast.stmt]) -> list[tuple[str, str]]:
    """The names that a module assigns, with the text that stands below each."""
    return [
        (name.id, below.value.value)
        for here, below in itertools.pairwise(body)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
        if isinstance(here, ast.Assign | ast.AnnAssign)
        for name in ast.walk(here.targets[0] if isinstance(here, ast.Assign) else here.target)
        if isinstance(name, ast.Name)
    ]


OFFERED = _offered()
"""What each public name stands for in each room that offers it; '' is the face."""


def home(name: str) -> str:
    """Where a name is imported from, in full."""
    room = next((room for room in OFFERED[name] if room), "")
    return f"procore_qbd.{room}".rstrip(".")


def about(name: str) -> str:
    """The first sentence of a name's documentation; '' where there is none."""
    thing = next(iter(OFFERED[name].values()))
    whole = texts().get(name) or ""
    if not whole and (inspect.isclass(thing) or inspect.isroutine(thing)):
        whole = inspect.getdoc(thing) or ""
    first = " ".join(whole.split("\n\n")[0].split())
    return re.split(r"(?<=\w\w[.]) ", first)[0].removesuffix("::").removesuffix(":").replace("``", "`")
