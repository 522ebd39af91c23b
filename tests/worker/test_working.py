"""The plain worker: whatever is due is drained by somebody, whoever dies, and nothing runs in circles."""

from contextlib import nullcontext

import pytest

from procore_qbd import CompanyFile, Memory
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.errors import JournalError, NotSentError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.worker import WorkerSettings, drain, work
from support.office import BOOKS

SETTINGS = WorkerSettings(lease=60, timeout=30, pause=1, retry_after=60)


class Fleet:
    """Company files, one journal, and a worker."""

    def __init__(self, *names):
        self.time = 1_795_000_000.0
        self.journal = Journal(MemoryTables(), clock=lambda: self.time)
        self.files = {name: CompanyFile.create() for name in names}
        for name in names:
            self.journal.register(name)
        self.told, self.slept, self.broken, self.numbers = [], [], {}, iter(range(1, 1000))

    def submit(self, *names):
        for name in names:
            number = next(self.numbers)
            vendor = VendorCompany(id=number, name=f"Vendor {number}")
            self.journal.submit(name, CreateVendor(company_id=7, request_detail_id=number, vendor=vendor))

    def line(self, name):
        if name in self.broken:
            raise self.broken[name]
        return nullcontext(Memory(self.files[name].process))

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds

    def tell(self, name, close_out):
        self.told.append((name, close_out))
        return True

    def work(self, **how):
        options = {"transport": self.line, "books": lambda _: BOOKS, "tell": self.tell, "settings": SETTINGS}
        options |= {
            "sleep": self.sleep,
            "wait": self.sleep,
            "clock": lambda: self.time,
            "until_idle": True,
            "owner": "worker",
        }
        return work(self.journal, **options | how)

    def vendors(self):
        return {name: len(list(file.records("Vendor"))) for name, file in self.files.items()}


@pytest.fixture
def fleet():
    made = Fleet("a", "b", "c")
    yield made
    for file in made.files.values():
        file.close()


def test_what_is_due_is_drained_and_nothing_else(fleet):
    assert fleet.journal.due() == ()
    fleet.submit("a", "b", "a")
    assert set(fleet.journal.due()) == {"a", "b"}
    health = fleet.work()
    assert fleet.vendors() == {"a": 2, "b": 1, "c": 0}
    assert health.drains == {"done": 2}
    assert health.requests == {"done": 3, "told": 3}
    assert (health.metrics.companies, health.metrics.due, health.metrics.in_work, health.metrics.frozen) == (3, 0, 0, 0)
    assert [name for name, _ in fleet.told].count("a") == 2
    assert fleet.work().drains == {}


def test_who_waits_longest_comes_first_and_some_are_left_out(fleet):
    for name in ("b", "c", "a"):
        fleet.time += 1
        fleet.submit(name)
    assert fleet.journal.due() == ("b", "c", "a")
    assert fleet.journal.due(1) == ("b",)
    assert fleet.journal.due(1, besides=("b", "c")) == ("a",)


def test_what_a_worker_had_that_died_is_due_when_its_lease_is_over(fleet):
    fleet.submit("a")
    fleet.journal.claim("a", "died", 60)
    assert fleet.journal.due() == ()
    assert fleet.journal.metrics().in_work == 1
    fleet.time += 61
    assert fleet.journal.due() == ("a",)
    assert fleet.work().requests["done"] == 1


def test_what_comes_in_while_somebody_works_is_not_forgotten(fleet):
    """The last look for requests was over when it came; so the company file is due again at once."""
    fleet.submit("a")
    claim = fleet.journal.claim("a", "worker", 60)
    fleet.submit("a")
    fleet.journal.release(claim, 60)
    assert fleet.journal.due() == ("a",)


def test_a_company_file_that_cannot_be_reached_waits_and_is_not_tried_in_circles(fleet):
    fleet.submit("a", "b")

    def line(name):
        def down(_):
            raise NotSentError("the line is down")

        return nullcontext(Memory(down if name == "a" else fleet.files[name].process))

    health = fleet.work(transport=line)
    assert health.drains == {"stopped": 1, "done": 1}
    assert fleet.journal.due() == ()
    fleet.time += 60
    assert fleet.work().requests["done"] == 1


def test_a_line_that_cannot_be_opened_is_left_to_others(fleet, caplog):
    fleet.submit("a", "b")
    fleet.broken["a"] = OSError("no such computer")
    assert fleet.work().drains == {"error": 1, "done": 1}
    assert "a: the drain broke off (OSError)" in caplog.text
    assert "no such computer" not in caplog.text
    assert fleet.journal.events("a")[-1][1:] == ("broken off", "worker: OSError: no such computer")
    assert fleet.journal.due() == ("a",)
    del fleet.broken["a"]
    assert fleet.work().requests["done"] == 1


def test_procore_that_does_not_answer_is_told_again_later(fleet):
    fleet.submit("a")
    assert fleet.work(tell=lambda *_: False).drains == {"done": 1}
    assert fleet.journal.due() == ()
    fleet.time += 60
    assert fleet.work().requests["told"] == 1
    fleet.time += 1000
    assert fleet.journal.due() == ()


def test_without_anybody_who_tells_procore_the_close_outs_wait_and_nobody_looks_again(fleet):
    fleet.submit("a")
    fleet.work(tell=None)
    fleet.time += 1000
    assert fleet.journal.due() == ()
    assert len(fleet.journal.closings("a")) == 1


