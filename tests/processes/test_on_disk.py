"""What is on disk before a document leaves, and what a power cut leaves of it.

First as the kernel sees it: the commit of "sending" is waited for before the first byte of the document goes into the
socket. Then as a disk may keep it: every write and every wait of an export is recorded, and every image is built that
may be there after a cut, as far as said below; each opens, is whole, holds what was promised, and a successor who goes
on from it ends with one record.

**Which images.** What was waited for is there. Of the sectors that were written since, before each wait: every
beginning of them, all but each single one, each single one alone, and twenty throws of the dice. A torn write is a
beginning that ends within it. All of this with a log that grows, and with one that is copied into the file all the time.
"""

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import attrs
import pytest

from procore_qbd import Memory
from procore_qbd.chooser import Seeded
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES
from procore_qbd.worker import drain
from support.office import BOOKS
from support.places import PROJECT
from support.processes import SETTINGS, Clock, Desk, Watch, a_folder, needs_processes, scene

# --- as the kernel sees it -------------------------------------------------------------------------------------------

SCRIPT = """
import os
from support.processes import JOURNALS, Case, Watch, World

class Loud(Watch):
    def progress(self, step):
        super().progress(step)
        os.write(2, f"STEP {self.names[-1]}.".encode())

with World(JOURNALS["sqlite"]) as world:
    Case(world, "commitment", "change order").work(Loud())
"""
CALLS = "trace=write,pwrite64,sendto,sendmsg,fsync,fdatasync"


def traced(folder):
    """The system calls of a worker: what was done, to what, with what; the steps that it told of are among them."""
    strace = shutil.which("strace")
    command = [strace, "-ff", "-y", "-s", "500", "-e", CALLS, "-o", str(folder / "calls"), sys.executable, "-c", SCRIPT]
    where = {"PYTHONPATH": f"{PROJECT / 'tests'}{os.pathsep}{PROJECT / 'src'}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | where)  # noqa: S603
    if done.returncode and "ptrace" in done.stderr:
        pytest.skip("NOT PROVED: what is on disk before a document leaves, for nobody may be traced here")
    assert done.returncode == 0, done.stderr
    (worker,) = (text for one in folder.glob("calls.*") if "STEP Commit" in (text := one.read_text("utf-8")))
    for name, what, data in re.findall(r"^(\w+)\(\d+<([^>]*)>(.*)$", worker, re.MULTILINE):
        step = re.search(r'"STEP (.*?)\."', data)
        yield ("step", step[1], "") if step else (name, what, data)


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("strace") is None, reason="NOT PROVED: what is on disk before a document leaves, for want of strace"
)
@needs_processes
def test_the_disk_is_waited_for_before_the_first_byte_leaves(tmp_path):
    step, on_disk, sent = "", True, []
    waited = 0
    for call, what, data in traced(tmp_path):
        if call == "step":
            assert on_disk, f"{what} began, and what was written in {step} is not on disk"
            step = what
        elif what.endswith("-wal"):
            waited += step == "Commit sending" and call == "fdatasync"
            on_disk = call in ("fsync", "fdatasync")
        elif step and re.search("socket|unix", what, re.IGNORECASE):
            assert on_disk
            assert step in ("Send", "Tell"), f"something left in {step}"
            sent += re.findall(r"newMessageSetID", data)
    assert len(sent) == waited == 2  # a commitment, and a change order


# --- as a disk may keep it -------------------------------------------------------------------------------------------

apsw = pytest.importorskip("apsw", reason="NOT PROVED: what a power cut leaves, for want of apsw")

from support.forgetful import Disk, listen  # noqa: E402

EXPORTS = ("commitment", "change order")
SAID = ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


@attrs.frozen
class Mark:
    """Where a worker was: before which step, what stood in the journal, how the company file was, what was told."""

    step: str
    content: str
    company: object
    told: tuple[str, ...]


