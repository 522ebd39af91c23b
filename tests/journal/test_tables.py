"""Three stores, one behaviour: the same operations, the same answers, the same rows after each step."""

import contextlib
import traceback
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.errors import JournalError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES, TakenError

VALUES = {
    "text": st.sampled_from(["a", "b", "Zoë", "\uffff", "\U0001f600"]),
    "int": st.integers(0, 2),
    "real": st.sampled_from([0.5, 1.5]),
    "bytes": st.binary(max_size=2),
}
OPERATIONS = ("insert", "update", "delete", "select")


def value_of(table, column):
    kind = TABLES[table].columns[column]
    if column == "state":
        states = [str(state) for state in TABLES[table].states]
        return st.sampled_from([*states * 3, "lucky"] if states else ["a", "b"])
    drawn = VALUES[kind.removesuffix("?")]
    return st.none() | drawn if kind.endswith("?") else drawn


def rows_of(table):
    return st.fixed_dictionaries({column: value_of(table, column) for column in TABLES[table].columns})


def where_of(table):
    return st.lists(st.sampled_from(list(TABLES[table].columns)), max_size=2, unique=True).flatmap(
        lambda columns: st.fixed_dictionaries(
            {
                column: value_of(table, column) | st.lists(value_of(table, column), max_size=3).map(tuple)
                for column in columns
            }
        )
    )


def different_rows(table, count):
    """Rows of one company file that differ in everything else, so that all of them are taken."""
    rules, rows = TABLES[table], []
    for n in range(count):
        by_kind = {"text": "abc"[n], "int": n, "real": n + 0.5, "bytes": bytes([n])}
        row = {column: by_kind[kind.removesuffix("?")] for column, kind in rules.columns.items()}
        state = {"state": str(rules.states[n % len(rules.states)])} if rules.states else {}
        rows.append(row | state | ({} if rules.key == ("company",) else {"company": "a"}))
    return rows


def colliding(table):
    """Changes of all that makes a row one of a kind: two rows that get them may not stand side by side."""
    rules = TABLES[table]
    changes = []
    for one in rules.unique:
        same = {column: VALUES[rules.columns[column].removesuffix("?")] for column in one.columns}
        counts = {
            column: st.sampled_from(value if isinstance(value, tuple) else (value,))
            for column, value in one.where.items()
        }
        changes.append({column: drawn for column, drawn in (same | counts).items() if column not in rules.key})
    return st.one_of(*map(st.fixed_dictionaries, changes))


@st.composite
def operations(draw, tables):
    table, kind = draw(st.sampled_from(tables)), draw(st.sampled_from(["insert", *OPERATIONS]))
    if kind == "insert":
        return kind, table, [draw(st.lists(rows_of(table), max_size=2))], {}
    rules = TABLES[table]
    if kind == "update" and rules.unique and draw(st.booleans()):
        return kind, table, [draw(st.sampled_from([{}, {"company": "a"}])), draw(colliding(table))], {}
    where = draw(where_of(table))
    if kind == "update":
        columns = [column for column in rules.columns if column not in rules.key]
        chosen = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique=True))
        return kind, table, [where, {column: draw(value_of(table, column)) for column in chosen}], {}
    if kind == "delete":
        return kind, table, [where], {}
    sortable = [column for column, type_ in rules.columns.items() if not type_.endswith("?")]
    order = draw(st.lists(st.sampled_from(sortable), max_size=2, unique=True))
    return kind, table, [where], {"order": order, "limit": draw(st.none() | st.integers(0, 2))}


@st.composite
def scripts(draw):
    """Transactions and looks, over a table or two so that rows meet; each ends well, or breaks off."""
    tables = draw(st.lists(st.sampled_from(list(TABLES)), min_size=1, max_size=2, unique=True))
    first = [("insert", table, [different_rows(table, draw(st.sampled_from([2, 3, 1, 0])))], {}) for table in tables]
    how = st.sampled_from(["transaction", "transaction", "transaction", "reading"])
    rest = st.tuples(how, st.lists(operations(tables), max_size=5), st.integers(0, 3).map(bool))
    return [("transaction", first, True), *draw(st.lists(rest, max_size=6))]


def refusals():
    """One of each."""
    rows, changes = different_rows("effect", 2), [{}, {"what": "x", "state": "open"}]
    there = ("insert", "effect", [rows], {})
    refused = [
        ("insert", "effect", [rows[:1]], {}),
        ("update", "effect", changes, {}),
        ("update", "effect", [{}, {"state": "lucky"}], {}),
    ]
    looks = [there, ("update", "effect", changes, {}), ("delete", "effect", [{}], {})]
    return [
        ("transaction", [there], True),
        ("transaction", [("update", "effect", [{}, {"position": 5}], {})], True),
        ("reading", [("select", "effect", [{}], {"order": ["what"], "limit": 1})], True),
        *(("transaction", [one], True) for one in refused),
        *(("reading", [one], True) for one in looks),
        ("transaction", [("delete", "effect", [{}], {})], False),
    ]


