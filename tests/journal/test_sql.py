"""The journal in a database: what is on disk, what stands in its way, and in which words that is told."""

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal import sql
from procore_qbd.journal.sql import SCHEMA_VERSION, SqlTables
from procore_qbd.journal.sql_schema import MIGRATIONS

COMPANY = {"company": "a", "environment": "production", "next_id": 1, "token": 0, "due": 0.0, "counter": 0, "epoch": 1}


def url(path):
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "books.company.journal"


def pragma(rows, name):
    return rows._connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def pragmas(rows):
    return tuple(pragma(rows, name) for name in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout"))


@contextlib.contextmanager
def opened(where):
    """A look at a journal that is opened for it."""
    with contextlib.closing(SqlTables(where)) as tables, tables.reading() as rows:
        yield rows


def in_threads(work, count):
    """Each in a thread of its own, all at once; what went wrong in any is raised."""
    wrong = []

    def guarded():
        try:
            work()
        except BaseException as error:  # noqa: BLE001  raised below
            wrong.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise wrong[0]


def test_every_connection_waits_for_the_disk_and_twenty_threads_have_one_each(path):
    """Twenty at once, because pools like to end at fifteen."""
    tables, seen, all_here = SqlTables(url(path), patience=7), [], threading.Barrier(20, timeout=30)

    def look():
        with tables.reading() as rows:
            seen.append(pragmas(rows))
            all_here.wait()

    in_threads(look, 20)
    with tables.transaction() as rows:
        seen.append(pragmas(rows))
    assert seen == [(2, "wal", 1, 7000)] * 21
    tables.close()


def test_where_no_log_can_be_had_commits_wait_for_the_deletion_of_the_rollback_journal_too(path):
    """A file system without shared memory, as network drives are: here by another part of SQLite."""
    where = f"sqlite:///file:{path}?vfs=unix-dotfile&uri=true"
    if os.name != "posix":
        pytest.skip("there is no such part of SQLite on this system")
    tables = SqlTables(where)
    with tables.transaction() as rows:
        assert pragmas(rows)[:2] == (3, "delete")
        rows.insert("company", [COMPANY])
    tables.close()
    with opened(where) as rows:
        assert [row["company"] for row in rows.select("company", {})] == ["a"]
        assert pragmas(rows)[:2] == (3, "delete")


def test_a_journal_that_comes_back_without_its_log_gets_it_again(path):
    SqlTables(url(path)).close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    connection.close()
    with opened(url(path)) as rows:
        assert pragmas(rows)[:2] == (2, "wal")


def test_a_closed_journal_is_one_file(path):
    tables = SqlTables(url(path))
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])
    tables.close()
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    with pytest.raises(JournalError, match="the journal is closed"), tables.reading():
        pass


def test_a_journal_that_is_closed_while_it_is_used_lets_go_at_the_end_of_that(path):
    tables = SqlTables(url(path))
    with tables.transaction() as rows:
        tables.close()
        rows.insert("company", [COMPANY])
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    with opened(url(path)) as rows:
        assert len(rows.select("company", {})) == 1


def test_a_new_file_waits_for_its_log_until_others_have_looked(path):
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN")
    assert other.execute("SELECT * FROM sqlite_master").fetchall() == []
    waiting = threading.Timer(0.3, other.close)
    waiting.start()
    tables = SqlTables(url(path), patience=30)
    waiting.join()
    with tables.reading() as rows:
        assert pragmas(rows)[:2] == (2, "wal")
    tables.close()


def test_a_journal_whose_log_somebody_keeps_it_from_is_used_without(path):
    SqlTables(url(path)).close()
    other = sqlite3.connect(path, isolation_level=None)
    assert other.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    other.execute("BEGIN")
    other.execute("SELECT * FROM procore_qbd_company").fetchall()
    tables = SqlTables(url(path), patience=0)
    with tables.reading() as rows:
        assert pragmas(rows)[:2] == (3, "delete")
    other.close()
    tables.close()


