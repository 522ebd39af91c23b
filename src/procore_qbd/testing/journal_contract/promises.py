"""The promises of a journal's store, one function each; `PROMISES` has them all.

Each takes a function that opens the store, the same place each time, with nothing in it at first.
"""

from __future__ import annotations

import inspect
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from procore_qbd.chooser import Replay, token_of
from procore_qbd.domain import Books, CreateVendor, Link, VendorCompany
from procore_qbd.domain.closeout import CloseOut, DetailOutcome
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.errors import JournalError, LeaseLostError, LinkError
from procore_qbd.journal.nouns import Beginning, RunEnd, RunPart, Settlement, Write
from procore_qbd.journal.store import Journal
from procore_qbd.journal.tables import TABLES, TakenError, Unique
from procore_qbd.testing.journal_contract.games import all_rows
from procore_qbd.testing.journal_contract.operations import OPERATIONS, Draws, everything, the_first_twice
from procore_qbd.testing.promises import BrokenPromiseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.journal.nouns import Claim, Run, Sent
    from procore_qbd.journal.tables import Row, Rows, Tables
    from procore_qbd.testing.journal_contract.games import OpenStore

__all__ = ["LASTING", "PROMISES"]

_PATIENCE = 30.0
_MOMENT = 0.1
_MANY = 5000
_EARLIEST, _LATEST = 1.7e9, 5e9
_TEXTS = (
    *("plain", "", " blanks ", "two\r\nlines\ttab", "%_?:name'\"\\;--", "null", "1"),
    *("Zoë & Söhne", "e\u0301 is not \u00e9", "Ελληνικά", "Кириллица", "עברית", "العربية", "漢字かな한글", "ไทย"),
    *("\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ufeff\uffff\U0010ffff", "x" * 100_000),
)
_NO_TEXTS = ("a\x00b", "\ud800")
"""What not every database can keep."""
_NUMBERS = (0, 1, -1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, -(2**63) + 1)
_TIMES = (0.0, 0.1, 1 / 3, 1_700_000_000.123456, 1e-300, 1.7976931348623157e308, -1.5)

# --- what every promise is told with ---------------------------------------------------------------------------------


def _same(got: Any, expected: Any, what: str) -> None:
    """See that something is as it must be, and of its very type.

    Raises:
        BrokenPromiseError: It is not.
    """
    if got != expected or repr(got) != repr(expected):
        raise BrokenPromiseError(f"{what}{_apart(got, expected)}")


def _apart(got: Any, expected: Any) -> str:
    """Where two values differ first, and how."""
    places: Any = ()
    if isinstance(got, dict) and isinstance(expected, dict) and got.keys() == expected.keys():
        places = got
    elif isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        places = range(len(got))
    for place in places:
        if repr(got[place]) != repr(expected[place]):
            return f", {place!r}{_apart(got[place], expected[place])}"
    return f": expected {_short(expected)}, got {_short(got)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 500 else f"{text[:500]}…"  # noqa: PLR2004  enough to see


@contextmanager
def _refused(by: type[Exception], what: str, words: str = "") -> Iterator[None]:
    """See that something is refused, in some words.

    Raises:
        BrokenPromiseError: It is not, or by another error.
    """
    try:
        yield
    except by as error:
        if words not in str(error):
            raise BrokenPromiseError(f"{what}: expected to be told {words!r}, was told {str(error)!r}") from error
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise BrokenPromiseError(f"{what}: expected {by.__name__}, got {told}") from error
    else:
        raise BrokenPromiseError(f"{what}: expected {by.__name__}, and it was done")


class _BreaksOffError(Exception):
    """Nothing of the transaction is to be there."""


@contextmanager
def _opened(open_store: OpenStore) -> Iterator[Tables]:
    tables = open_store()
    try:
        yield tables
    finally:
        tables.close()


def _rows(table: str, count: int = 1, **values: Any) -> list[Row]:
    """Rows of one company file that differ in everything else, so that all of them may stand side by side."""
    rules, rows = TABLES[table], []
    at_rest = {"state": str(rules.states[-1])} if rules.states else {}
    for number in range(1, count + 1):
        of_kind = {"text": f"text {number}", "int": number, "real": number + 0.5, "bytes": bytes([number % 256])}
        row = {column: of_kind[kind.removesuffix("?")] for column, kind in rules.columns.items()}
        rows.append(row | at_rest | ({} if rules.key == ("company",) else {"company": "books"}) | values)
    return rows


def _keep(tables: Tables, table: str, *rows: Row) -> None:
    with tables.transaction() as kept:
        kept.insert(table, rows)


def _there(tables: Tables, table: str) -> list[Row]:
    with tables.reading() as rows:
        return rows.select(table, {})


def _at_once(*works: Callable[[], None]) -> None:
    """Each in a thread of its own; what goes wrong in any is raised."""
    wrong: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  raised below
            wrong.append(error)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join(_PATIENCE)
    if any(one.is_alive() for one in threads):
        raise BrokenPromiseError(f"two at once: expected an end of both, got none in {_PATIENCE:g} seconds")
    for error in wrong:
        raise error


# --- transactions ----------------------------------------------------------------------------------------------------


def a_transaction_that_raises_leaves_nothing(open_store: OpenStore) -> None:
    """Whatever was added, changed and taken out within is as it was before, whatever was raised."""
    with _opened(open_store) as tables:
        for table in TABLES:
            _keep(tables, table, *_rows(table, 2))
        before = all_rows(tables)
        for error in (_BreaksOffError, KeyboardInterrupt, GeneratorExit):
            with suppress(error), tables.transaction() as rows:
                for table, rules in TABLES.items():
                    name = next(one for one in rules.columns if one not in rules.key and one != "state")
                    third, fourth = _rows(table, 4)[2:]
                    rows.update(table, {name: before[table][0][name]}, {name: fourth[name]})
                    rows.delete(table, {name: before[table][1][name]})
                    rows.insert(table, [third])
                raise error
            _same(all_rows(tables), before, f"after {error.__name__}")