def test_a_frozen_file_is_due_again_when_it_is_thawed(fleet):
    fleet.submit("a")
    claim = fleet.journal.claim("a", "worker", 60)
    fleet.journal.freeze(claim, "somebody must look")
    fleet.journal.release(claim)
    fleet.submit("a")
    fleet.time += 1000
    assert fleet.journal.due() == ()
    assert drain("a", journal=fleet.journal, transport=Memory(fleet.files["a"].process), books=BOOKS).frozen
    fleet.time += 1000
    assert fleet.journal.due() == ()
    assert fleet.journal.metrics().frozen == 1
    fleet.journal.thaw("a", "Ann")
    assert fleet.journal.due() == ("a",)


def test_a_worker_that_is_told_to_stop_ends_what_it_has_begun(fleet):
    """Of five, the first two end, and two are begun in the same moment; Procore is told of the first, and it is over."""
    fleet.submit(*"aaaaab")
    steps = []

    def stop():
        return len(fleet.told) >= 1

    health = fleet.work(stop=stop, settings=WorkerSettings(lease=60, timeout=30, batch=2), report=steps.append)
    assert health.drains == {"stopped": 1}
    assert health.requests["done"] == health.requests["told"] == 4
    assert len(steps) == 1
    fleet.time += 60
    assert fleet.work().requests["done"] == 2


def test_what_is_busy_is_left_to_who_has_it(fleet):
    fleet.submit("a")

    def line(name):
        fleet.journal.claim("a", "another", 60)  # between the look and the claim
        return fleet.line(name)

    assert fleet.work(transport=line).drains == {"busy": 1}
    assert fleet.vendors()["a"] == 0


def test_a_worker_that_was_overtaken_goes_on_with_the_next(fleet):
    fleet.submit("a", "b")
    taken = []

    def line(name):
        def process(document):
            if name == "a" and b"VendorAdd" in document and not taken:
                fleet.time += 61
                taken.append(fleet.journal.claim("a", "another", 60))
            return fleet.files[name].process(document)

        return nullcontext(Memory(process))

    health = fleet.work(transport=line)
    assert health.drains == {"lost": 1, "done": 1}
    fleet.time += 61
    fleet.work()
    assert fleet.vendors() == {"a": 1, "b": 1, "c": 0}


def test_a_journal_that_does_not_answer_is_asked_again(fleet, monkeypatch):
    fleet.submit("a")
    due, failed = Journal.due, []

    def fails(self, *given, **named):
        if len(failed) < 2:
            failed.append(1)
            raise JournalError("the database is not there")
        return due(self, *given, **named)

    monkeypatch.setattr(Journal, "due", fails)
    with pytest.raises(JournalError):
        fleet.work()
    health = fleet.work(until_idle=False, stop=lambda: bool(fleet.told))
    assert health.requests["done"] == 1
    assert fleet.slept == [5.0]


def test_a_worker_serves_its_own_company_files_alone(fleet):
    fleet.submit("a", "b", "c")
    assert fleet.work(mine="bc".__contains__).drains == {"done": 2}
    assert fleet.vendors() == {"a": 0, "b": 1, "c": 1}
    assert fleet.journal.due() == ("a",)
    assert fleet.journal.events("a") == ()


@pytest.mark.parametrize("method", ["begin", "sending", "answered", "ended"])
def test_a_journal_that_failed_for_a_moment_keeps_nobody_out_until_the_lease_is_over(fleet, monkeypatch, method):
    fleet.submit("a")

    def fails(*_given, **_named):
        monkeypatch.undo()
        raise JournalError("the disk is full")

    monkeypatch.setattr(Journal, method, fails)
    assert fleet.work(settings=WorkerSettings(lease=600, timeout=30, retry_after=60)).drains == {"error": 1}
    assert fleet.journal.metrics().in_work == 0
    fleet.time += 60
    assert fleet.work().requests["done"] == 1
    assert fleet.vendors()["a"] == 1


@pytest.mark.parametrize("lease", [0, 0.001])
def test_a_lease_that_is_over_at_once_is_no_reason_to_look_for_ever(fleet, lease):
    fleet.submit("a", "b")
    settings = WorkerSettings(lease=lease, timeout=0)
    assert fleet.work(settings=settings).drains == {"done": 2}

    def down(_):
        raise NotSentError("the line is down")

    fleet.submit("a")
    assert fleet.work(settings=settings, transport=lambda _: nullcontext(Memory(down))).drains == {"stopped": 1}
    fleet.time += 60
    assert fleet.work(settings=settings).requests["done"] == 1


def test_the_oldest_doubt_is_told(fleet):
    fleet.submit("a")

    def lost(document):
        if b"VendorAdd" in document:
            fleet.files["a"].process(document)
            raise SystemExit
        return fleet.files["a"].process(document)

    class Dead(Memory):
        def send(self, document, /):
            if b"VendorAdd" in document:
                raise KeyboardInterrupt
            return super().send(document)

    with pytest.raises(KeyboardInterrupt):
        drain("a", journal=fleet.journal, transport=Dead(lost), books=BOOKS, settings=SETTINGS)
    fleet.time += 50
    assert fleet.journal.metrics().oldest_doubt == pytest.approx(50)
    fleet.time += 50
    fleet.work()
    assert fleet.journal.metrics().oldest_doubt == 0
