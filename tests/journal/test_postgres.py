"""The journal in PostgreSQL: what two writers do at once, what a lost connection leaves, and in which words it is told."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
import traceback

import pytest

from procore_qbd import ItemKind, Link
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.errors import JournalError, LinkError
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SCHEMA_VERSION, SqlTables
from procore_qbd.journal.tables import TABLES, TakenError
from support.postgres import Server

psycopg = pytest.importorskip(
    "psycopg", reason="needs a PostgreSQL server, which cannot be had: psycopg is not installed"
)

COMPANY = {"company": "a", "environment": "production", "next_id": 1, "token": 0, "due": 0.0, "counter": 0, "epoch": 1}


@pytest.fixture
def url(server):
    return server.schema()


@pytest.fixture
def tables(url):
    with contextlib.closing(SqlTables(url)) as made:
        yield made


@pytest.fixture
def journal(tables):
    journal = Journal(tables)
    journal.register("a")
    return journal


def show(rows, what):
    return rows.driver.execute(f"SHOW {what}").fetchone()[0]


def role(server, name, *more):
    """A new role of that name, which may use everything but what it is kept from."""
    server.execute(
        f"DROP OWNED BY {name}" if server.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'") else "SELECT"
    )
    server.execute(f"DROP ROLE IF EXISTS {name}", f"CREATE ROLE {name} LOGIN", *more)


def schema_of(url):
    return url.partition("%3D")[2]


def as_role(url, name):
    return url.replace("//postgres@", f"//{name}@")


# --- what every transaction is ----------------------------------------------------------------------------------------


def test_every_commit_waits_for_the_disk_whatever_the_role_or_another_user_of_the_connection_has_set(server, url):
    schema = schema_of(url)
    role(server, "hasty", "ALTER ROLE hasty SET synchronous_commit = off", f"GRANT ALL ON SCHEMA {schema} TO hasty")
    with contextlib.closing(SqlTables(as_role(url, "hasty"), patience=7)) as tables:
        with tables.transaction() as rows:
            assert show(rows, "synchronous_commit") == "on"
            assert show(rows, "lock_timeout") == "7s"
            assert show(rows, "transaction_isolation") == "read committed"
            assert show(rows, "idle_in_transaction_session_timeout") == "1min"
        with tables.reading() as rows:
            assert show(rows, "transaction_isolation") == "repeatable read"
            assert show(rows, "transaction_read_only") == "on"
        driver = tables._free[0].connection.driver_connection
        assert driver.execute("SHOW synchronous_commit").fetchone() == ("off",)  # nothing is left behind


def test_no_statement_is_prepared(tables):
    for _ in range(20):
        with tables.transaction() as rows:
            rows.select("company", {"company": "a"})
            rows.insert("event", [])
    with tables.reading() as rows:
        assert rows.driver.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_columns_are_wide_enough_and_texts_are_sorted_as_everywhere(tables, url):
    with tables.reading() as rows:
        found = rows.driver.execute(
            "SELECT table_name, column_name, data_type, collation_name, is_nullable FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name <> 'procore_qbd_schema'",
            [schema_of(url)],
        ).fetchall()
    kinds = {
        "text": ("text", "C"),
        "int": ("bigint", None),
        "real": ("double precision", None),
        "bytes": ("bytea", None),
    }
    assert {(table, column): rest for table, column, *rest in found} == {
        (f"procore_qbd_{table}", column): [*kinds[kind.rstrip("?")], "YES" if kind.endswith("?") else "NO"]
        for table, rules in TABLES.items()
        for column, kind in rules.columns.items()
    }


def test_values_at_their_edges_come_back(tables):
    row = COMPANY | {
        "next_id": 2**62,
        "counter": -(2**62),
        "leased_until": 1_800_000_000.123456,
        "owner": "\U0001f600 \\ '",
    }
    with tables.transaction() as rows:
        rows.insert("company", [row])
    with tables.reading() as rows:
        (found,) = rows.select("company", row)
    assert {name: found[name] for name in row} == row
    exchange = {
        "company": "a",
        "id": 2**40,
        "writes": 1,
        "state": "sending",
        "document": bytes(range(256)),
        "fenced": 0,
    }
    with tables.transaction() as rows:
        rows.insert("exchange", [exchange | {"counter": 1, "token": 1, "at": 0.0}])
        (found,) = rows.select("exchange", {"id": 2**40})
    assert found["document"] == bytes(range(256))
    assert type(found["document"]) is bytes


def test_leases_run_by_the_clock_of_the_database(journal, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 0.0)  # a host whose clock has stopped
    claim = journal.claim("a", "first", 3600)
    assert journal.claim("a", "second", 3600) is None
    with journal._tables.reading() as rows:
        left = rows.select("company", {})[0]["leased_until"] - rows.now()
    assert 3500 < left <= 3600
    journal.renew(claim, -1)
    assert journal.claim("a", "second", 3600) is not None


def test_the_time_is_that_behind_the_lock(journal, tables):
    with holding(tables, "a"):
        waiting = threading.Thread(target=journal.note, args=("a", "x", "y"))
        waiting.start()
        time.sleep(0.2)
        with tables.reading() as rows:
            before = rows.now()
    waiting.join()
    assert journal.events("a")[0][0] >= before


# --- two at once ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def holding(tables, company):
    """The row of a company file, held by somebody else."""
    with tables.transaction() as rows:
        rows.select("company", {"company": company}, lock=True)
        yield rows


def waiters(tables):
    with tables.reading() as rows:
        return rows.driver.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database() "
            "AND pid <> pg_backend_pid() AND query LIKE '%%procore_qbd_company%%'"
        ).fetchone()[0]


def both(tables, *works, held="a"):
    """What each of them returned or raised; all of them waited at the same place before any went on."""
    ended = [None] * len(works)

    def run(at):
        try:
            ended[at] = works[at]()
        except (JournalError, LinkError, TakenError) as error:
            ended[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    with holding(tables, held):
        for one in threads:
            one.start()
        until = time.monotonic() + 10
        while waiters(tables) < len(works) and time.monotonic() < until:
            time.sleep(0.01)
        assert time.monotonic() < until, "they do not wait for the company file"
    for one in threads:
        one.join()
    return ended


VENDOR = CreateVendor(vendor=VendorCompany(id=48, name="Birch"), request_detail_id=1)


def link(number, record="80000001-1700000000"):
    return Link(kind=ItemKind.VENDOR, procore_id=number, quickbooks_id=record)


def test_one_of_two_gets_the_claim(journal, tables):
    ended = both(tables, *(lambda name=name: journal.claim("a", name, 90) for name in ("first", "second")))
    assert sorted(one is None for one in ended) == [False, True]
    assert journal.company("a").company == "a"


@pytest.mark.parametrize("key", [None, "9001"])
def test_a_request_that_two_put_in_is_there_once(journal, tables, key):
    one, other = both(tables, *[lambda: journal.submit("a", VENDOR, key=key)] * 2)
    assert one == other
    assert len(journal.requests("a")) == 1


def test_two_who_unlink_count_once(journal, tables):
    journal.link("a", link(1))
    ended = both(tables, *[lambda: journal.unlink("a", ItemKind.VENDOR, 1)] * 2)
    assert sorted(one is None for one in ended) == [False, True]
    with tables.reading() as rows:
        assert [row["times"] for row in rows.select("generation", {})] == [1]


def test_of_two_links_that_contradict_each_other_one_is_kept(journal, tables):
    ended = both(tables, lambda: journal.link("a", link(1)), lambda: journal.link("a", link(2)))
    assert sorted(type(one) for one in ended if one is not None) == [LinkError]
    assert len(list(journal.all_links("a"))) == 1


def test_who_links_and_who_unlinks_come_one_after_the_other(journal, tables):
    journal.link("a", link(1))
    both(
        tables,
        lambda: journal.unlink("a", ItemKind.VENDOR, 1),
        lambda: journal.link("a", link(2)),
        lambda: journal.generation("a", ItemKind.VENDOR, 1, 5),
        lambda: journal.generation("a", ItemKind.VENDOR, 1, 5),
    )
    assert journal.links("a").guid(ItemKind.VENDOR, 1, None)
    with tables.reading() as rows:
        assert [row["times"] for row in rows.select("generation", {})] in ([5], [6])


def test_two_who_were_told_the_same_in_another_order_do_not_lock_each_other_up(journal, tables):
    closing = {"company": "a", "request": 1, "close_out": "{}", "state": "to tell"}
    with tables.transaction() as rows:
        rows.insert("closing", [closing | {"id": number} for number in range(100, 200)])
    ended = both(
        tables, lambda: journal.told("a", range(100, 200)), lambda: journal.told("a", reversed(range(100, 200)))
    )
    assert ended == [None, None]
    assert journal.closings("a") == ()


def test_a_company_file_that_two_register_at_once_is_known_once(tables):
    journal, ended = Journal(tables), []
    thread = threading.Thread(target=lambda: ended.append(journal.register("b").company))
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY | {"company": "b"}])  # somebody else does just now
        thread.start()
        until = time.monotonic() + 10
        while not waiters(tables) and time.monotonic() < until:
            time.sleep(0.01)
    thread.join()
    assert ended == ["b"]
    assert journal.companies() == ("b",)


def test_of_many_who_write_down_something_each_has_a_number_of_its_own(journal, tables):
    both(tables, *[lambda: [journal.note("a", "x", "y") for _ in range(10)]] * 4)
    with tables.reading() as rows:
        assert [row["id"] for row in rows.select("event", {}, order=("id",))] == list(range(1, 41))


def test_company_files_do_not_wait_for_one_another_and_looks_wait_for_nobody(journal, tables):
    journal.register("b")
    with holding(tables, "a"):
        journal.note("b", "x", "y")
        assert journal.company("a").company == "a"
        assert journal.count("a") == {}


def test_who_waits_too_long_is_told(tables, url):
    hasty = Journal(SqlTables(url, patience=0))
    hasty.register("a")
    said = "another process is at work on it and does not end: try again, or end that one .*, and nothing was sent after it$"
    with holding(tables, "a"), pytest.raises(JournalError, match=said):
        hasty.note("a", "x", "y")
    hasty.note("a", "x", "y")
    hasty.close()


def test_two_who_lock_each_other_up_are_told(tables):
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY, COMPANY | {"company": "b"}])
    here, ended = threading.Barrier(2, timeout=30), []

    def lock(first, second):
        try:
            with tables.transaction() as rows:
                rows.select("company", {"company": first}, lock=True)
                here.wait()
                rows.select("company", {"company": second}, lock=True)
        except JournalError as error:
            ended.append(str(error))

    threads = [threading.Thread(target=lock, args=one) for one in (("a", "b"), ("b", "a"))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(ended) == 1
    assert "two transactions were in one another's way: try again" in ended[0]


OPENING = """
import sys
from procore_qbd.journal.sql import SqlTables
sys.stdin.readline()
tables = SqlTables(sys.argv[1], patience=60)
with tables.reading() as rows:
    print(len(rows.select("company", {})))