def a_transaction_that_is_refused_leaves_nothing(open_store: OpenStore) -> None:
    """One row that may not be there, and nothing of what was done with it is there; the next transaction goes well."""
    with _opened(open_store) as tables:
        first, second, third = _rows("event", 3)
        _keep(tables, "event", first)
        with _refused(TakenError, "a row that is there, behind a new one"), tables.transaction() as rows:
            rows.update("event", {}, {"words": "other words"})
            rows.insert("event", [second, first, third])
        _same(_there(tables, "event"), [first], "after the refusal")
        _keep(tables, "event", second)
        _same(_there(tables, "event"), [first, second], "after the next transaction")


def what_was_done_within_is_seen_within(open_store: OpenStore) -> None:
    """A transaction sees its own rows, changed ones and those that are gone, by every condition."""
    with _opened(open_store) as tables, tables.transaction() as rows:
        first, second = _rows("request", 2)
        rows.insert("request", [first, second])
        rows.update("request", {"id": 1}, {"state": "waiting", "key": "new"})
        rows.delete("request", {"id": 2})
        changed = first | {"state": "waiting", "key": "new"}
        for where in ({}, {"id": 1}, {"company": "books", "state": "waiting"}, {"company": "books", "key": "new"}):
            _same(rows.select("request", where), [changed], f"the rows with {where}")
        for where in ({"id": 2}, {"company": "books", "key": first["key"]}, {"company": "books", "state": "failed"}):
            _same(rows.select("request", where), [], f"the rows with {where}")


def a_look_changes_nothing(open_store: OpenStore) -> None:
    """Who opened the store for a look and changes something is told so, and nothing is changed."""
    with _opened(open_store) as tables:
        first, second = _rows("event", 2)
        _keep(tables, "event", first)
        changes: dict[str, Callable[[Rows], object]] = {
            "a new row": lambda rows: rows.insert("event", [second]),
            "a change": lambda rows: rows.update("event", {}, {"words": "x"}),
            "a deletion": lambda rows: rows.delete("event", {}),
        }
        for what, change in changes.items():
            with _refused(JournalError, f"{what} in a look", "a look changes nothing"), tables.reading() as rows:
                change(rows)
            _same(_there(tables, "event"), [first], f"after {what} in a look")
        _keep(tables, "event", second)
        _same(_there(tables, "event"), [first, second], "after the next transaction")


def a_look_sees_one_moment(open_store: OpenStore) -> None:
    """What another thread writes during a look is not seen by it, and by the next one."""
    with _opened(open_store) as tables:
        first, second = _rows("event", 2)
        _keep(tables, "event", first)
        looking, written = threading.Event(), threading.Event()

        def write() -> None:
            looking.wait(_PATIENCE)
            _keep(tables, "event", second)
            written.set()

        def look() -> None:
            with tables.reading() as rows:
                before = rows.select("event", {})
                looking.set()
                written.wait(_MOMENT)  # a store may let it wait for the end of the look
                _same(rows.select("event", {}), before, "the second half of a look")

        _at_once(look, write)
        _same(_there(tables, "event"), [first, second], "the next look")


def transactions_come_one_after_the_other(open_store: OpenStore) -> None:
    """Two threads that each lock a row, read a number and write the next one lose none."""
    with _opened(open_store) as tables:
        _count_at_once(tables, tables)


def _count_at_once(*stores: Tables) -> None:
    _keep(stores[0], "company", *_rows("company", counter=0))

    def count(tables: Tables) -> None:
        for _ in range(15):
            with tables.transaction() as rows:
                (row,) = rows.select("company", {}, lock=True)
                rows.update("company", {"company": row["company"]}, {"counter": row["counter"] + 1})

    _at_once(*(lambda tables=tables: count(tables) for tables in stores))
    _same(_there(stores[0], "company")[0]["counter"], 15 * len(stores), "the number that all raised")


def a_closed_store_says_so(open_store: OpenStore) -> None:
    """After closing, which may be done twice, every transaction and every look is refused, in words."""
    tables = open_store()
    tables.close()
    tables.close()
    for how in (tables.transaction, tables.reading):
        with _refused(JournalError, "a closed store", "closed"), how() as rows:
            rows.select("event", {})


# --- what may not be there -------------------------------------------------------------------------------------------


def no_two_rows_have_one_key(open_store: OpenStore) -> None:
    """In no table; the same columns in part are no key."""
    with _opened(open_store) as tables:
        for table, rules in TABLES.items():
            first, second = _rows(table, 2)
            _keep(tables, table, first)
            twice = second | {name: first[name] for name in rules.key}
            with _refused(TakenError, f"{table}: a second row with one key"):
                _keep(tables, table, twice)
            _keep(tables, table, second)
            _same(_there(tables, table), [first, second], table)


def what_may_be_there_once_is_there_once(open_store: OpenStore) -> None:
    """Each rule of each table holds for new rows and for changed ones; beyond its condition, it does not."""
    with _opened(open_store) as tables:
        for table, rules in TABLES.items():
            for rule in rules.unique:
                _holds(tables, table, rule)
                with tables.transaction() as rows:
                    rows.delete(table, {})


