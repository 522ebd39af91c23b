"""Fifty company files behind Web Connectors, and four processes that answer them on one port, of which one dies again and again.

Each Web Connector begins another update where one failed, as a scheduler would, until all is done. What it met on the
way are closed connections, calls that nobody answers, and processes that wake up with a call whose time has passed.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import waitress

from procore_qbd import CompanyFile
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.testing.web_connector import CallFailedError, FakeWebConnector, UpdateEnd, WebConnectorCall, post_to
from procore_qbd.webconnector import ConnectorApp, Login, Sessions, WebConnector, hashed, new_password
from procore_qbd.worker import WorkerSettings
from support.processes import fork, needs_processes

pytestmark = [needs_processes, pytest.mark.slow, pytest.mark.timeout(300)]

FILES, EACH, AT_ONCE = 50, 4, 5
SETTINGS = WorkerSettings(lease=30, timeout=1, pause=0.05, retry_after=0.5, batch=2)
SILENT = 3.0
STOPPED = SILENT + 2
"""For how many seconds a process is stopped: by then another goes on with what it was at."""
PATIENCE = 170
"""Seconds within which all must be done."""


class Service:
    """Processes on one port, as many as it began with: one that dies is followed by another.

    They are children of a process that has no threads, which was there before any of the test's own began.

    Args:
        url: The journal.
        folder: Where they write down that they are there, and what Procore was told.
        count: How many.
    """

    def __init__(self, url, folder, count=4):
        self.journal, self.folder = url, folder
        (folder / "there").mkdir()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.app = ConnectorApp(url=f"http://localhost:{self.socket.getsockname()[1]}/quickbooks")
        self.post = post_to(self.app.url.replace("localhost", "127.0.0.1"), timeout=10)
        self.parent = fork(lambda: self._keep(count))

    def _keep(self, count):
        os.setpgid(0, 0)
        for _ in range(count):
            fork(self._serve)
        while True:
            os.wait()
            fork(self._serve)

    def _serve(self):
        logging.getLogger("waitress").setLevel(logging.ERROR)
        with Journal(SqlTables(self.journal)) as journal:
            app = WebConnector(journal, self.app, tell=self._tell, settings=SETTINGS, patience=2, silent=SILENT)
            (self.folder / "there" / str(os.getpid())).touch()
            waitress.serve(app, sockets=[self.socket], threads=8, _quiet=True)

    def _tell(self, company, close_out):
        with (self.folder / "told").open("a") as out:
            for one in close_out.details:
                out.write(f"{company}\t{one.request_detail_id}\t{'refused' if one.refusals else 'done'}\n")
        return True

    @property
    def there(self):
        """The numbers of the processes, that which has served longest before the others."""
        return [int(one.name) for one in sorted((self.folder / "there").iterdir(), key=lambda one: one.stat().st_mtime)]

    @property
    def told(self):
        """How often it was told to Procore what became of a vendor, by its company file and number."""
        return Counter(tuple(one.split("\t")) for one in (self.folder / "told").read_text().splitlines())

    def kill(self, process):
        (self.folder / "there" / str(process)).unlink()
        os.kill(process, signal.SIGKILL)

    def close(self):
        os.killpg(self.parent, signal.SIGKILL)
        os.waitpid(self.parent, 0)
        self.socket.close()


class Misfortunes:
    """Every other second a process is killed; besides, there is always one that is stopped, and goes on later."""

    def __init__(self, service):
        self.service, self.killed, self.stopped = service, 0, 0
        self.over = threading.Event()

    def run(self):
        asleep, until = None, 0.0
        while not self.over.wait(2):
            others = [one for one in self.service.there if one != asleep]
            if len(others) > 1:
                self.service.kill(others.pop(0))
                self.killed += 1
            if asleep is not None and time.monotonic() >= until:
                os.kill(asleep, signal.SIGCONT)
                asleep = None
            elif asleep is None and len(others) > 1:
                asleep, until = others[0], time.monotonic() + STOPPED
                os.kill(asleep, signal.SIGSTOP)
                self.stopped += 1


class Desk:
    """A company file, and the Web Connector beside it."""

    def __init__(self, service, sessions, number):
        self.service, self.name = service, f"company {number:02}"
        self.vendors = range(number * EACH + 1, (number + 1) * EACH + 1)
        self.file, self.password = CompanyFile.create(), new_password()
        self.login = Login(
            user=f"user {number:02}",
            company=self.name,
            secret=hashed(self.password, generated=True),
            file_id=f"{{5b8a6f2e-9a53-4f6f-8f0e-2a3f9f1f0a{number:02}}}",
        )
        self.connector = self.web_connector(self)
        self.ends, self.twice = Counter(), 0
        journal = sessions.journal
        journal.register(self.name)
        sessions.keep_login(self.login)
        for one in self.vendors:
            vendor = VendorCompany(id=one, name=f"Vendor {one}")
            journal.submit(self.name, CreateVendor(company_id=7, request_detail_id=one, vendor=vendor))

    def process(self, document):
        """What QuickBooks does; a name that is there already is a vendor that somebody tried to make a second time."""
        reply = self.file.process(document)
        self.twice += reply.count(b'statusCode="3100"')
        return reply

    def web_connector(self, there):
        """A Web Connector that signs in as the user of this one, where another company file may be open."""
        return FakeWebConnector(
            self.service.post,
            there.process,
            user=self.login.user,
            password=self.password,
            file_id=there.login.file_id,
            owner_id=self.service.app.owner_id,
            sleep=lambda _: time.sleep(0.2),
            patience=60,
        )

    def work(self, until):
        """Update until there is nothing more to do."""
        while time.monotonic() < until:
            update = self.connector.update()
            self.ends[update.end] += 1
            if update.end is UpdateEnd.NOTHING_TO_DO and self.is_done():
                return True
            time.sleep(0.1)
        return False

    def is_done(self):
        with Journal(SqlTables(self.service.journal)) as journal:
            return journal.count(self.name) == {"ended": EACH} and not journal.closings(self.name)

    def intrude(self, there):
        """Update as this one's user at another company file: how many documents came, and what was said."""
        update = self.web_connector(there).update()
        return update.documents, update.status

    def lend(self, there):
        """Begin an update, and go on with its ticket at another company file: what came, and what was said."""
        here, stranger = self.web_connector(self), self.web_connector(there)
        try:
            call = until(here, here.calls(), "receiveResponseXML")
            ticket = call.arguments["ticket"]
            call = until(_Answers(authenticate=(ticket, "")), stranger.calls(), "sendRequestXML")
            document = stranger.ask(call)
            return int(document != ""), stranger.ask(WebConnectorCall("getLastError", {"ticket": ticket}))
        except (CallFailedError, StopIteration) as error:  # a process that died, or nothing was to be done
            return 0, str(error)


