"""One word, one meaning: the glossary, the names that packages offer, and the words that nobody writes any more."""

import ast
import re
import sys
from collections import defaultdict

import pytest

import procore_qbd
from support.imports import statements
from support.places import DOCS, PROJECT, SOURCE

sys.path.append(str(DOCS))
from public_names import OFFERED, about

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (DOCS / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| word"))
]
WORDS = [word for words, *_ in ROWS for word in words.split(", ")]


def test_a_public_name_is_one_thing():
    assert [name for name, homes in OFFERED.items() if len({id(thing) for thing in homes.values()}) > 1] == []


def test_no_two_classes_have_one_name():
    defined = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        for node in statements(path.read_text("utf-8")):
            if isinstance(node, ast.ClassDef):
                defined[node.name].add(path)
    assert {name: paths for name, paths in defined.items() if len(paths) > 1} == {}


def test_the_words_of_the_glossary_stand_once_and_in_order():
    assert len(WORDS) == len({word.casefold() for word in WORDS}) > 50
    first = [words.casefold() for words, *_ in ROWS]
    assert first == sorted(first)


def test_every_word_has_a_meaning_and_its_names_are_public():
    for word, meaning, names in ROWS:
        assert re.fullmatch(r"[A-Z].*[.]", meaning), word
        for name in re.findall(r"`(\w+)`", names):
            assert name in OFFERED, f"{word}: {name} is no public name"


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_every_public_name_says_what_it_is(name):
    """A class or a function by its documentation; a constant by the text below it."""
    assert len(about(name)) > 10


RETIRED = {
    "lookalike": "similar",
    "put to rest": "inactive",
    "Settled": "ItemResult",
    "find_or_add": "get_or_create",
    "simulator has them not": "the simulator does not keep them",
    "says another record": "names another record",
    "answers what was not asked": "answers a request that was not sent",
    "has not so much left": "more than is left of the credit",
}
"""What was written once, and what is written now."""


def test_nobody_writes_the_words_of_old():
    paths = [
        *SOURCE.rglob("*.py"),
        *(path for path in DOCS.rglob("*.md") if "_build" not in path.parts),
        PROJECT / "README.md",
    ]
    found = [
        f"{path.name}: {old!r}, say {now!r}"
        for path in paths
        for old, now in RETIRED.items()
        if re.search(rf"\b{re.escape(old)}\b", path.read_text("utf-8"))
    ]
    assert found == []


def test_the_face_is_in_the_glossary():
    assert set(procore_qbd.__all__) <= set(OFFERED)