def _holds(tables: Tables, table: str, rule: Unique) -> None:
    rules, what = TABLES[table], f"{table}: two with the same {', '.join(rule.columns)}"
    first, second = _rows(table, 2)
    same = {column: first[column] for column in rule.columns}
    ways = [dict(rule.where)]
    for column, value in rule.where.items():
        ways = [way | {column: one} for way in ways for one in (value if isinstance(value, tuple) else (value,))]
    _keep(tables, table, first | same | ways[0])
    for way in ways:
        with _refused(TakenError, f"{what} {way}"):
            _keep(tables, table, second | same | way)
    changed = {column: value for column, value in (same | ways[0]).items() if column not in rules.key}
    beyond = [changed | {column: second[column] if column == "state" else 0 for column in rule.where}] * bool(
        rule.where
    )
    beyond += [changed | {name: None} for name in changed if rules.columns[name].endswith("?")]
    for apart in beyond or [{}]:
        _keep(tables, table, second | apart)
        with _refused(TakenError, f"{what}, changed"), tables.transaction() as rows:
            rows.update(table, {column: second[column] for column in rules.key}, changed)
        _same(_there(tables, table), [first | same | ways[0], second | apart], what)
        with tables.transaction() as rows:
            rows.delete(table, {column: second[column] for column in rules.key})


def no_row_has_a_state_that_there_is_not(open_store: OpenStore) -> None:
    """A state that the table does not name is refused, in a new row and in a changed one."""
    with _opened(open_store) as tables:
        for table, rules in TABLES.items():
            if rules.states:
                first, second = _rows(table, 2)
                _keep(tables, table, first)
                with _refused(JournalError, f"{table}: a new row in no state"):
                    _keep(tables, table, second | {"state": "lucky"})
                with _refused(JournalError, f"{table}: a row led to no state"), tables.transaction() as rows:
                    rows.update(table, {}, {"state": "lucky"})
                _same(_there(tables, table), [first], table)


def what_must_be_there_is_never_missing(open_store: OpenStore) -> None:
    """A column that may not be missing is in every row, whether new or changed."""
    with _opened(open_store) as tables:
        for table, rules in TABLES.items():
            first, second = _rows(table, 2)
            _keep(tables, table, first)
            for name, kind in rules.columns.items():
                if not kind.endswith("?"):
                    with _refused(JournalError, f"{table}: a new row without {name}"):
                        _keep(tables, table, second | {name: None})
                    if name not in rules.key:
                        with _refused(JournalError, f"{table}: {name} taken out"), tables.transaction() as rows:
                            rows.update(table, {}, {name: None})
            _same(_there(tables, table), [first], table)


# --- values ----------------------------------------------------------------------------------------------------------


def _comes_back(tables: Tables, table: str, column: str, value: Any) -> None:
    """See that a value comes back from a new row and from a changed one, and is found by."""
    first, second = _rows(table, 2)
    first[column] = value
    _keep(tables, table, first, second)
    with tables.transaction() as rows:
        rows.update(table, {"id": 2}, {column: value})
    _same(_there(tables, table), [first, second | {column: value}], f"{table}.{column}")
    with tables.transaction() as rows:
        _same(len(rows.select(table, {column: value})), 2, f"rows found by {table}.{column} {_short(value)}")
        _same(len(rows.select(table, {column: (value,)})), 2, f"rows found by {table}.{column} among one")
        rows.delete(table, {})


def bytes_come_back_as_they_went_in(open_store: OpenStore) -> None:
    """Documents and replies are the very bytes: every value of a byte, none at all, and a megabyte."""
    with _opened(open_store) as tables:
        for value in (bytes(range(256)), b"\x00", b"\xff", b"", b"\r\n", b"\\x41", b"\x00\xff" * 500_000):
            _comes_back(tables, "exchange", "document", value)


def text_comes_back_as_it_went_in_or_is_refused_in_words(open_store: OpenStore) -> None:
    """Every script, emoji, blanks and line ends; what a database cannot keep (NUL, half an emoji) is refused whole."""
    with _opened(open_store) as tables:
        for value in _TEXTS:
            _comes_back(tables, "event", "words", value)
        for value in _NO_TEXTS:
            (row,) = _rows("event", words=value)
            try:
                _keep(tables, "event", row)
            except JournalError:
                _same(_there(tables, "event"), [], f"after {value!r} was refused")
            except Exception as error:
                told = f"{type(error).__name__}: {error}"
                raise BrokenPromiseError(f"{value!r}: expected it back, or a JournalError, got {told}") from error
            else:
                _same(_there(tables, "event"), [row], repr(value))
                with tables.transaction() as rows:
                    rows.delete("event", {})


def whole_numbers_come_back_exactly_or_are_refused_in_words(open_store: OpenStore) -> None:
    """All of 64 bits, so every id of Procore's; a larger one comes back too, or is refused whole."""
    with _opened(open_store) as tables:
        for value in _NUMBERS:
            _comes_back(tables, "closing", "request", value)
        for value in (2**63, -(2**63) - 1, 10**30):
            (row,) = _rows("closing", request=value)
            try:
                _keep(tables, "closing", row)
                _same(_there(tables, "closing"), [row], repr(value))
            except JournalError:
                _same(_there(tables, "closing"), [], f"after {value} was refused")
            except OverflowError as error:
                raise BrokenPromiseError(f"{value}: expected it back, or a JournalError, got {error!r}") from error
            with tables.transaction() as rows:
                rows.delete("closing", {})


def times_come_back_exactly(open_store: OpenStore) -> None:
    """To the last bit; a lease that never ends does not end."""
    with _opened(open_store) as tables:
        for value in (*_TIMES, float("inf")):
            _comes_back(tables, "event", "at", value)


