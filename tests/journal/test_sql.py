"""The journal in a database: what is on disk, what stands in its way, and in which words that is told."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal.sql import SCHEMA_VERSION, SqlTables

COMPANY = {"company": "a", "environment": "production", "next_id": 1, "token": 0, "counter": 0, "epoch": 1}


def url(path):
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "books.company.journal"


def pragma(tables, name):
    with tables.transaction() as rows:
        return rows._connection().exec_driver_sql(f"PRAGMA {name}").scalar()


def test_every_connection_waits_for_the_disk(path):
    tables, seen = SqlTables(url(path)), []

    def look():
        seen.append((pragma(tables, "synchronous"), pragma(tables, "journal_mode"), pragma(tables, "foreign_keys")))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for one in threads:
        one.start()
        one.join()
    look()
    assert seen == [(2, "wal", 1)] * 4
    tables.close()


def test_who_reads_first_and_writes_then_has_the_right_to_write_from_the_beginning(path):
    tables = SqlTables(url(path))
    other = SqlTables(url(path), patience=0)
    with tables.transaction() as rows:
        rows.select("company", {})
        with pytest.raises(JournalError, match="another process is at work on it"), other.transaction():
            pass
        with other.reading() as looking:  # who only looks is not kept out
            assert looking.select("company", {}) == []
        rows.insert("company", [COMPANY])
    with other.transaction() as rows:
        assert len(rows.select("company", {})) == 1
    tables.close()
    other.close()


def test_two_threads_lose_no_count(path):
    tables = SqlTables(url(path))
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])

    def count():
        for _ in range(40):
            with tables.transaction() as rows:
                (row,) = rows.select("company", {"company": "a"})
                rows.update("company", {"company": "a"}, {"counter": row["counter"] + 1})

    threads = [threading.Thread(target=count) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with tables.reading() as rows:
        assert rows.select("company", {})[0]["counter"] == 120
    tables.close()


WRITER = """
import sys
from procore_qbd.journal.sql import SqlTables
tables = SqlTables(sys.argv[1])
with tables.transaction() as rows:
    rows.insert("company", [dict(company="a", environment="p", next_id=1, token=0, counter=0, epoch=1)])
number = 0
while True:
    number += 1
    with tables.transaction() as rows:
        rows.update("company", {"company": "a"}, {"counter": number})
        rows.insert("event", [dict(company="a", id=number, at=0.0, what="x", words="y")])
        rows.update("company", {"company": "a"}, {"epoch": number})
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_who_is_killed_leaves_whole_transactions_and_every_one_that_it_told_of(path):
    child = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", textwrap.dedent(WRITER), url(path)], stdout=subprocess.PIPE, text=True
    )
    told = [int(child.stdout.readline()) for _ in range(25)][-1]
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait()
    child.stdout.close()
    told = int(rest[-1]) if rest else told
    tables = SqlTables(url(path))
    with tables.reading() as rows:
        (company,) = rows.select("company", {})
        events = rows.select("event", {})
    assert company["counter"] == company["epoch"] == len(events)
    assert told <= company["counter"] <= told + 1
    tables.close()


def a_folder(path):
    path.mkdir()


def a_text(path):
    path.write_text("these are no books " * 1000)


def a_cut_one(path):
    SqlTables(url(path)).close()
    path.write_bytes(path.read_bytes()[:3000])


def a_strangers(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()


def a_newer(path):
    SqlTables(url(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO procore_qbd_schema VALUES (99, '9.0', 0)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (a_folder, "cannot be opened"),
        (a_text, "is no journal, or is damaged"),
        (a_cut_one, "damaged"),
        (a_strangers, r"is a database of something else \(songs\), and was left alone"),
        (a_newer, rf"was written by a newer release \(schema 99, this one knows {SCHEMA_VERSION}\)"),
    ],
)
def test_what_is_no_journal_is_told_in_words_and_left_alone(path, make, said):
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(JournalError, match=said):
        SqlTables(url(path))
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(JournalError, match="cannot be opened: see that its folder is there"):
        SqlTables(url(tmp_path / "nowhere" / "x.journal"))


def test_a_strangers_database_is_not_touched(path):
    a_strangers(path)
    with pytest.raises(JournalError):
        SqlTables(url(path))
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    connection.close()


def test_the_schema_is_what_its_migrations_made(path):
    """Who changes a table writes a migration, and the text of the schema that comes of all of them."""
    SqlTables(url(path)).close()
    connection = sqlite3.connect(path)
    lines = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]
    connection.close()
    now = "\n".join(" ".join(line.split()) for line in lines) + "\n"
    kept = Path(__file__).with_name(f"schema_{SCHEMA_VERSION}.sql")
    assert kept.read_text("utf-8") == now