"""


def the_tables_are_there_once(server, url):
    (made,) = server.execute(f"SELECT count(*), max(version) FROM {schema_of(url)}.procore_qbd_schema")
    assert made == (1, SCHEMA_VERSION)


def test_eight_that_open_a_fresh_database_at_once_make_it_once(server, url):
    wrong = []

    def opened():
        try:
            SqlTables(url, patience=30).close()
        except BaseException as error:  # noqa: BLE001  told below
            wrong.append(error)

    threads = [threading.Thread(target=opened) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    the_tables_are_there_once(server, url)


@pytest.mark.slow
def test_ten_processes_that_open_a_fresh_database_at_once_make_it_once(server, url):
    command = [sys.executable, "-c", OPENING, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    children = [subprocess.Popen(command, **pipes) for _ in range(10)]  # noqa: S603  our own words
    time.sleep(3)  # all have read their modules
    for one in children:
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate() for one in children] == [("0\n", "")] * 10
    the_tables_are_there_once(server, url)


FORKING = """
import os, sys
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
tables = SqlTables(sys.argv[1], patience=30)
journal = Journal(tables)
journal.register("a")
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        if tables._free:
            os._exit(1)  # a connection that two processes have
        for _ in range(20):
            journal.note("a", "x", "y")
        os._exit(0)
    children.append(child)
