"""What `import procore_qbd` costs and what it offers."""

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import procore_qbd
from procore_qbd import domain

PUBLIC_NAMES = 53  # few enough to read through
"""How many names the face offers; raising it is a decision, not an accident."""

LATE = {
    *("requests", "tenacity", "cattrs"),
    *("sqlalchemy", "pandas", "pyarrow", "rich", "flask", "fastapi", "django", "waitress"),
    *("win32com", "pythoncom", "pywintypes"),
    *("hypothesis", "pytest"),
    *("attrs", "lxml"),
}

PACKAGES = ["procore_qbd", *(m.name for m in pkgutil.walk_packages(procore_qbd.__path__, "procore_qbd.") if m.ispkg)]


def in_order(names: set[str] | list[str]) -> list[str]:
    """Sorted as the linter wants `__all__`: constants, classes, then the rest."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def in_a_clean_process(expression: str) -> object:
    """The value of an expression where nothing but `procore_qbd` was imported."""
    program = f"import procore_qbd, sys; names = {expression}; import json; print(json.dumps(names))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)  # noqa: S603  # our own words
    return json.loads(done.stdout)


def test_importing_loads_no_optional_part():
    assert LATE.isdisjoint(in_a_clean_process("sorted(sys.modules)"))


def test_what_is_loaded_late_is_there_when_it_is_named():
    late = "[procore_qbd.can.__module__, 'procore_qbd.permissions' in sys.modules, 'nothing' in dir(procore_qbd)]"
    assert in_a_clean_process(late) == ["procore_qbd.permissions.decisions", True, False]
    assert in_a_clean_process("procore_qbd.qbxml.Ref.__name__") == "Ref"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        procore_qbd.nothing  # noqa: B018  # the attribute is the point


def test_an_export_does_not_wait_for_permissions():
    loaded = in_a_clean_process("[procore_qbd.perform, procore_qbd.run, procore_qbd.Books] and sorted(sys.modules)")
    assert {"procore_qbd.permissions", "procore_qbd.domain.users"}.isdisjoint(loaded)
    assert "procore_qbd.erp" in loaded


def test_all_is_the_sorted_public_names():
    module = type(sys)
    offered = getattr(procore_qbd, "__all__", [])
    public = {
        name
        for name in in_a_clean_process("[name for name in dir(procore_qbd) if not name.startswith('_')]")
        if name in offered or not isinstance(getattr(procore_qbd, name), module)
    }
    assert in_order(public - {"annotations", "TYPE_CHECKING"}) == list(offered)


@pytest.mark.parametrize(("package", "table"), [(procore_qbd, "_ROOMS"), (domain, "_FILES")], ids=["face", "domain"])
def test_the_table_of_names_and_the_imports_for_type_checkers_say_the_same(package, table):
    imported = {}
    for node in ast.walk(ast.parse(Path(package.__file__).read_text("utf-8"))):
        here = f"{package.__name__}."
        if isinstance(node, ast.ImportFrom) and node.module.startswith(here) and not node.module.endswith("._late"):
            assert all(alias.asname == alias.name for alias in node.names)
            imported.setdefault(node.module.removeprefix(f"{package.__name__}."), set()).update(
                a.name for a in node.names
            )
    assert imported == {home: set(names) for home, names in getattr(package, table).items()}


def test_rooms_are_attributes_of_the_face():
    rooms = ["simulator", "procore", "journal", "qbxml", "codes", "translate", "flows", "errors"]
    assert in_a_clean_process(f"[getattr(procore_qbd, room).__name__ for room in {rooms}]") == [
        f"procore_qbd.{room}" for room in rooms
    ]


def test_public_names_are_few():
    assert len(getattr(procore_qbd, "__all__", [])) <= PUBLIC_NAMES


@pytest.mark.parametrize("name", PACKAGES)
def test_what_a_package_offers_is_sorted_and_there(name):
    package = importlib.import_module(name)
    offered = list(getattr(package, "__all__", []))
    assert offered == in_order(offered)
    for public in offered:
        assert getattr(package, public) is not None
