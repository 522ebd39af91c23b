"""The page of the simulator's rules: complete, and about tests that there are."""

import ast
import sys

import pytest

from procore_qbd.codes import STATUSES
from procore_qbd.simulator.rules import BEHAVIOURS, REASONS
from support.places import DOCS, TESTS

sys.path.append(str(DOCS))
import simulator_rules
from simulator_rules import RULES_OF_ALL, node

TREES = {path.name: ast.parse(path.read_text("utf-8")) for path in (TESTS / "simulator").glob("test_*.py")}


REFUSED = {reason.code for reason in REASONS.values()}


def test_every_rule_with_a_name_is_on_the_page():
    page = simulator_rules.page(lambda heads, rows: "\n".join(" | ".join(map(str, row)) for row in (heads, *rows)))
    for name, one in (*REASONS.items(), *BEHAVIOURS.items()):
        assert f"`{name}`" in page
        assert one.words in page


def test_no_row_beside_says_what_a_reason_says():
    told = {one.code for one in RULES_OF_ALL}
    assert told & REFUSED == set()
    assert told <= {"", "0x80040402", *STATUSES}


@pytest.mark.parametrize("test", sorted({test for one in RULES_OF_ALL for test in one.tests}))
def test_every_test_of_a_row_is_there(test):
    file, name, example = node(test)
    defined = [one for one in TREES[file].body if isinstance(one, ast.FunctionDef | ast.ClassDef) and one.name == name]
    assert len(defined) == 1
    said = {str(one.value) for one in ast.walk(TREES[file]) if isinstance(one, ast.Constant)}
    assert not example or {example, example.rpartition("-")[0]} & said


def test_every_row_has_words_a_source_and_a_test():
    words = [one.words for one in RULES_OF_ALL]
    assert len(set(words)) == len(words) > 40
    assert all(one.words.endswith(".") and one.sources and one.tests for one in RULES_OF_ALL)
