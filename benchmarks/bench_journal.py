"""What the journal costs: the same flows with it and without it, on disk, and whether a full one is slower."""
# ruff: noqa: INP001  # a script's module

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from run import Row

from procore_qbd import Books, CompanyFile, Journal, Links, Memory, Ref, Request, ask_all, drain, gather, perform, run
from procore_qbd.domain import (
    Commitment,
    CommitmentItem,
    CommitmentKind,
    CostCodeRef,
    CreateCommitment,
    CreateVendor,
    ProjectRef,
    VendorCompany,
    VendorRef,
)
from procore_qbd.journal.nouns import Beginning
from procore_qbd.journal.sql import SqlTables
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.worker import WorkerSettings

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from support import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.postgres import Server

_MANY, _ONE_BY_ONE, _BATCH = 1000, 200, 50
_FULL, _TURNS = 10_000, 10


class _Office:
    """A company file on disk, its journal beside it or in another database, and commitments to export."""

    def __init__(self, url: str | None = None) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        self.file = CompanyFile.create(path / "books.company")
        self.journal = Journal(SqlTables(url or f"sqlite:///{path / 'books.journal'}"))
        self.journal.register("books")
        self.in_quickbooks = 0.0
        both = SalesAndPurchase(income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Cost"))
        made: Any = run(
            ask_all(
                [
                    Request.add(Account(name="Income", account_type=AccountType.INCOME)),
                    Request.add(Account(name="Cost", account_type=AccountType.COST_OF_GOODS_SOLD)),
                    Request.add(Customer(name="Harbour View")),
                    *(Request.add(ItemService(name=name, sales_and_purchase=both)) for name in ("01", "02")),
                ]
            ),
            Memory(self.file.process),
        )
        self.job, *self.items = (outcome.found[0].list_id for outcome in made[2:])
        self.vendor = CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=1, name="Alder"))
        self.links = Links()
        self.without([self.vendor], 1)
        for link in self.links:
            self.journal.link("books", link)

    def commitments(self, count: int, first: int = 1) -> list[CreateCommitment]:
        return [self._commitment(number) for number in range(first, first + count)]

    def _commitment(self, number: int) -> CreateCommitment:
        codes = [
            CostCodeRef(id=500 + at, full_code=f"0{at + 1}", name="c", origin_id=f"{self.job}|{item}")
            for at, item in enumerate(self.items)
        ]
        return CreateCommitment(
            company_id=7,
            job_origin_id=self.job,
            request_detail_id=number,
            commitment=Commitment(
                id=number,
                kind=CommitmentKind.WORK_ORDER_CONTRACT,
                number=f"SC-{number}",
                title="Concrete",
                vendor=VendorRef(id=1, name="Alder"),
                project=ProjectRef(id=86, name="Harbour View", origin_id=self.job),
            ),
            commitment_items=tuple(
                CommitmentItem(id=number * 10 + at, amount=Decimal(1000), cost_code=code)
                for at, code in enumerate(codes)
            ),
        )

    def without(self, requests: list[Any], batch: int) -> float:
        """Milliseconds an export takes without a journal."""
        began = time.perf_counter()
        for at in range(0, len(requests), batch):
            flows = (perform(one, self.links, Books()) for one in requests[at : at + batch])
            for ended in run(gather(*flows), Memory(self.file.process)):
                for link in ended.result().links:
                    self.links.add(link)
        return 1000 * (time.perf_counter() - began) / len(requests)

    def drained(self, requests: list[Any], batch: int) -> float:
        """Milliseconds an export takes with it."""
        for one in requests:
            self.journal.submit("books", one)
        began = time.perf_counter()
        ended = drain(
            "books",
            journal=self.journal,
            transport=Memory(self._carry_out),
            books=Books(),
            tell=lambda _: True,
            settings=WorkerSettings(batch=batch),
        )
        took = 1000 * (time.perf_counter() - began) / len(requests)
        if ended.done != len(requests):
            raise SystemExit(f"not all were exported: {ended}")
        return took

    def _carry_out(self, document: bytes) -> bytes:
        began = time.perf_counter()
        try:
            return self.file.process(document)
        finally:
            self.in_quickbooks += time.perf_counter() - began

    def close(self) -> None:
        self.journal.close()
        self.file.close()
        self.folder.cleanup()


@contextmanager
def server_of_tests() -> Iterator[Server | None]:
    """The PostgreSQL server that the tests have, for the time of a measurement; None where none can be had."""
    postgres.begin()
    try:
        yield postgres.the_server()
    except postgres.UnavailableError as error:
        print(f"NOT MEASURED: the journal in PostgreSQL: {error}")  # noqa: T201
        yield None
    finally:
        postgres.end()


def bench_drain() -> Iterator[Row]:
    """With a journal on disk against without one: in batches, and one by one."""
    yield from _drains("through the journal", None)


def bench_postgres() -> Iterator[Row]:
    """The same with the journal in PostgreSQL on this machine; and picking one of 10,000 company files, or of 100."""
    with server_of_tests() as server:
        if server is not None:
            yield from _drains("with its journal in PostgreSQL", server)
            yield _picking(server)


def _picking(server: Server) -> Row:
    """Milliseconds in which somebody finds a company file that is due, claims it, begins what waits, gives it back."""
    took = []
    for count in (_FULL, 100):
        journal = Journal(SqlTables(server.schema()))
        request = CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=1, name="Alder"))
        for number in range(count):
            journal.register(f"company {number}")
            journal.submit(f"company {number}", request)
        server.execute("ANALYZE")
        began = time.perf_counter()
        for _ in range(100):
            (company,) = journal.due(1)
            claim = journal.claim(company, "bench", 90)
            journal.begin(claim, Beginning(list, Books()))
            journal.release(claim)
        took.append(10 * (time.perf_counter() - began))
        journal.close()
    return Row("a company file of 10,000 in PostgreSQL picked and claimed, against 100", *took, 1.2)


def _drains(where: str, server: Server | None) -> Iterator[Row]:
    one_by_one = 2.5 if server is None else None  # then it is the way to the server and back that counts
    for words, count, batch, limit in (
        ("batches of 50", _MANY, _BATCH, 1.3),
        ("one by one", _ONE_BY_ONE, 1, one_by_one),
    ):
        without, with_it = _Office(), _Office(server and server.schema())
        ours, theirs, some = [], [], count // _TURNS
        for first in range(1, count + 1, some):  # in turns, and the median of them: whatever else goes on slows a few
            theirs.append(without.without(without.commitments(some, first), batch))
            ours.append(with_it.drained(with_it.commitments(some, first), batch))
        yield Row(f"a commitment {where}, {words}", median(ours), median(theirs), limit)
        without.close()
        with_it.close()


def bench_full() -> Iterator[Row]:
    """An export when 10,000 are in the journal against one when 100 are.

    What the simulated company file takes is told by itself: it looks through all its numbers for one that is like ours.
    """
    office = _Office()
    office.drained(office.commitments(100), _BATCH)
    early = _parts(office, 101)
    office.drained(office.commitments(_FULL - 300, 301), _BATCH)
    late = _parts(office, _FULL + 1)
    yield Row("a commitment with 10,000 in the journal, against 100", late[0], early[0], 1.2)
    yield Row("the same in the simulated company file", late[1], early[1])
    office.close()


def _parts(office: _Office, first: int) -> tuple[float, float]:
    """Milliseconds that an export takes here, and in the company file."""
    office.in_quickbooks = 0.0
    every = office.drained(office.commitments(200, first), _BATCH)
    theirs = 1000 * office.in_quickbooks / 200
    return every - theirs, theirs