class _Answers:
    """In place of a server: what it answers to the calls before the first document."""

    def __init__(self, **answers):
        self.answers = answers

    def ask(self, call):
        return self.answers.get(call.name, "")


def until(connector, calls, name):
    """The first call of that name in an update."""
    call = next(calls)
    while call.name != name:
        call = calls.send(connector.ask(call))
    calls.close()
    return call


def intrusions(desks, over):
    """Every user signs in at the next one's company file, or lends it the ticket, while all of them work."""
    found = []
    while not over.wait(0.3):
        at = len(found) // 2 % len(desks)
        way = (Desk.lend, Desk.intrude)[len(found) % 2]
        found.append(way(desks[at], desks[at - 1]))
    return found


def test_fifty_web_connectors_and_processes_that_are_killed_and_stopped(server, tmp_path):
    url = server.schema()
    with Journal(SqlTables(url)):
        pass  # so that the tables are there
    service = Service(url, tmp_path)
    misfortunes, over = Misfortunes(service), threading.Event()
    try:
        with Journal(SqlTables(url)) as journal:
            sessions = Sessions(journal)
            desks = [Desk(service, sessions, number) for number in range(FILES)]
        while len(service.there) < 4:
            time.sleep(0.05)
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE + 2) as pool:
            wrong = pool.submit(intrusions, desks, over)
            bad = pool.submit(misfortunes.run)
            done = list(pool.map(lambda desk: desk.work(began + PATIENCE), desks))
            took = time.monotonic() - began
            over.set()
            misfortunes.over.set()
        bad.result()
    finally:
        service.close()
    ends = sum((desk.ends for desk in desks), Counter())
    print(  # noqa: T201
        f"{FILES * EACH / took:.1f} requests a second, {took:.0f} s, {misfortunes.killed} processes killed,"
        f" {misfortunes.stopped} stopped, {len(wrong.result())} strangers; updates: {dict(ends)}"
    )
    assert all(done), [desk.name for desk, ended in zip(desks, done, strict=True) if not ended]
    assert misfortunes.killed >= 2
    assert misfortunes.stopped >= 1
    assert ends[UpdateEnd.FAILED] > 0
    must_be_there_once(url, desks, service.told)
    must_have_had_nothing(wrong.result())


def must_be_there_once(url, desks, told):
    for desk in desks:
        names = sorted(one.name for one in desk.file.records("Vendor"))
        assert names == sorted(f"Vendor {one}" for one in desk.vendors), desk.name
        assert desk.twice == 0, desk.name
    assert set(told) == {(desk.name, str(one), "done") for desk in desks for one in desk.vendors}
    with Journal(SqlTables(url)) as journal:
        assert journal.metrics().oldest_doubt == 0
        for desk in desks:
            assert journal.doubts(desk.name) == ()
            assert journal.unfinished(desk.name) == ()
            assert journal.count(desk.name) == {"ended": EACH}
            assert journal.company(desk.name).frozen is None


def must_have_had_nothing(found):
    assert {documents for documents, _ in found} == {0}
    for way in (found[::2], found[1::2]):
        assert any("This is not the company file that the user" in words for _, words in way)