for _ in range(20):
    journal.note("a", "x", "y")
print([os.waitpid(child, 0)[1] for child in children], len(journal.events("a")))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_journal_that_was_opened_before_a_fork_is_good_in_all_processes(url):
    command = [sys.executable, "-W", "ignore", "-c", FORKING, url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    assert (done.stdout, done.stderr) == ("[0, 0, 0] 80\n", "")


# --- connections that are lost ----------------------------------------------------------------------------------------


def terminate(server, driver):
    server.execute(f"SELECT pg_terminate_backend({driver.info.backend_pid}, 5000)")


def test_a_connection_that_was_lost_while_nobody_used_it_is_replaced_and_nobody_notices(server, journal, tables):
    with tables.reading(), tables.reading():
        pass
    assert len(tables._free) == 2
    for one in tables._free:
        terminate(server, one.connection.driver_connection)
    journal.note("a", "x", "y")
    assert len(journal.events("a")) == 1


@pytest.mark.parametrize("how", ["transaction", "reading"])
def test_a_connection_that_is_lost_in_a_transaction_ends_that_one_alone(server, journal, tables, how, caplog):
    caplog.set_level(logging.INFO)
    said = "cannot be reached, or the connection was lost: .*; nothing of the transaction was written, and nothing"
    with pytest.raises(JournalError, match=said), getattr(tables, how)() as rows:  # noqa: PT012  the last of it raises
        if how == "transaction":
            rows.update("company", {}, {"counter": 5})
        terminate(server, rows.driver)
        rows.select("company", {})
    assert journal.company("a").counter == 0
    journal.note("a", "x", "y")
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
def test_of_a_connection_that_is_lost_at_the_end_it_is_said_that_nobody_knows(journal, written, at_commit):
    at_commit(1, written=written)
    said = "it is not known whether what was just written is on disk"
    with pytest.raises(JournalError, match=said):
        journal.note("a", "x", "y")
    assert len(journal.events("a")) == written


def test_a_machine_that_vanishes_in_a_transaction_keeps_nobody_out_for_long(journal, tables, monkeypatch):
    monkeypatch.setattr(tables._database, "_begin", tables._database._begin.replace("60000", "200"))
    waiting = threading.Thread(target=journal.note, args=("a", "x", "y"))
    with pytest.raises(JournalError, match="cannot be reached"), holding(tables, "a") as rows:  # noqa: PT012
        waiting.start()
        time.sleep(0.5)
        rows.update("company", {}, {"counter": 5})
    waiting.join()
    assert journal.company("a").counter == 0
    assert len(journal.events("a")) == 1


def test_an_error_that_is_passed_over_ends_the_transaction_all_the_same(store):
    with store.transaction() as rows:
        rows.insert("company", [COMPANY])
    with contextlib.suppress(JournalError, TakenError), store.transaction() as rows:
        rows.update("company", {}, {"counter": 5})
        with contextlib.suppress(TakenError):
            rows.insert("company", [COMPANY])
    with store.reading() as rows:
        assert [row["counter"] for row in rows.select("company", {})] == [0]


# --- in words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53100", "the disk is full: make room"),
        ("53300", "has too many connections"),
        ("53200", "the server has not enough of something"),
        ("40001", "two transactions were in one another's way: try again"),
        ("57014", "the server cut a statement off"),
        ("58030", "the server's disk fails"),
        ("25006", "it is read-only, or a standby"),
        ("XX001", "is damaged: restore a backup"),
        ("22000", "the database reports: 22000"),
    ],
)
def test_what_the_server_refuses_is_told(tables, code, said):
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'it is so' USING ERRCODE = '{code}', DETAIL = 'Mrs Birch'; END $$"
    with pytest.raises(JournalError, match=said) as caught, tables.transaction() as rows:
        rows.driver.execute(statement)
    assert "(it is so)" in str(caught.value) or code == "22000"
    assert str(caught.value).endswith("; nothing was sent after it") or "and nothing was sent after it" in str(
        caught.value
    )
    assert ("nothing of the transaction was written" in str(caught.value)) == (code != "XX001")
    assert "Birch" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("how", ["starting up", "shutting down", "not yet accepting connections", "in recovery mode"])
