"""Real processes: workers that are killed or stopped, and a QuickBooks in a process of its own that goes on without them.

The worker is a fork of the test's process, so nothing is imported anew. QuickBooks is another: it reads a document to
its last byte, carries it out, and only then finds out whether anybody is left to hear the answer. What Procore is told
is told to it, too. At the end it says what is in the company file.
"""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import re
import selectors
import shutil
import signal
import socket
import struct
import tempfile
import traceback
import warnings
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import attrs
import pytest

from procore_qbd import EngineError, Memory
from procore_qbd.errors import JournalError, ReplyLostError
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.qbxml import Reply, read_reply, write_reply, write_requests
from procore_qbd.simulator.engine.message_sets import SetMemory
from procore_qbd.simulator.faults import NotTaken, Trouble
from procore_qbd.worker import Commit, Sleep, WorkerSettings, drain
from support.office import BOOKS, Office, budget
from support.postgres import UnavailableError, the_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.domain import CloseOut, ErpRequest
    from procore_qbd.journal.tables import Rows
    from procore_qbd.worker import Step

__all__ = [
    "AFTER",
    "BEFORE",
    "BROKEN",
    "DIED",
    "FATES",
    "JOURNALS",
    "OVERTAKEN",
    "SETTINGS",
    "WITHIN",
    "Case",
    "Clock",
    "Desk",
    "Moment",
    "QuickBooks",
    "Watch",
    "World",
    "a_folder",
    "exit_code",
    "fork",
    "needs_processes",
    "scene",
]

needs_processes = pytest.mark.skipif(
    not (hasattr(os, "fork") and hasattr(signal, "SIGSTOP")),
    reason="NOT PROVED: deaths of real processes, for this system has no fork, or no SIGSTOP",
)

BROKEN = "Bad"
"""The name of a vendor at which tests let the library fail."""


def _in_postgres(_folder: Path) -> str:
    try:
        return the_server().schema()
    except UnavailableError as error:
        pytest.skip(f"needs a PostgreSQL server, which cannot be had: {error}")


JOURNALS: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'journal'}",
    "postgres": _in_postgres,
}
"""The kinds of journals, and how a fresh one is named."""

LEASE, TIMEOUT = 90.0, 60.0
SETTINGS = WorkerSettings(lease=LEASE, timeout=TIMEOUT, pause=1)
DIED, OVERTAKEN, BROKE = -signal.SIGKILL if hasattr(signal, "SIGKILL") else -9, 3, 70
"""How a worker ended, where it did not end well."""

BEFORE, WITHIN, AFTER = "before", "within", "after"
"""When something befalls a worker at a step.

Within a commit every statement is done and COMMIT is not; within a sending the document is on its way and nothing came
back; within a telling Procore knows. After it the worker has not gone on yet.
"""


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder for journals: in memory, where that can be had. A process's death takes nothing from a file there."""
    there = Path("/dev/shm")  # noqa: S108  a folder of our own in it
    made = Path(tempfile.mkdtemp(prefix="procore_qbd-", dir=there if os.access(there, os.W_OK) else None))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


# --- processes -------------------------------------------------------------------------------------------------------


def fork(act: Callable[[], object]) -> int:
    """A child that does something and leaves without a word to whoever runs the tests; its number.

    It leaves with 0; with `OVERTAKEN` where the journal ends it; with `BROKE`, and a traceback, where it should not have.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the other threads of a tests' process do nothing of ours
        child = os.fork()
    if child:
        return child
    code = BROKE
    try:
        gc.disable()  # what the tests' process left is not the child's to close
        act()
        code = 0
    except JournalError:
        code = OVERTAKEN
    except BaseException:  # noqa: BLE001  it must not come back into the tests
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def exit_code(child: int) -> int:
    """How a child ended: as `subprocess` says it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _send(line: socket.socket, what: Any) -> None:
    data = pickle.dumps(what)
    line.sendall(struct.pack(">I", len(data)) + data)


def _receive(line: socket.socket) -> Any:
    (size,) = struct.unpack(">I", _exactly(line, 4))
    return pickle.loads(_exactly(line, size))  # noqa: S301  our own words


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


# --- QuickBooks ------------------------------------------------------------------------------------------------------

Record: TypeAlias = tuple[str, str, str, tuple[str, ...]]
_SETS = re.compile(rb'(new|old)MessageSetID="(\w+)"')
_FATES: dict[str, str] = {
    "nothing": "",
    "reply lost": "lost",
    "reply cut in the middle": "cut",
    "9002: what was kept is torn": "lost torn",
    "9005: the reply is not kept": "unkept",
    "busy, once": "busy",
    "deleted by a person, once": "lost unkept deleted",
    "no message sets": "",
    "no message sets, reply lost": "lost",
}
FATES = tuple(_FATES)
"""What befalls each document that writes, on the line and at QuickBooks."""