def the_time_is_in_seconds_since_1970_and_goes_on(open_store: OpenStore) -> None:
    """Leases run by it where a journal is given no clock."""
    with _opened(open_store) as tables:
        shown = []
        for _ in range(2):
            with tables.transaction() as rows:
                shown.append(rows.now())
        if not _EARLIEST < shown[0] <= shown[1] < _LATEST:
            raise BrokenPromiseError(f"the time: expected seconds since 1970 that go on, got {shown}")
    with Journal(open_store()) as journal:
        journal.register("books")
        claim = journal.claim("books", "one", 0)
        _same(claim is not None, True, "a claim, by the clock of the store")
        _same(
            journal.claim("books", "two", 90) is not None, True, "a lease that has run out, by the clock of the store"
        )
        _same(journal.claim("books", "one", 90), None, "a lease that has not run out, by the clock of the store")


def several_changes_are_as_one_after_the_other(open_store: OpenStore) -> None:
    """Each changes its own rows by its own columns; all tell how many these were; what is refused leaves nothing."""
    with _opened(open_store) as tables:
        rows_ = _rows("event", 4)
        _keep(tables, "event", *rows_)
        keys = [{"company": row["company"], "id": row["id"]} for row in rows_]
        changes: list[tuple[Row, Row]] = [
            (keys[0], {"words": "a"}),
            (keys[1], {"words": "b"}),
            (keys[2], {"what": "c", "at": 7.5}),
            ({**keys[3], "words": "not this"}, {"words": "d"}),
            ({"company": "nowhere"}, {"words": "e"}),
        ]
        with tables.transaction() as rows:
            _same(rows.update_each("event", changes), 3, "how many were changed")
            _same(rows.update_each("event", []), 0, "how many were changed by nothing")
        expected = [rows_[0] | {"words": "a"}, rows_[1] | {"words": "b"}, rows_[2] | {"what": "c", "at": 7.5}, rows_[3]]
        _same(_there(tables, "event"), expected, "what is there")
        links = _rows("link", 2, sole=1, record="vendor")
        _keep(tables, "link", *links)
        with _refused(TakenError, "two items of one record"), tables.transaction() as rows:
            rows.update_each("link", [({"procore_id": row["procore_id"]}, {"quickbooks_id": "8-1"}) for row in links])
        _same(_there(tables, "link"), links, "what is there after that")


def what_is_missing_is_not_empty(open_store: OpenStore) -> None:
    """None is None, no text is no text and 0 is 0; each is found by itself, and None among others too."""
    with _opened(open_store) as tables:
        names = (None, "", "Birch", "Elm")
        _keep(tables, "link", *(row | {"name": name} for row, name in zip(_rows("link", 4), names, strict=True)))
        asked: dict[Any, list[str | None]] = {None: [None], "": [""], (None, "Elm"): [None, "Elm"], ("",): [""]}
        asked |= {(None,): [None], (None, ""): [None, ""], (): [], "null": []}
        with tables.reading() as rows:
            for name, found in asked.items():
                _same([row["name"] for row in rows.select("link", {"name": name})], found, f"links named {name!r}")
            counted = sorted(rows.count("link", "name", {"name": (None, "")}).items(), key=str)
            _same(counted, [("", 1), (None, 1)], "how many have no name, and an empty one")
        exchanges = [row | {"reply": reply} for row, reply in zip(_rows("exchange", 2), (None, b""), strict=True)]
        _keep(tables, "exchange", *exchanges)
        _same(_there(tables, "exchange"), exchanges, "no reply, and an empty one")


# --- questions to it -------------------------------------------------------------------------------------------------


def rows_are_found_by_exactly_what_is_asked_for(open_store: OpenStore) -> None:
    """Case, blanks, accents and signs all count; several conditions hold at once; no condition is every row."""
    texts = ("a", "A", "a ", " a", "á", "a\u0301", "%", "_", "", "ß", "ss")
    with _opened(open_store) as tables:
        kept = [row | {"what": what} for row, what in zip(_rows("event", len(texts)), texts, strict=True)]
        _keep(tables, "event", *kept)
        with tables.reading() as rows:
            for number, what in enumerate(texts):
                _same(rows.select("event", {"what": what}), [kept[number]], f"events with {what!r}")
                _same(rows.select("event", {"what": what, "id": _MANY}), [], "one of two conditions")
            _same(rows.select("event", {"what": ("a", "%", "x"), "id": (1, 7, 8)}), [kept[0], kept[6]], "of several")
            _same(rows.select("event", {}), kept, "without a condition")


def rows_come_in_the_order_asked(open_store: OpenStore) -> None:
    """By the columns, text by its code points, then by the key; with a limit, the first of them."""
    texts = ("b", "B", "a", "Zoë", "_", "\uffff", "\U0001f600", "é", "e\u0301", "aa", " a", "10", "9")
    with _opened(open_store) as tables:
        numbers = [(n * 5) % len(texts) for n in range(len(texts))]
        kept = [
            row | {"id": number, "what": what, "at": float(number % 3)}
            for row, what, number in zip(_rows("event", len(texts)), texts, numbers, strict=True)
        ]
        _keep(tables, "event", *kept)
        with tables.reading() as rows:
            for order in ((), ("what",), ("at",), ("at", "what"), ("id",), ("words", "id")):
                expected = sorted(kept, key=lambda row: [row[name] for name in (*order, "company", "id")])
                for limit in (None, 0, 1, 5, len(kept), 99):
                    found = rows.select("event", {"company": "books"}, order=order, limit=limit)
                    _same(found, expected[:limit], f"ordered by {order}, the first {limit}")