def test_a_look_sees_one_moment_and_changes_nothing(path):
    tables = SqlTables(url(path))
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])
    with tables.reading() as looking:
        before = looking.select("company", {})
        with tables.transaction() as rows:
            assert rows.update("company", {}, {"counter": 5}) == 1
        assert looking.select("company", {}) == before
        with pytest.raises(JournalError, match="a look changes nothing"):
            looking.delete("company", {})
    with tables.reading() as looking:
        assert [row["counter"] for row in looking.select("company", {})] == [5]
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


COUNTING = """
import os, sys
from procore_qbd.journal.sql import SqlTables
tables = SqlTables(sys.argv[1], patience=30)
with tables.transaction() as rows:
    rows.insert("company", [dict(company="a", environment="p", next_id=1, token=0, due=0.0, counter=0, epoch=1)])
def count():
    for _ in range(40):
        with tables.transaction() as rows:
            (row,) = rows.select("company", {"company": "a"})
            rows.update("company", {"company": "a"}, {"counter": row["counter"] + 1})
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        if tables._free:
            os._exit(1)  # a connection that two processes have
        count()
        os._exit(0)
    children.append(child)
count()
print([os.waitpid(child, 0)[1] for child in children])
with tables.reading() as rows:
    print(rows.select("company", {})[0]["counter"], rows._connection.exec_driver_sql("PRAGMA integrity_check").scalar())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_four_processes_lose_no_count_though_the_journal_was_opened_before_they_were_forked(path):
    command = [sys.executable, "-W", "ignore", "-c", COUNTING, url(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    assert (done.stdout, done.stderr) == ("[0, 0, 0]\n160 ok\n", "")


def test_eight_that_open_a_new_file_at_once_all_have_it(path):
    def use():
        tables = SqlTables(url(path), patience=30)
        with tables.reading() as rows:
            assert rows.select("company", {}) == []
        tables.close()

    in_threads(use, 8)


@pytest.mark.parametrize("address", ["sqlite://", "sqlite+pysqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_a_journal_in_memory_is_one_for_all_threads(address):
    tables = SqlTables(address)
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])

    def count():
        for _ in range(20):
            with tables.transaction() as rows:
                (row,) = rows.select("company", {"company": "a"})
                rows.update("company", {"company": "a"}, {"counter": row["counter"] + 1})

    in_threads(count, 3)
    with tables.reading() as rows:
        assert rows.select("company", {})[0]["counter"] == 60
    tables.close()


WRITER = """
import sys
from procore_qbd.journal.sql import SqlTables
tables = SqlTables(sys.argv[1])
with tables.transaction() as rows:
    rows.insert("company", [dict(company="a", environment="p", next_id=1, token=0, due=0.0, counter=0, epoch=1)])
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


# --- in words ---------------------------------------------------------------------------------------------------------


def a_folder(path):
    path.mkdir()


def a_text(path):
    path.write_text("these are no books " * 1000)


def a_cut_one(path):
    SqlTables(url(path)).close()
    path.write_bytes(path.read_bytes()[:3000])


def one_without_its_end(path):
    SqlTables(url(path)).close()
    path.write_bytes(path.read_bytes()[:-20000])