class BreaksOffError(Exception):
    """Nothing of the transaction is to be there."""


def answer_of(rows, operation):
    kind, table, given_, named = operation
    try:
        return getattr(rows, kind)(table, *given_, **named)
    except (TakenError, JournalError) as error:
        return type(error)


def all_rows(rows):
    return {table: rows.select(table, {}) for table in TABLES}


def play(script, memory, sql, seen):
    for how, batch, ends_well in script:
        with contextlib.suppress(BreaksOffError), getattr(memory, how)() as ours, getattr(sql, how)() as theirs:
            for operation in batch:
                answer = answer_of(ours, operation)
                assert answer == answer_of(theirs, operation), operation
                refused = isinstance(answer, type)
                seen[operation[0], answer.__name__ if refused else "well"] += 1
                if refused:
                    raise BreaksOffError
                assert all_rows(ours) == all_rows(theirs), operation
            if not ends_well:
                seen[how, "broken off"] += 1
                raise BreaksOffError
            seen[how, "well"] += 1
        with memory.reading() as ours, sql.reading() as theirs:
            assert all_rows(ours) == all_rows(theirs), batch


@pytest.mark.parametrize(("database", "least"), [("sqlite", 60), ("postgres", 10)])
def test_memory_and_database_answer_the_same(database, least, request):
    """Each kind of operation must have gone well and must have been refused, or nothing was compared."""
    url = "sqlite://" if database == "sqlite" else request.getfixturevalue("server").schema()
    memory, sql, seen = MemoryTables(), SqlTables(url), Counter()
    thorough = settings().max_examples > 25

    @settings(max_examples=max(least, settings().max_examples if thorough else 0))
    @example(refusals())  # so that no luck is needed
    @given(scripts())
    def same(script):
        for tables in (memory, sql):
            with tables.transaction() as rows:
                for table in TABLES:
                    rows.delete(table, {})
        play(script, memory, sql, seen)

    same()
    memory.close()
    sql.close()
    expected = {(kind, "well") for kind in (*OPERATIONS, "transaction", "reading")}
    expected |= {("insert", "TakenError"), ("update", "TakenError")}  # it stands there already
    expected |= {("insert", "JournalError"), ("update", "JournalError"), ("delete", "JournalError")}  # in a look
    expected |= {("transaction", "broken off")}
    assert {one: seen[one] for one in expected if not seen[one]} == {}, seen


@pytest.mark.parametrize("value", ["a\0b", "half \ud800", 2**63, -(2**63)], ids=repr)
def test_what_some_database_could_not_keep_is_refused_by_every_store(store, value):
    column = "next_id" if isinstance(value, int) else "owner"
    row = {"company": "a", "environment": "p", "next_id": 1, "token": 0, "due": 0.0, "counter": 0, "epoch": 1}
    with store.transaction() as rows:
        rows.insert("company", [row])
    for work in (
        lambda rows: rows.insert("company", [row | {"company": "b", column: value}]),
        lambda rows: rows.update("company", {}, {column: value}),
        lambda rows: rows.select("company", {column: value}),
        lambda rows: rows.select("company", {column: (None, value)}),
    ):
        with pytest.raises(JournalError, match=r"^company: .*; nothing was written$"), store.transaction() as rows:
            work(rows)
    with store.reading() as rows:
        (left,) = rows.select("company", {})
    assert (left["company"], left["owner"], left["next_id"]) == ("a", None, 1)


def test_a_request_and_words_for_people_may_have_anything_in_them(store):
    journal, name = Journal(store), "Birch \0 \ud800 \U0001f600"
    journal.register("a")
    request = CreateVendor(vendor=VendorCompany(id=1, name=name), request_detail_id=1)
    assert journal.entry("a", journal.submit("a", request)).request == request
    assert journal.submit("a", request) == 1
    journal.note("a", "x", name)
    claim = journal.claim("a", "first", 90)
    journal.freeze(claim, name)
    shown = "Birch \\0 \\ud800 \U0001f600"
    assert [words for _, _, words in journal.events("a")] == [shown, shown]
    assert journal.company("a").frozen == shown


def test_what_stands_there_already_is_told_by_its_columns_and_never_by_its_values(store):
    effect = {"company": "a", "id": 1, "exchange": 1, "position": 0, "run": 1, "what": "Mrs Birch", "state": "open"}
    with store.transaction() as rows:
        rows.insert("effect", [effect])
    for new, said in ((effect | {"what": "x"}, "effect (company, id)"), (effect | {"id": 2}, "effect (company, what)")):
        with pytest.raises(TakenError) as caught, store.transaction() as rows:
            rows.insert("effect", [new])
        assert str(caught.value) == said
        assert "Birch" not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(JournalError, match="effect") as caught, store.transaction() as rows:
        rows.update("effect", {}, {"state": "lucky"})
    assert "Birch" not in "".join(traceback.format_exception(caught.value))
