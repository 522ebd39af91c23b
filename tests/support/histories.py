"""Journals stopped at every step of every workflow, with their company files, kept from each release for the next.

``nox -s histories`` makes those of this release: one archive a kind of export. Each history in it is a worker that died
there: before it wrote something down, before a document left, or when QuickBooks had carried it out and nobody had the
reply; in a calm course, and in two in which the reply to what writes is lost. ``tests/worker/test_histories.py`` has today's
worker go on with every one. Until a release they stand in ``unreleased`` and are made anew with the schema; then the folder
gets the release's number, and stays.
"""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import attrs

from procore_qbd import Books, EngineError
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.testing.storm.judge import KINDS
from procore_qbd.testing.storm.plans import KINDS_OF_EXPORTS, Book
from procore_qbd.testing.storm.schedules import before
from procore_qbd.testing.storm.world import LEASE, TIMEOUT
from procore_qbd.worker import Commit, Send, Sleep, Tell, WorkerSettings, steps

FOLDER = Path(__file__).parents[1] / "histories"
BOOKS = Books(income_account="Income", expense_account="Cost")
CALM = WorkerSettings(timeout=TIMEOUT, lease=LEASE, pause=1)
COURSES = {
    "calm": (CALM, False),
    "reply lost": (CALM, True),
    "reply lost and not kept": (attrs.evolve(CALM, recovery=False), True),
}
"""How each worker works, and whether the reply to the first document that writes is lost."""


FACTS = (
    *("name", "full_name", "company_name", "is_active", "ref_number", "txn_date", "memo", "total_amount", "amount_due"),
    *("desc", "quantity", "rate", "amount", "other1", "other2", "markup_rate"),
)
"""What is compared of a record and of its lines, as far as it has that."""


def written_in(company):
    """What exports have written, by GUID: names, numbers, amounts and marks, without what QuickBooks numbers itself."""
    found: dict[str, list[Any]] = {}
    for kind in KINDS:
        for record in company.records(kind):
            if record.external_guid:
                lines = [
                    *getattr(record, "lines", ()),
                    *getattr(record, "expense_lines", ()),
                    *getattr(record, "item_lines", ()),
                ]
                said = [_facts(record), *map(_facts, lines)]
                found.setdefault(f"{kind} {record.external_guid}", []).append(said)
    return found


def _facts(record):
    return {name: str(value) for name in FACTS if (value := getattr(record, name, None)) is not None}


@attrs.define
class _Course:
    """One export, step by step, and what there is before each of them."""

    kind: str
    weather: str
    folder: Path
    archive: tarfile.TarFile
    count: int = 0
    now: float = 0.0
    loses: bool = False

    def play(self):
        scene = before(self.kind)
        settings, self.loses = COURSES[self.weather]
        self.now = scene.now
        company = scene.company.twin(clock=lambda: int(self.now))
        journal_file = self.folder / "journal"
        tables = SqlTables(f"sqlite:///{journal_file}")
        with tables.transaction() as rows:
            for name, there in scene.rows.items():
                rows.insert(name, there)
        journal = Journal(tables, clock=lambda: self.now)
        journal.register("books")
        journal.submit("books", Book(0, scene, dict(scene.known)).request(self.kind), key="the request")
        numbers = iter(range(scene.numbers, scene.numbers + 1000))
        course = steps(
            "books",
            journal,
            BOOKS,
            owner="a worker that died",
            new_id=lambda: f"S{next(numbers):019d}",
            clock=lambda: self.now,
            settings=settings,
        )
        ended, answer = None, None
        while ended is None:
            try:
                step = course.throw(answer) if isinstance(answer, Exception) else course.send(answer)
            except StopIteration as end:
                ended = end.value
            else:
                answer = self.do(step, journal_file, company)
                self.now += 1
        if (ended.done, ended.waiting) != (1, 0):
            raise SystemExit(f"{self.kind}: the course did not end well: {ended}")
        self.add(f"{self.weather}/written.json", json.dumps(written_in(company), indent=1).encode())
        journal.close()
        company.close()

    def do(self, step, journal_file, company):
        """Do a step, and keep what there is before it, and in its middle."""
        answer: Any = None
        if isinstance(step, Commit):
            self.keep(f"before {step.name}", journal_file, company)
        elif isinstance(step, Sleep):
            self.now += step.seconds
        elif isinstance(step, Tell):
            self.keep("before Procore is told", journal_file, company)
            answer = True
        elif isinstance(step, Send):
            if step.writes:
                self.keep("before a document leaves", journal_file, company)
            answer = company.process(step.document)
            if step.writes:
                self.keep("before anybody has the reply", journal_file, company)
                if self.loses and step.set_id is not None:
                    answer, self.loses = EngineError(0x80040402), False
        return answer

    def keep(self, name, journal_file, company):
        self.count += 1
        name = f"{self.weather}/{self.count:02} {name}"
        there = self.folder / "copy"
        connection = sqlite3.connect(journal_file)
        connection.execute("VACUUM INTO ?", (str(there),))
        connection.close()
        self.add(f"{name}/journal", there.read_bytes())
        there.unlink()
        company.copy(there)
        self.add(f"{name}/company", there.read_bytes())
        there.unlink()
        self.add(f"{name}/now", str(self.now).encode())

    def add(self, name, content):
        about = tarfile.TarInfo(name)
        about.size = len(content)
        self.archive.addfile(about, io.BytesIO(content))


def main():
    folder = FOLDER / (sys.argv[1] if len(sys.argv) > 1 else "unreleased")
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS_OF_EXPORTS:
        path = folder / f"{kind.replace(' ', '-')}.tar.xz"
        count = 0
        with tarfile.open(path, "w:xz", preset=9) as archive:
            for weather in COURSES:
                with tempfile.TemporaryDirectory() as work:
                    course = _Course(kind, weather, Path(work), archive)
                    course.play()
                count += course.count
        print(f"{path}: {count} histories, {path.stat().st_size:,} bytes")  # noqa: T201


def archives():
    """Every archive that is kept."""
    return sorted(FOLDER.glob("*/*.tar.xz"))


def opened(path):
    """The histories of an archive: weather and name, what there is, and what the whole course wrote."""
    found: dict[str, dict[str, dict[str, bytes]]] = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            weather, _, rest = member.name.partition("/")
            name, _, part = rest.rpartition("/")
            found.setdefault(weather, {}).setdefault(name, {})[part] = archive.extractfile(member).read()
    for weather, histories in found.items():
        written = json.loads(histories.pop("")["written.json"])
        for name, parts in histories.items():
            yield weather, name, parts, written


if __name__ == "__main__":
    main()
