"""Which room may lean on which: the imports of every file, those for type checkers too, against three tables."""

import graphlib
import sys

import pytest

from support.imports import FILES, HOUSE, edges, imported, imports, room, within

WHAT_IT_NEEDS = None

# A room may lean on itself and on these; a dotted name is only that part of a room.
MAY_LEAN_ON = {
    "_late": set(),
    "cards": set(),
    "disk": set(),
    "errors": {"codes"},
    "codes": set(),
    "chooser": set(),
    "domain": {"errors", "_late", "cards"},
    "qbxml": {"errors", "codes", "cards"},
    "permissions": {"domain", "errors", "cards"},
    "translate": {"domain", "qbxml", "errors"},
    "flows": {"qbxml", "errors", "codes", "transports.base", "_late"},  # what a transport is, never any one of them
    "transports": {"disk", "qbxml", "errors", "codes", "_late"},
    "journal": {"domain", "errors", "cards"},
    "procore": {"domain", "errors"},
    "worker": {"domain", "qbxml", "translate", "flows", "journal", "erp", "errors", "codes", "transports.base"},
    "erp": {
        "cards",
        "domain",
        "permissions",
        "translate",
        "flows",
        "qbxml",
        "errors",
        "codes",
        "_late",
        "transports.base",
        "journal.items",
        "journal.nouns",
        "journal.store",
    },
    "simulator": {"qbxml", "errors", "codes", "chooser", "cards"},
    "testing": WHAT_IT_NEEDS,
    "adapters": {"domain", "worker", "journal", "errors", "transports.base"},
    "webconnector": {"domain", "journal", "worker", "transports", "flows", "qbxml", "errors", "codes"},
    "frames": WHAT_IT_NEEDS,
    "demo": WHAT_IT_NEEDS,
    "cli": WHAT_IT_NEEDS,
    "__main__": WHAT_IT_NEEDS,
    "__init__": WHAT_IT_NEEDS,  # the face
}
AN_ENTITY_MAY_LEAN_ON = {"qbxml.rows", "qbxml.entities.shared", "cards"}  # never on another entity

# The folders inside a room, from the ground up: each may lean on those before it. What stands in one string leans on
# none of the others there.
FLOORS = {
    "qbxml": ("rows", "entities judging", "codec", "messages"),
    "simulator": (
        "knowledge",
        "records",
        "kinds",
        "store",
        "about faults",
        "lists",
        "transactions",
        "queries",
        "reports",
        "engine costing behaviours",
        "people window contractor",
        "company_file",
        "rules",
        "refusals",
    ),
}

# Rooms that others leave alone, except these.
MAY_BE_IMPORTED_BY = {
    "testing": {"cli", "demo"},  # which seed a company file
    "adapters": set(),
    "frames": {"cli"},
    "demo": {"cli", "testing"},
    "cli": {"__main__"},
    "simulator": {"testing", "cli", "demo", "__init__"},  # the face offers it, and loads it when it is named
    "__init__": {"testing", "frames", "demo", "cli", "__main__"},
    "__main__": set(),
}

# What is not ours, or waits, or throws dice: only here. The rest of the standard library and attrs are everybody's.
OUTWARD = {"transports", "procore", "adapters", "testing", "cli", "demo"}
MAY_IMPORT = {
    "lxml": {"qbxml", "simulator", "webconnector", "testing.web_connector"},
    "cattrs": {"procore"},
    "requests": {"procore", "transports", "testing.web_connector"},
    "tenacity": {"procore", "transports"},
    "sqlite3": {"simulator", "journal", "transports.agent_store"},
    "sqlalchemy": {"journal"},
    "psycopg": {"journal"},
    "procrastinate": {"adapters"},
    "pandas": {"frames"},
    "polars": {"frames"},
    "pyarrow": {"frames"},
    "dlt": {"frames"},
    "waitress": {"cli"},
    "rich": {"cli"},
    "pytest": {"testing"},
    "hypothesis": {"testing"},
    "pythoncom": {"transports.com"},
    "pywintypes": {"transports.com"},
    "win32com": {"transports.com"},
    "time": {"journal", "simulator", "webconnector", "worker", *OUTWARD},
    "random": {"chooser"},
    "secrets": {"worker", "transports.agent", "webconnector"},
    **dict.fromkeys(("asyncio", "http.client", "http.server", "socket", "subprocess", "urllib.request"), OUTWARD),
}
EVERYBODYS = {"attr", "attrs", *sys.stdlib_module_names}