def a_strangers(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()


def of_schema(path, version):
    SqlTables(url(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE procore_qbd_schema SET version = ?", [version])
    connection.commit()
    connection.close()


def a_newer(path):
    of_schema(path, 99)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (a_folder, "cannot be opened: see that its folder is there, that it is no folder itself"),
        (a_text, "is no journal, or is damaged: name another file, or restore a backup"),
        (a_cut_one, "is damaged: restore a backup"),
        (one_without_its_end, "is damaged: restore a backup"),
        (a_strangers, r"is a database of something else \(songs\), and was left alone; name another file"),
        (
            a_newer,
            rf"was written by a newer release \(schema 99, this one knows {SCHEMA_VERSION}\); nothing was changed",
        ),
    ],
)
def test_what_is_no_journal_is_told_in_words_and_left_alone(path, make, said):
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(JournalError, match=f"^{re.escape(str(path))}: {said}"):
        SqlTables(url(path))
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    said = "cannot be opened: see that its folder is there.*; nothing is lost, and nothing was sent after it$"
    with pytest.raises(JournalError, match=said):
        SqlTables(url(tmp_path / "nowhere" / "x.journal"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "books.journal",
            "^'books.journal': expected the address of a database .* such as 'sqlite:///books.journal' or 'postgres",
        ),
        ("sqlite+aiosqlite:///books.journal", "^'sqlite\\+aiosqlite': expected the address"),
        ("postgresql+asyncpg://me:secret@there/books", "^'postgresql\\+asyncpg': expected the address"),
        ("postgresql://me:secret@there:se@cret/books", "^'postgresql': expected the address"),
        ("mysql://me:secret@there/books", "^'mysql': expected the address of a database that a journal can be kept in"),
    ],
)
def test_what_is_no_address_of_a_journal_is_told_without_its_password(address, said):
    with pytest.raises(JournalError, match=said):
        SqlTables(address)


def test_a_new_file_that_another_process_holds_is_told(path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(JournalError, match="another process is at work on it and does not end: try again, or end that"):
        SqlTables(url(path), patience=0)
    other.close()
    SqlTables(url(path), patience=0).close()


def test_a_journal_can_be_opened_while_another_process_writes(path):
    SqlTables(url(path)).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    tables = SqlTables(url(path), patience=0)
    with pytest.raises(JournalError, match="another process"), tables.transaction():
        pass
    other.close()
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])
    tables.close()


def test_a_file_that_may_only_be_read_can_be_looked_at_and_not_written(path):
    SqlTables(url(path)).close()
    tables = SqlTables(f"sqlite:///file:{path}?mode=ro&uri=true")
    with tables.reading() as rows:
        assert rows.select("company", {}) == []
    said = "may not be written: give this user the right"
    with pytest.raises(JournalError, match=said) as caught, tables.transaction() as rows:
        rows.insert("company", [COMPANY])
    assert str(caught.value).endswith("; nothing is lost, and nothing was sent after it")
    tables.close()


def test_a_full_disk_is_told_and_what_stood_there_stands(path):
    tables = SqlTables(url(path))
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])
    event = {"company": "a", "id": 1, "at": 0.0, "what": "x", "words": "y" * 100_000}

    def fill(rows):
        rows._connection.exec_driver_sql(f"PRAGMA max_page_count = {pragma(rows, 'page_count')}")
        rows.update("company", {}, {"counter": 7})
        rows.insert("event", [event])

    said = "cannot be written, the disk is full: make room"
    with pytest.raises(JournalError, match=said), tables.transaction() as rows:
        fill(rows)
    with tables.transaction() as rows:
        rows._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert [row["counter"] for row in rows.select("company", {})] == [0]
        rows.insert("event", [event])
    tables.close()


def test_damage_that_comes_later_is_told_when_it_is_met(path):
    tables = SqlTables(url(path))
    with tables.transaction() as rows:
        rows.insert("event", [{"company": "a", "id": n, "at": 0.0, "what": "x", "words": "y" * 500} for n in range(99)])
    tables.close()
    tables = SqlTables(url(path))
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"?" * (len(content) - 4096))
    said = r"is damaged: restore a backup .*; nothing was sent after it$"
    with pytest.raises(JournalError, match=said) as caught, tables.reading() as rows:
        rows.select("event", {})
    assert "nothing is lost" not in str(caught.value)  # which nobody knows then
    tables.close()


def test_without_sqlalchemy_it_is_told_what_to_install():
    command = "import sys; sys.modules['sqlalchemy'] = None; import procore_qbd.journal.sql"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)  # noqa: S603  our own words
    assert (
        'JournalError: a journal in a database needs SQLAlchemy, which is not installed: pip install "procore-qbd[sql]"'
        in (done.stderr)
    )


# --- migrations -------------------------------------------------------------------------------------------------------