def test_a_server_that_is_not_ready_is_one_that_cannot_be_reached(tables, how):
    error = psycopg.OperationalError(f"connection to server failed: FATAL:  the database system is {how}")
    assert "see that the server runs and can be reached" in tables._database.in_words(error)


def the_locked(server):
    role(server, "locked", "ALTER ROLE locked PASSWORD 'pa55:w/o?rd'")
    return server.url(user="locked", password="{}")  # noqa: S106  it is put in later


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("{locked}wrong-s3cret", "lets this role not in: see that its name and password are right"),
        ("{folder}/postgres&password=s3cret&user=locked", "lets this role not in"),
        ("{folder}/nowhere", "is not there: make the database first"),
        ("{folder}/postgres&user=nobody_knows", "lets this role not in"),
        ("postgresql://me:s3cret@127.0.0.1:1/books", "cannot be reached, or the connection was lost"),
        ("postgresql://me:s3cret@nowhere.invalid/books", "cannot be reached, or the connection was lost"),
        ("postgresql://me:s3cret@127.0.0.1/books?sslmode=odd", "cannot be reached"),
        ("postgresql://me:s3cret@127.0.0.1/books?nonsense=s3cret", "cannot be reached"),
        ("postgresql://me:s3cret@127.0.0.1:s3cret/books", "'postgresql': expected the address"),
        ("postgresql+psycopg://me:s3cret@se@cret/books", r"more than one '@'"),
        ("postgresql://me:1/s3cret@there/x", "cannot be reached"),
        ("postgresql://me:s3cret", "'postgresql': expected the address"),
    ],
)
def test_who_cannot_get_in_is_told_why_and_never_a_password(server, address, said, caplog):
    caplog.set_level(logging.DEBUG)
    if address.startswith("{folder}"):
        database, _, more = address.removeprefix("{folder}/").partition("&")
        address = server.url(database) + (f"&{more}" if more else "")
        address = address.replace("postgres@", "") if "user=" in more else address
    elif address.startswith("{locked}"):
        address = the_locked(server).format(address.removeprefix("{locked}"))
    else:
        the_locked(server)
    began = time.monotonic()
    with pytest.raises(JournalError, match=said) as caught:
        SqlTables(address)
    assert time.monotonic() - began < 15
    shown = "".join(traceback.format_exception(caught.value)).replace(repr(address), "") + caplog.text
    assert "s3cret" not in shown
    assert "s3cret" not in repr(caught.value.__context__)


