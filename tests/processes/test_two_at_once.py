"""Two workers at once: every order in which the statements of two of their transactions can come, at claim and at settling.

Each worker is a thread with a store of its own, as a process has it. One goes on at a time; before each statement, and
before each beginning and end of a transaction, a chooser picks which. Who finds the database taken tries again when a
transaction has ended. The first worker is held up before one of its transactions until its lease has run out; the
second goes on for it, up to one of its own; then the two transactions run in every order, and both workers go on to
their end.

`frontrun` was looked at for this. It explores under a command of its own only, with every lock of the process replaced
and a library preloaded; under pytest alone it skips. These sixty lines need neither, and see what we name: statements.
"""

import itertools
import os
import threading
from contextlib import ExitStack, closing, contextmanager

import attrs
import pytest

from procore_qbd.chooser import Exhaustive
from procore_qbd.errors import JournalError, LeaseLostError
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.sqlite import Sqlite
from procore_qbd.worker import Commit, Send, Sleep, Tell, new_id, steps
from support.office import BOOKS
from support.processes import JOURNALS as KINDS
from support.processes import LEASE, SETTINGS, TIMEOUT, Clock, Desk, a_folder, scene

TAKEN = "another process is at work on it"


class Turns:
    """Threads, of which one goes on at a time.

    Args:
        chooser: Picks which; 0 is the one that went on last.
    """

    def __init__(self, chooser):
        self._chooser = chooser
        self._me, self._go, self._back = threading.local(), [], threading.Semaphore(0)
        self._waiting, self._ended, self.errors = set(), set(), {}

    def pause(self):
        """Let the chooser pick who goes on."""
        self._back.release()
        self._go[self._me.number].acquire()

    def wait(self):
        """Go on when a transaction of another has ended."""
        self._waiting.add(self._me.number)
        self.pause()

    def transaction_is_over(self):
        """Whoever waited tries again."""
        self._waiting.clear()

    def run(self, *jobs):
        """Do them all, each in a thread; what they raised is in `errors`."""
        threads = [threading.Thread(target=self._work, args=(number, job)) for number, job in enumerate(jobs)]
        self._go = [threading.Semaphore(0) for _ in jobs]
        for thread in threads:
            thread.start()
        last = 0
        while left := [one for one in range(len(jobs)) if one not in self._ended]:
            ready = sorted((one for one in left if one not in self._waiting), key=lambda one: one != last)
            assert ready, "each waits for the other"
            last = ready[self._chooser.pick(len(ready), "who goes on")]
            self._go[last].release()
            self._back.acquire()
        for thread in threads:
            thread.join()

    def _work(self, number, job):
        self._me.number = number
        self._go[number].acquire()
        try:
            job()
        except BaseException as error:  # noqa: BLE001  it is told in the other thread
            self.errors[number] = error
        finally:
            self._ended.add(number)
            self._back.release()


class TurningTables:
    """Tables that hand over before each statement, and before each beginning and end of a transaction."""

    def __init__(self, tables):
        self._tables, self.turns = tables, None
        self.close = tables.close

    @contextmanager
    def transaction(self):
        if self.turns is None:
            with self._tables.transaction() as rows:
                yield rows
            return
        self.turns.pause()
        with ExitStack() as open_:
            open_.callback(self.turns.transaction_is_over)  # after the end, as it was put there first
            while (rows := self._begun(open_)) is None:
                self.turns.wait()
            yield TurningRows(rows, self.turns)
            self.turns.pause()
        self.turns = None  # what it does then is in no transaction of the two

    def _begun(self, open_):
        """The rows; None where the database is taken."""
        try:
            return open_.enter_context(self._tables.transaction())
        except JournalError as error:
            if TAKEN not in str(error):
                raise
            return None

    @contextmanager
    def reading(self):
        """A look sees one moment, so it is one step."""
        if self.turns is not None:
            self.turns.pause()
        with self._tables.reading() as rows:
            yield rows


@attrs.frozen
class TurningRows:
    rows: object
    turns: Turns

    def __getattr__(self, name):
        def statement(*values, **how):
            self.turns.pause()
            return getattr(self.rows, name)(*values, **how)

        return statement