def rows_are_counted_by_a_column(open_store: OpenStore) -> None:
    """Each value that there is, with how many rows have it; of none, nothing."""
    with _opened(open_store) as tables:
        states = ("waiting", "ended", "ended", "failed", "ended")
        _keep(tables, "request", *(row | {"state": one} for row, one in zip(_rows("request", 5), states, strict=True)))
        with tables.reading() as rows:
            counted = rows.count("request", "state", {"company": "books"})
            _same(sorted(counted.items()), [("ended", 3), ("failed", 1), ("waiting", 1)], "requests by state")
            _same(rows.count("request", "state", {"state": ("failed", "asked")}), {"failed": 1}, "of some states")
            _same(rows.count("request", "state", {"company": "nowhere"}), {}, "of no company file")


def a_change_tells_how_many_rows_it_met(open_store: OpenStore) -> None:
    """Also where a row is as it shall be already, and where nothing is to be changed."""
    with _opened(open_store) as tables:
        kept = _rows("event", 3)
        _keep(tables, "event", *kept)
        with tables.transaction() as rows:
            _same(rows.update("event", {"id": (1, 3, 9)}, {"words": "x"}), 2, "two that change")
            _same(
                rows.update("event", {"id": (1, 2)}, {"words": "x"}), 2, "one that changes and one that is so already"
            )
            _same(rows.update("event", {"id": 9}, {"words": "x"}), 0, "none")
            _same(rows.update("event", {}, {}), 3, "a change of nothing")
            _same(rows.select("event", {}), [row | {"words": "x"} for row in kept], "the rows")
            rows.insert("event", [])
            _same(rows.delete("event", {"id": (1, 9)}), 1, "one that goes")
            _same(rows.delete("event", {}), 2, "all that are left")
            _same(rows.delete("event", {}), 0, "none that are left")


def very_many_go_at_once(open_store: OpenStore) -> None:
    """Thousands of rows are added, found, changed and taken out by one call each."""
    with _opened(open_store) as tables, tables.transaction() as rows:
        kept = _rows("event", _MANY)
        numbers = tuple(row["id"] for row in kept)
        rows.insert("event", kept)
        _same(len(rows.select("event", {"id": numbers, "company": ("other", "books")})), _MANY, "rows that are found")
        _same(rows.update("event", {}, {"what": "x"}), _MANY, "rows that are changed")
        _same(rows.delete("event", {}), _MANY, "rows that are taken out")


def a_row_that_was_handed_out_is_a_copy(open_store: OpenStore) -> None:
    """Who changes a row that came out, or one that went in, changes nothing in the store."""
    with _opened(open_store) as tables:
        (row,) = _rows("event")
        before = dict(row)
        with tables.transaction() as rows:
            rows.insert("event", [row])
            row["words"] = "changed behind"
            rows.select("event", {})[0]["words"] = "changed before"
            rows.select("event", {}).clear()
        _same(_there(tables, "event"), [before], "the row")


# --- what a journal makes of it --------------------------------------------------------------------------------------


