"""The page about backups has every sentence with which a company file is frozen, and no other."""

import ast
import inspect
import pathlib

from procore_qbd.worker import doubting, leaving, session

PAGE = (pathlib.Path(__file__).parents[2] / "docs" / "backup.md").read_text("utf-8")


def said(node):
    """The words of a literal, up to its first value."""
    if isinstance(node, ast.Constant):
        return node.value
    first = node.values[0]
    return first.value if isinstance(first, ast.Constant) else ""


def sentences():
    nodes = [node for module in (session, doubting) for node in ast.walk(ast.parse(inspect.getsource(module)))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [leaving._LEAVING, leaving._LEFT, *(said(one.args[0]) for one in calls if one.func.attr == "_freeze")]


def test_every_frozen_sentence_has_its_row():
    table = PAGE.partition("## What a frozen company file says")[2].partition("(leave)=")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")][1:]
    told = {row: [one for one in sentences() if one.startswith(row)] for row in rows}
    assert all(len(found) == 1 for found in told.values()), told
    assert len(rows) == len(sentences())