class Worker:
    """A worker, step by step."""

    def __init__(self, scene, name):
        self.scene, self.tables = scene, TurningTables(scene.stores[name])
        journal = Journal(self.tables, clock=scene.clock)
        self.course = steps(
            scene.company, journal, BOOKS, owner=name, new_id=new_id, clock=scene.clock, settings=SETTINGS
        )
        self.step, self.ended, self.drained = None, False, None

    def go_on(self):
        """Up to its next step: the transaction of the step before, if it was one."""
        try:
            self.step = self.course.send(self._done())
        except StopIteration as end:
            self.ended, self.drained = True, end.value
        except LeaseLostError:
            self.ended = True

    def _done(self):
        if isinstance(self.step, Send):
            return self.scene.desk.company.process(self.step.document)
        if isinstance(self.step, Tell):
            self.scene.desk.hear(self.step.close_out.request_name)
            return True
        if isinstance(self.step, Sleep):
            self.scene.clock.sleep(self.step.seconds)
        return None

    def up_to(self, name):
        """Whether it came to the first commit of a name, and stands before it."""
        while not self.ended and self.step != Commit(name=name):
            self.go_on()
        return not self.ended

    def to_its_end(self):
        while not self.ended:
            self.go_on()


class Scene:
    """A company file and a journal, for two workers."""

    numbers = itertools.count()

    def __init__(self, office, requests, stores):
        self.stores, self.clock, self.company = stores, Clock(), f"books {os.getpid()} {next(self.numbers)}"
        self.desk = Desk(office)
        self.desk.open("nothing", "all")
        self.journal = Journal(stores["first"], clock=self.clock)
        self.journal.register(self.company)
        self.journal.link(self.company, *office.links)
        for request in requests:
            self.journal.submit(self.company, request)

    def over(self):
        """Somebody ends what is left; what it came to."""
        for _ in range(3):
            self.clock.now += LEASE + TIMEOUT + 1
            Worker(self, "third").to_its_end()
        assert self.journal.unfinished(self.company) == ()
        sight = self.desk.look()
        self.desk.company.close()
        assert sight.twice == []
        return sight.records, sorted(set(sight.told)), sorted(map(str, self.journal.count(self.company).items()))


@contextmanager
def a_place(kind):
    """What makes a scene. A store that waits for nobody says at once that the database is taken."""
    office, requests = scene()
    with a_folder() as folder, ExitStack() as open_:
        url = KINDS[kind](folder)
        SqlTables(url).close()
        stores = {name: SqlTables(url, patience=0) for name in ("first", "second", "third")}
        for store in stores.values():
            open_.enter_context(closing(store))
        yield lambda: Scene(office, (requests["commitment"],), stores)


@pytest.fixture(
    scope="module", params=["sqlite"]
)  # in PostgreSQL who waits for a row waits in the server, and out of turn
def place(request):
    with a_place(request.param) as place:
        yield place


def usual(place):
    return place().over()


ALL = 1000


def every_order(place, first, second, at_most=ALL):
    """In how many orders two transactions came, of those with so many turns out of order at the most.

    None where the second worker never comes to its own.
    """
    expected, orders = usual(place), Exhaustive(at_most)
    for chooser in orders:
        there = place()
        one, other = Worker(there, "first"), Worker(there, "second")
        assert one.up_to(first)
        there.clock.now += LEASE + 1
        if not other.up_to(second):
            return None
        one.tables.turns = other.tables.turns = turns = Turns(chooser)
        turns.run(one.go_on, other.go_on)
        one.tables.turns = other.tables.turns = None
        assert turns.errors == {}, turns.errors
        assert not (first == second == "claim") or claims(one, other) == 1
        for worker in (one, other):
            worker.to_its_end()
        assert there.over() == expected, chooser.log
    return orders.visited


def claims(*workers):
    """How many have the company file: who has not is told that another does."""
    return sum(not (worker.ended and worker.drained is not None and worker.drained.busy) for worker in workers)


def test_two_who_claim_at_once(place):
    assert every_order(place, "claim", "claim", at_most=2) >= 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second"), [("claim", "claim"), ("ended", "claim"), ("ended", "ended"), ("ended", "settled")]
)
def test_in_every_order_at_claim_and_at_settling(place, first, second):
    assert every_order(place, first, second) >= 10


NAMES = ("claim", "meet", "begin", "sending", "answered", "ended")


@pytest.mark.slow
@pytest.mark.parametrize("first", NAMES)
def test_whoever_does_whatever_while_another_has_taken_over(place, first):
    counts = {second: every_order(place, first, second, at_most=2) for second in (*NAMES, "doubted", "settled")}
    orders = [count for count in counts.values() if count is not None]
    assert len(orders) > 3
    assert min(orders) > 3


def test_these_orders_find_what_begin_immediate_is_there_for(monkeypatch):
    monkeypatch.setattr(Sqlite, "begin", lambda _, connection, **_how: connection.execute("BEGIN").close())
    with a_place("sqlite") as place, pytest.raises(AssertionError, match=TAKEN):
        every_order(place, "claim", "claim")
