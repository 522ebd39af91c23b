"""Drains as Procrastinate's jobs: put in with the request or not at all, one after the other, and none is lost."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import nullcontext

import procrastinate
import pytest

from procore_qbd import CompanyFile, Memory
from procore_qbd.adapters.procrastinate import Drains
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.errors import JournalError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.sql import SqlTables
from procore_qbd.worker import WorkerSettings
from support.office import BOOKS


class Site:
    """A database with a journal and jobs in it, and company files."""

    def __init__(self, url):
        self.url = url
        self.app = self.new_app(url)
        with self.app.open():
            self.app.schema_manager.apply_schema()
        self.drains = Drains(self.app)
        self.journal = Journal(SqlTables(url), on_due=self.drains.on_due)
        self.files, self.told, self.documents = {}, [], []
        for name in "ab":
            self.files[name] = CompanyFile.create()
            self.journal.register(name)
        self.drains.serve(
            self.journal,
            transport=lambda name: nullcontext(Memory(self.process(name))),
            books=lambda _: BOOKS,
            tell=lambda name, close_out: self.told.append((name, close_out)),
            settings=WorkerSettings(lease=1, timeout=1, pause=0.01, retry_after=0),
        )

    @staticmethod
    def new_app(url):
        return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    def process(self, name):
        def process(document):
            self.documents.append((name, document))
            return self.files[name].process(document)

        return process

    def submit(self, name, number):
        vendor = VendorCompany(id=number, name=f"Vendor {number}")
        self.journal.submit(name, CreateVendor(company_id=7, request_detail_id=number, vendor=vendor), key=str(number))

    def work(self):
        with self.app.open():
            self.app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=4)

    def jobs(self, state="todo"):
        with self.journal._tables.reading() as rows:
            asked = "SELECT task_name, queueing_lock FROM procrastinate_jobs WHERE status::text = %s ORDER BY id"
            return [row for row in rows.driver.execute(asked, [state]).fetchall() if row[0] == "procore_qbd.drain"]

    def vendors(self):
        return {name: len(list(file.records("Vendor"))) for name, file in self.files.items()}


@pytest.fixture
def site(server):
    made = Site(server.schema())
    yield made
    made.journal.close()
    for file in made.files.values():
        file.close()


def test_a_request_has_a_job_and_several_have_one(site):
    for number in (1, 2, 3):
        site.submit("a", number)
    site.submit("b", 4)
    assert [lock for _, lock in site.jobs()] == ["procore_qbd a", "procore_qbd b"]
    site.work()
    site.work()  # for the job that what looks after them puts in where it finds a file due that is just being drained
    assert site.vendors() == {"a": 3, "b": 1}
    assert len(site.told) == 4
    assert site.jobs() == []
    assert len(site.jobs("succeeded")) >= 2


def test_a_request_that_is_taken_back_has_no_job(site, monkeypatch):
    """What is put in within a transaction that fails is not there."""

    def fails(*given):
        site.drains.on_due(*given)
        raise RuntimeError("the program ends")

    monkeypatch.setattr(site.journal, "_on_due", fails)
    with pytest.raises(RuntimeError):
        site.submit("a", 1)
    assert site.jobs() == []
    assert site.journal.requests("a") == ()


def test_what_is_left_is_looked_at_again_later_and_what_comes_in_does_not_wait_for_that(site):
    claim = site.journal.claim("a", "a plain worker", 60)
    site.journal.release(claim, retry_after=1000)
    assert [lock for _, lock in site.jobs()] == ["procore_qbd a, later"]
    site.submit("a", 1)
    site.work()
    assert site.vendors()["a"] == 1


def test_a_company_file_that_another_has_is_looked_at_again(site):
    site.submit("a", 1)
    site.journal.claim("a", "a plain worker", 60)
    site.work()
    assert [lock for _, lock in site.jobs()] == ["procore_qbd a, later"]
    assert site.documents == []


def test_a_journal_elsewhere_is_told(site):
    journal = Journal(MemoryTables(), on_due=site.drains.on_due)
    journal.register("a")
    request = CreateVendor(vendor=VendorCompany(id=1, name="Elm"), request_detail_id=1)
    with pytest.raises(JournalError, match="Procrastinate needs the journal in PostgreSQL"):
        journal.submit("a", request)


WORKER = """
    import sys, time
    from contextlib import nullcontext
    import procrastinate
    from procore_qbd import Memory
    from procore_qbd.adapters.procrastinate import Drains
    from procore_qbd.journal import Journal
    from procore_qbd.journal.sql import SqlTables
    from procore_qbd.domain import Books

    def hangs(document):
        print("at work", flush=True)
        time.sleep(60)

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=sys.argv[1]))
    drains = Drains(app)
    journal = Journal(SqlTables(sys.argv[1]), on_due=drains.on_due)
    drains.serve(journal, transport=lambda name: nullcontext(Memory(hangs)), books=lambda _: Books())
    with app.open():
        app.run_worker(wait=True, update_heartbeat_interval=0.2)
"""


def test_a_job_whose_worker_was_killed_is_put_back_and_carried_out(site):
    site.submit("a", 1)
    worker = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", textwrap.dedent(WORKER), site.url], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout.readline() == "at work\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    site.work()
    assert len(site.jobs("doing")) == 1  # and its lock keeps the others out
    assert site.vendors()["a"] == 0
    with site.journal._tables.transaction() as rows:  # as if half a minute and the lease had passed
        rows.driver.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")
        rows.update("company", {"company": "a"}, {"leased_until": 0.0, "due": 0.0})
    with site.app.open():
        site.app.configure_task("procore_qbd.look_after", queue="procore_qbd").defer(timestamp=int(time.time()))
    site.work()
    site.work()
    assert site.vendors()["a"] == 1
    assert len(site.told) == 1


def test_a_company_file_that_is_due_and_has_no_job_gets_one(site):
    journal = Journal(SqlTables(site.url))  # of a program that does not know of Procrastinate
    vendor = VendorCompany(id=9, name="Vendor 9")
    journal.submit("b", CreateVendor(company_id=7, request_detail_id=9, vendor=vendor))
    journal.close()
    assert site.jobs() == []
    with site.app.open():
        site.app.configure_task("procore_qbd.look_after", queue="procore_qbd").defer(timestamp=int(time.time()))
    site.work()
    site.work()
    assert site.vendors()["b"] == 1
