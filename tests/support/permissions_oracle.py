"""Procore's table, read from the reference facts and reckoned with plain dicts and sets of strings.

It shares nothing with the rules it judges: it reads the two tables' own sentences, clause by clause, and refuses one it
does not know. A person is a dict::

    {"active": True, "on": True, "has": {"Can Push to Accounting"}, "levels": {"company Directory": "Admin", ...}}

A need is ``("all", *needs)``, ``("any", *needs)``, ``("has", name)`` or ``("level", tool, the levels that will do)``.
"""

from __future__ import annotations

import csv
import itertools
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEVELS = ("None", "Read Only", "Standard", "Admin")
PUSH = "Can Push to Accounting"
NEW_PROJECT = "Create New Project"
ERP = "company ERP Integrations"
DIRECTORY = "company Directory"
TOOLS = {
    ERP,
    DIRECTORY,
    "company Admin",
    "company Reports",
    "project Admin",
    "project Budget",
    "project Change Orders",
    "project Commitments",
    "project Directory",
    "project Prime Contracts",
    "project Reports",
}
"""Every tool that the tables name, and those that share a name with one of them."""

ANYBODY = ("all",)
Tree = tuple[Any, ...]


# --- the sentences ---------------------------------------------------------------------------------------------------


def level(tool: str, lowest: str) -> Tree:
    if tool not in TOOLS:
        raise ValueError(f"the oracle knows no tool {tool!r}")
    return ("level", tool, set(LEVELS[LEVELS.index(lowest) :]))


def read(sentence: str, groups: tuple[Tree, ...] = ()) -> Tree:
    """What a sentence asks for; a semicolon binds loosest, then a comma, then "with"."""
    while group := re.search(r"(?:Accounting Approver )?\(([^()]*)\)", sentence):
        sentence = f"{sentence[: group.start()]}<{len(groups)}>{sentence[group.end() :]}"
        groups += (read(group[1]),)
    for marks in ("; ", ", ", " with "):
        clauses = sentence.split(marks)
        if len(clauses) == 1:
            continue
        words = {re.match(r"(?:or |and )?", clause)[0] for clause in clauses[1:]}
        if len(words) > 1:
            raise ValueError(f"the oracle cannot tell what binds first in {sentence!r}")
        parts = [clauses[0], *(clause.removeprefix(*words) for clause in clauses[1:])]
        return ("any" if words == {"or "} else "all", *(read(part, groups) for part in parts))
    return _phrase(sentence, groups)


def _phrase(text: str, groups: tuple[Tree, ...]) -> Tree:
    if group := re.fullmatch(r"<(\d+)>", text):
        return groups[int(group[1])]
    if text == "no ERP Integrations level":
        return ANYBODY
    if text == PUSH:
        return ("has", PUSH)
    if text == f"the granular '{NEW_PROJECT}'":
        return ("has", NEW_PROJECT)
    if found := re.fullmatch(r"(Read Only|Standard|Admin)(?: or above|(?<=Standard) or Admin)? on (.+)", text):
        tools = [ERP if tool == "ERP Integrations" else tool for tool in found[2].split(" or on ")]
        choices = [level(tool, found[1]) for tool in tools]
        return choices[0] if len(choices) == 1 else ("any", *choices)
    raise ValueError(f"the oracle cannot read {text!r}")


# --- the tables ------------------------------------------------------------------------------------------------------

# Who sends needs Admin where the item lives (facts, 2.2). The last three are inferred there: nothing says it outright.
SEND = {
    "Project": ["project Admin"],
    "Sub Job": ["project Admin"],
    "Budget": ["project Budget"],
    "Commitment": ["project Commitments"],
    "Subcontractor Invoice": ["project Commitments"],
    "CCO": ["project Commitments", "project Change Orders"],
    "Cost Codes": ["company Admin"],
    "PCCO": ["project Prime Contracts"],
    "Owner Invoice": ["project Prime Contracts"],
    "Company": [DIRECTORY],
}

