"""Each store keeps every promise, goes in lockstep with memory, and each mutant of a store is told apart."""

import time
import unicodedata
from contextlib import contextmanager, nullcontext
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd.chooser import Drawn, Exhaustive, Replay
from procore_qbd.errors import JournalError
from procore_qbd.journal import MemoryTables
from procore_qbd.journal.memory import _must_be_possible
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES, TakenError, Unique
from procore_qbd.testing.journal_contract import (
    LASTING,
    PROMISES,
    BrokenPromiseError,
    in_lockstep,
    lockstep,
    operations,
)
from procore_qbd.testing.journal_contract import promises as p

STORES = {
    "memory": lambda _: MemoryTables,
    "sqlite": lambda ask: partial(SqlTables, f"sqlite:///{ask.getfixturevalue('tmp_path') / 'books.journal'}"),
    "postgres": lambda ask: partial(SqlTables, ask.getfixturevalue("server").schema()),
}
"""What opens a store in a place of its own; it asks pytest for one."""
FORGETFUL = {"memory"}
SEED = 45
"""Few games from it on reach every operation."""

CASES = [
    pytest.param(name, one, marks=pytest.mark.slow if name == "postgres" else ())
    for name in STORES
    for one in PROMISES
    if name not in FORGETFUL or one not in LASTING
]


@pytest.mark.parametrize(("store", "promise"), CASES, ids=lambda one: getattr(one, "__name__", one))
def test_a_store_keeps_a_promise(store, promise, request):
    promise(STORES[store](request))


@pytest.mark.parametrize(
    "store", ["memory", *(pytest.param(store, marks=pytest.mark.slow) for store in ("sqlite", "postgres"))]
)
def test_a_store_goes_in_lockstep_with_memory(store, request):
    lockstep(STORES[store](request), seed=SEED)


@pytest.mark.slow
def test_a_store_goes_in_lockstep_with_memory_for_long(request):
    lockstep(STORES["sqlite"](request), games=100, seed=10_000)


# --- mutants ---------------------------------------------------------------------------------------------------------


class Mutant(MemoryTables):
    """A store in memory; what is overridden is broken."""


class ForgetsTheUndo(Mutant):
    undone = ()

    @contextmanager
    def transaction(self):
        wrong = None
        with super().transaction():
            try:
                yield self
            except BaseException as error:
                if isinstance(error, self.undone):
                    raise
                wrong = error
        if wrong is not None:
            raise wrong


class ForgetsTheUndoOfRefusals(ForgetsTheUndo):
    undone = (p._BreaksOffError, JournalError, KeyboardInterrupt, GeneratorExit)


class UndoesErrorsOnly(ForgetsTheUndo):
    undone = (Exception,)


class SeesWhatWasBefore(Mutant):
    def __init__(self):
        super().__init__()
        self.before = {table: [] for table in TABLES}

    @contextmanager
    def transaction(self):
        with super().transaction():
            self.before = {table: list(MemoryTables.select(self, table, {})) for table in TABLES}
            yield self

    def select(self, table, where, /, **how):
        shown = MemoryTables()
        MemoryTables.insert(shown, table, self.before[table])
        return shown.select(table, where, **how)


class LooksMayWrite(Mutant):
    @contextmanager
    def reading(self):
        with self.transaction():
            yield self


class LooksSeeWhatComes(Mutant):
    @contextmanager
    def reading(self):
        yield self


class AllAtOnce(Mutant):
    def __init__(self):
        super().__init__()
        self._lock = nullcontext()

    def select(self, table, where, /, **how):
        found = super().select(table, where, **how)
        time.sleep(0.001)
        return found


class IsNeverClosed(Mutant):
    def close(self):
        pass


class IsClosedWithoutWords(Mutant):
    @contextmanager
    def transaction(self):
        if self._closed:
            raise RuntimeError("closed")
        with super().transaction():
            yield self


class ReplacesRows(Mutant):
    def insert(self, table, rows, /):
        for row in rows:
            self.delete(table, {name: row[name] for name in TABLES[table].key})
        super().insert(table, rows)


