"""Two stores, one behaviour: the same operations, the same answers, the same rows after each step."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from procore_qbd.errors import JournalError
from procore_qbd.journal import MemoryTables
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES, TakenError

VALUES = {
    "text": st.sampled_from("abc"),
    "int": st.integers(0, 2),
    "real": st.sampled_from([0.5, 1.5]),
    "bytes": st.binary(max_size=2),
}


def value_of(table, column):
    kind = TABLES[table].columns[column]
    if column == "state":
        return st.sampled_from([str(state) for state in TABLES[table].states])
    drawn = VALUES[kind.removesuffix("?")]
    return st.none() | drawn if kind.endswith("?") else drawn


def rows_of(table):
    return st.fixed_dictionaries({column: value_of(table, column) for column in TABLES[table].columns})


def where_of(table):
    plain = [column for column, kind in TABLES[table].columns.items() if not kind.endswith("?")]
    return st.lists(st.sampled_from(plain), max_size=2, unique=True).flatmap(
        lambda columns: st.fixed_dictionaries(
            {
                column: value_of(table, column) | st.lists(value_of(table, column), max_size=2).map(tuple)
                for column in columns
            }
        )
    )


@st.composite
def operations(draw):
    table = draw(st.sampled_from(list(TABLES)))
    kind = draw(st.sampled_from(["insert", "insert", "update", "delete", "select", "select first"]))
    if kind == "insert":
        return kind, table, draw(st.lists(rows_of(table), max_size=2))
    where = draw(where_of(table))
    if kind == "update":
        columns = [column for column in TABLES[table].columns if column not in TABLES[table].key]
        chosen = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique=True))
        return kind, table, where, {column: draw(value_of(table, column)) for column in chosen}
    return kind, table, where


def done(rows, operation):
    kind, table, *rest = operation
    if kind == "insert":
        return rows.insert(table, rest[0])
    if kind == "update":
        return rows.update(table, *rest)
    if kind == "delete":
        return rows.delete(table, *rest)
    return rows.select(table, *rest, limit=1 if kind == "select first" else None)


def answer_of(tables, batch, breaks):
    """What a transaction comes to: its answers, or that it was refused; then nothing of it is there."""
    answers = []
    try:
        with tables.transaction() as rows:
            answers.extend(done(rows, operation) for operation in batch)
            answers.append(1 // (not breaks))
    except (TakenError, ZeroDivisionError) as error:
        answers.append(type(error).__name__)
    return answers


def snapshot(tables):
    with tables.reading() as rows:
        return {table: rows.select(table, {}) for table in TABLES}


ROW = {"company": "a", "kind": "a", "procore_id": 0, "times": 0}
WHOLE = [
    ([("insert", "generation", [ROW]), ("insert", "generation", [ROW])], False),
    ([("insert", "generation", [ROW])], True),
    ([("insert", "generation", [ROW, ROW | {"procore_id": 1}]), ("select", "generation", {"kind": ("a", "b")})], False),
    ([("update", "generation", {"procore_id": (0, 1)}, {"times": 2}), ("select first", "generation", {})], False),
    ([("update", "generation", {"procore_id": 1}, {"times": 1}), ("delete", "generation", {"times": 1})], False),
]
"""Each operation once at least, and what is refused."""


def test_memory_and_database_answer_the_same():
    seen = Counter()

    @settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
    @example(WHOLE)
    @given(st.lists(st.tuples(st.lists(operations(), max_size=4), st.booleans()), max_size=6))
    def play(batches):
        memory, sql = MemoryTables(), SqlTables("sqlite://")
        for batch, breaks in batches:
            ours = answer_of(memory, batch, breaks)
            assert ours == answer_of(sql, batch, breaks), batch
            assert snapshot(memory) == snapshot(sql), batch
            at = len(ours) - 1  # the operation that was refused, or all of them went well
            seen.update((kind, False) for kind, *_ in batch[:at])
            seen.update((kind, True) for kind, *_ in batch[at : at + 1] if ours[-1] == "TakenError")
        sql.close()
        memory.close()

    play()
    assert {("insert", True), ("insert", False), ("update", False), ("delete", False), ("select", False)} <= seen.keys()


@pytest.mark.parametrize("tables", [MemoryTables, lambda: SqlTables("sqlite://")], ids=["memory", "sql"])
def test_an_update_may_not_make_two_of_what_may_be_there_once(tables):
    store = tables()
    row = {"company": "a", "id": 1, "exchange": 1, "position": 0, "run": 1, "what": "x", "state": "open"}
    with store.transaction() as rows:
        rows.insert("effect", [row, row | {"id": 2, "state": "done"}])
    with pytest.raises(TakenError), store.transaction() as rows:
        rows.update("effect", {"company": "a", "id": 2}, {"state": "in doubt"})
    with store.reading() as rows:
        assert [one["state"] for one in rows.select("effect", {"company": "a"})] == ["open", "done"]
    store.close()
    with pytest.raises(JournalError, match="closed"), store.transaction():
        pass