def test_who_has_the_right_password_gets_in_however_it_is_written(server):
    address = the_locked(server).format("pa55%3Aw%2Fo%3Frd")
    with pytest.raises(
        JournalError, match="this role may not do that"
    ):  # PostgreSQL 15: nobody may make tables in public
        SqlTables(address)


def test_who_may_not_is_told(server, url):
    schema = schema_of(url)
    role(server, "poor")
    with pytest.raises(JournalError, match=r"no schema to make tables in|this role may not do that"):
        SqlTables(as_role(url, "poor"))
    server.execute(f"GRANT USAGE ON SCHEMA {schema} TO poor")
    with pytest.raises(JournalError, match="this role may not do that: give it its rights"):
        SqlTables(as_role(url, "poor"))
    SqlTables(url).close()
    server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO poor")
    with contextlib.closing(SqlTables(as_role(url, "poor"))) as tables:
        with tables.reading() as rows:
            assert rows.select("company", {}) == []
        with pytest.raises(JournalError, match="this role may not do that"), tables.transaction() as rows:
            rows.insert("company", [COMPANY])
    server.execute(f"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO poor")
    with contextlib.closing(SqlTables(as_role(url, "poor"))) as tables, tables.transaction() as rows:
        rows.insert("company", [COMPANY])  # once the tables are there, it needs no more than that


