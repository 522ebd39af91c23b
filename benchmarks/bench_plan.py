"""Planning ten thousand exports: what an item costs at the end of a plan, beside what it costs at the beginning.

The time in which the company file answers is taken out: it is QuickBooks', and depends on what is in it. What is left
is the work of `plan_exports` alone, and must not grow with what it has planned so far.
"""
# ruff: noqa: INP001  # a script beside run.py

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

from run import Row

from procore_qbd import Books, CompanyFile, Links, Memory, Ref, Request, ask_all, run
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
from procore_qbd.erp import plan_exports
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.transports import BaseTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.domain import ErpRequest

ITEMS = 10_000
SOME = 1_000


class Clocked(BaseTransport):
    """A line that adds up how long it was waited for."""

    def __init__(self, company: CompanyFile) -> None:
        super().__init__()
        self.line, self.waited = Memory(company.process), 0.0

    def _exchange(self, document: bytes) -> BinaryIO:
        start = time.process_time()
        try:
            return self.line.send(document)
        finally:
            self.waited += time.process_time() - start


def _set_up(company: CompanyFile) -> tuple[str, str]:
    """Put in a job and an item; their ListIDs."""
    both = SalesAndPurchase(income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Cost"))
    records = (
        Account(name="Income", account_type=AccountType.INCOME),
        Account(name="Cost", account_type=AccountType.COST_OF_GOODS_SOLD),
        Customer(name="Harbour View"),
        ItemService(name="01", sales_and_purchase=both),
    )
    *_, job, item = run(ask_all([Request.add(one) for one in records]), Memory(company.process))
    return job.record(Customer).list_id or "", item.record(ItemService).list_id or ""


def _vendor(number: int) -> ErpRequest:
    return CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=number, name=f"Vendor {number}"))


def _commitment(number: int, job: str, item: str) -> ErpRequest:
    code = CostCodeRef(id=500, full_code="01", name="c", origin_id=f"{job}|{item}")
    return CreateCommitment(
        company_id=7,
        job_origin_id=job,
        request_detail_id=1,
        commitment=Commitment(
            id=number,
            kind=CommitmentKind.WORK_ORDER_CONTRACT,
            number=f"S-{number}",
            vendor=VendorRef(id=number, name=f"Vendor {number}"),
            project=ProjectRef(id=86, name="Harbour View", origin_id=job),
        ),
        commitment_items=(CommitmentItem(id=number, amount=Decimal(1000), cost_code=code, description="line"),),
    )


def bench_plan() -> Iterator[Row]:
    """Vendors and their commitments by turns, all new: each later question has more to look through."""
    with CompanyFile.create() as company:
        job, item = _set_up(company)
        line = Clocked(company)
        taken: list[float] = []

        def requests() -> Iterator[ErpRequest]:
            for number in range(ITEMS // 2):
                for request in (_vendor(number), _commitment(number, job, item)):
                    start, waited = time.process_time(), line.waited
                    yield request
                    taken.append(time.process_time() - start - (line.waited - waited))

        plan = plan_exports(requests(), Links(), Books(), line)
        if len(plan.items) != ITEMS or any(one.refusals for one in plan.items):
            raise AssertionError(f"expected {ITEMS} items without a refusal, got {plan.summary}")
    first, last = (sorted(some)[SOME // 2] * 1000 for some in (taken[:SOME], taken[-SOME:]))
    yield Row(f"plan an item: the last {SOME:,} of {ITEMS:,}, beside the first", last, first, 1.5)