class _Desk:
    """A journal, and what a worker does with it."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.now = tables, 1000.0
        self.journal = Journal(tables, clock=lambda: self.now)

    def begun(self, company: str = "books", number: int = 1) -> tuple[Claim, Run]:
        """A claim, and a run that was begun."""
        self.journal.register(company)
        self.journal.submit(company, _request(number), key=str(number))
        claim = self.claimed(company)
        ((run, _),) = self.journal.begin(claim, Beginning(everything, Books()))
        return claim, run

    def claimed(self, company: str = "books", owner: str = "one") -> Claim:
        """A claim, when nobody has one."""
        claim = self.journal.claim(company, owner, 90)
        if claim is None:
            raise BrokenPromiseError(f"{company}: nobody has it, and {owner} does not get it")
        return claim

    def overtaken(self) -> Claim:
        """The claim of another, when the first has run out."""
        self.now += 91
        return self.claimed(owner="another")

    def send(self, claim: Claim, run: Run, set_id: str = "S1", *whats: str) -> tuple[Sent, tuple[Write, ...]]:
        """A document is about to be sent, and another was read before."""
        part = RunPart(run=run.id, step=0, asked=(0,))
        effects = [
            Write(position=at, run=run.id, what=one, guid="{1}")
            for at, one in enumerate(whats or ("vendor 1 is added",))
        ]
        return self.journal.sending(
            claim,
            document=b"<qbxml/>",
            set_id=set_id,
            parts=[part],
            effects=effects,
            reads={run.id: [("find", "vendor", 1, None)]},
            asked=[(b"<read/>", b"<is read/>", [part])],
        )

    @contextmanager
    def unchanged(self, by: type[Exception], what: str, words: str = "") -> Iterator[None]:
        """See that something is refused, and that nothing of it is there."""
        before = all_rows(self.tables)
        with _refused(by, what, words):
            yield
        _same(all_rows(self.tables), before, f"{what}, after it was refused")


@contextmanager
def _desk(open_store: OpenStore) -> Iterator[_Desk]:
    with _opened(open_store) as tables:
        yield _Desk(tables)


def _request(number: int) -> CreateVendor:
    return CreateVendor(company_id=7, request_detail_id=number, vendor=VendorCompany(id=number, name="Zoë \U0001f600"))


def a_document_goes_from_the_inbox_to_its_end(open_store: OpenStore) -> None:
    """What was asked, sent, answered and found is told as it was: to the worker, to Procore and to people."""
    birch = Link(kind=ItemKind.VENDOR, procore_id=1, quickbooks_id="8-1", name="Zoë \U0001f600")
    close_out = CloseOut(request_name="create_vendor", company_id=7, details=(), links=(birch,))
    with _desk(open_store) as desk:
        journal = desk.journal
        claim, run = desk.begun()
        entry = journal.entry("books", run.request)
        _same((entry.key, entry.request, entry.state), ("1", _request(1), "working"), "the request")
        sent, (effect,) = desk.send(claim, run, "S1")
        _same(journal.open_runs(claim)[0].reads, (("find", "vendor", 1, None),), "what the run was told")
        _same(journal.under_way(claim), ((sent, (effect,)),), "what is under way")
        journal.answered(claim, sent.id, b"<reply/>\x00\xff")
        history = [(one.document, one.reply, one.state.value) for one, _, _ in journal.history(claim, run.id)]
        expected = [(b"<read/>", b"<is read/>", "settled"), (b"<qbxml/>", b"<reply/>\x00\xff", "answered")]
        _same(history, expected, "what the run has sent")
        done = Settlement(effect=effect.number, move="find done", record="8-1")
        journal.settled(claim, sent.id, [done], counter=1)
        told, _ = journal.ended(claim, [RunEnd(run=run.id, close_out=close_out)])
        _same([one for _, one in told], [close_out], "what Procore is to be told")
        _same(journal.closings("books"), told, "what Procore is to be told")
        _same(journal.close_out("books", run.request), close_out, "how the request ended")
        _same(journal.count("books"), {"ended": 1}, "requests by state")
        _same(journal.links("books").find(ItemKind.VENDOR, 1), birch, "the link")
        _same(journal.made("books"), (("vendor 1 is added", "{1}", "8-1"),), "what was made")
        _same(journal.company("books").counter, 1, "how many documents there were")
        journal.told("books", [number for number, _ in told])
        _same((journal.closings("books"), journal.unfinished("books")), ((), ()), "what is left")


def one_document_of_a_company_file_is_under_way(open_store: OpenStore) -> None:
    """A second one is refused, whole, until it is known what became of the first; another company file has its own."""
    with _desk(open_store) as desk:
        (claim, run), (other, its) = desk.begun(), desk.begun("other")
        sent, (effect,) = desk.send(claim, run)
        with desk.unchanged(JournalError, "a second document", "is under way already; nothing was sent"):
            desk.send(claim, run, "S2", "vendor 2 is added")
        desk.send(other, its, "S3")
        desk.journal.doubted(claim, sent.id, "nobody answers")
        with desk.unchanged(JournalError, "a second document", "a document is in doubt: settle that first"):
            desk.send(claim, run, "S2", "vendor 2 is added")
        desk.journal.settled(claim, sent.id, [Settlement(effect=effect.number, move="find not done")])
        desk.send(claim, run, "S2", "vendor 2 is added")


def one_thing_is_made_by_one_document_at_once(open_store: OpenStore) -> None:
    """While it is not known whether a document has made something, no other makes it; then one may."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        sent, (first, second) = desk.send(claim, run, "S1", "vendor 1 is added", "vendor 2 is added")
        desk.journal.answered(claim, sent.id, b"<reply/>")
        desk.journal.settled(claim, sent.id, [Settlement(effect=first.number, move="find not done")])
        with desk.unchanged(JournalError, "what is open", "is under way already; nothing was sent"):
            desk.send(claim, run, "S2", "vendor 3 is added", "vendor 2 is added")
        desk.journal.settled(claim, sent.id, [Settlement(effect=second.number, move="find refused")])
        desk.send(claim, run, "S2", "vendor 1 is added", "vendor 2 is added")


def a_message_set_id_is_there_once(open_store: OpenStore) -> None:
    """In all company files together, for QuickBooks knows replies by it."""
    with _desk(open_store) as desk:
        (claim, run), (other, its) = desk.begun(), desk.begun("other")
        desk.send(claim, run, "S1")
        with desk.unchanged(JournalError, "the same message set id", "is under way already; nothing was sent"):
            desk.send(other, its, "S1")


def one_open_run_a_request(open_store: OpenStore) -> None:
    """Two runs of one request are not begun, not even within one call; after the first was given up, one is."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        desk.journal.submit("books", _request(2), key="2")
        with desk.unchanged(JournalError, "two runs of one request"):
            desk.journal.begin(claim, Beginning(the_first_twice, Books()))
        entry = desk.journal.entry("books", run.request)
        with desk.unchanged(JournalError, "a run of a request that has one"):
            desk.journal.begin(claim, Beginning(lambda _: [entry], Books()))
        desk.journal.give_up(claim, run.id, "it broke off")
        _same(len(desk.journal.begin(claim, Beginning(everything, Books()))), 2, "runs that were begun")


def the_same_request_is_there_once(open_store: OpenStore) -> None:
    """By its key, or, while it is open, by what it asks for; another with its key is refused."""
    with _desk(open_store) as desk:
        desk.journal.register("books")
        for key in ("9001", None):
            number = desk.journal.submit("books", _request(1), key=key)
            before = all_rows(desk.tables)
            _same(desk.journal.submit("books", _request(1), key=key), number, f"its number, by the key {key}")
            _same(all_rows(desk.tables), before, "what came again")
        with desk.unchanged(JournalError, "another request with its key", "asked for something else"):
            desk.journal.submit("books", _request(2), key="9001")


def numbers_are_of_a_company_file(open_store: OpenStore) -> None:
    """Each company file counts its own, in the order in which things were written down, and none twice."""
    with _desk(open_store) as desk:
        for company in ("books", "Books", "b\u00fccher"):
            desk.journal.register(company)
            _same([desk.journal.submit(company, _request(n)) for n in (1, 2)], [1, 2], f"{company}: its first numbers")
        desk.journal.note("books", "x", "y")
        _same(desk.journal.submit("books", _request(3)), 4, "the number behind that of an event")
        _same(desk.journal.companies(), ("Books", "books", "b\u00fccher"), "the company files")


def one_worker_at_a_time_has_a_company_file(open_store: OpenStore) -> None:
    """Another gets it when the lease has run out, or was given back; each claim has a larger number."""
    with _desk(open_store) as desk:
        desk.journal.register("books")
        first = desk.claimed()
        desk.now += 60
        desk.journal.renew(first, 90)
        desk.now += 60
        _same(desk.journal.claim("books", "another", 90), None, "a claim while another has it")
        second = desk.overtaken()
        desk.journal.release(second)
        _same(desk.claimed().token, second.token + 1, "the number of a claim")
        _same(second.token, first.token + 1, "the number of a claim")


def a_claim_that_was_overtaken_writes_nothing(open_store: OpenStore) -> None:
    """Every operation of a worker is refused, and nothing of it is there; so it is for who gave the right back."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        desk.send(claim, run)
        newer = desk.overtaken()
        workers = [name for name in OPERATIONS if "claim" in inspect.signature(getattr(Journal, name)).parameters]
        for what, old in (("overtaken", claim), ("given back", newer)):
            for name in workers:
                draws = Draws(Replay(token_of({})), all_rows(desk.tables), [old])
                call = OPERATIONS[name].draw(draws)
                with desk.unchanged(LeaseLostError, f"{name}, by a claim that was {what}", "was overtaken by"):
                    OPERATIONS[name].on(desk.journal, name, ((old, *call[0][1:]), call[1]))
            if old is claim:
                desk.journal.release(newer)


