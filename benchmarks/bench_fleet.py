"""What a fleet does: many company files, one journal in PostgreSQL, one worker or four, each a process of its own."""
# ruff: noqa: INP001  # a script's module

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench_journal import server_of_tests
from run import Row

from procore_qbd import CompanyFile, Journal
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.journal.sql import SqlTables

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES, _EACH, _COMMITS = 100, 5, 300


def bench_fleet() -> Iterator[Row]:
    """A request of a fleet with four workers against one, beside a commit of the database; both are this machine's."""
    with server_of_tests() as server:
        if server is None:
            return
        one, four = (_milliseconds_a_request(server.schema(), workers) for workers in (1, 4))
        yield Row("a vendor of a fleet of 100 company files, 4 workers against 1", four, one)
        yield Row("a commit of the database beside it", _milliseconds_a_commit(server.schema()))


def _milliseconds_a_request(url: str, workers: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"{number}.company") for number in range(_FILES)]
        with Journal(SqlTables(url)) as journal:
            for number, path in enumerate(paths):
                with CompanyFile.create(path) as company:
                    journal.register(company.file_id)
                    for detail in range(number * _EACH + 1, (number + 1) * _EACH + 1):
                        vendor = VendorCompany(id=detail, name=f"Vendor {detail}")
                        journal.submit(
                            company.file_id, CreateVendor(company_id=7, request_detail_id=detail, vendor=vendor)
                        )
        words = [sys.executable, "-m", "procore_qbd", "work", "--until-idle", "--journal", url, "--out", folder]
        began = time.perf_counter()
        running = [subprocess.Popen([*words, "--company", *paths]) for _ in range(workers)]  # noqa: S603  our own words
        if any(worker.wait() for worker in running):
            raise SystemExit("a worker did not end well")
        took = time.perf_counter() - began
        with Journal(SqlTables(url)) as journal:
            ended = sum(journal.count(company).get("ended", 0) for company in journal.companies())
        if ended != _FILES * _EACH:
            raise SystemExit(f"expected {_FILES * _EACH} requests to end, {ended} did")
        return 1000 * took / (_FILES * _EACH)


def _milliseconds_a_commit(url: str) -> float:
    with Journal(SqlTables(url)) as journal:
        journal.register("books")
        began = time.perf_counter()
        for _ in range(_COMMITS):
            journal.note("books", "bench", "x" * 4000)
        return 1000 * (time.perf_counter() - began) / _COMMITS