# The table "ERP Permissions" ticks imports and exports for each kind of item (facts, 2.3). That accepting is what it
# calls an export is plain; that adding, importing and syncing need their tick too is inferred.
LIMITS = {
    "Accept or Reject Cost Codes for Export to ERP": ("Can Export", "Cost Codes"),
    "Accept or Reject Owner Invoices for Export to ERP": ("Can Export", "Owner Invoice"),
    "Accept or Reject Subcontractor Invoices for Export to ERP": ("Can Export", "Subcontractor Invoice"),
    "Accept or Reject a Budget for Export to ERP": ("Can Export", "Budget"),
    "Accept or Reject a CCO for Export to ERP": ("Can Export", "CCO"),
    "Accept or Reject a Commitment for Export to ERP": ("Can Export", "Commitment"),
    "Accept or Reject a Company for Export to ERP": ("Can Export", "Company"),
    "Accept or Reject a PCCO for Export to ERP": ("Can Export", "PCCO"),
    "Accept or Reject a Project for Export to ERP": ("Can Export", "Project"),
    "Accept or Reject a Sub Job for Export to ERP": ("Can Export", "Sub Job"),
    "Add a Procore Project to your ERP System": ("Can Export", "Project"),
    "Add an ERP Company to the Procore Company Directory": ("Can Import", "Company"),
    "Add an ERP Job to Procore": ("Can Import", "Project"),
    "Import a Budget from ERP": ("Can Import", "Budget"),
    "Import a Prime Contract from an Integrated ERP System into Procore": ("Can Import", "Prime Contract"),
    "Import an ERP Sub Job to a Procore Project": ("Can Import", "Sub Job"),
    "Sync Job Cost Transactions from an Integrated ERP into Procore": ("Can Import", "Job Costs"),
    "Sync Paid Invoice Notifications from ERP into Procore": ("Can Import", "Payment"),
}


def _table(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8").replace("\u00a0 ", " ").replace("\u00a0", " ")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def table(folder: Path) -> dict[str, dict[str, Any]]:
    """Title to what the two readings say, in the published order.

    A reading is item (or None) to the need without a project and the need with one.
    """
    otherwise = {row["action"]: read(row["tutorials_reading"]) for row in _table(folder / "permissions-tutorials.tsv")}
    rows = {}
    for row in _table(folder / "permissions.tsv"):
        ticks = {name for name in LEVELS if row[name.lower().replace(" ", "_")] == "x"}
        tick = ("level", ERP, ticks) if ticks else ANYBODY
        also = row["also_required"]
        if not ticks and not also:
            published = tutorials = {item: 2 * (_admin_on(tools),) for item, tools in SEND.items()}
        elif both := re.fullmatch("company level: the tick; project level: (.+)", also):
            within = read(both[1])
            published, tutorials = {None: (tick, ("all", tick, within))}, {None: (tick, within)}
        else:
            need = ("all", tick, read(also)) if also else tick
            published, tutorials = ({None: (one, one)} for one in (need, otherwise.pop(row["action"], need)))
        rows[row["action"]] = {
            "published": published,
            "tutorials": tutorials,
            "supported": {"yes": True, "no": False}[row["quickbooks_desktop_supports_it"]],
            # The table notes three rows beside their tick, or in its stead; the row for sending is notes alone.
            "noted": row["source_of_also_required"] == "the table's own note" or not (ticks or also),
        }
    if otherwise:
        raise ValueError(f"the tutorials speak of actions that the table does not have: {list(otherwise)}")
    return rows


def _admin_on(tools: list[str]) -> Tree:
    return ("all", *(level(tool, "Admin") for tool in tools))


# --- the answer ------------------------------------------------------------------------------------------------------


def tools_in(need: Tree) -> set[str]:
    """The tools that a need names."""
    if need[0] == "level":
        return {need[1]}
    return set().union(*map(tools_in, need[1:])) if need[0] in {"all", "any"} else set()


def may(person: dict[str, Any], need: Tree) -> bool:
    """The answer for a person."""
    return person["active"] and _meets(person, need)


def _meets(person: dict[str, Any], need: Tree) -> bool:
    kind = need[0]
    if kind == "all":
        return all(_meets(person, part) for part in need[1:])
    if kind == "any":
        return any(_meets(person, part) for part in need[1:])
    if kind == "has":
        return need[1] in person["has"]
    _, tool, enough = need
    if tool.startswith("project ") and not person["on"]:
        return "None" in enough
    levels = person["levels"]
    return ("Admin" if levels[DIRECTORY] == "Admin" else levels[tool]) in enough


def people(tools: set[str]) -> Iterator[dict[str, Any]]:
    """Everybody there can be, as far as these tools, the privilege, the granular permission and the rest tell apart."""
    company = sorted({ERP, DIRECTORY} | {tool for tool in tools if tool.startswith("company ")})
    project = sorted(tools.difference(company))
    flags = itertools.product((True, False), repeat=3)
    for active, push, granular in flags:
        has = {name for name, ticked in ((PUSH, push), (NEW_PROJECT, granular)) if ticked}
        for office in itertools.product(LEVELS, repeat=len(company)):
            known = dict(zip(company, office, strict=True))
            yield {"active": active, "has": has, "on": False, "levels": known}
            for site in itertools.product(LEVELS, repeat=len(project)):
                levels = known | dict(zip(project, site, strict=True))
                yield {"active": active, "has": has, "on": True, "levels": levels}