def evidence_of_an_overtaken_worker_is_kept(open_store: OpenStore) -> None:
    """A reply that came to it stays with its document, which is not settled by that; a later one changes nothing."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        sent, _ = desk.send(claim, run)
        newer = desk.overtaken()
        desk.journal.doubted(newer, sent.id, "nobody answered")
        for reply in (b"\x00late\xff", b"later"):
            desk.journal.evidence("books", sent.id, reply)
        ((kept, _),) = desk.journal.under_way(newer)
        _same((kept.state.value, kept.reply), ("in doubt", b"\x00late\xff"), "the document and its reply")
        late = [words for _, what, words in desk.journal.events("books") if what == "late reply"]
        _same(len(late), 2, "how often people are told")


def one_record_is_one_item(open_store: OpenStore) -> None:
    """A link that contradicts another is refused, with all that came with it, and those that share a record are not."""
    with _desk(open_store) as desk:
        desk.journal.register("books")
        birch = Link(kind=ItemKind.VENDOR, procore_id=2**53, quickbooks_id="8-1", name="Birch")
        desk.journal.link("books", birch)
        new = Link(kind=ItemKind.VENDOR, procore_id=3, quickbooks_id="8-3")
        for wrong in (
            Link(kind=ItemKind.VENDOR, procore_id=2**53, quickbooks_id="8-2"),
            Link(kind=ItemKind.VENDOR, procore_id=2, quickbooks_id="8-1"),
        ):
            with desk.unchanged(LinkError, "a link that contradicts another", "is linked to"):
                desk.journal.link("books", new, wrong)
        desk.journal.link("books", Link(kind=ItemKind.VENDOR, procore_id=2, quickbooks_id="8-1", shared=True), new)
        links = desk.journal.links("books")
        _same(links.find(ItemKind.VENDOR, 2**53), birch, "a link by its item")
        _same(sorted(one.procore_id for one in desk.journal.all_links("books")), [2, 3, 2**53], "all links")


def what_was_unlinked_is_of_another_generation(open_store: OpenStore) -> None:
    """Its next export has another GUID; while it is not known whether one was written, it is not unlinked."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        birch = Link(kind=ItemKind.VENDOR, procore_id=1, quickbooks_id="8-1")
        desk.journal.link("books", birch)
        guids = [desk.journal.links("books").guid(ItemKind.VENDOR, 1, 7)]
        for _ in range(2):
            _same(desk.journal.unlink("books", ItemKind.VENDOR, 1), birch, "what is unlinked")
            guids.append(desk.journal.links("books").guid(ItemKind.VENDOR, 1, 7))
            desk.journal.link("books", birch)
        _same(len(set(guids)), 3, "how many GUIDs there are")
        desk.send(claim, run)
        with desk.unchanged(LinkError, "unlinking what is under way", "not known yet whether its export was written"):
            desk.journal.unlink("books", ItemKind.VENDOR, 1)


_ORDER = Link(kind=ItemKind.WORK_ORDER_CONTRACT, procore_id=1, quickbooks_id="A-1")
_PARTS = (
    Link(kind=ItemKind.LINE_ITEM, procore_id=2, quickbooks_id="A-2", parent="A-1"),
    Link(kind=ItemKind.CHANGE_ORDER, procore_id=3, quickbooks_id="A-1|A-4", parent="A-1"),
    Link(kind=ItemKind.CHANGE_ORDER_LINE_ITEM, procore_id=4, quickbooks_id="A-4", parent="A-1"),
)
_BILL = Link(kind=ItemKind.REQUISITION, procore_id=5, quickbooks_id="B-1", parent="A-1")


def _unlinking(*items: tuple[ItemKind, int]) -> CloseOut:
    details = (DetailOutcome(item_type=kind, item_id=one, request_detail_id=one, name="it") for kind, one in items)
    return CloseOut(request_name="unlink", company_id=7, details=tuple(details), unlinked=items)


