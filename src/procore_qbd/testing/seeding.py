"""The records that a request refers to in QuickBooks, as small as possible.

Procore's payloads name accounts, vendor types and items by their ids in a company file. To try a payload against a
file that has never seen them, put these in first: ``company_file.seed(references(request))``.
"""

from __future__ import annotations

import itertools
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from procore_qbd.domain import (
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    UpdateBudget,
)
from procore_qbd.domain.ids import Pair
from procore_qbd.erp.results import record_id
from procore_qbd.qbxml import Record, Ref
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.estimates import Estimate
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.vendors import Vendor, VendorType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.domain import Books, BudgetRequest, ErpRequest

__all__ = ["policy_references", "references"]

_LONGEST_NAME = 31
_ONE = Decimal("1.00")


def _made_up(*what: object) -> str:
    """An id of our own making, of the form of QuickBooks' own: the same for the same thing, wherever it is named."""
    return f"5EED{zlib.crc32(' '.join(map(str, what)).casefold().encode()):08X}-1"


_RETAINAGE = _made_up("retainage")
_INCOME = Account(list_id=_made_up("income"), name="Seeded income", account_type=AccountType.INCOME)
_COST = Account(list_id=_made_up("cost"), name="Seeded cost", account_type=AccountType.COST_OF_GOODS_SOLD)


def references(request: ErpRequest) -> tuple[Record, ...]:
    """The records that a request names by id, each once, under the very ids that it names."""
    finder = _FINDERS.get(type(request))
    records = finder(request) if finder else iter(())
    # The first to say something of a record is the one that knows its name.
    return tuple({(record.__record__.tag, record_id(record)): record for record in reversed(list(records))}.values())[
        ::-1
    ]


def policy_references(books: Books) -> tuple[Record, ...]:
    """The accounts and the customer that the books name, each behind its parents, under ids of our own making."""
    named: tuple[Any, ...] = (
        *_family(Account, books.income_account, account_type=AccountType.INCOME),
        *_family(Account, books.expense_account, account_type=AccountType.COST_OF_GOODS_SOLD),
        *_family(Account, books.accounts_payable, account_type=AccountType.ACCOUNTS_PAYABLE),
        *_family(Customer, books.customer),
    )
    return tuple({record.list_id: record for record in named}.values())


def _family(cls: Any, full_name: str | None, **more: Any) -> Iterator[Any]:
    """A record by its full name, and those above it, from the top."""
    above = ""
    for name in full_name.split(":") if full_name else ():
        path = f"{above}:{name}" if above else name
        list_id = _made_up(cls.__name__, path)
        yield cls(list_id=list_id, name=name, parent_ref=Ref(full_name=above) if above else None, **more)
        above = path


def _of_vendor(request: CreateVendor) -> Iterator[Record]:
    vendor = request.vendor
    if vendor.vendor_type_origin_id:
        yield VendorType(list_id=vendor.vendor_type_origin_id, name=_name(vendor.vendor_type_origin_id))
    if vendor.origin_id:
        yield Vendor(list_id=vendor.origin_id, name=vendor.name)


def _of_standard_cost_codes(request: CreateStandardCostCodes) -> Iterator[Record]:
    for code in request.standard_cost_codes:
        for list_id, kind in (
            (code.income_account_origin_id, AccountType.INCOME),
            (code.expense_account_origin_id, AccountType.COST_OF_GOODS_SOLD),
        ):
            if list_id:
                yield Account(list_id=list_id, name=_name(list_id), account_type=kind)
        yield from _items(code.parent_origin_id, code.origin_id)


def _of_job(request: CreateOrUpdateJob) -> Iterator[Record]:
    if request.job.origin_id:
        yield Customer(list_id=request.job.origin_id, name=request.job.name)
    yield from _items(*(code.standard_cost_code_origin_id for code in request.all_cost_codes))


def _of_budget(request: BudgetRequest) -> Iterator[Any]:
    yield from _job(request.job_origin_id, f"Project {request.budget.project_id}")
    for cost in request.job_costs:
        yield from _pair(cost.cost_code_origin_id, cost.job_origin_id or request.job_origin_id)
    if request.budget.origin_id:
        yield Estimate(txn_id=request.budget.origin_id, customer_ref=Ref(list_id=request.job_origin_id))