def schema_of(path):
    connection = sqlite3.connect(path)
    lines = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]
    connection.close()
    return [" ".join(line.split()) for line in lines]


def structure_of(path):
    """The schema without the words it was made in: columns by name, indexes with their columns and conditions."""
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})")) for name in names}
    made = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    found = columns, {name: " ".join(text.split()) for name, text in made}
    connection.close()
    return found


KEPT = sorted(Path(__file__).parent.glob("schema_*.sql"))


def test_the_schema_of_this_release_is_kept(path):
    """Who changes a table writes a migration, raises the number, and keeps the schema that comes of it."""
    SqlTables(url(path)).close()
    kept = Path(__file__).with_name(f"schema_{SCHEMA_VERSION}.sql").read_text("utf-8").splitlines()
    assert schema_of(path) == kept, "journal/tables.py makes other tables than this version had: add a migration"
    assert [one.stem for one in KEPT] == [f"schema_{number}" for number in range(1, SCHEMA_VERSION + 1)]


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.stem)
def test_each_schema_that_there_was_becomes_that_of_today(tmp_path, kept):
    connection = sqlite3.connect(tmp_path / "old")
    for line in kept.read_text("utf-8").splitlines():
        connection.execute(line)
    version = int(kept.stem.removeprefix("schema_"))
    connection.execute("INSERT INTO procore_qbd_schema VALUES (?, '0.1', 0)", [version])
    connection.commit()
    connection.close()
    SqlTables(url(tmp_path / "old")).close()
    SqlTables(url(tmp_path / "new")).close()
    assert structure_of(tmp_path / "old") == structure_of(tmp_path / "new")


def adds(column):
    return lambda connection: connection.exec_driver_sql(f"ALTER TABLE procore_qbd_event ADD COLUMN {column} TEXT")


def fails(connection):
    adds("third")(connection)
    raise RuntimeError("the third migration has a fault")


@pytest.fixture
def newer(monkeypatch):
    """A release that has two migrations more, and one that fails where it is asked for."""

    def release(*migrations):
        monkeypatch.setattr(sql, "MIGRATIONS", (*MIGRATIONS, *migrations))
        monkeypatch.setattr(sql, "SCHEMA_VERSION", SCHEMA_VERSION + len(migrations))

    return release


def versions_and_columns(path):
    connection = sqlite3.connect(path)
    versions = [row[0] for row in connection.execute("SELECT version FROM procore_qbd_schema ORDER BY version")]
    columns = [row[1] for row in connection.execute("PRAGMA table_info(procore_qbd_event)")]
    connection.close()
    return versions, columns[5:]


def test_an_older_journal_is_refused_or_brought_up_to_date_step_by_step(path, newer):
    SqlTables(url(path)).close()
    now = SCHEMA_VERSION
    newer(adds("first"), adds("second"))
    said = rf"is of an older release \(schema {now}, this one needs {now + 2}\), and was left alone: back it up, then open it"
    with pytest.raises(JournalError, match=said):
        SqlTables(url(path), auto_migrate=False)
    assert versions_and_columns(path) == ([now], [])
    for _ in range(2):  # the second time there is nothing to do
        SqlTables(url(path)).close()
        assert versions_and_columns(path) == ([now, now + 1, now + 2], ["first", "second"])
    SqlTables(url(path), auto_migrate=False).close()


def test_a_migration_that_fails_leaves_those_before_it_and_nothing_of_its_own(path, newer):
    SqlTables(url(path)).close()
    newer(adds("first"), adds("second"), fails)
    with pytest.raises(RuntimeError, match="has a fault"):
        SqlTables(url(path))
    assert versions_and_columns(path) == ([SCHEMA_VERSION + number for number in range(3)], ["first", "second"])


def test_a_new_journal_is_of_the_newest_schema_at_once(path, newer):
    newer(fails, fails)
    SqlTables(url(path), auto_migrate=False).close()
    assert versions_and_columns(path) == ([SCHEMA_VERSION + 2], [])