def content_of(path):
    """All that stands in a journal, as a hash; it is whole."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        every = [sorted(connection.execute(f"SELECT * FROM procore_qbd_{name}"), key=repr) for name in TABLES]
    return hashlib.sha256(repr(every).encode()).hexdigest()


@attrs.define
class Successor:
    """Somebody who drains a journal into a company file until all is done."""

    company: object
    told: list = attrs.field(factory=list)
    clock: Clock = attrs.field(factory=Clock)

    def drain(self, tables, progress=None):
        return drain(
            "books",
            journal=Journal(tables, clock=self.clock),
            transport=Memory(self.company.process),
            books=BOOKS,
            tell=lambda close_out: self.told.append(close_out.request_name),
            settings=SETTINGS,
            progress=progress,
            sleep=self.clock.sleep,
            clock=self.clock,
        )


@pytest.fixture(params=[EXPORTS], ids=[""])
def recorded(request, monkeypatch, tmp_path):
    """The transactions of an export as they were said to SQLite, with a mark before each step, and what it came to."""
    said, open_ = [], {}

    def hear(connection, words):
        if words == "BEGIN IMMEDIATE":
            open_[connection] = []
        if connection in open_:
            open_[connection].append(words)
        if words == "COMMIT":
            said.extend(open_.pop(connection, ()))
        elif words.startswith("PRAGMA") and words in SAID:
            said.append(words)

    listen(monkeypatch, hear)
    office, requests = scene()
    desk = Desk(office)
    desk.open("nothing", "all")
    watch, worker = Watch(), Successor(desk.company)
    path = tmp_path / "recorded"
    with closing(SqlTables(f"sqlite:///{path}")) as tables:
        journal = Journal(tables, clock=worker.clock)
        journal.register("books")
        journal.link("books", *office.links)
        for name in request.param:
            journal.submit("books", requests[name])

        def mark(step=None):
            if step is not None:
                watch.progress(step)
            name = watch.names[-1] if step is not None else "the end"
            said.append(Mark(name, content_of(path), desk.company.twin(), tuple(worker.told)))

        worker.drain(tables, mark)
        mark()
    assert said[0] == SAID[1]
    assert SAID[2] in said
    return (
        office,
        [SAID[0], SAID[1], *(one for one in said[1:] if one != SAID[1])],
        (desk.look().records, set(worker.told)),
    )


def subsets(count, *, every):
    """What may be left of so many sectors, each as a function of their numbers from 1 on."""
    for last in range(0, count + 1, every):
        yield lambda number, last=last: number <= last
    if every == 1:
        for one in range(1, count + 1):
            yield lambda number, one=one: number != one
            yield lambda number, one=one: number == one
        for seed in range(20):
            dice = Seeded(f"{count} {seed}")
            left = [bool(dice.pick(2)) for _ in range(count)]
            yield lambda number, left=left: left[number - 1]
    yield lambda _: True


def each_image(said, look, *, checkpoint, every):
    """Let somebody look at each image that a cut may leave, with the mark before and the mark after it."""
    marks = [one for one in said if isinstance(one, Mark)]
    disk, at, seen = Disk(), 0, set()

    def cut():
        count = max((len(content.since) for content in disk.files.values()), default=0)
        for survives in subsets(count, every=every) if at else ():
            image = disk.after_a_cut(survives, deletions_come_back=False)
            known = at, *(hashlib.sha256(image[name]).digest() for name in sorted(image))
            if known not in seen:
                seen.add(known)
                look(image, marks[at - 1], marks[min(at, len(marks) - 1)])

    disk.waits = cut
    with closing(apsw.Connection("journal", vfs=disk.name)) as connection:
        for one in said:
            if isinstance(one, Mark):
                at += 1
                cut()
                continue
            connection.execute(one).fetchall()
            if one == SAID[1]:
                connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")
    return len(seen)


def all_tell_the_truth(recorded, *, checkpoint, every):
    """How many images there were, and from how many different ones somebody went on."""
    office, said, usual = recorded
    gone_on = set()

    def look(image, before, after):
        for name, data in image.items():
            (folder / name).write_bytes(data)
        content = content_of(folder / "journal")
        assert content in (before.content, after.content), f"{before.step}: what was promised is not there"
        if (content, id(before)) not in gone_on:
            gone_on.add((content, id(before)))
            desk = Desk(office, before.company.twin())
            told = go_on(SqlTables(f"sqlite:///{folder / 'journal'}"), desk.company, before.told)
            found = desk.look()
            assert (found.records, told) == usual
            assert found.twice == []
        for file in folder.glob("journal*"):
            file.unlink()

    with a_folder() as folder:
        count = each_image(said, look, checkpoint=checkpoint, every=every)
    return count, len(gone_on)


def go_on(tables, company, told):
    """Somebody goes on from a journal until nothing is left to do; what Procore is told by then."""
    successor = Successor(company, list(told), Clock(Clock().now + 10_000))
    with closing(tables):
        for _ in range(2):
            successor.drain(tables)
            successor.clock.now += 1000
        assert Journal(tables).unfinished("books") == ()
    return set(successor.told)


@pytest.mark.parametrize("recorded", [("commitment",)], indirect=True, ids=["a commitment"])
@pytest.mark.slow
def test_some_images_that_a_cut_may_leave_tell_the_truth(recorded):
    count, different = all_tell_the_truth(recorded, checkpoint=1000, every=40)
    assert count > 30
    assert different > 20


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("checkpoint", [1000, 3], ids=["a log that grows", "a log that is copied all the time"])
def test_every_image_that_a_cut_may_leave_tells_the_truth(recorded, checkpoint):
    count, different = all_tell_the_truth(recorded, checkpoint=checkpoint, every=1)
    assert count > 2000
    assert different > 30


@pytest.mark.slow
def test_where_nobody_waits_for_the_disk_a_promise_is_broken(recorded):
    office, said, usual = recorded
    begun = next(at for at, one in enumerate(said) if isinstance(one, Mark))
    weaker = [*said[:begun], SAID[2].replace("FULL", "NORMAL"), *(one for one in said[begun:] if one != SAID[2])]
    with pytest.raises(AssertionError, match="what was promised is not there"):
        all_tell_the_truth((office, weaker, usual), checkpoint=1000, every=40)