def _of_commitment(request: CreateCommitment | CreateCommitmentChangeOrder) -> Iterator[Any]:
    commitment = request.commitment
    job = request.job_origin_id or commitment.project.origin_id
    yield from _job(commitment.project.origin_id, commitment.project.name)
    yield from _job(job, f"Job {job}")
    vendor = commitment.vendor
    if vendor and vendor.origin_id:
        yield Vendor(list_id=vendor.origin_id, name=vendor.name)
    changed = request.change_order_items if isinstance(request, CreateCommitmentChangeOrder) else ()
    for line in (*request.commitment_items, *changed):
        if line.cost_code:
            yield from _pair(line.cost_code.origin_id, job)
    if isinstance(request, CreateCommitmentChangeOrder) and vendor and vendor.origin_id:
        txn_id = commitment.origin_id or _made_up("purchase order", commitment.id)
        pairs = (Pair.of(line.cost_code.origin_id, job) for line in changed if line.cost_code)
        yield PurchaseOrder(
            txn_id=txn_id,
            vendor_ref=Ref(list_id=vendor.origin_id),
            ref_number=commitment.code or commitment.number,
            lines=tuple(_order_line(None, pair, _ONE) for pair in itertools.islice(filter(None, pairs), 1)),
        )


def _of_requisitions(request: CreateRequisitions) -> Iterator[Any]:
    yield from _items(_RETAINAGE)
    for requisition in request.requisitions:
        yield from _job(requisition.job_origin_id, f"Job of contract {requisition.contract_id}")
        lines: dict[str, PurchaseOrderLine] = {}
        for item in requisition.items:
            yield from _pair(item.cost_code_origin_id, requisition.job_origin_id)
            pair = Pair.of(item.cost_code_origin_id, requisition.job_origin_id)
            line_id = item.change_order_line_item_origin_id or item.commitment_item_origin_id
            if pair and line_id:
                before = lines.get(line_id)
                size = (item.scheduled_total_amount or item.amount) + (before.quantity or 0 if before else 0)
                lines[line_id] = _order_line(line_id, pair, size)
        if requisition.contract_origin_id:
            vendor = _made_up("vendor", requisition.contract_id)
            yield Vendor(list_id=vendor, name=f"Vendor of contract {requisition.contract_id}")
            yield PurchaseOrder(
                txn_id=requisition.contract_origin_id, vendor_ref=Ref(list_id=vendor), lines=tuple(lines.values())
            )


_FINDERS: dict[type[ErpRequest], Callable[[Any], Iterator[Any]]] = {
    CreateBudget: _of_budget,
    CreateCommitment: _of_commitment,
    CreateCommitmentChangeOrder: _of_commitment,
    CreateOrUpdateJob: _of_job,
    CreateRequisitions: _of_requisitions,
    CreateStandardCostCodes: _of_standard_cost_codes,
    CreateVendor: _of_vendor,
    UpdateBudget: _of_budget,
}


def _order_line(txn_line_id: str | None, pair: Pair, size: Decimal) -> PurchaseOrderLine:
    """A lump sum."""
    return PurchaseOrderLine(
        txn_line_id=txn_line_id,
        item_ref=Ref(list_id=pair.item),
        quantity=size,
        rate=_ONE,
        amount=size,
        customer_ref=Ref(list_id=pair.job),
    )


def _job(list_id: str | None, name: str) -> Iterator[Any]:
    if list_id:
        yield Customer(list_id=list_id, name=_name(name))


def _pair(origin_id: str | None, job: str | None) -> Iterator[Any]:
    """The job and the item of a project cost code."""
    if (pair := Pair.of(origin_id, job)) is not None:
        yield from _job(pair.job, f"Job {pair.job}")
        yield from _items(pair.item)


def _items(*list_ids: str | None) -> Iterator[Record]:
    """Service items, and the accounts that none can do without."""
    for list_id in filter(None, list_ids):
        yield from (_INCOME, _COST)
        yield ItemService(
            list_id=list_id,
            name="Retainage" if list_id == _RETAINAGE else _name(list_id),
            sales_and_purchase=SalesAndPurchase(
                income_account_ref=Ref(list_id=_INCOME.list_id, full_name=_INCOME.name),
                expense_account_ref=Ref(list_id=_COST.list_id, full_name=_COST.name),
            ),
        )


def _name(list_id: str) -> str:
    """A name that fits every list; ids are told apart by their ends."""
    return list_id[-_LONGEST_NAME:].replace(":", "-").replace("|", "-")
