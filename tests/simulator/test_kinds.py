"""The kinds of transactions: what one says of itself is true of its record, and the steps ask for none by its name."""

import ast

import attrs
import pytest

from procore_qbd.qbxml import RET
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.kinds.kind import Draft
from procore_qbd.simulator.knowledge.lists import SPECIAL_ACCOUNTS
from support.places import SOURCE

SIMULATOR = SOURCE / "simulator"

# What is about kinds by its nature: preferences, what an item waits for, bills to pay, templates.
NAMES_KINDS = {"about.py", "store/sums.py", "engine/querying.py", "knowledge/lists.py"}


def test_kinds_stand_in_order_under_their_tags():
    assert list(KINDS) == sorted(KINDS)
    assert all(tag == kind.tag for tag, kind in KINDS.items())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_a_kind_names_is_there(kind):
    """Its fields are fields of its record, and so on: a misspelt one would be asked for only now and then."""
    fields = table(entity(kind.tag)).by_name
    said = {kind.entity, kind.account, kind.orders, kind.opens, kind.applied, kind.owed_in, kind.fulfilled or None}
    said |= {*kind.lines, *kind.totals, *kind.not_simulated, *kind.defaults}
    assert said - {None} <= fields.keys()
    assert all(RET in fields[name].row.shapes for name in (*kind.lines, *kind.totals))
    assert {kind.order, *kind.credits, *kind.pays} - {None} <= KINDS.keys()
    assert all(KINDS[tag].opens for tag in (*kind.credits, *kind.pays))
    assert kind.order is None or KINDS[kind.order].received
    accounts = {kind.usual, kind.usually_owed_in, kind.kept_in or None} - {None}
    assert accounts <= SPECIAL_ACCOUNTS.keys()
    in_lines = {*kind.line_defaults, *filter(None, [kind.received, kind.rate])}
    for name in kind.lines:
        for cls in fields[name].members.values():
            assert not hasattr(cls, "item_ref") or in_lines <= table(cls).by_name.keys()


def named(node):
    """The texts in some code, but for those of experiments."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
        return
    if isinstance(node, ast.Constant):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from named(child)


def test_nobody_else_asks_for_a_kind_by_its_name():
    found = {
        path.relative_to(SIMULATOR).as_posix()
        for path in SIMULATOR.rglob("*.py")
        if path.parent.name != "kinds" and not KINDS.keys().isdisjoint(named(ast.parse(path.read_text("utf-8"))))
    }
    assert found == NAMES_KINDS


def test_a_draft_is_not_changed_by_the_next_one():
    kind = KINDS["Transfer"]
    record = entity("Transfer")(memo="first")
    draft = Draft(record, kind, 1)
    after = draft.saying(memo="second").but(now=2)
    assert (draft.record, draft.now, record.memo) == (record, 1, "first")
    assert (after.record.memo, after.now, after.kind) == ("second", 2, kind)
    assert draft.saying() is draft
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        draft.now = 3