@attrs.define
class Desk:
    """A company file, and what befalls the documents that come to it."""

    office: Office
    company: Any = None
    fate: str = ""
    struck: bool = False
    told: list[Any] = attrs.field(factory=list)

    def open(self, fate: str, memory: str) -> None:
        """Begin anew, with the scene."""
        ticks = itertools.count(1_796_000_000)
        if self.company is not None:
            self.company.close()
        self.company = self.office.file.twin(clock=lambda: next(ticks))
        self.company.message_sets = SetMemory(memory)
        self.fate, self.struck, self.told = _FATES[fate], False, []

    def carry_out(self, document: bytes) -> tuple[str, Any]:
        """What the program hears: a reply, or an HRESULT."""
        sets = dict(_SETS.findall(document[:400]))
        new, old = sets.get(b"new"), sets.get(b"old")
        if "torn" in self.fate and new is not None and new == old:
            said = Reply(outcomes=(), message_set_id=new.decode(), message_set_status=9002)
            return "reply", write_reply(said)
        if b"AddRq" not in document and b"ModRq" not in document:
            return self._answered(document)
        fate, once = self.fate, "busy" in self.fate or "deleted" in self.fate
        if once and (self.struck or b"PurchaseOrderAddRq" not in document):
            return self._answered(document)
        self.struck = True
        if "busy" in fate:
            self.company.faults.order(NotTaken(Trouble.BUSY))
        kind, reply = self._answered(document)
        if kind != "reply":
            return kind, reply
        if "deleted" in fate:
            orders = (one for one in self.company.records("PurchaseOrder") if one.ref_number == "SC-002")
            self.company.as_user().delete(next(orders))
        if "unkept" in fate and new is not None:
            self.company.process(write_requests((), old_message_set_id=new.decode()))
            reply = write_reply(attrs.evolve(read_reply(reply), message_set_status=9005))
        if "lost" in fate:
            return "hresult", 0x80040402
        return kind, reply[: len(reply) // 2] if "cut" in fate else reply

    def _answered(self, document: bytes) -> tuple[str, Any]:
        try:
            return "reply", self.company.process(document)
        except EngineError as error:
            return "hresult", error.hresult

    def hear(self, what: Any) -> None:
        """Procore is told something."""
        self.told.append(what)

    def look(self) -> Sight:
        """What is in the file now, and what Procore was told."""
        records, ids, guids = [], set(), Counter()
        for kind in ("Vendor", "Customer", "ItemService", "Estimate", "PurchaseOrder", "Bill"):
            for one in self.company.records(kind):
                lines = (
                    *getattr(one, "lines", ()),
                    *getattr(one, "expense_lines", ()),
                    *getattr(one, "item_lines", ()),
                )
                ids |= {getattr(one, "txn_id", None) or one.list_id, *(line.txn_line_id for line in lines)}
                guids[one.external_guid] += one.external_guid is not None
                name = one.name if hasattr(one, "list_id") else one.ref_number
                amounts = tuple(sorted(str(line.amount) for line in lines))
                records.append((kind, name or "", getattr(one, "memo", None) or "", amounts))
        twice = [guid for guid, times in guids.items() if times > 1]
        return Sight(sorted(records), ids, twice, list(self.told))


@attrs.frozen
class Sight:
    """What an independent look finds.

    Attributes:
        records: Kind, name or number, memo, and the amounts of the lines, of every record.
        ids: Of every record and line.
        twice: The GUIDs that two records have.
        told: What Procore was told.
    """

    records: list[Record]
    ids: set[str]
    twice: list[str]
    told: list[Any]


class QuickBooks:
    """The process of QuickBooks and of Procore, and the line to it: each process that asks has its own."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.address = str(folder / "quickbooks")
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(self.address)
        listening.listen()
        gone, self._here = os.pipe()
        self.process = fork(lambda: (os.close(self._here), _serve(listening, Desk(office), gone)))
        listening.close()
        os.close(gone)
        self._line: tuple[int, socket.socket] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        os.kill(self.process, signal.SIGKILL)
        exit_code(self.process)
        os.close(self._here)
        if self._line is not None:
            self._line[1].close()

    @property
    def line(self) -> socket.socket:
        """The line of this very process: a line that two had would mix what they say."""
        if self._line is None or self._line[0] != os.getpid():
            line = socket.socket(socket.AF_UNIX)
            line.connect(self.address)
            self._line = os.getpid(), line
        return self._line[1]

    def ask(self, what: str, *values: Any, sent: Callable[[], object] = lambda: None) -> Any:
        """Let it do something; what it says. ``sent`` is called when it has the words, and has not answered."""
        _send(self.line, (what, *values))
        sent()
        return _receive(self.line)

    def answer(self, document: bytes, sent: Callable[[], object] = lambda: None) -> bytes:
        """Its reply to a document."""
        try:
            kind, said = self.ask("carry_out", document, sent=sent)
        except (OSError, EOFError) as error:
            raise ReplyLostError(str(error)) from error
        if kind == "hresult":
            raise EngineError(said)
        return bytes(said)


def _serve(listening: socket.socket, desk: Desk, gone: int) -> None:
    """One document at a time, whoever sends it, until the process is killed, or whoever wants it is gone."""
    with selectors.DefaultSelector() as ready:
        ready.register(listening, selectors.EVENT_READ)
        ready.register(gone, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                line: Any = key.fileobj
                if line == gone:
                    return
                if line is listening:
                    ready.register(listening.accept()[0], selectors.EVENT_READ)
                    continue
                try:
                    what, *values = _receive(line)
                except (OSError, EOFError):  # it died, perhaps in the middle of a word
                    ready.unregister(line)
                    line.close()
                    continue
                said = getattr(desk, what)(*values)
                with suppress(OSError):  # nobody may be left to hear it
                    _send(line, said)


# --- a worker that something befalls ---------------------------------------------------------------------------------


@attrs.frozen
class Moment:
    """A moment in a worker's life: which of its steps, counted from 1, and when."""

    step: int
    when: str
    name: str = attrs.field(default="", eq=False)


class Watch:
    """Sees every step of a worker, and does something at one moment of it.

    Args:
        moment: When; None for never.
        act: What.
    """

    def __init__(self, moment: Moment | None = None, act: Callable[[], object] = lambda: None) -> None:
        self.moment, self._act = moment, act
        self.names: list[str] = []
        self.is_due = False
        self.transactions: list[str] = []
        """The names of the steps in which the journal was written."""

    def progress(self, step: Step) -> None:
        """A step is about to be done."""
        self._last_chance()
        self.names.append(f"Commit {step.name}" if isinstance(step, Commit) else type(step).__name__)
        self.is_due = self.moment is not None and self.moment.step == len(self.names)
        self.at(BEFORE)

    def at(self, when: str) -> None:
        """It is that moment of the present step."""
        if self.is_due and self.moment is not None and self.moment.when == when:
            self.is_due = False
            self._act()

    def _last_chance(self) -> None:
        """A step that did not come to its middle, or its end, is over at the latest when the next begins."""
        if self.is_due and self.moment is not None and self.moment.when != BEFORE:
            self.is_due = False
            self._act()

    over = _last_chance

    def moments(self) -> list[Moment]:
        """All that there were."""
        return [
            Moment(number, when, name)
            for number, name in enumerate(self.names, 1)
            for when in ((BEFORE,) if name == Sleep.__name__ else (BEFORE, WITHIN, AFTER))
        ]


class WatchedTables:
    """Tables of which a watch sees each transaction end."""

    def __init__(self, tables: SqlTables, watch: Watch) -> None:
        self._tables, self._watch = tables, watch
        self.reading, self.close = tables.reading, tables.close

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """As the tables' own."""
        watch = self._watch
        in_commit = bool(watch.names) and watch.names[-1].startswith("Commit")
        with self._tables.transaction() as rows:
            yield rows
            if in_commit:
                watch.at(WITHIN)
        watch.transactions.append(watch.names[-1] if watch.names else "")
        if in_commit:
            watch.at(AFTER)


# --- a world, and cases in it ----------------------------------------------------------------------------------------------------------


@attrs.define
class Clock:
    """A worker's clock, which sleeping puts on. A fork has one of its own."""

    now: float = 1_796_000_000.0
    slept: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


class World:
    """What many cases share: the scene, the process of QuickBooks, and a journal.

    Args:
        journal: Names a fresh journal in a folder.
    """

    def __init__(self, journal: Callable[[Path], str]) -> None:
        self._open = ExitStack()
        self.office, self.requests = scene()
        self.folder = self._open.enter_context(a_folder())
        self.quickbooks = self._open.enter_context(QuickBooks(self.office, self.folder))
        self.url = journal(self.folder)
        self.tables = self._open.enter_context(closing(SqlTables(self.url)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()


_numbers = itertools.count(1)


@attrs.frozen
class Ended:
    """What all came to, without the ids."""

    records: list[Record]
    links: list[tuple[str, int]]
    told: set[Any]
    requests: dict[str, int]


class Case:
    """A company file in QuickBooks, with a journal that has requests for it.

    Args:
        world: Where it is.
        requests: What waits to be exported, by the names that `scene` gives.
        fate: One of `FATES`.
        memory: Which replies QuickBooks remembers.
        settings: How to work.
        tables: The journal's, if not the world's.
    """

    def __init__(
        self,
        world: World,
        *requests: str,
        fate: str = FATES[0],
        memory: str = "all",
        settings: WorkerSettings = SETTINGS,
        tables: SqlTables | None = None,
    ) -> None:
        self.quickbooks, self.tables, self.clock = world.quickbooks, tables or world.tables, Clock()
        self.settings = attrs.evolve(settings, recovery=False) if fate.startswith("no message sets") else settings
        self.company = f"books {os.getpid()} {next(_numbers)}"  # a fork counts on from the same number
        self.quickbooks.ask("open", fate, memory)
        self.journal = Journal(self.tables, clock=self.clock)
        self.journal.register(self.company)
        self.journal.link(self.company, *world.office.links)
        for name in requests:
            self.journal.submit(self.company, world.requests[name])

    def work(self, watch: Watch | None = None) -> None:
        """Drain; and once more when QuickBooks may be told to forget the replies."""
        watch = watch or Watch()
        for _ in range(2):
            self.drain(watch)
            self.clock.now += LEASE + TIMEOUT + 1
        watch.over()

    def drain(self, watch: Watch | None = None, clock: Clock | None = None) -> Any:
        """One drain."""
        watch, clock = watch or Watch(), clock or self.clock

        def process(document: bytes) -> bytes:
            reply = self.quickbooks.answer(document, sent=lambda: watch.at(WITHIN))
            watch.at(AFTER)
            return reply

        def tell(close_out: CloseOut) -> bool:
            told = close_out.request_name, tuple((one.name, not one.refusals) for one in close_out.details)
            self.quickbooks.ask("hear", told)
            watch.at(WITHIN)
            return True

        return drain(
            self.company,
            journal=Journal(WatchedTables(self.tables, watch), clock=clock),
            transport=Memory(process),
            books=BOOKS,
            tell=tell,
            settings=self.settings,
            progress=watch.progress,
            sleep=clock.sleep,
            clock=clock,
        )

    def forked(self, watch: Watch | None = None) -> int:
        """A worker in a process of its own; its number."""
        return fork(lambda: self.work(watch))

    def succeed(self) -> None:
        """A successor goes on when the lease has run out, and whoever is asked says that nothing is there."""
        for _ in range(5):
            self.clock.now += LEASE + TIMEOUT + 1
            self.drain()
            for question in self.journal.questions(self.company):
                self.journal.answer(self.company, question.token, "different", "Ann")
            if not self.journal.unfinished(self.company):
                break
        self.clock.now += LEASE + TIMEOUT + 1
        self.drain()

    def ended(self) -> Ended:
        """What an independent look finds; what no end may have is not there."""
        assert not self.journal.unfinished(self.company), self.journal.unfinished(self.company)
        assert self.journal.company(self.company).frozen is None
        sight = self.quickbooks.ask("look")
        assert sight.twice == []
        links = list(self.journal.all_links(self.company))
        ids = [part for link in links for part in str(link.quickbooks_id).split("|")]
        assert set(ids) <= sight.ids
        keys = sorted((link.kind.value, link.procore_id) for link in links)
        return Ended(sight.records, keys, set(sight.told), self.journal.count(self.company))


def scene() -> tuple[Office, dict[str, ErpRequest]]:
    """An office with a purchase order, and a request of each kind that exports something new."""
    office = Office()
    office.link_vendor()
    office.perform(office.commitment(office.line(1, "1000.00"), office.line(2, "500.00", 1)))
    requests: dict[str, Any] = {
        "vendor": office.vendor_request(48, "Birch"),
        "commitment": office.commitment(
            office.line(11, "700.00"), office.line(12, "55.50", 2), commitment_id=42, number="SC-002"
        ),
        "change order": office.change_order(office.line(3, "250.25")),
        "broken": office.vendor_request(49, BROKEN),
        "budget": budget(office, (1, 0, "1000.00", True), (2, 1, "500.50", True)),
    }
    return office, requests