def test_the_walk_sees_relative_late_and_type_checking_imports():
    source = "if TYPE_CHECKING:\n from .a import b\ndef f():\n import lxml.etree\nfrom .. import codes"
    assert imported(source, "procore_qbd.qbxml") == {"procore_qbd.qbxml.a.b", "lxml.etree", "procore_qbd.codes"}
    assert ("procore_qbd.domain", "procore_qbd.domain.books") in edges()


def test_every_room_has_its_row():
    assert {room(name) for name in FILES} <= MAY_LEAN_ON.keys()


def test_no_room_leans_where_it_may_not():
    wrong = []
    for here, there in edges():
        may = MAY_LEAN_ON[room(here)]
        allowed = may is WHAT_IT_NEEDS or any(within(there, f"{HOUSE}.{part}") for part in may)
        if room(here) != room(there) and not allowed:
            wrong.append(f"{here} may not import {there}")
    assert wrong == []


def test_nobody_imports_what_stands_at_the_edge():
    wrong = [
        f"{here} may not import {there}"
        for here, there in edges()
        if room(here) not in MAY_BE_IMPORTED_BY.get(room(there), {room(here)}) | {room(there)}
    ]
    assert wrong == []


def test_an_entity_leans_on_shared_blocks_only():
    entities = f"{HOUSE}.qbxml.entities"
    may = {f"{HOUSE}.{part}" for part in AN_ENTITY_MAY_LEAN_ON}
    wrong = [
        f"{here} may not import {there}"
        for here, there in edges()
        if within(here, entities) and here != entities
        if not any(within(there, part) for part in may)
    ]
    assert wrong == []


def test_what_is_not_ours_stays_in_its_room():
    wrong = []
    for here, names in imports().items():
        for name in sorted(names):
            if within(name, HOUSE):
                continue
            rules = [rooms for part, rooms in MAY_IMPORT.items() if within(name, part)]
            if not rules and name.split(".")[0] not in EVERYBODYS:
                wrong.append(f"{here} imports {name}, which has no row")
            wrong += [
                f"{here} may not import {name}"
                for rooms in rules
                if not any(within(here, f"{HOUSE}.{part}") for part in rooms)
            ]
    assert wrong == []


def test_chance_has_one_home():
    assert [here for here, names in imports().items() if any(within(name, "random") for name in names)] == [
        f"{HOUSE}.chooser"
    ]


def folder(module: str) -> str:
    """The folder, or the file, of a room that a file is in: ``simulator.store``."""
    return ".".join(module.split(".")[1:3])


def test_no_folder_of_a_room_leans_on_one_above_it():
    wrong = []
    for name, floors in FLOORS.items():
        floor = {part: number for number, parts in enumerate(floors) for part in parts.split()}
        for here, there in edges():
            (room_, _, one), (other_room, _, other) = folder(here).partition("."), folder(there).partition(".")
            if room_ == other_room == name and one != other and one and other and floor[one] <= floor[other]:
                wrong.append(f"{here} may not import {there}")
        assert floor.keys() == {part for one in FILES if room(one) == name and (part := folder(one).partition(".")[2])}
    assert wrong == []


@pytest.mark.parametrize("level", [room, folder, str], ids=["rooms", "folders", "files"])
def test_there_are_no_circles(level):
    graph = {}
    for here, there in edges():
        if level(here) != level(there):
            graph.setdefault(level(here), set()).add(level(there))
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))
