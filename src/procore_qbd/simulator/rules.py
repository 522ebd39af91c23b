"""All rules of the simulated company file by name, gathered from the files that keep them.

A rule stands where it is kept, and its name is that of its variable there. Nothing has to be registered: a rule that is
written into a module of the simulator is on the page of rules, in ``procore-qbd codes`` and ``procore-qbd probe``, and
the suite asks for the proof that its experiment shows it.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from procore_qbd import simulator
from procore_qbd.simulator.knowledge.rules import Behaviour, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BEHAVIOURS", "REASONS", "RULES", "home_of"]

_FLOORS = ("knowledge", "records", "kinds", "store", "lists", "transactions", "queries", "reports", "engine")
"""Lower ones first: a rule that a module imports is of the floor below, or of the reasons of its own floor."""

_ABOVE = (__name__, f"{simulator.__name__}.refusals")
"""What looks at the rules, and keeps none."""


def _modules() -> list[str]:
    names = [found.name for found in pkgutil.walk_packages(simulator.__path__, f"{simulator.__name__}.")]
    floors = {name: number for number, name in enumerate(_FLOORS)}

    def place(name: str) -> tuple[int, bool, str]:
        return floors.get(name.split(".")[2], len(floors)), not name.endswith("reasons"), name

    return sorted(names, key=place)


def _gathered() -> tuple[dict[str, Reason | Behaviour], dict[str, str]]:
    rules: dict[str, Reason | Behaviour] = {}
    homes: dict[str, str] = {}
    for module in _modules():
        if module in _ABOVE:
            continue
        for name, value in vars(importlib.import_module(module)).items():
            if not isinstance(value, Reason | Behaviour) or rules.get(name) is value:
                continue
            if name in rules:
                raise AssertionError(f"two rules are called {name}: in {homes[name]} and in {module}")
            rules[name], homes[name] = value, module
    return rules, homes


RULES: Mapping[str, Reason | Behaviour]
RULES, _HOMES = _gathered()
"""Every rule by its name."""
REASONS: Mapping[str, Reason] = {name: rule for name, rule in RULES.items() if isinstance(rule, Reason)}
"""The rules by which QuickBooks refuses something."""
BEHAVIOURS: Mapping[str, Behaviour] = {name: rule for name, rule in RULES.items() if isinstance(rule, Behaviour)}
"""The rules of what QuickBooks does."""


def home_of(name: str) -> str:
    """The module that keeps a rule."""
    return _HOMES[name]