class WithoutRules(Mutant):
    """Some rules are not minded, by an insert or by an update."""

    forgotten = staticmethod(lambda _table, _rule: True)
    for_changes_only = False

    def _keep(self, table, key, row):
        known = TABLES[table].unique
        there = key in self._rows[table]
        if there or not self.for_changes_only:
            known = [rule for rule in known if not self.forgotten(table, rule)]
        _must_be_possible(table, row)
        for rule in known:
            self.mind(table, key, row, rule)
        self._undo.append((table, key, self._rows[table].get(key)))
        self._put(table, key, row)

    def mind(self, table, key, row, rule):
        def fits(one):
            return all(
                one[name] in (value if isinstance(value, tuple) else (value,)) for name, value in rule.where.items()
            )

        same = {name: row[name] for name in rule.columns}
        if None in same.values() or not fits(row):
            return
        others = [one for one in MemoryTables.select(self, table, same) if fits(one)]
        if any(tuple(one[name] for name in TABLES[table].key) != key for one in others):
            raise TakenError(table)


class MindsNewRowsOnly(WithoutRules):
    for_changes_only = True


class MindsNoConditions(WithoutRules):
    forgotten = staticmethod(lambda _table, _rule: False)

    def mind(self, table, key, row, rule):
        super().mind(table, key, row, Unique(rule.columns))


class MindsSetsPerCompany(WithoutRules):
    forgotten = staticmethod(lambda _table, rule: rule.columns == ("set_id",))

    def mind(self, table, key, row, rule):
        super().mind(table, key, row, rule)
        if table == "exchange":
            super().mind(table, key, row, Unique(("company", "set_id")))


def without(table, number):
    """A store that does not mind one rule."""
    rule = TABLES[table].unique[number]
    return type("WithoutOneRule", (WithoutRules,), {"forgotten": staticmethod(lambda _, one: one is rule)})


class AnyState(Mutant):
    def _keep(self, table, key, row):
        self._undo.append((table, key, self._rows[table].get(key)))
        self._put(table, key, row)


def keeping(change):
    """A store that keeps other values than went in."""

    class Keeps(Mutant):
        def insert(self, table, rows, /):
            super().insert(table, [{name: change(value) for name, value in row.items()} for row in rows])

        def update(self, table, where, values, /):
            return super().update(table, where, {name: change(value) for name, value in values.items()})

    return Keeps


def of(kind, change):
    """A change of values of a kind."""
    return keeping(lambda value: change(value) if type(value) is kind else value)


def losing(table, column):
    """A store that forgets to change a column."""

    class Loses(Mutant):
        def update(self, named, where, values, /):
            left = {name: value for name, value in values.items() if (named, name) != (table, column)}
            return super().update(named, where, left)

    return Loses


def selecting(answer):
    """A store that answers otherwise than asked: of the store, the table, the condition, the order and the limit."""

    class Selects(Mutant):
        def select(self, table, where, /, *, order=(), limit=None, lock=False):  # noqa: ARG002
            return answer(super().select, table, where, order=order, limit=limit)

    return Selects


def nothing_is_in_doubt(select, table, where, **how):
    return [] if table == "effect" and isinstance(where.get("state"), tuple) else select(table, where, **how)


def whatever_the_case(select, table, where, **how):
    low = {name: value.lower() if isinstance(value, str) else value for name, value in where.items()}
    found = select(table, {name: value for name, value in where.items() if not isinstance(value, str)}, **how)
    return [row for row in found if all(row[name].lower() == low[name] for name in low if isinstance(low[name], str))]


def without_none_among_others(select, table, where, **how):
    left = {
        name: tuple(one for one in value if one is not None) if isinstance(value, tuple) else value
        for name, value in where.items()
    }
    return select(table, left, **how)


def nothing_asked_is_everything(select, table, where, **how):
    return select(table, {name: value for name, value in where.items() if value != ()}, **how)


def by_the_alphabet(select, table, where, *, order, limit):
    found = select(table, where, order=order)
    found.sort(key=lambda row: [row[name].lower() if isinstance(row[name], str) else row[name] for name in order])
    return found[:limit]


def limited_before_ordered(select, table, where, *, order, limit):
    cut = {tuple(row.values()) for row in select(table, where)[:limit]}
    return [row for row in select(table, where, order=order) if tuple(row.values()) in cut]


def at_most_a_thousand(select, table, where, **how):
    if any(isinstance(value, tuple) and len(value) > 999 for value in where.values()):
        raise JournalError("too many variables")
    return select(table, where, **how)


def one_of_several(select, table, where, **how):
    return select(table, {name: v[:1] if isinstance(v, tuple) else v for name, v in where.items()}, **how)