def what_a_run_unlinks_goes_with_its_end(open_store: OpenStore) -> None:
    """Its link is forgotten with those of its parts, and each is of another generation; what only hangs on it stays."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        desk.journal.link("books", _ORDER, *_PARTS, _BILL)
        desk.journal.generation("books", _ORDER.kind, 1, 2)
        end = RunEnd(run=run.id, close_out=_unlinking((_ORDER.kind, 1), (ItemKind.VENDOR, 9)))
        told, _ = desk.journal.ended(claim, [end])
        _same([one for _, one in told], [end.close_out], "what Procore is to be told")
        links = desk.journal.all_links("books")
        _same([*links], [_BILL], "the links that are left")
        expected = {(one.kind, one.procore_id): 1 for one in _PARTS} | {(_ORDER.kind, 1): 3, (ItemKind.VENDOR, 9): 1}
        _same(sorted(links.generations.items()), sorted(expected.items()), "how often items were unlinked")


def what_is_in_doubt_is_not_unlinked_by_a_run(open_store: OpenStore) -> None:
    """Each item that the run would have unlinked is refused, and nothing of it is forgotten."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        desk.journal.link("books", _ORDER, *_PARTS)
        desk.send(claim, run)  # which makes vendor 1
        end = RunEnd(run=run.id, close_out=_unlinking((_ORDER.kind, 1), (ItemKind.VENDOR, 1)))
        ((number, told),), _ = desk.journal.ended(claim, [end])
        _same((told.unlinked, [one.status.value for one in told.details]), ((), ["failed"] * 2), "what Procore is told")
        _same(desk.journal.closings("books"), ((number, told),), "what is kept of that")
        links = desk.journal.all_links("books")
        _same((len(links), links.generations), (4, {}), "the links")


def who_fails_within_an_operation_leaves_nothing(open_store: OpenStore) -> None:
    """An error of whoever chooses among what waits is raised, and nothing of the beginning is there."""

    def fails(waiting: Iterator[Any]) -> list[Any]:
        next(waiting)
        raise _BreaksOffError

    with _desk(open_store) as desk:
        claim, run = desk.begun()
        close_out = CloseOut(request_name="create_vendor", company_id=7, details=())
        ((number, _),), _ = desk.journal.ended(claim, [RunEnd(run=run.id, close_out=close_out)])
        desk.journal.submit("books", _request(2))
        with desk.unchanged(_BreaksOffError, "an error within begin"):
            desk.journal.begin(claim, Beginning(fails, Books(), renew=500, told=[number]))
        _same(len(desk.journal.begin(claim, Beginning(everything, Books()))), 1, "what waits still")


# --- what lasts ------------------------------------------------------------------------------------------------------


def what_was_written_is_there_when_it_is_opened_anew(open_store: OpenStore) -> None:
    """All that ended is there; what broke off is not; and work goes on where it was."""
    with _desk(open_store) as desk:
        claim, run = desk.begun()
        sent, _ = desk.send(claim, run)
        with suppress(_BreaksOffError), desk.tables.transaction() as rows:
            rows.delete("exchange", {})
            raise _BreaksOffError
        kept = all_rows(desk.tables)
    with _desk(open_store) as again:
        _same(all_rows(again.tables), kept, "what was there before")
        again.journal.answered(claim, sent.id, b"<reply/>")
        _same(again.journal.claim("books", "another", 90), None, "a claim while another has it")


def two_that_have_it_open_have_one_store(open_store: OpenStore) -> None:
    """What one has written the other sees; no number is lost between them; who closes leaves the other alone."""
    with _opened(open_store) as first:
        with _opened(open_store) as second:
            (row,) = _rows("event")
            _keep(second, "event", row)
            _same(_there(first, "event"), [row], "what the other has written")
            with _refused(TakenError, "what the other has written, once more"):
                _keep(first, "event", row)
            _count_at_once(first, second)
        _same(_there(first, "event"), [row], "after the other has closed")


LASTING: tuple[Callable[[OpenStore], None], ...] = (
    what_was_written_is_there_when_it_is_opened_anew,
    two_that_have_it_open_have_one_store,
)
"""The promises that a store cannot keep that is forgotten when it is closed, such as one in memory."""

PROMISES: tuple[Callable[[OpenStore], None], ...] = (
    a_transaction_that_raises_leaves_nothing,
    a_transaction_that_is_refused_leaves_nothing,
    what_was_done_within_is_seen_within,
    a_look_changes_nothing,
    a_look_sees_one_moment,
    transactions_come_one_after_the_other,
    a_closed_store_says_so,
    no_two_rows_have_one_key,
    what_may_be_there_once_is_there_once,
    no_row_has_a_state_that_there_is_not,
    what_must_be_there_is_never_missing,
    bytes_come_back_as_they_went_in,
    text_comes_back_as_it_went_in_or_is_refused_in_words,
    whole_numbers_come_back_exactly_or_are_refused_in_words,
    times_come_back_exactly,
    the_time_is_in_seconds_since_1970_and_goes_on,
    several_changes_are_as_one_after_the_other,
    what_is_missing_is_not_empty,
    rows_are_found_by_exactly_what_is_asked_for,
    rows_come_in_the_order_asked,
    rows_are_counted_by_a_column,
    a_change_tells_how_many_rows_it_met,
    very_many_go_at_once,
    a_row_that_was_handed_out_is_a_copy,
    a_document_goes_from_the_inbox_to_its_end,
    one_document_of_a_company_file_is_under_way,
    one_thing_is_made_by_one_document_at_once,
    a_message_set_id_is_there_once,
    one_open_run_a_request,
    the_same_request_is_there_once,
    numbers_are_of_a_company_file,
    one_worker_at_a_time_has_a_company_file,
    a_claim_that_was_overtaken_writes_nothing,
    evidence_of_an_overtaken_worker_is_kept,
    one_record_is_one_item,
    what_was_unlinked_is_of_another_generation,
    what_a_run_unlinks_goes_with_its_end,
    what_is_in_doubt_is_not_unlinked_by_a_run,
    who_fails_within_an_operation_leaves_nothing,
    *LASTING,
)
"""Every promise of a journal's store: each is a function of what opens the store."""
