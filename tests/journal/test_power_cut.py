"""A power cut between any two writes: what the store said is on disk is there, and nothing is there by halves.

What `SqlTables` says to SQLite is written down, statement by statement with its pragmas, and said again to a SQLite whose
disk forgets what nobody waited for. After every write the power is cut, in every way that the disk knows, and the file is
opened again. The same statements with a weaker pragma lose something, which is why the strong ones are there.
"""

import contextlib
import os
import re

import pytest

from procore_qbd.journal.sql import SCHEMA_VERSION, SqlTables

apsw = pytest.importorskip("apsw", reason="POWER CUTS ARE NOT PROVED: the disk that forgets is made with apsw")

from support.forgetful import Disk, cuts, listen  # noqa: E402

TRANSACTIONS = 5
COMPANY = {"company": "a", "environment": "production", "next_id": 1, "token": 0, "due": 0.0, "counter": 0, "epoch": 0}


def said_to_sqlite(monkeypatch, url):
    """All statements of a journal that is made, written to and closed; behind each transaction how many there were."""
    said = []
    listen(monkeypatch, lambda _, words: said.append(words))
    tables = SqlTables(url)
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])
    said.append(0)
    for number in range(1, TRANSACTIONS + 1):
        with tables.transaction() as rows:
            rows.update("company", {"company": "a"}, {"counter": number})
            rows.insert("event", [{"company": "a", "id": number, "at": 0.0, "what": "x", "words": "y" * 5000}])
            rows.update("company", {"company": "a"}, {"epoch": number})
        said.append(number)
    tables.close()
    return said


@pytest.fixture
def with_log(monkeypatch, tmp_path):
    said = said_to_sqlite(monkeypatch, f"sqlite:///{tmp_path / 'journal'}")
    at = said.index("PRAGMA journal_mode = WAL")
    return [*said[:at], "PRAGMA locking_mode = EXCLUSIVE", *said[at:]]


@pytest.fixture
def without_log(monkeypatch, tmp_path):
    if os.name != "posix":
        pytest.skip("the part of SQLite without shared memory is not on this system")
    return said_to_sqlite(monkeypatch, f"sqlite:///file:{tmp_path / 'journal'}?vfs=unix-dotfile&uri=true")


def with_pragma(said, before, after):
    changed = [
        one if isinstance(one, int) else one.replace(f"synchronous = {before}", f"synchronous = {after}")
        for one in said
    ]
    assert changed != said
    return changed


def what_is_left(files):
    """How many transactions are there, after a look at all of the file; None where there is no journal yet."""
    disk = Disk(files)
    with contextlib.closing(apsw.Connection("journal", vfs=disk.name)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").get
        if not tables:
            return None
        assert connection.execute("SELECT version FROM procore_qbd_schema").get == SCHEMA_VERSION
        companies = connection.execute("SELECT counter, epoch FROM procore_qbd_company").fetchall()
        events = connection.execute("SELECT count(*) FROM procore_qbd_event").get
        assert companies in ([], [(events, events)])  # whole transactions only
        return events if companies else None


def cut_everywhere(said, *, deletions_come_back, checkpoint=None):
    """What the power cuts left: pairs of what had been told before, and what was there afterwards."""
    disk, told, left, seen = Disk(), None, set(), set()

    def look():
        for files in cuts(disk, deletions_come_back=deletions_come_back):
            found = (told, *sorted(files.items()))
            if found not in seen:
                seen.add(found)
                left.add((told, what_is_left(files)))

    disk.looks = look
    connection = apsw.Connection("journal", vfs=disk.name)
    for one in said:
        if isinstance(one, int):
            told = one
            look()
            continue
        connection.execute(one).fetchall()
        if checkpoint and one == "PRAGMA journal_mode = WAL":
            connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")
    connection.close()
    assert told == TRANSACTIONS
    assert len(seen) > 10 * TRANSACTIONS  # it was cut
    return left


def lost(left):
    return {(told, found) for told, found in left if told is not None and (found is None or found < told)}


def test_what_is_said_is_what_is_meant(with_log):
    pragmas = [one for one in with_log if isinstance(one, str) and re.search("synchronous|= WAL", one)]
    assert list(dict.fromkeys(pragmas)) == [
        "PRAGMA synchronous = EXTRA",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
    ]
    assert with_log.count("BEGIN IMMEDIATE") == TRANSACTIONS + 2  # one makes the tables, one the company


@pytest.mark.parametrize("deletions_come_back", [pytest.param(False, marks=pytest.mark.slow), True])
@pytest.mark.parametrize("checkpoint", [None, pytest.param(3, marks=pytest.mark.slow)])
def test_nothing_that_was_committed_is_lost(with_log, deletions_come_back, checkpoint):
    left = cut_everywhere(with_log, deletions_come_back=deletions_come_back, checkpoint=checkpoint)
    assert lost(left) == set()
    assert {(told, found) for told, found in left if told is not None and found > told + 1} == set()
    assert {(number, number) for number in range(TRANSACTIONS + 1)} <= left


@pytest.mark.slow
def test_with_normal_a_commit_is_lost(with_log):
    left = cut_everywhere(with_pragma(with_log, "FULL", "NORMAL"), deletions_come_back=False)
    assert (TRANSACTIONS, 0) in left or (TRANSACTIONS, None) in left


def test_without_extra_while_the_file_is_made_all_commits_can_be_lost(with_log):
    left = cut_everywhere(with_pragma(with_log, "EXTRA", "FULL"), deletions_come_back=True)
    assert (TRANSACTIONS, None) in left


@pytest.mark.slow
def test_nothing_is_lost_without_a_log_either(without_log):
    assert "PRAGMA synchronous = FULL" not in without_log
    assert lost(cut_everywhere(without_log, deletions_come_back=True)) == set()
    assert lost(cut_everywhere(without_log, deletions_come_back=False)) == set()


def test_without_a_log_full_loses_a_commit(without_log):
    left = cut_everywhere(with_pragma(without_log, "EXTRA", "FULL"), deletions_come_back=True)
    assert (TRANSACTIONS, TRANSACTIONS - 1) in left