def keys_are_not_found(select, table, where, **how):
    return [] if "key" in where else select(table, where, **how)


class HandsOutItsOwn(Mutant):
    def select(self, table, where, /, *, order=(), limit=None, lock=False):  # noqa: ARG002
        found = sorted(
            self._fitting(table, where), key=lambda row: [row[name] for name in (*order, *TABLES[table].key)]
        )
        return found[:limit]


class ForgetsRenewals(Mutant):
    def update(self, table, where, values, /):
        return 1 if values.keys() <= {"leased_until", "due"} else super().update(table, where, values)


class TakesEveryClaimForTheFirst(Mutant):
    def update(self, table, where, values, /):
        return super().update(table, where, values | ({"token": 1} if "token" in values else {}))


class CountsAll(Mutant):
    def count(self, table, by, where, /):  # noqa: ARG002
        return super().count(table, by, {})


class TellsOfDifferencesOnly(Mutant):
    def update(self, table, where, values, /):
        found = [row for row in self.select(table, where) if any(row[name] != one for name, one in values.items())]
        super().update(table, where, values)
        return len(found)


class ChangesSomething(Mutant):
    def update(self, table, where, values, /):
        if not values:
            raise JournalError("syntax error")
        return super().update(table, where, values)


class ChangesTheFirstOfSeveral(Mutant):
    def update_each(self, table, changes, /):
        return super().update_each(table, changes[:1])


class DeletesOne(Mutant):
    def delete(self, table, where, /):
        for row in self.select(table, where, limit=1):
            return super().delete(table, {name: row[name] for name in TABLES[table].key})
        return super().delete(table, where)