def test_a_role_that_may_have_no_more_connections_is_told(server, url):
    role(server, "few", f"GRANT ALL ON SCHEMA {schema_of(url)} TO few", "ALTER ROLE few CONNECTION LIMIT 1")
    with contextlib.closing(SqlTables(as_role(url, "few"))) as tables, tables.reading() as rows:
        rows.select("company", {})
        with pytest.raises(JournalError, match="has too many connections"), tables.reading():
            pass


def test_a_database_that_was_made_read_only_is_told(server, url):
    SqlTables(url).close()
    schema = schema_of(url)
    role(
        server,
        "reader",
        f"GRANT ALL ON SCHEMA {schema} TO reader",
        f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO reader",
    )
    server.execute("ALTER ROLE reader SET default_transaction_read_only = on")
    tables = SqlTables(as_role(url, "reader"))
    with pytest.raises(JournalError, match="may not be written: it is read-only"), tables.transaction() as rows:
        rows.insert("company", [COMPANY])
    tables.close()


def test_an_older_server_is_refused(url, monkeypatch):
    from procore_qbd.journal import postgres

    monkeypatch.setattr(postgres, "_OLDEST", 99)
    with pytest.raises(JournalError, match=r"is PostgreSQL \d\d, and a journal needs 99 or later"):
        SqlTables(url)


def test_other_tables_in_the_database_are_left_alone(server, url):
    server.execute(f"CREATE TABLE {schema_of(url)}.songs (title text)")
    SqlTables(url).close()
    SqlTables(url).close()
    assert server.execute(f"SELECT * FROM {schema_of(url)}.songs") == []


@pytest.mark.slow
def test_a_server_that_would_lose_what_was_committed_or_cannot_be_written_is_refused(server):
    """A server of its own, for what is set here holds for all of it; and it goes down in the middle of the work."""
    own = Server(server.folder.with_name(f"own{os.getpid()}")).make().start()
    try:
        url = own.url()
        for name in ("fsync", "full_page_writes"):
            own.execute(f"ALTER SYSTEM SET {name} = off", "SELECT pg_reload_conf()")
            time.sleep(0.2)
            with pytest.raises(JournalError, match=f"the server has {name} off: .*; set it on, or name another"):
                SqlTables(url)
            own.execute(f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()")
            time.sleep(0.2)
        journal = Journal(SqlTables(url))
        journal.register("a")
        journal.note("a", "x", "y")
        own.stop()
        with pytest.raises(JournalError, match="cannot be reached, or the connection was lost"):
            journal.note("a", "x", "y")
        own.start()
        journal.note("a", "x", "y")
        assert len(journal.events("a")) == 2
        journal.close()
        own.stop("fast")
        (own.data / "standby.signal").touch()
        own.start()
        with pytest.raises(JournalError, match="is a standby, which may only be read: name the primary"):
            SqlTables(url)
    finally:
        own.stop()


def test_without_psycopg_it_is_told_what_to_install_and_sqlite_needs_none():
    command = (
        "import sys; sys.modules['psycopg'] = None; from procore_qbd.journal.sql import SqlTables; SqlTables('sqlite://');"
        "SqlTables('postgresql://me:s3cret@there/books')"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)  # noqa: S603  our own words
    said = 'JournalError: a journal in PostgreSQL needs psycopg, which is not installed or finds no libpq: pip install "procore-qbd[postgres]"'
    assert said in done.stderr
    assert "s3cret" not in done.stderr.replace(command, "")
