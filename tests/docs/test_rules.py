"""The table of the simulator's rules: complete, about tests that there are, and about codes that it gives."""

import ast
import sys

import pytest

from procore_qbd.codes import HRESULTS, STATUSES
from support.places import DOCS, SOURCE, TESTS

sys.path.append(str(DOCS))
import simulator_rules
from simulator_rules import RULES_OF_ALL, node

SIMULATOR = sorted((SOURCE / "simulator").rglob("*.py"))
JUDGED = [SOURCE / "qbxml" / f"{name}.py" for name in ("rows/values", "judging/checking", "messages/requests")]
TO_ORDER = {"faults"}  # what can be ordered is a table of its own
CODES = STATUSES.keys() | {3391}  # which was seen, and stands in no list of Intuit's


def numbers(path):
    """Every number in a file's code."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int}


def statuses():
    """Every statusCode that stands in the simulator's code, or with which a value is refused."""
    return set().union(*map(numbers, (*SIMULATOR, *JUDGED))) & CODES


def hresults():
    found = set().union(*(numbers(path) for path in SIMULATOR if path.stem not in TO_ORDER))
    return {f"0x{number:08X}" for number in found & HRESULTS.keys()}


TREES = {path.name: ast.parse(path.read_text("utf-8")) for path in (TESTS / "simulator").glob("test_*.py")}


def test_every_code_that_the_simulator_gives_has_a_row():
    told = {one.code for one in RULES_OF_ALL}
    assert statuses() - told == set()
    assert hresults() - told == set()


def test_every_code_of_a_row_is_one_that_the_simulator_gives():
    given = statuses() | hresults() | {"", "0x80040402"}
    assert {one.code for one in RULES_OF_ALL} - given == set()


@pytest.mark.parametrize("test", sorted({test for one in RULES_OF_ALL for test in one.tests}))
def test_every_test_of_a_row_is_there(test):
    file, name, example = node(test)
    defined = [one for one in TREES[file].body if isinstance(one, ast.FunctionDef | ast.ClassDef) and one.name == name]
    assert len(defined) == 1
    said = {str(one.value) for one in ast.walk(TREES[file]) if isinstance(one, ast.Constant)}
    assert not example or {example, example.rpartition("-")[0]} & said


def test_every_row_has_words_a_source_and_a_test():
    words = [one.words for one in RULES_OF_ALL]
    assert len(set(words)) == len(words) > 100
    assert all(one.words.endswith(".") and one.sources and one.tests for one in RULES_OF_ALL)
    assert set(simulator_rules.MEANS) == set(simulator_rules.Source)