MUTANTS = {
    "forgets the undo": (
        ForgetsTheUndo,
        p.a_transaction_that_raises_leaves_nothing,
        p.who_fails_within_an_operation_leaves_nothing,
        lockstep,
    ),
    "forgets the undo of what is refused": (ForgetsTheUndoOfRefusals, p.a_transaction_that_is_refused_leaves_nothing),
    "undoes errors, not interruptions": (UndoesErrorsOnly, p.a_transaction_that_raises_leaves_nothing),
    "sees what was before the transaction": (SeesWhatWasBefore, p.what_was_done_within_is_seen_within),
    "lets a look write": (LooksMayWrite, p.a_look_changes_nothing),
    "lets a look see what comes": (LooksSeeWhatComes, p.a_look_sees_one_moment),
    "does all at once": (AllAtOnce, p.transactions_come_one_after_the_other),
    "is never closed": (IsNeverClosed, p.a_closed_store_says_so),
    "is closed without words": (IsClosedWithoutWords, p.a_closed_store_says_so),
    "puts a row in the place of another": (ReplacesRows, p.no_two_rows_have_one_key),
    "minds no rule": (WithoutRules, p.what_may_be_there_once_is_there_once),
    "minds rules for new rows only": (MindsNewRowsOnly, p.what_may_be_there_once_is_there_once),
    "minds a rule beyond its condition": (MindsNoConditions, p.what_may_be_there_once_is_there_once),
    "minds message set ids by company file": (MindsSetsPerCompany, p.a_message_set_id_is_there_once),
    **{
        f"does not mind that a {table} has its {', '.join(rule.columns)} alone": (
            without(table, number),
            p.what_may_be_there_once_is_there_once,
        )
        for table, rules in TABLES.items()
        for number, rule in enumerate(rules.unique)
    },
    "lets two documents be under way": (without("exchange", 1), p.one_document_of_a_company_file_is_under_way),
    "lets two documents make one thing": (without("effect", 0), p.one_thing_is_made_by_one_document_at_once),
    "lets two runs of a request be open": (without("run", 0), p.one_open_run_a_request, lockstep),
    "takes any state": (AnyState, p.no_row_has_a_state_that_there_is_not),
    "takes what is missing": (AnyState, p.what_must_be_there_is_never_missing),
    "loses NUL in bytes": (of(bytes, lambda one: one.replace(b"\0", b"")), p.bytes_come_back_as_they_went_in),
    "loses 0xFF in bytes": (of(bytes, lambda one: one.replace(b"\xff", b"?")), p.bytes_come_back_as_they_went_in),
    "gives other kinds of bytes": (of(bytes, memoryview), p.bytes_come_back_as_they_went_in),
    "loses NUL in text": (
        of(str, lambda one: one.replace("\0", "")),
        p.text_comes_back_as_it_went_in_or_is_refused_in_words,
    ),
    "refuses half an emoji without words": (
        of(str, lambda one: one.encode().decode()),
        p.text_comes_back_as_it_went_in_or_is_refused_in_words,
    ),
    "writes text of one script": (
        of(str, lambda one: one.encode("latin-1", "replace").decode("latin-1")),
        p.text_comes_back_as_it_went_in_or_is_refused_in_words,
    ),
    "writes accents together": (
        of(str, partial(unicodedata.normalize, "NFC")),
        p.text_comes_back_as_it_went_in_or_is_refused_in_words,
    ),
    "strips blanks": (of(str, str.rstrip), p.text_comes_back_as_it_went_in_or_is_refused_in_words),
    "cuts text": (of(str, lambda one: one[:4096]), p.text_comes_back_as_it_went_in_or_is_refused_in_words),
    "keeps numbers of 53 bits": (
        of(int, lambda one: int(float(one))),
        p.whole_numbers_come_back_exactly_or_are_refused_in_words,
    ),
    "rounds times": (of(float, lambda one: round(one, 3)), p.times_come_back_exactly),
    "gives whole times as whole numbers": (
        of(float, lambda one: int(one) if one.is_integer() else one),
        p.times_come_back_exactly,
    ),
    "changes the first of several": (ChangesTheFirstOfSeveral, p.several_changes_are_as_one_after_the_other, lockstep),
    "has a clock of milliseconds": (
        type("Milliseconds", (Mutant,), {"now": lambda _: 1000 * time.time()}),
        p.the_time_is_in_seconds_since_1970_and_goes_on,
    ),
    "has a clock that stands still": (
        type("StandsStill", (Mutant,), {"now": lambda _: 0.0}),
        p.the_time_is_in_seconds_since_1970_and_goes_on,
    ),
    "takes an empty text for none": (of(str, lambda one: one or None), p.what_is_missing_is_not_empty),
    "does not find None among others": (selecting(without_none_among_others), p.what_is_missing_is_not_empty),
    "takes no value for any": (selecting(nothing_asked_is_everything), p.what_is_missing_is_not_empty),
    "finds whatever the case": (
        selecting(whatever_the_case),
        p.rows_are_found_by_exactly_what_is_asked_for,
        p.numbers_are_of_a_company_file,
    ),
    "finds one of several": (
        selecting(one_of_several),
        p.rows_are_found_by_exactly_what_is_asked_for,
    ),
    "overlooks what is in doubt": (
        selecting(nothing_is_in_doubt),
        p.what_is_in_doubt_is_not_unlinked_by_a_run,
        p.what_was_unlinked_is_of_another_generation,
    ),
    "does not find what a link contradicts": (
        selecting(lambda select, table, where, **how: [] if "record" in where else select(table, where, **how)),
        p.one_record_is_one_item,
    ),
    "does not find keys": (selecting(keys_are_not_found), p.the_same_request_is_there_once, lockstep),
    "orders by the alphabet": (selecting(by_the_alphabet), p.rows_come_in_the_order_asked),
    "orders backwards": (
        selecting(lambda select, *where, **how: select(*where, **how)[::-1]),
        p.rows_come_in_the_order_asked,
        lockstep,
    ),
    "limits before it orders": (selecting(limited_before_ordered), p.rows_come_in_the_order_asked),
    "knows no limit": (
        selecting(lambda select, table, where, **how: select(table, where, order=how["order"])),
        p.rows_come_in_the_order_asked,
    ),
    "takes a thousand values at the most": (selecting(at_most_a_thousand), p.very_many_go_at_once),
    "hands out its own rows": (HandsOutItsOwn, p.a_row_that_was_handed_out_is_a_copy),
    "counts all": (CountsAll, p.rows_are_counted_by_a_column),
    "tells of differences only": (TellsOfDifferencesOnly, p.a_change_tells_how_many_rows_it_met),
    "cannot change nothing": (ChangesSomething, p.a_change_tells_how_many_rows_it_met),
    "deletes one at a time": (DeletesOne, p.a_change_tells_how_many_rows_it_met),
    "forgets renewals": (ForgetsRenewals, p.one_worker_at_a_time_has_a_company_file, lockstep),
    "takes every claim for the first": (
        TakesEveryClaimForTheFirst,
        p.a_claim_that_was_overtaken_writes_nothing,
        lockstep,
    ),
    "forgets replies": (
        losing("exchange", "reply"),
        p.a_document_goes_from_the_inbox_to_its_end,
        p.evidence_of_an_overtaken_worker_is_kept,
    ),
    "forgets why": (losing("exchange", "why"), lockstep),
    "forgets how often an item was unlinked": (
        losing("generation", "times"),
        p.what_was_unlinked_is_of_another_generation,
        p.what_a_run_unlinks_goes_with_its_end,
    ),
    "forgets all when it is closed": (MemoryTables, *LASTING),
}
KILLINGS = [(name, killer) for name, (_, *killers) in MUTANTS.items() for killer in killers]


