"""The notebooks as texts: each opens with what it answers, its cells are Python, and the index has it.

That they run is seen by `nox -s docs`, which has what they need.
"""

import ast
import re

import pytest

from support.places import DOCS

FOLDER = DOCS / "notebooks"
NOTEBOOKS = sorted(path for path in FOLDER.glob("*.md") if path.stem != "index")
CELL = re.compile(r"```\{code-cell\} python\n(?::tags: \[[^\n]*\]\n\n)?(.*?)```", re.DOTALL)


def test_the_index_has_every_notebook():
    linked = re.findall(r"\]\(([\w-]+)\.md\)", (FOLDER / "index.md").read_text("utf-8"))
    assert sorted(linked) == [path.stem for path in NOTEBOOKS]
    assert len(NOTEBOOKS) == 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_what_it_answers_and_its_cells_are_python(path):
    text = path.read_text("utf-8")
    _, head, body = text.split("---\n", 2)
    title, answers, *_ = body.strip().split("\n\n")
    assert "file_format: mystnb" in head
    assert title.startswith("# ")
    assert title.endswith("?")
    assert answers.startswith("*")
    cells = CELL.findall(text)
    assert len(cells) == text.count("{code-cell}") > 3
    for cell in cells:
        ast.parse(cell)
        assert max(map(len, cell.splitlines())) <= 92
    assert any("import drawing" in cell for cell in cells)