@pytest.mark.parametrize(("mutant", "killer"), KILLINGS, ids=lambda one: getattr(one, "__name__", one))
def test_a_mutant_is_killed(mutant, killer):
    how = {"seed": SEED, "tries": 0} if killer is lockstep else {}
    with pytest.raises((BrokenPromiseError, JournalError, TakenError)):
        killer(MUTANTS[mutant][0], **how)


def test_every_promise_kills_a_mutant():
    assert {killer for _, killer in KILLINGS} == {*PROMISES, lockstep}
    assert {
        one
        for one in vars(p).values()
        if getattr(one, "__module__", "") == p.__name__ and one.__name__[0] != "_" and not isinstance(one, type)
    } == set(PROMISES)


# --- lockstep itself -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_difference_is_told_by_the_fewest_operations_and_can_be_played_again():
    mutant = losing("company", "frozen")
    with pytest.raises(BrokenPromiseError) as caught:
        lockstep(mutant, seed=5)
    lines = str(caught.value).splitlines()
    called = [line.partition("(")[0] for line in lines[:-3]]
    assert called == ["register", "claim", "freeze"]
    assert lines[-3].startswith("  in memory: company: [{'company': 'books'")
    token = lines[-1].removeprefix("play it again: Replay('").removesuffix("')")
    with pytest.raises(BrokenPromiseError) as again:
        in_lockstep(mutant, Replay(token))
    assert str(again.value) == str(caught.value)
    in_lockstep(MemoryTables, Replay(token))


def test_a_store_that_cannot_be_looked_at_any_more_is_told_with_what_led_there():
    class Breaks(Mutant):
        def count(self, table, by, where, /):
            self._rows["event"] = None
            return super().count(table, by, where)

    with pytest.raises(
        BrokenPromiseError, match=r"count\('books'\)\n  in memory: all rows .*\n  this store: \w+Error:"
    ):
        lockstep(Breaks, tries=50)


def test_every_hand_plays():
    games = Exhaustive(at_most=1)
    for hand in games:
        in_lockstep(MemoryTables, hand, turns=2)
    assert games.visited > 2 * len(operations.OPERATIONS)

    @settings(max_examples=10)
    @given(st.data())
    def drawn(data):
        in_lockstep(MemoryTables, Drawn(lambda n: data.draw(st.integers(0, n - 1))), turns=12)

    drawn()


def test_what_was_not_reached_is_told():
    with pytest.raises(BrokenPromiseError, match=r"^in 1 games .*answer never went well.*: play more of them"):
        lockstep(MemoryTables, at_most=1)


def test_the_list_of_what_cannot_fail_is_checked(monkeypatch):
    monkeypatch.setitem(operations.CANNOT_FAIL, "claim", "who asks gets it")
    with pytest.raises(BrokenPromiseError, match=r"^claim cannot fail \(who asks gets it\), and does: books: is not"):
        lockstep(MemoryTables)
    monkeypatch.setitem(operations.CANNOT_FAIL, "fly", "it has wings")
    with pytest.raises(BrokenPromiseError, match="the table of operations does not fit Journal: fly"):
        lockstep(MemoryTables)


def test_an_operation_without_a_row_is_told(monkeypatch):
    monkeypatch.delitem(operations.OPERATIONS, "made")
    with pytest.raises(BrokenPromiseError, match="the table of operations does not fit Journal: made"):
        lockstep(MemoryTables)


def test_an_error_of_memory_is_no_answer(monkeypatch):
    monkeypatch.setitem(operations.OPERATIONS, "companies", operations.Operation(lambda _: ((1,), {}), often=9))
    with pytest.raises(TypeError, match="positional argument"):
        lockstep(MemoryTables)
